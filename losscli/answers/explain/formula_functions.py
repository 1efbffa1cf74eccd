"""The functions that written steps may name. They use plain arithmetic, without numerical tricks.

Sums run over the last axis of arrays: the classes of a row, or the rows of a whole data set.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from losscli import ops
from losscli.errors import UsageError
from losscli.losses import boxes
from losscli.losses.alignments import log_alignments
from losscli.losses.areas import yes
from losscli.losses.brier import two_class
from losscli.losses.calibration import bins, right
from losscli.losses.centre_lines import skeleton
from losscli.losses.confusion_counts import apart, by_label, counted, decide, matrix, ratio
from losscli.losses.dataset_scores import weighted_quantile
from losscli.losses.deviances import deviance
from losscli.losses.evidential import log_gamma_step
from losscli.losses.forecast_scales import levels, pinballs, seasonal
from losscli.losses.label_sets import indicators, numbers_of, sorted_classes
from losscli.losses.likelihood_tempered import series, tempered, tempered_log_softmax
from losscli.losses.lovasz import hinge, softmax_loss
from losscli.losses.metric_learning import semi_hard
from losscli.losses.rank_correlation import mean_ranks
from losscli.losses.ranking_quirks import tied_discounts
from losscli.losses.redundancy import correlations, covariances
from losscli.losses.simplex import projection

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Array = NDArray[Any]

_PAIRS = 25_000_000  # the largest intermediate array, in numbers


def aligned(a: Any, b: Any) -> tuple[Any, Any]:
    """Two arrays broadcast along their first axes: one number per row meets a row of many."""
    ranks = np.ndim(a), np.ndim(b)
    if not min(ranks) or ranks[0] == ranks[1]:
        return a, b
    a, b = (np.reshape(v, (*np.shape(v), *[1] * (max(ranks) - np.ndim(v)))) for v in (a, b))
    return a, b


def product(a: Any, b: Any) -> Any:
    """``a * b`` with ``0 * inf = 0``: what has weight 0 costs nothing."""
    return np.where((np.asarray(a) == 0.0) | (np.asarray(b) == 0.0), 0.0, np.multiply(a, b))


def average(v: Array, w: Array | None = None) -> Any:
    """The mean over the last axis, weighted if there are weights."""
    if not v.shape[-1]:
        return np.full(v.shape[:-1], np.nan)
    return v.mean(axis=-1) if w is None else (v * w).sum(axis=-1) / np.sum(w, axis=-1)


def _extreme(two: Callable[..., Any], one: str) -> Callable[..., Any]:
    def either(*values: Any) -> Any:
        if len(values) == 1:
            of_nothing = {} if np.size(values[0]) else {"initial": -np.inf if one == "max" else np.inf}
            return getattr(values[0], one)(axis=-1, **of_nothing) if np.ndim(values[0]) else values[0]
        return two(*aligned(*values))

    return either


def _hot(y: Array, x: Array) -> Array:
    return ops.one_hot(np.asarray(y), x.shape[-1])


def _rank(x: Array, y: Array) -> Any:
    """The rank of entry ``y``, largest first; of equal entries the first is ahead."""
    own = ops.take(x, np.asarray(y))[..., None]
    earlier = np.arange(x.shape[-1]) < np.asarray(y)[..., None]
    return 1.0 + ((x > own) | ((x == own) & earlier)).sum(axis=-1)


def _columns(v: Array) -> Array:
    return v.reshape(len(v), -1) if v.ndim == 1 else v.T


def _median(v: Array, w: Array | None = None) -> Any:
    if w is None:
        return np.median(v, axis=-1)
    found = weighted_quantile(_columns(v), np.atleast_2d(w)[0], 0.5)
    return found[0] if v.ndim == 1 else found


def _quantile(v: Array, share: float, w: Array | None = None) -> Any:
    weights = np.ones(v.shape[-1]) if w is None else np.atleast_2d(w)[0]
    found = weighted_quantile(_columns(v), weights, share)
    return found[0] if v.ndim == 1 else found


def _listed(y: Array) -> Array:
    """The class numbers up to the first -1."""
    return y[np.logical_and.accumulate(y != -1)].astype(np.intp)


def _unlisted(y: Array) -> Array:
    return np.setdiff1d(np.arange(len(y)), _listed(y))


def _differences(a: Array, b: Array) -> Array:
    return np.asarray(_few(a, b)[0][:, None] - b)


def _few(a: Array, b: Array) -> tuple[Array, Array]:
    """Both arrays, if all pairs of their entries fit."""
    if np.size(a) * np.size(b) > _PAIRS:
        raise UsageError(
            f"--explain compares {np.size(a):,} rows with {np.size(b):,}; that is too much to write out",
            hint="--limit N for the first rows",
        )
    return a, b


def _cosines(x: Array) -> Array:
    rows = x.reshape(len(x), -1)
    unit = rows / np.sqrt((rows * rows).sum(axis=-1, keepdims=True))
    return np.asarray(unit @ unit.T)


def _pairs(x: Array, y: Array) -> Array:
    """Cosines of each row of one array with each of another."""
    first, second = (a / np.sqrt((a * a).sum(axis=-1, keepdims=True)) for a in (x, y))
    return np.asarray(first @ second.T)


def _distances(x: Array, row: Array | None = None) -> Array:
    """Between all rows, or of all from one."""
    rows = x.reshape(len(x), -1)
    return np.asarray(ops.norm(rows[:, None] - rows if row is None else rows - row))


def _others(y: Array) -> Array:
    """``(N, N)``: 1 for each pair of rows with different labels."""
    return np.asarray(y[:, None] != y, np.float64)


def _mates(y: Array) -> Array:
    """``(N, N)``: 1 for each pair of two rows with the same label."""
    return np.asarray((y[:, None] == y) & ~np.eye(len(y), dtype=bool), np.float64)


def _by_class(v: Array, y: Array) -> Array:
    """The sum of ``v`` over the rows of each class, in sorted order."""
    classes = sorted_classes(y)
    return np.bincount(numbers_of(y, classes), v, len(classes))


def _by_column(v: Array) -> Array:
    return np.asarray(v.sum(axis=tuple(range(v.ndim - 1))))


def _dots(rows: Array, x: Array) -> Array:
    return np.asarray(rows.reshape(len(rows), -1) @ np.atleast_1d(x))


def _logsumexp(v: Array) -> Any:
    return np.logaddexp.reduce(v, axis=-1) if np.size(v) else np.float64(-np.inf)


def _deviance(x: Any, y: Array, power: float) -> Array:
    x, y = aligned(x, y)
    return deviance(np.broadcast_to(x, y.shape), y, power)


def _places(x: Array) -> Array:
    """The rank of each item, largest first; of equal items the first is ahead."""
    return 1.0 + np.argsort(np.argsort(-x, kind="stable"), kind="stable")


def _norm(x: Array, p: float = 2.0) -> Any:
    return ops.norm(np.atleast_1d(x), p)


def _hits(x: Array, y: Array) -> Array:
    """One-hot labels, ``(C, N)``."""
    if (x.ndim == 1 or x.shape[1:] == (1,)) and y.dtype != object:
        hot = two_class(x, y, "")[1]
        return np.stack([1.0 - hot, hot])
    return indicators(x, y, None)[1].T


def _shares(x: Array) -> Array:
    """Probabilities ``(C, N)``; a single one per row is that of the second of two classes."""
    if x.ndim == 1 or x.shape[1:] == (1,):
        return np.stack([1.0 - x.reshape(-1), x.reshape(-1)])
    return x.T


def _alignments(x: Array, y: Array, blank: float) -> Any:
    """The log-probability of all alignments of a row's labels with its time steps."""
    labels, x = _listed(y), x.reshape(-1, x.shape[-1])
    log_p = x - _logsumexp(x)[:, None]
    lengths = np.array([len(x)]), np.array([len(labels)])
    return log_alignments(log_p[None], labels[None], lengths, int(blank))[0]


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": np.abs,
    "arccos": np.arccos,
    "apart": lambda size, weighing: apart(int(size), weighing),
    "average": average,
    "bins": lambda x: np.arange(np.shape(x)[-1], dtype=float),
    "bin": lambda p, n: bins(p, int(n)),
    "box_area": boxes.area,
    "box_centre": boxes.centre,
    "box_hull": boxes.hull,
    "box_overlap": boxes.overlap,
    "box_sides": boxes.sides,
    "box_tilt": boxes.tilt,
    "by_class": _by_class,
    "by_column": _by_column,
    "by_label": by_label,
    "clip": np.clip,
    "correlations": lambda x, y, w, eps: correlations(x.reshape(len(x), -1), y.reshape(len(y), -1), w, eps),
    "cos": np.cos,
    "cosh": np.cosh,
    "cosines": _cosines,
    "counted": counted,
    "covariances": lambda x, w=None: covariances(x.reshape(len(x), -1), w),
    "decide": lambda x, y, threshold: decide(np.asarray(x), np.asarray(y), threshold),
    "deviance": _deviance,
    "diagonal": lambda v: np.diagonal(v) if np.ndim(v) == 2 else np.atleast_1d(v),
    "differences": _differences,
    "distances": _distances,
    "discounts": tied_discounts,
    "dot": lambda x, y: (x * y).sum(axis=-1),
    "dots": _dots,
    "exp": np.exp,
    "hits": _hits,
    "hot": _hot,
    "levels": lambda x, quantiles: levels(np.reshape(x, (len(x), -1)), quantiles),
    "listed": _listed,
    "log": np.log,
    "log_alignments": _alignments,
    "log_gamma_step": log_gamma_step,
    "logsumexp": _logsumexp,
    "lovasz": lambda x, y, w=None: softmax_loss(x, y, w) if x.ndim > 1 else hinge(x, y, w),
    "mates": _mates,
    "matrix": matrix,
    "max": _extreme(np.maximum, "max"),
    "mean": average,
    "median": _median,
    "min": _extreme(np.minimum, "min"),
    "norm": _norm,
    "others": _others,
    "pairs": _pairs,
    "pinballs": lambda x, y, q: pinballs(np.reshape(x, (len(x), -1)), np.reshape(y, -1), q),
    "places": _places,
    "products": lambda a, b: np.multiply.outer(*_few(a, b)),
    "quantile": _quantile,
    "rank": _rank,
    "ranks": lambda v: mean_ranks(v) if v.ndim == 1 else np.stack([mean_ranks(one) for one in v]),
    "ratio": ratio,
    "right": lambda x, y: right(x, y)[1],
    "seasonal": seasonal,
    "semi_hard": lambda d, y: semi_hard(d, y[:, None] == y),
    "series": series,
    "shares": _shares,
    "simplex": lambda x: projection(x)[0],
    "sign": np.sign,
    "size": lambda v: float(np.shape(v)[-1]),
    "sin": np.sin,
    "skeleton": skeleton,
    "softplus": lambda x: np.logaddexp(0.0, x),
    "sqrt": np.sqrt,
    "sum": lambda v: np.sum(v, axis=-1),
    "tempered_log": lambda p, t: tempered(np.log(p), t),
    "tempered_softmax": lambda x, t: np.exp(tempered_log_softmax(x, t)),
    "top": lambda x: np.asarray(x if x.size == len(x) else x.max(axis=1)).reshape(len(x)),
    "total": np.sum,
    "unlisted": _unlisted,
    "yes": yes,
    "within": lambda v, pairs: np.asarray(pairs, np.float64) @ v,
}
