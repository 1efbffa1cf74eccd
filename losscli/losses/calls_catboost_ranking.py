"""The metrics of CatBoost for lists, which are groups of rows; of equal scores, the worst item comes first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.errors import InputError, UsageError
from losscli.lazy import np
from losscli.losses.boosting_classes_quirks import one_less
from losscli.losses.ranking_quirks import average_precision, gains
from losscli.losses.reference import WHOLE, catboost_call
from losscli.losses.vocabulary import Kind, Param, Takes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from losscli.losses.reference import Reference
    from losscli.ops import Array, Labels

GROUP = Param("group_id", None, "Which list each row is of; all are one by default.", vector=True)
TOP = Param("top", -1, "Only the first so many items count; -1 is all.", ge=-1)
BORDER = Param("border", 0.5, "Labels above it are relevant.")
TYPE = Param("type", "Base", "The gain is the relevance itself, or 2^relevance - 1.", choices=("Base", "Exp"))
KIND = Param("type", "Classic", "Labels are 0 and 1, or grades that rank the items.", choices=("Classic", "Ranking"))
DENOMINATOR = Param("denominator", "LogPosition", "What a gain is divided by.", choices=("LogPosition", "Position"))
DECAY = Param("decay", 0.85, "How many go on to the next item.", ge=0.0, le=1.0)


def _lists(x: Array, y: Labels, weights: Array | None, group_id: Any) -> Iterator[tuple[Array, Array]]:
    """Scores and relevance of each list, the best score first, and of equal ones the least relevant.

    Raises:
        InputError: Words, or more than one score per row.
        UsageError: Weights, or another number of groups.
    """
    if weights is not None:
        raise UsageError("this call takes no sample weights here")
    if object in (x.dtype, y.dtype) or x.size != len(x) or y.size != len(x) or not len(x):
        raise InputError(f"one score and one label a row are wanted, not {x.shape} and {y.shape}")
    x, y = x.reshape(-1), y.reshape(-1).astype(np.float64)
    of = np.zeros(len(x)) if group_id is None else np.asarray(group_id).reshape(-1)
    if len(of) != len(x):
        raise UsageError(f"--group-id has {len(of)} values for {len(x)} rows")
    for one in np.unique(of):
        scores, relevance = x[of == one], y[of == one]
        order = np.lexsort((relevance, -scores))
        yield scores[order], relevance[order]


def _first(y: Array, top: float) -> int:
    return len(y) if top < 0 else min(int(top), len(y))


def _found(y: Array, decay: float, *, by_place: bool) -> float:
    """The gain of a reader who stops at each item with a probability equal to its relevance."""
    reached = np.concatenate([[1.0], np.cumprod((one_less(y) if by_place else 1.0 - y) * decay)])[: len(y)]
    return float((reached * y / (np.arange(len(y)) + 1.0 if by_place else 1.0)).sum())


def _discounted(y: Array, top: float, gain_type: str, denominator: str, *, normal: bool) -> float:
    places = np.arange(1.0, _first(y, top) + 1.0)
    worth = 1.0 / (np.log2(places + 1.0) if denominator == "LogPosition" else places)
    gain = gains(y, exponential=gain_type == "Exp")
    reached, best = (float((one[: len(worth)] * worth).sum()) for one in (gain, np.sort(gain)[::-1]))
    return reached if not normal else reached / best if best > 0.0 else 1.0


def _one(stat: str, y: Array, top: float, border: float) -> float:
    """The score of one list, given its relevances in ranked order."""
    hit, k = y > border, _first(y, top)
    match stat:
        case "MRR":
            return 1.0 / (int(hit.argmax()) + 1.0) if hit[:k].any() else 0.0
        case "MAP":
            return float(average_precision(hit, k, 0.0))
        case "PrecisionAt":
            return float(hit[:k].sum()) / max(k, 1)
        case "RecallAt":
            return float(hit[:k].sum() / hit.sum()) if hit.any() else 1.0
    return float(y[:k].mean())


def _mean(found: Iterable[float]) -> Array:
    """The mean over the lists."""
    return np.asarray(np.mean(list(found)))


def gain_at(
    x: Array,
    y: Labels,
    weights: Array | None,
    *,
    normal: bool,
    group_id: Any,
    top: float,
    type: str,  # noqa: A002 - CatBoost's own name
    denominator: str,
) -> Array:
    """catboost.DCG and NDCG: the gains of the items, discounted by rank."""
    lists = _lists(x, y, weights, group_id)
    return _mean(_discounted(relevance, top, type, denominator, normal=normal) for _, relevance in lists)


def cascade(
    x: Array, y: Labels, weights: Array | None, *, by_place: bool, group_id: Any, top: float, decay: float = 1.0
) -> Array:
    """catboost.ERR and PFound: the gain of readers who go down the list until an item is relevant.

    Raises:
        InputError: Relevance lies outside 0..1.
    """
    cut = [relevance[: _first(relevance, top)] for _, relevance in _lists(x, y, weights, group_id)]
    if any(((one < 0.0) | (one > 1.0)).any() for one in cut):
        raise InputError("relevance lies outside 0..1")
    return _mean(_found(one, decay, by_place=by_place) for one in cut)


def ranked(
    x: Array, y: Labels, weights: Array | None, *, stat: str, group_id: Any, top: float, border: float = 0.5
) -> Array:
    """catboost.MAP, MRR, PrecisionAt, RecallAt and AverageGain: scores of the first items of each list."""
    return _mean(_one(stat, relevance, top, border) for _, relevance in _lists(x, y, weights, group_id))


def _pairs_in_order(scores: Array, relevance: Array) -> float:
    """The share of pairs of different relevance that the scores order rightly; equal scores count half."""
    above = np.sign(scores[:, None] - scores)[relevance[:, None] > relevance]
    return float(above.mean() + 1.0) / 2.0 if above.size else 0.0


def list_auc(x: Array, y: Labels, weights: Array | None, *, group_id: Any, type: str) -> Array:  # noqa: A002
    """catboost.QueryAUC: the mean over the lists; 0 for a list of equally relevant items.

    Raises:
        InputError: Labels of two kinds are wanted, and others occur.
    """
    if type == "Classic" and not np.isin(y, (0, 1)).all():
        raise InputError("labels other than 0 and 1", hint="--type Ranking")
    return _mean(_pairs_in_order(*one) for one in _lists(x, y, weights, group_id))


def centred_root(x: Array, y: Labels, weights: Array | None, *, group_id: Any) -> Array:
    """catboost.QueryRMSE: the root mean squared error after the mean error of each list is subtracted."""
    gaps = [scores - relevance for scores, relevance in _lists(x, y, weights, group_id)]
    return np.asarray(np.sqrt(np.concatenate([(gap - gap.mean()) ** 2 for gap in gaps]).mean()))


def list_softmax(x: Array, y: Labels, weights: Array | None, *, group_id: Any) -> Array:
    """catboost.QuerySoftMax: cross-entropy within each list, over the sum of the relevance."""
    cost = whole = 0.0
    for scores, relevance in _lists(x, y, weights, group_id):
        cost -= float((relevance * (scores - np.logaddexp.reduce(scores))).sum())
        whole += float(relevance.sum())
    return np.asarray(cost / whole if whole else 0.0)


LISTS = "All rows are one list unless --group-id says which"


def _call(
    name: str,
    *options: Param,
    kernel: Any = ranked,
    note: str = "of equal scores the worst item comes first",
    **fixed: Any,
) -> Reference:
    return catboost_call(
        name,
        reads=Kind.SCORES,
        takes=Takes.SET,
        kernel=kernel,
        reductions=WHOLE,
        options=(*options, GROUP),
        fixed=fixed or ({"stat": name} if kernel is ranked else {}),
        apart=True,
        note=f"{LISTS}; {note}.",
    )


NDCG = (
    _call("NDCG", TOP, TYPE, DENOMINATOR, kernel=gain_at, normal=True),
    _call("DCG", TOP, TYPE, DENOMINATOR, kernel=gain_at, normal=False),
    _call("ERR", TOP, kernel=cascade, by_place=True),
    _call("PFound", TOP, DECAY, kernel=cascade, by_place=False),
    _call("AverageGain", TOP),
)
MAP = _call("MAP", TOP, BORDER)
RECIPROCAL = _call("MRR", TOP, BORDER)
PRECISION = _call("PrecisionAt", TOP, BORDER)
RECALL = _call("RecallAt", TOP, BORDER)
ROOT = _call("QueryRMSE", kernel=centred_root)
SOFTMAX = _call("QuerySoftMax", kernel=list_softmax)
AUC = _call("QueryAUC", KIND, kernel=list_auc, note="a list whose items are all alike counts as 0")
