"""What a framework's call makes of some rows before it reduces them, and how sample weights meet that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.record import record

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from losscli.core import readings
    from losscli.ops import Array


@record
class Terms:
    """What a call makes of some rows before it reduces them.

    Attributes:
        values: Of any shape; class and element weights applied, 0 where a label is ignored.
        counted: False for ignored labels; None if all count.
        weights: What a weighted mean divides by, entry for entry; None for ones.
        read: What the predictions were read as, before the formula; None where no probabilities are read.
    """

    values: Array
    counted: NDArray[np.bool_] | None = None
    weights: Array | None = None
    read: readings.Read | None = None


def in_single(array: NDArray[Any]) -> NDArray[Any]:
    """Numbers rounded to float32."""
    with np.errstate(over="ignore"):
        return array.astype(np.float32).astype(array.dtype) if array.dtype.kind == "f" else array


def of_same_rank(values: Array, counted: Any, weight: Array) -> tuple[Array, Any, Array]:
    """The same of values and weights."""
    if weight.ndim == values.ndim + 1 and weight.shape[-1] == 1:
        if values.ndim != 1:
            return values, counted, weight[..., 0]
        return values[:, None], None if counted is None else counted[:, None], weight
    if values.ndim == weight.ndim + 1 and values.shape[-1] == 1:
        if weight.ndim == 1:
            return values, counted, weight[:, None]
        return values[..., 0], None if counted is None else counted[..., 0], weight
    return values, counted, weight
