"""Is everything that is declared in the catalogue, and does a name find what it means?"""

from __future__ import annotations

import csv
import io
import json
import re
import shlex
import subprocess
import sys
from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING, Any

import pytest

from losscli import __version__
from losscli.cli.commands.catalogue_command import catalogue_of
from losscli.errors import UsageError
from losscli.losses import CALLS, LOSSES, NOT_HERE, Loss
from losscli.losses.frameworks import BACKENDS
from losscli.losses.lookup import calls_of
from losscli.losses.meant import find_call, find_loss
from losscli.losses.vocabulary import Reading
from losscli.outputs.catalogue_facts import changes
from losscli.outputs.catalogue_view import CatalogueView
from losscli.record import replace
from tests.support.shell import losscli as shell

if TYPE_CHECKING:
    from pathlib import Path

EVERY_LOSS = pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.name)
EVERY_CALL = pytest.mark.parametrize("call", CALLS)
FRAMEWORKS = list(dict.fromkeys(reference.framework for _, reference in CALLS.values()))
FORMATS = ("table", "json", "ndjson", "csv", "tsv", "markdown")


def printed(*args: str) -> str:
    result = shell("losses", *args)
    assert (result.status, result.err) == (0, ""), result.err
    return result.out


def not_json(token: str) -> Any:
    raise AssertionError(f"{token} is no JSON")


def document(*args: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(printed(*args, "-f", "json"), parse_constant=not_json)
    return found


@pytest.fixture(scope="module")
def whole() -> dict[str, Any]:
    return document()


@pytest.fixture(scope="module")
def page() -> str:
    return printed("-f", "markdown")


# --- totality


def test_no_call_belongs_to_two_losses() -> None:
    calls = chain.from_iterable(
        (reference.call, *reference.aliases) for loss in LOSSES for reference in loss.references if reference.command
    )
    assert [call for call, count in Counter(calls).items() if count > 1] == []
    assert not {call for call, _ in NOT_HERE} & set(CALLS)


def test_the_machine_catalogue_has_every_loss_call_and_argument(whole: dict[str, Any]) -> None:
    assert list(whole) == ["schema", "version", "frameworks", "losses", "not_here"]
    assert (whole["schema"], whole["version"]) == (1, __version__)
    assert [entry["name"] for entry in whole["losses"]] == [loss.name for loss in LOSSES]
    found = {
        name: (entry["name"], [argument["name"] for argument in call["arguments"]])
        for entry in whole["losses"]
        for call in entry["calls"]
        if call["command_of"] == entry["name"]
        for name in (call["call"], *call["aliases"])
    }
    assert found == {
        call: (loss.name, [param.name for param in reference.options]) for call, (loss, reference) in CALLS.items()
    }
    assert [(entry["call"], entry["reason"]) for entry in whole["not_here"]] == list(NOT_HERE)


@EVERY_LOSS
def test_a_record_says_what_the_declaration_says(loss: Loss, whole: dict[str, Any]) -> None:
    record = next(entry for entry in whole["losses"] if entry["name"] == loss.name)
    assert [param["name"] for param in record["params"]] == [param.name for param in loss.params]
    assert [call["call"] for call in record["calls"]] == [reference.call for reference in loss.references]
    assert record["predictions"] == list(loss.kinds)
    assert (record["formula"], record["source"]) == (loss.formula, loss.source)
    assert set(record["laws"]) == loss.laws
    for call, reference in zip(record["calls"], loss.references, strict=True):
        assert [rule["name"] for rule in call["reductions"]] == list(reference.reductions.rules)


def test_the_numbers_of_a_record_are_those_of_the_convention(whole: dict[str, Any]) -> None:
    calls = {call["call"]: call for entry in whole["losses"] for call in entry["calls"] if call["command_of"]}
    keras = calls["keras.losses.CategoricalCrossentropy"]
    assert keras["reading"] == {
        "rescale": True,
        "clip": 1e-7,
        "machine": False,
        "clip_one": True,
        "clip_labels": 0.0,
        "log_floor": None,
        "rescale_after": False,
        "add": 0.0,
        "zero": 0.0,
        "through_softmax": False,
    }
    assert keras["reductions"][0] == {"name": "sum_over_batch_size", "rule": "mean", "divided_by": "N"}
    torch = calls["torch.nn.CrossEntropyLoss"]
    assert torch["aliases"] == ["torch.nn.functional.cross_entropy"]
    assert torch["reductions"][0] == {"name": "mean", "rule": "weighted", "divided_by": "sum(w)"}
    assert torch["mean_of_nothing"] == "NaN"
    assert torch["arguments"][1] == {
        "name": "ignore_index",
        "option": "--ignore-index",
        "type": "integer",
        "several": False,
        "default": -100,
        "minimum": None,
        "maximum": None,
        "choices": None,
        "acts_on": "a label to ignore",
        "help": "Rows with this label are ignored.",
    }


def test_keras_says_which_backend(whole: dict[str, Any]) -> None:
    assert {entry["name"]: entry["backend"] for entry in whole["frameworks"] if entry["backend"]} == BACKENDS
    for text in (printed("ce"), printed("--framework", "keras"), printed("-f", "markdown")):
        assert "Keras means its TensorFlow backend." in text


@EVERY_LOSS
def test_the_page_has_a_section_for_every_loss(loss: Loss, page: str) -> None:
    assert page.count(f"\n### {loss.name}\n") == 1
    assert f"[{loss.name}](#{loss.name})" in page
    assert f"```text\n{loss.formula}\n```" in page


@EVERY_CALL
def test_the_page_has_every_call(call: str, page: str) -> None:
    assert call in page.replace("\\", "")


def test_what_is_not_here_is_said(page: str) -> None:
    for text in (printed("-v"), page.replace("\\", "")):
        for call, reason in NOT_HERE:
            assert call in text
            assert reason in text


def test_the_table_has_every_loss_once() -> None:
    rows = [line.split("  ")[0] for line in printed("-v").splitlines()]
    assert Counter(", ".join(loss.names) for loss in LOSSES) <= Counter(rows)
    assert [row for row in rows if row in {loss.family for loss in LOSSES}] == list(
        dict.fromkeys(loss.family for loss in LOSSES)
    )


@pytest.mark.parametrize("family", dict.fromkeys(loss.family for loss in LOSSES))
def test_a_family_has_a_line_for_each_of_its_losses_and_for_no_other(family: str) -> None:
    expected = [", ".join(loss.names) for loss in LOSSES if loss.family == family]
    assert [line.split("  ")[0] for line in printed(family).splitlines()[2:-1]] == expected
    assert [entry["family"] for entry in document(family.upper())["losses"]] == [family] * len(expected)
    assert printed(family, "-f", "markdown").count("\n### ") == len(expected) - 1


def test_a_family_is_narrowed_to_a_framework() -> None:
    calls = [line.split("  ")[0] for line in printed("margin", "--framework", "optax").splitlines()[2:-1]]
    assert calls == [
        call.rpartition(".")[2]
        for call, (loss, _) in CALLS.items()
        if loss.family == "margin" and call.startswith("optax.")
    ]
    done = shell("losses", "survival", "--framework", "torch")
    assert (done.status, done.err) == (2, "Error: torch has no loss of the family survival\n")


@pytest.mark.parametrize(("width", "height"), [(80, 24), (120, 40), (80, 12), (200, 100)])
def test_the_families_fit_a_screen_and_a_pipe_has_every_loss(width: int, height: int) -> None:
    every = CatalogueView(catalogue_of(None, None), None, None)
    [block] = replace(every, screen=height).blocks(wrapped=True)
    assert [row[0] for row in block.rows if row[0]] == every.catalogue.families
    assert len(block.rows) + 5 <= height or len(block.rows) == len(every.catalogue.families)
    words = re.sub(r" and (\d+) more", r", \1", ", ".join(row[1].strip(",") for row in block.rows)).split(", ")
    assert sum(int(word) if word.isdigit() else 1 for word in words) == len(LOSSES)
    [whole] = every.blocks(wrapped=True)
    assert "more" not in str(whole.rows)


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_framework_lists_its_calls_and_no_other(framework: str) -> None:
    text = printed("--framework", framework)
    module, found = "", []
    for line in text.splitlines():
        word = line.partition(" ")[0]
        if word == "not":
            break
        if line.endswith("Loss and differences"):
            module = word
        elif module and line.partition("   ")[2]:
            found.append(f"{module}.{word}")
    assert sorted(found) == sorted(call for call in CALLS if call.partition(".")[0] == framework)
    calls = [call for entry in document("--framework", framework)["losses"] for call in entry["calls"]]
    assert {call["framework"] for call in calls} == {framework}


@pytest.mark.parametrize("delimiter", ["csv", "tsv"])
def test_csv_has_a_line_for_each_call(delimiter: str) -> None:
    table = io.StringIO(printed("-f", delimiter))
    rows = list(csv.DictReader(table, delimiter="," if delimiter == "csv" else "\t"))
    assert {row["call"]: row["loss"] for row in rows if row["call"]} == {
        call: loss.name for call, (loss, _) in CALLS.items()
    }
    assert {row["loss"] for row in rows} == {loss.name for loss in LOSSES}
    assert all(None not in row and None not in row.values() for row in rows)


def test_ndjson_has_a_line_for_each_loss(whole: dict[str, Any]) -> None:
    assert [json.loads(line) for line in printed("-f", "ndjson").splitlines()] == whole["losses"]


# --- one loss


@EVERY_LOSS
@pytest.mark.parametrize("output", ["table", *(pytest.param(one, marks=pytest.mark.long) for one in FORMATS[1:])])
def test_every_loss_has_a_page_in_every_format(loss: Loss, output: str) -> None:
    assert loss.name in printed(loss.name, "-f", output)


def test_a_page_in_full() -> None:
    assert printed("nll") == (
        "negative-log-likelihood, nll   likelihood\n"
        "────────────────────────────────────────────────────────────────────────────────────────────────\n"
        "summary                        Cross-entropy of log-probabilities, such as a log-softmax gives.\n"
        "formula                        -x[y]; x: log-probabilities\n"
        "takes                          log-probabilities: one for each class\n"
        "labels                         class numbers or names, one-hot or soft labels\n"
        "unit                           nats\n"
        "--like                         torch (the default), exact\n"
        "laws                           class-relabelling, row-permutation\n"
        "source                         torch.nn.NLLLoss, PyTorch 2.13\n"
        "example                        losscli nll"
        " '[[-1.4790106967,-0.4790106967,-1.8790106967]]' '[1]'\n"
        "\n"
        "torch            nn.NLLLoss\n"
        "────────────────────────────────────────────────────────────────────\n"
        "same as          torch.nn.functional.nll_loss\n"
        "reads            log-probabilities; classes along axis 1\n"
        "arguments        weight=None, ignore_index=-100\n"
        "reduction        mean: sum / sum(w); sum; none\n"
        "sample weights   none\n"
        "note             The mean divides by the sum of the labels' weights.\n"
        "N: the number of values; w: the weights. Keras means its TensorFlow backend.\n"
    )


@EVERY_LOSS
def test_an_example_can_be_pasted_into_a_shell(loss: Loss, whole: dict[str, Any]) -> None:
    record = next(entry for entry in whole["losses"] if entry["name"] == loss.name)
    for shown, example in zip(record["examples"], loss.examples, strict=True):
        words = shlex.split(shown["command"])
        assert words[:2] == ["losscli", loss.names[min(1, len(loss.aliases))]]
        given = [text for text in (example.predictions, example.labels) if text]
        assert words[2 : 2 + len(given)] == given
        assert sum(word.startswith("--") for word in words) == len(example.options)


def test_a_page_shows_parameters_with_their_bounds() -> None:
    text = printed("ce")
    assert "option              default   may be   meaning" in text
    assert "--label-smoothing   0         0 to 1   Spread this fraction of each label evenly over all classes." in text


def test_a_page_of_one_framework() -> None:
    text = printed("ce", "--framework", "tf")
    assert "nn.sparse_softmax_cross_entropy_with_logits" in text
    assert "CategoricalCrossentropy" not in text.partition("\n\n")[2]


def test_a_convention_whose_call_is_another_losss_says_so() -> None:
    assert "For --like sklearn; the call is under cross-entropy." in printed("bce")


@pytest.mark.parametrize(
    ("reading", "steps"),
    [
        (Reading(), []),
        (Reading(rescale=True, clip=1e-7), ["rows divided by their sum", "clipped to [1e-07, 1 - 1e-07]"]),
        (Reading(clip=1e-7, rescale_after=True), ["clipped to [1e-07, 1 - 1e-07]", "rows divided by their sum"]),
        (
            Reading(clip=1e-7, clip_one=False, clip_labels=1e-7),
            ["clipped to [1e-07, 1]", "labels clipped to [1e-07, 1]"],
        ),
        (Reading(log_floor=-100.0), ["logarithms at least -100"]),
        (Reading(through_softmax=True), ["logits made into probabilities"]),
    ],
    ids=str,
)
def test_a_reading_in_words(reading: Reading, steps: list[str]) -> None:
    assert changes(reading) == steps


def test_the_help_fits() -> None:
    text = shell("losses", "--help").out
    assert max(map(len, text.splitlines())) <= 80
    assert len(text.splitlines()) <= 30


def test_a_file_is_written(tmp_path: Path) -> None:
    path = tmp_path / "losses.md"
    assert printed("-f", "markdown", "-o", str(path)) == ""
    assert path.read_text() == printed("-f", "markdown")


# --- names


@EVERY_CALL
def test_a_call_is_found_by_its_full_name(call: str) -> None:
    assert find_call(call) == CALLS[call]
    assert find_loss(call) is CALLS[call][0]


@EVERY_CALL
def test_every_end_of_a_name_finds_the_call_or_says_which_are_meant(call: str) -> None:
    words = call.split(".")
    for i in range(len(words)):
        end = ".".join(words[i:])
        for spelling in (end, end.lower(), end.upper()):
            found = [CALLS[one][1] for one in calls_of(spelling)]
            theirs = CALLS[call][1].yields and not any(one.yields for one in found)
            so = any(one.rpartition(".")[2] == spelling for one in calls_of(spelling))  # another is spelled like this
            assert CALLS[call][1] in found or theirs or so or calls_of(end) != calls_of(end.lower())


@EVERY_LOSS
def test_a_loss_is_found_by_its_names(loss: Loss) -> None:
    for name in loss.names:
        assert find_loss(name) is loss
        assert find_loss(name.replace("-", "_")) is loss


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("nn.CrossEntropyLoss", "torch.nn.CrossEntropyLoss"),
        ("CrossEntropyLoss", "torch.nn.CrossEntropyLoss"),
        ("crossentropyloss", "torch.nn.CrossEntropyLoss"),
        ("TORCH.NN.MSELOSS", "torch.nn.MSELoss"),
        ("F.cross_entropy", "torch.nn.functional.cross_entropy"),
        ("f.Cross_Entropy", "torch.nn.functional.cross_entropy"),
        ("functional.nll_loss", "torch.nn.functional.nll_loss"),
        ("tf.keras.losses.KLDivergence", "keras.losses.KLDivergence"),
        ("tensorflow.keras.metrics.KLDivergence", "keras.metrics.KLDivergence"),
        ("tf.losses.KLDivergence", "keras.losses.KLDivergence"),
        ("losses.KLDivergence", "keras.losses.KLDivergence"),
        ("optax.squared_error", "optax.losses.squared_error"),
        ("tensorflow.nn.sigmoid_cross_entropy_with_logits", "tf.nn.sigmoid_cross_entropy_with_logits"),
        ("log_loss", "sklearn.metrics.log_loss"),
    ],
)
def test_short_and_imported_names(name: str, call: str) -> None:
    assert find_call(name) == CALLS[call]


def test_the_case_decides_before_it_is_forgotten() -> None:
    assert calls_of("kl_divergence") == ["keras.losses.kl_divergence", "optax.losses.kl_divergence"]
    assert calls_of("KLDivergence") == ["keras.losses.KLDivergence", "keras.metrics.KLDivergence"]
    assert calls_of("kldivergence") == ["keras.losses.KLDivergence", "keras.metrics.KLDivergence"]


def test_an_ambiguous_name_lists_what_may_be_meant() -> None:
    with pytest.raises(UsageError) as caught:
        find_call("huber_loss")
    assert caught.value.what == "'huber_loss' may be one of 2 calls"
    assert caught.value.hint == "torch.nn.functional.huber_loss\noptax.losses.huber_loss"


def test_an_ambiguous_call_of_one_loss_has_a_page() -> None:
    assert printed("KLDivergence") == printed("kl-divergence")


@pytest.mark.parametrize(
    ("args", "error"),
    [
        (["nn.CrossEntropyLos"], "Error: unknown loss 'nn.CrossEntropyLos'\n  try  torch.nn.CrossEntropyLoss\n"),
        (["crossentropi"], "Error: unknown loss 'crossentropi'\n  try  catboost.CrossEntropy\n       cross-entropy\n"),
        (["qqqqqqqq"], "Error: unknown loss 'qqqqqqqq'\n  try  losscli losses lists them\n"),
        (
            ["optax.smooth_labels"],
            "Error: optax.losses.smooth_labels is not here: not a loss; losscli ce takes --label-smoothing\n",
        ),
        (["nll", "--framework", "keras"], "Error: keras has no negative-log-likelihood\n  try  --framework: torch\n"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_what_is_not_found_is_an_error_with_a_way_out(args: list[str], error: str) -> None:
    result = shell("losses", *args)
    assert (result.status, result.out) == (2, "")
    assert result.err.startswith(error)


# --- cost


@pytest.mark.parametrize(
    "args", [[], ["ce"], ["--framework", "torch"], ["-f", "json"], ["-f", "markdown"], ["--help"]], ids=" ".join
)
def test_the_catalogue_loads_neither_numpy_nor_rich(args: list[str]) -> None:
    code = (
        "import sys; from losscli.cli.main import run; run(['losses', *sys.argv[1:]]);"
        "sys.exit(sorted({name.split('.')[0] for name in sys.modules} & {'rich'})"
        " or ('numpy.linalg' in sys.modules and 'numpy') or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code, *args], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
