"""The picture of a report: a histogram of its losses, its groups, the differences to baselines."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from losscli.errors import UsageError
from losscli.outputs.curve_pictures import curve_of_files, curves_of_parameters
from losscli.outputs.curve_view import curved
from losscli.outputs.difference_cells import interval_named
from losscli.outputs.difference_view import shortly
from losscli.outputs.group_view import worst_first
from losscli.outputs.heat_map import confusion_panel
from losscli.outputs.histogram_view import in_no_bin, size_of
from losscli.outputs.panel import (
    BOX,
    Panel,
    beside_bars,
    finite,
    in_words,
    legend,
    measured,
    named,
    row_names,
    short,
    whiskers,
)
from losscli.outputs.plot import BLUE, GREY, ORANGE, Picture
from losscli.record import replace
from losscli.text import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.core.intervals.difference import Difference
    from losscli.core.intervals.interval import Interval
    from losscli.core.report import Report

_MOST = 40  # groups that are drawn by name


def report_picture(report: Report) -> Picture:
    """Everything a report has to draw."""
    panels = [_histogram(report)] if report.histogram else []
    if any(group.value is not None for group in report.groups):
        panels.append(curve_of_files(report) if curved(report) else _groups(report))
    if report.confusion is not None and len(report.confusion.classes) > 1:
        panels.append(confusion_panel(report.confusion))
    panels += curves_of_parameters(report)
    if report.against:
        panels += _differences(shortly(report))
    if not panels:
        raise UsageError("--plot: there are no losses to draw", hint="-f html is a page of the tables")

    def draw(figure: Any) -> None:
        every = figure.subplots(len(panels), 1, height_ratios=[panel.height for panel in panels], squeeze=False)
        for panel, axes in zip(panels, every[:, 0], strict=True):
            panel.draw(axes)

    value = report.score[0] if report.score is not None and len(report.score) == 1 else report.value
    said = "" if value is None else f", {report.headline} {value:.6g}"
    title = f"{report.loss.name} of {count(report.samples, 'sample')}{said}"
    height = 0.9 + sum(panel.height + 0.7 for panel in panels)
    return Picture(title, " ".join(panel.words for panel in panels), draw, (6.5, height))


def with_losses(report: Report) -> Report:
    """The report with a histogram of its losses, if there is nothing else to draw and rows have losses."""
    losses = report.per_sample
    if report.groups or report.against or report.histogram or losses is None or not report.by_sample:
        return report
    import numpy as np

    from losscli.core.counts.histogram import bars, counter

    values = losses.reshape(-1)
    values = values[~np.isnan(values)]
    ignored = len(values) - report.summary.count  # ignored labels have a loss of 0 in per_sample
    values = np.delete(values, np.flatnonzero(values == 0.0)[: max(ignored, 0)])
    counts = counter()
    counts.add(values, np.ones(len(values), bool))
    return replace(report, histogram=bars(counts))


def _histogram(report: Report) -> Panel:
    """The fraction of the losses in each bin, and of their sum."""
    shown = report.histogram or ()
    names = [size_of(one) for one in shown]
    weights = [one.weight for one in shown if one.weight is not None]
    weigh, nan = len(weights) == len(shown), in_no_bin(report)

    def draw(axes: Any) -> None:
        thick = 0.4 if weigh else 0.8
        at = [i - thick / 2.0 * weigh for i in range(len(shown))]
        bars = axes.barh(at, [100.0 * one.share for one in shown], thick, color=BLUE, label="of the losses")
        axes.bar_label(bars, [f"{one.count:,}" for one in shown], padding=3, fontsize=8)
        if weigh:
            style = {"color": "white", "edgecolor": ORANGE, "hatch": "///", "label": "of their sum"}
            axes.barh([i + thick for i in at], [100.0 * weight for weight in weights], thick, **style)
        axes.set(xlabel=f"percent ({nan})" if nan else "percent", ylabel=named(report))
        row_names(axes, names)
        axes.margins(x=0.12)
        legend(axes)

    said = "; ".join(f"{name}: {one.count:,} ({one.share:.1%})" for name, one in zip(names, shown, strict=True))
    said += f"; {nan}" if nan else ""
    return Panel(0.42 * max(len(shown), 3), f"Histogram of losses. {said}.", draw)


def _groups(report: Report) -> Panel:
    """A bar for each group, with its interval."""
    known = [group for group in report.groups if group.value is not None]
    shown = [known[i] for i in sorted(worst_first(report, known)[:_MOST])]
    values = [float(group.value or 0.0) for group in shown]
    more = len(report.groups) - len(shown)
    by = ", ".join(report.by)

    def draw(axes: Any) -> None:
        sure = whiskers(values, [group.interval for group in shown])
        bars = axes.barh(range(len(shown)), [finite(x) for x in values], 0.7, color=BLUE, xerr=sure, capsize=2)
        beside_bars(axes, bars, [f"{x:.4g}, n = {one.samples:,}" for x, one in zip(values, shown, strict=True)])
        if report.value is not None and math.isfinite(report.value):
            axes.axvline(report.value, ls="--", color=GREY, zorder=0, label=f"all rows: {report.value:.4g}")
            legend(axes)
        worst = f" (the {len(shown)} worst of {len(report.groups):,})" if more else ""
        axes.set(xlabel=measured(report), ylabel=f"{by}{worst}")
        row_names(axes, [short(group.name) for group in shown])

    said = in_words([group.name for group in shown], values, [group.interval for group in shown])
    return Panel(0.3 * max(len(shown), 3), f"Groups by {by}. {said}{_more(more)}.", draw)


def _differences(report: Report) -> list[Panel]:
    """The difference to each baseline, by group and overall; for a single one also the rows that differ most."""
    panels = [_in_groups(report, i) for i in range(len(report.against))] if report.groups else []
    every = [one for one in report.against if one.difference is not None]
    if every:
        said = "; ".join(f"{short(report.called)} is {one.verdict} ({one.name})" for one in every)
        numbers = in_words([one.name for one in every], *_known(every))
        panel = _intervals(report, [f"against {short(one.name)}" for one in every], every)
        panels.append(replace(panel, words=f"Differences to baselines. {numbers}. {said}."))
    moved = report.against[0].moved if len(report.against) == 1 else ()
    if moved:
        panels.append(_moved(report))
    return panels


def _in_groups(report: Report, i: int) -> Panel:
    """The difference to a baseline in each group, or in those that differ most."""
    known = [(group.name, group.against[i]) for group in report.groups if group.against[i].difference is not None]
    most = sorted(known, key=lambda one: -abs(finite(one[1].difference or 0.0)))[:_MOST]
    shown = [one for one in known if one in most]
    by, name = ", ".join(report.by), report.against[i].name
    more = f" (the {len(shown)} of {len(known):,} that differ most)" if len(shown) < len(known) else ""
    every = [one for _, one in shown]
    panel = _intervals(report, [short(group) for group, _ in shown], every, f"{by}{more}", name)
    numbers = in_words([f"{group}, {one.verdict}" for group, one in shown], *_known(every))
    return replace(panel, words=f"Differences to {name} by {by}{more}. {numbers}.")


def _intervals(report: Report, names: Sequence[str], every: Sequence[Difference], of: str = "", to: str = "") -> Panel:
    """Differences with their intervals and verdicts; to a baseline, unless each has its own."""
    values, sure = _known(every)

    def draw(axes: Any) -> None:
        axes.axvline(0.0, ls="--", color=GREY)
        style = {"xerr": whiskers(values, sure), "fmt": "o", "color": BLUE, "capsize": 3}
        axes.errorbar([finite(x) for x in values], range(len(every)), **style, label=interval_named(report))
        for i, one in enumerate(every):
            where = {"xytext": (0, 7), "textcoords": "offset points", "ha": "center", "fontsize": 8}
            axes.annotate(f"{values[i]:+.4g}, {one.verdict}", (finite(values[i]), i), bbox=BOX, **where)
        below = "worse" if report.loss.higher_is_better else "better"
        axes.set(
            xlabel=f"difference of {named(report)}{f' to {short(to)}' if to else ''}: below 0 is {below}", ylabel=of
        )
        row_names(axes, names)
        axes.set_ylim(len(every) - 0.5, -0.7)
        axes.margins(x=0.3)

    return Panel(0.55 * max(len(every), 2), "", draw)


def _known(every: Sequence[Difference]) -> tuple[list[float], list[Interval | None]]:
    """Differences, and their intervals."""
    return [float(one.difference or 0.0) for one in every], [one.interval for one in every]


def _moved(report: Report) -> Panel:
    """Signed bars of the rows with the largest differences."""
    rows = report.against[0].moved[:_MOST]
    values = [row.difference for row in rows]
    names = [short(row.id) if row.id is not None else str(row.number + 1) for row in rows]

    def draw(axes: Any) -> None:
        bars = axes.barh(range(len(rows)), [finite(x) for x in values], 0.7, color=BLUE)
        for patch, value in zip(bars, values, strict=True):
            if value < 0.0:
                patch.set(facecolor="white", edgecolor=BLUE, hatch="///")
        axes.axvline(0.0, ls="--", color=GREY)
        axes.set(xlabel=f"difference of {named(report)}", ylabel="rows that changed most")
        row_names(axes, names)
        beside_bars(axes, bars, [f"{value:+.4g}" for value in values])

    said = "; ".join(f"{name}: {value:+.4g}" for name, value in zip(names, values, strict=True))
    return Panel(0.3 * max(len(rows), 3), f"Rows that changed most. {said}.", draw)


def _more(count: int) -> str:
    return f"; {count:,} more are not drawn" if count > 0 else ""
