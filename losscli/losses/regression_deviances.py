"""Regression losses with a distribution behind them: counts, variances and deviances."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from losscli import ops
from losscli.errors import InputError
from losscli.lazy import np
from losscli.losses import regression_quirks as quirks
from losscli.losses.dataset_scores import POWER
from losscli.losses.deviances import deviance
from losscli.losses.loss import Example, loss
from losscli.losses.reference import Shapes, keras_losses, keras_metric, sklearn_call, tf_call, torch_call
from losscli.losses.vocabulary import Domain, Param, Takes

if TYPE_CHECKING:
    from losscli.ops import Array

FAMILY = "regression"

DEVIANCE = frozenset({"non-negative", "row-permutation", "zero-at-target"})
EPSILON = Param("epsilon", 1e-7, "Added to the rate before its logarithm.", ge=0.0, exact=0.0)
LOG_INPUT = Param("log_input", True, "Predictions are logarithms of rates; otherwise rates.")
FULL = Param("full", False, "Add Stirling's approximation of log y!, for y > 1.")
STIRLING = Param("compute_full_loss", False, "Add Stirling's approximation of log y! outside [0, 1].", to="full")
CONSTANT = Param("full", False, "Add log(2 pi) / 2.")
EPS_RATE = Param("eps", 1e-8, "Added to rates before their logarithm.", ge=0.0, exact=0.0)
EPS_VAR = Param("eps", 1e-6, "Smaller variances are raised to this value.", ge=0.0, exact=0.0)
CANCELS = "Accurate to a few ulp of the largest term: terms of both signs cancel."


@loss(
    name="poisson",
    summary="Negative log-likelihood of counts at a predicted rate, without log y!.",
    formula="x - y log(x + epsilon)        x: rate",
    steps=(("loss", "x - y * log(x + epsilon)"),),
    takes=Takes.VALUE,
    domain=Domain.POSITIVE,
    unit="nats",
    params=(EPSILON,),
    references=(
        *keras_losses("Poisson", "poisson", kernel=quirks.keras_poisson, note=quirks.ADDED),
        keras_metric("Poisson", kernel=quirks.keras_poisson, same_rank=False, note=quirks.ADDED),
        "calls_boosting.POISSON",
    ),
    laws=frozenset({"row-permutation"}),
    examples=(
        Example("2,2.5", "1,3", 0.5289902269087966, "keras.losses.Poisson, Keras 3.15 in float64"),
        Example(
            "[[1,1],[0,0]]", "[[0,1],[0,0]]", 0.49999997500000126, "keras.losses.Poisson, Keras 3.15 documentation"
        ),
    ),
    accuracy=CANCELS,
    source="Poisson 1837; Keras 3.15 Poisson",
)
def poisson(prediction: Array, target: Array, *, epsilon: float) -> Array:
    """In nats; a rate of 0 costs nothing for a count of 0."""
    none = (target == 0.0) & (prediction + epsilon == 0.0)
    return np.where(none, prediction, prediction - target * ops.log_sum(prediction, epsilon))


@loss(
    name="poisson-nll",
    aliases=("log-poisson",),
    summary="Negative log-likelihood of counts at the logarithm of a rate.",
    formula="exp(x) - y x        rates: x - y log(x + eps)        full: + y log y - y + log(2 pi y) / 2 if y > 1",
    steps=(
        ("cost", "exp(x) - y * x if log_input else x - y * log(x + eps)"),
        ("stirling", "(y * log(y) - y + log(2 * pi * y) / 2 if y > 1 else 0) if full else None"),
        ("loss", "cost + stirling if full else cost"),
    ),
    takes=Takes.VALUE,
    unit="nats",
    params=(LOG_INPUT, FULL, EPS_RATE),
    references=(
        torch_call(
            "PoissonNLLLoss",
            also=("functional.poisson_nll_loss",),
            options=(LOG_INPUT, FULL, EPS_RATE),
            note="Predictions are logarithms of rates unless log_input is off.",
        ),
        tf_call(
            "log_poisson_loss",
            kernel=quirks.tf_log_poisson,
            shapes=Shapes.EQUAL,
            options=(STIRLING,),
            note="Negative counts give NaN with compute_full_loss.",
        ),
        "calls_boosting.LOG_POISSON",
    ),
    laws=frozenset({"row-permutation"}),
    examples=(
        Example("0,1,-1", "1,2,0", 0.6953870898768292, "by hand: (1 + (e - 2) + 1/e) / 3"),
        Example(
            "1,2,0.5",
            "1,3,0",
            0.47351947777338815,
            "torch.nn.PoissonNLLLoss, PyTorch 2.13 in float64",
            {"log_input": False},
        ),
    ),
    accuracy=CANCELS,
    source="Nelder and Wedderburn 1972, Generalized linear models; PyTorch 2.13 PoissonNLLLoss",
)
def poisson_nll(prediction: Array, target: Array, *, log_input: bool, full: bool, eps: float) -> Array:
    """In nats, without log y! unless ``full``."""
    cost = np.exp(prediction) - target * prediction if log_input else prediction - target * ops.log_sum(prediction, eps)
    return cost + np.where(target <= 1.0, 0.0, ops.stirling(target)) if full else cost


@loss(
    name="gaussian-nll",
    summary="Negative log-likelihood of values at a predicted mean and variance.",
    formula="(log v + (x - y)^2 / v) / 2        v = max(var, eps)        full: + log(2 pi) / 2",
    steps=(
        ("v", "max(var, eps)"),
        ("cost", "(log(v) + (x - y)^2 / v) / 2"),
        ("loss", "cost + log(2 * pi) / 2 if full else cost"),
    ),
    takes=Takes.VALUE,
    unit="nats",
    params=(CONSTANT, EPS_VAR),
    extras={"var": "The predicted variances: one for each value, or one for each row."},
    references=(
        torch_call(
            "GaussianNLLLoss", also=("functional.gaussian_nll_loss",), options=(CONSTANT, EPS_VAR), extras=("var",)
        ),
        "calls_boosting.GAUSSIAN",
    ),
    laws=frozenset({"row-permutation", "symmetric"}),
    examples=(
        Example("1,2", "1.5,1", 0.47157359027997264, "by hand: (0.25 + 0.25 + log 4) / 4", {"var": [1.0, 4.0]}),
        Example(
            "1,2",
            "1.5,1",
            1.3905121234846454,
            "torch.nn.GaussianNLLLoss, PyTorch 2.13 in float64",
            {"var": [1.0, 4.0], "full": True},
        ),
    ),
    accuracy=CANCELS,
    source="Nix and Weigend 1994, Estimating the mean and variance of the target; PyTorch 2.13 GaussianNLLLoss",
)
def gaussian_nll(prediction: Array, target: Array, *, full: bool, eps: float, var: Array) -> Array:
    """In nats; ``var`` has the shape of the predictions, or one entry per row, or is one number.

    Raises:
        InputError: A variance is negative, or their shape is none of these.
    """
    var, off = np.maximum(_variances(var, prediction), eps), prediction - target
    cost = 0.5 * np.log(var) + (0.5 * off) * (off / var)
    return cost + 0.5 * math.log(2.0 * math.pi) if full else cost


def _variances(var: Array, prediction: Array) -> Array:
    """Variances that broadcast to the predictions along one axis at the most."""
    var = np.asarray(var, prediction.dtype)
    if (var < 0.0).any():
        raise InputError("a variance is negative", hint="log-variances want exp() first")
    if var.ndim and var.shape == prediction.shape[:-1]:
        return var[..., None]
    other = [v for v, p in zip(var.shape, prediction.shape, strict=False) if v != p]
    if var.ndim and (var.ndim != prediction.ndim or other not in ([], [1])):
        raise InputError(f"variances of shape {var.shape} for predictions of shape {prediction.shape}")
    return var


@loss(
    name="tweedie-deviance",
    aliases=("tweedie",),
    summary="Deviance of Tweedie's family, whose variance is a power of the mean; zeros and a long tail at 1.5.",
    formula="2 (y^(2-p) / ((1-p)(2-p)) - y x^(1-p) / (1-p) + x^(2-p) / (2-p))        p: power",
    steps=(
        (
            "loss",
            "(x - y)^2 if power == 0 else 2 * (y * log(y / x) - y + x) if power == 1 else "
            "2 * (log(x / y) + y / x - 1) if power == 2 else 2 * (max(y, 0)^(2 - power) / ((1 - power) * (2 - power))"
            " - y * x^(1 - power) / (1 - power) + x^(2 - power) / (2 - power))",
        ),
    ),
    takes=Takes.VALUE,
    domain=Domain.POSITIVE,
    params=(POWER,),
    references=(
        sklearn_call(
            "mean_tweedie_deviance",
            takes=Takes.SET,
            kernel=quirks.sklearn_deviance,
            options=(POWER,),
            note="The default power is 0, the squared error; values that the distribution lacks are refused.",
        ),
        "calls_torchmetrics.TWEEDIE",
    ),
    laws=DEVIANCE,
    examples=(
        Example("1.5,2,3", "1,2,4", 0.4166666666666667, "by hand, power 0: (0.25 + 0 + 1) / 3"),
        Example("4,1", "1,4", 3.0, "by hand: (2 (-4 + 1 + 4) + 2 (-8 + 8 + 2)) / 2", {"power": 1.5}),
    ),
    accuracy="16 ulp for powers other than 0, 1, 1.5, 2 and 3: rounded powers and logarithms are subtracted.",
    source="Tweedie 1984, An index which distinguishes; scikit-learn 1.9 mean_tweedie_deviance",
)
def tweedie_deviance(prediction: Array, target: Array, *, power: float) -> Array:
    """Twice the excess cost of the prediction over the label itself."""
    return deviance(prediction, target, power)


@loss(
    name="poisson-deviance",
    summary="Twice the extra cost of a predicted rate over the count itself.",
    formula="2 (y log(y / x) - y + x)",
    steps=(("loss", "2 * (y * log(y / x) - y + x)"),),
    takes=Takes.VALUE,
    domain=Domain.POSITIVE,
    unit="nats, twice",
    references=(
        sklearn_call(
            "mean_poisson_deviance",
            takes=Takes.SET,
            kernel=quirks.sklearn_deviance,
            fixed={"power": 1},
            note="Rates of 0 and negative counts are refused.",
        ),
    ),
    laws=DEVIANCE,
    examples=(
        Example("0.5,1", "0,2", 0.8862943611198906, "by hand: (1 + 2 (2 log 2 - 1)) / 2"),
        Example("2,2.5", "1,3", 0.3538174898219184, "sklearn.metrics.mean_poisson_deviance, scikit-learn 1.9"),
    ),
    source="McCullagh and Nelder 1989, Generalized Linear Models; scikit-learn 1.9 mean_poisson_deviance",
)
def poisson_deviance(prediction: Array, target: Array) -> Array:
    """In nats, twice; ``0 log 0`` is 0."""
    return deviance(prediction, target, 1.0)


@loss(
    name="gamma-deviance",
    summary="Twice the extra cost of a predicted mean over the value itself, for errors in proportion to the mean.",
    formula="2 (log(x / y) + y / x - 1)",
    steps=(("loss", "2 * (log(x / y) + y / x - 1)"),),
    takes=Takes.VALUE,
    domain=Domain.POSITIVE,
    unit="nats, twice",
    references=(
        sklearn_call(
            "mean_gamma_deviance",
            takes=Takes.SET,
            kernel=quirks.sklearn_deviance,
            fixed={"power": 2},
            note="Values of 0 and less are refused.",
        ),
        "calls_boosting.GAMMA_DEVIANCE",
    ),
    laws=DEVIANCE,
    examples=(
        Example("1,2", "2,2", 0.3068528194400547, "by hand: (2 (log(1/2) + 2 - 1) + 0) / 2"),
        Example("2,1", "1,1", 0.1931471805599453, "by hand: (2 (log 2 + 1/2 - 1) + 0) / 2"),
    ),
    source="McCullagh and Nelder 1989, Generalized Linear Models; scikit-learn 1.9 mean_gamma_deviance",
)
def gamma_deviance(prediction: Array, target: Array) -> Array:
    """In nats, twice."""
    return deviance(prediction, target, 2.0)
