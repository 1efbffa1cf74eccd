"""Do further losses of one read, and values of a parameter, have the values that they have alone?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.support.shell import losscli as shell

DIGITS = [str(Path(__file__).parents[2] / "examples" / "digits.csv"), "-y", "label"]
BINARY = "p,y,w\n" + "".join(f"0.{10 + 7 * i % 80},{i * i % 3 % 2},{1 + i % 3}\n" for i in range(40))


def document(*args: str, stdin: str = "") -> dict[str, Any]:
    result = shell(*args, "-f", "json", stdin=stdin)
    assert result.status == 0, result.err
    found: dict[str, Any] = json.loads(result.out)
    return found


@pytest.mark.parametrize(
    ("also", "alone"),
    [
        ("brier", ["brier"]),
        ("acc", ["acc"]),
        ("ece", ["ece"]),
        ("focal:gamma=3", ["focal", "--gamma", "3"]),
        ("focal:gamma=3,like=exact", ["focal", "--gamma", "3", "--like", "exact"]),
        ("sklearn.metrics.log_loss", ["sklearn.metrics.log_loss"]),
        ("keras.losses.SparseCategoricalCrossentropy", ["keras.losses.SparseCategoricalCrossentropy"]),
        ("nn.CrossEntropyLoss:label-smoothing=0.1", ["nn.CrossEntropyLoss", "--label-smoothing", "0.1"]),
    ],
)
def test_as_if_alone(also: str, alone: list[str]) -> None:
    found = document("ce", *DIGITS, "--also", also)
    wanted = document(*alone, *DIGITS)
    (entry,) = found["also"]
    assert (entry["value"], entry["divisor"]) == (wanted["value"], wanted["divisor"])
    assert entry["signature"] == wanted["signature"].replace("(from_logits=False)", "()")
    assert found["value"] == document("ce", *DIGITS)["value"]


def test_several_with_arguments() -> None:
    found = document("ce", *DIGITS, "--also", "focal:gamma=2,alpha=0.5,brier,acc")
    assert [entry["loss"] for entry in found["also"]] == ["focal", "brier", "accuracy"]
    alone = document("focal", *DIGITS, "--gamma", "2", "--alpha", "0.5")
    assert found["also"][0]["value"] == alone["value"]


def test_what_was_asked_for_holds_for_all() -> None:
    args = ["-", "-p", "p", "-y", "y", "--sample-weight", "w", "-r", "weighted-mean"]
    found = document("bce", *args, "--also", "brier,mae", stdin=BINARY)
    for entry, name in zip(found["also"], ("brier", "mae"), strict=True):
        assert entry["value"] == document(name, *args, stdin=BINARY)["value"]
    found = document("bce", *args, "--where", "w > 1", "--also", "brier", stdin=BINARY)
    assert found["also"][0]["value"] == document("brier", *args, "--where", "w > 1", stdin=BINARY)["value"]


def test_intervals() -> None:
    found = document("ce", *DIGITS, "--also", "acc,ece", "--ci")
    assert found["also"][0]["interval"] == document("acc", *DIGITS, "--ci")["interval"]
    assert "interval" not in found["also"][1]


def test_sweep() -> None:
    found = document("ce", *DIGITS, "--sweep", "label-smoothing=0,0.05,0.1")["sweep"]
    assert [entry["label_smoothing"] for entry in found] == ["0", "0.05", "0.1"]
    for entry in found:
        alone = document("ce", *DIGITS, "--label-smoothing", entry["label_smoothing"])
        assert (entry["value"], entry["signature"]) == (alone["value"], alone["signature"])
    call = ["nn.CrossEntropyLoss", *DIGITS]
    found = document(*call, "--sweep", "label-smoothing=0,0.1")["sweep"]
    assert found[1]["value"] == document(*call, "--label-smoothing", "0.1")["value"]
    found = document("ce", *DIGITS, "--sweep", "like=keras,exact")["sweep"]
    assert found[1]["value"] == document("ce", *DIGITS, "--like", "exact")["value"]
    found = document("ce", *DIGITS, "--sweep", "clip=1e-3,0.1")["sweep"]
    assert found[1]["value"] == document("ce", *DIGITS, "--clip", "0.1")["value"]


def test_logits() -> None:
    logits = [DIGITS[0].replace("digits.csv", "digits_logits.csv"), "--from-logits"]
    found = document("ce", *logits, "--also", "acc", "--sweep", "temperature=1,2")
    assert found["also"][0]["value"] == document("acc", logits[0])["value"]
    assert found["sweep"][1]["value"] == document("ce", *logits, "--temperature", "2")["value"]
    result = shell("ce", *logits, "--also", "brier")
    assert result.status == 2
    assert "--also brier: it takes probabilities, and the predictions are logits" in result.err


def test_any_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = Path(DIGITS[0]).read_text().splitlines(keepends=True)
    path = tmp_path / "a.csv"
    path.write_text(lines[0] + "".join(lines[1:]) * 5)
    args = ["ce", str(path), "-y", "label", "--also", "brier,acc,ece", "--sweep", "label-smoothing=0,0.1", "--ci"]
    once = document(*args, "-j", "1")
    monkeypatch.setattr("losscli.parallel.processes._LEAST", 1 << 12)
    assert document(*args, "-j", "3") == once
    assert once["also"][2]["value"] == document("ece", *args[1:3], "label")["value"]


def test_tables() -> None:
    result = shell("ce", *DIGITS, "--also", "brier,ece", "--sweep", "label-smoothing=0,0.1", "-n", "0").out
    blocks = [block.splitlines() for block in result.split("\n\n")]
    also = next(block for block in blocks if block[0].startswith("also"))
    assert [line.split()[:2] for line in also[2:]] == [["brier", "0.07572299"], ["ece", "0.03791764"]]
    sweep = next(block for block in blocks if block[0].startswith("label-smoothing"))
    assert [line.split() for line in sweep[2:]] == [["0", "0.1795224"], ["0.1", "0.966313"]]
    assert shell("ce", *DIGITS, "--also", "acc", "-q").out == "0.17952242470760987\tce\n0.9565943238731218\tacc\n"
    assert shell("ce", *DIGITS, "--sweep", "label-smoothing=0", "-f", "csv").out == (
        "name,value\nlabel-smoothing=0,0.17952242470760987\n"
    )
    lines = shell("ce", *DIGITS, "--also", "acc", "-f", "ndjson").out.splitlines()
    assert [json.loads(line)["name"] for line in lines] == ["ce", "acc"]


def test_arrays_of_one_loss_are_not_those_of_another() -> None:
    found = document("kto", "0,1", "1,1", "--ref", "1,2", "--also", "mse,auc,r2")["also"]
    assert [entry["loss"] for entry in found] == ["mean-squared-error", "auc", "r2-score"]
    assert found[0]["value"] == 0.5  # by hand: (1 + 0) / 2


@pytest.mark.parametrize(
    ("args", "status", "message"),
    [
        (["--also", "bier"], 2, "--also bier: unknown loss 'bier'"),
        (["--sweep", "label-smoothing=[0,1"], 2, "--sweep label-smoothing: '[0,1' is no number"),
        (["--also", "focal:gama=2"], 2, "--also focal:gama=2: focal has no parameter gama"),
        (["--also", "focal:gamma=x"], 2, "--also focal:gamma=x: 'x' is no number"),
        (["--also", "focal:gamma"], 2, "--also 'focal:gamma': 'gamma' is no argument"),
        (["--also", "brier,"], 2, "--also 'brier,': a part is empty"),
        (["--also", "gaussian-nll"], 2, "--also gaussian-nll: it also takes var, which this command has no option for"),
        (["--also", "brier", "--append"], 2, "--also and --append exclude each other: it is a table of values"),
        (["--also", "brier", "--compare"], 2, "--also and --compare exclude each other: it is a table of values"),
        (["--sweep", "label-smoothing"], 2, "--sweep 'label-smoothing': a parameter and its values"),
        (["--sweep", "gamma=1,2"], 2, "--sweep gamma: cross-entropy has no parameter gamma"),
        (["--sweep", "label-smoothing=0,2"], 2, "--sweep label-smoothing 2: --label-smoothing is 2; it must be at"),
    ],
)
def test_refused(args: list[str], status: int, message: str) -> None:
    result = shell("ce", *DIGITS, *args)
    assert result.status == status, result.err
    assert result.err.splitlines()[0].startswith(f"Error: {message}")


@pytest.mark.parametrize(
    ("command", "sweep", "options"),
    [
        ("nn.CrossEntropyLoss [[2,1,0],[0,1,2]] 0,1", "weight=[1,2,3],[3,2,1]", ["--weight=1,2,3", "--weight=3,2,1"]),
        ("nn.CrossEntropyLoss [[2,1,0],[0,1,2]] 0,1", "ignore-index=0,1", ["--ignore-index=0", "--ignore-index=1"]),
        ("bce [[.1,.6]] [[1,1]]", "pos-weight=1,[2,3]", ["--pos-weight=1", "--pos-weight=[2,3]"]),
        ("bce .1,.6 1,1", "temperature=1,2", ["--temperature=1", "--temperature=2"]),
        ("bce 0,.6 1,1", "clip=1e-3,1e-9", ["--clip=1e-3", "--clip=1e-9"]),
        ("bce 0,.6 1,1", "like=torch,exact", ["--like=torch", "--like=exact"]),
        ("r2 [[1,2],[3,4]] [[1,2],[3,3]]", "multioutput=uniform_average,[1,2]", ["", "--multioutput=[1,2]"]),
        ("r2 1,2,3 1,2,4", "force-finite=true,false", ["", "--no-force-finite"]),
        ("f1 1,0,1 1,1,0", "average=macro,micro", ["--average=macro", "--average=micro"]),
        ("top-k-accuracy [[.7,.2,.1],[.3,.3,.4]] 0,1", "k=1,2", ["--k=1", "--k=2"]),
    ],
)
def test_a_parameter_of_every_kind(command: str, sweep: str, options: list[str]) -> None:
    found = shell(*command.split(), "-q", "--sweep", sweep).out.split("\n")
    for line, option in zip(found[:-1], options, strict=True):
        assert line.split("\t")[0] == shell(*command.split(), "-q", *filter(None, [option])).out.strip()


def test_an_argument_in_brackets_is_one() -> None:
    also = "nn.CrossEntropyLoss:weight=[1,2,3],label-smoothing=0.1,acc"
    found = document("ce", "[[2,1,0],[0,1,2]]", "0,1", "--from-logits", "--also", also)["also"]
    more = ["--weight=1,2,3", "--label-smoothing=0.1"]
    assert found[0]["value"] == document("nn.CrossEntropyLoss", "[[2,1,0],[0,1,2]]", "0,1", *more)["value"]
    assert found[1]["loss"] == "accuracy"


def test_one_weight_is_no_weight_of_three_classes() -> None:
    result = shell("nn.CrossEntropyLoss", "[[2,1,0],[0,1,2]]", "0,1", "--weight", "1")
    assert (result.status, result.err) == (2, "Error: 1 class weight for 3 classes\n")


def test_axes_that_are_nested_are_refused() -> None:
    result = shell("optax.dice_loss", "1,1,0,0", "1,0,1,0", "--axis", "1;2")
    assert (result.status, result.err) == (2, "Error: --axis '1;2': whole numbers\n")


def test_rows_that_another_loss_refuses() -> None:
    result = shell("mse", "1.5,2", "0,1", "--also", "bce")
    assert result.status == 3
    assert result.err.startswith("Error: --also bce: ")


def _models(path: Path) -> str:
    """Two models on the same rows, and a user each."""
    draw = np.random.default_rng(2)
    label, new, old = draw.integers(0, 2, 900), draw.random(900), draw.random(900)
    lines = [f"{label[i]},{new[i]:.6f},{old[i]:.6f},u{i % 30}\n" for i in range(900)]
    path.write_text("y,new,old,user\n" + "".join(lines))
    return str(path)


@pytest.mark.parametrize("more", [[], ["--cluster", "user"], ["--bootstrap", "20"]])
def test_further_losses_have_the_difference_that_they_have_alone(more: list[str], tmp_path: Path) -> None:
    data = [_models(tmp_path / "a.csv"), "-y", "y", "-p", "new", "--against", "old", *more]
    found = document("bce", *data, "--also", "brier,acc,auc,mse")["also"]
    for name, entry in zip(("brier", "acc", "auc", "mse"), found, strict=True):
        (mine,), (alone,) = entry["against"], document(name, *data)["against"]
        for key in ("value", "difference", "difference_interval", "p", "verdict", "decisions"):
            assert mine[key] == alone[key], (name, key)


def test_a_parameter_has_a_difference_for_each_value() -> None:
    data = ["ce", DIGITS[0], "--against", DIGITS[0].replace("digits", "digits_better")]
    found = document(*data, "--sweep", "label-smoothing=0,0.1")["sweep"]
    for entry, value in zip(found, ("0", "0.1"), strict=True):
        alone = document(*data, "--label-smoothing", value)["against"][0]
        assert entry["against"][0]["difference_interval"] == alone["difference_interval"]
    under = document(*data, "--sweep", "like=exact,torch")["sweep"]
    assert under[0]["against"][0]["difference"] == document(*data, "--like", "exact")["against"][0]["difference"]


def test_differences_of_further_losses_in_every_form(tmp_path: Path) -> None:
    path = _models(tmp_path / "a.csv")
    data = ["bce", path, "-y", "y", "-p", "new", "--against", "old", "--also", "brier,acc"]
    entries = {one["loss"]: one["against"][0] for one in document(*data)["also"]}
    lines = shell(*data, "-q").out.splitlines()
    assert lines[1:] == [f"{entries['brier']['difference']!r}\tbrier", f"{entries['accuracy']['difference']!r}\tacc"]
    rows = shell(*data, "-f", "csv").out.splitlines()
    assert rows[0] == "name,value,against,baseline,difference,low,high,p,verdict"
    assert [row.split(",")[0] for row in rows[1:]] == ["bce", "brier", "acc"]
    table = shell(*data, "-n", "0").out
    assert [line.split()[0] for line in table.splitlines() if line.startswith(("brier", "acc "))] == ["brier", "acc"]
    assert document(*data)["against"][0] == document(*data[:-2])["against"][0]


def test_differences_of_further_losses_by_several_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("losscli.parallel.processes._LEAST", 1 << 10)
    data = ["bce", _models(tmp_path / "a.csv"), "-y", "y", "-p", "new", "--against", "old", "--also", "brier,acc,mse"]
    assert document(*data, "--jobs", "1") == document(*data, "--jobs", "3")


@pytest.mark.parametrize(
    ("args", "err"),
    [
        (
            ["--against", "old.json", "--also", "brier"],
            "Error: --also: old.json holds the losses of a result that was saved, and no others\n"
            "  try  --against the predictions themselves\n",
        ),
        (
            ["--against", "0.5,0.5", "--compare"],
            "Error: --against and --compare exclude each other\n"
            "  try  --sweep like=NAME,.. has the difference under each convention\n",
        ),
        (
            ["--against", "0.5,0.5", "--explain"],
            "Error: --against and --explain exclude each other\n  try  --explain of each of the two by itself\n",
        ),
    ],
)
def test_what_baselines_do_not_go_with(args: list[str], err: str) -> None:
    result = shell("bce", "0.1,0.2", "0,1", *args)
    assert (result.status, result.out, result.err) == (2, "", err)


@pytest.mark.parametrize(
    ("loss", "call"),
    [
        ("hinge", "optax.losses.hinge_loss"),
        ("mse", "optax.losses.squared_error"),
        ("huber", "optax.losses.huber_loss"),
        ("log-cosh", "optax.losses.log_cosh"),
        ("mse", "keras.losses.mean_squared_error"),
    ],
)
def test_a_call_that_gives_a_number_for_each_row_has_its_mean_beside_others(loss: str, call: str) -> None:
    rows = ("0.2,0.5,0.3", "1,0,1")
    alone = json.loads(shell(call, *rows, "-f", "json").out)["per_sample"]
    beside = document(loss, *rows, "--also", call)["also"][0]["value"]
    assert beside == pytest.approx(np.mean(alone), rel=1e-15)
    refused = shell(call, *rows, "--also", "mae", "-q")
    assert refused.status == 2
    what = f"Error: --also: {call} gives a number for each row, and --also is a table of values"
    assert refused.err == f"{what}\n  try  --reduction mean\n"
