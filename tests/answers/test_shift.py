"""Do next-token predictions meet the labels that come later?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

import losscli
from tests.support.inputs_reading import got
from tests.support.shell import losscli as shell

if TYPE_CHECKING:
    from pathlib import Path

LOGITS = np.random.default_rng(0).normal(size=(12, 5))
TOKENS = np.arange(12) * 7 % 5


@pytest.mark.parametrize("by", [1, 2, 5])
def test_rows(tmp_path: Path, by: int) -> None:
    np.save(tmp_path / "x.npy", LOGITS)
    np.save(tmp_path / "y.npy", TOKENS)
    paths = str(tmp_path / "x.npy"), str(tmp_path / "y.npy")
    want = losscli.evaluate("ce", LOGITS[:-by], TOKENS[by:], from_logits=True).value
    assert float(shell("ce", *paths, "--from-logits", "--shift", str(by), "-q").out) == want
    assert losscli.evaluate("ce", LOGITS, TOKENS, from_logits=True, shift=by).value == want
    for chunk in (40, 1 << 19):
        read = got(*paths, shift=by, chunk_bytes=chunk)
        assert np.array_equal(read.predictions, LOGITS[:-by])
        assert np.array_equal(read.labels, TOKENS[by:])


def test_sequences(tmp_path: Path) -> None:
    x, y = LOGITS.reshape(3, 4, 5), TOKENS.reshape(3, 4)
    np.save(tmp_path / "x.npy", x)
    np.save(tmp_path / "y.npy", y)
    want = losscli.evaluate("ce", x[:, :-1], y[:, 1:], from_logits=True).value
    options = (str(tmp_path / "x.npy"), str(tmp_path / "y.npy"), "--from-logits", "-q")
    assert float(shell("ce", *options, "--shift", "1").out) == want
    assert shell("ce", *options, "--shift", "4").status == 3


@pytest.mark.parametrize("by", [1, 2])
def test_classes_first_in_each_row(tmp_path: Path, by: int) -> None:
    x, y = LOGITS.reshape(3, 4, 5), TOKENS.reshape(3, 4)
    square = np.random.default_rng(1).normal(size=(3, 4, 4))
    for logits in (x, square):
        labels = y % logits.shape[-1]
        first = np.ascontiguousarray(np.moveaxis(logits, -1, 1))
        np.save(tmp_path / "x.npy", first)
        np.save(tmp_path / "y.npy", labels)
        want = losscli.evaluate("ce", logits[:, :-by], labels[:, by:], from_logits=True).value
        paths = (str(tmp_path / "x.npy"), str(tmp_path / "y.npy"), "--shift", str(by), "-q")
        assert float(shell("ce", *paths, "--from-logits", "--class-axis", "1").out) == want
        assert losscli.evaluate("ce", first, labels, from_logits=True, class_axis=1, shift=by).value == want
        assert float(shell("torch.nn.CrossEntropyLoss", *paths).out) == pytest.approx(want, rel=1e-15)
        assert losscli.evaluate("torch.nn.CrossEntropyLoss", first, labels, shift=by).value == pytest.approx(want)


@pytest.mark.parametrize("form", ["one-hot", "soft", "column"])
def test_labels_of_two_axes_are_shifted_by_rows_and_not_by_classes(tmp_path: Path, form: str) -> None:
    labels = {"one-hot": np.eye(5)[TOKENS], "soft": np.abs(LOGITS), "column": TOKENS[:, None]}[form]
    labels = labels / labels.sum(axis=1, keepdims=True) if form == "soft" else labels
    np.save(tmp_path / "x.npy", LOGITS)
    np.save(tmp_path / "y.npy", labels)
    want = losscli.evaluate("ce", LOGITS[:-2], labels[2:], from_logits=True).value
    run = shell("ce", str(tmp_path / "x.npy"), str(tmp_path / "y.npy"), "--from-logits", "--shift", "2", "-q")
    assert float(run.out) == want
    assert losscli.evaluate("ce", LOGITS, labels, from_logits=True, shift=2).value == want
    for chunk in (40, 1 << 19):
        assert np.array_equal(
            got(str(tmp_path / "x.npy"), str(tmp_path / "y.npy"), shift=2, chunk_bytes=chunk).labels, labels[2:]
        )


def test_rows_with_another_number_of_places(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", LOGITS.reshape(3, 4, 5))
    np.save(tmp_path / "y.npy", np.zeros((3, 5), int))
    run = shell("ce", str(tmp_path / "x.npy"), str(tmp_path / "y.npy"), "--from-logits", "--shift", "1")
    assert run.status == 3
    assert "a row has 4 places in the predictions and 5 in the labels" in run.err


def test_a_call_takes_a_shift_as_its_loss_does() -> None:
    data = ["[[3,0],[1,2],[0,1]]", "0,0,1", "--shift", "1", "-q"]
    call = shell("torch.nn.CrossEntropyLoss", *data)
    assert call.status == 0, call.err
    assert call.out == shell("ce", *data, "--from-logits", "--like", "torch").out


@pytest.mark.parametrize(
    ("args", "status", "said"),
    [
        (("ce", "0.2,0.8", "1"), 3, "nothing is left of one row that is shifted by 1"),
        (("torch.nn.CrossEntropyLoss", "2,8", "1"), 3, "nothing is left of one row that is shifted by 1"),
        (("nll", "-0.1,-0.2"), 2, "--shift pairs predictions with labels some places later, and there are no labels"),
        (("nll", "lp.csv", "--pred", "lp"), 2, "--shift pairs predictions with labels some places later"),
    ],
)
def test_a_shift_that_does_not_apply_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...], status: int, said: str
) -> None:
    (tmp_path / "lp.csv").write_text("lp\n-0.1\n-0.2\n")
    monkeypatch.chdir(tmp_path)
    run = shell(*args, "--shift", "1", "-q")
    assert (run.status, run.out) == (status, "")
    assert f"Error: {said}" in run.err


def test_values_that_were_typed_are_rows_and_never_one_row_of_classes(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("p,y\n0.1,0\n0.9,1\n0.3,0\n0.8,1\n")
    shifted = ("--shift", "1", "-f", "json")
    typed, read = (
        json.loads(shell("thresholds", *data, *shifted).out)
        for data in (("0.1,0.9,0.3,0.8", "0,1,0,1"), (str(tmp_path / "t.csv"),))
    )
    assert typed["thresholds"] == read["thresholds"]
    run = shell("ce", "0.2,0.8,0.3", "0,0,1", "--shift", "1", "-q")
    assert (run.status, run.out) == (3, "")
    with pytest.raises(losscli.InputError, match="the predictions have one column"):
        losscli.evaluate("ce", [0.2, 0.8, 0.3], [0, 0, 1], shift=1)
    with pytest.raises(losscli.UsageError, match="there are no labels"):
        losscli.evaluate("nll", [-0.1, -0.2, -0.3], shift=1)


@pytest.mark.parametrize("shift", [(), ("--shift", "1")])
def test_a_column_of_a_table_is_rows_of_one_class(shift: tuple[str, ...], tmp_path: Path) -> None:
    """As (N, 1) is to a framework; over a single class the loss is 0, and every other label raises."""
    told = "note: predictions: rows of one class; a table has one column of them; values inline may be one row"
    path = tmp_path / "column.csv"
    for labels, status in (("0,0,0", 0), ("1,0,2", 3)):
        rows = zip(["0.5", "1.5", "2"], labels.split(","), strict=True)
        path.write_text("pred,label\n" + "".join(f"{x},{y}\n" for x, y in rows))
        one = shell("torch.nn.CrossEntropyLoss", str(path), *shift, "-f", "json")
        assert one.status == status, one.err
        if status:
            assert "outside 0..0" in one.err.splitlines()[0]
        else:
            assert (json.loads(one.out)["value"], one.err.splitlines()[0]) == (0.0, told)
        each = shell("tf.nn.softmax_cross_entropy_with_logits", str(path), *shift, "-q")
        assert {*map(float, each.out.split())} == {0.0}
    inline = shell("torch.nn.CrossEntropyLoss", "0.5,1.5,2", "2", "-q")
    assert float(inline.out) == pytest.approx(0.604130627637)
