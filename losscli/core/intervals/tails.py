"""Tails and quantiles of the normal and t distributions, and exact or score tests of counts, without SciPy.

Importing ``statistics`` alone would cost a third of the time of a one-liner.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from functools import lru_cache, partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

Interval = tuple[float, float]

_LARGE = 2e4  # degrees of freedom from which Hill's expansion is used
_MANY = 1000  # rows from which McNemar's sum is computed by the incomplete beta function
# Acklam's rational approximation of the normal quantile, right to 1.2e-9; two steps of Halley's method do the rest.
_A = (
    -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716,
    2.506628277459239,
)  # fmt: skip
_B = (-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1.0)
_C = (
    -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968,
    2.938163982698783,
)  # fmt: skip
_D = (0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1.0)


def normal_tail(x: float) -> float:
    """The probability that a standard normal variable exceeds ``x``."""
    return 0.5 * math.erfc(x / math.sqrt(2.0))


def normal_quantile(tail: float) -> float:
    """The ``x`` that a standard normal variable exceeds with probability ``tail``, in (0, 1)."""
    if tail > 0.5:
        return -normal_quantile(1.0 - tail)
    if tail < 0.02425:
        q = math.sqrt(-2.0 * math.log(tail))
        x = -_polynomial(_C, q) / _polynomial(_D, q)
    else:
        q = 0.5 - tail
        x = q * _polynomial(_A, q * q) / _polynomial(_B, q * q)
    for _ in range(2):
        error = (normal_tail(x) - tail) * math.sqrt(2.0 * math.pi) * math.exp(0.5 * x * x)
        x += error / (1.0 - 0.5 * x * error)
    return x


def _polynomial(coefficients: tuple[float, ...], x: float) -> float:
    value = 0.0
    for coefficient in coefficients:
        value = value * x + coefficient
    return value


def t_tail(x: float, df: float) -> float:
    """The probability that Student's t with ``df`` degrees of freedom exceeds ``x``."""
    if x < 0.0:
        return 1.0 - t_tail(-x, df)
    if df > _LARGE:
        return normal_tail(_hill(x, df))
    squared = x * x
    return 0.5 * _incomplete_beta(df / 2.0, 0.5, df / (df + squared), squared / (df + squared))


def _hill(x: float, df: float) -> float:
    """The normal deviate of the same tail (Hill 1970, Algorithm 395), for many degrees of freedom."""
    a, b = df - 0.5, 48.0 * (df - 0.5) ** 2
    z2 = a * math.log1p(x * x / df)
    return (((((-0.4 * z2 - 3.3) * z2 - 24.0) * z2 - 85.5) / (0.8 * z2 * z2 + 100.0 + b) + z2 + 3.0) / b + 1.0) * (
        math.sqrt(z2)
    )


def _incomplete_beta(a: float, b: float, x: float, y: float) -> float:
    """The regularised incomplete beta function I_x(a, b), with ``y = 1 - x`` given without cancellation."""
    if x <= 0.0 or y <= 0.0:
        return 0.0 if x <= 0.0 else 1.0
    front = math.exp(a * math.log(x) + b * math.log(y) - _log_beta(a, b))
    if x < (a + 1.0) / (a + b + 2.0):
        return front * _fraction(a, b, x) / a
    return 1.0 - front * _fraction(b, a, y) / b


def _log_beta(a: float, b: float) -> float:
    """``log B(a, 1/2)``; for large ``a``, where two large terms cancel, by Stirling's series."""
    if a < 30.0:
        return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
    sums = a + b
    series = _stirling(a) - _stirling(sums)
    return math.lgamma(b) + series - (a - 0.5) * math.log1p(b / a) - b * math.log(sums) + b


def _stirling(x: float) -> float:
    """The remainder of Stirling's formula for lgamma."""
    return (1.0 / 12.0 - (1.0 / 360.0 - (1.0 / 1260.0 - 1.0 / (1680.0 * x * x)) / (x * x)) / (x * x)) / x


def _fraction(a: float, b: float, x: float) -> float:
    """The continued fraction of the incomplete beta function (Lentz's method)."""
    tiny = 1e-300
    c, d = 1.0, 1.0 - (a + b) * x / (a + 1.0)
    d = 1.0 / (d if abs(d) > tiny else tiny)
    value = d
    for m in range(1, 100_000):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1.0) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1.0)),
        ):
            d = 1.0 + term * d
            c = 1.0 + term / c
            d = 1.0 / (d if abs(d) > tiny else tiny)
            c = c if abs(c) > tiny else tiny
            change = c * d
            value *= change
        if abs(change - 1.0) < 1e-16:
            break
    return value


@lru_cache(1 << 12)  # groups of as many rows share it
def t_quantile(tail: float, df: float) -> float:
    """The ``x`` that Student's t with ``df`` degrees of freedom exceeds with probability ``tail``, below 1/2."""
    high = normal_quantile(tail)
    while t_tail(high, df) > tail:
        high *= 2.0
    return _root(lambda x: t_tail(x, df) - tail, 0.0, high)


def _root(f: Callable[[float], float], low: float, high: float) -> float:
    """The zero of a monotone function with ends of opposite signs (Illinois method, and bisection)."""
    at_low, at_high = f(low), f(high)
    if at_low == 0.0 or at_high == 0.0:
        return low if at_low == 0.0 else high
    for step in range(200):
        middle = 0.5 * (low + high)
        if not low < middle < high and not high < middle < low:
            break
        if step % 3 and at_high != at_low:
            guess = high - at_high * (high - low) / (at_high - at_low)
            middle = guess if min(low, high) < guess < max(low, high) else middle
        value = f(middle)
        if value == 0.0:
            return middle
        if (value > 0.0) == (at_low > 0.0):
            low, at_low = middle, value
        else:
            high, at_high = middle, value
    return middle


def wilson(hits: float, count: float, level: float) -> Interval:
    """Wilson's 1927 score interval of a proportion."""
    z2 = normal_quantile((1.0 - level) / 2.0) ** 2
    middle = (hits + z2 / 2.0) / (count + z2)
    half = math.sqrt(z2 * (hits * (count - hits) / count + z2 / 4.0)) / (count + z2)
    return (0.0 if hits == 0 else middle - half), (1.0 if hits == count else middle + half)


def tango(first: int, second: int, count: int, level: float) -> Interval:
    """Tango's 1998 score interval of the difference of two proportions of the same rows.

    Args:
        first: Rows where only the first is right.
        second: Rows where only the second is right.
        count: All rows.
        level: Such as 0.95.
    """
    z = normal_quantile((1.0 - level) / 2.0)
    if not first and not second:
        end = z * z / (count + z * z)
        return -end, end
    if count in (first, second):
        end = (count - z * z) / (count + z * z)
        return (end, 1.0) if first else (-1.0, -end)
    estimate = (first - second) / count

    def score(difference: float, wanted: float) -> float:
        a, c = 2.0 * count, -second * difference * (1.0 - difference)
        b = -first - second + (2.0 * count - first + second) * difference
        share = (math.sqrt(max(b * b - 4.0 * a * c, 0.0)) - b) / (2.0 * a)
        variance = count * (2.0 * share + difference * (1.0 - difference))
        distance = first - second - count * difference
        return distance - wanted * math.sqrt(max(variance, 0.0))

    return _root(partial(score, wanted=z), -1.0, estimate), _root(partial(score, wanted=-z), estimate, 1.0)


def mcnemar(first: int, second: int) -> float:
    """McNemar's exact two-sided p, from the rows where only one of two models is right."""
    count, fewer = first + second, min(first, second)
    if count > _MANY:  # the sum has as many terms as digits
        return min(1.0, 2.0 * _incomplete_beta(count - fewer, fewer + 1.0, 0.5, 0.5))
    tail = sum(math.comb(count, k) for k in range(fewer + 1))
    return min(1.0, 2 * tail / (1 << count))


def sign_rank(count: int, level: float) -> int:
    """The rank from either end of the ordered values between which their median lies; 0 if there are too few.

    The inverse of the sign test, for any distribution: what is covered is at least ``level``.
    """
    return bisect_right(range(count // 2), 1.0 - level, key=lambda beyond: mcnemar(beyond, count - beyond))


def holm(p: list[float]) -> list[float]:
    """Holm's 1979 correction of p values for multiple tests, in the order given."""
    order = sorted(range(len(p)), key=p.__getitem__)
    corrected, highest = [0.0] * len(p), 0.0
    for rank, i in enumerate(order):
        highest = max(highest, min(1.0, (len(p) - rank) * p[i]))
        corrected[i] = highest
    return corrected
