"""The asymmetric loss: yes and no have different focus, and an easy no costs nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.lazy import np
from losscli.losses.loss import Example, loss
from losscli.losses.vocabulary import LABEL_SMOOTHING, Param, Takes
from losscli.ops import weigh

if TYPE_CHECKING:
    from losscli.ops import Array


@loss(
    name="asymmetric",
    aliases=("asl",),
    family="likelihood",
    summary="Focal loss with a power for yes and one for no, of which the easy ones cost nothing.",
    formula="-y (1 - p)^gamma_pos log p - (1 - y) (1 - q)^gamma_neg log q        q = min(1, 1 - p + shift)",
    steps=(
        ("v", "min(1, q + shift)"),
        ("yes", "(1 - p)^gamma_pos * -log_p"),
        ("no", "(1 - v)^gamma_neg * -log(v)"),
        ("loss", "y * yes + (1 - y) * no"),
    ),
    takes=Takes.BINARY,
    unit="nats",
    params=(
        Param("gamma_neg", 4.0, "Focusing power of labels of 0.", ge=0.0),
        Param("gamma_pos", 1.0, "Focusing power of labels of 1.", ge=0.0, usual=(0.0,)),
        Param(
            "shift", 0.05, "Added to the probability of a no, which is then at most 1.", ge=0.0, le=1.0, usual=(0.0,)
        ),
        LABEL_SMOOTHING,
    ),
    references=("calls_timm.ASYMMETRIC",),
    laws=frozenset({"non-negative", "row-permutation"}),
    examples=(
        Example("0.5", "1", 0.34657359027997264, "by hand: 0.5 log 2"),
        Example("0.55,0.04", "0,0", 0.02166084939249829, "by hand: (0.5^4 log 2 + 0) / 2"),
    ),
    accuracy="A few ulp of each term, times 1 + gamma, before 1 - p + shift is taken from 1.",
    source="Ridnik et al. 2021, Asymmetric loss for multi-label classification, arXiv:2009.14119",
)
def asymmetric(log_p: Array, log_q: Array, target: Array, *, gamma_neg: float, gamma_pos: float, shift: float) -> Array:
    """``log_q`` is ``log(1 - p)``; in nats."""
    missed = np.maximum(np.exp(log_p) - shift, 0.0)  # one minus the shifted probability of a no
    miss = missed if shift else -np.expm1(log_q)
    no = weigh(miss**gamma_neg, -np.log1p(-missed) if shift else -log_q)
    return weigh(target, weigh((-np.expm1(log_p)) ** gamma_pos, -log_p)) + weigh(1.0 - target, no)
