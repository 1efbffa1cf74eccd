"""How one pass makes values: the plain formula of a loss, or (``core.call_steps``) a framework's own call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from losscli import ops
from losscli.core.plain_values import Values, classes_of, per_sample
from losscli.core.plan import make_plan
from losscli.core.reduction import reduce
from losscli.core.signature import signature
from losscli.core.summary import Summary
from losscli.errors import InputError, UsageError
from losscli.losses.vocabulary import EXACT, Form, Takes
from losscli.record import record, replace
from losscli.text import count

if TYPE_CHECKING:
    from losscli.core.batch import Batch, Dataset
    from losscli.core.change import Change
    from losscli.core.checked import Checked
    from losscli.core.note import Note
    from losscli.core.plan import Plan
    from losscli.core.reduction import Reduced
    from losscli.core.settings import Settings
    from losscli.losses.loss import Loss
    from losscli.ops import Array, Index, Mask


@record
class Computed:
    """What a batch went through.

    Attributes:
        values: Before weights; of a call after them.
        weights: What was multiplied with the losses, and what a weighted mean divides by; None if there are none.
        loss: After weights; 0 where a label is ignored.
        counted: Of the shape of the losses, False where a label is ignored; None if all count.
        by_row: There is a loss, or an array of them, for each checked row.
        averaged: Whether outputs of a row were averaged; some frameworks' calls keep them.
        called: The arrays as a framework's call took them; None for a plain loss.
        notes: What there is to say of these rows.
    """

    plan: Plan
    batch: Batch
    checked: Checked
    values: Values
    weights: Array | None
    loss: Array
    counted: Mask | None = None
    by_row: bool = True
    averaged: bool = True
    called: Any = None
    notes: tuple[Note, ...] = ()

    @property
    def numbers(self) -> Index:
        """The 0-based number of each loss's row."""
        lines = self.checked.lines if self.by_row else None
        return self.batch.start + (np.arange(np.atleast_1d(self.loss).shape[0]) if lines is None else lines)

    def summary(self, *, spread: bool) -> Summary:
        """What is kept of the losses that count."""
        return summarised(np.atleast_1d(self.loss), self.weights, self.counted, spread=spread)


class Steps(Protocol):
    """What a pass asks of a loss; it can be pickled."""

    @property
    def loss(self) -> Loss:
        """The loss."""

    @property
    def settings(self) -> Settings:
        """What was asked for."""

    @property
    def name(self) -> str:
        """What the user calls it."""

    @property
    def reduction(self) -> str:
        """The reduction by its own name."""

    @property
    def whole(self) -> bool:
        """Whether all rows are needed at once."""

    @property
    def columnwise(self) -> bool:
        """Whether predictions may lie in memory one column after the other."""

    @property
    def takes(self) -> Takes:
        """What the kernel takes."""

    @property
    def scores(self) -> bool:
        """Whether all rows together have a number, or one for each output."""

    @property
    def unreduced(self) -> bool:
        """Whether no reduction is what the call does if none is asked for."""

    def notes(self, summary: Summary) -> tuple[Note, ...]:
        """What there is to say of every result."""

    def plan(self, dataset: Dataset, first: Batch) -> Plan:
        """All decisions, made with the first batch."""

    def arranged(self, batch: Batch) -> Batch:
        """A batch as the checks are to see it: classes on the last axis."""

    def compute(self, plan: Plan, batch: Batch, checked: Checked) -> Computed:
        """The losses of the checked rows."""

    def exact(self, computed: Computed, rows: Mask) -> Array:
        """The same losses in plain mathematics, of some rows."""

    def reduced(self, plan: Plan, summary: Summary) -> Reduced:
        """The value, and what it was divided by."""

    def signature(self, plan: Plan, form: Form, reduced: Reduced) -> str:
        """One line that says how the value came about."""

    @property
    def plain(self) -> PlainSteps:
        """The plain command that is nearest."""

    def changed(self, change: Change) -> Steps:
        """What is asked for instead."""

    def spelled(self, change: Change) -> str:
        """The change as one types it, in the options of this command."""


@record
class PlainSteps:
    """A loss by its own formula, under a convention.

    Attributes:
        loss: What to compute.
        settings: What was asked for.
    """

    loss: Loss
    settings: Settings

    @property
    def name(self) -> str:
        """The loss's."""
        return self.loss.name

    @property
    def reduction(self) -> str:
        """As it was asked for."""
        return self.settings.reduction

    @property
    def whole(self) -> bool:
        """Whether all rows are needed at once."""
        return self.loss.whole or self.settings.class_weight == "balanced"

    @property
    def columnwise(self) -> bool:
        """Whether predictions may lie in memory one column after the other."""
        return self.loss.takes is Takes.CLASS

    @property
    def takes(self) -> Takes:
        """What the kernel takes."""
        return self.loss.takes

    @property
    def scores(self) -> bool:
        """Whether all rows together have a number, or one for each output."""
        return self.loss.takes is Takes.SET

    @property
    def unreduced(self) -> bool:
        """No plain loss has values by itself."""
        return False

    def notes(self, summary: Summary) -> tuple[Note, ...]:
        """Nothing."""
        return ()

    def plan(self, dataset: Dataset, first: Batch) -> Plan:
        """All decisions, made with the first batch."""
        plan = make_plan(self.loss, self.settings, dataset, first)
        _refuse_ignored(plan, first)
        return plan

    def arranged(self, batch: Batch) -> Batch:
        """As it is."""
        return batch

    def compute(self, plan: Plan, batch: Batch, checked: Checked) -> Computed:
        """Apply reading, kernel and weights."""
        if plan.loss.whole and not len(checked.predictions):
            raise InputError("no row is left to compute with")
        extras = _own_extras(plan, checked)
        if plan.takes is Takes.SET:
            extras["sample_weight"] = checked.weights
        values = per_sample(plan, checked.predictions, checked.target, plan.convention.reading, extras)
        loss = values.loss + 0.0  # a loss of zero has no sign
        weights = weights_of(plan, checked, loss.shape)
        if weights is not None:
            loss = ops.weigh(weights, loss)
        if plan.base != 1.0:
            loss = loss / plan.base
        loss = loss.astype(np.float64, copy=False)
        if checked.counted is not None:
            loss = np.where(checked.counted, loss, 0.0)
        if self.scores and loss.size == 1:
            loss = loss.reshape(())
        return Computed(plan, batch, checked, values, weights, loss, checked.counted, by_row=not self.scores)

    def exact(self, computed: Computed, rows: Mask) -> Array:
        """The same losses in plain mathematics, of some rows."""
        plan, checked = computed.plan, computed.checked
        if plan.floors:
            plan = replace(plan, params={**plan.params, **plan.floors})
        x, y, extras = checked.predictions, checked.target, _own_extras(plan, checked)
        if not rows.all():
            x, y, extras = x[rows], y.rows(rows), {name: array[rows] for name, array in extras.items()}
        plain = per_sample(plan, x, y, EXACT, extras).loss
        if computed.weights is not None:
            plain = ops.weigh(computed.weights[rows], plain)
        return plain.astype(np.float64, copy=False) / plan.base

    def reduced(self, plan: Plan, summary: Summary) -> Reduced:
        """The value, and what it was divided by."""
        return reduce(summary, plan.reduction, weighted_mean=plan.convention.weighted_mean)

    def signature(self, plan: Plan, form: Form, reduced: Reduced) -> str:
        """One line that says how the value came about."""
        return signature(plan, form, reduced)

    @property
    def plain(self) -> PlainSteps:
        """The same."""
        return self

    def changed(self, change: Change) -> PlainSteps:
        """What is asked for instead."""
        return PlainSteps(change.loss or self.loss, change.applied(self.settings))

    def spelled(self, change: Change) -> str:
        """The change in the options of the plain commands."""
        return change.spelled(self.settings.kind)


def _refuse_ignored(plan: Plan, first: Batch) -> None:
    """Refuse to ignore a class number where labels are none."""
    words = first.labels.dtype == object
    if plan.settings.ignore_index is not None and (plan.layout.form is not Form.SPARSE or words):
        form = "words" if words else plan.layout.form if plan.layout.form is not Form.NONE else "missing"
        what = f"--ignore-index {plan.settings.ignore_index}: it is for class numbers, and labels are {form}"
        raise UsageError(what, hint="--where, or sample weights of 0, leave rows out")


def summarised(loss: Array, weights: Array | None, counted: Mask | None, *, spread: bool = True) -> Summary:
    """What is kept of losses ``(n, ...)``, of those that count."""
    if counted is None:
        return Summary.of(loss, weights, len(loss), spread=spread)
    if weights is not None and weights.shape == loss.shape:
        weights = weights[counted]
    return Summary.of(loss[counted], weights, int(ops.any_in_row(counted).sum()), spread=spread)


def weights_of(plan: Plan, checked: Checked, shape: tuple[int, ...]) -> Array | None:
    """One weight for each loss: the sample's, times that of its class."""
    if plan.takes is Takes.SET:
        return None
    weights: Array | None = None
    if checked.weights is not None:
        own = _one_a_row(checked.weights, shape, plan.loss.name)
        weights = np.broadcast_to(own.reshape(*own.shape, *[1] * (len(shape) - own.ndim)), shape)
    if plan.class_weight is None or (checked.target.index is None and plan.takes is not Takes.CLASS):
        return weights
    of_class = class_weights(plan, checked)[classes_of(checked.target)]
    return of_class if weights is None else weights * of_class


def _one_a_row(weights: Array, shape: tuple[int, ...], name: str) -> Array:
    """The weights of the rows of losses; numbers in a line came with a weight each, and a loss may read them as a row.

    Raises:
        InputError: They differ, and there are not as many values.
    """
    if not shape or len(weights) == shape[0]:
        return weights
    if (weights == weights[0]).all():
        return np.full(shape[0], weights[0])
    what = f"{len(weights):,} weights for {name}, which has {count(shape[0], 'value')}"
    raise InputError(what, hint="numbers in a line are one row here; several are written [[..],[..]]")


def class_weights(plan: Plan, checked: Checked) -> Array:
    """The weight of each class; balanced ones make all classes weigh alike."""
    if plan.class_weight != "balanced":
        return np.asarray(plan.class_weight, np.float64)
    numbers = classes_of(checked.target)
    index = numbers if checked.counted is None else numbers[checked.counted]
    counts = np.bincount(index.reshape(-1), minlength=plan.width)
    return np.asarray(index.size / (np.count_nonzero(counts) * np.maximum(counts, 1)))


def _own_extras(plan: Plan, checked: Checked) -> dict[str, Any]:
    """What the kernel takes of the further arrays; others are there for another loss of the same rows."""
    return {name: array for name, array in checked.extras.items() if name in plan.loss.extras}
