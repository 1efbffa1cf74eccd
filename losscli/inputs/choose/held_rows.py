"""Rows that are held in memory until their partners are read, and found by their keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from losscli.inputs.choose.key_bytes import Gathered, Texts, shown
from losscli.inputs.model import Piece, baseline_name, baseline_role, joined
from losscli.record import field, record, replace
from losscli.text import quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    Rows = NDArray[np.intp]

_SHOWN = 5
_END = np.full(1, 2**64 - 1, np.uint64)  # larger than every entry


def key_role(against: int | None) -> str:
    """The role of the keys of labels, or of the rows of a baseline."""
    return "label key" if against is None else f"key of {baseline_name(against)}"


def held_role(against: int | None) -> str:
    """The role of what is held: labels, or the predictions of a baseline."""
    return "labels" if against is None else baseline_role(against)


@record(frozen=False)
class Named:
    """A count of keys, and the first few of them by name."""

    count: int = 0
    texts: list[str] = field(default_factory=list)

    def add(self, rows: Rows, name: Callable[[int], str]) -> None:
        """Add rows; ``name`` returns what messages call a row."""
        self.count += len(rows)
        self.texts += [name(int(row)) for row in rows[: _SHOWN - len(self.texts)]]

    def __str__(self) -> str:
        return ", ".join(self.texts) + (", …" if self.count > len(self.texts) else "")


class Held:
    """Rows to be found by their keys; a row takes some 16 bytes besides its key and values.

    Hashes are sorted; the lowest bits of each are replaced by its row number, the highest bits index a table of where
    to look.
    """

    def __init__(self, pieces: Iterator[Piece], against: int | None) -> None:
        role = key_role(against)
        self._role = held_role(against)
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
        """Rows of PREDICTIONS, each with its partner, the held row of that number."""
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

    def _same_keys(self) -> Named:
        """Rows whose key an earlier row has, too."""
        twice = Named()
        seen: dict[str, int] = {}
        every = self._entries[:-1]
        like = np.flatnonzero(every[1:] ^ every[:-1] <= self._row)
        suspects = np.unique(every[np.concatenate((like, like + 1))] & self._row)
        again = [row for row in suspects.tolist() if seen.setdefault(self._keys[row], row) != row]
        twice.add(np.array(again, np.intp), self.called)
        return twice


def without(piece: Piece, role: str) -> Piece:
    """The piece without a role that is no longer needed."""
    return replace(piece, values={name: value for name, value in piece.values.items() if name != role})
