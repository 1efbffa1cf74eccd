"""The functions of ``torchmetrics.functional.retrieval``, of one list or several, and its rankings of labels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.errors import InputError, UsageError
from losscli.lazy import np
from losscli.losses import ranking_quirks as ranking
from losscli.losses.calls_torchmetrics import IGNORED, whole_call
from losscli.losses.calls_torchmetrics_counts import LABELS, indicators
from losscli.losses.dataset_scores import no_weights
from losscli.losses.ranking_hits import found_in, hits, reciprocal_rank
from losscli.losses.vocabulary import Param

if TYPE_CHECKING:
    from collections.abc import Iterator

    from losscli.losses.reference import Reference
    from losscli.ops import Array, Labels

TOP_K = Param("top_k", None, "Only the first k items count; all by default.", ge=1)
INDEXES = Param(
    "indexes", None, "Which list each row is of, as the classes take it; all are one by default.", vector=True
)
ABOVE_0 = ("average_precision", "precision", "recall", "reciprocal_rank")  # only items with scores above 0
ADAPTIVE = Param("adaptive_k", False, "A list shorter than k is divided by its length.")


def _lists(x: Array, y: Labels, indexes: Any, *, relevance: bool) -> Iterator[tuple[Array, Array]]:
    """Scores and relevance of each list, in float32.

    Raises:
        InputError: Shapes that do not match, or relevance other than 0 and 1.
        UsageError: Another number of indexes.
    """
    if object in (x.dtype, y.dtype) or x.shape != y.shape or not x.size:
        raise InputError(f"predictions of shape {x.shape} and labels of shape {y.shape} do not match")
    x, y = x.reshape(-1), y.reshape(-1).astype(np.float64)
    if not relevance and not np.isin(y, (0, 1)).all():
        raise InputError("relevance other than 0 and 1")
    of = np.zeros(len(x)) if indexes is None else np.asarray(indexes, np.float64).reshape(-1)
    if len(of) != len(x):
        raise UsageError(f"--indexes has {len(of)} values for {len(x)} rows")
    for one in np.unique(of).tolist():
        yield x[of == one], y[of == one]


def _one(stat: str, x: Array, y: Array, k: float | None, *, adaptive_k: bool) -> Any:
    """The score of one list; 0 if nothing is relevant."""
    most = len(x) if k is None else int(k)
    y = 1.0 - y if stat == "fall_out" else y
    there = y.sum()
    y = np.where(x > 0.0, y, 0.0) if stat in ABOVE_0 else y
    found = found_in(x, y, k)[0]
    if not there:
        return 0.0
    match stat:
        case "reciprocal_rank":
            return reciprocal_rank.kernel(x, y, k=k)
        case "precision":
            return found / (min(most, len(x)) if adaptive_k else most)
        case "hit_rate":
            return found > 0.0
        case "r_precision":
            return found_in(x, y, float(there))[0] / there
        case "average_precision":
            places = np.flatnonzero(hits(x, y)[:most]) + 1.0
            return (np.arange(1.0, len(places) + 1.0) / places).mean() if len(places) else 0.0
        case "normalized_dcg":
            return (y * ranking.tied_discounts(x, k)).sum() / ranking.ideal(y, k)
    return found / there


def retrieved(
    x: Array,
    y: Labels,
    weights: Array | None,
    *,
    stat: str,
    indexes: Any,
    top_k: float | None = None,
    adaptive_k: bool = False,
) -> Array:
    """The mean over the lists."""
    no_weights(weights)
    lists = _lists(x, y, indexes, relevance=stat == "normalized_dcg")
    each = [np.float32(_one(stat, scores, true, top_k, adaptive_k=adaptive_k)) for scores, true in lists]
    return np.asarray(np.mean(each), np.float32)


def _labels(
    x: Array, y: Labels, weights: Array | None, *, stat: str, num_labels: float | None, ignore_index: float | None
) -> Array:
    """The mean over the rows; labels that are ignored are neither true nor false."""
    no_weights(weights)
    counts = indicators(x, y, ignore_index, num_labels)
    if x.ndim < 2:
        raise InputError(f"rows of scores are wanted, not shape {x.shape}")
    if not counts.all():
        raise UsageError("--ignore-index: rows with ignored labels have no ranking here")
    x, y = (np.moveaxis(one, 1, -1).reshape(-1, x.shape[1]) for one in (x, y))
    kernel = {"coverage_error": _coverage, "ranking_loss": _loss}.get(stat, ranking.precision_of_labels)
    return np.asarray(kernel(x, y.astype(np.float64)).mean(), np.float32)


def _coverage(x: Array, y: Array) -> Array:
    """The coverage; false labels are lifted by a constant, so that a row without a true one has a least score, too."""
    lifted = np.where(y == 0.0, x + (abs(x.min()) + x.dtype.type(10.0)), x)
    return np.asarray((x >= lifted.min(axis=1)[:, None]).sum(axis=1), np.float64)


def _loss(x: Array, y: Array) -> Array:
    """The ranking loss from the ranks of true labels; 0 for a row with only true or only false ones."""
    true, width = y.sum(axis=1), y.shape[1]
    places = np.argsort(np.argsort(x, axis=1, kind="stable"), axis=1, kind="stable")
    pairs = true * (width - true)
    late = ((width - places) * y).sum(axis=1) - 0.5 * true * (true + 1.0)
    return np.asarray(late / np.maximum(pairs, 1.0) * (pairs > 0.0))


def _call(name: str, *options: Param) -> Reference:
    return whole_call(
        f"retrieval.retrieval_{name}",
        retrieved,
        options=(*options, INDEXES),
        fixed={"stat": name},
        apart=True,
        note="All rows are one list unless --indexes says which; one without a relevant item counts 0.",
    )


def _labelled(name: str) -> Reference:
    return whole_call(
        f"classification.multilabel_{name}",
        _labels,
        options=(LABELS, IGNORED),
        fixed={"stat": name},
        apart=True,
        note="In float32.",
    )


RECIPROCAL = _call("reciprocal_rank", TOP_K)
PRECISION = (_call("precision", TOP_K, ADAPTIVE), _call("r_precision"))
RECALL = (_call("recall", TOP_K), _call("fall_out", TOP_K))
HIT = _call("hit_rate", TOP_K)
AVERAGE_PRECISION = _call("average_precision", TOP_K)
NDCG = _call("normalized_dcg", TOP_K)
COVERAGE = _labelled("coverage_error")
RANKING_LOSS = _labelled("ranking_loss")
RANKING_PRECISION = _labelled("ranking_average_precision")
