"""Where one model is better than another: a line for each group and baseline."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from losscli.core.intervals.difference import UNDECIDED
from losscli.outputs.difference_cells import bar_of, ends, interval_named, number_of, probability, signed, verdict_tones
from losscli.outputs.draw.block import GROUPS, Column, Fold, block_of
from losscli.outputs.group_view import LEAST_GROUPS, MOST_GROUPS, details_of, left_out
from losscli.outputs.report_view import align_points, number
from losscli.text import count, printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.core.intervals.difference import Difference
    from losscli.core.report import Report
    from losscli.outputs.draw.block import Block

_DETAILS = (  # growing sets of columns to drop on a low screen
    ("rows better",),
    ("rows better", "samples"),
    ("rows better", "samples", "p (Holm)"),
)


def group_block(report: Report, digits: int) -> Block:
    """A line for each group and baseline; against one baseline, also a line for all rows."""
    groups, several = report.groups[:MOST_GROUPS], len(report.against) > 1
    lines = [(group.names, group.value, one) for group in groups for one in group.against]
    apart = len(lines)  # lines of groups
    if not several:
        lines.append((("total", *[""] * (len(report.by) - 1)), report.compared, report.against[0]))
    every = [one for _, _, one in lines]
    few = max(digits - 4, 2)
    shares = ["" if one.wins is None or not one.rows else f"{one.wins / one.rows:.1%}" for one in every]
    sizes = [abs(one.difference) for one in every[:apart] if one.difference is not None]
    most = max((size for size in sizes if math.isfinite(size)), default=0.0)
    columns = [
        *((Column(what, "name"), [printable(names[j]) for names, _, _ in lines]) for j, what in enumerate(report.by)),
        *[(Column("against", "name"), [one.name for one in every])] * several,
        (Column("samples", "right"), [f"{one.rows:,}" for one in every]),
        (
            Column("baseline" if several else report.against[0].name, "right"),
            align_points([number(one.baseline.value, digits) for one in every]),
        ),
        (Column(printable(report.called), "right"), align_points([number(value, digits) for _, value, _ in lines])),
        (Column("difference", "right"), align_points([signed(one.difference, digits) for one in every])),
        (Column("", "signed"), [bar_of(one.difference, most) if i < apart else "0" for i, one in enumerate(every)]),
        (Column(interval_named(report)), [ends(one.interval, digits, "+") for one in every]),
        (
            Column("p (Holm)", "right"),
            [probability(one.p_holm if i < apart else None, few) for i, one in enumerate(every)],
        ),
        (Column("rows better", "right"), shares),
        (Column("verdict"), [_said(one) for one in every]),
    ]
    if not any(shares):
        del columns[-2]

    def below(gone: Sequence[int] = (), less: Sequence[int] = ()) -> str:
        names = ["all"] * bool(gone) or [columns[j][0].heading for j in less]
        return "\n".join([f"{_most(apart, len(gone), several)}-v: {', '.join(names)}"] * bool(names) + _below(report))

    named = len(report.by) + several
    details = details_of([column.heading for column, _ in columns], named, _DETAILS)
    details.append([*details[-1], named + 1, named + 2])  # the values, which the difference stands for
    order = sorted(range(apart), key=lambda j: -_size(every[j]))
    fold = Fold(GROUPS, () if report.worst_of else order, LEAST_GROUPS, below, details)
    tones = verdict_tones([one.verdict for one in every], len(columns) - 1)
    strong = frozenset(range(apart, len(every)))
    return block_of(columns, strong=strong, caption=below(), tones=tones, fold=fold)


def _most(lines: int, gone: int, several: bool) -> str:
    """Which lines a low screen shows."""
    if not gone:
        return ""
    what = "differences" if several else "groups"
    left = lines - gone
    if not left:
        return f"{lines:,} {what}; "
    return f"the {left} {'largest ' * several}of {lines:,} {what}{' that differ most' * (not several)}; "


def _size(one: Difference) -> float:
    """The size of the difference in a group."""
    return 0.0 if one.difference is None or math.isnan(one.difference) else abs(one.difference)


def _said(one: Difference) -> str:
    return one.verdict if one.verdict != UNDECIDED else f"{one.verdict}: {one.reason}"


def _below(report: Report) -> list[str]:
    many = count(report.worst_of or len(report.groups), "group")
    several = len(report.against)
    many += f" and {several} baselines" if several > 1 else ""
    return [*left_out(report), f"{number_of(report)} in each group; verdicts by p, corrected for {many} (Holm)"]
