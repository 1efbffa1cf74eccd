"""Unit deviances of Tweedie's family, without cancellation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.lazy import np
from losscli.ops import log_ratio

if TYPE_CHECKING:
    from losscli.ops import Array, Mask


def deviance(mean: Array, y: Array, power: float) -> Array:
    """Unit deviance of Tweedie's family with variance ``mean^power``: twice the excess cost of ``mean`` over ``y``.

    0 is the normal distribution, 1 Poisson, 2 gamma, 3 inverse Gaussian. Near ``y`` the terms of the textbook
    formula cancel, and near powers of 1 and 2 they are huge, so the difference is computed as a whole. NaN where
    the distribution does not exist.
    """
    if power == 0:
        return (y - mean) ** 2
    a, b = 2.0 - power, 1.0 - power
    with np.errstate(all="ignore"):
        ratio, above, below = y / mean, (y - mean) / mean, (mean - y) / y
        near = (above >= -0.66) & (above <= 2.0)
        logs = np.where(near, np.log1p(above), log_ratio(np.maximum(y, 0.0), mean))
        if power == 1.5:
            share = (y - mean) / (np.sqrt(y) + np.sqrt(mean))
            half = share * (2.0 * share / np.sqrt(mean))
        elif power == 1:
            half = np.where(near, y * log_excess(np.where(near, below, 0.0)), y * logs + (mean - y))
        elif abs(b) < abs(a):
            close = ratio * (_power_excess(logs, near, b) + log_excess(np.where(near, below, 0.0)))
            far = np.where(y > 0.0, ratio * _power_ratio(ratio, logs, b), -ratio / b) - above
            half = np.power(mean, a) * np.where(near, close, far) / a
        else:
            close = _power_excess(logs, near, a) - log_excess(np.where(near, above, 0.0))
            half = np.power(mean, a) * np.where(near, close, _power_ratio(ratio, logs, a) - above) / b
        if a > 1:  # a power of the ratio may overflow when that of y does not
            half = np.where(np.isfinite(half), half, np.power(y, a) / (a * b))
        if a > 0:
            half = np.where(y == 0.0, np.power(mean, a) / a, half)
        outside = (mean < 0.0) | ((y < 0.0) & (power > 0))
        return np.where(outside, np.nan, 2.0 * half)


def _power_ratio(ratio: Array, logs: Array, a: float) -> Array:
    """``(ratio^a - 1) / a``, the logarithm for ``a = 0``."""
    if a == 0:
        return logs
    return np.where(np.abs(a * logs) < 1.0, np.expm1(a * logs), np.power(ratio, a) - 1.0) / a


def _power_excess(logs: Array, near: Mask, a: float) -> Array:
    """``(exp(a logs) - 1) / a - logs`` where it is near 0."""
    logs = np.where(near, logs, 0.0)
    return exp_excess(a * logs) / a if a else np.zeros_like(logs)


def log_excess(x: Array) -> Array:
    """``x - log(1 + x)`` without cancellation near 0 (as log1pmx of Loader 2000)."""
    near = (x >= -0.66) & (x <= 2.0)
    r = np.where(near, x, 0.0)
    r = r / (2.0 + r)  # log(1 + x) = 2 atanh(r)
    square, series = r * r, np.zeros_like(r)
    for k in range(26, 0, -1):
        series = series * square + 1.0 / (2 * k + 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(near, r * (x - 2.0 * square * series), x - np.log1p(x))


def exp_excess(x: Array) -> Array:
    """``exp(x) - 1 - x`` without cancellation near 0."""
    near = np.abs(x) < 1.0
    small, series = np.where(near, x, 0.0), np.ones_like(x)
    for k in range(20, 2, -1):
        series = 1.0 + small / k * series
    with np.errstate(over="ignore", invalid="ignore"):
        return np.where(near, 0.5 * small * small * series, np.expm1(x) - x)
