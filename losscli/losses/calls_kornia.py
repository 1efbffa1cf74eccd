"""The calls of ``kornia.losses``: images ``(N, C, H, W)`` of logits, with class numbers ``(N, H, W)``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli import ops
from losscli.errors import InputError, shapes_differ
from losscli.lazy import np
from losscli.losses import masks
from losscli.losses.lovasz import extension, hinge
from losscli.losses.reference import MEAN, NONE_FIRST, WHOLE, Reference, Shapes, calls_in
from losscli.losses.vocabulary import Kind, Param, Role, Takes

if TYPE_CHECKING:
    from losscli.ops import Array, Labels

IGNORE = Param("ignore_index", -100, "Pixels with this label are ignored.", role=Role.IGNORE, to="ignore_index")
EPS = Param("eps", 1e-8, "Added below.")
WEIGHT = Param("weight", None, "One weight for each class.", vector=True)
ALPHA = Param("alpha", None, "Weight of the classes but 0, which has 1 - alpha; without it, all weigh 1.")
GAMMA = Param("gamma", 2.0, "Focusing power; 0 gives cross-entropy.")


# Functions of two arrays of one shape, whose default reduction is none and whose scale is 1.
_elementwise = calls_in("kornia.losses", shapes=Shapes.EQUAL, reductions=NONE_FIRST, fixed={"scale": 1.0})
_image = calls_in("kornia.losses", reads=Kind.LOGITS, takes=Takes.RAW, whole=True, apart=True)


def _targets(x: Array, y: Labels, ignore_index: float | None) -> tuple[Array, Array]:
    """One-hot labels and which pixels count, 1 or 0, both of the shape of the predictions."""
    masks.pixels(x, y)
    counts = np.ones(y.shape, bool) if ignore_index is None else y != ignore_index
    hot = masks.planes(np.where(counts, y, 0), x)
    kept = np.broadcast_to(counts[:, None], x.shape).astype(x.dtype)
    return hot * kept, kept


def _dice(x: Array, y: Labels, *, average: str, eps: float, weight: Any, ignore_index: float | None) -> Array:
    """kornia.losses.dice_loss: one value for each item."""
    hot, kept = _targets(x, y, ignore_index)
    p = masks.softmax(x) * kept
    weights = np.ones(x.shape[1], x.dtype) if weight is None else masks.by_class(weight, x, "--weight").reshape(-1)
    axes = masks.spatial(x)
    both, sizes = (p * hot).sum(axis=axes), (p + hot).sum(axis=axes)
    if average == "micro":
        both, sizes = (both * weights).sum(axis=1), (sizes * weights).sum(axis=1)
    score = np.where(sizes == 0.0, 0.0, 2.0 * both / np.where(sizes == 0.0, 1.0, sizes + eps))
    if average == "micro":
        return np.asarray(1.0 - score)
    present = weights * (hot == 1.0).any(axis=axes)
    total = present.sum(axis=1)
    return np.where(total == 0.0, 1.0, ((1.0 - score) * present).sum(axis=1) / np.where(total == 0.0, 1.0, total))


def _tversky(x: Array, y: Labels, *, alpha: float, beta: float, eps: float, ignore_index: float | None) -> Array:
    """kornia.losses.tversky_loss: one value for each item, the mean over the classes that are present."""
    hot, kept = _targets(x, y, ignore_index)
    p, axes = masks.softmax(x) * kept, masks.spatial(x)
    both, alarms, missed = ((part).sum(axis=axes) for part in (p * hot, p * (1.0 - hot), (1.0 - p) * hot))
    present = hot.sum(axis=axes) > 0.0
    below = both + alpha * alarms + beta * missed + eps
    score = np.where(present, both / np.where(present, below, 1.0), 0.0)
    return np.asarray(1.0 - score.sum(axis=1) / np.maximum(present.sum(axis=1), 1))


def _focal(x: Array, y: Labels, *, alpha: float | None, gamma: float, weight: Any, ignore_index: float | None) -> Array:
    """kornia.losses.focal_loss: every class of every pixel has a value, which is 0 except for the label."""
    hot, _ = _targets(x, y, ignore_index)
    log_p = masks.log_softmax(x)
    values = ops.weigh(hot, (1.0 - np.exp(log_p)) ** gamma * -log_p)
    if alpha is not None:
        values = values * masks.by_class([1.0 - alpha] + [alpha] * (x.shape[1] - 1), x, "--alpha")
    return values if weight is None else values * masks.by_class(weight, x, "--weight")


def _binary_focal(
    x: Array, y: Labels, *, alpha: float | None, gamma: float, ignore_index: float | None, pos_weight: Any, weight: Any
) -> Array:
    """kornia.losses.binary_focal_loss_with_logits; classes along axis 1."""
    if x.shape != y.shape:
        raise shapes_differ(x.shape, y.shape)
    counts = np.ones(y.shape, bool) if ignore_index is None else y != ignore_index
    target, log_p, log_q = np.where(counts, y, 0).astype(x.dtype), ops.log_sigmoid(x), ops.log_sigmoid(-x)
    log_p, log_q = np.where(counts, log_p, 0.0), np.where(counts, log_q, 0.0)
    positive = -np.exp(gamma * log_q) * target * log_p
    negative = -np.exp(gamma * log_p) * (1.0 - target) * log_q
    if alpha is not None:
        positive, negative = alpha * positive, (1.0 - alpha) * negative
    if pos_weight is not None:
        positive = positive * masks.by_class(pos_weight, x, "--pos-weight")
    values = positive + negative
    return np.asarray(values if weight is None else values * masks.by_class(weight, x, "--weight"))


def _lovasz_hinge(x: Array, y: Labels) -> Array:
    """kornia.losses.lovasz_hinge_loss: one value for each image ``(1, H, W)``."""
    if x.ndim != 4 or x.shape[1] != 1 or y.shape != (x.shape[0], *x.shape[2:]):
        raise InputError(f"scores (N, 1, H, W) with labels (N, H, W) are wanted, not {x.shape} with {y.shape}")
    return np.array([hinge(one.reshape(-1), labels.reshape(-1)) for one, labels in zip(x, y, strict=True)], x.dtype)


def _lovasz_softmax(x: Array, y: Labels, *, weight: Any) -> Array:
    """kornia.losses.lovasz_softmax_loss: one value for each image and class, absent classes included."""
    masks.pixels(x, y)
    hot, p = masks.planes(y, x), masks.softmax(x)
    values = np.array(
        [
            [extension(abs(t - q).reshape(-1), t.reshape(-1) == 1.0) for t, q in zip(truth, proba, strict=True)]
            for truth, proba in zip(hot, p, strict=True)
        ],
        x.dtype,
    )
    return values if weight is None else values * masks.by_class(weight, values, "--weight")


def _maps(x: Array, y: Labels) -> tuple[Array, Array]:
    """Heat maps as rows of probabilities."""
    if x.shape != y.shape or x.ndim != 4:
        raise InputError(f"maps (N, C, H, W) are wanted, not predictions of shape {x.shape} with labels {y.shape}")
    return x.reshape(*x.shape[:2], -1), y.astype(x.dtype).reshape(*x.shape[:2], -1)


def _kl(x: Array, y: Labels) -> Array:
    """kornia.losses.kl_div_loss_2d: of the labels from the predictions."""
    p, q = _maps(x, y)
    return np.asarray((ops.xlogy(q, q) - ops.xlogy(q, p)).sum(axis=-1))


def _jensen_shannon(x: Array, y: Labels) -> Array:
    """kornia.losses.js_div_loss_2d."""
    p, q = _maps(x, y)
    middle = 0.5 * (p + q)
    return np.asarray(0.5 * sum((ops.xlogy(one, one) - ops.xlogy(one, middle)).sum(axis=-1) for one in (p, q)))


def _minus_psnr(x: Array, y: Labels, weights: Array | None, *, max_val: float) -> Array:
    """kornia.losses.psnr_loss: minus the ratio, over all entries."""
    if weights is not None or x.shape != y.shape:
        raise InputError(f"predictions of shape {x.shape} and labels of shape {y.shape}, without sample weights")
    noise = ((x - y.astype(x.dtype)) ** 2).mean()
    return np.asarray(-10.0 * np.log10(max_val * max_val / noise))


MAPS = calls_in("kornia.losses", reads=Kind.PROBABILITIES, takes=Takes.RAW, whole=True, apart=True)
DICE = _image(
    "dice_loss",
    kernel=_dice,
    also=("DiceLoss",),
    options=(
        Param("average", "micro", "Over all classes of an item at once, or the mean over its classes.",
              choices=("micro", "macro")),
        EPS,
        WEIGHT,
        IGNORE,
    ),
    reductions=MEAN,
    note="One Dice for each item, over classes and pixels together; macro is the mean over the classes present.",
)  # fmt: skip
TVERSKY = _image(
    "tversky_loss",
    kernel=_tversky,
    also=("TverskyLoss",),
    options=(
        Param("alpha", 0.5, "Weight of false alarms (false positives)."),
        Param("beta", 0.5, "Weight of misses (false negatives)."),
        EPS,
        IGNORE,
    ),
    reductions=MEAN,
    note="The mean over the classes present in an item, then over items.",
)
FOCAL = _image(
    "focal_loss",
    kernel=_focal,
    also=("FocalLoss",),
    options=(ALPHA, GAMMA, WEIGHT, IGNORE),
    reductions=NONE_FIRST,
    note="The mean divides by pixels times classes, C times as much; class 0 weighs 1 - alpha, all others alpha.",
)
BINARY_FOCAL = _image(
    "binary_focal_loss_with_logits",
    kernel=_binary_focal,
    also=("BinaryFocalLossWithLogits",),
    options=(
        Param("alpha", 0.25, "Weight of the positive class; the negative class has 1 - alpha."),
        GAMMA,
        Param("pos_weight", None, "Weight of the positive labels, one for each class.", vector=True),
        WEIGHT,
        IGNORE,
    ),
    reductions=NONE_FIRST,
)
KL = MAPS("kl_div_loss_2d", kernel=_kl, note="One value for each map; the maps are not rescaled.")
JENSEN_SHANNON = MAPS(
    "js_div_loss_2d", kernel=_jensen_shannon, note="One value for each map; the maps are not rescaled."
)
PSNR = Reference(
    "kornia.losses.psnr_loss",
    takes=Takes.SET,
    kernel=_minus_psnr,
    aliases=("kornia.losses.PSNRLoss",),
    options=(Param("max_val", 1.0, "The largest value a signal may have."),),
    reductions=WHOLE,
    note="MINUS the ratio.",
)
CHARBONNIER = _elementwise("charbonnier_loss", also=("CharbonnierLoss",))
CAUCHY = _elementwise("cauchy_loss", also=("CauchyLoss",))
GEMAN_MCCLURE = _elementwise("geman_mcclure_loss", also=("GemanMcclureLoss",))
WELSCH = _elementwise("welsch_loss", also=("WelschLoss",))
LOVASZ = _image(
    "lovasz_softmax_loss",
    kernel=_lovasz_softmax,
    also=("LovaszSoftmaxLoss",),
    options=(WEIGHT,),
    reductions=MEAN,
    note="The mean over images and all classes, also those that do not occur.",
)
LOVASZ_HINGE = _image(
    "lovasz_hinge_loss",
    reads=Kind.SCORES,
    kernel=_lovasz_hinge,
    also=("LovaszHingeLoss",),
    reductions=MEAN,
    note="The mean over images.",
)
