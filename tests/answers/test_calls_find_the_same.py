"""Does a framework's call find in its input what the plain loss finds, in the same places?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from losscli.losses import CALLS
from losscli.losses.vocabulary import Form, Kind, Takes
from tests.support.shell import losscli

if TYPE_CHECKING:
    from pathlib import Path

    from losscli.losses import Loss
    from losscli.losses.reference import Reference

CALLS_OF_LIKELIHOODS = {
    name: (loss, reference)
    for name, (loss, reference) in CALLS.items()
    if loss.takes in (Takes.CLASS, Takes.BINARY) and name == reference.call and not reference.apart
}
P, LOGITS = [[0.1, 0.9], [0.7, 0.3], [0.2, 0.8]], [[0.5, 2.5], [3.0, -1.0], [-1.0, 2.0]]
COLUMN = [[0.1], [0.9], [0.4]]
INPUTS: dict[Takes, dict[str, tuple[Any, Any]]] = {
    Takes.CLASS: {
        "probabilities": (P, [1, 0, 1]),
        "logits": (LOGITS, [1, 0, 1]),
        "labels from 1": (P, [2, 1, 2]),
        "percentages": ([[10, 90], [70, 30], [20, 80]], [1, 0, 1]),
        "a mark": (P, [1, 255, 0]),
        "a label too large": (P, [1, 0, 7]),
        "a label between": (P, [1, 0.5, 0]),
        "a row of zeros": ([[0.0, 0.0], [0.7, 0.3], [0.2, 0.8]], [1, 0, 1]),
    },
    Takes.BINARY: {
        "probabilities": (COLUMN, [[0], [1], [1]]),
        "logits": ([[-3], [2.5], [7]], [[0], [1], [1]]),
        "signs": (COLUMN, [[-1], [1], [1]]),
        "1 and 2": (COLUMN, [[1], [2], [2]]),
        "the other order": ([[0], [1], [1]], COLUMN),
        "a certainty": ([[0.0], [0.9], [0.4]], [[1], [1], [0]]),
    },
}
# What a convention made of rows that are bad and computed, which the plain loss does not compute.
COMPUTED = {"added", "clipped", "rescaled", "saturated", "undefined", "empty-rows"}


def dense(reference: Reference) -> bool:
    return reference.form is Form.SOFT or reference.takes is Takes.VECTOR


def findings(*args: str) -> dict[str, Any]:
    return {one["id"]: one for one in json.loads(losscli("check", *args, "-f", "json").out)["findings"]}


def same_plainly(loss: Loss, reference: Reference) -> list[str]:
    """What the plain command is asked for to read as the call does."""
    like = ["--like", reference.framework] if reference.framework in loss.frameworks else []
    kinds = {Kind.LOGITS: ["--from-logits"], Kind.LOG_PROBABILITIES: ["--from-log-probs"]}
    return ["--loss", loss.name, *like, *(kinds.get(reference.reads, []) if len(loss.kinds) > 1 else [])]


def cases() -> list[tuple[str, str]]:
    """All calls on all inputs; those that take one number a class on labels which have such a form."""
    return [
        (call, name)
        for call, (loss, reference) in CALLS_OF_LIKELIHOODS.items()
        for name, (_, y) in INPUTS[loss.takes].items()
        if loss.takes is Takes.BINARY or not dense(reference) or set(y) <= {0, 1}
    ]


def test_there_are_such_calls() -> None:
    assert len(CALLS_OF_LIKELIHOODS) > 20


@pytest.mark.parametrize(("call", "name"), cases())
def test_a_call_finds_what_the_plain_loss_finds(call: str, name: str) -> None:
    loss, reference = CALLS_OF_LIKELIHOODS[call]
    x, y = INPUTS[loss.takes][name]
    if loss.takes is Takes.CLASS and dense(reference):
        y = [[float(c == label) for c in range(2)] for label in y]
    typed = json.dumps(x), json.dumps(y)
    ours, theirs = findings("--loss", call, *typed), findings(*same_plainly(loss, reference), *typed)
    assert {one: ours[one]["rows"] for one in ours.keys() - COMPUTED} == {
        one: theirs[one]["rows"] for one in theirs.keys() - COMPUTED
    }
    if loss.frameworks.get(reference.framework) is reference and "undefined" not in ours:
        assert theirs.keys() & COMPUTED <= ours.keys()


@pytest.mark.parametrize(
    ("args", "message", "hint"),
    [
        (
            ["nn.CrossEntropyLoss", json.dumps(P), "1,0,1"],
            "double softmax",
            "losscli ce if they are probabilities (0.228393)",
        ),
        (["nn.NLLLoss", json.dumps(P), "1,0,1"], "3 rows hold values above 0", "take their logarithm first"),
        (
            ["nn.BCEWithLogitsLoss", "0.2,0.9", "1,2"],
            "1 row of labels is not between 0 and 1",
            "--classes 1,2 if they mean no and yes (0.5696464)",
        ),
        (
            ["nn.BCEWithLogitsLoss", "0.2,0.9", "1,0"],
            "a sigmoid is applied",
            "torch.nn.BCELoss if they are probabilities (1.956012)",
        ),
        (
            ["keras.losses.BinaryCrossentropy", "0.2,0.9,0.6", "-1,1,1"],
            "1 row of labels is not between 0 and 1",
            "--classes=-1,1 if they mean no and yes (0.2797766)",
        ),
        (
            ["keras.losses.SparseCategoricalCrossentropy", "[[2,1,0.1]]", "0"],
            "1 row holds values outside [0, 1]",
            "--from-logits if they are logits (0.41703)",
        ),
        (
            ["keras.losses.SparseCategoricalCrossentropy", json.dumps(P), "1,0,1", "--from-logits"],
            "double softmax",
            "drop --from-logits if they are probabilities (0.228393)",
        ),
        (
            ["keras.losses.BinaryCrossentropy", "1,0,1", "0.9,0.2,0.7"],
            "predictions and labels look swapped",
            "give them in the other order (0.228393)",
        ),
    ],
)
def test_a_call_says_it_in_its_own_options(args: list[str], message: str, hint: str) -> None:
    done = losscli(*args)
    assert done.status == 0
    assert "warning: " in done.err
    assert message in done.err
    words, _, value = hint.rpartition(" (")
    assert (f"{words} (the loss would be {value}" if words else hint) in done.err


def test_bad_rows_that_a_call_computes_are_warnings_with_their_places() -> None:
    document = json.loads(losscli("nn.NLLLoss", json.dumps(P), "1,0,1", "-f", "json").out)
    note = next(note for note in document["notes"] if note["id"] == "positive-log-probabilities")
    assert document["value"] == pytest.approx(-0.8)  # torch.nn.NLLLoss, PyTorch 2.13
    assert note["severity"] == "warning"
    assert note["where"].splitlines()[0] == "PREDICTIONS, row 1, column 1: 0.1"


@pytest.mark.parametrize(
    ("call", "rows", "where"),
    [
        ("torch.nn.CrossEntropyLoss", "2,1,0\n0,1,5\n", "bad.csv:3, column label: 5"),
        ("torch.nn.CrossEntropyLoss", "2,1,0\n0,nan,1\n", "bad.csv:3, column x1: nan"),
        ("keras.losses.SparseCategoricalCrossentropy", "0.5,0.5,0\n0.1,0.9,-1\n", "bad.csv:3, column label: -1"),
        ("sklearn.metrics.log_loss", "0.5,0.5,0\n0.1,1.9,1\n", "bad.csv:3, column x1: 1.9"),
    ],
)
def test_what_makes_the_framework_raise_is_an_error_with_its_place(
    call: str, rows: str, where: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.csv").write_text("x0,x1,label\n" + rows)
    for options in ([], ["-q"]):
        done = losscli(call, "bad.csv", *options)
        assert done.status == 3
        assert where in done.err


def test_nan_is_skipped_or_kept_if_that_is_asked_for() -> None:
    x, y = "[[1,2],[NaN,0],[3,1]]", "1,0,0"
    alone = losscli("torch.nn.CrossEntropyLoss", "[[1,2],[3,1]]", "1,0", "-q").out
    assert losscli("torch.nn.CrossEntropyLoss", x, y, "--nan", "skip", "-q").out == alone
    assert losscli("torch.nn.CrossEntropyLoss", x, y, "--nan", "keep", "-q").out == "nan\n"


def test_labels_of_a_call_may_be_words_or_count_from_1() -> None:
    expected = losscli("torch.nn.CrossEntropyLoss", "[[1,2],[3,1]]", "1,0", "-q").out
    for labels, options in (("2,1", ["--label-base", "1"]), ("b,a", ["--classes", "a,b"])):
        assert losscli("torch.nn.CrossEntropyLoss", "[[1,2],[3,1]]", labels, *options, "-q").out == expected


def test_like_is_checked_as_the_framework_reads() -> None:
    for framework in ("torch", "optax", "tf"):
        assert "double-softmax" in findings(json.dumps(P), "1,0,1", "--like", framework)
    assert findings(json.dumps(P), "1,0,1", "--like", "keras") == {}


def test_a_column_against_a_list_is_broadcast_with_a_warning(tmp_path: Any) -> None:
    done = losscli("torch.nn.MSELoss", "[[1],[2],[3]]", "1,2,4")
    assert "broadcast to 3 x 3 values: every prediction meets every label" in done.err
    assert "losscli mse takes them row by row (the loss would be 0.3333333)" in done.err
    assert losscli("keras.losses.MeanSquaredError", "[[1],[2],[3]]", "1,2,4").err == ""
    np.save(tmp_path / "x.npy", np.zeros((200_000, 1)))
    np.save(tmp_path / "y.npy", np.zeros(200_000))
    for jobs in ("1", "2"):
        many = losscli("torch.nn.MSELoss", str(tmp_path / "x.npy"), str(tmp_path / "y.npy"), "--jobs", jobs)
        assert (many.status, "too many rows for that" in many.err) == (3, True)


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_bare_number_of_bad_rows_is_not_silent(jobs: str, tmp_path: Path) -> None:
    """A plain loss refuses them; a call computes, and says so though nothing else is said."""
    path = tmp_path / "bad.csv"
    path.write_text("p_a,p_b,label\n" + "-0.5,2.5,1\n" * 30_000)
    done = losscli("torch.nn.NLLLoss", str(path), "-q", "--jobs", jobs)
    assert (done.status, done.out) == (0, "-2.5\n")
    assert done.err.startswith(
        "warning: 30,000 rows hold values above 0: they are not log-probabilities\n"
        f"         {path}:2, column p_b: 2.5\n"
    )
    assert losscli("torch.nn.CrossEntropyLoss", str(path), "-q", "--jobs", jobs).err == ""
