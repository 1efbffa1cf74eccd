"""Do weights mean to ``calibrate`` and ``thresholds`` what so many equal rows do, exactly, however rows are cut?"""

from __future__ import annotations

import json
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import losscli as library
from losscli.core.counts.exact_weights import parts_of, together
from tests.support.shell import losscli

if TYPE_CHECKING:
    from pathlib import Path

RNG = np.random.default_rng(14)
P = np.round(RNG.random(200), 2)
Y = (RNG.random(200) < P**1.5).astype(int)
TIMES = RNG.integers(0, 4, 200)
ROWS = np.repeat(np.arange(200), TIMES)


def calibrated(p: Any, y: Any, w: Any = None, **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = library.calibrate(p, y, sample_weight=w, **more).to_dict()["calibration"]
    return found


def counted(p: Any, y: Any, w: Any = None) -> dict[str, Any]:
    found: dict[str, Any] = library.thresholds(p, y, sample_weight=w, cost={"fp": 1, "fn": 5}, recall=0.9).to_dict()
    thresholds: dict[str, Any] = found["thresholds"]
    return thresholds


NUMBERS = ("forecast", "happened", "ece", "max_gap", "smooth_ece")


def test_whole_weights_are_so_many_rows() -> None:
    one, many = calibrated(P, Y, TIMES.astype(float)), calibrated(P[ROWS], Y[ROWS])
    for name in NUMBERS:
        assert one[name] == pytest.approx(many[name], rel=1e-12), name
    for name in ("brier", "log"):
        assert one[name] == pytest.approx(many[name], rel=1e-10)
    assert one["temperature"] == pytest.approx(many["temperature"], rel=1e-9)
    assert (one["rows"], one["weight"]) == (np.count_nonzero(TIMES), len(ROWS)) or one["weight"] == len(ROWS)
    for mine, theirs in zip(one["bins"], many["bins"], strict=True):
        assert mine["happened"] == pytest.approx(theirs["happened"], rel=1e-12)
        assert mine["forecast"] == pytest.approx(theirs["forecast"], rel=1e-12)
        assert mine["low"] <= theirs["low"]  # unequal weights tell less than as many rows (Kish)


def test_thresholds_of_whole_weights_are_those_of_so_many_rows() -> None:
    one, many = counted(P, Y, TIMES.astype(float)), counted(P[ROWS], Y[ROWS])
    assert one["auc"]["value"] == pytest.approx(many["auc"]["value"], rel=1e-12)
    assert one["auc"]["se"] is None
    assert one["average_precision"] == pytest.approx(many["average_precision"], rel=1e-12)
    for mine, theirs in zip(one["points"], many["points"], strict=True):
        assert [mine[name] for name in ("name", "threshold", "tp", "fp", "fn", "tn")] == [
            theirs[name] for name in ("name", "threshold", "tp", "fp", "fn", "tn")
        ]
        assert mine["cost"] == pytest.approx(theirs["cost"], rel=1e-12)


def test_weights_of_1_change_nothing() -> None:
    one, plain = calibrated(P, Y, np.ones(200)), calibrated(P, Y)
    assert one.pop("weight") == 200
    assert one["bins"] == plain["bins"]
    assert {name: one[name] for name in NUMBERS} == {name: plain[name] for name in NUMBERS}
    assert one["temperature"] == plain["temperature"]


def test_only_ratios_of_weights_matter() -> None:
    w = RNG.random(200) + 0.1
    one, two = calibrated(P, Y, w), calibrated(P, Y, w * 2.0**20)
    assert (one.pop("weight") * 2**20, one) == (two.pop("weight"), two)


def test_classes_have_weights_too() -> None:
    p = RNG.dirichlet((1, 1, 1), 60)
    y, w = RNG.integers(0, 3, 60), RNG.integers(1, 4, 60)
    rows = np.repeat(np.arange(60), w)
    one, many = calibrated(p, y, w.astype(float), each_class=True), calibrated(p[rows], y[rows], each_class=True)
    assert one["ece"] == pytest.approx(many["ece"], rel=1e-12)
    for mine, theirs in zip(one["classes"], many["classes"], strict=True):
        assert mine["ece"] == pytest.approx(theirs["ece"], rel=1e-12)
        assert mine["brier"] == pytest.approx(theirs["brier"], rel=1e-10)


@pytest.mark.long
@pytest.mark.parametrize("command", ["calibrate", "thresholds"])
def test_the_document_is_the_same_for_any_number_of_processes(command: str, tmp_path: Path) -> None:
    rng = np.random.default_rng(8)
    p, w = rng.random(90_000), rng.lognormal(0, 3, 90_000)
    y = (rng.random(90_000) < p).astype(int)
    rows = (f"{a!r},{b},{c!r}\n" for a, b, c in zip(p.tolist(), y.tolist(), w.tolist(), strict=True))
    (tmp_path / "t.csv").write_text("p,y,w\n" + "".join(rows))
    args = (command, str(tmp_path / "t.csv"), "-p", "p", "--label", "y", "--sample-weight", "w", "-f", "json", "--jobs")
    first = losscli(*args, "1").out
    assert json.loads(first)
    assert {losscli(*args, jobs).out for jobs in ("2", "7")} == {first}


def test_weights_are_added_without_rounding() -> None:
    w = np.concatenate([RNG.lognormal(0, 5, 1000), [1e-9, 1e9, 0.1]])
    w = w[(w >= 1e-9) & (w <= 1e9)]
    assert together(parts_of(w)).tolist() == w.tolist()
    assert together(parts_of(w).sum(axis=0)[None]).tolist() == [float(sum(map(Fraction, w.tolist())))]


def test_what_weighs_nothing_is_not_there() -> None:
    assert calibrated([0.2, 0.8, 0.5], [0, 1, 1], [1, 1, 0])["bins"] == calibrated([0.2, 0.8], [0, 1])["bins"]


def test_the_table_shows_weights() -> None:
    done = losscli("thresholds", ".1,.4,.35,.8", "0,0,1,1", "--sample-weight", "1,0.5,1,2")
    assert done.err == ""
    assert "0.6666667   3 of 4.5 are yes; average precision of random scores" in done.out
    assert "no interval: rows have weights" in done.out
