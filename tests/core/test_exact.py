"""Are sums exact: the same to the last bit as rational arithmetic, whatever the order and the cuts?

Python's fractions and `math.fsum` are the reference; neither shares code with the sums under test.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from losscli.core.exact_sum import ExactSum, ratio, sum_exactly, sum_squares_exactly, units
from tests.accuracy.primitives import LARGEST, LEAST, rounded

if TYPE_CHECKING:
    from random import Random

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

EDGES = [
    0.0,
    -0.0,
    LEAST,
    -LEAST,
    2.0**-1022,
    2.0**-480,
    2.0**480,
    2.0**960,
    math.nextafter(2.0**960, 1),
    LARGEST,
    -LARGEST,
]

finite = st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from(EDGES)
anything = st.floats() | st.sampled_from(EDGES)
sums = st.lists(anything, max_size=5).map(lambda x: ExactSum.of(np.array(x)))


def array(values: list[float]) -> Array:
    return np.array(values, dtype=np.float64)


def same(a: float, b: float) -> bool:
    """Equal, or both NaN."""
    return a == b or (math.isnan(a) and math.isnan(b))


def wild(count: int, seed: int) -> Array:
    """Random bits of both signs and every exponent, without infinities and NaNs."""
    bits = np.random.default_rng(seed).integers(0, 2**64, size=count, dtype=np.uint64)
    x = bits.view(np.float64)
    return x[np.isfinite(x)]


class TestSums:
    @given(st.lists(finite, max_size=40))
    def test_a_sum_is_the_sum_of_fractions(self, values: list[float]) -> None:
        exact = sum((Fraction(value) for value in values), Fraction(0))
        assert Fraction(sum_exactly(array(values)), 2**1074) == exact
        assert ExactSum.of(array(values)).over() == rounded(exact)

    @given(st.lists(finite, max_size=40))
    def test_a_sum_of_squares_is_the_sum_of_squared_fractions(self, values: list[float]) -> None:
        exact = sum((Fraction(value) ** 2 for value in values), Fraction(0))
        assert Fraction(sum_squares_exactly(array(values)), 2**2148) == exact

    @given(st.lists(st.floats(-1e300, 1e300), max_size=40))
    def test_a_rounded_sum_is_fsum(self, values: list[float]) -> None:
        assert ExactSum.of(array(values)).over() == math.fsum(values)

    @pytest.mark.parametrize("count", [1, 2, 8191, 8192, 8193, 30000])
    def test_long_vectors_of_every_exponent_add_up_exactly(self, count: int) -> None:
        x = wild(count, count)
        assert sum_exactly(x) == sum(units(value) for value in x.tolist())
        assert sum_squares_exactly(x) == sum(units(value) ** 2 for value in x.tolist())

    @pytest.mark.parametrize("scale", [1e-310, 1e-160, 1.0, 1e140, 1e300])
    def test_vectors_of_one_scale_add_up_exactly(self, scale: float) -> None:
        x = np.random.default_rng(1).normal(size=20000) * scale
        assert sum_exactly(x) == sum(units(value) for value in x.tolist())
        assert sum_squares_exactly(x) == sum(units(value) ** 2 for value in x.tolist())

    def test_what_cancels_leaves_what_is_left(self) -> None:
        # By hand: 1e308 and 1 are gone, the smallest double stays; adding from left to right gives 0.
        values = [1e308, 1.0, LEAST, -1.0, -1e308]
        assert ExactSum.of(array(values)).over() == LEAST
        assert sum(values) == 0.0

    def test_ten_thousand_tenths_are_the_nearest_double_to_their_sum(self) -> None:
        # math.fsum([0.1] * 10000) is 1000.0; adding one by one gives 1000.0000000001588.
        assert ExactSum.of(np.full(10000, 0.1)).over() == 1000.0

    def test_a_sum_beyond_float64_is_infinite_and_its_mean_is_not(self) -> None:
        total = ExactSum.of(array([LARGEST] * 3))
        assert total.over() == math.inf
        assert total.over(3) == LARGEST
        assert ExactSum.of(array([-LARGEST] * 3)).over() == -math.inf

    def test_neither_shape_nor_stride_matters(self) -> None:
        x = wild(600, 5)[:400].reshape(20, 20)
        assert ExactSum.of(x) == ExactSum.of(x.T) == ExactSum.of(x[:, ::-1])
        assert ExactSum.of(np.broadcast_to(np.float64(0.1), (3, 7))).finite == 21 * units(0.1)
        assert ExactSum.of(np.full((), 0.1)).finite == units(0.1)

    @given(finite)
    def test_units_are_the_number_in_multiples_of_the_smallest_double(self, value: float) -> None:
        assert Fraction(units(value), 2**1074) == Fraction(value)


class TestQuotients:
    @given(st.lists(finite, min_size=1, max_size=10))
    def test_a_mean_is_rounded_once(self, values: list[float]) -> None:
        exact = sum(map(Fraction, values)) / Fraction(len(values))
        assert ExactSum.of(array(values)).over(len(values)) == rounded(exact)

    @given(st.lists(finite, max_size=10), st.lists(finite, max_size=10))
    def test_a_weighted_mean_is_rounded_once(self, values: list[float], weights: list[float]) -> None:
        divisor = sum(map(Fraction, weights), Fraction(0))
        mean = ExactSum.of(array(values)).over(ExactSum.of(array(weights)))
        if divisor:
            assert mean == rounded(sum(map(Fraction, values), Fraction(0)) / divisor)
        else:
            assert math.isnan(mean)

    def test_nothing_divided_by_nothing_is_not_a_number(self) -> None:
        assert math.isnan(ExactSum().over(0))
        assert math.isnan(ExactSum().over(ExactSum()))
        assert math.isnan(ExactSum.of(array([math.inf])).over(0))

    def test_a_divisor_that_is_no_number_gives_none(self) -> None:
        for divisor in (math.inf, -math.inf, math.nan):
            assert math.isnan(ExactSum.of(array([1.0])).over(ExactSum.of(array([divisor, 2.0]))))

    def test_an_infinite_sum_takes_the_sign_of_its_divisor(self) -> None:
        infinite = ExactSum.of(array([math.inf]))
        assert infinite.over(ExactSum.of(array([2.0]))) == math.inf
        assert infinite.over(ExactSum.of(array([-2.0]))) == -math.inf

    @pytest.mark.parametrize(
        ("numerator", "denominator", "expected"),
        [
            (1, 3, 1 / 3),
            (10**400, 1, math.inf),
            (-(10**400), 1, -math.inf),
            (10**400, -1, -math.inf),
            (1, 2**1075, 0.0),
        ],
    )
    def test_a_ratio_of_integers_is_the_nearest_double(self, numerator: int, denominator: int, expected: float) -> None:
        # By hand; 2^-1075 is halfway between 0 and the smallest double, and ties go to even.
        assert ratio(numerator, denominator) == expected


class TestSpecials:
    @given(st.lists(anything, max_size=20))
    def test_infinities_and_nans_act_as_in_any_sum(self, values: list[float]) -> None:
        if any(map(math.isnan, values)) or {math.inf, -math.inf} <= set(values):
            expected = math.nan
        elif math.inf in values or -math.inf in values:
            expected = math.inf if math.inf in values else -math.inf
        else:
            expected = rounded(sum(map(Fraction, values), Fraction(0)))
        assert same(ExactSum.of(array(values)).over(), expected)

    def test_specials_are_counted_beside_the_finite_sum(self) -> None:
        x = array([1.0, math.nan, math.inf, -math.inf, 2.0, math.inf, math.nan, math.nan])
        assert ExactSum.of(x) == ExactSum(units(3.0), nans=3, plus=2, minus=1)

    def test_a_sum_that_was_infinite_is_finite_once_the_infinity_is_taken_back(self) -> None:
        whole = ExactSum.of(array([1.0, math.inf, math.nan]))
        assert (whole - ExactSum.of(array([math.inf, math.nan]))).over() == 1.0


class TestLaws:
    @given(sums)
    def test_the_empty_sum_changes_nothing_on_either_side(self, a: ExactSum) -> None:
        assert ExactSum() + a == a == a + ExactSum()

    def test_nothing_and_nothing_are_nothing(self) -> None:
        assert ExactSum() + ExactSum() == ExactSum() == ExactSum.of(array([]))
        assert ExactSum().over() == 0.0

    @given(sums, sums, sums)
    def test_sums_may_be_grouped_and_swapped(self, a: ExactSum, b: ExactSum, c: ExactSum) -> None:
        assert (a + b) + c == a + (b + c)
        assert a + b == b + a

    @given(sums, sums)
    def test_what_was_added_can_be_taken_back(self, a: ExactSum, b: ExactSum) -> None:
        assert (a + b) - b == a

    @given(st.lists(anything, max_size=30), st.integers(0, 30), st.randoms())
    def test_cuts_and_order_change_no_bit(self, values: list[float], cut: int, random: Random) -> None:
        whole = ExactSum.of(array(values))
        assert ExactSum.of(array(values[:cut])) + ExactSum.of(array(values[cut:])) == whole
        random.shuffle(values)
        assert ExactSum.of(array(values)) == whole
