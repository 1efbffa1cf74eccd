"""Smooth functions of means as means of one value per row, with the score as mean and the same variance.

The delta method: to first order, a function g of means m changes with a row by the gradient of g times the row's
distance from m. A constant fitted to the labels (their mean, median, frequencies) is optimal, so its cost does not
change with it to first order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.errors import InputError
from losscli.lazy import np
from losscli.losses.dataset_scores import average, check_domain, columns, log_gaps, weighted_quantile
from losscli.losses.deviances import deviance
from losscli.losses.regression_robust import quantile
from losscli.losses.scores_quirks import same_rank

if TYPE_CHECKING:
    from losscli.ops import Array, Labels


def moving(value: Array, gradient: Array, values: Array, weights: Array | None) -> Array:
    """``value + gradient * (values - their mean)`` for each row; the mean of rows ``(N, ...)`` is weighted."""
    middle = average(values, weights)
    if weights is None:
        return np.asarray(value + gradient * (values - middle))
    share = weights * (len(weights) / weights.sum())
    return np.asarray(value + share.reshape(-1, *[1] * (values.ndim - 1)) * (gradient * (values - middle)))


def explained(missed: Array, whole: Array, weights: Array | None) -> Array:
    """``1 - mean(missed) / mean(whole)``, one value per row.

    Raises:
        InputError: There is nothing to explain.
    """
    a, b = average(missed, weights), average(whole, weights)
    if not np.all(b):
        raise InputError("all labels are alike, so that there is nothing to explain")
    score = 1.0 - a / b
    return moving(score, -1.0 / b, missed, weights) + moving(score, a / b / b, whole, weights) - score


def over_outputs(values: Array, multioutput: Any) -> Array:
    """One value per row from those of all outputs.

    Raises:
        InputError: One value for each output was asked for.
    """
    if multioutput is None or (isinstance(multioutput, str) and multioutput == "uniform_average"):
        return np.asarray(values.mean(axis=1))
    if isinstance(multioutput, str):
        raise InputError("several numbers")
    return np.asarray(np.average(values, axis=1, weights=np.asarray(multioutput, np.float64)))


def root(x: Array, y: Labels, weights: Array | None, *, multioutput: Any = "", **_: Any) -> Array:
    """The root of the mean of squares: one over all outputs, or one for each, which are averaged."""
    if isinstance(multioutput, str) and not multioutput:
        x, y = same_rank(x, y)
        gaps = x - y
        return _root((gaps.reshape(len(gaps), -1) ** 2).mean(axis=1), weights)
    x, y, weights = columns(x, y, weights)
    return over_outputs(_root((x - y) ** 2, weights), multioutput)


def log_root(x: Array, y: Labels, weights: Array | None, *, multioutput: Any = None, **_: Any) -> Array:
    """The same for differences of logarithms."""
    gaps, weights = log_gaps(x, y, weights)
    return over_outputs(_root(gaps**2, weights), multioutput)


def _root(squares: Array, weights: Array | None) -> Array:
    value = np.sqrt(average(squares, weights))
    return moving(value, 0.5 / np.where(value > 0.0, value, 1.0), squares, weights)


def r2(x: Array, y: Labels, weights: Array | None, *, multioutput: Any = None, **_: Any) -> Array:
    """The coefficient of determination."""
    x, y, weights = columns(x, y, weights)
    missed, whole = (y - x) ** 2, (y - average(y, weights)) ** 2
    return _shares(missed, whole, weights, multioutput)


def variance(x: Array, y: Labels, weights: Array | None, *, multioutput: Any = None, **_: Any) -> Array:
    """The explained variance, ignoring a constant offset of the predictions."""
    x, y, weights = columns(x, y, weights)
    errors = y - x
    missed, whole = ((values - average(values, weights)) ** 2 for values in (errors, y))
    return _shares(missed, whole, weights, multioutput)


def _shares(missed: Array, whole: Array, weights: Array | None, multioutput: Any) -> Array:
    if isinstance(multioutput, str) and multioutput == "variance_weighted":
        return explained(missed.sum(axis=1), whole.sum(axis=1), weights)
    return over_outputs(explained(missed, whole, weights), multioutput)


def tweedie(x: Array, y: Labels, weights: Array | None, *, power: float = 0.0, **_: Any) -> Array:
    """The fraction of deviance explained, relative to the mean of the labels."""
    x, y, weights = columns(x, y, weights, single=True)
    check_domain(x, y, power)
    constant = np.broadcast_to(average(y, weights), y.shape)
    return explained(deviance(x, y, power)[:, 0], deviance(constant, y, power)[:, 0], weights)


def pinball(
    x: Array, y: Labels, weights: Array | None, *, alpha: float = 0.5, multioutput: Any = None, **_: Any
) -> Array:
    """The fraction of quantile loss explained, relative to the labels' quantile, or their median without ``alpha``."""
    x, y, weights = columns(x, y, weights)
    best = weighted_quantile(y, np.ones(len(y), y.dtype) if weights is None else weights, alpha)
    missed, whole = (quantile.kernel(guess, y, alpha=alpha) for guess in (x, best))
    return over_outputs(explained(missed, whole, weights), multioutput)
