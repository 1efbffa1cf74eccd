"""Do the calls give what the frameworks gave, per sample and under every reduction?"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import pytest

from losscli.losses import CALLS, NOT_HERE
from tests.support import parity

CASES: dict[str, list[dict[str, Any]]] = defaultdict(list)
for case in parity.cases():
    CASES[case["call"]].append(case)
LEFT_OUT = {call for call, _ in NOT_HERE}

# Recorded results that are a framework's own noise or bug, with the reason. A case that agrees must not be here.
EXEMPT: dict[str, str] = {
    "torchmetrics.functional.cosine_similarity.01": "computed and added up in float32, though float64 is given"
}


def test_every_recorded_call_is_declared_or_left_out_with_a_reason() -> None:
    assert set(CASES) - set(CALLS) == {call for call in LEFT_OUT if call in CASES}
    assert all(reason for _, reason in NOT_HERE)


@pytest.mark.parametrize("call", [call for call in CASES if call in CALLS])
def test_a_call_gives_what_the_framework_gave(call: str, record_property: Any) -> None:
    wrong = {case["id"]: text for case in CASES[call] if (text := parity.disagreement(case))}
    record_property("cases", len(CASES[call]))
    assert CASES[call]
    assert set(wrong) == {case["id"] for case in CASES[call]} & set(EXEMPT), wrong


def test_nearly_all_cases_agree() -> None:
    total = sum(len(cases) for call, cases in CASES.items() if call in CALLS)
    print(f"{total - len(EXEMPT)} of {total} recorded cases agree")
    assert total > 600
    assert len(EXEMPT) <= 0.005 * total


@pytest.mark.parametrize("change", [1e-9, np.nan])
def test_a_wrong_number_is_noticed(change: float) -> None:
    """A canary: the comparison sees a difference of a billionth."""
    case = next(case for case in CASES["torch.nn.MSELoss"] if case["dtype"] == "float64")
    assert not parity.disagreement(case)
    broken = case | {"reduced": {name: value * (1 + change) + change for name, value in case["reduced"].items()}}
    assert parity.disagreement(broken)
