"""The losses of ``monai.losses`` of two batches of vectors, two views of the same things."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli import ops
from losscli.errors import InputError
from losscli.lazy import np
from losscli.losses.contrastive import matched
from losscli.losses.dataset_scores import no_weights
from losscli.losses.reference import WHOLE, calls_in
from losscli.losses.vocabulary import Kind, Param, Takes

if TYPE_CHECKING:
    from losscli.ops import Array, Labels


def _views(x: Array, y: Labels, weights: Array | None) -> tuple[Array, Array]:
    no_weights(weights)
    return matched(x, y)


def _contrastive(x: Array, y: Labels, weights: Array | None, *, temperature: float) -> Array:
    """monai.losses.ContrastiveLoss: each vector finds its other view among all other vectors of both batches."""
    both = np.concatenate(_views(x, y, weights))
    unit = both / np.maximum(np.sqrt((both * both).sum(axis=1, keepdims=True)), 1e-8)
    similarity = unit @ unit.T / float(np.float32(temperature))
    np.fill_diagonal(similarity, -np.inf)
    place = np.roll(np.arange(len(both)), len(x))
    return np.asarray(-ops.log_softmax_at(similarity, place).mean())


def _barlow_twins(x: Array, y: Labels, weights: Array | None, *, lambd: float) -> Array:
    """monai.losses.BarlowTwinsLoss: deviations are of samples, products divided by their number."""
    x, y = _views(x, y, weights)
    if len(x) < 2:
        raise InputError("a single row has no deviation")
    x, y = ((view - view.mean(axis=0)) / (view.std(axis=0, ddof=1) + 1e-6) for view in (x, y))
    c = x.T @ y / len(x)
    own = np.diagonal(c)
    return np.asarray(((own - 1.0) ** 2).sum() + float(np.float32(lambd)) * ((c * c).sum() - (own * own).sum()))


_call = calls_in("monai.losses", reads=Kind.VALUES, takes=Takes.SET, reductions=WHOLE, apart=True)
CONTRASTIVE = _call(
    "ContrastiveLoss",
    kernel=_contrastive,
    options=(Param("temperature", 0.5, "Similarities are divided by it."),),
    note="Two batches of vectors: row i of one and row i of the other belong together; all others do not.",
)
BARLOW_TWINS = _call(
    "BarlowTwinsLoss",
    kernel=_barlow_twins,
    options=(Param("lambd", 5e-3, "The weight of correlations between features."),),
    note="1e-6 is added to deviations, which divide by N - 1, while correlations divide by N.",
)
