"""Regression losses between the square and the absolute difference, and other powers: pseudo-Huber, Fair, Lq."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.lazy import np
from losscli.losses import boosting_quirks as boosting
from losscli.losses.dataset_scores import check_share
from losscli.losses.deviances import log_excess
from losscli.losses.loss import Example, loss
from losscli.losses.reference import catboost_call, lightgbm_call, xgboost_call
from losscli.losses.regression import DISTANCE
from losscli.losses.vocabulary import Param, Takes

if TYPE_CHECKING:
    from losscli.ops import Array

FAMILY = "regression"

ONE_SIDED = frozenset({"non-negative", "row-permutation", "zero-at-target"})
LEAST = 1e-300
SCALE = Param("c", 1.0, "The size of a difference from which on it counts little more than linearly.", ge=LEAST)


@loss(
    name="pseudo-huber",
    aliases=("mphe",),
    summary="Half the square of small differences, linear for large ones, with all derivatives.",
    formula="delta^2 (sqrt(1 + (e / delta)^2) - 1)        e = x - y",
    steps=(("e", "x - y"), ("loss", "delta^2 * (sqrt(1 + (e / delta)^2) - 1)")),
    takes=Takes.VALUE,
    unit="label units, squared",
    params=(Param("delta", 1.0, "Where the square becomes linear.", ge=LEAST, usual=(0.5, 2.0)),),
    references=(
        xgboost_call(
            "mphe", options=(Param("huber_slope", 1.0, "Where the square becomes linear.", ge=LEAST, to="delta"),)
        ),
    ),
    laws=DISTANCE,
    examples=(
        Example("3", "0", 2.1622776601683795, "by hand: sqrt(10) - 1"),
        Example("3,0", "0,4", 4.077687230463568, "by hand: (2 sqrt(13) - 4 + 4 sqrt(5) - 4) / 2", {"delta": 2}),
    ),
    source="Charbonnier et al. 1997, Deterministic edge-preserving regularization; Barron 2019; XGBoost 3.2 mphe",
)
def pseudo_huber(prediction: Array, target: Array, *, delta: float) -> Array:
    """In one quotient, so that small differences do not cancel and large ones do not overflow."""
    size = abs(prediction - target)
    return size * (delta * (size / (np.hypot(size, delta) + delta)))


@loss(
    name="fair",
    summary="Half the square of small differences, linear less a logarithm for large ones.",
    formula="c^2 (|e| / c - log(1 + |e| / c))        e = x - y",
    steps=(("r", "abs(x - y) / c"), ("loss", "c^2 * (r - log(1 + r))")),
    takes=Takes.VALUE,
    unit="label units, squared",
    params=(SCALE,),
    references=(
        lightgbm_call("fair", options=(Param("fair_c", 1.0, SCALE.help, ge=LEAST, to="c"),)),
        catboost_call("FairLoss", options=(Param("smoothness", 1.0, SCALE.help, ge=LEAST, to="c"),)),
    ),
    laws=DISTANCE,
    examples=(
        Example("3", "0", 1.6137056388801092, "by hand: 3 - log 4"),
        Example("2,0", "0,6", 3.841116916640328, "by hand: (4 (1 - log 2) + 4 (3 - log 4)) / 2", {"c": 2.0}),
    ),
    source="Fair 1974, On the robust estimation of econometric models; LightGBM 4.7 fair",
)
def fair(prediction: Array, target: Array, *, c: float) -> Array:
    """The excess of the scaled difference over its logarithm."""
    return c * (c * log_excess(abs(prediction - target) / c))


@loss(
    name="expectile",
    summary="Squared difference, weighted differently above and below; smallest at an expectile of the labels.",
    formula="alpha (y - x)^2 if y >= x, else (1 - alpha) (y - x)^2",
    steps=(("loss", "alpha * (y - x)^2 if y >= x else (1 - alpha) * (y - x)^2"),),
    takes=Takes.VALUE,
    unit="label units, squared",
    params=(
        Param("alpha", 0.5, "The cost of predicting too low; predicting too high costs 1 - alpha.", ge=0.0, le=1.0),
    ),
    references=(
        catboost_call(
            "Expectile",
            kernel=boosting.catboost_expectile,
            options=(Param("alpha", 0.5, "The expectile.", ge=0.0, le=1.0),),
        ),
    ),
    laws=ONE_SIDED,
    examples=(
        Example("1,4", "3,1", 3.25, "by hand: half of (4 + 9) / 2"),
        Example("1,4", "3,1", 2.25, "by hand: (0.9 * 4 + 0.1 * 9) / 2", {"alpha": 0.9}),
    ),
    source="Newey and Powell 1987, Asymmetric least squares estimation and testing; CatBoost 1.2 Expectile",
)
def expectile(prediction: Array, target: Array, *, alpha: float) -> Array:
    """The square times ``alpha`` above the prediction, times ``1 - alpha`` below it."""
    check_share(alpha)
    difference = target - prediction
    share = np.where(difference >= 0.0, alpha, 1.0 - alpha).astype(difference.dtype)
    return share * difference * difference


@loss(
    name="lq",
    summary="A power of the absolute difference: 1 is the absolute difference, 2 its square.",
    formula="|x - y|^q",
    steps=(("loss", "abs(x - y)^q"),),
    takes=Takes.VALUE,
    params=(Param("q", 2.0, "The power.", ge=0.0),),
    references=(catboost_call("Lq", options=(Param("q", 2.0, "The power; at least 1.", ge=1.0),)),),
    laws=DISTANCE,
    examples=(
        Example("4,0", "0,1", 4.5, "by hand: (8 + 1) / 2", {"q": 1.5}),
        Example("3,1", "1,1", 4.0, "by hand: (8 + 0) / 2", {"q": 3.0}),
    ),
    source="Money, Afifi and Hartwig 1982, Lp-norm estimation; CatBoost 1.2 Lq",
)
def lq(prediction: Array, target: Array, *, q: float) -> Array:
    """The power of the size of each difference."""
    return abs(prediction - target) ** q


@loss(
    name="threshold-error",
    aliases=("num-errors",),
    summary="1 where the difference reaches a threshold, else 0: the share of large errors.",
    formula="[|x - y| >= threshold]",
    steps=(("loss", "abs(x - y) >= threshold"),),
    takes=Takes.VALUE,
    params=(Param("threshold", 1.0, "The difference from which on an error counts.", ge=0.0),),
    references=(
        catboost_call(
            "NumErrors",
            options=(Param("greater_than", 1.0, "The difference from which on an error counts.", to="threshold"),),
        ),
    ),
    laws=frozenset({"non-negative", "row-permutation", "symmetric", "unit-interval"}),
    examples=(
        Example("1,2,5", "1,3,3", 0.6666666666666666, "by hand: two of three differ by 1 or more"),
        Example("1,2,5", "1,3,3", 0.3333333333333333, "by hand: one of three", {"threshold": 2.0}),
    ),
    source="CatBoost 1.2 NumErrors",
)
def threshold_error(prediction: Array, target: Array, *, threshold: float) -> Array:
    """1.0 for a large difference."""
    return np.asarray(abs(prediction - target) >= threshold, prediction.dtype)
