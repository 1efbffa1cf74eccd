"""Are counts by score the same however the rows are cut, and exact where they can be?"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from losscli.core.counts.reliability import Reliability
from losscli.core.counts.score_counts import ScoreCounts, keys_of, scores_of

ODD = [0.0, -0.0, 5e-324, 1e-300, 0.1, 0.25, np.nextafter(0.5, 0), 0.5, np.nextafter(0.5, 1), 0.75, 1 - 2**-53, 1.0]


@pytest.mark.parametrize("probabilities", [True, False])
def test_keys_keep_the_order_and_come_back(probabilities: bool) -> None:
    x = np.array(ODD if probabilities else [-np.inf, -1e300, -1.0, -5e-324, *ODD, 2.0, 1e300, np.inf])
    keys = keys_of(x, probabilities=probabilities)
    assert [(a < b) == (c < d) for (a, b), (c, d) in zip(pairwise(x), pairwise(keys), strict=True)] == [True] * (
        len(x) - 1
    )
    assert scores_of(keys, probabilities=probabilities).tolist() == x.tolist()


@given(st.lists(st.floats(0, 1), min_size=1), st.integers(0, 60))
def test_a_score_stands_for_all_that_are_not_below_it(values: list[float], level: int) -> None:
    """Also where keys are cut: as many scores are at least the shown one as the counts say."""
    x = np.array(values)
    counts = ScoreCounts(True, level=level)
    counts.add(x, np.ones(len(x), bool))
    scores, yes, _ = counts.table()
    above = np.cumsum(yes[::-1])[::-1]
    assert [int((x >= score).sum()) for score in scores] == above.tolist()


def parts(rng: np.random.Generator, n: int, most: int, edges: np.ndarray) -> ScoreCounts:
    x, y = rng.random(1000) ** 3, rng.random(1000) < 0.5
    cuts = np.sort(rng.integers(0, len(x), n))
    made = []
    for rows in np.split(np.arange(len(x)), cuts):
        one = ScoreCounts(True, edges, most)
        for batch in np.array_split(rows, 3):
            one.add(x[batch], y[batch])
        made.append(one)
    whole = made[0]
    for one in made[1:]:
        whole.merge(one)
    return whole


@pytest.mark.parametrize("most", [10, 100, 5000])
def test_no_cut_changes_a_count(most: int) -> None:
    edges = keys_of(np.array([0.1, 0.5]), probabilities=True)
    tables = []
    for n in (0, 1, 5, 20):
        counts = parts(np.random.default_rng(7), n, most, edges)  # cuts come after the data: the same data each time
        tables.append([column.tolist() for column in counts.table()])
        assert len(tables[-1][0]) <= max(most, 3)
        assert counts.level == 0 or most < 5000
    assert all(table == tables[0] for table in tables)


def test_edges_are_never_crossed() -> None:
    x = np.random.default_rng(1).random(4000)
    counts = ScoreCounts(True, keys_of(np.array([0.3]), probabilities=True), 16)
    counts.add(x, x > 0.3)
    scores, yes, no = counts.table()
    assert yes[scores >= 0.3].sum() == (x >= 0.3).sum()
    assert no[scores >= 0.3].sum() == 0


def test_sums_by_bin_merge_to_the_same_bits() -> None:
    rng = np.random.default_rng(2)
    p, y = rng.random(3000), rng.random(3000) < 0.5
    p[:4] = [0.0, 1.0, 0.5, 0.1]
    whole, two = Reliability(10), Reliability(10)
    whole.add(p, y)
    for rows in np.array_split(np.arange(3000), 7):
        one = Reliability(10)
        one.add(p[rows], y[rows])
        two.merge(one)
    assert whole.parts is not None
    assert two.parts is not None
    assert whole.parts.tolist() == two.parts.tolist()
    assert (whole.squares, whole.logs) == (two.squares, two.logs)
    place = np.searchsorted(np.arange(1, 10) / 10, p, side="left")
    for b, mean in enumerate(whole.table().forecast.tolist()):
        assert mean == float(sum(map(Fraction, p[place == b].tolist())) / int((place == b).sum()))
    assert whole.rows is not None
    assert whole.rows.tolist() == np.bincount(place, minlength=10).tolist()
