"""Are probabilities calibrated? Reliability bins with intervals, calibration errors, decompositions of scores."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.answers.calibrate.decomposition import Decomposition, decompositions, logs, squares
from losscli.answers.calibrate.smooth_error import Smoothed
from losscli.core.counts.exact_weights import total_of
from losscli.core.intervals.tails import wilson
from losscli.errors import InputError
from losscli.record import record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.core.counts.kept import Kept
    from losscli.core.counts.reliability import Reliability


@record
class Bin:
    """A reliability bin: forecasts of about the same probability.

    Attributes:
        above: Its lower end, exclusive except at 0.
        upto: Its upper end, inclusive.
        rows: Number of forecasts.
        forecast: Their mean probability.
        happened: The observed frequency.
        low: The lower end of Wilson's interval of the frequency.
        high: The upper end.
    """

    above: float
    upto: float
    rows: int
    forecast: float
    happened: float
    low: float
    high: float

    @property
    def verdict(self) -> str:
        """``too high`` or ``too low`` if the interval excludes the forecast; else empty."""
        return "too high" if self.forecast > self.high else "too low" if self.forecast < self.low else ""

    def to_dict(self) -> dict[str, Any]:
        """The entry in the JSON document, and a row of CSV."""
        return {name: getattr(self, name) for name in (*type(self)._fields, "verdict")}  # type: ignore[attr-defined]


@record
class Calibration:
    """The calibration of the forecasts of one event.

    Attributes:
        event: What is forecast.
        rows: Number of forecasts.
        forecast: Their mean.
        happened: The observed frequency of the event.
        bins: The bins that hold rows.
        ece: The mean gap over the bins.
        largest: The largest gap.
        l2_squared: The mean squared gap, corrected for sampling noise; may be negative.
        smooth: The smooth calibration error, at the width equal to it.
        brier: The Brier score and its parts.
        log: The log score and its parts, in nats.
        weight: The total weight of the rows; None without weights.
    """

    event: str
    rows: int
    forecast: float
    happened: float
    bins: tuple[Bin, ...]
    ece: float
    largest: float
    l2_squared: float
    smooth: float
    brier: Decomposition
    log: Decomposition
    weight: float | None = None

    @property
    def l2(self) -> float:
        """The root mean squared gap, corrected for sampling noise."""
        return math.sqrt(max(self.l2_squared, 0.0))

    def to_dict(self) -> dict[str, Any]:
        """The entry in the JSON document."""
        return {
            "event": self.event,
            "rows": self.rows,
            **({} if self.weight is None else {"weight": self.weight}),
            "forecast": self.forecast,
            "happened": self.happened,
            "ece": self.ece,
            "max_gap": self.largest,
            "l2_debiased": self.l2,
            "l2_debiased_squared": self.l2_squared,
            "smooth_ece": self.smooth,
            "brier": self.brier.to_dict(),
            "log": self.log.to_dict(),
            "bins": [one.to_dict() for one in self.bins],
        }


@record
class Temperature:
    """The temperature that minimises the mean log loss, and that loss, in nats."""

    value: float
    loss: float


@record
class Calibrations:
    """Calibration of all rows or of each class, and the best temperature, if it was asked for and exists."""

    overall: Calibration
    each: tuple[Calibration, ...] = ()
    temperature: Temperature | None = None
    looked: bool = False

    def to_dict(self) -> dict[str, Any]:
        """The entry in the JSON document."""
        found = self.temperature
        return {
            **self.overall.to_dict(),
            "temperature": None if found is None else {"value": found.value, "loss": found.loss},
            "classes": [one.to_dict() for one in self.each] or None,
        }


def calibrations(kept: Kept | None, event: str, names: Sequence[str], level: float) -> Calibrations:
    """The calibrations from the counts of all rows; ``names`` are the class names.

    Raises:
        InputError: There are no rows.
    """
    if kept is None or kept.overall is None or not kept.overall.counts:
        raise InputError("there are no rows")
    each = tuple(
        calibration(one, names[at] if at < len(names) else str(at), level)
        for at, one in enumerate(kept.each)
        if one.counts is not None
    )
    best = None if kept.cooling is None else kept.cooling.best()
    temperature = None if best is None else Temperature(*best)
    return Calibrations(calibration(kept.overall, event, level), each, temperature, kept.cooling is not None)


def calibration(kept: Reliability, event: str, level: float) -> Calibration:
    """The calibration of one event's forecasts."""
    assert kept.counts is not None
    bins = kept.table()
    if not len(bins.at):
        raise InputError("there are no rows, or all their weights are 0")
    (_, yes, no), p = kept.counts.table(), kept.counts.middles()
    total, happened = total_of(bins.weight), bins.hits / bins.weight
    gap, units = np.abs(bins.forecast - happened), bins.units
    by_chance = np.where(units > 1, happened * (1.0 - happened) / np.where(units > 1, units - 1, 1), 0.0)
    hits = np.where(bins.hits == bins.weight, units, happened * units) if kept.weights is not None else bins.hits
    ends = [*(np.arange(kept.bins) / kept.bins).tolist(), 1.0]
    parts = (bins.at, bins.rows, hits, units, bins.forecast, happened)
    brier, log = decompositions(yes, no, [(kept.squares.over(kept.total), squares), (kept.logs.over(kept.total), logs)])
    return Calibration(
        event,
        int(kept.rows.sum()) if kept.rows is not None else 0,
        kept.forecast,
        total_of(bins.hits) / total,
        tuple(
            Bin(ends[at], ends[at + 1], rows, mean, rate, *wilson(k, n, level))
            for at, rows, k, n, mean, rate in zip(*(part.tolist() for part in parts), strict=True)
        ),
        float((bins.weight * gap).sum()) / total,
        float(gap.max()),
        float((bins.weight * (gap**2 - by_chance)).sum()) / total,
        Smoothed(p, (yes * (1.0 - p) - no * p) / total).fixed(),
        brier,
        log,
        None if kept.weights is None else total,
    )
