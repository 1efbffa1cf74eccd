"""Averages over the rows and outputs of a whole data set, shared by scores and regression errors."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from losscli import ops
from losscli.errors import InputError, UsageError
from losscli.lazy import np
from losscli.losses.vocabulary import Param

if TYPE_CHECKING:
    from losscli.losses.vocabulary import Kernel
    from losscli.ops import Array, Labels

MULTIOUTPUT = Param(
    "multioutput",
    "uniform_average",
    "Average the outputs evenly, by these weights, or not at all (raw_values).",
    vector=True,
    choices=("uniform_average", "raw_values"),
)
POWER = Param("power", 0.0, "0 squared error, 1 Poisson, 2 gamma, 3 inverse Gaussian; none between 0 and 1.")
OVER_OUTPUTS = (
    "mean(each) if multioutput == 'uniform_average' or multioutput is None else "
    "each if multioutput == 'raw_values' else sum(multioutput * each) / sum(multioutput)"
)


def no_weights(weights: Array | None) -> None:
    """Refuse sample weights of a call that takes none.

    Raises:
        UsageError: There are some.
    """
    if weights is not None:
        raise UsageError("this call takes no sample weights")


def columns(
    x: Array, y: Labels | None, weights: Array | None, *, single: bool = False
) -> tuple[Array, Array, Array | None]:
    """Predictions and labels as ``(N, outputs)`` and weights as ``(N,)``, as scikit-learn takes them.

    Raises:
        InputError: Shapes that do not match, numbers that are not finite, no rows, or several outputs with
            ``single``.
    """
    if y is None or y.dtype == object:
        raise InputError("there are no labels" if y is None else "the labels are words; this call takes numbers")
    y = y.astype(x.dtype)
    if x.ndim > 2 or y.ndim > 2:
        raise InputError(f"predictions with {max(x.ndim, y.ndim)} axes; this score takes rows of outputs")
    x, y = (a.reshape(len(a), -1) if a.ndim == 2 else a.reshape(-1, 1) for a in (x, y))
    if x.shape != y.shape:
        raise InputError(
            f"predictions of {x.shape[0]} rows and {x.shape[1]} outputs, labels of {y.shape[0]} and {y.shape[1]}"
        )
    if not len(x):
        raise InputError("there are no rows")
    if single and x.shape[1] > 1:
        raise InputError(f"this score takes one output, not {x.shape[1]}")
    weights = _row_weights(weights, x)
    for array in (x, y, weights):
        if array is not None and not np.isfinite(array).all():
            raise InputError("NaN or infinity among predictions, labels or weights")
    return x, y, weights


def _row_weights(weights: Array | None, x: Array) -> Array | None:
    """One weight for each row, of the dtype of the predictions."""
    if weights is None:
        return None
    weights = np.asarray(weights, x.dtype)
    weights = np.broadcast_to(weights, len(x)) if weights.ndim == 0 else weights
    if weights.shape != (len(x),):
        raise InputError(f"sample weights of shape {weights.shape} for {len(x)} rows")
    if not weights.any():
        raise InputError("all sample weights are 0")
    return weights


def summed(values: Array) -> Array:
    """The correctly rounded sum over the first axis: the same in any order of the rows."""
    table = values.reshape(len(values), -1).astype(np.float64)
    try:
        sums = [math.fsum(column) for column in table.T.tolist()]
    except (OverflowError, ValueError):  # infinities, or sums that overflow
        sums = table.sum(axis=0).tolist()
    return np.asarray(sums, values.dtype).reshape(values.shape[1:])


def average(values: Array, weights: Array | None) -> Array:
    """The mean over the rows ``(N, ...)``; weights ``(N,)`` divide by their sum."""
    if weights is None:
        return summed(values) / values.dtype.type(len(values))
    weights = weights.astype(values.dtype).reshape(-1, *[1] * (values.ndim - 1))
    return summed(values * weights) / summed(weights)


def over_outputs(scores: Array, multioutput: Any, variances: Array | None = None) -> Array:
    """One number from the scores of all outputs, or all of them.

    Raises:
        UsageError: ``multioutput`` is no known word, and no weights of the outputs.
    """
    if isinstance(multioutput, str) and multioutput == "raw_values":
        return scores
    if isinstance(multioutput, str) and multioutput == "variance_weighted" and variances is not None:
        multioutput = variances if variances.any() else None
    elif isinstance(multioutput, str) and multioutput == "uniform_average":
        multioutput = None
    elif isinstance(multioutput, str):
        raise UsageError(f"--multioutput {multioutput} is not known here")
    elif multioutput is not None:
        multioutput = np.atleast_1d(np.asarray(multioutput, np.float64))
        if multioutput.ndim > 1:
            raise UsageError(f"--multioutput has the shape {multioutput.shape}; it takes one weight for each output")
        if len(scores) == 1 or multioutput.shape != scores.shape:
            raise UsageError(f"--multioutput has {multioutput.size} weights for {len(scores)} outputs")
        if not multioutput.sum():
            raise UsageError("--multioutput: the weights sum to 0")
    return average(scores, multioutput)


def averaged(cost: Kernel) -> Kernel:
    """A kernel that averages ``cost(x, y)``, of shape ``(N, outputs)``, over a data set.

    Its ``rows`` takes the same and gives the cost of each row, before weights.
    """

    def kernel(x: Array, y: Labels, weights: Array | None, *, multioutput: Any, **params: Any) -> Array:
        x, y, weights = columns(x, y, weights)
        return over_outputs(average(cost(x, y, **params), weights), multioutput)

    def rows(x: Array, y: Labels, weights: Array | None, *, multioutput: Any, **params: Any) -> Array:
        x, y, _ = columns(x, y, weights)
        chosen = None if isinstance(multioutput, str) else multioutput
        return np.asarray(np.average(cost(x, y, **params), axis=1, weights=chosen))

    kernel.rows = rows  # type: ignore[attr-defined]
    return kernel


def explained(missed: Array, variance: Array, multioutput: Any, force_finite: bool) -> Array:
    """``1 - missed / variance`` of each output; if ``force_finite``, constant labels give 1 or 0."""
    scores = 1.0 - missed / variance
    if force_finite:
        scores = np.where(missed == 0.0, 1.0, np.where(variance == 0.0, 0.0, scores))
    return over_outputs(scores.astype(missed.dtype), multioutput, variance)


def undefined(x: Array, multioutput: Any) -> Array:
    """NaN for a single row, after ``multioutput`` has been checked."""
    over_outputs(x[0], multioutput, x[0])
    return np.asarray(np.nan, x.dtype)


def weighted_quantile(values: Array, weights: Array, share: float) -> Array:
    """The averaged inverted distribution function of each column (Hyndman and Fan 1996), as scikit-learn has it."""
    order = np.argsort(values, axis=0, kind="stable")
    weights = weights.astype(values.dtype)
    found = []
    for column, rows in zip(values.T, order.T, strict=True):
        reached = np.cumsum(weights[rows])
        wanted = values.dtype.type(share * 100.0) / 100 * reached[-1]
        if wanted == 0:
            wanted = np.nextafter(wanted, wanted + 1)
        last = len(rows) - 1
        i = min(int(np.searchsorted(reached, wanted)), last)
        j = min(i + 1, last)
        if weights[rows[j]] == 0:
            j = int(np.searchsorted(reached, reached[i], side="right"))
            j = i if j > last else j
        low, high = column[rows[i]], column[rows[j]]
        found.append(low if reached[i] - wanted > np.finfo(values.dtype).eps else (low + high) / 2)
    return np.asarray(found, values.dtype)


def log_gaps(x: Array, y: Labels, weights: Array | None) -> tuple[Array, Array | None]:
    """The differences of ``log(1 + .)``, ``(N, outputs)``, and the weights.

    Raises:
        InputError: A value is -1 or less.
    """
    x, y, weights = columns(x, y, weights)
    if min(x.min(), y.min()) <= -1.0:
        raise InputError("values of -1 or less have no log(1 + x)")
    return ops.log_difference(x, y), weights


def check_power(power: float) -> None:
    """Refuse powers without a Tweedie distribution.

    Raises:
        UsageError: It lies between 0 and 1.
    """
    if 0 < power < 1 or math.isnan(power):
        raise UsageError(f"--power is {power:g}; it must be at most 0 or at least 1")


def check_domain(x: Array, y: Array, power: float) -> None:
    """Refuse values outside the support of the Tweedie distribution of that power.

    Raises:
        InputError: Such values.
    """
    if power != 0 and (x <= 0).any():
        raise InputError(f"predictions must be positive for a deviance of power {power:g}")
    if power >= 1 and ((y < 0).any() or (power >= 2 and (y == 0).any())):
        raise InputError(f"labels must be {'positive' if power >= 2 else '0 or more'} for power {power:g}")


def check_share(alpha: float) -> None:
    """Refuse a quantile outside 0..1.

    Raises:
        UsageError: See above.
    """
    if not 0.0 <= alpha <= 1.0:
        raise UsageError(f"--alpha is {alpha:g}; it must lie between 0 and 1")
