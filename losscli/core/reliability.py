"""What probabilities of an event and the event itself come to: counts by bin and by probability, and sums."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from losscli.core.exact_sum import ExactSum, ratio
from losscli.core.score_counts import MOST, ScoreCounts, keys_of
from losscli.record import field, record

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from losscli.ops import Array

    Counts = NDArray[np.int64]
    Mask = NDArray[np.bool_]

_STEP = 26  # bits of each part of a probability: three of them hold all bits of any above 2^-25


def edges(bins: int) -> Array:
    """Where bins of equal width meet; each is closed on its right."""
    return np.arange(1, bins) / bins


@record(frozen=False)
class Reliability:
    """Counts that merge.

    Attributes:
        bins: How many there are between 0 and 1.
        most: Different probabilities that are told apart.
        rows: By bin.
        hits: Those of them in which it happened.
        parts: Sums of the parts of probabilities ``(3, bins)``, the leading ones first.
        squares: The sum of ``(p - y)^2``.
        logs: The sum of ``-log p`` or ``-log(1 - p)``.
        counts: How often it happened, by probability.
    """

    bins: int
    most: int = MOST
    rows: Counts | None = None
    hits: Counts | None = None
    parts: Counts | None = None
    squares: ExactSum = ExactSum()
    logs: ExactSum = ExactSum()
    counts: ScoreCounts | None = field(default=None)

    def add(self, p: Array, y: Mask, *, logs: Array | None = None) -> None:
        """Look at ``(n,)`` probabilities and what happened; ``logs`` are the losses if they are known."""
        met = edges(self.bins)
        place = np.searchsorted(met, p, side="left")
        self._count(
            np.bincount(place, minlength=self.bins),
            np.bincount(place[y], minlength=self.bins),
            np.stack([np.bincount(place, part, self.bins).astype(np.int64) for part in _parts(p)]),
        )
        self.squares += ExactSum.of((p - y) ** 2)
        if logs is None:
            with np.errstate(divide="ignore"):
                logs = np.where(y, -np.log(p), -np.log1p(-p))
        self.logs += ExactSum.of(logs)
        if self.counts is None:
            begins = keys_of(np.nextafter(met, 2.0), probabilities=True)
            self.counts = ScoreCounts(True, begins, self.most)
        self.counts.add(p, y)

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
        if self.counts is None:
            self.counts = later.counts
        else:
            self.counts.merge(later.counts)

    def mean(self, bins: slice = slice(None)) -> float:
        """The mean probability in some bins, rounded once."""
        assert self.parts is not None
        assert self.rows is not None
        high, middle, low = (int(sum(part[bins].tolist())) for part in self.parts)
        whole = (high << 2 * _STEP) + (middle << _STEP) + low
        rows: int = sum(self.rows[bins].tolist())
        return ratio(whole, rows << 3 * _STEP)


def _parts(p: Array) -> list[Array]:
    """Whole numbers below 2^26, or 2^26 itself, whose sums are exact."""
    found, rest = [], p
    for _ in range(2):
        rest = rest * 2.0**_STEP
        found.append(np.floor(rest))
        rest = rest - found[-1]
    return [*found, np.rint(rest * 2.0**_STEP)]
