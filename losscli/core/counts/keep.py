"""What an evaluation counts in addition to losses, for calibration, thresholds, histograms and confusions."""

from __future__ import annotations

from losscli.record import record


@record
class Keep:
    """What to count.

    Attributes:
        bins: Bins of a calibration; None for thresholds.
        each: Also each class separately.
        fit: Also the loss at other temperatures.
        positive: The class that counts as yes, for predictions of several classes.
        losses: Count losses for a histogram, instead of predictions.
        at: Thresholds at which counts are exact, however many scores there are.
    """

    bins: int | None = None
    each: bool = False
    fit: bool = False
    positive: str | None = None
    at: tuple[float, ...] = ()
    losses: bool = False

    @property
    def one_of_two(self) -> bool:
        """Whether one of two classes counts as yes without being named."""
        return self.bins is None and self.positive is None and not self.losses
