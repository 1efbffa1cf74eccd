"""Exact sums: the same to the last bit however the numbers are cut, ordered or shared out.

A sum is an integer in units of the smallest float64 (2^-1074), and is rounded once, when it is read.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from losscli.record import record

if TYPE_CHECKING:
    from losscli.ops import Array, Mask


UNIT_BITS = 1074
_BLOCK = 8192  # numbers that fit in the cache
_HUGE = 2.0**960  # beyond it the splitting constants overflow


def units(x: float) -> int:
    """A finite float as an exact multiple of 2^-1074."""
    numerator, denominator = x.as_integer_ratio()
    return numerator << (UNIT_BITS + 1 - denominator.bit_length())


def ratio(numerator: int, denominator: int) -> float:
    """The quotient of two integers, rounded once; infinite if it is too large for float64."""
    try:
        return numerator / denominator
    except OverflowError:
        return math.inf if (numerator > 0) == (denominator > 0) else -math.inf


def _peak(x: Array) -> float:
    return max(float(x.max()), -float(x.min()))


def _sum_block(x: Array, peak: float) -> int:
    """The exact sum of a short vector of finite numbers, none of them beyond ``peak``.

    Adding and subtracting a large power of two cuts off the leading bits of all numbers at the same place; what
    was cut off adds up without rounding (Rump, Ogita and Oishi 2008, Accurate floating-point summation).
    """
    total = 0
    headroom = math.ceil(math.log2(len(x) + 2))
    while peak:
        cut = math.ldexp(1.0, headroom + math.frexp(peak)[1])
        leading = x + cut
        leading -= cut
        total += units(float(leading.sum()))
        x = np.subtract(x, leading, out=leading)
        peak = _peak(x)
    return total


def sum_exactly(x: Array) -> int:
    """The exact sum of finite numbers ``(n,)``, in units of 2^-1074."""
    total = 0
    for start in range(0, len(x), _BLOCK):
        block = x[start : start + _BLOCK]
        peak = _peak(block)
        if peak > _HUGE:
            huge = np.abs(block) > _HUGE
            total += sum(units(value) for value in block[huge].tolist())
            block = block[~huge]
            peak = _HUGE
        if len(block):
            total += _sum_block(block, peak)
    return total


def squared(x: Array) -> tuple[Mask | None, Array, Array]:
    """The squares of numbers ``(n,)`` as exact sums of two floats (Dekker's product).

    Returns:
        The numbers that are squared (None for all; the others are 0, or too small or too large), squares, errors.
    """
    size = np.abs(x)
    plain = (size > 2.0**-480) & (size < 2.0**480)
    every = bool(plain.all())
    x = x if every else x[plain]
    square = x * x
    scaled = x * 134217729.0
    high = scaled - (scaled - x)
    low = x - high
    error = ((high * high - square) + 2.0 * high * low) + low * low
    return None if every else plain, square, error


def sum_squares_exactly(x: Array) -> int:
    """The exact sum of the squares of finite numbers ``(n,)``, in units of 2^-2148."""
    plain, square, error = squared(x)
    rest = 0 if plain is None else sum(units(value) ** 2 for value in x[~plain & (x != 0.0)].tolist())
    return ((sum_exactly(square) + sum_exactly(error)) << UNIT_BITS) + rest


@record
class ExactSum:
    """An exact sum of finite numbers, with counts of NaN and infinities.

    ``ExactSum()`` is the identity and ``+`` is associative and commutative, exactly.
    """

    finite: int = 0
    nans: int = 0
    plus: int = 0
    minus: int = 0

    @classmethod
    def of(cls, x: Array) -> ExactSum:
        """The sum of an array of any shape."""
        x = x.reshape(-1)
        good = np.isfinite(x)
        if good.all():
            return cls(sum_exactly(x))
        return cls(sum_exactly(x[good]), int(np.isnan(x).sum()), int(np.isposinf(x).sum()), int(np.isneginf(x).sum()))

    def __add__(self, other: ExactSum) -> ExactSum:
        return ExactSum(
            self.finite + other.finite, self.nans + other.nans, self.plus + other.plus, self.minus + other.minus
        )

    def __sub__(self, other: ExactSum) -> ExactSum:
        """The sum without what was added before."""
        return ExactSum(
            self.finite - other.finite, self.nans - other.nans, self.plus - other.plus, self.minus - other.minus
        )

    def over(self, divisor: int | ExactSum = 1) -> float:
        """The sum divided by a count or another sum, rounded once; NaN if the divisor is zero."""
        if isinstance(divisor, ExactSum):
            if divisor.special is not None:
                return math.nan
            numerator, denominator = self.finite, divisor.finite
        else:
            numerator, denominator = self.finite, divisor << UNIT_BITS
        if denominator == 0:
            return math.nan
        if self.special is not None:
            return self.special if denominator > 0 else -self.special
        return ratio(numerator, denominator)

    @property
    def special(self) -> float | None:
        """NaN or an infinity if that is what the sum is, else None."""
        if self.nans or (self.plus and self.minus):
            return math.nan
        if self.plus:
            return math.inf
        return -math.inf if self.minus else None
