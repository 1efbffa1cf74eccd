"""Floats times powers of ten, to twice the precision (Dekker 1971, extending the available precision)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from losscli.ops import Array

SMALLEST, LARGEST = -270, 270  # powers without overflow or underflow on the way
_SPLITTER = 2.0**27 + 1.0


def times_ten(x: Array, power: NDArray[Any]) -> tuple[Array, Array]:
    """``x * 10 ** power`` as a float and a correction, with a relative error below 2^-99 together."""
    ten, rest, upper, lower = (part.take(power - SMALLEST) for part in _powers())
    product = x * ten
    left, right = _split(x)
    error = ((left * upper - product) + left * lower + right * upper) + right * lower
    rest *= x
    error += rest
    return product, error


def ten_to(power: NDArray[Any]) -> Array:
    """The floats nearest to powers of ten."""
    return _powers()[0].take(power - SMALLEST)


def _split(x: Array) -> tuple[Array, Array]:
    """The upper and lower halves of the bits of floats, whose products are exact."""
    scaled = x * _SPLITTER
    upper = scaled - (scaled - x)
    return upper, x - upper


@cache
def _powers() -> tuple[Array, Array, Array, Array]:
    """Powers of ten as sums of two floats, and the two halves of the first."""
    sums = [_power(k) for k in range(SMALLEST, LARGEST + 1)]
    ten, rest = np.array(sums).T.copy()
    return ten, rest, *_split(ten)


def _power(k: int) -> tuple[float, float]:
    numerator, denominator = 10 ** max(k, 0), 10 ** max(-k, 0)
    ten = numerator / denominator
    upper, lower = ten.as_integer_ratio()
    return ten, (numerator * lower - upper * denominator) / (denominator * lower)
