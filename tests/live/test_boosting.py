"""Do the metrics of gradient boosting tools give what the live tools give?  (Not part of plain pytest.)"""

from __future__ import annotations

import os

import numpy as np
import pytest

from losscli.losses import CALLS
from tests.live import SEED
from tests.live.boosting import TOOLS, make
from tests.support import parity

EXAMPLES = int(os.environ.get("LOSSCLI_LIVE_EXAMPLES", "25"))
METRICS = [call for call in CALLS if call.partition(".")[0] in TOOLS]


@pytest.mark.parametrize("call", METRICS)
def test_a_metric_gives_what_the_live_tool_gives(call: str) -> None:
    framework = call.partition(".")[0]
    pytest.importorskip(framework)
    answered, wrong = 0, []
    for seed in range(EXAMPLES * 2):
        case = make(call, SEED + seed)
        try:
            theirs = TOOLS[framework](case)
        except Exception:  # it refuses
            continue
        counted = [
            label for label, w in zip(case["y_true"] or [], case["sample_weight"] or [1] * 99, strict=False) if w
        ]
        if call == "lightgbm.r2" and len(set(counted)) == 1:  # it divides by a rounding error
            continue
        answered += 1
        _, reduced = parity.compute(case | {"reduced": {"default": theirs}})
        if not np.allclose(
            np.asarray(reduced["default"], float),
            theirs,
            equal_nan=True,
            **dict(zip(("rtol", "atol"), bounds(case), strict=True)),
        ):
            wrong.append((seed, reduced["default"], theirs))
        if answered >= EXAMPLES:
            break
    assert answered >= EXAMPLES * 0.8
    assert not wrong, f"{len(wrong)} of {answered}: {wrong[:3]}"


def bounds(case: dict[str, object]) -> tuple[float, float]:
    """How near is near enough."""
    if case["call"] in (
        "lightgbm.gamma",
        "catboost.MSLE",
    ):  # they take a float32 logarithm, whose last bit is the C library's
        return (1e-7, 1e-9)
    return (2e-5, 2e-6) if case["dtype"] == "float32" else (1e-10, 1e-12)
