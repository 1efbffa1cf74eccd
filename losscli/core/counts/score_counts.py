"""Counts of right and wrong outcomes by score, for curves, calibration and thresholds.

Up to a limit all different scores are kept; beyond it neighbours with the same leading bits are merged. The number of
bits depends on the set of scores alone, so that no cut or order of the rows changes a count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.core.counts.exact_weights import parts_of, together
from losscli.record import field, record

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from losscli.ops import Array, Mask

    Keys = NDArray[np.int64]

MOST = 1 << 16  # different scores
_WAITING = 1 << 18  # scores that are buffered before they are counted
_LEAST = np.iinfo(np.int64).min
_HALF = int(np.float64(0.5).view(np.int64))
_NONE = np.empty(0, np.int64)


def keys_of(scores: Array, *, probabilities: bool) -> Keys:
    """Integers in the order of the scores; for probabilities they are as fine near 1 as near 0."""
    x = np.ascontiguousarray(scores, np.float64) + 0.0
    if not probabilities:
        bits = x.view(np.int64)
        return np.where(bits >= 0, bits, _LEAST - bits)
    below = x < 0.5
    bits = np.where(below, x, 1.0 - x).view(np.int64)
    return np.where(below, bits, 2 * _HALF - bits)


def scores_of(keys: Keys, *, probabilities: bool) -> Array:
    """The smallest scores with these keys or larger ones."""
    if not probabilities:
        return np.where(keys >= 0, keys, _LEAST - keys).view(np.float64)
    below = keys < _HALF
    rest = np.where(below, keys, 2 * _HALF - keys).view(np.float64)
    upper = 1.0 - rest
    upper = np.where(1.0 - upper > rest, np.nextafter(upper, 2.0), upper)
    return np.where(below, rest, upper)


@record
class Counted:
    """Different keys in ascending order with their counts, or their weights as ``(n, 4)`` parts."""

    keys: Keys = field(default=_NONE)
    counts: Keys = field(default=_NONE)

    def __add__(self, other: Counted) -> Counted:
        if not len(self.keys) or not len(other.keys):
            return self if len(self.keys) else other
        keys = np.concatenate([self.keys, other.keys])
        order = np.argsort(keys, kind="stable")
        return _grouped(keys[order], np.concatenate([self.counts, other.counts])[order])


def _union(*parts: Keys) -> Keys:
    """The different keys of sorted parts, in ascending order."""
    keys = np.sort(np.concatenate(parts), kind="stable")  # which merges sorted parts
    return keys[_begins(keys)]


def _begins(keys: Keys) -> Keys:
    """Where another key begins among sorted ones."""
    return np.flatnonzero(np.concatenate([[True] * bool(len(keys)), keys[1:] != keys[:-1]]))


def _grouped(keys: Keys, counts: Keys) -> Counted:
    """Sorted keys with equal ones merged."""
    if not len(keys):
        return Counted()
    first = _begins(keys)
    return Counted(keys[first], np.add.reduceat(counts, first, axis=0))


def _counted(waiting: list[Counted]) -> Counted:
    """The buffered keys, sorted and counted."""
    keys = np.concatenate([one.keys for one in waiting])
    weighted = [one.counts for one in waiting if one.counts.ndim > 1]
    if not weighted:
        keys = np.sort(keys)
        first = _begins(keys)
        return Counted(keys[first], np.diff(first, append=len(keys)))
    order = np.argsort(keys, kind="stable")
    return _grouped(keys[order], np.concatenate(weighted)[order])


@record(frozen=False)
class ScoreCounts:
    """How often each score was a yes and a no.

    Attributes:
        probabilities: The scores lie in [0, 1].
        edges: Keys in ascending order, across which scores are never merged.
        most: Maximum number of different scores.
        level: How many bits of the keys are cut off.
        yes: Scores of events.
        no: Scores of non-events.
    """

    probabilities: bool
    edges: Keys = field(default=_NONE)
    most: int = MOST
    level: int = 0
    yes: Counted = field(default=Counted())
    no: Counted = field(default=Counted())
    _waiting: tuple[list[Counted], list[Counted]] = field(default_factory=lambda: ([], []), compare=False)
    _count: int = field(default=0, compare=False)

    def add(self, scores: Array, happened: Mask, weights: Array | None = None) -> None:
        """Count ``(n,)`` scores."""
        keys = keys_of(scores, probabilities=self.probabilities)
        parts = _NONE if weights is None else parts_of(weights)
        for waiting, mine in zip(self._waiting, (happened, ~happened), strict=True):
            waiting.append(Counted(keys[mine], _NONE if weights is None else parts[mine]))
        self._count += len(keys)
        if self._count >= _WAITING:
            self.settle()

    def merge(self, later: ScoreCounts) -> None:
        """Add the counts of other rows."""
        later.settle()
        self._join(later.yes, later.no, later.level)

    def settle(self) -> None:
        """Count the buffered scores."""
        if not self._count:
            return
        yes, no = map(_counted, self._waiting)
        self._waiting, self._count = ([], []), 0
        self._join(yes, no, 0)

    def _join(self, yes: Counted, no: Counted, level: int) -> None:
        self.level = max(self.level, level)
        self.yes, self.no = self._cut(self.yes) + self._cut(yes), self._cut(self.no) + self._cut(no)
        both = _union(self.yes.keys, self.no.keys)
        if len(both) <= self.most:
            return
        low, high = self.level, 62
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self._different(both, middle) <= self.most else (middle, high)
        self.level = high
        self.yes, self.no = self._cut(self.yes), self._cut(self.no)

    def _cut(self, counted: Counted) -> Counted:
        return counted if not self.level else _grouped(self._coarse(counted.keys, self.level), counted.counts)

    def _different(self, keys: Keys, level: int) -> int:
        coarse = self._coarse(keys, level)
        return 1 + int(np.count_nonzero(coarse[1:] != coarse[:-1]))

    def _coarse(self, keys: Keys, level: int) -> Keys:
        """Sorted keys without their last bits, but not below the next lower edge."""
        coarse: Keys = (keys >> level) << level
        if not len(self.edges):
            return coarse
        ends = np.searchsorted(keys, self.edges)
        below = np.repeat(np.concatenate([[_LEAST], self.edges]), np.diff(ends, prepend=0, append=len(keys)))
        higher: Keys = np.maximum(coarse, below)
        return higher

    def table(self) -> tuple[Array, NDArray[Any], NDArray[Any]]:
        """Ascending scores (lower ends) and the counts of yes and no, ``(n,)`` each; floats if rows have weights."""
        self.settle()
        keys = _union(self.yes.keys, self.no.keys)
        counts = []
        for side in (self.yes, self.no):
            parts = (self.yes if len(self.yes.keys) else self.no).counts.shape[1:]
            count = np.zeros((len(keys), *parts), np.int64)
            if len(side.keys):  # without keys, its counts may not have the shape of weights yet
                count[np.searchsorted(keys, side.keys)] = side.counts
            counts.append(together(count) if parts else count)
        return scores_of(keys, probabilities=self.probabilities), counts[0], counts[1]

    def middles(self) -> Array:
        """A score for each entry of the table: itself, or the middle of the merged ones."""
        self.settle()
        keys = _union(self.yes.keys, self.no.keys)
        above = ((keys >> self.level) + 1) << self.level
        return scores_of(keys + (above - keys) // 2, probabilities=self.probabilities)
