"""Does every reading arrive at the same logarithms, and does a convention change only what it says?"""

from __future__ import annotations

import math
import os
from typing import TYPE_CHECKING
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from losscli import ops
from losscli.core.readings import (
    Read,
    binary_log_probabilities,
    class_log_probabilities,
    clip_labels,
    row_sum_tolerance,
)
from losscli.losses.vocabulary import EXACT, Kind, Reading
from tests.support.shell import losscli

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

KERAS = Reading(rescale=True, clip=1e-7)
LOW, HIGH = 1e-7, 1.0 - 1e-7
INF = math.inf

logits = arrays(np.float64, st.tuples(st.integers(1, 4), st.integers(2, 5)), elements=st.floats(-30, 30))
classes_and_labels = logits.flatmap(
    lambda x: st.tuples(st.just(x), arrays(np.intp, len(x), elements=st.integers(0, x.shape[1] - 1)))
)


def close(a: Array, b: Array) -> bool:
    """Equal but for roundings of the probability, whose logarithm magnifies none of them: 1e-14 absolutely."""
    return bool(np.allclose(a, b, rtol=1e-14, atol=1e-14))


def lists(mask: NDArray[np.bool_] | None) -> list[bool]:
    assert mask is not None
    return list(mask.reshape(-1).tolist())


class TestTheSameDataReadInEveryWay:
    @given(logits)
    def test_class_logits_log_probabilities_and_probabilities_agree(self, x: Array) -> None:
        by_logits = class_log_probabilities(x, Kind.LOGITS, EXACT).log_p
        by_logs = class_log_probabilities(ops.log_softmax(x), Kind.LOG_PROBABILITIES, EXACT).log_p
        by_probabilities = class_log_probabilities(ops.softmax(x), Kind.PROBABILITIES, EXACT).log_p
        assert (by_logits == by_logs).all()
        assert close(by_logits, by_probabilities)

    @given(logits)
    def test_binary_logits_log_probabilities_and_probabilities_agree(self, x: Array) -> None:
        # Where p is within 1e-3 of 0 or 1, rounding p itself spoils log(1 - p), or log p: p is kept off 1.
        x = np.clip(x, -30, 6)
        reads = [
            binary_log_probabilities(x, Kind.LOGITS, EXACT),
            binary_log_probabilities(ops.log_sigmoid(x), Kind.LOG_PROBABILITIES, EXACT),
            binary_log_probabilities(ops.sigmoid(x), Kind.PROBABILITIES, EXACT),
        ]
        for read in reads:
            assert read.log_q is not None
            assert reads[0].log_q is not None
            assert np.allclose(read.log_p, reads[0].log_p, rtol=1e-14, atol=1e-15)
            assert np.allclose(read.log_q, reads[0].log_q, rtol=1e-12, atol=0.0)

    @given(logits)
    def test_one_logit_is_two_classes(self, x: Array) -> None:
        pair = np.stack([x, np.zeros_like(x)], axis=-1)
        both = class_log_probabilities(pair, Kind.LOGITS, EXACT).log_p
        read = binary_log_probabilities(x, Kind.LOGITS, EXACT)
        assert read.log_q is not None
        assert np.allclose(read.log_p, both[..., 0], rtol=1e-14, atol=0.0)
        assert np.allclose(read.log_q, both[..., 1], rtol=1e-14, atol=0.0)

    @given(
        classes_and_labels, st.sampled_from([EXACT, KERAS, Reading(clip=1e-3, clip_one=False), Reading(log_floor=-4)])
    )
    def test_one_class_a_row_is_that_class_of_all(self, data: tuple[Array, NDArray[np.intp]], reading: Reading) -> None:
        x, index = data
        inputs = {Kind.LOGITS: x, Kind.LOG_PROBABILITIES: ops.log_softmax(x), Kind.PROBABILITIES: ops.softmax(x) * 1.01}
        for kind, values in inputs.items():
            every = class_log_probabilities(values, kind, reading)
            one = class_log_probabilities(values, kind, reading, index)
            assert (one.log_p == ops.take(every.log_p, index)).all()
            assert (one.clipped is None) == (every.clipped is None)
            if one.clipped is not None and every.clipped is not None:
                assert lists(one.clipped) == ops.take(every.clipped, index).tolist()  # type: ignore[arg-type]
            assert (one.rescaled is None) == (every.rescaled is None)
            if one.rescaled is not None:
                assert lists(one.rescaled) == lists(every.rescaled)

    def test_shapes_with_more_axes_lose_only_the_last(self) -> None:
        x = np.full((2, 3, 4), 0.25)
        read = class_log_probabilities(x, Kind.PROBABILITIES, KERAS, np.zeros((2, 3), dtype=np.intp))
        assert read.log_p.shape == (2, 3)
        assert read.clipped is not None
        assert read.rescaled is not None
        assert read.clipped.shape == read.rescaled.shape == (2, 3)


class TestExact:
    def test_plain_mathematics_clips_nothing_and_claims_nothing(self) -> None:
        # log 0 = -inf and log 1 = 0.
        read = class_log_probabilities(np.array([[0.0, 1.0]]), Kind.PROBABILITIES, EXACT)
        assert read.log_p.tolist() == [[-INF, 0.0]]
        assert (read.log_q, read.clipped, read.rescaled) == (None, None, None)

    def test_plain_mathematics_reaches_both_infinities_of_a_binary_probability(self) -> None:
        read = binary_log_probabilities(np.array([0.0, 1.0]), Kind.PROBABILITIES, EXACT)
        assert read.log_q is not None
        assert read.log_p.tolist() == [-INF, 0.0]
        assert read.log_q.tolist() == [0.0, -INF]
        assert read.clipped is None

    def test_a_certain_log_probability_leaves_nothing_to_the_other_class(self) -> None:
        read = binary_log_probabilities(np.array([0.0, -INF]), Kind.LOG_PROBABILITIES, EXACT)
        assert read.log_q is not None
        assert read.log_q.tolist() == [-INF, 0.0]

    def test_a_tiny_probability_is_kept_in_the_logarithm_of_its_complement(self) -> None:
        # By hand: log(1 - 1e-20) = -1e-20; 1 - 1e-20 is 1 in float64.
        read = binary_log_probabilities(np.array([1e-20]), Kind.PROBABILITIES, EXACT)
        assert read.log_q is not None
        assert read.log_q.tolist() == [-1e-20]

    @pytest.mark.parametrize("kind", [Kind.LOGITS, Kind.LOG_PROBABILITIES])
    def test_conventions_about_probabilities_leave_logarithms_alone(self, kind: Kind) -> None:
        x = np.array([[-200.0, -0.5, -1.5]])
        every = Reading(rescale=True, clip=0.1, log_floor=-1.0)
        read, plain = class_log_probabilities(x, kind, every), class_log_probabilities(x, kind, EXACT)
        assert read.log_p.tolist() == plain.log_p.tolist()
        assert (read.clipped, read.rescaled) == (None, None)
        both, neither = binary_log_probabilities(x, kind, every), binary_log_probabilities(x, kind, EXACT)
        assert both.log_p.tolist() == neither.log_p.tolist()
        assert both.clipped is None

    def test_inputs_are_not_written_to(self) -> None:
        x = np.array([[0.0, 2.0, 1.0]])
        x.flags.writeable = False
        for kind in (Kind.LOGITS, Kind.LOG_PROBABILITIES, Kind.PROBABILITIES):
            class_log_probabilities(x, kind, KERAS)
        for kind in (Kind.LOGITS, Kind.LOG_PROBABILITIES, Kind.PROBABILITIES):
            binary_log_probabilities(-x if kind is Kind.LOG_PROBABILITIES else x / 2, kind, KERAS)
        assert x.tolist() == [[0.0, 2.0, 1.0]]


class TestClip:
    def test_the_clip_moves_what_lies_outside_and_nothing_on_its_edge(self) -> None:
        x = np.array([[0.0, math.nextafter(LOW, 0), LOW, 0.5, HIGH, math.nextafter(HIGH, 1), 1.0]])
        read = class_log_probabilities(x, Kind.PROBABILITIES, Reading(clip=1e-7))
        assert lists(read.clipped) == [True, True, False, False, False, True, True]
        assert read.log_p.tolist() == [np.log([LOW, LOW, LOW, 0.5, HIGH, HIGH, HIGH]).tolist()]

    def test_the_clip_may_leave_one_alone(self) -> None:
        x = np.array([[0.0, 1.0, 1.25]])
        read = class_log_probabilities(x, Kind.PROBABILITIES, Reading(clip=1e-7, clip_one=False))
        assert lists(read.clipped) == [True, False, True]
        assert read.log_p.tolist() == [[math.log(1e-7), 0.0, 0.0]]

    def test_a_binary_clip_acts_on_both_logarithms(self) -> None:
        read = binary_log_probabilities(np.array([0.0, 0.25, 1.0]), Kind.PROBABILITIES, Reading(clip=1e-7))
        assert read.log_q is not None
        assert lists(read.clipped) == [True, False, True]
        # By hand: 7 log 10 = 16.11809565095832; 1 - (1 - 1e-7) has lost 5 parts in 10^10 of 1e-7, in Keras too.
        assert read.log_p[0] == math.log(1e-7) == pytest.approx(-16.11809565095832, rel=1e-15)
        assert read.log_q[2] == math.log1p(-HIGH) == pytest.approx(-16.11809565, rel=1e-9)
        assert read.log_p[1:].tolist() == [math.log(0.25), math.log(HIGH)]
        assert read.log_q[:2].tolist() == [math.log1p(-1e-7), math.log(0.75)]

    @pytest.mark.parametrize(
        ("dtype", "expected"),
        [
            # By hand: in float32 the nearest number to 1 - 1e-7 is 1 - 2^-23, and -log 2^-23 = 23 log 2.
            (np.float32, 23 * math.log(2)),
            (np.float64, 16.11809565095832),
        ],
    )
    def test_what_the_clip_leaves_of_a_wrong_certainty_depends_on_the_dtype(self, dtype: type, expected: float) -> None:
        read = binary_log_probabilities(np.ones(1, dtype), Kind.PROBABILITIES, Reading(clip=1e-7))
        assert read.log_q is not None
        assert read.log_p.dtype == read.log_q.dtype == dtype
        assert -read.log_q[0] == pytest.approx(expected, rel=1e-7)

    def test_nan_is_neither_clipped_nor_hidden(self) -> None:
        read = class_log_probabilities(np.array([[np.nan, 0.5]]), Kind.PROBABILITIES, Reading(clip=1e-7))
        assert lists(read.clipped) == [False, False]
        assert np.isnan(read.log_p).tolist() == [[True, False]]


class TestRescale:
    def test_rows_are_divided_by_their_sum_before_the_clip(self) -> None:
        # By hand: (1, 1, 2) / 4, and (2e-8, 0.2 - 2e-8) / 0.2 = (1e-7, ...), which the clip leaves.
        read = class_log_probabilities(np.array([[1.0, 1.0, 2.0]]), Kind.PROBABILITIES, KERAS)
        assert read.log_p.tolist() == [[math.log(0.25), math.log(0.25), math.log(0.5)]]
        assert lists(read.clipped) == [False, False, False]
        small = np.array([[3e-8, 0.2 - 3e-8]])
        assert lists(class_log_probabilities(small, Kind.PROBABILITIES, KERAS).clipped) == [False, False]
        alone = class_log_probabilities(small, Kind.PROBABILITIES, Reading(clip=1e-7))
        assert lists(alone.clipped) == [True, False]

    def test_only_rows_beyond_rounding_count_as_rescaled(self) -> None:
        # Three classes allow 1e-3.
        x = np.array([[0.5, 0.25, 0.25], [0.5, 0.25, 0.2505], [0.5, 0.25, 0.252], [0.5, 0.25, 0.248]])
        read = class_log_probabilities(x, Kind.PROBABILITIES, KERAS)
        assert lists(read.rescaled) == [False, False, True, True]
        assert np.allclose(np.exp(read.log_p).sum(axis=-1), 1.0, rtol=1e-15)

    def test_the_tolerance_grows_with_the_classes(self) -> None:
        # By hand: half of the fourth decimal for each class, at least 1e-3.
        assert [row_sum_tolerance(c) for c in (2, 20, 1000)] == [1e-3, 1e-3, 0.05]

    def test_a_row_of_zeros_has_no_probabilities(self) -> None:
        read = class_log_probabilities(np.zeros((1, 2)), Kind.PROBABILITIES, KERAS)
        assert np.isnan(read.log_p).all()
        assert lists(read.rescaled) == [True]

    def test_binary_probabilities_are_never_rescaled(self) -> None:
        x = np.array([[0.5, 0.9]])
        read = binary_log_probabilities(x, Kind.PROBABILITIES, KERAS)
        assert read.log_p.tolist() == np.log(x).tolist()
        assert read.rescaled is None


class TestLogFloor:
    def test_logarithms_below_the_floor_are_raised_to_it(self) -> None:
        # By hand: log 1e-44 = -101.3 and log 1e-43 = -99.01; torch.nn.BCELoss floors at -100.
        x = np.array([[0.0, 1e-44, 1e-43, 1.0]])
        read = class_log_probabilities(x, Kind.PROBABILITIES, Reading(log_floor=-100.0))
        assert read.log_p.tolist() == [[-100.0, -100.0, math.log(1e-43), 0.0]]
        assert lists(read.clipped) == [True, True, False, False]

    def test_the_floor_holds_on_both_sides(self) -> None:
        read = binary_log_probabilities(np.array([0.0, 0.5, 1.0]), Kind.PROBABILITIES, Reading(log_floor=-100.0))
        assert read.log_q is not None
        assert read.log_p.tolist() == [-100.0, math.log(0.5), 0.0]
        assert read.log_q.tolist() == [0.0, math.log(0.5), -100.0]
        assert lists(read.clipped) == [True, False, True]

    def test_a_logarithm_on_the_floor_has_not_been_moved(self) -> None:
        read = class_log_probabilities(np.array([[0.5]]), Kind.PROBABILITIES, Reading(log_floor=math.log(0.5)))
        assert lists(read.clipped) == [False]

    def test_clip_and_floor_are_counted_together(self) -> None:
        # By hand: 1e-4 becomes 1e-3, whose logarithm -6.9 becomes -5; log 2e-3 = -6.2 does, log 1e-2 = -4.6 stays.
        x = np.array([[1e-4, 2e-3, 1e-2, 1.0]])
        read = class_log_probabilities(x, Kind.PROBABILITIES, Reading(clip=1e-3, log_floor=-5.0))
        assert lists(read.clipped) == [True, True, False, True]
        assert read.log_p.tolist() == [[-5.0, -5.0, math.log(1e-2), math.log(1.0 - 1e-3)]]


class TestLabels:
    def test_soft_labels_are_raised_to_their_clip(self) -> None:
        target = np.array([[0.0, 1e-7, 1.0], [math.nextafter(1e-7, 0), 0.5, 0.5]])
        clipped, moved = clip_labels(target, Reading(clip_labels=1e-7))
        assert clipped.tolist() == [[1e-7, 1e-7, 1.0], [1e-7, 0.5, 0.5]]
        assert lists(moved) == [True, False, False, True, False, False]

    def test_without_a_clip_soft_labels_stay_what_they_are(self) -> None:
        target = np.array([[0.0, 1.0]])
        assert clip_labels(target, EXACT) == (target, None)


def test_the_comparison_of_readings_notices_a_probability_that_is_off_by_a_part_in_a_million() -> None:
    x = np.array([[0.3, -1.0, 2.0]])
    wrong = Read(np.log(ops.softmax(x) * (1 + 1e-6)))
    assert not close(class_log_probabilities(x, Kind.LOGITS, EXACT).log_p, wrong.log_p)


@pytest.mark.parametrize("kind", ["--from-logits", "--from-log-probs"])
@pytest.mark.parametrize("option", [("--clip", "0.1"), ("--rescale",), ("--no-rescale",), ("--percent",)])
@pytest.mark.parametrize("like", ["keras", "torch", "exact"])
def test_what_acts_on_probabilities_is_refused_where_there_are_none(
    kind: str, option: tuple[str, ...], like: str
) -> None:
    refused = losscli("ce", "[[-1,-2]]", "0", kind, *option, "--like", like)
    read = "logits" if kind == "--from-logits" else "log-probabilities"
    told = f"Error: {option[0]} is for probabilities, and the predictions are read as {read}\n"
    assert (refused.status, refused.out, refused.err) == (2, "", told)


def test_a_clip_acts_on_logits_that_become_probabilities_first() -> None:
    row = ("focal", "[[1,-20]]", "1", "--from-logits", "-q")
    assert float(losscli(*row, "--clip", "0.1").out) != float(losscli(*row).out)


@pytest.mark.parametrize("option", ["--rescale", "--no-rescale"])
def test_single_probabilities_are_in_no_row_to_divide_by(option: str) -> None:
    told = f"Error: {option} is for rows of one probability for each class\n"
    assert losscli("bce", "0.3", "0", option).err == told


@pytest.mark.parametrize("command", ["ce", "check"])
def test_digits_beside_a_bare_number_are_refused_where_they_are_typed(command: str) -> None:
    row = ("[[0.1,0.9]]", "0", "-q")
    refused = losscli(command, *row, "--digits", "3")
    assert (refused.status, refused.out) == (2, "")
    assert refused.err == "Error: --digits is for tables, and -q writes none\n  try  leave one of them out\n"
    with patch.dict(os.environ, LOSSCLI_DIGITS="3"):
        assert losscli(command, *row).status != 2
