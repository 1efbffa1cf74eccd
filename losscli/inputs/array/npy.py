"""NPY and NPZ, read as a stream: no pickles, no memory maps, pipes are fine. NPY files can be read from any row."""

from __future__ import annotations

import io
import math
from contextlib import suppress
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.core.shards import Cuts, MiscutError, Shard
from losscli.errors import InputError
from losscli.inputs.array.arrays import Arrays, ArrayStream, Block, numbered, plain, refuse_empty
from losscli.inputs.choose import usual_names as known
from losscli.inputs.source.byte_stream import AGAIN, BrokenBytesError
from losscli.inputs.source.bytes import open_span, read_whole, too_large
from losscli.record import record, replace
from losscli.text import printable

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from losscli.core.batch import Decision
    from losscli.core.shards import Apply
    from losscli.inputs.read_options import ReadOptions
    from losscli.inputs.source.byte_stream import Readable
    from losscli.inputs.source.bytes import Source

_MOST_AT_ONCE = 1 << 24  # a damaged header may ask for any amount
_MOST_AXES = 64  # NumPy's limit


@record
class _Header:
    """The header of an array; ``size`` is its length in bytes."""

    shape: tuple[int, ...]
    fortran: bool
    dtype: np.dtype[Any]
    size: int

    @property
    def row_bytes(self) -> int:
        return self.dtype.itemsize * math.prod(self.shape[1:])


def open_npy(source: Source, options: ReadOptions, decisions: tuple[Decision, ...]) -> Arrays:
    """The array of an NPY file."""
    name = source.name

    def load(key: str, text: bool) -> ArrayStream:
        header = _header(source.stream, name)
        most = options.memory_limit if source.path is None else None
        array = _array(source.stream, name, header, options.chunk_bytes, text, most)
        whole = source.size == header.size + header.shape[0] * header.row_bytes
        if source.path is None or header.fortran or not whole:
            return array
        return replace(array, cuts=_cuts(source.path, name, header, options.chunk_bytes))

    return Arrays(name, ("",), load, decisions)


def _cuts(path: str, name: str, header: _Header, chunk_bytes: int) -> Cuts[ArrayStream]:
    """Cut a whole file into shards, at any row."""
    count, row_bytes = header.shape[0], header.row_bytes

    def at(rows: Sequence[int], _: Apply | None) -> list[Shard[ArrayStream]]:
        if rows[-1] >= count:
            raise MiscutError
        spans = pairwise([*rows, count])
        return [
            Shard((b - a) * row_bytes, partial(_some, path, name, header, chunk_bytes, a, b), b - a) for a, b in spans
        ]

    def shards(size: int, apply: Apply | None) -> list[Shard[ArrayStream]]:
        return at(range(0, count, max(1, size // row_bytes)), apply)

    return Cuts(count * row_bytes, shards, at)


def _some(path: str, name: str, header: _Header, chunk_bytes: int, start: int, stop: int) -> ArrayStream:
    """The rows from ``start`` up to ``stop``."""
    row_bytes, before = header.row_bytes, header.size
    source = open_span(path, before + start * row_bytes, before + stop * row_bytes)
    return _stream(source.stream, name, replace(header, shape=(stop - start, *header.shape[1:])), chunk_bytes, start)


def open_npz(source: Source, options: ReadOptions, decisions: tuple[Decision, ...]) -> Arrays:
    """The arrays of an NPZ archive, which is read whole, as its table of contents comes last.

    Raises:
        InputError: It is not a ZIP archive, it is damaged, or it holds no arrays.
    """
    import zipfile

    name = source.name
    try:
        archive = zipfile.ZipFile(io.BytesIO(read_whole(source, options.memory_limit)))
    except BrokenBytesError as broken:
        raise InputError(str(broken), name, AGAIN) from None
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        raise InputError("not an NPZ archive, or one that ends early", name, AGAIN) from None
    keys = tuple(member.removesuffix(".npy") for member in archive.namelist() if member.endswith(".npy"))
    if not keys:
        raise InputError("an archive without arrays", name)

    def load(key: str, text: bool) -> ArrayStream:
        member, called = _Member(archive, f"{key}.npy"), f"{name}: {printable(key)}"
        most = options.memory_limit if member.is_packed else None
        return _array(member, called, _header(member, called), options.chunk_bytes, text, most)

    named = [key for key in keys if known.key(key) in known.CLASSES and key not in (options.label, options.pred)]
    if len(named) != 1 or len(keys) < 2:
        return Arrays(name, keys, load, decisions)
    return _with_classes(Arrays(name, keys, load, decisions), named[0])


def _with_classes(arrays: Arrays, key: str) -> Arrays:
    """The arrays without one of class names, if it has a name for each class and not for each row."""
    opened: dict[str, ArrayStream] = {}
    for one in arrays.keys:
        with suppress(InputError):  # which may never be asked for
            opened[one] = arrays.load(one, True)
    found, shapes = opened.get(key), [stream.shape for stream in opened.values()]
    if found is None or not any(shape[1:][-1:] == found.shape != shape[:1] for shape in shapes):
        return arrays
    names = np.concatenate([block for block, _ in found.blocks]).tolist()
    return replace(arrays, keys=tuple(one for one in arrays.keys if one != key), classes=tuple(map(str, names)))


class _Member:
    """A file in an archive."""

    def __init__(self, archive: zipfile.ZipFile, member: str) -> None:
        self._archive = archive
        self._member = member
        self._file: Any = None

    @property
    def is_packed(self) -> bool:
        """Whether it is compressed."""
        found = self._archive.getinfo(self._member)
        return found.compress_size < found.file_size

    def read(self, size: int, /) -> bytes:
        try:
            self._file = self._file or self._archive.open(self._member)
            data: bytes = self._file.read(size)
        except MemoryError:
            raise
        except Exception:  # each compression method raises its own errors
            raise BrokenBytesError("the archive is damaged or encrypted") from None
        return data


def _array(stream: Readable, name: str, header: _Header, chunk_bytes: int, text: bool, most: int | None) -> ArrayStream:
    """The rows of an array; at most ``most`` bytes are held if they can't be read one after the other."""
    shape, dtype = header.shape, header.dtype
    _refuse_dtype(dtype, name, text)
    if not shape:
        raise InputError("an array without axes, a single number", name, "save it with np.atleast_1d")
    refuse_empty(name, shape)
    if header.fortran and len(shape) > 1:
        if most is not None and shape[0] * header.row_bytes > most:
            raise too_large(name, most)
        return ArrayStream(name, shape, dtype.kind in "US", _transposed(stream, name, shape, dtype))
    return _stream(stream, name, header, chunk_bytes)


def _stream(stream: Readable, name: str, header: _Header, chunk_bytes: int, first: int = 0) -> ArrayStream:
    """The rows, numbered from ``first``."""
    at_once = max(1, chunk_bytes // header.row_bytes)
    blocks = _rows(stream, name, header, at_once, first)
    return ArrayStream(name, header.shape, header.dtype.kind in "US", blocks)


class _Counted:
    """A counting reader; NumPy's protocol allows reads without a size, which never happen."""

    def __init__(self, stream: Readable) -> None:
        self._stream = stream
        self.count = 0

    def read(self, size: int = 0, /) -> bytes:
        data = self._stream.read(size)
        self.count += len(data)
        return data


def _header(stream: Readable, name: str) -> _Header:
    import tokenize
    import warnings

    file = _Counted(stream)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # warns that Python 2 wrote it
            if np.lib.format.read_magic(file) == (1, 0):
                shape, fortran, dtype = np.lib.format.read_array_header_1_0(file)
            else:
                shape, fortran, dtype = np.lib.format.read_array_header_2_0(file)
    except BrokenBytesError as broken:
        raise InputError(str(broken), name, AGAIN) from None
    except (ValueError, SyntaxError, TypeError, KeyError, EOFError, RecursionError, tokenize.TokenError):
        raise InputError("not an NPY array, or its header is damaged", name, "save it with np.save") from None
    if any(length < 0 for length in shape):
        raise InputError("an NPY header with a negative length", name, AGAIN)
    if len(shape) > _MOST_AXES:
        raise InputError(f"an NPY header with {len(shape)} axes", name, f"arrays have at most {_MOST_AXES}")
    return _Header(tuple(map(int, shape)), bool(fortran), dtype, file.count)


def _refuse_dtype(dtype: np.dtype[Any], name: str, text: bool) -> None:
    if dtype.hasobject:
        hint = "save numbers: np.save(FILE, array.astype(float)), or labels with astype(str)"
        raise InputError("an array of Python objects, which are pickled and never loaded", name, hint)
    if dtype.kind in "US" and not text:
        raise InputError("an array of text where numbers belong", name)
    if dtype.kind not in "biufUS" or not dtype.itemsize:
        raise InputError(f"an array of {dtype}, not of numbers", name, "save it as float64")


def _rows(stream: Readable, name: str, header: _Header, at_once: int, first: int) -> Iterator[Block]:
    shape, row_bytes = header.shape, header.row_bytes
    for start in range(0, shape[0], at_once):
        count = min(at_once, shape[0] - start)
        data = _read(stream, name, count * row_bytes, start * row_bytes, shape, row_bytes)
        yield _plain(np.frombuffer(data, header.dtype).reshape(count, *shape[1:]), name), numbered(name, first + start)
    _refuse_more(stream, name)


def _plain(array: NDArray[Any], name: str) -> NDArray[Any]:
    try:
        return plain(array, copy=False)
    except UnicodeError:
        what = "bytes that are not UTF-8 text" if array.dtype.kind == "S" else "characters that do not exist"
        raise InputError(f"an array of {what}", name, "save it with array.astype(str)") from None


def _transposed(stream: Readable, name: str, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Iterator[Block]:
    """An array in Fortran order, read at once: its first row is spread over the whole file."""
    row_bytes = dtype.itemsize * math.prod(shape[1:])
    data = _read(stream, name, shape[0] * row_bytes, 0, shape, row_bytes)
    yield _plain(np.frombuffer(data, dtype).reshape(shape, order="F"), name), numbered(name, 0)
    _refuse_more(stream, name)


def _read(stream: Readable, name: str, size: int, before: int, shape: tuple[int, ...], row_bytes: int) -> bytes:
    parts: list[bytes] = []
    found = 0
    reason = "the array ends early"
    while found < size:
        try:
            part = stream.read(min(size - found, _MOST_AT_ONCE))
        except BrokenBytesError as broken:
            part, reason = b"", str(broken)
        if not part:
            total, expected = before + found, shape[0] * row_bytes
            what = f"{reason}: {total // row_bytes} of {shape[0]} rows, {total} of {expected} bytes"
            raise InputError(what, name, AGAIN)
        parts.append(part)
        found += len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _refuse_more(stream: Readable, name: str) -> None:
    try:
        more = stream.read(1)
    except BrokenBytesError as broken:
        raise InputError(str(broken), name, AGAIN) from None
    if more:
        raise InputError("there is more after the array", name, "one array per NPY file; several in an NPZ")
