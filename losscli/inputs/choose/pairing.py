"""Pairs the rows of two sources: by position, with keys compared, or by key."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

import numpy as np

from losscli.core.batch import Decision, Remarks
from losscli.core.shards import MiscutError
from losscli.errors import InputError
from losscli.inputs.choose.held_rows import Held, Named, held_role, key_role, without
from losscli.inputs.choose.key_bytes import Texts, shown
from losscli.inputs.model import Piece, baseline_name, baseline_role
from losscli.text import count, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from losscli.inputs.model import Stream

    Rows = NDArray[np.intp]

KEY, IDS = "key", "ids"
_JOINS: WeakValueDictionary[int, Join] = WeakValueDictionary()  # which forked copies find by number


def labels_role(against: int) -> str:
    """The role of the labels beside the predictions of a baseline."""
    return f"labels of {baseline_name(against)}"


def compared(
    pieces: Iterator[Piece], request: str, against: int | None = None, *, loose: bool = False
) -> Iterator[Piece]:
    """Rows paired by position, whose keys are checked to be equal; ``loose`` ones only not to be in another order.

    Raises:
        InputError: They are not.
    """
    start, wrong, sums = 0, None, np.zeros(2, np.uint64)
    their_key = key_role(against)
    for piece in pieces:
        our_key = KEY if KEY in piece.values else IDS
        if our_key not in piece.values:
            yield without(piece, their_key)
            continue
        ours, theirs = (Texts.of(piece.values[role]) for role in (our_key, their_key))
        same = ours.same(theirs)
        if not same.all():
            same = ours.canonical().same(theirs.canonical())
        row = next((row for row in np.flatnonzero(~same).tolist() if not _same_number(ours[row], theirs[row])), None)
        if row is not None:
            mine, other = (quoted(shown(texts[row])) for texts in (ours, theirs))
            what = f"in row {start + row + 1}, {request} is {mine} in one file and {other} in the other"
            places = (piece.places[role](row, None) for role in ("predictions", held_role(against)))
            hint = f"--join {_word(request)}" if our_key == KEY else "put the rows of both in the same order"
            hint = _spelling(ours[row], theirs[row]) or hint
            wrong = wrong or InputError(what, " and ".join(places), hint)
            if not loose:
                raise wrong
        if loose:
            sums += [texts.canonical().hashes().sum(dtype=np.uint64) for texts in (ours, theirs)]
        yield without(piece, their_key)
        start += piece.size
    if wrong is not None and sums[0] == sums[1]:
        raise wrong


def of_equal_labels(pieces: Iterator[Piece], against: int) -> Iterator[Piece]:
    """Rows of a baseline with labels, which are checked to be equal to those of the predictions.

    Raises:
        InputError: They differ, so that the rows are others.
    """
    role, start = labels_role(against), 0
    for piece in pieces:
        if role not in piece.values:
            yield piece
            continue
        ours, theirs = piece.values["labels"], piece.values[role]
        alike = ours.shape == theirs.shape and (ours.dtype == object) == (theirs.dtype == object)
        other = (ours != theirs) & ~((ours != ours) & (theirs != theirs)) if alike else np.zeros(1, bool)
        if other.any():
            row = int(np.flatnonzero(other.reshape(len(other), -1).any(axis=1))[0])
            mine, yours = (quoted(one) if isinstance(one, str) else str(one) for one in (ours[row], theirs[row]))
            what = f"in row {start + row + 1}, the label is {mine} in one file and {yours} in the other"
            places = (piece.places[role](row, None) for role in ("predictions", baseline_role(against)))
            raise InputError(what, " and ".join(places), "--join COLUMN pairs rows by what names them")
        yield without(piece, role)
        start += piece.size


def _spelling(mine: str, other: str) -> str:
    """A hint for two keys that differ only in spelling; empty if they don't."""
    if mine.casefold() == other.casefold():
        return "write them alike: they differ in upper and lower case"
    return ""


def _same_number(mine: str, other: str) -> bool:
    """Whether two keys are the same whole number except for leading zeros."""
    return mine.isdecimal() and other.isdecimal() and mine.lstrip("0") == other.lstrip("0")


class Join:
    """Pairs the rows of PREDICTIONS, as they come, with those of LABELS or of a baseline, which are held in memory.

    Args:
        labels: Rows with the role ``label key``, or that of the keys of a baseline.
        request: The columns, for messages.
        drop: Leave out rows without a partner.
        part: Only a part of PREDICTIONS is read, so that LABELS may have more rows.
    """

    def __init__(self, labels: Stream, request: str, *, drop: bool, part: bool = False) -> None:
        self._labels = labels
        self._request = request
        self._drop = drop
        self._part = part
        self._alone = Named()
        self._twice = Named()
        self._left = 0
        self._number = id(self)
        _JOINS[self._number] = self

    def __reduce__(self) -> tuple[type[JoinedPart], tuple[int]]:
        return JoinedPart, (self._number,)

    @cached_property
    def held(self) -> Held:
        """The rows of LABELS or of a baseline."""
        return Held(self._labels.pieces, self._labels.against)

    def remarks(self) -> Remarks:
        """The remarks on these rows, complete after the last one."""
        return self._labels.remarks()

    def pieces(self, predictions: Iterator[Piece], name: str) -> Iterator[Piece]:
        """The rows of ``predictions``, in their order, each with its partner.

        Raises:
            InputError: A key comes twice, or has no partner.
        """
        held = self.held
        self._refuse_twice(held.twice, self._labels.name)
        used = np.zeros(len(held), bool)
        for piece in predictions:
            key = Texts.of(piece.values[KEY]).canonical()
            rows = held.find(key)
            self._note(piece, key, rows, used)
            if self._twice.count or (self._alone.count and not self._drop):
                continue
            found = rows >= 0
            if found.all():
                yield held.beside(piece, rows)
            elif found.any():
                yield held.beside(piece.some(np.flatnonzero(found)), rows[found])
        self._refuse_twice(self._twice, name)
        left = np.flatnonzero(~used) if not self._part else np.empty(0, np.intp)
        self._left = len(left)
        if not self._drop:
            self._refuse_alone(name, held, left)
        elif not used.any():
            raise self._nothing_fits(name)

    def _note(self, piece: Piece, key: Texts, rows: Rows, used: NDArray[np.bool_]) -> None:
        """Note keys without a partner, and repeated keys."""

        def called(row: int) -> str:
            return f"{quoted(shown(key[row]))} ({piece.places['predictions'](row, None)})"

        self._alone.add(np.flatnonzero(rows < 0), called)
        found = np.flatnonzero(rows >= 0)
        partners = rows[found]
        again = used[partners]
        used[partners] = True
        in_order = np.sort(partners)
        if (in_order[1:] == in_order[:-1]).any():
            _, first = np.unique(partners, return_index=True)
            again[np.setdiff1d(np.arange(len(found)), first, assume_unique=True)] = True
        self._twice.add(found[again], called)

    def _refuse_twice(self, twice: Named, name: str) -> None:
        if twice.count:
            rows = count(twice.count, "row has", "rows have")
            hint = "a key of several columns, as in --join a,b, may tell them apart"
            raise InputError(f"{rows} a key that another row has, too ({self._request}): {twice}", name, hint)

    def _refuse_alone(self, name: str, held: Held, left: Rows) -> None:
        more = Named()
        more.add(left, held.called)
        sides = [(self._alone, name, self._labels.name), (more, self._labels.name, name)]
        told = [
            f"{count(alone.count, 'row')} of {mine} without a partner in {other}: {alone}"
            for alone, mine, other in sides
            if alone.count
        ]
        if not told:
            return
        if len(left) == len(held):
            raise self._nothing_fits(name)
        raise InputError("; ".join(told), hint="--join-missing drop leaves them out")

    def _nothing_fits(self, name: str) -> InputError:
        what = f"no row of {name} has a partner in {self._labels.name} ({self._request}): {self._alone}"
        return InputError(what, hint="--join with the column that names the rows in both")

    def decisions(self) -> tuple[Decision, ...]:
        """The decision on rows left out for want of a partner."""
        if not (self._drop and self._alone.count + self._left):
            return ()
        other = "LABELS" if self._labels.against is None else self._labels.name
        rows = f"{self._alone.count} of PREDICTIONS and {self._left} of {other}"
        return (Decision("rows left out", rows, "they have no partner", note=True),)


class JoinedPart:
    """A `Join` in a copy of its process, for some of the rows of PREDICTIONS.

    Args:
        number: The number of the join.
    """

    def __init__(self, number: int) -> None:
        self._join = _JOINS.get(number)
        self._partners: Partners | None = None

    def pieces(self, predictions: Iterator[Piece], _: str) -> Iterator[Piece]:
        """As `Join.pieces`.

        Raises:
            MiscutError: A key comes twice, or has no partner; only a sequential read can name it.
        """
        if self._join is None:
            raise MiscutError  # this process is not a fork of the one that made the join
        held, count = self._join.held, 0
        used = np.zeros(len(held), bool)
        for piece in predictions:
            rows = held.find(Texts.of(piece.values[KEY]).canonical())
            if (rows < 0).any():
                raise MiscutError
            used[rows] = True
            count += piece.size
            yield held.beside(piece, rows)
        if np.count_nonzero(used) < count:
            raise MiscutError
        self._partners = Partners(used, self._join.remarks())

    def remarks(self) -> Remarks:
        """Which rows of LABELS or of a baseline were partners."""
        assert self._partners is not None, "asked behind the last row"
        return self._partners

    def decisions(self) -> tuple[Decision, ...]:
        """Nothing is left out."""
        return ()


class Partners(Remarks):
    """The held rows that were partners of some rows, with the remarks on these."""

    def __init__(self, used: NDArray[np.bool_], remarks: Remarks) -> None:
        super().__init__(**vars(remarks))
        self._used = np.packbits(used)
        self._unused = len(used) - int(np.count_nonzero(used))

    def merge(self, later: Remarks) -> None:
        """Add the partners of later rows.

        Raises:
            MiscutError: A row is the partner of two.
        """
        assert isinstance(later, Partners)
        if (self._used & later._used).any():
            raise MiscutError
        self._used |= later._used
        self._unused -= int(np.bitwise_count(later._used).sum())

    @property
    def complete(self) -> bool:
        """Whether all held rows have been partners."""
        return not self._unused


def _word(text: str) -> str:
    """A text quoted for a shell."""
    import shlex

    return shlex.quote(text)
