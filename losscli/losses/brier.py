"""The Brier score, and the fraction of a loss that a model explains."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.errors import InputError
from losscli.lazy import np
from losscli.losses import linearized
from losscli.losses.dataset_scores import summed
from losscli.losses.label_sets import alike, column, in_unit_interval, indicators, same_length, sorted_classes
from losscli.losses.likelihood_quirks import SKLEARN_CLIP, sklearn_log_cost
from losscli.losses.loss import Example, loss
from losscli.losses.reference import LABELS, WHOLE, Weighting, sklearn_call
from losscli.losses.vocabulary import Domain, Inference, Kind, Param, Takes
from losscli.ops import total

if TYPE_CHECKING:
    from losscli.ops import Array, Labels


SCALE = Param(
    "scale_by_half",
    "auto",
    "Halve the squares; auto: of two classes only, so that 0.3 for a label of 0 costs 0.09 and not 0.18.",
    choices=("auto", "true", "false"),
)
POS_LABEL = Param("pos_label", "", "The label whose probability is given; the greater one by default.")
UNDEFINED = "it compares rows with each other: it takes two or more"
SUBTRACTED = "A few ulp of 1, or of the share that is missed if that is larger: the two are subtracted."


def _halved(scale_by_half: bool | str, classes: int) -> bool:
    return classes < 3 if scale_by_half == "auto" else str(scale_by_half).lower() == "true"


def two_class(proba: Array, y: Labels, pos_label: Any) -> tuple[Array, Array]:
    """The probability of the positive label, and 1.0 where it is the label.

    Raises:
        InputError: There are more than two classes, or words of which none is said to be positive.
    """
    in_unit_interval(proba)
    same_length(proba, y)
    y = column(y)
    classes = sorted_classes(y)
    if len(classes) > 2:
        raise InputError(f"{len(classes)} classes for one probability a row")
    if pos_label is None or pos_label == "":
        if y.dtype == object:
            raise InputError("the labels are words: one must be the positive one", hint="--pos-label")
        pos_label = 1 if np.isin(classes, (0, 1)).all() or np.isin(classes, (-1, 1)).all() else classes[-1]
    return proba.reshape(-1), np.asarray(y == alike(y, pos_label), proba.dtype)


def sklearn_brier(
    proba: Array, y: Labels, *, pos_label: Any, labels: Labels | None, scale_by_half: bool | str
) -> Array:
    """sklearn.metrics.brier_score_loss: rows of classes in sorted order, or the probability of the positive one."""
    if proba.ndim == 1 or proba.shape[1:] == (1,):
        p, hot = two_class(proba, y, pos_label)
        return (p - hot) ** 2 * (1.0 if _halved(scale_by_half, 2) else 2.0)
    proba, hot = indicators(proba, y, labels)
    return np.asarray(((hot - proba) ** 2).sum(axis=1) * (0.5 if _halved(scale_by_half, proba.shape[1]) else 1.0))


@loss(
    name="brier",
    aliases=("brier-score",),
    family="likelihood",
    summary="Squared distance of the probabilities from the one-hot label; half of it for two classes.",
    formula="sum_c (p[c] - [c = y])^2      0/1 labels: (p - y)^2",
    steps=(
        ("t", "hot(y, x) if classes else None"),
        ("square", "sum((x - t)^2) if classes else (x - y)^2"),
        (
            "loss",
            "(square / 2 if scale_by_half == 'true' or scale_by_half == 'auto' and C < 3 else square) if classes "
            "else 2 * square if scale_by_half == 'false' else square",
        ),
    ),
    takes=Takes.DECISION,
    domain=Domain.PROBABILITY_ROWS,
    kinds=(Kind.PROBABILITIES,),
    params=(SCALE,),
    references=(
        sklearn_call(
            "brier_score_loss",
            takes=Takes.RAW,
            kernel=sklearn_brier,
            options=(POS_LABEL, LABELS, SCALE),
            whole=True,
            note="Columns are the classes in sorted order; rows are not rescaled; halved below three classes only.",
        ),
        "calls_boosting_classes.BRIER",
    ),
    laws=frozenset({"non-negative", "row-permutation", "class-relabelling"}),
    examples=(
        Example("0.1,0.9,0.8,0.3", "0,1,1,0", 0.0375, "documentation of sklearn.metrics.brier_score_loss"),
        Example(
            "[[0.8,0.1,0.1],[0.2,0.7,0.1],[0.2,0.2,0.6]]",
            "[0,1,2]",
            0.1466666666666667,
            "documentation of sklearn.metrics.brier_score_loss",
        ),
    ),
    source="Brier 1950, Verification of forecasts expressed in terms of probability; scikit-learn 1.9",
)
def brier(proba: Array, target: Labels, *, scale_by_half: bool | str) -> Array:
    """Rows ``(..., C)`` with class numbers, or the probability of yes with labels of 0 and 1."""
    if target.ndim == proba.ndim:
        return (proba - target) ** 2 * (1.0 if _halved(scale_by_half, 2) else 2.0)
    gap = np.where(target[..., None] == np.arange(proba.shape[-1]), proba - 1.0, proba)
    return total(gap * gap) * (0.5 if _halved(scale_by_half, proba.shape[-1]) else 1.0)


def _explained(cost: Array, baseline: Array, weights: Array | None) -> Array:
    """``1 - cost / cost of the baseline``, both ``(N,)`` and summed with the weights."""
    if weights is not None:
        cost, baseline = cost * weights, baseline * weights
    return np.asarray(1.0 - np.float64(summed(cost)) / np.float64(summed(baseline)))


def _shares(hot: Array, weights: Array | None) -> Array:
    """The frequency of each class, ``(1, C)``, in the dtype of the labels."""
    if weights is not None and weights.sum() == 0.0:
        raise InputError("the sample weights sum to 0")
    return np.average(hot, axis=0, weights=weights, keepdims=True)


def _squares(
    proba: Array, y: Labels, weights: Array | None, pos_label: Any, labels: Labels | None
) -> tuple[Array, Array]:
    """The squared distances from each row's label, of its probabilities and of the class frequencies, both ``(N,)``."""
    if proba.ndim == 1 or proba.shape[1:] == (1,):
        proba, hot = (np.stack([1.0 - a, a], axis=1) for a in two_class(proba, y, pos_label))
    else:
        proba, hot = indicators(proba, y, labels)
    null = _shares(hot, weights)
    return ((hot - proba) ** 2).sum(axis=1), ((hot - null) ** 2).sum(axis=1)


def _linear_squares(
    proba: Array, y: Labels, weights: Array | None, *, pos_label: Any = "", labels: Labels | None = None
) -> Array:
    return linearized.explained(*_squares(proba, y, weights, pos_label, labels), weights)


@loss(
    name="d2-brier",
    aliases=("brier-skill-score",),
    family="scores",
    summary="How much lower the Brier score is than that of the class frequencies; 1 is perfect, 0 no better.",
    formula="1 - sum_i Brier(p_i, y_i) / sum_i Brier(frequencies, y_i)",
    steps=(
        ("p", "shares(x)"),
        ("t", "hits(x, y)"),
        ("f", "average(t, w)"),
        ("missed", "sum(average((t - p)^2, w))"),
        ("whole", "sum(average((t - f)^2, w))"),
        ("score", "nan if n < 2 else 1 - missed / whole"),
    ),
    takes=Takes.SET,
    domain=Domain.PROBABILITY_ROWS,
    kinds=(Kind.PROBABILITIES,),
    references=(
        sklearn_call(
            "d2_brier_score",
            options=(POS_LABEL, LABELS),
            reductions=WHOLE,
            weighting=Weighting.NONE,
            note="Fewer than two rows give NaN.",
        ),
    ),
    inference=Inference.LINEAR,
    linear=_linear_squares,
    laws=frozenset({"row-permutation", "at-most-1"}),
    examples=(
        Example("[[0.5,0.5],[0.5,0.5]]", "[0,1]", 0.0, "by hand: the class frequencies"),
        Example("0.1,0.9,0.8,0.3", "0,1,1,0", 0.85, "by hand: 1 - 0.15 / 1"),
    ),
    accuracy=SUBTRACTED,
    undefined=UNDEFINED,
    source="Murphy 1973, Hedging and skill scores for probability forecasts; scikit-learn 1.9 d2_brier_score",
    higher_is_better=True,
)
def d2_brier(
    proba: Array, y: Labels, weights: Array | None, *, pos_label: Any = "", labels: Labels | None = None
) -> Array:
    """One number for all rows; probabilities and labels as ``brier_score_loss`` takes them."""
    if len(proba) < 2:
        return np.asarray(np.nan)
    return _explained(*_squares(proba, y, weights, pos_label, labels), weights)


def _logarithms(proba: Array, y: Labels, weights: Array | None, labels: Labels | None) -> tuple[Array, Array]:
    """The cross-entropy of each row, and that of the class frequencies, both ``(N,)``."""
    proba, hot = indicators(proba, y, labels)
    null = np.broadcast_to(_shares(hot.astype(np.float64), weights), hot.shape)
    return sklearn_log_cost(proba, hot, SKLEARN_CLIP), sklearn_log_cost(null, hot, SKLEARN_CLIP)


def _linear_logarithms(proba: Array, y: Labels, weights: Array | None, *, labels: Labels | None = None) -> Array:
    return linearized.explained(*_logarithms(proba, y, weights, labels), weights)


@loss(
    name="d2-log-loss",
    family="scores",
    summary="How much lower the cross-entropy is than that of the class frequencies; 1 is perfect, 0 no better.",
    formula="1 - sum_i log p_i[y_i] / sum_i log f[y_i]      f: the class frequencies"
    "\n    p: at least 2^-52, at most 1 - 2^-52",
    steps=(
        ("p", "clip(shares(x), 2^-52, 1 - 2^-52)"),
        ("t", "hits(x, y)"),
        ("f", "average(t, w)"),
        ("missed", "-sum(average(t * log(p), w))"),
        ("whole", "-sum(average(t * log(f), w))"),
        ("score", "nan if n < 2 else 1 - missed / whole"),
    ),
    takes=Takes.SET,
    domain=Domain.PROBABILITY_ROWS,
    kinds=(Kind.PROBABILITIES,),
    references=(
        sklearn_call(
            "d2_log_loss_score",
            options=(LABELS,),
            reductions=WHOLE,
            weighting=Weighting.NONE,
            note="Clips to the machine epsilon; fewer than two rows give NaN.",
        ),
    ),
    inference=Inference.LINEAR,
    linear=_linear_logarithms,
    laws=frozenset({"row-permutation", "at-most-1"}),
    examples=(
        Example("[[0.5,0.5],[0.5,0.5]]", "[0,1]", 0.0, "by hand: the class frequencies"),
        Example("0.25,0.25", "0,1", -0.20751874963942196, "by hand: 1 - (log 3/4 + log 1/4) / (2 log 1/2)"),
    ),
    accuracy=SUBTRACTED,
    undefined=UNDEFINED,
    source="McFadden 1974, Conditional logit analysis; scikit-learn 1.9 d2_log_loss_score",
    higher_is_better=True,
)
def d2_log_loss(proba: Array, y: Labels, weights: Array | None, *, labels: Labels | None = None) -> Array:
    """One number for all rows; probabilities and labels as ``log_loss`` takes them."""
    if len(proba) < 2:
        return np.asarray(np.nan)
    return _explained(*_logarithms(proba, y, weights, labels), weights)
