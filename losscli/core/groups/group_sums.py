"""Exact sums by group, for any number of groups: what an ``ExactSum`` for each would hold, a hundred times faster.

A float64 is an integer of 53 bits at one of some two thousand places. Adding and subtracting a large power of two cuts
off the leading bits of all numbers at the same place, as many as can be summed without rounding: the more
numbers, the fewer bits. The sums are kept as integers in limbs of 32 bits, so that the order does not matter.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.core.exact_sum import ExactSum
from losscli.record import field, record

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from losscli.ops import Array, Index


_LIMB = 32
_DIGITS = (1 << _LIMB) - 1
_LOWEST = -1074  # the place of the first limb, as a power of two
_HUGE, _DOWN = 2.0**900, 96  # beyond it the powers that cut overflow: such numbers are moved down
BLOCK = 1 << 14  # numbers worth adding at once, which fit in the cache
_MOST = 1 << 19  # numbers that are added up at once
_EXACT = 53  # bits of a float
_TIMES = 5  # bits of the number of times that a number is added
_CARRY = 1 << 9  # blocks that can be added before limbs of 64 bits might overflow


@record(frozen=False)
class GroupSums:
    """Mergeable exact sums of groups numbered from 0.

    Attributes:
        first: The place of the first limb kept.
        limbs: ``(groups, places)`` int64.
        special: ``(groups, 3)`` counts of NaN, inf and -inf.
    """

    first: int = 0
    limbs: NDArray[np.int64] = field(default_factory=lambda: np.zeros((0, 0), np.int64))
    special: NDArray[np.int64] = field(default_factory=lambda: np.zeros((0, 3), np.int64))
    _count: int = 0
    _blocks: int = 0
    _waiting: list[tuple[Array, Index]] = field(default_factory=list)

    def __getstate__(self) -> dict[str, Any]:
        self._flush()  # sums are smaller than what waits to be added
        return self.__dict__

    def add(self, values: Array, groups: Index, count: int) -> None:
        """Add values ``(n,)`` to their groups ``(n,)``, of which there are ``count`` so far."""
        self._count = max(self._count, count)
        self._waiting.append(self._finite(values, groups))
        if sum(len(some) for some, _ in self._waiting) >= max(BLOCK, count):
            self._flush()

    def add_sorted(self, values: Array, groups: Index, count: int, starts: Index | None = None) -> None:
        """The same for groups that ascend, at once; ``starts`` says where each begins, if that is known."""
        self._count = max(self._count, count)
        finite, of_finite = self._finite(values, groups)
        if len(finite) <= _MOST:
            self._add_block(finite, of_finite, starts if finite is values else None)
            return
        for start in range(0, len(finite), _MOST):
            self._add_block(finite[start : start + _MOST], of_finite[start : start + _MOST])

    def add_times(self, values: Array, times: Array) -> None:
        """Add values ``(n,)`` to every group ``times`` ``(n, groups)`` times: whole numbers below 32."""
        self._count = max(self._count, times.shape[1])
        values, times = self._finite(values, times)
        for start in range(0, len(values), BLOCK):
            self._add_block(values[start : start + BLOCK], times[start : start + BLOCK])

    def _finite(self, values: Array, groups: NDArray[Any]) -> tuple[Array, NDArray[Any]]:
        """Values that are finite, and their groups; others are counted."""
        finite = np.isfinite(values)
        if finite.all():
            return values, groups
        count = self._count
        self._reserve(count, self.first, self.first)
        for kind, mask in enumerate((np.isnan(values), np.isposinf(values), np.isneginf(values))):
            where = groups[mask]
            found = np.bincount(where, minlength=count) if groups.ndim == 1 else where.sum(axis=0).astype(np.int64)
            self.special[:count, kind] += found
        return values[finite], groups[finite]

    def _flush(self) -> None:
        """Add the waiting values: sorting and adding is cheapest for many at once."""
        if not self._waiting:
            return
        values, groups = (np.concatenate(parts) for parts in zip(*self._waiting, strict=True))
        self._waiting = []
        order = sorting(groups)
        self.add_sorted(values.take(order), groups.take(order), self._count)

    def _add_block(self, values: Array, groups: NDArray[Any], starts: Index | None = None) -> None:
        """Add values to their groups, or to each group as many times as given."""
        peak = max(float(values.max(initial=0.0)), -float(values.min(initial=0.0)))
        if peak > _HUGE:
            huge = np.abs(values) > _HUGE
            self._add_limbs(values[huge] * 2.0**-_DOWN, groups[huge], peak * 2.0**-_DOWN, _DOWN // _LIMB)
            values, groups, starts, peak = values[~huge], groups[~huge], None, _HUGE
        self._add_limbs(values, groups, peak, 0, starts)
        self._blocks += 1
        if self._blocks == _CARRY:
            self._carry()

    def _add_limbs(
        self, rest: Array, groups: NDArray[Any], peak: float, above: int, starts: Index | None = None
    ) -> None:
        """Add values up to ``peak``, scaled down by ``above`` limbs: their leading bits, then those of the rest."""
        left, low = len(rest) if peak else 0, math.frexp(peak)[1]
        width = _EXACT - max(left.bit_length() + _TIMES * (groups.ndim > 1), 2)
        while left:
            low = max(low - width, _LOWEST)
            cut = math.ldexp(1.5, low + _EXACT - 1)
            leading = rest + cut
            leading -= cut
            rest = rest - leading
            if groups.ndim > 1:
                self._add_whole(leading @ groups, low, above, slice(self._count))
            else:
                starts = starts_of(groups) if starts is None else starts
                self._add_whole(np.add.reduceat(leading, starts), low, above, groups[starts])
            left = int(np.count_nonzero(rest))
            if left < len(rest) // 4:
                some = np.flatnonzero(rest)
                rest, groups, starts = rest[some], groups[some], None

    def _add_whole(self, sums: Array, low: int, above: int, groups: Index | slice) -> None:
        """Add sums that are multiples of ``2 ** low``, after a scaling down by ``above`` limbs."""
        place, shift = divmod(low - _LOWEST, _LIMB)
        place += above
        self._reserve(self._count, place, place + 3)
        whole = np.ldexp(sums, -low).astype(np.int64)
        self.limbs[groups, place - self.first] += whole << shift & _DIGITS
        self.limbs[groups, place - self.first + 1] += whole >> _LIMB - shift

    def _carry(self) -> None:
        """Carry what exceeds 32 bits to the next place."""
        if self.limbs.size and self.limbs[:, -1].any():
            self._reserve(len(self.limbs), self.first, self.first + self.limbs.shape[1] + 1)
        _carry_upwards(self.limbs)
        self._blocks = 0

    def _reserve(self, count: int, first: int, stop: int) -> None:
        """Make room for ``count`` groups and the places from ``first`` to ``stop``."""
        groups, places = self.limbs.shape
        if places:
            first, stop = min(first, self.first), max(stop, self.first + places)
        if count > len(self.special):
            self.special = np.pad(self.special, ((0, max(count, 2 * groups) - len(self.special)), (0, 0)))
        if count <= groups and stop - first == places:
            return
        wider = np.zeros((len(self.special), stop - first), np.int64)
        wider[:groups, self.first - first : self.first - first + places] = self.limbs
        self.first, self.limbs = first, wider

    def merge(self, later: GroupSums, numbers: Index) -> None:
        """Add the sums of other rows; ``numbers`` maps their groups to these."""
        count = int(numbers.max(initial=-1)) + 1
        self._count = max(self._count, count)
        self._flush()
        later._flush()
        known, places = len(numbers), later.limbs.shape[1]
        later._reserve(known, later.first, later.first + places)
        self._reserve(count, later.first if places else self.first, later.first + places if places else self.first)
        np.add.at(self.special, numbers, later.special[:known])
        if places:
            self._carry()
            begin = later.first - self.first
            np.add.at(self.limbs[:, begin : begin + places], numbers, later.limbs[:known])
            self._carry()

    def sums(self, count: int) -> list[ExactSum]:
        """The sum of each of ``count`` groups."""
        self._count = max(self._count, count)
        self._flush()
        self._reserve(count, self.first, self.first + self.limbs.shape[1])
        totals = [0] * count
        for place in range(self.limbs.shape[1]):
            bits = _LIMB * (self.first + place)
            totals = [
                total + (limb << bits) for total, limb in zip(totals, self.limbs[:count, place].tolist(), strict=True)
            ]
        return [ExactSum(total, *counts) for total, counts in zip(totals, self.special[:count].tolist(), strict=True)]

    def whole(self) -> ExactSum:
        """The sum of all groups."""
        self._flush()
        self._carry()
        limbs = enumerate(self.limbs.sum(axis=0).tolist(), self.first)
        return ExactSum(sum(limb << _LIMB * place for place, limb in limbs), *self.special.sum(axis=0).tolist())

    def rounded(self, count: int) -> Array:
        """The sums ``(count,)`` as floats within an ulp; equal sums give equal floats, however they were added up."""
        self._count = max(self._count, count)
        self._flush()
        self._reserve(count, self.first, self.first + self.limbs.shape[1])
        self._carry()
        limbs, found = self.limbs[:count].copy(), np.zeros(count)
        if limbs.size:
            sign = np.where(limbs[:, -1] < 0, -1, 1)
            limbs *= sign[:, None]
            _carry_upwards(limbs)
            with np.errstate(over="ignore"):
                for place, digits in enumerate(limbs.T, self.first):
                    found += np.ldexp(digits.astype(np.float64), _LIMB * place + _LOWEST)
            found *= sign
        nans, plus, minus = (self.special[:count] > 0).T
        found = np.where(plus, np.inf, np.where(minus, -np.inf, found))
        return np.where(nans | (plus & minus), np.nan, found)


def _carry_upwards(limbs: NDArray[np.int64]) -> None:
    """Carry what exceeds 32 bits to the next place, so that all limbs but the last are digits."""
    for place in range(limbs.shape[1] - 1):
        above = limbs[:, place] >> _LIMB
        limbs[:, place] -= above << _LIMB
        limbs[:, place + 1] += above


def sorting(groups: Index) -> Index:
    """The indices that sort group numbers, 16 bits at a time, as these are sorted by counting."""
    order = np.argsort(groups.astype(np.uint16), kind="stable")
    if groups.max(initial=0) >> 16:
        order = order[np.argsort((groups[order] >> 16).astype(np.uint16), kind="stable")]
    return order


def starts_of(groups: NDArray[Any]) -> Index:
    """Where each group begins, in ascending group numbers."""
    return np.flatnonzero(np.concatenate(([True], groups[1:] != groups[:-1])))
