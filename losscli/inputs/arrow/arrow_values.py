"""Arrow types by what they hold, and Arrow arrays as NumPy arrays, without a Python object for each value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.errors import InputError
from losscli.inputs.array.arrays import plain
from losscli.inputs.choose.key_bytes import Texts
from losscli.text import printable

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from losscli.inputs.choose.columns import Kind

_LONGEST_TYPE = 60


FILL_IN = "fill in or remove these rows; a null is not NaN, though pandas writes NaN as null"


def kind_of(kind: Any) -> Kind:
    """The kind of a column of an Arrow type; anything but numbers and lists of numbers counts as text."""
    from pyarrow import types

    if types.is_dictionary(kind):
        return kind_of(kind.value_type)
    if is_list(kind):
        return "text" if kind_of(kind.value_type) == "text" else "list"
    numeric = (types.is_integer, types.is_floating, types.is_decimal, types.is_boolean, types.is_null)
    return "number" if any(is_one(kind) for is_one in numeric) else "text"


def is_plain(kind: Any) -> bool:
    """Whether a column of an Arrow type holds whole numbers, floats or true and false."""
    from pyarrow import types

    return bool(types.is_integer(kind) or types.is_float32(kind) or types.is_float64(kind) or types.is_boolean(kind))


def type_name(kind: Any) -> str:
    """An Arrow type for messages."""
    from pyarrow import types

    if types.is_dictionary(kind):
        return f"dictionary of {type_name(kind.value_type)}"
    shown = f"list of {type_name(kind.value_type)}" if is_list(kind) else printable(str(kind))
    return shown if len(shown) <= _LONGEST_TYPE else f"{shown[: _LONGEST_TYPE - 1]}…"


def numbers_of(array: Any, place: Callable[[int], str], *, missing: bool = False) -> NDArray[Any]:
    """Numbers, or lists of them; ``place(i)`` names the row of element ``i``. A null is NaN if it may be missing.

    Raises:
        InputError: A null in a list, or lists of different lengths.
    """
    import pyarrow as pa
    from pyarrow import types

    if missing and array.null_count and not is_list(array.type):
        decoded = array.dictionary_decode() if types.is_dictionary(array.type) else array
        holes: NDArray[np.bool_] = raw(decoded.is_null())
        found = np.full(len(array), np.nan)
        if not holes.all():
            found[~holes] = numbers_of(decoded.drop_null(), place)
        return found
    if is_list(array.type):
        width = _width(array, place)
        flat = array.flatten()
        if flat.null_count and missing:
            return numbers_of(flat, place, missing=True).reshape(len(array), width)
        if flat.null_count:
            first = int(np.flatnonzero(raw(flat.is_null()))[0])
            raise InputError("a null in a list where a value belongs", place(first // width), FILL_IN)
        inner = numbers_of(flat, lambda i: place(i // width))
        return inner.reshape(len(array), width, *inner.shape[1:])
    if types.is_dictionary(array.type):
        numbers: NDArray[Any] = numbers_of(array.dictionary, place)[raw(array.indices)]
        return numbers
    if types.is_decimal(array.type):  # through text, as a cast rounds more than once
        array = array.cast(pa.string()).cast(pa.float64())
    return plain(raw(array), copy=False)


def plain_texts(array: Any) -> Texts | None:
    """The texts as views of one buffer; None for other types than strings."""
    from pyarrow import types

    if not (types.is_string(array.type) or types.is_large_string(array.type)):
        return None
    _, ends, data = array.buffers()
    dtype = np.dtype(np.int32 if types.is_string(array.type) else np.int64)
    at = np.frombuffer(ends, dtype, len(array) + 1, array.offset * dtype.itemsize).astype(np.int64)
    text = b"" if data is None else memoryview(data)[int(at[0]) : int(at[-1])].tobytes()
    return Texts.within(text, at[:-1] - at[0], at[1:] - at[0])


def raw(array: Any) -> NDArray[Any]:
    """The values of an array without nulls, without a copy; pyarrow's own way would import pandas."""
    from pyarrow import types

    data = array.buffers()[1]
    if types.is_boolean(array.type):
        bits = np.frombuffer(data, np.uint8)
        return np.unpackbits(bits, bitorder="little")[array.offset : array.offset + len(array)].astype(bool)
    letter = "u" if types.is_unsigned_integer(array.type) else "i" if types.is_integer(array.type) else "f"
    dtype = np.dtype(f"{letter}{array.type.bit_width // 8}")
    return np.frombuffer(data, dtype, len(array), array.offset * dtype.itemsize)


def _width(array: Any, place: Callable[[int], str]) -> int:
    """The common length of lists."""
    from pyarrow import types

    if types.is_fixed_size_list(array.type):
        width = int(array.type.list_size)
    else:
        is_view = types.is_list_view(array.type) or types.is_large_list_view(array.type)
        lengths = raw(array.sizes) if is_view else np.diff(raw(array.offsets))
        width = int(lengths[0])
        if len(other := np.flatnonzero(lengths != width)):
            what = f"a list of {lengths[other[0]]} values, the first has {width}"
            raise InputError(what, place(int(other[0])))
    if not width:
        raise InputError("an empty list where values belong", place(0))
    return width


def is_list(kind: Any) -> bool:
    """Whether an Arrow type is one of lists."""
    from pyarrow import types

    variable = types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind)
    return bool(variable or types.is_list_view(kind) or types.is_large_list_view(kind))


def holds_words(kind: Any) -> bool:
    """Whether an Arrow type is a list of text."""
    return is_list(kind) and is_text(kind.value_type)


def is_text(kind: Any) -> bool:
    """Whether an Arrow type is text, perhaps coded."""
    from pyarrow import types

    if types.is_dictionary(kind):
        return is_text(kind.value_type)
    return bool(types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind))


def text_of(value: Any) -> str:
    """A value as it would be written in a table of text."""
    return "" if value is None else str(value).strip()


def json_of(value: Any) -> str:
    """A value as JSON; nothing for a null."""
    import json

    return "" if value is None else json.dumps(value, default=str)
