"""One pass over a data set: batches in, per-sample rows and a report out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.core import ops
from losscli.core.baseline import LabelMass, binary_baseline, class_baseline
from losscli.core.checks import Checked, Checker, any_in_row
from losscli.core.notes import Departures, explain, hint_for
from losscli.core.plan import Plan, make_plan
from losscli.core.reduction import reduce
from losscli.core.report import Report
from losscli.core.rows import Rows
from losscli.core.signature import signature
from losscli.core.summary import Summary
from losscli.core.values import Values, classes_of, per_sample
from losscli.core.whole import join
from losscli.errors import InputError, LossError
from losscli.losses.spec import EXACT, Form, Kind, Loss, Takes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from losscli.core.batch import Batch, Dataset
    from losscli.core.plan import Settings

    Array = NDArray[np.float64]
    Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
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
        detail: Also keep what tables show: accuracy, baselines.

    Attributes:
        observe: If there is one, it is shown every batch that was computed.
    """

    def __init__(self, loss: Loss, settings: Settings, dataset: Dataset, *, detail: bool = True) -> None:
        self.loss = loss
        self.settings = settings
        self.dataset = dataset
        self.detail = detail
        self.observe: Callable[[Computed], None] | None = None
        self.samples = 0
        self.summary = Summary()
        self.departures = Departures()
        self._plan: Plan | None = None
        self._checker: Checker | None = None
        self._first: Batch | None = None
        self._mass: LabelMass | None = None
        self._hits = self._decisions = 0

    def run(self) -> Iterator[Rows]:
        """Evaluate the whole data set, a batch at a time."""
        batches = self.dataset.batches
        if self.loss.whole or self.settings.class_weight == "balanced":
            whole = join(batches)
            batches = iter([whole] if whole is not None else [])
        for batch in batches:
            rows = self.add(batch)
            if rows is not None:
                yield rows

    def add(self, batch: Batch) -> Rows | None:
        """Compute one batch; None once the input has proved bad (the rest is only searched for bad rows)."""
        if self._plan is None or self._checker is None:
            self._first = batch
            self._plan = make_plan(self.loss, self.settings, self.dataset, batch)
            self._checker = Checker(self._plan)
        self.samples += 1 if self._plan.layout.one_row else len(batch)
        checked = self._checker.check(batch)
        if checked is None:
            return None
        return self._compute(self._plan, batch, checked)

    def _compute(self, plan: Plan, batch: Batch, checked: Checked) -> Rows | None:
        extras: dict[str, Any] = dict(checked.extras)
        if plan.loss.takes is Takes.SET:
            extras["sample_weight"] = checked.weights
        values = per_sample(plan, checked.predictions, checked.target, plan.convention.reading, extras)
        loss, counted = values.loss + 0.0, checked.counted  # + 0.0: a loss of zero has no sign
        weights = self._weights(plan, checked, loss.shape)
        if weights is not None:
            loss = ops.weigh(weights, loss)
        loss = loss.astype(np.float64, copy=False)
        self._depart(plan, batch, checked, values, loss, weights)
        if counted is None:
            used, used_weights, rows = loss, weights, len(loss)
        else:
            used = loss[counted]
            used_weights = None if weights is None else weights[counted]
            rows = int(any_in_row(counted).sum())
            loss = np.where(counted, loss, 0.0)
        self.summary += Summary.of(used, used_weights, rows)
        if self.observe is not None:
            self.observe(Computed(plan, batch, checked, values, weights, loss))
        if self.detail:
            self._tally(plan, checked)
        return Rows.of(plan, batch, checked, values, loss) if plan.loss.takes is not Takes.SET else None

    def _weights(self, plan: Plan, checked: Checked, shape: tuple[int, ...]) -> Array | None:
        """One weight for each loss: the sample's, times that of its class."""
        if plan.loss.takes is Takes.SET:
            return None
        weights: Array | None = None
        if checked.weights is not None:
            extra = len(shape) - checked.weights.ndim
            weights = np.broadcast_to(checked.weights.reshape(*checked.weights.shape, *[1] * extra), shape)
        if plan.class_weight is None or checked.target.index is None:
            return weights
        of_class = self._table(plan, checked)[checked.target.index]
        return of_class if weights is None else weights * of_class

    def _table(self, plan: Plan, checked: Checked) -> Array:
        """The weight of each class; balanced ones make all classes weigh alike."""
        if plan.class_weight != "balanced":
            return np.asarray(plan.class_weight, np.float64)
        assert checked.target.index is not None
        index = checked.target.index if checked.counted is None else checked.target.index[checked.counted]
        counts = np.bincount(index.reshape(-1), minlength=plan.width)
        return np.asarray(index.size / (np.count_nonzero(counts) * np.maximum(counts, 1)))

    def _depart(
        self, plan: Plan, batch: Batch, checked: Checked, values: Values, loss: Array, weights: Array | None
    ) -> None:
        """Compare the rows that the convention may have changed with plain mathematics."""
        masks = [mask for mask in (values.clipped, values.rescaled) if mask is not None]
        if not masks:
            return
        reach = np.logical_or.reduce(masks)
        if checked.counted is not None:
            reach = reach & checked.counted
        lines = np.flatnonzero(any_in_row(reach))
        if not len(lines):
            return
        pick = np.zeros(len(reach), dtype=bool)
        pick[lines] = True
        plain = per_sample(plan, checked.predictions[pick], checked.target.rows(pick), EXACT).loss
        if weights is not None:
            plain = ops.weigh(weights[pick], plain)
        actual, reach = loss[pick], reach[pick]
        numbers = batch.start + (lines if checked.lines is None else checked.lines[lines])
        self.departures += Departures.of(
            numbers=numbers,
            actual=np.where(reach, actual, 0.0),
            plain=np.where(reach, plain, 0.0),
            clipped=None if values.clipped is None else values.clipped[pick],
            rescaled=None if values.rescaled is None else values.rescaled[pick],
        )

    def _tally(self, plan: Plan, checked: Checked) -> None:
        """Count right decisions and labels, for accuracy and baselines."""
        takes, target, x, counted = plan.loss.takes, checked.target, checked.predictions, checked.counted
        if takes not in (Takes.CLASS, Takes.BINARY):
            return
        if takes is Takes.CLASS:
            right = x.argmax(axis=-1) == classes_of(target)
        else:
            assert target.dense is not None
            halfway = {Kind.PROBABILITIES: 0.5, Kind.LOGITS: 0.0, Kind.LOG_PROBABILITIES: float(np.log(0.5))}
            right = (x > halfway[plan.kind]) == (target.dense > 0.5)
        if counted is not None:
            right = right[counted]
        self._hits += int(right.sum())
        self._decisions += right.size
        if self._mass is None:
            self._mass = LabelMass(plan.width)
        weights = checked.weights
        if target.index is not None:
            index = target.index if counted is None else target.index[counted]
            if weights is not None:
                weights = np.broadcast_to(weights.reshape(-1, *[1] * (target.index.ndim - 1)), target.index.shape)
                weights = weights if counted is None else weights[counted]
            self._mass.add_sparse(index, weights)
            return
        assert target.dense is not None
        dense = target.dense.reshape(-1, plan.width)
        weights = np.ones(len(target.dense)) if weights is None else weights
        self._mass.add_dense(dense, np.repeat(weights, len(dense) // max(len(weights), 1)))

    def report(self) -> Report:
        """The report on all rows added.

        Raises:
            InputError: There were bad rows, or none at all.
        """
        plan, checker = self._plan, self._checker
        if plan is None or checker is None:
            raise InputError("there are no rows", self.dataset.source)
        if checker.problems.first is not None:
            problem = checker.problems.first
            problem.hint = hint_for(problem.kind, plan, checker, self._first, self._would_be) or problem.hint
            raise problem.error()
        reduced = reduce(self.summary, plan.reduction, weighted_mean=plan.convention.weighted_mean)
        form = checker.forms.form if plan.layout.form in (Form.SOFT, Form.BINARY) else plan.layout.form
        names = plan.names.names if plan.names is not None else None
        return Report(
            loss=self.loss,
            kind=plan.kind,
            form=form,
            samples=self.samples,
            classes=plan.width if plan.per_class else None,
            reduction=plan.reduction,
            reduced=reduced,
            summary=self.summary,
            signature=signature(plan, form, reduced),
            convention=plan.convention.name,
            baseline=self._baseline(plan),
            accuracy=self._hits / self._decisions if self._decisions else None,
            notes=explain(plan, checker, self.departures, self.summary, reduced),
            decisions=(*plan.decisions, *self.dataset.afterwards()),
            class_names=names,
        )

    def _baseline(self, plan: Plan) -> Any:
        if self._mass is None:
            return None
        mean = self.summary.mean
        if self.summary.weights is not None:
            mean = self.summary.total.over(self.summary.weights)
        make = class_baseline if plan.loss.takes is Takes.CLASS else binary_baseline
        return make(self._mass, mean)

    def _would_be(self, settings: Settings) -> float | None:
        """The loss of the first batch under other settings; None if they do not work either."""
        if self._first is None:
            return None
        trial = Evaluation(self.loss, settings, replace(self.dataset, batches=iter((self._first,))), detail=False)
        try:
            trial.add(self._first)
            return trial.report().value
        except LossError:
            return None
