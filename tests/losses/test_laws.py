"""Does every loss keep the laws it declares, and would we notice if it did not?"""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from losscli import ops
from losscli.losses import LOSSES, Loss
from losscli.record import replace
from tests.support.laws import LAWS

CLAIMS = [(loss, law) for loss in LOSSES for law in sorted(loss.laws)]


@pytest.mark.parametrize(("loss", "law"), CLAIMS, ids=[f"{loss.name}-{law}" for loss, law in CLAIMS])
@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=6, deadline=None)
def test_the_law_holds(loss: Loss, law: str, seed: int) -> None:
    LAWS[law](loss, np.random.default_rng(seed))


def test_every_law_is_claimed_by_a_loss() -> None:
    assert set(LAWS) == {law for _, law in CLAIMS}


@pytest.mark.parametrize("law", sorted(LAWS))
def test_a_wrong_kernel_breaks_the_law(law: str) -> None:
    loss = next(loss for loss, claimed in CLAIMS if claimed == law)

    def wrong(*arrays: Any, **params: Any) -> Any:
        broken = loss.kernel(*arrays, **params)
        if law == "at-most-1":
            return 2.0 + np.abs(broken)
        shift = np.arange(1.0, broken.size + 1.0).reshape(broken.shape)
        return broken * -shift - shift - 0.25 * (arrays[0] if arrays[0].shape == broken.shape else 0.0)

    def wrong_reading(x: Any, index: Any) -> Any:
        return ops.take(x, index) - 0.1 * index

    with (
        patch("losscli.python.asked.find", return_value=replace(loss, kernel=wrong)),
        patch("losscli.ops.log_softmax_at", wrong_reading),
        pytest.raises(AssertionError),
    ):
        LAWS[law](loss, np.random.default_rng(0))
