"""Cross-entropy made robust to wrong labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli import ops
from losscli.lazy import np
from losscli.losses.loss import Example, loss
from losscli.losses.vocabulary import Param, Takes

if TYPE_CHECKING:
    from losscli.ops import Array


@loss(
    name="symmetric-cross-entropy",
    aliases=("sce", "symmetric-ce"),
    family="likelihood",
    summary="Cross-entropy plus the cross-entropy the other way round, in which log 0 counts as -zero_cost.",
    formula="-alpha log p_y + beta zero_cost (1 - p_y)",
    steps=(("forward", "-alpha * log(p)"), ("backward", "beta * zero_cost * (1 - p)"), ("loss", "forward + backward")),
    takes=Takes.CLASS,
    unit="nats",
    params=(
        Param("alpha", 0.1, "Factor of the cross-entropy.", ge=0.0, usual=(1.0, 6.0)),
        Param("beta", 1.0, "Factor of the reverse cross-entropy.", ge=0.0, usual=(0.1,)),
        Param("zero_cost", 4.0, "The value of -log 0.", ge=0.0, usual=(6.0,)),
    ),
    laws=frozenset({"non-negative", "row-permutation", "class-relabelling", "logit-shift"}),
    examples=(
        Example("[[0.5,0.25,0.25]]", "0", 2.0693147180559945, "by hand: 0.1 log 2 + 4 0.5"),
        Example("[[0.5,0.5],[1,0]]", "0,0", 1.3465735902799727, "by hand: (log 2 + 2) / 2", {"alpha": 1.0}),
    ),
    source="Wang et al. 2019, Symmetric cross entropy for robust learning with noisy labels, arXiv:1908.06112",
)
def symmetric_cross_entropy(log_p: Array, *, alpha: float, beta: float, zero_cost: float) -> Array:
    """Cost of each class if it is the label."""
    return np.asarray(ops.weigh(np.asarray(alpha), -log_p) + (beta * zero_cost) * -np.expm1(log_p))
