"""Cross-entropy reversed, truncated or tempered, so that wrong labels cost less."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.lazy import np
from losscli.losses.loss import Example, loss
from losscli.losses.vocabulary import Param, Takes
from losscli.ops import total, weigh

if TYPE_CHECKING:
    from losscli.ops import Array

FAMILY = "likelihood"
_STEPS = 100  # Newton's method takes 5 to 20


@loss(
    name="symmetric-cross-entropy",
    aliases=("sce", "symmetric-ce"),
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
    return np.asarray(weigh(np.asarray(alpha), -log_p) + (beta * zero_cost) * -np.expm1(log_p))


@loss(
    name="taylor-cross-entropy",
    aliases=("taylor-ce", "tce"),
    summary="The first terms of cross-entropy's series in 1 - p; with more of them it is nearer to cross-entropy.",
    formula="sum_{k = 1..order} (1 - p[y])^k / k",
    steps=(("miss", "1 - p"), ("loss", "series(miss, order)")),
    takes=Takes.CLASS,
    params=(Param("order", 2, "How many terms; 1 is half the absolute error.", ge=1, le=1000, usual=(1, 4, 6)),),
    laws=frozenset({"non-negative", "row-permutation", "class-relabelling", "logit-shift"}),
    examples=(
        Example("[[0.5,0.25,0.25]]", "0", 0.625, "by hand: 0.5 + 0.25 / 2"),
        Example("[[0.5,0.5],[1,0]]", "0,0", 0.3333333333333333, "by hand: (0.5 + 0.25 / 2 + 0.125 / 3) / 2",
                {"order": 3}),
    ),
    source="Feng et al. 2020, Can cross entropy loss be robust to label noise?, IJCAI",
)  # fmt: skip
def taylor_cross_entropy(log_p: Array, *, order: int) -> Array:
    """Cost of each class if it is the label."""
    return series(-np.expm1(log_p), order)


def series(miss: Array, order: float) -> Array:
    """The first terms of ``sum_k miss^k / k``."""
    found = np.zeros_like(miss)
    for k in range(int(order), 0, -1):
        found = miss * (1.0 / k + found)
    return found


@loss(
    name="bi-tempered",
    aliases=("bi-tempered-logistic",),
    summary="Cross-entropy with a bounded logarithm (t1) of a softmax with heavy tails (t2); 1 and 1 are the usual.",
    formula="sum_c y (log_t1 y - log_t1 p) - (y^(2-t1) - p^(2-t1)) / (2-t1)        p = exp_t2(x - norm), sum_c p = 1"
    "\n    log_t(p) = (p^(1-t) - 1) / (1-t), exp_t its inverse",
    steps=(
        ("p", "tempered_softmax(x, t2)"),
        ("gap", "t * (tempered_log(t, t1) - tempered_log(p, t1))"),
        ("loss", "sum(gap - (t^(2 - t1) - p^(2 - t1)) / (2 - t1))"),
    ),
    takes=Takes.SCORES_HOT,
    params=(
        Param("t1", 0.8, "Below 1 the loss is bounded: an outlier costs 1 / (1 - t1) at most, nearly.", ge=0.0, le=1.0,
              usual=(0.2, 0.5, 1.0)),
        Param("t2", 1.2, "Above 1 the tails of the softmax are heavy.", ge=0.01, usual=(1.0, 2.0, 4.0)),
    ),
    laws=frozenset({"non-negative", "row-permutation", "class-relabelling", "logit-shift"}),
    examples=(
        Example("[[0,0]]", "0", 0.39052429175127, "by hand: 2 (1 - sqrt(1/2)) - (1 - 2 / sqrt(8)) / 1.5",
                {"t1": 0.5}),
        Example("[[0,0]]", "0", 0.6931471805599453, "by hand: log 2", {"t1": 1.0, "t2": 1.0}),
    ),
    accuracy="A few ulp of 1, times 1 + t2: probabilities are rounded before they meet the label.",
    source="Amid et al. 2019, Robust bi-tempered logistic loss based on Bregman divergences, arXiv:1906.03361",
)  # fmt: skip
def bi_tempered(scores: Array, target: Array, *, t1: float, t2: float) -> Array:
    """Logits ``(..., C)``, and one-hot or soft labels of their shape."""
    log_p, rest = tempered_log_softmax(scores, t2), 2.0 - t1
    gap = weigh(target, tempered(np.log(target), t1) - tempered(log_p, t1))
    return np.maximum(total(gap - (target**rest - np.exp(rest * log_p)) / rest), 0.0)


def tempered(log_p: Array, t: float) -> Array:
    """``(p^(1-t) - 1) / (1-t)`` from ``log p``, which is the limit for t = 1."""
    return log_p if t == 1.0 else np.expm1((1.0 - t) * log_p) / (1.0 - t)


def _tempered_exp(x: Array, t: float) -> Array:
    """The logarithm of the tempered exponential."""
    return x if t == 1.0 else np.log1p(np.maximum((1.0 - t) * x, -1.0)) / (1.0 - t)


def tempered_log_softmax(x: Array, t: float) -> Array:
    """The tempered log-softmax; Newton's method for the norm converges from one side, as the power mean is concave."""
    x = x - x.max(axis=-1, keepdims=True)
    norm = np.zeros_like(x[..., :1])
    done = np.zeros(norm.shape, bool)  # row by row, so that no row affects another
    for _ in range(_STEPS):
        log_p = _tempered_exp(x - norm, t)
        whole = total(np.exp(log_p))[..., None]
        step = tempered(np.log(whole), t) * whole**t / total(np.exp(t * log_p))[..., None]
        norm = np.where(done, norm, norm + step)
        done |= ~(abs(step) > 1e-10 * (1.0 + norm))  # the next step would be below the last digit
        if done.all():
            break
    return _tempered_exp(x - norm, t)
