"""Does any call cut class numbers that are not whole?"""

from __future__ import annotations

import pytest

from losscli.losses import LOSSES
from tests.support.shell import losscli

CALLS = sorted({reference.call for loss in LOSSES for reference in loss.references})
ROWS = "[[0.2,0.5,0.3],[0.6,0.1,0.3],[0.1,0.2,0.7]]"
SOME = ("kornia.losses.dice_loss", "xgboost.merror", "torch.nn.CrossEntropyLoss")


def takes_classes(call: str) -> bool:
    """Whether the labels of a call are the numbers of three classes."""
    return losscli(call, ROWS, "1,0,2", "-q").status == 0 and losscli(call, ROWS, "7,0,2", "-q").status == 3


def is_silent(call: str) -> bool:
    done = losscli(call, ROWS, "1.5,0,2", "-q")
    return done.status == 0 and not done.err


@pytest.mark.parametrize("call", SOME)
def test_a_fraction_is_no_class_number(call: str) -> None:
    assert takes_classes(call)
    assert not is_silent(call)


def test_the_fraction_is_named() -> None:
    done = losscli(SOME[0], ROWS, "1.5,0,2")
    assert (done.status, done.err) == (
        3,
        "Error: labels that are not whole: [1.5]\n  try  class numbers are 0, 1, 2 and so on\n",
    )
    assert "1 label is not whole: [1.5]" in losscli(SOME[1], ROWS, "1.5,0,2").err


def test_no_call_takes_fractions_for_classes_in_silence() -> None:
    found = [call for call in CALLS if takes_classes(call)]
    assert len(found) > 40
    assert [call for call in found if is_silent(call)] == []
