"""Margin formulas that only one framework's call has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli import ops
from losscli.errors import InputError
from losscli.lazy import np
from losscli.losses.label_sets import column, numbers_of, same_length, sorted_classes
from losscli.ops import log_sigmoid, take

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from losscli.ops import Array, Labels


def keras_metric_margin(scores: Array, target: Labels, *, power: int) -> Array:
    """keras.metrics.Hinge and SquaredHinge: no axis is added to labels ``(N,)``, so that ``(N, 1)`` scores pair up."""
    sign = target.astype(scores.dtype)
    if np.isin(sign, (0, 1)).all():
        sign = 2.0 * sign - 1.0
    return np.asarray((np.maximum(1.0 - sign * scores, 0.0) ** power).mean(axis=-1))


def keras_categorical_hinge(scores: Array, target: Array) -> Array:
    """keras.losses.categorical_hinge: 0 times infinity is NaN."""
    own = (target * scores).sum(axis=-1)
    other = ((1.0 - target) * scores).max(axis=-1)
    return np.asarray(np.maximum(other - own + 1.0, 0.0))


def optax_multiclass_hinge(scores: Array, target: Labels) -> Array:
    """optax.losses.multiclass_hinge_loss: the best score after 1 is added to all but the label's, minus the label's."""
    hot = ops.one_hot(target, scores.shape[-1], scores.dtype)
    return np.asarray((scores + 1.0 - hot).max(axis=-1) - (scores * hot).sum(axis=-1))


def optax_multiclass_perceptron(scores: Array, target: Labels) -> Array:
    """optax.losses.multiclass_perceptron_loss."""
    hot = ops.one_hot(target, scores.shape[-1], scores.dtype)
    return np.asarray(scores.max(axis=-1) - (scores * hot).sum(axis=-1))


def optax_index(scores: Array, target: Labels) -> NDArray[np.intp]:
    """Index as optax does: a negative number counts from the end; one still outside becomes the nearest class."""
    classes = scores.shape[-1]
    return np.clip(np.where(target < 0, target + classes, target), 0, classes - 1).astype(np.intp)


def truthy(target: Array) -> Array:
    """optax.losses.sparsemax_loss: every label but 0 means yes."""
    return np.where(target == 0.0, np.asarray(-1.0, target.dtype), np.asarray(1.0, target.dtype))


def torch_soft_margin(score: Array, sign: Array) -> Array:
    """torch.nn.SoftMarginLoss: overflows to infinity from a margin of -709.8 on, in float32 -88.7."""
    return np.log1p(np.exp(-sign * score))


def torch_multilabel_soft_margin(score: Array, target: Array) -> Array:
    """torch.nn.MultiLabelSoftMarginLoss, one output: labels of 0 and 1; 0 times infinity is NaN."""
    return -(target * log_sigmoid(score) + (1.0 - target) * log_sigmoid(-score))


def torch_multi_margin(scores: Array, target: Labels, *, p: int, margin: float, weight: Array | None = None) -> Array:
    """torch.nn.MultiMarginLoss: NaN counts as no excess; the weight of the label multiplies the row.

    Raises:
        InputError: Other shapes, a ``p`` that is neither 1 nor 2, or not one weight for each class.
    """
    if scores.ndim > 2:
        raise InputError(f"scores of shape {scores.shape}: rows of classes are wanted")
    if p not in (1, 2):
        raise InputError("--p is 1 or 2")
    if weight is not None and weight.shape != scores.shape[-1:]:
        raise InputError(f"{weight.size} class weights for {scores.shape[-1]} classes")
    excess = margin - take(scores, target)[..., None] + scores
    counts = (excess > 0.0) & (np.arange(scores.shape[-1]) != target[..., None])
    cost = np.where(counts, excess, 0.0) ** p
    if weight is not None:
        cost = cost * weight[target][..., None]
    return np.asarray(cost.sum(axis=-1) / scores.shape[-1])


def sklearn_hinge(scores: Array, y: Labels, *, labels: Labels | None) -> Array:
    """sklearn.metrics.hinge_loss: of two classes the greater is 1; of more, the best other class is the rival.

    A single class is -1, and with ``labels`` of two classes but more in ``y`` the least is 1: as LabelBinarizer does.

    Raises:
        InputError: Scores are not finite, or not of as many classes as the labels.
    """
    same_length(scores, y)
    y = column(y)
    if not np.isfinite(scores).all():
        raise InputError("the scores hold NaN or infinity")
    classes = sorted_classes(y, labels)
    if len(classes) <= 2:
        if scores.ndim == 2 and scores.shape[1] == 1:
            scores = scores[:, 0]
        if scores.ndim != 1:
            raise InputError(f"scores of shape {scores.shape} for two classes: one a row is wanted")
        present = sorted_classes(y)
        positive = y == present[-1] if len(present) == 2 else (y == present[0]) & (len(present) > 2)
        return np.maximum(1.0 - np.where(positive, scores, -scores), 0.0)
    if scores.ndim != 2 or scores.shape[1] != len(classes):
        raise InputError(f"scores of shape {scores.shape} for {len(classes)} classes", hint="--labels")
    index = numbers_of(y, classes)
    rivals = scores.copy()
    np.put_along_axis(rivals, index[:, None], -np.inf, axis=1)
    return np.asarray(np.maximum(1.0 - (take(scores, index) - rivals.max(axis=1)), 0.0))
