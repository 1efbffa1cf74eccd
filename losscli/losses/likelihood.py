"""Likelihood losses: the negative log-probability of the truth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.losses import likelihood_quirks as quirks
from losscli.losses.loss import Example, loss
from losscli.losses.reference import (
    AXIS,
    CLASS_WEIGHT,
    ELEMENT_WEIGHT,
    FROM_LOGITS,
    IGNORE_CLASS,
    IGNORE_INDEX,
    LABELS,
    POS_WEIGHT,
    SKLEARN_NORMALIZE,
    TORCH_WEIGHTED,
    Reference,
    Shapes,
    Weighting,
    keras_losses,
    keras_metric,
    older,
    optax_call,
    sklearn_call,
    tf_call,
    torch_call,
)
from losscli.losses.vocabulary import LABEL_SMOOTHING, Form, Kind, Param, Reading, Takes
from losscli.ops import weigh

if TYPE_CHECKING:
    from losscli.ops import Array

FAMILY = "likelihood"
KERAS = Reading(rescale=True, clip=1e-7)
KERAS_SPARSE = Reading(clip=1e-7, rescale_after=True)
KERAS_EACH = Reading(clip=1e-7)
KERAS_2 = Reading(clip=1e-7, add=1e-7)
SKLEARN_CLIP = quirks.SKLEARN_CLIP
SKLEARN_1_4 = Reading(clip=2.0**-52, machine=True, rescale_after=True)
SKLEARN_1_1 = Reading(clip=1e-15, rescale_after=True)
KAGGLE = Reading(rescale=True, clip=1e-15)
LOG_LOSS: dict[str, Any] = {
    "reductions": SKLEARN_NORMALIZE,
    "weighting": Weighting.ROWS,
    "hard_labels": True,
    "sorts_labels": True,
}
KERAS_DOC = "Keras 3.15 documentation of CategoricalCrossentropy"
DENSE = (FROM_LOGITS, LABEL_SMOOTHING, AXIS)
SPARSE = (FROM_LOGITS, IGNORE_CLASS, AXIS)
INTEGER_AXIS = Param("axis", -1, "Axis of the classes; several axes count as one.", vector=True)
SPARSE_NOTE = "On TensorFlow rows are clipped, then rescaled; on other backends rescaled, then clipped."


@loss(
    name="cross-entropy",
    aliases=("ce",),
    summary="Negative log-probability of the true class.",
    formula="-log p[y]            soft labels t: -sum_c t[c] log p[c]",
    steps=(("loss", "-log_p"),),
    takes=Takes.CLASS,
    unit="nats",
    log_score=True,
    params=(LABEL_SMOOTHING,),
    references=(
        *keras_losses(
            "CategoricalCrossentropy",
            "categorical_crossentropy",
            reading=KERAS,
            options=DENSE,
            form=Form.SOFT,
            axis_from_front=True,
        ),
        *keras_losses(
            "SparseCategoricalCrossentropy",
            "sparse_categorical_crossentropy",
            reading=KERAS_SPARSE,
            options=SPARSE,
            form=Form.SPARSE,
            note=SPARSE_NOTE,
        ),
        keras_metric(
            "CategoricalCrossentropy",
            reading=KERAS,
            options=DENSE,
            form=Form.SOFT,
            axis_from_front=True,
            same_rank=False,
        ),
        keras_metric(
            "SparseCategoricalCrossentropy",
            reading=KERAS_SPARSE,
            options=SPARSE,
            form=Form.SPARSE,
            same_rank=False,
            note=SPARSE_NOTE,
        ),
        torch_call(
            "CrossEntropyLoss",
            also=("functional.cross_entropy",),
            reads=Kind.LOGITS,
            axis=1,
            options=(CLASS_WEIGHT, IGNORE_INDEX, LABEL_SMOOTHING),
            reductions=TORCH_WEIGHTED,
            note="With class weights the mean divides by the sum of the labels' weights; with soft labels by N.",
            unweighted="",
        ),
        sklearn_call(
            "log_loss",
            reading=SKLEARN_CLIP,
            reductions=SKLEARN_NORMALIZE,
            takes=Takes.RAW,
            kernel=quirks.sklearn_log_loss,
            options=(LABELS,),
            whole=True,
            plain_if_good=True,
            versions="1.5-",
            note="Clips to the machine epsilon; rows are not rescaled since 1.5.",
        ),
        older("sklearn.metrics.log_loss", "1.2-1.4", SKLEARN_1_4, **LOG_LOSS),
        older("sklearn.metrics.log_loss", "0.14-1.1", SKLEARN_1_1, **LOG_LOSS),
        optax_call(
            "softmax_cross_entropy",
            reads=Kind.LOGITS,
            takes=Takes.VECTOR,
            kernel=quirks.optax_dense,
            options=(AXIS,),
            extras=("where",),
        ),
        optax_call(
            "safe_softmax_cross_entropy",
            reads=Kind.LOGITS,
            takes=Takes.VECTOR,
            kernel=quirks.optax_safe,
            note="A class whose label is 0 costs nothing, also where its logit is -inf.",
        ),
        optax_call(
            "softmax_cross_entropy_with_integer_labels",
            reads=Kind.LOGITS,
            takes=Takes.RAW,
            kernel=quirks.optax_sparse,
            options=(INTEGER_AXIS,),
            extras=("where",),
            plain_if_good=True,
            note="A label beyond the last class gives NaN, a negative one counts from the end.",
        ),
        tf_call(
            "softmax_cross_entropy_with_logits",
            reads=Kind.LOGITS,
            options=(AXIS,),
            form=Form.SOFT,
            axis_from_front=True,
            shapes=Shapes.INTO,
        ),
        tf_call("sparse_softmax_cross_entropy_with_logits", reads=Kind.LOGITS, form=Form.SPARSE),
        Reference("kaggle.MultiClassLogLoss", reading=KAGGLE, command=False),
        "calls_tf_v1.CROSS_ENTROPY",
        "calls_torchmetrics.PERPLEXITY",
        "calls_boosting_classes.CROSS_ENTROPY",
        "calls_timm.CROSS_ENTROPY",
        "calls_transformers.CROSS_ENTROPY",
        "calls_smp.SOFT_CROSS_ENTROPY",
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
        Example(
            "[[0.05,0.95,0],[0.1,0.8,0.1]]",
            "[[0,1,0],[0,0,1]]",
            0.8135987767060484,
            KERAS_DOC,
            {"sample_weight": [0.3, 0.7]},
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
    exponential=("perplexity", "ppl"),
    summary="Cross-entropy of log-probabilities, such as a log-softmax gives.",
    formula="-x[y]                x: log-probabilities",
    steps=(("loss", "-log_p"),),
    takes=Takes.CLASS,
    kinds=(Kind.LOG_PROBABILITIES,),
    unit="nats",
    log_score=True,
    references=(
        torch_call(
            "NLLLoss",
            also=("functional.nll_loss",),
            form=Form.SPARSE,
            axis=1,
            options=(CLASS_WEIGHT, IGNORE_INDEX),
            reductions=TORCH_WEIGHTED,
            note="The mean divides by the sum of the labels' weights.",
            unweighted="",
        ),
    ),
    laws=frozenset({"row-permutation", "class-relabelling"}),
    examples=(
        Example(
            "[[-1.4790106967,-0.4790106967,-1.8790106967]]",
            "[1]",
            0.4790106967,
            "by hand: the entry of the label with its sign flipped",
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
    summary="Cross-entropy of yes/no predictions; several columns are averaged (multi-label).",
    formula="-(y log p + (1 - y) log(1 - p))",
    steps=(
        ("loss", "-(y * log_p + (1 - y) * log_q) if pos_weight == 1 else -(pos_weight * y * log_p + (1 - y) * log_q)"),
    ),
    takes=Takes.BINARY,
    unit="nats",
    log_score=True,
    params=(LABEL_SMOOTHING, POS_WEIGHT),
    references=(
        *keras_losses(
            "BinaryCrossentropy",
            "binary_crossentropy",
            reading=KERAS_EACH,
            options=DENSE,
            kernel=quirks.tf_binary,
            shapes=Shapes.EQUAL,
            versions="3.0-",
        ),
        older("keras.losses.BinaryCrossentropy", "2.4-2.15", KERAS_2, weighting=Weighting.LAST),
        older(
            "tf.keras.losses.BinaryCrossentropy",
            "2.0-2.15",
            KERAS_2,
            weighting=Weighting.LAST,
            note="The package tf_keras still does this.",
        ),
        keras_metric(
            "BinaryCrossentropy",
            reading=KERAS_EACH,
            options=(FROM_LOGITS, LABEL_SMOOTHING),
            kernel=quirks.tf_binary,
            shapes=Shapes.EQUAL,
            same_rank=False,
        ),
        torch_call(
            "BCELoss",
            also=("functional.binary_cross_entropy",),
            reading=Reading(log_floor=-100.0),
            options=(ELEMENT_WEIGHT,),
            shapes=Shapes.EQUAL,
            unit_interval=True,
            versions="1.5-",
            note="Logarithms stop at -100; weights do not enter the divisor.",
            unweighted="Logarithms stop at -100.",
        ),
        older("torch.nn.BCELoss", "0.4.1-1.4", Reading(zero=1e-12), options=(ELEMENT_WEIGHT,)),
        older("torch.nn.BCELoss", "0.1-0.4.0", Reading(add=1e-12), options=(ELEMENT_WEIGHT,)),
        torch_call(
            "BCEWithLogitsLoss",
            also=("functional.binary_cross_entropy_with_logits",),
            reads=Kind.LOGITS,
            kernel=quirks.torch_binary,
            options=(ELEMENT_WEIGHT, POS_WEIGHT),
            shapes=Shapes.EQUAL,
            note="Weights do not enter the divisor.",
            unweighted="",
        ),
        Reference("sklearn.metrics.log_loss", reading=SKLEARN_CLIP, command=False, versions="1.2-", **LOG_LOSS),
        older("sklearn.metrics.log_loss", "0.14-1.1", Reading(clip=1e-15), **LOG_LOSS),
        optax_call("sigmoid_binary_cross_entropy", reads=Kind.LOGITS, kernel=quirks.plain_binary),
        "calls_tf_v1.BINARY",
        tf_call("sigmoid_cross_entropy_with_logits", reads=Kind.LOGITS, kernel=quirks.tf_binary, shapes=Shapes.EQUAL),
        tf_call(
            "weighted_cross_entropy_with_logits",
            reads=Kind.LOGITS,
            kernel=quirks.torch_binary,
            options=(POS_WEIGHT,),
            shapes=Shapes.EQUAL,
        ),
        Reference("kaggle.LogarithmicLoss", reading=Reading(clip=1e-15), command=False),
        "calls_boosting_classes.BINARY",
        "calls_timm.BINARY",
        "calls_smp.SOFT_BINARY",
    ),
    laws=frozenset({"non-negative", "row-permutation", "complement"}),
    examples=(
        Example("[[0.3],[0.8]]", "[[0],[1]]", 0.2899092476264711, "keras.losses.BinaryCrossentropy, Keras 3.15"),
        Example(
            "0,2,-1", "1,1,0", 0.3777789597070469, "torch.nn.BCEWithLogitsLoss, PyTorch 2.13", {"from_logits": True}
        ),
    ),
    accuracy="With label smoothing a few ulp of the costlier outcome: the smoothed label is rounded.",
    source="Cox 1958, The regression analysis of binary sequences; Keras 3.15 BinaryCrossentropy",
)
def binary_cross_entropy(log_p: Array, log_q: Array, target: Array, *, pos_weight: float | Array) -> Array:
    """``log_q`` is ``log(1 - p)``; in nats."""
    return -(weigh(pos_weight * target, log_p) + weigh(1.0 - target, log_q))
