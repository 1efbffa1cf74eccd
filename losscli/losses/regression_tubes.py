"""Regression losses that change their form at a width: zero inside a tube, logarithmic inside a wing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.lazy import np
from losscli.losses.loss import Example, loss
from losscli.losses.regression import DISTANCE
from losscli.losses.vocabulary import Param, Takes

if TYPE_CHECKING:
    from losscli.ops import Array

FAMILY = "regression"

EPSILON = Param("epsilon", 0.1, "Differences up to it cost nothing.", ge=0.0, usual=(0.0, 0.01, 0.5, 1.0))
WIDTH = Param("width", 10.0, "The difference at which the logarithm ends.", ge=1e-300)
CURVATURE = Param("epsilon", 2.0, "How flat the logarithm is near 0.", ge=1e-300)


@loss(
    name="epsilon-insensitive",
    aliases=("eps-insensitive", "svr"),
    summary="The absolute difference beyond a tube, within which nothing counts: what support vectors minimise.",
    formula="max(0, |x - y| - epsilon)",
    steps=(("loss", "max(0, abs(x - y) - epsilon)"),),
    takes=Takes.VALUE,
    unit="label units",
    params=(EPSILON,),
    laws=DISTANCE,
    examples=(
        Example("1,2,4", "1.25,2,3", 0.4166666666666667, "by hand: (0.25 + 0 + 1) / 3", {"epsilon": 0.0}),
        Example("0,3", "1,3.25", 0.25, "by hand: (0.5 + 0) / 2", {"epsilon": 0.5}),
    ),
    accuracy="A few ulp of the difference or epsilon: they are rounded and subtracted.",
    source="Vapnik 1995, The nature of statistical learning theory; scikit-learn 1.9 SGDRegressor",
)
def epsilon_insensitive(prediction: Array, target: Array, *, epsilon: float) -> Array:
    """In units of the label."""
    return np.maximum(abs(prediction - target) - epsilon, 0.0)


@loss(
    name="squared-epsilon-insensitive",
    summary="The square of the epsilon-insensitive loss.",
    formula="max(0, |x - y| - epsilon)^2",
    steps=(("beyond", "max(0, abs(x - y) - epsilon)"), ("loss", "beyond^2")),
    takes=Takes.VALUE,
    unit="label units squared",
    params=(EPSILON,),
    laws=DISTANCE,
    examples=(
        Example("0,3", "1,3.25", 0.125, "by hand: (0.5^2 + 0) / 2", {"epsilon": 0.5}),
        Example("0", "2", 4.0, "by hand: 2^2", {"epsilon": 0.0}),
    ),
    accuracy="A few ulp of the square of the difference or epsilon: they are rounded and subtracted.",
    source="Vapnik 1995, The nature of statistical learning theory; scikit-learn 1.9 SGDRegressor",
)
def squared_epsilon_insensitive(prediction: Array, target: Array, *, epsilon: float) -> Array:
    """In squared units of the label."""
    beyond = np.maximum(abs(prediction - target) - epsilon, 0.0)
    return np.asarray(beyond * beyond)


@loss(
    name="wing",
    aliases=("wing-loss",),
    summary="A logarithm near 0, so that small differences count for more, and the absolute value far from it.",
    formula="w log(1 + d / epsilon) if d < w, else d - w + w log(1 + w / epsilon)      d = |x - y|, w: width",
    steps=(
        ("d", "abs(x - y)"),
        ("near", "width * log(1 + min(d, width) / epsilon)"),
        ("loss", "near + max(0, d - width)"),
    ),
    takes=Takes.VALUE,
    params=(WIDTH, CURVATURE),
    laws=DISTANCE,
    examples=(
        Example("2,0", "0,0", 3.4657359027997265, "by hand: 10 log 2 / 2"),
        Example("5", "0", 4.386294361119891, "by hand: 5 - 2 + 2 log 2", {"width": 2.0, "epsilon": 2.0}),
    ),
    accuracy="A few ulp of the difference or the width: they are rounded and subtracted.",
    source="Feng et al. 2018, Wing loss for robust facial landmark localisation, arXiv:1711.06753",
)
def wing(prediction: Array, target: Array, *, width: float, epsilon: float) -> Array:
    """Continuous at the width, with a kink."""
    d = abs(prediction - target)
    near = width * np.log1p(np.minimum(d, width) / epsilon)
    return np.asarray(near + np.maximum(d - width, 0.0))
