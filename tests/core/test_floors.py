"""Is it told where a floor or an added constant made a loss another number than its formula gives?"""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from losscli.losses import LOSSES
from tests.support.shell import losscli

INF = math.inf
# Arguments, what was changed, how many rows, the first of them as it is and as it should be, and the whole exactly.
CASES: dict[str, tuple[list[str], str, int, float, float, float]] = {
    "mape": (["mape", "1,2,3", "0,2,4"], "epsilon = 1e-07", 1, 1e9, INF, INF),
    "mape two": (["mape", "1,2,3", "0,0,4", "--epsilon", "2"], "epsilon = 2", 2, 50, INF, INF),
    "msle": (["msle", "-0.5,1", "0.5,1"], "floor = 1e-07", 1, 0.1644019, math.log(3) ** 2, math.log(3) ** 2 / 2),
    "poisson": (["poisson", "0,1", "1,1"], "epsilon = 1e-07", 1, 16.1181, INF, INF),
    "poisson-nll": (["poisson-nll", "0,2", "1,1", "--no-log-input"], "eps = 1e-08", 1, 18.42068, INF, INF),
    "gaussian-nll": (
        ["gaussian-nll", "1,2", "1,2", "--var", "1e-9,1"],
        "eps = 1e-06",
        1,
        math.log(1e-6) / 2,
        math.log(1e-9) / 2,
        math.log(1e-9) / 4,
    ),
}
CALLS = {
    "mape": ["keras.losses.MeanAbsolutePercentageError", "[[1],[2],[3]]", "[[0],[2],[4]]"],
    "msle": ["keras.losses.MeanSquaredLogarithmicError", "[[-0.5],[1]]", "[[0.5],[1]]"],
    "poisson": ["keras.losses.Poisson", "[[0],[1]]", "[[1],[1]]"],
    "poisson-nll": ["torch.nn.PoissonNLLLoss", "0,2", "1,1", "--no-log-input"],
    "gaussian-nll": ["torch.nn.GaussianNLLLoss", "1,2", "1,2", "--var", "1e-9,1"],
}


def note(args: list[str], kind: str) -> Any:
    notes = [note for note in json.loads(losscli(*args, "-f", "json").out)["notes"] if note["id"] == kind]
    return notes[0]["message"] if notes else None


@pytest.mark.parametrize("case", CASES)
def test_a_floor_that_bit_is_told(case: str) -> None:
    args, what, count, actual, plain, exact = CASES[case]
    changed = "1 row was" if count == 1 else f"{count} rows were"
    assert note(args, "floored") == (
        f"{changed} changed by {what}; most in row 1: {actual:.7g} instead of {plain:.7g}; "
        f"plain mathematics gives {exact:.7g}"
    )


@pytest.mark.parametrize("case", CASES)
def test_plain_mathematics_has_none(case: str) -> None:
    args, *_, exact = CASES[case]
    loss = next(loss for loss in LOSSES if args[0] in loss.names)
    options = [f"--{param.name}={param.exact:g}" for param in loss.params if param.exact is not None]
    args = [arg for arg in args if arg not in ("--epsilon", "2")]
    document = json.loads(losscli(*args, *options, "-f", "json").out)
    assert float(document["value"]) == pytest.approx(exact)
    assert not [note for note in document["notes"] if note["id"] in ("floored", "clipped")]
    assert not any("label probability" in note["message"] for note in document["notes"])


@pytest.mark.parametrize("case", CALLS)
def test_a_floor_that_bit_in_a_call_is_told(case: str) -> None:
    _, what, _, actual, plain, _ = CASES[case]
    expected = f"1 row was changed by {what}; most in row 1: {actual:.7g} instead of {plain:.7g}"
    message = note(CALLS[case], "floored")
    assert message is not None
    assert message.startswith(expected)


@pytest.mark.parametrize("args", [["mape", "1,2,3", "1,2,4"], ["msle", "1,2", "3,4"], ["poisson", "2,3", "1,4"]])
def test_a_floor_that_bit_nothing_is_not(args: list[str]) -> None:
    assert losscli(*args).err == ""


def test_what_a_floor_did_is_the_same_from_several_files(tmp_path: Any) -> None:
    for name, rows in {"a": "1,0\n2,2\n", "b": "3,4\n1,0\n"}.items():
        (tmp_path / f"{name}.csv").write_text("x,label\n" + rows)
    (tmp_path / "all.csv").write_text("x,label\n1,0\n2,2\n3,4\n1,0\n")
    both = losscli("mape", str(tmp_path / "all.csv"), "-f", "json").out
    expected = json.loads(both)["notes"][-1]["message"].replace("all.csv", "a.csv")
    assert note(["mape", f"{tmp_path}/[ab].csv"], "floored") == expected


def test_an_infinite_loss_of_values_is_called_that() -> None:
    assert losscli("mse", "1e200,1", "0,1").err == "warning: 1 row has an infinite loss\n"
