"""Segmentation losses: how little two regions overlap; a whole region gives one number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.lazy import np
from losscli.losses import segmentation_quirks as quirks
from losscli.losses.loss import Example, loss
from losscli.losses.reference import ONE_NUMBER, keras_losses, optax_call
from losscli.losses.vocabulary import Domain, Kind, Param, Role, Takes

if TYPE_CHECKING:
    from losscli.ops import Array

FAMILY = "segmentation"

POOLED = Param("axis", None, "The axes that make up a region; all by default.", vector=True, role=Role.AXIS)
FALSE_ALARMS = Param("alpha", 0.5, "Weight of false alarms (false positives).", ge=0.0)
MISSES = Param("beta", 0.5, "Weight of misses (false negatives).", ge=0.0)
SMOOTH = Param("smooth", 1.0, "Added above and below.")
SOFTMAX = Param("apply_softmax", True, "Predictions are logits; otherwise rows of probabilities that sum to 1.")
BACKGROUND = Param("ignore_background", False, "Leave out class 0.")


@loss(
    name="dice",
    summary="One minus the overlap of two regions, divided by their mean size.",
    formula="1 - 2 sum x y / (sum x + sum y)     over all rows",
    steps=(("both", "total(w * x * y)"), ("loss", "1 - 2 * both / (total(w * x) + total(w * y))")),
    takes=Takes.SET,
    domain=Domain.MASKS,
    references=(
        *keras_losses(
            "Dice",
            "dice",
            takes=Takes.VECTOR,
            kernel=quirks.keras_dice,
            options=(POOLED,),
            whole=True,
            note="1e-7 is added below, so that two empty regions cost 1.",
        ),
        optax_call(
            "dice_loss",
            reads=Kind.LOGITS,
            takes=Takes.RAW,
            kernel=quirks.optax_dice,
            options=(
                Param("class_weights", None, "One weight for each class.", vector=True),
                SMOOTH,
                FALSE_ALARMS,
                MISSES,
                SOFTMAX,
                Param("reduction", "mean", "Reduction over the classes.", choices=("mean", "sum", "none")),
                BACKGROUND,
                Param(
                    "axis", None, "The axes to sum over; by default those between the first and the last.", vector=True
                ),
            ),
            note="One value for each item of the batch and class, then the mean over classes; smooth is 1.",
        ),
        optax_call(
            "binary_dice_loss",
            reads=Kind.LOGITS,
            takes=Takes.RAW,
            kernel=quirks.optax_binary_dice,
            options=(SMOOTH, Param("apply_sigmoid", True, "Predictions are logits.")),
            note="One value for each item of the batch; smooth is 1.",
        ),
        "calls_kornia.DICE",
        "calls_monai.DICE",
        "calls_monai_focal.DICE",
        "calls_smp.DICE",
    ),
    laws=frozenset({"symmetric"}),
    examples=(
        Example("1,1,0,0", "1,0,1,0", 0.5, "by hand: 1 - 2 / 4"),
        Example("[[0.5,0],[1,0.5]]", "[[1,0],[1,0]]", 0.25, "by hand: 1 - 3 / 4"),
    ),
    source="Dice 1945, Measures of the amount of ecologic association between species; Milletari et al. 2016",
)
def dice(x: Array, y: Array, weights: Array | None) -> Array:
    """All rows give one number; NaN for two empty regions. Weights ``(N,)`` are the sizes of the rows."""
    return quirks.overlap_loss(x, y, weights, alpha=0.5, beta=0.5)


@loss(
    name="tversky",
    summary="Dice with separate weights for false alarms and misses.",
    formula="1 - I / (I + alpha A + beta B)     I = sum x y, A = sum x (1 - y), B = sum (1 - x) y",
    steps=(
        ("both", "total(w * x * y)"),
        ("alarms", "total(w * x * (1 - y))"),
        ("missed", "total(w * (1 - x) * y)"),
        ("loss", "1 - both / (both + alpha * alarms + beta * missed)"),
    ),
    takes=Takes.SET,
    domain=Domain.MASKS,
    params=(FALSE_ALARMS, MISSES),
    references=(
        *keras_losses(
            "Tversky",
            "tversky",
            takes=Takes.VECTOR,
            kernel=quirks.keras_tversky,
            options=(
                Param("alpha", 0.5, "Weight of misses (false negatives); Keras's documentation says the opposite."),
                Param("beta", 0.5, "Weight of false alarms (false positives)."),
                POOLED,
            ),
            whole=True,
            note="1e-7 is added below. Alpha weighs what was missed and beta false alarms, against the paper and its "
            "own documentation.",
        ),
        "calls_kornia.TVERSKY",
        "calls_monai.TVERSKY",
        "calls_monai_focal.TVERSKY",
        "calls_smp.TVERSKY",
        "calls_smp.JACCARD",
    ),
    laws=frozenset({"unit-interval"}),
    examples=(
        Example("1,1,0,0", "1,0,1,0", 0.5, "by hand: 1 - 1 / (1 + 0.5 + 0.5)"),
        Example("1,1,1,0", "1,0,0,1", 0.6875, "by hand: 1 - 1 / (1 + 0.6 + 1.6)", {"alpha": 0.3, "beta": 1.6}),
    ),
    source="Salehi et al. 2017, arXiv:1706.05721; Keras 3.15 Tversky",
)
def tversky(x: Array, y: Array, weights: Array | None, *, alpha: float, beta: float) -> Array:
    """All rows give one number; NaN for two empty regions. Weights ``(N,)`` are the sizes of the rows."""
    return quirks.overlap_loss(x, y, weights, alpha=alpha, beta=beta)


@loss(
    name="generalized-dice",
    summary="Dice over several classes, with more weight for rare ones.",
    formula="1 - 2 sum_c w[c] sum x y / sum_c w[c] (sum x + sum y)     w[c] = 1 / (sum y[c])^2, 0 if c is absent",
    steps=(
        ("number", "by_column(w * y)"),
        ("weight", "1 / number^2 if number > 0 else 0 * number"),
        ("both", "by_column(w * x * y)"),
        ("areas", "by_column(w * x) + by_column(w * y)"),
        ("loss", "1 - 2 * sum(weight * both) / sum(weight * areas)"),
    ),
    takes=Takes.SET,
    domain=Domain.MASKS,
    references=(
        optax_call(
            "multiclass_generalized_dice_loss",
            reads=Kind.LOGITS,
            kernel=quirks.optax_generalized_dice,
            options=(SMOOTH, SOFTMAX, BACKGROUND),
            reductions=ONE_NUMBER,
            note="Another formula: the mean of each item's and class's Dice times w, an absent class weighing 1e7.",
        ),
        "calls_monai.GENERALIZED_DICE",
        "calls_monai_focal.GENERALIZED_DICE",
    ),
    laws=frozenset({"unit-interval"}),
    examples=(
        Example(
            "[[1,0],[0,1],[1,0]]", "[[1,0],[0,1],[0,1]]", 0.3333333333333333, "by hand: 1 - 2 (1 + 1/4) / (3 + 3/4)"
        ),
        Example("[[1,0],[1,0]]", "[[1,0],[1,0]]", 0.0, "by hand: equal regions"),
    ),
    source="Sudre et al. 2017, arXiv:1707.03237",
)
def generalized_dice(x: Array, y: Array, weights: Array | None) -> Array:
    """All rows ``(..., C)`` give one number. Weights ``(N,)`` are the sizes of the rows."""
    size = quirks.row_sizes(x, weights)
    axes = tuple(range(x.ndim - 1))
    frequency = (size * y).sum(axis=axes)
    weight = np.where(frequency > 0.0, 1.0 / np.maximum(frequency, np.finfo(x.dtype).tiny) ** 2, 0.0)
    return quirks.overlap_loss(x, y, size * weight, alpha=0.5, beta=0.5)
