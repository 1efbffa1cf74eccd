"""Are a curve over files and a confusion of classes there to be seen, in blocks, in words, in JSON?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

import losscli as losscli_api
from losscli.outputs.curve_view import sparkline
from tests.support.documents import ROOT
from tests.support.shell import losscli

if TYPE_CHECKING:
    from pathlib import Path

DIGITS = str(ROOT / "examples" / "digits.csv")
CANCER = str(ROOT / "examples" / "breast_cancer.csv")


@pytest.mark.parametrize(
    ("values", "blocks"),
    [
        ([1.0, 2.0, 3.0], "▁▄▇"),
        ([5.0, 5.0, 5.0], "▁▁▁"),
        ([1.0, float("nan"), 7.0], "▁ ▇"),
        ([1.0, float("inf"), 2.0, float("-inf")], "▁▇▇▁"),
        ([], ""),
        ([float(i) for i in range(120)], "▁" * 5 + "▂" * 10 + "▃" * 10 + "▄" * 10 + "▅" * 10 + "▆" * 10 + "▇" * 5),
    ],
)
def test_a_block_for_each_value(values: list[float], blocks: str) -> None:
    assert sparkline(values) == blocks


def _epochs(folder: Path, *chances: str) -> list[str]:
    for epoch, p in enumerate(chances, 1):
        (folder / f"e{epoch}.csv").write_text(f"label,p\n1,{p}\n1,{p}\n")
    return [str(folder / f"e{epoch}.csv") for epoch in range(1, len(chances) + 1)]


def test_files_are_a_curve_with_numbers_beside(tmp_path: Path) -> None:
    files = _epochs(tmp_path, "0.5", "0.8", "0.9", "0.7")
    out = losscli("bce", *files, "--by", "file").out
    assert "curve ▇▂▁▄ from 0.6931 (e1.csv) to 0.3567 (e4.csv), best 0.1054 (e3.csv)\n" in out
    assert "curve ▇" not in losscli("bce", *files[:2], "--by", "file").out  # two values are no curve


def test_the_best_of_a_score_is_the_highest(tmp_path: Path) -> None:
    files = _epochs(tmp_path, "0.2", "0.8", "0.9")
    assert "curve ▁▇▇ from 0 (e1.csv) to 1 (e3.csv), best 1 (e2.csv)" in losscli("acc", *files, "--by", "file").out


def test_values_of_a_parameter_are_a_curve_in_their_order() -> None:
    out = losscli("ce", DIGITS, "--sweep", "label-smoothing=0.1,0,0.2").out
    assert "curve ▁▄▇ from 0.1795 (0) to 1.753 (0.2), best 0.1795 (0)\n" in out
    assert "curve" not in losscli("ce", DIGITS, "--sweep", "label-smoothing=0.1,0").out


def test_further_losses_have_their_convention_and_with_v_their_signature() -> None:
    out = losscli("ce", DIGITS, "--also", "brier,acc").out
    assert "also                 convention\n" in out
    assert "brier   0.07572299   exact\n" in out
    assert (
        "brier   0.07572299   brier|probabilities|labels:sparse|exact|"
        in losscli("ce", DIGITS, "--also", "brier,acc", "-v").out
    )


def test_a_matrix_of_few_classes() -> None:
    out = losscli("bce", CANCER, "--by", "label").out
    assert (
        "label as ...     0     1\n────────────────────────\n0              356     1\n1               28   184\n"
        in out
    )
    assert "confused most: 1 as 0 (28 of 212), 0 as 1 (1 of 357)" in out
    assert "label as ..." not in losscli("bce", CANCER, "--by", "label", "-q").out


def test_of_many_classes_the_pairs_that_are_confused_most() -> None:
    rows = [[0.9 if k == (i + (i % 3 == 0)) % 20 else 0.1 / 19 for k in range(20)] for i in range(20)]
    table = json.dumps({"predictions": rows, "labels": [*range(20)]})
    out = losscli("ce", "--by", "label", "-n", "0", stdin=table).out
    assert "label   predicted   rows              of the label\n" in out
    assert "0       1              1   ████████         100.0%\n" in out


def test_json_has_every_pair() -> None:
    document = json.loads(losscli("nn.CrossEntropyLoss", DIGITS, "--by", "label", "-f", "json").out)
    pairs = document["confusion"]
    assert sum(pair["count"] for pair in pairs) == 599
    right = sum(pair["count"] for pair in pairs if pair["label"] == pair["predicted"])
    assert right / 599 == document["accuracy"]


def test_python_has_the_pairs_too() -> None:
    predictions, labels = [[0.9, 0.1], [0.2, 0.8], [0.4, 0.6]], np.array(["a", "b", "a"])
    report = losscli_api.evaluate("ce", predictions, labels, classes=["a", "b"], by="label")
    found = losscli_api.Evaluation("ce", classes=["a", "b"], by="label")
    for row, label in zip(predictions, labels, strict=True):
        found.update([row], np.array([label]))
    for one in (report, found.report()):
        assert one.confusion is not None
        assert [(pair.label, pair.predicted, pair.count) for pair in one.confusion.pairs] == [
            ("a", "a", 1),
            ("a", "b", 1),
            ("b", "b", 1),
        ]
    assert losscli_api.evaluate("ce", predictions, labels, classes=["a", "b"], by=["x", "y", "x"]).confusion is None


@pytest.mark.parametrize("jobs", ["1", "2", "7"])
def test_it_merges(jobs: str) -> None:
    args = ("ce", DIGITS, "--by", "label", "-f", "json")
    assert losscli(*args, "--jobs", jobs).out == losscli(*args).out


def test_ignored_labels_are_not_confused() -> None:
    out = losscli(
        "ce", "[[0.9,0.1],[0.2,0.8],[0.6,0.4]]", "0,-1,1", "--ignore-index=-1", "--by", "label", "-f", "json"
    ).out
    assert [pair["count"] for pair in json.loads(out)["confusion"]] == [1, 1]
