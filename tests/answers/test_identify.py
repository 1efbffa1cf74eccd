"""Does ``losscli identify`` name what gives a number, and does the command it prints give it?"""

from __future__ import annotations

import csv
import io
import json
import math
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from losscli.answers.identify import given_rows
from losscli.answers.identify.mistakes import Tail
from losscli.answers.identify.written_number import Fit, WrittenNumber
from losscli.cli.commands import identify_command as command
from losscli.errors import UsageError
from losscli.losses import LOSSES
from losscli.losses.vocabulary import Takes
from tests.support import documents
from tests.support.documents import ROOT
from tests.support.shell import Result, losscli

if TYPE_CHECKING:
    from pathlib import Path

DIGITS = str(ROOT / "examples" / "digits.csv")
# The data of the documentation of keras.losses.CategoricalCrossentropy; its numbers are printed there.
KERAS = "[[0.05,0.95,0],[0.1,0.8,0.1]]"
WEIGHTS = "0.3,0.7"


def answers(*args: str, stdin: bytes | str = b"") -> list[dict[str, Any]]:
    """What ``identify`` finds, the likeliest first."""
    done = losscli("identify", *args, "-f", "json", "-n", "40", stdin=stdin)
    assert done.status in (0, 1), done.err
    found: list[dict[str, Any]] = json.loads(done.out)["answers"]
    assert bool(found) == (done.status == 0)
    return found


def value(*args: str) -> str:
    """What a command prints with ``-q``, all digits."""
    done = losscli(*args, "-q")
    assert done.status == 0, done.err
    return done.out.strip()


@pytest.fixture
def no_stdin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "piped", lambda: False)


# Numbers without data


@pytest.mark.usefixtures("no_stdin")
class TestFingerprints:
    @pytest.mark.parametrize(
        ("typed", "classes"),
        [("0.6931", 2), ("1.0986", 3), ("1.3863", 4), ("2.3026", 10), ("4.6052", 100), ("6.9078", 1000)],
    )
    def test_a_guess_among_classes(self, typed: str, classes: int) -> None:
        first = answers("--value", typed)[0]
        assert first["cause"].startswith(f"ln {classes:,}: {classes:,} equally likely classes")
        assert first["value"] == math.log(classes)

    @pytest.mark.parametrize(("typed", "score"), [("0.25", "the Brier score"), ("0.5", "the AUC"), ("0.250", "the Br")])
    def test_a_coin(self, typed: str, score: str) -> None:
        first = answers("--value", typed)[0]
        assert first["cause"].startswith(score)
        assert first["value"] == float(typed)

    @pytest.mark.parametrize(
        ("typed", "classes"),
        [
            ("0.3133", 2),
            ("0.5514", 3),
            ("0.7437", 4),
            ("0.9048", 5),
            ("1.4612", 10),
            ("2.3575", 27),
            ("3.6222", 100),
            ("5.9095", 1000),
        ],
    )
    def test_the_floor_of_double_softmax(self, typed: str, classes: int) -> None:
        first = answers("--value", typed)[0]
        assert first["cause"].startswith(f"the floor of double softmax with {classes:,} classes")
        # by hand: the softmax of a 1 among zeros is e / (e + C - 1)
        assert first["value"] == pytest.approx(-math.log(math.e / (math.e + classes - 1)), rel=1e-14)

    @pytest.mark.parametrize(
        ("typed", "cause"),
        [
            ("16.118", "the clip of keras, tf: "),
            ("15.942", "the clip of keras in float32: probability 1, label 0"),
            ("15.425", "the clip of keras==2.4-2.15, tf==2.0-2.15: "),
            ("15.333", "the clip of keras==2.4-2.15, tf==2.0-2.15 in float32: probability 1, label 0"),
            ("27.631", "the clip of torch==0.4.1-1.4"),
            ("100.0", "the clip of torch: "),
            ("34.539", "the clip of lightgbm: the truth has probability 0"),
            ("36.841", "the clip of xgboost: the truth has probability 0"),
            ("34.5396", "the clip of kaggle, sklearn==0.14-1.1 in float64: probability 1, label 0"),
            ("36.044", "the clip of sklearn, sklearn==1.2-1.4 in float64: "),
            ("13.816", "-ln 1e-06: "),
            ("18.421", "-ln 1e-08: "),
            ("23.026", "-ln 1e-10: "),
        ],
    )
    def test_a_clip(self, typed: str, cause: str) -> None:
        assert answers("--value", typed)[0]["cause"].startswith(cause)

    @pytest.mark.parametrize(
        ("typed", "cause"),
        [
            ("3.9856", "1 of 4 rows completely wrong: 1/4 of 15.9"),
            ("8.6347", "1 of 4 rows completely wrong: 1/4 of 34.5"),
        ],
    )
    def test_some_rows_at_the_clip(self, typed: str, cause: str) -> None:
        assert answers("--value", typed)[0]["cause"].startswith(cause)
        assert answers("--value", typed, "--samples", "4")[0]["cause"].startswith(cause)

    def test_samples_say_how_many_rows_there_were(self) -> None:
        typed = f"{37 / 500 * 16.11809565095832:.6f}"
        assert answers("--value", typed, "--samples", "500")[0]["cause"].startswith("37 of 500 rows completely wrong")
        assert not any(
            "rows completely wrong" in one["cause"] for one in answers("--value", "2.3026", "--samples", "11")
        )

    def test_classes_say_how_many_there_were(self) -> None:
        assert answers("--value", "3.6109", "--classes", "37")[0]["cause"].startswith("ln 37: ")
        assert answers("--value", "0.6931", "--classes", "3")[:1] != answers("--value", "0.6931")[:1]

    def test_a_number_in_the_band_of_double_softmax(self) -> None:
        [band] = [one for one in answers("--value", "1.7", "--classes", "10") if "band" in one["cause"]]
        assert "1.4612 to 2.4612" in band["cause"]
        assert not any("band" in one["cause"] for one in answers("--value", "2.5", "--classes", "10"))

    @pytest.mark.long
    @pytest.mark.parametrize(
        ("typed", "cause"),
        [
            ("1.177", "cross-entropy of probabilities, mean over N = 2"),
            ("2.354", "cross-entropy of probabilities, sum"),
            ("0.814", "cross-entropy of probabilities, weighted sum divided by N = 2"),
            ("1.627", "cross-entropy of probabilities, weighted sum divided by sum(w) = 1"),
            ("0.9869", "cross-entropy with softmax applied to probabilities (from logits), mean over N = 2"),
        ],
    )
    def test_numbers_of_the_documentation(self, typed: str, cause: str) -> None:
        first = answers("--value", typed)[0]
        assert first["cause"].startswith(cause)
        assert first["cause"].endswith("on the data of Keras 3.15 documentation of CategoricalCrossentropy")
        assert float(value(*shlex.split(first["command"])[1:])) == first["value"]

    def test_a_number_that_nothing_gives(self) -> None:
        done = losscli("identify", "--value", "0.123456789")
        assert (done.status, done.err) == (1, "")
        assert "nothing that losscli knows gives this number" in done.out


# Numbers with their data


@pytest.mark.parametrize("labels", ["1,2", "[[0,1,0],[0,0,1]]"])
@pytest.mark.parametrize(
    ("typed", "weights", "cause", "name"),
    [
        ("1.177", None, "cross-entropy of probabilities, mean over N = 2", "keras"),
        ("2.354", None, "cross-entropy of probabilities, sum", "keras"),
        ("0.814", WEIGHTS, "cross-entropy of probabilities, weighted sum divided by N = 2", "keras"),
        ("1.627", WEIGHTS, "cross-entropy of probabilities, weighted sum divided by sum(w) = 1", "sklearn"),
        (
            "0.9869",
            None,
            "cross-entropy with softmax applied to probabilities (from logits), mean over N = 2",
            "torch.nn.CrossEntropyLoss",
        ),
    ],
)
def test_numbers_of_the_documentation(labels: str, typed: str, weights: str | None, cause: str, name: str) -> None:
    given = [] if weights is None else ["--sample-weight", weights]
    first = answers(KERAS, labels, *given, "--value", typed)[0]
    assert first["cause"].startswith(cause)
    assert name in first["conventions"]


COMPARED = json.loads(losscli("ce", DIGITS, "--compare", "-f", "json").out)["compare"]


@pytest.mark.long
@pytest.mark.parametrize("row", COMPARED, ids=lambda row: row["convention"])
def test_each_convention_is_told_by_all_its_digits(row: dict[str, Any]) -> None:
    found = answers(DIGITS, "--value", repr(row["value"]))
    [first, *_] = found
    assert first["value"] == row["value"]
    names = {name.split("(")[0] for name in row["calls"]} | set(row["convention"].split(", "))
    assert names & set(first["conventions"])


CASES = [
    (KERAS, "1,2", "--value", "1.177"),
    (KERAS, "1,2", "--sample-weight", WEIGHTS, "--value", "0.814"),
    (KERAS, "[[0,1,0],[0,0,1]]", "--sample-weight", WEIGHTS, "--value", "1.627"),
    (KERAS, "2,3", "--value", "1.177"),
    ("0.2,0.9,0.6", "0,1,1", "--value", "0.2798"),
    ("-1.5,2.25,0.5", "0,1,1", "--value", "0.26"),
    ("2.5,0,2,8", "3,-0.5,2,7", "--value", "0.375"),
    ("2.5,0,2,8", "3,-0.5,2,7", "--value", "0.5"),
    ("[[0.9,0.2],[0.4,0.6]]", "[[1,0],[1,1]]", "--value", "0.4"),
    ("[[0.2,0.5,0.3]]", "[[0.1,0.6,0.3]]", "--value", "0.9"),
    (DIGITS, "--value", "0.18"),
    (DIGITS, "--value", "1.55"),
]


@pytest.mark.long
@pytest.mark.parametrize("case", CASES, ids=" ".join)
def test_each_command_prints_the_number(case: tuple[str, ...]) -> None:
    found = answers(*case)
    assert any(one["command"] for one in found)
    for one in found:
        if one["command"] is None:
            assert "labels made one-hot" in one["cause"] or "means of batches" in one["cause"]
            continue
        tolerance = 1e-7 if "in float32" in one["cause"] else 1e-15
        assert printed(one["command"]) == pytest.approx(one["value"], rel=tolerance, abs=0.0), one["command"]


def printed(command: str) -> float:
    """What a command prints, and awk makes of it."""
    typed, _, script = command.partition(" | awk ")
    number = float(value(*(word for word in shlex.split(typed)[1:] if word != "-q")))
    if not script:
        return number
    formula = (
        shlex.split(script)[0].partition(", ")[2].removesuffix(" }").replace("^", "**").replace("$1", repr(number))
    )
    return float(eval(formula, {"exp": math.exp, "log": math.log, "sqrt": math.sqrt}))


def test_awk_reads_a_formula_so() -> None:
    one = next(one for one in answers(KERAS, "1,2", "--value", "2.353878387381595936") if "doubled" in one["cause"])
    assert float(documents.run(one["command"]).stdout) == printed(one["command"])


@pytest.mark.long
@pytest.mark.parametrize(
    "loss",
    [
        loss
        for loss in LOSSES
        if not loss.extras and loss.takes is not Takes.ANCHOR and any(not one.options for one in loss.examples)
    ],
    ids=lambda loss: loss.name,
)
def test_each_loss_is_found(loss: Any) -> None:
    example = next(one for one in loss.examples if not one.options)
    labels = [example.labels] if example.labels else []
    assert loss.name in {
        one["loss"] for one in answers(example.predictions, *labels, "--value", repr(example.value))
    } or math.isclose(example.value, 0.0)


# Slips


def seeded(tmp_path: Path, rows: int = 100) -> tuple[str, str]:
    """Three classes, seed 5, rows of probabilities."""
    rng = np.random.default_rng(5)
    np.save(tmp_path / "x.npy", rng.dirichlet(np.ones(3), rows))
    np.save(tmp_path / "y.npy", rng.integers(0, 3, rows))
    return str(tmp_path / "x.npy"), str(tmp_path / "y.npy")


@pytest.mark.long
@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda mean: mean / math.log(2.0), "in bits (divided by ln 2)"),
        (lambda mean: mean * math.log(2.0), "bits taken for nats (times ln 2)"),
        (lambda mean: mean / 3, "averaged over the 3 columns, too (divided by 3)"),
        (lambda mean: mean * 3, "summed over the 3 columns (times 3)"),
        (lambda mean: mean * 100, "sum"),
        (lambda mean: mean / math.log(10.0), "to the base 10 (divided by ln 10)"),
        (lambda mean: math.exp(-mean), "the geometric mean of the probabilities (exp of minus it)"),
        (lambda mean: mean * 4, "times 4 (added up over 4 steps)"),
        (lambda mean: mean / 8, "divided by 8 (for 8 steps of accumulation)"),
        (lambda mean: mean / 2, "halved"),
        (lambda mean: mean * 2, "doubled"),
        (lambda mean: -mean, "with its sign flipped"),
        (math.exp, "perplexity (exp of it)"),
        (lambda mean: 2.0**mean, "perplexity of nats taken for bits (2 to the power of it)"),
    ],
)
def test_a_slip_of_unit_or_divisor(tmp_path: Path, make: Any, says: str) -> None:
    x, y = seeded(tmp_path)
    mean = float(value("ce", x, y))
    first = answers(x, y, f"--value={make(mean):.9g}")[0]
    assert first["loss"] == "cross-entropy"
    assert says in first["cause"]
    assert first["before_slip"] == pytest.approx(mean * 100 if says == "sum" else mean, rel=1e-12)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda total: total / math.log(2.0), "in bits (divided by ln 2)"),
        (lambda total: -total, "with its sign flipped"),
        (lambda total: 2 * total, "doubled (a deviance)"),
        (lambda total: total / 99, "divided by N - 1 = 99"),
        (lambda total: total / 101, "divided by N + 1 = 101"),
        (lambda total: math.exp(-total), "the likelihood (exp of minus it)"),
    ],
)
def test_a_slip_of_the_sum(tmp_path: Path, make: Any, says: str) -> None:
    x, y = seeded(tmp_path)
    total = float(value("ce", x, y, "-r", "sum"))
    found = answers(x, y, f"--value={make(total):.9g}")
    assert any(says in one["cause"] and one["before_slip"] == pytest.approx(total) for one in found[:3])


@pytest.mark.parametrize("size", [pytest.param(8, marks=pytest.mark.long), 32, 64])
def test_the_mean_of_batch_means(tmp_path: Path, size: int) -> None:
    x, y = seeded(tmp_path)
    each = np.array(json.loads(losscli("ce", x, y, "-f", "json").out)["per_sample"])
    mean = np.mean([part.mean() for part in np.split(each, range(size, 100, size))])
    first = answers(x, y, "--value", f"{mean:.8g}")[0]
    assert f"as the mean of the means of batches of {size} (the last has {100 % size})" in first["cause"]


def test_only_the_last_losses_are_kept_for_it() -> None:
    losses = np.random.default_rng(1).exponential(size=5003)
    tail = Tail()
    for part in np.split(losses, [1, 700, 2049, 2050, 4999]):
        tail.add(part)
    assert tail.count == 5003
    assert len(tail._last) <= 1024
    found = {slip.words: slip.value for slip in tail.means(float(losses.sum()))}
    for size in (8, 32, 1000, 1024):
        expected = np.mean([part.mean() for part in np.split(losses, range(size, 5003, size))])
        words = f"as the mean of the means of batches of {size} (the last has {5003 % size})"
        assert found[words] == pytest.approx(expected, rel=1e-12)


@pytest.mark.long
@pytest.mark.parametrize(
    ("printed", "says"),
    [
        (("ce", "XY", "--label-smoothing", "0.1"), "cross-entropy of probabilities, label smoothing 0.1, mean"),
        (("ce", "XY", "--from-logits", "--label-smoothing", "0.1"), "label smoothing 0.1, mean"),
        (("focal", "XY", "--gamma", "5"), "focal of probabilities, gamma 5, mean"),
        (("focal", "XY", "--alpha", "1"), "focal of probabilities, alpha 1, mean"),
        (("ece", "XY"), "calibration-error"),
        (("accuracy", "XY"), "accuracy, mean"),
    ],
)
def test_usual_parameters_and_scores(tmp_path: Path, printed: tuple[str, ...], says: str) -> None:
    x, y = seeded(tmp_path)
    name, _, *options = printed
    assert says in answers(x, y, "--value", value(name, x, y, *options))[0]["cause"]


@pytest.mark.long
@pytest.mark.parametrize(
    ("printed", "says"),
    [
        (("rmse",), "root-mean-squared-error"),
        (("half-squared-error",), "half-squared-error, mean"),
        (("mape",), "mean-absolute-percentage-error, mean"),
        (("huber", "--delta", "2"), "huber, delta 2, mean"),
        # smooth-l1 is huber / delta
        (("smooth-l1", "--beta", "0.5"), "smooth-l1, beta 0.5, mean"),
        (("r2",), "r2-score"),
        (("mae", "-r", "sum"), "mean-absolute-error, sum"),
    ],
)
def test_regression(printed: tuple[str, ...], says: str) -> None:
    x, y = "2.5,0.25,2,8.125,-4", "3,-0.5,2.0625,7,1.5"
    name, *options = printed
    assert answers(x, y, "--value", value(name, x, y, *options))[0]["cause"].startswith(says)


def test_a_percentage_as_a_fraction() -> None:
    first = answers("2,3", "4,4", "--value", "0.375")[0]  # by hand: (2/4 + 1/4) / 2
    assert first["loss"] == "mean-absolute-percentage-error"
    assert "sklearn.metrics.mean_absolute_percentage_error" in first["conventions"]


def test_labels_that_count_from_1() -> None:
    first = answers(KERAS, "2,3", "--value", "1.1769")[0]
    assert first["cause"].startswith("cross-entropy of probabilities, labels counted from 1, mean")
    assert "--label-base 1" in first["command"]


@pytest.mark.long
@pytest.mark.parametrize(("shift", "says"), [(1, "after"), (-1, "before")])
@pytest.mark.parametrize("loss", ["ce", "mae"])
def test_labels_shifted_by_a_row(shift: int, says: str, loss: str, tmp_path: Path) -> None:
    x, y = np.array([0.913, 0.227, 0.434, 0.719, 0.461, 0.387]), np.array([0, 1, 1, 0, 1, 0])
    paired, labels = (x[:-1], y[1:]) if shift > 0 else (x[1:], y[:-1])
    table = "p_0,p_1,label\n" if loss == "ce" else "pred,label\n"
    rows = [f"{1 - p:g},{p:g},{t}" if loss == "ce" else f"{p:g},{t}.25" for p, t in zip(x.tolist(), y, strict=True)]
    (tmp_path / "t.csv").write_text(table + "\n".join(rows))
    each = -np.log(np.where(labels == 1, paired, 1 - paired)) if loss == "ce" else np.abs(paired - labels - 0.25)
    first = answers(str(tmp_path / "t.csv"), "--value", repr(float(each.mean())))[0]
    assert f"each prediction for the label {says} its own" in first["cause"]
    if loss == "ce" and shift > 0:
        assert first["command"].endswith("--shift 1")
        assert float(value(*shlex.split(first["command"])[1:])) == pytest.approx(each.mean(), rel=1e-12)
    else:
        assert first["command"] is None


def test_weights_that_were_left_out() -> None:
    first = answers(KERAS, "1,2", "--sample-weight", WEIGHTS, "--value", "1.1769")[0]
    assert first["cause"].startswith("cross-entropy of probabilities, sample weights left out, mean over N = 2")
    assert "--sample-weight" not in first["command"]


def test_a_saturated_row_in_float32() -> None:
    # recorded: Keras prints 15.942385 for a certain yes where the label is no
    first = answers("1,0.5", "0,1", "--value", f"{(15.942384719848633 + math.log(2)) / 2:.8g}")[0]
    assert "in float32" in first["cause"]
    assert "keras.losses.BinaryCrossentropy" in first["conventions"]


@pytest.mark.parametrize("param", [param for loss in LOSSES for param in loss.params if param.usual])
def test_usual_values_are_other_values_within_bounds(param: Any) -> None:
    assert param.default not in param.usual
    assert all(param.ge is None or value >= param.ge for value in param.usual)
    assert all(param.le is None or value <= param.le for value in param.usual)


# The number typed


@pytest.mark.parametrize(
    ("typed", "computed", "fit"),
    [
        ("1.177", 1.17694, Fit.ROUNDED),
        ("1.176", 1.17694, Fit.CUT),
        ("1.178", 1.17694, None),
        ("1.175", 1.17694, None),
        ("-1.176", -1.17694, Fit.CUT),
        ("-1.177", 1.17694, None),
        ("1.18e0", 1.17694, Fit.ROUNDED),
        ("2e-5", 2.4e-5, Fit.ROUNDED),
        ("2e-5", 2.6e-5, Fit.CUT),
        ("2e-5", 3.1e-5, None),
        ("100", 99.6, Fit.ROUNDED),
        ("100.0", 99.6, None),
        ("1.1769391298294067", 1.176939193690798, Fit.FLOAT32),  # torch's item() of a float32
        ("1.1769391298294067", 1.1769400, None),
        ("1.176939193690798", 1.1769391936907982, Fit.ROUNDED),
        ("0", 0.0, Fit.EXACT),
        ("+.5", 0.5, Fit.EXACT),
        (" 0.5\n", 0.5, Fit.EXACT),
        ("0.9", 1.0, None),
        ("-0.3", -0.1 - 0.2, Fit.ROUNDED),
        ("0.3", 0.4, None),
        ("inf", math.inf, Fit.EXACT),
        ("nan", math.nan, Fit.EXACT),
        ("-inf", math.inf, None),
        ("inf", 1e308, None),
        ("1e308", math.inf, None),
        ("1e-99999999999", 0.0, Fit.ROUNDED),
    ],
)
def test_digits_say_how_near_is_near_enough(typed: str, computed: float, fit: Fit | None) -> None:
    assert WrittenNumber.of(typed).match(computed) is fit


@pytest.mark.parametrize("typed", ["", "x", "1,177", "0.5.5", "1e999", "0x10"])
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(UsageError, match="--value"):
        WrittenNumber.of(typed)
    done = losscli("identify", KERAS, "1,2", "--value", typed)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("Error: --value")


def test_a_float32_number_with_all_its_digits() -> None:
    first = answers(KERAS, "1,2", "--value", "1.1769391298294067")[0]
    assert first["cause"].startswith("cross-entropy of probabilities, mean over N = 2, but for the rounding of float32")


# Input and output


def test_a_value_must_be_given() -> None:
    done = losscli("identify", KERAS, "1,2")
    assert done.status == 2
    assert "--value" in done.err


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("[[0.2,0.8],[0.6,nan]]", "0,1"), "1 row holds NaN"),
        (("[[0.2,0.8],[0.6,0.4]]", "0,7"), "label"),
        (("0.1,x", "0,1"), "x"),
    ],
)
def test_bad_data_is_not_searched(args: tuple[str, str], says: str) -> None:
    done = losscli("identify", *args, "--value", "123.456")
    assert (done.status, done.out) == (3, "")
    assert says in done.err


def test_a_file_that_is_not_there() -> None:
    assert losscli("identify", "nowhere.csv", "--value", "1").status == 2


def test_rows_with_nan_may_be_left_out() -> None:
    first = answers("[[0.2,0.8],[0.6,nan]]", "0,1", "--nan", "skip", "--value", "1.6094")[0]
    assert first["cause"].startswith("cross-entropy of probabilities, mean over N = 1")


@pytest.mark.long
def test_data_on_stdin() -> None:
    table = "p_0,p_1,label\n0.2,0.8,1\n0.4,0.6,0\n"
    for args in ((), ("-",), ("-", "--label", "label"), ("--label", "label")):
        first = answers(*args, "--value", "0.5697", stdin=table)[0]  # by hand: -(ln 0.8 + ln 0.4) / 2
        assert first["cause"].startswith("cross-entropy of probabilities, mean over N = 2")


def test_words_as_labels(tmp_path: Path) -> None:
    table = tmp_path / "pets.csv"
    table.write_text("p_cat,p_dog,label\n0.2,0.8,dog\n0.4,0.6,cat\n")
    first = answers(str(table), "--value", "0.5697")[0]
    assert first["cause"].startswith("cross-entropy of probabilities, mean over N = 2")
    assert float(value(*shlex.split(first["command"])[1:])) == first["value"]


def test_one_row() -> None:
    assert answers("0.2,0.5,0.3", "1", "--value", "0.6931")[0]["loss"] == "cross-entropy"


@pytest.mark.long
def test_positions_in_sequences(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    np.save(tmp_path / "x.npy", rng.normal(size=(4, 6, 5)))
    np.save(tmp_path / "y.npy", rng.integers(0, 5, (4, 6)))
    x, y = str(tmp_path / "x.npy"), str(tmp_path / "y.npy")
    for reduction, says in (("mean", "mean over N = 24"), ("batchmean", "sum divided by rows = 4")):
        first = answers(x, y, "--value", value("ce", x, y, "--from-logits", "-r", reduction))[0]
        assert first["cause"].startswith(f"cross-entropy of logits, {says}")


def test_class_weights() -> None:
    given = (KERAS, "1,2", "--class-weight", "1,2,3")
    first = answers(*given, "--value", value("ce", *given, "--like", "torch"))[0]
    assert "divided by sum(w) = 5" in first["cause"]
    assert "torch" in first["conventions"]
    assert float(value(*shlex.split(first["command"])[1:])) == first["value"]


@pytest.mark.long
def test_more_rows_than_are_held_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    x, y = seeded(tmp_path, rows=9000)  # several chunks of input
    typed = value("ce", x, y)
    held = answers(x, y, "--value", typed)[0]
    monkeypatch.setattr(given_rows, "_AT_ONCE", 1000)
    monkeypatch.setattr(given_rows, "_HELD", 1000)
    streamed = answers(x, y, "--value", typed)[0]
    assert (streamed["value"], streamed["command"]) == (held["value"], held["command"])
    assert set(held["conventions"]) - set(streamed["conventions"]) == {"sklearn.metrics.log_loss"}
    done = losscli("identify", x, y, "--value", value("ece", x, y))
    assert done.status == 1
    assert done.err.startswith("note: not tried, as there are too many rows: ")
    assert "calibration-error" in done.err


def test_many_small_files_are_few_batches(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for i in range(60):
        last = "nan" if i == 57 else "0.9"
        (tmp_path / f"{i:02}.csv").write_text(f"p,y\n0.{i + 10},1\n{last},0\n")
    sizes = []
    few = given_rows._fuller

    def seen(batches: Any) -> Any:
        for one in few(batches):
            sizes.append(len(one))
            yield one

    monkeypatch.setattr(given_rows, "_WORTH_A_PASS", 50)
    monkeypatch.setattr(given_rows, "_fuller", seen)
    for held in (given_rows._HELD, 60):
        monkeypatch.setattr(given_rows, "_AT_ONCE", 60)
        monkeypatch.setattr(given_rows, "_HELD", held)
        done = losscli("identify", str(tmp_path), "--value", "0.5")
        assert (done.status, "57.csv:3" in done.err) == (3, True), done.err
    assert sizes[:3] == [50, 50, 20]


@pytest.mark.long
@pytest.mark.parametrize("made", ["ce", "mse", "ce --from-logits", "brier", "focal --gamma 5 -r sum", "ce --base 2"])
def test_a_sample_says_what_is_worth_a_try(made: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    rng = np.random.default_rng(8)
    p, y = rng.dirichlet(np.full(3, 0.2), 2_400), rng.integers(0, 3, 2_400)
    order = np.argsort(y, kind="stable")  # the first rows are like no others
    lines = (",".join(map(repr, row)) for row in np.column_stack([y, p])[order].tolist())
    path = tmp_path / "rows.csv"
    path.write_text("label,a,b,c\n" + "\n".join(lines))
    typed = (
        value(*made.split(), str(path), "--classes", "0,1,2") if made != "mse" else value("mse", str(path), "-p", "a")
    )
    options = ["-p", "a"] if made == "mse" else []
    held = answers(str(path), *options, "--value", typed)
    monkeypatch.setattr(given_rows, "_AT_ONCE", 1_000)
    monkeypatch.setattr(given_rows, "_SAMPLE", 300)
    sampled = answers(str(path), *options, "--value", typed)
    assert held[0]["value"] == pytest.approx(float(typed), rel=1e-15)
    assert sampled[0]["cause"].split("; as ")[0] == held[0]["cause"].split("; as ")[0]
    assert answers(str(path), *options, "--value", "123.456") == []


@pytest.mark.long
@pytest.mark.parametrize("labels", ["values", "yes or no"])
def test_many_single_predictions(labels: str, tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    x = rng.uniform(size=20_000)
    y = x + rng.normal(size=len(x)) if labels == "values" else (rng.uniform(size=len(x)) < x).astype(float)
    for name, array in {"x": x, "y": y}.items():
        np.save(tmp_path / f"{name}.npy", array)
    paths = str(tmp_path / "x.npy"), str(tmp_path / "y.npy")
    loss = "mse" if labels == "values" else "bce"
    (first, *_) = answers(*paths, "--value", value(loss, *paths))  # no call makes a square of 20,000 rows
    assert first["command"].startswith(f"losscli {loss} ")
    assert float(value(*shlex.split(first["command"])[1:])) == first["value"]
    means = [np.mean(part) for part in np.split((x - y) ** 2, range(64, len(x), 64))]
    found = answers(*paths, "--value", f"{np.mean(means):.7f}")
    assert any("batches of 64" in one["cause"] for one in found)


@pytest.mark.long
def test_data_that_fit_and_a_number_that_is_nowhere() -> None:
    logits = "[[2.0,-1.0,0.3],[0.1,3.0,-2.0]]"
    done = losscli("identify", logits, "0,1", "--value", "987.654321")
    assert (done.status, done.err) == (1, "")


@pytest.mark.usefixtures("no_stdin")
@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("inf", "-ln 0"),
        ("-inf", "ln 0: a log-likelihood"),
        ("nan", "a mean of nothing"),
        ("-1.0986", "ln 3: 3 equally likely classes"),
        ("36.8414", "a clip or epsilon of 1e-16"),
    ],
)
def test_numbers_beyond_all_numbers_and_below_0(typed: str, says: str) -> None:
    assert any(says in one["cause"] for one in answers(f"--value={typed}"))


@pytest.mark.usefixtures("no_stdin")
def test_the_number_alone_needs_no_option() -> None:
    done = losscli("identify", "0.6931")
    assert (done.status, "ln 2" in done.out) == (0, True)


def test_an_infinite_loss_has_its_commands() -> None:
    first = answers("[[0.0,1.0]]", "0", "--value", "inf")[0]
    assert first["value"] == "Infinity"
    assert value(*shlex.split(first["command"])[1:]) == "inf"


def run(*options: str) -> Result:
    return losscli("identify", KERAS, "1,2", "--value", "1.177", *options)


def test_json_says_it_in_parts() -> None:
    document = json.loads(run("-f", "json").out)
    assert document["schema"] == 1
    assert document["value"] == 1.177
    first = document["answers"][0]
    # printed in the documentation of keras.losses.CategoricalCrossentropy, with all digits
    assert first["value"] == first["before_slip"] == 1.176939193690798
    assert first["command"] == f"losscli ce '{KERAS}' 1,2"
    assert (first["loss"], first["predictions"]) == ("cross-entropy", "probabilities")
    assert (first["reduction"], first["divisor"], first["slip"]) == ("mean", 2, None)
    assert {"keras", "torch", "sklearn"} <= set(first["conventions"])


@pytest.mark.long
def test_records() -> None:
    expected = json.loads(run("-f", "json").out)["answers"][0]
    for row in (
        next(csv.DictReader(io.StringIO(run("-f", "csv").out))),
        next(csv.DictReader(io.StringIO(run("-f", "tsv").out), delimiter="\t")),
        json.loads(run("-f", "ndjson").out.splitlines()[0]),
    ):
        assert float(row["value"]) == expected["value"]
        assert (row["cause"], row["command"]) == (expected["cause"], expected["command"])


def test_a_table_and_its_commands() -> None:
    lines = run("-n", "1").out.splitlines()
    assert lines[0].split() == ["1.177", "because"]
    assert lines[2].startswith("1   1.176939   cross-entropy of probabilities, mean over N = 2; as keras, ")
    assert f"losscli ce '{KERAS}' 1,2" in lines[-1]
    assert run("-f", "markdown").out.startswith("|")


@pytest.mark.long
def test_rows_limits_the_answers() -> None:
    case = ("identify", KERAS, "1,2", "--value", "1", "-n")
    every = json.loads(losscli(*case, "999", "-f", "json").out)["answers"]
    assert len(every) > 5
    assert json.loads(losscli(*case, "1", "-f", "json").out)["answers"] == every[:1]
    assert f"{len(every) - 1} more" in losscli(*case, "1").out
    assert f"{len(every) - 5} more" in losscli(*case[:-1]).out


@pytest.mark.long
def test_quiet_says_it_by_the_status(tmp_path: Path) -> None:
    assert run("-q") == Result("", "", 0)
    assert losscli("identify", KERAS, "1,2", "--value", "123.456", "-q") == Result("", "", 1)
    assert run("-f", "json", "-o", str(tmp_path / "a.json")) == Result("", "", 0)
    assert (tmp_path / "a.json").read_text() == run("-f", "json").out


@pytest.mark.parametrize(("data", "says"), [("", "ln 10"), ("[[0.2,0.8],[0.6,0.4]]", "there are no labels")])
def test_a_pipe_may_be_empty_or_come_late(data: str, says: str) -> None:
    writer = f"sleep 0.3; printf %s '{data}'"
    done = subprocess.run(
        ["sh", "-c", f"({writer}) | '{sys.executable}' -m losscli identify --value 2.3026"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert says in done.stdout + done.stderr
