"""Weights as integers in columns of 28 bits, whose sums are exact."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.core.exact_sum import ratio
from losscli.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from losscli.ops import Array

    Parts = NDArray[np.int64]

SMALLEST, LARGEST = 1e-9, 1e9  # between them every float64 is exact in the columns below, and so are sums of 2^33
_BITS = 28
_COLUMNS = 4  # one for the whole part, and three of 28 bits for the fraction


def parts_of(weights: Array) -> Parts:
    """``(n, 4)``: weights ``(n,)`` as whole numbers, the largest first."""
    found, rest = [], weights
    for column in range(_COLUMNS):
        whole = np.floor(rest)
        found.append(whole.astype(np.int64))
        rest = np.ldexp(rest - whole, _BITS) if column + 1 < _COLUMNS else rest
    return np.stack(found, axis=-1)


def together(parts: Parts) -> Array:
    """The sums of parts ``(n, 4)`` as floats ``(n,)``, each rounded once."""
    behind = _BITS * (_COLUMNS - 1)
    rows = (sum(part << (behind - _BITS * i) for i, part in enumerate(row)) for row in parts.tolist())
    return np.array([ratio(row, 1 << behind) for row in rows], float)


def refuse_extreme(weights: Array) -> None:
    """Refuse weights too small or too large to be summed without rounding; 0 is allowed."""
    bad = (weights != 0.0) & ~((weights >= SMALLEST) & (weights <= LARGEST))
    if bad.any():
        what = f"a weight of {float(weights[bad][0]):g}: calibration and thresholds take 0, and 1e-9 to 1e9"
        raise InputError(what, hint="multiply all weights by the same number, which changes nothing")


def total_of(counts: NDArray[Any]) -> float:
    """The number of rows, or the sum of their weights, rounded once."""
    return int(counts.sum()) if counts.dtype.kind == "i" else math.fsum(counts.tolist())
