"""The regions of ``monai.losses``: images ``(N, C, pixels..)`` with labels of the same shape unless made one-hot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli import ops
from losscli.errors import InputError, UsageError
from losscli.lazy import np
from losscli.losses import masks
from losscli.losses.reference import TORCH, calls_in
from losscli.losses.vocabulary import Kind, Param, Role, Takes

if TYPE_CHECKING:
    from losscli.ops import Array, Labels

    Areas = tuple[Array, Array, Array]

BACKGROUND = Param("include_background", True, "Count class 0, too.")
ONE_HOT = Param("to_onehot_y", False, "Labels are class numbers (N, 1, pixels..).")
SIGMOID = Param("sigmoid", False, "A sigmoid comes first.", role=Role.FROM_LOGITS, to="sigmoid")
SOFTMAX = Param("softmax", False, "A softmax over the classes comes first.", role=Role.FROM_LOGITS, to="softmax")
ABOVE = Param("smooth_nr", 1e-5, "Added above.")
BELOW = Param("smooth_dr", 1e-5, "Added below.")
BATCH = Param("batch", False, "All items of the batch are one region.")
SOFT = Param("soft_label", False, "Labels lie between 0 and 1.")
WEIGHT = Param("weight", None, "One weight for each class, or one for all.", vector=True)


def images(
    x: Array, y: Labels, *, include_background: bool, to_onehot_y: bool, sigmoid: bool, softmax: bool
) -> tuple[Array, Array]:
    """Predictions and labels as MONAI prepares them before it compares them.

    Raises:
        InputError: Other shapes.
        UsageError: Both ``sigmoid`` and ``softmax``.
    """
    if x.ndim < 3:
        raise InputError(f"images (N, C, pixels..) are wanted, not shape {x.shape}")
    if sigmoid and softmax:
        raise UsageError("--sigmoid and --softmax: one of them")
    several = x.shape[1] > 1
    if sigmoid:
        x = ops.sigmoid(x)
    elif softmax and several:
        x = masks.softmax(x)
    if to_onehot_y and several:
        if y.shape != (x.shape[0], 1, *x.shape[2:]):
            raise InputError(f"class numbers of shape {(x.shape[0], 1, *x.shape[2:])} are wanted, not {y.shape}")
        y = masks.planes(y[:, 0], x)
    if not include_background and several:
        x, y = x[:, 1:], y[:, 1:]
    masks.same_shape(x, y)
    return x, y.astype(x.dtype)


def _axes(x: Array, batch: bool) -> tuple[int, ...]:
    return ((0,) if batch else ()) + masks.spatial(x)


def _areas(x: Array, y: Array, axes: tuple[int, ...], *, squared: bool, soft: bool) -> Areas:
    """The areas of the intersection, of the predictions only, and of the labels only."""
    if not squared and not soft:
        both = (x * y).sum(axis=axes)
        return both, x.sum(axis=axes) - both, y.sum(axis=axes) - both
    size = (lambda v: v * v) if squared else np.abs
    mine, theirs, apart = (size(one).sum(axis=axes) for one in (x, y, x - y))
    both = (mine + theirs - apart) / 2.0
    return both, mine - both, theirs - both


def not_negative(**numbers: Any) -> None:
    """Refuse numbers below 0.

    Raises:
        UsageError: One is.
    """
    for name, value in numbers.items():
        if value is not None and np.min(value) < 0.0:
            raise UsageError(f"--{name.replace('_', '-')} is {np.min(value):g}; it must be at least 0")


def weighed(values: Array, weight: Any) -> Array:
    """Values ``(N, C, ..)`` or ``(C,)`` times the weight of their class.

    Raises:
        UsageError: There is not one weight for each class.
    """
    axis = 0 if values.ndim == 1 else 1
    if weight is None or values.shape[axis] == 1:
        return values
    not_negative(weight=weight)
    vector = np.asarray(weight, values.dtype).reshape(-1)
    if vector.size not in (1, values.shape[axis]):
        raise UsageError(f"--weight has {vector.size} values for {values.shape[axis]} classes")
    return values * (vector.reshape(-1, *[1] * (values.ndim - 2)) if axis else vector)


def dice(
    x: Array,
    y: Labels,
    *,
    squared_pred: bool = False,
    jaccard: bool = False,
    smooth_nr: float,
    smooth_dr: float,
    batch: bool = False,
    weight: Any = None,
    soft_label: bool = False,
    **how: Any,
) -> Array:
    """monai.losses.DiceLoss: one value for each item and class."""
    x, y = images(x, y, **how)
    both, alarms, missed = _areas(x, y, _axes(x, batch), squared=squared_pred, soft=soft_label)
    wrong = (alarms + missed) * (1.0 if jaccard else 0.5)
    values = 1.0 - (2.0 * both + smooth_nr) / (2.0 * (both + wrong) + smooth_dr)
    return np.asarray(weighed(values, weight))


def _tversky(
    x: Array,
    y: Labels,
    *,
    alpha: float,
    beta: float,
    smooth_nr: float,
    smooth_dr: float,
    batch: bool,
    soft_label: bool,
    **how: Any,
) -> Array:
    x, y = images(x, y, **how)
    axes = _axes(x, batch)
    if soft_label:
        both, alarms, missed = _areas(x, y, axes, squared=False, soft=True)
    else:
        both, alarms, missed = ((part).sum(axis=axes) for part in (x * y, x * (1.0 - y), (1.0 - x) * y))
    return np.asarray(1.0 - (both + smooth_nr) / (both + alpha * alarms + beta * missed + smooth_dr))


def generalized(
    x: Array,
    y: Labels,
    *,
    w_type: str,
    smooth_nr: float,
    smooth_dr: float,
    batch: bool,
    soft_label: bool = False,
    **how: Any,
) -> Array:
    """monai.losses.GeneralizedDiceLoss: an absent class weighs as much as the heaviest."""
    x, y = images(x, y, **how)
    axes = _axes(x, batch)
    both, alarms, missed = _areas(x, y, axes, squared=False, soft=soft_label)
    area = y.sum(axis=axes)
    with np.errstate(divide="ignore"):
        weight = {"square": 1.0 / (area * area), "simple": 1.0 / area, "uniform": np.ones_like(area)}[w_type]
    absent = np.isinf(weight)
    weight = np.where(absent, 0.0, weight)
    weight = np.where(absent, weight.max(axis=-1, keepdims=True), weight)
    above = 2.0 * (both * weight).sum(axis=-1, keepdims=True) + smooth_nr
    below = ((2.0 * both + alarms + missed) * weight).sum(axis=-1, keepdims=True) + smooth_dr
    return np.asarray(1.0 - above / below)


# Images are not the rows of the plain command.
call = calls_in("monai.losses", reads=Kind.VALUES, takes=Takes.RAW, reductions=TORCH, whole=True, apart=True)
LAYOUT = (BACKGROUND, ONE_HOT, SIGMOID, SOFTMAX)
SMOOTH = (ABOVE, BELOW, BATCH)
SQUARED = Param("squared_pred", False, "The areas are sums of squares.")
REDUCTION = Param("reduction", "mean", "Of each of the two losses.", choices=("mean", "sum"))
JACCARD = Param("jaccard", False, "Intersection over union.")
DICE = call(
    "DiceLoss",
    kernel=dice,
    options=(*LAYOUT, SQUARED, JACCARD, *SMOOTH, WEIGHT, SOFT),
    note="One value for each item and class, then their mean; no activation unless it is asked for.",
)
W_TYPE = Param(
    "w_type",
    "square",
    "The weight of a class: one over its area squared, over its area, or 1.",
    choices=("square", "simple", "uniform"),
)
GENERALIZED_DICE = call(
    "GeneralizedDiceLoss",
    kernel=generalized,
    options=(*LAYOUT, W_TYPE, *SMOOTH, SOFT),
    note="One value for each item; an absent class takes the largest weight.",
    unweighted="One value for each item.",
)
TVERSKY = call(
    "TverskyLoss",
    kernel=_tversky,
    options=(
        *LAYOUT,
        Param("alpha", 0.5, "Weight of false alarms (false positives)."),
        Param("beta", 0.5, "Weight of misses (false negatives)."),
        *SMOOTH,
        SOFT,
    ),
    note="One value for each item and class, then their mean; 1e-5 is added above and below.",
)
