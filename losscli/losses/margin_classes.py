"""Margin losses of rows of scores, one for each class."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.errors import InputError
from losscli.lazy import np
from losscli.losses import margin_quirks as quirks
from losscli.losses.loss import Example, loss
from losscli.losses.reference import CLASS_WEIGHT, keras_losses, keras_metric, optax_call, torch_call
from losscli.losses.simplex import projection
from losscli.losses.vocabulary import Domain, Kind, Param, Takes
from losscli.ops import log_softmax_at, sum3, take, total, weigh

if TYPE_CHECKING:
    from losscli.ops import Array, Labels

FAMILY = "margin"
MARGIN = Param("margin", 1.0, "Required distance between the scores.")
POWER = Param("p", 1, "1 or 2: the excess, or its square.", ge=1, le=2)


@loss(
    name="categorical-hinge",
    summary="How far the true class falls short of beating the best other one, or 0, by a margin of 1.",
    formula="max(0, 1 + max_c (1 - t[c]) x[c] - sum_c t[c] x[c])",
    steps=(("own", "sum(t * x)"), ("other", "max((1 - t) * x)"), ("loss", "max(0, 1 + other - own)")),
    takes=Takes.SCORES_HOT,
    references=(
        *keras_losses(
            "CategoricalHinge",
            "categorical_hinge",
            takes=Takes.VECTOR,
            kernel=quirks.keras_categorical_hinge,
            note="The right class takes part in the maximum with 0: if all other scores are negative, they count as 0.",
        ),
        keras_metric("CategoricalHinge", takes=Takes.VECTOR, kernel=quirks.keras_categorical_hinge, same_rank=False),
        optax_call(
            "multiclass_hinge_loss",
            takes=Takes.RAW,
            kernel=quirks.optax_multiclass_hinge,
            note="Crammer and Singer's: max(0, 1 + max_{c != y} x[c] - x[y]); one that is no class costs 1 + max x.",
        ),
    ),
    laws=frozenset({"non-negative", "row-permutation", "class-relabelling"}),
    examples=(
        Example("[[2,0.5,1],[0,0,3]]", "[0,1]", 2.0, "by hand: (max(0, 1 + 1 - 2) + (1 + 3 - 0)) / 2"),
        Example("[[-1,-2,-3]]", "[[1,0,0]]", 2.0, "keras.losses.CategoricalHinge, Keras 3.15: 1 + 0 + 1"),
    ),
    accuracy="With soft labels a few ulp of the largest term: terms of both signs cancel.",
    source="Crammer and Singer 2001, On the algorithmic implementation of multiclass kernel-based vector machines; "
    "Keras 3.15 CategoricalHinge",
)
def categorical_hinge(scores: Array, target: Array) -> Array:
    """Rows of scores and one-hot or soft labels, ``(..., C)``."""
    own = total(weigh(target, scores))
    other = weigh(1.0 - target, scores).max(axis=-1)
    return np.maximum(sum3(other, -own, 1.0), 0.0)


@loss(
    name="multi-margin",
    summary="How far each wrong class comes within the margin of the true one, averaged over all classes.",
    formula="sum_{c != y} max(0, m - x[y] + x[c])^p / C",
    steps=(("t", "hot(y, x)"), ("excess", "max(0, margin - x[y] + x)^p"), ("loss", "sum((1 - t) * excess) / C")),
    takes=Takes.SCORES,
    params=(POWER, MARGIN),
    references=(
        torch_call(
            "MultiMarginLoss",
            also=("functional.multi_margin_loss",),
            kernel=quirks.torch_multi_margin,
            options=(POWER, MARGIN, CLASS_WEIGHT),
            note="Divides by all classes, the right one too; class weights do not enter the divisor of the mean.",
            unweighted="Divides by all classes, the right one too.",
        ),
        "calls_torchmetrics_classes.CLASS_HINGE",
    ),
    laws=frozenset({"non-negative", "row-permutation", "class-relabelling", "logit-shift"}),
    examples=(
        Example(
            "[[0.1,0.2,0.4,0.8]]", "[3]", 0.325, "documentation of torch.nn.MultiMarginLoss: (0.3 + 0.4 + 0.6) / 4"
        ),
        Example("[[1,-1,0.5,0]]", "[0]", 0.0625, "by hand: 0.5^2 / 4", {"p": 2}),
    ),
    source="Weston and Watkins 1999, Support vector machines for multi-class pattern recognition; PyTorch 2.13",
)
def multi_margin(scores: Array, target: Labels, *, p: int, margin: float) -> Array:
    """Rows of scores ``(..., C)`` and class numbers ``(...)``."""
    excess = np.maximum(sum3(scores, -take(scores, target)[..., None], margin), 0.0) ** p
    wrong = np.arange(scores.shape[-1]) != target[..., None]
    return np.asarray(total(np.where(wrong, excess, 0.0)) / scores.shape[-1])


@loss(
    name="multiclass-perceptron",
    summary="How far the best-scoring class is ahead of the true one.",
    formula="max_c x[c] - x[y]",
    steps=(("loss", "max(x) - x[y]"),),
    takes=Takes.SCORES,
    references=(
        optax_call(
            "multiclass_perceptron_loss",
            takes=Takes.RAW,
            kernel=quirks.optax_multiclass_perceptron,
            note="A label that is no class costs max x.",
        ),
    ),
    laws=frozenset({"non-negative", "row-permutation", "class-relabelling", "logit-shift"}),
    examples=(
        Example("[[0.5,2,1],[3,0,-1]]", "[0,0]", 0.75, "by hand: ((2 - 0.5) + 0) / 2"),
        Example("[[1,4,-2]]", "[2]", 6.0, "by hand: 4 + 2"),
    ),
    source="Collins 2002, Discriminative training methods for hidden Markov models; optax 0.2.8",
)
def multiclass_perceptron(scores: Array, target: Labels) -> Array:
    """Rows of scores ``(..., C)`` and class numbers ``(...)``."""
    return np.asarray(scores.max(axis=-1) - take(scores, target))


def _optax_multiclass_sparsemax(scores: Array, target: Labels) -> Array:
    """optax.losses.multiclass_sparsemax_loss."""
    if scores.ndim != 2:
        raise InputError(f"scores of shape {scores.shape}: rows of classes are wanted")
    return _multiclass_sparsemax(scores, quirks.optax_index(scores, target))


def _multiclass_sparsemax(scores: Array, target: Labels) -> Array:
    p, distance = projection(scores)
    others = p * (np.arange(scores.shape[-1]) != target[..., None])
    rest = total(others)  # 1 - p[y], without the subtraction
    return 0.5 * (rest * rest + total(others * others)) + take(distance, target)


@loss(
    name="multiclass-sparsemax",
    summary="The cross-entropy of sparsemax, the nearest distribution to the scores; 0 where the margin is 1.",
    formula="p . (x - x[y]) + (1 - p . p) / 2      p: the projection of x on the simplex",
    steps=(("p", "simplex(x)"), ("loss", "sum(p * (x - x[y])) + (1 - sum(p * p)) / 2")),
    takes=Takes.SCORES,
    references=(
        optax_call(
            "multiclass_sparsemax_loss",
            takes=Takes.RAW,
            kernel=_optax_multiclass_sparsemax,
            note="A negative label counts from the end; one that is no class is the nearest one.",
        ),
    ),
    laws=frozenset({"non-negative", "row-permutation", "class-relabelling", "logit-shift"}),
    examples=(
        Example("[[0,0,0]]", "[1]", 0.3333333333333333, "by hand: p is uniform, (1 - 1/3) / 2"),
        Example(
            "[[2,0.5,0],[0.5,0,0]]",
            "[0,2]",
            0.29166666666666663,
            "by hand: (0 + ((2/3)^2 + (1/6)^2 + (5/6)^2) / 2) / 2",
        ),
    ),
    source="Martins and Astudillo 2016, From softmax to sparsemax, arXiv:1602.02068",
)
def multiclass_sparsemax(scores: Array, target: Labels) -> Array:
    """Rows ``(..., C)`` and class numbers: half the squared distance of p from the label, and of x from the simplex."""
    return _multiclass_sparsemax(scores, target)


@loss(
    name="multilabel-margin",
    summary="How far each class not listed comes within a margin of 1 of each class that is.",
    formula="sum_{j listed} sum_{i not listed} max(0, 1 - x[j] + x[i]) / C",
    steps=(
        ("own", "x[listed(y)]"),
        ("other", "x[unlisted(y)]"),
        ("gap", "1 + differences(other, own)"),
        ("loss", "total(max(0, gap)) / C"),
    ),
    takes=Takes.RAW,
    domain=Domain.INDEX_LISTS,
    references=(
        torch_call(
            "MultiLabelMarginLoss",
            also=("functional.multilabel_margin_loss",),
            reads=Kind.SCORES,
            fixed={"as_torch": True},
            note="Labels are lists of class numbers, filled up with -1; what follows the first -1 is ignored.",
        ),
    ),
    laws=frozenset({"non-negative", "row-permutation", "logit-shift"}),
    examples=(
        Example(
            "[[0.1,0.2,0.4,0.8]]",
            "[[3,0,-1,1]]",
            0.85,
            "documentation of torch.nn.MultiLabelMarginLoss: 0.25 (0.4 + 0.6 + 1.1 + 1.3)",
        ),
        Example("[[0.5,-0.5,1]]", "[[1,-1,-1]]", 1.5, "by hand: (2 + 2.5) / 3"),
    ),
    source="torch.nn.MultiLabelMarginLoss, PyTorch 2.13",
)
def multilabel_margin(scores: Array, target: Labels, *, as_torch: bool = False) -> Array:
    """Rows of scores and of class numbers up to the first -1, both ``(..., C)``; one value a row.

    PyTorch rounds the margin away next to scores of 1e16, and costs nothing where a score is NaN.

    Raises:
        InputError: Shapes differ, or a label is neither a class nor -1.
    """
    classes = scores.shape[-1:]
    if target.shape != scores.shape or target.dtype == object or scores.ndim not in (1, 2):
        raise InputError(f"labels of shape {target.shape} for scores of shape {scores.shape}: lists of class numbers")
    if not np.isin(target, np.arange(-1, *classes)).all():
        raise InputError(f"a label is neither a class number, 0..{classes[0] - 1}, nor -1")
    listed = np.logical_and.accumulate(target != -1, axis=-1)
    index = np.where(listed, target, 0).astype(np.intp)
    chosen = ((index[..., None] == np.arange(*classes)) & listed[..., None]).any(axis=-2)
    own, other = np.take_along_axis(scores, index, axis=-1)[..., None], scores[..., None, :]
    excess = 1.0 - own + other if as_torch else sum3(other, -own, 1.0)
    counts = listed[..., None] & ~chosen[..., None, :] & ~(excess <= 0.0)
    if as_torch:
        counts &= ~np.isnan(excess)
    return np.asarray(total(total(np.where(counts, excess, 0.0))) / classes[0])


@loss(
    name="zlpr",
    aliases=("multilabel-categorical-cross-entropy",),
    summary="Softmax cross-entropy for several right classes: their scores should be above 0, and all others below.",
    formula="log(1 + sum_neg exp(x[j])) + log(1 + sum_pos exp(-x[i]))",
    steps=(
        ("near", "logsumexp(log(y > 0.5) - x)"),
        ("far", "logsumexp(log(y <= 0.5) + x)"),
        ("loss", "softplus(far) + softplus(near)"),
    ),
    takes=Takes.VECTOR,
    unit="nats",
    domain=Domain.RELEVANCE,
    references=("calls_timm.ZLPR",),
    laws=frozenset({"non-negative", "row-permutation"}),
    examples=(
        Example("[[0,0,0]]", "[[1,0,0]]", 1.791759469228055, "by hand: log 2 + log 3"),
        Example("[[1,-1]]", "[[1,0]]", 0.6265233750364456, "by hand: 2 log(1 + exp(-1))"),
    ),
    source="Su et al. 2022, ZLPR: a novel loss for multi-label classification, arXiv:2208.02955",
)
def zlpr(x: Array, y: Array) -> Array:
    """Scores and labels ``(..., C)``, of which those above 0.5 are right; in nats."""
    right = y > 0.5
    parts = (np.where(right, -x, -np.inf), np.where(right, -np.inf, x))
    zero, first = np.zeros((*x.shape[:-1], 1), x.dtype), np.zeros(x.shape[:-1], np.intp)
    near, far = (log_softmax_at(np.concatenate([zero, part], axis=-1), first) for part in parts)
    return -(near + far)
