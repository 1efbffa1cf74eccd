"""How the arrays of a framework's call meet: their ranks, their shapes, and labels as signs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from losscli import ops
from losscli.core.labels import IF_NUMBERS
from losscli.errors import InputError, shapes_differ
from losscli.losses.reference import Shapes
from losscli.losses.vocabulary import Takes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from losscli.losses.loss import Loss
    from losscli.losses.reference import Reference
    from losscli.ops import Array


def ranked(reference: Reference, x: Array, y: NDArray[Any]) -> tuple[Array, NDArray[Any]]:
    """The arrays with the same rank, if the call brings them to it."""
    return ops.of_same_rank(x, y) if reference.same_rank else (x, y)


def broadcast(loss: Loss, reference: Reference, x: Array, y: Array) -> tuple[Array, Array]:
    """Predictions and labels broadcast to one shape, as far as the call allows it."""
    allowed = reference.shapes
    if (allowed is Shapes.EQUAL and x.shape != y.shape) or (allowed is Shapes.RANK and x.ndim != y.ndim):
        raise differ(loss, x, y)
    shape = np.broadcast_shapes(x.shape, y.shape)
    if allowed is Shapes.INTO and shape != x.shape:
        raise differ(loss, x, y)
    return np.broadcast_to(x, shape), np.broadcast_to(y, shape)


def differ(loss: Loss, x: Array, y: NDArray[Any]) -> InputError:
    """The error for shapes that do not meet."""
    error = shapes_differ(x.shape, y.shape)
    error.hint = IF_NUMBERS if loss.takes is Takes.BINARY and (x.ndim, y.ndim) == (2, 1) else error.hint
    return error


def signs(reference: Reference, y: Array) -> Array:
    """Labels as signs: 0 and 1 become -1 and 1, if the call converts them."""
    zero_or_one = (y == 0.0) | (y == 1.0)
    if reference.signs == "zero" or (reference.signs == "all" and zero_or_one.all()):
        return np.where(zero_or_one, 2.0 * y - 1.0, y)
    return y
