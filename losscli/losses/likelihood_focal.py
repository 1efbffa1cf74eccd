"""Variants of cross-entropy that weight easy and hard samples differently."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli import ops
from losscli.lazy import np
from losscli.losses import likelihood_focal_quirks as quirks
from losscli.losses.deviances import deviance
from losscli.losses.loss import Example, loss
from losscli.losses.reference import (
    AXES,
    AXIS,
    FROM_LOGITS,
    NONE_FIRST,
    Outputs,
    Reference,
    Shapes,
    keras_losses,
    optax_call,
)
from losscli.losses.vocabulary import LABEL_SMOOTHING, Domain, Form, Kind, Param, Reading, Takes
from losscli.ops import weigh
from losscli.record import replace

if TYPE_CHECKING:
    from losscli.ops import Array

FAMILY = "likelihood"
KERAS = Reading(rescale=True, clip=1e-7, through_softmax=True)
KERAS_EACH = Reading(clip=1e-7)

GAMMA = Param("gamma", 2.0, "Focusing power; 0 gives cross-entropy.", ge=0.0, usual=(0.5, 1.0, 3.0, 5.0))
ALPHA = Param("alpha", 0.25, "Factor of the loss.", ge=0.0, usual=(1.0,))
ALPHA_OF_CLASSES = replace(ALPHA, help="Factor of the loss; one, or one for each class.", vector=True)
BALANCE = Param(
    "alpha", None, "Weight of the positive class; the negative class has 1 - alpha.", ge=0.0, le=1.0, usual=(0.25,)
)
BALANCING = Param("apply_class_balancing", False, "Whether alpha weighs the classes.")
Q = Param("q", 0.5, "Robustness: near 0 cross-entropy, 1 the mean absolute error.", ge=0.0, le=1.0)
POLY_EPSILON = Param("epsilon", 2.0, "Coefficient of 1 - p.")


@loss(
    name="focal",
    aliases=("focal-loss",),
    summary="Cross-entropy that gives easy samples less weight.",
    formula="-alpha (1 - p[y])^gamma log p[y]",
    steps=(("loss", "alpha * (1 - p)^gamma * -log_p"),),
    takes=Takes.CLASS,
    unit="nats",
    params=(GAMMA, ALPHA, LABEL_SMOOTHING),
    references=(
        *keras_losses(
            "CategoricalFocalCrossentropy",
            "categorical_focal_crossentropy",
            reading=KERAS,
            kernel=quirks.keras_focal,
            form=Form.SOFT,
            options=(ALPHA_OF_CLASSES, GAMMA, FROM_LOGITS, LABEL_SMOOTHING, AXIS),
            note="Alpha always acts; logits go through softmax and clip, so that no loss exceeds alpha times 16.118.",
        ),
        "calls_kornia.FOCAL",
        "calls_timm.ASYMMETRIC_SINGLE",
    ),
    # No class relabelling: 1 - p of a softmax, which Keras clips, depends on the order of the sum by an ulp of 1.
    laws=frozenset({"non-negative", "row-permutation"}),
    examples=(
        Example("[[0.5,0.25,0.25]]", "0", 0.04332169878499658, "by hand: 0.25 0.5^2 log 2"),
        Example(
            "[[0.05,0.9,0.05],[0.1,0.85,0.05]]",
            "[1,2]",
            0.3380877477548819,
            "keras.losses.CategoricalFocalCrossentropy, Keras 3.15",
        ),
    ),
    accuracy="4 ulp, times 1 + gamma: the rounding of log p goes into a power.",
    source="Lin et al. 2017, arXiv:1708.02002; Keras 3.15 CategoricalFocalCrossentropy",
)
def focal(log_p: Array, *, gamma: float, alpha: float) -> Array:
    """Cost of each class if it is the label, in nats; ``1 - p`` from ``log p``, exact for p near 1."""
    return weigh(alpha * (-np.expm1(log_p)) ** gamma, -log_p)


@loss(
    name="binary-focal",
    aliases=("sigmoid-focal",),
    summary="Binary cross-entropy that gives easy samples less weight; several columns are averaged.",
    formula="-a (1 - p_t)^gamma log p_t     p_t: p if y = 1, else 1 - p;  a: 1, or alpha if y = 1, else 1 - alpha",
    steps=(
        ("miss", "y * q + (1 - y) * p"),
        ("cost", "-(y * log_p + (1 - y) * log_q)"),
        ("factor", "None if alpha is None else y * alpha + (1 - y) * (1 - alpha)"),
        ("loss", "miss^gamma * cost if alpha is None else factor * miss^gamma * cost"),
    ),
    takes=Takes.BINARY,
    unit="nats",
    params=(GAMMA, BALANCE, LABEL_SMOOTHING),
    references=(
        *keras_losses(
            "BinaryFocalCrossentropy",
            "binary_focal_crossentropy",
            reading=KERAS_EACH,
            takes=Takes.VALUE,
            kernel=quirks.keras_binary_focal,
            shapes=Shapes.EQUAL,
            options=(
                BALANCING,
                replace(BALANCE, default=0.25),
                GAMMA,
                replace(FROM_LOGITS, to="from_logits"),
                replace(LABEL_SMOOTHING, to="label_smoothing"),
                AXIS,
            ),
            note="Alpha acts only with apply_class_balancing; the clip acts on the logarithms, not on (1 - p_t).",
        ),
        Reference(
            "torchvision.ops.sigmoid_focal_loss",
            reads=Kind.LOGITS,
            kernel=quirks.torchvision_focal,
            shapes=Shapes.EQUAL,
            options=(Param("alpha", 0.25, "As alpha above; -1 leaves it out."), GAMMA),
            reductions=NONE_FIRST,
            note="Alpha acts unless it is -1; 1 - p_t is a difference, 0 from logits of 37 on.",
        ),
        optax_call(
            "sigmoid_focal_loss",
            reads=Kind.LOGITS,
            kernel=quirks.optax_focal,
            options=(BALANCE, GAMMA),
            note="Alpha acts only if it is given.",
        ),
        "calls_kornia.BINARY_FOCAL",
        "calls_boosting_classes.FOCAL",
        "calls_monai_focal.FOCAL",
        "calls_smp.FOCAL",
    ),
    laws=frozenset({"non-negative", "row-permutation", "complement"}),
    examples=(
        Example("0.5,0.25", "1,1", 0.4765386866349624, "by hand: (0.5^2 log 2 + 0.75^2 log 4) / 2"),
        Example(
            "[[0.6,0.4],[0.4,0.6]]",
            "[[0,1],[0,0]]",
            0.2678315225566615,
            "keras.losses.BinaryFocalCrossentropy, Keras 3.15",
        ),
    ),
    accuracy="4 ulp, times 1 + gamma; with label smoothing of the costlier outcome: logs and labels are rounded.",
    source="Lin et al. 2017, arXiv:1708.02002; Keras 3.15 BinaryFocalCrossentropy",
)
def binary_focal(log_p: Array, log_q: Array, target: Array, *, gamma: float, alpha: float | None) -> Array:
    """``log_q`` is ``log(1 - p)``; in nats. For soft labels ``1 - p_t`` is ``y (1 - p) + (1 - y) p``."""
    miss = weigh(target, -np.expm1(log_p)) + weigh(1.0 - target, -np.expm1(log_q))
    cost = weigh(miss**gamma, -(weigh(target, log_p) + weigh(1.0 - target, log_q)))
    return cost if alpha is None else cost * (target * alpha + (1.0 - target) * (1.0 - alpha))


GENERALIZED, UNBOUNDED = keras_losses(
    "CategoricalGeneralizedCrossEntropy",
    "categorical_generalized_cross_entropy",
    metric=False,
    takes=Takes.RAW,
    kernel=quirks.keras_gce,
    options=(Q,),
    note="Neither clips nor rescales; a label that is no class costs 1/q on TensorFlow and JAX.",
)


@loss(
    name="generalized-cross-entropy",
    aliases=("gce",),
    summary="Between cross-entropy and absolute error, for labels that may be wrong.",
    formula="(1 - p[y]^q) / q",
    steps=(("loss", "-log_p if q == 0 else (1 - p^q) / q"),),
    takes=Takes.CLASS,
    params=(Q,),
    references=(
        GENERALIZED,
        replace(UNBOUNDED, kernel=quirks.keras_gce_of_any, options=(replace(Q, ge=None, le=None),)),
    ),
    laws=frozenset({"non-negative", "row-permutation", "class-relabelling", "logit-shift"}),
    examples=(
        Example("[[0.25,0.75]]", "0", 1.0, "by hand: (1 - 0.5) / 0.5"),
        Example(
            "[[0.05,0.95,0],[0.1,0.8,0.1]]",
            "[1,2]",
            0.7090927995022657,
            "keras.losses.CategoricalGeneralizedCrossEntropy, Keras 3.15",
        ),
    ),
    source="Zhang and Sabuncu 2018, arXiv:1805.07836; Keras 3.15 CategoricalGeneralizedCrossEntropy",
)
def generalized_cross_entropy(log_p: Array, *, q: float) -> Array:
    """Cost of each class if it is the label; q of 0 is its limit, cross-entropy."""
    if not q:
        return -log_p
    small = -q * log_p
    return np.where(small < 1e-17, -log_p, -np.expm1(-small) / q)  # q log p may be subnormal


@loss(
    name="poly-cross-entropy",
    aliases=("poly-1", "poly-loss"),
    summary="Cross-entropy plus a multiple of 1 - p of the true class.",
    formula="-log p[y] + epsilon (1 - p[y])",
    steps=(("loss", "-log_p + epsilon * (1 - p)"),),
    takes=Takes.CLASS,
    unit="nats",
    params=(POLY_EPSILON,),
    references=(
        optax_call(
            "poly_loss_cross_entropy",
            reads=Kind.LOGITS,
            takes=Takes.VECTOR,
            kernel=quirks.optax_poly,
            options=(POLY_EPSILON, AXES),
            extras=("where",),
        ),
        "calls_timm.POLY",
    ),
    laws=frozenset({"non-negative", "row-permutation", "class-relabelling", "logit-shift"}),
    examples=(
        Example("[[0.5,0.25,0.25]]", "0", 1.6931471805599454, "by hand: log 2 + 2 0.5"),
        Example(
            "[[1.2,-0.8,-0.5],[0.9,-1.2,1.1]]",
            "[0,1]",
            2.8030040936726874,
            "optax.losses.poly_loss_cross_entropy, optax 0.2.8",
            {"from_logits": True},
        ),
    ),
    accuracy="With an epsilon below 0 a few ulp of the larger term: the two cancel.",
    source="Leng et al. 2022, arXiv:2204.12511; optax 0.2.8 poly_loss_cross_entropy",
)
def poly_cross_entropy(log_p: Array, *, epsilon: float) -> Array:
    """Cost of each class if it is the label, in nats."""
    return -log_p - epsilon * np.expm1(log_p)


@loss(
    name="generalized-kl-divergence",
    aliases=("convex-kl-divergence",),
    summary="The KL divergence of positive numbers that need not sum to 1.",
    formula="sum_i y[i] log(y[i] / x[i]) - y[i] + x[i]",
    steps=(("loss", "sum(y * log(y / x) - y + x)"),),
    takes=Takes.VECTOR,
    domain=Domain.POSITIVE,
    unit="nats",
    references=(
        optax_call(
            "generalized_kl_divergence",
            also=("convex_kl_divergence",),
            reads=Kind.LOG_PROBABILITIES,
            takes=Takes.DISTRIBUTION,
            kernel=quirks.optax_generalized_kl,
            outputs=Outputs.SUM,
            options=(AXES,),
            extras=("where",),
            note="Predictions are logarithms; a target of 0 with one of -inf is NaN. Once convex_kl_divergence.",
        ),
    ),
    laws=frozenset({"row-permutation", "non-negative", "zero-at-target"}),
    examples=(
        Example("[[2,1]]", "[[1,1]]", 0.3068528194400547, "by hand: log 0.5 - 1 + 2"),
        Example("[[0.5,2]]", "[[0,2]]", 0.5, "by hand: 0 log 0 - 0 + 0.5"),
    ),
    source="Bregman 1967, The relaxation method of finding the common point of convex sets; optax 0.2.8",
)
def generalized_kl_divergence(x: Array, y: Array) -> Array:
    """In nats: half of each row's Poisson deviances; ``0 log 0`` is 0."""
    return 0.5 * ops.total(deviance(x, y, 1.0))
