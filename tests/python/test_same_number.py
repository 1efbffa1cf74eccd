"""Does Python give what the command line gives, to the last bit, for every loss and call, whatever holds the data?"""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import losscli
from losscli.cli.commands.loss_command import command_line
from losscli.losses import LOSSES, Loss
from tests.cli.test_parity_command_line import CASES, command
from tests.support import parity
from tests.support.documents import ROOT
from tests.support.shell import losscli as shell

if TYPE_CHECKING:
    from pathlib import Path

    from losscli.losses.loss import Example

EXAMPLES = [(loss, example) for loss in LOSSES for example in loss.examples]
SAME = ("loss", "signature", "inputs", "reduction", "divisor", "value", "summary", "per_sample", "labels_digest")
DIGITS = str(ROOT / "examples" / "digits.csv")


def number(text: str) -> Any:
    """Inline values as Python has them; several rows of values apart from words."""
    try:
        return json.loads(text if text.startswith("[") else f"[{text}]")
    except json.JSONDecodeError:
        return text.split(",")


def typed(*args: str) -> dict[str, Any]:
    result = shell(*args, "-f", "json")
    assert result.status == 0, result.err
    document: dict[str, Any] = json.loads(result.out)
    return document


def shared(document: dict[str, Any]) -> dict[str, Any]:
    return {name: document[name] for name in SAME if name in document}


@pytest.mark.parametrize(("loss", "example"), EXAMPLES, ids=[command_line(*pair) for pair in EXAMPLES])
def test_a_loss_is_what_the_command_line_prints(loss: Loss, example: Example) -> None:
    _, *args = shlex.split(command_line(loss, example))
    options = {
        name: number(value) if isinstance(value, str) and "[" in value else value
        for name, value in example.options.items()
    }
    labels = number(example.labels) if example.labels else None
    ours = losscli.evaluate(loss.names[-1], number(example.predictions), labels, **options)
    assert shared(ours.to_dict()) == shared(typed(*args))


def keywords(case: dict[str, Any]) -> dict[str, Any]:
    given = {**parity.decode(case["kwargs"]), **parity.decode(case.get("extra") or {})}
    given["sample_weight"] = parity.decode(case["sample_weight"])
    if case["dtype"] == "float32":
        given["dtype"] = "float32"
    return given | ({"nan": "keep"} if "NaN" in json.dumps(case["y_pred"]) else {})


@pytest.mark.parametrize("case", CASES[::7], ids=lambda case: case["id"])
def test_a_call_is_what_the_command_line_prints(case: dict[str, Any]) -> None:
    if None in case["kwargs"].values():
        pytest.skip("None is what is not given")
    result = shell(*command(case))
    given = keywords(case)
    x, y = parity.decode(case["y_pred"]), parity.decode(case["y_true"])
    if result.status:
        with pytest.raises(losscli.LossError):
            losscli.evaluate(case["call"], x, y, **given)
        return
    ours = losscli.evaluate(case["call"], x, y, **given)
    theirs = json.loads(result.out)
    found = {**shared(ours.to_dict()), "labels_digest": 0}  # here of floats, there of whole numbers
    assert found["signature"].lower() == theirs["signature"].lower()
    assert found == {**shared(theirs), "labels_digest": 0, "signature": found["signature"]}


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("ce", {"from_logits": True, "label_smoothing": 0.1}, ["--from-logits", "--label-smoothing", "0.1"]),
        ("brier", {}, []),
        ("acc", {}, []),
        ("focal", {"gamma": 1, "reduction": "sum"}, ["--gamma", "1", "--reduction", "sum"]),
        ("ce", {"like": "sklearn==1.1", "ci": 95}, ["--like", "sklearn==1.1", "--ci"]),
        ("torch.nn.CrossEntropyLoss", {"reduction": "sum"}, ["--reduction", "sum"]),
        ("calibration-error", {}, []),
    ],
    ids=str,
)
def test_a_table_is_what_its_file_is(name: str, options: dict[str, Any], words: list[str]) -> None:
    data = np.genfromtxt(DIGITS, delimiter=",", names=True)
    columns = {column: data[column] for column in data.dtype.names or ()}
    wanted = shared(typed(name, DIGITS, *words))
    matrix = np.stack([column for key, column in columns.items() if key != "label"], axis=1)
    for given in (
        losscli.evaluate(name, DIGITS, **options),
        losscli.evaluate(name, columns, label="label", **options),
        losscli.evaluate(name, columns, "label", **options),
        losscli.evaluate(name, data, **options),
    ):
        assert shared(given.to_dict()) == wanted
    ours = shared(losscli.evaluate(name, matrix, columns["label"].astype(int), **options).to_dict())
    assert (ours["value"], ours["per_sample"], ours["summary"]) == (
        wanted["value"],
        wanted["per_sample"],
        wanted["summary"],
    )


def test_a_baseline_and_clusters_are_columns_or_arrays() -> None:
    rng = np.random.default_rng(3)
    y = rng.random(60)
    columns = {"p": y + rng.normal(0, 0.1, 60), "q": y + rng.normal(0, 0.2, 60), "y": y, "user": np.arange(60) // 4}
    expected = losscli.evaluate("mse", columns["p"], y, against={"q": columns["q"]}, cluster=columns["user"])
    for given in (
        losscli.evaluate("mse", columns, label="y", pred="p", against="q", cluster="user"),
        losscli.evaluate(
            "mse",
            {"p": columns["p"], "y": y},
            label="y",
            pred="p",
            against={"q": columns["q"]},
            cluster=columns["user"],
        ),
    ):
        [ours], [theirs] = given.against, expected.against
        assert (ours.name, ours.difference, ours.interval) == (theirs.name, theirs.difference, theirs.interval)
        assert given.interval == expected.interval


def test_a_signature_is_a_name() -> None:
    for name, options in {
        "ce": {
            "label_smoothing": 0.1,
            "like": "torch",
            "class_weight": [1, 2, 0.5],
            "reduction": "sum",
            "dtype": "float32",
        },
        "torch.nn.CrossEntropyLoss": {"weight": [1, 2, 0.5], "ignore_index": 0},
        "sklearn.metrics.log_loss": {"normalize": False},
        "focal": {"gamma": 0.5, "from_logits": True, "label_base": 0},
    }.items():
        x, y = [[0.5, 0.25, 0.25], [0.1, 0.8, 0.1], [0.1, 0.8, 0.1]], [0, 2, 1]
        report = losscli.evaluate(name, x, y, **options)  # type: ignore[arg-type]
        again = losscli.evaluate(report.signature, x, y)
        assert (again.value, again.signature) == (report.value, report.signature)


@pytest.mark.parametrize(
    ("call", "options"),
    [
        ("sklearn.metrics.log_loss", {}),
        ("sklearn.metrics.hinge_loss", {}),
        ("sklearn.metrics.top_k_accuracy_score", {"k": 2}),
        ("sklearn.metrics.f1_score", {"average": "macro"}),
    ],
)
def test_labels_of_a_call_stand_beside_the_labels(call: str, options: dict[str, Any]) -> None:
    """As in scikit-learn's code: the labels by their place, all there are of them by name."""
    x, y = ([0, 1, 1], [1, 1, 0]) if "f1" in call else ([[0.05, 0.95, 0.0], [0.1, 0.8, 0.1]], [1, 2])
    words = [part for name, value in options.items() for part in (f"--{name}", str(value))]
    theirs = typed(call, json.dumps(x), json.dumps(y), "--labels", "0,1,2", *words)
    ours = losscli.evaluate(call, x, y, labels=[0, 1, 2], **options)  # type: ignore[misc]
    assert shared(ours.to_dict()) == shared(theirs)


@pytest.mark.parametrize(
    "words",
    [{"bytes": 22}, {"words": 3, "bytes": 22}, {"per": "doc"}, {"bytes": "size"}, {"per": "doc", "bytes": "size"}],
    ids=str,
)
def test_what_there_is_of_log_probabilities(words: dict[str, Any], tmp_path: Path) -> None:
    columns: dict[str, Any] = {"logprob": [-0.1, -2.3, -0.5], "size": [4, 1, 2], "doc": ["a", "a", "b"]}
    file = tmp_path / "log.json"
    file.write_text(json.dumps([dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]))
    options = [part for name, value in words.items() for part in (f"--{name}", str(value))]
    theirs = typed("nll", str(file), "--pred", "logprob", *options)
    arrays = {name: columns.get(value, value) if isinstance(value, str) else value for name, value in words.items()}
    for ours in (
        losscli.evaluate("nll", columns, pred="logprob", **words),
        losscli.evaluate("nll", file, pred="logprob", **words),
        losscli.evaluate("nll", columns["logprob"], **arrays),
    ):
        found = ours.to_dict()
        assert [found.get(name) for name in ("value", "divisor", "bits_per_byte", "bits_per_word")] == [
            theirs.get(name) for name in ("value", "divisor", "bits_per_byte", "bits_per_word")
        ]


@pytest.mark.parametrize("name", ["ce", "mse", "acc", "torch.nn.BCELoss", "r2", "ece", "perplexity", "gaussian-nll"])
@pytest.mark.parametrize("pieces", [1, 3, 20])
def test_pieces_give_what_all_gives(name: str, pieces: int) -> None:
    rng = np.random.default_rng(7)
    p = rng.dirichlet(np.ones(3), 40)
    y = rng.integers(0, 3, 40)
    data: dict[str, Any] = {"predictions": p, "labels": y}
    if name in ("mse", "r2", "gaussian-nll"):
        data = {"predictions": p[:, 0], "labels": p[:, 1]}
    if name == "torch.nn.BCELoss":
        data = {"predictions": p[:, 0], "labels": (y > 1).astype(float)}
    if name == "ece":
        data["sample_weight"] = rng.random(40)
    if name == "perplexity":
        data = {"predictions": np.log(p[:, 0])}
    if name == "gaussian-nll":
        data["var"] = p[:, 2]
    whole = losscli.evaluate(name, **data)
    counted = losscli.Evaluation(name)
    for rows in np.array_split(np.arange(40), pieces):
        counted.update(**{key: array[rows] for key, array in data.items()})
    report = counted.report()
    assert shared(report.to_dict() | {"per_sample": 0}) == shared(whole.to_dict() | {"per_sample": 0})
    assert report.samples == 40


def test_answers_are_those_of_the_command_line() -> None:
    x, y = [[0.05, 0.95, 0.0], [0.1, 0.8, 0.1]], [1, 2]
    inline = ["[[0.05,0.95,0],[0.1,0.8,0.1]]", "1,2"]
    told = json.loads(shell("check", *inline, "--loss", "ce", "--from-logits", "-f", "json").out)
    found = losscli.check(x, y, loss="ce", from_logits=True)
    assert [one.id for one in found.findings] == [one["id"] for one in told["findings"]]
    assert (bool(found), found.passed, found.errors()) == (False, told["passed"], ["double-softmax"])
    assert found.to_dict()["findings"][0]["command"] == 'losscli.evaluate("cross-entropy", predictions, labels)'
    assert found.to_dict()["findings"][0]["value"] == told["findings"][0]["value"]
    assert losscli.compare("ce", x, y).to_dict()["compare"] == typed("ce", *inline, "--compare")["compare"]
    assert losscli.compare("ce", x, y, frameworks="torch")["exact"] == 1.176939193690798
    assert losscli.explain("ce", x, y, rows=2).to_dict()["explain"] == typed("ce", *inline, "--explain", "2")["explain"]
    given = losscli.identify("0.9869", x, y)
    assert given.causes[0].startswith("cross-entropy with softmax applied to probabilities")
    assert given.calls[0] == 'losscli.evaluate("cross-entropy", predictions, labels, from_logits=True)'
    assert (
        eval(given.calls[0], {"losscli": losscli, "predictions": x, "labels": y}).value
        == given.to_dict()["answers"][0]["value"]
    )
    assert losscli.identify(16.118).causes[0] == "the clip of keras, tf: the truth has probability 0"
    assert len(losscli.identify("2.3026", rows=2)) == 2
    assert not losscli.identify(0.123456789)
