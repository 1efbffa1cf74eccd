"""One pass over a data set: batches in, per-sample rows and a report out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from losscli import ops
from losscli.core.checked import RowJudge
from losscli.core.checks import check
from losscli.core.exact_sum import ExactSum
from losscli.core.groups.parts import LABEL
from losscli.core.outcome import Outcome
from losscli.core.plain_values import decisions
from losscli.core.reached_rows import reached
from losscli.core.running import added
from losscli.core.sample_rows import SampleRows
from losscli.errors import InputError
from losscli.record import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from losscli.core.batch import Batch, Dataset
    from losscli.core.checked import Checked
    from losscli.core.intervals.paired_rows import PairedRows
    from losscli.core.intervals.units import Units
    from losscli.core.plain_values import Decided
    from losscli.core.plan import Plan
    from losscli.core.report import Report
    from losscli.core.steps import Computed, Steps


MOST_MIXED = 8192  # most rows for which every prediction may meet every label


class Evaluation(Outcome):
    """The state of one pass: ``add`` every batch, then ask for the report.

    Args:
        steps: What to compute, and how.
        dataset: What is known before the first batch.
        detail: Also keep what tables show and diagnostics need: accuracy, baselines, evidence.

    Attributes:
        axes: Axes of a row of predictions, of labels and of each baseline, in the first batch.
        suspect: The first batch with bad rows, or else the first one.
        checked: The last batch, if its rows are good.
        observe: Called with every batch that was computed.
        rows_apart: The rows of each group, where groups are computed one by one.
    """

    def __init__(self, steps: Steps, dataset: Dataset, *, detail: bool = True) -> None:
        super().__init__(steps, dataset)
        self.detail = detail
        self.axes: tuple[tuple[int, ...], ...] = ()
        self.suspect: Batch | None = None
        self.checked: Checked | None = None
        self.observe: Callable[[Computed], None] | None = None
        by = [part.source for part in dataset.by]
        self._by_label = detail and by == [LABEL] and not steps.settings.per
        self.rows_apart: list[Batch] = []
        self._bad = False

    def batches(self) -> Iterator[Batch]:
        """The data set a batch at a time, or as one batch if the loss needs all rows at once."""
        batches = self.dataset.batches
        if self.steps.whole:
            from losscli.core.whole import join

            whole = join(batches)
            batches = iter([whole] if whole is not None else [])
        return batches

    def run(self) -> Iterator[SampleRows]:
        """Evaluate the whole data set, a batch at a time."""
        for batch in self.batches():
            rows = self.add(batch)
            if rows is not None:
                yield rows

    @np.errstate(all="ignore")
    def add(self, batch: Batch, checked: Checked | None = None) -> SampleRows | None:
        """Compute one batch; None once the input has proved bad (the rest is only searched for bad rows).

        Args:
            batch: The rows.
            checked: The same if they were found good, under another convention.
        """
        if self.plan is None:
            self.suspect, self.axes = batch, batch.every_axes
            self.plan = self.steps.plan(self.dataset, batch)
        plan = self.plan
        self.tally.samples += 1 if plan.layout.one_row else len(batch)
        if plan.mixes and (batch.start or len(batch) > MOST_MIXED):
            self.refuse_mixed()
        arranged = self.steps.arranged(batch)
        self.between = arranged.axes[0][:-1]
        if checked is None:
            checked = check(RowJudge(plan, self.tally, self.detail), arranged)
        self.checked = checked
        if checked is None:
            self.suspect = batch if not self._bad else self.suspect
            self._bad = True
            return None
        return self._compute(plan, batch, checked)

    def refuse_mixed(self) -> None:
        """Refuse to broadcast if not all rows are in memory."""
        what = f"{self.steps.name} broadcasts a column against a list to N x N values: too many rows for that"
        raise InputError(what, self.dataset.source, "give both the same axes")

    def _compute(self, plan: Plan, batch: Batch, checked: Checked) -> SampleRows | None:
        if self.steps.whole and not len(checked.predictions):
            raise InputError("no row is left to compute with", self.dataset.source)
        try:
            computed = self.steps.compute(plan, batch, checked)
        except InputError:
            if not self.tally.problems.found:
                raise
            self.tally.problems.refuse()  # these name the rows
            return None
        self.tally.count(checked.extras)
        self._depart(computed)
        if self.detail and plan.floors:
            from losscli.core.convention_effects import departed

            loss = np.atleast_1d(computed.loss)
            plain = self.steps.exact(computed, np.ones(len(loss), dtype=bool))
            self.tally.departures += departed(computed.numbers, loss, plain, computed.counted)
        decided = decisions(plan, checked) if self.detail else None
        self._sum_up(computed, decided)
        if plan.settings.digest:
            from losscli.core.digest import digest_of

            self.tally.digest = added(self.tally.digest, digest_of(plan, checked))
        if self.detail:
            from losscli.core.observed import count_choices, examine

            if not self.tally.problems.found:  # bad labels say nothing about predictions
                count_choices(self.tally, plan, checked, decided)
            if computed.by_row:
                examine(self.tally, plan, batch, checked, computed.loss)
            self.tally.remember(batch)
        if computed.by_row:
            return SampleRows.of(computed, decided)
        self.values = computed.loss
        return None

    def _sum_up(self, computed: Computed, decided: Decided | None) -> None:
        self.tally.summary += computed.summary(spread=self.detail, sums=self._tally_of_groups is None)
        units = self._units(computed)
        self.notes += computed.notes
        if self.steps.whole and self.dataset.by:
            self._group_apart(computed)
        elif self._tally_of_groups is not None:
            self._tally_of_groups.add(computed, units, decided, spread=self.detail)
        keep = computed.plan.settings.keep
        if keep is not None:
            from losscli.core.counts.keeping import remember, remember_losses

            kept = self.tally.kept
            self.tally.kept = remember_losses(kept, computed) if keep.losses else remember(kept, keep, computed)
        if self._by_label and decided is not None:
            from losscli.core.counts.keeping import remember_pairs

            self.tally.kept = remember_pairs(self.tally.kept, computed, decided)
        if self.observe is not None:
            self.observe(computed)

    def anew(self) -> Evaluation:
        """A new evaluation for some of the rows, with the same plan."""
        new = Evaluation(self.steps, replace(self.dataset, batches=iter(()), by=()), detail=self.detail)
        new.plan = self.plan
        return new

    def _value_of(self, rows: Batch) -> float | None:
        """The value of some of the rows by themselves."""
        own = self.anew()
        assert own.plan is not None
        own.plan = replace(own.plan, settings=replace(own.plan.settings, level=None, bootstrap=None))
        own.add(rows)
        return own.report().value

    def _group_apart(self, computed: Computed) -> None:
        """Compute each group on its own, for a loss that needs all rows at once."""
        plan, batch = computed.plan, computed.batch
        if plan.layout.one_row:
            raise InputError("--by: there is one row", self.dataset.source)

        def report_of(rows: Batch) -> Report:
            own = self.anew()
            own.add(rows)
            return own.report()

        from losscli.core.groups.grouping import Grouper
        from losscli.core.groups.groups import groups_apart

        found = Grouper(self.dataset.by).split(plan, batch, computed.checked)
        self.rows_apart = [batch.some(rows) for _, rows in found]
        self.groups_apart, notes = groups_apart([names for names, _ in found], self.rows_apart, report_of)
        self.notes += notes

    def _units(self, computed: Computed) -> tuple[Units, float] | None:
        """Keep the moments for an interval, if one was asked for; returns the units with their pivot."""
        if self.plan is None or self.plan.settings.level is None:
            return None
        from losscli.core.intervals.units import keep

        if self.plan.settings.bootstrap is not None and self.steps.scores:
            from losscli.core.intervals.replicates import replicates_of_all

            self.of_all = replicates_of_all(self.plan.settings.bootstrap, self.steps, computed, self._value_of)
        found = keep(self.plan, self.tally, computed, replicates=not self.steps.scores)
        if found is None:
            return None
        self.plan, units = found
        return units, self.plan.pivot or 0.0

    def _depart(self, computed: Computed) -> None:
        """Compare the rows that the convention may have changed with plain mathematics."""
        found = reached(self.steps, computed)
        if found is None:
            return
        endless = found.reach & np.isposinf(found.plain)
        if self.detail and endless.any():
            self.tally.evidence.infinite += int(ops.any_in_row(endless).sum())
            self.tally.evidence.infinite_cost += ExactSum.of(found.actual[endless])
        self.tally.departures += found.departures

    def add_pair(self, baseline: int, rows: PairedRows | None) -> None:
        """Add the rows of the current batch, paired with those of a baseline, to their groups."""
        if self._tally_of_groups is not None:
            self._tally_of_groups.add_pair(baseline, rows)
