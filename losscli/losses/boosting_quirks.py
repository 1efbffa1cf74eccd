"""Formulas of values that only a boosting tool's metric has: floors, float32, several columns."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from losscli import ops
from losscli.errors import InputError, UsageError
from losscli.lazy import np
from losscli.losses.dataset_scores import average, columns, explained, summed
from losscli.losses.deviances import deviance
from losscli.losses.scores_quirks import r2

if TYPE_CHECKING:
    from losscli.ops import Array, Labels


SINGLE_1E_10 = 1.000000013351431960018e-10  # 1e-10 as a float32, as in LightGBM
FLAT = 1e-6  # smaller errors cost nothing in CatBoost's quantile losses


def relative(prediction: Array, target: Array, *, epsilon: float) -> Array:
    """The difference as a fraction of the label, which counts as at least ``epsilon``."""
    return np.asarray(abs(prediction - target) / np.maximum(abs(target), epsilon))


def flat_quantile(prediction: Array, target: Array, *, alpha: float, delta: float = FLAT) -> Array:
    """catboost.Quantile: the quantile loss of what exceeds ``delta``."""
    difference = target - prediction
    beyond = np.maximum(abs(difference) - delta, 0.0)
    return np.where(difference > 0.0, alpha, 1.0 - alpha) * beyond


def flat_absolute(prediction: Array, target: Array) -> Array:
    """catboost.MAE: an error of up to 1e-6 costs nothing."""
    return np.maximum(abs(prediction - target) - FLAT, 0.0)


def single(value: float) -> float:
    """A parameter that is read as a float32."""
    return float(np.float32(value))


def _single_log(x: Array) -> Array:
    """The logarithm in float32."""
    return np.log(np.asarray(np.float32(x), np.float64)).astype(np.float32).astype(x.dtype)


def catboost_expectile(prediction: Array, target: Array, *, alpha: float) -> Array:
    """catboost.Expectile: alpha is a float32."""
    share, difference = single(alpha), target - prediction
    return np.where(difference > 0.0, share, 1.0 - share) * difference**2


def exponential_quantile(prediction: Array, target: Array, *, alpha: float) -> Array:
    """catboost.LogLinQuantile: predictions are logarithms, alpha is a float32."""
    return flat_quantile(np.exp(prediction), target, alpha=single(alpha), delta=0.0)


def quantiles(x: Array, y: Labels, *, alpha: Any, delta: float = 0.0) -> Array:
    """One column of predictions for each quantile, averaged.

    Raises:
        InputError: There is not one column for each quantile.
    """
    alphas = np.atleast_1d(np.asarray(alpha, x.dtype))
    rows = x[:, None] if x.ndim == 1 else x
    if rows.ndim != 2 or len(y) != len(rows) or rows.shape[1] != len(alphas):
        raise InputError(f"predictions of shape {x.shape} for {len(alphas)} quantiles; one column each is wanted")
    target = np.asarray(y, x.dtype).reshape(-1)[:, None]
    return np.asarray(flat_quantile(rows, target, alpha=alphas, delta=delta).mean(axis=1))  # type: ignore[arg-type]


def xgboost_gamma_deviance(prediction: Array, target: Array) -> Array:
    """xgboost.gamma-deviance: 1e-6 is added to both."""
    return deviance(prediction + 1e-6, target + 1e-6, 2.0)


def lightgbm_gamma_deviance(prediction: Array, target: Array) -> Array:
    """lightgbm.gamma_deviance: 1e-9 is added to the mean."""
    return deviance(prediction + 1e-9, target, 2.0)


def xgboost_gamma(prediction: Array, target: Array) -> Array:
    """xgboost.gamma-nloglik."""
    mean = np.maximum(prediction, np.asarray(1e-6, prediction.dtype))
    return target / mean + np.log(mean)


def log_factorial(count: Array) -> Array:
    """``log(count!)`` for any number above -1."""
    found = np.vectorize(math.lgamma, otypes=[np.float64])(np.asarray(count, np.float64) + 1.0)
    return np.asarray(found, np.float64)


def xgboost_poisson(prediction: Array, target: Array) -> Array:
    """xgboost.poisson-nloglik: includes ``log y!``."""
    mean = np.maximum(prediction, np.asarray(1e-16, prediction.dtype))
    return log_factorial(target) + mean - target * np.log(mean)


def lightgbm_gamma(prediction: Array, target: Array) -> Array:
    """lightgbm.gamma: adds the float32 logarithm of the label and subtracts the float64 one."""
    return target / prediction + np.log(prediction) + (_single_log(target) - np.log(target))


def lightgbm_poisson(prediction: Array, target: Array) -> Array:
    """lightgbm.poisson."""
    mean = np.maximum(prediction, SINGLE_1E_10)
    return mean - target * np.log(mean)


def _tweedie(logs: Array, target: Array, rho: float) -> Array:
    if not 1.0 < rho < 2.0:
        raise UsageError(f"the variance power is {rho:g}; it must lie between 1 and 2")
    return np.exp((2.0 - rho) * logs) / (2.0 - rho) - target * np.exp((1.0 - rho) * logs) / (1.0 - rho)


def lightgbm_tweedie(prediction: Array, target: Array, *, rho: float) -> Array:
    """lightgbm.tweedie."""
    return _tweedie(np.log(np.maximum(prediction, SINGLE_1E_10)), target, rho)


def catboost_tweedie(prediction: Array, target: Array, *, rho: float) -> Array:
    """catboost.Tweedie: predictions are logarithms, the power is a float32."""
    return _tweedie(prediction, target, single(rho))


def _fast_log(x: Array) -> Array:
    """An approximation of the logarithm from the bits of a float32, as Mineiro's fastapprox has it."""
    single = np.float32
    bits = np.asarray(x, single).view(np.uint32)
    mantissa = ((bits & 0x7FFFFF) | 0x3F000000).view(single)
    scaled = bits.astype(single) * single(1.1920928955078125e-7)
    base_2 = (
        scaled
        - single(124.22551499)
        - single(1.498030302) * mantissa
        - single(1.72587999) / (single(0.3520887068) + mantissa)
    )
    return np.asarray(single(0.69314718) * base_2, np.float64)


def catboost_log_cosh(x: Array, y: Labels, weights: Array | None) -> Array:
    """catboost.LogCosh: for errors below 12, the product with the weight is rounded to float32, too."""
    x, y, weights = columns(x, y, weights, single=True)
    size = abs(x - y)[:, 0]
    each = np.ones(len(size)) if weights is None else weights
    near = np.asarray(np.float32(_fast_log(np.cosh(np.minimum(size, 12.0)))) * np.float32(each), np.float64)
    far = each * (size - _fast_log(np.full((), 2.0)))
    return np.asarray(np.where(size >= 12.0, far, near).sum() / each.sum())


def catboost_smape(x: Array, y: Labels, weights: Array | None) -> Array:
    """catboost.SMAPE: 100 times the weight is a float32."""
    x, y, weights = columns(x, y, weights, single=True)
    size = (abs(x) + abs(y))[:, 0]
    share = abs(x - y)[:, 0] / np.where(size > 0.0, size, 1.0)
    each = np.ones(len(size)) if weights is None else weights
    return np.asarray((np.asarray(np.float32(100.0) * np.float32(each), np.float64) * share).sum() * 2.0 / each.sum())


def catboost_gaussian(x: Array, y: Labels) -> Array:
    """catboost.RMSEWithUncertainty: a mean and the logarithm of a standard deviation.

    Raises:
        InputError: Rows do not hold two numbers.
    """
    if x.ndim != 2 or x.shape[1] != 2:
        raise InputError(f"predictions of shape {x.shape}: a mean and a log standard deviation in each row are wanted")
    off = (np.asarray(y, x.dtype).reshape(-1) - x[:, 0]) * np.exp(-x[:, 1])
    return np.asarray(0.5 * math.log(2.0 * math.pi) + x[:, 1] + 0.5 * off * off)


def catboost_multi_rmse(x: Array, y: Labels, weights: Array | None) -> Array:
    """catboost.MultiRMSE: the root of the mean over rows of the sum over outputs."""
    x, y, weights = columns(x, y, weights)
    return np.asarray(np.sqrt(average(((x - y) ** 2).sum(axis=1), weights)))


def catboost_mean_squared_log(prediction: Array, target: Array) -> Array:
    """catboost.MSLE: the label's logarithm is a float32; values of -1 and less are NaN."""
    return (np.log1p(prediction) - _single_log(1.0 + target)) ** 2


def weightless(weights: Array | None) -> bool:
    """Whether no row counts."""
    return weights is not None and not np.any(weights)


def lightgbm_rmse(x: Array, y: Labels, weights: Array | None) -> Array:
    """lightgbm.rmse: NaN where no row counts."""
    if weightless(weights):
        return np.asarray(np.nan)
    x, y, weights = columns(x, y, weights)
    return ops.root_mean(x - y, lambda squares: np.asarray(average(squares, weights).mean()))


def lightgbm_r2(x: Array, y: Labels, weights: Array | None) -> Array:
    """lightgbm.r2: for equal labels 1 if all predictions are right, else 0; NaN if no row counts."""
    if weightless(weights):
        return np.asarray(np.nan)
    x, y, weights = columns(x, y, weights, single=True)
    each = np.ones((), x.dtype) if weights is None else weights[:, None]
    missed, variance = summed(each * (y - x) ** 2), summed(each * (y - average(y, weights)) ** 2)
    return explained(missed, variance, "uniform_average", force_finite=True)


def catboost_r2(x: Array, y: Labels, weights: Array | None) -> Array:
    """catboost.R2: 1 where the labels that count are equal."""
    found = r2(x, y, weights, average, "uniform_average", force_finite=False)
    return np.where(np.isfinite(found), found, 1.0)


def catboost_median(x: Array, y: Labels, weights: Array | None) -> Array:
    """catboost.MedianAbsoluteError: every row counts once, whatever its weight."""
    x, y, _ = columns(x, y, None, single=True)
    return np.asarray(np.median(abs(x - y)))


def catboost_rmspe(x: Array, y: Labels, weights: Array | None) -> Array:
    """catboost.RMSPE: a label counts as at least 1."""
    x, y, weights = columns(x, y, weights, single=True)
    return np.asarray(np.sqrt(average(((x - y) / np.maximum(abs(y), 1.0)) ** 2, weights))[0])
