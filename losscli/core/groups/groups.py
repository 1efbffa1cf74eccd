"""The results of groups of rows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from losscli.core.class_names import whole_number
from losscli.core.groups.group import Group
from losscli.core.groups.parts import shown
from losscli.core.note import Note
from losscli.core.reduction import Reduced
from losscli.core.summary import Summary
from losscli.errors import LossError
from losscli.text import count, listed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from losscli.core.batch import Batch
    from losscli.core.exact_sum import ExactSum
    from losscli.core.groups.group_table import GroupTable
    from losscli.core.groups.parts import Part
    from losscli.core.intervals.interval import Interval
    from losscli.core.report import Report
    from losscli.core.running import Tally

_LOOKED_AT = 10_000  # groups, for names that are the same number


def mean_of_groups(groups: Sequence[Group]) -> Reduced:
    """The unweighted mean of the groups' values."""
    values = [group.reduced.value for group in groups if group.reduced.value is not None]
    if not values:
        return Reduced(None, None, "")
    return Reduced(math.fsum(values) / len(values), len(values), "groups")


def groups_of(
    table: GroupTable, names: Sequence[str] | None, result: Callable[[Tally], tuple[Reduced, Interval | None]]
) -> list[Group]:
    """The result of each group that has rows; classes and ranges are sorted by number, other groups as they came."""
    tallies = table.tallies()
    order = table.order()
    whole = table.total.whole()
    rows = sum(tallies[i].samples for i in order)
    results = {i: result(tallies[i]) for i in order}
    p = iter(_differences(table, [tallies[i] for i in order], order))
    return [
        Group(
            shown(table.parts, table.keys[i], names),
            tallies[i].samples,
            results[i][0],
            tallies[i].summary,
            tallies[i].accuracy,
            _share(tallies[i].summary.total, whole),
            tallies[i].samples / rows,
            results[i][1],
            next(p),
        )
        for i in order
    ]


def _differences(table: GroupTable, tallies: list[Tally], order: Sequence[int]) -> list[float | None]:
    """For each group the p of its difference to the others, if intervals were asked for."""
    if table.clusters is not None:
        return table.clusters.p_of_groups(order)
    if all(tally.moments is None for tally in tallies):
        return [None] * len(tallies)
    from losscli.core.groups.group_tests import p_of_groups

    return p_of_groups([tally.moments for tally in tallies])


def groups_apart(
    every: Sequence[tuple[str, ...]], rows: Sequence[Batch], report_of: Callable[[Batch], Report]
) -> tuple[list[Group], tuple[Note, ...]]:
    """The results of groups for a loss that needs all rows at once, each computed separately."""
    groups: list[Group] = []
    failed: list[str] = []
    total = sum(map(len, rows))
    for names, batch in zip(every, rows, strict=True):
        value, summary, accuracy, interval = Reduced(None, None, ""), Summary(), None, None
        try:
            report = report_of(batch)
            value, summary, accuracy = report.reduced, report.summary, report.accuracy
            interval = report.reduced_interval
        except LossError as error:
            failed.append(f"{', '.join(names)}: {error.what}")
        groups.append(Group(names, len(batch), value, summary, accuracy, None, len(batch) / total, interval))
    if not failed:
        return groups, ()
    what = f"{count(len(failed), 'group has', 'groups have')} no value: {listed(failed, 3)}"
    return groups, (Note("group-without-value", what, severity="warning"),)


def spelled_apart(groups: Sequence[Group], parts: Sequence[Part]) -> tuple[Note, ...]:
    """A note on groups that are the same number written in different ways, such as 1 and 1.0."""
    notes = []
    for at, part in enumerate(parts):
        if part.ranged or len(groups) > _LOOKED_AT:
            continue
        found: dict[int, list[str]] = {}
        for name in dict.fromkeys(group.names[at] for group in groups):
            if (number := whole_number(name)) is not None:
                found.setdefault(number, []).append(name)
        alike = next((names for names in found.values() if len(names) > 1), None)
        if alike is not None:
            what = (
                f"groups {', '.join(alike[:5])} of {part.name} are the same number, and kept apart as they are written"
            )
            notes.append(Note("groups-alike", what, "write them alike to count them together"))
    return tuple(notes)


def _share(part: ExactSum, whole: ExactSum) -> float | None:
    share = part.over(whole)
    return None if math.isnan(share) else share
