"""Survival losses: times to an event, some of which are censored."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from losscli.errors import InputError, UsageError
from losscli.lazy import np
from losscli.losses.label_sets import same_length
from losscli.losses.loss import Example, loss
from losscli.losses.reference import WHOLE, catboost_call, xgboost_call
from losscli.losses.vocabulary import Domain, Param, Takes

if TYPE_CHECKING:
    from losscli.ops import Array, Labels

FAMILY = "survival"
LEAST = 1e-12  # the smallest probability in XGBoost
CHOICES = ("normal", "logistic", "extreme")
DISTRIBUTION = Param("distribution", "normal", "Of the error of the logarithm of the time.", choices=CHOICES)
SCALE = Param("scale", 1.0, "The scale of that error.", ge=1e-300)
XGBOOST_OPTIONS = (
    Param("aft_loss_distribution", "normal", DISTRIBUTION.help, choices=CHOICES, to="distribution"),
    Param("aft_loss_distribution_scale", 1.0, SCALE.help, ge=1e-300, to="scale"),
)


def density(z: Array, distribution: str) -> Array:
    """The density of the standardized error."""
    if distribution == "normal":
        return np.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi)
    with np.errstate(over="ignore", invalid="ignore"):
        if distribution == "logistic":
            small = np.exp(-abs(z))
            return small / (1.0 + small) ** 2
        return np.exp(z - np.exp(z))


def below(z: Array, distribution: str) -> Array:
    """The probability of an error of at most ``z``."""
    with np.errstate(over="ignore"):
        if distribution == "normal":
            found = np.vectorize(lambda one: 0.5 * math.erfc(-one / math.sqrt(2.0)), otypes=[np.float64])(z)
            return np.asarray(found, np.float64)
        if distribution == "logistic":
            return np.asarray(1.0 / (1.0 + np.exp(-z)))
        return np.asarray(-np.expm1(-np.exp(z)))


def _interval(low: Array, high: Array, margin: Array, distribution: str, scale: float) -> Array:
    """The probability of a time between two bounds, given the logarithm of the predicted time."""
    with np.errstate(divide="ignore"):
        z_low, z_high = ((np.log(bound) - margin) / scale for bound in (np.maximum(low, 0.0), high))
    return below(z_high, distribution) - below(z_low, distribution)


def xgboost_aft(
    x: Array,
    y: Any = None,
    *,
    label_lower_bound: Array | None = None,
    label_upper_bound: Array | None = None,
    distribution: str,
    scale: float,
    margin: Array | None = None,
) -> Array:
    """xgboost.aft-nloglik: predictions are times, ``margin`` their logarithms; the scale is always 1.

    Raises:
        InputError: Bounds have another shape.
        UsageError: There are none.
    """
    scale = 1.0  # XGBoost does not pass the objective's scale to the metric
    if label_lower_bound is None or label_upper_bound is None:
        raise UsageError("this call takes bounds of the times", hint="--label-lower-bound and --label-upper-bound")
    low, high = (np.asarray(bound, np.float64) for bound in (label_lower_bound, label_upper_bound))
    if low.shape != x.shape or high.shape != x.shape:
        raise InputError(f"bounds of shape {low.shape} and {high.shape} for predictions of shape {x.shape}")
    log_x = np.log(np.asarray(x, np.float64)) if margin is None else np.asarray(margin, np.float64)
    known = low == high
    time = np.where(known, low, 1.0)
    exact = density((np.log(time) - log_x) / scale, distribution) / (scale * time)
    likelihood = np.where(known, exact, _interval(low, high, log_x, distribution, scale))
    return np.asarray(-np.log(np.maximum(likelihood, LEAST)))


@loss(
    name="aft-nll",
    aliases=("aft", "accelerated-failure-time"),
    summary="Negative log-density of a time at the logarithm of a predicted one; its error has a known distribution.",
    formula="-log(density(z) / (scale y))      z = (log y - x) / scale      x: log of the time",
    steps=(
        ("z", "(log(y) - x) / scale"),
        (
            "cost",
            "z^2 / 2 + log(2 * pi) / 2 if distribution == 'normal' else exp(z) - z if distribution == 'extreme' else "
            "2 * softplus(z) - z",
        ),
        ("loss", "cost + log(scale) + log(y)"),
    ),
    takes=Takes.VALUE,
    domain=Domain.POSITIVE,
    unit="nats",
    params=(DISTRIBUTION, SCALE),
    references=(
        xgboost_call(
            "aft-nloglik",
            takes=Takes.RAW,
            kernel=xgboost_aft,
            options=XGBOOST_OPTIONS,
            extras=("label_lower_bound", "label_upper_bound", "margin"),
            labels_optional=True,
            note="Predictions are times; the scale is ignored; a probability below 1e-12 counts as 1e-12.",
        ),
    ),
    laws=frozenset({"row-permutation"}),
    examples=(
        Example("0,1", "1,1", 1.1689385332046727, "by hand: (log(2 pi) + 1/2) / 2"),
        Example("0", "1", 1.3862943611198906, "by hand: 2 log 2", {"distribution": "logistic"}),
    ),
    accuracy="A few ulp of the largest term; of exp(z), as many as the digits of z that are before its point.",
    source="Barnwal, Cho and Hocking 2020, arXiv:2006.04920; XGBoost 3.2 aft-nloglik",
)
def aft_nll(prediction: Array, target: Array, *, distribution: str, scale: float) -> Array:
    """In nats, for uncensored times."""
    log_y = np.log(target)
    z = (log_y - prediction) / scale
    if distribution == "normal":
        cost = 0.5 * z * z + 0.5 * math.log(2.0 * math.pi)
    elif distribution == "extreme":
        cost = np.exp(z) - z
    else:
        cost = abs(z) + 2.0 * np.log1p(np.exp(-abs(z)))
    return cost + (math.log(scale) + log_y)


def _times(x: Array, y: Labels) -> tuple[Array, Array]:
    same_length(x, y)
    if y.dtype == object:
        raise InputError("the labels are words; this loss takes times")
    if x.ndim > 1 and x.shape[1:] != (1,):
        raise InputError(f"rows of {x.shape[1]} numbers; this loss takes one a row")
    return np.asarray(x.reshape(-1), np.float64), np.asarray(y.reshape(-1), np.float64)


def xgboost_cox(x: Array, y: Labels, weights: Array | None) -> Array:
    """xgboost.cox-nloglik: predictions are hazard ratios; weights are ignored."""
    hazard, time = _times(x, y)
    with np.errstate(divide="ignore"):
        return cox_nll.kernel(np.log(hazard), time, None)


def catboost_cox(x: Array, y: Labels, weights: Array | None) -> Array:
    """catboost.Cox: the sum of log-likelihoods; rows of equal times leave the risk set one by one.

    Raises:
        UsageError: There are sample weights.
    """
    if weights is not None:
        raise UsageError("this call takes no sample weights here")
    x, y = _times(x, y)
    order = np.argsort(abs(y), kind="stable")
    x, y = x[order], y[order]
    risk = np.logaddexp.accumulate(x[::-1])[::-1]
    return np.asarray(np.where(y > 0.0, x - risk, 0.0).sum())


@loss(
    name="cox-nll",
    aliases=("cox",),
    summary="Negative partial log-likelihood: the chance that the event happens to this row, of all still at risk.",
    formula="-sum over events i of (x[i] - log sum_(|y[j]| >= y[i]) exp(x[j])), over their number"
    "\n    x: log hazard ratio      y: time, negative where the event was not seen (censored)",
    steps=(
        ("t", "abs(y)"),
        ("risk", "within(w * exp(x), differences(t, t) <= 0)"),
        ("cost", "(y > 0) * (log(risk) - x)"),
        ("loss", "sum(w * cost) / sum(w * (y > 0))"),
    ),
    takes=Takes.SET,
    domain=Domain.SURVIVAL,
    unit="nats",
    references=(
        xgboost_call("cox-nloglik", kernel=xgboost_cox, note="Predictions are hazard ratios, whose logarithms count."),
        catboost_call(
            "Cox",
            takes=Takes.SET,
            kernel=catboost_cox,
            reductions=WHOLE,
            apart=True,
            note="The SUM of the log-likelihood, which is MINUS the loss times the events; the higher the better. "
            "Of equal times each row leaves after its turn.",
        ),
    ),
    laws=frozenset({"non-negative", "row-permutation"}),
    examples=(
        Example("0,0,0", "1,2,3", 0.5972531564093516, "by hand: (log 3 + log 2 + log 1) / 3"),
        Example("1,0", "1,-2", 0.3132616875182228, "by hand: log(e + 1) - 1"),
    ),
    accuracy="A few ulp of the largest logarithm: what is at risk and the event itself are subtracted.",
    undefined="no event was seen",
    source="Cox 1972, Regression models and life-tables; Breslow 1974; XGBoost 3.2 cox-nloglik",
)
def cox_nll(x: Array, y: Labels, weights: Array | None) -> Array:
    """Equal times are at risk together (Breslow)."""
    x, y = _times(x, y)
    each = np.ones(len(x)) if weights is None else np.asarray(weights, np.float64)
    order = np.argsort(-abs(y), kind="stable")
    x, y, each = x[order], y[order], each[order]
    with np.errstate(divide="ignore", invalid="ignore"):
        reached = np.logaddexp.accumulate(x + np.log(each))
        ends = np.append(np.flatnonzero(np.diff(abs(y))), len(y) - 1)
        risk = reached[ends[np.searchsorted(ends, np.arange(len(y)))]]
        seen = (y > 0.0) & (each > 0.0)
        cost = np.where(seen, each * (risk - x), 0.0)
        return np.asarray(cost.sum() / (each * seen).sum())
