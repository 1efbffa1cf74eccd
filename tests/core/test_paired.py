"""Do pairs merge: any cut of the rows, in any order, gives what all of them give at once?"""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from losscli import evaluate
from losscli.core.intervals.difference import Moved
from losscli.core.intervals.moments import Moments
from losscli.core.intervals.paired import Paired
from losscli.core.intervals.sign_flip import sign_flip
from losscli.core.intervals.tails import mcnemar
from losscli.errors import LossError
from losscli.record import replace

KEPT = 3
NUMBERS = st.floats(-1e6, 1e6, allow_subnormal=False)
ROWS = st.lists(st.tuples(NUMBERS, NUMBERS), min_size=0, max_size=12)


def paired(rows: list[tuple[float, float]], start: int) -> Paired:
    """What is kept of rows of two models, from the definitions."""
    found = Paired()
    for i, (a, b) in enumerate(rows):
        one = Moved(start + i, None, None, a, b, a - b)
        found += Paired(
            rows=1,
            moments=Moments.of((np.array([a - b]), np.array([b]))),
            lower=int(a < b),
            higher=int(a > b),
            alike=int(a == b),
            least=a - b,
            most=a - b,
            decisions=(int(a > 0 < b), int(a > 0 >= b), int(b > 0 >= a), int(a <= 0 >= b)),
            moved=(one,),
        )
        found = found.first(KEPT)
    return found


@given(ROWS, ROWS, ROWS)
def test_paired_is_a_monoid(
    one: list[tuple[float, float]], other: list[tuple[float, float]], third: list[tuple[float, float]]
) -> None:
    a, b, c = paired(one, 0), paired(other, len(one)), paired(third, len(one) + len(other))
    assert a + Paired() == a == Paired() + a
    assert ((a + b) + c).first(KEPT) == (a + (b + c)).first(KEPT) == paired(one + other + third, 0)
    assert (a + b).first(KEPT) == (b + a).first(KEPT)


@given(ROWS, st.integers(0, 100))
def test_a_part_counts_from_the_beginning(rows: list[tuple[float, float]], before: int) -> None:
    assert paired(rows, 0).later(before) == paired(rows, before)


@given(ROWS)
def test_the_other_way_round_the_sums_are_negated(rows: list[tuple[float, float]]) -> None:
    mine, theirs = paired(rows, 0), paired([(b, a) for a, b in rows], 0)
    assert (mine.lower, mine.higher, mine.alike) == (theirs.higher, theirs.lower, theirs.alike)
    if rows:
        assert mine.moments.mean() == -theirs.moments.mean()
        assert mine.moments.sums[0].finite == -theirs.moments.sums[0].finite
    if len(rows) > 1:
        assert mine.moments.covariance() == theirs.moments.covariance()


@given(st.lists(st.floats(-100, 100, allow_subnormal=False).filter(bool), min_size=1, max_size=9))
def test_all_signs_are_tried(differences: list[float]) -> None:
    exact = [Fraction(x) for x in differences]
    sums = [
        abs(sum((k * x for k, x in zip(signs, exact, strict=True)), Fraction()))
        for signs in product((1, -1), repeat=len(exact))
    ]
    right = Fraction(sum(total >= abs(sum(exact, Fraction())) for total in sums), len(sums))
    assert sign_flip(np.array(differences)) == right


def test_flips_of_many_do_not_depend_on_the_order() -> None:
    draws = np.random.default_rng(4)
    differences = draws.normal(0.1, 1.0, 300)
    assert sign_flip(differences) == sign_flip(draws.permutation(differences)) == sign_flip(-differences)
    assert sign_flip(np.ones(50)) == 1 / 10_000


@pytest.mark.parametrize(("first", "second"), [(480, 520), (400, 600), (0, 1000), (500, 500)])
def test_mcnemar_of_many_is_that_of_few(first: int, second: int, monkeypatch: pytest.MonkeyPatch) -> None:
    exact = mcnemar(first, second)
    monkeypatch.setattr("losscli.core.intervals.tails._MANY", 10)
    assert mcnemar(first, second) == pytest.approx(exact, rel=1e-11)


def test_mcnemar_of_a_million_rows_is_quick() -> None:
    assert mcnemar(500_000, 501_000) == pytest.approx(0.3173, abs=0.002)  # a normal deviate of nearly 1
    assert mcnemar(300_000, 700_000) == 0.0


def test_typed_results() -> None:
    report = evaluate("mae", [1, 2, 4], [0, 0, 0], against={"a": [2, 2, 2], "b": [1, 2, 4]}, margin=0.5)
    one, same = report.against
    assert (one.name, one.difference, one.wins, one.ties, one.losses) == ("a", 1 / 3, 1, 1, 1)
    assert one.per_sample is not None
    assert one.per_sample.tolist() == [2, 2, 2]
    assert (same.verdict, same.p, same.p_holm) == ("alike on all rows", 1.0, 1.0)
    assert replace(same, moved=()) == same
    assert evaluate("mae", [1, 2, 4], [0, 0, 0], against=[2, 2, 2]).against[0].name == "against"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"against": [1, 2]}, "3 rows of predictions but 2 of against"),
        ({"margin": 1.0}, "margin and test are about the difference to a baseline"),
        ({"against": [1, 2, 3], "test": "z"}, "test='z': one of t, sign-flip"),
        ({"against": [1, 2, 3], "reduction": "none"}, "without a reduction there are no two numbers to compare"),
    ],
)
def test_python_refuses_what_the_command_line_does(options: dict[str, object], message: str) -> None:
    with pytest.raises(LossError, match=message):
        evaluate("mae", [1, 2, 4], [0, 0, 0], **options)  # type: ignore[arg-type]
