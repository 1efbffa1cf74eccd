"""Distillation: the divergence of a student's logits from its teacher's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli import ops
from losscli.lazy import np
from losscli.losses.loss import Example, loss
from losscli.losses.vocabulary import Param, Takes

if TYPE_CHECKING:
    from losscli.ops import Array


@loss(
    name="distillation",
    aliases=("kd",),
    family="likelihood",
    summary="The KL divergence of the teacher's softmax from the student's, both softened by a temperature, times its "
    "square.",
    formula="T^2 sum_c t[c] (log t[c] - log s[c])        t = softmax(y / T), s = softmax(x / T)",
    steps=(
        ("s", "x / temperature - logsumexp(x / temperature)"),
        ("t", "y / temperature - logsumexp(y / temperature)"),
        ("loss", "temperature^2 * sum(exp(t) * (t - s))"),
    ),
    takes=Takes.VECTOR,
    unit="nats",
    params=(
        Param("temperature", 1.0, "Logits are divided by it; the loss is multiplied by its square.", ge=1e-300,
              usual=(2.0, 3.0, 4.0, 10.0, 20.0)),
    ),
    references=("calls_trl.DISTILLATION",),
    laws=frozenset({"non-negative", "row-permutation", "zero-at-target", "logit-shift"}),
    examples=(
        Example("[[0,0]]", "[[0,0]]", 0.0, "by hand: alike"),
        Example("[[0,0]]", "[[4,0]]", 1.3112533018909507, "by hand: 4 (t log 2t + s log 2s), t / s = e^2",
                {"temperature": 2.0}),
    ),
    accuracy="A few ulp of the largest logit times the temperature: log-probabilities are rounded and subtracted.",
    source="Hinton, Vinyals and Dean 2015, Distilling the knowledge in a neural network, arXiv:1503.02531",
)  # fmt: skip
def distillation(x: Array, y: Array, *, temperature: float) -> Array:
    """The student's logits and the teacher's, ``(..., C)``; in nats."""
    s, t = (ops.log_softmax(logits / temperature) for logits in (x, y))
    cost = ops.weigh(np.exp(t), t - s)
    return np.maximum(temperature * (temperature * ops.total(cost)), 0.0)
