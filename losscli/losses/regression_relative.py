"""Errors relative to the size of the values: symmetric percentages, and the total error over the total value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli import ops
from losscli.errors import InputError
from losscli.lazy import np
from losscli.losses import boosting_quirks as boosting
from losscli.losses.dataset_scores import average, columns, summed
from losscli.losses.loss import Example, loss
from losscli.losses.reference import catboost_call
from losscli.losses.regression import DISTANCE
from losscli.losses.vocabulary import Takes

if TYPE_CHECKING:
    from losscli.ops import Array, Labels

FAMILY = "regression"


@loss(
    name="symmetric-mean-absolute-percentage-error",
    aliases=("smape",),
    summary="The difference in percent of the mean size of prediction and label; at most 200.",
    formula="200 |x - y| / (|x| + |y|)        0 where both are 0",
    steps=(("size", "abs(x) + abs(y)"), ("loss", "200 * abs(x - y) / size if size > 0 else 0")),
    takes=Takes.VALUE,
    unit="percent",
    references=(
        catboost_call("SMAPE", takes=Takes.SET, kernel=boosting.catboost_smape),
        "calls_torchmetrics.SYMMETRIC",
    ),
    laws=DISTANCE,
    examples=(
        Example("1,3", "3,3", 50.0, "by hand: (100 + 0) / 2"),
        Example("-1,0", "1,0", 100.0, "by hand: (200 + 0) / 2"),
    ),
    source="Makridakis 1993, Accuracy measures; CatBoost 1.2 SMAPE",
)
def symmetric_mean_absolute_percentage_error(prediction: Array, target: Array) -> Array:
    """In percent of half the sum of the sizes."""
    size = abs(prediction) + abs(target)
    return 200.0 * (abs(prediction - target) / np.where(size > 0.0, size, 1.0))


@loss(
    name="weighted-absolute-percentage-error",
    aliases=("wape", "wmape"),
    family="scores",
    summary="The total of the absolute differences over the total of the labels' sizes.",
    formula="sum |x - y| / sum |y|",
    steps=(("missed", "total(w * abs(x - y))"), ("loss", "missed / total(w * abs(y))")),
    takes=Takes.SET,
    references=("calls_torchmetrics.WEIGHTED",),
    laws=frozenset({"non-negative", "row-permutation", "zero-at-target"}),
    examples=(
        Example("1,4", "2,3", 0.4, "by hand: (1 + 1) / (2 + 3)"),
        Example("[[1,2],[3,4]]", "[[1,0],[0,4]]", 1.0, "by hand: (0 + 2 + 3 + 0) / (1 + 0 + 0 + 4)"),
    ),
    undefined="it divides by the labels, which are all 0",
    source="Kolassa and Schuetz 2007, Advantages of the MAD/mean ratio over the MAPE",
)
def weighted_absolute_percentage_error(prediction: Array, target: Labels, weights: Array | None) -> Array:
    """``(N,)`` or ``(N, outputs)``: one ratio over all rows and outputs.

    Raises:
        InputError: The labels are all 0.
    """
    x, y, weights = columns(prediction, target, weights)
    each = np.ones((), x.dtype) if weights is None else weights[:, None]
    missed, whole = (summed((each * abs(v)).reshape(-1)) for v in (x - y, y))
    if not whole:
        raise InputError("the labels are all 0, and their total would be the divisor")
    return np.asarray(missed / whole)


@loss(
    name="mean-error",
    aliases=("bias", "mbe", "mean-bias-error"),
    summary="The difference with its sign: above 0 predictions are too high, below too low.",
    formula="x - y",
    steps=(("loss", "x - y"),),
    takes=Takes.VALUE,
    unit="label units",
    laws=frozenset({"row-permutation"}),
    accuracy="A few ulp of prediction or label: they are subtracted, and outputs of both signs averaged.",
    examples=(Example("1,4", "2,2", 0.5, "by hand: (-1 + 2) / 2"), Example("1,3", "2,2", 0.0, "by hand: (-1 + 1) / 2")),
    source="Wilks 2011, Statistical methods in the atmospheric sciences, 8.3",
)
def mean_error(prediction: Array, target: Array) -> Array:
    """In units of the label."""
    return prediction - target


@loss(
    name="root-mean-squared-percentage-error",
    aliases=("rmspe",),
    family="scores",
    summary="The root of the mean squared difference as a fraction of the label.",
    formula="sqrt(mean(((x - y) / y)^2))",
    steps=(("loss", "sqrt(mean(average(((x - y) / y)^2, w)))"),),
    takes=Takes.SET,
    references=("calls_boosting.ROOT_SHARE",),
    laws=frozenset({"non-negative", "row-permutation", "zero-at-target"}),
    examples=(
        Example("1,3", "2,2", 0.5, "by hand: sqrt((1/4 + 1/4) / 2)"),
        Example("2,5", "2,4", 0.17677669529663687, "by hand: sqrt((0 + 1/16) / 2)"),
    ),
    undefined="a label of 0 has no fraction",
    source="Kaggle 2015, Rossmann Store Sales",
)
def root_mean_squared_percentage_error(x: Array, y: Labels, weights: Array | None) -> Array:
    """``(N,)`` or ``(N, outputs)``: one root over all rows and outputs."""
    x, y, weights = columns(x, y, weights)
    with np.errstate(all="ignore"):
        shares = np.where(y == 0.0, np.nan, (x - y) / y)
    return ops.root_mean(shares, lambda squares: np.asarray(average(squares, weights).mean()))
