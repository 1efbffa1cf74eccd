"""Does ``--compare`` give what the frameworks give, and are its reasons true of the input?"""

from __future__ import annotations

import csv
import io
import json
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from losscli.answers.compare import compare
from losscli.answers.compare.compare import Comparing
from losscli.answers.compare.once import Under
from losscli.cli.commands.loss_command import command_line
from losscli.core.calls.call_values import Call
from losscli.core.settings import Convention, Settings, convention_of
from losscli.losses import LOSSES
from losscli.losses.vocabulary import Kind, Takes
from losscli.ops import softmax
from losscli.record import replace
from tests.support.shell import losscli

if TYPE_CHECKING:
    from losscli.core.batch import Batch
    from losscli.core.checked import Checked
    from losscli.losses.loss import Loss
    from losscli.losses.reference import Reference

ROOT = Path(__file__).parents[1]
CASES = json.loads((ROOT / "golden" / "compare.json").read_text())["cases"]
ROWS = "[[0.05,0.95,0],[0.1,0.8,0.1],[1,0,0],[0.2,0.6,0.4],[0.5,0.25,0.5]]"
CLASSES = "1,2,1,1,0"


def compared(*args: str) -> list[dict[str, Any]]:
    """The records of ``losscli ARGS --compare``."""
    done = losscli(*args, *([] if "--compare" in args else ["--compare"]), "-f", "ndjson")
    assert done.status == 0, done.err
    return [json.loads(line) for line in done.out.splitlines()]


def reasons(*args: str) -> dict[str, str]:
    """By the names of the conventions, each on its own."""
    return {name: row["reason"] for row in compared(*args) for name in row["convention"].split(", ")}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_values_are_those_of_the_frameworks(case: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT.parent)
    found = {call: row["value"] for row in compared(*case["command"]) for call in row["calls"]}
    for call, expected in case["values"].items():
        assert found[call] == pytest.approx(float(expected), rel=2e-13), call


def test_older_versions_and_kaggle_are_rows_of_their_own() -> None:
    """Values of scikit-learn 1.1.3 and 1.4.2 for these rows: tests/golden/versions.json, their means."""
    found = {name: row["value"] for row in compared("ce", ROWS, CLASSES) for name in row["convention"].split(", ")}
    assert found["sklearn==1.2-1.4"] == pytest.approx(8.00139393778657, rel=1e-14)
    assert found["sklearn==0.14-1.1"] == pytest.approx(7.700418538945277, rel=1e-14)
    for name, value in found.items():
        if name != "exact" and "=True" not in name and name not in ("torch", "optax", "tf", "catboost"):  # of logits
            again = float(losscli("ce", ROWS, CLASSES, "--like", name, "-q").out)
            assert value == pytest.approx(again, rel=1e-7), name  # keras: the sparse call, not the dense one


@pytest.mark.parametrize("loss", [loss for loss in LOSSES if len(loss.references) > 1], ids=lambda loss: loss.name)
def test_each_row_differs_from_the_others_and_says_why(loss: Loss) -> None:
    rows = compared(*shlex.split(command_line(loss, loss.examples[0]))[1:])
    assert len({(row["reads"], row["value"], row["reason"]) for row in rows}) == len(rows)
    refused = [row["value"] is None for row in rows]
    assert sorted(refused) == refused
    assert all(row["reason"] != "a formula of its own" for row in rows)


class TestReasons:
    """Each number is counted here again, in another way."""

    def test_a_default_is_named_where_no_row_of_probabilities_says_it(self) -> None:
        told = reasons("binary-focal", "0.5,0.25", "1,1")
        assert told["torchvision"] == "sigmoid applied to probabilities: double sigmoid; alpha=0.25 by default"
        assert told["optax"] == "sigmoid applied to probabilities: double sigmoid"

    def test_what_a_score_is_taken_for_is_said(self) -> None:
        assert reasons("zero-one", "0,2,1", "0,1,1")["lightgbm"] == (
            "predictions read as probabilities. A probability of 0.5 is a no"
        )

    def test_a_divisor_that_only_weights_change_is_no_reason_without_them(self) -> None:
        rows = ("bce", "[[0.9,0.2],[0.4,0.7]]", "[[1,0],[1,1]]")
        assert reasons(*rows)["tf"] == "1e-07 added within the logarithm"
        weighted = reasons("mse", "1,2,5", "1,1,1", "--sample-weight", "1,0,2")["tf"]
        assert weighted == "divided by 2 = number of weights that are not 0 instead of N = 3"

    def test_what_concerns_weights_is_said_where_there_are_some(self) -> None:
        row = ("hinge", "0.5,-2,3", "1,-1,-1")
        assert reasons(*row)["tf"] == "Labels are 0 and 1, and become -1 and 1"
        assert "weights that are not 0" in reasons(*row, "--sample-weight", "1,0,2")["tf"]

    def test_clips_and_rescaled_rows(self) -> None:
        rows, labels = np.array(json.loads(ROWS)), np.array([1, 2, 1, 1, 0])
        off = int((np.abs(rows.sum(axis=1) - 1.0) > 0.01).sum())
        given = rows[np.arange(5), labels]
        hit = int(((given < 1e-7) | (given > 1.0 - 1e-7)).sum())
        assert (off, hit) == (2, 1)
        found = reasons("ce", ROWS, CLASSES)
        assert found["keras"] == found["kaggle"] == "2 rows rescaled; clip hit on 1 row"
        assert found["sklearn"] == "clip hit on 1 row"

    @pytest.mark.parametrize("count", [1, 7, 300])
    def test_counts_of_many_rows(self, count: int) -> None:
        p = ",".join(["0"] * count + ["1"] * count + ["0.5"] * 5)
        y = ",".join(["1"] * count + ["0"] * count + ["1"] * 5)
        found, hit = reasons("bce", p, y), f"{2 * count:,} rows"
        assert found["keras"] == f"clip hit on {hit}"
        assert found["torch"] == f"log stops at -100 in {hit}"
        assert found["torch==0.4.1-1.4"] == f"0 read as 1e-12 in {hit}"
        assert found["tf==2.0-2.15"] == f"clip hit on {hit}; 1e-07 added within the logarithm"

    def test_the_counts_are_the_same_however_the_rows_come(self, tmp_path: Path) -> None:
        lines = ["p,y", *(f"{i % 3 / 2},{i % 2}" for i in range(200_000))]
        path = tmp_path / "many.csv"
        path.write_text("\n".join(lines) + "\n")
        wrong = sum((i % 3 == 0 and i % 2 == 1) or (i % 3 == 2 and i % 2 == 0) for i in range(200_000))
        found = reasons("bce", str(path), "-y", "y")
        assert found["torch"] == f"log stops at -100 in {wrong:,} rows"

    def test_the_sum_of_weights(self) -> None:
        found = reasons("ce", "[[0.05,0.9,0.05],[0.1,0.8,0.1]]", "1,2", "--sample-weight", "1.5,1.5")
        assert found["sklearn"] == "divided by 3.0 = sum of weights instead of N = 2"
        assert found["keras.metrics"] == "divided by 3.0 = sum of weights instead of N = 2"
        assert found["torch"].endswith("takes no sample weights")
        assert found["keras"] == "same as exact"

    def test_the_sum_of_class_weights(self) -> None:
        """Labels 1 and 2 of weights 2 and 3 weigh 5."""
        args = ("ce", "[[3,-1,0.5],[0.1,2,0]]", "1,2", "--class-weight", "1,2,3", "--from-logits")
        found = reasons(*args)
        assert found["torch"] == "divided by 5.0 = sum of weights instead of N = 2"
        assert found["optax"] == "takes no class weights"

    def test_double_softmax_only_of_what_looks_like_probabilities(self) -> None:
        rows = "[[0.2,0.8],[0.7,0.3]]"
        assert reasons("ce", rows, "1,0")["torch"] == "softmax applied to probabilities: double softmax"
        assert reasons("ce", "[[0.2,0.2],[0.7,0.9]]", "1,0")["torch"] == "softmax applied to these numbers"
        assert reasons("bce", "0.2,0.8", "1,0")["optax"] == "sigmoid applied to probabilities: double sigmoid"

    def test_the_divisor_of_torch_kl(self) -> None:
        found = reasons("kl", "[[-1,-0.5,-2],[-1,-1,-1]]", "[[0.5,0.25,0.25],[1,0,0]]", "--from-log-probs")
        assert found["torch"] == "divided by 6 = number of values instead of N = 2"

    def test_the_divisor_is_told_of_a_misreading_too(self) -> None:
        found = reasons("kl", "[[0.25,0.25,0.5]]", "[[0.5,0.5,0]]")
        assert found["torch"] == (
            "probabilities read as log-probabilities; divided by 3 = number of values instead of N = 1"
        )

    def test_nothing_happened(self) -> None:
        assert set(reasons("mse", "1,2", "1,4").values()) == {"plain mathematics", "same as exact"}

    def test_another_formula_is_told_by_its_note(self) -> None:
        assert reasons("mape", "1,2", "1,4")["sklearn"].startswith("A fraction, not percent")


class TestWhatIsOffered:
    def test_labels_choose_the_calls(self) -> None:
        sparse = {call for row in compared("ce", "[[0.2,0.8]]", "1") for call in row["calls"]}
        dense = {call for row in compared("ce", "[[0.2,0.8]]", "[[0,1]]") for call in row["calls"]}
        assert "keras.losses.SparseCategoricalCrossentropy" in sparse - dense
        assert "keras.losses.CategoricalCrossentropy" in dense - sparse

    def test_class_numbers_are_made_one_hot_where_there_is_no_other_call(self) -> None:
        [exact, keras, _] = compared("focal", "[[0.2,0.8],[0.6,0.4]]", "1,1")
        assert keras["value"] == pytest.approx(exact["value"], rel=1e-12)

    def test_logits_are_offered_as_probabilities_only_within_0_and_1(self) -> None:
        names = [row["convention"] for row in compared("ce", "[[0.2,0.8]]", "1", "--from-logits")]
        assert names == [
            "exact",
            "keras, torch, optax, tf, catboost",
            "keras from_logits=False, sklearn, xgboost, lightgbm",
        ]
        outside = [row["convention"] for row in compared("ce", "[[0.2,1.8]]", "1", "--from-logits")]
        assert outside == ["exact", "keras, torch, optax, tf, catboost"]

    def test_log_probabilities_are_logits_too(self) -> None:
        found = compared("ce", "[[-0.6931471805599453,-0.6931471805599453]]", "1", "--from-log-probs")
        assert [row["reason"] for row in found] == ["plain mathematics", "same as exact"]

    def test_soft_labels_are_refused_where_they_are(self) -> None:
        [row] = [row for row in compared("ce", "[[0.2,0.8]]", "[[0.5,0.5]]") if "sklearn" in row["convention"]]
        assert (row["convention"], row["value"], row["difference"]) == ("sklearn", None, None)
        assert row["reason"].startswith("refuses: ")

    def test_ignored_labels_leave_every_convention(self) -> None:
        few = compared("ce", "[[0.2,0.8],[0.3,0.7]]", "1,0")
        more = compared("ce", "[[0.2,0.8],[0.9,0.1],[0.3,0.7]]", "1,-1,0", "--ignore-index", "-1")
        assert [row["value"] for row in more] == [row["value"] for row in few]

    def test_a_class_axis_of_sequences(self) -> None:
        flat = compared("ce", "[[0.2,0.8],[0.3,0.7],[0.6,0.4],[0.5,0.5]]", "1,0,1,0")
        deep = compared("ce", "[[[0.2,0.8],[0.3,0.7]],[[0.6,0.4],[0.5,0.5]]]", "[[1,0],[1,0]]")
        assert [row["value"] for row in deep] == pytest.approx([row["value"] for row in flat], rel=1e-15)

    def test_frameworks_may_be_chosen(self) -> None:
        rows = compared("ce", "[[0,1]]", "0", "--compare", "sklearn,kaggle")
        assert [row["convention"] for row in rows] == [
            "exact", "sklearn, sklearn==1.2-1.4", "sklearn==0.14-1.1, kaggle"
        ]  # fmt: skip
        rows = compared("ce", "[[0,1]]", "0", "--compare", "sklearn==1.1")
        assert [row["convention"] for row in rows] == ["exact", "sklearn==0.14-1.1"]

    @pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.name)
    def test_every_loss_can_be_compared(self, loss: Loss) -> None:
        for example in loss.examples:
            args = [loss.name, *filter(None, (example.predictions, example.labels))]
            for name, value in example.options.items():
                option = name.replace("_", "-")
                text = [] if isinstance(value, bool) else [str(value).replace(" ", "")]
                args += [f"--no-{option}" if value is False else f"--{option}", *text]
            rows = compared(*args, "--compare")
            assert rows[0]["convention"] == "exact"
            assert all(row["reason"] for row in rows)

    @pytest.mark.parametrize("labels", ["1,0,1", "1,-1,1", "yes,no,yes"])
    @pytest.mark.parametrize("loss", [loss for loss in LOSSES if loss.takes is Takes.MARGIN and not loss.extras])
    def test_margins_have_the_labels_as_each_call_is_given_them(self, loss: Loss, labels: str) -> None:
        for row in compared(loss.name, "0.2,0.5,-0.3", labels):
            for call in row["calls"] if row["value"] is not None else ():
                alone = json.loads(losscli(call, "0.2,0.5,-0.3", labels, "-f", "json").out)
                assert np.mean(alone["per_sample"] or alone["value"]) == pytest.approx(row["value"], rel=1e-13), call


class TestOutput:
    def test_json_is_the_report_with_a_key_more(self) -> None:
        plain = json.loads(losscli("ce", ROWS, CLASSES, "-f", "json").out)
        done = json.loads(losscli("ce", ROWS, CLASSES, "--compare", "-f", "json").out)
        rows = done.pop("compare")
        assert list(done) == list(plain)
        assert (done["value"], done["signature"]) == (plain["value"], plain["signature"])
        assert list(rows[0]) == ["convention", "version", "reads", "value", "difference", "reason", "calls"]
        assert (rows[0]["value"], rows[1]["difference"]) == ("Infinity", "-Infinity")

    @pytest.mark.parametrize(("form", "delimiter"), [("csv", ","), ("tsv", "\t")])
    def test_delimited_output_is_a_line_for_each(self, form: str, delimiter: str) -> None:
        lines = list(
            csv.DictReader(io.StringIO(losscli("ce", ROWS, CLASSES, "--compare", "-f", form).out), delimiter=delimiter)
        )
        assert [line["convention"] for line in lines] == [row["convention"] for row in compared("ce", ROWS, CLASSES)]
        assert lines[0]["value"] == "inf"
        assert "torch.nn.CrossEntropyLoss" in lines[-1]["calls"].split()

    def test_a_table_fits_80_columns(self) -> None:
        done = losscli(
            "bce", "0,1,1e-13,0.25,0.9,1", "1,0,1,0,1,1", "--compare", "--sample-weight", "1,2,3,4,5,6", "-v"
        )
        values, calls, _ = done.out.split("\n\n")
        assert max(map(len, (values + "\n" + calls).splitlines())) <= 80
        assert values.splitlines()[2].split() == ["exact", "inf", "0", "plain", "mathematics"]

    def test_the_table(self) -> None:
        done = losscli("ce", "[[0.05,0.95,0],[0.1,0.8,0.1]]", "1,0", "--compare", "sklearn,torch", "--digits", "4")
        assert done.out.split("\n\n")[0].splitlines() == [
            "convention           value   - exact   why",
            "───────────────────────────────────────────────────────────────────────────────",
            "exact               1.177       0      plain mathematics",
            "sklearn,            1.177       0      same as exact",
            "sklearn==1.2-1.4,",
            "sklearn==0.14-1.1",
            "torch               0.9869     -0.19   softmax applied to probabilities: double",
            "                                       softmax",
            "cross-entropy, mean in nats",
        ]

    def test_the_row_asked_for_is_bold(self) -> None:
        done = losscli("bce", "0.25,0.5", "1,0", "--compare", "--like", "tf==2.4", "--color", "always")
        [line] = [line for line in done.out.splitlines() if "tf==2.0-2.15" in line or "keras==2.4-2.15" in line][:1]
        assert "\x1b[1m" in line

    def test_markdown_does_not_wrap(self) -> None:
        out = losscli("ce", ROWS, CLASSES, "--compare", "-f", "markdown").out
        assert "| keras | 4.016282 | -inf | 2 rows rescaled; clip hit on 1 row |" in out

    def test_notes_are_those_of_the_convention_asked_for(self) -> None:
        assert "(sklearn)" in losscli("ce", ROWS, CLASSES, "--compare", "--like", "sklearn").err


@pytest.mark.parametrize(
    ("args", "what"),
    [
        (("-q",), "--compare shows a line for each convention; -q does not go with it"),
        (("--all",), "--compare shows a line for each convention; --all does not go with it"),
        (("--worst", "2"), "--compare shows a line for each convention; --worst does not go with it"),
        (("--clip", "0.1"), "--compare shows each convention as it is; --clip and --rescale change one"),
        (("--no-rescale",), "--compare shows each convention as it is; --clip and --rescale change one"),
        (("-r", "none"), "--compare compares one number of each convention"),
    ],
)
def test_what_does_not_go_with_it(args: tuple[str, ...], what: str) -> None:
    done = losscli("ce", "[[0.2,0.8]]", "1", "--compare", *args)
    assert (done.status, done.out) == (2, "")
    assert done.err.splitlines()[0] == f"Error: {what}"


@pytest.mark.parametrize("name", ["flux", "torch==9.9", "kaggle==1"])
def test_an_unknown_convention_is_named(name: str) -> None:
    done = losscli("ce", "[[0.2,0.8]]", "1", f"--compare={name}")
    assert (done.status, done.err.splitlines()[0]) == (2, f"Error: --compare: there is no {name} for cross-entropy")


def test_bad_input_is_told_as_ever() -> None:
    assert losscli("ce", "[[0.2,1.8]]", "1", "--compare").status == 3
    assert losscli("ce", "[[0.2,0.8]]", "7", "--compare").status == 3


def test_what_follows_may_be_the_predictions() -> None:
    first = losscli("ce", "--compare", "[[0.2,0.8]]", "1", "-f", "csv").out
    assert first == losscli("ce", "[[0.2,0.8]]", "1", "--compare", "-f", "csv").out


def test_rows_are_let_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Calls that show nothing here, as they take sets, must not ask for all rows at once."""
    random = np.random.default_rng(3)
    powers = random.random((50_000, 4))
    np.save(tmp_path / "p.npy", powers / powers.sum(axis=1, keepdims=True))
    np.save(tmp_path / "y.npy", random.integers(0, 4, 50_000))
    args = ("ce", str(tmp_path / "p.npy"), str(tmp_path / "y.npy"))
    batches: list[int] = []
    add = Comparing.add

    def seen(self: Comparing, batch: Batch, checked: Checked | None) -> None:
        batches.append(len(batch))
        add(self, batch, checked)

    monkeypatch.setattr(Comparing, "add", seen)
    assert {row["value"] for row in compared(*args) if row["convention"] == "exact"} == {
        float(losscli(*args, "--like", "exact", "-q").out)
    }
    assert sum(batches) == 50_000
    assert len(batches) > 1


def rows_near_the_limits(path: Path) -> None:
    """Rows of probabilities and labels; of some the clip of one convention and not of another acts, of most none."""
    random = np.random.default_rng(11)
    powers = np.exp(random.normal(size=(9000, 4)) * np.where(np.arange(9000) < 6000, 1.0, 5.0)[:, None])
    x = powers / powers.sum(axis=1, keepdims=True)
    for row, small in zip(range(2000, 4000, 300), (0.0, 5e-324, 1e-300, 2e-16, 1e-15, 1e-7, 9.9e-8), strict=True):
        x[row] = [1.0 - small, small, 0.0, 0.0]
    lines = (",".join(map(repr, one)) for one in np.column_stack([x, random.integers(0, 4, 9000)]).tolist())
    path.write_text("a,b,c,d,label\n" + "\n".join(lines) + "\n")


@pytest.mark.long
@pytest.mark.parametrize("more", ["", "--dtype float32", "--nan keep", "-r sum", "--base 2", "--ignore-index 2"])
def test_what_is_computed_once_is_what_each_call_computes(
    more: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows_near_the_limits(tmp_path / "p.csv")
    command = ("ce", str(tmp_path / "p.csv"), "--compare", "-f", "json", *more.split())
    shared = losscli(*command)
    assert losscli(*command, "--jobs", "3").out == shared.out
    monkeypatch.setattr(compare, "is_own_formula", lambda *_: False)
    monkeypatch.setattr(Under, "_spares", lambda *_: False)
    assert losscli(*command).out == shared.out


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(
    ("loss", "reference"),
    [(loss, one) for loss in LOSSES for one in loss.references if one.plain_if_good],
    ids=lambda one: getattr(one, "call", ""),
)
def test_kernels_that_are_the_formula_of_good_rows_give_its_bits(loss: Loss, reference: Reference, dtype: str) -> None:
    random = np.random.default_rng(12)
    logits, y = random.normal(size=(500, 5)) * 9, random.integers(0, 5, 500)
    x = logits if reference.reads is Kind.LOGITS else softmax(logits)
    x[:3] = [[0.0, 0.0, 0.0, 0.0, 1.0], [1.0, 0.0, 0.0, 0.0, 0.0], [1e-17, 0.5, 0.5, 0.0, 0.0]]
    x = x.astype(dtype)
    own = Call(loss, reference, {"labels": [*range(5)]} if reference.whole else {})
    reading = convention_of(loss, Settings(like=Convention("", reference.reading), dtype=dtype)).reading
    formula = Call(loss, replace(reference, takes=None, kernel=None, options=(), reading=reading), {})
    assert (own.terms(x, y, {}).values == formula.terms(x, y, {}).values).all()
