"""Arrays with or without names, from whatever holds arrays: inline values, JSON, NPY, NPZ."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.core.batch import Remarks
from losscli.errors import InputError, UsageError
from losscli.inputs.choose import usual_names as known
from losscli.inputs.model import Piece, Place, Stream, at_least_one, is_extra, no_rows
from losscli.record import record, replace
from losscli.text import quoted, some_names

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from losscli.core.batch import Decision
    from losscli.core.shards import Cuts

ROWS_UNKNOWN = -1
_LAST_SIGN = 0x10FFFF  # the last code point of Unicode
_LOOKED_AT = 200  # rows by which labels are judged

# Rows of an array, and a function from a row to its place in messages.
Block = tuple["NDArray[Any]", Callable[[int], str]]


@record
class ArrayStream:
    """One array, some rows at a time.

    Attributes:
        name: The name of the source in messages.
        shape: Its shape; the first length is -1 if it is known only at the end.
        text: It holds texts.
        blocks: Consecutive rows as float64, int64, bool or object arrays, with the places of their rows; none is
            empty.
        file: The file that the last block came from, if there are several.
        files: How many files there are.
        remarks: Returns what is known only after the last row.
        cuts: How the rows can be divided; None if they must be read sequentially.
    """

    name: str
    shape: tuple[int, ...]
    text: bool
    blocks: Iterator[Block]
    file: Callable[[], tuple[int, str] | None] = lambda: None
    files: int = 1
    remarks: Callable[[], Remarks] = Remarks
    cuts: Cuts[ArrayStream] | None = None


@record
class Arrays:
    """Arrays that share a source.

    Attributes:
        name: The name of the source in messages.
        keys: The names of the arrays; an array without a name has the only key ``""``.
        load: Opens the array of a key; the second argument says whether it may hold text.
        decisions: How the source is read.
        classes: Class names found in the source.
    """

    name: str
    keys: tuple[str, ...]
    load: Callable[[str, bool], ArrayStream]
    decisions: tuple[Decision, ...] = ()
    classes: tuple[str, ...] | None = None


def in_memory(name: str, array: NDArray[Any], chunk_bytes: int) -> ArrayStream:
    """A stream of an array in memory.

    Raises:
        InputError: It has no rows, or its rows have no values.
    """
    refuse_empty(name, array.shape)
    rows = max(1, chunk_bytes // max(1, array[0:1].nbytes))
    blocks = ((array[i : i + rows], numbered(name, i)) for i in range(0, len(array), rows))
    return ArrayStream(name, array.shape, array.dtype == object, blocks)


def rows_first(stream: ArrayStream) -> ArrayStream:
    """The array with its second axis moved first, if it has three: the axis of the rows."""
    if len(stream.shape) != 3:
        return stream
    whole = np.concatenate([block for block, _ in stream.blocks])
    return in_memory(stream.name, np.moveaxis(whole, 1, 0), whole.nbytes)


def peeked(stream: ArrayStream) -> tuple[ArrayStream, NDArray[Any]]:
    """An equal stream, and some of its first rows."""
    first = next(stream.blocks, None)
    if first is None:
        raise no_rows(stream.name)
    began = [stream.file()]  # the file of the first block, until the next is read

    def blocks() -> Iterator[Block]:
        yield first
        began.clear()
        yield from stream.blocks

    return replace(stream, blocks=blocks(), file=lambda: began[0] if began else stream.file()), first[0][:_LOOKED_AT]


def numbered(name: str, start: int) -> Callable[[int], str]:
    """Name rows by their number within the array."""
    return lambda row: f"{name}, row {start + row + 1}"


def refuse_empty(name: str, shape: Sequence[int]) -> None:
    """Refuse an array that holds nothing."""
    if not shape[0]:
        raise no_rows(name)
    if 0 in shape:
        raise InputError("rows without values", name, f"the shape is {tuple(shape)}")


def plain(array: NDArray[Any], *, copy: bool = True) -> NDArray[Any]:
    """Convert any dtype to one of four: float64, int64, bool, or objects that are ``str``.

    Raises:
        UnicodeError: Bytes or code points that are not text.
    """
    if array.dtype.kind == "U" and array.nbytes:
        signs = np.ascontiguousarray(array).view(f"{array.dtype.str[0]}u4")
        if signs.max() > _LAST_SIGN:
            raise UnicodeError
    if array.dtype.kind in "US":
        words = array.ravel().tolist()
        texts = [word.decode().strip() if isinstance(word, bytes) else word.strip() for word in words]
        return np.array([*texts, None], dtype=object)[:-1].reshape(array.shape)
    if array.dtype == bool:
        return array
    if array.dtype.kind == "i" or (array.dtype.kind == "u" and array.max() <= np.iinfo(np.int64).max):
        return array.astype(np.int64, copy=copy)
    with np.errstate(invalid="ignore"):  # a signalling NaN becomes a quiet one
        return array.astype(np.float64, copy=copy)


def stream_for(stream: ArrayStream, role: str, holds: str) -> Stream:
    """The rows of an array in one role: ``predictions``, ``labels``, ``weights``, ``ids`` or that of an extra.

    Raises:
        InputError: Ids that are not one per row.
    """
    if role == "ids" and any(length != 1 for length in stream.shape[1:]):
        raise InputError(f"{holds} of shape {shown_shape(stream.shape)}, one per row expected", stream.name)
    pieces = _pieces(stream, role)
    endless = stream.shape[0] == ROWS_UNKNOWN
    whole = role == "predictions" and len(stream.shape) == 1 and not endless and not stream.text
    return Stream(
        stream.name,
        holds,
        at_least_one(pieces, stream.name),
        whole,
        tabular=endless,
        remarks=stream.remarks,
        files=stream.files,
        cuts=None if stream.cuts is None else stream.cuts.then(partial(stream_for, role=role, holds=holds)),
    )


def _pieces(stream: ArrayStream, role: str) -> Iterator[Piece]:
    for block, row_place in stream.blocks:
        values: Any = in_role(block, role)
        if role == "ids":
            values = [str(value) for value in values.reshape(-1).tolist()]
        places = {role: _value_place(row_place, len(stream.shape) > 1)}
        yield Piece(len(block), {role: values}, places, stream.file())


def in_role(array: NDArray[Any], role: str) -> NDArray[Any]:
    """Values in the dtype of a role: only extras keep booleans; only labels, ids and groups keep integers."""
    if array.dtype == object or (array.dtype == bool and is_extra(role)):
        return array
    if role in ("labels", "ids") or "column " in role:
        return array.astype(np.int64) if array.dtype == bool else array
    return np.asarray(array, dtype=np.float64)


def _value_place(row_place: Callable[[int], str], has_columns: bool) -> Place:
    def place(row: int, column: int | None) -> str:
        return f"{row_place(row)}, column {column + 1}" if has_columns and column is not None else row_place(row)

    return place


def shown_shape(shape: tuple[int, ...]) -> str:
    """A shape for messages; an unknown length is n."""
    return str(tuple("n" if length == ROWS_UNKNOWN else length for length in shape)).replace("'", "")


def find_key(arrays: Arrays, usual: Sequence[str], asked: str | None, option: str) -> tuple[str | None, str]:
    """The key of a role, and why.

    Returns:
        The key, None if there is none.

    Raises:
        UsageError: The name that was asked for isn't there.
        InputError: Several keys could have the role.
    """
    if asked is not None:
        if asked not in arrays.keys:
            raise UsageError(f"{option}: no array {quoted(asked)}; {listed(arrays)}", arrays.name)
        return asked, "given"
    found = [key for key in arrays.keys if key and known.key(key) in usual]
    exact = [key for key in found if known.key(key) == usual[0]]
    if len(exact or found) > 1:
        what = f"several arrays could be the {usual[0]}: {some_names(exact or found)}"
        raise InputError(what, arrays.name, f"{option} with one of them" if option else "")
    return ((exact or found)[0], "by its name") if found else (None, "")


def listed(arrays: Arrays) -> str:
    """The names of all arrays for a message."""
    return f"arrays: {some_names([key or '(no name)' for key in arrays.keys])}"
