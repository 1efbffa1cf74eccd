"""Arrays of any library as NumPy arrays: tensors, masked and sparse arrays, series, lists of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set, ValuesView
from enum import Enum
from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.errors import InputError
from losscli.text import shortened

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SMALL_FLOATS = ("bfloat16", "float8")  # torch's, unknown to NumPy itself
_ODD = (type(np.ma.masked), Enum)
_FEW = 5


def array_of(data: Any, name: str) -> NDArray[Any]:
    """A NumPy array of the same shape: numbers, or ``str`` objects; masked or missing entries are NaN, or empty.

    Args:
        data: The data.
        name: The argument's name, for messages.

    Raises:
        InputError: It is not an array, or holds complex numbers, dates or anything else but numbers and strings.
    """
    if data is None:
        raise InputError(f"{name} is None")
    if isinstance(data, Set) and not isinstance(data, Sequence):
        raise InputError(f"{name} is a {type(data).__name__}, which has no order", hint="a list")
    try:
        array = _plain(data)
    except (TypeError, ValueError, RuntimeError) as error:
        if "inhomogeneous" in str(error):
            raise InputError(f"{name} holds rows of different lengths") from None
        raise InputError(f"{name} can't be made an array: {str(error).partition(chr(10))[0][:160]}") from None
    if array.dtype.kind == "V" and array.dtype.type is not np.void:  # bfloat16, int4 and the like, of ml_dtypes
        array = array.astype(np.float64)
    if isinstance(array, np.ma.MaskedArray):
        array = _filled(array)
    if array.dtype.kind == "O":
        array = _of_objects(array, name)
    if array.dtype.kind in "UST":
        array = _texts(array)
    if array.dtype.kind not in "biufO":
        kinds = {"c": "complex numbers", "M": "dates", "m": "durations", "V": "records"}
        what = kinds.get(array.dtype.kind, f"values of type {array.dtype}")
        raise InputError(f"{name} holds {what}, neither numbers nor texts")
    return array


def _plain(data: Any) -> NDArray[Any]:
    """As a NumPy array, whatever the library."""
    if isinstance(data, np.ndarray):  # a matrix keeps two axes whatever is done to it
        return data if isinstance(data, np.ma.MaskedArray) else np.asarray(data)
    if isinstance(data, list | tuple) and data and isinstance(data[0], Iterator):
        return _plain([[*row] for row in data])
    if isinstance(data, list | tuple) and data and _is_tensor(data[0]):
        return np.stack([_plain(one) for one in data])
    if _is_tensor(data):  # torch: detached, on the CPU, of a dtype that NumPy has
        data = data.detach()
        data = data.to_dense() if getattr(data, "is_sparse", False) else data
        data = data.cpu()
        data = data.float() if str(data.dtype).rpartition(".")[2].startswith(_SMALL_FLOATS) else data
        data = data.resolve_conj().resolve_neg() if hasattr(data, "resolve_neg") else data
        return np.asarray(data.numpy())
    dense = _dense(data)
    if dense is not None:
        return dense
    if hasattr(data, "to_numpy"):
        return _of_series(data)
    if hasattr(data, "__dlpack__") and not hasattr(data, "__array__"):
        return np.from_dlpack(data)
    if isinstance(data, Iterator | ValuesView):
        return _plain([*data])
    if isinstance(data, list | tuple) and any(issubclass(one, _ODD) for one in {*map(type, data)}):
        return np.array([*map(_without_oddness, data), None], dtype=object)[:-1]
    return np.asarray(data)


def _dense(data: Any) -> NDArray[Any] | None:
    """A sparse array of scipy or another library with all its values; None if the data is not sparse."""
    if all(hasattr(data, name) for name in ("indices", "values", "dense_shape")):  # of TensorFlow
        values = np.asarray(data.values)
        array = np.zeros(tuple(data.dense_shape), values.dtype)
        array[tuple(np.asarray(data.indices).T)] = values
        return array
    make = getattr(data, "toarray", None) or getattr(data, "todense", None)
    return None if make is None else np.asarray(make())


def _without_oddness(one: Any) -> Any:
    """The entry as a plain value: NumPy would warn of a mask, and take an Enum by its name."""
    return None if one is np.ma.masked else one.value if isinstance(one, Enum) else one


def _is_tensor(data: Any) -> bool:
    return hasattr(data, "detach") and hasattr(data, "cpu")


def _of_series(data: Any) -> NDArray[Any]:
    """A column of pandas, polars or Arrow."""
    if hasattr(data, "type") and hasattr(data, "null_count") and not hasattr(data, "dtype"):  # Arrow
        if "dictionary" in str(data.type):
            data = data.cast(data.type.value_type)
        if "list" in str(data.type):
            return np.array([*data.to_pylist(), None], dtype=object)[:-1]
        if "decimal" in str(data.type):
            return np.array(data.to_pylist(), dtype=object)
        return np.asarray(data.to_numpy(**({} if hasattr(data, "chunks") else {"zero_copy_only": False})))
    return np.asarray(data.to_numpy())


def _filled(array: np.ma.MaskedArray[Any, Any]) -> NDArray[Any]:
    """The array without its mask: masked entries are missing."""
    mask = np.ma.getmaskarray(array)
    if not mask.any():
        return np.asarray(array.data)
    if array.dtype.kind in "USO":
        words = np.asarray(array.data).astype(object)
        words[mask] = None
        return words
    numbers = np.asarray(array.data).astype(np.float64)
    numbers[mask] = np.nan
    return numbers


def _of_objects(array: NDArray[Any], name: str) -> NDArray[Any]:
    """An array of strings, Python numbers, or lists of one length."""
    flat = array.ravel().tolist()
    missing = [_is_missing(one) for one in flat]
    kept = [one for one, gone in zip(flat, missing, strict=True) if not gone]
    if kept and all(isinstance(one, str | bytes) for one in kept):
        return _texts(array)
    if kept and array.ndim and all(map(_is_row, kept)) and not any(missing):
        return _stacked(flat, name)
    numbers = np.empty(len(flat))
    for i, (one, gone) in enumerate(zip(flat, missing, strict=True)):
        try:
            numbers[i] = np.nan if gone else _number(one)
        except OverflowError:
            raise InputError(f"{name} holds {shown(one)}, which is too large for a float64") from None
        except (TypeError, ValueError):
            if not array.ndim and hasattr(one, "__iter__") and not isinstance(one, Mapping):
                hint = "list(...), or Evaluation with update for each of its batches"
                raise InputError(f"{name} is a {type(one).__name__}, not an array", hint=hint) from None
            raise InputError(f"{name} holds {shown(one)}, neither a number nor a text") from None
    return numbers.reshape(array.shape)


def shown(value: Any) -> str:
    """A value in a message."""
    return shortened(" ".join(repr(value).split()))


def _is_row(one: Any) -> bool:
    return hasattr(one, "__len__") and not isinstance(one, str | bytes | Mapping | Set)


def _texts(array: NDArray[Any]) -> NDArray[Any]:
    """Plain strings; a missing one is empty."""

    def text(one: Any) -> str:
        if isinstance(one, bytes):
            return one.decode(errors="backslashreplace")
        return str.__str__(one) if isinstance(one, str) else ""  # also of a str that is a member of an Enum

    return np.array([*map(text, array.ravel().tolist()), None], dtype=object)[:-1].reshape(array.shape)


def _number(one: Any) -> float:
    if isinstance(one, str | bytes | complex):
        raise TypeError
    return float(one)


def _is_missing(one: Any) -> bool:
    """Whether it is None, or one of pandas's values for missing data."""
    return one is None or type(one).__name__ in ("NAType", "NaTType", "MaskedConstant")


def _stacked(rows: list[Any], name: str) -> NDArray[Any]:
    lengths = sorted({len(row) for row in rows})
    if len(lengths) > 1:
        shown = ", ".join(map(str, lengths[:_FEW]))
        raise InputError(f"{name} holds rows of different lengths: {shown}")
    return array_of(np.array([array_of(row, name) for row in rows]), name)
