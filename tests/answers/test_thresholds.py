"""Does ``thresholds`` count right, and find the best?"""

from __future__ import annotations

import json
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.support.documents import ROOT
from tests.support.shell import losscli

if TYPE_CHECKING:
    from pathlib import Path

CANCER = str(ROOT / "examples" / "breast_cancer.csv")
FOUR = (".1,.4,.35,.8", "0,0,1,1")


def found(*args: str) -> dict[str, Any]:
    done = losscli("thresholds", *args, "-f", "json")
    assert done.status == 0, done.err
    thresholds: dict[str, Any] = json.loads(done.out)["thresholds"]
    return thresholds


def point(thresholds: dict[str, Any], name: str) -> dict[str, Any]:
    [one] = [one for one in thresholds["points"] if one["name"] == name]
    return dict(one)


def test_four_rows_by_hand() -> None:
    """Three of four pairs are in order; DeLong's variance is (1/8) / 2 twice; from .35 on only .4 is wrong."""
    thresholds = found(*FOUR, "--cost", "fp=1,fn=5")
    assert thresholds["auc"]["value"] == 0.75
    assert thresholds["auc"]["se"] == pytest.approx(0.3535533905932738, rel=1e-15)
    assert thresholds["average_precision"] == pytest.approx((1 + 2 / 3) / 2, rel=1e-15)
    least = point(thresholds, "least cost")
    assert (least["threshold"], least["cost"]) == (0.35, 0.25)
    assert [least[name] for name in ("tp", "fp", "fn", "tn")] == [2, 1, 0, 1]
    usual = point(thresholds, "as it is")
    assert [usual[name] for name in ("tp", "fp", "fn", "tn")] == [1, 0, 1, 2]
    assert (usual["precision"], usual["recall"], usual["f1"], usual["accuracy"]) == (1, 0.5, 2 / 3, 0.75)


def test_the_example() -> None:
    """Numbers of a prototype in NumPy and SciPy, apart from this code."""
    thresholds = found(CANCER, "--cost", "fp=1,fn=5", "--at", "0.5", "--recall", "0.99")
    assert thresholds["auc"]["value"] == pytest.approx(0.9930104, rel=1e-7)
    assert thresholds["auc"]["low"] == pytest.approx(0.9838, abs=5e-5)
    assert thresholds["auc"]["high"] == pytest.approx(0.997, abs=5e-5)
    expected = {
        "as it is": (0.5, 184, 1, 28, 356), "best F1": (0.425992, 200, 3, 12, 354),
        "recall 0.99": (0.192891, 210, 62, 2, 295), "least cost": (0.339297, 206, 14, 6, 343),
    }  # fmt: skip
    for name, (threshold, *counts) in expected.items():
        one = point(thresholds, name)
        assert one["threshold"] == pytest.approx(threshold, abs=1e-6)
        assert [one[key] for key in ("tp", "fp", "fn", "tn")] == counts


def brute(x: np.ndarray, y: np.ndarray) -> float:
    pairs = [(a > b) + 0.5 * (a == b) for a, b in product(x[y == 1], x[y == 0])]
    return float(np.mean(pairs))


@pytest.mark.parametrize("seed", range(5))
def test_ties_and_every_threshold(seed: int, tmp_path: Path) -> None:
    rng = np.random.default_rng(seed)
    x, y = rng.integers(-3, 4, 60) / 2, rng.integers(0, 2, 60)
    np.save(tmp_path / "x.npy", x)
    np.save(tmp_path / "y.npy", y)
    thresholds = found(
        str(tmp_path / "x.npy"), str(tmp_path / "y.npy"), "--at", "0.25", "--at", "-1", "--cost", "fn=2,fp=3"
    )
    assert thresholds["auc"]["value"] == pytest.approx(brute(x, y), rel=1e-14)
    for name, value in (("at 0.25", 0.25), ("at -1", -1.0)):
        one = point(thresholds, name)
        assert [one[key] for key in ("tp", "fp", "fn", "tn")] == [
            int(((x >= value) & (y == 1)).sum()), int(((x >= value) & (y == 0)).sum()),
            int(((x < value) & (y == 1)).sum()), int(((x < value) & (y == 0)).sum()),
        ]  # fmt: skip
    costs = [
        2 * int(((x < t) & (y == 1)).sum()) + 3 * int(((x >= t) & (y == 0)).sum()) for t in [*np.unique(x), np.inf]
    ]
    assert point(thresholds, "least cost")["cost"] == min(costs) / 60
    assert "as it is" not in [one["name"] for one in thresholds["points"]]  # scores below 0 have no usual threshold


def test_many_scores_are_put_together_but_not_at_a_threshold(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    x = rng.random(100_000)
    y = (rng.random(100_000) < x).astype(int)
    np.save(tmp_path / "x.npy", x)
    np.save(tmp_path / "y.npy", y)
    thresholds = found(str(tmp_path / "x.npy"), str(tmp_path / "y.npy"), "--at", "0.123456789")
    order = x.argsort()
    ranks = np.empty(len(x))
    ranks[order] = np.arange(1, len(x) + 1)
    n = int(y.sum())
    exact = (ranks[y == 1].sum() - n * (n + 1) / 2) / (n * (len(x) - n))
    area = thresholds["auc"]
    assert 0 < area["bound"] < 1e-4
    assert abs(area["value"] - exact) < area["bound"]
    assert abs(area["value"] - exact) < 1e-6
    one = point(thresholds, "at 0.123456789")
    assert one["tp"] == int(((x >= 0.123456789) & (y == 1)).sum())
    best = point(thresholds, "best F1")
    assert best["tp"] == int(((x >= best["threshold"]) & (y == 1)).sum())
    args = ("thresholds", str(tmp_path / "x.npy"), str(tmp_path / "y.npy"), "-f", "json", "--jobs")
    assert losscli(*args, "2").out == losscli(*args, "1").out


def test_a_class_against_the_others() -> None:
    rows = "[[0.7,0.2,0.1],[0.1,0.8,0.1],[0.3,0.3,0.4],[0.2,0.5,0.3]]"
    assert found(rows, "0,1,1,2", "--positive", "1")["auc"]["value"] == brute(
        np.array([0.2, 0.8, 0.3, 0.5]), np.array([0, 1, 1, 0])
    )


@pytest.mark.parametrize(
    ("args", "status", "message"),
    [
        (("[[0.2,0.8,0]]", "1"), 2, "thresholds are for one score a row, and there are 3 classes"),
        (("[[0.2,0.8,0]]", "1", "--positive", "x"), 2, "--positive x: no such class"),
        (("0.2,0.4", "0,1", "--positive", "1"), 2, "--positive: there is one score a row, that of yes"),
        (("0.2,0.4", "0,1", "--cost", "fp=1,xx=3"), 2, "--cost 'fp=1,xx=3': as fp=1,fn=5"),
        (("0.2,0.4", "0,1", "--cost", "fp=1,fp=3"), 2, "each once"),
        (("0.2,0.4", "0,1", "--recall", "2"), 2, "--recall 2: above 0, and at most 1"),
        (("0.2,0.4", "0,1", "--at", "nan"), 2, "--at nan: a number"),
        (("0.2,nan", "0,1"), 3, "1 row of predictions holds NaN or infinity"),
        (("0.2,0.3", "0,0.5"), 3, "not 0 or 1"),
    ],
)
def test_what_cannot_be(args: tuple[str, ...], status: int, message: str) -> None:
    done = losscli("thresholds", *args)
    assert done.status == status
    assert message in done.err
    assert done.out == ""


@pytest.mark.parametrize("labels", ["0,0", "1,1"])
def test_one_kind_alone_has_no_curve(labels: str) -> None:
    assert found("0.2,0.4", labels)["auc"] is None


def test_what_is_not_reached_is_said() -> None:
    args = ("0.9,0.1", "0,1", "--precision", "0.9")
    for form in ("table", "csv"):
        done = losscli("thresholds", *args, "-f", form)
        assert done.err == "note: precision 0.9: no threshold reaches it\n"
    assert found(*args)["not_reached"] == ["precision 0.9"]


def test_the_table() -> None:
    done = losscli("thresholds", *FOUR, "--cost", "fp=1,fn=5")
    assert done.out.splitlines()[:11] == [
        "threshold          yes   tp   fp   fn   tn   precision   recall       F1   cost per row",
        "─" * 87,
        "as it is     above 0.5    1    0    1    2      1           0.5   0.6667           1.25",
        "best F1      from 0.35    2    1    0    1      0.6667      1     0.8              0.25",
        "least cost   from 0.35    2    1    0    1      0.6667      1     0.8              0.25",
        "thresholds chosen on these rows look better here than on new data: check them on other rows",
        "",
        "curves",
        "─" * 92,
        "auc                 0.75        95% interval 0.06932 … 0.9918 (DeLong)",
        "average precision   0.8333333   area under the precision-recall curve",
    ]


@pytest.mark.parametrize(
    ("names", "words"),
    [("p_1,p_0", "10"), ("positive,negative", "10"), ("yes,no", ("yes", "no")), ("dog,cat", ("dog", "cat"))],
)
def test_yes_is_the_class_that_means_1(names: str, words: tuple[str, str], tmp_path: Path) -> None:
    rows = ((1, 0.9), (0, 0.4), (1, 0.3), (0, 0.8), (0, 0.1))
    path = tmp_path / "a.csv"
    path.write_text(f"label,{names}\n" + "".join(f"{words[1 - y]},{p},{1 - p:.1f}\n" for y, p in rows))
    asked = ("--positive", "dog") if "dog" in words else ()
    document = json.loads(losscli("thresholds", str(path), "--at", "0.35", *asked, "-f", "json").out)
    found = next(one for one in document["thresholds"]["points"] if one["threshold"] == 0.35)
    assert [found[name] for name in ("tp", "fp", "fn", "tn")] == [1, 2, 1, 1]
    note = "note: positive class: cat; the second column; --positive names another\n"
    assert losscli("thresholds", str(path)).err == (note if asked else "")
