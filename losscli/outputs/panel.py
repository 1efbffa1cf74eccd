"""A part of a picture of a report, and what the parts share: names, numbers in words, whiskers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from losscli.record import record
from losscli.text import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from losscli.core.intervals.interval import Interval
    from losscli.core.report import Report

BOX = {"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none"}  # so that no line crosses a text
_NAME = 28  # characters of a name
_BEHIND, _BEFORE = 0.32, 0.5  # room for the text next to a bar, as a fraction of the longest one


@record
class Panel:
    """A part of a picture.

    Attributes:
        height: Its height in inches.
        words: The same in words, for those who cannot see it.
        draw: Draws into axes.
    """

    height: float
    words: str
    draw: Callable[[Any], None]


def named(report: Report) -> str:
    """The loss and its unit."""
    return f"{report.loss.names[-1]}{f' in {report.unit}' if report.unit else ''}"


def measured(report: Report) -> str:
    """The name of a group's value."""
    if report.exponential or report.score is not None:
        return report.headline if report.exponential else named(report)
    return f"{report.headline} of {named(report)}"


def short(name: str) -> str:
    """A name on one line, without its middle if it is long."""
    name = printable(" ".join(name.split()))
    return name if len(name) <= _NAME else f"{name[: _NAME // 2]}…{name[-_NAME // 2 + 1 :]}"


def legend(axes: Any) -> None:
    """Draw a legend above the axes, where it hides nothing."""
    axes.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=2, fontsize=8, borderaxespad=0.2)


def row_names(axes: Any, names: Sequence[str]) -> None:
    """Label the rows of the axes from the top down."""
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)


def beside_bars(axes: Any, bars: Any, texts: Sequence[str]) -> None:
    """A text at the end of each bar, which no line crosses."""
    axes.bar_label(bars, texts, padding=3, fontsize=8, bbox=BOX)
    axes.margins(x=_BEFORE if any(bar.get_width() < 0.0 for bar in bars) else _BEHIND)


def finite(x: float) -> float:
    """A number that can be drawn; the text next to it shows the actual one."""
    return x if math.isfinite(x) else 0.0


def whiskers(values: Sequence[float], intervals: Sequence[Interval | None]) -> list[list[float]] | None:
    """The reach of intervals on either side of the values; None if there are none."""
    if all(one is None for one in intervals):
        return None
    ends = [(x, x) if one is None else (one.low, one.high) for x, one in zip(values, intervals, strict=True)]
    pairs = [*zip(values, ends, strict=True)]
    sizes = [[x - low for x, (low, _) in pairs], [high - x for x, (_, high) in pairs]]
    return [[max(size, 0.0) if math.isfinite(size) else 0.0 for size in side] for side in sizes]


def in_words(names: Sequence[str], values: Sequence[float], intervals: Sequence[Interval | None]) -> str:
    """Numbers with their intervals, in words."""
    return "; ".join(
        f"{name}: {value:.4g}" + ("" if one is None else f" ({one.low:.4g} to {one.high:.4g})")
        for name, value, one in zip(names, values, intervals, strict=True)
    )
