"""Are the primitives what their formulas say, to the last digits and at the ends of float64?

The true values are computed by mpmath, see `accuracy.py`; numbers in a test say where they come from.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from losscli import ops
from tests.accuracy import primitives as accuracy
from tests.accuracy.primitives import LARGEST, LEAST, SCALES, mp, ulps, worst

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

# The worst errors that `python -m tests.accuracy` found, with and without AVX-512: 3.0 for the logarithms and 3.8 for
# softmax (both with 100 or 1,000 classes), 2.6 for logsumexp, 1.9 for the others. The bounds leave room for other
# processors; losses promise 8.
BOUNDS = {
    "log_softmax": 4.0,
    "log_softmax_at": 4.0,
    "softmax": 5.0,
    "logsumexp": 3.0,  # in ulp of the largest logit or of the logarithm: the sum of the two may cancel
    "log_sigmoid": 2.5,
    "sigmoid": 2.5,
    "log1mexp": 2.5,
    "xlogy": 2.5,
}
ROWS = 150
ROWWISE: dict[str, Callable[[Array], Array]] = {
    "log_softmax": ops.log_softmax,
    "softmax": ops.softmax,
    "logsumexp": ops.logsumexp,
    "total": ops.total,
}
ELEMENTWISE: dict[str, Callable[[Array], Array]] = {
    "log_sigmoid": ops.log_sigmoid,
    "sigmoid": ops.sigmoid,
    "log1mexp": lambda x: ops.log1mexp(-np.abs(x)),
}


def too_wrong(errors: dict[str, float]) -> dict[str, float]:
    assert errors.keys() == BOUNDS.keys()
    return {name: error for name, error in errors.items() if not error <= BOUNDS[name]}


class TestTheMeter:
    def test_counts_units_in_the_last_place(self) -> None:
        # 2^54 / 3 ends in .33, so the nearest double of 1/3 is a third of a unit low, the next one two thirds high.
        third = mp.mpf(1) / 3
        assert ulps(1 / 3, third) == pytest.approx(1 / 3)
        assert ulps(math.nextafter(1 / 3, 1), third) == pytest.approx(2 / 3)
        assert ulps(1.0 + 20 * 2.0**-52, mp.mpf(1)) == 20.0
        assert ulps(3 * LEAST, mp.mpf(LEAST)) == 2.0
        assert ulps(0.0, mp.mpf("1e-400")) < 1e-70

    def test_notices_an_error_of_20_ulp_in_one_of_500_results(self) -> None:
        x, y = accuracy.confident_rows(10.0, 5, 500)
        exact = [accuracy.log_softmax_at(*pair) for pair in zip(x, y.tolist(), strict=True)]
        computed = ops.log_softmax_at(x, y)
        assert worst(computed, exact) <= BOUNDS["log_softmax_at"]
        computed[123] += 20 * np.spacing(computed[123])
        assert 19 - BOUNDS["log_softmax_at"] < worst(computed, exact) < 21 + BOUNDS["log_softmax_at"]

    def test_refuses_the_textbook_formula(self) -> None:
        x, y = accuracy.confident_rows(10.0, 5, 50)
        exact = [accuracy.log_softmax_at(*pair) for pair in zip(x, y.tolist(), strict=True)]
        textbook = ops.take(x - np.log(np.exp(x).sum(axis=-1, keepdims=True)), y)
        assert worst(textbook, exact) > 1e6

    def test_takes_neither_nan_nor_infinity_for_a_number(self) -> None:
        assert ulps(np.nan, mp.mpf(1)) == np.inf
        assert ulps(1.0, mp.nan) == np.inf
        assert ulps(np.inf, mp.mpf(1)) == np.inf
        assert ulps(-np.inf, mp.inf) == np.inf
        assert ulps(LARGEST, mp.mpf("1.8e308")) == np.inf
        assert ulps(np.nan, mp.nan) == ulps(np.inf, mp.mpf("1.8e308")) == ulps(-np.inf, mp.ninf) == 0.0

    def test_counts_in_units_of_float32_for_float32(self) -> None:
        assert ulps(1.0 + 2.0**-23, mp.mpf(1), np.float32) == 1.0
        assert ulps(2.0**-148, mp.mpf(2) ** -149, np.float32) == 1.0
        assert ulps(np.inf, mp.mpf("3.5e38"), np.float32) == 0.0

    def test_has_the_same_truth_as_the_plain_formulas_with_1000_digits(self) -> None:
        x = np.concatenate([rows[:8] for rows, _ in (accuracy.confident_rows(s, 5, 8) for s in SCALES)])
        singles = [*accuracy.numbers(100.0, 10).tolist(), 700.0, -700.0, 1e-300, -1e-300]
        claimed, plain = [], []
        for row in x:
            exact = accuracy.Row.of(row)
            claimed += [*exact.log_softmax, *exact.softmax, exact.logsumexp]
        claimed += [f(v) for f in (accuracy.log_sigmoid, accuracy.sigmoid) for v in singles]
        claimed += [accuracy.log1mexp(-abs(v)) for v in singles]
        with mp.workdps(1000):
            for row in x:
                powers = [mp.exp(mp.mpf(v)) for v in row.tolist()]
                total = mp.fsum(powers)
                plain += [mp.log(p / total) for p in powers] + [p / total for p in powers] + [mp.log(total)]
            odds = [mp.exp(-mp.mpf(v)) for v in singles]
            plain += [-mp.log(1 + o) for o in odds] + [1 / (1 + o) for o in odds]
            plain += [mp.log(1 - mp.exp(-abs(mp.mpf(v)))) for v in singles]
        wrong = [(c, p) for c, p in zip(claimed, plain, strict=True) if abs(c - p) > mp.mpf("1e-50") * abs(p)]
        assert not wrong


@pytest.mark.parametrize("scale", SCALES)
def test_every_primitive_is_within_its_bound_at_every_scale(scale: float) -> None:
    assert not too_wrong(accuracy.errors_at(scale, ROWS))


def test_every_primitive_is_within_its_bound_at_the_ends_of_float64() -> None:
    assert not too_wrong(accuracy.special_errors(ROWS))


def test_no_bound_is_looser_than_what_losses_promise() -> None:
    assert max(BOUNDS.values()) <= 8.0


def test_float32_results_are_within_6_ulp_of_float32() -> None:
    # The worst found in 3,000 rows of each scale and 2 to 1,000 classes: 4.1 for softmax with AVX-512.
    found = 0.0
    for scale in SCALES[:4]:
        for classes in (2, 5, 100):
            rows, y = accuracy.confident_rows(scale, classes, 40)
            x: Any = rows.astype(np.float32)
            exact = [accuracy.Row.of(row) for row in x]
            labels = zip(exact, y.tolist(), strict=True)
            found = max(
                found,
                worst(ops.log_softmax_at(x, y), [row.log_softmax[k] for row, k in labels], np.float32),
                worst(ops.softmax(x), [p for row in exact for p in row.softmax], np.float32),
            )
        singles: Any = accuracy.numbers(scale, 100).astype(np.float32)
        found = max(found, worst(ops.log_sigmoid(singles), map_exact(accuracy.log_sigmoid, singles), np.float32))
        found = max(found, worst(ops.sigmoid(singles), map_exact(accuracy.sigmoid, singles), np.float32))
        below = -np.abs(singles)
        found = max(found, worst(ops.log1mexp(below), map_exact(accuracy.log1mexp, below), np.float32))
    assert found <= 6.0


def map_exact(formula: Callable[[float], Any], x: Any) -> list[Any]:
    return [formula(value) for value in x.tolist()]


def test_a_loss_of_1e_40_is_1e_40() -> None:
    # By hand: for x = [0, -d] the loss of class 0 is log(1 + exp(-d)), and exp(-92.10340371976183) is 1e-40.
    loss = -ops.log_softmax_at(np.array([[0.0, -92.10340371976183]]), np.array([0]))
    assert loss[0] == pytest.approx(1e-40, rel=1e-14)


def test_the_smallest_losses_are_subnormal_and_not_zero() -> None:
    # By hand: exp(-744.4) = 5.1e-324 rounds to the smallest double.
    assert -ops.log_softmax_at(np.array([[0.0, -744.4]]), np.array([0]))[0] == LEAST
    assert -ops.log_sigmoid(np.array([744.4]))[0] == LEAST


def test_logits_of_700_lose_no_digit_to_the_rounding_of_their_difference() -> None:
    # -0.3 - 700 is rounded by 4e-14, which is 328 ulp of its exponential.
    row = np.array([700.0, -0.3])
    exact = accuracy.log_softmax_at(row, 0)
    assert ulps(-math.log1p(math.exp(-0.3 - 700.0)), exact) > 300
    assert ulps(float(ops.log_softmax_at(row[None], np.array([0]))[0]), exact) < 2


@given(arrays(np.float64, (4, 3), elements=st.floats() | st.floats(width=16) | st.floats(width=32)))
def test_a_difference_is_called_exact_only_if_it_is(x: Array) -> None:
    peak = x[0]
    with np.errstate(over="ignore", invalid="ignore"):
        shifted = x - peak
        claimed = ops._is_exact(x, peak, shifted)
    each = zip(*(np.broadcast_to(part, x.shape).ravel().tolist() for part in (x, peak, shifted)), strict=True)
    exact = np.isfinite([x, shifted]).all() and all(Fraction(a) - Fraction(b) == Fraction(c) for a, b, c in each)
    assert claimed is bool(exact)


@pytest.mark.parametrize("dtype", ["f2", "f4", "i1", "f8"])
@pytest.mark.parametrize("classes", [1, 3, ops.FEW_CLASSES, ops.FEW_CLASSES + 1, 1000])
def test_logits_of_few_bits_take_a_shorter_way_to_the_same_bits(
    dtype: str, classes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    x = np.random.default_rng(classes).normal(0, 9, (50, classes)).astype(dtype).astype(np.float64)
    x[::7, -1] = -np.inf if classes > 1 else 3.0
    x[3] = 2.0  # all are the top
    short = [ops.log_softmax(x), ops.softmax(x), ops.logsumexp(x), ops.log_softmax(x[1:3])]
    monkeypatch.setattr(ops, "_is_exact", lambda *_: False)
    long = [ops.log_softmax(x), ops.softmax(x), ops.logsumexp(x), ops.log_softmax(x[1:3])]
    assert [part.tobytes() for part in short] == [part.tobytes() for part in long]


class TestValues:
    def test_softmax_of_ties_shares_equally(self) -> None:
        assert ops.softmax(np.full((1, 4), 1e308)).tolist() == [[0.25] * 4]
        assert ops.log_softmax(np.full((1, 1), -3.0)).tolist() == [[0.0]]

    def test_a_ruled_out_class_has_probability_zero_and_changes_no_other(self) -> None:
        x = np.array([[1.5, -np.inf, 0.3, -np.inf]])
        assert ops.softmax(x)[0, [1, 3]].tolist() == [0.0, 0.0]
        assert ops.log_softmax(x)[0, [1, 3]].tolist() == [-np.inf, -np.inf]
        assert ops.log_softmax(x)[0, [0, 2]].tolist() == ops.log_softmax(x[:, [0, 2]])[0].tolist()
        assert ops.logsumexp(x).tolist() == ops.logsumexp(x[:, [0, 2]]).tolist()

    def test_a_row_without_any_class_has_no_probabilities_but_a_sum(self) -> None:
        # log(0 + 0) = -inf; 0 / 0 is not a number.
        x = np.full((1, 2), -np.inf)
        assert ops.logsumexp(x).tolist() == [-np.inf]
        assert np.isnan(ops.log_softmax(x)).all()
        assert np.isnan(ops.softmax(x)).all()

    def test_plus_infinity_is_its_own_logsumexp(self) -> None:
        assert ops.logsumexp(np.array([[np.inf, 0.0], [np.inf, np.inf]])).tolist() == [np.inf, np.inf]

    def test_a_difference_beyond_float64_is_infinite(self) -> None:
        x = np.array([[LARGEST, -LARGEST]])
        assert ops.log_softmax(x).tolist() == [[0.0, -np.inf]]
        assert ops.softmax(x).tolist() == [[1.0, 0.0]]
        assert ops.logsumexp(x).tolist() == [LARGEST]

    def test_sigmoid_has_its_limits_at_infinity(self) -> None:
        x = np.array([-np.inf, 0.0, np.inf])
        assert ops.sigmoid(x).tolist() == [0.0, 0.5, 1.0]
        assert ops.log_sigmoid(x).tolist() == [-np.inf, -math.log(2), 0.0]

    def test_log1mexp_has_its_limits_at_both_ends(self) -> None:
        # log(1 - exp(0)) = log 0, and 1 - exp(-inf) = 1.
        assert ops.log1mexp(np.array([0.0, -0.0, -np.inf])).tolist() == [-np.inf, -np.inf, 0.0]

    def test_xlogy_is_zero_where_x_is(self) -> None:
        assert ops.xlogy(np.zeros(4), np.array([0.0, 1.0, np.inf, np.nan])).tolist() == [0.0] * 4
        assert ops.xlogy(np.array([1.0, 2.0]), np.array([0.0, 1.0])).tolist() == [-np.inf, 0.0]
        assert ops.xlogy(np.array([1e308]), np.array([1e308])).tolist() == [np.inf]

    def test_what_does_not_count_costs_nothing(self) -> None:
        cost = np.array([np.inf, -np.inf, np.nan, 3.0])
        assert ops.weigh(np.zeros(4), cost).tolist() == [0.0] * 4
        assert ops.weigh(np.full(4, 2.0), cost)[[0, 1, 3]].tolist() == [np.inf, -np.inf, 6.0]
        assert np.isnan(ops.weigh(np.ones(4), cost)[2])
        assert ops.weigh(np.array([1e308]), np.array([1e10])).tolist() == [np.inf]

    def test_weigh_spreads_weights_over_trailing_axes(self) -> None:
        assert ops.weigh(np.array([[0.0], [2.0]]), np.array([[np.inf, 1.0], [3.0, 4.0]])).tolist() == [[0, 0], [6, 8]]

    def test_take_picks_one_entry_a_row(self) -> None:
        x = np.arange(12.0).reshape(2, 2, 3)
        assert ops.take(x, np.array([[0, 2], [1, 1]])).tolist() == [[0.0, 5.0], [7.0, 10.0]]

    @pytest.mark.parametrize("classes", [1, 2, 3, 7, 8, 127, 1000])
    def test_total_adds_a_row_with_log2_of_its_length_roundings(self, classes: int) -> None:
        x = accuracy.generator(10, classes).exponential(size=(20, classes)) ** 3
        # math.fsum is correctly rounded.
        exact = np.array([math.fsum(row) for row in x.tolist()])
        bound = 0.5 * math.ceil(math.log2(classes)) + 0.5
        assert (np.abs(ops.total(x) - exact) <= bound * np.spacing(exact)).all()

    def test_total_leaves_its_input_alone(self) -> None:
        x = np.arange(5.0)
        assert ops.total(x) == 10.0
        assert x.tolist() == [0.0, 1.0, 2.0, 3.0, 4.0]


class TestShapes:
    @pytest.mark.parametrize("shape", [(4, 3), (2, 4, 3), (1, 1), (0, 3)])
    @pytest.mark.parametrize("dtype", [np.float64, np.float32])
    def test_rows_keep_or_lose_the_last_axis_and_keep_their_dtype(self, shape: tuple[int, ...], dtype: Any) -> None:
        x = np.zeros(shape, dtype)
        for name, op in ROWWISE.items():
            result = op(x)
            assert result.shape == (shape if "softmax" in name else shape[:-1]), name
            assert result.dtype == dtype, name
        index = np.zeros(shape[:-1], dtype=np.intp)
        for picked in (ops.log_softmax_at(x, index), ops.take(x, index)):
            assert picked.shape == shape[:-1]
            assert picked.dtype == dtype

    @pytest.mark.parametrize("shape", [(3,), (2, 3), (0,)])
    @pytest.mark.parametrize("dtype", [np.float64, np.float32])
    def test_elementwise_primitives_keep_shape_and_dtype(self, shape: tuple[int, ...], dtype: Any) -> None:
        x = np.ones(shape, dtype)
        results = {name: op(x) for name, op in ELEMENTWISE.items()}
        results |= {"xlogy": ops.xlogy(x, x), "weigh": ops.weigh(x, x)}
        for name, result in results.items():
            assert np.shape(result) == shape, name
            assert result.dtype == dtype, name

    def test_a_single_row_or_number_needs_no_axis_for_others(self) -> None:
        x = np.array([1.0, 2.0, 4.0])
        for name, op in ROWWISE.items():
            assert np.asarray(op(x)).tolist() == op(x[None])[0].tolist(), name
        for name, op in ELEMENTWISE.items():
            assert float(op(x[1])) == op(x)[1], name

    def test_rows_are_independent_of_each_other_and_of_their_place_in_memory(self) -> None:
        x, y = accuracy.random_rows(30.0, 37, 12)
        spaced = np.zeros((24, 74))[::2, ::2]
        spaced[:] = x
        for view in (np.asfortranarray(x), spaced):
            view.flags.writeable = False
            assert (ops.log_softmax(view) == ops.log_softmax(x)).all()
            assert (ops.logsumexp(view) == ops.logsumexp(x)).all()
            assert (ops.log_softmax_at(view, y) == ops.log_softmax_at(x, y)).all()
        for i, row in enumerate(x):
            assert (ops.softmax(row) == ops.softmax(x)[i]).all()

    def test_one_class_of_a_row_is_that_class_of_all(self) -> None:
        x, y = accuracy.random_rows(10.0, 9, 50)
        assert (ops.log_softmax_at(x, y) == ops.take(ops.log_softmax(x), y)).all()


class TestLaws:
    @given(
        arrays(np.int64, st.tuples(st.integers(1, 4), st.integers(1, 6)), elements=st.integers(-(2**30), 2**30)),
        st.integers(-(2**20), 2**20),
    )
    def test_a_shift_of_all_logits_changes_no_bit_of_the_probabilities(self, x: NDArray[Any], shift: int) -> None:
        # Multiples of 2^-22 below 2^21: both sums are exact, so the differences are the same doubles.
        logits = x * 2.0**-22
        assert (ops.log_softmax(logits + shift) == ops.log_softmax(logits)).all()
        assert (ops.softmax(logits + shift) == ops.softmax(logits)).all()

    @given(arrays(np.float64, (3, 4), elements=st.floats(-1e3, 1e3)))
    def test_probabilities_of_a_row_sum_to_one(self, x: Array) -> None:
        # Each is within 5 ulp, so the sum is within 5 ulp of 1 and 3 roundings.
        assert np.abs(ops.softmax(x).sum(axis=-1) - 1.0).max() <= 7 * 2.0**-52

    @given(arrays(np.float64, 7, elements=st.floats(-1e300, 1e300)))
    def test_sigmoid_is_softmax_of_two_classes(self, x: Array) -> None:
        rows = np.stack([x, np.zeros(7)], axis=1)
        # The same two terms and the same sum, so only the last digits of exp may differ.
        pairs = (ops.sigmoid(x), ops.softmax(rows)[:, 0]), (ops.log_sigmoid(x), ops.log_softmax(rows)[:, 0])
        for ours, theirs in pairs:
            assert (np.abs(ours - theirs) <= 8 * np.spacing(np.abs(theirs))).all()

    @given(arrays(np.float64, (2, 3), elements=st.floats(allow_infinity=False, allow_nan=False) | st.just(-np.inf)))
    def test_legal_logits_give_neither_warnings_nor_impossible_values(self, x: Array) -> None:
        alive = (x > -np.inf).any(axis=-1)
        log_p, p, total = ops.log_softmax(x)[alive], ops.softmax(x)[alive], ops.logsumexp(x)[alive]
        assert (log_p <= 0.0).all()
        assert ((p >= 0.0) & (p <= 1.0)).all()
        assert (total >= x.max(axis=-1)[alive]).all()
        assert (ops.log_sigmoid(x) <= 0.0).all()
        assert (ops.log1mexp(-np.abs(x)) <= 0.0).all()

    @given(arrays(np.float64, (2, 3), elements=st.floats()), st.integers(0, 2))
    def test_nan_makes_its_row_nan_and_no_other(self, x: Array, column: int) -> None:
        x[0, column] = np.nan
        x[1] = [1.0, 2.0, 3.0]
        alone = x[1:]
        assert np.isnan(ops.log_softmax(x)[0]).all()
        assert np.isnan(ops.softmax(x)[0]).all()
        assert np.isnan(ops.logsumexp(x)[0])
        assert np.isnan(ops.log_softmax_at(x, np.array([0, 0]))[0])
        assert (ops.softmax(x)[1] == ops.softmax(alone)[0]).all()
        for name, op in ELEMENTWISE.items():
            assert (np.isnan(op(x)) == np.isnan(x)).all(), name
        assert np.isnan(ops.xlogy(np.ones(3), x[0])[column])


@pytest.mark.parametrize("p", [0, 0.5, 1, 2, 3, np.inf, -np.inf])
def test_norms_are_those_of_numpy(p: float) -> None:
    rows = np.array([[0.0, 3.0, -4.0], [1.0, 2.0, 2.0]])
    assert ops.norm(rows, p).tolist() == pytest.approx([np.linalg.norm(row, p) for row in rows])


@pytest.mark.parametrize("classes", [2, 3, 40])
@pytest.mark.parametrize("name", ["log_softmax", "softmax", "logsumexp"])
def test_a_row_of_nan_changes_no_other(name: str, classes: int) -> None:
    """Among them rows whose largest logits are equal, as many as the NaN leave without one."""
    x = np.zeros((4, classes))
    x[1, 1:] = -30.0
    x[2, 0] = x[3, -1] = np.nan
    function = getattr(ops, name)
    assert np.array_equal(function(x)[:2], function(x[:2]))
    assert np.isnan(function(x)[2:]).all()
