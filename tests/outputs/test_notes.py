"""Does a note speak only of what is there?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from losscli.losses import LOSSES
from tests.support.shell import losscli

if TYPE_CHECKING:
    from losscli.losses.reference import Reference

TIE = "decided by a tie of the label's score with others"
TWO = ("[[1,2],[0.5,1]]", "0,1")
ABOUT_WEIGHTS = [
    pytest.param(reference, id=reference.call)
    for loss in LOSSES
    for reference in loss.references
    if "weight" in reference.note and "no weights" not in reference.note
]


@pytest.mark.parametrize("reference", ABOUT_WEIGHTS)
def test_what_is_told_without_weights_does_not_speak_of_them(reference: Reference) -> None:
    told = reference.unweighted
    assert told is not None
    assert "weight" not in told
    assert not told or told.endswith(".")


@pytest.mark.parametrize(
    ("args", "weights", "bare"),
    [
        (("torch.nn.CrossEntropyLoss", *TWO), ("--weight", "1,2"), ""),
        (("torch.nn.NLLLoss", "[[-1,-2],[-2,-1]]", "0,1"), ("--weight", "1,2"), ""),
        (("torch.nn.BCEWithLogitsLoss", "1,2", "0,1"), ("--pos-weight", "2"), ""),
        (("torch.nn.functional.mse_loss", "1,2", "0,1"), ("--weight", "1,2"), ""),
        (("torch.nn.BCELoss", "0.1,0.2", "0,1"), ("--weight", "1,2"), "logarithms stop at -100"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_a_call_speaks_of_weights_where_there_are_some(
    args: tuple[str, ...], weights: tuple[str, ...], bare: str
) -> None:
    assert losscli(*args).err == (f"note: {args[0]}: {bare}\n" if bare else "")
    assert "weight" in losscli(*args, *weights).err


@pytest.mark.parametrize(
    ("args", "counted"),
    [
        (("acc", "[[0.5,0.5],[0.1,0.9]]", "1,1"), f"1 row was {TIE}; accuracy counted it as wrong"),
        (("acc", "[[0.5,0.5],[0.5,0.5]]", "1,0"), f"2 rows were {TIE}; accuracy counted 1 of them as right"),
        (
            ("acc", "[[0.5,0.5,0.5],[0.5,0.5,0.5]]", "2,2", "--top-k", "2"),
            f"2 rows were {TIE}; accuracy counted all of them as wrong",
        ),
        (
            ("top-k-accuracy", "[[0.5,0.5,0.5]]", "[2]", "--k", "2"),
            f"1 row was {TIE}; top-k-accuracy counted it as right",
        ),
        (("acc", "[[0.5,0.5,0.1],[0.4,0.3,0.3]]", "0,0", "--top-k", "2"), ""),
        (("multi-margin", "[[0.5,0.5,0.1],[0.4,0.3,0.3]]", "0,0"), ""),
    ],
)
def test_a_tie_that_decides_is_told(args: tuple[str, ...], counted: str) -> None:
    assert losscli(*args).err == (f"note: {counted}\n" if counted else "")
