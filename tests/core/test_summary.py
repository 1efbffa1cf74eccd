"""Is a Summary a monoid, and are its numbers right?

The reference is rational arithmetic, with mpmath for the square root.
"""

from __future__ import annotations

import math
from fractions import Fraction
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from losscli.core import summary as module
from losscli.core.exact_sum import ExactSum, units
from losscli.core.summary import KEPT, Summary
from tests.accuracy.primitives import LARGEST, LEAST, mp, rounded, ulps

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

finite = st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from([0.0, -0.0, LEAST, LARGEST, -LARGEST])
anything = st.floats() | st.sampled_from([0.0, -0.0, LEAST, LARGEST, math.inf, math.nan])


def array(values: Any) -> Array:
    return np.array(values, dtype=np.float64)


def of_pairs(pairs: list[tuple[float, float]]) -> Summary:
    values, weights = array(pairs).reshape(-1, 2).T
    return Summary.of(values, weights)


weight = st.floats(0.0, 1e300)
plain = st.lists(anything, max_size=5).map(lambda x: Summary.of(array(x)))
weighted = st.lists(st.tuples(anything, weight), max_size=5).map(of_pairs)
summaries = plain | weighted | st.just(Summary())


def state(summary: Summary) -> tuple[Any, ...]:
    """Everything a summary holds, NaNs comparable and -0.0 apart from 0.0, the kept values in order of size."""
    kept = None if summary.kept is None else sorted(map(repr, (v for part in summary.kept for v in part.tolist())))
    return (
        summary.count,
        summary.rows,
        summary.total,
        summary.squares,
        summary.weights,
        repr(summary.min),
        repr(summary.max),
        kept,
    )


def shown(summary: Summary) -> str:
    return repr(summary.to_dict())


def exact_std(values: list[float]) -> Any:
    """The sample standard deviation with 60 digits."""
    numbers = [Fraction(value) for value in values]
    mean = sum(numbers, Fraction(0)) / len(numbers)
    variance = sum(((x - mean) ** 2 for x in numbers), Fraction(0)) / (len(numbers) - 1)
    return mp.sqrt(mp.mpf(variance.numerator) / mp.mpf(variance.denominator))


class TestLaws:
    @given(summaries)
    def test_the_empty_summary_changes_nothing_on_either_side(self, a: Summary) -> None:
        assert state(Summary() + a) == state(a) == state(a + Summary())

    def test_nothing_and_nothing_are_nothing(self) -> None:
        nothing = state(Summary())
        assert state(Summary() + Summary()) == state(Summary.of(array([]))) == nothing

    @given(summaries, summaries, summaries)
    def test_summaries_may_be_grouped_and_swapped(self, a: Summary, b: Summary, c: Summary) -> None:
        assert state((a + b) + c) == state(a + (b + c))
        assert state(a + b) == state(b + a)
        assert shown((a + b) + c) == shown(c + (b + a))

    @given(st.lists(anything, max_size=30), st.lists(st.integers(0, 30), max_size=5))
    def test_any_cutting_gives_the_same_summary(self, values: list[float], cuts: list[int]) -> None:
        x, whole = array(values), Summary.of(array(values))
        parts = [Summary.of(part) for part in np.split(x, sorted(cuts))]
        assert state(reduce(Summary.__add__, parts, Summary())) == state(whole)
        assert shown(reduce(Summary.__add__, reversed(parts))) == shown(whole)

    @given(st.lists(st.tuples(anything, weight), max_size=20), st.integers(0, 20))
    def test_any_cutting_gives_the_same_weighted_summary(self, pairs: list[tuple[float, float]], cut: int) -> None:
        parts = of_pairs(pairs[:cut]) + of_pairs(pairs[cut:])
        assert state(parts) == state(of_pairs(pairs))

    @pytest.mark.parametrize("size", [1000, 8192, 65536, 65537])
    def test_chunks_of_many_rows_give_the_summary_of_the_whole(self, size: int) -> None:
        x = np.random.default_rng(0).lognormal(sigma=5, size=KEPT + 5000)
        parts = (Summary.of(x[i : i + size]) for i in range(0, len(x), size))
        assert shown(reduce(Summary.__add__, parts)) == shown(Summary.of(x))

    def test_weights_are_known_only_if_all_parts_have_them(self) -> None:
        with_weights, without = Summary.of(array([1.0]), array([2.0])), Summary.of(array([1.0]))
        assert (with_weights + with_weights).weights == ExactSum(units(4.0))
        assert (with_weights + without).weights is None
        assert (with_weights + Summary()).weights == ExactSum(units(2.0))

    def test_a_part_whose_rows_were_all_ignored_keeps_the_weights_known(self) -> None:
        empty = Summary.of(array([]), array([]))
        full = Summary.of(array([6.0]), array([2.0]))
        assert state(empty + full) == state(full) == state(full + empty)
        assert empty.weights == ExactSum()

    def test_a_summary_is_not_changed_by_adding_to_it(self) -> None:
        a, b = Summary.of(array([1.0, 2.0])), Summary.of(array([3.0]))
        before = state(a), state(b)
        assert (a + b).count == 3
        assert (state(a), state(b)) == before


class TestNumbers:
    def test_the_numbers_of_a_small_sample(self) -> None:
        # By hand: deviations -2, -1, 0, 3 around 4 have the sum of squares 14, and 14 / 3 is 4.666...
        assert Summary.of(array([2.0, 7.0, 4.0, 3.0])).to_dict() == {
            "count": 4,
            "sum": 16.0,
            "mean": 4.0,
            "std": 2.160246899469287,
            "min": 2.0,
            "median": 3.5,
            "max": 7.0,
        }

    def test_the_numbers_of_nothing(self) -> None:
        numbers = Summary().to_dict()
        assert numbers.pop("count") == 0
        assert numbers.pop("sum") == 0.0
        assert numbers.keys() == {"mean", "std", "min", "median", "max"}
        assert all(math.isnan(value) for value in numbers.values() if value is not None)
        assert None not in numbers.values()

    def test_rows_are_what_the_caller_counts_else_the_values(self) -> None:
        assert Summary.of(np.ones((2, 3)), rows=2).rows == 2
        assert Summary.of(np.ones((2, 3))).rows == 6
        assert (Summary.of(np.ones((2, 3)), rows=2) + Summary.of(np.ones((1, 3)), rows=1)).rows == 3

    @given(st.lists(finite, min_size=2, max_size=20))
    def test_std_is_within_an_ulp_of_the_sample_standard_deviation(self, values: list[float]) -> None:
        assert ulps(Summary.of(array(values)).std, exact_std(values)) <= 1.0

    @given(st.floats(-1e10, 1e10), st.lists(st.integers(-3, 3), min_size=2, max_size=20))
    def test_std_is_within_an_ulp_where_the_mean_is_far_larger(self, base: float, steps: list[int]) -> None:
        values = [base + step * math.ulp(base) for step in steps]
        assert ulps(Summary.of(array(values)).std, exact_std(values)) <= 1.0

    @given(finite, st.integers(2, 50))
    def test_constant_values_have_no_deviation(self, value: float, count: int) -> None:
        summary = Summary.of(np.full(count, value))
        assert summary.std == 0.0
        assert summary.mean == summary.median == summary.min == summary.max == value

    def test_std_of_one_value_or_none_is_not_a_number(self) -> None:
        assert math.isnan(Summary.of(array([3.0])).std)
        assert math.isnan(Summary().std)

    @pytest.mark.parametrize("size", [1e300, 1e-300, 1e-320])
    def test_huge_and_tiny_values_keep_their_statistics(self, size: float) -> None:
        # By hand: 1, 2, 3 have the mean 2 and the standard deviation 1.
        values = [size, 2 * size, 3 * size]
        numbers = Summary.of(array(values)).to_dict()
        assert numbers["mean"] == numbers["median"] == 2 * size
        assert numbers["std"] == pytest.approx(size, rel=1e-15)
        assert ulps(Summary.of(array(values)).std, exact_std(values)) <= 0.5 + 1e-6

    def test_the_largest_numbers_overflow_only_where_the_result_does(self) -> None:
        # By hand: the standard deviation of a and -a is a * sqrt(2).
        summary = Summary.of(array([LARGEST, -LARGEST]))
        assert (summary.mean, summary.median, summary.std) == (0.0, 0.0, math.inf)
        same = Summary.of(array([LARGEST, LARGEST]))
        assert (same.sum, same.mean, same.median, same.std) == (math.inf, LARGEST, LARGEST, 0.0)

    def test_two_smallest_numbers_keep_their_deviation(self) -> None:
        # By hand: |a - b| / sqrt(2) is 0.7 of the smallest double.
        assert Summary.of(array([0.0, LEAST])).std == LEAST

    @given(st.lists(finite, min_size=1, max_size=9))
    def test_the_median_is_the_middle_value_or_the_mean_of_both(self, values: list[float]) -> None:
        ordered, n = sorted(map(Fraction, values)), len(values)
        assert Summary.of(array(values)).median == float((ordered[(n - 1) // 2] + ordered[n // 2]) / 2)

    def test_the_median_is_given_up_beyond_the_values_kept(self) -> None:
        x = np.arange(KEPT + 1.0)
        assert Summary.of(x[:-1]).median == (KEPT - 1) / 2
        assert Summary.of(x).median is None
        assert (Summary.of(x[:-1]) + Summary.of(x[-1:])).median is None
        assert (Summary.of(x) + Summary.of(x[:0])).median is None
        assert (Summary.of(x[:10]) + Summary.of(x[10:-1])).median == (KEPT - 1) / 2

    def test_zero_has_no_sign(self) -> None:
        for values in ([0.0, -0.0], [-0.0, 0.0], [-0.0]):
            assert shown(Summary.of(array(values))) == shown(Summary.of(np.zeros(len(values))))
        cut = Summary.of(array([-0.0])) + Summary.of(array([0.0]))
        assert shown(cut) == shown(Summary.of(np.zeros(2)))

    @given(st.lists(st.tuples(st.floats(-1e100, 1e100), weight), min_size=1, max_size=10))
    def test_the_weighted_mean_is_the_quotient_of_exact_sums(self, pairs: list[tuple[float, float]]) -> None:
        summary = of_pairs(pairs)
        assert summary.weights is not None
        divisor = sum((Fraction(w) for _, w in pairs), Fraction(0))
        mean = summary.total.over(summary.weights)
        if divisor:
            assert mean == rounded(sum((Fraction(v) for v, _ in pairs), Fraction(0)) / divisor)
        else:
            assert math.isnan(mean)


class TestSpecials:
    @pytest.mark.parametrize(
        ("values", "mean", "least", "middle", "most"),
        [
            ([1.0, math.inf], math.inf, 1.0, math.inf, math.inf),
            ([1.0, 2.0, math.inf], math.inf, 1.0, 2.0, math.inf),
            ([1.0, -math.inf], -math.inf, -math.inf, -math.inf, 1.0),
            ([math.inf, -math.inf], math.nan, -math.inf, math.nan, math.inf),
            ([math.inf, math.inf], math.inf, math.inf, math.inf, math.inf),
            ([1.0, math.nan], math.nan, math.nan, math.nan, math.nan),
            ([math.nan, math.inf, 3.0], math.nan, math.nan, math.nan, math.nan),
        ],
    )
    def test_infinities_and_nans_act_as_in_arithmetic(
        self, values: list[float], mean: float, least: float, middle: float, most: float
    ) -> None:
        # By hand: inf + (-inf) is NaN, and NaN is in everything. A deviation from an infinite mean is NaN.
        expected = [len(values), mean, mean, math.nan, least, middle, most]
        assert repr(list(Summary.of(array(values)).to_dict().values())) == repr(expected)
        parts = reduce(Summary.__add__, (Summary.of(array([value])) for value in values))
        assert repr(list(parts.to_dict().values())) == repr(expected)

    def test_the_squares_leave_out_what_is_not_finite(self) -> None:
        assert Summary.of(array([3.0, math.inf, math.nan])).squares == units(3.0) ** 2


def test_the_laws_notice_a_merge_that_counts_an_empty_side_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    def careless(self: Summary, other: Summary) -> Summary:
        start = other if not self.count else self
        return merge(start, other)

    merge = Summary.__add__
    monkeypatch.setattr(module.Summary, "__add__", careless)
    a = Summary.of(array([1.0, 2.0]))
    assert (Summary() + a).count == 4
    assert state(Summary() + a) != state(a)
