"""A histogram of the losses, with the share of each bin in their sum."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.core.counts.score_counts import ScoreCounts, keys_of
from losscli.record import fields_of, record

if TYPE_CHECKING:
    from losscli.ops import Array

_MOST = 14  # bins that are shown
_EXPONENTS = range(-323, 309)
_FINE = (1, 2, 5)  # steps within a power of ten


@record
class Bar:
    """A bin of the histogram.

    Attributes:
        above: Lower end, inclusive.
        below: Upper end, exclusive; equal to the lower one for a single number.
        count: Number of losses.
        share: Their share of the number of losses.
        weight: Their share of the sum of the losses; None if undefined.
    """

    above: float
    below: float
    count: int
    share: float
    weight: float | None

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return fields_of(self)


def counter() -> ScoreCounts:
    """Counts of losses that are never merged across an end of a bin."""
    positive = np.array([float(f"{step}e{power}") for power in _EXPONENTS for step in _FINE])
    ends = np.concatenate([-positive[::-1], [0.0, 5e-324], positive])
    return ScoreCounts(False, np.unique(keys_of(ends, probabilities=False)))


def bars(counts: ScoreCounts) -> tuple[Bar, ...]:
    """The bins that hold losses, and the empty ones between neighbours."""
    scores, yes, no = counts.table()
    if not len(scores):
        return ()
    middles, count = counts.middles(), yes + no
    total, finite = int(count.sum()), np.isfinite(middles)
    weigh = bool((middles[finite] >= 0.0).all()) and bool(finite.all())
    sums = np.where(finite, middles, 0.0) * count
    whole = math.fsum(sums.tolist())
    single = not counts.level and len(scores) <= _MOST
    found: list[Bar] = []
    for low, high, first, last in _bins(scores):
        weight = math.fsum(sums[first:last].tolist()) / whole if weigh and whole > 0.0 else None
        n = int(count[first:last].sum())
        ends = (float(scores[first]),) * 2 if single and last - first == 1 else (low, high)
        found.append(Bar(*ends, n, n / total, weight))
    return tuple(found)


def _bins(scores: Array) -> list[tuple[float, float, int, int]]:
    """Ends of bins and positions of their scores, in steps wide enough for a few bins."""
    for steps, powers in ((_FINE, 1), ((1,), 1), ((1,), 2), ((1,), 3), ((1,), 10), ((1,), 50)):
        grid = _grid(steps, powers)
        size = np.abs(scores)
        left, right = (np.searchsorted(grid, size, side) for side in ("left", "right"))
        place = np.where(np.isinf(size), len(grid) + 1, np.where(scores < 0.0, left, right))
        place = np.where(scores == 0.0, 0, place)
        signed = np.where(scores < 0.0, -place, place)
        firsts = np.flatnonzero(np.concatenate([[True], signed[1:] != signed[:-1]]))
        if len(firsts) <= _MOST:
            break
    lasts = [*firsts[1:].tolist(), len(scores)]
    return [(*_ends(int(signed[i]), grid), i, j) for i, j in zip(firsts.tolist(), lasts, strict=True)]


def _grid(steps: tuple[int, ...], powers: int) -> Array:
    """Ends of bins above 0, from the smallest number to the largest."""
    exponents = range(-400 // powers * powers, 309, powers)
    ends = [float(f"{step}e{power}") for power in exponents for step in steps]
    return np.array([0.0, *(end for end in ends if end)])


def _ends(place: int, grid: Array) -> tuple[float, float]:
    """The ends of a bin by its position in the grid, negative for negative losses."""
    at = abs(place)
    if at == 0:
        return 0.0, 0.0
    if at > len(grid):
        return math.copysign(math.inf, place), math.copysign(math.inf, place)
    low, high = float(grid[at - 1]), float(grid[at]) if at < len(grid) else math.inf
    return (low, high) if place > 0 else (-high, -low)
