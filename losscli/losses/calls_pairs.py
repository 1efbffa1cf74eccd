"""The calls of OpenCLIP, and of PyTorch Metric Learning, which normalises vectors and leaves out terms that are 0."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli import ops
from losscli.errors import InputError
from losscli.lazy import np
from losscli.losses.contrastive import anchors, distances, grouped, matched, sigmoid_pairs, two_ways
from losscli.losses.dataset_scores import no_weights
from losscli.losses.embedding_quirks import circle_rows
from losscli.losses.metric_learning import lifted, mates, soft_counts
from losscli.losses.redundancy import vicreg
from losscli.losses.reference import WHOLE, Reductions, Rule, calls_in
from losscli.losses.vocabulary import Kind, Param, Takes
from losscli.record import replace

if TYPE_CHECKING:
    from losscli.ops import Array, Labels, Mask


ALL_TRIPLETS = 2000  # most rows for all triplets


def _clip(x: Array, y: Labels, weights: Array | None, *, logit_scale: float, logit_bias: float | None) -> Array:
    no_weights(weights)
    x, y = matched(x, y)
    logits = logit_scale * (x @ y.T)
    return two_ways(logits if logit_bias is None else logits + logit_bias)


def _siglip(x: Array, y: Labels, weights: Array | None, *, logit_scale: float, logit_bias: float | None) -> Array:
    no_weights(weights)
    x, y = matched(x, y)
    return sigmoid_pairs(logit_scale * (x @ y.T) + (logit_bias or 0.0))


def _vicreg(x: Array, y: Labels, weights: Array | None, **params: float) -> Array:
    no_weights(weights)
    return vicreg.kernel(x, y, None, **params)


def _vectors(x: Array, y: Labels, weights: Array | None) -> tuple[Array, Mask]:
    """Normalised rows, and which pairs share a label."""
    no_weights(weights)
    if x.ndim != 2:
        raise InputError(f"rows of vectors (N, D) are wanted, not shape {x.shape}")
    x, same = grouped(x, y)
    return x / np.maximum(np.sqrt((x * x).sum(axis=1, keepdims=True)), 1e-12), same


def _average(values: Array) -> Array:
    """The mean of the values above 0; 0 if there are none."""
    values = values[values > 0.0]
    return np.asarray(values.mean() if values.size else 0.0, values.dtype)


def _contrastive(x: Array, y: Labels, weights: Array | None, *, pos_margin: float, neg_margin: float) -> Array:
    x, same = _vectors(x, y, weights)
    apart, own = distances(x), np.eye(len(x), dtype=bool)
    near, far = apart[same & ~own], apart[~same]
    return np.asarray(_average(np.maximum(near - pos_margin, 0.0)) + _average(np.maximum(neg_margin - far, 0.0)))


def _nt_xent(x: Array, y: Labels, weights: Array | None, *, temperature: float) -> Array:
    """pytorch_metric_learning.losses.NTXentLoss: the mean over ordered pairs of one label."""
    x, same = _vectors(x, y, weights)
    similarity = x @ x.T / temperature
    positive = same & ~np.eye(len(x), dtype=bool)
    if not positive.any() or same.all():
        return np.zeros((), x.dtype)
    rivals = ops.logsumexp(np.where(same, -np.inf, similarity))
    cost = np.logaddexp(0.0, rivals[:, None] - similarity)[positive]
    return np.asarray(np.minimum(cost, -np.log(np.finfo(x.dtype).tiny)).mean())


def _supcon(x: Array, y: Labels, weights: Array | None, *, temperature: float) -> Array:
    """pytorch_metric_learning.losses.SupConLoss: the mean over the vectors whose cost is above 0."""
    x, same = _vectors(x, y, weights)
    if same.all() or not (same & ~np.eye(len(x), dtype=bool)).any():
        return np.zeros((), x.dtype)
    return _average(anchors(x @ x.T / temperature, same)[0])


def _triplets(x: Array, y: Labels, weights: Array | None, *, margin: float, swap: bool, smooth_loss: bool) -> Array:
    """pytorch_metric_learning.losses.TripletMarginLoss: the mean over all triplets whose cost is above 0."""
    x, same = _vectors(x, y, weights)
    if len(x) > ALL_TRIPLETS:
        raise InputError(f"{len(x):,} rows have too many triplets", hint=f"--limit {ALL_TRIPLETS}")
    apart, own = distances(x), np.eye(len(x), dtype=bool)
    total, number = x.dtype.type(0.0), 0
    for anchor in range(len(x)):
        near = np.flatnonzero(same[anchor] & ~own[anchor])
        away = np.flatnonzero(~same[anchor])
        far = np.broadcast_to(apart[anchor, away], (len(near), len(away)))
        far = np.minimum(far, apart[np.ix_(near, away)]) if swap else far
        short = apart[anchor, near][:, None] - far + margin
        values = np.logaddexp(0.0, short) if smooth_loss else np.maximum(short, 0.0)
        total, number = total + values.sum(), number + int((values > 0.0).sum())
    return np.asarray(total / max(number, 1), x.dtype)


def _multi_similarity(x: Array, y: Labels, *, alpha: float, beta: float, base: float) -> Array:
    x, same = _vectors(x, y, None)
    return soft_counts(x @ x.T, same, alpha, beta, base)


def _circle(x: Array, y: Labels, *, m: float, gamma: float) -> Array:
    """pytorch_metric_learning.losses.CircleLoss: rows of loss 0 do not count."""
    x, _ = _vectors(x, y, None)
    return np.ma.masked_equal(circle_rows(x, y, gamma=gamma, margin=m, remove_diagonal=True), 0.0)


def _lifted(x: Array, y: Labels, weights: Array | None, *, neg_margin: float, pos_margin: float) -> Array:
    """pytorch_metric_learning.losses.LiftedStructureLoss: 0 without pairs of one label, or of two."""
    x, same = _vectors(x, y, weights)
    cost = lifted(distances(x), same, pos_margin, neg_margin)
    return np.asarray(cost.sum() / max(int(mates(same).sum()), 1), x.dtype)


def _n_pairs(x: Array, y: Labels, weights: Array | None) -> Array:
    """pytorch_metric_learning.losses.NPairsLoss: the first two vectors of each label are its pair."""
    x, same = _vectors(x, y, weights)
    first = np.flatnonzero(mates(same).any(axis=1) & (same.argmax(axis=1) == np.arange(len(x))))
    if not first.size:
        return np.zeros((), x.dtype)
    second = mates(same)[first].argmax(axis=1)
    return np.asarray(-ops.log_softmax_at(x[first] @ x[second].T, np.arange(len(first))).mean())


_BATCH: dict[str, Any] = {"reads": Kind.VALUES, "takes": Takes.SET, "reductions": WHOLE}
_open_clip = calls_in("open_clip", **_BATCH)
_learned = calls_in("pytorch_metric_learning.losses", **_BATCH)
MEAN = Reductions({"default": Rule.MEAN}, empty=0.0)
NORMAL = "Vectors are normalised."
AS_THEY_ARE = "Vectors are taken as they are: normalise them before."
NON_ZERO = "Vectors are normalised; terms that are 0 leave the mean."
LOGIT_BIAS = Param("logit_bias", None, "Added to the logits.")
CLIP = _open_clip(
    "ClipLoss",
    kernel=_clip,
    options=(Param("logit_scale", 1 / 0.07, "What the products are multiplied by; 14.2857 at the start."), LOGIT_BIAS),
    note=AS_THEY_ARE,
)
SIGLIP = _open_clip(
    "SigLipLoss",
    kernel=_siglip,
    options=(
        Param("logit_scale", 10.0, "What the products are multiplied by; 10 at the start."),
        Param("logit_bias", -10.0, "Added to the logits; -10 at the start."),
    ),
    note=AS_THEY_ARE,
)
CONTRASTIVE = _learned(
    "ContrastiveLoss",
    kernel=_contrastive,
    options=(
        Param("pos_margin", 0.0, "Up to this distance vectors of one label cost nothing."),
        Param("neg_margin", 1.0, "From this distance on vectors of different labels cost nothing."),
    ),
    note="Distances, not squared; the mean over like pairs plus the mean over unlike ones. " + NON_ZERO,
)
TEMPERATURE = Param("temperature", 0.07, "Similarities are divided by it.")
NT_XENT = _learned(
    "NTXentLoss",
    kernel=_nt_xent,
    options=(TEMPERATURE,),
    note="The mean over ordered pairs of one label; 0 without a pair, or without another label.",
)
SUPCON = _learned(
    "SupConLoss",
    kernel=_supcon,
    options=(Param("temperature", 0.1, "Similarities are divided by it."),),
    note="The mean over the vectors that have another of their label.",
)
TRIPLETS = _learned(
    "TripletMarginLoss",
    kernel=_triplets,
    options=(
        Param("margin", 0.05, "How much farther away than the positive the negative must be."),
        Param("swap", False, "Take the negative's distance from the positive, where that is smaller."),
        Param("smooth_loss", False, "Softplus instead of the part above 0."),
    ),
    apart=True,
    note="All triplets of vectors with labels. " + NON_ZERO,
)
MULTI_SIMILARITY = _learned(
    "MultiSimilarityLoss",
    kernel=_multi_similarity,
    takes=Takes.RAW,
    whole=True,
    options=(
        Param("alpha", 2.0, "How much harder pairs of one label count for more."),
        Param("beta", 50.0, "How much harder pairs of two labels count for more."),
        Param("base", 0.5, "The similarity from which on pairs of two labels are hard."),
    ),
    reductions=MEAN,
    note=NORMAL,
)
CIRCLE = _learned(
    "CircleLoss",
    kernel=_circle,
    takes=Takes.RAW,
    whole=True,
    options=(
        Param("m", 0.4, "Relaxation of the decision boundary."),
        Param("gamma", 80.0, "Scale of the similarities."),
    ),
    reductions=MEAN,
    note="Vectors are normalised; rows of loss exactly 0 leave the mean's divisor.",
)
LIFTED = _learned(
    "LiftedStructureLoss",
    kernel=_lifted,
    options=(
        Param("neg_margin", 1.0, "How far apart vectors of different labels should be."),
        Param("pos_margin", 0.0, "Up to this distance vectors of one label cost nothing."),
    ),
    note=f"{NORMAL} 0 without a pair of one label.",
)
N_PAIRS = _learned(
    "NPairsLoss",
    kernel=_n_pairs,
    apart=True,
    note="Vectors with labels, of each of which the first two are a pair. " + NORMAL,
)
VICREG = _learned(
    "VICRegLoss",
    kernel=_vicreg,
    options=tuple(
        replace(param, name=name, to=param.name)
        for name, param in zip(("invariance_lambda", "variance_mu", "covariance_v", "eps"), vicreg.params, strict=True)
    ),
    note="Vectors are taken as they are.",
)
