"""Embedding losses: distances of vectors that belong together, and of those that do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli import ops
from losscli.errors import InputError
from losscli.lazy import np
from losscli.losses import cosines
from losscli.losses import embedding_quirks as quirks
from losscli.losses.loss import Example, loss
from losscli.losses.reference import AXES, ONE_NUMBER, keras_loss, keras_losses, keras_metric, optax_call, torch_call
from losscli.losses.vocabulary import Domain, Param, Role, Takes
from losscli.record import replace

if TYPE_CHECKING:
    from losscli.ops import Array

FAMILY = "embedding"
UNDEFINED = "a vector of zeros has no direction"

EPSILON = Param("epsilon", 0.0, "Squared lengths below it are replaced by it.", ge=0.0)
EMBEDDING_MARGIN = Param("margin", 0.0, "Dissimilar pairs cost nothing up to this similarity.", ge=-1.0, le=1.0)
TRIPLET_MARGIN = Param("margin", 1.0, "How much farther away than the positive the negative must be.")
P = Param("p", 2.0, "Degree of the norm that is the distance.")
SWAP = Param("swap", False, "Take the negative's distance from the positive, where that is smaller.")
TEMPERATURE = Param("temperature", 0.07, "Similarities are divided by it.")
GAMMA = Param("gamma", 80.0, "Scale of the similarities.")
CIRCLE_MARGIN = Param("margin", 0.4, "Relaxation of the decision boundary.")
REMOVE_DIAGONAL = Param("remove_diagonal", True, "Do not count a vector as its own positive.")
NORM_DEGREE = Param("norm_degree", 2.0, "The differences are taken to this power.")
DISTANCE_FUNCTION = Param(
    "distance_function",
    None,
    "How far two vectors are from each other.",
    choices=("pairwise_distance", "pairwise_distance(p=1)", "1 - cosine_similarity", "max_abs"),
)
OWN_AXES = replace(AXES, role=Role.KERNEL)  # applied to each array separately


@loss(
    name="cosine-similarity",
    aliases=("cosine",),
    summary="The cosine of the angle between two vectors.",
    formula="x.y / (|x| |y|)",
    steps=(("score", "dot(x, y) / (norm(x) * norm(y))"),),
    takes=Takes.VECTOR,
    references=(
        keras_metric(
            "CosineSimilarity",
            kernel=quirks.keras_cosine,
            options=(AXES,),
            note="A vector of zeros gives 0; lengths below 1e-7 are not made 1.",
        ),
        *keras_losses(
            "CosineSimilarity",
            "cosine_similarity",
            squeezes=True,
            metric=False,
            kernel=quirks.keras_minus_cosine,
            options=(AXES,),
            note="MINUS the similarity, which the metric of the same name does not have; a vector of zeros gives 0.",
        ),
        optax_call(
            "cosine_similarity",
            kernel=quirks.optax_cosine,
            options=(EPSILON, OWN_AXES),
            extras=("where",),
            note="A vector of zeros gives NaN, unless epsilon is set.",
        ),
        "calls_torchmetrics.COSINE",
    ),
    laws=frozenset({"row-permutation", "symmetric", "at-most-1"}),
    examples=(
        Example("[[1,0],[3,4]]", "[[0.6,0.8],[3,4]]", 0.8, "by hand: (0.6 + 1) / 2"),
        Example("[[1.5,2],[4,-1]]", "[[1,4],[2,-3]]", 0.8307877242670045, "keras.metrics.CosineSimilarity, Keras 3.15"),
    ),
    accuracy="To 4e-31 within 2e-16 of a right angle: the products cancel.",
    undefined=UNDEFINED,
    source="Salton and McGill 1983, Introduction to Modern Information Retrieval; Keras 3.15 CosineSimilarity",
    higher_is_better=True,
)
def cosine_similarity(x: Array, y: Array) -> Array:
    """Vectors ``(..., D)``; in [-1, 1], and NaN for a vector of zeros."""
    return cosines.cosine(x, y)


@loss(
    name="cosine-distance",
    summary="One minus the cosine of the angle between two vectors.",
    formula="1 - x.y / (|x| |y|)",
    steps=(("cosine", "dot(x, y) / (norm(x) * norm(y))"), ("loss", "1 - cosine")),
    takes=Takes.VECTOR,
    references=(
        optax_call(
            "cosine_distance",
            kernel=quirks.optax_cosine_distance,
            options=(EPSILON, OWN_AXES),
            extras=("where",),
            note="A vector of zeros gives NaN, unless epsilon is set.",
        ),
        "calls_tf_v1.COSINE",
    ),
    laws=frozenset({"row-permutation", "symmetric", "non-negative"}),
    examples=(
        Example("[[1,0],[3,4]]", "[[0.6,0.8],[3,4]]", 0.2, "by hand: (0.4 + 0) / 2"),
        Example("[[1,0],[1,2]]", "[[0,3],[-1,-2]]", 1.5, "by hand: (1 + 2) / 2"),
    ),
    accuracy="To 2e-47 below 1e-32, where the directions agree to 16 digits: the products cancel.",
    undefined=UNDEFINED,
    source="optax 0.2.8 cosine_distance",
)
def cosine_distance(x: Array, y: Array) -> Array:
    """Vectors ``(..., D)``; in [0, 2], and NaN for a vector of zeros."""
    return cosines.one_minus_cosine(x, y)


@loss(
    name="cosine-embedding",
    summary="Similar pairs should point the same way, dissimilar ones should not.",
    formula="1 - cos(x, input2) if y = 1;   max(0, cos(x, input2) - margin) if y = -1",
    steps=(
        ("cosine", "dot(x, input2) / (norm(x) * norm(input2))"),
        ("loss", "1 - cosine if s == 1 else max(0, cosine - margin)"),
    ),
    takes=Takes.SIGNED_VECTOR,
    params=(EMBEDDING_MARGIN,),
    extras={"input2": "the other vector of each pair"},
    references=(
        torch_call(
            "CosineEmbeddingLoss",
            also=("functional.cosine_embedding_loss",),
            kernel=quirks.torch_cosine_embedding,
            options=(EMBEDDING_MARGIN,),
            extras=("input2",),
            note="Adds 1e-12 to the squared lengths; a label other than 1 and -1 costs nothing.",
        ),
    ),
    laws=frozenset({"row-permutation", "non-negative"}),
    examples=(
        Example("[[1,0],[1,0]]", "1,-1", 0.5, "by hand: (0.4 + 0.6) / 2", {"input2": [[0.6, 0.8], [0.6, 0.8]]}),
        Example("[[3,4]]", "-1", 0.5, "by hand: 1 - 0.5", {"input2": [[3, 4]], "margin": 0.5}),
    ),
    accuracy="To 4e-31 where the similarity is within 2e-16 of the margin, to 2e-47 below 1e-32.",
    undefined=UNDEFINED,
    source="torch.nn.CosineEmbeddingLoss, PyTorch 2.13",
)
def cosine_embedding(x: Array, sign: Array, *, input2: Array, margin: float) -> Array:
    """Signs that are neither 1 nor -1 cost nothing."""
    apart = np.maximum(cosines.cosine_excess(x, input2, margin), 0.0)
    return np.where(sign == 1.0, cosines.one_minus_cosine(x, input2), np.where(sign == -1.0, apart, 0.0))


@loss(
    name="triplet-margin",
    aliases=("triplet",),
    summary="The positive should be closer to the anchor than the negative, by a margin.",
    formula="max(0, d(x, positive) - d(x, negative) + margin)     d(u, v) = |u - v|_p",
    steps=(
        ("near", "norm(x - positive, p)"),
        ("away", "norm(x - negative, p)"),
        ("other", "norm(positive - negative, p) if swap else None"),
        ("loss", "max(0, near - min(away, other) + margin) if swap else max(0, near - away + margin)"),
    ),
    takes=Takes.ANCHOR,
    params=(TRIPLET_MARGIN, P, SWAP),
    extras={"positive": "vectors that belong to the anchors", "negative": "vectors that do not"},
    references=(
        torch_call(
            "TripletMarginLoss",
            also=("functional.triplet_margin_loss",),
            kernel=quirks.torch_triplet,
            options=(TRIPLET_MARGIN, P, Param("eps", 1e-6, "Added to every difference."), SWAP),
            extras=("positive", "negative"),
            note="1e-6 is added to every difference, so that a vector is not at distance 0 of itself.",
        ),
        torch_call(
            "TripletMarginWithDistanceLoss",
            also=("functional.triplet_margin_with_distance_loss",),
            kernel=quirks.torch_triplet_with_distance,
            options=(DISTANCE_FUNCTION, TRIPLET_MARGIN, SWAP),
            extras=("positive", "negative"),
            note="The distance functions are named, not passed.",
        ),
        optax_call(
            "triplet_margin_loss",
            kernel=quirks.optax_triplet,
            options=(AXES, NORM_DEGREE, TRIPLET_MARGIN, Param("eps", 1e-6, "Added to the sum before the root.")),
            extras=("positives", "negatives"),
            note="1e-6 is added to the sum below the root; no absolute values, so that odd degrees are no distance.",
        ),
        "calls_pairs.TRIPLETS",
    ),
    laws=frozenset({"row-permutation", "non-negative"}),
    examples=(
        Example("[[0,0]]", "", 0.5, "by hand: 0.5 - 1 + 1", {"positive": [[0.3, 0.4]], "negative": [[0.6, 0.8]]}),
        Example("[[0,0]]", "", 0.0, "by hand: 0 - 5 + 1 is below 0", {"positive": [[0, 0]], "negative": [[3, 4]]}),
    ),
    accuracy="A few ulp of the largest distance or the margin: they are rounded and subtracted.",
    source="Balntas et al. 2016, Learning shallow convolutional feature descriptors with triplet losses",
)
def triplet_margin(x: Array, *, positive: Array, negative: Array, margin: float, p: float, swap: bool) -> Array:
    """In units of the vectors ``(..., D)``."""
    away = ops.norm(x - negative, p)
    if swap:
        away = np.minimum(away, ops.norm(positive - negative, p))
    return np.maximum(ops.sum3(ops.norm(x - positive, p), -away, margin), 0.0)


@loss(
    name="nt-xent",
    aliases=("ntxent",),
    summary="Cross-entropy of each positive pair among the negatives of its first vector.",
    formula="mean over pairs i, j of one label: log(1 + sum_k exp((s_ik - s_ij) / temperature)),"
    "\n    k of other labels, s = cosine",
    steps=(
        ("s", "cosines(x) / temperature"),
        ("rivals", "log(sum(exp(s) * others(y)))"),
        ("cost", "log(1 + exp(rivals - s))"),
        ("loss", "total(w * mates(y) * cost) / total(w * mates(y))"),
    ),
    takes=Takes.SET,
    domain=Domain.GROUPS,
    unit="nats",
    params=(replace(TEMPERATURE, ge=1e-300),),
    references=(
        optax_call(
            "ntxent",
            kernel=quirks.optax_ntxent,
            options=(TEMPERATURE,),
            reductions=ONE_NUMBER,
            note="The mean over pairs, not rows; NaN without a pair; squared lengths are at least the dtype's epsilon.",
        ),
        "calls_pairs.NT_XENT",
    ),
    laws=frozenset({"non-negative"}),
    examples=(
        Example("[[1,0],[1,0],[0,1]]", "0,0,1", 0.3132616875182228, "by hand: log(1 + exp(-1))", {"temperature": 1.0}),
        Example(
            "[[1,0],[0,1],[1,0],[0,1]]", "0,0,1,1", 1.5514447139320509, "by hand: log(2 + e)", {"temperature": 1.0}
        ),
    ),
    accuracy="A few ulp, times 1 + 1 / temperature: the similarities are rounded.",
    source="Chen et al. 2020, arXiv:2002.05709; optax 0.2.8 ntxent",
)
def nt_xent(x: Array, y: Array, weights: Array | None, *, temperature: float) -> Array:
    """All rows ``(N, D)`` with one label each give one number; a row's weight is that of its pairs.

    Raises:
        InputError: There is not one label for each row.
    """
    x, y = x.reshape(len(x), -1), y.reshape(-1)
    if len(y) != len(x):
        raise InputError(f"{len(y):,} labels for {len(x):,} rows: each row has one")
    unit = x / ops.norm(x)[:, None]
    similarity = unit @ unit.T / temperature
    same = y[:, None] == y
    rivals = ops.logsumexp(np.where(same, -np.inf, similarity))
    pair = (same & ~np.eye(len(y), dtype=bool)).astype(x.dtype)
    if weights is not None:
        pair = pair * weights[:, None]
    cost = ops.weigh(pair, np.logaddexp(0.0, rivals[:, None] - similarity))
    return np.asarray(ops.total(cost.reshape(-1)) / pair.sum())


@loss(
    name="circle",
    summary="Each vector's similarities to its own label and to others, weighted by how far each is from its optimum.",
    formula="softplus(logsumexp_p(-gamma (m + d)(m - d)) + logsumexp_n(gamma max(0, 1 + m - d)(1 - m - d)))"
    "\n    d = max(0, 1 - x.x'); p: of the same label, n: of another; m: margin",
    steps=(
        ("d", "max(0, 1 - dots(X, x))"),
        ("attract", "-gamma * max(0, margin + d) * (margin - d)"),
        ("repel", "gamma * max(0, 1 + margin - d) * (1 - margin - d)"),
        ("mates", "(Y == y) * (1 - self) if remove_diagonal else Y == y"),
        ("near", "logsumexp(attract[mates == 1])"),
        ("far", "logsumexp(repel[Y != y])"),
        ("loss", "softplus(near + far)"),
    ),
    takes=Takes.RAW,
    domain=Domain.GROUPS,
    whole=True,
    params=(GAMMA, CIRCLE_MARGIN, REMOVE_DIAGONAL),
    references=(
        keras_loss(
            "Circle",
            kernel=quirks.keras_circle,
            options=(GAMMA, CIRCLE_MARGIN, REMOVE_DIAGONAL),
            whole=True,
            note="Vectors are used as they are, normalised or not; rows of loss exactly 0 leave the mean's divisor.",
        ),
        "calls_pairs.CIRCLE",
    ),
    laws=frozenset({"non-negative"}),
    examples=(
        Example("[[1,0],[0.6,0.8],[0,1],[-0.8,0.6]]", "0,0,1,1", 19.54657428047264, "keras.losses.Circle, Keras 3.15"),
        Example(
            "[[1,0],[1,0],[0,1],[0,1]]",
            "0,0,1,1",
            1.0170383945266495,
            "by hand: log(1 + 2 exp(-1/8))",
            {"gamma": 1.0, "margin": 0.25},
        ),
    ),
    accuracy="A few ulp, times 1 + gamma: the similarities are rounded. Vectors of other lengths than 1: more.",
    source="Sun et al. 2020, arXiv:2002.10857; Keras 3.15 Circle",
)
def circle(x: Array, y: Array, *, gamma: float, margin: float, remove_diagonal: bool) -> Array:
    """Each of the rows ``(N, D)`` against all others; a row without positives or negatives costs 0."""
    return quirks.circle_rows(x, y, gamma=gamma, margin=margin, remove_diagonal=remove_diagonal)
