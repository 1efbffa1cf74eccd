"""Regression formulas that only one framework's call has."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from losscli import ops
from losscli.errors import InputError, UsageError
from losscli.lazy import np
from losscli.losses.dataset_scores import average, averaged, check_domain, check_power, columns, log_gaps, over_outputs
from losscli.losses.deviances import deviance

if TYPE_CHECKING:
    from losscli.ops import Array, Labels

ADDED = "Adds 1e-7 to the rate before its logarithm; the logarithm of a negative rate is NaN."
FLOAT32_LOG_2 = "Its log 2 is a float32, so that no error costs -1.9e-9."

sklearn_squared = averaged(lambda x, y: (y - x) ** 2)
sklearn_absolute = averaged(lambda x, y: abs(x - y))
sklearn_percentage = averaged(lambda x, y: abs(x - y) / np.maximum(abs(y), 2.0**-52))  # float64's epsilon, always


def torch_huber(prediction: Array, target: Array, *, delta: float) -> Array:
    """torch.nn.HuberLoss: the threshold must be positive.

    Raises:
        UsageError: It is not.
    """
    if not delta > 0:
        raise UsageError(f"--delta is {delta:g}; it must be positive")
    size = abs(prediction - target)
    return np.where(size < delta, 0.5 * size * size, delta * (size - 0.5 * delta))


def keras_log_cosh(prediction: Array, target: Array) -> Array:
    """keras.losses.LogCosh: ``e + softplus(-2 e) - log 2`` with the log 2 of float32."""
    error = prediction - target
    softplus = np.maximum(-2.0 * error, 0.0) + np.log1p(np.exp(-2.0 * abs(error)))
    return np.asarray(error + softplus - np.float32(math.log(2.0)).astype(error.dtype))


def keras_poisson(prediction: Array, target: Array) -> Array:
    """keras.losses.Poisson: a count of 0 does not hide the logarithm of a negative rate."""
    return prediction - target * np.log(prediction + 1e-7)


def tf_log_poisson(prediction: Array, target: Array, *, full: bool) -> Array:
    """tf.nn.log_poisson_loss: log y! is left out for counts in [0, 1] only."""
    cost = np.exp(prediction) - target * prediction
    small = (target >= 0.0) & (target <= 1.0)
    return cost + np.where(small, 0.0, ops.stirling(target)) if full else cost


def half_square(x: Array) -> Array:
    """tf.nn.l2_loss before its sum."""
    return 0.5 * x * x


def _errors(x: Array, y: Labels | None) -> Array:
    """The errors as in optax: missing labels count as zeros."""
    try:
        return x if y is None else x - y.astype(x.dtype)
    except ValueError as error:
        raise InputError(f"predictions and labels do not match: {error}") from None


def optax_squared(x: Array, y: Labels | None = None) -> Array:
    """optax.losses.squared_error: shapes must be equal.

    Raises:
        InputError: They are not.
    """
    if y is not None and y.shape != x.shape:
        raise InputError(f"predictions of shape {x.shape} and labels of shape {y.shape}")
    return _errors(x, y) ** 2


def optax_l2(x: Array, y: Labels | None = None) -> Array:
    """optax.losses.l2_loss: shapes must be equal."""
    return 0.5 * optax_squared(x, y)


def optax_huber(x: Array, y: Labels | None = None, *, delta: float) -> Array:
    """optax.losses.huber_loss: shapes broadcast, an infinite delta gives NaN."""
    size = abs(_errors(x, y))
    inside = np.minimum(size, delta)
    return 0.5 * inside * inside + delta * (size - inside)


def optax_log_cosh(x: Array, y: Labels | None = None) -> Array:
    """optax.losses.log_cosh: shapes broadcast."""
    return ops.log_cosh(_errors(x, y))


def sklearn_squared_log(x: Array, y: Labels, weights: Array | None, *, multioutput: Any) -> Array:
    """sklearn.metrics.mean_squared_log_error."""
    gaps, weights = log_gaps(x, y, weights)
    return over_outputs(average(gaps**2, weights), multioutput)


def sklearn_root(x: Array, y: Labels, weights: Array | None, *, multioutput: Any) -> Array:
    """sklearn.metrics.root_mean_squared_error: the root of each output, then their mean."""
    x, y, weights = columns(x, y, weights)
    if x.shape[1] == 1 and np.size(multioutput) == 1 and multioutput != "raw_values" and multioutput != 0:
        multioutput = "uniform_average"  # unlike the other scores, it takes one weight for one output
    return over_outputs(np.sqrt(average((y - x) ** 2, weights)), multioutput)


def sklearn_deviance(x: Array, y: Labels, weights: Array | None, *, power: float) -> Array:
    """sklearn.metrics.mean_tweedie_deviance: one output, and the values must be possible."""
    check_power(power)
    x, y, weights = columns(x, y, weights, single=True)
    check_domain(x, y, power)
    return average(deviance(x, y, power), weights).reshape(())
