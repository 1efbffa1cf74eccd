"""Decisions: whether the predicted class is the label."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.errors import InputError
from losscli.lazy import np
from losscli.losses import decisions_quirks as quirks
from losscli.losses.label_sets import column, numbers_of, same_length, sorted_classes
from losscli.losses.loss import Example, loss
from losscli.losses.reference import LABELS, SKLEARN_NORMALIZE, WHOLE, Outputs, Weighting, keras_metric, sklearn_call
from losscli.losses.vocabulary import Domain, Inference, Kind, Param, Takes
from losscli.ops import take

if TYPE_CHECKING:
    from losscli.ops import Array, Labels


FAMILY = "decisions"
INDICATORS = "Predictions are labels; a row of indicators is right if all of it is."
TIES = "On TensorFlow all scores that tie with the k-th count, and a row with NaN or infinity is a miss."
K = Param("k", 5, "How many of the largest scores count.", ge=0)


@loss(
    name="accuracy",
    aliases=("acc",),
    summary="Fraction of correct decisions: the largest score of a row, or a score above the threshold.",
    formula="1 if y is among the top k of x, else 0      0/1 labels: 1 if (x > threshold) = y, else 0",
    steps=(
        ("yes", "None if classes or decided else x > threshold"),
        ("place", "rank(x, y) if classes else None"),
        ("score", "place <= top_k if classes else x == y if decided else yes == y"),
    ),
    takes=Takes.DECISION,
    params=(
        Param("top_k", 1, "Right if the label is among the K largest scores; of equal ones the first counts.", ge=1),
        Param("threshold", 0.5, "Binary and multi-label: a score above it means yes (0 suits logits)."),
    ),
    references=(
        keras_metric(
            "SparseCategoricalAccuracy",
            takes=Takes.RAW,
            kernel=quirks.keras_sparse,
            note="Of equal scores the first counts; a label that is no class is a miss.",
        ),
        keras_metric(
            "CategoricalAccuracy",
            takes=Takes.RAW,
            kernel=quirks.keras_dense,
            note="A column of class numbers is taken for one row of labels, and the result is silently wrong.",
        ),
        keras_metric(
            "BinaryAccuracy",
            takes=Takes.VALUE,
            kernel=quirks.above,
            options=(Param("threshold", 0.5, "A score above it means yes (0 suits logits)."),),
            outputs=Outputs.KEEP,
            note="A score at the threshold is a no; several columns are averaged cell by cell.",
        ),
        keras_metric(
            "Accuracy",
            reads=Kind.VALUES,
            takes=Takes.VALUE,
            kernel=quirks.equal,
            outputs=Outputs.KEEP,
            note="Predictions are labels: they are compared as they are.",
        ),
        sklearn_call(
            "accuracy_score",
            reads=Kind.VALUES,
            takes=Takes.RAW,
            kernel=quirks.row_right,
            reductions=SKLEARN_NORMALIZE,
            note=INDICATORS,
        ),
        "calls_boosting_classes.ACCURACY",
        "calls_torchmetrics_counts.RIGHT",
        "calls_torchmetrics_counts.EXACT",
    ),
    inference=Inference.SHARE,
    laws=frozenset({"row-permutation", "class-relabelling", "unit-interval"}),
    examples=(
        Example("[[0.1,0.6,0.3],[0.2,0.7,0.1]]", "[2,1]", 0.5, "keras.metrics.SparseCategoricalAccuracy, Keras 3.15"),
        Example("0.9,0.2,0.7,0.4", "1,0,0,1", 0.5, "by hand: the last two are wrong"),
    ),
    source="Keras 3.15 SparseCategoricalAccuracy, BinaryAccuracy",
    higher_is_better=True,
)
def accuracy(scores: Array, target: Labels, *, top_k: int, threshold: float) -> Array:
    """1.0 where the decision is right, else 0.0."""
    if target.ndim == scores.ndim:
        return np.asarray((scores > threshold) == (target > 0.5), scores.dtype)
    own = take(scores, target)[..., None]
    earlier = np.arange(scores.shape[-1]) < target[..., None]
    ahead = (scores > own) | ((scores == own) & earlier)
    return np.asarray(ahead.sum(axis=-1) < top_k, scores.dtype)


@loss(
    name="top-k-accuracy",
    summary="Fraction of rows whose label is among the K largest scores.",
    formula="1 if fewer than k scores are above x[y], else 0",
    steps=(("above", "sum(x > x[y])"), ("score", "above < k")),
    takes=Takes.SCORES,
    params=(K,),
    references=(
        keras_metric(
            "SparseTopKCategoricalAccuracy",
            takes=Takes.RAW,
            kernel=quirks.keras_top_k,
            options=(K, Param("from_sorted_ids", False, "Predictions are class numbers, the likeliest first.")),
            note=TIES,
        ),
        keras_metric(
            "TopKCategoricalAccuracy", takes=Takes.RAW, kernel=quirks.keras_top_k_dense, options=(K,), note=TIES
        ),
        sklearn_call(
            "top_k_accuracy_score",
            takes=Takes.RAW,
            kernel=quirks.sklearn_top_k,
            options=(Param("k", 2, "How many of the largest scores count.", ge=1), LABELS),
            reductions=SKLEARN_NORMALIZE,
            whole=True,
            note="Exactly k classes count: of equal scores the last; k is 2 by default.",
        ),
    ),
    inference=Inference.SHARE,
    laws=frozenset({"row-permutation", "class-relabelling", "unit-interval", "logit-shift"}),
    examples=(
        Example("[[0.1,0.9,0.8],[0.05,0.95,0]]", "[2,1]", 0.5, "by hand: 0.8 is second, 0.95 first", {"k": 1}),
        Example("[[0.4,0.3,0.3],[0.2,0.4,0.4]]", "[2,0]", 0.5, "by hand: a tie for second place counts", {"k": 2}),
    ),
    source="Keras 3.15 SparseTopKCategoricalAccuracy",
    higher_is_better=True,
)
def top_k_accuracy(scores: Array, target: Labels, *, k: int) -> Array:
    """Scores ``(..., C)``: 1.0 where fewer than ``k`` exceed the label's, so all that tie with the k-th count."""
    own = take(scores, target)[..., None]
    return np.asarray((scores > own).sum(axis=-1) < k, scores.dtype)


@loss(
    name="zero-one",
    aliases=("zero-one-loss",),
    summary="1 for a wrong label, 0 for the right one; a row of several labels is wrong if one is.",
    formula="[x != y]             x: the predicted label",
    steps=(("wrong", "x != y"), ("loss", "max(wrong)")),
    takes=Takes.RAW,
    domain=Domain.CLASS_NUMBERS,
    references=(
        sklearn_call("zero_one_loss", reductions=SKLEARN_NORMALIZE, note=INDICATORS),
        "calls_boosting_classes.ZERO_ONE",
    ),
    inference=Inference.SHARE,
    laws=frozenset({"row-permutation"}),
    examples=(
        Example("0,2,1,3", "0,1,2,3", 0.5, "documentation of sklearn.metrics.accuracy_score: 1 - 0.5"),
        Example("[[1,1],[1,1]]", "[[0,1],[1,1]]", 0.5, "documentation of sklearn.metrics.zero_one_loss"),
    ),
    source="scikit-learn 1.9 zero_one_loss",
)
def zero_one(x: Labels, y: Labels) -> Array:
    """1.0 where a row is wrong."""
    return 1.0 - quirks.row_right(x, y)


@loss(
    name="hamming",
    aliases=("hamming-loss",),
    summary="Fraction of wrong labels, counted one by one in rows of several.",
    formula="sum_l [x[l] != y[l]] / L",
    steps=(("wrong", "x != y"), ("loss", "mean(wrong)")),
    takes=Takes.RAW,
    domain=Domain.CLASS_NUMBERS,
    references=(
        sklearn_call("hamming_loss", note="Predictions are labels, or rows of indicators."),
        "calls_boosting_classes.HAMMING",
        "calls_torchmetrics_counts.HAMMING",
    ),
    laws=frozenset({"row-permutation"}),
    examples=(
        Example("1,2,3,4", "2,2,3,4", 0.25, "documentation of sklearn.metrics.hamming_loss"),
        Example("[[0,0],[0,0]]", "[[0,1],[1,1]]", 0.75, "documentation of sklearn.metrics.hamming_loss"),
    ),
    source="Hamming 1950, Error detecting and error correcting codes; scikit-learn 1.9 hamming_loss",
)
def hamming(x: Labels, y: Labels) -> Array:
    """The fraction of wrong labels of each row."""
    wrong: Array = quirks.wrong_labels(x, y).mean(axis=1, dtype=np.float64)
    return wrong


def _linear_recall(x: Labels, y: Labels, weights: Array | None, *, adjusted: bool = False) -> Array:
    """The mean recall as the mean of one value per row, scaled by the frequency of its class."""
    x, y = column(x, "predictions"), column(y)
    right = 1.0 - quirks.wrong_labels(x, y)[:, 0]
    index = numbers_of(y, sorted_classes(y))
    weight = np.ones(len(y)) if weights is None else np.asarray(weights, np.float64)
    mass = np.bincount(index, weight)
    recall = np.bincount(index, weight * right) / mass
    known = np.count_nonzero(mass)
    moved = weight * (right - recall[index]) * (len(y) / known) / mass[index]
    values = np.where(mass[index] > 0.0, moved, 0.0) + np.nanmean(recall)
    return (values - 1.0 / known) / (1.0 - 1.0 / known) if adjusted else np.asarray(values)


@loss(
    name="balanced-accuracy",
    summary="Mean over the classes of the fraction of their rows that is correct (mean recall).",
    formula="mean_c sum_i w_i [x_i = y_i = c] / sum_i w_i [y_i = c]",
    steps=(
        ("rows", "by_class(w, y)"),
        ("right", "by_class(w * (x == y), y)"),
        ("recall", "right[rows > 0] / rows[rows > 0]"),
        ("mean_recall", "mean(recall)"),
        ("chance", "1 / size(recall) if adjusted else None"),
        ("score", "(mean_recall - chance) / (1 - chance) if adjusted else mean_recall"),
    ),
    takes=Takes.SET,
    domain=Domain.CLASS_NUMBERS,
    params=(Param("adjusted", False, "Guessing is 0 and perfect stays 1: (s - 1/C) / (1 - 1/C)."),),
    references=(
        sklearn_call(
            "balanced_accuracy_score",
            options=(Param("adjusted", False, "Guessing is 0 and perfect stays 1."),),
            reductions=WHOLE,
            weighting=Weighting.NONE,
            note="Classes that are only predicted are left out, with a warning.",
        ),
        "calls_boosting_classes.BALANCED",
        "calls_torchmetrics_counts.RECALLS",
    ),
    inference=Inference.LINEAR,
    linear=_linear_recall,
    laws=frozenset({"row-permutation", "unit-interval", "at-most-1"}),
    examples=(
        Example("0,1,0,0,0,1", "0,1,0,0,1,0", 0.625, "documentation of sklearn.metrics.balanced_accuracy_score"),
        Example("0,1,0,0", "0,1,1,0", 0.5, "by hand: (0.75 - 0.5) / 0.5", {"adjusted": True}),
    ),
    accuracy="Adjusted, a few ulp of the score before chance is taken off.",
    source="Brodersen et al. 2010, The balanced accuracy and its posterior distribution; scikit-learn 1.9",
    higher_is_better=True,
)
def balanced_accuracy(x: Labels, y: Labels, weights: Array | None, *, adjusted: bool) -> Array:
    """One number of all rows; the predictions are labels.

    Raises:
        InputError: All sample weights are 0.
    """
    same_length(x, y)
    x, y = column(x, "predictions"), column(y)
    right = ~quirks.wrong_labels(x, y)[:, 0]
    classes = sorted_classes(y)
    index = numbers_of(y, classes)
    weight = np.ones(len(y)) if weights is None else np.asarray(weights, np.float64)
    if not weight.any():
        raise InputError("all sample weights are 0")
    mass = np.bincount(index, weight, len(classes))
    recall = np.bincount(index, weight * right, len(classes)) / mass
    recall = recall[~np.isnan(recall)]
    score = recall.mean() if len(recall) else np.float64(np.nan)
    chance = np.float64(1.0) / len(recall) if len(recall) else np.float64(np.nan)
    return np.asarray((score - chance) / (1.0 - chance) if adjusted else score)
