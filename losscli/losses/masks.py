"""Images of classes as the frameworks of PyTorch lay them out: ``(N, C, pixels..)`` with labels ``(N, pixels..)``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli import ops
from losscli.errors import InputError, shapes_differ
from losscli.lazy import np
from losscli.losses.label_sets import class_index

if TYPE_CHECKING:
    from losscli.ops import Array, Labels


def softmax(x: Array) -> Array:
    """The softmax along axis 1."""
    return np.moveaxis(ops.softmax(np.moveaxis(x, 1, -1)), -1, 1)


def log_softmax(x: Array) -> Array:
    """The log-softmax along axis 1."""
    return np.moveaxis(ops.log_softmax(np.moveaxis(x, 1, -1)), -1, 1)


def pixels(x: Array, y: Labels) -> None:
    """Refuse labels that are not one class number for each pixel.

    Raises:
        InputError: The shapes do not match.
    """
    if x.ndim < 2 or y.shape != (x.shape[0], *x.shape[2:]):
        raise InputError(f"predictions of shape {x.shape} take labels of shape {(*x.shape[:1], *x.shape[2:])}")


def same_shape(x: Array, y: Labels) -> None:
    """Refuse labels of another shape.

    Raises:
        InputError: The shapes differ, or have no class axis.
    """
    if x.shape != y.shape or x.ndim < 2:
        raise shapes_differ(x.shape, y.shape)


def planes(y: Labels, x: Array) -> Array:
    """One-hot labels in the shape of the predictions, from class numbers ``(N, pixels..)``.

    Raises:
        InputError: A number is no class.
    """
    return np.moveaxis(ops.one_hot(class_index(y, x.shape[1]), x.shape[1], x.dtype), -1, 1)


def by_class(values: Any, x: Array, option: str) -> Array:
    """A vector with one number per class, shaped to broadcast against ``x``.

    Raises:
        InputError: It has another length.
    """
    vector = np.asarray(values, x.dtype).reshape(-1)
    if vector.size != x.shape[1]:
        raise InputError(f"{option} has {vector.size} values for {x.shape[1]} classes")
    return vector.reshape(-1, *[1] * (x.ndim - 2))


def spatial(x: Array) -> tuple[int, ...]:
    """The axes of the pixels."""
    return tuple(range(2, x.ndim))
