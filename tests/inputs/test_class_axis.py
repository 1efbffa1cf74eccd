"""Are rows whose classes come first, as torch has images and token logits, read with ``--class-axis``?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

import losscli
from losscli.losses import LOSSES
from losscli.losses.vocabulary import Kind
from tests.support.shell import losscli as shell

if TYPE_CHECKING:
    from pathlib import Path

    from losscli.losses.loss import Loss

RNG = np.random.default_rng(3)
LOGITS = RNG.normal(size=(4, 5, 3))  # (N, T, C)
LABELS = RNG.integers(0, 3, (4, 5))
PICKING = [loss for loss in LOSSES if loss.takes.picks_class and not loss.extras and not loss.whole]


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str, str]:
    turned, last, labels = tmp_path / "x.npy", tmp_path / "last.npy", tmp_path / "y.npy"
    p = np.exp(LOGITS) / np.exp(LOGITS).sum(-1, keepdims=True)
    np.save(turned, np.moveaxis(p, -1, 1))
    np.save(last, p)
    np.save(labels, LABELS)
    return str(turned), str(last), str(labels)


@pytest.mark.parametrize("loss", PICKING, ids=lambda loss: loss.name)
def test_the_same_as_with_classes_last(loss: Loss, files: tuple[str, str, str]) -> None:
    turned, last, labels = files
    if loss.kinds == (Kind.LOG_PROBABILITIES,):
        for path in (turned, last):
            np.save(path, np.log(np.load(path)))
    expected = shell(loss.name, last, labels, "-q")
    assert expected.status == 0, expected.err
    assert shell(loss.name, turned, labels, "--class-axis", "1", "-q").out == expected.out
    assert shell(loss.name, turned, labels, "--class-axis=-2", "-q").out == expected.out


def test_dense_labels_turn_with_the_predictions(files: tuple[str, str, str], tmp_path: Path) -> None:
    turned, last, labels = files
    np.save(tmp_path / "hot.npy", np.moveaxis(np.eye(3)[LABELS], -1, 1))
    np.save(tmp_path / "one.npy", LABELS[:, None])
    expected = shell("ce", last, labels, "-q").out
    for other in ("hot.npy", "one.npy"):
        assert shell("ce", turned, str(tmp_path / other), "--class-axis", "1", "-q").out == expected


def test_it_is_told_and_a_baseline_turns_too(files: tuple[str, str, str]) -> None:
    turned, _, labels = files
    done = shell("ce", turned, labels, "--class-axis", "1", "--against", turned, "-f", "json")
    document = json.loads(done.out)
    assert {"what": "class axis", "value": "1", "reason": "asked for"} in document["decisions"]
    assert document["against"][0]["verdict"] == "alike on all rows"


def test_the_error_names_it() -> None:
    x = json.dumps(np.moveaxis(LOGITS, -1, 1).tolist())
    done = shell("ce", x, json.dumps(LABELS.tolist()), "--from-logits")
    assert done.status == 3
    assert done.err == (
        "Error: predictions of shape (N, 3, 5) and labels of shape (N, 5) do not match (losscli never broadcasts)\n"
        "  try  --class-axis 1 if the classes come first in each row\n"
    )


@pytest.mark.parametrize("axis", [0, 3, -3, -9])
def test_an_axis_that_is_not_there(axis: int, files: tuple[str, str, str]) -> None:
    done = shell("ce", files[0], files[2], f"--class-axis={axis}")
    assert done.status == 2
    assert done.err == (f"Error: --class-axis {axis}: the predictions have 3 axes, and the first is that of the rows\n")


def test_a_bad_value_is_named_where_it_stands(tmp_path: Path) -> None:
    x = np.moveaxis(LOGITS, -1, 1).copy()
    x[2, 1, 4] = np.nan
    np.save(tmp_path / "x.npy", x)
    turned = shell("ce", str(tmp_path / "x.npy"), json.dumps(LABELS.tolist()), "--class-axis", "1", "--from-logits")
    assert turned.status == 3
    assert "x.npy, row 3, column 10" in turned.err  # the 10th number of the row as the file has it


def test_python_has_it() -> None:
    x = np.moveaxis(LOGITS, -1, 1)
    expected = losscli.evaluate("ce", LOGITS, LABELS, from_logits=True).value
    assert losscli.evaluate("ce", x, LABELS, from_logits=True, class_axis=1).value == expected
    pieces = losscli.Evaluation("ce", from_logits=True, class_axis=1)
    for i in range(4):
        pieces.update(x[i : i + 1], LABELS[i : i + 1])
    assert pieces.report().value == expected


@pytest.mark.parametrize(
    ("loss", "name"), [("mse", "shift"), ("mse", "class_axis"), ("torch.nn.MSELoss", "class_axis")]
)
def test_python_refuses_it_where_there_is_none(loss: str, name: str) -> None:
    with pytest.raises(losscli.UsageError, match=f"takes no argument {name}"):
        losscli.evaluate(loss, [[1.0, 2.0]], [[1.0, 0.0]], **{name: 1})  # type: ignore[arg-type]
