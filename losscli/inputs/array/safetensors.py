"""Safetensors: named arrays, read from a file some rows at a time."""

from __future__ import annotations

import json
import math
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.errors import InputError, missing_package
from losscli.inputs.array.arrays import Arrays, ArrayStream, Block, numbered, plain, refuse_empty
from losscli.inputs.source.byte_stream import AGAIN, BrokenBytesError
from losscli.inputs.source.bytes import changed, read_whole, refuse_changed
from losscli.text import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from losscli.core.batch import Decision
    from losscli.inputs.read_options import ReadOptions
    from losscli.inputs.source.bytes import Source

_BF16 = "BF16"  # the upper half of a float32
_DTYPES = {
    "F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "i1", "U64": "<u8",
    "U32": "<u4", "U16": "<u2", "U8": "u1", "BOOL": "?", _BF16: "<u2",
}  # fmt: skip

# A tensor: the name of its type, its shape, and a reader of its rows from one up to another.
_Tensor = tuple[str, tuple[int, ...], "Callable[[int, int], Any]"]


def open_safetensors(source: Source, options: ReadOptions, decisions: tuple[Decision, ...]) -> Arrays:
    """The tensors of a file; data from a pipe is read whole.

    Raises:
        UsageError: The package is not installed.
        InputError: The header is damaged, the data ends early, or there are no tensors.
    """
    try:
        import safetensors
    except ImportError:
        raise missing_package("safetensors", "safetensors", "safetensors") from None
    name = source.name
    try:
        path, most = source.path, options.memory_limit
        tensors = _kept(read_whole(source, most)) if path is None else _in_file(path, name)
    except BrokenBytesError as broken:
        raise InputError(str(broken), name, AGAIN) from None
    except (safetensors.SafetensorError, OSError, ValueError) as error:
        reason = printable(str(error).partition("\n")[0])[:120]
        raise InputError(f"not safetensors, or damaged: {reason}", name, AGAIN) from None
    if not tensors:
        raise InputError("a file without tensors", name)

    def load(key: str, text: bool) -> ArrayStream:
        return _stream(f"{name}: {printable(key)}", tensors[key], options.chunk_bytes)

    return Arrays(name, tuple(tensors), load, decisions)


def _in_file(path: str, name: str) -> dict[str, _Tensor]:
    """The tensors of a file, which is not memory-mapped: truncating it meanwhile would crash the process."""
    from safetensors import safe_open

    file: Any = safe_open(path, framework="numpy")  # it has no types; it validates the header
    with open(path, "rb") as plain_file:  # noqa: PTH123 - pathlib is slow to import
        size = int.from_bytes(plain_file.read(8), "little")
        header = json.loads(plain_file.read(size))
    found: dict[str, _Tensor] = {}
    for key in file.keys():  # noqa: SIM118 - it is no dict
        dtype, shape = header[key]["dtype"], tuple(header[key]["shape"])
        at = 8 + size + header[key]["data_offsets"][0]
        found[key] = dtype, shape, partial(_read_rows, (path, name, at), _DTYPES.get(dtype, "u1"), shape[1:])
    return found


def _read_rows(place: tuple[str, str, int], dtype: str, shape: tuple[int, ...], start: int, stop: int) -> Any:
    """Some rows of a tensor that begins at a place of a file.

    Raises:
        InputError: The file has changed.
    """
    path, name, at = place
    row = np.dtype(dtype).itemsize * math.prod(shape)
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - pathlib is slow to import
            file.seek(at + start * row)
            data = file.read((stop - start) * row)
    except FileNotFoundError:
        raise changed(name, "it is gone") from None
    refuse_changed(path, reopened=True)
    if len(data) < (stop - start) * row:
        raise changed(name, "it ends early")
    return np.frombuffer(data, dtype).reshape(stop - start, *shape)


def _kept(data: bytes) -> dict[str, _Tensor]:
    import safetensors

    untyped: Any = safetensors
    found: dict[str, _Tensor] = {}
    for key, tensor in untyped.deserialize(data):
        shape = tuple(tensor["shape"])
        dtype = np.dtype(_DTYPES.get(tensor["dtype"], "u1"))
        flat = np.frombuffer(tensor["data"], dtype)
        known = tensor["dtype"] in _DTYPES
        found[key] = tensor["dtype"], shape, _rows_of(flat.reshape(shape) if known else flat)
    return found


def _rows_of(tensor: Any) -> Callable[[int, int], Any]:
    return lambda start, stop: tensor[start:stop]


def _stream(name: str, tensor: _Tensor, chunk_bytes: int) -> ArrayStream:
    dtype, shape, rows = tensor
    if dtype not in _DTYPES:
        raise InputError(f"a tensor of {dtype}, which NumPy does not know", name, "save it as tensor.float()")
    if not shape:
        raise InputError("a tensor without axes, a single number", name, "save it with one axis")
    refuse_empty(name, shape)
    at_once = max(1, chunk_bytes // (np.dtype(_DTYPES[dtype]).itemsize * math.prod(shape[1:])))

    def blocks() -> Iterator[Block]:
        for start in range(0, shape[0], at_once):
            part = rows(start, min(start + at_once, shape[0]))
            if dtype == _BF16:
                part = (np.asarray(part).astype(np.uint32) << 16).view(np.float32)
            yield plain(part), numbered(name, start)

    return ArrayStream(name, shape, False, blocks())
