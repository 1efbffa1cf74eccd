"""Formulas of classes that only a boosting tool's metric has: floors, raw scores, float32."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from losscli import ops
from losscli.errors import InputError
from losscli.lazy import np
from losscli.losses.boosting_quirks import single, weightless
from losscli.losses.confusion_counts import Counts, averaged, by_label, correlation, kappa, matrix, ratio, weights_for
from losscli.losses.dataset_scores import average, columns, summed
from losscli.losses.label_sets import column, same_length
from losscli.losses.vocabulary import EXACT

if TYPE_CHECKING:
    from losscli.losses.vocabulary import Reading
    from losscli.ops import Array, Labels


def threshold_error(prediction: Array, target: Array, *, threshold: float) -> Array:
    """xgboost.error: a label between 0 and 1 costs its distance from the decision, 0 or 1."""
    return np.where(prediction > threshold, 1.0 - target, target)


def lightgbm_error(prediction: Array, target: Array) -> Array:
    """lightgbm.binary_error: a label above 0 is a yes."""
    return np.asarray((prediction > 0.5) != (target > 0.0), prediction.dtype)


def lightgbm_log_loss(prediction: Array, target: Array, *, reading: Reading = EXACT) -> Array:
    """lightgbm.binary_logloss: a label above 0 is a yes."""
    likely = np.where(target > 0.0, prediction, 1.0 - prediction)
    return -np.maximum(np.log(likely), reading.log_floor)


def catboost_log_loss(prediction: Array, target: Array) -> Array:
    """catboost.Logloss: raw scores; a label above 0.5 is a yes."""
    return catboost_cross_entropy(prediction, np.asarray(target > 0.5, prediction.dtype))


def catboost_cross_entropy(prediction: Array, target: Array) -> Array:
    """catboost.CrossEntropy: raw scores; labels may lie between 0 and 1.

    Where the exponential of a score is infinite, 1 minus a label is a float32.
    """
    with np.errstate(over="ignore"):
        huge = np.isinf(np.exp(prediction))
    return np.where(huge, one_less(target) * prediction, _of_scores(prediction, target))


def _of_scores(prediction: Array, target: Array) -> Array:
    return -(target * ops.log_sigmoid(prediction) + (1.0 - target) * ops.log_sigmoid(-prediction))


def one_less(target: Array) -> Array:
    """1 minus a label, in float32."""
    return (np.float32(1.0) - target.astype(np.float32)).astype(target.dtype)


def _cross_entropy(p: Array, y: Array) -> Array:
    """Cross-entropy of probabilities of at least 1e-12; 1 minus the label is a float32."""
    if not all(((a >= 0.0) & (a <= 1.0)).all() for a in (p, y)):
        raise InputError("predictions or labels lie outside 0..1")
    with np.errstate(divide="ignore"):
        logs, least = (np.log(p), np.log(1.0 - p)), math.log(1e-12)
    return -y * np.maximum(logs[0], least) - one_less(y) * np.maximum(logs[1], least)


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
    """lightgbm.cross_entropy_lambda: weights act within the probability, and nowhere else."""
    x, y, weights = columns(x, y, weights, single=True)
    exp = np.vectorize(math.exp, otypes=[np.float64])  # NumPy's differs in the last digit
    rate = np.log1p(exp(np.minimum(x, 700.0))) * (1.0 if weights is None else weights[:, None])
    return np.asarray(_cross_entropy(1.0 - exp(-rate), y).mean())


def catboost_focal(prediction: Array, target: Array, *, alpha: float, gamma: float) -> Array:
    """catboost.Focal: raw scores; the probability of the label lies in [1e-13, 1 - 1e-13]."""
    yes = target > 0.5
    p = np.clip(1.0 / (1.0 + np.exp(-prediction)), 1e-13, 1.0 - 1e-13)
    likely = np.where(yes, p, 1.0 - p)
    share = single(alpha)
    return -np.where(yes, share, 1.0 - share) * (1.0 - likely) ** single(gamma) * np.log(likely)


def catboost_labels(x: Array, y: Labels, weights: Array | None) -> Array:
    """catboost.MultiLogloss and MultiCrossEntropy: the divisor sums the weights, each truncated to a whole number."""
    x, y, weights = columns(x, y, weights)
    cost = _of_scores(x, y).mean(axis=1)
    if weights is None:
        return np.asarray(average(cost, None))
    whole = np.trunc(weights).sum()
    return np.asarray(summed(cost * weights) / whole if whole else 0.0)


def catboost_ctr(x: Array, y: Labels, weights: Array | None) -> Array:
    """catboost.CtrFactor: the ratio of observed to expected positives; 0 if no row counts."""
    if weights is not None and not np.any(weights):
        return np.zeros((), x.dtype)
    x, y, weights = columns(x, y, weights, single=True)
    return np.asarray(average(y, weights)[0] / average(ops.sigmoid(x), weights)[0])


def catboost_brier(prediction: Array, target: Array) -> Array:
    """catboost.BrierScore: raw scores."""
    return (ops.sigmoid(prediction) - target) ** 2


def first_largest_error(x: Array, y: Labels) -> Array:
    """xgboost.merror: of equal scores, the first one is the prediction."""
    return np.asarray(x.argmax(axis=-1) != y, x.dtype)


def lightgbm_multi_error(x: Array, y: Labels, *, top_k: float) -> Array:
    """lightgbm.multi_error: all classes that tie with the label rank ahead of it."""
    own = ops.take(x, y)[..., None]
    return np.asarray((x >= own).sum(axis=-1) > top_k, x.dtype)


def catboost_one_vs_all(x: Array, y: Labels) -> Array:
    """catboost.MultiClassOneVsAll: raw scores, each a separate yes or no."""
    hot = ops.one_hot(y, x.shape[-1], x.dtype)
    return np.asarray((-hot * ops.log_sigmoid(x) - (1.0 - hot) * ops.log_sigmoid(-x)).mean(axis=-1))


def _decisions(x: Array, y: Labels) -> tuple[Array, Labels]:
    """Decisions from raw scores: yes above 0, or of several the first largest."""
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
    """catboost.Precision: 0 if no yes is predicted."""
    found = _yes(x, y, weights)
    return np.asarray(ratio(found.right, found.said, 0.0)[0])


def catboost_recall(x: Array, y: Labels, weights: Array | None) -> Array:
    """catboost.Recall: 1 if no label is a yes."""
    found = _yes(x, y, weights)
    return np.asarray(ratio(found.right, found.true, 1.0)[0])


def catboost_f(x: Array, y: Labels, weights: Array | None, *, beta: float) -> Array:
    """catboost.F and F1, of the positive class; 1 if there is no yes and none is predicted."""
    found = _yes(x, y, weights)
    b = beta * beta
    return np.asarray(ratio((1.0 + b) * found.right, found.said + b * found.true, 1.0)[0])


def catboost_total_f1(x: Array, y: Labels, weights: Array | None, *, average: str) -> Array:
    """catboost.TotalF1: over all classes that have columns."""
    said, true = _decisions(x, y)
    classes = np.arange(x.shape[1] if x.ndim == 2 and x.shape[1] > 1 else 2, dtype=np.float64)
    each = weights_for(true, weights)
    found = Counts(
        by_label(each * (said == true), true, classes), by_label(each, said, classes), by_label(each, true, classes)
    )
    score = averaged(2.0 * found.right, found.said + found.true, found, average.lower())
    return np.asarray(np.nan) if weightless(weights) else score


def catboost_balanced(x: Array, y: Labels, weights: Array | None) -> Array:
    """catboost.BalancedAccuracy: the mean of the shares of yes and of no that are right; 1 where none is wrong."""
    said, true = _decisions(x, y)
    each = weights_for(true, weights)
    right, whole = (by_label(mass, true, np.arange(2.0)) for mass in (each * (said == true), each))
    return np.asarray(1.0 if (right == whole).all() else np.mean(ratio(right, whole, 0.0)))


def catboost_unbalanced(x: Array, y: Labels, weights: Array | None) -> Array:
    """catboost.BalancedErrorRate."""
    return np.asarray(1.0 - catboost_balanced(x, y, weights))


def catboost_mcc(x: Array, y: Labels, weights: Array | None) -> Array:
    """catboost.MCC."""
    said, true = _decisions(x, y)
    return correlation(matrix(weights_for(true, weights), true, said))


def catboost_kappa(x: Array, y: Labels, weights: Array | None, *, weighing: str | None) -> Array:
    """catboost.Kappa and WKappa: distances are between class numbers; -1 if all rows are of one class, and right.

    Raises:
        InputError: A label has no column.
    """
    said, true = _decisions(x, y)
    classes = x.shape[1] if x.ndim == 2 and x.shape[1] > 1 else 2
    if len(true) and (true.min() < 0 or true.max() >= classes):
        raise InputError(f"labels lie outside 0..{classes - 1}")
    cells = np.zeros((classes, classes))
    np.add.at(cells, (true.astype(np.intp), said.astype(np.intp)), weights_for(true, weights))
    found = kappa(cells, weighing)
    return np.where(np.isnan(found) & cells.any(), -1.0, found)
