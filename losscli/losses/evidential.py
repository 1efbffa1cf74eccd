"""Evidential losses: models predict a distribution over distributions."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from losscli.errors import InputError
from losscli.lazy import np
from losscli.losses.loss import Example, loss
from losscli.losses.vocabulary import Domain, Param, Takes
from losscli.ops import total

if TYPE_CHECKING:
    from losscli.ops import Array


@loss(
    name="evidential",
    aliases=("evidential-classification",),
    family="likelihood",
    summary="The expected squared error of a label under the Dirichlet distribution given by the evidence.",
    formula="sum_c (y[c] - a[c] / S)^2 + a[c] (S - a[c]) / (S^2 (S + 1))        a = x + 1, S = sum_c a[c]",
    steps=(
        ("a", "x + 1"),
        ("S", "sum(a)"),
        ("error", "sum((t - a / S)^2)"),
        ("loss", "error + sum(a * (S - a)) / (S^2 * (S + 1))"),
    ),
    takes=Takes.SCORES_HOT,
    domain=Domain.POSITIVE,
    laws=frozenset({"non-negative", "row-permutation", "class-relabelling"}),
    examples=(
        Example("[[0,0]]", "0", 0.6666666666666666, "by hand: 0.5 + 2 0.25 / 3"),
        Example("[[2,0],[0,0]]", "[0,0]", 0.43333333333333335, "by hand: (0.125 + 2 0.1875 / 5 + 2/3) / 2"),
    ),
    accuracy="A few ulp of the label and the probability before their difference.",
    source="Sensoy, Kaplan and Kandemir 2018, Evidential deep learning to quantify classification uncertainty, (5)",
)
def evidential(x: Array, target: Array) -> Array:
    """Non-negative evidence ``(..., C)``, and one-hot or soft labels of its shape.

    Raises:
        InputError: Evidence is negative.
    """
    if (x < 0.0).any():
        raise InputError("evidence is negative", hint="raw outputs want relu(), softplus() or exp() first")
    a = x + 1.0
    whole = total(a)[..., None]
    p = a / whole
    return total((target - p) ** 2 + p * (1.0 - p) / (whole + 1.0))


@loss(
    name="evidential-regression",
    aliases=("nig-nll",),
    family="regression",
    summary="The cost of a value under a normal distribution of uncertain mean and variance, and of wrong evidence.",
    formula="log(pi / nu) / 2 - alpha log w + (alpha + 1/2) log(nu (x - y)^2 + w) + log(G(alpha) / G(alpha + 1/2))"
    "\n    + weight |x - y| (2 nu + alpha)        w = 2 beta (1 + nu), G: the gamma function",
    steps=(
        ("w", "2 * beta * (1 + nu)"),
        ("far", "nu * (x - y)^2 + w"),
        ("nll", "log(2 * arccos(0) / nu) / 2 - alpha * log(w) + (alpha + 0.5) * log(far) - log_gamma_step(alpha)"),
        ("loss", "nll + weight * abs(x - y) * (2 * nu + alpha)"),
    ),
    takes=Takes.VALUE,
    unit="nats",
    params=(Param("weight", 0.0, "Weight of the evidence for a wrong value.", ge=0.0, usual=(0.01, 0.1, 1.0)),),
    extras={
        "nu": "how many observations the mean is worth",
        "alpha": "half as many as the variance is worth; above 1 in a model",
        "beta": "the scale of the variance",
    },
    laws=frozenset({"row-permutation"}),
    examples=(
        Example("0", "0", 1.3862943611198906, "by hand: log 4", {"nu": 1, "alpha": 1, "beta": 1}),
        Example(
            "1",
            "0",
            3.2210096880912053,
            "by hand: log 4 + 1.5 log 1.25 + 1.5",
            {"nu": 1, "alpha": 1, "beta": 1, "weight": 0.5},
        ),
    ),
    accuracy="A few ulp of the largest term: they have both signs.",
    source="Amini et al. 2020, Deep evidential regression, arXiv:1910.02600, (8) and (9)",
)
def evidential_regression(prediction: Array, target: Array, *, nu: Any, alpha: Any, beta: Any, weight: float) -> Array:
    """In nats; the further arrays have the shape of the predictions."""
    nu, alpha, beta = (_positive(name, a, prediction) for name, a in (("nu", nu), ("alpha", alpha), ("beta", beta)))
    off = abs(prediction - target)
    width = 2.0 * beta * (1.0 + nu)
    nll = 0.5 * np.log(math.pi / nu) + 0.5 * np.log(width) + (alpha + 0.5) * np.log1p(nu * off * off / width)
    return np.asarray(nll - log_gamma_step(alpha) + weight * off * (2.0 * nu + alpha))


def _positive(name: str, a: Any, like: Array) -> Array:
    found = np.asarray(a, like.dtype)
    if found.ndim == like.ndim - 1:
        found = found[..., None]
    if not (found > 0.0).all():
        raise InputError(f"{name}: a number is not above 0", hint="raw outputs want softplus() first")
    return found


def log_gamma_step(a: Array) -> Array:
    """``log(G(a + 1/2) / G(a))`` with the gamma function G, by Stirling's series after 16 steps of the recurrence."""
    shift = sum(np.log1p(0.5 / (a + k)) for k in range(16))
    b = 1.0 / (a + 16.0)
    series = b * (-1 / 8 + b * b * (1 / 192 + b * b * (-1 / 640 + b * b * (17 / 14336 - b * b * (31 / 18432)))))
    return np.asarray(0.5 * np.log(a + 16.0) + series - shift)
