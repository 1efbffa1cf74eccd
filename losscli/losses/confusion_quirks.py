"""Decisions as frameworks' calls count them: scikit-learn's labels, Keras's thresholds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.errors import InputError, UsageError, shapes_differ
from losscli.lazy import lazy
from losscli.losses.confusion_counts import (
    Counts,
    averaged,
    by_label,
    columns_of,
    correlation,
    counted,
    kappa,
    matrix,
    weights_for,
)
from losscli.losses.label_sets import alike, same_length
from losscli.losses.scores_quirks import same_rank
from losscli.losses.vocabulary import Param

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from losscli.ops import Array

    Labels = NDArray[Any]
else:
    np = lazy("numpy")

THRESHOLDS = Param("thresholds", None, "Scores above it are a yes (0.5); several give a result each.", vector=True)
KERAS_DECISIONS = (
    THRESHOLDS,
    Param("top_k", None, "Only so many of the largest scores of a row can be a yes.", ge=1),
    Param("class_id", None, "Of rows, only this column counts.", ge=0),
)
KERAS_NOTE = "A score at the threshold is a no; 0 where there is nothing to divide by."
KERAS_COUNTS = "Counts such rows; a score at the threshold is a no."
KERAS_F = (
    Param(
        "average",
        None,
        "One number for each class (none), or their mean.",
        choices=("micro", "macro", "weighted", "none"),
    ),
    Param("threshold", None, "Scores above it are a yes; without one, the largest of a row."),
)
KERAS_F_NOTE = "One number for each class unless averaged; adds 1e-7 to what it divides by, three times."
NUM_CLASSES = Param("num_classes", 0, "How many classes there are.", ge=0)
TARGETS = Param("target_class_ids", None, "The classes that count: 0, 1, or both.", vector=True)
KERAS_IOU = (NUM_CLASSES, Param("target_class_ids", None, "The classes that count.", vector=True))
KERAS_IOU_NOTE = (
    "Predictions are class numbers; adds 1e-7 to what it divides by; classes that do not occur are left out."
)
EPSILON = 1e-7


# scikit-learn


def _sklearn_counts(
    x: Labels, y: Labels, weights: Array | None, average: Any, pos_label: Any, labels: Labels | None
) -> Counts:
    """By class; of rows of indicators by column, or with ``samples`` by row."""
    same_length(x, y)
    several = [a.ndim == 2 and a.shape[1] > 1 for a in (x, y)]
    if any(several):
        return _indicator_counts(x, y, weights, average)
    if average == "samples":
        raise InputError("--average samples is for rows of indicators")
    x, y = columns_of(x, y)
    each = weights_for(y, weights)
    classes = counted(x, y, average, pos_label)
    if labels is not None and average != "binary":
        classes = np.asarray([alike(y, label) for label in np.asarray(labels).tolist()], y.dtype)
    return Counts(by_label(each * (x == y), y, classes), by_label(each, x, classes), by_label(each, y, classes))


def _indicator_counts(x: Labels, y: Labels, weights: Array | None, average: Any) -> Counts:
    if x.shape != y.shape or x.dtype == object or y.dtype == object:
        raise shapes_differ(x.shape, y.shape)
    if not (np.isin(x, (0, 1)).all() and np.isin(y, (0, 1)).all()):
        raise InputError("rows of labels must be indicators, 0 or 1")
    if average == "binary":
        raise InputError("--average binary is for one label a row", hint="--average macro, micro, weighted or samples")
    each = weights_for(y, weights)
    if average == "samples":
        return Counts(*(table.sum(axis=1, dtype=np.float64) for table in ((x * y), x, y)))
    return Counts(*((each[:, None] * table).sum(axis=0) for table in ((x * y), x, y)))


def _mean_of(above: Array, below: Array, found: Counts, weights: Array | None, means: tuple[Any, Any]) -> Array:
    """The mean over classes; over rows, if it is of samples, with the rows' weights."""
    average, zero_division = means
    if average == "samples" and weights is not None:
        found = Counts(found.right, found.said, np.asarray(weights, np.float64))
        average = "weighted"
    return averaged(above, below, found, average, float(zero_division) if zero_division != "warn" else 0.0)


def sklearn_precision(x: Labels, y: Labels, weights: Array | None, *, labels: Labels | None, **how: Any) -> Array:
    """sklearn.metrics.precision_score."""
    average, pos_label, zero_division = (how[name] for name in ("average", "pos_label", "zero_division"))
    found = _sklearn_counts(x, y, weights, average, pos_label, labels)
    return _mean_of(found.right, found.said, found, weights, (average, zero_division))


def sklearn_recall(x: Labels, y: Labels, weights: Array | None, *, labels: Labels | None, **how: Any) -> Array:
    """sklearn.metrics.recall_score."""
    average, pos_label, zero_division = (how[name] for name in ("average", "pos_label", "zero_division"))
    found = _sklearn_counts(x, y, weights, average, pos_label, labels)
    return _mean_of(found.right, found.true, found, weights, (average, zero_division))


def sklearn_f_beta(x: Labels, y: Labels, weights: Array | None, *, labels: Labels | None, **how: Any) -> Array:
    """sklearn.metrics.f1_score and fbeta_score."""
    average, pos_label, zero_division = (how[name] for name in ("average", "pos_label", "zero_division"))
    found = _sklearn_counts(x, y, weights, average, pos_label, labels)
    return _mean_of(*f_terms(found, how.get("beta", 1.0)), found, weights, (average, zero_division))


def sklearn_jaccard(x: Labels, y: Labels, weights: Array | None, *, labels: Labels | None, **how: Any) -> Array:
    """sklearn.metrics.jaccard_score."""
    average, pos_label, zero_division = (how[name] for name in ("average", "pos_label", "zero_division"))
    found = _sklearn_counts(x, y, weights, average, pos_label, labels)
    return _mean_of(found.right, found.said + found.true - found.right, found, weights, (average, zero_division))


def f_terms(found: Counts, beta: float) -> tuple[Array, Array]:
    """What is divided by what, for each class."""
    if beta == np.inf:
        return found.right, found.true
    square = beta * beta
    return (1.0 + square) * found.right, found.said + square * found.true


def f_of(found: Counts, beta: float, average: str | None) -> Array:
    """F of the classes that count."""
    return averaged(*f_terms(found, beta), found, average)


def sklearn_matthews(x: Labels, y: Labels, weights: Array | None) -> Array:
    """sklearn.metrics.matthews_corrcoef."""
    x, y = columns_of(x, y)
    return correlation(matrix(weights_for(y, weights), y, x))


def sklearn_kappa(x: Labels, y: Labels, weights: Array | None, *, weighing: str | None, labels: Labels | None) -> Array:
    """sklearn.metrics.cohen_kappa_score: labels choose the rows and give the order."""
    x, y = columns_of(x, y)
    each = weights_for(y, weights)
    if labels is None:
        return kappa(matrix(each, y, x), weighing)
    classes = [alike(y, label) for label in np.asarray(labels).tolist()]
    cells = np.array([[each[(y == a) & (x == b)].sum() for b in classes] for a in classes])
    return kappa(cells, weighing)


# Keras


def _keras_weights(x: Array, weights: Array | None) -> Array:
    """One weight for each entry."""
    if weights is None:
        return np.ones(x.shape, x.dtype)
    found = np.asarray(weights, x.dtype)
    found = found.reshape(*found.shape, *[1] * (x.ndim - found.ndim)) if found.ndim < x.ndim else found
    try:
        return np.broadcast_to(found, x.shape)
    except ValueError:
        raise InputError(f"sample weights of shape {found.shape} for predictions of shape {x.shape}") from None


def _keras_pairs(x: Array, y: Labels, weights: Array | None) -> tuple[Array, Array, Array]:
    """Scores in 0..1, labels and weights of one shape."""
    x, y = same_rank(x, y)
    if x.shape != y.shape:
        raise shapes_differ(x.shape, y.shape)
    if not ((x >= 0.0) & (x <= 1.0)).all():
        raise InputError("predictions lie outside 0..1")
    return x, y, _keras_weights(x, weights)


def keras_outcomes(x: Array, y: Labels, weights: Array | None, thresholds: Any, outcome: str) -> Array:
    """The weights of the rows of an outcome, for each threshold."""
    x, y, each = _keras_pairs(x, y, weights)
    found = []
    for threshold in np.atleast_1d(0.5 if thresholds is None else np.asarray(thresholds)).tolist():
        yes = x > x.dtype.type(threshold)
        hit = (yes if outcome in ("tp", "fp") else ~yes) & ((y != 0) if outcome in ("tp", "fn") else (y == 0))
        found.append((each * hit).sum())
    return np.asarray(found, x.dtype)


def _single(found: Array, thresholds: Any) -> Array:
    return found if np.ndim(thresholds) else found.reshape(())


def keras_count(x: Array, y: Labels, weights: Array | None, *, thresholds: Any, outcome: str) -> Array:
    """keras.metrics.TruePositives and its kin."""
    return _single(keras_outcomes(x, y, weights, thresholds, outcome), thresholds)


def _chosen(x: Array, y: Labels, top_k: float | None, class_id: float | None) -> tuple[Array, Labels, Any]:
    """The column that counts; scores that are not among the largest can be no yes."""
    if top_k is not None:
        k = int(top_k)
        if x.ndim < 2 or k > x.shape[-1]:
            raise UsageError(f"--top-k {k} takes rows of as many scores")
        places = np.argsort(-x, axis=-1, kind="stable").argsort(axis=-1, kind="stable")
        x = np.where(places < k, x, 0.0).astype(x.dtype)
    if class_id is not None:
        x, y = x[..., int(class_id)], np.asarray(y)[..., int(class_id)]
    return x, y, 0.0 if top_k is not None else 0.5


def keras_share(
    x: Array, y: Labels, weights: Array | None, missed: str, chosen: tuple[Any, float | None, float | None]
) -> Array:
    """True positives over themselves and another outcome; 0 where there are none."""
    thresholds, top_k, class_id = chosen
    x, y, usual = _chosen(x, y, top_k, class_id)
    points = usual if thresholds is None else thresholds
    right, wrong = (keras_outcomes(x, y, weights, points, outcome) for outcome in ("tp", missed))
    whole = right + wrong
    return _single(np.where(whole == 0.0, 0.0, right / np.where(whole == 0.0, 1.0, whole)), thresholds)


def keras_precision(
    x: Array, y: Labels, weights: Array | None, *, thresholds: Any, top_k: float | None, class_id: float | None
) -> Array:
    """keras.metrics.Precision."""
    return keras_share(x, y, weights, "fp", (thresholds, top_k, class_id))


def keras_recall(
    x: Array, y: Labels, weights: Array | None, *, thresholds: Any, top_k: float | None, class_id: float | None
) -> Array:
    """keras.metrics.Recall."""
    return keras_share(x, y, weights, "fn", (thresholds, top_k, class_id))


def keras_f_beta(
    x: Array, y: Labels, weights: Array | None, *, average: str | None, threshold: float | None, beta: float = 1.0
) -> Array:
    """keras.metrics.FBetaScore: precision and recall by column, then F, 1e-7 added below each time."""
    if x.ndim != 2 or np.shape(y) != x.shape:
        raise InputError("FBetaScore takes rows of scores and labels of their shape")
    y = np.asarray(y, x.dtype)
    yes = (x >= x.max(axis=-1, keepdims=True)) & (abs(x) > 1e-09) if threshold is None else x > threshold
    said = yes.astype(x.dtype)
    each = _keras_weights(x, weights)
    axis = None if average == "micro" else 0
    right, false, lost, true = (
        (each * table).sum(axis=axis) for table in (said * y, said * (1.0 - y), (1.0 - said) * y, y)
    )
    precision, recall = right / (right + false + EPSILON), right / (right + lost + EPSILON)
    f = (1.0 + beta * beta) * (precision * recall) / (beta * beta * precision + recall + EPSILON)
    if average == "weighted":
        return np.asarray((f * (true / (true.sum() + EPSILON))).sum())
    return np.asarray(f.mean() if average == "macro" else f)


def _iou(cells: NDArray[np.float32], targets: Any) -> Array:
    """The mean over the chosen classes that occur, in float32 as it is there; 1e-7 is added to what is divided by."""
    right, said, true = np.diag(cells), cells.sum(axis=0), cells.sum(axis=1)
    below = said + true - right
    if targets is not None:
        chosen = np.atleast_1d(np.asarray(targets)).astype(np.intp)
        if (chosen >= len(cells)).any() or (chosen < 0).any():
            raise UsageError(f"--target-class-ids: the classes are 0..{len(cells) - 1}")
        right, below = right[chosen], below[chosen]
    small = np.float32(EPSILON)
    return np.asarray((right / (below + small)).sum() / (np.float32((below > 1e-9).sum()) + small))


def _cells(x: Labels, y: Labels, weights: Array | None, classes: int) -> NDArray[np.float32]:
    """The confusion matrix ``(true, predicted)``, added up in float32."""
    flat = [np.asarray(a, np.float64).reshape(-1).astype(np.int64) for a in (x, y)]
    if flat[0].shape != flat[1].shape:
        raise shapes_differ(x.shape, y.shape)
    for name, numbers in zip(("predictions", "labels"), flat, strict=True):
        if ((numbers < 0) | (numbers >= classes)).any():
            raise InputError(f"the {name} are not all in 0..{classes - 1}", hint="--num-classes")
    cells = np.zeros(classes * classes, np.float32)
    each = np.ones((), np.float32) if weights is None else np.asarray(weights, np.float32).reshape(-1)
    if each.size not in (1, len(flat[0])):
        raise InputError(f"{each.size} sample weights for {len(flat[0])} values")
    np.add.at(cells, flat[1] * classes + flat[0], each)
    return cells.reshape(classes, classes)


def keras_iou(
    x: Labels, y: Labels, weights: Array | None, *, num_classes: float, target_class_ids: Any = None
) -> Array:
    """keras.metrics.IoU and MeanIoU: class numbers, of as many classes as are named."""
    if not num_classes:
        raise UsageError("this call needs the number of classes", hint="--num-classes N")
    return _iou(_cells(x, y, weights, int(num_classes)), target_class_ids)


def keras_binary_iou(x: Array, y: Labels, weights: Array | None, *, target_class_ids: Any, threshold: float) -> Array:
    """keras.metrics.BinaryIoU: a score at the threshold is a yes."""
    yes = np.asarray(x, np.float32) >= np.float32(threshold)
    return _iou(_cells(yes, y, weights, 2), target_class_ids)
