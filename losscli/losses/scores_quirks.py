"""What the scores of whole data sets share, and formulas that only one framework's call has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli import ops
from losscli.errors import InputError, shapes_differ
from losscli.lazy import np
from losscli.losses.dataset_scores import average, check_share, columns, explained, summed, undefined, weighted_quantile
from losscli.losses.regression_robust import quantile
from losscli.losses.vocabulary import Param

if TYPE_CHECKING:
    from collections.abc import Callable

    from losscli.ops import Array, Labels

    Mean = Callable[[Array, Array | None], Array]

MULTIOUTPUT_VARIANCE = Param(
    "multioutput",
    "uniform_average",
    "Average the outputs evenly, by their variance, by these weights, or not at all (raw_values).",
    vector=True,
    choices=("uniform_average", "raw_values", "variance_weighted"),
)
FORCE_FINITE = Param("force_finite", True, "A constant label scores 0 or 1 instead of -inf or NaN.")


def same_rank(x: Array, y: Labels) -> tuple[Array, Array]:
    """Keras's rule: if ranks differ by one, a last axis of size 1 is dropped, or added to a vector.

    Raises:
        InputError: There are no labels, or they are words.
    """
    if y is None or y.dtype == object:
        raise InputError("there are no labels" if y is None else "the labels are words; this score takes numbers")
    x, y = ops.of_same_rank(x, y.astype(x.dtype))
    try:
        np.broadcast_shapes(x.shape, y.shape)
    except ValueError:
        raise shapes_differ(x.shape, y.shape) from None
    return x, y


def metric_mean(values: Array, weights: Any) -> Array:
    """keras.metrics.Mean: weights of any shape, over their sum; nothing, or no weight, gives 0.

    Raises:
        InputError: The weights do not broadcast to the values.
    """
    if weights is None:
        weights = np.ones((), values.dtype)
    weights = np.asarray(weights, values.dtype)
    if weights.ndim == values.ndim + 1 and weights.shape[-1] == 1:
        weights = weights[..., 0]
    if values.ndim > weights.ndim:
        values = values.mean(axis=tuple(range(weights.ndim, values.ndim)))
    try:
        weights = np.broadcast_to(weights, values.shape)
    except ValueError:
        raise InputError(f"sample weights of shape {weights.shape} for values of shape {values.shape}") from None
    divisor = summed(weights.reshape(-1))
    return summed((values * weights).reshape(-1)) / divisor if divisor else divisor


def r2(x: Array, y: Labels, weights: Array | None, mean: Mean, multioutput: Any, force_finite: bool) -> Array:
    """The coefficient of determination; NaN for fewer than two rows."""
    x, y, weights = columns(x, y, weights)
    if len(x) < 2:
        return undefined(x, multioutput)
    each = np.ones((), x.dtype) if weights is None else weights[:, None].astype(x.dtype)
    missed, variance = summed(each * (y - x) ** 2), summed(each * (y - mean(y, weights)) ** 2)
    return explained(missed, variance, "uniform_average" if multioutput is None else multioutput, force_finite)


def variance_share(
    x: Array, y: Labels, weights: Array | None, mean: Mean, multioutput: Any, force_finite: bool
) -> Array:
    """The explained variance, ignoring a constant offset of the predictions."""
    x, y, weights = columns(x, y, weights)
    missed = average(ops.sum3(y, -x, -mean(y - x, weights)) ** 2, weights)
    return explained(missed, average((y - mean(y, weights)) ** 2, weights), multioutput, force_finite)


def sklearn_r2(x: Array, y: Labels, weights: Array | None, *, multioutput: Any, force_finite: bool) -> Array:
    """sklearn.metrics.r2_score: the rounded mean of equal labels may differ from them, as if they varied."""
    return r2(x, y, weights, _rounded_mean, multioutput, force_finite)


def sklearn_variance_share(
    x: Array, y: Labels, weights: Array | None, *, multioutput: Any, force_finite: bool
) -> Array:
    """sklearn.metrics.explained_variance_score: as in r2_score, equal labels may seem to vary a little."""
    x, y, weights = columns(x, y, weights)
    error = y - x
    missed = average((error - _rounded_mean(error, weights)) ** 2, weights)
    return explained(missed, average((y - _rounded_mean(y, weights)) ** 2, weights), multioutput, force_finite)


def _rounded_mean(y: Array, weights: Array | None) -> Array:
    return np.asarray(np.average(y, axis=0, weights=weights))


def keras_r2(
    x: Array, y: Labels, weights: Array | None, *, class_aggregation: str | None, num_regressors: int
) -> Array:
    """keras.metrics.R2Score: the variance is a difference of sums; infinite scores are 0, 0 / 0 is NaN.

    Raises:
        InputError: Predictions or labels are no rows.
    """
    x, y = same_rank(x, y)
    if x.ndim != 2 or y.ndim != 2:
        raise InputError("R2Score takes rows of outputs: two axes", hint="[[1],[2],[3]] is one output")
    weights = np.ones((), x.dtype) if weights is None else np.asarray(weights, x.dtype)
    try:
        weights = np.broadcast_to(weights[:, None] if weights.ndim == 1 else weights, y.shape)
    except ValueError:
        raise InputError(f"sample weights of shape {weights.shape} for labels of shape {y.shape}") from None
    total, squares = (y * weights).sum(axis=0), (y * (y * weights)).sum(axis=0)
    variance = squares - total * (total / weights.sum(axis=0))
    scores = 1.0 - ((y - x) ** 2 * weights).sum(axis=0) / variance
    scores = np.where(np.isinf(scores), np.zeros((), x.dtype), scores)
    if class_aggregation == "uniform_average":
        scores = np.asarray(scores.mean())
    elif class_aggregation == "variance_weighted_average":
        variance = np.broadcast_to(variance, scores.shape)
        scores = np.asarray((variance * scores).sum() / variance.sum())
    spare = y.size - num_regressors - 1
    return np.asarray(1.0 - (1.0 - scores) * (y.size - 1.0) / spare if num_regressors and spare > 0 else scores)


def d2_pinball(x: Array, y: Labels, weights: Array | None, alpha: float, multioutput: Any) -> Array:
    """The fraction of quantile loss explained; NaN for fewer than two rows."""
    check_share(alpha)
    x, y, weights = columns(x, y, weights)
    if len(x) < 2:
        return undefined(x, multioutput)
    best = weighted_quantile(y, np.ones(len(y), y.dtype) if weights is None else weights, alpha)
    missed, whole = (average(quantile.kernel(guess, y, alpha=alpha), weights) for guess in (x, best))
    return explained(missed, whole, multioutput, True)
