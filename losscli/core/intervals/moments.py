"""Exact sums of columns and of their products: all that the interval of a smooth function of means needs.

A unit is a row, or a cluster of rows; a column holds one number per unit. Products are taken about a pivot near the
mean, so that they don't cancel, rounded once and summed exactly. The result depends on neither the order of the units
nor how they were cut.
"""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import combinations_with_replacement
from typing import TYPE_CHECKING

import numpy as np

from losscli.core.exact_sum import UNIT_BITS, ExactSum, ratio
from losscli.record import record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.ops import Array


@record
class Moments:
    """Mergeable moments of columns; ``Moments()`` is the identity of ``+``.

    Attributes:
        units: Number of units.
        pivots: The number subtracted from each column; decided on the first rows, the same for all parts.
        sums: The sum of each column.
        products: Sums of products of columns ``i <= j``, in the order of ``combinations_with_replacement``.
        cubes: Sum of the cubes of the first column; None if not asked for.
    """

    units: int = 0
    pivots: tuple[float, ...] = ()
    sums: tuple[ExactSum, ...] = ()
    products: tuple[ExactSum, ...] = ()
    cubes: ExactSum | None = None

    @classmethod
    def of(cls, columns: Sequence[Array], pivots: Sequence[float] = (), *, cubes: bool = False) -> Moments:
        """Sum up columns ``(n,)``; sums with infinities or NaNs become NaN."""
        pivots = tuple(pivots) or (0.0,) * len(columns)
        with np.errstate(over="ignore", invalid="ignore"):
            moved = [column - pivot if pivot else column for column, pivot in zip(columns, pivots, strict=True)]
            products = [x * y for x, y in combinations_with_replacement(moved, 2)]
            return cls(
                len(moved[0]),
                pivots,
                tuple(map(ExactSum.of, moved)),
                tuple(map(ExactSum.of, products)),
                ExactSum.of(products[0] * moved[0]) if cubes else None,
            )

    def __add__(self, other: Moments) -> Moments:
        if not self.pivots or not other.pivots:
            return self if self.pivots else other
        assert self.pivots == other.pivots or not (self.finite and other.finite), "parts of one data set share pivots"
        return Moments(
            self.units + other.units,
            self.pivots if self.finite else other.pivots,
            tuple(mine + theirs for mine, theirs in zip(self.sums, other.sums, strict=True)),
            tuple(mine + theirs for mine, theirs in zip(self.products, other.products, strict=True)),
            None if self.cubes is None or other.cubes is None else self.cubes + other.cubes,
        )

    @property
    def finite(self) -> bool:
        """Whether all sums are finite."""
        return all(total.special is None for total in (*self.sums, *self.products))

    def mean(self, i: int = 0) -> float:
        """The mean of a column, rounded once; NaN without units."""
        if not self.units or self.sums[i].special is not None:
            return self.sums[i].over(self.units)
        pivot = Fraction(self.pivots[i])
        exact = Fraction(self.sums[i].finite, self.units << UNIT_BITS) + pivot
        return ratio(exact.numerator, exact.denominator)

    def covariance(self, i: int = 0, j: int = 0) -> float:
        """The sample covariance of two columns, divisor ``units - 1``, rounded once; NaN below two units."""
        if self.units < 2 or not self.finite:
            return math.nan
        pairs = list(combinations_with_replacement(range(len(self.sums)), 2))
        product = self.products[pairs.index((min(i, j), max(i, j)))]
        numerator = (self.units * product.finite << UNIT_BITS) - self.sums[i].finite * self.sums[j].finite
        if i == j:  # products are rounded: of units that are all alike they may sum to less than they should
            numerator = max(0, numerator)
        return ratio(numerator, self.units * (self.units - 1) << (2 * UNIT_BITS))

    def variance(self, gradient: Sequence[float]) -> float:
        """The variance of a linear combination of the columns."""
        spans = range(len(self.sums))
        return max(0.0, math.fsum(gradient[i] * gradient[j] * self.covariance(i, j) for i in spans for j in spans))

    @property
    def skewness(self) -> float:
        """The skewness of the first column; 0 where it does not vary."""
        assert self.cubes is not None
        n, first, second, third = self.units, self.sums[0].finite, self.products[0].finite, self.cubes.finite
        if not n or not self.finite or self.cubes.special is not None:
            return math.nan
        spread = Fraction((n * second << UNIT_BITS) - first * first, n * n << (2 * UNIT_BITS))
        if spread <= 0:
            return 0.0
        one = 1 << UNIT_BITS
        central = Fraction(third * n * n * one * one - 3 * first * second * n * one + 2 * first**3, (n * one) ** 3)
        return float(central / spread) / math.sqrt(spread)
