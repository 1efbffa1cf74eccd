"""The form of labels, from their shape and never from their values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.core.batch import Decision
from losscli.errors import InputError, UsageError
from losscli.losses.vocabulary import Form, Takes
from losscli.record import record, replace
from losscli.text import count

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from losscli.core.batch import Batch
    from losscli.ops import Array


IF_NUMBERS = "if the labels are class numbers: ce"
DENSE = (Form.ONE_HOT, Form.MULTI_HOT, Form.SOFT)
# What ``--label-form`` may ask for, by the form that the shapes allow.
_ALLOWED = {
    Form.SPARSE: (Form.SPARSE,),
    Form.SOFT: DENSE,
    Form.BINARY: (Form.BINARY, Form.MULTI_HOT, Form.SOFT),
    Form.VALUES: (Form.VALUES,),
    Form.SIGNS: (Form.SIGNS, Form.BINARY),
    Form.NONE: (),
}


@record
class Layout:
    """How the axes of predictions and labels correspond; decided once, on the first batch.

    Attributes:
        form: ``SPARSE`` (class numbers), ``SOFT`` (one number per class; ``FormCounter`` tells later whether they are
            one-hot, multi-hot or soft), ``BINARY`` or ``VALUES`` (the shape of the predictions).
        one_row: The predictions are a single row of classes.
        squeeze_labels: The labels have an extra trailing axis of 1.
        squeeze_predictions: The predictions have an extra trailing axis of 1.
    """

    form: Form
    one_row: bool = False
    squeeze_labels: bool = False
    squeeze_predictions: bool = False

    def arrange(self, batch: Batch) -> tuple[Array, NDArray[Any]]:
        """Predictions ``(n, ...)`` and labels with matching axes, without extra axes of size 1."""
        predictions, labels = batch.predictions, batch.labels
        if self.one_row:
            predictions = predictions[None]
            labels = labels if self.form is Form.SPARSE else labels[None]
        if self.squeeze_predictions:
            predictions = predictions[..., 0]
        if self.squeeze_labels:
            labels = labels[..., 0]
        return predictions, labels


def decide(
    takes: Takes, batch: Batch, asked: Form | None, *, tabular: bool, classes: bool = False
) -> tuple[Layout, Decision]:
    """Decide the layout from the shapes of the first batch.

    Args:
        takes: What the kernel takes.
        batch: The first rows.
        asked: ``--label-form``; None for auto.
        tabular: The rows are lines of a table, so that one column is many rows, never one row of classes.
        classes: The predictions may be classes, to be compared with the labels.

    Raises:
        InputError: The shapes do not match (losscli never broadcasts).
        UsageError: ``asked`` is not what the shapes allow.
    """
    if classes and asked is None and _are_classes(batch):
        return Layout(Form.VALUES), Decision("label form", Form.VALUES, "the predictions are classes, not scores")
    shape, labels = batch.predictions.shape, batch.labels.shape
    if takes is Takes.DECISION:
        elementwise = asked in (Form.BINARY, Form.MULTI_HOT) or len(shape) == 1 or shape[-1] == 1
        takes = Takes.BINARY if elementwise else Takes.CLASS
    layout, reason = _layout(takes, batch, tabular=tabular)
    if not layout.one_row and layout.form is not Form.NONE and shape[0] != labels[0]:
        raise InputError(f"{count(shape[0], 'row')} of predictions but {labels[0]:,} of labels")
    allowed = _ALLOWED[layout.form]
    if asked is not None and asked not in allowed:
        raise UsageError(
            f"--label-form {asked}: labels of shape {_text(labels)} for predictions of shape {_text(shape)} "
            f"are {' or '.join(allowed)}"
        )
    return layout, Decision("label form", layout.form, reason)


def as_found(decision: Decision, form: Form, *, per_class: bool) -> Decision:
    """The decision on the form of dense labels, once all of them were seen."""
    if decision.what != "label form" or decision.value == form:
        return decision
    first, apart, dropped = decision.reason.partition("; ")
    if per_class:
        first = "a single 1 in each row" if form is Form.ONE_HOT else "0 or 1 for each class"
    elif form is Form.SOFT:
        first = "one number for each prediction"
    return replace(decision, value=form, reason=first + apart + dropped)


def _layout(takes: Takes, batch: Batch, *, tabular: bool) -> tuple[Layout, str]:
    """The layout, and why."""
    shape, labels = batch.predictions.shape, batch.labels.shape
    if takes.as_given:
        return Layout(Form.VALUES), "as they come"
    if takes is Takes.ANCHOR:
        return Layout(Form.NONE), "there are none"
    if takes is Takes.SIGNED_VECTOR:
        return _vector_layout(shape, labels)
    if takes is Takes.VECTOR and len(shape) == 1 and labels == shape and not tabular:
        return Layout(Form.VALUES, one_row=True), "one vector for one vector"
    if not takes.classes:
        return _elementwise_layout(takes, shape, labels, tabular=tabular)
    with np.errstate(over="ignore", invalid="ignore"):
        total = float(batch.labels.sum()) if batch.labels.dtype != object else 0.0
    return _class_layout(takes, shape, labels, total, tabular=tabular)


def unlabelled(batch: Batch) -> tuple[Layout, Decision]:
    """The layout of log-probabilities of the outcomes, which need no labels.

    Raises:
        InputError: They are rows of classes.
    """
    shape = batch.predictions.shape
    if len(shape) != 1:
        raise InputError(f"there are no labels for predictions of shape {_text(shape)}", hint="LABELS, or --label")
    return Layout(Form.NONE), Decision("label form", Form.NONE, "log-probabilities of what happened need none")


def _are_classes(batch: Batch) -> bool:
    """Whether predictions are classes, as the labels are: words, or whole numbers other than 0/1 decisions."""
    x, y = batch.predictions, batch.labels
    if x.dtype == object:
        return True
    if x.ndim != 1 or x.shape != y.shape or y.dtype == object or len(x) < 2:
        return False
    with np.errstate(invalid="ignore"):
        whole = all(bool(((one == np.floor(one)) | np.isnan(one)).all()) for one in (x, y))
    if (x < 0.0).any():  # logits, unless each is a label, too
        return whole and bool(np.isin(x, y).all())
    return whole and bool((x > 1.0).any() or (y > 1.0).any())


def _class_layout(
    takes: Takes, shape: tuple[int, ...], labels: tuple[int, ...], total: float, *, tabular: bool
) -> tuple[Layout, str]:
    if len(shape) == 1 and not tabular and shape[0] > 1:
        if labels == (1,) and takes is not Takes.DISTRIBUTION:
            return Layout(Form.SPARSE, one_row=True), "one class number for one row of predictions"
        if labels == shape and abs(total - 1.0) < 1e-3:
            return Layout(Form.SOFT, one_row=True), "one number for each class of one row"
        if labels == shape:
            raise InputError(
                f"{shape[0]} predictions and {shape[0]} labels that sum to {total:g} are not one row of classes",
                hint="bce for yes-or-no predictions; rows of classes are written [[..],[..]]",
            )
    if len(shape) == 1 or shape[-1] == 1:
        raise InputError(
            "the predictions have one column: over a single class the loss is always 0",
            hint="bce for yes-or-no predictions, mse or mae for values",
        )
    if labels[1:] == shape[1:]:
        return Layout(Form.SOFT), "one number for each class"
    if takes is not Takes.DISTRIBUTION and labels[1:] == shape[1:-1]:
        return Layout(Form.SPARSE), "one class number for each row of predictions"
    if takes is not Takes.DISTRIBUTION and labels[1:] == (*shape[1:-1], 1):
        return Layout(Form.SPARSE, squeeze_labels=True), "one class number for each row; the axis of 1 is dropped"
    raise _mismatch(shape, labels, _class_hint(takes, shape, labels, tabular=tabular))


def _class_hint(takes: Takes, shape: tuple[int, ...], labels: tuple[int, ...], *, tabular: bool) -> str:
    if len(shape) == len(labels) == 2 and tabular:
        return "--label with the columns of these classes, or with the one that holds the class"
    if len(labels) < len(shape) and takes is Takes.DISTRIBUTION:
        return "one-hot or soft labels, a number for each class; ce takes class numbers"
    if len(shape) > 2 and (labels[1:] == shape[2:] or labels[1:] == (1, *shape[2:])):
        return "--class-axis 1 if the classes come first in each row"
    return ""


def _vector_layout(shape: tuple[int, ...], labels: tuple[int, ...]) -> tuple[Layout, str]:
    if labels[1:] == shape[1:-1]:
        return Layout(Form.SIGNS), "one sign for each vector"
    if labels[1:] == (*shape[1:-1], 1):
        return Layout(Form.SIGNS, squeeze_labels=True), "one sign for each vector; the axis of 1 is dropped"
    raise _mismatch(shape, labels, "")


def _elementwise_layout(
    takes: Takes, shape: tuple[int, ...], labels: tuple[int, ...], *, tabular: bool
) -> tuple[Layout, str]:
    form = {Takes.MARGIN: Form.SIGNS, Takes.BINARY: Form.BINARY}.get(takes, Form.VALUES)
    what = {Form.VALUES: "one value", Form.SIGNS: "one sign", Form.BINARY: "one 0 or 1"}[form]
    if labels[1:] == shape[1:]:
        return Layout(form), f"{what} for each prediction"
    if labels[1:] == (*shape[1:], 1):
        return Layout(form, squeeze_labels=True), f"{what} for each prediction; the labels' axis of 1 is dropped"
    if shape[1:] == (*labels[1:], 1):
        reason = f"{what} for each prediction; the predictions' axis of 1 is dropped"
        return Layout(form, squeeze_predictions=True), reason
    hint = IF_NUMBERS if form is Form.BINARY and len(labels) == 1 else ""
    if hint and tabular and shape[1:] == (2,):
        hint = f"{hint}; --pred with the column of a yes, if the two are of no and yes"
    if not hint and tabular and len(labels) == 1 < len(shape):
        hint = "--pred with one of the columns, or as many --label columns"
    if not hint and tabular and len(shape) == 1 < len(labels):
        hint = "--label with one of the columns, or as many --pred columns"
    raise _mismatch(shape, labels, hint)


def _mismatch(shape: tuple[int, ...], labels: tuple[int, ...], hint: str) -> InputError:
    return InputError(
        f"predictions of shape {_text(shape)} and labels of shape {_text(labels)} do not match "
        "(losscli never broadcasts)",
        hint=hint,
    )


def _text(shape: tuple[int, ...]) -> str:
    return "(" + ", ".join(["N", *map(str, shape[1:])]) + ("," if len(shape) == 1 else "") + ")"


def without_ones(shape: tuple[int, ...]) -> tuple[int, ...]:
    """A shape without trailing axes of 1."""
    while len(shape) > 1 and shape[-1] == 1:
        shape = shape[:-1]
    return shape


@record(frozen=False)
class FormCounter:
    """Tells one-hot, multi-hot and soft labels apart: the most special form that fits all rows so far.

    Attributes:
        columns: Numbers per row of labels.
        zero_or_one: All numbers are 0 or 1.
        off_sum: Rows that do not sum to 1.
    """

    columns: int = 1
    zero_or_one: bool = True
    off_sum: int = 0

    def add(self, target: Array, *, per_class: bool) -> None:
        """Consider dense labels ``(n, ..., C)`` or ``(n,)``."""
        self.zero_or_one &= bool(((target == 0.0) | (target == 1.0)).all())
        self.columns = target.shape[-1] if target.ndim > 1 else 1
        if per_class:
            self.off_sum += int((np.abs(target.sum(axis=-1) - 1.0) > 1e-3).sum())

    def merge(self, later: FormCounter) -> None:
        """Add later rows."""
        self.columns = max(self.columns, later.columns)
        self.zero_or_one &= later.zero_or_one
        self.off_sum += later.off_sum

    def form(self, *, per_class: bool) -> Form:
        """The form of all rows so far."""
        if not self.zero_or_one:
            return Form.SOFT
        if not per_class:
            return Form.BINARY if self.columns == 1 else Form.MULTI_HOT
        return Form.MULTI_HOT if self.off_sum else Form.ONE_HOT
