"""Where one model is better than another: a line for each group, a block for each baseline."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from losscli.core.difference import UNDECIDED
from losscli.outputs.difference_cells import (
    bar_of,
    block_of,
    ends,
    level_of,
    number_of,
    probability,
    signed,
    verdict_tones,
)
from losscli.outputs.draw.block import GROUPS, Column, Fold
from losscli.outputs.group_view import LEAST_GROUPS, MOST_GROUPS, details_of, worst_of
from losscli.outputs.report_view import align_points, number
from losscli.record import replace
from losscli.text import count, printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.core.difference import Difference
    from losscli.core.report import Report
    from losscli.outputs.draw.block import Block

_DETAILS = (  # growing sets of columns to drop on a low screen
    ("rows better",),
    ("rows better", "samples"),
    ("rows better", "samples", "p (Holm)"),
)


def group_blocks(report: Report, digits: int) -> list[Block]:
    """The groups, and all rows, against each baseline."""
    return [_block(report, i, digits) for i in range(len(report.against))]


def _block(report: Report, i: int, digits: int) -> Block:
    groups = report.groups[:MOST_GROUPS]
    names = [group.names for group in groups] + [("total", *[""] * (len(report.by) - 1))]
    every = [*(group.against[i] for group in groups), report.against[i]]
    mine = [*(group.value for group in groups), report.compared]
    few = max(digits - 4, 2)
    shares = ["" if one.wins is None or not one.rows else f"{one.wins / one.rows:.1%}" for one in every]
    sizes = [abs(one.difference) for one in every[:-1] if one.difference is not None]
    most = max((size for size in sizes if math.isfinite(size)), default=0.0)
    p = [one.p_holm for one in every[:-1]] + [None]
    columns = [
        *((Column(what, "name"), [printable(name[j]) for name in names]) for j, what in enumerate(report.by)),
        (Column("samples", "right"), [f"{one.rows:,}" for one in every]),
        (Column(report.against[i].name, "right"), align_points([number(one.baseline.value, digits) for one in every])),
        (Column(printable(report.called), "right"), align_points([number(value, digits) for value in mine])),
        (Column("difference", "right"), align_points([signed(one.difference, digits) for one in every])),
        (Column("", "signed"), [*(bar_of(one.difference, most) for one in every[:-1]), "0"]),  # 0: all rows
        (Column(level_of(report)), [ends(one.interval, digits, "+") for one in every]),
        (Column("p (Holm)", "right"), [probability(one, few) for one in p]),
        (Column("rows better", "right"), shares),
        (Column("verdict"), [_said(one) for one in every]),
    ]
    if not any(shares):
        del columns[-2]

    def below(gone: Sequence[int] = (), less: Sequence[int] = ()) -> str:
        most = f"the {len(groups) - len(gone)} of {len(groups):,} groups that differ most; " if gone else ""
        names = ["all"] * bool(gone) or [columns[j][0].heading for j in less]
        return "\n".join([f"{most}-v: {', '.join(names)}"] * bool(names) + _below(report))

    details = details_of([column.heading for column, _ in columns], len(report.by), _DETAILS)
    first = len(report.by) + 1  # of the values, which the difference stands for
    details.append([*details[-1], first, first + 1])
    order = sorted(range(len(groups)), key=lambda j: -_size(every[j]))
    fold = None if report.worst_of else Fold(GROUPS, order, LEAST_GROUPS, below, details)
    tones = verdict_tones([one.verdict for one in every], len(columns) - 1)
    return replace(block_of(columns, strong={len(every) - 1}, caption=below()), tones=tones, fold=fold)


def _size(one: Difference) -> float:
    """The size of the difference in a group."""
    return 0.0 if one.difference is None or math.isnan(one.difference) else abs(one.difference)


def _said(one: Difference) -> str:
    return one.verdict if one.verdict != UNDECIDED else f"{one.verdict}: {one.reason}"


def _below(report: Report) -> list[str]:
    said = []
    if len(report.groups) > MOST_GROUPS:
        more = count(len(report.groups) - MOST_GROUPS, "more group")
        said.append(f"{more}: -f csv shows all of them, --worst-groups K the worst")
    if report.worst_of:
        said.append(worst_of(report))
    many = f"{report.worst_of or len(report.groups):,} groups"
    several = len(report.against)
    many += f" and {several} baselines" if several > 1 else ""
    return [*said, f"{number_of(report)} in each group; verdicts by p, corrected for {many} (Holm)"]
