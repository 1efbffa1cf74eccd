"""The Jensen-Shannon divergence: Kullback and Leibler's, made symmetric and finite."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.lazy import np
from losscli.losses.loss import Example, loss
from losscli.losses.vocabulary import Takes

if TYPE_CHECKING:
    from losscli.ops import Array

TINY = 1e-305  # below it a sum loses digits


@loss(
    name="jensen-shannon",
    aliases=("jsd", "js-divergence"),
    family="likelihood",
    summary="How far predicted and true probabilities are from their mean; symmetric, at most log 2.",
    formula="sum_c (t[c] log(t[c] / m[c]) + p[c] log(p[c] / m[c])) / 2        m = (p + t) / 2",
    steps=(("m", "(p + t) / 2"), ("loss", "(t * log(t / m) + p * log(p / m)) / 2")),
    takes=Takes.DISTRIBUTION,
    unit="nats",
    references=("calls_torchmetrics.JENSEN_SHANNON", "calls_kornia.JENSEN_SHANNON"),
    laws=frozenset({"non-negative", "row-permutation", "zero-at-target"}),
    examples=(
        Example("[[1,0]]", "[[0,1]]", 0.6931471805599453, "by hand: log 2"),
        Example("[[0.5,0.5]]", "[[1,0]]", 0.21576155433883565, "by hand: (log(4/3) + log(2/3) / 2 + log(2) / 2) / 2"),
    ),
    accuracy="A few ulp of each term before the difference: probabilities are rounded and subtracted.",
    source="Lin 1991, Divergence measures based on the Shannon entropy",
)
def jensen_shannon(log_p: Array, target: Array) -> Array:
    """One class's term, in nats, which is never negative."""
    p = np.exp(log_p)
    both = p + target
    safe = np.where(both > TINY, both, 1.0)
    d = np.where(both > TINY, (p - target) / safe, 0.0)
    near = abs(d) < 0.5
    small = np.where(near, d, 0.0)
    inside = 2.0 * small * np.arctanh(small) + np.log1p(-small * small)
    up, down = 2.0 * p / safe, 2.0 * target / safe
    return np.where(near, 0.25 * both * inside, 0.25 * (both * (_xlogx(up) + _xlogx(down))))


def _xlogx(x: Array) -> Array:
    return x * np.log(np.where(x > 0.0, x, 1.0))
