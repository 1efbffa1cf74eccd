"""Are intervals, tails and tests of counts those of statistics, to the last digits?"""

from __future__ import annotations

import math
from functools import reduce
from itertools import pairwise

import mpmath  # type: ignore[import-untyped]
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from losscli.core.intervals.interval import hall_interval, smooth, t_interval, two_sided, weighted
from losscli.core.intervals.moments import Moments
from losscli.core.intervals.tails import holm, mcnemar, normal_quantile, sign_rank, t_quantile, t_tail, tango, wilson

NEW = np.array([1.0, 2.0, 4.0, 8.0, 3.0])
OLD = np.array([2.0, 4.0, 5.0, 6.0, 6.0])


def exact_t_tail(x: float, df: float) -> mpmath.mpf:
    """By mpmath's incomplete beta function, 40 digits."""
    with mpmath.workdps(40):
        n, x = mpmath.mpf(df), mpmath.mpf(x)
        return mpmath.betainc(n / 2, mpmath.mpf(1) / 2, 0, n / (n + x * x), regularized=True) / 2


@pytest.mark.parametrize("df", [1, 2, 3, 4, 9, 29, 59, 60, 598, 9_999, 20_001, 999_999, 10_000_000])
@pytest.mark.parametrize("x", [0.001, 0.5, 1.0, 1.96, 3.0, 5.0, 10.0, 30.0])
def test_the_tail_of_t_is_right_to_twelve_digits(x: float, df: int) -> None:
    assert t_tail(x, df) == pytest.approx(float(exact_t_tail(x, df)), rel=2e-12)
    assert t_tail(-x, df) == pytest.approx(1.0 - float(exact_t_tail(x, df)), rel=1e-14)


@pytest.mark.parametrize("df", [1, 2, 4, 49, 598, 30_000])
@pytest.mark.parametrize("tail", [0.25, 0.05, 0.025, 0.005])
def test_the_quantile_of_t_is_the_inverse_of_its_tail(tail: float, df: int) -> None:
    assert float(exact_t_tail(t_quantile(tail, df), df)) == pytest.approx(tail, rel=2e-12)


@pytest.mark.parametrize("tail", [0.4999, 0.4, 0.1, 0.025, 0.02, 1e-8, 1e-100, 0.9])
def test_the_normal_quantile_is_right_to_the_last_digits(tail: float) -> None:
    with mpmath.workdps(40):
        x = mpmath.findroot(lambda x: mpmath.erfc(x / mpmath.sqrt(2)) / 2 - mpmath.mpf(tail), normal_quantile(tail))
    assert normal_quantile(tail) == pytest.approx(float(x), rel=1e-13)


@pytest.mark.parametrize(
    ("hits", "count", "low", "high"),  # SciPy's binomtest(...).proportion_ci(method="wilson")
    [
        (10, 10, 0.7224672001371109, 1.0),
        (0, 25, 0.0, 0.1331922509390485),
        (9, 10, 0.5958499732047615, 0.9821237869049271),
        (573, 599, 0.9371605122631911, 0.9702090655857946),
    ],
)
def test_wilson(hits: int, count: int, low: float, high: float) -> None:
    assert wilson(hits, count, 0.95) == pytest.approx((low, high), rel=1e-14)


@pytest.mark.parametrize(
    ("first", "second", "count", "low", "high"),  # a constrained likelihood, maximised by brute force
    [
        (12, 2, 50, 0.0611124, 0.3447087),
        (3, 9, 20, -0.5726554, 0.0415650),
        (7, 3, 599, -0.0044122, 0.0195409),
        (0, 0, 50, -0.0713476, 0.0713476),
        (5, 0, 5, 0.1310351, 1.0),
        (0, 5, 5, -1.0, -0.1310351),
    ],
)
def test_tango(first: int, second: int, count: int, low: float, high: float) -> None:
    assert tango(first, second, count, 0.95) == pytest.approx((low, high), abs=6e-8)
    assert tango(second, first, count, 0.95) == pytest.approx((-high, -low), abs=6e-8)


def test_mcnemar_is_the_binomial_test() -> None:
    assert [mcnemar(7, 3), mcnemar(5, 0), mcnemar(0, 0), mcnemar(0, 2000)] == [0.34375, 0.0625, 1.0, 2.0**-1999]


@pytest.mark.parametrize(
    ("count", "level", "rank"),
    [
        (5, 0.95, 0),
        (6, 0.95, 1),
        (7, 0.95, 1),
        (9, 0.95, 2),
        (20, 0.95, 6),
        (50, 0.95, 18),
        (5, 0.9375, 1),
        (1, 0.5, 0),
    ],
)
def test_the_ranks_around_a_median(count: int, level: float, rank: int) -> None:
    """From the table in Conover 1999, Practical nonparametric statistics; and as few as cover enough."""
    assert sign_rank(count, level) == rank
    for r in (rank, rank + 1):
        covered = 1.0 - mcnemar(r - 1, count - r + 1) if r else 1.0
        assert (covered >= level) is (r == rank)


def test_the_ranks_around_a_median_of_a_million() -> None:
    assert sign_rank(1_000_000, 0.95) == pytest.approx(500_000 - 1.959964 * 500, abs=1)


def test_holm_keeps_the_order_of_its_input() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.5, 0.9]) == [1.0, 1.0]
    assert holm([]) == []


def test_the_t_interval_of_a_difference() -> None:
    moments = Moments.of([NEW - OLD])  # SciPy: ttest_rel
    se = math.sqrt(moments.covariance() / 5)
    assert math.sqrt(moments.covariance()) == 1.8708286933869707
    assert t_interval(-1.0, se, 4, 0.95) == pytest.approx((-3.3229406353851902, 1.3229406353851902), rel=1e-14)
    assert t_interval(-1.0, se, 4, 0.90) == pytest.approx((-2.7836309888146396, 0.7836309888146382), rel=1e-14)
    assert two_sided(-1.0, se, 4) == pytest.approx(0.29801481173121036, rel=1e-13)


def test_a_difference_without_spread() -> None:
    moments = Moments.of([np.full(4, 0.5)])
    assert moments.covariance() == 0.0
    assert t_interval(0.5, 0.0, 3, 0.95) == (0.5, 0.5)
    assert two_sided(0.5, 0.0, 3) == 1 / 8
    assert two_sided(0.0, 0.0, 3) == 1.0


def test_a_ratio_of_means_by_the_delta_method() -> None:
    a, b = NEW.mean(), OLD.mean()
    se = smooth(Moments.of([NEW, OLD]), (1 / a, -1 / b))
    low, high = t_interval(math.log(a / b), se, 4, 0.95)
    assert math.expm1(low) == pytest.approx(-0.6022188438108362, rel=1e-13)
    assert math.expm1(high) == pytest.approx(0.5397319882572202, rel=1e-13)


def test_the_root_of_a_mean_by_the_delta_method() -> None:
    moments = Moments.of([NEW**2, OLD**2])
    a, b = (math.sqrt(moments.mean(i)) for i in range(2))
    assert (a, b) == pytest.approx((4.33589667773576, 4.8373546489791295), rel=1e-15)
    assert smooth(moments, (0.5 / a, -0.5 / b)) == pytest.approx(1.0566961149566574, rel=1e-14)


def test_weights_and_clusters_are_the_same_formula() -> None:
    difference, weight = NEW - OLD, np.array([1.0, 2.0, 1.0, 4.0, 2.0])
    mean, se = weighted(Moments.of([weight * difference, weight]))  # weighted least squares, HC1
    assert (mean, se) == pytest.approx((-0.4, 1.2755391017134676), rel=1e-14)
    mean, se = weighted(Moments.of([np.array([-3.0, 1.0, -3.0]), np.array([2.0, 2.0, 1.0])]))
    assert (mean, se) == pytest.approx((-1.0, 0.916515138991168), rel=1e-14)
    assert two_sided(mean, se, 2) == pytest.approx(0.38915277821847394, rel=1e-13)


@pytest.mark.parametrize("pivot", [0.0, 0.9, -100.0])
def test_halls_interval_of_a_skewed_mean(pivot: float) -> None:
    moments = Moments.of([np.array([0.1, 0.2, 0.4, 0.8, 3.2])], [pivot], cubes=True)
    assert moments.skewness == pytest.approx(1.3474390187328932, rel=1e-11)
    assert hall_interval(moments, 0.95) == pytest.approx((-0.14485257047858003, 6.4088252557960489), rel=1e-10)


def test_a_symmetric_mean_has_students_interval() -> None:
    moments = Moments.of([np.array([1.0, 2.0, 3.0])], cubes=True)
    assert moments.skewness == 0.0
    assert hall_interval(moments, 0.95) == pytest.approx(t_interval(2.0, 1 / math.sqrt(3), 2, 0.95))


@given(st.lists(st.tuples(*[st.floats(-1e6, 1e6)] * 2), max_size=30), st.lists(st.integers(0, 30), max_size=5))
def test_moments_are_the_same_for_any_cut(rows: list[tuple[float, float]], cuts: list[int]) -> None:
    whole = np.array(rows).reshape(-1, 2)
    ends = [0, *sorted(min(cut, len(whole)) for cut in cuts), len(whole)]
    parts = [Moments.of(list(whole[a:b].T), [1.0, 0.0], cubes=True) for a, b in pairwise(ends) if b > a]
    expected = Moments.of(list(whole.T), [1.0, 0.0], cubes=True) if rows else Moments()
    assert reduce(lambda x, y: x + y, reversed(parts), Moments()) == expected


def test_infinite_values_have_no_spread() -> None:
    moments = Moments.of([np.array([1.0, math.inf])], cubes=True)
    assert moments.mean() == math.inf
    assert math.isnan(moments.covariance())
    assert math.isnan(moments.skewness)
