"""The result of each group as a block."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from losscli.core.groups.group import Group
from losscli.outputs.curve_view import curve_line
from losscli.outputs.draw.block import GROUPS, Block, Column, Fold, block_of
from losscli.outputs.report_view import align_points, bars, ends, number
from losscli.text import count, printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.core.report import Report

MOST_GROUPS = 500  # groups of a table
LEAST_GROUPS = 2  # groups on a low screen
_DETAILS = (  # growing sets of columns to drop on a low screen
    ("std", "min", "max"),
    ("std", "min", "max", "accuracy"),
    ("std", "min", "max", "accuracy", "of the loss", "of the rows"),
)


def group_block(report: Report, digits: int) -> Block:
    """The result of each group, and of all rows."""
    rest = ("",) * (len(report.by) - 1)
    own = report.samples, report.reduced, report.summary, report.accuracy
    nats = report.nats if report.exponential else None
    whole = Group(("total", *rest), *own, 1.0, 1.0, report.reduced_interval, None, nats)
    groups = (*report.groups[:MOST_GROUPS], whole)
    entries = [group.to_dict() for group in groups]
    columns = [
        *((Column(name, "name"), [printable(group.names[i]) for group in groups]) for i, name in enumerate(report.by)),
        (Column("samples", "right"), [f"{entry['samples']:,}" for entry in entries]),
        (Column(report.headline, "right"), align_points([number(entry["value"], digits) for entry in entries])),
    ]
    if report.level is not None:
        shown = [ends(one.interval, digits).partition("interval ")[2] for one in groups]
        columns.append((Column(f"{report.level * 100:.10g}% interval"), shown))
    if any(group.p is not None for group in groups):
        columns.append((Column("p (Holm)", "right"), [number(group.p, 3) for group in groups]))
    columns += [
        (Column(name, "right"), align_points([_spread(entry[name], name, entry, digits) for entry in entries]))
        for name in ("std", "min", "max", "accuracy")
        if entries[-1][name] is not None and (report.by_sample or name == "accuracy")
    ]
    shares = [(Column("of the rows", "right"), [_percent(group.share_of_rows) for group in groups])]
    if not report.loss.higher_is_better and report.by_sample:
        shares.insert(0, (Column("of the loss", "right"), [_percent(group.share_of_loss) for group in groups]))
    values = [group.value for group in groups[:-1]]
    sizes = [value for value in values if value is not None and value >= 0.0]
    if len(sizes) == len(values) > 1 and not report.loss.higher_is_better:
        shares.insert(0, (Column("", "bar"), [*bars(sizes), "0"]))  # all rows are not a group
    columns[2 + len(report.by) : 2 + len(report.by)] = shares
    headings = [column.heading for column, _ in columns]
    return block_of(
        columns,
        strong=frozenset({len(entries) - 1}),
        caption="\n".join(_said_of_groups(report, digits)),
        fold=_group_fold(report, headings, digits),
    )


def _group_fold(report: Report, headings: Sequence[str], digits: int) -> Fold:
    """The groups that a low screen may leave out, the worst last."""
    order = () if report.worst_of else worst_first(report, report.groups[:MOST_GROUPS])

    def said(gone: Sequence[int], less: Sequence[int]) -> str:
        left = len(order) - len(gone)
        worst = f"{f'the {left} worst of ' if left else ''}{len(order):,} groups; " if gone else ""
        names = ["all"] * bool(gone) + [headings[j] for j in less]
        return "\n".join([*[f"{worst}-v: {', '.join(names)}"] * bool(names), *_said_of_groups(report, digits)])

    return Fold(GROUPS, order, LEAST_GROUPS, said, details_of(headings, len(report.by), _DETAILS))


def worst_first(report: Report, groups: Sequence[Group]) -> list[int]:
    """The indices of groups, the worst first, those without a value last."""
    sign = 1.0 if report.loss.higher_is_better else -1.0
    sizes = [math.inf if group.value is None else sign * group.value for group in groups]
    return sorted(range(len(groups)), key=lambda i: -math.inf if math.isnan(sizes[i]) else sizes[i])


def details_of(headings: Sequence[str], start: int, names: Sequence[Sequence[str]]) -> list[list[int]]:
    """The indices of the columns with these headings, from ``start`` on, behind those that name the groups."""
    return [[j for j in range(start, len(headings)) if headings[j] in some] for some in names]


def _said_of_groups(report: Report, digits: int) -> list[str]:
    said = [*filter(None, [curve_line(report, digits)]), *left_out(report)]
    if any(group.p is not None for group in report.groups):
        many = report.worst_of or len(report.groups)
        together = any(group.interval is not None and group.interval.unit == "cluster" for group in report.groups)
        test = "by cluster" if together else "Welch"
        said.append(f"p: the group against all other rows ({test}), corrected for {count(many, 'group')} (Holm)")
    return said


def left_out(report: Report) -> list[str]:
    """Which groups are shown, if not all."""
    said = []
    if len(report.groups) > MOST_GROUPS:
        more = count(len(report.groups) - MOST_GROUPS, "more group")
        said.append(f"{more}: -f csv shows all of them, --worst-groups K the worst")
    if report.worst_of:
        end = "upper" if report.loss.higher_is_better else "lower"
        said.append(f"the worst {len(report.groups)} of {report.worst_of:,} groups, by the {end} end of the interval")
    return said


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100.0 * share:.1f}%"


def _spread(value: float, name: str, entry: dict[str, Any], digits: int) -> str:
    """A number of a group; a single row has no standard deviation."""
    return "" if name == "std" and entry["samples"] == 1 else number(value, digits)
