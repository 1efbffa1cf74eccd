"""The steps of a pass that make values: a loss's plain formula, or (``core.calls.call_steps``) a framework's call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from losscli import ops
from losscli.core.plain_values import Values, classes_of, per_sample, weight_of_shares
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
    """A computed batch.

    Attributes:
        values: Values before weights; of a call after weights.
        weights: The factors of the losses, and the divisor of a weighted mean; None without weights.
        loss: Losses after weights; 0 where a label is ignored.
        counted: Mask of the shape of the losses, False where a label is ignored; None if all count.
        by_row: There is a loss, or an array of losses, for each checked row.
        averaged: Whether outputs of a row were averaged; some frameworks' calls keep them.
        called: The arrays as a framework's call took them; None for a plain loss.
        notes: Notes on these rows.
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

    def summary(self, *, spread: bool, sums: bool = True) -> Summary:
        """The summary of the losses that count."""
        return summarised(np.atleast_1d(self.loss), self.weights, self.counted, spread=spread, sums=sums)


class Steps(Protocol):
    """What a pass needs of a loss; picklable.

    Attributes:
        loss: The loss.
        settings: What was asked for.
    """

    loss: Loss
    settings: Settings

    @property
    def name(self) -> str:
        """The loss's or call's name."""
        return self.loss.name

    @property
    def reduction(self) -> str:
        """The reduction by its own name."""

    @property
    def whole(self) -> bool:
        """Whether all rows are needed at once."""

    @property
    def takes(self) -> Takes:
        """What the kernel takes."""

    @property
    def columnwise(self) -> bool:
        """Whether predictions may be in column-major order in memory."""
        return self.takes is Takes.CLASS

    @property
    def scores(self) -> bool:
        """Whether the value is of all rows together (or of each output), so that rows have none."""
        return self.takes is Takes.SET

    @property
    def has_baseline(self) -> bool:
        """Whether what constant predictions cost follows from the loss's formula and the labels."""
        return True

    @property
    def unreduced(self) -> bool:
        """Whether the call returns unreduced values by default."""
        return False

    def notes(self, summary: Summary) -> tuple[Note, ...]:
        """Notes on every result."""
        return ()

    def plan(self, dataset: Dataset, first: Batch) -> Plan:
        """All decisions, made with the first batch."""

    def arranged(self, batch: Batch) -> Batch:
        """The batch with classes on the last axis, as the checks need it."""
        return batch

    def compute(self, plan: Plan, batch: Batch, checked: Checked) -> Computed:
        """The losses of the checked rows."""

    def exact(self, computed: Computed, rows: Mask) -> Array:
        """The losses of some rows in plain mathematics."""

    def reduced(self, plan: Plan, summary: Summary) -> Reduced:
        """The value, and what it was divided by."""

    def signature(self, plan: Plan, form: Form, reduced: Reduced) -> str:
        """One line from which the value can be computed again."""

    @property
    def plain(self) -> PlainSteps:
        """The nearest plain command."""

    def changed(self, change: Change) -> Steps:
        """The steps after a change of settings or loss."""

    def spelled(self, change: Change) -> str:
        """The change in the options of this command."""


@record
class PlainSteps(Steps):
    """A loss by its own formula, under a convention.

    Attributes:
        loss: What to compute.
        settings: What was asked for.
    """

    loss: Loss
    settings: Settings

    @property
    def reduction(self) -> str:
        """The reduction asked for."""
        return self.settings.reduction

    @property
    def whole(self) -> bool:
        """Whether all rows are needed at once."""
        return self.loss.whole or self.settings.class_weight == "balanced"

    @property
    def takes(self) -> Takes:
        """What the kernel takes."""
        return self.loss.takes

    def plan(self, dataset: Dataset, first: Batch) -> Plan:
        """All decisions, made with the first batch."""
        plan = make_plan(self.loss, self.settings, dataset, first)
        _refuse_ignored(plan, first)
        return plan

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
        """The losses of some rows in plain mathematics."""
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
        return reduce(summary, plan.reduction, weighted_mean=plan.weighted_mean)

    def signature(self, plan: Plan, form: Form, reduced: Reduced) -> str:
        """One line from which the value can be computed again."""
        return signature(plan, form, reduced)

    @property
    def plain(self) -> PlainSteps:
        """These steps themselves."""
        return self

    def changed(self, change: Change) -> PlainSteps:
        """The steps after a change of settings or loss."""
        return PlainSteps(change.loss or self.loss, change.applied(self.settings))

    def spelled(self, change: Change) -> str:
        """The change in the options of the plain commands."""
        return change.spelled(self.settings.kind)


def _refuse_ignored(plan: Plan, first: Batch) -> None:
    """Refuse ``--ignore-index`` where labels are not class numbers."""
    words = first.labels.dtype == object
    if plan.settings.ignore_index is not None and (plan.layout.form is not Form.SPARSE or words):
        form = "words" if words else plan.layout.form if plan.layout.form is not Form.NONE else "missing"
        what = f"--ignore-index {plan.settings.ignore_index}: it is for class numbers, and labels are {form}"
        raise UsageError(what, hint="--where, or sample weights of 0, leave rows out")


def summarised(
    loss: Array, weights: Array | None, counted: Mask | None, *, spread: bool = True, sums: bool = True
) -> Summary:
    """The summary of the losses ``(n, ...)`` that count."""
    if counted is None:
        return Summary.of(loss, weights, len(loss), spread=spread, sums=sums)
    if weights is not None and weights.shape == loss.shape:
        weights = weights[counted]
    return Summary.of(loss[counted], weights, int(ops.any_in_row(counted).sum()), spread=spread, sums=sums)


def weights_of(plan: Plan, checked: Checked, shape: tuple[int, ...]) -> Array | None:
    """The weights in the losses' ``shape``: sample weight times class weight; None without weights."""
    if plan.takes is Takes.SET:
        return None
    weights: Array | None = None
    if checked.weights is not None:
        own = _one_a_row(checked.weights, shape, plan.loss.name)
        weights = np.broadcast_to(own.reshape(*own.shape, *[1] * (len(shape) - own.ndim)), shape)
    if plan.class_weight is None or (checked.target.index is None and plan.takes is not Takes.CLASS):
        return weights
    if plan.weighs_shares:
        of_class = weight_of_shares(plan, checked.target)
    else:
        of_class = class_weights(plan, checked)[classes_of(checked.target)]
    return of_class if weights is None else weights * of_class


def _one_a_row(weights: Array, shape: tuple[int, ...], name: str) -> Array:
    """The weights of the rows; if numbers on one line were read as a row, their equal weights become its weight.

    Raises:
        InputError: The weights differ, and there are not as many values.
    """
    if not shape or len(weights) == shape[0]:
        return weights
    if (weights == weights[0]).all():
        return np.full(shape[0], weights[0])
    what = f"{len(weights):,} weights for {name}, which has {count(shape[0], 'value')}"
    raise InputError(what, hint="numbers in a line are one row here; several are written [[..],[..]]")


def class_weights(plan: Plan, checked: Checked) -> Array:
    """The weight of each class, ``(C,)``; with ``balanced``, all classes have the same total weight."""
    if plan.class_weight != "balanced":
        return np.asarray(plan.class_weight, np.float64)
    numbers = classes_of(checked.target)
    index = numbers if checked.counted is None else numbers[checked.counted]
    counts = np.bincount(index.reshape(-1), minlength=plan.width)
    return np.asarray(index.size / (np.count_nonzero(counts) * np.maximum(counts, 1)))


def _own_extras(plan: Plan, checked: Checked) -> dict[str, Any]:
    """The further arrays that the kernel takes; others belong to another loss on the same rows."""
    return {name: array for name, array in checked.extras.items() if name in plan.loss.extras}
