"""Margin losses that never reach 0 or have no kink, as boosting and linear classifiers minimise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.lazy import np
from losscli.losses.loss import Example, loss
from losscli.losses.vocabulary import Takes

if TYPE_CHECKING:
    from losscli.ops import Array

FAMILY = "margin"


@loss(
    name="exponential",
    aliases=("exponential-loss", "adaboost"),
    summary="Grows exponentially with how far a score is on the wrong side: what AdaBoost minimises.",
    formula="exp(-s x)        s: the label, -1 or 1",
    steps=(("loss", "exp(-s * x)"),),
    takes=Takes.MARGIN,
    laws=frozenset({"non-negative", "row-permutation"}),
    examples=(
        Example("0,0", "1,-1", 1.0, "by hand: exp 0"),
        Example("1,-2", "-1,-1", 1.426808555847829, "by hand: (e + exp(-2)) / 2"),
    ),
    source="Freund and Schapire 1997, A decision-theoretic generalization of on-line learning",
)
def exponential(score: Array, sign: Array) -> Array:
    """``exp(-s x)``."""
    with np.errstate(over="ignore"):
        return np.exp(-sign * score)


@loss(
    name="modified-huber",
    aliases=("modified-huber-loss",),
    summary="The squared hinge loss, but a straight line where a score is far on the wrong side.",
    formula="max(0, 1 - s x)^2 if s x >= -1, else -4 s x      s: the label, -1 or 1",
    steps=(("z", "s * x"), ("short", "max(0, 1 - z)"), ("loss", "short^2 if z >= -1 else -4 * z")),
    takes=Takes.MARGIN,
    laws=frozenset({"non-negative", "row-permutation"}),
    examples=(
        Example("0.5,-2,3", "1,1,1", 2.75, "by hand: (0.25 + 8 + 0) / 3"),
        Example("-1", "1", 4.0, "by hand: (1 + 1)^2, and 4 on the line"),
    ),
    source="Zhang 2004, Statistical behavior and consistency of classification methods; scikit-learn 1.9 SGDClassifier",
)
def modified_huber(score: Array, sign: Array) -> Array:
    """Continuous, with a continuous slope."""
    z = sign * score
    short = np.maximum(1.0 - np.maximum(z, -1.0), 0.0)
    return np.where(z >= -1.0, short * short, -4.0 * z)
