"""Is every loss its formula to 8 units in the last place, or as near as its declaration says?

See `formulas.py` for the formulas; `python -m tests.accuracy` prints what was measured.
"""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

from losscli.losses import LOSSES, Loss
from losscli.record import replace
from tests.accuracy.formulas import RECORDED, REFERENCES, SPECIAL, Inputs, Truth, error, measured, truths, worst_error
from tests.accuracy.primitives import SCALES, mp, ulps
from tests.support.shell import losscli as shell

BOUND = 8.0
SAMPLES = 100


@pytest.mark.long
@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.name)
def test_a_loss_is_within_8_ulp_of_its_formula(loss: Loss) -> None:
    assert loss.name in REFERENCES, "tests/accuracy/formulas.py needs its formula for mpmath"
    # What the declaration states is in the formula's measure; a loss that states nothing is measured by its value.
    errors = {scale: worst_error(loss, scale, SAMPLES, of_value=not loss.accuracy) for scale in (*SCALES, SPECIAL)}
    assert max(errors.values()) <= BOUND, errors


@pytest.mark.parametrize("loss", [loss for loss in LOSSES if loss.accuracy], ids=lambda loss: loss.name)
def test_a_bound_of_its_own_is_stated_where_the_measure_differs(loss: Loss) -> None:
    reference = REFERENCES[loss.name]
    made = (given for scale in (SCALES[0], SPECIAL) for given in reference.inputs(scale, SAMPLES))
    assert any(truth.size != truth.value for given in made for truth in truths(loss, reference, given))
    assert loss.accuracy.endswith(".")


def test_the_catalogue_shows_the_bound() -> None:
    bound = next(loss.accuracy for loss in LOSSES if loss.name == "poisson")
    assert re.search(rf"^accuracy +{re.escape(bound)}$", shell("losses", "poisson").out, re.MULTILINE)
    stated = {entry["name"]: entry["accuracy"] for entry in json.loads(shell("losses", "-f", "json").out)["losses"]}
    assert stated == {loss.name: loss.accuracy or None for loss in LOSSES}


def test_no_formula_is_left_of_a_loss_that_is_gone() -> None:
    assert REFERENCES.keys() == {loss.name for loss in LOSSES}


class TestTheMeter:
    huber = next(loss for loss in LOSSES if loss.name == "huber")

    def test_notices_a_kernel_that_is_wrong_by_20_ulp(self) -> None:
        wrong = replace(self.huber, kernel=lambda x, y, **given: self.huber.kernel(x, y, **given) * (1 + 20 * 2.0**-52))
        assert worst_error(wrong, 10.0, SAMPLES) > BOUND

    def test_notices_a_kernel_that_takes_another_side_of_a_condition(self) -> None:
        wrong = replace(self.huber, kernel=lambda x, y, **given: self.huber.kernel(x, y, delta=1.5))
        assert worst_error(wrong, 10.0, SAMPLES) > 1e10

    def test_notices_the_textbook_formula_of_a_small_loss(self) -> None:
        loss = next(loss for loss in LOSSES if loss.name == "log-cosh")
        wrong = replace(loss, kernel=lambda x, y: np.log(np.cosh(x - y)))
        assert worst_error(wrong, 1.0, SAMPLES) > 1e6

    def test_measures_by_the_size_that_a_formula_gives(self) -> None:
        assert error(1.0 + 2.0**-52, Truth(mp.mpf(1), mp.mpf(1))) == 1.0
        assert error(1.0 + 2.0**-52, Truth(mp.mpf(1), mp.mpf(4))) == 0.25
        assert error(np.nan, Truth(mp.mpf(1), mp.mpf(4))) == np.inf
        assert error(np.inf, Truth(mp.mpf("1e400"), mp.mpf("1e400"))) == 0.0
        assert error(2.0, Truth(mp.mpf(1), mp.mpf(4))) == ulps(2.0, mp.mpf(1)) / 4

    def test_knows_the_examples_of_the_declarations(self) -> None:
        # 1.5 and 0.5 by hand: |3 - 1| - 1/2, and 1^2 / 2.
        given = Inputs(np.array([3.0, 2.0]), np.array([1.0, 1.0]))
        assert [float(truth.value) for truth in truths(self.huber, REFERENCES["huber"], given)] == [1.5, 0.5]
        assert measured(self.huber, given) == 0.0


def test_the_recorded_errors_are_of_losses_that_are_here() -> None:
    data = json.loads(RECORDED.read_text())
    assert data["losses"].keys() <= {loss.name for loss in LOSSES}
    for table in data["losses"].values():
        assert all(len(errors) == len(data["scales"]) for errors in table["errors"].values())
