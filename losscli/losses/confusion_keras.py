"""Decisions as Keras's metrics count them: scores against thresholds, or class numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.errors import InputError, UsageError, shapes_differ
from losscli.lazy import np
from losscli.losses.scores_quirks import same_rank
from losscli.losses.vocabulary import Param

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from losscli.ops import Array, Labels


THRESHOLDS = Param("thresholds", None, "Scores above it are a yes (0.5); several give a result each.", vector=True)
DECISIONS = (
    THRESHOLDS,
    Param("top_k", None, "Only so many of the largest scores of a row can be a yes.", ge=1),
    Param("class_id", None, "Of rows, only this column counts.", ge=0),
)
NOTE = "A score at the threshold is a no; 0 where there is nothing to divide by."
COUNTS = "Counts such rows; a score at the threshold is a no."
F = (
    Param(
        "average",
        None,
        "One number for each class (none), or their mean.",
        choices=("micro", "macro", "weighted", "none"),
    ),
    Param("threshold", None, "Scores above it are a yes; without one, the largest of a row."),
)
F_NOTE = "One number for each class unless averaged; adds 1e-7 to each of three divisors."
NUM_CLASSES = Param("num_classes", 0, "How many classes there are.", ge=0)
TARGETS = Param("target_class_ids", None, "The classes that count: 0, 1, or both.", vector=True)
IGNORE_CLASS = Param("ignore_class", None, "Labels of this class do not count.")
SPARSE_TRUE = Param("sparse_y_true", True, "Labels are class numbers, else rows whose largest entry is the class.")
SPARSE = Param("sparse_y_pred", True, "Predictions are class numbers, else rows whose largest entry is the class.")
ROWS = Param("sparse_y_pred", False, SPARSE.help)
IOU_AXIS = Param("axis", -1, "Where the classes of such rows are.")
TARGETS = Param("target_class_ids", None, "The classes that count.", vector=True)
MEAN_IOU = (NUM_CLASSES, IGNORE_CLASS, SPARSE_TRUE, SPARSE, IOU_AXIS)
HOT_IOU = (NUM_CLASSES, IGNORE_CLASS, ROWS, IOU_AXIS)
IOU_NOTE = "Adds 1e-7 to divisors; classes that do not occur and invalid class numbers are left out."
EPSILON = 1e-7


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


def outcomes(x: Array, y: Labels, weights: Array | None, thresholds: Any, outcome: str) -> Array:
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


def count(x: Array, y: Labels, weights: Array | None, *, thresholds: Any, outcome: str) -> Array:
    """keras.metrics.TruePositives and the other three counts."""
    return _single(outcomes(x, y, weights, thresholds, outcome), thresholds)


def _chosen(x: Array, y: Labels, top_k: float | None, class_id: float | None) -> tuple[Array, Labels, Any]:
    """The column that counts; scores outside the top k cannot be a yes."""
    if top_k is not None:
        k = int(top_k)
        if x.ndim < 2 or k > x.shape[-1]:
            raise UsageError(f"--top-k {k} takes rows of as many scores")
        places = np.argsort(-x, axis=-1, kind="stable").argsort(axis=-1, kind="stable")
        x = np.where(places < k, x, 0.0).astype(x.dtype)
    if class_id is not None:
        x, y = x[..., int(class_id)], np.asarray(y)[..., int(class_id)]
    return x, y, 0.0 if top_k is not None else 0.5


def share(
    x: Array,
    y: Labels,
    weights: Array | None,
    *,
    missed: str,
    thresholds: Any,
    top_k: float | None,
    class_id: float | None,
) -> Array:
    """keras.metrics.Precision and Recall: true positives over themselves and ``missed``; 0 where there are none."""
    x, y, usual = _chosen(x, y, top_k, class_id)
    points = usual if thresholds is None else thresholds
    right, wrong = (outcomes(x, y, weights, points, outcome) for outcome in ("tp", missed))
    whole = right + wrong
    return _single(np.where(whole == 0.0, 0.0, right / np.where(whole == 0.0, 1.0, whole)), thresholds)


def f_beta(
    x: Array, y: Labels, weights: Array | None, *, average: str | None, threshold: float | None, beta: float = 1.0
) -> Array:
    """keras.metrics.FBetaScore: precision and recall by column, then F, adding 1e-7 to each divisor.

    Raises:
        InputError: Predictions and labels are not rows of one shape.
    """
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
    """The mean over the chosen classes that occur, in float32 as in Keras; 1e-7 is added to divisors."""
    right, said, true = np.diag(cells), cells.sum(axis=0), cells.sum(axis=1)
    below = said + true - right
    if targets is not None:
        chosen = np.atleast_1d(np.asarray(targets)).astype(np.intp)
        if (chosen >= len(cells)).any() or (chosen < 0).any():
            raise UsageError(f"--target-class-ids: the classes are 0..{len(cells) - 1}")
        right, below = right[chosen], below[chosen]
    small = np.float32(EPSILON)
    return np.asarray((right / (below + small)).sum() / (np.float32((below > 1e-9).sum()) + small))


def _cells(x: Labels, y: Labels, weights: Array | None, classes: int, ignored: float | None = None) -> Labels:
    """The confusion matrix ``(true, predicted)``, summed in float32; invalid class numbers do not count."""
    flat = [np.asarray(a, np.float64).reshape(-1).astype(np.int64) for a in (x, y)]
    if flat[0].shape != flat[1].shape:
        raise shapes_differ(x.shape, y.shape)
    counts = np.logical_and(*((numbers >= 0) & (numbers < classes) for numbers in flat))
    if ignored is not None:
        counts &= flat[1] != ignored
    cells = np.zeros(classes * classes, np.float32)
    each = np.ones((), np.float32) if weights is None else np.asarray(weights, np.float32).reshape(-1)
    if each.size not in (1, len(flat[0])):
        raise InputError(f"{each.size} sample weights for {len(flat[0])} values")
    np.add.at(cells, (flat[1] * classes + flat[0])[counts], np.broadcast_to(each, counts.shape)[counts])
    return cells.reshape(classes, classes)


def iou(
    x: Labels,
    y: Labels,
    weights: Array | None,
    *,
    num_classes: float,
    target_class_ids: Any = None,
    ignore_class: float | None,
    sparse_y_true: bool,
    sparse_y_pred: bool,
    axis: int,
) -> Array:
    """keras.metrics.IoU, MeanIoU, OneHotIoU and OneHotMeanIoU.

    Raises:
        UsageError: The number of classes is missing.
    """
    if not num_classes:
        raise UsageError("this call needs the number of classes", hint="--num-classes N")
    predicted, true = (
        a if sparse else _largest(np.asarray(a), axis) for a, sparse in ((x, sparse_y_pred), (y, sparse_y_true))
    )
    return _iou(_cells(predicted, true, weights, int(num_classes), ignore_class), target_class_ids)


def _largest(rows: Labels, axis: int) -> Labels:
    if not -rows.ndim <= axis < rows.ndim or rows.ndim < 2:
        raise InputError(f"shape {rows.shape} holds no rows of classes along axis {axis}", hint="--sparse-y-pred")
    return np.asarray(rows.argmax(axis=int(axis)))


def binary_iou(x: Array, y: Labels, weights: Array | None, *, target_class_ids: Any, threshold: float) -> Array:
    """keras.metrics.BinaryIoU: a score at the threshold is a yes."""
    yes = np.asarray(x, np.float32) >= np.float32(threshold)
    return _iou(_cells(yes, y, weights, 2), target_class_ids)
