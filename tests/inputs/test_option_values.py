"""Is an option that takes numbers given what was typed, or what the file holds, in its shape and with every digit?"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

import numpy as np
import pytest

from losscli.inputs.option_values import values_or_file, words_or_file
from tests.support.shell import losscli

if TYPE_CHECKING:
    from pathlib import Path

THREE, LABELS = "[[0.1,0.2,0.7],[0.5,0.2,0.3]]", "0,2"
HINT = "  try  inline values look like 0.1,0.9 or '0.1 0.9; 0.8 0.2' or '[[0.1,0.9],[0.8,0.2]]'\n"

SHAPES = {
    "0.6": (),
    "[0.6]": (1,),
    "1,2": (2,),
    "1;2": (2, 1),
    "[[0],[5.62]]": (2, 1),
    "row.csv": (3,),
    "column.csv": (3,),
    "head.csv": (3,),
    "table.csv": (2, 3),
    "list.json": (3,),
    "column.json": (2, 1),
    "vector.npy": (3,),
    "column.npy": (3, 1),
    "row.npy": (1, 3),
}


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = {
        "row.csv": "1,2,3\n",
        "column.csv": "1\n2\n3\n",
        "head.csv": "weight\n1\n2\n3\n",
        "table.csv": "1,2,3\n4,5,6\n",
        "list.json": "[1, 2, 3]",
        "column.json": "[[1], [2]]",
        "words.csv": "a,b\nc,d\n",
        "named.csv": "class,weight\ncat,2\ndog,1\n",
        "named.json": '{"cat": 2, "dog": 1}',
        "names.csv": "dog,cat\n1,2\n",
        "classes.csv": "cat\ndog\n",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    for name, shape in {"vector": (3,), "column": (3, 1), "row": (1, 3)}.items():
        np.save(tmp_path / f"{name}.npy", np.arange(1.0, 4.0).reshape(shape))
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("text", SHAPES)
def test_values_keep_their_shape(text: str) -> None:
    assert values_or_file(text, "--weight").shape == SHAPES[text]


@pytest.mark.parametrize(
    ("text", "words"), [("a,b", ["a", "b"]), ("cat", ["cat"]), ("0,1", [0, 1]), ("classes.csv", ["cat", "dog"])]
)
def test_class_names_may_be_words(text: str, words: list[str]) -> None:
    assert words_or_file(text, "--labels").tolist() == words


OPTIONS = {
    "loss": ["bce", "0.5,0.2", "1,0", "--pos-weight"],
    "call": ["torch.nn.BCEWithLogitsLoss", "0.5,0.2", "1,0", "--pos-weight"],
    "weight": ["torch.nn.CrossEntropyLoss", THREE, LABELS, "--weight"],
    "classes": ["ce", THREE, LABELS, "--class-weight"],
}
CLASS_HINT = "  try  a list, name=weight pairs, balanced, or a file\n"


@pytest.mark.parametrize("case", OPTIONS)
@pytest.mark.parametrize("text", ["missing.npy", "abc", "sub/missing"])
def test_a_missing_file_is_named(case: str, text: str) -> None:
    option = OPTIONS[case][-1]
    result = losscli(*OPTIONS[case], text)
    error = f"Error: no such file for {option}: {text}\n{CLASS_HINT if case == 'classes' else HINT}"
    assert (result.status, result.out, result.err.replace("there is no folder sub; ", "")) == (2, "", error)


@pytest.mark.parametrize("case", OPTIONS)
def test_what_was_typed_must_be_numbers(case: str) -> None:
    result = losscli(*OPTIONS[case], "1,x")
    error = f"Error: {OPTIONS[case][-1]} '1,x': value 2 is 'x', not a number\n"
    assert (result.status, result.out, result.err.replace(CLASS_HINT, "")) == (2, "", error)


@pytest.mark.parametrize("case", OPTIONS)
def test_a_file_must_hold_numbers(case: str) -> None:
    result = losscli(*OPTIONS[case], "words.csv")
    error = "Error: no column holds numbers; 2 unnamed columns\n  at   words.csv\n"
    assert (result.status, result.out, result.err) == (3, "", error)


@pytest.mark.parametrize(
    ("args", "error"),
    [
        (
            ["bce", "0.5,0.2", "1,0", "--pos-weight", "1,2"],
            "--pos-weight has 2 values, the predictions are one output; one row of several outputs is written [[..]]",
        ),
        (
            ["bce", "[[.5,.2],[.1,.4]]", "[[1,0],[1,1]]", "--pos-weight", "[[1],[2]]"],
            "--pos-weight has the shape (2, 1), the predictions have 2 outputs",
        ),
        (
            ["ce", THREE, LABELS, "--class-weight", "1,2"],
            "--class-weight has 2 weights, the predictions have 3 classes",
        ),
        (
            ["ce", THREE, LABELS, "--class-weight", "column.npy"],
            "--class-weight has the shape (3, 1); it takes one weight for each class",
        ),
        (["nn.CrossEntropyLoss", THREE, LABELS, "--weight", "row.npy"], "shape (1, 3) of class weights for 3 classes"),
        (
            ["ce", THREE, LABELS, "--class-weight", "a=x"],
            "--class-weight a=x: a list, name=weight pairs, balanced, or a file",
        ),
        (["keras.losses.CosineSimilarity", "[[1,2]]", "[[1,1]]", "--axis", "0.5"], "--axis '0.5': whole numbers"),
    ],
    ids=lambda value: " ".join(value)[:50] if isinstance(value, list) else "",
)
def test_values_that_do_not_fit_are_refused(args: list[str], error: str) -> None:
    result = losscli(*args)
    assert (result.status, result.out, result.err.splitlines()[0]) == (2, "", f"Error: {error}")


def test_a_word_that_is_none_of_the_choices_is_told_them() -> None:
    result = losscli("r2", "[[1,2],[3,4]]", "[[1,1],[2,2]]", "--multioutput", "raw")
    hint = "  try  one of uniform_average, raw_values, variance_weighted, or numbers\n"
    assert (result.status, result.err) == (2, f"Error: no such file for --multioutput: raw\n{hint}")


@pytest.mark.parametrize("file", ["row.csv", "column.csv", "head.csv", "list.json", "vector.npy"])
@pytest.mark.parametrize("command", [["ce", "--class-weight"], ["sklearn.metrics.log_loss", "--sample-weight"]])
def test_any_file_of_three_is_three_weights(command: list[str], file: str) -> None:
    loss, option = command
    if option == "--sample-weight":
        command = ["torch.nn.CrossEntropyLoss", "--weight"]
        loss, option = command
    typed, given = (losscli(loss, THREE, LABELS, option, text, "-q") for text in ("1,2,3", file))
    assert (given.status, given.out, given.err) == (0, typed.out, "")


@pytest.mark.parametrize("file", ["named.csv", "named.json", "names.csv"])
def test_class_weights_in_a_file_are_matched_by_name(file: str) -> None:
    args = ["ce", "[[0.1,0.9],[0.5,0.5]]", "cat,dog", "--classes", "dog,cat", "-q", "--class-weight"]
    assert losscli(*args, file).out == losscli(*args, "cat=2,dog=1").out != losscli(*args, "2,1").out


def test_words_among_class_weights_are_names_of_one_each(tmp_path: Path) -> None:
    (tmp_path / "w.csv").write_text("2;x;3\n")
    done = losscli("ce", "[[0.1,0.9]]", "1", "--class-weight", str(tmp_path / "w.csv"))
    assert (done.status, done.out) == (3, "")
    assert "a row of 2 numbers next to words; 3 unnamed columns" in done.err


@pytest.mark.parametrize("weights", ["[[0],[5.62]]", "0;5.62", "w.npy", "w.json"])
def test_a_column_of_weights_is_one_for_each_row(weights: str, tmp_path: Path) -> None:
    np.save(tmp_path / "w.npy", [[0.0], [5.62]])
    (tmp_path / "w.json").write_text("[[0], [5.62]]")
    x, y = "[[-0.874],[-0.213]]", "[[0],[1]]"
    result = losscli("torch.nn.BCEWithLogitsLoss", x, y, "--pos-weight", weights, "-f", "json")
    # -log sigmoid(-x) and -5.62 log sigmoid(x), as torch 2.8 has it: 0.348738900, 4.525828809
    expected = [[math.log1p(math.exp(-0.874))], [5.62 * math.log1p(math.exp(0.213))]]
    assert json.loads(result.out)["per_sample"] == pytest.approx(np.array(expected), rel=1e-15)


def test_an_option_for_each_row_goes_with_rows_that_come_in_batches(tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    x, y, w = rng.normal(size=40_000), rng.integers(0, 2, 40_000), rng.random(40_000)
    np.savetxt(tmp_path / "x.csv", np.c_[x, y], delimiter=",", header="score,label", comments="")
    np.save(tmp_path / "w.npy", w)
    expected = (w * y * np.logaddexp(0, -x) + (1 - y) * np.logaddexp(0, x)).mean()
    result = losscli("torch.nn.BCEWithLogitsLoss", "x.csv", "--pos-weight", "w.npy", "-q")
    assert float(result.out) == pytest.approx(expected, rel=1e-13)


def test_a_single_number_has_every_digit() -> None:
    args = ["keras.losses.CategoricalFocalCrossentropy", "[[0.5,0.5],[0.1,0.9]]", "[[0,1],[0,1]]", "-q", "--alpha"]
    exact = 0.6 * (0.25 * math.log(2) - 0.01 * math.log(0.9)) / 2
    assert float(losscli(*args, "0.6").out) == pytest.approx(exact, rel=1e-14)
    of_list = exact / 0.6 * float(np.float32(0.6))  # Keras makes a list a float32 tensor
    assert float(losscli(*args, "0.6,0.6").out) == pytest.approx(of_list, rel=1e-14)


@pytest.mark.parametrize("weight", ["[[0],[5.62]]", "[3]", "3"])
def test_a_signature_keeps_the_shape(weight: str) -> None:
    data = ["[[-0.874],[-0.213]]", "[[0],[1]]"]
    report = json.loads(losscli("torch.nn.BCEWithLogitsLoss", *data, "--pos-weight", weight, "-f", "json").out)
    assert json.loads(losscli(report["signature"], *data, "-f", "json").out) == report
