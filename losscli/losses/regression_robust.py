"""Regression losses in which large errors, or errors on one side, count less: Huber, log-cosh, quantile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli import ops
from losscli.errors import UsageError
from losscli.lazy import np
from losscli.losses import regression_quirks as quirks
from losscli.losses.dataset_scores import MULTIOUTPUT, averaged, check_share
from losscli.losses.loss import Example, loss
from losscli.losses.reference import VALUE_WEIGHT, keras_losses, keras_metric, optax_call, sklearn_call, torch_call
from losscli.losses.regression import DISTANCE, UNLABELLED
from losscli.losses.vocabulary import Param, Takes
from losscli.record import replace

if TYPE_CHECKING:
    from losscli.ops import Array

FAMILY = "regression"

DELTA = Param("delta", 1.0, "Where the square becomes linear.", usual=(0.1, 0.5, 1.35, 1.5, 2.0, 5.0, 10.0))
ALPHA = Param(
    "alpha",
    0.5,
    "The quantile; predicting too low costs alpha per unit, too high 1 - alpha.",
    ge=0.0,
    le=1.0,
    usual=(0.1, 0.9),
)


@loss(
    name="huber",
    summary="Half the square of small differences, linear beyond delta.",
    formula="e^2 / 2 if |e| <= delta, else delta (|e| - delta / 2)        e = x - y",
    steps=(("e", "x - y"), ("loss", "e^2 / 2 if abs(e) <= delta else delta * (abs(e) - delta / 2)")),
    takes=Takes.VALUE,
    unit="label units, squared",
    params=(replace(DELTA, ge=1e-300),),
    references=(
        *keras_losses("Huber", "huber", squeezes=True, options=(DELTA,)),
        torch_call("HuberLoss", kernel=quirks.torch_huber, options=(DELTA,)),
        torch_call(
            "functional.huber_loss",
            kernel=quirks.torch_huber,
            options=(DELTA, VALUE_WEIGHT),
            note="With weights the mean still divides by the number of values.",
            unweighted="",
        ),
        optax_call(
            "huber_loss",
            takes=Takes.RAW,
            kernel=quirks.optax_huber,
            options=(DELTA,),
            note=UNLABELLED,
            labels_optional=True,
        ),
        "calls_tf_v1.HUBER",
        "calls_boosting.HUBER",
    ),
    laws=DISTANCE,
    examples=(
        Example("[[1.5,2],[4,-1]]", "[[1,4],[2,-3]]", 1.15625, "by hand: ((0.125 + 1.5) / 2 + (1.5 + 1.5) / 2) / 2"),
        Example("2,2.5,-2", "0,0,0", 2.3333333333333335, "by hand: (2 + 3 + 2) / 3", {"delta": 2.0}),
    ),
    source="Huber 1964, Robust estimation of a location parameter; Keras 3.15 Huber",
)
def huber(prediction: Array, target: Array, *, delta: float) -> Array:
    """A parabola that continues as its tangent."""
    size = abs(prediction - target)
    return np.where(size <= delta, 0.5 * size * size, delta * (size - 0.5 * delta))


def _torch_smooth_l1(prediction: Array, target: Array, *, beta: float) -> Array:
    """torch.nn.SmoothL1Loss: the threshold must not be negative."""
    if beta < 0:
        raise UsageError(f"--beta is {beta:g}; it must be 0 or more")
    return smooth_l1.kernel(prediction, target, beta=beta)


@loss(
    name="smooth-l1",
    summary="Huber divided by its threshold: the absolute difference with a round tip.",
    formula="e^2 / (2 beta) if |e| < beta, else |e| - beta / 2        e = x - y",
    steps=(("e", "x - y"), ("loss", "e^2 / (2 * beta) if abs(e) < beta else abs(e) - beta / 2")),
    takes=Takes.VALUE,
    unit="label units",
    params=(
        Param(
            "beta",
            1.0,
            "Where the square becomes linear; 0 is the absolute error.",
            ge=0.0,
            usual=(1 / 9, 0.1, 0.5, 2.0),
        ),
    ),
    references=(
        torch_call(
            "SmoothL1Loss",
            also=("functional.smooth_l1_loss",),
            kernel=_torch_smooth_l1,
            options=(Param("beta", 1.0, "Where the square becomes linear; 0 is L1.", ge=0.0),),
        ),
    ),
    laws=DISTANCE,
    examples=(
        Example("2.5,0,2,8", "3,-0.5,2,7", 0.1875, "by hand: (0.125 + 0.125 + 0 + 0.5) / 4"),
        Example("1,5", "0,0", 2.125, "by hand: (1/4 + 4) / 2", {"beta": 2.0}),
    ),
    source="Girshick 2015, Fast R-CNN, arXiv:1504.08083; PyTorch 2.13 SmoothL1Loss",
)
def smooth_l1(prediction: Array, target: Array, *, beta: float) -> Array:
    """The size of each difference, rounded off below ``beta``."""
    size = abs(prediction - target)
    inside = size < beta
    return np.where(inside, 0.5 * size * (np.where(inside, size, 0.0) / (beta or 1.0)), size - 0.5 * beta)


@loss(
    name="log-cosh",
    aliases=("logcosh",),
    summary="Half the square of small differences, the absolute value of large ones less log 2.",
    formula="log cosh(x - y)",
    steps=(("e", "x - y"), ("loss", "log(cosh(e))")),
    takes=Takes.VALUE,
    references=(
        *keras_losses("LogCosh", "log_cosh", squeezes=True, kernel=quirks.keras_log_cosh, note=quirks.FLOAT32_LOG_2),
        keras_metric("LogCoshError", kernel=quirks.keras_log_cosh, note=quirks.FLOAT32_LOG_2),
        optax_call("log_cosh", takes=Takes.RAW, kernel=quirks.optax_log_cosh, note=UNLABELLED, labels_optional=True),
        "calls_torchmetrics.LOG_COSH",
        "calls_boosting.LOG_COSH",
    ),
    laws=DISTANCE,
    examples=(
        Example("0.5,-2,3", "0,0,0", 1.251481919631309, "optax.losses.log_cosh, optax 0.2.8 in float64"),
        Example("1000", "0", 999.3068528194401, "by hand: 1000 - log 2"),
    ),
    source="Chen et al. 2019, Log Hyperbolic Cosine Loss Improves Variational Auto-Encoder; Keras 3.15 LogCosh",
)
def log_cosh(prediction: Array, target: Array) -> Array:
    """The logarithm of the hyperbolic cosine of each difference."""
    return ops.log_cosh(prediction - target)


def _pinball(prediction: Array, target: Array, *, alpha: float) -> Array:
    return quantile.kernel(prediction, target, alpha=alpha)


@loss(
    name="quantile",
    aliases=("pinball",),
    summary="Absolute difference, weighted differently above and below; smallest at a quantile of the labels.",
    formula="alpha (y - x) if y >= x, else (1 - alpha) (x - y)",
    steps=(("loss", "alpha * (y - x) if y >= x else (1 - alpha) * (x - y)"),),
    takes=Takes.VALUE,
    unit="label units",
    params=(ALPHA,),
    references=(
        sklearn_call(
            "mean_pinball_loss",
            takes=Takes.SET,
            kernel=averaged(_pinball),
            options=(ALPHA, MULTIOUTPUT),
            note="The default alpha gives half the mean absolute error.",
        ),
        "calls_boosting.QUANTILE",
    ),
    laws=frozenset({"non-negative", "row-permutation", "zero-at-target"}),
    examples=(
        Example("1.5,1", "1,2", 0.375, "by hand: half of (0.5 + 1) / 2"),
        Example("2,5", "4,4", 0.95, "by hand: (0.9 * 2 + 0.1 * 1) / 2", {"alpha": 0.9}),
    ),
    source="Koenker and Bassett 1978, Regression quantiles; scikit-learn 1.9 mean_pinball_loss",
)
def quantile(prediction: Array, target: Array, *, alpha: float) -> Array:
    """The difference times ``alpha`` above the prediction, times ``1 - alpha`` below it."""
    check_share(alpha)
    difference = target - prediction
    return np.maximum(alpha * difference, (alpha - 1.0) * difference)
