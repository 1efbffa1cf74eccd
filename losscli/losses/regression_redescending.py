"""Barron's family of robust losses: quadratic near zero, and ever flatter far from it.

With r = (x - y) / scale, all are about r^2 / 2 for small r; they differ in what an outlier costs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.lazy import np
from losscli.losses.loss import Example, loss
from losscli.losses.regression import DISTANCE
from losscli.losses.vocabulary import Param, Takes

if TYPE_CHECKING:
    from losscli.ops import Array

FAMILY = "regression"

SCALE = Param("scale", 1.0, "The difference from which on an error counts as large.", ge=1e-300, usual=(0.1, 0.5, 2.0))
BARRON = "Barron 2019, A general and adaptive robust loss function, arXiv:1701.03077; kornia 0.9"
RATIO = ("r", "(x - y) / scale")


def _half_square(r: Array) -> Array:
    """``r^2 / 2``, or infinity."""
    return 0.5 * r * r


@loss(
    name="charbonnier",
    aliases=("l1-l2",),
    summary="Half the square of small differences, the absolute value of large ones, smooth between.",
    formula="sqrt(r^2 + 1) - 1                    r = (x - y) / scale",
    steps=(RATIO, ("loss", "sqrt(r^2 + 1) - 1")),
    takes=Takes.VALUE,
    params=(SCALE,),
    references=("calls_kornia.CHARBONNIER",),
    laws=DISTANCE,
    examples=(
        Example("-1.5,2,3", "-1,2,4", 0.17741585037432994, "by hand: (sqrt(1.25) + 1 + sqrt 2 - 3) / 3"),
        Example("8", "2", 1.0, "by hand: sqrt(3 + 1) - 1", {"scale": 3.4641016151377544}),
    ),
    source=f"Charbonnier et al. 1994, Two deterministic half-quadratic regularization algorithms; {BARRON}",
)
def charbonnier(prediction: Array, target: Array, *, scale: float) -> Array:
    """In units of the scale."""
    r = abs(prediction - target) / scale
    return r * (r / (np.hypot(r, 1.0) + 1.0))


@loss(
    name="cauchy",
    aliases=("lorentzian",),
    summary="Grows like a logarithm: outliers count for little.",
    formula="log(r^2 / 2 + 1)                     r = (x - y) / scale",
    steps=(RATIO, ("loss", "log(r^2 / 2 + 1)")),
    takes=Takes.VALUE,
    params=(SCALE,),
    references=("calls_kornia.CAUCHY",),
    laws=DISTANCE,
    examples=(
        Example("-1.5,2,3", "-1,2,4", 0.17441604792151597, "by hand: (log 1.125 + 0 + log 1.5) / 3"),
        Example("2", "0", 0.4054651081081644, "by hand: log 1.5", {"scale": 2.0}),
    ),
    source=f"Black and Anandan 1996, The robust estimation of multiple motions; {BARRON}",
)
def cauchy(prediction: Array, target: Array, *, scale: float) -> Array:
    """Half the negative log-likelihood of a Cauchy distribution, up to a constant and the scale."""
    r = abs(prediction - target) / scale
    large = r > 1e150
    near = np.log1p(_half_square(np.where(large, 0.0, r)))
    return np.where(large, 2.0 * np.log(np.where(large, r, 1.0)) - np.log(2.0), near)


@loss(
    name="geman-mcclure",
    summary="Never costs more than 2: the largest errors count alike.",
    formula="2 r^2 / (r^2 + 4)                    r = (x - y) / scale",
    steps=(RATIO, ("loss", "2 * r^2 / (r^2 + 4)")),
    takes=Takes.VALUE,
    params=(SCALE,),
    references=("calls_kornia.GEMAN_MCCLURE",),
    laws=DISTANCE,
    examples=(
        Example("-1.5,2,3", "-1,2,4", 0.17254901960784316, "by hand: (0.5 / 4.25 + 0 + 2 / 5) / 3"),
        Example("4", "0", 1.0, "by hand: 2 4 / 8", {"scale": 2.0}),
    ),
    source=f"Geman and McClure 1985, Bayesian image analysis; {BARRON}",
)
def geman_mcclure(prediction: Array, target: Array, *, scale: float) -> Array:
    """From 0 to 2."""
    r = abs(prediction - target) / scale
    inverse = 2.0 / np.maximum(r, 2.0)  # the square of r might overflow
    small = np.minimum(r, 2.0)
    return np.where(r <= 2.0, 2.0 * small * (small / (small * small + 4.0)), 2.0 / (1.0 + inverse * inverse))


@loss(
    name="welsch",
    aliases=("leclerc",),
    summary="Never costs more than 1: outliers are left aside.",
    formula="1 - exp(-r^2 / 2)                    r = (x - y) / scale",
    steps=(RATIO, ("loss", "1 - exp(-r^2 / 2)")),
    takes=Takes.VALUE,
    params=(SCALE,),
    references=("calls_kornia.WELSCH",),
    laws=frozenset({*DISTANCE, "unit-interval"} - {"non-negative"}),
    examples=(
        Example("-1.5,2,3", "-1,2,4", 0.1703241459009237, "by hand: (2 - exp(-1/8) - exp(-1/2)) / 3"),
        Example("4", "0", 0.8646647167633873, "by hand: 1 - exp(-2)", {"scale": 2.0}),
    ),
    source=f"Dennis and Welsch 1978, Techniques for nonlinear least squares and robust regression; {BARRON}",
)
def welsch(prediction: Array, target: Array, *, scale: float) -> Array:
    """From 0 to 1."""
    return -np.expm1(-_half_square(abs(prediction - target) / scale))


@loss(
    name="tukey",
    aliases=("biweight", "tukey-biweight"),
    summary="Half the square of small differences, and a constant from c on: outliers have no influence at all.",
    formula="c^2 / 6 (1 - (1 - r^2)^3) if |r| < 1, else c^2 / 6      r = (x - y) / c",
    steps=(("t", "min(1, ((x - y) / c)^2)"), ("loss", "c^2 / 6 * t * (3 - 3 * t + t^2)")),
    takes=Takes.VALUE,
    unit="label units, squared",
    params=(Param("c", 4.685, "The difference from which on all cost the same.", ge=1e-300, usual=(1.0, 6.0)),),
    laws=DISTANCE,
    examples=(
        Example("9,1", "1,1", 1.0416666666666667, "by hand: 12.5 / 6 / 2", {"c": 3.5355339059327378}),
        Example("1", "0", 0.3854166666666667, "by hand: 4 / 6 (1 - 0.75^3)", {"c": 2.0}),
    ),
    source="Beaton and Tukey 1974, The fitting of power series; statsmodels 0.14 TukeyBiweight",
)
def tukey(prediction: Array, target: Array, *, c: float) -> Array:
    """At most ``c^2 / 6``."""
    r = np.minimum(abs(prediction - target) / c, 1.0)
    square = r * r
    return np.asarray((c * r) ** 2 * (3.0 - 3.0 * square + square * square) / 6.0)
