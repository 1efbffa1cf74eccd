"""Differences between models by group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.core.groups.group import exponential
from losscli.core.intervals.comparison import difference, judged
from losscli.core.intervals.difference import Model
from losscli.core.intervals.paired import Paired, pair
from losscli.core.intervals.paired_rows import Wanted, paired_rows
from losscli.errors import LossError
from losscli.record import replace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.core.batch import Batch
    from losscli.core.evaluate import Evaluation
    from losscli.core.groups.group import Group
    from losscli.core.groups.group_table import GroupTable
    from losscli.core.intervals.difference import Difference
    from losscli.core.plan import Plan
    from losscli.core.report import Report
    from losscli.core.steps import Computed


def compared_groups(
    evaluation: Evaluation, groups: Sequence[Group], baselines: Sequence[Model], rivals: Sequence[Evaluation]
) -> tuple[Group, ...]:
    """Groups with the difference to each baseline; p is corrected for the number of groups and baselines."""
    plan, table = evaluation.plan, evaluation.group_table()
    assert plan is not None
    pairs = _apart(evaluation, baselines, rivals) if table is None else _pairs_of(plan, table, groups, baselines)
    found: list[Difference] = []
    called = evaluation.dataset.called
    for group, own in zip(groups, pairs, strict=True):
        found += [difference(plan, group.value, group.nats, model, paired, called) for paired, model in own]
    verdicts = iter(judged(plan, found))
    return tuple(
        replace(group, against=tuple(next(verdicts) for _ in own)) for group, own in zip(groups, pairs, strict=True)
    )


def _pairs_of(
    plan: Plan, table: GroupTable, groups: Sequence[Group], baselines: Sequence[Model]
) -> list[list[tuple[Paired, Model]]]:
    """For each group and baseline: the paired sums, and the baseline's numbers on these rows."""
    each = [pairs.each(len(table.keys)) for pairs in table.pairs]
    return [
        [(own[i], _model(plan, one.name, own[i], group.nats)) for one, own in zip(baselines, each, strict=True)]
        for i, group in zip(table.order(), groups, strict=True)
    ]


def _model(plan: Plan, name: str, paired: Paired, nats: float | None) -> Model:
    """A baseline's numbers on the paired rows."""
    moments, decisions = paired.moments, paired.decisions
    value = None
    if moments.units:
        even = len(moments.sums) == 2
        value = moments.sums[1].over() if plan.rule == "sum" else moments.mean(1)
        value = value if even or plan.rule == "sum" else moments.sums[1].over(moments.sums[2])
        value = value if nats is None else exponential(value, nats)
    accuracy = None
    if decisions is not None and any(decisions):
        both, first, second, neither = decisions
        accuracy = (both + second) / (both + first + second + neither)
    return Model(name, value, None, accuracy, None, "")


def _apart(
    evaluation: Evaluation, baselines: Sequence[Model], rivals: Sequence[Evaluation]
) -> list[list[tuple[Paired, Model]]]:
    """The same for a loss that needs all rows at once: each group is computed separately under each model."""
    found = []
    for rows in evaluation.rows_apart:
        mine, _ = _by_itself(evaluation, rows)
        own = []
        for model, rival, other in zip(baselines, rivals, rows.others, strict=True):
            theirs, report = (None, None) if rival.plan is None else _by_itself(rival, rows.of(other))  # one was saved
            paired, wanted = Paired(), Wanted(moved=0, decisions=evaluation.detail)
            if mine is not None and theirs is not None:
                models = mine, theirs
                paired = pair(paired, paired_rows(models, wanted), models, (None, None), wanted)
            value, accuracy = (None, None) if report is None else (report.compared, report.accuracy)
            own.append((paired, Model(model.name, value, None, accuracy, None, "")))
        found.append(own)
    return found


def _by_itself(evaluation: Evaluation, rows: Batch) -> tuple[Computed | None, Report | None]:
    """Some rows computed on their own, and the report on them; None if they have no value."""
    seen: list[Computed] = []
    own = evaluation.anew()
    own.observe = seen.append
    try:
        own.add(rows)
        report = own.report()
    except LossError:
        return None, None
    return (seen[0] if seen else None), report
