"""Regression losses: the distance of a prediction from a value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli import ops
from losscli.lazy import np
from losscli.losses import regression_quirks as quirks
from losscli.losses.dataset_scores import MULTIOUTPUT
from losscli.losses.loss import Example, loss
from losscli.losses.reference import (
    TORCH_WEIGHTED,
    VALUE_WEIGHT,
    WHOLE,
    keras_losses,
    keras_metric,
    optax_call,
    sklearn_call,
    tf_call,
    torch_call,
)
from losscli.losses.vocabulary import Domain, Param, Takes

if TYPE_CHECKING:
    from losscli.ops import Array

FAMILY = "regression"
DISTANCE = frozenset({"non-negative", "row-permutation", "symmetric", "zero-at-target"})
UNLABELLED = "Without labels, zeros are used."
PER_OUTPUT = "Averages the rows of each output, then the outputs."
EPSILON = Param(
    "epsilon", 1e-7, "Smallest absolute label to divide by; 0 divides by the label itself.", ge=0.0, exact=0.0
)
FLOOR = Param(
    "floor",
    1e-7,
    "Smaller predictions and labels are raised to this value; -1 leaves all numbers as they are.",
    ge=-1.0,
    exact=-1.0,
)


@loss(
    name="mean-squared-error",
    aliases=("mse",),
    summary="The squared difference.",
    formula="(x - y)^2",
    steps=(("e", "x - y"), ("loss", "e^2")),
    takes=Takes.VALUE,
    unit="label units, squared",
    references=(
        *keras_losses("MeanSquaredError", "mean_squared_error", squeezes=True),
        keras_metric("MeanSquaredError"),
        torch_call("MSELoss"),
        torch_call(
            "functional.mse_loss",
            options=(VALUE_WEIGHT,),
            reductions=TORCH_WEIGHTED,
            note="With weights the mean divides by their sum.",
            unweighted="",
        ),
        sklearn_call(
            "mean_squared_error",
            takes=Takes.SET,
            kernel=quirks.sklearn_squared,
            options=(MULTIOUTPUT,),
            note=PER_OUTPUT,
        ),
        optax_call(
            "squared_error", takes=Takes.RAW, kernel=quirks.optax_squared, note=UNLABELLED, labels_optional=True
        ),
        "calls_tf_v1.SQUARED",
        "calls_torchmetrics.SQUARED",
        "calls_boosting.SQUARED",
    ),
    laws=DISTANCE,
    examples=(
        Example("-1.5,2,3", "-1,2,4", 0.4166666666666667, "by hand: (0.25 + 0 + 1) / 3"),
        Example("[[1,2],[3,4]]", "[[1,0],[0,4]]", 3.25, "by hand: ((0 + 4) / 2 + (9 + 0) / 2) / 2"),
    ),
    source="Gauss 1809; Keras 3.15 MeanSquaredError",
)
def mean_squared_error(prediction: Array, target: Array) -> Array:
    """The square of each difference."""
    difference = prediction - target
    return difference * difference


@loss(
    name="half-squared-error",
    aliases=("l2", "l2-loss"),
    summary="Half the squared difference.",
    formula="(x - y)^2 / 2",
    steps=(("e", "x - y"), ("loss", "e^2 / 2")),
    takes=Takes.VALUE,
    unit="label units, squared",
    references=(
        optax_call("l2_loss", takes=Takes.RAW, kernel=quirks.optax_l2, note=UNLABELLED, labels_optional=True),
        tf_call(
            "l2_loss",
            takes=Takes.ANCHOR,
            kernel=quirks.half_square,
            reductions=WHOLE,
            note="Takes no labels: half the sum of all squares.",
        ),
    ),
    laws=DISTANCE,
    examples=(
        Example("-1.5,2,3", "-1,2,4", 0.20833333333333334, "by hand: (0.125 + 0 + 0.5) / 3"),
        Example("3,4", "0,0", 12.5, "by hand: 4.5 + 8; tf.nn.l2_loss([3, 4])", {"reduction": "sum"}),
    ),
    source="Bishop 2006, Pattern Recognition and Machine Learning, 1.2; optax 0.2.8 l2_loss",
)
def half_squared_error(prediction: Array, target: Array) -> Array:
    """Half the square of each difference."""
    difference = prediction - target
    return 0.5 * difference * difference


@loss(
    name="mean-absolute-error",
    aliases=("mae", "l1"),
    summary="The absolute difference.",
    formula="|x - y|",
    steps=(("loss", "abs(x - y)"),),
    takes=Takes.VALUE,
    unit="label units",
    references=(
        *keras_losses("MeanAbsoluteError", "mean_absolute_error", squeezes=True),
        keras_metric("MeanAbsoluteError"),
        torch_call("L1Loss"),
        torch_call(
            "functional.l1_loss",
            options=(VALUE_WEIGHT,),
            reductions=TORCH_WEIGHTED,
            note="With weights the mean divides by their sum.",
            unweighted="",
        ),
        sklearn_call(
            "mean_absolute_error",
            takes=Takes.SET,
            kernel=quirks.sklearn_absolute,
            options=(MULTIOUTPUT,),
            note=PER_OUTPUT,
        ),
        "calls_tf_v1.ABSOLUTE",
        "calls_torchmetrics.ABSOLUTE",
        "calls_boosting.ABSOLUTE",
    ),
    laws=DISTANCE,
    examples=(
        Example("-1.5,2,3", "-1,2,4", 0.5, "by hand: (0.5 + 0 + 1) / 3"),
        Example("[[1,2],[3,4]]", "[[1,0],[0,4]]", 1.25, "by hand: ((0 + 2) / 2 + (3 + 0) / 2) / 2"),
    ),
    source="Laplace 1774; Keras 3.15 MeanAbsoluteError",
)
def mean_absolute_error(prediction: Array, target: Array) -> Array:
    """The size of each difference."""
    return abs(prediction - target)


@loss(
    name="mean-absolute-percentage-error",
    aliases=("mape",),
    summary="The difference in percent of the label.",
    formula="100 |x - y| / max(|y|, epsilon)",
    steps=(("loss", "100 * abs(x - y) / max(abs(y), epsilon)"),),
    takes=Takes.VALUE,
    unit="percent",
    params=(EPSILON,),
    references=(
        *keras_losses(
            "MeanAbsolutePercentageError",
            "mean_absolute_percentage_error",
            squeezes=True,
            note="Divides by at least 1e-7.",
        ),
        keras_metric("MeanAbsolutePercentageError", note="Divides by at least 1e-7."),
        sklearn_call(
            "mean_absolute_percentage_error",
            takes=Takes.SET,
            kernel=quirks.sklearn_percentage,
            options=(MULTIOUTPUT,),
            note="A fraction, not percent; divides by at least 2.2e-16.",
        ),
        "calls_torchmetrics.PERCENTAGE",
        "calls_boosting.PERCENTAGE",
    ),
    laws=frozenset({"non-negative", "row-permutation", "zero-at-target"}),
    examples=(
        Example("1.1,1.5", "1,2", 17.5, "by hand: (10 + 25) / 2"),
        Example(
            "[[1.5,2],[4,-1]]", "[[1,4],[2,-3]]", 66.66666666666667, "by hand: ((50 + 50) / 2 + (100 + 200/3) / 2) / 2"
        ),
    ),
    source="Makridakis 1993, Accuracy measures; Keras 3.15 MeanAbsolutePercentageError",
)
def mean_absolute_percentage_error(prediction: Array, target: Array, *, epsilon: float) -> Array:
    """The difference in percent of the label, which counts as at least ``epsilon``."""
    return 100.0 * (abs(prediction - target) / np.maximum(abs(target), epsilon))


@loss(
    name="mean-squared-log-error",
    aliases=("msle", "mean-squared-logarithmic-error"),
    summary="The squared difference of logarithms, for values that grow by factors.",
    formula="(log(1 + max(x, floor)) - log(1 + max(y, floor)))^2",
    steps=(("a", "log(1 + max(x, floor))"), ("b", "log(1 + max(y, floor))"), ("loss", "(a - b)^2")),
    takes=Takes.VALUE,
    domain=Domain.POSITIVE,
    unit="nats, squared",
    params=(FLOOR,),
    references=(
        *keras_losses(
            "MeanSquaredLogarithmicError",
            "mean_squared_logarithmic_error",
            squeezes=True,
            note="Anything below 1e-7 counts as 1e-7.",
        ),
        keras_metric("MeanSquaredLogarithmicError", note="Anything below 1e-7 counts as 1e-7."),
        sklearn_call(
            "mean_squared_log_error",
            takes=Takes.SET,
            kernel=quirks.sklearn_squared_log,
            options=(MULTIOUTPUT,),
            note="Takes negative values as they are; -1 and below are refused.",
        ),
        "calls_torchmetrics.SQUARED_LOG",
        "calls_boosting.SQUARED_LOG",
    ),
    laws=DISTANCE,
    examples=(
        Example("1,0", "0,0", 0.24022643764439114, "by hand: (log((1 + 1) / (1 + 1e-7))^2 + 0) / 2"),
        Example("-3,5", "-5,2", 0.24022650695910072, "by hand: (0 + log(6/3)^2) / 2"),
    ),
    source="Kaggle 2012; Keras 3.15 MeanSquaredLogarithmicError",
)
def mean_squared_log_error(prediction: Array, target: Array, *, floor: float) -> Array:
    """The square of the logarithms' difference."""
    value = ops.log_difference(np.maximum(prediction, floor), np.maximum(target, floor)) ** 2
    return value if floor > -1.0 else np.where(np.minimum(prediction, target) < -1.0, np.nan, value)
