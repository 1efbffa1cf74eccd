"""Does every call give what the live framework gives?  ``python -m pytest tests/live`` (not part of plain pytest).

Calls of frameworks that are not installed are skipped. ``LOSSCLI_LIVE_EXAMPLES`` is the number of random cases of
each call (100); ``-k huber`` chooses calls.
"""

from __future__ import annotations

import json
import os
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from losscli.errors import LossError
from losscli.losses import CALLS
from tests.live import SEED, frameworks
from tests.live.cases import cases
from tests.live.noise import NOISE, excused
from tests.live.test_more_scores import MADE_HERE
from tests.support import parity

EXAMPLES = int(os.environ.get("LOSSCLI_LIVE_EXAMPLES", "100"))
BOUNDS = {"float64": (1e-11, 1e-12), "float32": (2e-5, 2e-6)}


def size(*parts: Any) -> float:
    """The largest finite number, at least 1."""
    largest = 1.0
    for part in parts:
        flat: Any = np.asarray(part, object).reshape(-1) if part is not None else []
        found = [abs(v) for v in flat if isinstance(v, int | float) and np.isfinite(v)]
        largest = max(largest, *found, 1.0)
    return float(largest)


def disagreement(case: dict[str, Any]) -> str:
    """Empty if losscli does what the framework does, else what it does instead."""
    answer = frameworks.ask(case)
    try:
        wanted = answer.reduced or dict.fromkeys(CALLS[case["call"]][1].reductions.rules)
        per_sample, reduced = parity.compute(case | {"reduced": wanted})
    except LossError as error:
        return "" if answer.refusal else f"refused: {error}; the framework gives {answer.per_sample} {answer.reduced}"
    if answer.refusal:
        return f"{np.asarray(per_sample).tolist()}, but the framework refuses: {answer.refusal}"[:500]
    rtol, atol = BOUNDS[case["dtype"]]
    widened, _ = NOISE.get((case["call"], case["dtype"]), (1.0, ""))
    rtol *= widened
    atol *= widened * size(case["y_pred"], case["y_true"], *case["extra"].values()) * size(case["sample_weight"])
    terms = np.abs(np.asarray(per_sample, float))
    total = float(terms[np.isfinite(terms)].sum())

    def close(ours: Any, theirs: Any, slack: float = 0.0) -> bool:
        ours, theirs = np.asarray(ours, float), np.asarray(theirs, float)
        ours = ours.reshape(1) if ours.shape == () and theirs.shape == (1,) else ours  # a single output
        return ours.shape == theirs.shape and np.allclose(ours, theirs, rtol=rtol, atol=atol + slack, equal_nan=True)

    if answer.per_sample is not None and not close(per_sample, answer.per_sample):
        return f"per sample {np.asarray(per_sample).tolist()}, not {np.asarray(answer.per_sample).tolist()}"
    for name, value in answer.reduced.items():
        if not close(reduced[name], value, rtol * total):  # terms of both signs cancel
            return f"{name} {reduced[name]}, not {value}"
    return ""


# Calls whose cases are made in files of their own, or for which there are only recorded ones.
KERAS_COUNTS = {f"keras.metrics.{name}" for name in ("AUC", "Precision", "Recall", "F1Score", "FBetaScore")} | {
    f"keras.metrics.{name}"
    for name in (
        "BinaryIoU",
        "IoU",
        "MeanIoU",
        "OneHotIoU",
        "OneHotMeanIoU",
        "PearsonCorrelation",
        "ConcordanceCorrelation",
        "PrecisionAtRecall",
        "RecallAtPrecision",
        "SensitivityAtSpecificity",
        "SpecificityAtSensitivity",
    )
}
KERAS_COUNTS |= {f"keras.metrics.{a}{b}" for a in ("True", "False") for b in ("Positives", "Negatives")}
ELSEWHERE = {call for call in CALLS if call.partition(".")[0] not in frameworks.MODULES} | MADE_HERE | KERAS_COUNTS
ELSEWHERE |= {call for call in CALLS if call.startswith("torchvision.") and "box" in call}
ELSEWHERE |= {call for call in CALLS if CALLS[call][0].name in ("ctc", "given")}


@pytest.mark.parametrize("call", [call for call in CALLS if call not in ELSEWHERE and not CALLS[call][1].yields])
def test_a_call_gives_what_the_live_framework_gives(call: str) -> None:
    framework = call.partition(".")[0]
    try:
        frameworks.load(framework)
    except ImportError as error:
        pytest.skip(f"no {framework}: {error}")
    answered = 0

    @seed(SEED)
    @settings(
        derandomize=not SEED,
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        print_blob=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def run(data: st.DataObject) -> None:
        nonlocal answered
        case = data.draw(cases(call), label="case")
        answered += not frameworks.ask(case).refusal
        if not excused(case):
            text = disagreement(case)
            assert not text, json.dumps(case) + "\n" + text

    run()
    assert answered >= EXAMPLES / 4, "the framework refuses most of the cases"
