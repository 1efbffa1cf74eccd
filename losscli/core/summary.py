"""A summary of per-sample values: enough for every reduction, of constant size."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from losscli.core.exact_sum import UNIT_BITS, ExactSum, ratio, sum_squares_exactly
from losscli.record import field, record

if TYPE_CHECKING:
    from losscli.ops import Array


KEPT = 65536  # up to this many values are kept, for the median


def _first(one: float, other: float, precedes: bool) -> float:
    """The one that precedes, or NaN if one of them is."""
    return one if precedes or one != one else other


@record
class Summary:
    """A mergeable summary of per-sample values, weights applied.

    ``Summary()`` is the identity of ``+``, which is associative and commutative: the result depends on neither
    the order of the rows nor how they were cut.

    Attributes:
        count: Number of values counted; ignored ones are not.
        rows: Number of rows with a counted value.
        total: Exact sum of the values.
        squares: Exact sum of the squares of the finite values, in units of 2^-2148; None if not asked for.
        weights: Exact sum of the sample weights; None without weights.
        weighing: Number of values whose weight is not 0.
        min: The smallest value, NaN if one is NaN.
        max: The largest value.
        kept: All values; None if there are more than ``KEPT``, or if the median was not asked for.
    """

    count: int = 0
    rows: int = 0
    total: ExactSum = ExactSum()
    squares: int | None = 0
    weights: ExactSum | None = None
    min: float = math.inf
    max: float = -math.inf
    kept: tuple[Array, ...] | None = field(default=(), compare=False)
    weighing: int = 0

    @classmethod
    def of(
        cls,
        values: Array,
        weights: Array | None = None,
        rows: int | None = None,
        *,
        spread: bool = True,
        sums: bool = True,
    ) -> Summary:
        """Summarise values of any shape; ``weights`` are their factors, one per value.

        Without ``spread`` there is no median, and no standard deviation, which takes longer than everything else.
        Without ``sums`` the values and their squares are not added up: they are added up by group.
        """
        values = values.reshape(-1)
        if not len(values):
            return cls(weights=None if weights is None else ExactSum())
        return cls(
            count=len(values),
            rows=len(values) if rows is None else rows,
            total=ExactSum.of(values) if sums else ExactSum(),
            squares=sum_squares_exactly(values[np.isfinite(values)]) if spread and sums else 0 if spread else None,
            weights=None if weights is None else ExactSum.of(weights),
            min=float(values.min()) + 0.0,  # -0.0 becomes 0.0, so that the order of the rows does not matter
            max=float(values.max()) + 0.0,
            kept=(values,) if spread and len(values) <= KEPT else None,
            weighing=len(values) if weights is None else int(np.count_nonzero(weights)),
        )

    def __add__(self, other: Summary) -> Summary:
        if not self.count and self.weights is None:
            return other
        if not other.count and other.weights is None:
            return self
        kept = None
        if self.kept is not None and other.kept is not None and self.count + other.count <= KEPT:
            kept = self.kept + other.kept
        squares = None
        if self.squares is not None and other.squares is not None:
            squares = self.squares + other.squares
        weights = None
        if self.weights is not None and other.weights is not None:
            weights = self.weights + other.weights
        return Summary(
            count=self.count + other.count,
            rows=self.rows + other.rows,
            total=self.total + other.total,
            squares=squares,
            weights=weights,
            min=_first(self.min, other.min, self.min < other.min),
            max=_first(self.max, other.max, self.max > other.max),
            kept=kept,
            weighing=self.weighing + other.weighing,
        )

    @property
    def sum(self) -> float:
        """The sum, rounded once."""
        return self.total.over()

    @property
    def mean(self) -> float:
        """The sum over the count, rounded once; NaN if nothing was counted."""
        return self.total.over(self.count)

    @property
    def std(self) -> float:
        """The sample standard deviation (divisor count - 1); NaN for fewer than two values, or if not asked for."""
        if self.count < 2 or self.squares is None or self.total.special is not None:
            return math.nan
        numerator = self.count * self.squares - self.total.finite**2
        denominator = self.count * (self.count - 1)
        guard = 64
        root = math.isqrt((numerator << (2 * guard)) // denominator)
        return ratio(root, 1 << (UNIT_BITS + guard))

    @property
    def median(self) -> float | None:
        """The median; None if there were too many values to keep, NaN without values."""
        if self.kept is None:
            return None
        if not self.count:
            return math.nan
        if self.total.nans:
            return math.nan
        values = np.sort(np.concatenate(self.kept))
        middle = values[(self.count - 1) // 2 : self.count // 2 + 1]
        return ExactSum.of(middle).over(len(middle))  # np.median overflows and warns of infinities

    def to_dict(self) -> dict[str, float | int | None]:
        """The ``summary`` object of the JSON document."""
        empty = not self.count
        return {
            "count": self.count,
            "sum": self.sum,
            "mean": self.mean,
            "std": self.std,
            "min": math.nan if empty else self.min,
            "median": self.median,
            "max": math.nan if empty else self.max,
        }
