"""One pass over a data set: batches in, per-sample rows and a report out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from losscli import ops
from losscli.core.baseline import LabelMass, binary_baseline, class_baseline
from losscli.core.checks import Checked, Checker
from losscli.core.departures import Departures, departed
from losscli.core.exact import ExactSum
from losscli.core.groups import groups_of, mean_of_groups
from losscli.core.plan import BASES, Plan, make_plan
from losscli.core.reduction import Reduced, reduce
from losscli.core.report import Report, notes_of
from losscli.core.rows import Rows
from losscli.core.signature import signature
from losscli.core.summary import Summary
from losscli.core.tally import Tally
from losscli.core.values import Values, classes_of, per_sample
from losscli.core.whole import join
from losscli.errors import InputError
from losscli.losses.vocabulary import EXACT, Form, Kind, Takes
from losscli.record import record, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from losscli.core.batch import Axes, Batch, Dataset
    from losscli.core.plan import Settings
    from losscli.core.report import Baseline
    from losscli.losses.spec import Loss
    from losscli.ops import Array

    Mask = NDArray[np.bool_]


def weights_of(plan: Plan, checked: Checked, shape: tuple[int, ...]) -> Array | None:
    """One weight for each loss: the sample's, times that of its class."""
    if plan.loss.takes is Takes.SET:
        return None
    weights: Array | None = None
    if checked.weights is not None:
        extra = len(shape) - checked.weights.ndim
        weights = np.broadcast_to(checked.weights.reshape(*checked.weights.shape, *[1] * extra), shape)
    if plan.class_weight is None or checked.target.index is None:
        return weights
    of_class = class_weights(plan, checked)[checked.target.index]
    return of_class if weights is None else weights * of_class


def class_weights(plan: Plan, checked: Checked) -> Array:
    """The weight of each class; balanced ones make all classes weigh alike."""
    if plan.class_weight != "balanced":
        return np.asarray(plan.class_weight, np.float64)
    assert checked.target.index is not None
    index = checked.target.index if checked.counted is None else checked.target.index[checked.counted]
    counts = np.bincount(index.reshape(-1), minlength=plan.width)
    return np.asarray(index.size / (np.count_nonzero(counts) * np.maximum(counts, 1)))


def tied(plan: Plan, checked: Checked) -> tuple[int, int]:
    """How many decisions hang on a tie of the label's score with others, and how many of these were called right."""
    x, index = checked.predictions, classes_of(checked.target)
    equal = (x == ops.take(x, index)[..., None]).sum(axis=-1) > 1
    if checked.counted is not None:
        equal &= checked.counted
    if not equal.any():
        return 0, 0
    x, index = x[equal], index[equal]
    at, own = index[:, None], ops.take(x, index)[:, None]
    hits = [plan.loss.kernel(x, index, **plan.params)]
    for direction in (np.inf, -np.inf):  # as if the label had been a little ahead, or behind
        moved = x.copy()
        np.put_along_axis(moved, at, np.nextafter(own, own.dtype.type(direction)), axis=-1)
        hits.append(plan.loss.kernel(moved, index, **plan.params))
    decided = hits[1] != hits[2]
    return int(decided.sum()), int(hits[0][decided].sum())


@record
class Computed:
    """What a batch went through.

    Attributes:
        values: Before weights.
        weights: Of the shape of the losses: of the samples, times those of their classes; None if there are none.
        loss: After weights; 0 where a label is ignored.
        averaged: Whether outputs of a row were averaged; some frameworks' calls keep them.
    """

    plan: Plan
    batch: Batch
    checked: Checked
    values: Values
    weights: Array | None
    loss: Array
    averaged: bool = True


class Evaluation:
    """The state of one pass; ``add`` every batch, then ask for the report.

    Args:
        loss: What to compute.
        settings: What was asked for.
        dataset: What is known before the first batch.
        detail: Also keep what tables show and diagnostics need: accuracy, baselines, evidence.

    Attributes:
        plan: All decisions, made with the first batch.
        axes: Those of its rows.
        tally: What is remembered of the rows.
        groups: The same for each group of batches, if the data set has groups, as far as it is shown.
        suspect: The first batch with bad rows, or else the first one.
        observe: If there is one, it is shown every batch that was computed.
    """

    def __init__(self, loss: Loss, settings: Settings, dataset: Dataset, *, detail: bool = True) -> None:
        self.loss = loss
        self.settings = settings
        self.dataset = dataset
        self.detail = detail
        self.plan: Plan | None = None
        self.axes: Axes = (), ()
        self.tally = Tally()
        self.groups: dict[str, Tally] = {}
        self.suspect: Batch | None = None
        self.observe: Callable[[Computed], None] | None = None
        self._checker: Checker | None = None
        self._bad = False
        self._score: Array | None = None  # of all rows together

    def batches(self) -> Iterator[Batch]:
        """The data set as this loss takes it: a batch at a time, or whole."""
        batches = self.dataset.batches
        if self.loss.whole or self.settings.class_weight == "balanced":
            whole = join(batches)
            batches = iter([whole] if whole is not None else [])
        return batches

    def follow(self, plan: Plan) -> None:
        """Take decisions as they are, made with a first batch here or elsewhere."""
        self.plan = plan
        self._checker = Checker(plan, evidence=self.detail)

    def run(self) -> Iterator[Rows]:
        """Evaluate the whole data set, a batch at a time."""
        for batch in self.batches():
            rows = self.add(batch)
            if rows is not None:
                yield rows

    def add(self, batch: Batch) -> Rows | None:
        """Compute one batch; None once the input has proved bad (the rest is only searched for bad rows)."""
        if not self.dataset.by or batch.group is None:
            return self._add(batch)
        before, self.tally = self.tally, Tally()
        rows = self._add(batch)
        self.groups.setdefault(batch.group, Tally()).merge(self.tally.slim())
        before.merge(self.tally)
        self.tally = before
        return None if before.problems.found else rows

    def _add(self, batch: Batch) -> Rows | None:
        if self.plan is None:
            self.suspect, self.axes = batch, batch.axes
            self.follow(make_plan(self.loss, self.settings, self.dataset, batch))
        assert self.plan is not None
        assert self._checker is not None
        self.tally.samples += 1 if self.plan.layout.one_row else len(batch)
        checked = self._checker.check(batch, self.tally)
        if checked is None:
            self.suspect = batch if not self._bad else self.suspect
            self._bad = True
            return None
        return self._compute(self.plan, batch, checked)

    def _compute(self, plan: Plan, batch: Batch, checked: Checked) -> Rows | None:
        if plan.loss.whole and not len(checked.predictions):
            raise InputError("no row is left to compute with", self.dataset.source)
        extras: dict[str, Any] = dict(checked.extras)
        if plan.loss.takes is Takes.SET:
            extras["sample_weight"] = checked.weights
        values = per_sample(plan, checked.predictions, checked.target, plan.convention.reading, extras)
        loss, counted = values.loss + 0.0, checked.counted  # + 0.0: a loss of zero has no sign
        weights = weights_of(plan, checked, loss.shape)
        if weights is not None:
            loss = ops.weigh(weights, loss)
        if plan.base != 1.0:
            loss = loss / plan.base
        loss = loss.astype(np.float64, copy=False)
        self.tally.count(checked.extras)
        self._depart(plan, batch, checked, values, loss, weights)
        if self.detail and plan.floors:
            own = replace(plan, params={**plan.params, **plan.floors})
            plain = per_sample(own, checked.predictions, checked.target, plan.convention.reading, extras).loss
            plain = (plain if weights is None else ops.weigh(weights, plain)) / plan.base
            numbers = batch.start + (np.arange(len(loss)) if checked.lines is None else checked.lines)
            self.tally.departures += departed(numbers, loss, plain, counted)
        if counted is None:
            used, used_weights, rows = loss, weights, len(loss)
        else:
            used = loss[counted]
            used_weights = None if weights is None else weights[counted]
            rows = int(ops.any_in_row(counted).sum())
            loss = np.where(counted, loss, 0.0)
        self.tally.summary += Summary.of(used, used_weights, rows, spread=self.detail)
        if self.observe is not None:
            self.observe(Computed(plan, batch, checked, values, weights, loss))
        if self.detail:
            self._count(plan, checked)
            self._examine(plan, batch, checked, loss)
            self.tally.remember(batch)
        if plan.loss.takes is Takes.SET:
            self._score = loss
            return None
        return Rows.of(plan, batch, checked, values, loss)

    def _depart(
        self, plan: Plan, batch: Batch, checked: Checked, values: Values, loss: Array, weights: Array | None
    ) -> None:
        """Compare the rows that the convention may have changed with plain mathematics."""
        masks = [mask for mask in (values.clipped, values.rescaled) if mask is not None]
        if plan.convention.reading.add:
            reach = np.ones(loss.shape, dtype=bool)
        elif masks:
            reach = np.logical_or.reduce(masks)
        else:
            return
        if checked.counted is not None:
            reach = reach & checked.counted
        lines = np.flatnonzero(ops.any_in_row(reach))
        if not len(lines):
            return
        pick = np.zeros(len(reach), dtype=bool)
        pick[lines] = True
        plain = per_sample(plan, checked.predictions[pick], checked.target.rows(pick), EXACT).loss
        if weights is not None:
            plain = ops.weigh(weights[pick], plain)
        plain = plain.astype(np.float64, copy=False) / plan.base
        actual, reach = loss[pick], reach[pick]
        endless = reach & np.isposinf(plain)
        if self.detail and endless.any():
            self.tally.evidence.infinite += int(ops.any_in_row(endless).sum())
            self.tally.evidence.infinite_cost += ExactSum.of(actual[endless])
        numbers = batch.start + (lines if checked.lines is None else checked.lines[lines])
        self.tally.departures += Departures.of(
            numbers=numbers,
            actual=np.where(reach, actual, 0.0),
            plain=np.where(reach, plain, 0.0),
            clipped=None if values.clipped is None else values.clipped[pick],
            rescaled=None if values.rescaled is None else values.rescaled[pick],
        )

    def _count(self, plan: Plan, checked: Checked) -> None:
        """Count right decisions and labels, for accuracy and baselines."""
        takes, target, x, counted = plan.loss.takes, checked.target, checked.predictions, checked.counted
        if takes not in (Takes.CLASS, Takes.BINARY) or plan.layout.form is Form.NONE:
            return
        if takes is Takes.CLASS:
            label, chosen = classes_of(target), x.argmax(axis=-1)
        else:
            assert target.dense is not None
            halfway = {Kind.PROBABILITIES: 0.5, Kind.LOGITS: 0.0, Kind.LOG_PROBABILITIES: float(np.log(0.5))}
            label, chosen = (target.dense > 0.5).astype(np.intp), (x > halfway[plan.kind]).astype(np.intp)
        if counted is not None:
            label, chosen = label[counted], chosen[counted]
        self.tally.evidence.add_choices(label, chosen, plan.width if takes is Takes.CLASS else 2)
        right = label == chosen
        self.tally.hits += int(right.sum())
        self.tally.decisions += right.size
        if self.tally.mass is None:
            self.tally.mass = LabelMass(plan.width)
        mass = self.tally.mass
        weights = checked.weights
        if target.index is not None:
            index = target.index if counted is None else target.index[counted]
            if weights is not None:
                weights = np.broadcast_to(weights.reshape(-1, *[1] * (target.index.ndim - 1)), target.index.shape)
                weights = weights if counted is None else weights[counted]
            mass.add_sparse(index, weights)
            return
        assert target.dense is not None
        dense = target.dense.reshape(-1, plan.width)
        weights = np.ones(len(target.dense)) if weights is None else weights
        mass.add_dense(dense, np.repeat(weights, len(dense) // max(len(weights), 1)))

    def _examine(self, plan: Plan, batch: Batch, checked: Checked, loss: Array) -> None:
        """Look at the losses, for diagnostics."""
        if plan.loss.takes is Takes.SET:
            return
        evidence = self.tally.evidence
        evidence.add_losses(batch.start if checked.lines is None else batch.start + checked.lines, loss)
        evidence.infinite += int(ops.any_in_row(np.isposinf(loss)).sum())
        if plan.loss.higher_is_better and plan.loss.takes in (Takes.DECISION, Takes.SCORES) and plan.per_class:
            ties, right = tied(plan, checked)
            evidence.ties += ties
            evidence.ties_right += right
        if plan.loss.takes is Takes.CLASS and plan.kind is Kind.PROBABILITIES:
            index, counted = classes_of(checked.target), checked.counted
            use = ... if counted is None else counted
            evidence.add_undone(checked.predictions[use], index[use])

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
        several = self._score is not None and self._score.size > 1
        reduced = reduce(tally.summary, plan.reduction, weighted_mean=plan.convention.weighted_mean)
        if several:
            reduced = Reduced(None, None, "")
        groups = groups_of(self.groups, plan)
        if plan.settings.per:
            reduced = mean_of_groups(groups)
        dense = plan.layout.form in (Form.SOFT, Form.BINARY)
        form = tally.forms.form(per_class=plan.per_class) if dense else plan.layout.form
        names = plan.names.names if plan.names is not None else None
        decisions = (*plan.decisions, *self.dataset.afterwards())
        return Report(
            loss=self.loss,
            kind=plan.kind,
            form=form,
            samples=tally.samples,
            classes=plan.width if plan.per_class else None,
            reduction=plan.reduction,
            reduced=reduced,
            summary=tally.summary,
            signature=signature(plan, form, reduced),
            convention=plan.convention.name,
            unit=BASES[plan.settings.base] if self.loss.unit == "nats" else self.loss.unit,
            nats=plan.base,
            baseline=self._baseline(plan),
            accuracy=tally.accuracy,
            notes=notes_of(decisions),
            decisions=decisions,
            class_names=names,
            by="" if plan.settings.per else self.dataset.by,
            groups=() if plan.settings.per else groups,
            totals=tally.totals,
            per_sample=self._score if reduced.value is None else None,
            by_sample=self._score is None,
            unreduced=several,
            axes=self.axes[0][:-1] if plan.per_class else (),
        )

    def _baseline(self, plan: Plan) -> Baseline | None:
        mass, summary = self.tally.mass, self.tally.summary
        if mass is None:
            return None
        mean = summary.mean
        if summary.weights is not None:
            mean = summary.total.over(summary.weights)
        make = class_baseline if plan.loss.takes is Takes.CLASS else binary_baseline
        return make(mass, mean, plan.base)
