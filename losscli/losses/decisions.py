"""Decisions: whether the prediction, made into a class, is the label."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.core.ops import take
from losscli.lazy import lazy
from losscli.losses.spec import Example, Kind, Param, Reference, Takes, loss

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from losscli.losses.spec import Array
else:
    np = lazy("numpy")

FAMILY = "decisions"


@loss(
    name="accuracy",
    aliases=("acc",),
    family=FAMILY,
    summary="The share of right decisions: the largest score of a row, or a score above the threshold.",
    formula="1 if y is among the top k of x, else 0      0/1 labels: 1 if (x > threshold) = y, else 0",
    takes=Takes.DECISION,
    params=(
        Param(
            "top_k",
            1,
            "Right if the label is among the K largest scores; of equal ones the first counts.",
            ge=1,
        ),
        Param("threshold", 0.5, "Binary and multi-label: decide yes above it (0 suits logits)."),
    ),
    references=(
        Reference("keras.metrics.SparseCategoricalAccuracy", reads=Kind.SCORES),
        Reference("sklearn.metrics.accuracy_score", reads=Kind.SCORES),
    ),
    laws=frozenset({"row-permutation", "class-relabelling", "unit-interval"}),
    examples=(
        Example(
            "[[0.1,0.6,0.3],[0.2,0.7,0.1]]",
            "[2,1]",
            0.5,
            "keras.metrics.SparseCategoricalAccuracy, Keras 3.15",
        ),
        Example("0.9,0.2,0.7,0.4", "1,0,0,1", 0.5, "by hand: the last two are wrong"),
    ),
    source="Keras 3.15 SparseCategoricalAccuracy, BinaryAccuracy",
    higher_is_better=True,
)
def accuracy(scores: Array, target: NDArray[Any], *, top_k: int, threshold: float) -> Array:
    """1.0 where the decision is right, else 0.0."""
    if target.ndim == scores.ndim:
        return np.asarray((scores > threshold) == (target > 0.5), scores.dtype)
    own = take(scores, target)[..., None]
    earlier = np.arange(scores.shape[-1]) < target[..., None]
    ahead = (scores > own) | ((scores == own) & earlier)
    return np.asarray(ahead.sum(axis=-1) < top_k, scores.dtype)
