"""What there is to draw of a report: its losses by size, its groups, the differences to baselines, in one picture."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from losscli.errors import UsageError
from losscli.outputs.curve_view import best_of, curved
from losscli.outputs.difference_view import shortly
from losscli.outputs.histogram_view import size_of
from losscli.outputs.plot import BLUE, GREY, ORANGE, Picture
from losscli.record import record, replace
from losscli.text import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from losscli.core.interval import Interval
    from losscli.core.report import Report

_MOST = 40  # groups that are drawn by name
_NAME = 28  # characters of a name


@record
class _Panel:
    """A part of a picture.

    Attributes:
        height: In inches.
        words: The same for those who can't see it.
        draw: Draws into axes.
    """

    height: float
    words: str
    draw: Callable[[Any], None]


def report_picture(report: Report) -> Picture:
    """All there is to see of a report."""
    panels = [_histogram(report)] if report.histogram else []
    if any(group.reduced.value is not None for group in report.groups):
        panels.append(_curve(report) if curved(report) else _groups(report))
    if report.against:
        panels += _differences(shortly(report))
    if not panels:
        raise UsageError("--plot: there are no losses to draw", hint="-f html is a page of the tables")

    def draw(figure: Any) -> None:
        every = figure.subplots(len(panels), 1, height_ratios=[panel.height for panel in panels], squeeze=False)
        for panel, axes in zip(panels, every[:, 0], strict=True):
            panel.draw(axes)

    value = report.score[0] if report.score is not None and len(report.score) == 1 else report.value
    said = "" if value is None else f", {report.reduction if report.score is None else 'value'} {value:.6g}"
    title = f"{report.loss.name} of {report.samples:,} samples{said}"
    height = 0.9 + sum(panel.height + 0.7 for panel in panels)
    return Picture(title, " ".join(panel.words for panel in panels), draw, (6.5, height))


def with_losses(report: Report) -> Report:
    """The report with its losses by size, if there is nothing else to draw and rows have losses."""
    losses = report.per_sample
    if report.groups or report.against or report.histogram or losses is None or not report.by_sample:
        return report
    import numpy as np

    from losscli.core.histogram import bars, counter

    values = losses.reshape(-1)
    values = values[~np.isnan(values)]
    ignored = len(values) - report.summary.count  # they stand there as 0
    values = np.delete(values, np.flatnonzero(values == 0.0)[: max(ignored, 0)])
    counts = counter()
    counts.add(values, np.ones(len(values), bool))
    return replace(report, histogram=bars(counts))


def _named(report: Report) -> str:
    return f"{report.loss.names[-1]}{f' in {report.unit}' if report.unit else ''}"


def _short(name: str) -> str:
    """A name without its middle, on one line."""
    name = printable(" ".join(name.split()))
    return name if len(name) <= _NAME else f"{name[: _NAME // 2]}…{name[-_NAME // 2 + 1 :]}"


def _histogram(report: Report) -> _Panel:
    """The share of the losses of each size, and of their sum."""
    shown = report.histogram or ()
    names = [size_of(one) for one in shown]
    weights = [one.weight for one in shown if one.weight is not None]
    weigh = len(weights) == len(shown)

    def draw(axes: Any) -> None:
        thick = 0.4 if weigh else 0.8
        at = [i - thick / 2.0 * weigh for i in range(len(shown))]
        bars = axes.barh(at, [100.0 * one.share for one in shown], thick, color=BLUE, label="of the losses")
        axes.bar_label(bars, [f"{one.count:,}" for one in shown], padding=3, fontsize=8)
        if weigh:
            style = {"color": "white", "edgecolor": ORANGE, "hatch": "///", "label": "of their sum"}
            axes.barh([i + thick for i in at], [100.0 * weight for weight in weights], thick, **style)
        axes.set(xlabel="percent", ylabel=_named(report))
        _rows(axes, names)
        axes.margins(x=0.12)
        _legend(axes)

    said = "; ".join(f"{name}: {one.count:,} ({one.share:.1%})" for name, one in zip(names, shown, strict=True))
    return _Panel(0.42 * max(len(shown), 3), f"Histogram of losses. {said}.", draw)


def _groups(report: Report) -> _Panel:
    """A bar for each group, with its interval."""
    shown = [group for group in report.groups if group.reduced.value is not None][:_MOST]
    values = [float(group.reduced.value or 0.0) for group in shown]

    def draw(axes: Any) -> None:
        sure = _whiskers(values, [group.interval for group in shown])
        bars = axes.barh(range(len(shown)), [_finite(x) for x in values], 0.7, color=BLUE, xerr=sure, capsize=2)
        texts = [f"{value:.4g} of {group.samples:,}" for value, group in zip(values, shown, strict=True)]
        axes.bar_label(bars, texts, padding=3, fontsize=8)
        if report.value is not None and math.isfinite(report.value):
            axes.axvline(report.value, ls="--", color=GREY, zorder=0, label=f"all rows: {report.value:.4g}")
            _legend(axes)
        axes.set(xlabel=f"{report.reduction} of {_named(report)}", ylabel=", ".join(report.by))
        _rows(axes, [_short(group.name) for group in shown])
        axes.margins(x=0.2)

    more = len(report.groups) - len(shown)
    said = _said([group.name for group in shown], values, [group.interval for group in shown])
    return _Panel(0.3 * max(len(shown), 3), f"Groups by {', '.join(report.by)}. {said}{_more(more)}.", draw)


def _curve(report: Report) -> _Panel:
    """A line along the files, with its band."""
    shown = [group for group in report.groups if group.reduced.value is not None]
    values = [float(group.reduced.value or 0.0) for group in shown]

    def draw(axes: Any) -> None:
        at = range(len(shown))
        if all(group.interval is not None for group in shown):
            low, high = ([getattr(group.interval, end) for group in shown] for end in ("low", "high"))
            axes.fill_between(at, low, high, color=BLUE, alpha=0.2, lw=0, label=_interval_named(report))
        axes.plot(at, values, "o-", color=BLUE, ms=4, label=f"{report.reduction} of {_named(report)}")
        best = best_of(report, values)
        if best is not None:
            style = {"marker": "*", "ms": 12, "ls": "none", "color": ORANGE}
            axes.plot([best], [values[best]], label=f"best: {values[best]:.4g}, {_short(shown[best].name)}", **style)
        step = max(len(shown) // 12, 1)
        ticks = [*at][::step]
        axes.set_xticks(ticks, [_short(shown[i].name) for i in ticks], rotation=45, ha="right", rotation_mode="anchor")
        axes.set(xlabel="file", ylabel=_named(report))
        _legend(axes)

    said = _said([group.name for group in shown], values, [group.interval for group in shown])
    return _Panel(3.2, f"Curve over files. {said}.", draw)


def _differences(report: Report) -> list[_Panel]:
    """The difference to each baseline with its interval; of a single one also the rows that moved most."""
    every = [one for one in report.against if one.difference is not None]
    values = [float(one.difference or 0.0) for one in every]
    panels = []

    def draw(axes: Any) -> None:
        sure = _whiskers(values, [one.interval for one in every])
        axes.axvline(0.0, ls="--", color=GREY)
        style = {"xerr": sure, "fmt": "o", "color": BLUE, "capsize": 3, "label": _interval_named(report)}
        axes.errorbar([_finite(x) for x in values], range(len(every)), **style)
        for i, one in enumerate(every):
            where = {"xytext": (0, 7), "textcoords": "offset points", "ha": "center", "fontsize": 8}
            axes.annotate(f"{values[i]:+.4g}, {one.verdict}", (_finite(values[i]), i), **where)
        axes.set(xlabel=f"difference of {_named(report)}: below 0 is {_below(report)}")
        _rows(axes, [f"against {_short(one.name)}" for one in every])
        axes.set_ylim(len(every) - 0.5, -0.7)
        axes.margins(x=0.15)

    if every:
        said = _said([one.name for one in every], values, [one.interval for one in every])
        verdicts = "; ".join(f"{_short(report.called)} is {one.verdict} ({one.name})" for one in every)
        panels.append(_Panel(0.55 * max(len(every), 2), f"Differences to baselines. {said}. {verdicts}.", draw))
    moved = report.against[0].moved if len(report.against) == 1 else ()
    if moved:
        panels.append(_moved(report))
    return panels


def _below(report: Report) -> str:
    return "worse" if report.loss.higher_is_better else "better"


def _moved(report: Report) -> _Panel:
    """Signed bars of the rows with the largest differences."""
    rows = report.against[0].moved[:_MOST]
    values = [row.difference for row in rows]
    names = [_short(row.id) if row.id is not None else str(row.number + 1) for row in rows]

    def draw(axes: Any) -> None:
        bars = axes.barh(range(len(rows)), [_finite(x) for x in values], 0.7, color=BLUE)
        for patch, value in zip(bars, values, strict=True):
            if value < 0.0:
                patch.set(facecolor="white", edgecolor=BLUE, hatch="///")
        axes.bar_label(bars, [f"{value:+.4g}" for value in values], padding=3, fontsize=8)
        axes.axvline(0.0, ls="--", color=GREY)
        axes.set(xlabel=f"difference of {_named(report)}", ylabel="rows that moved most")
        _rows(axes, names)
        axes.margins(x=0.2)

    said = "; ".join(f"{name}: {value:+.4g}" for name, value in zip(names, values, strict=True))
    return _Panel(0.3 * max(len(rows), 3), f"Rows that moved most. {said}.", draw)


def _legend(axes: Any) -> None:
    """Above what is drawn, where it hides nothing."""
    axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=2, fontsize=8, borderaxespad=0.2)


def _rows(axes: Any, names: Sequence[str]) -> None:
    """Names from the top down."""
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)


def _finite(x: float) -> float:
    """What can be drawn of a number; the text beside it says the rest."""
    return x if math.isfinite(x) else 0.0


def _whiskers(values: Sequence[float], intervals: Sequence[Interval | None]) -> list[list[float]] | None:
    if all(one is None for one in intervals):
        return None
    ends = [(x, x) if one is None else (one.low, one.high) for x, one in zip(values, intervals, strict=True)]
    pairs = [*zip(values, ends, strict=True)]
    sizes = [[x - low for x, (low, _) in pairs], [high - x for x, (_, high) in pairs]]
    return [[max(size, 0.0) if math.isfinite(size) else 0.0 for size in side] for side in sizes]


def _interval_named(report: Report) -> str:
    return "interval" if report.level is None else f"{report.level * 100:.10g}% interval"


def _said(names: Sequence[str], values: Sequence[float], intervals: Sequence[Interval | None]) -> str:
    return "; ".join(
        f"{name}: {value:.4g}" + ("" if one is None else f" ({one.low:.4g} to {one.high:.4g})")
        for name, value, one in zip(names, values, intervals, strict=True)
    )


def _more(count: int) -> str:
    return f"; {count:,} more are not drawn" if count > 0 else ""
