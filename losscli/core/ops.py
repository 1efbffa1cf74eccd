"""Stable primitives. Each is within a few ulp of its formula over the whole range of float64.

All of them work along the last axis and keep the dtype of their input.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.lazy import lazy

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
else:
    np = lazy("numpy")


def _exp_below_top(x: Array) -> tuple[Array, Array, Array]:
    """``x - max``, ``exp(x - max)`` and the sum of the latter without its largest term.

    ``x - max`` is rounded, by up to half an ulp of a difference that may be hundreds; its exponential would be
    wrong by as many ulp. The rounding error is known exactly (Knuth's two-sum) and is put back to first order.
    """
    top = x.argmax(axis=-1, keepdims=True)
    peak = np.take_along_axis(x, top, axis=-1)
    with np.errstate(over="ignore", invalid="ignore"):
        shifted = x - peak
        taken = shifted - x
        error = (x - (shifted - taken)) - (peak + taken)
    powers = np.exp(shifted)
    error[~np.isfinite(error)] = 0.0  # a class of logit -inf is ruled out, exactly
    powers += powers * error
    others = powers.copy()
    np.put_along_axis(others, top, 0.0, axis=-1)
    return shifted, powers, total(others)


def log_softmax(x: Array) -> Array:
    """``x - log(sum(exp(x)))``, shape ``(..., C)``.

    The largest term stays out of the sum, so that a confident row's loss of 1e-40 is 1e-40 and not 0.
    """
    shifted, _, rest = _exp_below_top(x)
    return shifted - np.log1p(rest)[..., None]


def log_softmax_at(x: Array, index: NDArray[np.intp]) -> Array:
    """``log_softmax(x)`` of one class a row: ``(..., C)`` and ``(...)`` give ``(...)``."""
    shifted, _, rest = _exp_below_top(x)
    return take(shifted, index) - np.log1p(rest)


def softmax(x: Array) -> Array:
    """``exp(x) / sum(exp(x))``, shape ``(..., C)``."""
    _, powers, rest = _exp_below_top(x)
    return powers / (1.0 + rest)[..., None]


def logsumexp(x: Array) -> Array:
    """``log(sum(exp(x)))``: ``(..., C)`` gives ``(...)``."""
    _, _, rest = _exp_below_top(x)
    top: Array = x.max(axis=-1)
    return np.where(np.isfinite(top), top + np.log1p(rest), top)


def log_sigmoid(x: Array) -> Array:
    """``log(1 / (1 + exp(-x)))``, exact in both tails."""
    return np.minimum(x, 0.0) - np.log1p(np.exp(-np.abs(x)))


def sigmoid(x: Array) -> Array:
    """``1 / (1 + exp(-x))``, without overflow."""
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1.0, small) / (1.0 + small)


def log1mexp(x: Array) -> Array:
    """``log(1 - exp(x))`` for ``x <= 0`` (Maechler 2012)."""
    near = x > -np.log(2.0)
    with np.errstate(divide="ignore"):
        return np.where(near, np.log(-np.expm1(np.where(near, x, -1.0))), np.log1p(-np.exp(x)))


def total(x: Array) -> Array:
    """The sum of each row: ``(..., C)`` gives ``(...)``.

    Halves are added to halves, so that a number goes through log2(C) roundings; ``np.sum`` is off by 6 ulp where
    the terms of 127 classes tie, and by another amount on another processor.
    """
    while (width := x.shape[-1]) > 1:
        half = (width + 1) // 2
        head = x[..., :half].copy()
        head[..., : width - half] += x[..., half:]
        x = head
    return x[..., 0]


def xlogy(x: Array, y: Array) -> Array:
    """``x log y`` with ``0 log 0 = 0``."""
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        return np.where(x == 0.0, 0.0, x * np.log(y))


def weigh(weight: Array, cost: Array) -> Array:
    """``weight * cost`` with ``0 * inf = 0``: what does not count costs nothing."""
    with np.errstate(over="ignore", invalid="ignore"):
        return np.where(weight == 0.0, 0.0, weight * cost)


def take(x: Array, index: NDArray[Any]) -> Array:
    """One entry a row: ``(..., C)`` and ``(...)`` give ``(...)``."""
    return np.take_along_axis(x, index[..., None], axis=-1)[..., 0]
