"""The calls of ``timm.loss``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli import ops
from losscli.errors import InputError, UsageError, shapes_differ
from losscli.lazy import np
from losscli.losses.label_sets import class_index
from losscli.losses.reference import (
    BATCH_MEAN,
    ELEMENT_WEIGHT,
    MEAN,
    MEAN_OR_NONE,
    TORCH,
    TORCH_BATCH,
    WHOLE,
    Shapes,
    calls_in,
)
from losscli.losses.vocabulary import LABEL_SMOOTHING, Form, Kind, Param, Takes
from losscli.record import replace

if TYPE_CHECKING:
    from losscli.ops import Array, Labels

SMOOTHING = replace(LABEL_SMOOTHING, name="smoothing", default=0.1)
POS_WEIGHT = Param("pos_weight", None, "Weight of the positive labels; one, or one for each class.", vector=True)


_call = calls_in("timm.loss", reads=Kind.LOGITS, reductions=MEAN)


def _asymmetric(
    log_p: Array,
    log_q: Array,
    target: Array,
    *,
    gamma_neg: float,
    gamma_pos: float,
    clip: float | None,
    eps: float,
    pos_weight: Any,
) -> Array:
    """timm.loss.AsymmetricLossMultiLabel: probabilities are float32, and at least ``eps`` within the logarithms."""
    small = np.exp((log_q - log_p).astype(np.float32))
    p = 1.0 / (1.0 + small)
    q, target = 1.0 - p, target.astype(np.float32)
    if clip is not None and clip > 0.0:
        q = np.minimum(q + clip, 1.0)
    positive = target * np.log(np.maximum(p, eps))
    values = (positive if pos_weight is None else positive * pos_weight) + (1.0 - target) * np.log(np.maximum(q, eps))
    if gamma_neg > 0.0 or gamma_pos > 0.0:
        right = p * target + q * (1.0 - target)
        values = values * (1.0 - right) ** (gamma_pos * target + gamma_neg * (1.0 - target))
    return -values.astype(log_p.dtype)


def _asymmetric_single(x: Array, target: Labels, *, gamma_pos: float, gamma_neg: float, eps: float) -> Array:
    """timm.loss.AsymmetricLossSingleLabel: ``eps`` is label smoothing."""
    if x.ndim != 2:
        raise InputError(f"rows of logits (N, C) are wanted, not shape {x.shape}")
    log_p = ops.log_softmax(x)
    p, hot = np.exp(log_p), ops.one_hot(target, x.shape[-1], x.dtype)
    wrong = 1.0 - p * hot - (1.0 - p) * (1.0 - hot)
    weight = wrong ** (gamma_pos * hot + gamma_neg * (1.0 - hot))
    share = ops.smoothed(hot, eps, x.shape[-1]) if eps > 0.0 else hot
    return np.asarray(-(share * log_p * weight).sum(axis=-1))


def _smoothed(x: Array, y: Labels, smoothing: float) -> Array:
    """Class numbers as smoothed rows."""
    return ops.smoothed(ops.one_hot(class_index(y, x.shape[1]), x.shape[1], x.dtype), smoothing, x.shape[1])


def _binary(
    x: Array,
    y: Labels,
    *,
    smoothing: float,
    target_threshold: float | None,
    weight: Any,
    sum_classes: bool,
    pos_weight: Any,
    smooth_dense: bool,
) -> Array:
    """timm.loss.BinaryCrossEntropy: class numbers are made rows, and smoothed; dense labels are not."""
    if not 0.0 <= smoothing < 1.0:
        raise UsageError(f"--smoothing {smoothing:g}: at least 0 and below 1")
    if y.size == x.size:
        target = y.astype(x.dtype).reshape(x.shape)
        target = ops.smoothed(target, smoothing, 2) if smooth_dense else target
    else:
        if x.ndim != 2 or y.size != len(x):
            raise shapes_differ(x.shape, y.shape)
        target = _smoothed(x, y.reshape(-1), smoothing)
    if target_threshold is not None:
        target = (target > target_threshold).astype(x.dtype)
    positive = target * ops.log_sigmoid(x)
    values = -(positive if pos_weight is None else positive * pos_weight) - (1.0 - target) * ops.log_sigmoid(-x)
    values = values if weight is None else values * weight
    return np.asarray(values.sum(axis=-1).mean() if sum_classes else values)  # whatever the reduction


def _jsd(x: Array, y: Labels, weights: Array | None, *, num_splits: int, alpha: float, smoothing: float) -> Array:
    """timm.loss.JsdCrossEntropy: the rows are several views of the same samples, one after the other."""
    rows = len(x) // max(num_splits, 1)
    if weights is not None or x.ndim != 2 or num_splits < 1 or rows * num_splits != len(x):
        raise InputError(f"{len(x):,} rows do not make {num_splits} equal splits", hint="--num-splits")
    if y.ndim != 1 or len(y) < rows or ((y[:rows] < 0) | (y[:rows] >= x.shape[1])).any():
        raise InputError(f"class numbers 0..{x.shape[1] - 1} of the first {rows:,} rows are wanted")
    log_p = ops.log_softmax(x)
    share = _smoothed(x, y[:rows], smoothing)
    clean = -(share * log_p[:rows]).sum(axis=1).mean()
    views = np.exp(log_p).reshape(num_splits, rows, -1)
    middle = np.log(np.clip(views.mean(axis=0), 1e-7, 1.0))
    apart = sum((ops.xlogy(p, p) - p * middle).sum() / rows for p in views)
    return np.asarray(clean + alpha * apart / num_splits)


def _smoothed_rows(x: Array, y: Labels, smoothing: float) -> Array:
    """Labels of the shape of the logits as they are, class numbers as smoothed rows."""
    if not 0.0 <= smoothing < 1.0:
        raise UsageError(f"--smoothing {smoothing:g}: at least 0 and below 1")
    if y.shape == x.shape:
        return y.astype(x.dtype)
    if x.ndim != 2 or y.shape != x.shape[:1]:
        raise shapes_differ(x.shape, y.shape)
    return _smoothed(x, y, smoothing)


def _poly(x: Array, y: Labels, *, epsilon: float, smoothing: float) -> Array:
    """timm.loss.PolyCrossEntropy: the probability of the label is the mean over soft labels."""
    target, log_p = _smoothed_rows(x, y, smoothing), ops.log_softmax(x)
    return np.asarray(epsilon * (1.0 - (target * np.exp(log_p)).sum(axis=-1)) - (target * log_p).sum(axis=-1))


def _poly_binary(x: Array, y: Labels, *, epsilon: float, gamma: float, alpha: float | None, smoothing: float) -> Array:
    """timm.loss.PolyBinaryCrossEntropy: focal loss plus epsilon (1 - p_t)^(gamma + 1)."""
    if y.shape != x.shape:
        raise shapes_differ(x.shape, y.shape)
    if not (0.0 <= smoothing < 1.0 and (alpha is None or 0.0 <= alpha <= 1.0)):
        raise UsageError("--smoothing is at least 0 and below 1, --alpha at most 1")
    target = ops.smoothed(y.astype(x.dtype), smoothing, 2)
    wrong = target * ops.sigmoid(-x) + (1.0 - target) * ops.sigmoid(x)
    cost = -target * ops.log_sigmoid(x) - (1.0 - target) * ops.log_sigmoid(-x)
    values = (cost + epsilon * wrong) * wrong**gamma
    return np.asarray(values if alpha is None else values * (target * alpha + (1.0 - target) * (1.0 - alpha)))


SMOOTHED = "Class numbers become rows, smoothed by 0.1 unless --smoothing says otherwise; the mean is over all."
SUMMED = "The default sums over the classes and divides by the rows; before timm 1.0.20 it summed over all."
GAMMA_NEG = Param("gamma_neg", 4.0, "Focusing power of labels of 0.")
GAMMA_POS = Param("gamma_pos", 1.0, "Focusing power of labels of 1.")
ASYMMETRIC = _call(
    "AsymmetricLossMultiLabel",
    kernel=_asymmetric,
    shapes=Shapes.EQUAL,
    options=(
        GAMMA_NEG,
        GAMMA_POS,
        Param("clip", 0.05, "Added to the probability of a no."),
        Param("eps", 1e-8, "Least probability within a logarithm."),
        replace(LABEL_SMOOTHING, name="smoothing"),
        ELEMENT_WEIGHT,
        POS_WEIGHT,
    ),
    reductions=BATCH_MEAN,
    note=SUMMED,
)
ASYMMETRIC_SINGLE = _call(
    "AsymmetricLossSingleLabel",
    takes=Takes.SCORES,
    kernel=_asymmetric_single,
    options=(GAMMA_POS, GAMMA_NEG, Param("eps", 0.1, "Label smoothing.")),
    reductions=MEAN_OR_NONE,
    apart=True,
    note="(1 - p)^gamma_pos of the label and p^gamma_neg of the others, with label smoothing eps, 0.1 by default.",
)
EPSILON = Param("epsilon", 2.0, "The multiple of 1 - p that is added.")
NO_SMOOTHING = Param("smoothing", 0.0, "Spread this fraction of each label evenly over all classes.")
POLY = (
    _call(
        "PolyCrossEntropy",
        takes=Takes.RAW,
        kernel=_poly,
        options=(EPSILON, NO_SMOOTHING),
        reductions=TORCH,
        whole=True,
        note="Epsilon is 2; dense labels are not smoothed.",
        unweighted="Epsilon is 2.",
    ),
    _call(
        "PolyBinaryCrossEntropy",
        takes=Takes.RAW,
        kernel=_poly_binary,
        options=(
            EPSILON,
            Param("gamma", 0.0, "Focusing power."),
            Param("alpha", None, "Weight of labels of 1; of 0 it is 1 - alpha."),
            NO_SMOOTHING,
        ),
        reductions=TORCH_BATCH,
        whole=True,
        apart=True,
        note="Of yes and no: binary focal loss plus epsilon (1 - p_t)^(gamma + 1).",
    ),
)
ZLPR = _call("ZlprLoss", reads=Kind.VALUES, note="Labels above 0.5 are 1.")
BINARY = _call(
    "BinaryCrossEntropy",
    takes=Takes.RAW,
    kernel=_binary,
    options=(
        replace(SMOOTHING, to="smoothing"),
        Param("target_threshold", None, "Labels above it are 1, all others 0."),
        Param("weight", None, "One weight for each class.", vector=True),
        Param("sum_classes", False, "Sum over the classes, then the mean over the rows, whatever the reduction."),
        POS_WEIGHT,
        Param("smooth_dense", False, "Smooth dense labels, too."),
    ),
    reductions=TORCH,
    whole=True,
    note=SMOOTHED,
)
CROSS_ENTROPY = (
    _call(
        "LabelSmoothingCrossEntropy",
        form=Form.SPARSE,
        options=(SMOOTHING,),
        smoothing_limit=1.0,
        apart=True,
        note="The labels are smoothed by 0.1 unless --smoothing says otherwise.",
    ),
    _call("SoftTargetCrossEntropy", form=Form.SOFT),
    _call(
        "JsdCrossEntropy",
        takes=Takes.SET,
        kernel=_jsd,
        options=(
            Param("num_splits", 3, "How many views of the samples there are, one after the other.", ge=1),
            Param("alpha", 12.0, "Weight of the divergence between the views."),
            replace(SMOOTHING, to="smoothing"),
        ),
        reductions=WHOLE,
        apart=True,
        note="Smoothed cross-entropy of the first view, plus alpha times the divergence of the views from their mean.",
    ),
)
