"""Reliability of probabilities: counts by bin and by probability, and sums of scores."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.core.counts.score_counts import MOST, ScoreCounts, keys_of
from losscli.core.exact_sum import ExactSum, ratio
from losscli.core.groups.group_sums import GroupSums
from losscli.record import field, record

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from losscli.ops import Array, Mask

    Counts = NDArray[np.int64]

_STEP = 26  # bits of each part of a probability: three of them hold all bits of any above 2^-25


def edges(bins: int) -> Array:
    """The inner edges ``(bins - 1,)`` of bins of equal width, each closed on the right."""
    return np.arange(1, bins) / bins


@record
class Bins:
    """The bins that hold rows, one array entry per bin.

    Attributes:
        at: Bin numbers.
        rows: Number of rows.
        weight: Sum of the weights.
        hits: Weight of the rows in which the event happened.
        forecast: Mean probability.
        units: Kish's effective sample size.
    """

    at: Counts
    rows: Counts
    weight: NDArray[Any]
    hits: NDArray[Any]
    forecast: Array
    units: NDArray[Any]


@record(frozen=False)
class WeightSums:
    """Mergeable exact sums by bin: weights, weights of events, weighted probabilities, squared weights."""

    sums: tuple[GroupSums, ...] = field(default_factory=lambda: tuple(GroupSums() for _ in range(4)))
    total: ExactSum = ExactSum()

    def add(self, place: Counts, p: Array, y: Mask, weights: Array, bins: int) -> None:
        """Add ``(n,)`` rows."""
        for one, values in zip(self.sums, (weights, weights * y, weights * p, weights * weights), strict=True):
            one.add(values, place, bins)
        self.total += ExactSum.of(weights)

    def merge(self, later: WeightSums, bins: int) -> None:
        """Add the sums of other rows."""
        for one, other in zip(self.sums, later.sums, strict=True):
            one.merge(other, np.arange(bins))
        self.total += later.total

    def mean(self, bins: int) -> float:
        """The mean probability."""
        return sum(self.sums[2].sums(bins), ExactSum()).over(self.total)

    def table(self, bins: int, rows: Counts) -> Bins:
        """The bins of positive weight."""
        weight, hits, forecast, squares = (one.sums(bins) for one in self.sums)
        full = np.array([at for at in range(bins) if weight[at].finite], np.int64)

        def over(some: list[ExactSum], divisors: list[ExactSum] | None = None) -> Array:
            return np.array([some[at].over(1 if divisors is None else divisors[at]) for at in full.tolist()], float)

        mass = over(weight)
        return Bins(full, rows[full], mass, over(hits), over(forecast, weight), mass * mass / over(squares))


@record(frozen=False)
class Reliability:
    """Mergeable counts of forecasts and outcomes.

    Attributes:
        bins: Number of bins between 0 and 1.
        most: Maximum number of different probabilities.
        rows: Rows by bin.
        hits: Rows in which the event happened, by bin.
        parts: Sums of the integer parts of probabilities ``(3, bins)``, the leading part first.
        squares: The sum of ``(p - y)^2``.
        logs: The sum of ``-log p`` or ``-log(1 - p)``.
        counts: Outcomes by probability.
        weights: Sums of weights; None without weights.
    """

    bins: int
    most: int = MOST
    rows: Counts | None = None
    hits: Counts | None = None
    parts: Counts | None = None
    squares: ExactSum = ExactSum()
    logs: ExactSum = ExactSum()
    counts: ScoreCounts | None = field(default=None)
    weights: WeightSums | None = None

    def add(self, p: Array, y: Mask, *, logs: Array | None = None, weights: Array | None = None) -> None:
        """Add ``(n,)`` probabilities and outcomes; ``logs`` are their log losses, if known."""
        met = edges(self.bins)
        place = np.searchsorted(met, p, side="left")
        self._count(
            np.bincount(place, minlength=self.bins),
            np.bincount(place[y], minlength=self.bins),
            np.stack([np.bincount(place, part, self.bins).astype(np.int64) for part in _parts(p)]),
        )
        if weights is not None:
            self.weights = self.weights or WeightSums()
            self.weights.add(place, p, y, weights, self.bins)
        self.squares += ExactSum.of(_times((p - y) ** 2, weights))
        if logs is None:
            with np.errstate(divide="ignore"):
                logs = np.where(y, -np.log(p), -np.log1p(-p))
        self.logs += ExactSum.of(_times(logs, weights))
        if self.counts is None:
            begins = keys_of(np.nextafter(met, 2.0), probabilities=True)
            self.counts = ScoreCounts(True, begins, self.most)
        self.counts.add(p, y, weights)

    def _count(self, *parts: Counts) -> None:
        for name, part in zip(("rows", "hits", "parts"), parts, strict=True):
            mine = getattr(self, name)
            setattr(self, name, part if mine is None else mine + part)

    def merge(self, later: Reliability) -> None:
        """Add the counts of other rows."""
        if later.counts is None or later.rows is None:
            return
        assert later.hits is not None
        assert later.parts is not None
        self._count(later.rows, later.hits, later.parts)
        self.squares += later.squares
        self.logs += later.logs
        if self.weights is None:
            self.weights = later.weights
        elif later.weights is not None:
            self.weights.merge(later.weights, self.bins)
        if self.counts is None:
            self.counts = later.counts
        else:
            self.counts.merge(later.counts)

    @property
    def total(self) -> ExactSum | int:
        """The number of rows, or the sum of their weights."""
        assert self.rows is not None
        return int(self.rows.sum()) if self.weights is None else self.weights.total

    @property
    def forecast(self) -> float:
        """The mean probability."""
        return self._mean() if self.weights is None else self.weights.mean(self.bins)

    def table(self) -> Bins:
        """The bins that hold rows."""
        assert self.rows is not None
        assert self.hits is not None
        if self.weights is not None:
            return self.weights.table(self.bins, self.rows)
        full = np.flatnonzero(self.rows)
        rows = self.rows[full]
        forecast = np.array([self._mean(slice(at, at + 1)) for at in full.tolist()])
        return Bins(full, rows, rows, self.hits[full], forecast, rows)

    def _mean(self, bins: slice = slice(None)) -> float:
        """The mean probability in some bins, rounded once."""
        assert self.parts is not None
        assert self.rows is not None
        high, middle, low = (int(sum(part[bins].tolist())) for part in self.parts)
        whole = (high << 2 * _STEP) + (middle << _STEP) + low
        rows: int = sum(self.rows[bins].tolist())
        return ratio(whole, rows << 3 * _STEP)


def _times(values: Array, weights: Array | None) -> Array:
    return values if weights is None else values * weights


def _parts(p: Array) -> list[Array]:
    """Three integers up to 2^26 for each probability, whose sums are exact."""
    found, rest = [], p
    for _ in range(2):
        rest = rest * 2.0**_STEP
        found.append(np.floor(rest))
        rest = rest - found[-1]
    return [*found, np.rint(rest * 2.0**_STEP)]
