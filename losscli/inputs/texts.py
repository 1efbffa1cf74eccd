"""Many short texts as one array of bytes, compared and hashed eight bytes at a time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.record import record

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Places = NDArray[np.int64]
    Words = NDArray[np.uint64]

_WORD = 8
_PAD = b"\0" * _WORD
_BLANKS = frozenset(b" \t\r\n")
_WHOLE = re.compile(rb"[+-]?\d+\.0")
_SEPARATOR = "\x1f"  # between the parts of a key of several columns
_MIX = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9))
_HALF, _SHORT = np.uint64(32), np.uint64(29)


@record
class Texts(Sequence[str]):
    """Texts within some bytes, which may hold more.

    Attributes:
        data: UTF-8, and at its end some padding.
        start: Where each text begins.
        stop: Where it ends.
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
        """Texts in a block of text, without the blanks around them."""
        array = np.frombuffer(data + _PAD, np.uint8)
        if b" " in data or b"\t" in data:
            start, stop = _stripped(array, start, stop)
        return cls(array, start, stop)

    def __len__(self) -> int:
        return len(self.start)

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, int | np.integer):
            return self.data[self.start[key] : self.stop[key]].tobytes().decode()
        return Texts(self.data, self.start[key], self.stop[key])

    @property
    def lengths(self) -> Places:
        """The bytes of each."""
        return self.stop - self.start

    def compact(self) -> Texts:
        """The same in as few bytes as they need."""
        lengths = self.lengths
        ends = np.cumsum(lengths)
        first = ends - lengths
        at = np.repeat(self.start - first, lengths) + np.arange(ends[-1] if len(ends) else 0)
        return Texts(np.concatenate((self.data[at], np.frombuffer(_PAD, np.uint8))), first, ends)

    def canonical(self) -> Texts:
        """The same, with whole numbers that were written with a point as such: pandas turns ids into ``892.0``."""
        last = self.stop - 1
        suspects = (self.lengths > 2) & (self.data[last] == ord("0")) & (self.data[last - 1] == ord("."))
        if not suspects.any():
            return self
        stop = self.stop.copy()
        for i in np.flatnonzero(suspects).tolist():
            text = self.data[self.start[i] : stop[i]].tobytes()
            if _WHOLE.fullmatch(text):
                stop[i] -= 2
        return Texts(self.data, self.start, stop)

    def hashes(self) -> Words:
        """A number for each, the same for the same texts; others may have it, too."""
        lengths = self.lengths
        found = lengths.astype(np.uint64) * _MIX[0]
        for at, words in self._words():
            found[at] = _mixed(found[at] ^ words)
        return found

    def same(self, other: Texts) -> NDArray[np.bool_]:
        """Where texts are equal, one by one."""
        lengths = self.lengths
        found: NDArray[np.bool_] = lengths == other.lengths
        at = np.flatnonzero(found)
        ours, theirs = self[at], other[at]
        for (part, left), (_, right) in zip(ours._words(), theirs._words(), strict=True):
            found[at[part]] &= left == right
        return found

    def _words(self) -> Any:
        """Eight bytes of each text at a time: which texts go on that far, and the bytes as a number."""
        words = np.ndarray((len(self.data) - _WORD + 1,), "<u8", self.data, strides=(1,))
        left, start = self.lengths, self.start
        at: Any = slice(None)
        while len(start):
            word = words[start]
            short = np.flatnonzero(left < _WORD)
            word[short] &= _KEPT[left[short]]
            yield at, word
            more = np.flatnonzero(left > _WORD)
            at = more if isinstance(at, slice) else at[more]
            left, start = left[more] - _WORD, start[more] + _WORD


_KEPT = np.array([(1 << (8 * count)) - 1 for count in range(_WORD)], np.uint64)


def behind(parts: Sequence[Texts]) -> Texts:
    """The texts of several, one behind the other."""
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
    """A key for a person."""
    return ", ".join(key.split(_SEPARATOR))


def _mixed(words: Words) -> Words:
    """Bits of numbers spread over all of them."""
    words = words * _MIX[0]
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
