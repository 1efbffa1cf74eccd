"""The projection onto the probability simplex: sparsemax."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.lazy import np
from losscli.ops import sum3

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from losscli.ops import Array


def projection(scores: Array) -> tuple[Array, Array]:
    """The nearest distribution to each row of scores, and how far each score is below its support.

    The threshold is kept in two floats: a probability of 1e-9 is right to its last digits, not to its ninth.

    Args:
        scores: ``(..., C)``; -inf has probability 0.

    Returns:
        ``p`` and ``max(0, threshold - score)``, both ``(..., C)``.
    """
    top = scores.max(axis=-1, keepdims=True)
    z = scores - top
    error = _finite((scores - (z - (z - scores))) - (top + (z - scores)))  # of z, exactly (Knuth's two-sum)
    order = np.argsort(-z, axis=-1, kind="stable")
    ordered = np.take_along_axis(z, order, axis=-1)
    sums = np.cumsum(ordered, axis=-1)
    before = np.concatenate([np.zeros_like(sums[..., :1]), sums[..., :-1]], axis=-1)
    taken = sums - before
    lost = (before - (sums - taken)) + (ordered - taken) + np.take_along_axis(error, order, axis=-1)
    lost = np.cumsum(_finite(lost), axis=-1)
    ranks = np.arange(1, scores.shape[-1] + 1, dtype=scores.dtype)
    size = np.maximum((1.0 + ranks * ordered > sums).sum(axis=-1, keepdims=True), 1)
    gap = _gap(z, error, sums, lost, size)
    size = np.maximum((gap > 0.0).sum(axis=-1, keepdims=True), 1)  # the comparison above was rounded
    gap = _gap(z, error, sums, lost, size)
    return np.maximum(gap, 0.0), np.maximum(-gap, 0.0)


def _gap(z: Array, error: Array, sums: Array, lost: Array, size: NDArray[np.intp]) -> Array:
    """How far each score lies above the threshold that leaves ``size`` of them above it."""
    mass = np.take_along_axis(sums, size - 1, axis=-1)
    lost = np.take_along_axis(lost, size - 1, axis=-1)
    count = size.astype(z.dtype)
    over = mass - 1.0
    lost = lost + (mass - (over + 1.0))
    threshold = over / count
    bits = 4097.0 if z.dtype == np.float32 else 134217729.0
    high = bits * threshold  # Veltkamp's split: half a float times a count is exact
    high = high - (high - threshold)
    rest = ((over - high * count) - (threshold - high) * count + lost) / count
    return sum3(z, -threshold, error - rest)


def _finite(error: Array) -> Array:
    """Replace NaN, which comes from a score of -inf, by 0."""
    return np.where(np.isfinite(error), error, 0.0)
