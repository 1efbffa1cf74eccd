"""Likelihood losses: minus the logarithm of what was given to the truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.core.ops import weigh, xlogy
from losscli.losses.spec import LABEL_SMOOTHING, Example, Kind, Reading, Reference, Takes, loss

if TYPE_CHECKING:
    from losscli.losses.spec import Array

FAMILY = "likelihood"
KERAS = Reading(rescale=True, clip=1e-7)
KERAS_EACH = Reading(clip=1e-7)
SKLEARN = Reading(clip=2.0**-52)
KERAS_DOC = "Keras 3.15 documentation of CategoricalCrossentropy"


@loss(
    name="cross-entropy",
    aliases=("ce",),
    family=FAMILY,
    summary="Minus the log-probability given to the right class.",
    formula="-log p[y]            soft labels t: -sum_c t[c] log p[c]",
    takes=Takes.CLASS,
    unit="nats",
    params=(LABEL_SMOOTHING,),
    references=(
        Reference("keras.losses.CategoricalCrossentropy", reading=KERAS),
        Reference("torch.nn.CrossEntropyLoss", reads=Kind.LOGITS),
        Reference(
            "sklearn.metrics.log_loss",
            reading=SKLEARN,
            note="Rows are not rescaled since 1.5; the clip is the machine epsilon of float64.",
        ),
        Reference("optax.losses.softmax_cross_entropy", reads=Kind.LOGITS),
        Reference("tf.nn.softmax_cross_entropy_with_logits", reads=Kind.LOGITS),
    ),
    laws=frozenset({"non-negative", "row-permutation", "class-relabelling", "logit-shift"}),
    examples=(
        Example("[[0.05,0.95,0],[0.1,0.8,0.1]]", "[1,2]", 1.176939193690798, KERAS_DOC),
        Example(
            "[[0.5,1.5,0.1],[2.2,1.3,1.7]]",
            "[[0,1,0],[0,0,1]]",
            0.8393433389787792,
            "tf.nn.softmax_cross_entropy_with_logits, TensorFlow 2.21 in float64",
            {"from_logits": True},
        ),
    ),
    source="Good 1952, Rational decisions; Keras 3.15 CategoricalCrossentropy",
)
def cross_entropy(log_p: Array) -> Array:
    """Cost of each class if it is the label, in nats."""
    return -log_p


@loss(
    name="negative-log-likelihood",
    aliases=("nll",),
    family=FAMILY,
    summary="Cross-entropy of log-probabilities, as they come out of a log-softmax.",
    formula="-x[y]                x: log-probabilities",
    takes=Takes.CLASS,
    kinds=(Kind.LOG_PROBABILITIES,),
    unit="nats",
    references=(Reference("torch.nn.NLLLoss", reads=Kind.LOG_PROBABILITIES),),
    laws=frozenset({"row-permutation", "class-relabelling"}),
    examples=(
        Example(
            "[[-1.4790106967,-0.4790106967,-1.8790106967]]",
            "[1]",
            0.4790106967,
            "by hand: the entry of the label with its sign turned",
        ),
        Example("-2.5,-0.1,-4", "1", 0.1, "by hand: one row"),
    ),
    source="torch.nn.NLLLoss, PyTorch 2.13",
)
def negative_log_likelihood(log_p: Array) -> Array:
    """Cost of each class if it is the label, in nats."""
    return -log_p


@loss(
    name="binary-cross-entropy",
    aliases=("bce",),
    family=FAMILY,
    summary="Cross-entropy of yes-or-no predictions; several columns are averaged (multi-label).",
    formula="-(y log p + (1 - y) log(1 - p))",
    takes=Takes.BINARY,
    unit="nats",
    params=(LABEL_SMOOTHING,),
    references=(
        Reference("keras.losses.BinaryCrossentropy", reading=KERAS_EACH),
        Reference("torch.nn.BCELoss", reading=Reading(log_floor=-100.0)),
        Reference("sklearn.metrics.log_loss", reading=SKLEARN),
        Reference("optax.losses.sigmoid_binary_cross_entropy", reads=Kind.LOGITS),
        Reference("tf.nn.sigmoid_cross_entropy_with_logits", reads=Kind.LOGITS),
    ),
    laws=frozenset({"non-negative", "row-permutation", "complement"}),
    examples=(
        Example("[[0.3],[0.8]]", "[[0],[1]]", 0.2899092476264711, "keras.losses.BinaryCrossentropy, Keras 3.15"),
        Example(
            "0,2,-1",
            "1,1,0",
            0.3777789597070469,
            "torch.nn.BCEWithLogitsLoss, PyTorch 2.13",
            {"from_logits": True},
        ),
    ),
    source="Cox 1958, The regression analysis of binary sequences; Keras 3.15 BinaryCrossentropy",
)
def binary_cross_entropy(log_p: Array, log_q: Array, target: Array) -> Array:
    """``log_q`` is ``log(1 - p)``; in nats."""
    return -(weigh(target, log_p) + weigh(1.0 - target, log_q))


@loss(
    name="kl-divergence",
    aliases=("kl",),
    family=FAMILY,
    summary="What predicted probabilities cost beyond the true ones.",
    formula="sum_c t[c] (log t[c] - log p[c])",
    takes=Takes.DISTRIBUTION,
    unit="nats",
    references=(
        Reference("keras.losses.KLDivergence", reading=Reading(clip=1e-7, clip_one=False, clip_labels=1e-7)),
        Reference("torch.nn.KLDivLoss", reads=Kind.LOG_PROBABILITIES),
        Reference("optax.losses.kl_divergence", reads=Kind.LOG_PROBABILITIES),
    ),
    laws=frozenset({"row-permutation", "zero-at-target"}),
    examples=(
        Example(
            "[[0.25,0.25,0.5]]",
            "[[0.5,0.25,0.25]]",
            0.17328679513998632,
            "by hand: 0.5 log 2 - 0.25 log 2",
        ),
        Example(
            "[[0,0]]",
            "[[0.5,0.5]]",
            0.0,
            "by hand: equal logits are the uniform distribution",
            {"from_logits": True},
        ),
    ),
    source="Kullback and Leibler 1951; Keras 3.15 KLDivergence",
)
def kl_divergence(log_p: Array, target: Array) -> Array:
    """One class's term, in nats; ``0 log 0`` is 0."""
    return xlogy(target, target) - weigh(target, log_p)
