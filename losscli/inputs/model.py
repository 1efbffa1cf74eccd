"""Rows on their way to the core: cut, joined and put side by side, whatever they hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.core.batch import Remarks
from losscli.errors import InputError
from losscli.inputs.choose.key_bytes import Texts, behind
from losscli.record import record, replace

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from losscli.core.batch import Decision
    from losscli.core.raw_rows import RawForm
    from losscli.core.shards import Cuts

# place(row, column) names the place of a row in messages; column counts the role's columns, None is the whole row.
Place = Callable[[int, int | None], str]

RAW = "raw"  # the role of rows as they are written in the input
COLUMN = "column "  # prefix of the role of a column that is passed through, before its number or name
OF_LABELS = "label "  # prefix of that, for a table of labels


def of_column(place: str, name: str) -> str:
    """The place of a column that is handed through, in the same row."""
    return f"{place.partition(', column ')[0]}, column {name}"


@record
class Piece:
    """Consecutive rows of one source.

    Attributes:
        size: The number of rows.
        values: For each role the source has (``predictions``, ``labels``, ``weights``, ``ids``, ``key``, those of
            extras and of columns to hand through) its values: an array with ``size`` rows or as many texts.
        places: For each role, where its rows come from.
        file: The number and name of the file, if the source is several files.
    """

    size: int
    values: Mapping[str, Any]
    places: Mapping[str, Place]
    file: tuple[int, str] | None = None

    def cut(self, start: int, stop: int) -> Piece:
        """The rows from ``start`` up to ``stop``."""
        if start == 0 and stop >= self.size:
            return self
        return Piece(
            min(stop, self.size) - start,
            {role: values[start:stop] for role, values in self.values.items()},
            {role: _moved(place, start) for role, place in self.places.items()},
            self.file,
        )

    def some(self, rows: NDArray[np.intp]) -> Piece:
        """Any of the rows, in any order."""
        return replace(
            self,
            size=len(rows),
            values={role: _picked(values, rows) for role, values in self.values.items()},
            places={role: _at(place, rows) for role, place in self.places.items()},
        )


@record
class Keys:
    """The columns of a key in two tables.

    Attributes:
        ours: The columns in PREDICTIONS.
        theirs: The columns in LABELS, in the same order.
        request: The value of ``--join``.
        reason: How they were found.
        loose: They are the indexes of frames, which may start anew: only the same ones in another order are wrong.
    """

    ours: tuple[int, ...]
    theirs: tuple[int, ...]
    request: str
    reason: str
    loose: bool = False


@record
class Stream:
    """The rows of one source, as pieces to come.

    Attributes:
        name: The name of the source in messages.
        holds: What its rows are: ``predictions``, ``labels``, ``sample weights`` or the name of an extra.
        pieces: The rows in order; every piece has at least one.
        whole: The predictions are one array of rank 1: n rows or a single row, which only the core can decide.
        tabular: The rows are from a table or a stream of records, even if there is only one.
        names: The names of the prediction columns.
        classes: Class names found in the source.
        seen: Some of the labels.
        decisions: How the source was read.
        remarks: Returns what is known only after the last row.
        files: How many files the source consists of.
        keys: The columns by which its rows are joined to the predictions'.
        against: The index of the baseline whose predictions its rows are.
        cuts: How the rows can be divided; None if they must be read sequentially.
        raw: The format of the rows, if they are to be handed on.
    """

    name: str
    holds: str
    pieces: Iterator[Piece]
    whole: bool = False
    tabular: bool = False
    names: tuple[str, ...] = ()
    classes: tuple[str, ...] | None = None
    seen: Sequence[str] = ()
    decisions: tuple[Decision, ...] = ()
    remarks: Callable[[], Remarks] = Remarks
    files: int = 1
    keys: Keys | None = None
    against: int | None = None
    cuts: Cuts[Stream] | None = None
    raw: RawForm | None = None

    def each(self, change: Callable[[Piece], Piece]) -> Stream:
        """The same rows with every piece passed through a picklable function."""
        cuts = self.cuts and self.cuts.then(partial(Stream.each, change=change))
        return replace(self, pieces=map(change, self.pieces), cuts=cuts)


class NoRowsError(InputError):
    """An input without data, which is allowed for one of several files."""


def extra_role(name: str) -> str:
    """The role of a further array, prefixed as its name might be that of another role."""
    return f"extra {name}"


def is_extra(role: str) -> bool:
    """Whether a role is that of a further array."""
    return role.startswith("extra ")


def baseline_name(i: int) -> str:
    """The name of a baseline's predictions as an extra."""
    return f"against {i}"


def baseline_role(i: int) -> str:
    """The role of the predictions of a baseline."""
    return extra_role(baseline_name(i))


def is_baseline(role: str) -> bool:
    """Whether a role is that of the predictions of a baseline."""
    return role.startswith(extra_role("against "))


class LazyTexts(Sequence[str]):
    """One text per row, made on first access."""

    def __init__(self, size: int, make: Callable[[], Sequence[str]]) -> None:
        self._size = size
        self._make = make
        self._texts: Sequence[str] | None = None

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, slice):
            start, stop, step = key.indices(self._size)
            return LazyTexts(len(range(start, stop, step)), lambda: self._all()[key])
        return self._all()[key]

    def _all(self) -> Sequence[str]:
        if self._texts is None:
            self._texts = self._make()
            del self._make  # which frees the text of the block
        return self._texts


def at_least_one(pieces: Iterator[Piece], name: str) -> Iterator[Piece]:
    """The same pieces; no rows at all are an error."""
    empty = True
    for piece in pieces:
        empty = False
        yield piece
    if empty:
        raise no_rows(name)


def no_rows(name: str) -> NoRowsError:
    """The error for an input without data."""
    return NoRowsError("no rows", name, "give at least one row of data")


def align(streams: Sequence[Stream]) -> Iterator[Piece]:
    """Put streams side by side, row by row, whatever the sizes of their pieces.

    Raises:
        InputError: One of them has fewer rows than another (with both counts), or, of sources with equally many files,
            two corresponding files differ in length.
    """
    if len(streams) == 1:
        yield from streams[0].pieces
        return
    current: list[Piece | None] = [None] * len(streams)
    counts = [0] * len(streams)
    while True:
        for i, stream in enumerate(streams):
            if current[i] is None:
                current[i] = next(stream.pieces, None)
        present = [piece for piece in current if piece is not None]
        if not present:
            return
        if len(present) < len(streams):
            raise _uneven(streams, current, counts)
        _refuse_other_files(streams, present)
        size = min(piece.size for piece in present)
        yield _side_by_side([piece.cut(0, size) for piece in present])
        current = [piece.cut(size, piece.size) if piece.size > size else None for piece in present]
        counts = [count + size for count in counts]


def rechunk(pieces: Iterator[Piece], rows: int) -> Iterator[Piece]:
    """Pieces of exactly ``rows`` rows; only the last piece of a file may have fewer."""
    held: list[Piece] = []
    size = 0
    for piece in pieces:
        if held and piece.file != held[0].file:
            yield joined(held)
            held, size = [], 0
        start = 0
        while start < piece.size:
            part = piece.cut(start, start + rows - size)
            held.append(part)
            start += part.size
            size += part.size
            if size == rows:
                yield joined(held)
                held, size = [], 0
    if held:
        yield joined(held)


def first_rows(pieces: Iterator[Piece], rows: int) -> Iterator[Piece]:
    """The pieces of the first ``rows`` rows."""
    left = rows
    for piece in pieces:
        yield piece.cut(0, left)
        left -= piece.size
        if left <= 0:
            return


def joined(pieces: Sequence[Piece]) -> Piece:
    """One piece with the rows of several."""
    if len(pieces) == 1:
        return pieces[0]
    starts = np.cumsum([0, *(piece.size for piece in pieces)])

    def place_of(role: str) -> Place:
        def place(row: int, column: int | None) -> str:
            i = int(np.searchsorted(starts, row, side="right")) - 1
            return pieces[i].places[role](row - int(starts[i]), column)

        return place

    values = {role: _concatenated([piece.values[role] for piece in pieces]) for role in pieces[0].values}
    return Piece(int(starts[-1]), values, {role: place_of(role) for role in pieces[0].places}, pieces[0].file)


def count_mismatch(streams: Sequence[Stream], counts: Sequence[int]) -> InputError:
    """The error for sources with different numbers of rows."""
    first = counts[0]
    other = next(i for i, count in enumerate(counts) if count != first)
    rows = "row" if first == 1 else "rows"
    hint = "rows are paired by position: both inputs need the same number of rows"
    keys = next((stream.keys for stream in streams if stream.keys), None)
    if keys:
        hint = f"--join {keys.request} pairs them by it; --join-missing drop leaves out those without a partner"
    elif abs(first - counts[other]) == 1 and all(map(_may_have_a_header, (streams[0], streams[other]))):
        hint = "is the first line of one a header? --header or --no-header"
    return InputError(
        f"{first} {rows} of {streams[0].holds} but {counts[other]} of {streams[other].holds}",
        f"{streams[0].name} and {streams[other].name}",
        hint,
    )


def _may_have_a_header(stream: Stream) -> bool:
    """Whether it is text whose first line was judged."""
    return any(one.what.partition(" ")[0] == "header" for one in stream.decisions)


def _uneven(streams: Sequence[Stream], current: Sequence[Piece | None], counts: Sequence[int]) -> InputError:
    totals = [
        count + (piece.size if piece else 0) + sum(later.size for later in stream.pieces)
        for stream, piece, count in zip(streams, current, counts, strict=True)
    ]
    return count_mismatch(streams, totals)


def _refuse_other_files(streams: Sequence[Stream], pieces: Sequence[Piece]) -> None:
    """Refuse files of different lengths where sources have equally many: a short file must not shift the rest."""
    first = pieces[0].file
    for stream, piece in zip(streams, pieces, strict=True):
        if first is None or piece.file is None or stream.files != streams[0].files or piece.file[0] == first[0]:
            continue
        # The source that is still at an earlier file has more rows there.
        (_, longer), holds = min((first, streams[0].holds), (piece.file, stream.holds))
        what = f"a file of {holds} has more rows than its partner: as many files are paired one by one"
        raise InputError(what, longer, "rows are paired by position, in the natural order of the files")


def _side_by_side(pieces: Sequence[Piece]) -> Piece:
    values: dict[str, Any] = {}
    places: dict[str, Place] = {}
    for piece in pieces:
        values |= piece.values
        places |= piece.places
    return replace(pieces[0], values=values, places=places)


def _concatenated(parts: Sequence[Any]) -> Any:
    if isinstance(parts[0], np.ndarray):
        return np.concatenate(parts)
    if isinstance(parts[0], Texts):
        return behind(parts)
    return [text for part in parts for text in part]


def _picked(values: Any, rows: NDArray[np.intp]) -> Any:
    if isinstance(values, LazyTexts):
        return LazyTexts(len(rows), lambda: [values[row] for row in rows.tolist()])
    return values[rows] if isinstance(values, np.ndarray | Texts) else [values[row] for row in rows.tolist()]


def _at(place: Place, rows: NDArray[np.intp]) -> Place:
    return lambda row, column: place(int(rows[row]), column)


def _moved(place: Place, offset: int) -> Place:
    return lambda row, column: place(row + offset, column)
