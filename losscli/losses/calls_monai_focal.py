"""The losses of ``monai.losses`` that turn down what is easy, or add the cost of pixels to that of regions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli import ops
from losscli.errors import InputError, UsageError, shapes_differ
from losscli.lazy import np
from losscli.losses import calls_monai as monai
from losscli.losses import masks
from losscli.losses.dataset_scores import no_weights
from losscli.losses.reference import MEAN_OR_NONE, WHOLE
from losscli.losses.vocabulary import Kind, Param, Takes

if TYPE_CHECKING:
    from losscli.ops import Array, Labels

NEAR = 1e-7  # probabilities stay so far from 0 and 1


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
    x, target = monai.images(
        x, y, include_background=include_background, to_onehot_y=to_onehot_y, sigmoid=False, softmax=False
    )
    if weight is not None and x.shape[1] == 1 and np.size(weight) > 1:
        raise UsageError(f"--weight has {np.size(weight)} values for 1 class")
    if use_softmax:
        log_p = masks.log_softmax(x)
        values = -((1.0 - np.exp(log_p)) ** gamma) * log_p * target
        factor = _softmax_alpha(alpha, x, include_background)
    else:
        cost = x - x * target - ops.log_sigmoid(x)
        values = np.exp(gamma * ops.log_sigmoid(-x * (2.0 * target - 1.0))) * cost
        factor = _sigmoid_alpha(alpha, x, target)
    values = values if factor is None else values * factor
    if weight is not None and x.shape[1] == 1:
        monai.not_negative(weight=weight)
        return np.asarray(values * np.asarray(weight, x.dtype).reshape(-1)[0])
    return np.asarray(monai.weighed(values, weight))


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
    no_weights(weights)
    monai.not_negative(lambda_dice=lambda_dice, lambda_ce=lambda_ce)
    if x.ndim != y.ndim or y.shape[1] not in (1, x.shape[1]):
        raise shapes_differ(x.shape, y.shape)
    regions = _reduced(monai.dice(x, y, weight=_foreground(weight, how), **how), reduction)
    if x.shape[1] == 1:
        positive = y * (1.0 if weight is None else np.asarray(weight, x.dtype))
        cost = _reduced(-positive * ops.log_sigmoid(x) - (1.0 - y) * ops.log_sigmoid(-x), reduction)
    else:
        cost = _cross_entropy(x, y, weight, label_smoothing, reduction)
    return np.asarray(lambda_dice * regions + lambda_ce * cost)


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


def _focal_of_pixels(x: Array, y: Labels, reduction: str, how: Any, **params: Any) -> Array:
    """The focal loss beside that of regions takes sigmoids, also after a softmax; its sum is of means over pixels."""
    layout = {"include_background": how["include_background"], "use_softmax": False}
    layout["to_onehot_y"] = how["to_onehot_y"] and x.shape[1] > 1
    return _reduced(_focal(x, y, **params, **layout).mean(axis=masks.spatial(x)), reduction)


def _dice_focal(
    x: Array, y: Labels, weights: Array | None, *, reduction: str, lambda_dice: float, lambda_focal: float, **how: Any
) -> Array:
    """monai.losses.DiceFocalLoss: the two losses are reduced separately."""
    no_weights(weights)
    monai.not_negative(lambda_dice=lambda_dice, lambda_focal=lambda_focal)
    pixels = {name: how.pop(name) for name in ("gamma", "alpha")} | {"weight": how["weight"]}
    regions = _reduced(monai.dice(x, y, **how), reduction)
    return np.asarray(lambda_dice * regions + lambda_focal * _focal_of_pixels(x, y, reduction, how, **pixels))


def _generalized_focal(
    x: Array, y: Labels, weights: Array | None, *, reduction: str, lambda_gdl: float, lambda_focal: float, **how: Any
) -> Array:
    """monai.losses.GeneralizedDiceFocalLoss: only the focal loss has weights of classes."""
    no_weights(weights)
    if x.ndim != y.ndim or y.shape[1] not in (1, x.shape[1]):
        raise shapes_differ(x.shape, y.shape)
    monai.not_negative(lambda_gdl=lambda_gdl, lambda_focal=lambda_focal)
    pixels = {name: how.pop(name) for name in ("gamma", "weight")} | {"alpha": None}
    regions = _reduced(monai.generalized(x, y, **how), reduction)
    return np.asarray(lambda_gdl * regions + lambda_focal * _focal_of_pixels(x, y, reduction, how, **pixels))


def _two_planes(x: Array, y: Labels, to_onehot_y: bool, num_classes: float) -> tuple[Array, Array]:
    """Background and foreground, of which a single plane is the foreground."""
    if x.ndim not in (4, 5) or y.ndim != x.ndim:
        raise InputError(f"images (N, C, H, W) or (N, C, H, W, D) are wanted, not {x.shape} and {y.shape}")
    if (y > num_classes - 1).any():
        raise InputError(f"labels above {num_classes - 1:g}")
    if x.shape[1] == 1 == y.shape[1]:
        return np.concatenate([1.0 - x, x], axis=1), np.concatenate([1.0 - y, y], axis=1).astype(x.dtype)
    y = masks.planes(y[:, 0], x) if to_onehot_y and y.shape[1] == 1 else y
    masks.same_shape(x, y)
    if x.shape[1] < 2:
        raise shapes_differ(x.shape, y.shape)
    return x, y.astype(x.dtype)


def _unified(
    x: Array,
    y: Labels,
    weights: Array | None,
    *,
    to_onehot_y: bool,
    num_classes: float,
    weight: float,
    gamma: float,
    delta: float,
) -> Array:
    """monai.losses.AsymmetricUnifiedFocalLoss: easy background is turned down, foreground turned up."""
    no_weights(weights)
    x, y = _two_planes(x, y, to_onehot_y, num_classes)
    p, axes = np.clip(x, NEAR, 1.0 - NEAR), masks.spatial(x)
    cost = -y * np.log(p)
    pixels = np.stack([(1.0 - delta) * (1.0 - p[:, 0]) ** gamma * cost[:, 0], delta * cost[:, 1]])
    both, missed, alarms = ((a * b).sum(axis=axes) for a, b in ((y, p), (y, 1.0 - p), (1.0 - y, p)))
    regions = 1.0 - (both + NEAR) / (both + delta * missed + (1.0 - delta) * alarms + NEAR)
    with np.errstate(invalid="ignore"):
        planes = np.stack([regions[:, 0], regions[:, 1] ** (1.0 - gamma)])
    return np.asarray(weight * pixels.mean() + (1.0 - weight) * planes.mean())


GAMMA = Param("gamma", 2.0, "Focusing power.")
ALPHA = Param("alpha", None, "Weight of the positive labels, or one for each class.", vector=True)
LAMBDA_DICE = Param("lambda_dice", 1.0, "Factor of the Dice loss.")
LAMBDA_FOCAL = Param("lambda_focal", 1.0, "Factor of the focal loss.")
OF_BOTH = (*monai.LAYOUT, monai.SQUARED, monai.JACCARD, monai.REDUCTION, *monai.SMOOTH)
DICE = (
    monai.call(
        "DiceCELoss",
        takes=Takes.SET,
        kernel=_dice_ce,
        options=(
            *OF_BOTH,
            monai.WEIGHT,
            LAMBDA_DICE,
            Param("lambda_ce", 1.0, "Factor of the cross-entropy."),
            Param("label_smoothing", 0.0, "Of the cross-entropy."),
        ),
        reductions=WHOLE,
        note="The Dice loss plus the cross-entropy of the same logits.",
    ),
    monai.call(
        "DiceFocalLoss",
        takes=Takes.SET,
        kernel=_dice_focal,
        options=(*OF_BOTH, GAMMA, monai.WEIGHT, LAMBDA_DICE, LAMBDA_FOCAL, ALPHA),
        reductions=WHOLE,
        note="The Dice loss plus the focal loss of the same logits, which always takes a sigmoid.",
    ),
)
GENERALIZED_DICE = monai.call(
    "GeneralizedDiceFocalLoss",
    takes=Takes.SET,
    kernel=_generalized_focal,
    options=(
        *monai.LAYOUT,
        monai.W_TYPE,
        monai.REDUCTION,
        *monai.SMOOTH,
        GAMMA,
        monai.WEIGHT,
        Param("lambda_gdl", 1.0, "Factor of the Dice loss."),
        LAMBDA_FOCAL,
    ),
    reductions=WHOLE,
    note="The generalized Dice loss plus the focal loss of the same logits, which always takes a sigmoid.",
)
TVERSKY = monai.call(
    "AsymmetricUnifiedFocalLoss",
    takes=Takes.SET,
    kernel=_unified,
    options=(
        monai.ONE_HOT,
        Param("num_classes", 2, "Labels above it less 1 are refused.", ge=2),
        Param("weight", 0.5, "The share of the pixels; the rest is of the regions."),
        Param("gamma", 0.5, "How much easy pixels are turned down."),
        Param("delta", 0.7, "The weight of the foreground; of the background 1 less it."),
    ),
    reductions=WHOLE,
    note="Takes probabilities of background and foreground; the reduction there changes nothing.",
)
FOCAL = monai.call(
    "FocalLoss",
    reads=Kind.LOGITS,
    kernel=_focal,
    options=(
        monai.BACKGROUND,
        monai.ONE_HOT,
        GAMMA,
        ALPHA,
        monai.WEIGHT,
        Param("use_softmax", False, "A softmax over the classes, instead of a sigmoid for each."),
    ),
    reductions=MEAN_OR_NONE,
    note="Sigmoids unless --use-softmax; the mean is over all entries, so a softmax's is C times smaller.",
)
