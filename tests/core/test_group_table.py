"""Do the tables of groups hold what a summary of each group's rows would, however they are cut and merged?"""

from __future__ import annotations

import pickle
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from losscli.core.exact_sum import ExactSum
from losscli.core.groups.group_table import GroupTable
from losscli.core.groups.parts import Part, coded
from losscli.core.summary import Summary

PART = (Part("g", "column g"),)
NUMBERS = st.floats(allow_nan=False, width=64) | st.sampled_from([0.0, 5e-324, 1e300, -1e-300, 1.0, float("inf")])
ROWS = st.lists(st.tuples(NUMBERS, st.sampled_from("abc")), min_size=1, max_size=40)


def table(rows: list[tuple[float, str]]) -> GroupTable:
    """What is remembered of some rows."""
    found = GroupTable(PART)
    column = coded(np.array([name for _, name in rows])) if rows else None
    if column is None:
        return found
    computed: Any = SimpleNamespace(loss=np.array([value for value, _ in rows]), counted=None, weights=None)
    found.reserve(len(column.keys))
    found.add_samples(column.codes)
    with np.errstate(all="ignore"):
        found.add(column.codes, len(column.keys), computed, spread=True)
    found.keys = [(key,) for key in column.keys]
    return found


def summaries(one: GroupTable) -> dict[Any, Summary]:
    return {key: tally.summary for (key,), tally in zip(one.keys, one.tallies(), strict=True)}


@given(ROWS)
def test_each_group_is_summed_up_as_if_alone(rows: list[tuple[float, str]]) -> None:
    found = summaries(table(rows))
    for name in {name for _, name in rows}:
        values = np.array([value for value, own in rows if own == name])
        with np.errstate(all="ignore"):
            alone = Summary.of(values)
        mine = found[name]
        assert (mine.count, mine.rows, mine.total, mine.min, mine.max) == (
            alone.count, alone.rows, alone.total, alone.min, alone.max,
        )  # fmt: skip
        assert mine.squares == alone.squares
    assert sum((one.total for one in found.values()), ExactSum()) == ExactSum.of(np.array([value for value, _ in rows]))


@given(ROWS, ROWS, ROWS)
def test_merging_is_as_adding_one_after_the_other(
    a: list[tuple[float, str]], b: list[tuple[float, str]], c: list[tuple[float, str]]
) -> None:
    left, right, rest = table(a), table(b), table(c)
    left.merge(table(b))
    left.merge(table(c))
    right.merge(rest)
    other = table(a)
    other.merge(pickle.loads(pickle.dumps(right)))
    whole = table([*a, *b, *c])
    assert summaries(left) == summaries(other) == summaries(whole)
    assert left.keys == other.keys == whole.keys


def test_nothing_is_the_identity() -> None:
    rows = [(1.5, "a"), (2.5, "b")]
    empty = GroupTable(PART)
    empty.merge(table(rows))
    assert summaries(empty) == summaries(table(rows))
    one = table(rows)
    one.merge(GroupTable(PART))
    assert summaries(one) == summaries(table(rows))


def test_a_canary() -> None:
    with pytest.raises(AssertionError):
        assert summaries(table([(1.0, "a")])) == summaries(table([(1.0, "b")]))
