"""Intervals of a mean, of a proportion and of a smooth function of means: functions of ``Moments`` alone."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from losscli.core.intervals.tails import normal_quantile, normal_tail, t_quantile, t_tail
from losscli.record import record, replace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.core.intervals.moments import Moments

OVERFLOW = "a value is too large to be squared"


@record
class Interval:
    """A confidence interval.

    Attributes:
        level: Confidence level, such as 0.95.
        low: Lower end.
        high: Upper end.
        se: Standard error.
        df: Degrees of freedom; None if the method has none.
        method: ``t``, ``hall-t``, ``wilson``, ``tango``, ``delong``, ``order-statistics`` or ``poisson-bootstrap``.
        unit: The unit taken as independent: ``row`` or ``cluster``.
        units: Number of units.
    """

    level: float
    low: float
    high: float
    se: float | None
    df: int | None
    method: str
    unit: str
    units: int

    def exponential(self, value: float, nats: float) -> Interval:
        """The interval of ``value``, the ``exp`` of the number in units of ``nats`` nats."""
        se = None if self.se is None else value * self.se * nats
        return replace(self, low=_exp(self.low * nats), high=_exp(self.high * nats), se=se)

    def to_dict(self) -> dict[str, Any]:
        """The ``interval`` object of the JSON document."""
        return {name: getattr(self, name) for name in ("level", "low", "high", "se", "df", "method", "unit", "units")}


def _exp(x: float) -> float:
    try:
        return math.exp(x)
    except OverflowError:
        return math.inf


def quantile(level: float, df: int | None) -> float:
    """The half-width of an interval in standard errors: Student's, or normal without degrees of freedom."""
    tail = (1.0 - level) / 2.0
    return normal_quantile(tail) if df is None else t_quantile(tail, df)


def t_interval(value: float, se: float, df: int | None, level: float) -> tuple[float, float]:
    """Student's interval about ``value``; the normal one without degrees of freedom."""
    half = quantile(level, df) * se if se else 0.0
    return value - half, value + half


def logit_interval(value: float, se: float, level: float) -> tuple[float, float]:
    """The normal interval of a share between 0 and 1, symmetric in its logit."""
    logit, half = math.log(value / (1.0 - value)), quantile(level, None) * se / (value * (1.0 - value))
    return 1.0 / (1.0 + _exp(half - logit)), 1.0 / (1.0 + _exp(-half - logit))


def hall_interval(moments: Moments, level: float) -> tuple[float, float]:
    """Hall's 1992 interval of a skewed mean: the t interval transformed by a cubic that corrects for skewness.

    Args:
        moments: Moments of one column, with cubes.
        level: Confidence level, such as 0.95.
    """
    n = moments.units
    mean, se, skewness = moments.mean(), math.sqrt(moments.covariance() / n), moments.skewness
    x = t_quantile((1.0 - level) / 2.0, n - 1)
    a, c = skewness / (3.0 * math.sqrt(n)), skewness / (6.0 * math.sqrt(n))
    return mean - se * _cubic_root(x, a, c), mean - se * _cubic_root(-x, a, c)


def _cubic_root(x: float, a: float, c: float) -> float:
    """The T with ``T + a T^2 + a^2 T^3 / 3 + c = x``."""
    if abs(a) < 1e-8:
        return x - c - a * x * x
    return (math.cbrt(1.0 + 3.0 * a * (x - c)) - 1.0) / a


def smooth(moments: Moments, gradient: Sequence[float]) -> float:
    """The standard error of a smooth function of the columns' means, from its gradient (delta method)."""
    return math.sqrt(moments.variance(gradient) / moments.units)


def weighted(moments: Moments) -> tuple[float, float]:
    """The weighted mean and its standard error; the columns are value times weight, and weight."""
    weight = moments.mean(1)
    mean = moments.mean(0) / weight
    return mean, smooth(moments, (1.0 / weight, -mean / weight))


def two_sided(value: float, se: float, df: int | None) -> float:
    """The two-sided p of a mean of 0 under Student's t, or the normal distribution without degrees of freedom.

    Without spread it is 2^(1 - n), as in a sign test, or 1 for a mean of 0.
    """
    if se == 0.0:
        return 1.0 if value == 0.0 else 0.0 if df is None else 2.0 ** -min(df, 1074)
    x = abs(value) / se
    return min(1.0, 2.0 * (normal_tail(x) if df is None else t_tail(x, df)))
