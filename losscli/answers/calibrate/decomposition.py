"""A score as miscalibration - discrimination + uncertainty (CORP: Dimitriadis, Gneiting and Jordan 2021)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.core.counts.exact_weights import total_of
from losscli.ops import xlogy
from losscli.record import record

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from losscli.ops import Array

    Counts = NDArray[Any]  # whole numbers, or sums of weights

_PASSES = 10  # passes over all counts, before the rest is pooled one by one


@record
class Decomposition:
    """The parts of a mean score.

    Attributes:
        score: The mean score of the forecasts.
        recalibrated: That of the forecasts after isotonic regression.
        uncertainty: That of always forecasting the overall frequency.
    """

    score: float
    recalibrated: float
    uncertainty: float

    @property
    def miscalibration(self) -> float:
        """What recalibration would gain."""
        return self.score - self.recalibrated

    @property
    def discrimination(self) -> float:
        """What recalibrated forecasts gain over the overall frequency."""
        return self.uncertainty - self.recalibrated

    def to_dict(self) -> dict[str, float]:
        """The entry in the JSON document."""
        return {
            "score": self.score,
            "miscalibration": self.miscalibration,
            "discrimination": self.discrimination,
            "uncertainty": self.uncertainty,
            "recalibrated": self.recalibrated,
        }


def squares(yes: Array, no: Array) -> Array:
    """The sum of ``(q - y)^2``, with the frequency as the forecast ``q``."""
    return yes * no / (yes + no)


def logs(yes: Array, no: Array) -> Array:
    """The sum of the log losses, with the frequency as the forecast ``q``."""
    return -(xlogy(yes, yes / (yes + no)) + xlogy(no, no / (yes + no))) + 0.0  # never -0


def decompositions(
    yes: Counts, no: Counts, scores: Sequence[tuple[float, Callable[[Array, Array], Array]]]
) -> list[Decomposition]:
    """The parts of each score; ``yes`` and ``no`` are counts ``(n,)`` for each forecast, in ascending order."""
    pools = pooled(yes, no)
    total, both = total_of(yes) + total_of(no), np.array([total_of(yes), total_of(no)], float)
    return [
        Decomposition(
            score, float(cost(pools[:, 0], pools[:, 1]).sum()) / total, float(cost(both[:1], both[1:])[0]) / total
        )
        for score, cost in scores
    ]


def pooled(yes: Counts, no: Counts) -> Array:
    """Counts ``(pools, 2)`` with ascending frequencies: neighbours that violate it are pooled (isotonic regression)."""
    if yes.dtype.kind == "i" and int(yes.sum()) * int(no.sum()) < 1 << 62:  # products are exact
        yes, no = _runs_pooled(yes, no)
    stack: list[list[int]] = []
    for one in zip(yes.tolist(), no.tolist(), strict=True):
        stack.append([*one])
        while len(stack) > 1 and stack[-2][0] * stack[-1][1] >= stack[-1][0] * stack[-2][1]:
            last = stack.pop()
            stack[-1][0] += last[0]
            stack[-1][1] += last[1]
    return np.array(stack, float).reshape(-1, 2)


def _runs_pooled(yes: Counts, no: Counts) -> tuple[Counts, Counts]:
    """Counts with most runs of neighbours that violate the order pooled, in a few passes over all counts at once."""
    for _ in range(_PASSES):
        first = np.flatnonzero(np.concatenate([[True], yes[:-1] * no[1:] < yes[1:] * no[:-1]]))
        if len(first) == len(yes):
            break
        yes, no = np.add.reduceat(yes, first), np.add.reduceat(no, first)
    return yes, no
