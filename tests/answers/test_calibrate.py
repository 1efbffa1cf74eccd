"""Does ``calibrate`` give the right numbers, and show them?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from losscli.answers.calibrate.decomposition import pooled
from losscli.answers.calibrate.smooth_error import Smoothed
from tests.support.documents import ROOT
from tests.support.shell import losscli

if TYPE_CHECKING:
    from pathlib import Path

CANCER = str(ROOT / "examples" / "breast_cancer.csv")
DIGITS = str(ROOT / "examples" / "digits.csv")


def calibrated(*args: str) -> dict[str, Any]:
    done = losscli("calibrate", *args, "-f", "json")
    assert done.status == 0, done.err
    found: dict[str, Any] = json.loads(done.out)["calibration"]
    return found


def test_the_temperature_by_hand() -> None:
    data = ("[[1,-1],[1,-1],[1,-1],[1,-1]]", "0,0,0,1", "--from-logits")
    found = calibrated(*data)["temperature"]
    assert found["value"] == pytest.approx(1.8204784532536746, rel=1e-12)  # 2 / ln 3
    assert found["loss"] == pytest.approx(0.5623351446188083, rel=1e-12)
    assert json.loads(losscli("ce", *data, "-f", "json").out)["value"] == pytest.approx(0.6269280110429726, rel=1e-14)
    cooled = losscli("ce", *data, "--temperature", repr(found["value"]), "-q")
    assert float(cooled.out) == pytest.approx(found["loss"], rel=1e-12)


def test_the_parts_of_the_scores_by_hand() -> None:
    """Isotonic regression of 0, 1, 1, 1 on .2, .2, .8, .8 is 1/2, 1/2, 1, 1."""
    found = calibrated(".2,.2,.8,.8", "0,1,1,1")
    brier, log = found["brier"], found["log"]
    names = ("score", "miscalibration", "discrimination", "uncertainty")
    assert [brier[name] for name in names] == pytest.approx([0.19, 0.065, 0.0625, 0.1875], rel=1e-12)
    assert log["score"] == pytest.approx(0.5697171415941824, rel=1e-12)
    assert log["recalibrated"] == pytest.approx(0.34657359027997264, rel=1e-12)


def test_the_errors_by_hand() -> None:
    found = calibrated(".5,.5,.5,.5", "1,1,1,0")
    assert found["smooth_ece"] == pytest.approx(0.25, rel=1e-9)
    assert found["l2_debiased_squared"] == pytest.approx(0.0625 - 0.1875 / 3, abs=1e-15)
    assert (found["ece"], found["max_gap"]) == (0.25, 0.25)
    [one] = found["bins"]
    assert (one["above"], one["upto"], one["rows"], one["forecast"], one["happened"]) == (0.4, 0.5, 4, 0.5, 0.75)
    for width in (0.01, 0.1, 1.0):  # one gap, however it is smoothed
        assert Smoothed(np.array([0.5]), np.array([0.25])).error(width) == pytest.approx(0.25, rel=1e-9)


def test_smoothing_is_reflected_gaussians() -> None:
    """Against the direct sum, ends of the range included, where a mesh may count too much."""
    rng = np.random.default_rng(4)
    p = np.concatenate([rng.random(200) ** 4, 1 - rng.random(200) ** 4, [0.0, 1.0]]).round(3)
    y = rng.random(len(p)) < 0.5 * p + 0.25
    residual = (y - p) / len(p)
    mesh = np.linspace(0, 1, 20001)

    def direct(width: float) -> float:
        total = np.zeros_like(mesh)
        for center, mass in zip(p, residual, strict=True):
            for image in (center, -center, 2 - center, center - 2, 2 + center):
                total += mass * np.exp(-0.5 * ((mesh - image) / width) ** 2) / (width * np.sqrt(2 * np.pi))
        return float(np.trapezoid(np.abs(total), mesh))

    smooth = Smoothed(p, residual)
    for width in (0.02, 0.1, 0.3):
        assert smooth.error(width) == pytest.approx(direct(width), rel=1e-3)


def test_the_examples() -> None:
    """Numbers of a prototype in NumPy and SciPy, apart from this code."""
    found = calibrated(CANCER)
    assert found["temperature"]["value"] == pytest.approx(0.4147567, rel=1e-6)
    assert found["temperature"]["loss"] == pytest.approx(0.1143278, rel=1e-6)
    assert found["brier"]["score"] == pytest.approx(0.04376642, rel=1e-6)
    assert found["brier"]["miscalibration"] == pytest.approx(0.02285022, rel=1e-6)
    assert found["brier"]["discrimination"] == pytest.approx(0.2128488, rel=1e-6)
    assert found["ece"] == pytest.approx(0.1044363, rel=1e-6)
    assert found["l2_debiased"] == pytest.approx(0.131374, rel=1e-5)
    assert found["smooth_ece"] == pytest.approx(0.09426277, rel=5e-4)
    assert found["bins"][0]["high"] == pytest.approx(0.0269, abs=1e-4)
    assert [one["verdict"] for one in found["bins"]][4:] == ["too low"] * 5 + [""]


def test_the_error_is_that_of_the_loss() -> None:
    for file in (CANCER, DIGITS):
        found = calibrated(file, "--n-bins", "15", "--like", "exact")
        assert found["ece"] == pytest.approx(float(losscli("ece", file, "-q").out), rel=1e-12)


def test_a_class_is_a_forecast_of_its_own() -> None:
    data = "[[0.7,0.2,0.1],[0.1,0.8,0.1],[0.3,0.3,0.4],[0.2,0.5,0.3]]", "0,1,1,2"
    for at, one in enumerate(calibrated(*data, "--each-class", "--n-bins", "4")["classes"]):
        p = ",".join(str(row[at]) for row in json.loads(data[0]))
        y = ",".join(str(int(label == str(at))) for label in data[1].split(","))
        alone = calibrated(p, y, "--n-bins", "4")
        assert [each["rows"] for each in one["bins"]] == [each["rows"] for each in alone["bins"]]
        assert one["brier"] == pytest.approx(alone["brier"], rel=1e-6)
        assert one["event"] == str(at)


@pytest.mark.long
@pytest.mark.parametrize("jobs", ["1", "2", "3"])
def test_the_document_is_the_same_for_any_number_of_processes(tmp_path: Path, jobs: str) -> None:
    rng = np.random.default_rng(8)
    p = rng.random((60_000, 2))
    np.save(tmp_path / "p.npy", p / p.sum(axis=1, keepdims=True))
    np.save(tmp_path / "y.npy", (rng.random(60_000) < 0.4).astype(int))
    args = ("calibrate", str(tmp_path / "p.npy"), str(tmp_path / "y.npy"), "--each-class", "-f", "json", "--jobs")
    assert losscli(*args, jobs).out == losscli(*args, "1").out


def test_the_table() -> None:
    done = losscli("calibrate", ".2,.2,.8,.8", "0,1,1,1", "--n-bins", "4")
    assert done.out.splitlines()[:13] == [
        "        p   rows   forecast   observed    95% interval      0        0.5        1",
        "─" * 81,
        "0 to 0.25      2        0.2        0.5   0.095 … 0.905        ──│─────●────────",
        "0.75 to 1      2        0.8        1     0.342 … 1.000             ─────────│───●",
        "event: yes; mean forecast 0.5, observed 0.75, 4 rows",
        "● observed, ─ its interval, │ mean forecast: calibrated where │ is within ─",
        "",
        "calibration",
        "─" * 78,
        "mean               0.5697171   binary-cross-entropy in nats, of 4",
        "with temperature   0.5623351   --temperature 1.261859507, fitted on these rows",
        "brier              0.19        0.065 - 0.0625 + 0.1875",
        "log score          0.5697171   0.2231 - 0.2158 + 0.5623",
    ]


def test_rows_are_written_too() -> None:
    lines = losscli("calibrate", ".2,.2,.8,.8", "0,1,1,1", "-f", "csv").out.splitlines()
    assert lines[0] == "event,above,upto,rows,forecast,happened,low,high,verdict"
    assert lines[1].startswith("yes,0.1,0.2,2,0.2,0.5,")


@pytest.mark.parametrize(
    ("args", "status", "message"),
    [
        (("1,2,3", "1.5,2,3"), 3, "the labels are values: a calibration needs probabilities or logits, and outcomes"),
        (("0.2,0.4", "0.3,1"), 3, "soft labels are not outcomes; classes, or 0 and 1, are needed"),
        (("[[0.2,0.8]]", "[[0.3,0.7]]"), 3, "soft labels are not outcomes; classes, or 0 and 1, are needed"),
        (("0.2,0.4", "0,1", "--ci", "200"), 2, "--ci '200': a confidence level is"),
        (("0.2,0.4", "0,1", "--temperature", "0"), 2, "--temperature 0: a number above 0"),
        (
            ("0.2,0.4", "0,1", "--sample-weight", "1,1e-10"),
            3,
            "a weight of 1e-10: calibration and thresholds take 0, and",
        ),
        (("0.2,0.4", "0,1", "--sample-weight", "0,0"), 3, "there are no rows, or all their weights are 0"),
        (("0.2,0.4", "0,1", "--class-weight", "1,2"), 2, "No such option"),
        (("[[0,0,0],[0,1,0]]", "0,1"), 3, "all probabilities of a row are 0: divided by their sum, 0 / 0, they"),
        (("[[1,0,0],[0,0,0]]", "0,1"), 3, "  at   PREDICTIONS, row 2\n"),
        (("0.2,1.4", "0,1"), 3, "1 row holds values outside [0, 1]: they are not probabilities"),
    ],
)
def test_what_cannot_be(args: tuple[str, ...], status: int, message: str) -> None:
    done = losscli("calibrate", *args)
    assert done.status == status
    assert message in done.err
    assert done.out == ""


class TestTemperature:
    @pytest.mark.parametrize(
        ("loss", "logits", "labels"), [("ce", "[[1,2,-1],[0.5,0,3]]", "0,2"), ("bce", "1,-2,0.5", "1,1,0")]
    )
    def test_is_the_same_for_logits_probabilities_and_their_logarithms(
        self, loss: str, logits: str, labels: str, tmp_path: Path
    ) -> None:
        z = np.array(json.loads(logits if logits.startswith("[") else f"[{logits}]"), float)
        p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True) if z.ndim > 1 else 1 / (1 + np.exp(-z))
        for name, array in (("z", z), ("p", p), ("log", np.log(p))):
            np.save(tmp_path / f"{name}.npy", array)
        asked = ("--temperature", "2.5", "--like", "exact", "-q")
        plain = losscli(loss, str(tmp_path / "z.npy"), labels, *asked, "--from-logits")
        np.save(tmp_path / "half.npy", z / 2.5)
        wanted = float(losscli(loss, str(tmp_path / "half.npy"), labels, "--from-logits", "-q").out)
        assert float(plain.out) == pytest.approx(wanted, rel=1e-15)
        assert float(losscli(loss, str(tmp_path / "p.npy"), labels, *asked).out) == pytest.approx(wanted, rel=1e-12)
        logs = losscli(loss, str(tmp_path / "log.npy"), labels, *asked, "--from-log-probs")
        assert float(logs.out) == pytest.approx(wanted, rel=1e-12)

    def test_is_in_the_signature_and_comes_back(self) -> None:
        first = json.loads(losscli("ce", "[[1,2]]", "0", "--from-logits", "--temperature", "1.5", "-f", "json").out)
        assert "|logits,temperature=1.5|" in first["signature"]
        again = json.loads(losscli(first["signature"], "[[1,2]]", "0", "-f", "json").out)
        assert again["value"] == first["value"]
        assert again["signature"] == first["signature"]


@pytest.mark.parametrize("scale", [1, 10**8, 10**11])
def test_pools_are_those_of_isotonic_regression_one_by_one(scale: int) -> None:
    rng = np.random.default_rng(3)
    for n in (1, 2, 5, 40, 300):
        yes, no = rng.integers(0, 3, (2, n)) * scale
        no = no + scale * ((yes + no) == 0)
        stack: list[tuple[int, int]] = []
        for pool in zip(yes.tolist(), no.tolist(), strict=True):
            stack.append(pool)
            while len(stack) > 1 and stack[-2][0] * stack[-1][1] >= stack[-1][0] * stack[-2][1]:
                a, b = stack.pop()
                stack[-1] = (stack[-1][0] + a, stack[-1][1] + b)
        assert pooled(yes, no).tolist() == [[float(a), float(b)] for a, b in stack]
