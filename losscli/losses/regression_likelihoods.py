"""Negative log-likelihoods of positive values at a predicted mean, as boosting tools report them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.errors import UsageError
from losscli.lazy import np
from losscli.losses import boosting_quirks as quirks
from losscli.losses.loss import Example, loss
from losscli.losses.reference import catboost_call, lightgbm_call, xgboost_call
from losscli.losses.regression_deviances import CANCELS
from losscli.losses.vocabulary import Domain, Param, Takes

if TYPE_CHECKING:
    from losscli.ops import Array

FAMILY = "regression"


def _power(name: str) -> Param:
    return Param(name, 1.5, "The variance is this power of the mean; between 1 and 2.", ge=1.0, le=2.0, to="rho")


@loss(
    name="gamma-nll",
    summary="Negative log-likelihood of an exponential distribution at its mean: the objective of gamma regression.",
    formula="y / x + log x",
    steps=(("loss", "y / x + log(x)"),),
    takes=Takes.VALUE,
    domain=Domain.POSITIVE,
    unit="nats",
    references=(
        xgboost_call("gamma-nloglik", kernel=quirks.xgboost_gamma, note="A mean below 1e-6 counts as 1e-6."),
        lightgbm_call(
            "gamma", kernel=quirks.lightgbm_gamma, note="Labels must be positive; one logarithm of them is float32."
        ),
    ),
    laws=frozenset({"row-permutation"}),
    examples=(
        Example("2", "3", 2.193147180559945, "by hand: 1.5 + log 2"),
        Example("1,0.5", "2,1", 1.6534264097200273, "by hand: (2 + 2 - log 2) / 2"),
    ),
    accuracy=CANCELS,
    source="McCullagh and Nelder 1989, Generalized Linear Models; XGBoost 3.2 gamma-nloglik",
)
def gamma_nll(prediction: Array, target: Array) -> Array:
    """In nats, for a shape of 1."""
    return target / prediction + np.log(prediction)


@loss(
    name="tweedie-nll",
    summary="Negative log-likelihood of Tweedie's compound Poisson-gamma distribution, without terms of labels alone.",
    formula="-y x^(1-rho) / (1-rho) + x^(2-rho) / (2-rho)",
    steps=(("loss", "x^(2 - rho) / (2 - rho) - y * x^(1 - rho) / (1 - rho)"),),
    takes=Takes.VALUE,
    domain=Domain.POSITIVE,
    params=(Param("rho", 1.5, "The variance is this power of the mean; between 1 and 2.", ge=1.0, le=2.0),),
    references=(
        xgboost_call("tweedie-nloglik", options=(_power("rho"),), at="rho"),
        lightgbm_call(
            "tweedie",
            kernel=quirks.lightgbm_tweedie,
            options=(_power("tweedie_variance_power"),),
            note="A mean below 1e-10 counts as 1e-10.",
        ),
        catboost_call(
            "Tweedie",
            kernel=quirks.catboost_tweedie,
            options=(_power("variance_power"),),
            note="Predictions are logarithms of means.",
        ),
    ),
    laws=frozenset({"non-negative", "row-permutation"}),
    examples=(
        Example("4", "1", 5.0, "by hand: 2 * 2 + 2 / 2"),
        Example("1,4", "2,0", 5.0, "by hand: ((2 + 4) + (4 + 0)) / 2"),
    ),
    source="Jorgensen 1987, Exponential dispersion models; XGBoost 3.2 tweedie-nloglik",
)
def tweedie_nll(prediction: Array, target: Array, *, rho: float) -> Array:
    """The negative log-likelihood, without terms of the label alone.

    Raises:
        UsageError: ``rho`` does not lie between 1 and 2.
    """
    if not 1.0 < rho < 2.0:
        raise UsageError(f"--rho is {rho:g}; it must lie between 1 and 2")
    return prediction ** (2.0 - rho) / (2.0 - rho) + target * (prediction ** (1.0 - rho) / (rho - 1.0))
