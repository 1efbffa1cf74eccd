"""Areas under curves: how well scores separate yes from no, whatever the threshold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.errors import InputError
from losscli.lazy import np
from losscli.losses import areas_keras
from losscli.losses import areas_quirks as quirks
from losscli.losses.areas_quirks import Curve, area
from losscli.losses.label_sets import alike, column, same_length, sorted_classes
from losscli.losses.loss import Example, loss
from losscli.losses.ranking_quirks import GROUP
from losscli.losses.reference import (
    LABELS,
    SKLEARN,
    WHOLE,
    Outputs,
    Weighting,
    catboost_call,
    keras_metric,
    lightgbm_call,
    sklearn_call,
    xgboost_call,
)
from losscli.losses.vocabulary import Domain, Inference, Kind, Param, Takes

if TYPE_CHECKING:
    from losscli.ops import Array, Labels


FAMILY = "scores"
SCORES = Kind.SCORES
AVERAGE = Param(
    "average",
    "macro",
    "Of several classes or columns: their mean, evenly or by how many rows have them; all cells together; or each.",
    choices=("macro", "weighted", "micro", "samples", "none"),
)
MULTI_CLASS = Param(
    "multi_class",
    "raise",
    "Of more than two classes: each against the rest (ovr), or each pair (ovo).",
    choices=("raise", "ovr", "ovo"),
)
MAX_FPR = Param("max_fpr", None, "Only the area up to this false positive rate, standardized.", ge=0.0, le=1.0)
POS_LABEL = Param("pos_label", "1", "The positive label.")
WHOLE_CALL: dict[str, Any] = {"reads": SCORES, "takes": Takes.SET, "reductions": WHOLE, "weighting": Weighting.NONE}
SET: dict[str, Any] = {
    "takes": Takes.SET,
    "domain": Domain.BINARY_SCORES,
    "kinds": (Kind.SCORES,),
    "higher_is_better": True,
    "params": (POS_LABEL,),
    "laws": frozenset({"row-permutation", "unit-interval"}),
}


def yes(y: Labels, pos_label: Any) -> Array:
    """1.0 for the positive label, 0.0 for others.

    Raises:
        InputError: It is unclear which one is positive, or it does not occur.
    """
    y = column(y)
    classes = sorted_classes(y).tolist()
    usual = y.dtype != object and (set(classes) <= {0, 1} or set(classes) <= {-1, 1})
    if usual and str(pos_label) == "1":
        return np.asarray(y == 1, np.float64)
    positive = alike(y, pos_label)
    if len(classes) > 2 or (positive not in classes) or (y.dtype != object and str(pos_label) == "1"):
        names = ", ".join(str(one) if y.dtype == object else f"{one:g}" for one in classes[:5])
        raise InputError(f"which label is a yes? They are {names}", hint="--pos-label names it, of two")
    return np.asarray(y == positive, np.float64)


def _pairs(x: Array, y: Labels, pos_label: Any) -> tuple[Array, Array]:
    """One score, and 0 or 1, per row.

    Raises:
        InputError: Anything else.
    """
    same_length(x, y)
    if x.ndim > 1 and x.shape[1:] != (1,):
        raise InputError(f"rows of {x.shape[1]} scores; one a row is wanted", hint="-p COLUMN: the score of yes")
    return x.reshape(-1), yes(y, pos_label)


def _ranks(x: Array, y: Labels, weights: Array | None, *, pos_label: Any = "1", **_: Any) -> Array:
    """The area as the mean of one value per row, with the variance of DeLong, DeLong and Clarke-Pearson 1988.

    Raises:
        InputError: There are fewer than two rows of a kind.
    """
    x, y = _pairs(x, y, pos_label)
    each = np.ones(len(x)) if weights is None else quirks.row_weights(weights, len(x))
    value, found = float(area(Curve.of(x, y == 1, weights))), np.empty(len(x))
    for kind in (0, 1):
        own, other = y == kind, y != kind
        count = np.count_nonzero(each[own])
        if count < 2:
            raise InputError("it takes two rows of each kind")
        below = _share_below(x[own], x[other], each[other])
        behind = below if kind else 1.0 - below
        wider = np.sqrt(count / (count - 1.0) * (len(x) - 1.0) / len(x))
        found[own] = value + len(x) * each[own] / each[own].sum() * wider * (behind - value)
    return found


def _share_below(x: Array, others: Array, weights: Array) -> Array:
    """The weighted fraction of the others below each score; equal ones count half."""
    order = np.argsort(others, kind="stable")
    mass = np.concatenate([[0.0], np.cumsum(weights[order])])
    below, up_to = (mass[np.searchsorted(others[order], x, side=side)] for side in ("left", "right"))
    return np.asarray(0.5 * (below + up_to) / mass[-1])


@loss(
    name="auc",
    summary="The chance that a yes has a higher score than a no; ties count half: the area under the ROC curve.",
    formula="sum [x_i > x_j] + [x_i = x_j] / 2 over pairs of a yes i and a no j, over their number",
    steps=(
        ("t", "yes(y, pos_label)"),
        ("gap", "differences(x[t == 1], x[t == 0])"),
        ("share", "products(w[t == 1], w[t == 0])"),
        ("score", "total(share * ((gap > 0) + (gap == 0) / 2)) / total(share)"),
    ),
    inference=Inference.RANKS,
    linear=_ranks,
    references=(
        sklearn_call(
            "roc_auc_score",
            kernel=quirks.sklearn_auc,
            options=(AVERAGE, MAX_FPR, MULTI_CLASS, LABELS),
            **WHOLE_CALL,
            note="Of more than two classes it takes probabilities and --multi-class.",
        ),
        keras_metric(
            "AUC",
            kernel=areas_keras.auc,
            options=areas_keras.AUC,
            outputs=Outputs.KEEP,
            **WHOLE_CALL,
            note="Trapezoids between 200 thresholds, not between the scores.",
        ),
        xgboost_call(
            "auc",
            reductions=SKLEARN,
            kernel=quirks.xgboost_auc,
            options=(GROUP,),
            note="Labels between 0 and 1 count as both; of lists (--group) all pairs, also those of equal labels.",
        ),
        lightgbm_call("auc", kernel=quirks.lightgbm_auc, note="One class alone gives 1."),
        lightgbm_call(
            "auc_mu",
            kernel=quirks.lightgbm_auc_mu,
            note="The mean over pairs of classes; a class that does not occur makes it NaN.",
        ),
        catboost_call("AUC", reductions=SKLEARN, kernel=quirks.catboost_auc),
        "calls_catboost_ranking.AUC",
        catboost_call("NormalizedGini", reductions=SKLEARN, kernel=quirks.catboost_gini, apart=True, note="2 AUC - 1."),
        "calls_torchmetrics_areas.AUROC",
    ),
    examples=(
        Example("0.1,0.4,0.35,0.8", "0,0,1,1", 0.75, "documentation of sklearn.metrics.roc_auc_score"),
        Example("0.5,0.5,0.9", "0,1,1", 0.75, "by hand: (1/2 + 1) / 2"),
    ),
    undefined="it compares each yes with each no, and one of them is missing",
    source="Hanley and McNeil 1982, The meaning and use of the area under an ROC curve; scikit-learn 1.9 roc_auc_score",
    **SET,
)
def auc(x: Array, y: Labels, weights: Array | None, *, pos_label: Any) -> Array:
    """Exact: all rows are sorted, equal scores are one step of the curve."""
    x, y = _pairs(x, y, pos_label)
    return np.asarray(area(Curve.of(x, y, weights)))


@loss(
    name="average-precision",
    aliases=("ap", "pr-auc", "auprc"),
    summary="The mean precision at each yes, of all rows with at least its score: a step under the precision-recall "
    "curve.",
    formula="sum_n (R_n - R_(n-1)) P_n over the distinct scores, from the highest",
    steps=(
        ("t", "yes(y, pos_label)"),
        ("above", "differences(x[t == 1], x) <= 0"),
        ("precision", "within(w * t, above) / within(w, above)"),
        ("score", "average(precision, w[t == 1])"),
    ),
    references=(
        sklearn_call(
            "average_precision_score",
            kernel=quirks.sklearn_average_precision,
            options=(AVERAGE, POS_LABEL),
            **WHOLE_CALL,
            note="Steps, no interpolation; without a yes it is 0.",
        ),
        lightgbm_call("average_precision", kernel=quirks.lightgbm_average_precision, note="Steps."),
        xgboost_call(
            "aucpr",
            reductions=SKLEARN,
            kernel=quirks.xgboost_aucpr,
            options=(GROUP,),
            note="Interpolates between the scores; of several classes or lists (--group) their mean.",
        ),
        catboost_call("PRAUC", reductions=SKLEARN, kernel=quirks.catboost_prauc, note="Trapezoids between the scores."),
        "calls_torchmetrics_areas.AVERAGE_PRECISION",
    ),
    examples=(
        Example(
            "0.1,0.4,0.35,0.8",
            "0,0,1,1",
            0.8333333333333333,
            "documentation of sklearn.metrics.average_precision_score",
        ),
        Example("0.5,0.5,0.9", "0,1,1", 0.8333333333333333, "by hand: 1 / 2 + 2 / 3 / 2"),
    ),
    undefined="no row is a yes",
    source="Davis and Goadrich 2006; scikit-learn 1.9 average_precision_score",
    **SET,
)
def average_precision(x: Array, y: Labels, weights: Array | None, *, pos_label: Any) -> Array:
    """Exact: all rows are sorted, equal scores are one step of the curve."""
    x, y = _pairs(x, y, pos_label)
    return np.asarray(quirks.steps(Curve.of(x, y, weights)))
