"""The points of a curve, and the areas that frameworks' calls make of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli import ops
from losscli.errors import InputError, UsageError, shapes_differ
from losscli.lazy import np
from losscli.losses.label_sets import alike, column, numbers_of, same_length, sorted_classes
from losscli.losses.ranking_quirks import lists
from losscli.record import record

if TYPE_CHECKING:
    from collections.abc import Callable

    from losscli.ops import Array, Labels


@record
class Curve:
    """Weights of true and false positives by distinct scores from the highest down, starting with none."""

    right: Array
    false: Array

    @classmethod
    def of(cls, x: Array, y: Labels, weights: Array | None) -> Curve:
        """The curve of one score per row, of which a fraction ``y`` is positive."""
        x, y = np.asarray(x, np.float64), np.asarray(y, np.float64)
        if x.shape != y.shape or x.ndim != 1:
            raise InputError(f"scores of shape {x.shape} and labels of shape {y.shape} do not match")
        order = np.argsort(-x, kind="stable")
        x, y = x[order], y[order]
        each = np.ones(len(x)) if weights is None else row_weights(weights, len(x))[order]
        ends = np.append(np.flatnonzero(np.diff(x)), len(x) - 1)
        return cls(
            *(np.concatenate([[0.0], np.cumsum(mass, dtype=np.float64)[ends]]) for mass in (each * y, each * (1.0 - y)))
        )


def row_weights(weights: Array, rows: int) -> Array:
    """One weight for each row.

    Raises:
        InputError: There are more or fewer.
    """
    found = np.asarray(weights, np.float64)
    if found.shape != (rows,):
        raise InputError(f"sample weights of shape {found.shape} for {rows} rows")
    return found


def area(curve: Curve) -> Any:
    """The area under the ROC curve, by trapezoids; NaN without both positives and negatives."""
    right, false = curve.right, curve.false
    whole = right[-1] * false[-1]
    below = (np.diff(false) * (right[1:] + right[:-1])).sum() / 2.0
    return np.float64(below / whole) if whole else np.float64(np.nan)


def steps(curve: Curve) -> Any:
    """The average precision; NaN without positives."""
    right, said = curve.right[1:], (curve.right + curve.false)[1:]
    if not curve.right[-1]:
        return np.float64(np.nan)
    precision = ops.divide_no_nan(right, said)
    return (np.diff(curve.right) * precision).sum() / curve.right[-1]


def _numbers(x: Array, y: Labels) -> tuple[Array, Labels]:
    """One score and one numeric label per row."""
    same_length(x, y)
    if y.dtype == object:
        raise InputError("the labels are words; this call takes numbers")
    if x.ndim > 1 and x.shape[1:] != (1,):
        raise InputError(f"rows of {x.shape[1]} scores; this call takes one a row")
    if y.size != x.size:
        raise shapes_differ(x.shape, y.shape)
    return x.reshape(-1), y.reshape(-1)


# scikit-learn


def _averaged(one: Callable[[Array, Array, Any], Any], x: Array, hot: Array, weights: Any, average: Any) -> Array:
    """A score of each column, then their mean."""
    if average == "micro":
        each = None if weights is None else np.repeat(weights, x.shape[1])
        return np.asarray(one(x.reshape(-1), hot.reshape(-1), each))
    if average == "samples":
        rows = np.array([one(a, b, None) for a, b in zip(x, hot, strict=True)])
        return np.asarray(np.average(rows, weights=weights))
    found = np.array([one(x[:, c], hot[:, c], weights) for c in range(x.shape[1])])
    if average is None or average == "none":
        return found
    if average != "weighted":
        return np.asarray(found.mean())
    sizes = hot.sum(axis=0) if weights is None else (np.asarray(weights)[:, None] * hot).sum(axis=0)
    if not sizes.any():
        return np.asarray(0.0)
    return np.asarray(np.average(np.where(sizes > 0.0, found, 0.0), weights=sizes))


def _one_auc(x: Array, y: Array, weights: Any) -> Any:
    return area(Curve.of(x, y, weights))


def sklearn_auc(
    x: Array,
    y: Labels,
    weights: Array | None,
    *,
    average: str | None,
    max_fpr: float | None,
    multi_class: str,
    labels: Labels | None,
) -> Array:
    """sklearn.metrics.roc_auc_score: two classes, several, or rows of indicators.

    Raises:
        InputError: Rows of two scores, or fewer than two classes.
    """
    same_length(x, y)
    if y.ndim == 2 and y.shape[1] > 1:
        return _averaged(_one_auc, x, np.asarray(y, np.float64), weights, average)
    y = column(y)
    classes = sorted_classes(y)
    if len(classes) > 2 or (x.ndim == 2 and x.shape[1] > 2):
        return _several(x, y, weights, (multi_class, average, labels))
    if x.ndim == 2 and x.shape[1] == 2:
        raise InputError("rows of two scores; with two classes it takes the greater one's alone")
    curve = Curve.of(x.reshape(-1), y == classes[-1] if len(classes) > 1 else y == 1, weights)
    return np.asarray(area(curve) if max_fpr is None or max_fpr == 1 else _partial(curve, max_fpr))


def _partial(curve: Curve, limit: float) -> Any:
    """McClish's standardized area up to a false positive rate."""
    if limit <= 0:
        raise UsageError(f"--max-fpr is {limit:g}; it must be above 0")
    if not (len(curve.false) and curve.false[-1] and curve.right[-1]):
        return area(curve)  # NaN, as there is only one class
    false, right = curve.false / curve.false[-1], curve.right / curve.right[-1]
    stop = int(np.searchsorted(false, limit, side="right"))
    last = np.interp(limit, false[stop - 1 : stop + 1], right[stop - 1 : stop + 1])
    false, right = np.append(false[:stop], limit), np.append(right[:stop], last)
    part = (np.diff(false) * (right[1:] + right[:-1])).sum() / 2.0
    least = 0.5 * limit * limit
    return 0.5 * (1.0 + (part - least) / (limit - least))


def _several(x: Array, y: Labels, weights: Any, means: tuple[str, Any, Labels | None]) -> Array:
    """More than two classes: each against the rest, or Hand and Till's mean over pairs."""
    multi_class, average, labels = means
    if multi_class not in ("ovr", "ovo"):
        raise UsageError("more than two classes", hint="--multi-class ovr or ovo")
    if x.ndim != 2 or not np.allclose(x.sum(axis=1), 1.0):
        raise InputError("with more than two classes it takes rows of probabilities that sum to 1")
    classes = sorted_classes(y, labels)
    if len(classes) != x.shape[1]:
        raise InputError(f"{len(classes)} classes for rows of {x.shape[1]}", hint="name all classes with --labels")
    index = numbers_of(y, classes)
    if multi_class == "ovr":
        return _averaged(_one_auc, x, ops.one_hot(index, len(classes)), weights, average)
    if weights is not None:
        raise UsageError("--multi-class ovo takes no sample weights")
    if average not in ("macro", "weighted"):
        raise UsageError("--multi-class ovo takes --average macro or weighted")
    found, sizes = [], []
    for a in range(len(classes)):
        for b in range(a + 1, len(classes)):
            rows = (index == a) | (index == b)
            each = [_one_auc(x[rows, c], (index[rows] == c) * 1.0, None) for c in (a, b)]
            found.append(sum(each) / 2.0)
            sizes.append(rows.mean())
    return np.asarray(np.average(found, weights=sizes if average == "weighted" else None))


def sklearn_average_precision(
    x: Array, y: Labels, weights: Array | None, *, average: str | None, pos_label: Any
) -> Array:
    """sklearn.metrics.average_precision_score: two classes, several, or rows of indicators.

    Raises:
        InputError: No label is ``pos_label``, or scores and classes are not equally many.
    """

    def one(x: Array, y: Array, weights: Any) -> Any:
        return np.nan_to_num(steps(Curve.of(x, y, weights)))

    same_length(x, y)
    if y.ndim == 2 and y.shape[1] > 1:
        return _averaged(one, x, np.asarray(y, np.float64), weights, average)
    y = column(y)
    classes = sorted_classes(y)
    if x.ndim == 2 and x.shape[1] > 1:
        if len(classes) != x.shape[1] or len(classes) < 3:
            raise InputError(f"{len(classes)} classes for rows of {x.shape[1]} scores")
        return _averaged(one, x, ops.one_hot(numbers_of(y, classes), len(classes)), weights, average)
    positive = alike(y, pos_label)
    if positive not in classes.tolist() and len(classes) > 1:
        raise InputError(f"no label is {pos_label}", hint="--pos-label")
    return np.asarray(one(x.reshape(-1), y == positive, weights))


# Boosting tools


def xgboost_auc(x: Array, y: Labels, weights: Array | None, *, group: Any) -> Array:
    """xgboost.auc: for several classes, each against the rest, weighted by its rows; for lists, their mean."""
    if group is not None:
        return _of_lists(x, y, group, _ordered, least=3)
    if x.ndim == 2 and x.shape[1] > 1:
        index = column(y).astype(np.intp)
        each = np.ones(len(x)) if weights is None else row_weights(weights, len(x))
        found = np.array([_one_auc(x[:, c], (index == c) * 1.0, each) for c in range(x.shape[1])])
        sizes = np.array([each[index == c].sum() for c in range(x.shape[1])])
        return np.asarray((found * sizes).sum() / sizes.sum())
    x, y = _numbers(x, y)
    return np.asarray(area(Curve.of(x, y, weights)))


def _of_lists(x: Array, y: Labels, group: Any, one: Callable[[Array, Array], Any], *, least: int) -> Array:
    """The mean over the lists that have an area; weights of lists do not count."""
    found = [one(scores, relevance) for scores, relevance, _ in lists(x, y, group) if len(scores) >= least]
    known = [value for value in found if not np.isnan(value)]
    return np.asarray(np.mean(known) if known else np.nan)


def _ordered(x: Array, y: Array) -> Any:
    """The fraction of pairs in order, by descending label; equal labels are in the order of the rows."""
    ranked = x[np.argsort(-y, kind="stable")]
    first, second = np.triu_indices(len(ranked), 1)
    gap = ranked[first] - ranked[second]
    return np.mean((gap > 0.0) + 0.5 * (gap == 0.0))


def xgboost_aucpr(x: Array, y: Labels, weights: Array | None, *, group: Any) -> Array:
    """xgboost.aucpr: for several classes, each against the rest, or lists, the mean."""
    if group is not None:
        return _of_lists(x, y, group, lambda scores, labels: _interpolated(scores, labels, None), least=1)
    if x.ndim == 2 and x.shape[1] > 1:
        index = column(y).astype(np.intp)
        each = [_interpolated(x[:, c], (index == c) * 1.0, weights) for c in range(x.shape[1])]
        return np.asarray(np.mean(each))
    x, y = _numbers(x, y)
    return np.asarray(_interpolated(x, y, weights))


def _interpolated(x: Array, y: Array, weights: Array | None) -> Any:
    """The area with precision between two scores by Davis and Goadrich's expression (Keilwagen et al.)."""
    curve = Curve.of(x, y, weights)
    right, false = curve.right, curve.false
    if not right[-1] or not false[-1]:
        return np.nan
    gained, more = np.diff(right), np.diff(false)
    total = right[-1]
    with np.errstate(all="ignore"):
        slope = more / gained
        share = 1.0 + slope
        start = (false[:-1] - slope * right[:-1]) / total
        from_, to = right[:-1] / total, right[1:] / total
        curved = (to - from_ - start / share * (np.log(share * to + start) - np.log(share * from_ + start))) / share
        flat = (to - from_) / share
    parts = np.where(gained == 0.0, 0.0, np.where(start == 0.0, flat, curved))
    return parts.sum()


def lightgbm_auc(x: Array, y: Labels, weights: Array | None) -> Array:
    """lightgbm.auc: a label above 0 is a yes."""
    x, y = _numbers(x, y)
    found = area(Curve.of(x, y > 0, weights))
    return np.asarray(1.0 if np.isnan(found) else found)


def lightgbm_average_precision(x: Array, y: Labels, weights: Array | None) -> Array:
    """lightgbm.average_precision: a label above 0 is a yes; one class alone gives 1."""
    x, y = _numbers(x, y)
    curve = Curve.of(x, y > 0, weights)
    if not curve.right[-1] or not curve.false[-1]:
        return np.asarray(1.0)
    first = curve.right[1] + curve.false[1]  # the weight of the rows with the highest score; 0 / 0 if it is 0
    return np.asarray(steps(curve) if first else np.nan)


def lightgbm_auc_mu(x: Array, y: Labels, weights: Array | None) -> Array:
    """lightgbm.auc_mu: each pair of classes is ordered by the difference of their scores; means are weighted.

    Raises:
        InputError: Predictions are no rows of classes.
    """
    same_length(x, y)
    if x.ndim != 2 or x.shape[1] < 2:
        raise InputError("this call takes rows of scores, one for each class")
    index = column(y)
    classes = range(x.shape[1])
    found = []
    for a in classes:
        for b in classes[a + 1 :]:
            rows = (index == a) | (index == b)
            each = None if weights is None else row_weights(weights, len(x))[rows]
            found.append(area(Curve.of(x[rows, a] - x[rows, b], index[rows] == a, each)) if rows.any() else np.nan)
    return np.asarray(np.mean(found))


def catboost_auc(x: Array, y: Labels, weights: Array | None) -> Array:
    """catboost.AUC: a label above 0.5 is a yes; one class alone gives 0, but NaN if the other has no weight."""
    x, y = _numbers(x, y)
    found = area(Curve.of(x, y > 0.5, weights))
    return np.asarray(found if len(set((y > 0.5).tolist())) == 2 else np.nan_to_num(found))


def catboost_gini(x: Array, y: Labels, weights: Array | None) -> Array:
    """catboost.NormalizedGini."""
    return np.asarray(2.0 * np.nan_to_num(catboost_auc(x, y, weights)) - 1.0)


def catboost_prauc(x: Array, y: Labels, weights: Array | None) -> Array:
    """catboost.PRAUC: trapezoids, from the precision of the highest score on."""
    x, y = _numbers(x, y)
    curve = Curve.of(x, y > 0.5, weights)
    if not curve.right[-1]:
        return np.asarray(np.nan)
    right, said = curve.right, curve.right + curve.false
    precision = np.where(said > 0.0, ops.divide_no_nan(right, said), 1.0)
    recall = right / right[-1]
    return np.asarray((np.diff(recall) * (precision[1:] + precision[:-1])).sum() / 2.0)
