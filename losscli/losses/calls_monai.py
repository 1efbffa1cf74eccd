"""The calls of ``monai.losses``: images ``(N, C, pixels..)``, whose labels have the same shape unless made one-hot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli import ops
from losscli.errors import InputError, UsageError, shapes_differ
from losscli.lazy import np
from losscli.losses import masks
from losscli.losses.reference import TORCH, WHOLE, Reductions, Reference, Rule
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
    """What MONAI makes of predictions and labels before it compares them."""
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


def _weighed(values: Array, weight: Any, include_background: bool) -> Array:
    """Values ``(N, C, ..)`` or ``(C,)`` times the weight of their class."""
    axis = 0 if values.ndim == 1 else 1
    if weight is None or values.shape[axis] == 1:
        return values
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
    return np.asarray(_weighed(values, weight, bool(how["include_background"])))


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


def _generalized(
    x: Array, y: Labels, *, w_type: str, smooth_nr: float, smooth_dr: float, batch: bool, soft_label: bool, **how: Any
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


def _focal(
    x: Array,
    y: Labels,
    *,
    include_background: bool,
    to_onehot_y: bool,
    gamma: float,
    alpha: Any,
    weight: Any,
    use_softmax: bool,
) -> Array:
    """monai.losses.FocalLoss: every entry has a value."""
    x, target = images(
        x, y, include_background=include_background, to_onehot_y=to_onehot_y, sigmoid=False, softmax=False
    )
    if use_softmax:
        log_p = masks.log_softmax(x)
        values = -((1.0 - np.exp(log_p)) ** gamma) * log_p * target
        factor = _softmax_alpha(alpha, x, include_background)
    else:
        cost = x - x * target - ops.log_sigmoid(x)
        values = np.exp(gamma * ops.log_sigmoid(-x * (2.0 * target - 1.0))) * cost
        factor = _sigmoid_alpha(alpha, x, target)
    return np.asarray(_weighed(values if factor is None else values * factor, weight, include_background))


def _softmax_alpha(alpha: Any, x: Array, include_background: bool) -> Array | None:
    if alpha is None or (np.ndim(alpha) == 0 and not include_background):
        return None
    given = np.asarray(alpha, x.dtype).reshape(-1)
    each = given if given.size > 1 else np.asarray([1.0 - given[0]] + [given[0]] * (x.shape[1] - 1), x.dtype)
    return masks.by_class(each, x, "--alpha")


def _sigmoid_alpha(alpha: Any, x: Array, target: Array) -> Array | None:
    if alpha is None:
        return None
    given = np.asarray(alpha, x.dtype).reshape(-1)
    if given.size == 1:
        return np.asarray(target * given[0] + (1.0 - target) * (1.0 - given[0]))
    return np.where(target == 1.0, masks.by_class(given, x, "--alpha"), 1.0)


def _reduced(values: Array, reduction: str) -> Array:
    return np.asarray(values.sum() if reduction == "sum" else values.mean())


def _dice_ce(
    x: Array,
    y: Labels,
    weights: Array | None,
    *,
    reduction: str,
    weight: Any,
    lambda_dice: float,
    lambda_ce: float,
    label_smoothing: float,
    **how: Any,
) -> Array:
    """monai.losses.DiceCELoss: the two losses are reduced separately."""
    _rows_alone(weights)
    if x.ndim != y.ndim or y.shape[1] not in (1, x.shape[1]):
        raise shapes_differ(x.shape, y.shape)
    regions = _reduced(dice(x, y, weight=_foreground(weight, how), **how), reduction)
    if x.shape[1] == 1:
        positive = y * (1.0 if weight is None else np.asarray(weight, x.dtype))
        cost = _reduced(-positive * ops.log_sigmoid(x) - (1.0 - y) * ops.log_sigmoid(-x), reduction)
    else:
        cost = _cross_entropy(x, y, weight, label_smoothing, reduction)
    return np.asarray(lambda_dice * regions + lambda_ce * cost)


def _rows_alone(weights: Array | None) -> None:
    if weights is not None:
        raise UsageError("this call takes no sample weights")


def _foreground(weight: Any, how: Any) -> Any:
    """The weights of the classes that the Dice loss counts."""
    return weight if weight is None or how["include_background"] else np.asarray(weight).reshape(-1)[1:]


def _cross_entropy(x: Array, y: Labels, weight: Any, smoothing: float, reduction: str) -> Array:
    """PyTorch's: for class numbers the mean divides by the sum of their weights, for rows by their number."""
    sparse = y.shape[1] == 1
    hot = masks.planes(y[:, 0], x) if sparse else y.astype(x.dtype)
    each = masks.by_class(np.ones(x.shape[1]) if weight is None else weight, x, "--weight")
    cost = -(ops.smoothed(hot, smoothing, x.shape[1]) * each * masks.log_softmax(x)).sum(axis=1)
    if reduction == "mean" and sparse:
        return np.asarray(cost.sum() / (hot * each).sum())
    return _reduced(cost, reduction)


def _dice_focal(
    x: Array,
    y: Labels,
    weights: Array | None,
    *,
    reduction: str,
    weight: Any,
    gamma: float,
    lambda_dice: float,
    lambda_focal: float,
    alpha: Any,
    **how: Any,
) -> Array:
    """monai.losses.DiceFocalLoss: sigmoids in the focal loss, also after a softmax; its sum is of means over pixels."""
    _rows_alone(weights)
    regions = _reduced(dice(x, y, weight=weight, **how), reduction)
    layout = {"include_background": how["include_background"], "use_softmax": False}
    layout["to_onehot_y"] = how["to_onehot_y"] and x.shape[1] > 1
    focal = _focal(x, y, gamma=gamma, alpha=alpha, weight=weight, **layout).mean(axis=masks.spatial(x))
    return np.asarray(lambda_dice * regions + lambda_focal * _reduced(focal, reduction))


def call(name: str, **data: Any) -> Reference:
    """A class of ``monai.losses``; its images are no rows of the plain command."""
    defaults: dict[str, Any] = {
        "reads": Kind.VALUES,
        "takes": Takes.RAW,
        "reductions": TORCH,
        "whole": True,
        "apart": True,
    }
    return Reference(f"monai.losses.{name}", **(defaults | data))


LAYOUT = (BACKGROUND, ONE_HOT, SIGMOID, SOFTMAX)
SMOOTH = (ABOVE, BELOW, BATCH)
GAMMA = Param("gamma", 2.0, "Focusing power.")
ALPHA = Param("alpha", None, "Weight of the positive labels, or one for each class.", vector=True)
SQUARED = Param("squared_pred", False, "The areas are sums of squares.")
JACCARD = Param("jaccard", False, "Intersection over union.")
REDUCTION = Param("reduction", "mean", "Of each of the two losses.", choices=("mean", "sum"))
OF_BOTH = (*LAYOUT, SQUARED, JACCARD, REDUCTION, *SMOOTH)
LAMBDA_DICE = Param("lambda_dice", 1.0, "Factor of the Dice loss.")
DICE = (
    call(
        "DiceLoss",
        kernel=dice,
        options=(*LAYOUT, SQUARED, JACCARD, *SMOOTH, WEIGHT, SOFT),
        note="One value for each item and class, then their mean; no activation unless it is asked for.",
        unweighted="One value for each item and class, then their mean; no activation unless it is asked for.",
    ),
    call(
        "DiceCELoss",
        takes=Takes.SET,
        kernel=_dice_ce,
        options=(
            *OF_BOTH,
            WEIGHT,
            LAMBDA_DICE,
            Param("lambda_ce", 1.0, "Factor of the cross-entropy."),
            Param("label_smoothing", 0.0, "Of the cross-entropy."),
        ),
        reductions=WHOLE,
        note="The Dice loss plus the cross-entropy of the same logits.",
    ),
    call(
        "DiceFocalLoss",
        takes=Takes.SET,
        kernel=_dice_focal,
        options=(*OF_BOTH, GAMMA, WEIGHT, LAMBDA_DICE, Param("lambda_focal", 1.0, "Factor of the focal loss."), ALPHA),
        reductions=WHOLE,
        note="The Dice loss plus the focal loss of the same logits, which always takes a sigmoid.",
    ),
)
GENERALIZED_DICE = (
    call(
        "GeneralizedDiceLoss",
        kernel=_generalized,
        options=(
            *LAYOUT,
            Param("w_type", "square", "The weight of a class: one over its area squared, over its area, or 1.",
                  choices=("square", "simple", "uniform")),
            *SMOOTH,
            SOFT,
        ),
        note="One value for each item; an absent class takes the largest weight.",
        unweighted="One value for each item.",
    ),
)  # fmt: skip
TVERSKY = (
    call(
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
    ),
)
FOCAL = (
    call(
        "FocalLoss",
        reads=Kind.LOGITS,
        kernel=_focal,
        options=(
            BACKGROUND,
            ONE_HOT,
            GAMMA,
            ALPHA,
            WEIGHT,
            Param("use_softmax", False, "A softmax over the classes, instead of a sigmoid for each."),
        ),
        reductions=Reductions({"mean": Rule.MEAN, "none": Rule.NONE}),
        note="Sigmoids unless --use-softmax; the mean is over all entries, so a softmax's is C times smaller.",
        unweighted="Sigmoids unless --use-softmax; the mean is over all entries, so a softmax's is C times smaller.",
    ),
)
