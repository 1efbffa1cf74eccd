"""Is the arithmetic that ``--explain`` writes that of the kernels, and can one read it?"""

from __future__ import annotations

import json
import math
import shlex
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from losscli.answers.explain.explain import Explainer, Explanation
from losscli.answers.explain.row_selection import RowSelection
from losscli.cli.commands.loss_command import command_line
from losscli.core.batch import Batch, Dataset
from losscli.core.evaluate import Evaluation
from losscli.core.settings import Settings
from losscli.core.steps import PlainSteps
from losscli.losses import CALLS, LOSSES, Loss, find
from losscli.losses.vocabulary import Domain, Kind, Takes
from losscli.record import replace
from tests.support.laws import sample
from tests.support.shell import losscli as shell

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROWS = 7
UNWEIGHTED = ("max-error", "spearman-correlation", "kendall-correlation")
EPS = float(np.finfo(np.float64).eps)

# Parameters at which the formulas of a loss differ.
PARAMS: dict[str, tuple[dict[str, Any], ...]] = {
    "cross-entropy": ({"label_smoothing": 0.1}, {"label_smoothing": 1.0}),
    "binary-cross-entropy": ({"label_smoothing": 0.1}, {"pos_weight": 3.0}, {"pos_weight": [1.0, 2.0, 0.5, 4.0]}),
    "focal": ({"gamma": 0.0, "alpha": 1.0}, {"gamma": 3.5, "label_smoothing": 0.2}),
    "binary-focal": ({"alpha": 0.3}, {"alpha": 0.3, "gamma": 0.5, "label_smoothing": 0.2}),
    "generalized-cross-entropy": ({"q": 0.0}, {"q": 1.0}, {"q": 0.7}),
    "poly-cross-entropy": ({"epsilon": -1.0},),
    "brier": ({"scale_by_half": "true"}, {"scale_by_half": "false"}),
    "mean-absolute-percentage-error": ({"epsilon": 2.0},),
    "huber": ({"delta": 0.3}, {"delta": 30.0}),
    "smooth-l1": ({"beta": 0.0}, {"beta": 3.0}),
    "quantile": ({"alpha": 0.1}, {"alpha": 1.0}),
    "poisson": ({"epsilon": 0.0},),
    "poisson-nll": ({"full": True},),
    "gaussian-nll": ({"full": True}, {"eps": 1.0}),
    "tweedie-deviance": tuple({"power": power} for power in (-1.0, 1.0, 1.5, 2.0, 3.0)),
    "multi-margin": ({"p": 2}, {"margin": 0.2}),
    "hinge-embedding": ({"margin": 3.0},),
    "margin-ranking": ({"margin": 2.0},),
    "accuracy": ({"top_k": 3},),
    "top-k-accuracy": ({"k": 0}, {"k": 2}),
    "balanced-accuracy": ({"adjusted": True},),
    "cosine-embedding": ({"margin": 0.5},),
    "triplet-margin": ({"swap": True}, {"p": 1.0, "margin": 3.0}, {"p": math.inf}),
    "nt-xent": ({"temperature": 1.0},),
    "multi-similarity": ({"alpha": 1.0, "beta": 3.0, "base": 0.0},),
    "signal-to-noise-ratio": ({"zero_mean": True},),
    "si-sdr": ({"zero_mean": True},),
    "circle": ({"gamma": 1.0, "margin": 0.25}, {"remove_diagonal": False}),
    "tversky": ({"alpha": 0.2, "beta": 1.5},),
    "r2-score": ({"force_finite": False}, {"multioutput": "variance_weighted"}),
    "explained-variance": ({"force_finite": False}, {"multioutput": "variance_weighted"}),
    "d2-tweedie-score": ({"power": 1.0}, {"power": 1.5}),
    "d2-pinball-score": ({"alpha": 0.9},),
}


def explained(loss: Loss, x: Any, y: Any, **given: Any) -> list[Explanation]:
    """Of all rows."""
    options = dict(given)
    params = {param.name: options.pop(param.name) for param in loss.params if param.name in options}
    extras = {name: np.asarray(options.pop(name)) for name in loss.extras if name in options}
    weights = options.pop("sample_weight", None)
    x = np.asarray(x, np.float64)
    labels = np.empty((len(x), 0)) if y is None else np.asarray(y)
    explainer = Explainer(RowSelection(((1, len(x)),)))
    settings = Settings(params=params, **options)
    batch = Batch(0, x, labels, None if weights is None else np.asarray(weights, np.float64), extras=extras)
    evaluation = Evaluation(PlainSteps(loss, settings), Dataset(iter([batch])))
    evaluation.observe = explainer
    losses = [loss for rows in evaluation.run() for loss in rows.loss.tolist()]
    if losses:  # the last lines are the rows' losses
        assert [np.asarray(found.steps[-1].value).tolist() for found in explainer.found] == losses
    assert evaluation.report().samples == len(x)
    return explainer.found


def check(loss: Loss, x: Any, y: Any, **given: Any) -> None:
    """The steps agree with the kernel.

    To 12 digits, and to some units in the last place of the largest number on the way: that is what subtracting
    rounded numbers leaves.
    """
    found = explained(loss, x, y, **given)
    assert found
    for explanation in found:
        *_, last = explanation.steps
        written = np.asarray(last.written, np.float64)
        actual = np.asarray(last.value, np.float64)
        sizes = [np.abs(step.value).max() for step in explanation.steps if np.size(step.value) and _numeric(step.value)]
        largest = max([1.0, *(float(size) for size in sizes if np.isfinite(size))])
        np.testing.assert_allclose(written, actual, rtol=1e-12, atol=32.0 * EPS * largest)


def _numeric(value: Any) -> bool:
    return np.asarray(value).dtype.kind in "fi"


def kinds(loss: Loss, x: Any, options: dict[str, Any]) -> Iterator[tuple[Any, dict[str, Any]]]:
    """The same predictions as all that they may be."""
    options = dict(options)
    if not options.pop("from_logits", False):
        yield x, options
        return
    p = 1.0 / (1.0 + np.exp(-x)) if loss.takes is Takes.BINARY else np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True)
    for kind, values in ((Kind.LOGITS, x), (Kind.PROBABILITIES, p), (Kind.LOG_PROBABILITIES, np.log(p))):
        yield values, options | {"kind": kind}


@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.name)
@pytest.mark.parametrize("weighted", [pytest.param(False, marks=pytest.mark.long), True])
def test_the_steps_agree_with_the_kernel(loss: Loss, weighted: bool) -> None:
    rng = np.random.default_rng(weighted)
    x, y, options = sample(loss, rng, ROWS)
    weights = rng.uniform(0.5, 2.0, ROWS) if weighted and loss.name not in UNWEIGHTED else None
    for params, like in product([{}, *PARAMS.get(loss.name, ())], [None, "exact", *loss.frameworks]):
        for values, how in kinds(loss, x, options):
            check(loss, values, y, like=like, sample_weight=weights, **params, **how)


@pytest.mark.parametrize("loss", [loss for loss in LOSSES if loss.takes is Takes.CLASS], ids=lambda loss: loss.name)
def test_the_steps_agree_with_the_kernel_for_labels_of_every_form(loss: Loss) -> None:
    rng = np.random.default_rng(3)
    x, y, options = sample(loss, rng, ROWS)
    for values, how in kinds(loss, x, options):
        check(loss, values, np.eye(x.shape[1])[y], **how)
        check(loss, values, rng.dirichlet(np.ones(x.shape[1]), ROWS), **how)
        check(loss, values, y, class_weight=[1.0, 2.0, 0.5, 0.0], **how)
        check(loss, values, y, class_weight="balanced", sample_weight=rng.uniform(0.0, 2.0, ROWS), **how)
        several = np.stack([values, values[::-1]], axis=1)  # two labels a row
        check(loss, several, np.stack([y, y[::-1]], axis=1), **how)


@pytest.mark.parametrize(
    "loss",
    [loss for loss in LOSSES if loss.takes in (Takes.BINARY, Takes.VALUE, Takes.MARGIN, Takes.DECISION)],
    ids=lambda loss: loss.name,
)
def test_the_steps_agree_with_the_kernel_for_single_outputs(loss: Loss) -> None:
    rng = np.random.default_rng(4)
    x, y, options = sample(loss, rng, ROWS)
    if loss.takes is Takes.DECISION:
        x, y = x[:, 0], y % 2
    else:
        x, y = x[:, 0], y[:, 0]
    options = {name: value[:, 0] if isinstance(value, np.ndarray) else value for name, value in options.items()}
    for values, how in kinds(loss, x, options):
        check(loss, values, y, **how)
        one_column = {name: value[:, None] if isinstance(value, np.ndarray) else value for name, value in how.items()}
        check(loss, values[:, None], y[:, None], **one_column)


@pytest.mark.parametrize("loss", [loss for loss in LOSSES if loss.param("multioutput")], ids=lambda loss: loss.name)
@pytest.mark.parametrize("multioutput", ["uniform_average", [1.0, 2.0, 0.5]])
def test_the_steps_agree_with_the_kernel_for_several_outputs(loss: Loss, multioutput: Any) -> None:
    x, y = np.exp(np.random.default_rng(5).normal(0.0, 1.0, (2, ROWS, 3)))
    y[:, 2] = 1.0  # nothing varies
    check(loss, x, y, multioutput=multioutput)
    if loss.name not in UNWEIGHTED:
        check(loss, x, y, multioutput=multioutput, sample_weight=np.arange(1.0, ROWS + 1.0))


def test_the_law_would_notice_a_wrong_step() -> None:
    """A canary."""
    loss = find("mse")
    assert loss is not None
    wrong = replace(loss, steps=(("e", "x - y"), ("loss", "abs(e)")))
    with pytest.raises(AssertionError):
        check(wrong, [1.0, 2.0], [3.0, 5.0])


LOGITS = ["ce", "[[0.5,1.5,0.1],[2.2,1.3,1.7]]", "[1,2]", "--from-logits"]


def steps(*args: str, stdin: str = "") -> list[dict[str, Any]]:
    """The entries of the JSON document."""
    result = shell(*args, "-f", "json", stdin=stdin)
    assert result.status == 0, result.err
    entries: list[dict[str, Any]] = json.loads(result.out, parse_constant=pytest.fail)["explain"]
    return entries


def values(entry: dict[str, Any]) -> dict[str, Any]:
    return {step["symbol"]: step["value"] for step in entry["steps"]}


def test_the_hand_calculation_of_the_logits() -> None:
    # Softmax and loss of the first row, by hand; their mean as tf.nn has it, TensorFlow 2.21 in float64.
    row, reduction = steps(*LOGITS, "--explain")
    found = values(row)
    assert found["m"] == 1.5
    assert found["p"] == pytest.approx([0.227863, 0.61939586, 0.15274114], rel=1e-7)
    assert found["p_y"] == pytest.approx(0.61939586)
    assert found["loss"] == pytest.approx(0.4790107)
    assert values(reduction)["mean"] == 0.8393433389787792


TEXT_OF_LOGITS = """\
cross-entropy   in nats
─────────────────────────
formula         -log p[y]
convention      keras

row 1   formula    with numbers
─────────────────────────────────────────────────────────────────────────
x                  [0.5 1.5 0.1]                         logits
m       max(x)     max(0.5, 1.5, 0.1) = 1.5              the largest
z       x - m      [-1 0 -1.4]                           the shift
e       exp(z)     [0.3678794 1 0.246597]                the exponentials
s       sum(e)     0.3678794 + 1 + 0.246597 = 1.614476   their sum
p       e / s      [0.227863 0.6193959 0.1527411]        softmax
y                  1                                     label
p_y     p[y]       p[1] = 0.6193959                      of the label
log_p   log(p_y)   log(0.6193959) = -0.4790107
loss    -log_p     -(-0.4790107) = 0.4790107
1 of 2 rows: --explain 2 shows the last, --explain 1-2 the first.

reduction   formula       with numbers
──────────────────────────────────────────────────────────────────────────
sum         sum(losses)   0.4790107 + 1.199676 = 1.678687   of 2 values
N                         2                                 values counted
mean        sum / N       1.678687 / 2 = 0.8393433

input        taken as        because
───────────────────────────────────────────────────────────────────────────
read as      logits          asked for
label form   sparse          one class number for each row of predictions
convention   keras           the default; --like exact is plain mathematics
samples      2 x 3 classes
cross-entropy|logits|labels:sparse|keras|mean/N|float64|losscli:0.1.0
"""
TEXT_OF_CLIPPED = """\
cross-entropy   in nats
─────────────────────────
formula         -log p[y]
convention      keras

row 2 (b)   formula                with numbers
──────────────────────────────────────────────────────────────────────────────
x                                  [0.1 0.8 0]                   probabilities
p           x / sum(x)             [0.1111111 0.8888889 0]       rescaled
y                                  2                             label: bird
p_y         p[y]                   p[2] = 0                      of the label
c           clip(p_y, 1e-07, 1 -   1e-07                         clipped
            1e-07)
log_p       log(c)                 log(1e-07) = -16.1181
cost        -log_p                 -(-16.1181) = 16.1181
w                                  2                             sample weight
v                                  0.5                           class weight
loss        w * v * cost           2 * 0.5 * 16.1181 = 16.1181

reduction       formula       with numbers
──────────────────────────────────────────────────────────────────────────────
sum             sum(losses)   0.05129329 + 16.1181 = 16.16939   of 2 values
W                             2                                 sum of weights
weighted-mean   sum / W       16.16939 / 2 = 8.084694
"""
TEXT_OF_HUBER = """\
row 2   formula                        with numbers
──────────────────────────────────────────────────────────────────────────────
x                                      3                            prediction
y                                      1                            label
e       x - y                          3 - 1 = 2
delta                                  1                            --delta
        abs(e) <= delta                abs(2) <= 1: no
loss    delta * (abs(e) - delta / 2)   1 * (abs(2) - 1 / 2) = 1.5
"""


def test_the_text_of_a_row_of_logits() -> None:
    assert shell(*LOGITS, "--explain").out == TEXT_OF_LOGITS


def test_the_text_of_a_clipped_row_with_weights() -> None:
    table = "id,cat,dog,bird,label,w\na,0.05,0.95,0,dog,1\nb,0.1,0.8,0,bird,2\n"
    args = ["--class-weight", "bird=0.5", "--sample-weight", "w", "-r", "weighted-mean", "--explain", "2"]
    result = shell("ce", *args, stdin=table)
    explained, _, read = result.out.rpartition("\n\n")
    assert explained + "\n" == TEXT_OF_CLIPPED
    assert "sample weights column 6 (w); labels column 5 (label)" in read
    assert "clipped to [1e-07, 1 - 1e-07] (keras)" in result.err


def test_the_text_of_the_branch_that_is_taken() -> None:
    out = shell("huber", "0.5,3", "1,1", "--explain", "2").out
    assert TEXT_OF_HUBER in out
    assert "abs(e) <= delta   abs(-0.5) <= 1: yes" in shell("huber", "0.5,3", "1,1", "--explain", "1").out


@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.name)
def test_it_fits_into_80_columns(loss: Loss) -> None:
    for example in loss.examples:
        result = shell(*shlex.split(command_line(loss, example))[1:], "--explain")
        assert result.status == 0, result.err
        tables, _, read = result.out.rpartition("\n\n")
        assert max(map(len, tables.splitlines())) <= 80
        assert "samples" in read


def test_markdown() -> None:
    lines = shell(*LOGITS, "--explain", "-f", "markdown").out.splitlines()
    assert "| row 1 | formula | with numbers |  |" in lines
    assert "| s | sum(e) | 0.3678794 + 1 + 0.246597 = 1.614476 | their sum |" in lines
    assert "| mean | sum / N | 1.678687 / 2 = 0.8393433 |  |" in lines


def test_json_keeps_the_report_and_every_digit_and_entry() -> None:
    wide = ",".join(["0.0625"] * 16)
    plain = json.loads(shell("ce", f"[[{wide}]]", "3", "-f", "json").out)
    document = json.loads(shell("ce", f"[[{wide}]]", "3", "-f", "json", "--explain").out)
    row, _ = document.pop("explain")
    assert document == plain
    assert (row["of"], row["row"], row["id"], row["counted"], row["remark"]) == ("row", 1, None, True, "")
    assert row["steps"][0] == {
        "symbol": "p",
        "formula": "",
        "with_numbers": "",
        "value": [0.0625] * 16,
        "meaning": "probabilities",
    }
    assert row["steps"][-1]["value"] == plain["value"]
    assert row["steps"][-1]["with_numbers"] == "-(-2.772588722239781)"


def test_json_is_strict_and_says_which_alternative_was_taken() -> None:
    row, _ = steps("ce", "0,1", "0", "--explain", "--like", "exact")
    assert values(row)["loss"] == "Infinity"
    row, _ = steps("huber", "3", "1", "--explain")
    assert [step for step in row["steps"] if not step["symbol"]] == [
        {"symbol": "", "formula": "abs(e) <= delta", "with_numbers": "abs(2) <= 1", "value": False, "meaning": ""}
    ]


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        # by hand: -(0.9333 log 0.7 + 0.0333 log 0.2 + 0.0333 log 0.1)
        (
            ["ce", "[[0.7,0.2,0.1]]", "0", "--label-smoothing", "0.1"],
            {"u": [0.9 + 0.1 / 3, 0.1 / 3, 0.1 / 3], "loss": 0.46329738},
        ),
        # by hand: -(0.5 log 0.7 + 0.5 log 0.2)
        (["ce", "[[0.7,0.2,0.1]]", "[[0.5,0.5,0]]"], {"t": [0.5, 0.5, 0.0], "loss": 0.98305642}),
        # by hand: the entry of the label with its sign flipped
        (["nll", "-2.5,-0.1,-4", "1"], {"log_p": -0.1, "loss": 0.1}),
        # by hand: exp(-inf) is 0, so that two classes are left: log(1 + exp(-1))
        (["ce", "[[1,-inf,0]]", "0", "--from-logits"], {"e": [1.0, 0.0, math.exp(-1.0)], "loss": 0.31326169}),
        # by hand: -(log 0.7 + log 0.8) / 2
        (["bce", "[[0.3,0.8]]", "[[0,1]]"], {"q": [0.7, 0.2], "loss": 0.28990925}),
        # by hand: 0.25 0.8^2 (-log 0.2)
        (["focal", "0.2,0.8", "0"], {"p_y": 0.2, "gamma": 2.0, "loss": 0.25751007}),
        # by hand: 0.5^2 / 2 inside of delta, 2 - 0.5 outside, and their mean
        (["huber", "[[0.5,3]]", "[[1,1]]"], {"each": [0.125, 1.5], "loss": 0.8125}),
        # by hand: 1 + 0.5
        (["hinge", "0.5", "-1"], {"s": -1.0, "loss": 1.5}),
        # by hand: 0.5 log 2 - 0.25 log 2
        (["kl", "[[0.25,0.25,0.5]]", "[[0.5,0.25,0.25]]"], {"loss": 0.1732868}),
        # by hand: 1 - (1 + 1) / (4 + 0 + 4)
        (["r2", "1,4,4", "1,3,5"], {"missed": 2.0, "middle": 3.0, "whole": 8.0, "score": 0.75}),
    ],
    ids=lambda part: part[0] if isinstance(part, list) else "",
)
def test_steps_by_hand(args: list[str], expected: dict[str, Any]) -> None:
    found = values(steps(*args, "--explain")[0])
    for symbol, value in expected.items():
        assert found[symbol] == pytest.approx(value, rel=1e-7), symbol


@pytest.mark.parametrize(
    ("x", "y", "score"),
    [
        ("2,1,0", "2,1,1", "2 == 2: yes, 1"),
        ("2,1,0", "1,1,0", "2 == 1: no, 0"),
        ("cat,dog", "cat,cat", "x == y: yes, 1"),
    ],
)
def test_a_class_that_is_predicted_is_compared(x: str, y: str, score: str) -> None:
    told = shell("acc", x, y, "--explain")
    assert (told.status, f"score   x == y    {score}" in told.out, "threshold   0.5" in told.out) == (0, True, False)


def test_a_loss_that_plain_arithmetic_loses_is_told() -> None:
    out = shell("ce", "[[0,60]]", "1", "--from-logits", "--explain").out
    assert "log(1) = 0\nloss    -log_p     -0 = 8.756511e-27\n" in out
    assert "With every step rounded the result is 0; losscli computes 8.756511e-27" in out
    assert "rounded" not in shell(*LOGITS, "--explain", "--dtype", "float32").out


def test_a_probability_too_small_for_a_float_is_no_loss_of_infinity() -> None:
    row, _ = steps("ce", "[[0,800]]", "0", "--from-logits", "--explain")
    assert row["steps"][-2]["formula"] == "z[y] - log(s)"
    assert (row["steps"][-1]["value"], row["remark"]) == (800.0, "")


def test_rows_that_do_not_count_are_told() -> None:
    first, second, reduction = steps(*LOGITS[:2], "[1,-1]", *LOGITS[3:], "--ignore-index", "-1", "--explain", "1,2")
    assert (first["counted"], second["counted"]) == (True, False)
    assert second["remark"] == "not counted: its label is the one to be ignored"
    assert values(reduction)["N"] == 1
    out = shell("ce", "[[0.2,0.8]]", "0", "--ignore-index", "0", "--explain").out
    assert "sum                   0              of 0 values" in out
    assert "mean        sum / N   0 / 0 = nan" in out
    out = shell("mse", "1,nan,2", "1,2,4", "--nan", "skip", "--explain", "2-3").out
    assert "row 2\n──────────────────────────────────────────────────\nnot counted: it holds NaN" in out
    assert "row 3 " in out


def test_one_of_several_labels_of_a_row_is_ignored() -> None:
    # by hand: log 2, and nothing
    row, _ = steps("ce", "[[[0,0],[1,0]]]", "[[0,-1]]", "--from-logits", "--ignore-index", "-1", "--explain")
    assert values(row)["loss"] == pytest.approx([math.log(2.0), 0.0])


def test_the_divisor_is_that_of_the_report() -> None:
    args = ["ce", "[[0.5,0.5],[0.2,0.8]]", "0,1", "--class-weight", "1,3", "--explain"]
    for how, symbol, divisor in ((["--like", "torch"], "W", 4.0), ([], "N", 2)):
        *_, reduction = steps(*args, *how)
        assert values(reduction)[symbol] == divisor
    assert [entry["of"] for entry in steps(*args, "-r", "none")] == ["row"]
    assert list(values(steps(*args, "-r", "sum")[-1])) == ["sum"]
    assert list(values(steps(*args, "-r", "batchmean")[-1])) == ["sum", "rows", "batchmean"]


def test_rows_are_found_in_a_stream(tmp_path: Path) -> None:
    rows = 20_000
    path = tmp_path / "t.csv"
    path.write_text("pred,label\n" + "".join(f"{i},0\n" for i in range(1, rows + 1)))
    found = steps("mae", str(path), "--explain", f"{rows},3,2-4")
    assert [(entry["row"], values(entry)["loss"]) for entry in found[:-1]] == [(2, 2), (3, 3), (4, 4), (rows, rows)]
    assert values(found[-1])["mean"] == (rows + 1) / 2  # by hand: the middle of 1..n


def test_a_sum_of_too_many_to_keep() -> None:
    rows = 70_000
    [_, reduction] = steps("mae", "-", "--explain", "-r", "sum", stdin="pred,label\n" + "1,0\n" * rows)
    assert reduction["steps"][0] | {"meaning": ""} == {
        "symbol": "sum",
        "formula": "",
        "with_numbers": "",
        "value": rows,
        "meaning": "",
    }


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ([*LOGITS, "--explain", "3"], "Error: --explain 3: there are only 2 rows\n"),
        ([*LOGITS, "--explain", "1,2-9"], "Error: --explain 1,2-9: there are only 2 rows\n"),
        (["mse", "1", "2", "--explain", "2"], "Error: --explain 2: there is only 1 row\n"),
        (
            [*LOGITS, "--explain", "0"],
            "Error: --explain 0: rows count from 1 upwards\n  try  --explain 3, 1,4 or 2-5\n",
        ),
        ([*LOGITS, "--explain=b"], "Error: --explain b: rows are given by number\n  try  --explain 3, 1,4 or 2-5\n"),
        (
            [*LOGITS, "--explain", "-f", "csv"],
            "Error: --explain writes no csv\n  try  -f table, markdown, html or json\n",
        ),
        (
            ["r2", "1,2", "1,3", "--explain", "1"],
            "Error: r2-score is one number of all rows together\n  try  --explain without rows\n",
        ),
        (
            ["keras.losses.CosineSimilarity", "[[1,2]]", "[[2,1]]", "--explain"],
            "Error: --explain cannot write out this call of keras.losses.CosineSimilarity\n"
            "  try  losscli cosine --explain\n",
        ),
        (["keras.losses.Huber", "1,2", "1,3", "--explain", "2"], "Error: --explain 2: there is only 1 row\n"),
    ],
    ids=lambda part: " ".join(part[3:]) if isinstance(part, list) else "",
)
def test_errors(args: list[str], message: str) -> None:
    result = shell(*args)
    assert (result.status, result.out, result.err) == (2, "", message)


def test_bad_rows_are_bad_rows() -> None:
    result = shell("ce", "[[0.5,0.5],[2,3]]", "0,1", "--explain")
    assert (result.status, result.out) == (3, "")


def test_a_bare_number_is_not_explained() -> None:
    result = shell(*LOGITS, "--explain", "-q")
    message = "Error: -q prints only the number, so --explain cannot be shown\n  try  leave -q out\n"
    assert (result.status, result.out, result.err) == (2, "", message)


def test_digits_apply() -> None:
    assert "-(-0.479) = 0.479\n" in shell(*LOGITS, "--explain", "--digits", "3").out


def test_a_long_name_leaves_room() -> None:
    out = shell("huber", "--id", "id", "--explain", stdin=f"id,pred,label\n{'x' * 99},12345.678,2\n").out
    assert "row 1 (xxxxxxxxxxxxxxx…)" in out
    assert max(map(len, out.rpartition("\n\n")[0].splitlines())) <= 80


def test_text_from_the_data_reaches_no_terminal() -> None:
    out = shell("ce", "-y", "label", "--explain", stdin="a\x1b,b,label\n0.5,0.5,a\x1b\n").out
    assert "\x1b" not in out
    assert "label: a\\x1b" in out


TABLE = "[[0.2,0.7,0.1],[0.6,0.3,0.1]]"
LOGITS_TABLE = "[[0.5,1.5,0.1],[2.2,1.3,1.7]]"
HOT = "[[0,1,0],[1,0,0]]"


@pytest.mark.parametrize(
    "args",
    [
        ["torch.nn.CrossEntropyLoss", LOGITS_TABLE, "1,2", "--weight", "1,2,0.5"],
        ["torch.nn.CrossEntropyLoss", LOGITS_TABLE, "1,-100"],
        ["torch.nn.BCEWithLogitsLoss", LOGITS_TABLE, HOT, "--pos-weight", "3"],
        ["torch.nn.BCELoss", "0,0.3", "1,0"],
        ["torch.nn.HuberLoss", "1,4", "1.5,1", "--delta", "0.75"],
        ["keras.losses.CategoricalCrossentropy", TABLE, HOT, "--label-smoothing", "0.1"],
        ["keras.losses.SparseCategoricalCrossentropy", "[[0.2,0.7,0],[0.6,0.3,0.1]]", "[[2],[0]]"],
        ["keras.losses.BinaryCrossentropy", TABLE, HOT, "--sample-weight", "1,2"],
        ["keras.losses.Hinge", "[[0.5,-2]]", "[[1,0]]"],
        ["keras.losses.KLDivergence", TABLE, HOT],
        ["keras.losses.Huber", "1,2", "1,3"],
        ["optax.losses.sigmoid_binary_cross_entropy", "1,-2", "1,0"],
        ["tf.nn.sparse_softmax_cross_entropy_with_logits", LOGITS_TABLE, "1,2"],
    ],
    ids=lambda args: args[0],
)
def test_calls_whose_formula_is_that_of_the_loss(args: list[str]) -> None:
    document = json.loads(shell(*args, "-f", "json", "--explain").out)
    row = document["explain"][0]
    assert row["steps"][-1]["symbol"] == "loss"
    if document["per_sample"] is not None and np.ndim(document["per_sample"]):
        assert row["steps"][-1]["value"] == document["per_sample"][0]
    if document["value"] is not None:
        assert list(values(document["explain"][-1]).values())[-1] == document["value"]


def test_nan_is_no_sign_that_a_call_of_its_own_computes_the_formula() -> None:
    table = "[[-0.5,-0.7],[-0.1,-2.3]]"
    result = shell("optax.losses.kl_divergence_with_log_targets", table, "[[0,-inf],[-0.1,-2.3]]", "--explain")
    assert (result.status, result.out) == (2, "")
    assert "--explain cannot write out this call" in result.err


def test_a_call_is_written_out_of_more_axes_than_two() -> None:
    found = shell("keras.losses.MeanAbsoluteError", "[[[1,2],[3,4]]]", "[[[1,1],[3,3]]]", "--explain", "-f", "json")
    assert json.loads(found.out)["explain"][0]["steps"][-1]["value"] == [0.5, 0.5]


@pytest.mark.long
def test_calls_are_written_out_or_refused() -> None:
    """And never end in an error of this program, whatever they make of the arrays."""
    table, wide = "[[0.2,0.8],[0.6,0.4]]", "[[1,0],[0,1]]"
    written = 0
    calls = [call for call, (_, reference) in CALLS.items() if not reference.extras]
    for call, labels in product(calls, ["0,1", wide]):
        result = shell(call, table, labels, "--explain")
        assert result.status in (0, 2, 3), result.err
        written += result.status == 0
    assert written >= 50


def _cut(values: Any, *, rows: bool, items: bool) -> Any:
    """One row, or one item in each."""
    values = values[:1] if rows else values
    if items and values and isinstance(values[0], list):
        return [_cut(row, rows=isinstance(row[0], list) is False, items=True) for row in values]
    return values


@pytest.mark.parametrize("loss", [loss for loss in LOSSES if loss.domain is Domain.GROUPS], ids=lambda loss: loss.name)
def test_groups_may_have_names(loss: Loss) -> None:
    told = shell(loss.name, "[[1,0],[0.6,0.8],[0,1],[0.8,0.6]]", '["a","b","a","b"]', "--explain")
    assert told.status == 0, told.err


@pytest.mark.long
@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.name)
def test_one_row_or_one_item_is_explained_as_it_is_computed(loss: Loss) -> None:
    for example, (rows, items) in product(loss.examples, product((False, True), repeat=2)):
        words = shlex.split(command_line(loss, example))[1:]
        args = [
            json.dumps(_cut(json.loads(word), rows=rows, items=items)) if word.startswith("[") else word
            for word in words
        ]
        computed, told = shell(*args, "-q"), shell(*args, "--explain")
        assert told.status == computed.status, (args, told.err)


def test_a_term_of_a_sum_has_the_numbers_of_what_is_about_the_whole_row() -> None:
    for loss in ("diou", "ciou"):
        out = " ".join(shell(loss, "[[0,0,1,1]]", "[[2,0,3,1]]", "--explain", "1", "-f", "markdown").out.split())
        assert "((0.5 - 2.5)^2 + (0.5 - 0.5)^2) / (3^2 + 1^2 + 0) = 0.4" in out


@pytest.mark.parametrize(
    ("args", "first"),
    [
        (["ce", "[[2,1,0.1]]", "0", "--from-logits"], {"v": [2.0, 1.0, 0.1], "T": 2.0, "x": [1.0, 0.5, 0.05]}),
        (["ce", "[[0.2,0.5,0.3]]", "0"], {"v": [0.2, 0.5, 0.3], "T": 2.0}),
        (["ce", "[[20,50,30]]", "0", "--percent"], {"v": [0.2, 0.5, 0.3], "T": 2.0}),
        (["ce", "[[-1.6,-0.7,-1.2]]", "[[0.5,0.5,0]]", "--from-log-probs"], {"v": [-1.6, -0.7, -1.2], "T": 2.0}),
        (["bce", "0.2", "1"], {"v": 0.2, "T": 2.0, "p": 1 / 3}),
        (["bce", "-1.5", "1", "--from-log-probs"], {"v": -1.5, "T": 2.0}),
        (["bce", "[[1,-1]]", "[[1,0]]", "--from-logits"], {"v": [1.0, -1.0], "T": 2.0, "x": [0.5, -0.5]}),
    ],
)
def test_a_temperature_is_a_step(args: list[str], first: dict[str, Any]) -> None:
    row, total = steps(*args, "--temperature", "2", "--explain")
    found = values(row)
    for symbol, wanted in first.items():
        assert found[symbol] == pytest.approx(wanted, rel=1e-14)
    assert found["loss"] == pytest.approx(values(total)["mean"], rel=1e-13)
