"""Poisson bootstrap: each row enters each replicate 0, 1, 2 ... times.

The counts depend only on the seed, the row number and the replicate number, and sums are exact, so that replicates do
not depend on how rows were cut. For numbers without an interval in closed form.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from losscli.core.groups.group_sums import GroupSums
from losscli.core.intervals.interval import Interval
from losscli.record import field, record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from losscli.core.groups.parts import Key
    from losscli.ops import Array, Index

    Counts = NDArray[np.uint8]

_BLOCK = 16  # numbers of 16 bits in a step of Philox
_ROWS = 1 << 12  # rows whose counts are held at a time
# How many of 65,536 numbers mean 0, 1, 2 ...: the Poisson distribution, with mean exactly 1 and variance 1.0003.
_TIMES = np.repeat(np.arange(9, dtype=np.uint8), (24112, 24106, 12055, 4018, 1005, 201, 33, 5, 1))

MOST_SEED = 2**64 - 1


@record
class Bootstrap:
    """The bootstrap that was asked for.

    Attributes:
        replicates: Number of replicates.
        seed: Seed of the random numbers, at most `MOST_SEED`.
    """

    replicates: int
    seed: int = 0

    def times(self, start: int, stop: int) -> Counts:
        """How often each row enters each replicate: ``(rows, replicates)``."""
        steps = -(-self.replicates // _BLOCK)
        random = np.random.Philox(key=self.seed).advance(start * steps)
        words = random.random_raw((stop - start) * steps * _BLOCK // 4).astype("<u8", copy=False)
        times: Counts = _TIMES[words.view("<u2").reshape(stop - start, -1)[:, : self.replicates]]
        return times

    def times_of(self, names: Sequence[Key]) -> Counts:
        """The same for clusters by their names, whatever their order."""
        from hashlib import blake2b

        count = -(-self.replicates // 4)
        words = np.empty((len(names), count), "<u8")
        for row, name in enumerate(names):
            digest = blake2b(repr(name).encode("utf-8", "surrogatepass"), digest_size=8).digest()
            words[row] = np.random.Philox(key=self.seed + (int.from_bytes(digest, "little") << 64)).random_raw(count)
        times: Counts = _TIMES[words.view("<u2")[:, : self.replicates]]
        return times


@record
class Drawn:
    """The replicates of a number.

    Attributes:
        values: The value of each replicate; NaN if it has none.
        units: How many rows or clusters were drawn.
        unit: ``row`` or ``cluster``.
    """

    values: Array
    units: int
    unit: str = "row"

    @property
    def known(self) -> Array:
        """The values that exist."""
        return self.values[~np.isnan(self.values)]

    def interval(self, values: Array, level: float) -> Interval | None:
        """The percentile interval of ``values``; None for fewer than two, or if one is not finite."""
        if len(values) < 2 or not np.isfinite(values).all():
            return None
        low, high = np.quantile(values, ((1.0 - level) / 2.0, (1.0 + level) / 2.0)).tolist()
        spread = float(values.std(ddof=1))
        return Interval(level, low, high, spread, None, "poisson-bootstrap", self.unit, self.units)


@record(frozen=False)
class Replicates:
    """Bootstrap replicates of a ratio of sums over rows.

    Attributes:
        asked: The bootstrap.
        sums: The numerator of each replicate.
        sizes: The denominator of each replicate.
    """

    asked: Bootstrap
    sums: GroupSums = field(default_factory=GroupSums)
    sizes: GroupSums = field(default_factory=GroupSums)

    def add(self, numbers: Index, values: Array, sizes: Array) -> None:
        """Add rows ``(n,)`` by their ascending numbers, none of which was added before."""
        for start in range(0, len(values), _ROWS):
            some = slice(start, start + _ROWS)
            rows = numbers[some]
            times = self.asked.times(int(rows[0]), int(rows[-1]) + 1)[rows - rows[0]].astype(np.float64)
            self.sums.add_times(values[some], times)
            self.sizes.add_times(sizes[some], times)

    def add_named(self, names: Sequence[Key], values: Array, sizes: Array) -> None:
        """Add clusters ``(n,)`` by their names, none of which was added before."""
        for start in range(0, len(values), _ROWS):
            some = slice(start, start + _ROWS)
            times = self.asked.times_of(names[some]).astype(np.float64)
            self.sums.add_times(values[some], times)
            self.sizes.add_times(sizes[some], times)

    def merge(self, later: Replicates) -> None:
        """Add the rows of another part."""
        every = np.arange(self.asked.replicates)
        self.sums.merge(later.sums, every)
        self.sizes.merge(later.sizes, every)

    def means(self, pivot: float) -> Array:
        """The replicates ``(replicates,)``; NaN for one without rows."""
        b = self.asked.replicates
        pairs = zip(self.sums.sums(b), self.sizes.sums(b), strict=True)
        return np.array([total.over(size) if size.finite else math.nan for total, size in pairs]) + pivot


def p_of(values: Array) -> float:
    """The two-sided p of a difference, from its replicates ``(b,)``: twice the smaller share on a side of 0."""
    below, above = int(np.count_nonzero(values <= 0.0)), int(np.count_nonzero(values >= 0.0))
    return min(1.0, 2.0 * (min(below, above) + 1) / (len(values) + 1))
