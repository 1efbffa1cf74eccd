"""Losses of metric learning: a batch of vectors with labels, in which hard pairs count for more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli import ops
from losscli.lazy import np
from losscli.losses.contrastive import SCALED, distances, grouped, matched
from losscli.losses.loss import Example, loss
from losscli.losses.vocabulary import Domain, Param, Takes

if TYPE_CHECKING:
    from losscli.ops import Array, Labels, Mask

FAMILY = "embedding"
MARGIN = Param("margin", 1.0, "How far apart vectors of different labels should be.", usual=(0.2, 0.5))
DISTANCES = "A few ulp of the largest distance or the margin: they are rounded and subtracted."
NON_NEGATIVE = frozenset({"non-negative"})


def mates(same: Mask) -> Mask:
    """Pairs of two rows of one label."""
    return same & ~np.eye(len(same), dtype=bool)


def soft_counts(similarity: Array, same: Mask, alpha: float, beta: float, base: float) -> Array:
    """Of each row, what its own label and what others cost."""
    attract = ops.logsumexp(np.where(mates(same), -alpha * (similarity - base), -np.inf))
    repel = ops.logsumexp(np.where(same, -np.inf, beta * (similarity - base)))
    return np.asarray(np.logaddexp(0.0, attract) / alpha + np.logaddexp(0.0, repel) / beta)


@loss(
    name="multi-similarity",
    summary="Each vector's similarities to its own label and to others, weighted by how hard they are.",
    formula="log(1 + sum_p exp(-alpha (s[p] - base))) / alpha + log(1 + sum_n exp(beta (s[n] - base))) / beta"
    "\n    s: cosines; p: others of the same label, n: of another",
    steps=(
        ("s", "dots(X, x) / (norm(X) * norm(x))"),
        ("mates", "(Y == y) * (1 - self)"),
        ("attract", "-alpha * (s - base)"),
        ("repel", "beta * (s - base)"),
        ("near", "logsumexp(attract[mates == 1])"),
        ("far", "logsumexp(repel[Y != y])"),
        ("loss", "softplus(near) / alpha + softplus(far) / beta"),
    ),
    takes=Takes.RAW,
    domain=Domain.GROUPS,
    whole=True,
    params=(
        Param("alpha", 2.0, "How much harder pairs of one label count for more.", ge=1e-300),
        Param("beta", 50.0, "How much harder pairs of two labels count for more.", ge=1e-300, usual=(40.0,)),
        Param("base", 0.5, "The similarity from which on pairs of two labels are hard.", usual=(1.0,)),
    ),
    references=("calls_pairs.MULTI_SIMILARITY",),
    laws=NON_NEGATIVE,
    examples=(
        Example("[[1,0],[0,1]]", "0,0", 0.6566308437591114, "by hand: log(1 + e) / 2"),
        Example("[[1,0],[0,1]]", "0,1", 0.6931471805599453, "by hand: log 2", {"beta": 1.0, "base": 0.0}),
    ),
    accuracy="A few ulp, times 1 + the larger of alpha and beta: the similarities are rounded.",
    undefined="a vector of zeros has no direction",
    source="Wang et al. 2019, Multi-similarity loss with general pair weighting, arXiv:1904.06627",
)
def multi_similarity(x: Array, y: Labels, *, alpha: float, beta: float, base: float) -> Array:
    """Each of the rows ``(N, D)`` against all others."""
    x, same = grouped(x, y)
    unit = x / ops.norm(x)[:, None]
    return soft_counts(unit @ unit.T, same, alpha, beta, base)


@loss(
    name="n-pairs",
    aliases=("npairs", "n-pair"),
    summary="Cross-entropy of which vector of one batch belongs to which of another, by their dot products.",
    formula="log(1 + sum_(j != i) exp(x[i].y[j] - x[i].y[i]))",
    steps=(("s", "dots(Y, x)"), ("loss", "logsumexp(s) - dot(x, y)")),
    takes=Takes.RAW,
    domain=Domain.PAIRS,
    whole=True,
    unit="nats",
    references=("calls_pairs.N_PAIRS",),
    laws=NON_NEGATIVE,
    examples=(
        Example("[[1,0],[0,1]]", "[[1,0],[0,1]]", 0.3132616875182228, "by hand: log(1 + exp(-1))"),
        Example("[[2,0],[0,0]]", "[[1,0],[0,1]]", 0.4100375958014459, "by hand: (log(1 + exp(-2)) + log 2) / 2"),
    ),
    accuracy=SCALED,
    source="Sohn 2016, Improved deep metric learning with multi-class N-pair loss objective",
)
def n_pairs(x: Array, y: Labels) -> Array:
    """Row i of one array ``(N, D)`` and row i of the other are a positive pair; vectors are not normalised."""
    x, y = matched(x, y)
    return -ops.log_softmax_at(x @ y.T, np.arange(len(x)))


def lifted(distance: Array, same: Mask, shift: float, margin: float) -> Array:
    """Of each pair of one label half its squared excess over all pairs of other labels; 0 of other pairs."""
    rivals = ops.logsumexp(np.where(same, -np.inf, margin - distance))
    excess = np.maximum(np.logaddexp(rivals[:, None], rivals) + (distance - shift), 0.0)
    return np.where(mates(same), 0.5 * excess * excess, 0.0)


def of_pairs(cost: Array, same: Mask, weights: Array | None) -> Array:
    """The mean over the pairs of one label, each with the weight of its first row; NaN without any."""
    number = mates(same).sum(axis=1).astype(cost.dtype)
    each, number = (one if weights is None else one * weights for one in (ops.total(cost), number))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(ops.total(each) / ops.total(number))


@loss(
    name="lifted-structure",
    aliases=("lifted-struct",),
    summary="How much farther apart two vectors of a label are than all others from either of them.",
    formula="mean over pairs i, j of one label: max(0, d[i, j] + log(sum_k exp(margin - d[i, k])"
    "\n    + sum_k exp(margin - d[j, k])))^2 / 2        d = |x - x'|; k: of other labels",
    steps=(
        ("d", "distances(x)"),
        ("e", "sum(exp(margin - d) * others(y))"),
        ("excess", "max(0 * d, d + log(differences(e, -e)))"),
        ("loss", "total(w * mates(y) * excess^2 / 2) / total(w * mates(y))"),
    ),
    takes=Takes.SET,
    domain=Domain.GROUPS,
    params=(MARGIN,),
    references=("calls_pairs.LIFTED",),
    laws=NON_NEGATIVE,
    examples=(
        Example("[[0,0],[1,0],[0,1]]", "0,0,0", 0.0, "by hand: there are no others"),
        Example("[[0],[0],[1]]", "0,0,1", 0.2402265069591007, "by hand: (log 2)^2 / 2"),
    ),
    accuracy="A few ulp of the square of the largest distance or the margin: they are rounded and subtracted.",
    undefined="no label occurs twice",
    source="Oh Song et al. 2016, Deep metric learning via lifted structured feature embedding, arXiv:1511.06452",
)
def lifted_structure(x: Array, y: Labels, weights: Array | None, *, margin: float) -> Array:
    """All pairs of rows ``(N, D)``; a row's weight is that of its pairs."""
    x, same = grouped(x, y)
    return of_pairs(lifted(distances(x), same, 0.0, margin), same, weights)


@loss(
    name="batch-hard-triplet",
    aliases=("triplet-hard", "triplet-batch-hard"),
    summary="The farthest vector of the same label should be closer than the nearest of another, by a margin.",
    formula="max(0, max_p |x - p| - min_n |x - n| + margin)        p: of the same label, n: of another",
    steps=(
        ("d", "distances(X, x)"),
        ("own", "d[Y == y]"),
        ("others", "d[Y != y]"),
        ("near", "max(own)"),
        ("away", "min(others)"),
        ("loss", "max(0, near - away + margin)"),
    ),
    takes=Takes.RAW,
    domain=Domain.GROUPS,
    whole=True,
    params=(MARGIN,),
    laws=NON_NEGATIVE,
    examples=(
        Example("[[0],[1],[3]]", "0,0,1", 0.0, "by hand: 1 - 2 + 1 at most"),
        Example("[[0],[2],[3]]", "0,0,1", 0.6666666666666666, "by hand: (0 + 2 + 0) / 3"),
    ),
    accuracy=DISTANCES,
    source="Hermans et al. 2017, In defense of the triplet loss for person re-identification, arXiv:1703.07737",
)
def batch_hard_triplet(x: Array, y: Labels, *, margin: float) -> Array:
    """Each of the rows ``(N, D)``; a row alone of its label is its own farthest, and without other labels costs 0."""
    x, same = grouped(x, y)
    apart = distances(x)
    away = np.where(same, np.inf, apart).min(axis=1)
    return np.asarray(np.maximum(np.where(same, apart, 0.0).max(axis=1) - away + margin, 0.0))


def semi_hard(distance: Array, same: Mask) -> Array:
    """For each pair the distance of the first row's nearest other label that is farther than the second, else farthest.

    It is infinite in a row without other labels.
    """
    found = np.full_like(distance, np.inf)
    for row, (apart, own) in enumerate(zip(distance, same, strict=True)):
        if not own.all():
            others = np.sort(apart[~own])
            found[row] = others[np.minimum(np.searchsorted(others, apart, side="right"), len(others) - 1)]
    return found


@loss(
    name="semi-hard-triplet",
    aliases=("triplet-semi-hard", "triplet-semihard"),
    summary="Triplet loss of each pair of a label with the nearest other that is farther away than the pair.",
    formula="mean over pairs a, p of one label: max(0, |a - p| - |a - n| + margin)"
    "\n    n: of other labels, the nearest farther than p, or if there is none the farthest",
    steps=(
        ("d", "distances(x)"),
        ("away", "semi_hard(d, y)"),
        ("cost", "max(0 * d, d - away + margin)"),
        ("loss", "total(w * mates(y) * cost) / total(w * mates(y))"),
    ),
    takes=Takes.SET,
    domain=Domain.GROUPS,
    params=(MARGIN,),
    laws=NON_NEGATIVE,
    examples=(
        Example("[[0],[1],[3]]", "0,0,1", 0.0, "by hand: 1 - 2 + 1 at most"),
        Example("[[0],[2],[3]]", "0,0,1", 1.0, "by hand: (0 + 2) / 2"),
    ),
    accuracy=DISTANCES,
    undefined="no label occurs twice",
    source="Schroff et al. 2015, FaceNet: a unified embedding for face recognition and clustering, arXiv:1503.03832",
)
def semi_hard_triplet(x: Array, y: Labels, weights: Array | None, *, margin: float) -> Array:
    """All pairs of one label of the rows ``(N, D)``; a row's weight is that of its pairs."""
    x, same = grouped(x, y)
    apart = distances(x)
    short = np.maximum(apart - semi_hard(apart, same) + margin, 0.0)
    return of_pairs(np.where(mates(same), short, 0.0), same, weights)
