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
    unit="label units, squared",
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
    unit="label units",
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


@loss(
    name="adaptive-wing",
    aliases=("awing", "adaptive-wing-loss"),
    summary="Wing for heat maps: of labels near 1 small differences count for more, of labels near 0 for less.",
    formula="omega log(1 + (d / epsilon)^a) if d < theta, else its tangent there      d = |x - y|, a = alpha - y",
    steps=(
        ("d", "abs(x - y)"),
        ("a", "alpha - y"),
        ("near", "omega * log(1 + (d / epsilon)^a)"),
        ("edge", "(theta / epsilon)^a"),
        ("slope", "omega * a * edge / (theta * (1 + edge))"),
        ("loss", "near if d < theta else omega * log(1 + edge) + slope * (d - theta)"),
    ),
    takes=Takes.VALUE,
    params=(
        Param("omega", 14.0, "How large it is.", ge=0.0),
        Param("theta", 0.5, "The difference from which on it is a line.", ge=1e-300),
        Param("epsilon", 1.0, "How flat it is near 0.", ge=1e-300),
        Param("alpha", 2.1, "The power for labels of 0; more than the largest label.", ge=0.0),
    ),
    laws=frozenset({"row-permutation"}),
    examples=(
        Example("0.25", "0.1", 0.3115085250874766, "by hand: 14 log(1 + 0.15^2)"),
        Example("1", "0", 8.495945910487595, "by hand: 14 log(1 + q) + 14 * 2.1 q / (1 + q), q = 0.5^2.1"),
    ),
    accuracy="A few ulp of the difference or theta: they are rounded and subtracted.",
    source="Wang, Bo and Fuxin 2019, Adaptive wing loss for robust face alignment, arXiv:1904.07399",
)
def adaptive_wing(
    prediction: Array, target: Array, *, omega: float, theta: float, epsilon: float, alpha: float
) -> Array:
    """Smooth at theta: the line continues the logarithm."""
    d, power = abs(prediction - target), alpha - target
    edge = (theta / epsilon) ** power
    near = omega * np.log1p((np.minimum(d, theta) / epsilon) ** power)
    slope = omega * power * edge / (theta * (1.0 + edge))
    return np.asarray(near + slope * np.maximum(d - theta, 0.0))
