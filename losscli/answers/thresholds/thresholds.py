"""At which score should the answer become yes? Counts and costs at given thresholds and at the best ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.answers.thresholds.threshold_curves import Area, area, average_precision
from losscli.core.counts.exact_weights import total_of
from losscli.errors import InputError
from losscli.record import field, record, replace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from losscli.core.counts.kept import Kept
    from losscli.ops import Array

    Counts = NDArray[Any]  # whole numbers, or sums of weights


@record
class Sought:
    """What to look for.

    Attributes:
        usual: The default threshold, which a score must exceed; None if scores have none.
        at: Thresholds at which the answer becomes yes.
        recall: Recalls to reach, at the largest threshold.
        precision: Precisions to reach, at the smallest threshold.
        cost: The costs of ``tp``, ``fp``, ``fn``, ``tn``; empty if not given.
    """

    usual: float | None = None
    at: tuple[float, ...] = ()
    recall: tuple[float, ...] = ()
    precision: tuple[float, ...] = ()
    cost: Mapping[str, float] = field(default_factory=dict)


@record
class Point:
    """The outcome of answering yes from a score upwards.

    Attributes:
        name: Why this threshold is shown.
        threshold: The score; infinite if the answer is never yes.
        tp: True positives: a count, or the sum of the weights.
        fp: False positives.
        fn: False negatives.
        tn: True negatives.
        above: Scores must exceed the threshold, not just reach it.
    """

    name: str
    threshold: float
    tp: float
    fp: float
    fn: float
    tn: float
    cost: float | None = None
    above: bool = False

    @property
    def precision(self) -> float | None:
        """The fraction of positives among the answers yes."""
        return _share(self.tp, self.tp + self.fp)

    @property
    def recall(self) -> float | None:
        """The fraction of positives that are answered yes."""
        return _share(self.tp, self.tp + self.fn)

    @property
    def specificity(self) -> float | None:
        """The fraction of negatives that are answered no."""
        return _share(self.tn, self.tn + self.fp)

    @property
    def f1(self) -> float | None:
        """The harmonic mean of precision and recall."""
        return _share(2 * self.tp, 2 * self.tp + self.fp + self.fn)

    @property
    def accuracy(self) -> float | None:
        """The fraction of right answers."""
        return _share(self.tp + self.tn, self.tp + self.fp + self.fn + self.tn)

    def to_dict(self) -> dict[str, Any]:
        """The entry in the JSON document, and a row of CSV."""
        names = ("name", "threshold", "above", "tp", "fp", "fn", "tn")
        rates = ("precision", "recall", "specificity", "f1", "accuracy", "cost")
        return {name: getattr(self, name) for name in (*names, *rates)}


@record
class Thresholds:
    """The answer.

    Attributes:
        points: The rows to show.
        area: The area under the ROC curve; None without both positives and negatives.
        average_precision: The average precision; None without positives.
        rows: Number of rows.
        yes: Number or weight of the positives.
        missed: Rates asked for that no threshold reaches.
        counts: False and true positives at every threshold, from never yes to always yes.
        weight: The total weight of the rows; None without weights.
    """

    points: tuple[Point, ...]
    area: Area | None
    average_precision: float | None
    rows: int
    yes: float
    missed: tuple[str, ...] = ()
    counts: Any = field(default=((), ()), compare=False, repr=False)
    weight: float | None = None

    @property
    def total(self) -> float:
        """The number of rows, or their total weight."""
        return self.rows if self.weight is None else self.weight

    def to_dict(self) -> dict[str, Any]:
        """The entry in the JSON document."""
        return {
            "rows": self.rows,
            **({} if self.weight is None else {"weight": self.weight}),
            "yes": self.yes,
            "auc": None if self.area is None else self.area.to_dict(),
            "average_precision": self.average_precision,
            "points": [point.to_dict() for point in self.points],
            "not_reached": list(self.missed),
        }


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def thresholds(kept: Kept | None, wanted: Sought, level: float, rows: int) -> Thresholds:
    """The points and areas, from the counts of ``rows`` rows."""
    counts = None if kept is None else kept.counts
    if counts is None:
        raise InputError("there are no rows")
    scores, yes, no = counts.table()
    if not len(scores):
        raise InputError("there are no rows")
    curve = _Curve(scores, yes, no, wanted.cost)
    weighted = yes.dtype.kind == "f"
    points: list[Point] = []
    missed: list[str] = []
    if wanted.usual is not None:
        points.append(curve.point("as it is", wanted.usual, above=True))
    points += [curve.point(f"at {value:.10g}", value) for value in wanted.at]
    points.append(curve.best("best F1", curve.f1))
    searches = [(f"recall {value:.10g}", curve.reaches(curve.recall, value, first=True)) for value in wanted.recall]
    searches += [
        (f"precision {value:.10g}", curve.reaches(curve.precision, value, first=False)) for value in wanted.precision
    ]
    for name, at in searches:
        if at is None:
            missed.append(name)
        else:
            points.append(curve.at(name, at))
    if wanted.cost:
        points.append(curve.best("least cost", -curve.cost))
    return Thresholds(
        tuple(points),
        area(yes, no, level, exact=not counts.level),
        average_precision(yes, no),
        rows if weighted else int(curve.rows),
        curve.positives,
        tuple(missed),
        (curve.fp, curve.tp),
        curve.rows if weighted else None,
    )


def _shares(part: Counts, whole: Counts) -> Array:
    """Elementwise fractions; 0 where the whole is 0."""
    return np.divide(part, whole, out=np.zeros(len(part)), where=np.asarray(whole) > 0)


class _Curve:
    """Counts at every threshold, from never yes to always yes."""

    def __init__(self, scores: Array, yes: Counts, no: Counts, cost: Mapping[str, float]) -> None:
        self._from = np.concatenate([[np.inf], scores[::-1]])
        self.tp = np.concatenate([[0], np.cumsum(yes[::-1])])
        self.fp = np.concatenate([[0], np.cumsum(no[::-1])])
        self.positives, self._negatives = total_of(yes), total_of(no)
        self.rows = self.positives + self._negatives
        self._costs = cost
        fn, tn = np.maximum(self.positives - self.tp, 0), np.maximum(self._negatives - self.fp, 0)
        self._fn, self._tn = fn, tn
        parts = {"tp": self.tp, "fp": self.fp, "fn": fn, "tn": tn}
        self.cost = sum((cost[name] * parts[name] for name in cost), np.zeros(len(self.tp))) / self.rows
        self.f1 = _shares(2.0 * self.tp, 2 * self.tp + self.fp + fn)
        self.recall = _shares(self.tp, np.full(len(self.tp), self.positives))
        self.precision = _shares(self.tp, self.tp + self.fp)

    def at(self, name: str, i: int) -> Point:
        """The point at the ``i``-th threshold."""
        tp, fp, fn, tn = (part[i].item() for part in (self.tp, self.fp, self._fn, self._tn))
        cost = float(self.cost[i]) if self._costs else None
        return Point(name, float(self._from[i]), tp, fp, fn, tn, cost)

    def point(self, name: str, threshold: float, *, above: bool = False) -> Point:
        """The point of any threshold, which need not be a score."""
        least = np.nextafter(threshold, np.inf) if above else threshold
        i = int(np.searchsorted(-self._from, -least, side="right")) - 1
        return replace(self.at(name, i), threshold=threshold, above=above)

    def best(self, name: str, good: Array) -> Point:
        """The point where something is largest; of several, the one with the highest threshold."""
        return self.at(name, int(good.argmax()))

    def reaches(self, rate: Array, value: float, *, first: bool) -> int | None:
        """The first or last threshold, from the highest down, at which a rate is reached."""
        found = np.flatnonzero((rate >= value) & (self.tp > 0))
        return None if not len(found) else int(found[0 if first else -1])
