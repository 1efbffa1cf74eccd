"""Are a calibration and thresholds the same from Python as from the command line?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import losscli
from losscli.python.worded import worded
from tests.support.documents import ROOT
from tests.support.shell import losscli as shell

if TYPE_CHECKING:
    from collections.abc import Callable

DIGITS = str(ROOT / "examples" / "digits.csv")
CANCER = str(ROOT / "examples" / "breast_cancer.csv")


def typed(*args: str) -> Any:
    result = shell(*args, "-f", "json")
    assert result.status == 0, result.err
    return json.loads(result.out)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, []),
        ({"each_class": True, "fit": False, "n_bins": 5, "ci": 90}, ["--each-class", "--no-fit", "--n-bins", "5", "--ci", "90"]),
        ({"temperature": 2, "where": "label > 3"}, ["--temperature", "2", "--where", "label > 3"]),
    ],
    ids=str,
)  # fmt: skip
def test_a_calibration_is_what_the_command_line_prints(options: dict[str, Any], words: list[str]) -> None:
    found = losscli.calibrate(DIGITS, **options)
    theirs = typed("calibrate", DIGITS, *words)
    assert found.to_dict()["calibration"] == theirs["calibration"]
    assert found.ece == theirs["calibration"]["ece"]
    assert found.temperature == (theirs["calibration"]["temperature"] or {"value": None})["value"]
    assert found.report.value == theirs["value"]
    assert "<table>" in found._repr_html_()


def test_thresholds_are_what_the_command_line_prints() -> None:
    words = ["--at", "0.3", "--recall", "0.9", "--recall", "1", "--precision", "0.99", "--cost", "fp=1,fn=5"]
    found = losscli.thresholds(CANCER, at=0.3, recall=[0.9, 1], precision=0.99, cost={"fp": 1, "fn": 5})
    theirs = typed("thresholds", CANCER, *words)
    for decision in theirs["decisions"]:
        decision["reason"] = worded(decision["reason"])
    assert found.to_dict() == theirs
    assert found["best F1"].f1 == max(point.f1 or 0.0 for point in found.thresholds.points)
    assert found.auc == found.to_dict()["thresholds"]["auc"]["value"]
    data = np.genfromtxt(CANCER, delimiter=",", names=True)
    held = losscli.thresholds(data["p"], data["label"].astype(int), at=0.3)
    assert (held["at 0.3"], held.auc) == (losscli.thresholds(CANCER, at=[0.3])["at 0.3"], found.auc)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: losscli.calibrate([1.5, 2], [1, 3.5]), "the labels are values: a calibration needs probabilities or logits, and outcomes; at predictions; try: labels of 0 and 1, or classes"),
        (lambda: losscli.calibrate([50, 20], [1, 0]), "2 rows hold values outside [0, 1]: they are not probabilities; at row 1: 50\nrow 2: 20; try: percent=True if they are percentages: they run from 20 to 50 (the loss would be 0.4581454)"),
        (lambda: losscli.calibrate([0.5, 0.2], [1, 0], nan="keep"), 'calibrate counts rows: nan is "error" or "skip"'),
        (lambda: losscli.calibrate([0.5, 0.2], [1, 0], by="label"), "calibrate takes no argument by; try: evaluate(..., by=...)"),  # type: ignore[call-arg]
        (lambda: losscli.calibrate([0.5, 0.2], [1, 0], n_bins=0), "n_bins=0: from 1 to 1,000"),
        (lambda: losscli.calibrate([0.5, 0.2], [1, 0], ci="x"), "ci='x': a number"),  # type: ignore[arg-type]
        (lambda: losscli.thresholds([0.5, 0.2], [1, 0], recall=2), "recall=2: above 0, and at most 1"),
        (lambda: losscli.thresholds([0.5, 0.2], [1, 0], at=float("nan")), "at=nan: a number"),
        (lambda: losscli.thresholds([0.5, 0.2], [1, 0], cost={"x": 2}), "cost={'x': 2}: of tp, fp, fn, tn; try: cost={\"fp\": 1, \"fn\": 5}"),
        (lambda: losscli.thresholds([0.5, 0.2], [1, 0], like="torch"), "thresholds takes no argument like"),  # type: ignore[call-arg]
    ],
)  # fmt: skip
def test_a_refusal_speaks_python(call: Callable[[], object], message: str) -> None:
    with pytest.raises(losscli.LossError) as raised:
        call()
    assert str(raised.value) == message
