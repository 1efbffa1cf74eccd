"""A loss under many readings of the predictions, each distinct one computed once.

Most readings change few rows: a clip at 1e-7 does nothing to probabilities that are larger. Steps that cannot act on
the rows at hand are left out of a reading, after which many readings are equal.
"""

from __future__ import annotations

import math
from functools import cache, cached_property
from typing import TYPE_CHECKING

import numpy as np

from losscli import ops
from losscli.core.convention_effects import Departures
from losscli.core.reached_rows import reached
from losscli.core.settings import Convention
from losscli.core.summary import Summary
from losscli.losses.vocabulary import EXACT, Kind, Reading, Takes
from losscli.record import replace

if TYPE_CHECKING:
    from losscli.core.steps import Computed, PlainSteps
    from losscli.ops import Array

_UNTOUCHED = Departures()
_NEXT_TO_1 = 2.0**-53  # the distance of 1 from the next smaller number


class Under:
    """The totals of a loss under one reading.

    Args:
        kind: The kind that the predictions are taken as.
        reading: What happens to them.

    Attributes:
        summary: The summary of the losses.
        departures: The rows that the reading changed.
    """

    def __init__(self, kind: Kind, reading: Reading) -> None:
        self.kind, self.reading = kind, _same(reading)
        self.summary = Summary()
        self.departures = _UNTOUCHED
        self._mild = _same(_mild(kind, reading))
        self._room = _room(reading)

    def add(self, rows: Once) -> None:
        """Count some rows."""
        summary, departures = rows.under(self.kind, self._mild if self._spares(rows) else self.reading)
        self.summary += summary
        if departures is not _UNTOUCHED:
            self.departures += departures

    def _spares(self, rows: Once) -> bool:
        """Whether these rows are too far from 0 and 1 for what ``_mild`` leaves out to act."""
        if self.kind is Kind.LOGITS:
            return True
        low, high = rows.shares if self.reading.rescale else rows.limits
        return self._room <= low and high <= 1.0 - self._room


@cache
def _same(reading: Reading) -> Reading:
    """The first equal reading, found by comparing: hashing one takes as long as computing hundreds of rows."""
    return reading


def _mild(kind: Kind, reading: Reading) -> Reading:
    """A reading without what acts only near 0 and 1, and for logits without what acts on probabilities."""
    if kind is Kind.LOGITS:
        return reading if reading.through_softmax else replace(EXACT, clip_labels=reading.clip_labels)
    return replace(reading, clip=0.0, machine=False, clip_one=True, zero=0.0, log_floor=-math.inf)


def _room(reading: Reading) -> float:
    """The distance from 0 and 1 beyond which nothing is clipped or floored, with a factor of 2 for rounding."""
    stops = 2.0 * math.exp(reading.log_floor)
    return max(reading.clip, stops, _NEXT_TO_1) if reading.clip or stops or reading.zero else 0.0


class Once:
    """The rows of one batch, already computed in plain mathematics.

    Args:
        steps: The loss in plain mathematics.
        computed: The rows.
    """

    def __init__(self, steps: PlainSteps, computed: Computed) -> None:
        self._steps = steps
        self._computed = computed
        self._known: dict[tuple[Kind, int], tuple[Summary, Departures]] = {
            (computed.plan.kind, id(_same(EXACT))): (computed.summary(spread=False), _UNTOUCHED)
        }
        x = computed.checked.predictions
        wanted = computed.plan.takes.of_probabilities and x.size
        self.limits = (float(x.min()), float(x.max())) if wanted else (-math.inf, math.inf)

    @cached_property
    def sums(self) -> Array:
        """The sums of the rows of predictions."""
        return ops.total(self._computed.checked.predictions)

    @cached_property
    def shares(self) -> tuple[float, float]:
        """The smallest and largest prediction after division by the sums of rows."""
        if self._computed.plan.takes is not Takes.CLASS:
            return -math.inf, math.inf
        sums = self.sums
        with np.errstate(divide="ignore", invalid="ignore"):
            return float(self.limits[0] / sums.max()), float(self.limits[1] / sums.min())

    @np.errstate(all="ignore")
    def under(self, kind: Kind, reading: Reading) -> tuple[Summary, Departures]:
        """Summary and departures of the losses under a reading; equal readings must be the same object."""
        found = self._known.get((kind, id(reading)))
        if found is None:
            one = self._computed
            plan = replace(one.plan, kind=kind, convention=Convention("", reading))
            computed = self._steps.compute(plan, one.batch, one.checked)
            changed = reached(self._steps, computed)
            found = computed.summary(spread=False), _UNTOUCHED if changed is None else changed.departures
            self._known[kind, id(reading)] = found
        return found
