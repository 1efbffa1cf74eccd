"""Contrastive losses: a batch of vectors at once, each against its positives and negatives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli import ops
from losscli.errors import InputError
from losscli.lazy import np
from losscli.losses.loss import Example, loss
from losscli.losses.vocabulary import Domain, Param, Takes

if TYPE_CHECKING:
    from losscli.ops import Array, Labels, Mask

FAMILY = "embedding"
SCALED = "A few ulp, times 1 + the scale of the similarities: they are rounded."


def grouped(x: Array, y: Labels) -> tuple[Array, Mask]:
    """Rows of vectors, and which pairs share a label.

    Raises:
        InputError: There is not one label for each row.
    """
    x, y = x.reshape(len(x), -1), y.reshape(-1)
    if len(y) != len(x):
        raise InputError(f"{len(y):,} labels for {len(x):,} rows: each row has one")
    return x, y[:, None] == y


def matched(x: Array, y: Labels) -> tuple[Array, Array]:
    """Two arrays of equally many vectors.

    Raises:
        InputError: They are not.
    """
    if y is None or x.ndim != 2 or x.shape != y.shape:
        shape = None if y is None else y.shape
        raise InputError(f"two arrays (N, D) of vectors are wanted, not {x.shape} and {shape}")
    return x, y.astype(x.dtype)


def _unit(x: Array) -> Array:
    return x / ops.norm(x)[:, None]


def distances(x: Array) -> Array:
    """The distances between all rows, ``(N, D)`` to ``(N, N)``; row by row, to save memory."""
    return np.stack([ops.norm(x - row) for row in x])


def two_ways(logits: Array, weights: Array | None = None) -> Array:
    """The mean of the cross-entropies of rows and of columns, with the diagonal as labels."""
    place = np.arange(len(logits))
    cost = -0.5 * (ops.log_softmax_at(logits, place) + ops.log_softmax_at(np.ascontiguousarray(logits.T), place))
    if weights is None:
        return np.asarray(ops.total(cost) / len(cost))
    return np.asarray(ops.total(cost * weights) / ops.total(weights))


@loss(
    name="info-nce",
    aliases=("clip-loss",),
    summary="Cross-entropy of which vector of one batch belongs to which of another, both ways: the loss of CLIP.",
    formula="mean over i of (CE(s[i, :], i) + CE(s[:, i], i)) / 2        s[i, j] = cos(x[i], y[j]) / temperature",
    steps=(
        ("s", "pairs(x, y) / temperature"),
        ("there", "logsumexp(s) - diagonal(s)"),
        ("back", "logsumexp(pairs(y, x) / temperature) - diagonal(s)"),
        ("loss", "average((there + back) / 2, w)"),
    ),
    takes=Takes.SET,
    unit="nats",
    params=(Param("temperature", 0.07, "Similarities are divided by it.", ge=1e-300, usual=(0.01, 0.1, 0.5, 1.0)),),
    domain=Domain.PAIRS,
    references=("calls_pairs.CLIP", "calls_monai_views.CONTRASTIVE"),
    laws=frozenset({"non-negative"}),
    examples=(
        Example(
            "[[1,0],[0,1]]", "[[1,0],[0,1]]", 0.3132616875182228, "by hand: log(1 + exp(-1))", {"temperature": 1.0}
        ),
        Example("[[1,0],[0,2]]", "[[0,3],[1,0]]", 1.3132616875182228, "by hand: log(1 + e)", {"temperature": 1.0}),
    ),
    accuracy=SCALED,
    source="van den Oord et al. 2018, arXiv:1807.03748; Radford et al. 2021, arXiv:2103.00020",
)
def info_nce(x: Array, y: Labels, weights: Array | None, *, temperature: float) -> Array:
    """Row i of one array ``(N, D)`` and row i of the other are a positive pair."""
    x, y = matched(x, y)
    return two_ways(_unit(x) @ _unit(y).T / temperature, weights)


@loss(
    name="siglip",
    aliases=("sigmoid-pairs",),
    summary="Binary cross-entropy of whether two vectors belong together, over all pairs of two batches.",
    formula="-sum_ij log sigmoid(z[i, j] (scale cos(x[i], y[j]) + bias)) / N        z: 1 if i = j, else -1",
    steps=(("s", "scale * pairs(x, y) + bias"), ("loss", "(total(w * softplus(s)) - total(w * diagonal(s))) / sum(w)")),
    takes=Takes.SET,
    unit="nats",
    params=(
        Param("scale", 10.0, "The factor of the cosines.", usual=(1.0, 100.0)),
        Param("bias", -10.0, "Added to the scaled cosines.", usual=(0.0,)),
    ),
    domain=Domain.PAIRS,
    references=("calls_pairs.SIGLIP",),
    laws=frozenset({"non-negative"}),
    examples=(
        Example("[[1,0],[0,1]]", "[[1,0],[0,1]]", 0.6931925794591621, "by hand: (2 log 2 + 2 log(1 + exp(-10))) / 2"),
        Example("[[1,0]]", "[[0,1]]", 0.6931471805599453, "by hand: log 2", {"bias": 0.0}),
    ),
    accuracy=SCALED,
    source="Zhai et al. 2023, Sigmoid loss for language image pre-training, arXiv:2303.15343",
)
def siglip(x: Array, y: Labels, weights: Array | None, *, scale: float, bias: float) -> Array:
    """Rows ``(N, D)``; divided by their number, not that of pairs."""
    x, y = matched(x, y)
    return sigmoid_pairs(scale * (_unit(x) @ _unit(y).T) + bias, weights)


def sigmoid_pairs(logits: Array, weights: Array | None = None) -> Array:
    """All pairs, with the diagonal positive, divided by the number of rows; weights are those of rows."""
    sign = 2.0 * np.eye(len(logits), dtype=logits.dtype) - 1.0
    cost = ops.total(-ops.log_sigmoid(sign * logits))
    if weights is None:
        return np.asarray(ops.total(cost) / len(cost))
    return np.asarray(ops.total(cost * weights) / ops.total(weights))


@loss(
    name="contrastive",
    summary="Half the squared distance of vectors of one label; of others, how far they are within a margin.",
    formula="mean over pairs of d^2 / 2 if of one label, else max(0, margin - d)^2 / 2        d = |x - x'|",
    steps=(
        ("d", "distances(x)"),
        ("short", "max(0 * d, margin - d)"),
        ("each", "mates(y) * d^2 / 2 + others(y) * short^2 / 2"),
        ("loss", "total(w * each) / (sum(w) * (n - 1))"),
    ),
    takes=Takes.SET,
    domain=Domain.GROUPS,
    params=(Param("margin", 1.0, "How far apart vectors of different labels should be.", ge=0.0, usual=(0.5, 2.0)),),
    references=("calls_pairs.CONTRASTIVE",),
    laws=frozenset({"non-negative"}),
    examples=(
        Example("[[0,0],[0.6,0.8]]", "0,0", 0.5, "by hand: 1 / 2"),
        Example("[[0,0],[0.3,0.4],[3,0]]", "0,1,1", 1.2833333333333334, "by hand: (0.5^2 / 2 + 7.45 / 2 + 0) / 3"),
    ),
    accuracy="A few ulp of the largest squared distance, or of the margin's: they are rounded and subtracted.",
    source="Hadsell, Chopra and LeCun 2006, Dimensionality reduction by learning an invariant mapping",
)
def contrastive(x: Array, y: Labels, weights: Array | None, *, margin: float) -> Array:
    """All pairs of rows ``(N, D)``; a row's weight is that of its pairs.

    Raises:
        InputError: There is a single row.
    """
    x, same = grouped(x, y)
    if len(x) < 2:
        raise InputError("a single row has no pairs")
    apart = distances(x)
    short = np.maximum(margin - apart, 0.0)
    each = np.where(same, 0.5 * apart * apart, 0.5 * short * short) * ~np.eye(len(x), dtype=bool)
    weights = np.ones(len(x), x.dtype) if weights is None else weights
    return np.asarray(ops.total(weights * ops.total(each)) / (ops.total(weights) * (len(x) - 1.0)))


@loss(
    name="supcon",
    summary="For each vector, the mean cost of finding those of its label among all others.",
    formula="mean over i of mean_p log(sum_k exp(s[i, k] - s[i, p]))        s = cosine / temperature"
    "\n    p: others of the label of i, k: all others; rows without p are left out",
    steps=(
        ("s", "cosines(x) / temperature"),
        ("found", "log(sum(exp(s) * (mates(y) + others(y))))"),
        ("number", "sum(mates(y))"),
        ("near", "sum(mates(y) * s)"),
        ("cost", "found * number / max(number, 1) - near / max(number, 1)"),
        ("loss", "sum(w * min(number, 1) * cost) / sum(w * min(number, 1))"),
    ),
    takes=Takes.SET,
    domain=Domain.GROUPS,
    unit="nats",
    params=(Param("temperature", 0.1, "Similarities are divided by it.", ge=1e-300, usual=(0.07, 0.5, 1.0)),),
    references=("calls_pairs.SUPCON",),
    laws=frozenset({"non-negative"}),
    examples=(
        Example("[[1,0],[1,0],[0,1]]", "0,0,1", 0.3132616875182228, "by hand: log(1 + exp(-1))", {"temperature": 1.0}),
        Example(
            "[[1,0],[0,1],[1,0],[0,1]]", "0,0,1,1", 1.5514447139320509, "by hand: log(2 + e)", {"temperature": 1.0}
        ),
    ),
    accuracy="A few ulp, times 1 + 1 / temperature: the similarities are rounded.",
    source="Khosla et al. 2020, Supervised contrastive learning, arXiv:2004.11362",
)
def supcon(x: Array, y: Labels, weights: Array | None, *, temperature: float) -> Array:
    """Rows ``(N, D)`` with one label each; NaN if no label occurs twice."""
    x, same = grouped(x, y)
    cost, number = anchors(_unit(x) @ _unit(x).T / temperature, same)
    counted = np.minimum(number, 1.0) if weights is None else np.minimum(number, 1.0) * weights
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(ops.total(ops.weigh(counted, cost)) / ops.total(counted))


def anchors(similarity: Array, same: Mask) -> tuple[Array, Array]:
    """For each row the mean cost of its positives among all others (0 without any), and their number."""
    own = np.eye(len(same), dtype=bool)
    positive = same & ~own
    found = ops.logsumexp(np.where(own, -np.inf, similarity))
    number = positive.sum(axis=1).astype(similarity.dtype)
    cost = np.where(positive, found[:, None] - similarity, 0.0)
    return ops.total(cost) / np.maximum(number, 1.0), number
