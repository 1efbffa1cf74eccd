"""Ranking scores: how high the relevant items of a list, or the true labels of a row, are ranked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.lazy import np
from losscli.losses import ranking_quirks as quirks
from losscli.losses.loss import Example, loss
from losscli.losses.ranking_quirks import EVAL_AT, GROUP, MINUS, K, gains, ideal, tied_discounts
from losscli.losses.reference import SKLEARN, Weighting, lightgbm_call, sklearn_call, xgboost_call
from losscli.losses.vocabulary import Domain, Kind, Param, Takes

if TYPE_CHECKING:
    from losscli.ops import Array

FAMILY = "ranking"
SCORES = Kind.SCORES
NO_K = Param("k", None, "Only the first k items count; all by default.", ge=1)
GAIN = Param("gain", "linear", "The relevance itself, or 2^relevance - 1.", choices=("linear", "exponential"))
GROUPS = "Without --group all rows are one list"
ROWS: dict[str, Any] = {"reads": SCORES, "reductions": SKLEARN, "weighting": Weighting.ROWS, "sorts_labels": False}
LISTS: dict[str, Any] = {"reads": SCORES, "takes": Takes.SET}
SCORE: dict[str, Any] = {"takes": Takes.VECTOR, "kinds": (SCORES,), "laws": frozenset({"row-permutation"})}


def _empty(default: float) -> Param:
    return Param("empty", default, "The value of a list without relevant items.")


@loss(
    name="ndcg",
    summary="The relevance of the items, discounted by their place in the ranking, as a share of the best ranking's.",
    formula="DCG / DCG of the best order      DCG: sum_i gain(y[i]) / log2(1 + rank i)      equal scores share places",
    steps=(
        ("g", "2^y - 1 if gain == 'exponential' else y"),
        ("d", "discounts(x, k)"),
        ("best", "dot(g, discounts(g, k))"),
        ("score", "dot(g, d) / best if best > 0 else empty"),
    ),
    params=(NO_K, GAIN, _empty(0.0)),
    references=(
        sklearn_call(
            "ndcg_score",
            **ROWS,
            kernel=quirks.sklearn_ndcg,
            options=(NO_K, quirks.IGNORE_TIES),
            note="The gain is the relevance itself; a row without relevance counts 0.",
        ),
        sklearn_call(
            "dcg_score",
            **ROWS,
            kernel=quirks.sklearn_dcg,
            options=(NO_K, quirks.LOG_BASE, quirks.IGNORE_TIES),
            note="Not divided by that of the best order.",
        ),
        xgboost_call(
            "ndcg",
            at="k",
            **LISTS,
            kernel=quirks.xgboost_ndcg,
            options=(K, MINUS, GROUP, quirks.EXP_GAIN),
            note=f"{GROUPS}; the gain is 2^relevance - 1; a list without relevance counts 1, with minus 0.",
        ),
        lightgbm_call(
            "ndcg",
            at="eval_at",
            also=("lambdarank", "rank_xendcg", "xendcg"),
            **LISTS,
            kernel=quirks.lightgbm_ndcg,
            options=(EVAL_AT, GROUP, quirks.LABEL_GAIN),
            note=f"{GROUPS}; the gain is 2^relevance - 1; a list without relevance counts 1.",
        ),
        "calls_torchmetrics_ranking.NDCG",
        "calls_catboost_ranking.NDCG",
    ),
    higher_is_better=True,
    examples=(
        Example(
            "[[0.1,0.2,0.3,4,70]]", "[[10,0,0,1,5]]", 0.6956940443813076, "documentation of sklearn.metrics.ndcg_score"
        ),
        Example("[[3,2,1]]", "[[0,1,0]]", 0.6309297535714575, "by hand: 1 / log2(3)", {"k": 2}),
    ),
    source="Jarvelin and Kekalainen 2002, Cumulated gain-based evaluation; scikit-learn 1.9 ndcg_score",
    **SCORE,
)
def ndcg(x: Array, y: Array, *, k: float | None, gain: str, empty: float) -> Array:
    """One number for each list ``(..., D)``; items of equal scores share their places."""
    gain_of = gains(y, exponential=gain == "exponential")
    reached, best = (gain_of * tied_discounts(x, k)).sum(axis=-1), ideal(gain_of, k)
    return np.where(best > 0.0, reached / np.where(best > 0.0, best, 1.0), empty)


@loss(
    name="mean-average-precision",
    aliases=("map", "map-at-k"),
    summary="The mean over the relevant items of the share of relevant ones among those ranked so far.",
    formula="sum over the first k items that are relevant of (relevant ones so far) / rank, over min(relevant, k)",
    steps=(
        ("hit", "y > 0"),
        ("place", "places(x)"),
        ("n", "size(x) if k is None else k"),
        ("precision", "within(hit * 1, differences(place, place) >= 0) / place"),
        ("score", "sum(hit * (place <= n) * precision) / min(sum(hit * 1), n) if sum(hit * 1) > 0 else empty"),
    ),
    domain=Domain.RELEVANCE,
    params=(NO_K, _empty(1.0)),
    references=(
        xgboost_call(
            "map",
            at="k",
            **LISTS,
            kernel=quirks.xgboost_map,
            options=(K, MINUS, GROUP),
            note=f"{GROUPS}; a list without a hit counts 1, with minus 0.",
        ),
        lightgbm_call(
            "map",
            at="eval_at",
            also=("mean_average_precision",),
            **LISTS,
            kernel=quirks.lightgbm_map,
            options=(EVAL_AT, GROUP),
            note=f"{GROUPS}; a list without a hit counts 1.",
        ),
        "calls_torchmetrics_ranking.AVERAGE_PRECISION",
        "calls_catboost_ranking.MAP",
    ),
    higher_is_better=True,
    examples=(
        Example("[[4,3,2,1]]", "[[1,0,1,0]]", 0.8333333333333333, "by hand: (1 / 1 + 2 / 3) / 2"),
        Example("[[4,3,2,1],[4,3,2,1]]", "[[1,0,1,0],[0,0,1,0]]", 0.25, "by hand: (1 / 2 + 0) / 2", {"k": 2}),
    ),
    source="Manning, Raghavan and Schuetze 2008, Introduction to Information Retrieval, 8.4; LightGBM 4.7 map",
    **SCORE,
)
def mean_average_precision(x: Array, y: Array, *, k: float | None, empty: float) -> Array:
    """One number for each list ``(..., D)``; of equal scores the first item comes first."""
    hit = np.take_along_axis(y, np.argsort(-x, axis=-1, kind="stable"), axis=-1) > 0
    return quirks.average_precision(hit, k, empty)


@loss(
    name="label-ranking-loss",
    summary="The share of pairs of a true and a false label whose scores are not in order; ties count as wrong.",
    formula="sum over true i, false j of [x[i] <= x[j]], over their number      0 if all or none are true",
    steps=(("gap", "differences(x[y == 1], x[y == 0])"), ("loss", "total(gap <= 0) / max(sum(y) * sum(1 - y), 1)")),
    domain=Domain.RELEVANCE,
    references=(
        sklearn_call("label_ranking_loss", **ROWS, kernel=quirks.sklearn_ranking_loss),
        "calls_torchmetrics_ranking.RANKING_LOSS",
    ),
    examples=(
        Example(
            "[[0.75,0.5,1],[1,0.2,0.1]]",
            "[[1,0,0],[0,0,1]]",
            0.75,
            "documentation of sklearn.metrics.label_ranking_loss",
        ),
        Example("[[1,1,0]]", "[[1,0,0]]", 0.5, "by hand: the tie is wrong, the other pair right"),
    ),
    source="Tsoumakas, Katakis and Vlahavas 2010, Mining multi-label data; scikit-learn 1.9 label_ranking_loss",
    **(SCORE | {"laws": frozenset({"row-permutation", "unit-interval", "non-negative"})}),
)
def label_ranking_loss(x: Array, y: Array) -> Array:
    """One number for each row ``(..., D)``."""
    return quirks.unordered(x, y)


@loss(
    name="label-ranking-average-precision",
    aliases=("lrap",),
    summary="The mean over the true labels of the share of true ones among those with at least its score.",
    formula="mean over true i of #{true j: x[j] >= x[i]} / #{j: x[j] >= x[i]}      1 if all or none are true",
    steps=(
        ("above", "differences(x[y == 1], x) <= 0"),
        ("each", "within(y, above) / sum(above)"),
        ("score", "mean(each) if sum(y) > 0 else 1"),
    ),
    domain=Domain.RELEVANCE,
    references=(
        sklearn_call(
            "label_ranking_average_precision_score",
            **ROWS,
            kernel=quirks.sklearn_label_ranking_precision,
            refuses_zero_weights=False,
        ),
        "calls_torchmetrics_ranking.RANKING_PRECISION",
    ),
    higher_is_better=True,
    examples=(
        Example(
            "[[0.75,0.5,1],[1,0.2,0.1]]",
            "[[1,0,0],[0,0,1]]",
            0.4166666666666667,
            "documentation of sklearn.metrics.label_ranking_average_precision_score",
        ),
        Example("[[3,2,1],[1,2,3]]", "[[1,1,0],[1,1,0]]", 0.7916666666666667, "by hand: (1 + (1/2 + 2/3) / 2) / 2"),
    ),
    source="Tsoumakas, Katakis and Vlahavas 2010, Mining multi-label data; scikit-learn 1.9",
    **(SCORE | {"laws": frozenset({"row-permutation", "unit-interval"})}),
)
def label_ranking_average_precision(x: Array, y: Array) -> Array:
    """One number for each row ``(..., D)``."""
    return quirks.precision_of_labels(x, y)


@loss(
    name="coverage-error",
    summary="How many labels one must take, from the highest score on, to have all true ones.",
    formula="max over true i of #{j: x[j] >= x[i]}      0 if none is true",
    steps=(("above", "differences(x[y == 1], x) <= 0"), ("loss", "max(sum(above)) if sum(y) > 0 else 0")),
    domain=Domain.RELEVANCE,
    references=(
        sklearn_call("coverage_error", **ROWS, kernel=quirks.sklearn_coverage),
        "calls_torchmetrics_ranking.COVERAGE",
    ),
    examples=(
        Example("[[1,0,0],[0,1,1]]", "[[1,0,0],[0,1,1]]", 1.5, "documentation of sklearn.metrics.coverage_error"),
        Example("[[3,2,1],[1,2,3]]", "[[0,1,0],[1,0,0]]", 2.5, "by hand: (2 + 3) / 2"),
    ),
    source="Tsoumakas, Katakis and Vlahavas 2010, Mining multi-label data; scikit-learn 1.9 coverage_error",
    **(SCORE | {"laws": frozenset({"row-permutation", "non-negative"})}),
)
def coverage_error(x: Array, y: Array) -> Array:
    """One number for each row ``(..., D)``."""
    return quirks.coverage(x, y)
