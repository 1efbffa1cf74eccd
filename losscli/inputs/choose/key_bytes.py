"""Many short texts in one array of bytes, compared and hashed eight bytes at a time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.record import record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Places = NDArray[np.int64]
    Words = NDArray[np.uint64]

WORD = 8
_PAD = b"\0" * 2 * WORD
_BLANKS = frozenset(b" \t\r\n")
_WHOLE = rb"[+-]?\d+\.0"
_SEPARATOR = "\x1f"  # between the parts of a key of several columns
_MIX = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9))
_MASK = (1 << 64) - 1
_FACTOR = 0xD6E8FEB86659FD93
_WITHIN = np.array([[(1 << 8 * min(n, WORD)) - 1, (1 << 8 * max(n - WORD, 0)) - 1] for n in range(17)], np.uint64)
_HALF, _SHORT = np.uint64(32), np.uint64(29)


@record
class Texts(Sequence[str]):
    """Texts within an array of bytes, which may hold more.

    Attributes:
        data: UTF-8 with some padding at the end.
        start: Start of each text.
        stop: End of each text.
    """

    data: NDArray[np.uint8]
    start: Places
    stop: Places

    @classmethod
    def of(cls, texts: Sequence[str]) -> Texts:
        """Texts from a sequence of them."""
        if isinstance(texts, cls):
            return texts
        encoded = [text.encode() for text in texts]
        ends = np.cumsum([0, *map(len, encoded)], dtype=np.int64)
        return cls(np.frombuffer(b"".join(encoded) + _PAD, np.uint8), ends[:-1], ends[1:])

    @classmethod
    def within(cls, data: bytes, start: Places, stop: Places) -> Texts:
        """Texts in a block of text, stripped of blanks."""
        array = np.frombuffer(data + _PAD, np.uint8)
        if b" " in data or b"\t" in data:
            start, stop = _stripped(array, start, stop)
        return cls(array, start, stop)

    def __len__(self) -> int:
        return len(self.start)

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, np.ndarray) and key.dtype == np.intp:  # which is faster so
            start, stop = self.start.take(key), self.stop.take(key)
        else:
            start, stop = self.start[key], self.stop[key]
        if np.ndim(start) == 0:
            return self.data[start:stop].tobytes().decode()
        return Texts(self.data, start.astype(np.int64, copy=False), stop.astype(np.int64, copy=False))

    def __iter__(self) -> Iterator[str]:
        data = self.data.tobytes()
        return (data[start:stop].decode() for start, stop in zip(self.start.tolist(), self.stop.tolist(), strict=True))

    @property
    def lengths(self) -> Places:
        """The length of each text in bytes."""
        return self.stop - self.start

    def canonical(self) -> Texts:
        """The texts with whole numbers such as ``892.0`` written ``892``, as pandas turns ids into floats."""
        last = self.stop - 1
        suspects = (self.lengths > 2) & (self.data[last] == ord("0")) & (self.data[last - 1] == ord("."))
        if not suspects.any():
            return self
        stop = self.stop.copy()
        for i in np.flatnonzero(suspects).tolist():
            text = self.data[self.start[i] : stop[i]].tobytes()
            if re.fullmatch(_WHOLE, text):
                stop[i] -= 2
        return Texts(self.data, self.start, stop)

    def hashes(self) -> Words:
        """A hash of each text."""
        words, left = self.heads()
        found = sums_of(words)
        found += left.view(np.uint64) * _MIX[1]
        if left.max(initial=0) > 2 * WORD:
            self._add_rest(found)
        return _mixed(found)

    def heads(self) -> tuple[Words, Places]:
        """The first 16 bytes of each text as words ``(n, 2)``, and its length."""
        left = self.lengths
        words = self._pairs[self.start].view("<u8").reshape(-1, 2)
        words &= _WITHIN.take(left, axis=0, mode="clip")
        return words, left

    def _add_rest(self, found: Words) -> None:
        """Add the words after the second to the sums that are hashed."""
        rows, left, start, factor = np.arange(len(self)), self.lengths - WORD, self.start + WORD, _FACTOR**2
        while len(rows):
            more, factor = np.flatnonzero(left > WORD), factor * _FACTOR & _MASK
            rows, left, start = rows.take(more), left.take(more) - WORD, start.take(more) + WORD
            found[rows] += self._word(start, left) * np.uint64(factor)

    def same(self, other: Texts) -> NDArray[np.bool_]:
        """Where the texts are equal to ``other``, elementwise."""
        left, ours, theirs = self.lengths, self.start, other.start
        found: NDArray[np.bool_] = left == other.lengths
        width = int(left[0]) if len(left) else 0
        if width >= WORD and found.all() and (left == width).all():
            for at in {*range(0, width - WORD, WORD), width - WORD}:
                found &= self._words[at:][ours] == other._words[at:][theirs]
            return found
        rows: Any = slice(None)
        while len(ours):
            found[rows] &= self._word(ours, left) == other._word(theirs, left)
            more = (left > WORD) & found[rows]
            if more.all():
                left, ours, theirs = left - WORD, ours + WORD, theirs + WORD
                continue
            go_on = np.flatnonzero(more)
            rows = go_on if isinstance(rows, slice) else rows[go_on]
            left, ours, theirs = left.take(go_on) - WORD, ours.take(go_on) + WORD, theirs.take(go_on) + WORD
        return found

    @property
    def _words(self) -> Words:
        """The eight bytes from each position on, as words."""
        return np.ndarray((len(self.data) - WORD + 1,), "<u8", self.data, strides=(1,))

    @property
    def _pairs(self) -> NDArray[Any]:
        """The sixteen bytes from each position on."""
        return np.ndarray((len(self.data) - 2 * WORD + 1,), f"V{2 * WORD}", self.data, strides=(1,))

    def _word(self, start: Places, left: Places) -> Words:
        """Up to eight bytes of each text as a number."""
        found: Words = self._words[start]
        _cut(found, left)
        return found


class Gathered:
    """Collects texts compactly, a batch at a time."""

    def __init__(self) -> None:
        self._data: list[NDArray[np.uint8]] = []
        self._lengths: list[NDArray[np.uint32]] = []
        self._count = np.arange(0, dtype=np.int32)

    def add(self, texts: Texts) -> None:
        """Add texts."""
        lengths = texts.lengths
        first = (texts.start - (np.cumsum(lengths) - lengths)).astype(np.int32)  # a block is no longer
        at = np.repeat(first, lengths)
        if len(self._count) < len(at):
            self._count = np.arange(len(at), dtype=np.int32)
        at += self._count[: len(at)]
        self._data.append(texts.data.take(at))
        self._lengths.append(lengths.astype(np.uint32))

    def texts(self) -> Texts:
        """All texts; the collection is emptied."""
        data = np.concatenate((*self._data, np.frombuffer(_PAD, np.uint8)))
        self._data.clear()
        ends = np.zeros(sum(map(len, self._lengths)) + 1, np.uint32 if len(data) < 1 << 32 else np.int64)
        np.cumsum(np.concatenate(self._lengths), out=ends[1:])
        self._lengths.clear()
        return Texts(data, ends[:-1], ends[1:])  # type: ignore[arg-type]


def behind(parts: Sequence[Texts]) -> Texts:
    """The concatenation of several texts."""
    if len(parts) == 1:
        return parts[0]
    sizes = np.cumsum([0, *(len(part.data) for part in parts)])
    return Texts(
        np.concatenate([part.data for part in parts]),
        np.concatenate([part.start + size for part, size in zip(parts, sizes, strict=False)]),
        np.concatenate([part.stop + size for part, size in zip(parts, sizes, strict=False)]),
    )


def side_by_side(columns: Sequence[Sequence[str]]) -> Sequence[str]:
    """One text for each row of several columns."""
    if len(columns) == 1:
        return columns[0]
    return [_SEPARATOR.join(row) for row in zip(*columns, strict=True)]


def shown(key: str) -> str:
    """A key as shown in messages."""
    return ", ".join(key.split(_SEPARATOR))


def _cut(words: Words, left: Places) -> None:
    """Remove, in place, the bytes after the end of texts of which ``left`` bytes remain."""
    beyond = np.maximum(WORD - left, 0)
    beyond *= 8
    words <<= beyond.view(np.uint64)


def sums_of(heads: Words) -> Words:
    """A sum of the words ``(n, 2)`` of each text, which few others have."""
    found: Words = heads[:, 0] * np.uint64(_FACTOR)
    found += heads[:, 1] * np.uint64(_FACTOR**2 & _MASK)
    return found


def _mixed(words: Words) -> Words:
    """Words with their bits mixed, in place."""
    words *= _MIX[0]
    words ^= words >> _HALF
    words *= _MIX[1]
    words ^= words >> _SHORT
    return words


def _stripped(data: NDArray[np.uint8], start: Places, stop: Places) -> tuple[Places, Places]:
    blank = np.isin(np.arange(256), list(_BLANKS))
    start, stop = start.copy(), stop.copy()
    while len(at := np.flatnonzero((start < stop) & blank[data[start]])):
        start[at] += 1
    while len(at := np.flatnonzero((start < stop) & blank[data[stop - 1]])):
        stop[at] -= 1
    return start, stop
