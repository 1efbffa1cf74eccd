"""Does ``--plot`` draw what the table shows, into a file that is whole, the same each time?"""

from __future__ import annotations

import importlib.util
import json
import re
import sys
import warnings
from typing import TYPE_CHECKING, Any
from unittest.mock import patch
from xml.etree import ElementTree as ET

import pytest

from losscli.outputs.plot import MISSING, Picture, rendered
from tests.support.documents import README, ROOT
from tests.support.shell import losscli

if TYPE_CHECKING:
    from pathlib import Path

DIGITS, BETTER = (str(ROOT / "examples" / name) for name in ("digits.csv", "digits_better.csv"))
CANCER = str(ROOT / "examples" / "breast_cancer.csv")
COMMANDS = {
    "calibrate": ("calibrate", CANCER),
    "thresholds": ("thresholds", CANCER, "--cost", "fp=1,fn=5"),
    "hist": ("bce", CANCER, "--hist"),
    "losses": ("bce", CANCER),
    "groups": ("ce", DIGITS, "--by", "label", "--ci"),
    "both": ("bce", CANCER, "--by", "label", "--hist"),
    "difference": ("ce", DIGITS, "--against", BETTER),
    "differences": ("ce", DIGITS, "--against", BETTER, "--against", DIGITS),
    "scores": ("auc", CANCER, "--against", CANCER),
    "infinite": ("bce", "0,1,0.5", "1,0,1", "--like", "exact", "--by", "label"),
    "sweep": ("ce", DIGITS, "--sweep", "label-smoothing=0,0.1,0.2"),
    "kinds": ("ce", DIGITS, "--sweep", "like=keras,torch"),
    "call": ("torch.nn.MSELoss", "1,2,-3", "0,0,0", "--hist"),
}
FORMS = [("svg", b"<?xml"), ("png", b"\x89PNG"), ("pdf", b"%PDF"), ("PNG", b"\x89PNG")]
SVG = "{http://www.w3.org/2000/svg}"

drawn = pytest.mark.skipif(importlib.util.find_spec("matplotlib") is None, reason="needs matplotlib")


@pytest.mark.long
@drawn
@pytest.mark.parametrize("args", COMMANDS.values(), ids=list(COMMANDS))
@pytest.mark.parametrize(
    ("form", "magic"), [("svg", b"<?xml"), ("png", b"\x89PNG"), ("pdf", b"%PDF"), ("PNG", b"\x89PNG")]
)
def test_a_file_of_each_kind(args: tuple[str, ...], form: str, magic: bytes, tmp_path: Path) -> None:
    first, second = tmp_path / f"a.{form}", tmp_path / f"b.{form}"
    done = losscli(*args, "--plot", str(first))
    assert (done.status, done.err) == (losscli(*args).status, losscli(*args).err)
    assert done.out == losscli(*args).out  # the table is there all the same
    assert first.read_bytes().startswith(magic)
    losscli(*args, "--plot", str(second))
    assert first.read_bytes() == second.read_bytes()


@drawn
def test_an_svg_says_what_it_shows(tmp_path: Path) -> None:
    losscli("calibrate", CANCER, "--plot", str(tmp_path / "a.svg"))
    root = ET.parse(tmp_path / "a.svg").getroot()
    assert root.get("role") == "img"
    assert [one.tag for one in root[:2]] == [f"{SVG}title", f"{SVG}desc"]
    assert "forecast 0.0508: observed 0.00483 (0.000853 to 0.0269), 207 rows, too high" in str(root[1].text)
    assert "observed frequency" in "".join(root.itertext())


@drawn
def test_each_class_has_a_diagram_and_of_many_the_worst(tmp_path: Path) -> None:
    losscli("calibrate", DIGITS, "--each-class", "--plot", str(tmp_path / "a.svg"))
    shown = "".join(ET.parse(tmp_path / "a.svg").getroot().itertext())
    assert "class by class" in shown
    assert len(re.findall(r"\bece 0\.\d+", shown)) > 10
    head = ",".join(["label", *(f"p_k{i}" for i in range(30))])
    rows = [",".join([f"k{i % 30}", *("0.71" if j == i else "0.01" for j in range(30))]) for i in range(60)]
    losscli("calibrate", "--each-class", "--plot", str(tmp_path / "b.svg"), stdin="\n".join([head, *rows]) + "\n")
    assert "the 12 of 30 classes with the largest ece" in (tmp_path / "b.svg").read_text()


@drawn
@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("ce", DIGITS, "-q"), "Histogram of losses. 0.0001 to 0.001: 43 (7.2%); 0.001 to 0.01: 201"),
        (("ce", DIGITS, "--by", "label"), "Groups by label. 0: 0.01734; 1: 0.2395;"),
        (("ce", DIGITS, "--by", "label", "--ci"), "8: 0.3516 (0.2114 to 1.075)"),
        (
            ("ce", DIGITS, "--against", BETTER),
            "Differences to baselines. digits_better.csv: 0.0474 (0.02355 to 0.07126). digits.csv is worse",
        ),
        (
            ("ce", DIGITS, "--by", "label"),
            "Labels and what was predicted for them. 573 of 599 rows are right; 4 as 9: 2 of 63; 5 as 9: 2 of 61",
        ),
        (("thresholds", CANCER), "as it is: 184 true and 1 false yes, 28 false and 356 true no"),
        (("ce", DIGITS, "--sweep", "label-smoothing=0.1,0"), "Values over label-smoothing. 0: 0.1795; 0.1: 0.9663."),
        (("auc", CANCER, "--sweep", "like=exact"), "Values over like. exact: 0.993."),
        (("ce", DIGITS, "--against", BETTER), "Rows that changed most. 538: +3.212; 384: -2.448"),
        (
            ("ce", DIGITS, "--against", BETTER, "--by", "label"),
            "Differences to digits_better.csv by label. 0, no difference shown: 0.008484 (-0.003279 to 0.02025); 1,",
        ),
    ],
    ids=lambda args: " ".join(args) if isinstance(args, tuple) else "",
)
def test_the_words_of_a_picture(args: tuple[str, ...], words: str, tmp_path: Path) -> None:
    done = losscli(*args, "--plot", str(tmp_path / "a.svg"))
    assert done.status == 0, done.err
    root = ET.parse(tmp_path / "a.svg").getroot()
    assert words in str(root[1].text)
    assert "prefers-color-scheme: dark" in str(root[2].text)  # which it also does on a dark page


@drawn
def test_each_part_names_its_baseline(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        "p,half,third,y,site\n0.9,0.4,0.3,1,a\n0.8,0.5,0.2,1,b\n0.1,0.2,0.4,0,a\n0.3,0.1,0.1,0,b\n"
    )
    args = (
        "bce",
        str(tmp_path / "a.csv"),
        "-p",
        "p",
        "-y",
        "y",
        "--against",
        "half",
        "--against",
        "third",
        "--by",
        "site",
    )
    assert losscli(*args, "--plot", str(tmp_path / "a.svg")).status == 0
    for name in ("half", "third"):
        assert f"difference of bce in nats to {name}: below 0 is better" in texts(tmp_path / "a.svg")


def texts(path: Path) -> list[str]:
    return ["".join(one.itertext()).strip() for one in ET.parse(path).getroot().iter(f"{SVG}text")]


@drawn
def test_a_map_of_few_classes_has_its_counts(tmp_path: Path) -> None:
    losscli("bce", CANCER, "--by", "label", "--plot", str(tmp_path / "a.svg"))
    shown = texts(tmp_path / "a.svg")
    for text in ("predicted", "label", "356", "1", "28", "184", "colour: share of the label's rows"):
        assert text in shown
    losscli("thresholds", CANCER, "--plot", str(tmp_path / "b.svg"))
    assert {"as it is", "best F1", "356", "28", "184", "200", "354"} <= set(texts(tmp_path / "b.svg"))


@drawn
def test_of_many_classes_and_groups_the_worst_are_drawn(tmp_path: Path) -> None:
    rows = [[0.9 if k == (i + i % 2) % 60 else 0.1 / 59 for k in range(60)] for i in range(60)]
    table = json.dumps({"predictions": rows, "labels": [*range(60)]})
    losscli("ce", "--by", "label", "-q", "--plot", str(tmp_path / "a.svg"), stdin=table)
    shown = texts(tmp_path / "a.svg")
    assert {"label (the 40 worst of 60)", "confused most (20 of 30 pairs)", "1 as 2", "1 of 1"} <= set(shown)


@drawn
def test_a_score_of_groups_is_no_mean(tmp_path: Path) -> None:
    losscli("auc", CANCER, "--by", "p/0.5", "-q", "--plot", str(tmp_path / "a.svg"))
    assert "auc" in texts(tmp_path / "a.svg")
    assert "mean of auc" not in texts(tmp_path / "a.svg")
    losscli("mse", "1,2", "1,1", "--plot", str(tmp_path / "b.svg"))
    losscli("mse", "1", "1", "--plot", str(tmp_path / "c.svg"))
    assert "mean-squared-error of 2 samples, mean 0.5" in texts(tmp_path / "b.svg")
    assert "mean-squared-error of 1 sample, mean 0" in texts(tmp_path / "c.svg")


@drawn
def test_letters_that_no_font_has_are_told(tmp_path: Path) -> None:
    table = "label,p_\U00013000,p_b\n\U00013000,0.8,0.2\nb,0.3,0.7\n"
    said = "no font here has all letters of the names; an .svg keeps them"
    assert said in losscli("ce", "--by", "label", "--plot", str(tmp_path / "a.png"), stdin=table).err
    assert said not in losscli("ce", "--by", "label", "--plot", str(tmp_path / "a.svg"), stdin=table).err
    assert "\U00013000" in texts(tmp_path / "a.svg")


@drawn
@pytest.mark.parametrize("form", ["png", "pdf", "svg"])
def test_letters_that_no_font_has_are_escaped_where_they_would_be_boxes(form: str) -> None:
    figures = []

    def draw(figure: Any) -> None:
        figures.append(figure)
        axes = figure.subplots()
        axes.set_yticks([0, 1], ["\U00013000", "b" * 28])
        axes.set(xlabel="\U00013000 and \u20ac")

    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        rendered(Picture("\U00013000", "", draw), form)
    [axes] = figures[0].axes
    egg = "\U00013000" if form == "svg" else "\\U00013000"
    assert [str(one.message) for one in told] == [MISSING] * (form != "svg")
    assert [label.get_text() for label in axes.get_yticklabels()] == [egg, "b" * 28]
    assert axes.get_xlabel() == f"{egg} and \u20ac"
    assert figures[0].get_suptitle() == egg


@drawn
def test_files_are_a_curve(tmp_path: Path) -> None:
    for epoch, p in enumerate(["0.5", "0.8", "0.9", "0.7"], 1):
        (tmp_path / f"e{epoch}.csv").write_text(f"label,p\n1,{p}\n1,{p}\n")
    files = [str(tmp_path / f"e{epoch}.csv") for epoch in range(1, 5)]
    done = losscli("bce", *files, "--by", "file", "-q", "--plot", str(tmp_path / "a.svg"))
    assert done.status == 0, done.err
    root = ET.parse(tmp_path / "a.svg").getroot()
    assert "Curve over files." in str(root[1].text)
    assert "best: 0.1054" in "".join(root.itertext())


@pytest.mark.long
@drawn
def test_a_page_has_the_picture_in_it(tmp_path: Path) -> None:
    for args in (("calibrate", CANCER), ("thresholds", CANCER), ("ce", DIGITS, "--by", "label")):
        page = losscli(*args, "-f", "html", "--plot", str(tmp_path / "a.png")).out
        [svg] = re.findall(r"<svg .*</svg>", page, re.DOTALL)
        assert ET.fromstring(svg).get("role") == "img"
        assert "<svg" not in losscli(*args, "-f", "html").out


@drawn
def test_hostile_names_stay_text(tmp_path: Path) -> None:
    name = "<script>alert(1)</script>&$x_1^{"
    table = f"label,p\n{name},0.2\nb,0.8\n"
    done = losscli("calibrate", "--classes", f"b,{name}", "--plot", str(tmp_path / "a.svg"), stdin=table)
    assert (done.status, done.err) == (0, "")
    root = ET.parse(tmp_path / "a.svg").getroot()
    assert [one.tag for one in root.iter() if one.tag.endswith("}script")] == []
    assert "<script>alert(1)</script>&" in str(root[0].text)


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("calibrate", CANCER, "--plot", "x.gif"), "--plot 'x.gif': the name ends with .svg, .png, .pdf"),
        (("calibrate", CANCER, "--plot", "x.svg"), "--plot needs matplotlib"),
        (("bce", CANCER, "--plot", "x.svg"), "--plot needs matplotlib"),
        (("bce", CANCER, "--plot", "x.svg", "--compare"), "--compare has no picture"),
        (("bce", CANCER, "--plot", "x.svg", "--explain"), "--explain has no picture"),
        (("bce", CANCER, "--plot", "x.svg", "--append", "a"), "--append has no picture"),
        (("auc", CANCER, "--plot", "x.svg"), "--plot: auc is one number of all rows"),
        (("thresholds", CANCER, "--plot", "x.svg"), "pip install 'losscli[plot]'"),
    ],
)
def test_what_cannot_be_drawn(args: tuple[str, ...], message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("matplotlib", "matplotlib.figure"):
        monkeypatch.setitem(sys.modules, name, None)
    done = losscli(*args)
    assert (done.status, done.out) == (2, "")
    assert message in done.err


def test_nothing_is_needed_unless_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert losscli("calibrate", CANCER).status == 0


@pytest.mark.parametrize("name", ["calibration.svg", "thresholds.svg"])
def test_the_pictures_of_the_readme_are_fresh(name: str, tmp_path: Path) -> None:
    """Their words are those that would be written today, whether there is matplotlib or not."""
    page = (ROOT / "examples" / "calibration.md").read_text()
    [command] = re.findall(rf"^losscli (.*) --plot examples/{name}$", page, re.MULTILINE)
    assert f"/raw/main/examples/{name})" in README.read_text()
    seen: list[str] = []

    def rendered(picture: object, form: str) -> bytes:
        seen.append(picture.description)  # type: ignore[attr-defined]
        return b""

    words = [str(ROOT / word) if word.startswith("examples/") else word for word in command.split()]
    with patch("losscli.outputs.plot.rendered", rendered), patch("losscli.outputs.plot.require"):
        assert losscli(*words, "--plot", str(tmp_path / name)).status == 0
    root = ET.parse(ROOT / "examples" / name).getroot()
    assert root[1].text == seen[0]
