"""Helpers of ranking scores, and frameworks' own rankings: by rows in scikit-learn, by groups in boosting tools."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.errors import InputError, UsageError
from losscli.lazy import np
from losscli.losses.label_sets import same_length
from losscli.losses.vocabulary import Param

if TYPE_CHECKING:
    from collections.abc import Iterator

    from losscli.ops import Array, Index, Labels, Mask

K = Param("k", None, "Only the first k items count, as in ndcg@k.", ge=1)
MINUS = Param("minus", False, "A list without a relevant item counts 0, as in ndcg@k-.")
EVAL_AT = Param("eval_at", 5, "Only so many top items count; several numbers give a result each.", vector=True)
GROUP = Param("group", None, "How many rows each list has, in the order of the rows.", vector=True)
EXP_GAIN = Param("ndcg_exp_gain", True, "The gain is 2^relevance - 1; otherwise the relevance itself.")
LABEL_GAIN = Param(
    "label_gain", None, "The gain of each relevance, from 0 on; 2^relevance - 1 by default.", vector=True
)
IGNORE_TIES = Param("ignore_ties", False, "Of equal scores the last item comes first, and they share nothing.")
LOG_BASE = Param("log_base", 2.0, "The base of the discount's logarithm.", ge=0.0)


def gains(y: Array, *, exponential: bool) -> Array:
    """The gain of an item at the top."""
    if not exponential:
        return np.asarray(y, np.float64)
    return np.where(y == np.floor(y), np.exp2(y) - 1.0, np.expm1(y * np.log(2.0)))


def first(width: int, k: float | None) -> Any:
    """Which ranks count.

    Raises:
        UsageError: ``k`` is no whole number.
    """
    if k is not None and (np.isinf(k) or k != int(k)):
        raise UsageError(f"{k:g} items; a whole number is wanted")
    return np.arange(width) < (width if k is None else int(k))


def discounts(width: int, k: float | None) -> Array:
    """The discount of each rank."""
    return np.where(first(width, k), 1.0 / np.log2(np.arange(width) + 2.0), 0.0)


def ideal(gain: Array, k: float | None) -> Any:
    """The discounted gain of the best order."""
    return (-np.sort(-gain, axis=-1) * discounts(gain.shape[-1], k)).sum(axis=-1)


def tied_discounts(x: Array, k: float | None) -> Array:
    """The discount of each item, in the order of the items; equal scores share their ranks."""
    rows = x.reshape(-1, x.shape[-1])
    order = np.argsort(-rows, axis=-1, kind="stable")
    ranked = np.take_along_axis(rows, order, axis=-1)
    starts = np.concatenate([np.ones((len(rows), 1), bool), ranked[:, 1:] != ranked[:, :-1]], axis=-1)
    place = np.cumsum(starts.reshape(-1)) - 1
    worth = np.broadcast_to(discounts(rows.shape[1], k), rows.shape).reshape(-1)
    shared = (np.bincount(place, worth) / np.bincount(place))[place].reshape(rows.shape)
    found = np.empty(rows.shape)
    np.put_along_axis(found, order, shared, axis=-1)
    return found.reshape(x.shape)


def average_precision(hit: Mask, k: float | None, empty: float) -> Array:
    """The average precision of items in ranked order, along the last axis."""
    width = hit.shape[-1]
    precision = np.cumsum(hit, axis=-1) / np.arange(1.0, width + 1.0)
    count = hit.sum(axis=-1)
    most = np.minimum(count, width if k is None else int(min(k, width)))
    found = np.where(hit & first(width, k), precision, 0.0).sum(axis=-1) / np.maximum(most, 1)
    return np.asarray(np.where(count > 0, found, empty))


def last_of_equal(ranked: Array) -> Index:
    """The last position with the same value, for values in ascending order along the last axis."""
    width = ranked.shape[-1]
    ends = np.concatenate([ranked[..., 1:] != ranked[..., :-1], np.ones((*ranked.shape[:-1], 1), bool)], axis=-1)
    places = np.where(ends, np.arange(width), width)
    return np.asarray(np.minimum.accumulate(places[..., ::-1], axis=-1)[..., ::-1])


def at_least(x: Array, true: Mask) -> tuple[Index, Index]:
    """For each label, how many have at least its score, and how many of these are true."""
    order = np.argsort(-x, axis=-1, kind="stable")
    ranked, hits = np.take_along_axis(x, order, axis=-1), np.take_along_axis(true, order, axis=-1)
    last = last_of_equal(-ranked)
    back = np.argsort(order, axis=-1, kind="stable")
    rank = np.take_along_axis(last, back, axis=-1) + 1
    found = np.take_along_axis(np.take_along_axis(np.cumsum(hits, axis=-1), last, axis=-1), back, axis=-1)
    return np.asarray(rank, np.intp), np.asarray(found, np.intp)


def unordered(x: Array, y: Array) -> Array:
    """The fraction of pairs of a true and a false label in the wrong order."""
    true = y > 0.5
    order = np.argsort(x, axis=-1, kind="stable")
    ranked, hits = np.take_along_axis(x, order, axis=-1), np.take_along_axis(true, order, axis=-1)
    reached = np.take_along_axis(np.cumsum(hits, axis=-1), last_of_equal(ranked), axis=-1)
    count = true.sum(axis=-1)
    return np.asarray(np.where(hits, 0, reached).sum(axis=-1) / np.maximum(count * (x.shape[-1] - count), 1))


def precision_of_labels(x: Array, y: Array) -> Array:
    """The mean fraction of true labels among those scored at least as high as a true one."""
    true = y > 0.5
    rank, found = at_least(x, true)
    count = true.sum(axis=-1)
    return np.where(count > 0, np.where(true, found / rank, 0.0).sum(axis=-1) / np.maximum(count, 1), 1.0)


def coverage(x: Array, y: Array) -> Array:
    """How many labels are needed to cover all true ones, from the highest score."""
    true = y > 0.5
    return np.asarray(np.where(true, at_least(x, true)[0], 0).max(axis=-1), np.float64)


# scikit-learn


def _rows(x: Array, y: Array) -> tuple[Array, Array]:
    if x.ndim != 2 or x.shape != y.shape:
        raise InputError(f"predictions of shape {x.shape} and labels of shape {y.shape}; rows of the same are wanted")
    return x, np.asarray(y, np.float64)


def _indicators(x: Array, y: Array) -> tuple[Array, Array]:
    x, y = _rows(x, y)
    if not np.isin(y, (0, 1)).all():
        raise InputError("rows of labels must be indicators, 0 or 1")
    return x, y


def _reached(x: Array, gain: Array, k: float | None, *, ignore_ties: bool) -> Any:
    if not ignore_ties:
        return (gain * tied_discounts(x, k)).sum(axis=-1)
    ranking = np.argsort(x, axis=-1)[..., ::-1]  # equal scores in any order, as in scikit-learn
    return (np.take_along_axis(gain, ranking, axis=-1) * discounts(x.shape[-1], k)).sum(axis=-1)


def sklearn_ndcg(x: Array, y: Array, *, k: float | None, ignore_ties: bool) -> Array:
    """sklearn.metrics.ndcg_score: relevance is not negative, lists have two items or more.

    Raises:
        InputError: Relevance is negative, or a list has one item.
    """
    x, y = _rows(x, y)
    if (y < 0).any():
        raise InputError("a relevance is negative")
    if x.shape[1] < 2:
        raise InputError("a list of one item has no order")
    best = ideal(y, k)
    return np.where(best > 0.0, _reached(x, y, k, ignore_ties=ignore_ties) / np.where(best > 0.0, best, 1.0), 0.0)


def sklearn_dcg(x: Array, y: Array, *, k: float | None, log_base: float, ignore_ties: bool) -> Array:
    """sklearn.metrics.dcg_score."""
    x, y = _rows(x, y)
    return np.asarray(_reached(x, y, k, ignore_ties=ignore_ties) * np.log(log_base) / np.log(2.0))


def sklearn_ranking_loss(x: Array, y: Array) -> Array:
    """sklearn.metrics.label_ranking_loss: rows of indicators."""
    return unordered(*_indicators(x, y))


def sklearn_label_ranking_precision(x: Array, y: Array) -> Array:
    """sklearn.metrics.label_ranking_average_precision_score: rows of indicators."""
    return precision_of_labels(*_indicators(x, y))


def sklearn_coverage(x: Array, y: Array) -> Array:
    """sklearn.metrics.coverage_error: rows of indicators."""
    return coverage(*_indicators(x, y))


# Boosting tools


def lists(x: Array, y: Labels, group: Any) -> Iterator[tuple[Array, Array, slice]]:
    """Scores, relevance and the slice of the rows of each list.

    Raises:
        InputError: Labels are words, or scores not one a row.
        UsageError: ``group`` holds no lengths that sum to the rows.
    """
    same_length(x, y)
    if y.dtype == object:
        raise InputError("the labels are words; this call takes relevance")
    if x.ndim > 1 and x.shape[1:] != (1,):
        raise InputError(
            f"rows of {x.shape[1]} scores; this call takes one a row", hint="--group: the lengths of lists"
        )
    x, y = np.asarray(x.reshape(-1), np.float64), np.asarray(y.reshape(-1), np.float64)
    sizes = np.asarray([len(x)] if group is None else group).reshape(-1)
    if (sizes < 0).any() or (sizes != np.floor(sizes)).any() or sizes.sum() != len(x):
        raise UsageError(f"--group sums to {sizes.sum():g}, there are {len(x)} rows")
    ends = np.cumsum(sizes).astype(np.intp)
    for start, end in zip([0, *ends.tolist()], ends.tolist(), strict=False):
        yield x[start:end], y[start:end], slice(start, end)


def _mean(values: list[float], weights: list[float]) -> Array:
    return np.asarray(np.dot(values, weights) / np.sum(weights))


def _ranked(x: Array, values: Array) -> Array:
    return values[np.argsort(-x, kind="stable")]


def _xgboost_weights(weights: Array | None, lists: int, rows: int) -> list[float]:
    """One weight per list; XGBoost takes no weights of rows here."""
    if weights is None:
        return [1.0] * lists
    if len(weights) not in (lists, rows):
        raise UsageError(f"{len(weights)} sample weights for {lists} lists")
    if len(weights) != lists:
        raise UsageError("sample weights are of lists here, one for each")
    return [float(weight) for weight in weights]


def xgboost_ndcg(
    x: Array, y: Labels, weights: Array | None, *, k: float | None, minus: bool, group: Any, ndcg_exp_gain: bool
) -> Array:
    """xgboost.ndcg: the mean over lists; of equal scores the first item comes first."""
    found = []
    for scores, relevance, _ in lists(x, y, group):
        gain = gains(relevance, exponential=ndcg_exp_gain)
        best = ideal(gain, k)
        found.append(
            float((_ranked(scores, gain) * discounts(len(gain), k)).sum() / best) if best > 0 else float(not minus)
        )
    return _mean(found, _xgboost_weights(weights, len(found), len(x)))


def xgboost_precision(x: Array, y: Labels, weights: Array | None, *, k: float | None, group: Any) -> Array:
    """xgboost.pre: the share of relevant items among the first ``k``; a shorter list counts as a whole."""
    found = [
        float((_ranked(scores, relevance) > 0)[: None if k is None else int(k)].mean())
        for scores, relevance, _ in lists(x, y, group)
    ]
    return _mean(found, _xgboost_weights(weights, len(found), len(x)))


def xgboost_map(x: Array, y: Labels, weights: Array | None, *, k: float | None, minus: bool, group: Any) -> Array:
    """xgboost.map: the mean over lists; labels are 0 or 1."""
    found = [
        float(average_precision(_ranked(scores, relevance) > 0, k, float(not minus)))
        for scores, relevance, _ in lists(x, y, group)
    ]
    return _mean(found, _xgboost_weights(weights, len(found), len(x)))


def _lightgbm(x: Array, y: Labels, weights: Array | None, eval_at: Any, group: Any, one: Any) -> Array:
    """The mean over lists for each cutoff; a list's weight is the mean of its rows'."""
    all_lists = list(lists(x, y, group))
    each = [1.0 if weights is None else float(np.mean(weights[rows])) for _, _, rows in all_lists]
    found = [
        _mean([float(one(scores, relevance, k)) for scores, relevance, _ in all_lists], each)
        for k in np.atleast_1d(np.asarray(eval_at)).tolist()
    ]
    return np.asarray(found if np.ndim(eval_at) and np.size(eval_at) > 1 else found[0])


def lightgbm_ndcg(x: Array, y: Labels, weights: Array | None, *, eval_at: Any, group: Any, label_gain: Any) -> Array:
    """lightgbm.ndcg: of equal scores the first item comes first.

    Raises:
        InputError: Relevance is no whole number from 0 on.
        UsageError: ``label_gain`` is too short for it.
    """

    def one(scores: Array, relevance: Array, k: float) -> Any:
        if (relevance != np.floor(relevance)).any() or (relevance < 0).any():
            raise InputError("relevance must be whole numbers from 0 on")
        gain = gains(relevance, exponential=True)
        if label_gain is not None:
            table = np.atleast_1d(np.asarray(label_gain, np.float64))
            if relevance.max() >= len(table):
                raise UsageError(f"--label-gain has {len(table)} gains, a relevance is {relevance.max():g}")
            gain = table[relevance.astype(np.intp)]
        best = ideal(gain, k)
        return (_ranked(scores, gain) * discounts(len(gain), k)).sum() / best if best > 0 else 1.0

    return _lightgbm(x, y, weights, eval_at, group, one)


def lightgbm_map(x: Array, y: Labels, weights: Array | None, *, eval_at: Any, group: Any) -> Array:
    """lightgbm.map: an item whose label is above 0.5 is relevant."""

    def one(scores: Array, relevance: Array, k: float) -> Any:
        return average_precision(_ranked(scores, relevance) > 0.5, k, 1.0)

    return _lightgbm(x, y, weights, eval_at, group, one)
