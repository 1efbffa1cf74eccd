"""Does a loss that comes out as NaN say why?"""

from __future__ import annotations

import pytest

from tests.support.shell import losscli

POSITIVE, ZERO = "it is for positive numbers", "a vector of zeros has no direction"
TWO = "it compares rows with each other: it takes two or more"
CASES = [
    (("poisson", "0.5,-1,2", "1,1,1"), f"poisson is undefined (NaN) in 1 row: {POSITIVE}; first in row 2"),
    (("gamma-deviance", "0,-1,2", "1,1,1"), f"gamma-deviance is undefined (NaN) in 2 rows: {POSITIVE}; first in row 1"),
    (
        ("cosine", "[[0,0],[1,2]]", "[[1,1],[1,2]]"),
        f"cosine-similarity is undefined (NaN) in 1 row: {ZERO}; first in row 1",
    ),
    (("cosine", "[[1,2]]", "[[0,0]]"), f"cosine-similarity is undefined (NaN) in 1 row: {ZERO}; first in row 1"),
    (("r2", "2", "1"), f"r2-score is undefined for 1 row: {TWO}"),
    (("explained-variance", "2", "1"), f"explained-variance is undefined for 1 row: {TWO}"),
    (("d2-pinball-score", "2", "1"), f"d2-pinball-score is undefined for 1 row: {TWO}"),
    (("dice", "0,0", "0,0"), "dice is undefined for 2 rows"),
]


@pytest.mark.parametrize(
    ("args", "message"), CASES, ids=lambda value: " ".join(value) if isinstance(value, tuple) else ""
)
def test_a_loss_that_is_not_defined_says_why(args: tuple[str, ...], message: str) -> None:
    result = losscli(*args)
    assert (result.status, result.err) == (0, f"warning: {message}\n")
    checked = losscli("check", *args[1:], "--loss", args[0])
    assert message.partition(" is")[0] in checked.out
    assert "1 warning" in checked.out


@pytest.mark.parametrize(
    "args",
    [
        ("poisson", "0.5,1,2", "1,1,1"),
        ("cosine", "[[0,1],[1,2]]", "[[1,1],[1,2]]"),
        ("r2", "2,3", "1,2"),
        ("mse", "nan,1", "1,2", "--nan", "keep"),
    ],
    ids=" ".join,
)
def test_a_loss_that_is_defined_does_not(args: tuple[str, ...]) -> None:
    assert losscli(*args).err == ""


@pytest.mark.parametrize("loss", ["bce", "keras.losses.BinaryCrossentropy"])
@pytest.mark.parametrize(("weights", "told"), [("0,0", True), ("1,0", False)])
def test_weights_of_0_alone_are_told(loss: str, weights: str, told: bool) -> None:
    says = "warning: the sample weights sum to 0: no row counts, and the value says nothing\n"
    assert (says in losscli(loss, "0.2,0.9", "0,1", "--sample-weight", weights).err) is told
    assert losscli("check", "0.2,0.9", "0,1", "--sample-weight", weights).status == int(told)
