"""Does ``check`` find what is wrong, leave alone what is right, and print a command that mends it?"""

from __future__ import annotations

import csv
import io
import json
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from losscli.answers.check.inspect import diagnostics
from tests.support.shell import losscli

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

RNG = np.random.default_rng(7)


def text(array: NDArray[Any] | list[Any]) -> str:
    """An array as typed."""
    return json.dumps(np.asarray(array).tolist())


def softmax(x: NDArray[Any]) -> NDArray[Any]:
    powers = np.exp(x - x.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def found(*args: str, stdin: str = "") -> dict[str, Any]:
    """The JSON document of a check."""
    result = losscli("check", *args, "-f", "json", stdin=stdin)
    assert result.status in (0, 1), result.err
    document: dict[str, Any] = json.loads(result.out)
    return document


def ids(*args: str, stdin: str = "") -> list[str]:
    return [finding["id"] for finding in found(*args, stdin=stdin)["findings"]]


# Twenty rows over four classes that a good model might give, right in seventeen of them.
LABELS = np.arange(20) % 4
LOGITS = RNG.normal(0.0, 0.5, (20, 4)) + 2.5 * np.eye(4)[np.where(np.arange(20) < 17, LABELS, (LABELS + 1) % 4)]
P = softmax(LOGITS)
Y = text(LABELS)
NEARLY = softmax(20.0 * np.eye(4)[LABELS])  # nearly one-hot
YES = (np.arange(20) % 2).astype(float)
SHIFTING = np.array(
    [0, 1, 3, 2, 2, 1, 0, 3, 1, 1, 2, 0, 3, 3, 0, 2, 1, 3, 0, 0, 1, 2, 3, 1, 0, 2, 2, 3, 1, 0, 0, 3, 2, 1, 3, 0]
)
PROB = np.where(YES == 1.0, 0.8, 0.3) + RNG.uniform(-0.1, 0.1, 20)
HEAVY = np.append(np.full(199, 0.999), 1e-6)


@dataclass(frozen=True)
class Pair:
    """Input in which a diagnostic finds something, and input near by in which it does not."""

    bad: tuple[str, ...]
    near: tuple[str, ...]
    stdin: tuple[str, str] = ("", "")


BCE, CE = ("--loss", "bce"), ("--loss", "ce")
PAIRS: dict[str, Pair] = {
    "double-softmax": Pair((text(P), Y, "--from-logits"), (text(P - 0.001), Y, "--from-logits")),
    "double-softmax-floor": Pair((text(softmax(NEARLY)), Y), (text(softmax(1.2 * NEARLY)), Y)),
    "double-sigmoid": Pair((text(PROB), text(YES), "--from-logits"), (text(PROB - 0.4), text(YES), "--from-logits")),
    "all-ones": Pair(("1,1,1", "1,0,1"), ("1,1,0.9", "1,0,1")),
    "percentages": Pair((text(P * 100), Y), (text(P * 101), Y)),
    "log-probabilities": Pair((text(np.log(P)), Y), (text(np.log(P) + 1.0), Y)),
    "logits": Pair((text(LOGITS), Y), (text(P), Y)),
    "positive-log-probabilities": Pair((text(P), Y, "--from-log-probs"), (text(np.log(P)), Y, "--from-log-probs")),
    "log-probabilities-as-logits": Pair((text(np.log(P)), Y, "--from-logits"), (text(LOGITS), Y, "--from-logits")),
    "off-sum": Pair(
        (text(P * 0.998), Y, "--no-rescale"), (text(P * 0.9991), Y, "--no-rescale")
    ),  # the tolerance is 1e-3
    "empty-rows": Pair(("[[0.1,0.9],[0,0]]", "1,0"), ("[[0.1,0.9],[0,1e-9]]", "1,0")),
    "two-columns": Pair(
        ("[[0.2,0.8],[0.6,0.4]]", "[[0,1],[1,0]]", *BCE), ("[[0.2,0.8],[0.6,0.5]]", "[[0,1],[1,0]]", *BCE)
    ),
    "label-sum": Pair(("[[0.2,0.8],[0.6,0.4]]", "[[1,1],[1,0]]", *CE), ("[[0.2,0.8],[0.6,0.4]]", "[[0,1],[1,0]]", *CE)),
    "rounded": Pair(("1.0000001,0.2", "1,0"), ("1.0,0.2", "1,0")),
    "broadcast": Pair(
        ("[[1],[2],[3]]", "1,2,4", "--loss", "torch.nn.MSELoss"),
        ("[[1],[2],[3]]", "1,2,4", "--loss", "keras.losses.MeanSquaredError"),
    ),
    "axis-dropped": Pair(("[[0.9],[0.2]]", "1,0"), ("0.9,0.2", "1,0")),
    "labels-are-positions": Pair((), (), ("y,1,2\n0,.4,.6\n1,.2,.8\n", "y,1,2\n2,.4,.6\n1,.2,.8\n")),
    "one-based": Pair(("[[0.1,0.9],[0.8,0.2]]", "1,2"), ("[[0.1,0.9],[0.8,0.2]]", "1,3")),
    "unlabelled": Pair(("[[0.1,0.9],[0.8,0.2]]", "1,-1"), ("[[0.1,0.9],[0.8,0.2]]", "-1,-2")),
    "label-range": Pair(("[[0.1,0.9],[0.8,0.2]]", "0,2"), ("[[0.1,0.9],[0.8,0.2]]", "0,1")),
    "other-two-labels": Pair(("0.9,0.2,0.7", "4,2,4"), ("0.9,0.2,0.7", "4,2,3", *BCE)),
    "letter-case": Pair((), (), ("label,cat,dog\nCat,.4,.6\nDog,.2,.8\n", "label,cat,dog\nCat,.4,.6\nDig,.2,.8\n")),
    "bad-weights": Pair(("0.9,0.2", "1,0", "--sample-weight", "1,-1"), ("0.9,0.2", "1,0", "--sample-weight", "1,0")),
    "non-finite": Pair(("[[0.1,0.9],[0.8,nan]]", "1,0"), ("[[0.1,0.9],[-inf,0.2]]", "1,0", "--from-logits")),
    "non-finite-label": Pair(("0.1,0.9,0.2", "0.5,nan,0.5"), ("0.1,0.9,0.2", "0.5,0.1,0.5")),
    "no-class": Pair(("[[1,2],[-inf,-inf]]", "1,0", "--from-logits"), ("[[1,2],[-inf,-1]]", "1,0", "--from-logits")),
    "mask-range": Pair(("0.9,1.2", "1,0", "--loss", "dice"), ("0.9,1.0", "1,0", "--loss", "dice")),
    "fractional-label": Pair(("[[0.1,0.9],[0.8,0.2]]", "1,0.5"), ("[[0.1,0.9],[0.8,0.2]]", "1,0.0")),
    "unknown-class": Pair((), (), ("label,cat,dog\ncat,.4,.6\ndig,.2,.8\n", "label,cat,dog\ncat,.4,.6\ndog,.2,.8\n")),
    "not-one-hot": Pair(
        ("[[3,1],[2,4]]", "[[1,1],[0,1]]", "--loss", "acc"), ("[[3,1],[2,4]]", "[[1,0],[0,1]]", "--loss", "acc")
    ),
    "label-mixed": Pair(
        ("[[0.4,0.6],[0.2,0.8]]", "[[1,0],[1,1]]", "--loss", "ce", "--class-weight", "1,2"),
        ("[[0.4,0.6],[0.2,0.8]]", "[[1,0],[0,1]]", "--loss", "ce", "--class-weight", "1,2"),
    ),
    "label-outside": Pair(("0.9,0.2,0.7", "1,0,1.1", *BCE), ("0.9,0.2,0.7", "1,0,0.9", *BCE)),
    "skipped": Pair(("[[0.1,0.9],[0.8,nan]]", "1,0", "--nan", "skip"), ("[[0.1,0.9],[0.8,0.2]]", "1,0")),
    "ignored": Pair(
        ("[[0.1,0.9],[0.8,0.2]]", "1,-1", "--ignore-index", "-1"),
        ("[[0.1,0.9],[0.8,0.2]]", "1,0", "--ignore-index", "-1"),
    ),
    "many-ignored": Pair(
        (text(P), text(np.where(np.arange(20) < 2, -1, LABELS)), "--ignore-index", "-1"),
        (text(P), text(np.where(np.arange(20) < 1, -1, LABELS)), "--ignore-index", "-1"),
    ),
    "shifted": Pair(
        (text(P[LABELS < 3]), text(LABELS[LABELS < 3] + 1)), (text(P[LABELS < 3]), text(LABELS[LABELS < 3]))
    ),
    "swapped-columns": Pair((text(P[:, [1, 0, 3, 2]]), Y), (text(P[:, [0, 0, 2, 3]]), Y)),
    "swapped-arguments": Pair(("1,0,1", "0.9,0.2,0.7"), ("1,0,0.9", "0.9,0.2,0.7")),
    "labels-are-predictions": Pair(
        (text(np.tile([[0.9, 0.1], [0.3, 0.7]], (15, 1))), text([0, 1] * 15)),
        (text(np.tile([[0.9, 0.1], [0.3, 0.7]], (15, 1))), text([0, 1] * 14 + [0, 0])),
    ),
    "shifted-labels": Pair(
        (text(np.eye(4)[SHIFTING] * 0.6 + 0.1), text(np.roll(SHIFTING, 1))),
        (text(np.eye(4)[SHIFTING] * 0.6 + 0.1), text(SHIFTING[::-1].copy())),
    ),
    "single-class": Pair((text(PROB[:10]), text([1] * 10)), (text(PROB[:9]), text([1] * 9))),
    "missing-class": Pair((text(P[LABELS > 0]), text(LABELS[LABELS > 0])), (text(P), Y)),
    "unsorted-columns": Pair((), (), ("label,dog,cat\ncat,.4,.6\n", "label,cat,dog\ncat,.4,.6\n")),
    "rescaled": Pair((text(P * 0.998), Y), (text(P * 0.9991), Y)),
    "clipped": Pair(("1e-8,0.2", "1,0"), ("1.1e-7,0.2", "1,0")),
    "undefined": Pair(("0,-1", "1,1", "--loss", "gamma-deviance"), ("1,2", "1,1", "--loss", "gamma-deviance")),
    "ties": Pair(("[[0.5,0.5],[0.1,0.9]]", "1,1", "--loss", "acc"), ("[[0.4,0.5],[0.1,0.9]]", "1,1", "--loss", "acc")),
    "floored": Pair(("1,2", "0,2", "--loss", "mape"), ("1,2", "1,2", "--loss", "mape")),
    "added": Pair(("0.9,0.2", "1,0", "--like", "tf==2.4"), ("0.9,0.2", "1,0")),
    "saturated": Pair(("0,0.2", "1,0"), ("1e-300,0.2", "1,0")),
    "hard-predictions": Pair(("1,0,1", "1,0,0"), ("1,0,0.99", "1,0,0")),
    "float32": Pair(("1,0.5,0.25", "1,0,1"), ("1,0.5,0.3", "1,0,1")),
    "outputs-averaged": Pair((), ()),
    "float32-clip": Pair(("0.9,0.2", "1,0"), ("0.9,0.2", "1,0")),
    "nothing-counted": Pair(
        ("[[0.1,0.9]]", "-1", "--ignore-index", "-1"), ("[[0.1,0.9],[0.1,0.9]]", "-1,0", "--ignore-index", "-1")
    ),
    "weights": Pair(("0.9,0.2", "1,0", "--sample-weight", "1,2"), ("0.9,0.2", "1,0")),
    "negative": Pair(("[[0.9,0.9]]", "[[0.5,0.5]]", "--loss", "kl"), ("[[0.4,0.6]]", "[[0.5,0.5]]", "--loss", "kl")),
    "outputs": Pair(("[[0.9,0.2]]", "[[1,0]]", *BCE), ("0.9,0.2", "1,0", *BCE)),
    "below-prior": Pair((text(1.0 - PROB), text(YES)), (text(PROB), text(YES))),
    "uniform": Pair((text(np.full(10, 0.5)), text(YES[:10])), (text(np.full(10, 0.6)), text([1] * 10))),
    "above-one": Pair((text(np.full(10, 0.36)), text([1] * 10)), (text(np.full(10, 0.37)), text([1] * 10))),
    "few-rows": Pair((text(HEAVY), text([1] * 200)), (text(HEAVY[1:150]), text([1] * 149))),
}
BY_COMMAND_ONLY = {"float32-clip", "outputs-averaged"}  # check has no --dtype and no --reduction: losses tell it


def test_every_diagnostic_has_a_case_and_an_id_of_its_own() -> None:
    declared = [diagnostic.id for diagnostic in diagnostics()]
    assert len(set(declared)) == len(declared)
    assert set(declared) == set(PAIRS)
    assert all(diagnostic.trigger for diagnostic in diagnostics())


@pytest.mark.parametrize("name", sorted(PAIRS.keys() - BY_COMMAND_ONLY))
def test_a_diagnostic_is_raised_there_and_not_near_by(name: str) -> None:
    pair = PAIRS[name]
    assert name in ids(*pair.bad, stdin=pair.stdin[0])
    assert name not in ids(*pair.near, stdin=pair.stdin[1])


@pytest.mark.parametrize(("loss", "values"), [("mse", "012"), ("mae", "0.5,1.5"), ("acc", "cat,dog"), ("bce", "01")])
def test_predictions_that_are_the_labels(loss: str, values: str, tmp_path: Path) -> None:
    """One column twice, or classes that were predicted and taken for the true ones."""
    words = values.split(",") if "," in values else [*values]
    rows = [words[i * 7 % len(words)] for i in range(30)]
    path = tmp_path / "same.csv"
    for last, same in ((rows[-1], True), (rows[-2], False)):
        path.write_text("pred,label\n" + "".join(f"{x},{y}\n" for x, y in zip(rows, [*rows[:-1], last], strict=True)))
        assert ("labels-are-predictions" in ids(str(path))) is same
        below = losscli(loss, str(path)).err
        assert ("warning: the prediction is the label in all 30 rows: the labels may be" in below) is same


@pytest.mark.parametrize(("rule", "told"), [("sum", True), ("mean", False)])
def test_a_sum_of_rows_is_not_taken_for_one_of_entries(rule: str, told: bool) -> None:
    x, y = "[[1,2],[3,4]]", "[[1,1],[2,2]]"
    entries = losscli("torch.nn.MSELoss", x, y, "--reduction", "sum", "-q").out.strip()
    done = losscli("mse", x, y, "-r", rule)
    words = "a row's loss is the mean over its 2 outputs; added up over all entries, as frameworks do, it is"
    assert (f"note: {words} {float(entries):.7g}\n" in done.err) is told
    assert words not in losscli("mse", "1,2", "1,1", "-r", rule).err


def test_a_clip_below_float32_is_told() -> None:
    for clip, told in (("1e-15", True), ("1e-7", False)):
        result = losscli("bce", "0.9,0.2", "1,0", "--dtype", "float32", "--clip", clip)
        assert ("is 1 in float32" in result.err) is told


@pytest.mark.parametrize("name", sorted(PAIRS.keys() - BY_COMMAND_ONLY))
def test_the_command_of_a_finding_gives_the_loss_it_tells(name: str) -> None:
    """Run as printed, whatever the finding."""
    pair = PAIRS[name]
    for finding in found(*pair.bad, stdin=pair.stdin[0])["findings"]:
        if finding["command"] is None:
            continue
        words = shlex.split(finding["command"])
        assert words[0] == "losscli"
        result = losscli(*words[1:], "-q", stdin=pair.stdin[0])
        assert result.status == 0, (finding, result.err)
        if finding["value"] is not None:
            assert float(result.out) == float(finding["value"]), finding


@pytest.mark.parametrize("command", ["nll", "torch.nn.NLLLoss", "perplexity"])
def test_logits_for_log_probabilities_are_led_to_the_loss_that_takes_them(command: str) -> None:
    told = "ce --from-logits if they are logits; log-probabilities come out of a log-softmax: `losscli softmax --log`"
    assert told in losscli(command, text(LOGITS), Y).err
    assert "--from-logits" not in losscli("nll", "3,-1").err
    assert "--from-logits" not in losscli("torch.nn.KLDivLoss", text(LOGITS), text(P)).err


def test_swapped_yes_and_no_are_told() -> None:
    """By hand: the mean of -log p or -log(1 - p) of the right one of 1 - p and p."""
    finding = next(one for one in found(text(1.0 - PROB), text(YES))["findings"] if one["id"] == "swapped-columns")
    result = losscli(*shlex.split(finding["command"])[1:], "-q")
    right = -np.log(np.where(YES == 1.0, PROB, 1.0 - PROB)).mean()
    assert float(result.out) == finding["value"] == pytest.approx(right, rel=1e-12)


# By hand, of [[0.1, 0.9], [0.8, 0.2]] with the labels 1, 0: -(log 0.9 + log 0.8) / 2.
RIGHT = -(np.log(0.9) + np.log(0.8)) / 2
ROWS = [[0.1, 0.9], [0.8, 0.2]]
THREE, THREE_LABELS = [[0.7, 0.2, 0.1], [0.1, 0.1, 0.8], [0.2, 0.7, 0.1]] * 7, [0, 2, 1] * 7
RIGHT_THREE = -(2 * np.log(0.7) + np.log(0.8)) / 3


def table(columns: dict[str, list[Any]]) -> str:
    """Columns as CSV."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return stream.getvalue()


def columns_of(rows: list[list[Any]], order: list[int] | None = None) -> dict[str, list[Any]]:
    return {f"p_{i}": [row[j] for row in rows] for i, j in enumerate(order or range(len(rows[0])))}


TABLES: dict[str, tuple[dict[str, list[Any]], float]] = {
    "one-based": ({"y": [2, 1], **columns_of(ROWS)}, RIGHT),
    "percentages": ({"y": [1, 0], **columns_of([[10, 90], [80, 20]])}, RIGHT),
    "log-probabilities": ({"y": [1, 0], **columns_of(np.log(ROWS).tolist())}, RIGHT),
    "swapped-columns": ({"y": THREE_LABELS, **columns_of(THREE, [2, 0, 1])}, RIGHT_THREE),
    "letter-case": ({"y": ["Dog", "Cat"], "cat": [0.1, 0.8], "dog": [0.9, 0.2]}, RIGHT),
}


@pytest.mark.parametrize("way", ["stdin", "file", "two files", "columns"])
@pytest.mark.parametrize("name", TABLES)
def test_a_suggested_command_gives_the_right_loss(name: str, way: str, tmp_path: Path) -> None:
    columns, right = TABLES[name]
    stdin, args = "", []
    if way == "stdin":
        stdin = table(columns)
    elif way == "two files":
        (tmp_path / "the labels.csv").write_text(table({"y": columns["y"]}))
        (tmp_path / "p.csv").write_text(table({name: column for name, column in columns.items() if name != "y"}))
        args = [str(tmp_path / "p.csv"), str(tmp_path / "the labels.csv")]
    else:
        (tmp_path / "it's.csv").write_text(table(columns))
        args = [str(tmp_path / "it's.csv")]
    if way == "columns":
        args += ["--label", "y", "--pred", f"2-{len(columns)}"]
    finding = next(one for one in found(*args, stdin=stdin)["findings"] if one["id"] == name)
    result = losscli(*shlex.split(finding["command"])[1:], "-q", stdin=stdin)
    assert float(result.out) == pytest.approx(right, rel=1e-9)
    assert finding["value"] == float(result.out)


@pytest.mark.parametrize(
    ("args", "right"),
    [
        (("1,0", text(ROWS)), RIGHT),
        (("[[0,1],[1,0]]", text(ROWS)), RIGHT),
        (("1,0,1", "0.9,0.2,0.7"), -(np.log(0.9) + np.log(0.8) + np.log(0.7)) / 3),
        (("1,0", "[[2,3.5],[1.5,-1]]", "--from-logits"), (np.log1p(np.exp(-1.5)) + np.log1p(np.exp(-2.5))) / 2),
    ],
)
def test_swapped_arguments_are_told_with_the_right_command(args: tuple[str, ...], right: float, tmp_path: Path) -> None:
    inputs, options = args[:2], args[2:]
    paths = [tmp_path / f"{i}.json" for i in range(2)]
    for path, content in zip(paths, inputs, strict=True):
        path.write_text(content if content.startswith("[") else f"[{content}]")
    for given in (inputs, tuple(map(str, paths))):
        finding = found(*given, *options)["findings"][0]
        assert finding["id"] == "swapped-arguments"
        result = losscli(*shlex.split(finding["command"])[1:], "-q")
        assert float(result.out) == finding["value"] == pytest.approx(right, rel=1e-6)


def test_swapped_columns_of_a_table_are_asked_for_the_other_way_round() -> None:
    stdin = table({"a": [1, 0, 1], "b": [0.9, 0.2, 0.7]})
    finding = found("--pred", "a", "--label", "b", stdin=stdin)["findings"][0]
    assert (finding["id"], finding["command"]) == ("swapped-arguments", "losscli bce --label a --pred b")
    assert found("--label", "b", stdin=stdin)["findings"][0]["command"] is None


def test_another_loss_takes_over_what_both_have() -> None:
    options = ("--percent", "--class-weight", "1,2", "--clip", "0.001", "--like", "sklearn")
    findings = found("[[20,80],[60,40]]", "[[1,1],[1,0]]", *CE, *options)["findings"]
    finding = next(one for one in findings if one["id"] == "label-sum")
    assert (finding["id"], finding["command"]) == (
        "label-sum",
        "losscli bce '[[20,80],[60,40]]' '[[1,1],[1,0]]' --percent --like sklearn --clip 0.001",
    )
    assert float(losscli(*shlex.split(finding["command"])[1:], "-q").out) == finding["value"]


def test_words_given_first_are_told() -> None:
    for command in ("ce", "check"):
        result = losscli(command, "cat,dog", "[[0.1,0.9],[0.8,0.2]]")
        assert (result.status, result.err) == (
            3,
            "Error: value 1 is 'cat', not a number\n  at   PREDICTIONS\n  try  PREDICTIONS come first, then LABELS\n",
        )


def test_double_softmax_is_told_in_the_first_line() -> None:
    """27 classes, nearly one-hot, all right: given as logits, the loss is 2.3575, and no model can do better."""
    labels = np.arange(54) % 27
    nearly = softmax(30.0 * np.eye(27)[labels])
    first = losscli("check", text(nearly), text(labels), "--from-logits")
    assert first.out.splitlines()[0].split() == ["error", "double-softmax"]
    assert " 2.3575" in first.out  # log(1 + 26 / e) = 2.3575...
    again = losscli("check", text(softmax(nearly)), text(labels))
    assert again.out.splitlines()[0].split() == ["error", "double-softmax-floor"]
    assert "double softmax: 100% of the rows are right" in again.out
    assert (first.status, again.status) == (1, 1)
    document = found(text(softmax(nearly)), text(labels))
    assert document["report"]["value"] == pytest.approx(np.log1p(26 / np.e), rel=1e-9)
    assert document["findings"][0]["value"] == pytest.approx(0.0, abs=1e-6)


def clean() -> dict[str, tuple[str, list[str]]]:
    """Files with nothing wrong: stdin and options."""
    rng = np.random.default_rng(3)
    labels = rng.integers(0, 5, 300)
    logits = rng.normal(0.0, 1.0, (300, 5)) + 3.0 * np.eye(5)[labels]
    p = softmax(logits.astype(np.float32))
    names = ["ant", "bee", "cat", "dog", "eel"]
    tables: dict[str, tuple[dict[str, list[Any]], list[str]]] = {}
    for digits in (4, 5, 6, 7, 8):
        rows = [[f"{value:.{digits}f}" for value in row] for row in p.tolist()]
        tables[f"softmax of float32, {digits} digits"] = ({"y": labels.tolist(), **columns_of(rows)}, [])
    tables["logits"] = ({"y": labels.tolist(), **columns_of(logits.tolist())}, ["--from-logits"])
    tables["log-probabilities"] = ({"y": labels.tolist(), **columns_of(np.log(p).tolist())}, ["--from-log-probs"])
    words: dict[str, list[Any]] = {"label": [names[i] for i in labels]}
    tables["names"] = (words | {name: p[:, i].tolist() for i, name in enumerate(names)}, [])
    hot = {f"y_{i}": np.eye(5, dtype=int)[labels][:, i].tolist() for i in range(5)}
    tables["one-hot"] = (hot | columns_of(p.tolist()), ["--label", "y_*", "--pred", "p_*"])
    yes = rng.integers(0, 2, 300)
    tables["yes or no"] = ({"y": yes.tolist(), "p": (0.6 * yes + rng.uniform(0.05, 0.35, 300)).tolist()}, [])
    target = rng.normal(50.0, 10.0, 300)
    tables["values"] = ({"y": target.tolist(), "prediction": (target + rng.normal(0.0, 3.0, 300)).tolist()}, [])
    return {name: (table(columns), options) for name, (columns, options) in tables.items()}


CLEAN = clean()


@pytest.mark.parametrize("name", CLEAN)
def test_nothing_is_raised_on_clean_files(name: str) -> None:
    stdin, options = CLEAN[name]
    document = found(*options, stdin=stdin)
    assert (document["findings"], document["passed"]) == ([], True)


EXAMPLES: dict[str, list[str]] = {
    "digits.csv": [],
    "digits_logits.csv": ["--from-logits"],
    "iris.csv": ["--label", "species"],
    "breast_cancer.csv": [],
    "diabetes.csv": [],
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_examples_are_right(name: str) -> None:
    document = found(f"examples/{name}", *EXAMPLES[name])
    assert document["passed"]
    assert [finding for finding in document["findings"] if finding["severity"] in ("error", "warning")] == []


PAIR = ("[[0.2,0.8],[0.6,0.4]]", "1,0")
WEIGHTED = ("--sample-weight", "1,3")


@pytest.mark.parametrize(
    ("command", "hint"),
    [
        (("ce", *PAIR, *WEIGHTED, "--like", "sklearn"), "--like keras divides by N"),
        (("ce", *PAIR, *WEIGHTED, "--reduction", "weighted-mean"), "--reduction mean"),
        (("nll", "[[-0.2,-1.7],[-0.9,-0.5]]", "1,0", "--class-weight", "1,3"), "--like exact divides by N"),
        (
            ("ce", "[[0.2,0.6],[0.6,0.4]]", "1,0", "--no-rescale"),
            "only under keras, kaggle, sklearn==1.2-1.4, sklearn==0.14-1.1 are they divided by it",
        ),
        (("focal", "[[0.2,0.6],[0.6,0.4]]", "1,0", "--no-rescale"), "only under keras are they"),
    ],
)
def test_what_frameworks_do_is_read_off_the_calls_of_the_loss(command: tuple[str, ...], hint: str) -> None:
    assert hint in losscli(*command).err


def test_columns_with_names_are_put_in_order_for_labels_that_are_numbers() -> None:
    """A name says nothing of a number: the order is given in numbers, and the loss told is that of the command."""
    rows = {
        "a": [0.1, 0.2, 0.8, 0.7, 0.1, 0.2],
        "b": [0.8, 0.7, 0.1, 0.2, 0.1, 0.1],
        "c": [0.1, 0.1, 0.1, 0.1, 0.8, 0.7],
    }
    stdin = table(rows | {"y": [0, 0, 1, 1, 2, 2]})
    for more in ((), ("--class-weight", "a=2,b=1,c=1")):
        finding = next(
            one for one in found("--label", "y", *more, stdin=stdin)["findings"] if one["id"] == "swapped-columns"
        )
        words = shlex.split(finding["command"])[1:]
        assert words[words.index("--classes") + 1] == "1,0,2"
        assert (
            float(losscli(*words, "-q", stdin=stdin).out)
            == finding["value"]
            == pytest.approx(0.28990925, rel=1 if more else 1e-6)
        )
        assert "swapped-columns" not in ids(*words[1:], stdin=stdin)


def test_an_order_that_does_not_better_the_loss_is_no_cure() -> None:
    """Most rows would be right, and one that is sure and wrong costs more than they save."""
    x = [*[[0.49, 0.51]] * 10, *[[0.51, 0.49]] * 10, [1e-7, 1 - 1e-7], [1 - 1e-7, 1e-7]]
    finding = next(
        one
        for one in found(text(np.array(x)), text([0] * 10 + [1] * 10 + [1, 0]))["findings"]
        if one["id"] == "swapped-columns"
    )
    assert (finding["command"], finding["value"]) == (None, None)


@pytest.mark.parametrize("options", [("--clip", "0.001"), ("--percent",), ("--no-rescale",)])
def test_a_reading_as_logits_leaves_out_what_acts_on_probabilities(options: tuple[str, ...]) -> None:
    finding = found("[[3,-2],[-1,4],[5,1]]", "0,1,0", *options)["findings"][0]
    assert finding["command"] == "losscli ce '[[3,-2],[-1,4],[5,1]]' 0,1,0 --from-logits"


SEVERAL = {
    "logits, counted from 1": ("[[2,-1,0.3],[0.1,3,-2],[1,2,3]]", "3,1,2"),
    "logits, unlabelled": ("[[2,-1,0.3],[0.1,3,-2],[1,2,3]]", "0,1,255"),
    "percent, counted from 1": ("[[10,70,20],[30,30,40],[80,10,10]]", "3,1,2"),
    "logits, ignored labels": ("[[2,-1,0.3],[0.1,3,-2],[1,2,3]]", "0,-100,1"),
    "logits, signs": ("-2,3,0.5", "-1,1,1"),
}


@pytest.mark.parametrize("kind", SEVERAL)
def test_each_command_that_is_offered_runs(kind: str) -> None:
    findings = found(*SEVERAL[kind])["findings"]
    commands = [finding["command"] for finding in findings if finding["command"]]
    for command in commands:
        assert losscli(*shlex.split(command)[1:], "-q").status == 0, command
    assert commands
    assert len(set(commands)) == 1 or not any(finding["severity"] == "error" for finding in findings)


def test_a_change_that_is_not_enough_says_so() -> None:
    done = losscli("check", "[[2,-1,0.3],[NaN,3,-2],[1,2,3]]", "0,1,2")
    assert "try     --from-logits if they are logits\nand     something else: this alone does not fix it\n" in done.out
    assert "\nrun " not in done.out
