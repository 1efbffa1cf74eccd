"""Does ``losscli.plot`` draw what ``--plot`` draws?"""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING, Any

import pytest

import losscli
from tests.support.documents import ROOT
from tests.support.shell import losscli as shell

if TYPE_CHECKING:
    from pathlib import Path

CANCER = str(ROOT / "examples" / "breast_cancer.csv")
drawn = pytest.mark.skipif(importlib.util.find_spec("matplotlib") is None, reason="needs matplotlib")


def answer(name: str) -> Any:
    match name:
        case "calibrate":
            return losscli.calibrate(CANCER)
        case "thresholds":
            return losscli.thresholds(CANCER)
        case "by":
            return losscli.evaluate("bce", CANCER, by="label")
        case _:
            return losscli.evaluate("bce", CANCER)


@drawn
@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("calibrate", ("calibrate", CANCER)),
        ("thresholds", ("thresholds", CANCER)),
        ("bce", ("bce", CANCER)),
        ("by", ("bce", CANCER, "--by", "label")),
    ],
)
def test_the_same_picture(name: str, args: tuple[str, ...], tmp_path: Path) -> None:
    losscli.plot(answer(name), tmp_path / "a.svg")
    assert shell(*args, "--plot", str(tmp_path / "b.svg")).status == 0
    assert (tmp_path / "a.svg").read_text() == (tmp_path / "b.svg").read_text()


@drawn
def test_ignored_labels_are_not_drawn(tmp_path: Path) -> None:
    p = [[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]]
    losscli.plot(losscli.evaluate("ce", p, [0, -1, 1], ignore_index=-1), tmp_path / "a.svg")
    assert "Histogram of losses. 0.105361: 1 (50.0%); 0.916291: 1 (50.0%)." in (tmp_path / "a.svg").read_text()


@drawn
def test_nothing_to_draw(tmp_path: Path) -> None:
    with pytest.raises(losscli.UsageError, match="there are no losses to draw"):
        losscli.plot(losscli.evaluate("auc", CANCER), tmp_path / "a.svg")
    with pytest.raises(losscli.UsageError, match=r"path='a.gif': the name ends with .svg, .png, .pdf"):
        losscli.plot(losscli.evaluate("bce", CANCER), "a.gif")
