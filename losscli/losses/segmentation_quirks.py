"""Overlaps of regions, and formulas that only one framework's call has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli import ops
from losscli.errors import InputError, shapes_differ
from losscli.lazy import np

if TYPE_CHECKING:
    from losscli.ops import Array, Labels

KERAS_EPSILON = 1e-7


def row_sizes(x: Array, weights: Array | None) -> Array:
    """Weights ``(N,)`` with axes that meet those of ``x``."""
    if weights is None:
        return np.ones((1,) * x.ndim, x.dtype)
    return weights.reshape(-1, *[1] * (x.ndim - 1))


def overlap_loss(x: Array, y: Array, weights: Array | None, *, alpha: float, beta: float) -> Array:
    """``1 - I / (I + alpha A + beta B)`` as a quotient without cancellation; weights of rows or elements."""
    if weights is None or weights.ndim != x.ndim:
        weights = row_sizes(x, weights)
    both, alarms, missed = (ops.total((weights * part).reshape(-1)) for part in (x * y, x * (1.0 - y), (1.0 - x) * y))
    wrong = alpha * alarms + beta * missed
    return np.asarray(wrong / (both + wrong))


def keras_dice(x: Array, y: Array) -> Array:
    """keras.losses.Dice of the regions along the last axis."""
    return np.asarray(1.0 - 2.0 * (y * x).sum(axis=-1) / (y.sum(axis=-1) + x.sum(axis=-1) + KERAS_EPSILON))


def keras_tversky(x: Array, y: Array, *, alpha: float, beta: float) -> Array:
    """keras.losses.Tversky of the regions along the last axis; alpha weighs what was missed."""
    both = (y * x).sum(axis=-1)
    missed = ((1.0 - x) * y).sum(axis=-1)
    alarms = (x * (1.0 - y)).sum(axis=-1)
    return np.asarray(1.0 - both / (both + missed * alpha + alarms * beta + KERAS_EPSILON))


def optax_dice(
    x: Array,
    y: Labels,
    *,
    class_weights: Any = None,
    apply_softmax: bool = True,
    reduction: str = "mean",
    ignore_background: bool = False,
    axis: Any = None,
    **overlap: float,
) -> Array:
    """optax.losses.dice_loss: softmax, or sigmoid for a last axis of 1; one value for each item of the batch.

    Raises:
        InputError: Shapes differ, no axis of classes is left, or rows of probabilities do not sum to 1.
    """
    x = x[..., None] if x.ndim == y.ndim - 1 else x
    y = y[..., None] if y.ndim == x.ndim - 1 else y
    if x.shape != y.shape:
        raise shapes_differ(x.shape, y.shape)
    y = y.astype(x.dtype)
    if apply_softmax:
        x = ops.sigmoid(x) if x.shape[-1] == 1 else ops.softmax(x)
    elif not np.allclose(x.sum(axis=-1), 1.0, rtol=1e-5):
        raise InputError("the probabilities of a row do not sum to 1")
    axes = tuple(range(1, x.ndim - 1)) if axis is None else tuple(np.atleast_1d(axis).astype(int).tolist())
    values = 1.0 - _overlap((x * y).sum(axis=axes), x.sum(axis=axes), y.sum(axis=axes), **overlap)
    if class_weights is not None:
        values = values * np.asarray(class_weights, x.dtype)
    if ignore_background and x.shape[-1] > 1:
        values = values[..., 1:]
    if not values.ndim and reduction != "none":
        raise InputError("no axis of classes is left")
    return np.asarray(
        values if reduction == "none" else values.sum(axis=-1) if reduction == "sum" else values.mean(axis=-1)
    )


def _overlap(
    both: Array, predicted: Array, true: Array, *, smooth: float = 1.0, alpha: float = 0.5, beta: float = 0.5
) -> Array:
    """Tversky's index of areas."""
    return (both + smooth) / (both + alpha * (predicted - both) + beta * (true - both) + smooth)


def optax_binary_dice(x: Array, y: Labels, *, smooth: float, apply_sigmoid: bool) -> Array:
    """optax.losses.binary_dice_loss; without the sigmoid it raises unless all is 1, as optax does."""
    if x.ndim == y.ndim and x.shape[-1] != 1:
        x, y = x[..., None], y[..., None]
    return optax_dice(x, y, smooth=smooth, apply_softmax=apply_sigmoid)


def optax_generalized_dice(
    x: Array, y: Labels, weights: None, *, smooth: float, apply_softmax: bool, ignore_background: bool
) -> Array:
    """optax.losses.multiclass_generalized_dice_loss: one number for batch and classes."""
    y = y.astype(x.dtype)
    rarity = 1.0 / (y.sum(axis=tuple(range(y.ndim - 1))) ** 2 + 1e-7)
    rarity = rarity / rarity.sum() * len(rarity)
    return np.asarray(
        optax_dice(
            x,
            y,
            class_weights=rarity,
            smooth=smooth,
            apply_softmax=apply_softmax,
            reduction="none",
            ignore_background=ignore_background,
        ).mean()
    )
