"""The values of a framework's call before it reduces them, and how sample weights are applied to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from losscli import ops
from losscli.errors import InputError
from losscli.losses.reference import Rule, Weighting
from losscli.record import record, replace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from losscli.core import readings
    from losscli.losses.reference import Reference
    from losscli.ops import Array, Mask


@record
class Terms:
    """The values of a call before it reduces them.

    Attributes:
        values: Of any shape; class and element weights applied, 0 where a label is ignored.
        counted: False for ignored labels; None if all count.
        weights: The divisor of a weighted mean, entry by entry; None for ones.
        read: The log-probabilities that were read; None where the call reads none.
    """

    values: Array
    counted: Mask | None = None
    weights: Array | None = None
    read: readings.Read | None = None


def in_single(array: NDArray[Any]) -> NDArray[Any]:
    """Numbers rounded to float32."""
    with np.errstate(over="ignore"):
        return array.astype(np.float32).astype(array.dtype) if array.dtype.kind == "f" else array


def weighted(reference: Reference, terms: Terms, sample_weight: Array | None) -> Terms:
    """Apply sample weights in the framework's way.

    Raises:
        InputError: The shape of the weights does not match the values.
    """
    values, counted = terms.values, terms.counted
    by_row = reference.weighting is Weighting.ROWS
    weight = None if sample_weight is None else _in_dtype(reference, sample_weight, values)
    if weight is not None and reference.by_last_axis:
        values, weight = ops.of_same_rank(values, weight)
        counted = None if counted is None else counted.reshape(values.shape)
    if by_row:
        if weight is None and reference.mask_needs_weights:
            counted = None
        axes = values.ndim - (1 if weight is None else weight.ndim)
        if axes > 0 and counted is None:
            values = values.mean(axis=tuple(range(values.ndim - axes, values.ndim)))
    if weight is None:
        return replace(terms, values=values, counted=counted)
    by_rank = reference.weighting is Weighting.RANK
    if by_rank and weight.ndim == 1 and values.ndim > 1:
        weight = weight.reshape(-1, *[1] * (values.ndim - 1))
    try:
        fits = by_row or by_rank
        shape = values.shape if fits else np.broadcast_shapes(values.shape, weight.shape)
        divisor: Any = np.broadcast_to(weight, shape) if fits else weight
    except ValueError:
        raise InputError(
            f"sample weights of shape {weight.shape} do not go with values of shape {values.shape}"
        ) from None
    if counted is not None:
        divisor = np.broadcast_to(weight, shape)[np.broadcast_to(counted, shape)]
    if shape == () and not fits:
        divisor = None  # a loss that is a scalar is not reduced
    with np.errstate(all="ignore"):  # as in the framework, an infinite value of weight 0 is NaN
        return replace(terms, values=np.broadcast_to(values, shape) * weight, counted=counted, weights=divisor)


def per_item(reference: Reference, terms: Terms, extras: Mapping[str, Any], rule: Rule) -> Terms:
    """The values divided by their lengths, at least 1, if the call's mean does so."""
    if not reference.per or rule is not Rule.MEAN:
        return terms
    lengths = np.maximum(np.asarray(extras[reference.per]).reshape(-1), 1).astype(terms.values.dtype)
    return replace(terms, values=terms.values / lengths)


def _in_dtype(reference: Reference, weight: Array, values: Array) -> Array:
    """Sample weights in the dtype of the values, rounded as the framework rounds them."""
    found = weight.astype(values.dtype)
    return in_single(found) if reference.single_labels else found
