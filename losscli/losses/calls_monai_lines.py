"""The calls of ``monai.losses`` and Segmentation Models for centre lines, and for soft counts of all outcomes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.errors import shapes_differ
from losscli.lazy import np
from losscli.losses import calls_monai as monai
from losscli.losses import masks
from losscli.losses.centre_lines import skeleton
from losscli.losses.dataset_scores import no_weights
from losscli.losses.reference import WHOLE, Reference
from losscli.losses.vocabulary import Kind, Param, Takes

if TYPE_CHECKING:
    from losscli.ops import Array, Labels

ITERATIONS = Param("iter_", 3, "How often it is thinned.", ge=0)
ABOVE = Param("smooth_nr", 1.0, "Added above.")
BELOW = Param("smooth_dr", 1.0, "Added below.")
MEAN = Param("smooth", 1e-4, "Added below in the harmonic mean.", ge=1e-300)


def _lines(
    x: Array, y: Labels, *, iter_: float, smooth_nr: float, smooth_dr: float, smooth: float, **how: Any
) -> Array:
    """monai.losses.SoftclDiceLoss: one value for each item, over its classes together."""
    x, y = monai.images(x, y, **how)
    axes = tuple(range(1, x.ndim))
    shares = []
    for line, region in ((skeleton(x, iter_, 2), y), (skeleton(y, iter_, 2), x)):
        shares.append(((line * region).sum(axis=axes) + smooth_nr) / (line.sum(axis=axes) + smooth_dr))
    precision, recall = shares
    return np.asarray(1.0 - 2.0 * (precision * recall) / (precision + recall + smooth))


def _both(
    x: Array, y: Labels, weights: Array | None, *, alpha: float, reduction: str, iter_: float, smooth: float, **how: Any
) -> Array:
    """monai.losses.SoftDiceclDiceLoss."""
    no_weights(weights)
    parts = (monai.dice(x, y, **how), _lines(x, y, iter_=iter_, smooth=smooth, **how))
    dice, lines = (part.sum() if reduction == "sum" else part.mean() for part in parts)
    return np.asarray((1.0 - alpha) * dice + alpha * lines)


def _correlation(x: Array, y: Labels, *, smooth_nr: float, smooth_dr: float, batch: bool, **how: Any) -> Array:
    """monai.losses.MCCLoss: one value for each item and class; 0 where nothing is wrong."""
    x, y = monai.images(x, y, **how)
    axes = ((0,) if batch else ()) + masks.spatial(x)
    tp, tn, fp, fn = _soft_counts(x, y, axes)
    with np.errstate(all="ignore"):
        found = 1.0 - (tp * tn - fp * fn + smooth_nr) / np.sqrt(
            (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn) + smooth_dr
        )
    return np.where((fp == 0.0) & (fn == 0.0), 0.0, found).astype(x.dtype)


def _soft_counts(x: Array, y: Array, axes: tuple[int, ...] | None) -> tuple[Any, Any, Any, Any]:
    pairs = ((x, y), (1.0 - x, 1.0 - y), (x, 1.0 - y), (1.0 - x, y))
    tp, tn, fp, fn = ((a * b).sum(axis=axes) for a, b in pairs)
    return tp, tn, fp, fn


def _smp_correlation(x: Array, y: Labels, weights: Array | None, *, eps: float) -> Array:
    """segmentation_models_pytorch.losses.MCCLoss: of all pixels of probabilities together."""
    no_weights(weights)
    if x.size != y.size:
        raise shapes_differ(x.shape, y.shape)
    tp, tn, fp, fn = (one + eps for one in _soft_counts(x.reshape(-1), y.reshape(-1).astype(x.dtype), None))
    return np.asarray(1.0 - (tp * tn - fp * fn) / np.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)))


CENTRE_LINES = (
    monai.call(
        "SoftclDiceLoss",
        kernel=_lines,
        options=(ITERATIONS, ABOVE, BELOW, MEAN, *monai.LAYOUT),
        note="One value for each item, then their mean; no activation unless it is asked for.",
        unweighted="One value for each item, then their mean.",
    ),
    monai.call(
        "SoftDiceclDiceLoss",
        takes=Takes.SET,
        kernel=_both,
        options=(
            ITERATIONS,
            Param("alpha", 0.5, "The share of the centre lines; the rest is Dice.", ge=0.0, le=1.0),
            ABOVE,
            BELOW,
            MEAN,
            *monai.LAYOUT,
            monai.REDUCTION,
        ),
        reductions=WHOLE,
        note="Part Dice of regions, part Dice of centre lines.",
    ),
)
CORRELATION = (
    monai.call(
        "MCCLoss",
        kernel=_correlation,
        options=(
            *monai.LAYOUT,
            Param("smooth_nr", 0.0, "Added above."),
            Param("smooth_dr", 1e-5, "Added below."),
            monai.BATCH,
        ),
        note="1 less the coefficient of soft counts, for each item and class.",
    ),
    Reference(
        "segmentation_models_pytorch.losses.MCCLoss",
        reads=Kind.PROBABILITIES,
        takes=Takes.SET,
        kernel=_smp_correlation,
        options=(Param("eps", 1e-5, "Added to each count."),),
        reductions=WHOLE,
        apart=True,
        note="1 less the coefficient of soft counts of all pixels; takes probabilities.",
    ),
)
