"""Are sums by group what an exact sum for each group would be, however the rows come?"""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from losscli.core.exact_sum import ExactSum
from losscli.core.groups.group_sums import GroupSums

numbers = st.floats(allow_nan=True, allow_infinity=True) | st.floats(0, 20)
rows = st.lists(st.tuples(numbers, st.integers(0, 6)), max_size=40)


def arrays(
    rows: list[tuple[float, int]],
) -> tuple[np.ndarray[tuple[int], np.dtype[np.float64]], np.ndarray[tuple[int], np.dtype[np.intp]]]:
    return np.array([value for value, _ in rows], np.float64), np.array([group for _, group in rows], np.intp)


def expected(rows: list[tuple[float, int]], groups: int = 7) -> list[ExactSum]:
    values, group = arrays(rows)
    return [ExactSum.of(values[group == g]) if (group == g).any() else ExactSum() for g in range(groups)]


@given(rows, st.integers(0, 40))
def test_sums_by_group_are_exact_for_any_cut(rows: list[tuple[float, int]], cut: int) -> None:
    sums = GroupSums()
    for part in (rows[:cut], rows[cut:]):
        sums.add(*arrays(part), 7)
    assert sums.sums(7) == expected(rows)


@given(rows, rows, st.permutations(range(7)))
def test_merging_follows_the_numbers_of_the_groups(
    mine: list[tuple[float, int]], theirs: list[tuple[float, int]], order: list[int]
) -> None:
    one, other = GroupSums(), GroupSums()
    one.add(*arrays(mine), 7)
    other.add(*arrays(theirs), 7)
    one.merge(other, np.array(order, np.intp))
    assert one.sums(7) == expected(mine + [(value, order[group]) for value, group in theirs])


@given(rows, st.integers(0, 40), st.floats(-300, 300))
def test_rounded_sums_are_near_and_know_no_cut(rows: list[tuple[float, int]], cut: int, size: float) -> None:
    sums, other = GroupSums(), GroupSums()
    sums.add(*arrays(rows), 7)
    for part in (rows[cut:], rows[:cut]):
        other.add(*arrays(part), 7)
    other.add(np.array([10.0**size, -(10.0**size)]), np.array([2, 2]), 7)  # which leaves more places, and nothing else
    found, again = sums.rounded(7), other.rounded(7)
    exact = np.array([total.over() for total in expected(rows)])
    np.testing.assert_array_equal(found, again)
    with np.errstate(over="ignore"):  # of what is next to the largest number
        np.testing.assert_array_almost_equal_nulp(found[np.isfinite(exact)], exact[np.isfinite(exact)], 1)
    np.testing.assert_array_equal(np.isnan(found), np.isnan(exact))


def test_many_blocks_do_not_overflow() -> None:
    values = np.random.default_rng(1).exponential(size=3_000)
    sums = GroupSums()
    for _ in range(600):
        sums.add(np.tile(values, 6), np.zeros(18_000, np.intp), 1)
    assert sums.sums(1) == [ExactSum(ExactSum.of(values).finite * 3_600)]


def test_groups_may_come_one_by_one() -> None:
    sums = GroupSums()
    for group in range(1_000):
        sums.add(np.array([1.0 + group]), np.array([group]), group + 1)
    assert [total.over() for total in sums.sums(1_000)] == [1.0 + group for group in range(1_000)]
