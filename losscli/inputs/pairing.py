"""Rows of two sources that belong together: those at the same place, whose keys are compared, or those of one key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from losscli.core.batch import Decision
from losscli.errors import InputError, quoted
from losscli.inputs.pieces import Piece, joined
from losscli.inputs.texts import Texts, behind, shown
from losscli.record import field, record, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from losscli.inputs.pieces import Stream

    Rows = NDArray[np.intp]

KEY, LABEL_KEY = "key", "label key"
_SHOWN = 5


def compared(pieces: Iterator[Piece], request: str) -> Iterator[Piece]:
    """Rows that were put side by side by their position, whose keys say the same.

    Raises:
        InputError: They don't.
    """
    start = 0
    for piece in pieces:
        ours, theirs = (Texts.of(piece.values[role]) for role in (KEY, LABEL_KEY))
        same = ours.same(theirs)
        if not same.all():
            same = ours.canonical().same(theirs.canonical())
        if not same.all():
            row = int(np.flatnonzero(~same)[0])
            mine, other = (quoted(shown(texts[row])) for texts in (ours, theirs))
            what = f"in row {start + row + 1}, {request} is {mine} in one file and {other} in the other"
            places = (piece.places[role](row, None) for role in ("predictions", "labels"))
            raise InputError(what, " and ".join(places), f"try  --join {_word(request)}")
        yield _without_keys(piece)
        start += piece.size


@record(frozen=False)
class _Named:
    """Some keys of many, and how many there are."""

    count: int = 0
    texts: list[str] = field(default_factory=list)

    def add(self, rows: Rows, name: Callable[[int], str]) -> None:
        self.count += len(rows)
        self.texts += [name(int(row)) for row in rows[: _SHOWN - len(self.texts)]]

    def __str__(self) -> str:
        return ", ".join(self.texts) + (", …" if self.count > len(self.texts) else "")


class Join:
    """Pairs the rows of PREDICTIONS, as they come, with those of LABELS, which are held.

    Args:
        labels: Rows with the role ``label key``.
        request: The columns, for messages.
        drop: Leave out rows without a partner.
        part: PREDICTIONS may end before its last row: LABELS may have more.
    """

    def __init__(self, labels: Stream, request: str, *, drop: bool, part: bool = False) -> None:
        self._labels = labels
        self._request = request
        self._drop = drop
        self._part = part
        self._alone = _Named()
        self._twice = _Named()
        self._left = 0

    def pieces(self, predictions: Iterator[Piece], name: str) -> Iterator[Piece]:
        """The rows of ``predictions``, in their order, each with its partner.

        Raises:
            InputError: A key comes twice, or has no partner.
        """
        held = _Held(self._labels.pieces)
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
        """Keys without a partner, and those that came before."""

        def called(row: int) -> str:
            return f"{quoted(shown(key[row]))} ({piece.places['predictions'](row, None)})"

        self._alone.add(np.flatnonzero(rows < 0), called)
        found = np.flatnonzero(rows >= 0)
        _, first = np.unique(rows[found], return_index=True)
        again = used[rows[found]]
        again[np.setdiff1d(np.arange(len(found)), first, assume_unique=True)] = True
        self._twice.add(found[again], called)
        used[rows[found]] = True

    def _refuse_twice(self, twice: _Named, name: str) -> None:
        if twice.count:
            rows = "1 row has" if twice.count == 1 else f"{twice.count} rows have"
            hint = "a key of several columns, as in --join a,b, may tell them apart"
            raise InputError(f"{rows} a key that another row has, too ({self._request}): {twice}", name, hint)

    def _refuse_alone(self, name: str, held: _Held, left: Rows) -> None:
        more = _Named()
        more.add(left, held.called)
        sides = [(self._alone, name, self._labels.name), (more, self._labels.name, name)]
        told = [
            f"{alone.count} {'row' if alone.count == 1 else 'rows'} of {mine} without a partner in {other}: {alone}"
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
        """What was left out."""
        if not (self._drop and self._alone.count + self._left):
            return ()
        rows = f"{self._alone.count} of PREDICTIONS and {self._left} of LABELS"
        return (Decision("rows left out", rows, "they have no partner", note=True),)


class _Held:
    """Rows that are found by their keys: 16 bytes for each, the key and the values."""

    def __init__(self, pieces: Iterator[Piece]) -> None:
        hashes: list[NDArray[np.uint64]] = []
        keys: list[Texts] = []
        held: list[Piece] = []
        for piece in pieces:
            key = Texts.of(piece.values[LABEL_KEY]).canonical().compact()
            keys.append(key)
            hashes.append(key.hashes())
            held.append(_without_keys(piece))
        self._rows = joined(held)
        del held
        self._keys = behind(keys)
        del keys
        every = np.concatenate(hashes)
        del hashes
        order = np.argsort(every)
        self._hashes = every[order]
        self._order = order.astype(np.uint32) if len(order) < 1 << 32 else order
        self.twice = self._same_keys()

    def __len__(self) -> int:
        return self._rows.size

    def called(self, row: int) -> str:
        """A row by its key, for messages."""
        return f"{quoted(shown(self._keys[row]))} ({self._rows.places['labels'](row, None)})"

    def beside(self, piece: Piece, rows: Rows) -> Piece:
        """Rows of PREDICTIONS, each with one of these."""
        ours = self._rows.some(rows)
        return _without_keys(
            replace(piece, values={**piece.values, **ours.values}, places={**piece.places, **ours.places})
        )

    def find(self, key: Texts) -> Rows:
        """The rows with these keys; -1 where there is none."""
        hashes = key.hashes()
        order = np.argsort(hashes)
        at = np.empty(len(order), np.intp)
        at[order] = np.searchsorted(self._hashes, hashes[order])
        rows = np.full(len(key), -1, np.intp)
        while True:
            asked = np.flatnonzero((rows < 0) & (at < len(self)))
            asked = asked[self._hashes[at[asked]] == hashes[asked]]
            if not len(asked):
                return rows
            found = self._order[at[asked]].astype(np.intp)
            same = key[asked].same(self._keys[found])
            rows[asked[same]] = found[same]
            at[asked] += 1  # of the same hash there may be others

    def _same_keys(self) -> _Named:
        """Rows whose key an earlier row has, too."""
        twice = _Named()
        like = self._hashes[1:] == self._hashes[:-1]
        if not like.any():
            return twice
        seen: dict[str, int] = {}
        suspects = np.flatnonzero(np.concatenate((like, [False])) | np.concatenate(([False], like)))
        every = np.sort(self._order[suspects]).tolist()
        again = [row for row in every if seen.setdefault(self._keys[row], row) != row]
        twice.add(np.array(again, np.intp), self.called)
        return twice


def _without_keys(piece: Piece) -> Piece:
    values = {role: value for role, value in piece.values.items() if role not in (KEY, LABEL_KEY)}
    return replace(piece, values=values)


def _word(text: str) -> str:
    """A word of a shell."""
    import shlex

    return shlex.quote(text)
