"""The functions of ``torchmetrics.functional`` for how well predictions and values go together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.errors import InputError, UsageError
from losscli.lazy import np
from losscli.losses.calls_torchmetrics import pair, whole_call
from losscli.losses.dataset_scores import summed
from losscli.losses.rank_correlation import dense_ranks, mean_ranks, pair_counts
from losscli.losses.vocabulary import Param

if TYPE_CHECKING:
    from losscli.ops import Array, Labels

MULTIOUTPUT = Param(
    "multioutput",
    "uniform_average",
    "How the outputs are averaged.",
    choices=("uniform_average", "raw_values", "variance_weighted"),
)
ADJUSTED = Param("adjusted", 0, "How many regressors R2 is adjusted for.", ge=0)
VARIANT = Param("variant", "b", "What the pairs are divided by: those that differ, b for ties, c for tables.",
                choices=("a", "b", "c"))  # fmt: skip


def _rows(x: Array, y: Labels, weights: Array | None) -> tuple[Array, Array]:
    x, y = pair(x, y, weights)
    if x.ndim > 2 or len(x) < 2:
        raise InputError(f"two rows or more of outputs are wanted, not shape {x.shape}")
    return x, y


def _table(x: Array, y: Labels, weights: Array | None) -> tuple[Array, Array]:
    x, y = _rows(x, y, weights)
    return x.reshape(len(x), -1), y.reshape(len(y), -1)


def _one_number(scores: Array, variances: Array, multioutput: str) -> Array:
    if multioutput == "raw_values":
        return scores
    if multioutput == "variance_weighted":
        return np.asarray((variances / variances.sum() * scores).sum())
    return np.asarray(scores.mean())


def _r2(x: Array, y: Labels, weights: Array | None, *, adjusted: float, multioutput: str) -> Array:
    """Sums of squares below 1e-4 count as 0."""
    x, y = _rows(x, y, weights)
    missed, total = summed((y - x) ** 2), summed((y - y.mean(axis=0)) ** 2)
    some, spread = missed > 1e-4, total > 1e-4
    scores = np.where(some & spread, 1.0 - missed / np.where(spread, total, 1.0), np.where(some, 0.0, 1.0))
    found = _one_number(scores.astype(x.dtype), total, multioutput)
    rows = len(x)
    if not adjusted or adjusted > rows - 1 or adjusted == rows - 1:
        return found
    return np.asarray(1.0 - (1.0 - found) * (rows - 1) / (rows - adjusted - 1), x.dtype)


def _explained(x: Array, y: Labels, weights: Array | None, *, multioutput: str) -> Array:
    x, y = _rows(x, y, weights)
    gap = y - x
    missed, total = (summed((one - one.mean(axis=0)) ** 2) / len(x) for one in (gap, y))
    some, spread = missed != 0.0, total != 0.0
    scores = np.where(some & spread, 1.0 - missed / np.where(spread, total, 1.0), np.where(some, 0.0, 1.0))
    return _one_number(scores.astype(x.dtype), total, multioutput)


def _spearman(x: Array, y: Labels, weights: Array | None) -> Array:
    """Ranks are float32, and 1e-6 is added to the divisor."""
    x, y = _table(x, y, weights)
    u, v = (np.stack([mean_ranks(column) for column in one.T], axis=1).astype(np.float32) for one in (x, y))
    u, v = u - u.mean(axis=0), v - v.mean(axis=0)
    below = np.sqrt((u * u).mean(axis=0)) * np.sqrt((v * v).mean(axis=0)) + np.float32(1e-6)
    found = np.clip((u * v).mean(axis=0) / below, -1.0, 1.0)
    return np.asarray(found if found.size > 1 else found.reshape(()))


def _kendall(x: Array, y: Labels, weights: Array | None, *, variant: str) -> Array:
    x, y = _table(x, y, weights)
    found = [_tau(a, b, variant) for a, b in zip(x.T, y.T, strict=True)]
    return np.asarray(found if len(found) > 1 else found[0], np.float32)


def _tau(x: Array, y: Array, variant: str) -> float:
    pairs, same_x, same_y, both, opposite = pair_counts(x, y)
    alike = pairs - same_x - same_y + both - opposite
    if variant == "a":
        below = float(alike + opposite)
    elif variant == "b":
        below = float(np.sqrt(float(pairs - same_x) * float(pairs - same_y)))
    else:
        few = min(int(dense_ranks(one).max()) + 1 for one in (x, y))
        below = len(x) ** 2 * (few - 1) / (2.0 * few)
    return (alike - opposite) / below if below else float("nan")


def _success(x: Array, y: Labels, weights: Array | None, *, threshold: float | None) -> Array:
    """Torchmetrics' critical_success_index: the share that is both, of entries predicted or true."""
    x, y = pair(x, y, weights)
    if threshold is None:
        raise UsageError("--threshold is needed: from which value on something counts as an event")
    said, true = x >= threshold, y >= threshold
    either = np.float32((said | true).sum())
    return np.asarray((said & true).sum() / either if either else 0.0, np.float32)


R2 = whole_call(
    "r2_score", _r2, options=(ADJUSTED, MULTIOUTPUT), note="Equal labels give 0, or 1 if nothing is missed."
)
EXPLAINED = whole_call("explained_variance", _explained, options=(MULTIOUTPUT,))
SPEARMAN = whole_call("spearman_corrcoef", _spearman, note="1e-6 is added to what is divided by; in float32.")
KENDALL = whole_call("kendall_rank_corrcoef", _kendall, options=(VARIANT,), note="In float32.")
SUCCESS = whole_call(
    "critical_success_index",
    _success,
    options=(Param("threshold", None, "From which value on something is an event; required."),),
    apart=True,
    note="Of what is predicted or true to reach the threshold, the share that is both. In float32.",
)
