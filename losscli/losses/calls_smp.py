"""The calls of ``segmentation_models_pytorch.losses``: images ``(N, C, H, W)`` of logits, in one of three modes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli import ops
from losscli.errors import InputError, UsageError, shapes_differ
from losscli.lazy import np
from losscli.losses import masks
from losscli.losses.dataset_scores import no_weights
from losscli.losses.label_sets import class_index
from losscli.losses.lovasz import hinge, softmax_loss
from losscli.losses.reference import ELEMENT_WEIGHT, TORCH, WHOLE, Shapes, calls_in
from losscli.losses.vocabulary import Kind, Param, Role, Takes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from losscli.ops import Array, Labels


MODE = Param("mode", "multiclass", "Class numbers, one region, or several that may overlap; required there.",
             choices=("binary", "multiclass", "multilabel"))  # fmt: skip
CLASSES = Param("classes", None, "The classes that count; all by default.", vector=True)
LOG_LOSS = Param("log_loss", False, "Minus the logarithm of the score, instead of one minus it.")
LOGITS = Param("from_logits", True, "Predictions are logits; otherwise probabilities.")
SMOOTH = Param("smooth", 0.0, "Added above and below.")
IGNORE = Param("ignore_index", None, "Pixels with this label are ignored.", role=Role.IGNORE, to="ignore_index")
EPS = Param("eps", 1e-7, "The least divisor.")
CLASS_WEIGHTS = Param("class_weights", None, "One weight for each class.", vector=True)


def _regions(x: Array, y: Labels, *, mode: str, from_logits: bool, ignore_index: float | None) -> tuple[Array, Array]:
    """Probabilities and labels of 0 and 1, both ``(N, C, pixels)``; both 0 where a label is ignored."""
    if x.ndim < 2 or len(x) != len(y):
        raise shapes_differ(x.shape, y.shape)
    if from_logits:
        x = masks.softmax(x) if mode == "multiclass" else ops.sigmoid(x)
    planes = 1 if mode == "binary" else x.shape[1]
    x = x.reshape(len(x), planes, -1)
    labels = y.reshape(len(y), 1 if mode != "multilabel" else planes, -1)
    if labels.shape[2] != x.shape[2]:
        raise InputError(f"labels of shape {y.shape} are not one for each pixel")
    counts = np.ones(labels.shape, bool) if ignore_index is None else labels != ignore_index
    labels = np.where(counts, labels, 0)
    hot = masks.planes(labels[:, 0], x) if mode == "multiclass" else labels.astype(x.dtype)
    return x * counts, hot * counts


def _overlap(
    x: Array,
    y: Labels,
    weights: Array | None,
    *,
    mode: str,
    from_logits: bool,
    ignore_index: float | None,
    classes: Any,
    class_weights: Any,
    gamma: float = 1.0,
    **score: Any,
) -> Array:
    """One score for each class over batch and pixels, then their mean."""
    no_weights(weights)
    values = _scores(*_regions(x, y, mode=mode, from_logits=from_logits, ignore_index=ignore_index), **score)
    kept = np.arange(len(values)) if classes is None else np.asarray(classes).astype(np.int64).reshape(-1)
    if (abs(kept) >= len(values)).any():
        raise UsageError(f"--classes: there are {len(values)}")
    return np.asarray(_mean(values, class_weights, kept) ** gamma)


def _scores(p: Array, t: Array, *, log_loss: bool, smooth: float, eps: float, alpha: float, beta: float) -> Array:
    """The cost of each class; 0 if it has no true pixels."""
    mine, theirs, apart = (one.sum(axis=(0, 2)) for one in (p, t, abs(p - t)))
    both = (mine + theirs - apart) / 2.0
    below = both + alpha * (mine - both) + beta * (theirs - both) + smooth
    score = (both + smooth) / np.maximum(below, eps)
    return np.asarray((-np.log(np.maximum(score, eps)) if log_loss else 1.0 - score) * (theirs > 0.0))


def _mean(values: Array, class_weights: Any, kept: NDArray[np.int64]) -> Array:
    """The mean over classes, with their weights."""
    if class_weights is None:
        return np.asarray(values[kept].mean())
    given = np.asarray(class_weights, values.dtype).reshape(-1)
    if given.size != values.size:
        raise UsageError(f"--class-weights has {given.size} values for {values.size} classes")
    return np.asarray((values * given)[kept].sum() / given[kept].sum())


def _focal(
    x: Array,
    y: Labels,
    weights: Array | None,
    *,
    mode: str,
    ignore_index: float | None,
    from_logits: bool,
    eps: float,
    reduction: str,
    class_weights: Any,
    **power: Any,
) -> Array:
    """segmentation_models_pytorch.losses.FocalLoss: of each class against the rest, then the mean over classes."""
    if weights is not None or (class_weights is not None and mode == "binary"):
        raise UsageError("this call takes no sample weights, and class weights only of several classes")
    if not from_logits:
        p = np.clip(x, eps, 1.0 - eps)
        x = np.log(p) if mode == "multiclass" else np.log(p / (1.0 - p))
    if mode == "binary":
        pairs = [(x.reshape(-1), y.reshape(-1))]
    else:
        pairs = [(x[:, c], y if mode == "multiclass" else y[:, c]) for c in range(x.shape[1])]
    found = []
    for c, (scores, labels) in enumerate(pairs):
        target = (labels == c) if mode == "multiclass" else labels
        counts = np.ones(scores.shape, bool) if ignore_index is None else labels != ignore_index
        if scores.shape != target.shape:
            raise shapes_differ(x.shape, y.shape)
        found.append(_focal_class(scores[counts], target[counts].astype(x.dtype), **power))
    reduced = np.array([one.sum() if reduction == "sum" else one.mean() for one in found], x.dtype)
    return _mean(reduced, class_weights, np.arange(len(reduced)))


def _focal_class(
    x: Array, t: Array, *, alpha: float | None, gamma: float, reduced_threshold: float | None, normalized: bool
) -> Array:
    """The values of the pixels of one class."""
    cost = -t * ops.log_sigmoid(x) - (1.0 - t) * ops.log_sigmoid(-x)
    right = np.exp(-cost)
    if reduced_threshold is None:
        factor = (1.0 - right) ** gamma
    else:
        factor = np.where(right < reduced_threshold, 1.0, ((1.0 - right) / reduced_threshold) ** gamma)
    values = factor * cost
    if alpha is not None:
        values = values * (alpha * t + (1.0 - alpha) * (1.0 - t))
    return np.asarray(values / max(factor.sum(), 1e-6) if normalized else values)


def _soft_binary(
    log_p: Array,
    log_q: Array,
    target: Array,
    *,
    smooth_factor: float | None,
    ignore_index: float | None,
    pos_weight: Any,
) -> Array:
    """segmentation_models_pytorch.losses.SoftBCEWithLogitsLoss."""
    s = smooth_factor or 0.0
    soft = (1.0 - target) * s + target * (1.0 - s)
    values = -soft * log_p * (1.0 if pos_weight is None else pos_weight) - (1.0 - soft) * log_q
    return values if ignore_index is None else np.where(target == ignore_index, 0.0, values)


def _soft_classes(x: Array, y: Labels, *, smooth_factor: float | None, ignore_index: float | None, dim: int) -> Array:
    """segmentation_models_pytorch.losses.SoftCrossEntropyLoss: what is ignored costs 0, and stays in the mean."""
    if smooth_factor is None:
        raise UsageError("--smooth-factor must be given: the call fails without")
    if not -x.ndim <= dim < x.ndim:
        raise InputError(f"axis {dim} does not exist: the predictions have {x.ndim} axes")
    log_p = ops.log_softmax(np.moveaxis(x, dim, -1))
    y = np.moveaxis(y, dim, -1)[..., 0] if y.ndim == x.ndim else y
    if y.shape != log_p.shape[:-1]:
        raise shapes_differ(x.shape, y.shape)
    counts = np.ones(y.shape, bool) if ignore_index is None else y != ignore_index
    index = class_index(np.where(counts, y, 0), log_p.shape[-1])
    share = smooth_factor / log_p.shape[-1]
    cost = (1.0 - smooth_factor) * -ops.take(log_p, index) - share * log_p.sum(axis=-1)
    return np.where(counts, cost, 0.0)


def _lovasz(
    x: Array, y: Labels, weights: Array | None, *, mode: str, per_image: bool, ignore_index: float | None
) -> Array:
    """segmentation_models_pytorch.losses.LovaszLoss: a hinge unless the labels are class numbers."""
    if weights is not None or x.ndim < 2:
        raise InputError("images (N, C, pixels..) without sample weights are wanted")
    images = [(x[i : i + 1], y[i : i + 1]) for i in range(len(x))] if per_image else [(x, y)]
    found = []
    for one, labels in images:
        if mode == "multiclass":
            masks.pixels(one, labels)
            rows: Array = np.moveaxis(masks.softmax(one), 1, -1).reshape(-1, one.shape[1])
        else:
            rows = one.reshape(-1)
        flat = labels.reshape(-1)
        if len(rows) != len(flat):
            raise shapes_differ(x.shape, y.shape)
        counts = np.ones(len(flat), bool) if ignore_index is None else flat != ignore_index
        of_rows = softmax_loss if mode == "multiclass" else hinge
        found.append(of_rows(rows[counts], flat[counts]))
    return np.asarray(np.mean(found), x.dtype)


_call = calls_in("segmentation_models_pytorch.losses", reads=Kind.LOGITS, takes=Takes.SET, reductions=WHOLE, apart=True)
OVERLAP = (MODE, CLASSES, LOG_LOSS, LOGITS, SMOOTH, IGNORE, EPS, CLASS_WEIGHTS)
EMPTY = "One value for each class over batch and pixels, 0 for a class without true pixels; logits by default."
FALSE_ALARMS = Param("alpha", 0.5, "Weight of false alarms (false positives).")
MISSES = Param("beta", 0.5, "Weight of misses (false negatives).")
DICE = _call("DiceLoss", kernel=_overlap, options=OVERLAP, fixed={"alpha": 0.5, "beta": 0.5}, note=EMPTY)
JACCARD = _call("JaccardLoss", kernel=_overlap, options=OVERLAP, fixed={"alpha": 1.0, "beta": 1.0}, note=EMPTY)
TVERSKY = _call(
    "TverskyLoss",
    kernel=_overlap,
    options=(*OVERLAP, FALSE_ALARMS, MISSES, Param("gamma", 1.0, "Power of the mean over the classes.")),
    note=EMPTY,
)
FOCAL = _call(
    "FocalLoss",
    kernel=_focal,
    options=(
        MODE,
        Param("alpha", None, "Weight of the positive labels; the negative ones have 1 - alpha."),
        Param("gamma", 2.0, "Focusing power."),
        IGNORE,
        LOGITS,
        EPS,
        Param("reduction", "mean", "Over the pixels of each class.", choices=("mean", "sum")),
        Param("normalized", False, "Divide by the sum of the focusing factors."),
        Param("reduced_threshold", None, "Below this probability of the truth, nothing is down-weighted."),
        CLASS_WEIGHTS,
    ),
    note="A sigmoid for each class against the rest, also for class numbers; then the mean over the classes.",
)
SOFT_BINARY = _call(
    "SoftBCEWithLogitsLoss",
    takes=None,
    kernel=_soft_binary,
    shapes=Shapes.EQUAL,
    options=(
        ELEMENT_WEIGHT,
        Param("ignore_index", -100, "Labels that cost 0, and stay in the mean."),
        Param("smooth_factor", None, "Labels become s and 1 - s."),
        Param("pos_weight", None, "Weight of the positive labels.", vector=True),
    ),
    reductions=TORCH,
    whole=False,
    note="Labels become s and 1 - s, not s / 2; ignored ones stay in the mean as 0.",
)
SOFT_CROSS_ENTROPY = _call(
    "SoftCrossEntropyLoss",
    takes=Takes.RAW,
    whole=True,
    kernel=_soft_classes,
    options=(
        Param("smooth_factor", None, "This share of each label is spread over all classes; required."),
        Param("ignore_index", -100, "Labels that cost 0, and stay in the mean."),
        Param("dim", 1, "Axis of the classes."),
    ),
    reductions=TORCH,
    note="Ignored labels stay in the mean as 0.",
)
LOVASZ_OPTIONS = (MODE, Param("per_image", False, "The mean over the images."), IGNORE)
LOVASZ = _call(
    "LovaszLoss",
    kernel=_lovasz,
    options=LOVASZ_OPTIONS,
    note="A softmax for class numbers, else the hinge on logits; all pixels of the batch together.",
)
