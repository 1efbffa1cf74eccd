"""Has a program all it needs to drive losscli: what there is to type, and messages that need no parsing?"""

from __future__ import annotations

import json
import re
import shlex
from typing import TYPE_CHECKING, Any

import click
import pytest

from losscli.cli.app import app
from losscli.cli.completion.answer import ASKED, BREAKS, LINE
from losscli.cli.facts import ENVIRONMENT, STATUSES
from losscli.losses import CALLS, LOSSES
from losscli.losses.transforms import TRANSFORMS
from tests.support.documents import README, ROOT
from tests.support.shell import losscli

if TYPE_CHECKING:
    from pathlib import Path


def strict(text: str) -> Any:
    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    return json.loads(text, parse_constant=refuse)


@pytest.mark.long
@pytest.mark.parametrize(
    "args", [("--help", "-f", "json"), ("-h", "-fjson"), ("--help", "--format=json")], ids=" ".join
)
def test_help_is_a_document(args: tuple[str, ...]) -> None:
    result = losscli(*args)
    told = strict(result.out)
    names = {name for command in told["commands"] for name in (command["name"], *command["aliases"])}
    assert (result.err, result.status) == ("", 0)
    assert {*CALLS, *(name for loss in LOSSES for name in loss.names), *(one.name for one in TRANSFORMS)} < names
    assert {"check", "identify", "losses", "completion"} < names
    assert told["schema"] == 1


@pytest.mark.long
def test_a_command_takes_the_options_that_the_document_of_all_gives_it() -> None:
    told = strict(losscli("--help", "-f", "json").out)
    for name in ("ce", "ppl", "nn.HuberLoss", "softmax", "check", "keras.losses.Dice"):
        one = strict(losscli(name, "--help", "-f", "json").out)
        of_all = next(command for command in told["commands"] if one["name"] in (command["name"], *command["aliases"]))
        shared = told["shared_options"] if of_all["shared_options"] else []
        expected = [option["names"] for option in one["options"]]
        assert sorted(option["names"] for option in [*of_all["options"], *shared]) == sorted(expected)


def value_for(option: dict[str, Any]) -> str:
    """Something that the document says may stand behind an option."""
    if "choices" in option:
        return str(option["choices"][-1])
    if option["type"] in ("integer", "float"):
        least = option.get("min", 1)
        assert least <= option.get("max", least)
        return str(least)
    return str(option.get("default") or [*option.get("suggestions", []), "1"][0])


def words_of(options: list[dict[str, Any]]) -> list[str]:
    """All of these options on one line."""
    words = []
    for option in options:
        name = option["names"][-1]
        words += [option.get("off", [name])[0]] if option["type"] == "flag" else [f"{name}={value_for(option)}"]
    return words


def test_a_program_builds_every_command_from_the_document() -> None:
    told = strict(losscli("--help", "-f", "json").out)
    for command in told["commands"]:
        found = app.get_command(click.Context(app), command["name"])
        assert found is not None
        own = words_of(command["options"])
        arguments = [one.get("choices", ["1"])[0] for one in command["arguments"]]
        found.make_context(command["name"], [*arguments, *own])
        assert {*command.get("needs", [])} <= {name for option in command["options"] for name in option["names"]}
    ce = app.get_command(click.Context(app), "ce")
    assert ce is not None
    ce.make_context("ce", ["1", "1", *words_of(told["shared_options"])])


def test_the_example_of_each_loss_runs() -> None:
    told = strict(losscli("--help", "-f", "json").out)
    for command in told["commands"]:
        if command["kind"] == "loss":
            result = losscli(*shlex.split(command["example"])[1:], "-q")
            assert (result.status, bool(result.out)) == (0, True), command["example"]
            assert all(f"{need} " in command["example"] for need in command["needs"])


def test_help_without_json_stays_text() -> None:
    assert losscli("ce", "--help", "-f", "csv").out.startswith("Usage: losscli ce ")
    assert losscli("--help").out.startswith("Usage: losscli LOSS ")


def test_versions_are_those_that_matter() -> None:
    lines = losscli("--version", "-v").out.splitlines()
    assert [line.split()[0] for line in lines][:5] == ["losscli", "Python", "platform", "numpy", "click"]
    assert losscli("--version").out == f"{lines[0]}\n"
    assert [*strict(losscli("--version", "-f", "json").out)] == [line.split(" ")[0] for line in lines]


@pytest.mark.parametrize(
    ("args", "status", "message", "hint"),
    [
        (("ce", "2,3", "1"), 3, "1 row holds values outside [0, 1]: they are not probabilities", None),
        (("ce", "missing.csv"), 2, None, None),
        (("ce", "--nope"), 2, None, "losscli ce --help"),
        (("nothing",), 2, "unknown loss 'nothing'", None),
        (("identify",), 2, None, None),
        (("ce", "-f", "xml", "1", "1"), 2, None, "losscli ce --help"),
    ],
    ids=str,
)
def test_an_error_is_a_document(args: tuple[str, ...], status: int, message: str | None, hint: str | None) -> None:
    for words in (("--errors", "json", *args), (*args, "--errors=json")):
        result = losscli(*words)
        told = strict(result.err)
        assert (result.status, told["status"], told["severity"], told["schema"]) == (status, status, "error", 1)
        assert message in (None, told["message"])
        assert hint in (None, told.get("hint"))
        assert result.err.count("\n") == 1


def test_notes_are_documents_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOSSCLI_ERRORS", "json")
    result = losscli("ce", "[[0.9,0.1,0.0],[0.5,0.5,0]]", "2,0", "-f", "csv")
    told = [strict(line) for line in result.err.splitlines()]
    assert [one["id"] for one in told] == ["saturated", "clipped"]
    assert {one["severity"] for one in told} == {"warning", "note"}
    assert losscli("ce", "2,3", "1", "--errors", "text").err.startswith("Error: ")


def test_messages_of_every_kind_are_documents(tmp_path: Path) -> None:
    """Of gates, of bad rows that workers found, of a missing package, of usage."""
    table = tmp_path / "t.csv"
    table.write_text("p,label\n" + "0.9,1\n0.25,0\n" * 40_000 + "1.5,1\n")
    good = tmp_path / "g.csv"
    good.write_text("p,label\n0.9,1\n0.25,0\n")
    for args, status in (
        (("bce", str(table), "--jobs", "2"), 3),
        (("bce", str(table), "--nan", "skip", "--jobs", "2", "-f", "json"), 3),
        (("bce", str(good), "--fail-if", "value > 0.1"), 1),
        (("bce", str(good), "--fail-if", "valu > 0.1"), 2),
        (("bce", str(good), "--baseline", "missing.json", "--max-regress", "1%"), 2),
        (("bce", str(good), "--dask", "nowhere"), 2),
        (("check", str(good), "--nope"), 2),
        (("calibrate", str(table)), 3),
        (("thresholds", str(good), "--recall", "2"), 2),
        (("softmax", "x"), 2),
        (("completion", "tcsh"), 2),
        (("bce", str(good), "-o", str(tmp_path / "no" / "where.csv")), 2),
    ):
        result = losscli(*args, "--errors", "json")
        assert result.status == status, args
        told = [strict(line) for line in result.err.splitlines()]
        assert all({"schema", "severity", "message"} <= {*one} for one in told), args
        assert bool(told) == (status != 0), args


def test_errors_are_text_or_json() -> None:
    result = losscli("ce", "1", "1", "--errors", "xml")
    assert (result.err, result.status) == ("Error: --errors 'xml': text or json\n", 2)


def test_what_is_told_is_what_the_code_does() -> None:
    code = "\n".join(path.read_text() for path in (ROOT / "losscli").rglob("*.py") if path.name != "facts.py")
    names = set(re.findall(r'"(LOSSCLI_[A-Z]+)"', code)) - {ASKED, LINE, BREAKS}
    assert names == {name for name in ENVIRONMENT if name.startswith("LOSSCLI_")}
    table = dict(re.findall(r"^\| (\d+) \| (.*) \|$", README.read_text(), re.MULTILINE))
    assert table == {str(status): meaning for status, meaning in STATUSES.items()}
