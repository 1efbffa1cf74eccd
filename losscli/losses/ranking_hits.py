"""Scores of the first few items of a ranking: where the first relevant one is, and how many there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.lazy import np
from losscli.losses import ranking_quirks
from losscli.losses.loss import Example, loss
from losscli.losses.ranking_quirks import first, xgboost_precision
from losscli.losses.reference import xgboost_call
from losscli.losses.vocabulary import Domain, Kind, Param, Takes

if TYPE_CHECKING:
    from losscli.ops import Array, Mask

SOURCE = "Manning, Raghavan and Schuetze 2008, Introduction to Information Retrieval, 8.4; TorchMetrics 1.9 retrieval"
K = Param("k", None, "Only the first k items count; all by default.", ge=1, usual=(1.0, 5.0, 10.0))
FOUND = (("n", "size(x) if k is None else min(k, size(x))"), ("found", "sum((y > 0) * (places(x) <= n))"))
LIST: dict[str, Any] = {
    "family": "ranking",
    "takes": Takes.VECTOR,
    "kinds": (Kind.SCORES,),
    "domain": Domain.RELEVANCE,
    "higher_is_better": True,
    "params": (K,),
    "laws": frozenset({"row-permutation", "unit-interval"}),
    "source": SOURCE,
}


def hits(x: Array, y: Array) -> Mask:
    """Whether items are relevant, in the order of their scores; of equal scores, the first item is ahead."""
    return np.asarray(np.take_along_axis(y, np.argsort(-x, axis=-1, kind="stable"), axis=-1) > 0)


def found_in(x: Array, y: Array, k: float | None) -> tuple[Array, Array]:
    """How many of the first ``k`` items are relevant, and how many of all, both ``(...)``."""
    hit = hits(x, y)
    return (hit & first(hit.shape[-1], k)).sum(axis=-1).astype(float), hit.sum(axis=-1).astype(float)


@loss(
    name="reciprocal-rank",
    aliases=("mrr", "mean-reciprocal-rank", "mrr-at-k"),
    summary="One over the place of the first relevant item; 0 if there is none among the first k.",
    formula="1 / min {place of i: y[i] > 0}",
    steps=(
        ("n", "size(x) if k is None else k"),
        ("place", "min(places(x) if y > 0 else 0 * y + 2 * size(x) + n)"),
        ("score", "1 / place if place <= n else 0"),
    ),
    references=("calls_torchmetrics_ranking.RECIPROCAL", "calls_catboost_ranking.RECIPROCAL"),
    examples=(
        Example("[[3,2,1],[1,2,3]]", "[[0,1,1],[0,0,1]]", 0.75, "by hand: (1 / 2 + 1 / 1) / 2"),
        Example("[[3,2,1],[1,2,3]]", "[[0,0,1],[0,0,1]]", 0.5, "by hand: (0 + 1) / 2", {"k": 2}),
    ),
    **LIST,
)
def reciprocal_rank(x: Array, y: Array, *, k: float | None) -> Array:
    """One number for each list ``(..., D)``."""
    hit = hits(x, y)
    hit = hit & first(hit.shape[-1], k)
    return np.where(hit.any(axis=-1), 1.0 / (hit.argmax(axis=-1) + 1.0), 0.0)


@loss(
    name="precision-at-k",
    aliases=("p-at-k", "r-precision-at-k"),
    summary="The share of relevant items among the first k of a list.",
    formula="#{i: place of i <= k, y[i] > 0} / k",
    steps=(*FOUND, ("score", "found / n")),
    references=(
        xgboost_call(
            "pre",
            at="k",
            takes=Takes.SET,
            kernel=xgboost_precision,
            options=(ranking_quirks.K, ranking_quirks.GROUP),
            note="Without --group all rows are one list.",
        ),
        "calls_torchmetrics_ranking.PRECISION",
        "calls_catboost_ranking.PRECISION",
    ),
    examples=(
        Example("[[4,3,2,1]]", "[[1,0,1,1]]", 0.5, "by hand: 1 / 2", {"k": 2}),
        Example("[[4,3,2,1]]", "[[1,0,1,1]]", 0.75, "by hand: 3 / 4"),
    ),
    **LIST,
)
def precision_at_k(x: Array, y: Array, *, k: float | None) -> Array:
    """One number for each list ``(..., D)``; a list shorter than ``k`` counts as a whole."""
    width = x.shape[-1]
    return np.asarray(found_in(x, y, k)[0] / (width if k is None else min(int(k), width)))


@loss(
    name="recall-at-k",
    aliases=("r-at-k",),
    summary="The share of the relevant items of a list that are among its first k.",
    formula="#{i: place of i <= k, y[i] > 0} / #{i: y[i] > 0}      0 if none is relevant",
    steps=(*FOUND, ("score", "found / sum((y > 0) * 1) if sum((y > 0) * 1) > 0 else 0")),
    references=("calls_torchmetrics_ranking.RECALL", "calls_catboost_ranking.RECALL"),
    examples=(
        Example("[[4,3,2,1]]", "[[1,0,1,1]]", 0.3333333333333333, "by hand: 1 / 3", {"k": 2}),
        Example("[[4,3,2,1],[4,3,2,1]]", "[[0,0,0,1],[1,1,0,0]]", 0.5, "by hand: (0 + 1) / 2", {"k": 3}),
    ),
    **LIST,
)
def recall_at_k(x: Array, y: Array, *, k: float | None) -> Array:
    """One number for each list ``(..., D)``."""
    found, there = found_in(x, y, k)
    return np.asarray(found / np.maximum(there, 1.0))


@loss(
    name="hit-rate",
    aliases=("hit-at-k", "hit-rate-at-k", "hits-at-k", "hr-at-k"),
    summary="1 if a relevant item is among the first k of a list, else 0.",
    formula="[some i: place of i <= k, y[i] > 0]",
    steps=(*FOUND, ("score", "1 if found > 0 else 0")),
    references=("calls_torchmetrics_ranking.HIT",),
    examples=(
        Example("[[4,3,2,1],[4,3,2,1]]", "[[0,0,0,1],[0,1,0,0]]", 0.5, "by hand: (0 + 1) / 2", {"k": 2}),
        Example("[[4,3],[4,3]]", "[[0,0],[0,1]]", 0.5, "by hand: (0 + 1) / 2"),
    ),
    **LIST,
)
def hit_rate(x: Array, y: Array, *, k: float | None) -> Array:
    """One number for each list ``(..., D)``."""
    return (found_in(x, y, k)[0] > 0.0).astype(float)
