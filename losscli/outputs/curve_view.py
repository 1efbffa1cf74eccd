"""A value along files, such as one per epoch: a line of blocks, with its first, last and best value in words."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from losscli.text import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.core.report import Report

STEPS = "▁▂▃▄▅▆▇"  # in ASCII 1 to 7
_MOST = 60  # characters of a line
_LEAST = 3  # fewest points of a curve


def curved(report: Report) -> bool:
    """Whether the groups are points of a curve: files in order, such as one per epoch."""
    return report.by == ("file",) and len(report.groups) >= _LEAST and not report.worst_of


def best_of(report: Report, values: Sequence[float]) -> int | None:
    """The index of the best value, the first of equal ones; None if there is no number."""
    sign = -1.0 if report.loss.higher_is_better else 1.0
    known = [i for i, value in enumerate(values) if not math.isnan(value)]
    return min(known, key=lambda i: sign * values[i], default=None)


def sparkline(values: Sequence[float]) -> str:
    """A block for each value, or for each run of equally many; blank where there is no finite number."""
    if len(values) > _MOST:
        ends = [round(i * len(values) / _MOST) for i in range(_MOST + 1)]
        values = [math.fsum(values[a:b]) / (b - a) for a, b in pairwise(ends)]
    finite = [value for value in values if math.isfinite(value)]
    low, high = min(finite, default=0.0), max(finite, default=0.0)
    room = high - low or 1.0

    def step(value: float) -> str:
        if not math.isfinite(value):
            return " " if math.isnan(value) else STEPS[-1 if value > 0.0 else 0]
        return STEPS[round((value - low) / room * (len(STEPS) - 1))]

    return "".join(map(step, values))


def curve_line(report: Report, digits: int) -> str:
    """The curve with its words; empty if there is none."""
    if not curved(report):
        return ""
    groups = [group for group in report.groups if group.value is not None]
    names = [group.name.rpartition("/")[2] for group in groups]
    return curve_of(report, names, [float(group.value or 0.0) for group in groups], digits)


def curve_of(report: Report, names: Sequence[str], values: Sequence[float], digits: int) -> str:
    """Ordered values as blocks and in words; empty for fewer than three, or if none is a number."""
    best = best_of(report, values)
    if len(values) < _LEAST or best is None:
        return ""
    few = max(digits - 3, 2)

    def told(i: int) -> str:
        return f"{values[i]:.{few}g} ({printable(names[i])})"

    return f"curve {sparkline(values)} from {told(0)} to {told(len(values) - 1)}, best {told(best)}"


def places_of(values: Sequence[str]) -> list[float] | None:
    """Positions of a parameter's values on an axis; None if they are not all numbers."""
    try:
        places = [float(text) for text in values]
    except ValueError:
        return None
    return places if all(map(math.isfinite, places)) else None


def order_of(values: Sequence[str]) -> list[int]:
    """The indices that sort the values of a parameter; in the given order if they are not numbers."""
    places = places_of(values)
    return [*range(len(values))] if places is None else sorted(range(len(values)), key=lambda i: places[i])
