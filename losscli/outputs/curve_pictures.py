"""Lines through ordered values: over files, such as one per epoch, and over the values of a parameter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.outputs.curve_view import best_of, order_of, places_of
from losscli.outputs.difference_cells import interval_named
from losscli.outputs.panel import (
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
from losscli.outputs.plot import BLUE, ORANGE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.core.intervals.interval import Interval
    from losscli.core.report import Report

_HEIGHT = 3.2
_MOST_TICKS = 12


def curve_of_files(report: Report) -> Panel:
    """A line along the files, with its band."""
    shown = [group for group in report.groups if group.value is not None]
    names = [group.name for group in shown]
    values = [float(group.value or 0.0) for group in shown]
    intervals = [group.interval for group in shown]

    def draw(axes: Any) -> None:
        _line(axes, report, range(len(shown)), values, names, intervals)
        ticks = range(0, len(names), max(len(names) // _MOST_TICKS, 1))
        axes.set_xticks(ticks, [short(names[i]) for i in ticks], rotation=45, ha="right", rotation_mode="anchor")
        axes.set(xlabel="file", ylabel=measured(report))
        legend(axes)

    return Panel(_HEIGHT, f"Curve over files. {in_words(names, values, intervals)}.", draw)


def curves_of_parameters(report: Report) -> list[Panel]:
    """A line along the values of each parameter that has several."""
    parameters = dict.fromkeys(one.parameter for one in report.beside if one.parameter)
    return [panel for name in parameters if (panel := _of_parameter(report, name)) is not None]


def _of_parameter(report: Report, parameter: str) -> Panel | None:
    shown = [one for one in report.beside if one.parameter == parameter and one.value is not None]
    if not shown:
        return None
    shown = [shown[i] for i in order_of([one.name for one in shown])]
    names = [one.name for one in shown]
    values = [float(one.value or 0.0) for one in shown]
    intervals = [one.report.interval for one in shown]
    places = places_of(names)

    words = f"Values over {parameter}. {in_words(names, values, intervals)}."

    def line(axes: Any) -> None:
        _line(axes, report, places or (), values, names, intervals)
        axes.set(xlabel=parameter, ylabel=named(report))
        legend(axes)

    def bars(axes: Any) -> None:
        sure = whiskers(values, intervals)
        drawn = axes.barh(range(len(names)), list(map(finite, values)), 0.7, color=BLUE, xerr=sure, capsize=2)
        axes.set(xlabel=named(report), ylabel=parameter)
        row_names(axes, list(map(short, names)))
        beside_bars(axes, drawn, [f"{value:.7g}" for value in values])

    return Panel(0.3 * max(len(names), 3), words, bars) if places is None else Panel(_HEIGHT, words, line)


def _line(
    axes: Any,
    report: Report,
    at: Sequence[float],
    values: Sequence[float],
    names: Sequence[str],
    intervals: Sequence[Interval | None],
) -> None:
    """The line with its band, and a mark at its best value."""
    sure = [one for one in intervals if one is not None]
    if len(sure) == len(intervals):
        low, high = [one.low for one in sure], [one.high for one in sure]
        axes.fill_between(at, low, high, color=BLUE, alpha=0.2, lw=0, label=interval_named(report))
    axes.plot(at, values, "o-", color=BLUE, ms=4, label=measured(report))
    best = best_of(report, values)
    if best is not None:
        style = {"marker": "*", "ms": 12, "ls": "none", "color": ORANGE}
        axes.plot([at[best]], [values[best]], label=f"best: {values[best]:.4g} at {short(names[best])}", **style)
