"""Scores of a whole data set: the fraction explained of what a constant misses; 1 is perfect."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from losscli.errors import InputError
from losscli.lazy import np
from losscli.losses import linearized, scores_quirks
from losscli.losses.dataset_scores import MULTIOUTPUT, OVER_OUTPUTS, POWER, average, check_domain, check_power, columns
from losscli.losses.deviances import deviance
from losscli.losses.loss import Example, loss
from losscli.losses.reference import KERAS_METRIC, keras_metric, sklearn_call
from losscli.losses.scores_quirks import FORCE_FINITE, MULTIOUTPUT_VARIANCE
from losscli.losses.vocabulary import Domain, Inference, Param, Takes
from losscli.record import replace

if TYPE_CHECKING:
    from losscli.ops import Array, Labels

FAMILY = "scores"
SHARE = "1 is perfect, 0 no better than a constant; as scikit-learn defines it."
ALPHA = Param("alpha", 0.5, "The quantile that is predicted.", ge=0.0, le=1.0)
AGGREGATION = Param(
    "class_aggregation",
    "uniform_average",
    "Average the outputs evenly, by their variance, or not at all (none).",
    choices=("uniform_average", "variance_weighted_average", "none"),
)
REGRESSORS = Param("num_regressors", 0, "Adjust for that many predictors.", ge=0)
FINITE_SHARE = "1 - missed / whole if whole > 0 else missed == 0"
OVER_OUTPUTS_OR_VARIANCES = (
    "(sum(whole * each) / sum(whole) if total(whole) > 0 else mean(each)) if multioutput == 'variance_weighted' else "
    + OVER_OUTPUTS
)
SUBTRACTED = "A few ulp of 1, or of the share that is missed if that is larger, unless all labels agree to 8 digits."
EXPLAINS: dict[str, Any] = {
    "takes": Takes.SET,
    "higher_is_better": True,
    "inference": Inference.LINEAR,
    "laws": frozenset({"row-permutation", "at-most-1"}),
    "accuracy": SUBTRACTED,
    "undefined": "it compares rows with each other: it takes two or more",
}


@loss(
    name="r2-score",
    aliases=("r2",),
    summary="The fraction of the labels' variance that the predictions explain; 1 is perfect, 0 as good as the mean.",
    formula="1 - sum (y - x)^2 / sum (y - mean(y))^2",
    steps=(
        ("missed", "sum(w * (y - x)^2)"),
        ("middle", "average(y, w)"),
        ("whole", "sum(w * (y - middle)^2)"),
        ("each", f"missed + nan if n < 2 else ({FINITE_SHARE}) if force_finite else 1 - missed / whole"),
        ("score", OVER_OUTPUTS_OR_VARIANCES),
    ),
    params=(MULTIOUTPUT_VARIANCE, FORCE_FINITE),
    references=(
        keras_metric(
            "R2Score",
            kernel=scores_quirks.keras_r2,
            options=(AGGREGATION, REGRESSORS),
            reductions=replace(KERAS_METRIC, empty=math.nan),
            note="Takes rows of outputs only; a constant label gives 0 if it is missed, NaN if it is met.",
        ),
        sklearn_call(
            "r2_score",
            kernel=scores_quirks.sklearn_r2,
            options=(MULTIOUTPUT_VARIANCE, FORCE_FINITE),
            note="A constant label gives 0 if it is missed, 1 if it is met; fewer than two rows give NaN.",
        ),
        "calls_torchmetrics.RELATIVE",
        "calls_boosting.R2",
        "calls_torchmetrics_association.R2",
    ),
    linear=linearized.r2,
    examples=(
        Example(
            "2.5,0,2,8", "3,-0.5,2,7", 0.9486081370449679, "sklearn.metrics.r2_score, scikit-learn 1.9 documentation"
        ),
        Example("1,2,4", "1,2,3", 0.5, "by hand: 1 - 1 / 2"),
    ),
    source="Wright 1921, Correlation and causation; scikit-learn 1.9 r2_score",
    **EXPLAINS,
)
def r2_score(
    prediction: Array, target: Labels, weights: Array | None, *, multioutput: Any, force_finite: bool
) -> Array:
    """``(N,)`` or ``(N, outputs)``: the share of each output, then their mean."""
    return scores_quirks.r2(prediction, target, weights, average, multioutput, force_finite)


@loss(
    name="explained-variance",
    summary="The fraction of the labels' variance that the predictions explain; a constant offset does not count.",
    formula="1 - var(y - x) / var(y)",
    steps=(
        ("e", "y - x"),
        ("missed", "average((e - average(e, w))^2, w)"),
        ("whole", "average((y - average(y, w))^2, w)"),
        ("each", f"({FINITE_SHARE}) if force_finite else 1 - missed / whole"),
        ("score", OVER_OUTPUTS_OR_VARIANCES),
    ),
    params=(MULTIOUTPUT_VARIANCE, FORCE_FINITE),
    references=(
        sklearn_call(
            "explained_variance_score",
            kernel=scores_quirks.sklearn_variance_share,
            options=(MULTIOUTPUT_VARIANCE, FORCE_FINITE),
            note=SHARE,
        ),
        "calls_torchmetrics_association.EXPLAINED",
    ),
    linear=linearized.variance,
    examples=(
        Example("2.5,0,2,8", "3,-0.5,2,7", 0.9571734475374732, "scikit-learn 1.9 documentation"),
        Example("11,12,13", "1,2,3", 1.0, "by hand: 10 too much everywhere has no variance"),
    ),
    source="Kent 1983, Information gain and correlation; scikit-learn 1.9 explained_variance_score",
    **EXPLAINS,
)
def explained_variance(
    prediction: Array, target: Labels, weights: Array | None, *, multioutput: Any, force_finite: bool
) -> Array:
    """``(N,)`` or ``(N, outputs)``: the share of each output, then their mean."""
    return scores_quirks.variance_share(prediction, target, weights, average, multioutput, force_finite)


@loss(
    name="d2-tweedie-score",
    summary="The share of the Tweedie deviance that the predictions explain.",
    formula="1 - sum d(x, y) / sum d(mean(y), y)        d: tweedie-deviance",
    steps=(
        ("missed", "mean(average(deviance(x, y, power), w))"),
        ("middle", "average(y, w)"),
        ("whole", "mean(average(deviance(middle, y, power), w))"),
        ("score", "nan if n < 2 else 1 - missed / whole"),
    ),
    domain=Domain.POSITIVE,
    params=(POWER,),
    references=(
        sklearn_call(
            "d2_tweedie_score",
            options=(POWER,),
            note="Power 0, the default, is R squared; equal labels are refused (it divides by 0 or by noise).",
        ),
    ),
    linear=linearized.tweedie,
    examples=(
        Example("1,2,4", "1,2,3", 0.5, "by hand: power 0 is r2-score"),
        Example(
            "1,2,4",
            "1,2,3",
            0.7382622675747438,
            "by hand: 1 - (3 log(3/4) + 1) / (log(1/2) + 3 log(3/2))",
            {"power": 1.0},
        ),
    ),
    source="Hastie, Tibshirani and Wainwright 2015, 3.3; scikit-learn 1.9 d2_tweedie_score",
    **EXPLAINS,
)
def d2_tweedie_score(prediction: Array, target: Labels, weights: Array | None, *, power: float) -> Array:
    """Against the mean of the labels; NaN for fewer than two rows.

    Raises:
        InputError: All labels are alike.
    """
    check_power(power)
    x, y, weights = columns(prediction, target, weights, single=True)
    if len(x) < 2:
        return np.asarray(np.nan, x.dtype)
    check_domain(x, y, power)
    missed = average(deviance(x, y, power), weights).reshape(())
    whole = average(deviance(np.broadcast_to(average(y, weights), y.shape), y, power), weights).reshape(())
    if whole == 0.0:
        raise InputError("all labels are alike, so that there is nothing to explain")
    return 1.0 - missed / whole


@loss(
    name="d2-pinball-score",
    summary="The share of the quantile loss that the predictions explain.",
    formula="1 - sum q(x, y) / sum q(Q(y), y)        q: quantile, Q: the labels' alpha-quantile",
    steps=(
        ("missed", "average(max(alpha * (y - x), (alpha - 1) * (y - x)), w)"),
        ("best", "quantile(y, alpha, w)"),
        ("whole", "average(max(alpha * (y - best), (alpha - 1) * (y - best)), w)"),
        ("each", f"missed + nan if n < 2 else {FINITE_SHARE}"),
        ("score", OVER_OUTPUTS),
    ),
    params=(ALPHA, MULTIOUTPUT),
    references=(sklearn_call("d2_pinball_score", options=(ALPHA, MULTIOUTPUT), note=SHARE),),
    linear=linearized.pinball,
    examples=(
        Example("2.5,0,2,8", "3,-0.5,2,7", 0.7647058823529411, "by hand: 1 - 2 / 8.5"),
        Example("1,3,3", "1,2,3", 0.5, "by hand: 1 - 1 / 2"),
    ),
    source="Koenker and Machado 1999, Goodness of fit for quantile regression; scikit-learn 1.9 d2_pinball_score",
    **EXPLAINS,
)
def d2_pinball_score(
    prediction: Array, target: Labels, weights: Array | None, *, alpha: float, multioutput: Any
) -> Array:
    """Against the labels' quantile; NaN for fewer than two rows."""
    return scores_quirks.d2_pinball(prediction, target, weights, alpha, multioutput)


@loss(
    name="d2-absolute-error-score",
    summary="The share of the mean absolute error that the predictions explain.",
    formula="1 - sum |y - x| / sum |y - median(y)|",
    steps=(
        ("missed", "average(abs(y - x), w)"),
        ("best", "quantile(y, 0.5, w)"),
        ("whole", "average(abs(y - best), w)"),
        ("each", f"missed + nan if n < 2 else {FINITE_SHARE}"),
        ("score", OVER_OUTPUTS),
    ),
    params=(MULTIOUTPUT,),
    references=(sklearn_call("d2_absolute_error_score", options=(MULTIOUTPUT,), note=SHARE),),
    linear=linearized.pinball,
    examples=(
        Example("2.5,0,2,8", "3,-0.5,2,7", 0.7647058823529411, "by hand: 1 - 2 / 8.5"),
        Example("1,3,3", "1,2,3", 0.5, "by hand: 1 - 1 / 2"),
    ),
    source="Hastie, Tibshirani and Wainwright 2015, 3.3; scikit-learn 1.9 d2_absolute_error_score",
    **EXPLAINS,
)
def d2_absolute_error_score(prediction: Array, target: Labels, weights: Array | None, *, multioutput: Any) -> Array:
    """Against the labels' median; NaN for fewer than two rows."""
    return scores_quirks.d2_pinball(prediction, target, weights, 0.5, multioutput)
