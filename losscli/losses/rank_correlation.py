"""How well the orders of predictions and labels agree: Spearman's and Kendall's rank correlation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.errors import UsageError
from losscli.lazy import np
from losscli.losses.correlation import pearson_correlation
from losscli.losses.dataset_scores import MULTIOUTPUT, OVER_OUTPUTS, columns, over_outputs
from losscli.losses.loss import Example, loss
from losscli.losses.vocabulary import Takes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from losscli.ops import Array, Labels

RANKS: dict[str, Any] = {
    "family": "scores",
    "takes": Takes.SET,
    "higher_is_better": True,
    "params": (MULTIOUTPUT,),
    "laws": frozenset({"row-permutation"}),
    "undefined": "predictions or labels do not vary",
}


def mean_ranks(values: Array) -> Array:
    """The rank of each number of a column, from 1; equal numbers share their mean rank."""
    _, where, number = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(number) - (number - 1) / 2.0)[where.reshape(-1)])


def dense_ranks(values: Labels) -> NDArray[np.int64]:
    """The rank of each number among the distinct ones, from 0."""
    return np.asarray(np.unique(values, return_inverse=True)[1].reshape(-1), np.int64)


def inversions(ranks: NDArray[np.int64]) -> int:
    """The number of pairs in descending order, by bits: a 1 before a 0 among numbers equal in all higher bits."""
    total = 0
    for bit in range(int(ranks.max(initial=0)).bit_length()):
        high = ranks >> (bit + 1)
        order = np.argsort(high, kind="stable")
        one = (ranks[order] >> bit) & 1
        before = np.cumsum(one) - one
        starts = np.searchsorted(high[order], high[order])
        total += int(((before - before[starts]) * (1 - one)).sum())
    return total


def _equal_pairs(ranks: NDArray[np.int64]) -> int:
    number = np.bincount(ranks)
    return int((number * (number - 1) // 2).sum())


def pair_counts(x: Array, y: Array) -> tuple[int, int, int, int, int]:
    """For two columns the numbers of all pairs, of ties in predictions, in labels, in both, and of discordant pairs."""
    a, b = dense_ranks(x), dense_ranks(y)
    both = _equal_pairs(dense_ranks(a * (int(b.max()) + 1) + b))
    order = np.lexsort((b, a))
    return len(a) * (len(a) - 1) // 2, _equal_pairs(a), _equal_pairs(b), both, inversions(b[order])


def _unweighted(weights: Array | None) -> None:
    if weights is not None:
        raise UsageError("a rank correlation takes no sample weights")


@loss(
    name="spearman-correlation",
    aliases=("spearman", "spearmanr", "spearman-rho"),
    summary="Correlation of the ranks of predictions and labels: 1 where they are in the same order.",
    formula="Pearson's correlation of ranks      equal values share the mean of their places",
    steps=(
        ("u", "ranks(x) - mean(ranks(x))"),
        ("v", "ranks(y) - mean(ranks(y))"),
        ("each", "mean(u * v) / sqrt(mean(u^2) * mean(v^2))"),
        ("score", OVER_OUTPUTS),
    ),
    references=("calls_torchmetrics_association.SPEARMAN",),
    examples=(
        Example("1,2,9", "1,2,3", 1.0, "by hand: the same order"),
        Example("1,2,3,4", "2,1,4,3", 0.6, "by hand: 1 - 6 * 4 / (4 * 15)"),
    ),
    accuracy="A few ulp of 1: products are added up that cancel.",
    source="Spearman 1904, The proof and measurement of association between two things",
    **RANKS,
)
def spearman_correlation(x: Array, y: Labels, weights: Array | None, *, multioutput: Any) -> Array:
    """``(N,)`` or ``(N, outputs)``: of each output, then their mean."""
    _unweighted(weights)
    x, y, _ = columns(x, y, None)
    ranked = [np.stack([mean_ranks(column) for column in one.T], axis=1) for one in (x, y)]
    found: Array = pearson_correlation.kernel(*ranked, None, multioutput=multioutput)
    return found


@loss(
    name="kendall-correlation",
    aliases=("kendall", "kendall-tau", "kendalltau"),
    summary="Pairs of rows in the same order less those in the opposite one, over all pairs that differ (tau-b).",
    formula="(same - opposite) / sqrt((pairs - equal x) (pairs - equal y))",
    steps=(
        ("a", "sign(differences(x, x))"),
        ("b", "sign(differences(y, y))"),
        ("score", "total(a * b) / sqrt(total(a^2) * total(b^2))"),
    ),
    references=("calls_torchmetrics_association.KENDALL",),
    examples=(
        Example("1,2,9", "1,2,3", 1.0, "by hand: the same order"),
        Example("1,3,2,4", "1,2,3,4", 0.6666666666666666, "by hand: (5 - 1) / 6"),
        Example("1,1,2", "1,2,3", 0.816496580927726, "by hand: 2 / sqrt(2 * 3)"),
    ),
    source="Kendall 1945, The treatment of ties in ranking problems",
    **(RANKS | {"params": ()}),
)
def kendall_correlation(x: Array, y: Labels, weights: Array | None) -> Array:
    """Kendall's tau-b of a single output."""
    _unweighted(weights)
    x, y, _ = columns(x, y, None, single=True)
    pairs, same_x, same_y, both, opposite = pair_counts(x[:, 0], y[:, 0])
    more = pairs - same_x - same_y + both - 2 * opposite
    below = np.sqrt(float(pairs - same_x)) * np.sqrt(float(pairs - same_y))
    return over_outputs(np.asarray([more / below if below else np.nan]), None)
