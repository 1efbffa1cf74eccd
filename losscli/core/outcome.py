"""What one pass has found, and the report on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from losscli.core.baseline import baseline_of
from losscli.core.labels import as_found
from losscli.core.note import notes_of
from losscli.core.reduction import Reduced
from losscli.core.report import Inferred, Report
from losscli.core.running import Tally
from losscli.core.settings import BASES
from losscli.errors import InputError
from losscli.losses.vocabulary import Form, Inference
from losscli.record import replace

if TYPE_CHECKING:
    from losscli.core.batch import Dataset, Decision
    from losscli.core.counts.class_pairs import Confusion
    from losscli.core.counts.histogram import Bar
    from losscli.core.groups.group import Group
    from losscli.core.groups.group_table import GroupTable
    from losscli.core.groups.group_tally import GroupTally
    from losscli.core.intervals.bootstrap import Drawn
    from losscli.core.intervals.interval import Interval
    from losscli.core.note import Note
    from losscli.core.plan import Plan
    from losscli.core.steps import Steps
    from losscli.ops import Array


class Outcome:
    """What one pass has found so far.

    Attributes:
        plan: All decisions, made with the first batch; None before it.
        tally: Mergeable totals over the rows.
        groups: Totals of each group of rows, if they were merged from several processes.
        groups_apart: Results of groups computed one by one, for a loss that needs all rows at once.
        values: The numbers of the whole data set, where rows have no value each.
        notes: Notes on the values.
        between: Sizes of the axes between samples and classes, such as tokens.
        of_all: Bootstrap replicates of a number that needs all rows at once.
    """

    def __init__(self, steps: Steps, dataset: Dataset) -> None:
        self.steps = steps
        self.dataset = dataset
        self.plan: Plan | None = None
        self.tally = Tally()
        self.groups: GroupTable | None = None
        self.groups_apart: list[Group] = []
        self.values: Array | None = None
        self.notes: tuple[Note, ...] = ()
        self.between: tuple[int, ...] = ()
        self.of_all: Drawn | None = None
        self._tally_of_groups: GroupTally | None = None
        if dataset.by and not steps.whole:
            from losscli.core.groups.group_tally import GroupTally

            self._tally_of_groups = GroupTally(dataset.by)

    @property
    def undecided(self) -> bool:
        """Whether the plan lacks its pivot, as no finite value was seen yet."""
        plan = self.plan
        return plan is not None and plan.settings.level is not None and plan.pivot is None

    @property
    def shared_plan(self) -> Plan:
        """The plan as other processes follow it: about 0 if no finite value gave it a pivot."""
        assert self.plan is not None
        return replace(self.plan, pivot=0.0) if self.undecided else self.plan

    def group_table(self) -> GroupTable | None:
        """The totals of each group of rows; None without groups."""
        if self.groups is None and self._tally_of_groups is not None:
            return self._tally_of_groups.table()
        return self.groups

    def replicates(self) -> Drawn | None:
        """The bootstrap replicates of the value; None if none were asked for."""
        if self.plan is None or self.plan.settings.bootstrap is None or self.of_all is not None:
            return self.of_all
        from losscli.core.intervals.inference import means_of_replicates

        return means_of_replicates(self.plan, self.tally)

    def provenance(self) -> tuple[Decision, ...]:
        """What was decided on the rows added, with its reasons."""
        plan = self.plan
        if plan is None:
            return (*self.dataset.decisions, *self.dataset.afterwards())
        form = self._form(plan)
        decided = (as_found(one, form, per_class=plan.per_class) for one in plan.decisions)
        return (*decided, *self.dataset.afterwards())

    def _form(self, plan: Plan) -> Form:
        """What all labels are, where the first rows leave it open."""
        dense = plan.layout.form in (Form.SOFT, Form.BINARY)
        return self.tally.forms.form(per_class=plan.per_class) if dense else plan.layout.form

    @np.errstate(all="ignore")
    def report(self) -> Report:
        """The report on all rows added, without the notes of diagnostics.

        Raises:
            InputError: There were bad rows, or none at all.
        """
        plan, tally = self.plan, self.tally
        if plan is None:
            raise InputError("there are no rows", self.dataset.source)
        if tally.problems.first is not None:
            raise tally.problems.first.error()
        several = self.steps.scores and self.values is not None and self.values.ndim > 0
        per, table = plan.settings.per, self.group_table()
        if table is not None:
            tally.summary = table.summed(tally.summary)
        groups = tuple(self.groups_apart) if table is None else self._reported_groups(plan, table)
        reduced, inferred = self._reduced(plan, groups, several=several)
        form = self._form(plan)
        decisions = self.provenance()
        return Report(
            loss=plan.loss,
            kind=plan.kind,
            form=form,
            samples=tally.samples,
            classes=plan.width if plan.per_class else None,
            reduction=self.steps.reduction,
            reduced=reduced,
            summary=tally.summary,
            signature=self.steps.signature(plan, form, reduced),
            convention=plan.convention.name,
            unit=BASES[plan.settings.base] if plan.loss.unit == "nats" else plan.loss.unit,
            nats=plan.base,
            log_score=plan.log_score,
            baseline=baseline_of(plan, tally) if self.steps.has_baseline else None,
            accuracy=tally.accuracy,
            notes=(*notes_of(decisions), *self._notes(groups, inferred)),
            decisions=decisions,
            class_names=plan.class_names,
            by=() if per else tuple(part.name for part in self.dataset.by),
            groups=() if per else groups,
            totals=tally.totals,
            per_sample=self.values if not self.steps.scores or reduced.value is None else None,
            by_sample=self.values is None,
            unreduced=several or self.steps.unreduced,
            axes=self.between if plan.per_class else (),
            digest=f"{tally.digest.total:016x}" if tally.digest is not None else "" if plan.settings.digest else None,
            order="" if tally.digest is None else f"{tally.digest.order:016x}",
            level=plan.settings.level,
            histogram=_histogram(tally),
            confusion=_confusion(plan, tally),
            reduced_interval=inferred.interval,
            accuracy_interval=inferred.accuracy,
        )

    def _reduced(self, plan: Plan, groups: tuple[Group, ...], *, several: bool) -> tuple[Reduced, Inferred]:
        """The value and its interval: of the rows, or with ``--per`` of the mean of the groups."""
        if not plan.settings.per:
            reduced = Reduced(None, None, "") if several else self.steps.reduced(plan, self.tally.summary)
            if reduced.value is None and self.values is not None and not self.values.ndim:
                reduced = replace(reduced, value=float(self.values))
            return reduced, self._inferred(plan, self.tally, reduced)
        from losscli.core.groups.groups import mean_of_groups

        reduced = mean_of_groups(groups)
        if plan.settings.level is None:
            return reduced, Inferred()
        from losscli.core.intervals.inference import of_groups

        return reduced, of_groups(groups, reduced.value, plan)

    def _notes(self, groups: tuple[Group, ...], inferred: Inferred) -> tuple[Note, ...]:
        """Notes on the values and intervals, and on groups that differ in their spelling alone."""
        notes = (*self.steps.notes(self.tally.summary), *self.notes, *inferred.notes)
        if len(groups) < 2:
            return notes
        from losscli.core.groups.groups import spelled_apart

        return notes + spelled_apart(groups, self.dataset.by)

    def _reported_groups(self, plan: Plan, table: GroupTable) -> tuple[Group, ...]:
        def result(tally: Tally) -> tuple[Reduced, Interval | None]:
            reduced = self.steps.reduced(plan, tally.summary)
            return reduced, self._inferred(plan, tally, reduced).interval

        from losscli.core.groups.groups import groups_of

        return tuple(groups_of(table, plan.class_names, result))

    def _inferred(self, plan: Plan, tally: Tally, reduced: Reduced) -> Inferred:
        """The intervals of some rows; empty if none were asked for."""
        if plan.settings.level is None:
            return Inferred()
        from losscli.core.intervals.inference import inferred, resampled

        if plan.settings.bootstrap is not None:
            return resampled(plan, tally, reduced.value, self.of_all)
        if plan.loss.inference is Inference.NONE or (reduced.value is None and not self.steps.scores):
            return Inferred()
        return inferred(plan, tally, reduced.value, "mean" if self.steps.scores else plan.rule)


def _histogram(tally: Tally) -> tuple[Bar, ...] | None:
    if tally.kept is None or tally.kept.losses is None:
        return None
    from losscli.core.counts.histogram import bars

    return bars(tally.kept.losses)


def _confusion(plan: Plan, tally: Tally) -> Confusion | None:
    if tally.kept is None or tally.kept.pairs is None:
        return None
    return tally.kept.pairs.confusion(plan.class_names)
