"""The sign-flip test: how often differences with random signs have as large a sum."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

import numpy as np

from losscli.core.exact_sum import units
from losscli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.ops import Array

EXACT = 20  # up to this many differences all signs are tried
_DRAWN = 9_999
_MOST = 200_000
_BLOCK = 64


def sign_flip(differences: Array) -> float:
    """The two-sided p of differences, none of them 0: of all signs, or of some thousand drawn with a fixed seed.

    Raises:
        UsageError: There are too many; the t test gives the same p then.
    """
    if not len(differences):
        return 1.0
    if len(differences) > _MOST:
        what = f"--test sign-flip: {len(differences):,} rows differ, and it takes at most {_MOST:,}"
        raise UsageError(what, hint="--test t, which says the same of so many")
    return _exact(differences) if len(differences) <= EXACT else _drawn(differences)


def _exact(differences: Array) -> float:
    """Over all signs, by combining the sums of two halves as exact integers."""
    whole = [units(x) for x in differences.tolist()]
    observed, half = abs(sum(whole)), len(whole) // 2
    left, right = _sums(whole[:half]), sorted(_sums(whole[half:]))
    if not observed:
        return 1.0
    found = sum(len(right) - bisect_left(right, observed - one) + bisect_right(right, -observed - one) for one in left)
    return found / (len(left) * len(right))


def _sums(numbers: Sequence[int]) -> list[int]:
    """The sums under all signs."""
    sums = [0]
    for number in numbers:
        sums = [total + signed for total in sums for signed in (number, -number)]
    return sums


def _drawn(differences: Array) -> float:
    """Over random signs, with the observed signs as one more draw (Phipson and Smyth 2010)."""
    ordered = np.sort(np.abs(differences))[::-1]  # so that the order of the rows does not matter
    observed = abs(float(np.sort(differences).sum()))
    draws = np.random.Generator(np.random.Philox(key=0))
    sums = np.zeros(_DRAWN)
    for start in range(0, len(ordered), _BLOCK):
        block = ordered[start : start + _BLOCK]
        bits = np.unpackbits(draws.integers(0, 256, (len(block), -(-_DRAWN // 8)), np.uint8), axis=1, count=_DRAWN)
        sums += ((2.0 * bits - 1.0) * block[:, None]).sum(axis=0)
    found = int(np.count_nonzero(np.abs(sums) >= observed * (1.0 - 1e-12)))
    return (found + 1) / (_DRAWN + 1)
