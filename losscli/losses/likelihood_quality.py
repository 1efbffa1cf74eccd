"""The generalized focal family of object detectors: box quality scores, and box sides as distributions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli import ops
from losscli.errors import InputError
from losscli.lazy import np
from losscli.losses.loss import Example, loss
from losscli.losses.vocabulary import Domain, Param, Takes
from losscli.ops import weigh

if TYPE_CHECKING:
    from losscli.ops import Array, Labels

FAMILY = "likelihood"


def _cost(log_p: Array, log_q: Array, target: Array) -> Array:
    return -(weigh(target, log_p) + weigh(1.0 - target, log_q))


@loss(
    name="quality-focal",
    aliases=("qfl",),
    summary="Binary cross-entropy with a soft label, the quality, times how far the probability is from it.",
    formula="-|y - p|^beta (y log p + (1 - y) log(1 - p))",
    steps=(
        ("off", "abs(y * q - (1 - y) * p)"),
        ("cost", "-(y * log_p + (1 - y) * log_q)"),
        ("loss", "off^beta * cost"),
    ),
    takes=Takes.BINARY,
    unit="nats",
    params=(Param("beta", 2.0, "Power of the distance; 0 gives binary cross-entropy.", ge=0.0, usual=(1.0,)),),
    laws=frozenset({"non-negative", "row-permutation", "complement"}),
    examples=(
        Example("0.5", "1", 0.17328679513998632, "by hand: 0.25 log 2"),
        Example("0.5,0.5", "0.5,0", 0.17328679513998632, "by hand: (0 + 0.5 log 2) / 2", {"beta": 1.0}),
    ),
    accuracy="A few ulp of what the costlier outcome would be, times 1 + beta: the label less p is rounded.",
    source="Li et al. 2020, Generalized focal loss, arXiv:2006.04388",
)
def quality_focal(log_p: Array, log_q: Array, target: Array, *, beta: float) -> Array:
    """``log_q`` is ``log(1 - p)``; in nats."""
    off = abs(target * np.expm1(log_p) - (1.0 - target) * np.expm1(log_q))
    return weigh(off**beta, _cost(log_p, log_q, target))


@loss(
    name="varifocal",
    aliases=("vfl",),
    summary="Binary cross-entropy with a soft label, the quality, which is its weight; an easy no costs little.",
    formula="-y (y log p + (1 - y) log(1 - p)) if y > 0, else -alpha p^gamma log(1 - p)",
    steps=(
        ("yes", "y * -(y * log_p + (1 - y) * log_q)"),
        ("no", "alpha * p^gamma * -log_q"),
        ("loss", "yes if y > 0 else no"),
    ),
    takes=Takes.BINARY,
    unit="nats",
    params=(
        Param("alpha", 0.75, "Weight of labels of 0.", ge=0.0, usual=(0.25, 1.0)),
        Param("gamma", 2.0, "Focusing power of labels of 0.", ge=0.0, usual=(1.5, 0.0)),
    ),
    laws=frozenset({"non-negative", "row-permutation"}),
    examples=(
        Example("0.5,0.5", "1,0", 0.4115561384574675, "by hand: (log 2 + 0.75 0.25 log 2) / 2"),
        Example("0.5", "0.5", 0.34657359027997264, "by hand: 0.5 log 2"),
    ),
    accuracy="A few ulp, times 1 + gamma: the rounding of log p goes into a power.",
    source="Zhang et al. 2021, VarifocalNet, arXiv:2008.13367",
)
def varifocal(log_p: Array, log_q: Array, target: Array, *, alpha: float, gamma: float) -> Array:
    """``log_q`` is ``log(1 - p)``; in nats."""
    weight = np.where(target > 0.0, target, alpha * (-np.expm1(log_q)) ** gamma)
    return weigh(weight, _cost(log_p, log_q, target))


@loss(
    name="distribution-focal",
    aliases=("dfl",),
    summary="Cross-entropy of the two whole numbers around a value, weighted by how near they are.",
    formula="-(i + 1 - y) log softmax(x)[i] - (y - i) log softmax(x)[i + 1]        i = floor(y)",
    steps=(("near", "max(0 * x, 1 - abs(bins(x) - y))"), ("loss", "sum(near * (logsumexp(x) - x))")),
    takes=Takes.RAW,
    domain=Domain.BINS,
    unit="nats",
    laws=frozenset({"non-negative", "row-permutation", "logit-shift"}),
    examples=(
        Example("[[0,0,0,0]]", "1.25", 1.3862943611198906, "by hand: log 4"),
        Example("[[0,1],[0,1]]", "0.5,1", 0.5632616875182228, "by hand: log(1 + e) - 0.75"),
    ),
    source="Li et al. 2020, Generalized focal loss, arXiv:2006.04388",
)
def distribution_focal(x: Array, y: Labels) -> Array:
    """Logits ``(N, C)`` of 0, 1, ..., and the value ``(N,)`` that each row stands for; in nats.

    Raises:
        InputError: Other shapes, or a value beyond the numbers.
    """
    y = y[:, 0] if y.ndim == 2 and y.shape[1] == 1 else y
    if x.ndim != 2 or y.shape != x.shape[:1] or x.shape[1] < 2:
        raise InputError(f"rows of logits and a value for each are wanted: not {x.shape} with {y.shape}")
    y = y.astype(x.dtype)
    if not ((y >= 0.0) & (y <= x.shape[1] - 1)).all():
        raise InputError(f"a value lies outside 0..{x.shape[1] - 1}, the whole numbers that the logits are of")
    left = np.minimum(np.floor(y), x.shape[1] - 2).astype(np.intp)
    share = y - left
    low, high = (ops.log_softmax_at(x, at) for at in (left, left + 1))
    return -(weigh(1.0 - share, low) + weigh(share, high))
