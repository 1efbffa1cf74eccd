"""What an evaluation counts in addition to losses, for calibration, thresholds, histograms and confusions."""

from __future__ import annotations

from losscli.record import record


@record
class Keep:
    """What is to be remembered.

    Attributes:
        bins: Bins of a calibration; None for thresholds.
        each: Also class by class.
        fit: Also what the loss would be at other temperatures.
        positive: The class that counts as yes, of rows of several.
        losses: The losses themselves, for a histogram, and nothing of the predictions.
        at: Thresholds at which counts are exact, however many scores there are.
    """

    bins: int | None = None
    each: bool = False
    fit: bool = False
    positive: str | None = None
    at: tuple[float, ...] = ()
    losses: bool = False
