"""Pictures of a calibration and of thresholds."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.outputs.heat_map import heat_map
from losscli.outputs.panel import legend, short
from losscli.outputs.plot import BLUE, GREY, ORANGE, Picture
from losscli.text import count, printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.answers.calibrate.calibrations import Calibration, Calibrations
    from losscli.answers.thresholds.thresholds import Point, Thresholds
    from losscli.ops import Array

_MARKERS = "osD^vP*X"
_MOST_CLASSES, _COLUMNS = 12, 3  # small diagrams
_HIGH, _CLASS_HIGH, _WIDE = 6.4, 2.3, 7.2  # inches
_POINTS = 2000  # points of a curve


def calibration_picture(found: Calibrations, level: float) -> Picture:
    """The reliability diagram, above a histogram of the forecasts; below them small diagrams of the classes."""
    one, shown = found.overall, sorted(found.each, key=lambda each: -each.ece)[:_MOST_CLASSES]
    high = _HIGH + _CLASS_HIGH * -(-len(shown) // _COLUMNS)

    def draw(figure: Any) -> None:
        if shown:
            figure, classes = figure.subfigures(2, 1, height_ratios=(_HIGH, high - _HIGH))
            _classes(classes, shown, len(found.each), level)
        above, below = figure.subplots(2, 1, sharex=True, height_ratios=(4, 1))
        _reliability(above, one, level)
        above.set(ylabel="observed frequency")
        legend(above)
        below.bar(
            [0.5 * (each.above + each.upto) for each in one.bins],
            [each.rows for each in one.bins],
            [0.92 * (each.upto - each.above) for each in one.bins],
            color=BLUE,
        )
        below.set(xlabel="forecast", ylabel="rows", xlim=(0, 1))

    said = "; ".join(
        f"forecast {each.forecast:.3g}: observed {each.happened:.3g} ({each.low:.3g} to {each.high:.3g}), "
        f"{each.rows:,} rows" + (f", {each.verdict}" if each.verdict else "")
        for each in one.bins
    )
    errors = f"ece {one.ece:.4g}, smooth ece {one.smooth:.4g}"
    title = f"Calibration of {count(one.rows, 'forecast')}, event: {one.event}\n{errors}"
    each = "".join(f" {printable(one.event)}: ece {one.ece:.4g}." for one in shown)
    return Picture(title, f"Reliability diagram. {said}.{each}", draw, (_WIDE if shown else 5.2, high))


def _classes(figure: Any, shown: Sequence[Calibration], every: int, level: float) -> None:
    """A small reliability diagram for each class."""
    largest = f"the {len(shown)} of {every} classes with the largest ece"
    figure.suptitle(largest if every > len(shown) else "class by class", fontsize=10)
    panels = figure.subplots(-(-len(shown) // _COLUMNS), _COLUMNS, sharex=True, sharey=True, squeeze=False).flat
    for axes, one in zip_longest(panels, shown):
        if one is None:
            axes.axis("off")
        else:
            _reliability(axes, one, level)
            axes.set_title(f"{short(one.event)}\nece {one.ece:.3g}", fontsize=8)


def _reliability(axes: Any, one: Calibration, level: float) -> None:
    x, y = [each.forecast for each in one.bins], [each.happened for each in one.bins]
    ends = [[each.happened - each.low for each in one.bins], [each.high - each.happened for each in one.bins]]
    axes.plot([0, 1], [0, 1], "--", color=GREY, label="perfect calibration")
    axes.errorbar(
        x, y, np.maximum(ends, 0.0), fmt="o-", color=BLUE, capsize=3, label=f"observed, {level * 100:.10g}% interval"
    )
    axes.set(xlim=(0, 1), ylim=(-0.02, 1.02))


def thresholds_picture(found: Thresholds) -> Picture:
    """The ROC curve next to the precision-recall curve, with the thresholds of the table."""
    area = found.area
    parts = [f"auc {area.value:.4g}"] if area is not None else []
    if area is not None and area.low is not None and area.high is not None:
        parts[0] += f" ({area.low:.4g} to {area.high:.4g})"
    if found.average_precision is not None:
        parts.append(f"average precision {found.average_precision:.4g}")

    def draw(figure: Any) -> None:
        above, below = figure.subfigures(2, 1, height_ratios=(3.2, 1.0))
        roc, both = above.subplots(1, 2)
        fp, tp = _thinned(found)
        negatives, positives = found.total - found.yes or 1.0, found.yes or 1.0
        roc.plot([0, 1], [0, 1], "--", color=GREY, label="chance")
        roc.plot(fp / negatives, tp / positives, color=BLUE)
        some = tp + fp > 0
        both.axhline(found.yes / found.total, ls="--", color=GREY, label="chance")
        both.plot(tp[some] / positives, tp[some] / (tp + fp)[some], color=BLUE)
        for point, marker in zip(found.points, _MARKERS, strict=False):
            style = {"marker": marker, "ls": "none", "color": ORANGE, "label": _labelled(point), "clip_on": False}
            roc.plot([point.fp / negatives], [point.tp / positives], **style)
            if point.tp + point.fp:
                both.plot([point.tp / positives], [point.tp / (point.tp + point.fp)], **style)
        roc.set(xlabel="false positive rate", ylabel="recall", xlim=(0, 1), ylim=(0, 1.02), aspect="equal")
        both.set(xlabel="recall", ylabel="precision", xlim=(0, 1), ylim=(0, 1.02), aspect="equal")
        handles, labels = roc.get_legend_handles_labels()
        above.legend(handles, labels, loc="outside lower center", ncols=3, fontsize=9)
        _decisions(below, found)

    said = "; ".join(
        f"{p.name}: {p.tp:.10g} true and {p.fp:.10g} false yes, {p.fn:.10g} false and {p.tn:.10g} true no"
        for p in found.points
    )
    yes = f"{found.yes:,} yes" if found.weight is None else f"{found.yes / found.total:.4g} of their weight yes"
    title = f"{count(found.rows, 'score')}, {yes}\n{', '.join(parts)}"
    return Picture(title, f"ROC curve and precision-recall curve. {', '.join(parts)}. {said}.", draw, (9.0, 7.6))


def _decisions(figure: Any, found: Thresholds) -> None:
    """The decisions at each threshold, against the labels."""
    every = figure.subplots(1, max(len(found.points), 3), squeeze=False)[0]
    for axes in every[len(found.points) :]:
        axes.axis("off")
    for point, axes in zip(found.points, every, strict=False):
        heat_map(axes, ("yes", "no"), {(0, 0): point.tp, (0, 1): point.fn, (1, 0): point.fp, (1, 1): point.tn})
        axes.set_title(point.name, fontsize=9)


def _labelled(point: Point) -> str:
    """The name of a threshold, with the condition for yes."""
    if np.isinf(point.threshold):
        return point.name
    return f"{point.name}: {'above' if point.above else 'from'} {point.threshold:.4g}"


def _thinned(found: Thresholds) -> tuple[Array, Array]:
    """Counts along the curve, at enough points to look the same."""
    fp, tp = found.counts
    if len(fp) <= _POINTS:
        return fp.astype(float), tp.astype(float)
    rows = fp + tp
    wanted = np.linspace(0, rows[-1], _POINTS)
    places = np.unique(np.concatenate([[0], np.searchsorted(rows, wanted), [len(rows) - 1]]))
    return fp[places].astype(float), tp[places].astype(float)
