"""An inspection in parts: each part of the rows is evaluated under the same decisions, and the results are merged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.answers.check.inspect import Inspection
from losscli.core.batch import Dataset
from losscli.core.shards import MiscutError
from losscli.record import field, record, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from losscli.core.batch import Baseline, Remarks
    from losscli.core.change import Change
    from losscli.core.companions import Alongside
    from losscli.core.groups.group_table import GroupTable
    from losscli.core.groups.parts import Part
    from losscli.core.intervals.paired import Paired
    from losscli.core.plan import Plan
    from losscli.core.running import Tally
    from losscli.core.shards import Shard
    from losscli.core.steps import Steps
    from losscli.ops import Array


@record
class Share:
    """All decisions that the parts share, made before the first part is evaluated; picklable.

    Attributes:
        steps: What to compute, and how.
        plan: The decisions.
        axes: The axes of a row.
        trials: The changes on trial, and the decisions under each.
        detail: Look for more than bad rows.
        by: The groupings of rows.
        values: Whether the losses of all rows are wanted.
        moved: How many of the rows with the largest differences to keep for each baseline.
        baselines: The baselines.
        rivals: The decisions for each baseline.
        beside: Starts what else is computed on the rows, with the decisions for it; None for nothing.
    """

    steps: Steps
    plan: Plan
    axes: tuple[tuple[int, ...], ...]
    trials: Mapping[Change, Plan]
    detail: bool
    by: tuple[Part, ...]
    values: bool
    moved: int = 0
    baselines: tuple[Baseline, ...] = ()
    rivals: tuple[Share, ...] = ()
    beside: tuple[Callable[[Dataset], Alongside], tuple[Any, ...]] | None = None

    def inspection(self, dataset: Dataset, trials: Collection[Change]) -> Inspection:
        """An inspection under these decisions, with some of the changes on trial."""
        inspection = Inspection(self.steps, dataset, detail=self.detail, moved=self.moved)
        inspection.follow(self.plan, {change: self.trials[change] for change in trials})
        if self.beside is not None:
            begin, plans = self.beside
            inspection.companions = begin(dataset)
            inspection.companions.follow(plans)
        return inspection


@record(frozen=False)
class Partial:
    """The outcome of a part; can be pickled, and merges with that of the part that follows.

    Attributes:
        tally: The totals of the rows, numbered from 0.
        groups: The totals of each group, if there are groups.
        trials: The tally under each change that worked.
        remarks: What is known of each source only after its last row.
        values: The losses, if wanted, and those of each baseline.
        rivals: The outcome of each baseline.
        paired: The losses of the same rows under each baseline and the predictions.
        moved: How many of the rows with the largest differences to keep.
        beside: The totals of what else is computed; they move and merge like a tally.
    """

    tally: Tally
    groups: GroupTable | None
    trials: dict[Change, Tally]
    remarks: Sequence[Remarks]
    values: list[tuple[Array, ...]] = field(default_factory=list)
    rivals: list[Partial] = field(default_factory=list)
    paired: list[Paired] = field(default_factory=list)
    moved: int = 0
    beside: Sequence[Any] = ()

    @property
    def bad(self) -> bool:
        """Whether there were bad rows, computed or not."""
        return bool(self.tally.problems.found) or any(rival.bad for rival in self.rivals)

    def merge(self, later: Partial) -> None:
        """Add the outcome of the part that follows."""
        before = self.tally.samples
        self.tally.merge(later.tally.moved(before))
        if self.groups is not None and later.groups is not None:
            self.groups.merge(later.groups)
        self.trials = {change: tally for change, tally in self.trials.items() if change in later.trials}
        for change, tally in self.trials.items():
            tally.merge(later.trials[change].moved(before))
        for mine, other in zip(self.remarks, later.remarks, strict=True):
            mine.merge(other)
        self.values += later.values
        for mine_beside, other_beside in zip(self.beside, later.beside, strict=True):
            mine_beside.merge(other_beside.moved(before))
        for rival, after in zip(self.rivals, later.rivals, strict=True):
            rival.merge(after)
        self.paired = [
            (mine + other.later(before)).first(self.moved)
            for mine, other in zip(self.paired, later.paired, strict=True)
        ]


def share_of(scout: Inspection, *, values: bool, beside: Callable[[Dataset], Alongside] | None = None) -> Share:
    """The decisions of an inspection of the first rows, and of what ``beside`` computes on them."""
    scout.begin()
    evaluation = scout.evaluation
    assert evaluation.plan is not None
    if evaluation.plan.mixes:
        evaluation.refuse_mixed()
    trials = {change: trial.plan for change, trial in scout.trials.running.items() if trial.plan is not None}
    return Share(
        evaluation.steps,
        evaluation.shared_plan,
        evaluation.axes,
        trials,
        evaluation.detail,
        evaluation.dataset.by,
        values,
        scout.moved,
        evaluation.dataset.baselines,
        tuple(share_of(rival, values=False) for rival in scout.rivals),
        None if scout.companions is None or beside is None else (beside, scout.companions.plans()),
    )


def work(share: Share, shard: Shard[Dataset]) -> Partial:
    """Evaluate a part of the rows.

    Raises:
        LossError: Rows that can't be read.
        MiscutError: The part does not begin at a record.
    """
    rows = shard.read()
    dataset = Dataset(iter(()), by=share.by, baselines=share.baselines)
    inspection = share.inspection(dataset, share.trials)
    for rival, own in zip(inspection.rivals, share.rivals, strict=True):
        rival.follow(own.plan, own.trials)
    values, seen = [], 0
    for batch in rows.batches:
        batch.refuse_other(share.axes)
        computed = inspection.add(batch if shard.before is None else replace(batch, before=shard.before))
        seen += len(batch)
        if computed is not None and share.values:
            values.append((computed.loss, *(other.loss for other in computed.others)))
    if shard.before is not None and seen != shard.rows:
        raise MiscutError  # not every line is a row
    return replace(_outcome(inspection), remarks=rows.remarks(), values=values)


def _outcome(inspection: Inspection) -> Partial:
    """The outcome of an inspection."""
    trials = {change: trial.tally for change, trial in inspection.trials.running.items()}
    evaluation, rivals = inspection.evaluation, [*map(_outcome, inspection.rivals)]
    return Partial(
        evaluation.tally,
        evaluation.group_table(),
        trials,
        (),
        rivals=rivals,
        paired=inspection.paired,
        moved=inspection.moved,
        beside=() if inspection.companions is None else inspection.companions.tallies(),
    )


def conclude(share: Share, outcome: Partial, dataset: Dataset) -> Inspection:
    """The inspection as it would be after all rows; ``dataset`` has not been read."""
    dataset = replace(dataset, batches=iter(()), remarks=lambda: outcome.remarks)
    inspection = share.inspection(dataset, outcome.trials)
    _remember(inspection, outcome)
    for rival, own, remembered in zip(inspection.rivals, share.rivals, outcome.rivals, strict=True):
        rival.follow(own.plan, {change: own.trials[change] for change in remembered.trials})
        _remember(rival, remembered)
    return inspection


def _remember(inspection: Inspection, outcome: Partial) -> None:
    """Take over the outcome of another process's inspection."""
    inspection.evaluation.tally = outcome.tally
    inspection.evaluation.groups = outcome.groups
    inspection.paired = outcome.paired
    if inspection.companions is not None:
        inspection.companions.remember(outcome.beside)
    for change, trial in inspection.trials.running.items():
        trial.tally = outcome.trials[change]
