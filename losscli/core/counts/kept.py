"""Mergeable counts of predictions and labels."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from losscli.record import field, record

if TYPE_CHECKING:
    from losscli.core.counts.class_pairs import PairCounts
    from losscli.core.counts.reliability import Reliability
    from losscli.core.counts.score_counts import ScoreCounts
    from losscli.core.counts.temperature import Cooling


@record(frozen=False)
class Kept:
    """Mergeable counts; None for what was not asked for.

    Attributes:
        overall: Reliability of the event, or of the event that the predicted class is right.
        each: Reliability of each class.
        cooling: Sums of the loss at other temperatures.
        scores: Scores of yes and of no.
        shares: The same, finer near 1; None once a score lies outside [0, 1].
        losses: Losses by size.
        pairs: Pairs of label and predicted class.
        low: The smallest score.
        high: The largest score.
    """

    overall: Reliability | None = None
    each: list[Reliability] = field(default_factory=list)
    cooling: Cooling | None = None
    scores: ScoreCounts | None = None
    shares: ScoreCounts | None = None
    losses: ScoreCounts | None = None
    pairs: PairCounts | None = None
    low: float = math.inf
    high: float = -math.inf

    def merge(self, later: Kept) -> None:
        """Add the totals of later rows."""
        self._share(later)
        for name in ("overall", "cooling", "scores", "losses", "pairs"):
            mine, other = getattr(self, name), getattr(later, name)
            if mine is None:
                setattr(self, name, other)
            elif other is not None:
                mine.merge(other)
        if self.each:
            for one, two in zip(self.each, later.each, strict=False):
                one.merge(two)
        else:
            self.each = later.each
        self.low, self.high = min(self.low, later.low), max(self.high, later.high)

    def _share(self, later: Kept) -> None:
        if self.scores is None:
            self.shares = later.shares
        elif later.scores is not None and (self.shares is None or later.shares is None):
            self.shares = None
        elif self.shares is not None and later.shares is not None:
            self.shares.merge(later.shares)

    @property
    def counts(self) -> ScoreCounts | None:
        """The finest counts of scores."""
        return self.shares or self.scores
