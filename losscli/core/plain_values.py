"""From checked arrays to one loss for each sample: the reading, then the kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from losscli import ops
from losscli.core import readings
from losscli.core.checked import Target
from losscli.core.labels import without_ones
from losscli.errors import InputError, UsageError, shapes_differ
from losscli.losses.vocabulary import Domain, Form, Reading, Takes
from losscli.record import record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from losscli.core.checked import Checked
    from losscli.core.plan import Plan
    from losscli.ops import Array, Index, Mask

    Decided = tuple[Index, Index]

_ELEMENTWISE = frozenset((Domain.REAL, Domain.POSITIVE, Domain.MASKS))
NO_EXTRAS: Mapping[str, Any] = {}


@record
class Values:
    """Per-sample losses of a batch, before weights.

    Attributes:
        loss: ``(m, ...)``.
        clipped: Where the convention's clip was in reach; None if it can't have been.
        rescaled: Where a row did not sum to 1.
        log_p: Log-probability of the label; None if not applicable.
    """

    loss: Array
    clipped: Mask | None = None
    rescaled: Mask | None = None
    log_p: Array | None = None


def per_sample(plan: Plan, x: Array, target: Target, reading: Reading, extras: Mapping[str, Any] = NO_EXTRAS) -> Values:
    """Apply reading and kernel: ``(m, ..., C)`` or ``(m, ...)`` predictions give one loss a sample."""
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        match plan.takes:
            case Takes.CLASS:
                return _class_values(plan, x, target, reading)
            case Takes.BINARY:
                return _binary_values(plan, x, target, reading)
            case Takes.DISTRIBUTION:
                return _distribution_values(plan, x, target, reading)
            case Takes.DECISION if plan.decided:
                return Values(np.asarray(x == target.dense, np.float64))
            case Takes.DECISION:
                labels = classes_of(target) if plan.per_class else target.dense
                hits = plan.loss.kernel(x, labels, **plan.params)
                return Values(hits if plan.per_class else _over_outputs(hits))
            case Takes.RAW | Takes.SET:
                return _raw_values(plan, x, target, extras)
            case _:
                try:
                    return _other_values(plan, x, target, extras)
                except ValueError as error:  # numpy's: shapes of further arrays that do not meet
                    raise InputError(f"{plan.loss.name} cannot take these arrays: {error}") from None


def _other_values(plan: Plan, x: Array, target: Target, extras: Mapping[str, Any]) -> Values:
    """Losses of values, margins, scores, vectors and whole data sets: no probabilities to read."""
    kernel, given = plan.loss.kernel, {**plan.params, **extras}
    match plan.takes:
        case Takes.ANCHOR:
            return Values(_of_rows(plan, kernel(x, **given)))
        case Takes.SCORES:
            return Values(kernel(x, classes_of(target), **given))
        case Takes.SCORES_HOT:
            return Values(kernel(x, dense_of(target, x), **given))
        case Takes.VALUE | Takes.MARGIN:
            return Values(_over_outputs(kernel(x, target.dense, **given)))
        case _:
            return Values(np.atleast_1d(kernel(x, target.dense, **given)))


def _raw_values(plan: Plan, x: Array, target: Target, extras: Mapping[str, Any]) -> Values:
    """Losses of predictions and labels as given; only the kernel knows their shapes."""
    given = {**plan.params, **extras}
    if plan.loss.domain is Domain.MASKS and target.dense is not None and target.dense.dtype == object:
        raise InputError(f"the labels are words; {plan.loss.name} takes 0 and 1")
    if plan.takes is Takes.SET and plan.loss.domain in _ELEMENTWISE and target.dense is not None:
        target = Target(None, _of_shape(target.dense, x, masks=plan.loss.domain is Domain.MASKS))
    try:
        if plan.takes is Takes.RAW:
            return Values(_of_rows(plan, plan.loss.kernel(x, target.dense, **given)))
        return Values(np.atleast_1d(plan.loss.kernel(x, target.dense, given.pop("sample_weight", None), **given)))
    except (ValueError, IndexError) as error:  # numpy's: shapes that do not meet
        raise InputError(f"{plan.loss.name} cannot take these arrays: {error}") from None
    except TypeError:
        refuse_words(plan.loss.name, x, target.dense)
        raise


def _of_shape(y: NDArray[Any], x: Array, *, masks: bool) -> NDArray[Any]:
    """Labels in the predictions' shape; trailing axes of 1 may be added or dropped.

    Raises:
        InputError: They have another shape, which NumPy might broadcast.
    """
    if y.shape == x.shape or len(x) != len(y):
        return y  # a different number of rows is reported elsewhere, with the source
    if without_ones(y.shape) == without_ones(x.shape):
        return y.reshape(x.shape)
    error = shapes_differ(x.shape, y.shape)
    if masks and x.ndim == y.ndim + 1:
        error.hint = "labels of the predictions' shape: one-hot, if one of their axes counts classes"
    raise error


def refuse_words(name: str, x: Array, y: NDArray[Any] | None) -> None:
    """Raise an error if predictions or labels are words."""
    for what, array in (("predictions", x), ("labels", y)):
        if array is not None and array.dtype == object:
            raise InputError(f"the {what} are words; {name} takes numbers") from None


def _of_rows(plan: Plan, values: Array) -> Array:
    if not values.ndim:
        raise InputError(f"{plan.loss.name} takes rows", hint="a single one is written [[..]]")
    return values


def _class_values(plan: Plan, x: Array, target: Target, reading: Reading) -> Values:
    kernel = plan.loss.kernel
    if plan.layout.form is Form.NONE:
        return Values(kernel(x, **plan.params), log_p=x)
    if target.index is not None and not plan.smoothing:
        read = readings.class_log_probabilities(x, plan.kind, reading, target.index)
        return Values(kernel(read.log_p, **plan.params), read.clipped, read.rescaled, read.log_p)
    x = np.ascontiguousarray(x)
    read = readings.class_log_probabilities(x, plan.kind, reading)
    dense = dense_of(target, x)
    if target.index is not None:
        log_p = ops.take(read.log_p, target.index)
    else:
        log_p = np.log(ops.weigh(dense, np.exp(read.log_p)).sum(axis=-1))
    smooth = ops.smoothed(dense, plan.smoothing, x.shape[-1])
    if plan.weighs_shares:
        weight = weight_of_shares(plan, target)[..., None]
        if target.index is not None and not weight.all():
            what = "--class-weight of 0 beside --label-smoothing: the other classes of such a row still count"
            raise UsageError(what, hint="the framework's own call computes it")
        smooth = np.where(weight == 0.0, smooth, smooth * np.asarray(plan.class_weight, np.float64) / weight)
    cost = ops.weigh(smooth, kernel(read.log_p, **plan.params)).sum(axis=-1)
    clipped = None if read.clipped is None else np.asarray((read.clipped & (smooth > 0.0)).any(axis=-1))
    return Values(cost, clipped, read.rescaled, log_p)


def _binary_values(plan: Plan, x: Array, target: Target, reading: Reading) -> Values:
    assert target.dense is not None
    read = readings.binary_log_probabilities(x, plan.kind, reading)
    assert read.log_q is not None
    smooth = ops.smoothed(target.dense, plan.smoothing, 2)
    cost = plan.loss.kernel(read.log_p, read.log_q, smooth, **plan.params)
    log_p = np.where(target.dense > 0.5, read.log_p, read.log_q) if x.ndim == 1 else None
    clipped = read.clipped
    if clipped is not None and clipped.ndim > 1:
        clipped = np.asarray(clipped.any(axis=-1))
    return Values(_over_outputs(cost), clipped, None, log_p)


def _distribution_values(plan: Plan, x: Array, target: Target, reading: Reading) -> Values:
    assert target.dense is not None
    read = readings.class_log_probabilities(x, plan.kind, reading)
    labels, moved = readings.clip_labels(target.dense, reading)
    cost = plan.loss.kernel(read.log_p, labels, **plan.params).sum(axis=-1)
    masks = [mask.any(axis=-1) for mask in (read.clipped, moved) if mask is not None]
    return Values(cost, np.logical_or.reduce(masks) if masks else None, read.rescaled)


def _over_outputs(values: Array) -> Array:
    """The mean over the outputs of each row."""
    return values if values.ndim == 1 else values.mean(axis=-1)


def dense_of(target: Target, x: Array) -> Array:
    """Labels of the shape of the predictions."""
    if target.index is None:
        assert target.dense is not None
        return target.dense
    return ops.one_hot(target.index, x.shape[-1], x.dtype)


def classes_of(target: Target) -> Index:
    """Class numbers ``(n, ...)``; of dense labels the class with the largest share."""
    if target.index is not None:
        return target.index
    assert target.dense is not None
    chosen: Index = target.dense.argmax(axis=-1)
    return chosen


def weight_of_shares(plan: Plan, target: Target) -> Array:
    """The weight of each label: of its class, or the mean over its classes by their shares."""
    weights = np.asarray(plan.class_weight, np.float64)
    if target.index is not None:
        return np.asarray(weights[target.index])
    assert target.dense is not None
    found: Array = (ops.smoothed(target.dense, plan.smoothing, target.dense.shape[-1]) * weights).sum(axis=-1)
    return found


def decisions(plan: Plan, checked: Checked) -> Decided | None:
    """The class of each label, and the one predicted for it; None where nothing is decided."""
    takes, target, x = plan.takes, checked.target, checked.predictions
    if takes not in (Takes.CLASS, Takes.BINARY) or plan.layout.form is Form.NONE:
        return None
    if takes is Takes.CLASS:
        return classes_of(target), x.argmax(axis=-1)
    assert target.dense is not None
    return (target.dense > 0.5).astype(np.intp), (x > plan.halfway).astype(np.intp)
