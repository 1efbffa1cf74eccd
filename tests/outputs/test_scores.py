"""Is a score shown as what it is: one number of all rows, or one for each output?"""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import pytest

from losscli import evaluate
from losscli.losses import CALLS, LOSSES
from losscli.losses.index import CALLS_OF
from losscli.losses.vocabulary import Takes
from tests.support.shell import losscli

if TYPE_CHECKING:
    from losscli.losses.loss import Loss
    from losscli.losses.reference import Reference

X, Y = "[[1,2],[3,4],[2,6]]", "[[1,1],[2,2],[2,7]]"
SEVERAL = [
    pytest.param(reference.call, param.name, choice, id=f"{reference.call} {choice}")
    for loss in LOSSES
    for reference in loss.references
    if reference.command
    for param in reference.options
    for choice in param.choices
    if choice == "raw_values" or (param.name == "class_aggregation" and choice == "none")
]
OWN = [loss.name for loss in LOSSES if any("raw_values" in param.choices for param in loss.params)]
SCORES: list[tuple[Loss, Reference]] = [
    (loss, reference)
    for loss in LOSSES
    for reference in loss.references
    if reference.command and (reference.takes or loss.takes) is Takes.SET and not reference.extras
]


@pytest.mark.parametrize(("call", "option", "choice"), SEVERAL)
def test_a_call_of_several_numbers(call: str, option: str, choice: str) -> None:
    args = (call, X, Y, f"--{option.replace('_', '-')}", choice)
    document = json.loads(losscli(*args, "-f", "json").out)
    assert len(document["value"]) == 2
    assert not any(note["id"] == "nothing-counted" for note in document["notes"])
    assert_shown(args, document["value"])
    for i, value in enumerate(document["value"]):  # each output for itself
        columns = [str([[row[i]] for row in json.loads(text)]) for text in (X, Y)]
        one = json.loads(losscli(call, *columns, f"--{option.replace('_', '-')}", choice, "-f", "json").out)["value"]
        assert one == [value]


@pytest.mark.parametrize(("call", "option", "choice"), SEVERAL)
def test_as_many_rows_as_outputs_are_not_taken_for_each_other(call: str, option: str, choice: str) -> None:
    args = (call, "[[1,2],[3,4]]", "[[1,1],[2,2]]", f"--{option.replace('_', '-')}", choice)
    value = json.loads(losscli(*args, "-f", "json").out)["value"]
    assert len(value) == 2
    assert_shown(args, value, "2")


@pytest.mark.parametrize("name", OWN)
def test_a_loss_of_several_numbers(name: str) -> None:
    args = (name, X, Y, "--multioutput", "raw_values")
    value = json.loads(losscli(*args, "-f", "json").out)["value"]
    assert len(value) == 2
    assert_shown(args, value)
    assert evaluate(name, json.loads(X), json.loads(Y), multioutput="raw_values").to_dict()["value"] == value
    for option in ("--explain", "--compare"):
        assert losscli(*args, option).status in (0, 2)


def assert_shown(args: tuple[str, ...], values: list[float], samples: str = "3") -> None:
    """Every format shows the same numbers."""
    assert [float(line) for line in losscli(*args, "-q").out.split()] == values
    rows = list(csv.DictReader(losscli(*args, "-f", "csv").out.splitlines()))
    assert [(row["output"], float(row["value"]), row["samples"]) for row in rows] == [
        (str(i + 1), value, samples) for i, value in enumerate(values)
    ]
    lines = losscli(*args, "-f", "ndjson").out.splitlines()
    assert [json.loads(line)["value"] for line in lines] == values
    block = losscli(*args, "--digits", "17").out.split("\n\n")[0].splitlines()[2:]
    assert [line.split()[:2] for line in block] == [["output", str(i + 1)] for i in range(len(values))]
    assert [float(line.split()[2]) for line in block] == values


@pytest.mark.parametrize(
    "args",
    [
        ("r2", "1,2,3", "1,2,4"),
        ("dice", "1,0,1", "1,1,1"),
        ("ece", "[[.9,.1],[.2,.8],[.6,.4]]", "0,1,1"),
        ("sklearn.metrics.r2_score", "1,2,3", "1,2,4"),
        ("sklearn.metrics.median_absolute_error", "1,2,3", "1,2,4"),
        ("keras.metrics.RootMeanSquaredError", "1,2,3", "1,2,4"),
    ],
    ids=lambda args: args[0],
)
@pytest.mark.parametrize("more", [(), ("-n", "0"), ("-n", "1"), ("--worst", "2"), ("--all",)], ids=" ".join)
def test_a_score_is_one_row(args: tuple[str, ...], more: tuple[str, ...]) -> None:
    document = json.loads(losscli(*args, "-f", "json", *more).out)
    value, name = document["value"], document["loss"]
    assert losscli(*args, "-f", "csv", *more).out == f"loss,value,samples\n{name},{value!r},3\n"
    assert losscli(*args, "-f", "tsv", *more).out == f"loss\tvalue\tsamples\n{name}\t{value!r}\t3\n"
    record = {"loss": name, "value": value, "samples": 3}
    assert json.loads(losscli(*args, "-f", "ndjson", *more).out) == record
    result = losscli(*args, *more)
    block = result.out.split("\n\n")[0].splitlines()
    assert [line.split()[0] for line in block[2:]] == ["value"]
    assert "nothing was counted" not in result.err


@pytest.mark.parametrize("args", [("r2", "1,2,3", "1,2,4", "-r", "none")])
def test_a_score_cannot_be_left_unreduced(args: tuple[str, ...]) -> None:
    done = losscli(*args, "-q")
    assert (done.status, done.out) == (2, "")
    assert "one number for all rows: --reduction none has no values to reduce" in done.err


@pytest.mark.parametrize("call", ["optax.losses.dice_loss", "optax.losses.binary_dice_loss"])
def test_a_call_that_gives_several_scores_has_them_as_its_value(call: str) -> None:
    args = (call, "[[1,2],[3,4]]", "[[1,1],[0,1]]", "-f", "json")
    document = json.loads(losscli(*args).out)
    assert document["value"] == document["per_sample"]
    assert len(document["value"]) == 2
    assert json.loads(losscli(*args, "-n", "1").out)["value"] is None  # part of them is not the value


def test_a_single_number_has_no_spread() -> None:
    block = losscli("mse", "1", "2").out.split("\n\n")[1].splitlines()
    assert [line.split()[0] for line in block[2:]] == ["mean", "sum"]
    summary = json.loads(losscli("mse", "1", "2", "-f", "json").out)["summary"]
    assert list(summary) == ["count", "sum", "mean", "std", "min", "median", "max"]
    assert (summary["std"], summary["max"]) == ("NaN", 1.0)


@pytest.mark.parametrize("loss", ["zero-one", "hamming", "balanced-accuracy", "sklearn.metrics.accuracy_score"])
def test_words_are_compared_with_words(loss: str) -> None:
    assert losscli(loss, "a,b,a,b", "a,a,b,b", "-q").out == "0.5\n"
    for pair in (("a,b", "1,2"), ("1,2", "a,b")):
        result = losscli(loss, *pair)
        assert (result.status, result.out) == (3, "")
        raises = f"  try  {loss} raises here as well\n" if loss in CALLS else ""
        assert result.err == "Error: predictions and labels are a mix of words and numbers\n" + raises


@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.name)
@pytest.mark.parametrize(("x", "y"), [("a,b", "1,2"), ("1,2", "a,b"), ("a,b", "a,b"), ("[[1,2],[3,4]]", "a,b")])
def test_words_never_end_in_a_traceback(loss: Loss, x: str, y: str) -> None:
    result = losscli(loss.name, x, y)
    assert result.status in (0, 2, 3)
    if "--classes" in result.err.partition("try")[2]:
        assert "--classes" in losscli(loss.name, "--help").out  # what it says is there


@pytest.mark.long
@pytest.mark.parametrize(
    ("x", "y"), [('[["a","b"],["c","d"]]', "[1,0]"), ('[["a","b"],["c","d"]]', "[[1,0],[0,1]]"), ("a,b", "1,0")]
)
def test_no_call_computes_with_words(x: str, y: str) -> None:
    for name in dict.fromkeys(first for _, first in CALLS_OF.values()):
        result = losscli(name, x, y)
        assert (result.status in (2, 3), result.out) == (True, ""), name


def test_words_from_python() -> None:
    assert evaluate("zero-one", ["a", "b"], ["a", "a"]).value == 0.5
