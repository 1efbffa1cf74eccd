"""One pass over a data set: batches in, per-sample rows and a report out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from losscli import ops
from losscli.core.baseline import binary_baseline, class_baseline
from losscli.core.checked import Judge
from losscli.core.checks import check
from losscli.core.convention_effects import Departures, departed
from losscli.core.exact_sum import ExactSum
from losscli.core.note import notes_of
from losscli.core.observed import count_choices, examine
from losscli.core.plain_values import decisions
from losscli.core.reduction import Reduced
from losscli.core.report import Inferred, Report
from losscli.core.running import Tally, added
from losscli.core.sample_rows import Rows
from losscli.core.settings import BASES
from losscli.core.whole import join
from losscli.errors import InputError
from losscli.losses.vocabulary import Form, Inference, Takes
from losscli.record import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from losscli.core.batch import Batch, Dataset
    from losscli.core.checked import Checked
    from losscli.core.class_pairs import Confusion
    from losscli.core.group import Group
    from losscli.core.group_table import GroupTable, GroupTally
    from losscli.core.histogram import Bar
    from losscli.core.interval import Interval
    from losscli.core.note import Note
    from losscli.core.paired_rows import PairedRows
    from losscli.core.plain_values import Decided
    from losscli.core.plan import Plan
    from losscli.core.report import Baseline
    from losscli.core.steps import Computed, Steps
    from losscli.core.units import Units
    from losscli.ops import Array


MOST_MIXED = 8192  # rows of which every prediction may meet every label


class Evaluation:
    """The state of one pass; ``add`` every batch, then ask for the report.

    Args:
        steps: What to compute, and how.
        dataset: What is known before the first batch.
        detail: Also keep what tables show and diagnostics need: accuracy, baselines, evidence.

    Attributes:
        plan: All decisions, made with the first batch.
        axes: Those of its rows.
        tally: What is remembered of the rows.
        groups: What is remembered of each group of rows, if that was done elsewhere.
        suspect: The first batch with bad rows, or else the first one.
        values: Those of rows that have none of their own.
        observe: If there is one, it is shown every batch that was computed.
        apart: The rows of each group, where groups are computed each by itself.
    """

    def __init__(self, steps: Steps, dataset: Dataset, *, detail: bool = True) -> None:
        self.steps = steps
        self.dataset = dataset
        self.detail = detail
        self.plan: Plan | None = None
        self.axes: tuple[tuple[int, ...], ...] = ()
        self.tally = Tally()
        self.groups: GroupTable | None = None
        self.suspect: Batch | None = None
        self.values: Array | None = None
        self._replicates: Array | None = None
        self.observe: Callable[[Computed], None] | None = None
        self._groups: GroupTally | None = None
        if dataset.by and not steps.whole:
            from losscli.core.group_table import GroupTally

            self._groups = GroupTally(dataset.by)
        self._bad = False
        self._notes: tuple[Note, ...] = ()
        self._apart: list[Group] = []
        self.apart: list[Batch] = []
        self._between: tuple[int, ...] = ()  # the axes between samples and classes

    def batches(self) -> Iterator[Batch]:
        """The data set as this loss takes it: a batch at a time, or whole."""
        batches = self.dataset.batches
        if self.steps.whole:
            whole = join(batches)
            batches = iter([whole] if whole is not None else [])
        return batches

    def follow(self, plan: Plan) -> None:
        """Take decisions as they are, made with a first batch here or elsewhere."""
        self.plan = plan

    @property
    def undecided(self) -> bool:
        """Whether a decision waits for the first value that is finite."""
        plan = self.plan
        return plan is not None and plan.settings.level is not None and plan.pivot is None

    def run(self) -> Iterator[Rows]:
        """Evaluate the whole data set, a batch at a time."""
        for batch in self.batches():
            rows = self.add(batch)
            if rows is not None:
                yield rows

    @np.errstate(all="ignore")
    def add(self, batch: Batch) -> Rows | None:
        """Compute one batch; None once the input has proved bad (the rest is only searched for bad rows)."""
        if self.plan is None:
            self.suspect, self.axes = batch, batch.every_axes
            self.follow(self.steps.plan(self.dataset, batch))
        assert self.plan is not None
        if self.plan.mixes and (batch.start or len(batch) > MOST_MIXED):
            self.refuse_mixed()
        self.tally.samples += 1 if self.plan.layout.one_row else len(batch)
        arranged = self.steps.arranged(batch)
        self._between = arranged.axes[0][:-1]
        checked = check(Judge(self.plan, self.tally, self.detail), arranged)
        if checked is None:
            self.suspect = batch if not self._bad else self.suspect
            self._bad = True
            return None
        return self._compute(self.plan, batch, checked)

    @np.errstate(all="ignore")
    def add_checked(self, batch: Batch, checked: Checked) -> None:
        """Compute a batch that was found good under other conventions."""
        if self.plan is None:
            self.follow(self.steps.plan(self.dataset, batch))
        assert self.plan is not None
        self.tally.samples += 1 if self.plan.layout.one_row else len(batch)
        self._compute(self.plan, batch, checked)

    def refuse_mixed(self) -> None:
        """Refuse a broadcast of more rows than are at hand.

        Raises:
            InputError: There are more.
        """
        what = f"{self.steps.name} broadcasts a column against a list to N x N values: too many rows for that"
        raise InputError(what, self.dataset.source, "give both the same axes")

    def _compute(self, plan: Plan, batch: Batch, checked: Checked) -> Rows | None:
        if self.steps.whole and not len(checked.predictions):
            raise InputError("no row is left to compute with", self.dataset.source)
        try:
            computed = self.steps.compute(plan, batch, checked)
        except InputError:
            if not self.tally.problems.found:
                raise
            self.tally.problems.refuse()  # they say the same, and where
            return None
        self.tally.count(checked.extras)
        self._depart(computed)
        if self.detail and plan.floors:
            loss = np.atleast_1d(computed.loss)
            plain = self.steps.exact(computed, np.ones(len(loss), dtype=bool))
            self.tally.departures += departed(computed.numbers, loss, plain, computed.counted)
        decided = decisions(plan, checked) if self.detail else None
        self._sum_up(computed, decided)
        self._recognise(plan, checked)
        if self.detail:
            if not self.tally.problems.found:  # nothing judges predictions by labels that are none
                count_choices(self.tally, plan, checked, decided)
            if computed.by_row:
                examine(self.tally, plan, batch, checked, computed.loss)
            self.tally.remember(batch)
        if computed.by_row:
            return Rows.of(computed, decided)
        self.values = computed.loss
        return None

    def _sum_up(self, computed: Computed, decided: Decided | None) -> None:
        self.tally.summary += computed.summary(spread=self.detail)
        units = self._units(computed)
        self._notes += computed.notes
        if self.steps.whole and self.dataset.by:
            self._group_apart(computed)
        elif self._groups is not None:
            self._groups.add(computed, units, decided, spread=self.detail)
        keep = computed.plan.settings.keep
        if keep is not None:
            from losscli.core.keeping import remember, remember_results

            if keep.losses or keep.pairs:
                self.tally.kept = remember_results(self.tally.kept, keep, computed, decided)
            else:
                self.tally.kept = remember(self.tally.kept, keep, computed)
        if self.observe is not None:
            self.observe(computed)

    def alone(self) -> Evaluation:
        """An evaluation of some of the rows by themselves, under the same decisions."""
        assert self.plan is not None
        alone = Evaluation(self.steps, replace(self.dataset, batches=iter(()), by=()), detail=self.detail)
        alone.follow(self.plan)
        return alone

    def _group_apart(self, computed: Computed) -> None:
        """Compute groups of what needs all rows at once, each by itself."""
        plan, batch = computed.plan, computed.batch
        if plan.layout.one_row:
            raise InputError("--by: there is one row", self.dataset.source)

        def report_of(rows: Batch) -> Report:
            alone = self.alone()
            alone.add(rows)
            return alone.report()

        from losscli.core.grouping import Grouper
        from losscli.core.groups import groups_apart

        found = Grouper(self.dataset.by).split(plan, batch, computed.checked)
        self.apart = [batch.some(rows) for _, rows in found]
        self._apart, notes = groups_apart([names for names, _ in found], self.apart, report_of)
        self._notes += notes

    def _units(self, computed: Computed) -> tuple[Units, float] | None:
        """Keep what an interval is computed from, if one was asked for; also returned, with what it is taken about."""
        if self.plan is None or self.plan.settings.level is None:
            return None
        from losscli.core.units import keep

        if self.plan.settings.bootstrap is not None and self.steps.scores:
            from losscli.core.replicates import replicates_of_all

            self._replicates = replicates_of_all(self.plan.settings.bootstrap, self.steps, computed)
        found = keep(self.plan, self.tally, computed, replicates=not self.steps.scores)
        if found is None:
            return None
        self.plan, units = found
        return units, self.plan.pivot or 0.0

    def _recognise(self, plan: Plan, checked: Checked) -> None:
        """Keep what tells the labels from others, if that was asked for."""
        if plan.settings.digest:
            from losscli.core.digest import digest_of

            self.tally.digest = added(self.tally.digest, digest_of(plan, checked))

    def _depart(self, computed: Computed) -> None:
        """Compare the rows that the convention may have changed with plain mathematics."""
        values, loss = computed.values, np.atleast_1d(computed.loss)
        masks = [mask for mask in (values.clipped, values.rescaled) if mask is not None]
        if computed.plan.convention.reading.add:
            reach = np.ones(loss.shape, dtype=bool)
        elif masks:
            reach = np.logical_or.reduce(masks)
        else:
            return
        if computed.counted is not None:
            reach = reach & computed.counted
        lines = np.flatnonzero(ops.any_in_row(reach))
        if not len(lines):
            return
        pick = np.zeros(len(reach), dtype=bool)
        pick[lines] = True
        plain = self.steps.exact(computed, pick)
        actual, reach = loss[pick], reach[pick]
        endless = reach & np.isposinf(plain)
        if self.detail and endless.any():
            self.tally.evidence.infinite += int(ops.any_in_row(endless).sum())
            self.tally.evidence.infinite_cost += ExactSum.of(actual[endless])
        self.tally.departures += Departures.of(
            numbers=computed.numbers[lines],
            actual=np.where(reach, actual, 0.0),
            plain=np.where(reach, plain, 0.0),
            clipped=None if values.clipped is None else values.clipped[pick],
            rescaled=None if values.rescaled is None else values.rescaled[pick],
        )

    @np.errstate(all="ignore")
    def report(self) -> Report:
        """The report on all rows added, without notes.

        Raises:
            InputError: There were bad rows, or none at all.
        """
        plan, tally = self.plan, self.tally
        if plan is None:
            raise InputError("there are no rows", self.dataset.source)
        if tally.problems.first is not None:
            raise tally.problems.first.error()
        several = self.steps.scores and self.values is not None and self.values.ndim > 0
        reduced = Reduced(None, None, "") if several else self.steps.reduced(plan, tally.summary)
        groups = self._reported_groups(plan)
        if plan.settings.per:
            from losscli.core.groups import mean_of_groups

            reduced = mean_of_groups(groups)
        inferred = self._mean_of_groups(groups, reduced) if plan.settings.per else self._inferred(tally, reduced)
        dense = plan.layout.form in (Form.SOFT, Form.BINARY)
        form = tally.forms.form(per_class=plan.per_class) if dense else plan.layout.form
        names = plan.names.names if plan.names is not None else None
        decisions = (*plan.decisions, *self.dataset.afterwards())
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
            baseline=self._baseline(plan),
            accuracy=tally.accuracy,
            notes=(*notes_of(decisions), *self.steps.notes(tally.summary), *self._notes, *inferred.notes),
            decisions=decisions,
            class_names=names,
            by=() if plan.settings.per else tuple(part.name for part in self.dataset.by),
            groups=() if plan.settings.per else groups,
            totals=tally.totals,
            per_sample=self.values if not self.steps.scores or reduced.value is None else None,
            by_sample=self.values is None,
            unreduced=several or self.steps.unreduced,
            axes=self._between if plan.per_class else (),
            digest=f"{tally.digest.total:016x}" if tally.digest is not None else "" if plan.settings.digest else None,
            order="" if tally.digest is None else f"{tally.digest.order:016x}",
            level=plan.settings.level,
            histogram=self._histogram(),
            confusion=self._confusion(),
            reduced_interval=inferred.interval,
            accuracy_interval=inferred.accuracy,
        )

    def _inferred(self, tally: Tally, reduced: Reduced) -> Inferred:
        """The intervals of some rows, if they were asked for."""
        if self.plan is None or self.plan.settings.level is None:
            return Inferred()
        from losscli.core.inference import inferred, resampled

        if self.plan.settings.bootstrap is not None:
            return resampled(self.plan, tally, reduced.value, self._replicates)
        if self.plan.loss.inference is Inference.NONE or (reduced.value is None and not self.steps.scores):
            return Inferred()
        return inferred(self.plan, tally, reduced.value, "mean" if self.steps.scores else self.plan.rule)

    def _mean_of_groups(self, groups: tuple[Group, ...], reduced: Reduced) -> Inferred:
        """The interval of the mean of groups, if it was asked for."""
        if self.plan is None or self.plan.settings.level is None:
            return Inferred()
        from losscli.core.inference import of_groups

        return of_groups(groups, reduced.value, self.plan.settings.level)

    def add_pair(self, baseline: int, rows: PairedRows | None) -> None:
        """Add rows of the batch at hand to their groups, as they and a baseline are."""
        if self._groups is not None:
            self._groups.add_pair(baseline, rows)

    def replicates(self) -> Array | None:
        """What other samples of the rows would give, if that was asked for."""
        if self.plan is None or self.plan.settings.bootstrap is None or self._replicates is not None:
            return self._replicates
        from losscli.core.inference import means_of_replicates

        return means_of_replicates(self.plan, self.tally)

    def group_table(self) -> GroupTable | None:
        """What is remembered of each group of rows; None if there are none."""
        return self._groups.table() if self.groups is None and self._groups is not None else self.groups

    def _reported_groups(self, plan: Plan) -> tuple[Group, ...]:
        table = self.group_table()
        if table is None:
            return tuple(self._apart)
        names = None if plan.names is None else plan.names.names

        def result(tally: Tally) -> tuple[Reduced, Interval | None]:
            reduced = self.steps.reduced(plan, tally.summary)
            return reduced, self._inferred(tally, reduced).interval

        from losscli.core.groups import groups_of

        return tuple(groups_of(table, names, result))

    def _histogram(self) -> tuple[Bar, ...] | None:
        """How many losses there are of each size, if that was asked for."""
        if self.tally.kept is None or self.tally.kept.losses is None:
            return None
        from losscli.core.histogram import bars

        return bars(self.tally.kept.losses)

    def _confusion(self) -> Confusion | None:
        """Which class was predicted for which, if that was asked for."""
        if self.tally.kept is None or self.tally.kept.pairs is None or self.plan is None:
            return None
        return self.tally.kept.pairs.confusion(None if self.plan.names is None else self.plan.names.names)

    def _baseline(self, plan: Plan) -> Baseline | None:
        mass, summary = self.tally.mass, self.tally.summary
        if mass is None:
            return None
        mean = summary.mean
        if summary.weights is not None:
            mean = summary.total.over(summary.weights)
        make = class_baseline if plan.takes is Takes.CLASS else binary_baseline
        return make(mass, mean, plan.base)
