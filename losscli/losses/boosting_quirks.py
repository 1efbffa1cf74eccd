"""Formulas that only a boosting tool's metric has: floors, raw scores, several columns."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from losscli import ops
from losscli.errors import InputError, UsageError
from losscli.lazy import np
from losscli.losses.confusion_counts import Counts, averaged, by_label, correlation, kappa, matrix, ratio, weights_for
from losscli.losses.dataset_scores import average, columns
from losscli.losses.deviances import deviance
from losscli.losses.label_sets import column, same_length
from losscli.losses.scores_quirks import r2

if TYPE_CHECKING:
    from losscli.ops import Array, Labels


SINGLE_1E_10 = 1.000000013351431960018e-10  # 1e-10 as a float32, which it is there
LOG_1E_15 = -34.538776397705078125  # as a float32, which it is in LightGBM
FLAT = 1e-6  # CatBoost's quantile losses cost nothing this near


# Values


def relative(prediction: Array, target: Array, *, epsilon: float) -> Array:
    """The difference as a fraction of the label, which counts as at least ``epsilon``."""
    return np.asarray(abs(prediction - target) / np.maximum(abs(target), epsilon))


def flat_quantile(prediction: Array, target: Array, *, alpha: float, delta: float = FLAT) -> Array:
    """catboost.Quantile: the quantile loss of what exceeds ``delta``."""
    difference = target - prediction
    beyond = np.maximum(abs(difference) - delta, 0.0)
    return np.where(difference > 0.0, alpha, 1.0 - alpha) * beyond


def flat_absolute(prediction: Array, target: Array) -> Array:
    """catboost.MAE: an error of up to 1e-6 is none."""
    return np.maximum(abs(prediction - target) - FLAT, 0.0)


def _single(value: float) -> float:
    """A parameter that is read as a float32."""
    return float(np.float32(value))


def _single_log(x: Array) -> Array:
    """The logarithm in float32."""
    return np.log(np.asarray(np.float32(x), np.float64)).astype(np.float32).astype(x.dtype)


def catboost_expectile(prediction: Array, target: Array, *, alpha: float) -> Array:
    """catboost.Expectile: alpha is a float32."""
    share, difference = _single(alpha), target - prediction
    return np.where(difference > 0.0, share, 1.0 - share) * difference**2


def exponential_quantile(prediction: Array, target: Array, *, alpha: float) -> Array:
    """catboost.LogLinQuantile: predictions are logarithms, alpha is a float32."""
    return flat_quantile(np.exp(prediction), target, alpha=_single(alpha), delta=0.0)


def quantiles(x: Array, y: Labels, *, alpha: Any, delta: float = 0.0) -> Array:
    """One column of predictions for each quantile, averaged."""
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
    """``log(count!)``, of any number above -1."""
    found = np.vectorize(math.lgamma, otypes=[np.float64])(np.asarray(count, np.float64) + 1.0)
    return np.asarray(found, np.float64)


def xgboost_poisson(prediction: Array, target: Array) -> Array:
    """xgboost.poisson-nloglik: with log y!."""
    mean = np.maximum(prediction, np.asarray(1e-16, prediction.dtype))
    return log_factorial(target) + mean - target * np.log(mean)


def lightgbm_gamma(prediction: Array, target: Array) -> Array:
    """lightgbm.gamma: a logarithm of the label in float32 is taken from the same in float64."""
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
    return _tweedie(prediction, target, _single(rho))


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
    """catboost.LogCosh: of errors below 12 the product with the weight is a float32, too."""
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
    """catboost.RMSEWithUncertainty: a mean and the logarithm of a standard deviation."""
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


def plain_r2(x: Array, y: Labels, weights: Array | None) -> Array:
    """LightGBM's R2: one output, and no rule for equal labels."""
    return r2(x, y, weights, average, "uniform_average", force_finite=False)


def catboost_r2(x: Array, y: Labels, weights: Array | None) -> Array:
    """catboost.R2: 1 where the labels that count are equal."""
    found = plain_r2(x, y, weights)
    return np.where(np.isfinite(found), found, 1.0)


# Two classes


def threshold_error(prediction: Array, target: Array, *, threshold: float) -> Array:
    """xgboost.error: a label between 0 and 1 costs what it lacks."""
    return np.where(prediction > threshold, 1.0 - target, target)


def lightgbm_error(prediction: Array, target: Array) -> Array:
    """lightgbm.binary_error: a label above 0 is a yes."""
    return np.asarray((prediction > 0.5) != (target > 0.0), prediction.dtype)


def lightgbm_log_loss(prediction: Array, target: Array) -> Array:
    """lightgbm.binary_logloss: a label above 0 is a yes."""
    likely = np.where(target > 0.0, prediction, 1.0 - prediction)
    return -np.maximum(np.log(likely), LOG_1E_15)


def catboost_log_loss(prediction: Array, target: Array) -> Array:
    """catboost.Logloss: raw scores; a label above 0.5 is a yes."""
    return catboost_cross_entropy(prediction, np.asarray(target > 0.5, prediction.dtype))


def catboost_cross_entropy(prediction: Array, target: Array) -> Array:
    """catboost.CrossEntropy: raw scores; labels may lie between 0 and 1."""
    return -(target * ops.log_sigmoid(prediction) + (1.0 - target) * ops.log_sigmoid(-prediction))


def _rest(target: Array) -> Array:
    """1 less a label, in float32."""
    return (np.float32(1.0) - target.astype(np.float32)).astype(target.dtype)


def _cross_entropy(p: Array, y: Array) -> Array:
    """Of probabilities of at least 1e-12; 1 less the label is a float32."""
    if not all(((a >= 0.0) & (a <= 1.0)).all() for a in (p, y)):
        raise InputError("predictions or labels lie outside 0..1")
    with np.errstate(divide="ignore"):
        logs, least = (np.log(p), np.log(1.0 - p)), math.log(1e-12)
    return -y * np.maximum(logs[0], least) - _rest(y) * np.maximum(logs[1], least)


def _single_mean(values: Array, weights: Array | None) -> Array:
    """A mean whose weights are added up in float32, two at a time."""
    if weights is None:
        return np.asarray(values.mean())
    each = weights.astype(np.float32)
    start = 2 - len(each) % 2
    sums = np.concatenate([[each[:start].sum()], each[start::2] + each[start + 1 :: 2]])
    return np.asarray((values[:, 0] * weights).sum() / float(np.add.accumulate(sums, dtype=np.float32)[-1]))


def lightgbm_cross_entropy(x: Array, y: Labels, weights: Array | None) -> Array:
    """lightgbm.cross_entropy."""
    x, y, weights = columns(x, y, weights, single=True)
    return _single_mean(_cross_entropy(x, y), weights)


def lightgbm_relative_entropy(x: Array, y: Labels, weights: Array | None) -> Array:
    """lightgbm.kullback_leibler: the cross-entropy less that of the label with itself."""
    x, y, weights = columns(x, y, weights, single=True)
    own = ops.xlogy(y, y) + ops.xlogy(1.0 - y, 1.0 - y)
    return _single_mean(_cross_entropy(x, y) + own, weights)


def lightgbm_lambda(x: Array, y: Labels, weights: Array | None) -> Array:
    """lightgbm.cross_entropy_lambda: weights are within the probability, and count nowhere else."""
    x, y, weights = columns(x, y, weights, single=True)
    exp = np.vectorize(math.exp, otypes=[np.float64])  # of rare events the last digit shows
    rate = np.log1p(exp(np.minimum(x, 700.0))) * (1.0 if weights is None else weights[:, None])
    return np.asarray(_cross_entropy(1.0 - exp(-rate), y).mean())


def catboost_focal(prediction: Array, target: Array, *, alpha: float, gamma: float) -> Array:
    """catboost.Focal: raw scores; the probability of the label lies in [1e-13, 1 - 1e-13]."""
    yes = target > 0.5
    p = np.clip(1.0 / (1.0 + np.exp(-prediction)), 1e-13, 1.0 - 1e-13)
    likely = np.where(yes, p, 1.0 - p)
    share = _single(alpha)
    return -np.where(yes, share, 1.0 - share) * (1.0 - likely) ** _single(gamma) * np.log(likely)


def catboost_brier(prediction: Array, target: Array) -> Array:
    """catboost.BrierScore: raw scores."""
    return (ops.sigmoid(prediction) - target) ** 2


# Classes


def first_largest_error(x: Array, y: Labels) -> Array:
    """xgboost.merror: of equal scores the first counts."""
    return np.asarray(x.argmax(axis=-1) != y, x.dtype)


def lightgbm_multi_error(x: Array, y: Labels, *, top_k: float) -> Array:
    """lightgbm.multi_error: all that tie with the label are ahead of it."""
    own = ops.take(x, y)[..., None]
    return np.asarray((x >= own).sum(axis=-1) > top_k, x.dtype)


def catboost_one_vs_all(x: Array, y: Labels) -> Array:
    """catboost.MultiClassOneVsAll: raw scores, each a yes or no of its own."""
    hot = ops.one_hot(y, x.shape[-1], x.dtype)
    return np.asarray((-hot * ops.log_sigmoid(x) - (1.0 - hot) * ops.log_sigmoid(-x)).mean(axis=-1))


def _decisions(x: Array, y: Labels) -> tuple[Array, Labels]:
    """Of raw scores: a yes above 0, or of several the first of the largest."""
    same_length(x, y)
    if x.dtype == object or y.dtype == object:
        raise InputError(f"the {'labels' if y.dtype == object else 'predictions'} are words; this call takes numbers")
    y = column(y)
    if x.ndim == 2 and x.shape[1] > 1:
        return np.asarray(x.argmax(axis=1), np.float64), y.astype(np.float64)
    return np.asarray(x.reshape(-1) > 0.0, np.float64), np.asarray(y > 0.5, np.float64)


def catboost_right(x: Array, y: Labels) -> Array:
    """catboost.Accuracy: a yes is a score above 0."""
    said, true = _decisions(x, y)
    return np.asarray(said == true, np.float64)


def catboost_wrong(x: Array, y: Labels) -> Array:
    """catboost.ZeroOneLoss and HammingLoss."""
    return 1.0 - catboost_right(x, y)


def _yes(x: Array, y: Labels, weights: Array | None) -> Counts:
    said, true = _decisions(x, y)
    each, yes = weights_for(true, weights), np.ones(1)
    return Counts(by_label(each * (said == true), true, yes), by_label(each, said, yes), by_label(each, true, yes))


def catboost_precision(x: Array, y: Labels, weights: Array | None) -> Array:
    """catboost.Precision: 0 where nothing is predicted to be a yes."""
    found = _yes(x, y, weights)
    return np.asarray(ratio(found.right, found.said, 0.0)[0])


def catboost_recall(x: Array, y: Labels, weights: Array | None) -> Array:
    """catboost.Recall: 1 where nothing is a yes."""
    found = _yes(x, y, weights)
    return np.asarray(ratio(found.right, found.true, 1.0)[0])


def catboost_f1(x: Array, y: Labels, weights: Array | None) -> Array:
    """catboost.F1: of the yes; 1 where there is none and none is predicted."""
    found = _yes(x, y, weights)
    return np.asarray(ratio(2.0 * found.right, found.said + found.true, 1.0)[0])


def catboost_total_f1(x: Array, y: Labels, weights: Array | None, *, average: str) -> Array:
    """catboost.TotalF1: of all classes there are columns for."""
    said, true = _decisions(x, y)
    classes = np.arange(x.shape[1] if x.ndim == 2 and x.shape[1] > 1 else 2, dtype=np.float64)
    each = weights_for(true, weights)
    found = Counts(
        by_label(each * (said == true), true, classes), by_label(each, said, classes), by_label(each, true, classes)
    )
    return averaged(2.0 * found.right, found.said + found.true, found, average.lower())


def catboost_balanced(x: Array, y: Labels, weights: Array | None) -> Array:
    """catboost.BalancedAccuracy: the mean of the shares of yes and of no that are right."""
    said, true = _decisions(x, y)
    each = weights_for(true, weights)
    right, whole = (by_label(mass, true, np.arange(2.0)) for mass in (each * (said == true), each))
    return np.asarray(np.mean(ratio(right, whole, 0.0)))


def catboost_mcc(x: Array, y: Labels, weights: Array | None) -> Array:
    """catboost.MCC."""
    said, true = _decisions(x, y)
    return correlation(matrix(weights_for(true, weights), true, said))


def catboost_kappa(x: Array, y: Labels, weights: Array | None, *, weighing: str | None) -> Array:
    """catboost.Kappa and WKappa: weights are not looked at; distances are between class numbers."""
    said, true = _decisions(x, y)
    classes = x.shape[1] if x.ndim == 2 and x.shape[1] > 1 else 2
    if len(true) and (true.min() < 0 or true.max() >= classes):
        raise InputError(f"labels lie outside 0..{classes - 1}")
    cells = np.zeros((classes, classes))
    np.add.at(cells, (true.astype(np.intp), said.astype(np.intp)), 1.0)
    return kappa(cells, weighing)
