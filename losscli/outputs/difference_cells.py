"""The cells of tables of differences."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from losscli.core.intervals.difference import BETTER, WORSE
from losscli.outputs.draw.block import RESULT, Block, Column, Fold
from losscli.outputs.report_view import number
from losscli.record import replace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.core.intervals.interval import Interval
    from losscli.core.report import Report


def number_of(report: Report) -> str:
    """The name of the numbers; without a reduction, means are compared."""
    return "mean" if report.value is None else report.headline


def interval_named(report: Report) -> str:
    """The name of the intervals."""
    return "interval" if report.level is None else f"{report.level * 100:.10g}% interval"


def narrowed(block: Block, *details: Sequence[int], said: str = "") -> Block:
    """The block, from which a low screen drops ``details``: growing sets of columns; or only what is ``said``."""
    rows = range(len(block.rows)) if said else ()

    def below(gone: Sequence[int], less: Sequence[int]) -> str:
        return said if len(gone) == len(block.rows) else elsewhere(block.columns, less)

    return replace(block, fold=Fold(RESULT, rows, len(rows), below, details, together=True))


def elsewhere(columns: Sequence[Column], less: Sequence[int]) -> str:
    """A line that names the columns in ``less``, which are left out; empty if there are none."""
    return f"-v: {', '.join(dict.fromkeys(filter(None, (columns[j].heading for j in less))))}" if less else ""


def verdict_tones(verdicts: Sequence[str], column: int) -> dict[tuple[int, int], str]:
    """The tones of a column of verdicts, by row and column: good for better, bad for worse."""
    tones = {BETTER: "good", WORSE: "bad"}
    return {(i, column): tones[verdict] for i, verdict in enumerate(verdicts) if verdict in tones}


def signed(x: float | None, digits: int) -> str:
    """A difference with its sign; 0 has none."""
    return "" if x is None else "0" if x == 0.0 else "nan" if x != x else f"{x:+.{digits}g}"


def ends(interval: Interval | None, digits: int, sign: str = "") -> str:
    """The ends of an interval, with fewer digits than its number."""
    if interval is None:
        return ""
    few = max(digits - 3, 2)
    low, high = (signed(end, few) if sign else number(end, few) for end in (interval.low, interval.high))
    return f"{low} … {high}"


def probability(p: float | None, digits: int) -> str:
    """A p-value, never shown as 0."""
    return "< 1e-300" if p is not None and p < 1e-300 else number(p, digits)


def bar_of(difference: float | None, most: float) -> str:
    """A difference as a signed fraction of the largest one."""
    if difference is None:
        return "0"
    if not math.isfinite(difference):
        return "0" if math.isnan(difference) else f"{math.copysign(1.0, difference):.0f}"
    return f"{difference / most:.4f}" if most else "0"
