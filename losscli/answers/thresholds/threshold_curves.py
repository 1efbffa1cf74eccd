"""The areas under the ROC and the precision-recall curve, from counts by score."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.core.counts.exact_weights import total_of
from losscli.core.intervals.interval import logit_interval
from losscli.record import record

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Counts = NDArray[Any]  # whole numbers, or sums of weights


@record
class Area:
    """The probability that a positive scores above a negative, ties counting half.

    Attributes:
        value: The area under the ROC curve.
        se: DeLong's standard error; None with fewer than two rows of a kind, and with weights.
        low: The lower end of the interval, computed on the logit scale; None if there is none.
        high: The upper end.
        bound: The largest possible error of the value from merging close scores.
    """

    value: float
    se: float | None = None
    low: float | None = None
    high: float | None = None
    bound: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """The entry in the JSON document."""
        return {name: getattr(self, name) for name in type(self)._fields}  # type: ignore[attr-defined]


def area(yes: Counts, no: Counts, level: float, *, exact: bool) -> Area | None:
    """The area under the ROC curve, from counts ``(n,)`` by ascending score; None without rows of both kinds."""
    positives, negatives = total_of(yes), total_of(no)
    if not positives or not negatives:
        return None
    below = (np.cumsum(no) - no + 0.5 * no) / negatives  # for positives of each score: the fraction of negatives below
    above = (np.cumsum(yes[::-1])[::-1] - yes + 0.5 * yes) / positives
    value = math.fsum((yes * below).tolist()) / positives
    bound = 0.0 if exact else math.fsum((0.5 * yes * no).tolist()) / (float(positives) * negatives)
    if yes.dtype.kind == "f" or min(positives, negatives) < 2:
        return Area(value, bound=bound)
    spread = [
        math.fsum((count * (share - value) ** 2).tolist()) / (n - 1)
        for count, share, n in ((yes, below, positives), (no, above, negatives))
    ]
    se = math.sqrt(spread[0] / positives + spread[1] / negatives)
    if not 0.0 < value < 1.0 or not se:
        return Area(value, se, bound=bound)
    return Area(value, se, *logit_interval(value, se, level), bound)


def average_precision(yes: Counts, no: Counts) -> float | None:
    """The average precision; None without positives."""
    total = total_of(yes)
    if not total:
        return None
    hits, rows = np.cumsum(yes[::-1]), np.cumsum((yes + no)[::-1])
    return math.fsum((yes[::-1] * hits / rows).tolist()) / total
