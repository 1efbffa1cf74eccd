"""Errors of a whole data set that are not a mean over rows: roots, medians, maxima."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli import ops
from losscli.errors import UsageError
from losscli.lazy import np
from losscli.losses import linearized, scores_quirks
from losscli.losses import regression_quirks as quirks
from losscli.losses.dataset_scores import (
    MULTIOUTPUT,
    OVER_OUTPUTS,
    average,
    columns,
    log_gaps,
    over_outputs,
    weighted_quantile,
)
from losscli.losses.loss import Example, loss
from losscli.losses.reference import keras_metric, sklearn_call
from losscli.losses.vocabulary import Domain, Inference, Takes

if TYPE_CHECKING:
    from losscli.ops import Array, Labels

FAMILY = "scores"
ERROR = frozenset({"non-negative", "row-permutation", "symmetric", "zero-at-target"})


@loss(
    name="root-mean-squared-error",
    aliases=("rmse",),
    summary="The root of the mean squared difference.",
    formula="sqrt(mean((x - y)^2))",
    steps=(("mse", "average((x - y)^2, w)"), ("loss", "sqrt(mean(mse))")),
    takes=Takes.SET,
    unit="label units",
    references=(
        keras_metric("RootMeanSquaredError", note="One root over all outputs together."),
        sklearn_call(
            "root_mean_squared_error",
            kernel=quirks.sklearn_root,
            options=(MULTIOUTPUT,),
            note="One root for each output, then their mean.",
        ),
        "calls_torchmetrics.NRMSE",
        "calls_boosting.ROOT",
        "calls_catboost_ranking.ROOT",
    ),
    inference=Inference.LINEAR,
    linear=linearized.root,
    laws=ERROR,
    examples=(
        Example("-1,2,4", "0,2,2", 1.2909944487358056, "by hand: sqrt((1 + 0 + 4) / 3)"),
        Example("[[2,12],[2,26]]", "[[1,10],[2,20]]", 3.2015621187164243, "by hand: sqrt((1 + 4 + 0 + 36) / 4)"),
    ),
    source="Gauss 1809; Keras 3.15 RootMeanSquaredError",
)
def root_mean_squared_error(prediction: Array, target: Labels, weights: Array | None) -> Array:
    """``(N,)`` or ``(N, outputs)``: one root over all rows and outputs."""
    x, y = scores_quirks.same_rank(prediction, target)
    return ops.root_mean(x - y, lambda squares: scores_quirks.metric_mean(squares, weights))


@loss(
    name="root-mean-squared-log-error",
    aliases=("rmsle",),
    summary="The root of the mean squared difference of logarithms.",
    formula="sqrt(mean((log(1 + x) - log(1 + y))^2))",
    steps=(("each", "sqrt(average((log(1 + x) - log(1 + y))^2, w))"), ("loss", OVER_OUTPUTS)),
    takes=Takes.SET,
    domain=Domain.POSITIVE,
    unit="nats",
    params=(MULTIOUTPUT,),
    references=(
        sklearn_call(
            "root_mean_squared_log_error",
            options=(MULTIOUTPUT,),
            note="One root for each output, then their mean; values of -1 and less are refused.",
        ),
        "calls_boosting.ROOT_LOG",
    ),
    inference=Inference.LINEAR,
    linear=linearized.log_root,
    laws=ERROR,
    examples=(
        Example("1", "0", 0.6931471805599453, "by hand: log 2"),
        Example("0,5", "0,2", 0.4901290717342736, "by hand: sqrt((0 + log(6/3)^2) / 2)"),
    ),
    source="Kaggle 2012; scikit-learn 1.9 root_mean_squared_log_error",
)
def root_mean_squared_log_error(prediction: Array, target: Labels, weights: Array | None, *, multioutput: Any) -> Array:
    """``(N,)`` or ``(N, outputs)``: the root of each output, then their mean; in nats."""
    gaps, weights = log_gaps(prediction, target, weights)
    return over_outputs(ops.root_mean(gaps, lambda squares: average(squares, weights), axis=0), multioutput)


def _sizes(prediction: Array, target: Labels, weights: Array | None, **_: Any) -> Array:
    """The absolute errors ``(N,)`` of a single output without weights."""
    if weights is not None or prediction.size != len(prediction):
        raise ValueError("several medians, or one of weighted rows")
    sizes: Array = np.abs(prediction - target)
    return sizes.reshape(-1)


@loss(
    name="median-absolute-error",
    summary="The median of the absolute differences; robust to outliers.",
    formula="median(|x - y|)",
    steps=(("each", "median(abs(x - y), w)"), ("loss", OVER_OUTPUTS)),
    takes=Takes.SET,
    unit="label units",
    params=(MULTIOUTPUT,),
    references=(
        sklearn_call(
            "median_absolute_error",
            options=(MULTIOUTPUT,),
            note="The median of each output, then their mean; weights count as repeated rows.",
            unweighted="The median of each output, then their mean.",
        ),
        "calls_boosting.MEDIAN",
    ),
    laws=ERROR,
    inference=Inference.ORDER,
    linear=_sizes,
    examples=(
        Example("2.5,0,2,8", "3,-0.5,2,7", 0.5, "by hand: the middle of 0, 0.5, 0.5, 1"),
        Example("0,0,10", "0,1,0", 1.0, "by hand: the middle of 0, 1, 10"),
    ),
    source="Hampel 1974; scikit-learn 1.9 median_absolute_error",
)
def median_absolute_error(prediction: Array, target: Labels, weights: Array | None, *, multioutput: Any) -> Array:
    """``(N,)`` or ``(N, outputs)``: the median of each output, then their mean."""
    x, y, weights = columns(prediction, target, weights)
    sizes = abs(x - y)
    middle = np.median(sizes, axis=0) if weights is None else weighted_quantile(sizes, weights, 0.5)
    return over_outputs(middle, multioutput)


@loss(
    name="max-error",
    summary="The largest absolute difference.",
    formula="max(|x - y|)",
    steps=(("loss", "max(abs(x - y))"),),
    takes=Takes.SET,
    unit="label units",
    references=(sklearn_call("max_error", note="Takes one output and no weights."),),
    laws=ERROR,
    examples=(
        Example("4,2,7,1", "3,2,7,1", 1.0, "sklearn.metrics.max_error, scikit-learn 1.9 documentation"),
        Example("0,-3", "1,1", 4.0, "by hand: |-3 - 1|"),
    ),
    source="Chebyshev 1854; scikit-learn 1.9 max_error",
)
def max_error(prediction: Array, target: Labels, weights: Array | None) -> Array:
    """The largest difference of a single output.

    Raises:
        UsageError: There are sample weights.
    """
    if weights is not None:
        raise UsageError("max-error takes no sample weights")
    x, y, _ = columns(prediction, target, None, single=True)
    return np.asarray(abs(x - y).max())
