"""Rows of two sources that belong together: those at the same place, whose keys are compared, or those of one key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.core.batch import Decision
from losscli.errors import InputError
from losscli.inputs.choose.key_bytes import Gathered, Texts, shown
from losscli.inputs.model import Piece, baseline_name, baseline_role, joined
from losscli.record import field, record, replace
from losscli.text import count, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from losscli.inputs.model import Stream

    Rows = NDArray[np.intp]

KEY, LABEL_KEY = "key", "label key"
IDS = "ids"
_SHOWN = 5
_END = np.full(1, 2**64 - 1, np.uint64)  # no entry: the number of a row is less


def key_role(against: int | None) -> str:
    """The role of the keys of labels, or of the rows of a baseline."""
    return LABEL_KEY if against is None else f"key of {baseline_name(against)}"


def labels_role(against: int) -> str:
    """The role of the labels beside the predictions of a baseline."""
    return f"labels of {baseline_name(against)}"


def _held_role(against: int | None) -> str:
    return "labels" if against is None else baseline_role(against)


def compared(pieces: Iterator[Piece], request: str, against: int | None = None) -> Iterator[Piece]:
    """Rows that were put side by side by their position, whose keys say the same.

    Raises:
        InputError: They don't.
    """
    start = 0
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
            places = (piece.places[role](row, None) for role in ("predictions", _held_role(against)))
            hint = f"--join {_word(request)}" if our_key == KEY else "put the rows of both in the same order"
            hint = _spelling(ours[row], theirs[row]) or hint
            raise InputError(what, " and ".join(places), hint)
        yield without(piece, their_key)
        start += piece.size


def of_equal_labels(pieces: Iterator[Piece], against: int) -> Iterator[Piece]:
    """Rows of a baseline that has labels of its own, which are those of the predictions.

    Raises:
        InputError: They are others, so the rows are others.
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
            mine, yours = (_label(labels[row]) for labels in (ours, theirs))
            what = f"in row {start + row + 1}, the label is {mine} in one file and {yours} in the other"
            places = (piece.places[role](row, None) for role in ("predictions", baseline_role(against)))
            raise InputError(what, " and ".join(places), "--join COLUMN pairs rows by what names them")
        yield without(piece, role)
        start += piece.size


def _spelling(mine: str, other: str) -> str:
    """What to do about two keys that are the same but for how they are written; empty if they are not."""
    if mine.casefold() == other.casefold():
        return "write them alike: they differ in upper and lower case"
    return ""


def _same_number(mine: str, other: str) -> bool:
    """Whether two keys are one whole number, of which one has zeros in front: programs lose them."""
    return mine.isdecimal() and other.isdecimal() and mine.lstrip("0") == other.lstrip("0")


def _label(label: Any) -> str:
    return quoted(label) if isinstance(label, str) else str(label)


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
    """Pairs the rows of PREDICTIONS, as they come, with those of LABELS or of a baseline, which are held.

    Args:
        labels: Rows with the role ``label key``, or that of the keys of a baseline.
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
        held = _Held(self._labels.pieces, self._labels.against)
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
        partners = rows[found]
        again = used[partners]
        used[partners] = True
        in_order = np.sort(partners)
        if (in_order[1:] == in_order[:-1]).any():
            _, first = np.unique(partners, return_index=True)
            again[np.setdiff1d(np.arange(len(found)), first, assume_unique=True)] = True
        self._twice.add(found[again], called)

    def _refuse_twice(self, twice: _Named, name: str) -> None:
        if twice.count:
            rows = count(twice.count, "row has", "rows have")
            hint = "a key of several columns, as in --join a,b, may tell them apart"
            raise InputError(f"{rows} a key that another row has, too ({self._request}): {twice}", name, hint)

    def _refuse_alone(self, name: str, held: _Held, left: Rows) -> None:
        more = _Named()
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
        """What was left out."""
        if not (self._drop and self._alone.count + self._left):
            return ()
        other = "LABELS" if self._labels.against is None else self._labels.name
        rows = f"{self._alone.count} of PREDICTIONS and {self._left} of {other}"
        return (Decision("rows left out", rows, "they have no partner", note=True),)


class _Held:
    """Rows that are found by their keys: some 16 bytes for each, the key and the values.

    Their hashes are sorted; in place of its lowest bits, each has the number of its row. The highest bits say where to
    look.
    """

    def __init__(self, pieces: Iterator[Piece], against: int | None) -> None:
        role = key_role(against)
        self._role = _held_role(against)
        hashes: list[NDArray[np.uint64]] = []
        keys = Gathered()
        held: list[Piece] = []
        for piece in pieces:
            key = Texts.of(piece.values[role]).canonical()
            hashes.append(key.hashes())
            keys.add(key)
            held.append(without(piece, role))
        self._rows = joined(held)
        del held, piece
        self._keys = keys.texts()
        self._entries = np.concatenate([*hashes, _END])
        del keys, key, hashes
        bits = len(self).bit_length()
        self._row = np.uint64((1 << bits) - 1)
        every = self._entries[:-1]
        every &= ~self._row
        every |= np.arange(len(self), dtype=np.uint64)
        every.sort()
        self._shift = np.uint64(64 - bits)
        counts = np.bincount(self._bucket(every), minlength=1 << bits)
        self._first = np.zeros(len(counts), self._keys.start.dtype)
        np.cumsum(counts[:-1], out=self._first[1:])
        self.twice = self._same_keys()

    def _bucket(self, hashes: NDArray[np.uint64]) -> Rows:
        return (hashes >> self._shift).view(np.intp)

    def __len__(self) -> int:
        return self._rows.size

    def called(self, row: int) -> str:
        """A row by its key, for messages."""
        return f"{quoted(shown(self._keys[row]))} ({self._rows.places[self._role](row, None)})"

    def beside(self, piece: Piece, rows: Rows) -> Piece:
        """Rows of PREDICTIONS, each with one of these."""
        ours = self._rows.some(rows)
        return replace(piece, values={**piece.values, **ours.values}, places={**piece.places, **ours.places})

    def find(self, key: Texts) -> Rows:
        """The rows with these keys; -1 where there is none."""
        hashes = key.hashes()
        at = self._first.take(self._bucket(hashes)).astype(np.intp)
        hashes &= ~self._row
        rows = np.full(len(key), -1, np.intp)
        asked = np.arange(len(key))
        while len(asked):
            entries = self._entries.take(at.take(asked))
            found, here = (entries & self._row).view(np.intp), entries & ~self._row
            wanted = hashes.take(asked)
            alike = np.flatnonzero((here == wanted) & (entries != _END))
            self._settle(key, rows, asked.take(alike), found.take(alike))
            asked = asked[(rows.take(asked) < 0) & (here <= wanted) & (entries != _END)]
            at[asked] += 1
        return rows

    def _settle(self, key: Texts, rows: Rows, asked: Rows, found: Rows) -> None:
        """Compare keys with those of rows that have the same hash."""
        same = key[asked].same(self._keys[found])
        rows[asked[same]] = found[same]

    def _same_keys(self) -> _Named:
        """Rows whose key an earlier row has, too."""
        twice = _Named()
        seen: dict[str, int] = {}
        every = self._entries[:-1]
        like = np.flatnonzero(every[1:] ^ every[:-1] <= self._row)
        suspects = np.unique(every[np.concatenate((like, like + 1))] & self._row)
        again = [row for row in suspects.tolist() if seen.setdefault(self._keys[row], row) != row]
        twice.add(np.array(again, np.intp), self.called)
        return twice


def without(piece: Piece, role: str) -> Piece:
    """The piece without a role that has done its work."""
    return replace(piece, values={name: value for name, value in piece.values.items() if name != role})


def _word(text: str) -> str:
    """A word of a shell."""
    import shlex

    return shlex.quote(text)
