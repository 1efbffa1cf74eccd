"""Margin losses of one score: its distance from the right side of a margin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.lazy import np
from losscli.losses import margin_quirks as quirks
from losscli.losses.loss import Example, loss
from losscli.losses.reference import (
    ELEMENT_WEIGHT,
    LABELS,
    Outputs,
    Shapes,
    keras_losses,
    keras_metric,
    optax_call,
    sklearn_call,
    torch_call,
)
from losscli.losses.vocabulary import Param, Takes
from losscli.ops import log_sigmoid, sum3

if TYPE_CHECKING:
    from losscli.ops import Array

FAMILY = "margin"
CONVERTS = "Labels of 0 and 1 become -1 and 1, but only if there is no other label."
PAIRS = "Labels (N,) with scores (N, 1) pair up, N by N; keras.losses adds the axis that the labels lack."
MARGIN_1 = Param("margin", 1.0, "Required distance between the scores.")
MARGIN_0 = Param("margin", 0.0, "Required lead of the first score.")


@loss(
    name="hinge",
    summary="How far a score falls short of a margin of 1 on its label's side.",
    formula="max(0, 1 - s x)      s: the label, -1 or 1",
    steps=(("loss", "max(0, 1 - s * x)"),),
    takes=Takes.MARGIN,
    references=(
        *keras_losses("Hinge", "hinge", signs="all", note=CONVERTS),
        keras_metric("Hinge", takes=Takes.RAW, kernel=quirks.keras_metric_margin, fixed={"power": 1}, note=PAIRS),
        optax_call("hinge_loss", note="Labels of 0 stay 0 and cost 1."),
        sklearn_call(
            "hinge_loss",
            takes=Takes.RAW,
            kernel=quirks.sklearn_hinge,
            options=(LABELS,),
            whole=True,
            note="With more than two classes, the label's score against the best other one; a single class is -1.",
        ),
        "calls_tf_v1.HINGE",
        "calls_torchmetrics_classes.BINARY_HINGE",
        "calls_boosting_classes.HINGE",
    ),
    laws=frozenset({"non-negative", "row-permutation"}),
    examples=(
        Example("0.5,-2,3", "1,-1,-1", 1.5, "by hand: (0.5 + 0 + 4) / 3"),
        Example("[[0.6,0.4],[0.4,0.6]]", "[[0,1],[0,0]]", 1.3, "documentation of keras.losses.Hinge, Keras 3.15"),
    ),
    source="Cortes and Vapnik 1995, Support-vector networks; Keras 3.15 Hinge",
)
def hinge(score: Array, sign: Array) -> Array:
    """``max(0, 1 - s x)``."""
    return np.maximum(1.0 - sign * score, 0.0)


@loss(
    name="squared-hinge",
    summary="The square of the hinge loss.",
    formula="max(0, 1 - s x)^2    s: the label, -1 or 1",
    steps=(("short", "max(0, 1 - s * x)"), ("loss", "short^2")),
    takes=Takes.MARGIN,
    references=(
        *keras_losses("SquaredHinge", "squared_hinge", signs="all", note=CONVERTS),
        keras_metric(
            "SquaredHinge", takes=Takes.RAW, kernel=quirks.keras_metric_margin, fixed={"power": 2}, note=PAIRS
        ),
    ),
    laws=frozenset({"non-negative", "row-permutation"}),
    examples=(
        Example("0.5,-2,3", "1,-1,-1", 5.416666666666667, "by hand: (0.25 + 0 + 16) / 3"),
        Example("[[0.5,-2],[3,0.1]]", "[[1,-1],[-1,1]]", 4.265, "keras.losses.SquaredHinge, Keras 3.15"),
    ),
    source="Lee and Mangasarian 2001, SSVM; Keras 3.15 SquaredHinge",
)
def squared_hinge(score: Array, sign: Array) -> Array:
    """``max(0, 1 - s x)^2``."""
    short = np.maximum(1.0 - sign * score, 0.0)
    return short * short


@loss(
    name="perceptron",
    summary="How far a score is on the wrong side of 0.",
    formula="max(0, -s x)         s: the label, -1 or 1",
    steps=(("loss", "max(0, -s * x)"),),
    takes=Takes.MARGIN,
    references=(optax_call("perceptron_loss", shapes=Shapes.EQUAL, note="Labels of 0 stay 0 and cost 0."),),
    laws=frozenset({"non-negative", "row-permutation"}),
    examples=(
        Example("0.5,2,-0.3,-2", "1,-1,1,-1", 0.575, "by hand: (2 + 0.3) / 4"),
        Example("[[0.5,-2],[3,0.25]]", "[[1,1],[-1,-1]]", 1.3125, "by hand: (1 + 1.625) / 2"),
    ),
    source="Rosenblatt 1958, The perceptron; optax 0.2.8 perceptron_loss",
)
def perceptron(score: Array, sign: Array) -> Array:
    """``max(0, -s x)``."""
    return np.maximum(-sign * score, 0.0)


def _sparse_plus(z: Array) -> Array:
    return np.where(z <= -1.0, 0.0, np.where(z >= 1.0, z, (z + 1.0) * (z + 1.0) / 4.0))


def _optax_sparsemax(score: Array, target: Array) -> Array:
    """optax.losses.sparsemax_loss."""
    return _sparse_plus(-quirks.truthy(target) * score)


@loss(
    name="sparsemax",
    summary="A smooth hinge: 0 beyond the margin, quadratic within it, linear beyond it on the wrong side.",
    formula="0 if s x >= 1, -s x if s x <= -1, else (1 - s x)^2 / 4      s: the label, -1 or 1",
    steps=(("m", "s * x"), ("loss", "0 if m >= 1 else -m if m <= -1 else (1 - m)^2 / 4")),
    takes=Takes.MARGIN,
    references=(
        optax_call("sparsemax_loss", kernel=_optax_sparsemax, note="Labels are 0 and 1; any other number than 0 is 1."),
    ),
    laws=frozenset({"non-negative", "row-permutation"}),
    examples=(
        Example("0.5,2,-0.5,-3", "1,1,0,1", 0.78125, "by hand: (0.0625 + 0 + 0.0625 + 3) / 4"),
        Example("[[0,1]]", "[[0,0]]", 0.625, "by hand: (0.25 + 1) / 2"),
    ),
    source="Blondel, Martins and Niculae 2020, Learning with Fenchel-Young losses, JMLR 21; optax 0.2.8",
)
def sparsemax(score: Array, sign: Array) -> Array:
    """The binary sparsemax loss."""
    return _sparse_plus(-sign * score)


@loss(
    name="soft-margin",
    summary="The logistic loss of labels -1 and 1: a hinge without a corner.",
    formula="log(1 + exp(-s x))   s: the label, -1 or 1",
    steps=(("loss", "log(1 + exp(-s * x))"),),
    takes=Takes.MARGIN,
    unit="nats",
    references=(
        torch_call(
            "SoftMarginLoss",
            also=("functional.soft_margin_loss",),
            kernel=quirks.torch_soft_margin,
            shapes=Shapes.INTO,
            note="Overflows to infinity where -s x is above 709.78, or 88.72 in float32; a label of 0 costs log 2.",
        ),
        torch_call(
            "MultiLabelSoftMarginLoss",
            also=("functional.multilabel_soft_margin_loss",),
            kernel=quirks.torch_multilabel_soft_margin,
            outputs=Outputs.MEAN,
            shapes=Shapes.INTO,
            options=(ELEMENT_WEIGHT,),
            note="Labels of 0 and 1, averaged over the last axis; weights do not enter the divisor.",
            unweighted="Labels of 0 and 1, averaged over the last axis.",
        ),
    ),
    laws=frozenset({"non-negative", "row-permutation"}),
    examples=(
        Example("0,2,-1", "1,1,-1", 0.3777789597070469, "torch.nn.SoftMarginLoss, PyTorch 2.13 in float64"),
        Example("[[0,0]]", "[[1,-1]]", 0.6931471805599453, "by hand: log 2"),
    ),
    source="Cox 1958, The regression analysis of binary sequences; torch.nn.SoftMarginLoss, PyTorch 2.13",
)
def soft_margin(score: Array, sign: Array) -> Array:
    """``log(1 + exp(-s x))`` in nats, without overflow."""
    return -log_sigmoid(sign * score)


@loss(
    name="hinge-embedding",
    summary="Similar pairs cost their distance; dissimilar pairs cost what they lack to the margin.",
    formula="x if s = 1, max(0, m - x) if s = -1      x: a distance",
    steps=(("loss", "x if s == 1 else max(0, margin - x)"),),
    takes=Takes.MARGIN,
    params=(MARGIN_1,),
    references=(
        torch_call(
            "HingeEmbeddingLoss",
            also=("functional.hinge_embedding_loss",),
            options=(MARGIN_1,),
            note="Not the hinge of a support-vector machine; a label that is neither -1 nor 1 costs both terms.",
        ),
    ),
    laws=frozenset({"row-permutation"}),
    examples=(
        Example("0.5,0.2,2,-0.5", "1,-1,-1,1", 0.2, "by hand: (0.5 + 0.8 + 0 - 0.5) / 4"),
        Example("0.5,0.2", "1,-1", 0.4, "by hand: (0.5 + 0.3) / 2", {"margin": 0.5}),
    ),
    source="Hadsell, Chopra and LeCun 2006, Dimensionality reduction by learning an invariant mapping; PyTorch 2.13",
)
def hinge_embedding(distance: Array, sign: Array, *, margin: float) -> Array:
    """The distance of similar pairs, and what dissimilar ones lack of the margin."""
    like = np.where(sign == -1.0, 0.0, distance)
    return like + np.where(sign == 1.0, 0.0, np.maximum(margin - distance, 0.0))


@loss(
    name="margin-ranking",
    summary="How far the score that should win falls short of the other one plus a margin.",
    formula="max(0, m - s (x - input2))      s: 1 if x should be the greater, -1 if input2",
    steps=(("loss", "max(0, margin - s * (x - input2))"),),
    takes=Takes.MARGIN,
    params=(MARGIN_0,),
    extras={"input2": "The other scores, one for each of the predictions."},
    references=(
        torch_call(
            "MarginRankingLoss",
            also=("functional.margin_ranking_loss",),
            options=(MARGIN_0,),
            shapes=Shapes.RANK,
            extras=("input2",),
            note="Predictions are its input1; ties and labels of 0 cost the margin.",
        ),
    ),
    laws=frozenset({"non-negative", "row-permutation"}),
    examples=(
        Example("2,1,0", "1,1,-1", 0.5, "by hand: (0 + 0.5 + 1) / 3", {"input2": [1, 1.5, -1]}),
        Example("1,1,5", "1,-1,1", 0.5, "by hand: (0.5 + 0.5 + 0.5) / 3", {"input2": [1, 1, 5], "margin": 0.5}),
    ),
    source="Herbrich, Graepel and Obermayer 1999, Support vector learning for ordinal regression; PyTorch 2.13",
)
def margin_ranking(score: Array, sign: Array, *, input2: Array, margin: float) -> Array:
    """``max(0, m - s (x - input2))``."""
    return np.maximum(sum3(-sign * score, sign * input2, margin), 0.0)


@loss(
    name="exponential",
    aliases=("exponential-loss", "adaboost"),
    summary="Grows exponentially with how far a score is on the wrong side: what AdaBoost minimises.",
    formula="exp(-s x)        s: the label, -1 or 1",
    steps=(("loss", "exp(-s * x)"),),
    takes=Takes.MARGIN,
    laws=frozenset({"non-negative", "row-permutation"}),
    examples=(
        Example("0,0", "1,-1", 1.0, "by hand: exp 0"),
        Example("1,-2", "-1,-1", 1.426808555847829, "by hand: (e + exp(-2)) / 2"),
    ),
    source="Freund and Schapire 1997, A decision-theoretic generalization of on-line learning",
)
def exponential(score: Array, sign: Array) -> Array:
    """``exp(-s x)``."""
    with np.errstate(over="ignore"):
        return np.exp(-sign * score)


@loss(
    name="modified-huber",
    aliases=("modified-huber-loss",),
    summary="The squared hinge loss, but a straight line where a score is far on the wrong side.",
    formula="max(0, 1 - s x)^2 if s x >= -1, else -4 s x      s: the label, -1 or 1",
    steps=(("z", "s * x"), ("short", "max(0, 1 - z)"), ("loss", "short^2 if z >= -1 else -4 * z")),
    takes=Takes.MARGIN,
    laws=frozenset({"non-negative", "row-permutation"}),
    examples=(
        Example("0.5,-2,3", "1,1,1", 2.75, "by hand: (0.25 + 8 + 0) / 3"),
        Example("-1", "1", 4.0, "by hand: (1 + 1)^2, and 4 on the line"),
    ),
    source="Zhang 2004, Statistical behavior and consistency of classification methods; scikit-learn 1.9 SGDClassifier",
)
def modified_huber(score: Array, sign: Array) -> Array:
    """Continuous, with a continuous slope."""
    z = sign * score
    short = np.maximum(1.0 - np.maximum(z, -1.0), 0.0)
    return np.where(z >= -1.0, short * short, -4.0 * z)
