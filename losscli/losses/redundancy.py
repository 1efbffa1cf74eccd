"""Self-supervised losses without negatives: similar views of a batch, without redundant features."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli import ops
from losscli.errors import InputError
from losscli.lazy import np
from losscli.losses.contrastive import matched
from losscli.losses.dataset_scores import average
from losscli.losses.loss import Example, loss
from losscli.losses.vocabulary import Domain, Param, Takes

if TYPE_CHECKING:
    from losscli.ops import Array, Labels

FAMILY = "embedding"


def _two(x: Array, y: Labels) -> tuple[Array, Array]:
    x, y = matched(x, y)
    if len(x) < 2:
        raise InputError("a single row has no variance")
    return x, y


@loss(
    name="vicreg",
    summary="Two views of a batch alike, each feature's deviation at least 1, and no two features correlated.",
    formula="invariance mean (x - y)^2 + variance (v(x) + v(y)) / 2 + covariance (c(x) + c(y))"
    "\n    v(x) = mean_d max(0, 1 - sqrt(C[d, d] + eps)), c(x) = sum_{i != j} C[i, j]^2 / D, C: the covariance of x",
    steps=(
        ("gap", "average(mean((x - y)^2), w)"),
        ("cx", "covariances(x, w)"),
        ("cy", "covariances(y, w)"),
        ("thin", "mean(max(0, 1 - sqrt(diagonal(cx) + eps))) + mean(max(0, 1 - sqrt(diagonal(cy) + eps)))"),
        ("alike", "total(cx^2) - sum(diagonal(cx)^2) + total(cy^2) - sum(diagonal(cy)^2)"),
        ("loss", "invariance * gap + variance * thin / 2 + covariance * alike / size(diagonal(cx))"),
    ),
    takes=Takes.SET,
    domain=Domain.PAIRS,
    params=(
        Param("invariance", 25.0, "Weight of the squared difference.", ge=0.0),
        Param("variance", 25.0, "Weight of deviations below 1.", ge=0.0),
        Param("covariance", 1.0, "Weight of the covariances of features.", ge=0.0),
        Param("eps", 1e-4, "Added to variances.", ge=0.0),
    ),
    references=("calls_pairs.VICREG",),
    laws=frozenset({"non-negative", "row-permutation", "symmetric"}),
    examples=(
        Example("[[0],[2]]", "[[0],[2]]", 0.0, "by hand: alike, and deviations of sqrt(2)"),
        Example("[[0,0],[2,2]]", "[[0,0],[2,0]]", 35.1875, "by hand: 25 + 25 (1 - 0.01) / 4 + 8 / 2"),
    ),
    accuracy="A few ulp of each feature's largest square: covariances are differences.",
    source="Bardes, Ponce and LeCun 2022, VICReg, arXiv:2105.04906",
)
def vicreg(
    x: Array, y: Labels, weights: Array | None, *, invariance: float, variance: float, covariance: float, eps: float
) -> Array:
    """Rows ``(N, D)`` of two views; a row of weight 2 counts as two."""
    x, y = _two(x, y)
    gap = average(ops.total((x - y) ** 2) / x.shape[1], weights)
    both = [covariances(view, weights) for view in (x, y)]
    thin = [ops.total(np.maximum(1.0 - np.sqrt(np.diagonal(c) + eps), 0.0)) / len(c) for c in both]
    alike = [_off_diagonal(c) / len(c) for c in both]
    return np.asarray(invariance * gap + variance * (thin[0] + thin[1]) / 2.0 + covariance * (alike[0] + alike[1]))


@loss(
    name="barlow-twins",
    aliases=("barlow",),
    summary="Each feature of one view correlated with itself in the other, and with no other feature.",
    formula="sum_d (1 - C[d, d])^2 + lambda sum_{i != j} C[i, j]^2        C: the correlation of x[:, i] and y[:, j]",
    steps=(
        ("c", "correlations(x, y, w, eps)"),
        ("loss", "sum((1 - diagonal(c))^2) + redundancy * (total(c^2) - sum(diagonal(c)^2))"),
    ),
    takes=Takes.SET,

    domain=Domain.PAIRS,
    params=(
        Param("redundancy", 5e-3, "Lambda: the weight of correlations between features.", ge=0.0, usual=(1.0,)),
        Param("eps", 1e-5, "Added to variances.", ge=0.0),
    ),
    references=("calls_monai_views.BARLOW_TWINS",),
    laws=frozenset({"non-negative", "row-permutation"}),
    examples=(
        Example("[[1],[-1]]", "[[1],[-1]]", 0.0, "by hand: 1 - 1", {"eps": 0.0}),
        Example("[[1,1],[-1,-1]]", "[[1,-1],[-1,1]]", 4.02, "by hand: (1 + 1)^2 + 0.01 (1 + 1)",
                {"eps": 0.0, "redundancy": 0.01}),
    ),
    accuracy="A few ulp of 1 for each feature, and of each feature's largest square over its variance.",
    source="Zbontar et al. 2021, Barlow twins, arXiv:2103.03230",
)  # fmt: skip
def barlow_twins(x: Array, y: Labels, weights: Array | None, *, redundancy: float, eps: float) -> Array:
    """Rows ``(N, D)`` of two views; a row of weight 2 counts as two."""
    c = correlations(*_two(x, y), weights, eps)
    return np.asarray(ops.total((1.0 - np.diagonal(c)) ** 2) + redundancy * _off_diagonal(c))


def _off_diagonal(c: Array) -> Array:
    return ops.total(ops.total(np.where(np.eye(len(c), dtype=bool), 0.0, c * c)))


def _centred(x: Array, weights: Array) -> Array:
    return x - ops.total(weights * x.T)[None] / ops.total(weights)


def covariances(x: Array, weights: Array | None = None) -> Array:
    """The covariance matrix of the columns, ``(D, D)``, divided by the number of rows minus 1."""
    w = np.ones(len(x), x.dtype) if weights is None else weights
    x = _centred(x, w)
    return np.asarray((w[:, None] * x).T @ x / (ops.total(w) - 1.0))


def correlations(x: Array, y: Array, weights: Array | None, eps: float) -> Array:
    """The correlations of the columns of one array with those of another, ``(D, D)``."""
    w = np.ones(len(x), x.dtype) if weights is None else weights
    number = ops.total(w)
    x, y = (_centred(view, w) for view in (x, y))
    x, y = (view / np.sqrt(ops.total(w * (view * view).T) / number + eps) for view in (x, y))
    return np.asarray((w[:, None] * x).T @ y / number)
