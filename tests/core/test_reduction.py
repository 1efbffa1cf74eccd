"""What does each reduction divide, and by what?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from losscli import evaluate
from losscli.core.reduction import ALIASES, REDUCTIONS, Reduced, canonical, reduce
from losscli.core.summary import Summary
from losscli.errors import InputError, UsageError
from losscli.losses import LOSSES
from losscli.losses.vocabulary import Takes
from tests.support.shell import losscli

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

# Losses 1, 2, 3, 6 of two rows with two values each: 12 in all.
VALUES = np.array([[1.0, 2.0], [3.0, 6.0]])
PLAIN = Summary.of(VALUES, rows=2)
# The same, of which the weights 0.5 and 1.5 have been multiplied in: 0.5 + 1 + 4.5 + 9 = 15; they sum to 4.
WEIGHTS = np.array([[0.5, 0.5], [1.5, 1.5]])
WEIGHTED = Summary.of(VALUES * WEIGHTS, WEIGHTS, rows=2)


@pytest.mark.parametrize(
    ("summary", "reduction", "expected"),
    [
        (PLAIN, "mean", Reduced(3.0, 4, "N")),
        (PLAIN, "sum", Reduced(12.0, None, "")),
        (PLAIN, "none", Reduced(None, None, "")),
        (PLAIN, "batchmean", Reduced(6.0, 2, "rows")),
        (PLAIN, "weighted-mean", Reduced(3.0, 4, "N")),
        (WEIGHTED, "mean", Reduced(3.75, 4, "N")),
        (WEIGHTED, "sum", Reduced(15.0, None, "")),
        (WEIGHTED, "none", Reduced(None, None, "")),
        (WEIGHTED, "batchmean", Reduced(7.5, 2, "rows")),
        (WEIGHTED, "weighted-mean", Reduced(3.75, 4.0, "sum(w)")),
    ],
)
def test_each_reduction_has_its_value_and_its_divisor(summary: Summary, reduction: str, expected: Reduced) -> None:
    # By hand, from the sums above.
    assert reduce(summary, reduction) == expected


def test_the_mean_divides_by_the_count_and_the_weighted_mean_by_the_weights() -> None:
    # By hand: weights 1 and 3 of losses 2 and 4 give 14, over 2 and over 4.
    summary = Summary.of(np.array([2.0, 12.0]), np.array([1.0, 3.0]))
    assert reduce(summary, "mean").value == 7.0
    assert reduce(summary, "weighted-mean") == Reduced(3.5, 4.0, "sum(w)")


def test_every_reduction_is_covered_above() -> None:
    marks = test_each_reduction_has_its_value_and_its_divisor.pytestmark  # type: ignore[attr-defined]
    assert {case[1] for case in marks[0].args[1]} == set(REDUCTIONS)


@pytest.mark.parametrize("weights", [None, np.array([])], ids=["plain", "weighted"])
def test_the_mean_of_nothing_is_nan_and_its_sum_zero(weights: Array | None) -> None:
    nothing = Summary.of(np.array([]), weights)
    for reduction in ("mean", "batchmean", "weighted-mean"):
        value = reduce(nothing, reduction).value
        assert value is not None
        assert math.isnan(value)
    assert reduce(nothing, "sum").value == 0.0


def test_a_weighted_mean_of_weights_that_sum_to_zero_is_nan() -> None:
    reduced = reduce(Summary.of(np.zeros(2), np.zeros(2)), "weighted-mean")
    assert reduced.divisor == 0.0
    assert reduced.value is not None
    assert math.isnan(reduced.value)


def test_a_mean_of_values_whose_sum_overflows_is_finite() -> None:
    summary = Summary.of(np.full(4, 1e308))
    assert reduce(summary, "sum").value == math.inf
    assert reduce(summary, "mean").value == 1e308


def test_a_mean_is_rounded_once() -> None:
    # By hand: 3 * 0.1 is 0.30000000000000004 in float64, and a third of that 0.10000000000000002.
    assert reduce(Summary.of(np.full(3, 0.1)), "mean").value == 0.1
    assert (0.1 + 0.1 + 0.1) / 3 != 0.1


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("sum_over_batch_size", "mean"),  # Keras 3
        ("auto", "mean"),  # Keras 2
        ("mean_with_sample_weight", "weighted-mean"),  # Keras 3
        ("mean", "mean"),
        ("batchmean", "batchmean"),
        ("Mean", None),
        ("", None),
        ("average", None),
    ],
)
def test_frameworks_names_stand_for_reductions(name: str, expected: str | None) -> None:
    assert canonical(name) == expected


def test_no_alias_hides_a_reduction_or_leads_nowhere() -> None:
    assert not ALIASES.keys() & set(REDUCTIONS)
    assert set(ALIASES.values()) <= set(REDUCTIONS)
    assert all(canonical(name) == name for name in REDUCTIONS)


@pytest.mark.parametrize("reduction", [*REDUCTIONS[1:], "mean_with_sample_weight"])
def test_what_is_one_number_for_all_rows_has_nothing_to_reduce(reduction: str) -> None:
    for loss in (loss for loss in LOSSES if loss.takes is Takes.SET):
        run = losscli(loss.name, "1,0,1", "1,0,1", "-r", reduction)
        said = f"{loss.name} is one number for all rows: --reduction {reduction} has no values to reduce"
        assert (run.status, said in run.err) == (2, True), run.err
    with pytest.raises(UsageError, match="has no values to reduce"):
        evaluate("rmse", [1.0, 2.0], [1.0, 3.0], reduction="sum")
    assert evaluate("rmse", [1.0, 2.0], [1.0, 3.0], reduction="sum_over_batch_size").value == math.sqrt(0.5)


@pytest.mark.parametrize("name", ["kl", "cosine-similarity", "ndcg", "generalized-kl-divergence", "js-divergence"])
def test_one_row_of_several_numbers_has_one_weight(name: str) -> None:
    row = ("0.2,0.5,0.3", "0,1,0")
    for weights in ("1,2,3", "0,0,1"):
        run = losscli(name, *row, "--sample-weight", weights)
        assert (run.status, "3 weights for" in run.err and "which has 1 value" in run.err) == (3, True), run.err
    once = float(losscli(name, *row, "-q").out)
    assert float(losscli(name, *row, "-q", "--sample-weight", "2").out) == 2 * once
    with pytest.raises(InputError, match="3 weights for"):
        evaluate(name, [0.2, 0.5, 0.3], [0.0, 1.0, 0.0], sample_weight=[1, 2, 3])


def test_a_share_of_decisions_is_one_of_all_weights() -> None:
    report = evaluate("accuracy", [1, 0, 1], [1, 0, 0], sample_weight=[3.0, 1.0, 2.0])
    assert report.value == pytest.approx(4 / 6, rel=1e-15)
    document = report.to_dict()
    assert document["divisor"] == 6.0
    assert not any(note["id"] == "weights" for note in document["notes"])
