"""Ranking losses: the order that scores give to the items of a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli import ops
from losscli.lazy import np
from losscli.losses.loss import Example, loss
from losscli.losses.reference import Reductions, Rule, optax_call
from losscli.losses.vocabulary import Takes

if TYPE_CHECKING:
    from losscli.ops import Array

FAMILY = "ranking"
# reduce_fn; lists without a valid item do not count, and a mean of none is 0.
REDUCE_FN = Reductions({"mean": Rule.MEAN, "sum": Rule.SUM, "none": Rule.NONE}, empty=0.0)


def optax_ranking_softmax(x: Array, y: Array, *, where: Any = None, weights: Any = None) -> Array:
    """optax.losses.ranking_softmax_loss: items outside ``where`` leave their list, weights multiply labels."""
    relevance = y if weights is None else y * weights
    if where is None:
        return np.asarray(-(relevance * ops.log_softmax(x)).sum(axis=-1))
    where = np.broadcast_to(where, x.shape)
    log_p = ops.log_softmax(np.where(where, x, -np.inf))
    cost = -np.where(where, relevance * log_p, 0.0).sum(axis=-1)
    return np.ma.masked_array(cost, ~where.any(axis=-1))


@loss(
    name="listwise-softmax",
    aliases=("listnet",),
    summary="Cross-entropy of the items of a list, weighted by their relevance.",
    formula="-sum_i y[i] log softmax(x)[i]     a row is a list of scores x with relevance y",
    steps=(("z", "x - max(x)"), ("log_p", "z - log(sum(exp(z)))"), ("loss", "-sum(y * log_p)")),
    takes=Takes.VECTOR,
    unit="nats",
    references=(
        optax_call(
            "ranking_softmax_loss",
            kernel=optax_ranking_softmax,
            extras=("where", "weights"),
            reductions=REDUCE_FN,
            note="Relevance is not normalised; lists without a valid item leave the mean.",
        ),
        "calls_catboost_ranking.SOFTMAX",
    ),
    laws=frozenset({"row-permutation"}),
    examples=(
        Example("[[2,1,3]]", "[[1,0,0]]", 1.4076059644443801, "optax 0.2.8 documentation of ranking_softmax_loss"),
        Example("[[0,0],[0,0]]", "[[1,0],[2,1]]", 1.3862943611198906, "by hand: (log 2 + 3 log 2) / 2"),
    ),
    source="Cao et al. 2007, Learning to rank: from pairwise approach to listwise approach; optax 0.2.8",
)
def listwise_softmax(x: Array, y: Array) -> Array:
    """One number for each list ``(..., D)``, in nats."""
    return -ops.total(ops.weigh(y, ops.log_softmax(x)))
