"""How far two distributions are apart: Kullback and Leibler's divergence, and Jensen and Shannon's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.lazy import np
from losscli.losses import likelihood_quirks as quirks
from losscli.losses.loss import Example, loss
from losscli.losses.reference import AXIS, TORCH_BATCH, Outputs, keras_losses, keras_metric, optax_call, torch_call
from losscli.losses.vocabulary import Kind, Param, Reading, Takes
from losscli.ops import weigh, xlogy

if TYPE_CHECKING:
    from losscli.ops import Array

TINY = 1e-305  # smaller sums lose digits
FAMILY = "likelihood"
KERAS_KL = Reading(clip=1e-7, clip_one=False, clip_labels=1e-7)
LOG_TARGET = Param("log_target", False, "The targets are logarithms.")


@loss(
    name="kl-divergence",
    aliases=("kl",),
    summary="Extra cost of the predicted probabilities over the true ones.",
    formula="sum_c t[c] (log t[c] - log p[c])",
    steps=(("loss", "t * log(t) - t * log_p"),),
    takes=Takes.DISTRIBUTION,
    unit="nats",
    references=(
        *keras_losses("KLDivergence", "kl_divergence", reading=KERAS_KL, outputs=Outputs.SUM),
        keras_metric("KLDivergence", reading=KERAS_KL, outputs=Outputs.SUM, same_rank=False),
        torch_call(
            "KLDivLoss",
            also=("functional.kl_div",),
            reads=Kind.LOG_PROBABILITIES,
            kernel=quirks.torch_kl,
            options=(LOG_TARGET,),
            reductions=TORCH_BATCH,
            note="The predictions are log-probabilities; the default mean divides by N*C, batchmean by N.",
        ),
        optax_call(
            "kl_divergence",
            reads=Kind.LOG_PROBABILITIES,
            kernel=quirks.optax_kl,
            outputs=Outputs.SUM,
            options=(AXIS,),
            extras=("where",),
        ),
        optax_call(
            "kl_divergence_with_log_targets",
            reads=Kind.LOG_PROBABILITIES,
            kernel=quirks.optax_log_kl,
            outputs=Outputs.SUM,
            options=(AXIS,),
            extras=("where",),
        ),
        "calls_kornia.KL",
        "calls_torchmetrics.KL",
        "calls_boosting_classes.KL",
    ),
    laws=frozenset({"row-permutation", "zero-at-target"}),
    examples=(
        Example("[[0.25,0.25,0.5]]", "[[0.5,0.25,0.25]]", 0.17328679513998632, "by hand: 0.5 log 2 - 0.25 log 2"),
        Example(
            "[[0,0]]", "[[0.5,0.5]]", 0.0, "by hand: equal logits are the uniform distribution", {"from_logits": True}
        ),
    ),
    accuracy="A few ulp of the sum of the sizes of the terms: terms of both signs cancel.",
    source="Kullback and Leibler 1951; Keras 3.15 KLDivergence",
)
def kl_divergence(log_p: Array, target: Array) -> Array:
    """One class's term, in nats; ``0 log 0`` is 0."""
    return xlogy(target, target) - weigh(target, log_p)


@loss(
    name="jensen-shannon",
    aliases=("jsd", "js-divergence"),
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
