"""Regression formulas that only one framework's call has, and what its averages over a whole data set share."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from losscli import ops
from losscli.errors import InputError, UsageError
from losscli.lazy import lazy
from losscli.losses.vocabulary import Param

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from losscli.ops import Array
else:
    np = lazy("numpy")

ADDED = "Adds 1e-7 to the rate before its logarithm; the logarithm of a negative rate is NaN."
FLOAT32_LOG_2 = "Its log 2 is a float32, so that no error costs -1.9e-9."
MULTIOUTPUT = Param(
    "multioutput",
    "uniform_average",
    "Outputs alike, each for itself, or weighted by these numbers.",
    vector=True,
    choices=("uniform_average", "raw_values"),
)
TOO = "scikit-learn raises, too"
OVER_OUTPUTS = (
    "mean(each) if multioutput == 'uniform_average' or multioutput is None else "
    "each if multioutput == 'raw_values' else sum(multioutput * each) / sum(multioutput)"
)


# Formulas of single values


def huber(size: Array, delta: float) -> Array:
    """The Huber loss of a difference's size."""
    return np.where(size <= delta, 0.5 * size * size, delta * (size - 0.5 * delta))


def torch_huber(prediction: Array, target: Array, *, delta: float) -> Array:
    """torch.nn.HuberLoss: the threshold must be positive."""
    if not delta > 0:
        raise UsageError(f"--delta is {delta:g}; torch takes positive numbers only")
    size = abs(prediction - target)
    return np.where(size < delta, 0.5 * size * size, delta * (size - 0.5 * delta))


def smooth_l1(size: Array, beta: float) -> Array:
    """The size of a difference, rounded off below ``beta``."""
    inside = size < beta
    return np.where(inside, 0.5 * size * (np.where(inside, size, 0.0) / (beta or 1.0)), size - 0.5 * beta)


def torch_smooth_l1(prediction: Array, target: Array, *, beta: float) -> Array:
    """torch.nn.SmoothL1Loss: the threshold must not be negative."""
    if beta < 0:
        raise UsageError(f"--beta is {beta:g}; torch takes 0 and positive numbers only")
    return smooth_l1(abs(prediction - target), beta)


def keras_log_cosh(prediction: Array, target: Array) -> Array:
    """keras.losses.LogCosh: ``e + softplus(-2 e) - log 2`` with the log 2 of float32."""
    error = prediction - target
    softplus = np.maximum(-2.0 * error, 0.0) + np.log1p(np.exp(-2.0 * abs(error)))
    return np.asarray(error + softplus - np.float32(math.log(2.0)).astype(error.dtype))


def keras_poisson(prediction: Array, target: Array) -> Array:
    """keras.losses.Poisson: a count of 0 does not hide the logarithm of a negative rate."""
    return prediction - target * np.log(prediction + 1e-7)


def stirling(count: Array) -> Array:
    """An approximation of ``log(count!)``."""
    return count * np.log(count) - count + 0.5 * np.log(2.0 * math.pi * count)


def tf_log_poisson(prediction: Array, target: Array, *, full: bool) -> Array:
    """tf.nn.log_poisson_loss: log y! is left out for counts in [0, 1] only."""
    cost = np.exp(prediction) - target * prediction
    small = (target >= 0.0) & (target <= 1.0)
    return cost + np.where(small, 0.0, stirling(target)) if full else cost


def check_share(alpha: float) -> None:
    """Refuse a quantile that is none.

    Raises:
        UsageError: See above.
    """
    if not 0.0 <= alpha <= 1.0:
        raise UsageError(f"--alpha is {alpha:g}; it must lie between 0 and 1")


def pinball(prediction: Array, target: Array, alpha: float) -> Array:
    """The quantile loss of each value; ``alpha`` lies in [0, 1]."""
    check_share(alpha)
    difference = target - prediction
    return np.maximum(alpha * difference, (alpha - 1.0) * difference)


def log_difference(x: Array, y: Array) -> Array:
    """``|log(1 + x) - log(1 + y)|`` by one logarithm, so that nothing cancels where x is near y."""
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        ratio = abs(x - y) / (1.0 + np.minimum(x, y))
        return np.where(np.isinf(ratio), abs(np.log1p(x) - np.log1p(y)), np.log1p(ratio))


def half_square(x: Array) -> Array:
    """tf.nn.l2_loss before its sum."""
    return 0.5 * x * x


def _errors(x: Array, y: NDArray[Any] | None) -> Array:
    """optax: labels that are left out are zeros."""
    try:
        return x if y is None else x - y.astype(x.dtype)
    except ValueError as error:
        raise InputError(f"predictions and labels do not go together: {error}") from None


def optax_squared(x: Array, y: NDArray[Any] | None = None) -> Array:
    """optax.losses.squared_error: shapes must be equal."""
    if y is not None and y.shape != x.shape:
        raise InputError(f"predictions of shape {x.shape} and labels of shape {y.shape}", hint="optax raises, too")
    return _errors(x, y) ** 2


def optax_l2(x: Array, y: NDArray[Any] | None = None) -> Array:
    """optax.losses.l2_loss: shapes must be equal."""
    return 0.5 * optax_squared(x, y)


def optax_huber(x: Array, y: NDArray[Any] | None = None, *, delta: float) -> Array:
    """optax.losses.huber_loss: shapes broadcast, an infinite delta gives NaN."""
    size = abs(_errors(x, y))
    inside = np.minimum(size, delta)
    return 0.5 * inside * inside + delta * (size - inside)


def optax_log_cosh(x: Array, y: NDArray[Any] | None = None) -> Array:
    """optax.losses.log_cosh: shapes broadcast."""
    return ops.log_cosh(_errors(x, y))


# Averages over a whole data set


def columns(
    x: Array, y: NDArray[Any] | None, weights: Array | None, *, single: bool = False
) -> tuple[Array, Array, Array | None]:
    """Predictions and labels as ``(N, outputs)`` and weights as ``(N,)``, as scikit-learn takes them.

    Raises:
        InputError: Shapes that do not match, numbers that are not finite, no rows, more outputs than one if
            ``single``.
    """
    if y is None or y.dtype == object:
        raise InputError("there are no labels" if y is None else "the labels are words; this call takes numbers")
    y = y.astype(x.dtype)
    if x.ndim > 2 or y.ndim > 2:
        raise InputError(f"predictions with {max(x.ndim, y.ndim)} axes; this score takes rows of outputs", hint=TOO)
    x, y = (a.reshape(len(a), -1) if a.ndim == 2 else a.reshape(-1, 1) for a in (x, y))
    if x.shape != y.shape:
        raise InputError(
            f"predictions of {x.shape[0]} rows and {x.shape[1]} outputs, labels of {y.shape[0]} and {y.shape[1]}",
            hint=TOO,
        )
    if not len(x):
        raise InputError("there are no rows", hint=TOO)
    if single and x.shape[1] > 1:
        raise InputError(f"this score takes one output, not {x.shape[1]}", hint=TOO)
    weights = _row_weights(weights, x)
    for array in (x, y, weights):
        if array is not None and not np.isfinite(array).all():
            raise InputError("NaN or infinity among predictions, labels or weights", hint=TOO)
    return x, y, weights


def _row_weights(weights: Array | None, x: Array) -> Array | None:
    """One weight for each row, of the dtype of the predictions."""
    if weights is None:
        return None
    weights = np.asarray(weights, x.dtype)
    weights = np.broadcast_to(weights, len(x)) if weights.ndim == 0 else weights
    if weights.shape != (len(x),):
        raise InputError(f"sample weights of shape {weights.shape} for {len(x)} rows", hint=TOO)
    if not weights.any():
        raise InputError("all sample weights are 0", hint=TOO)
    return weights


def summed(values: Array) -> Array:
    """The correctly rounded sum over the first axis: the same in any order of the rows."""
    table = values.reshape(len(values), -1).astype(np.float64)
    try:
        sums = [math.fsum(column) for column in table.T.tolist()]
    except (OverflowError, ValueError):  # infinities, or sums that become infinite
        sums = table.sum(axis=0).tolist()
    return np.asarray(sums, values.dtype).reshape(values.shape[1:])


def average(values: Array, weights: Array | None) -> Array:
    """The mean over the rows ``(N, ...)``; weights ``(N,)`` divide by their sum."""
    if weights is None:
        return summed(values) / values.dtype.type(len(values))
    weights = weights.astype(values.dtype).reshape(-1, *[1] * (values.ndim - 1))
    return summed(values * weights) / summed(weights)


def over_outputs(scores: Array, multioutput: Any, variances: Array | None = None) -> Array:
    """One number from the scores of all outputs, or all of them."""
    if isinstance(multioutput, str) and multioutput == "raw_values":
        return scores
    if isinstance(multioutput, str) and multioutput == "variance_weighted" and variances is not None:
        multioutput = variances if variances.any() else None
    elif isinstance(multioutput, str) and multioutput == "uniform_average":
        multioutput = None
    elif isinstance(multioutput, str):
        raise UsageError(f"--multioutput {multioutput} is not known here")
    elif multioutput is not None:
        multioutput = np.asarray(multioutput, np.float64).reshape(-1)
        if len(scores) == 1 or multioutput.shape != scores.shape:
            raise UsageError(f"--multioutput has {multioutput.size} weights for {len(scores)} outputs", hint=TOO)
        if not multioutput.sum():
            raise UsageError("--multioutput: the weights sum to 0", hint=TOO)
    return average(scores, multioutput)


def sklearn_squared(x: Array, y: NDArray[Any], weights: Array | None, *, multioutput: Any) -> Array:
    """sklearn.metrics.mean_squared_error."""
    x, y, weights = columns(x, y, weights)
    return over_outputs(average((y - x) ** 2, weights), multioutput)


def sklearn_absolute(x: Array, y: NDArray[Any], weights: Array | None, *, multioutput: Any) -> Array:
    """sklearn.metrics.mean_absolute_error."""
    x, y, weights = columns(x, y, weights)
    return over_outputs(average(abs(x - y), weights), multioutput)


def sklearn_percentage(x: Array, y: NDArray[Any], weights: Array | None, *, multioutput: Any) -> Array:
    """sklearn.metrics.mean_absolute_percentage_error: fractions of at least float64's epsilon, also in float32."""
    x, y, weights = columns(x, y, weights)
    return over_outputs(average(abs(x - y) / np.maximum(abs(y), 2.0**-52), weights), multioutput)


def sklearn_pinball(x: Array, y: NDArray[Any], weights: Array | None, *, alpha: float, multioutput: Any) -> Array:
    """sklearn.metrics.mean_pinball_loss."""
    x, y, weights = columns(x, y, weights)
    return over_outputs(average(pinball(x, y, alpha), weights), multioutput)


def log_gaps(x: Array, y: NDArray[Any], weights: Array | None) -> tuple[Array, Array | None]:
    """The differences of ``log(1 + .)``, ``(N, outputs)``, and the weights."""
    x, y, weights = columns(x, y, weights)
    if min(x.min(), y.min()) <= -1.0:
        raise InputError("values of -1 or less have no log(1 + x)", hint=TOO)
    return log_difference(x, y), weights


def sklearn_squared_log(x: Array, y: NDArray[Any], weights: Array | None, *, multioutput: Any) -> Array:
    """sklearn.metrics.mean_squared_log_error."""
    gaps, weights = log_gaps(x, y, weights)
    return over_outputs(average(gaps**2, weights), multioutput)


def sklearn_root(x: Array, y: NDArray[Any], weights: Array | None, *, multioutput: Any) -> Array:
    """sklearn.metrics.root_mean_squared_error: the root of each output, then their mean."""
    x, y, weights = columns(x, y, weights)
    if x.shape[1] == 1 and np.size(multioutput) == 1 and multioutput != "raw_values" and multioutput != 0:
        multioutput = "uniform_average"  # unlike the other scores, it takes one weight for one output
    return over_outputs(np.sqrt(average((y - x) ** 2, weights)), multioutput)


def check_power(power: float) -> None:
    """Refuse powers for which there is no distribution.

    Raises:
        UsageError: It lies between 0 and 1.
    """
    if 0 < power < 1 or math.isnan(power):
        raise UsageError(f"--power is {power:g}; it must be at most 0 or at least 1")


def check_domain(x: Array, y: Array, power: float) -> None:
    """Refuse values that Tweedie's distribution of that power does not have.

    Raises:
        InputError: Such values.
    """
    if power != 0 and (x <= 0).any():
        raise InputError(f"predictions must be positive for a deviance of power {power:g}", hint=TOO)
    if power >= 1 and ((y < 0).any() or (power >= 2 and (y == 0).any())):
        raise InputError(f"labels must be {'positive' if power >= 2 else '0 or more'} for power {power:g}", hint=TOO)


def sklearn_deviance(x: Array, y: NDArray[Any], weights: Array | None, *, power: float) -> Array:
    """sklearn.metrics.mean_tweedie_deviance: one output, and the values must be possible."""
    check_power(power)
    x, y, weights = columns(x, y, weights, single=True)
    check_domain(x, y, power)
    return average(ops.deviance(x, y, power), weights).reshape(())
