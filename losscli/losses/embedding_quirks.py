"""Embedding formulas that only one framework's call has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli import ops
from losscli.errors import InputError, UsageError, shapes_differ
from losscli.lazy import np

if TYPE_CHECKING:
    from losscli.ops import Array, Labels

TORCH_EPSILON = 9.99999996004197e-13  # 1e-12 in float32, also where torch computes in float64


def keras_cosine(x: Array, y: Array) -> Array:
    """keras.metrics.CosineSimilarity: each vector times the reciprocal of its length, at most 1e7."""

    def unit(v: Array) -> Array:
        return np.asarray(v * np.minimum(1.0 / np.sqrt((v * v).sum(axis=-1, keepdims=True)), 1.0 / 1e-7))

    return np.asarray((unit(y) * unit(x)).sum(axis=-1))


def keras_minus_cosine(x: Array, y: Array) -> Array:
    """keras.losses.CosineSimilarity."""
    return -keras_cosine(x, y)


def optax_cosine(x: Array, y: Array, *, epsilon: float, axis: Any, where: Any = None) -> Array:
    """optax.losses.cosine_similarity: squared lengths are at least ``epsilon``; each array may have its own axis.

    Raises:
        InputError: One side is a single number.
    """
    kept = True if where is None else np.asarray(where) != 0
    given = None if axis is None else tuple(int(one) for one in np.atleast_1d(axis))
    if not x.ndim or not y.ndim:
        raise InputError("a single number is no vector")

    def total(v: Array, *, keepdims: bool) -> Array:
        axes = np.lib.array_utils.normalize_axis_tuple(range(v.ndim) if given is None else given, v.ndim)
        terms: Any = np.where(kept, v, 0.0)
        return np.asarray(terms.sum(axis=axes, keepdims=keepdims))

    x, y = (v / np.sqrt(np.maximum(total(v * v, keepdims=True), epsilon)) for v in (x, y))
    return total(x * y, keepdims=False)


def optax_cosine_distance(x: Array, y: Array, *, where: Any = None, **how: Any) -> Array:
    """One minus ``optax_cosine``, which cancels for nearly equal directions."""
    return 1.0 - optax_cosine(x, y, where=where, **how)


def torch_cosine_embedding(x: Array, sign: Labels, *, input2: Array, margin: float) -> Array:
    """torch.nn.CosineEmbeddingLoss: adds 1e-12 to squared lengths, so that a vector's cosine with itself is not 1.

    Raises:
        InputError: There is not one sign for each pair.
    """
    if sign.ndim > 1:
        raise InputError(f"one sign for each pair, not an array of shape {sign.shape}")
    squares = ((x * x).sum(axis=-1) + TORCH_EPSILON) * ((input2 * input2).sum(axis=-1) + TORCH_EPSILON)
    cosine = (x * input2).sum(axis=-1) / np.sqrt(squares)
    return np.where(sign == 1, 1.0 - cosine, np.where(sign == -1, np.maximum(cosine - margin, 0.0), 0.0))


def _distance(u: Array, v: Array, p: float, eps: float) -> Array:
    """torch.nn.functional.pairwise_distance: ``eps`` is added to every difference."""
    size = abs(u - v + eps)
    if p == 0.0:
        return np.asarray((size != 0.0).sum(axis=-1), u.dtype)
    if np.isinf(p):
        return np.asarray(size.max(axis=-1) if p > 0.0 else size.min(axis=-1))
    return np.asarray((size**p).sum(axis=-1) ** (1.0 / p) if p != 2.0 else np.sqrt((size * size).sum(axis=-1)))


def _cosine_distance(u: Array, v: Array) -> Array:
    """1 - torch.nn.functional.cosine_similarity: lengths are at least 1e-8."""

    def unit(x: Array) -> Array:
        return np.asarray(x / np.maximum(np.sqrt((x * x).sum(axis=-1, keepdims=True)), 1e-8))

    return np.asarray(1.0 - (unit(u) * unit(v)).sum(axis=-1))


def _check(margin: float) -> None:
    if margin <= 0.0:
        raise UsageError("--margin must be greater than 0")


def torch_triplet(
    x: Array, *, positive: Array, negative: Array, margin: float, p: float, eps: float, swap: bool
) -> Array:
    """torch.nn.TripletMarginLoss."""
    _check(margin)
    away = _distance(x, negative, p, eps)
    if swap:
        away = np.minimum(away, _distance(positive, negative, p, eps))
    return np.maximum(margin + _distance(x, positive, p, eps) - away, 0.0)


def torch_triplet_with_distance(
    x: Array, *, positive: Array, negative: Array, distance_function: str | None, margin: float, swap: bool
) -> Array:
    """torch.nn.TripletMarginWithDistanceLoss, with the distances that have a name.

    Raises:
        UsageError: No distance has that name.
    """
    _check(margin)

    def distance(u: Array, v: Array) -> Array:
        match distance_function:
            case None | "pairwise_distance":
                return _distance(u, v, 2.0, 1e-6)
            case "pairwise_distance(p=1)":
                return _distance(u, v, 1.0, 1e-6)
            case "1 - cosine_similarity":
                return _cosine_distance(u, v)
            case "max_abs":
                return np.asarray(abs(u - v).max(axis=-1))
            case _:
                raise UsageError(f"--distance-function {distance_function}: there is no such distance")

    away = distance(x, negative)
    if swap:
        away = np.minimum(away, distance(positive, negative))
    return np.maximum(margin + distance(x, positive) - away, 0.0)


def optax_triplet(
    x: Array, *, positives: Array, negatives: Array, norm_degree: float, margin: float, eps: float
) -> Array:
    """optax.losses.triplet_margin_loss: ``eps`` is added to the sum of powers of the signed differences."""

    def distance(v: Array) -> Array:
        return np.asarray((((x - v) ** norm_degree).sum(axis=-1) + eps) ** (1.0 / norm_degree))

    return np.maximum(distance(positives) - distance(negatives) + margin, 0.0)


def _vectors(x: Array) -> None:
    if x.ndim != 2:
        raise InputError(f"rows of vectors are wanted, not an array of shape {x.shape}")


def optax_ntxent(x: Array, y: Labels, weights: None, *, temperature: float) -> Array:
    """optax.losses.ntxent: the mean over all ordered positive pairs; differences of hundreds give an infinite loss.

    Raises:
        InputError: There is not one label for each row.
    """
    _vectors(x)
    if y.shape != x.shape[:1]:
        raise shapes_differ(x.shape, y.shape)
    squares = np.maximum((x * x).sum(axis=-1, keepdims=True), np.finfo(x.dtype).eps)
    unit = x / np.sqrt(squares)
    similarity = unit @ unit.T / temperature
    same = y[:, None] == y
    pair = same & ~np.eye(len(y), dtype=bool)
    rivals = np.where(same, -np.inf, similarity)
    partners = np.where(pair, similarity, -np.inf)
    top = np.maximum(rivals, partners).max(axis=1, keepdims=True)
    powers = np.exp(partners - top)
    log_p = partners - top - np.log(np.exp(rivals - top).sum(axis=1, keepdims=True) + powers)
    return np.asarray(-np.where(pair, log_p, 0.0).sum() / int(np.count_nonzero(pair)))


def circle_rows(x: Array, y: Labels, *, gamma: float, margin: float, remove_diagonal: bool) -> Array:
    """The circle loss of each row; 0 where there is no positive or no negative.

    Raises:
        InputError: There is not one label for each row.
    """
    _vectors(x)
    if y.size != len(x):
        raise InputError(f"one label for each of {len(x)} rows, not an array of shape {y.shape}")
    distance = np.maximum(1.0 - x @ x.T, 0.0)
    labels = y.reshape(-1)
    same = labels[:, None] == labels
    other = ~same
    if remove_diagonal:
        same = same & ~np.eye(len(labels), dtype=bool)
    attract = -gamma * np.maximum(margin + distance, 0.0) * (margin - distance)
    repel = gamma * np.maximum(1.0 + margin - distance, 0.0) * (1.0 - margin - distance)
    near = ops.logsumexp(np.where(same, attract, -np.inf))
    return np.logaddexp(0.0, near + ops.logsumexp(np.where(other, repel, -np.inf)))


def keras_circle(x: Array, y: Labels, *, gamma: float, margin: float, remove_diagonal: bool) -> Array:
    """keras.losses.Circle: labels are made whole numbers, and rows of loss 0 do not count."""
    values = circle_rows(x, y.astype(np.int32), gamma=gamma, margin=margin, remove_diagonal=remove_diagonal)
    return np.ma.masked_equal(values, 0.0)
