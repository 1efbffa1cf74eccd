"""Has a program all it needs to drive losscli: what there is to type, and messages that need no parsing?"""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from losscli.cli.completion.answer import ASKED, BREAKS, LINE
from losscli.cli.facts import ENVIRONMENT, STATUSES
from losscli.losses import CALLS, LOSSES
from losscli.losses.transforms import TRANSFORMS
from tests.support.documents import README, ROOT
from tests.support.shell import losscli


def strict(text: str) -> Any:
    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    return json.loads(text, parse_constant=refuse)


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


def test_a_command_takes_the_options_that_the_document_of_all_gives_it() -> None:
    told = strict(losscli("--help", "-f", "json").out)
    for name in ("ce", "ppl", "nn.HuberLoss", "softmax", "check", "keras.losses.Dice"):
        one = strict(losscli(name, "--help", "-f", "json").out)
        of_all = next(command for command in told["commands"] if one["name"] in (command["name"], *command["aliases"]))
        shared = told["shared_options"] if of_all["shared_options"] else []
        expected = [option["names"] for option in one["options"]]
        assert sorted(option["names"] for option in [*of_all["options"], *shared]) == sorted(expected)


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


def test_errors_are_text_or_json() -> None:
    result = losscli("ce", "1", "1", "--errors", "xml")
    assert (result.err, result.status) == ("Error: --errors 'xml': text or json\n", 2)


def test_what_is_told_is_what_the_code_does() -> None:
    code = "\n".join(path.read_text() for path in (ROOT / "losscli").rglob("*.py") if path.name != "facts.py")
    names = set(re.findall(r'"(LOSSCLI_[A-Z]+)"', code)) - {ASKED, LINE, BREAKS}
    assert names == {name for name in ENVIRONMENT if name.startswith("LOSSCLI_")}
    table = dict(re.findall(r"^\| (\d+) \| (.*) \|$", README.read_text(), re.MULTILINE))
    assert table == {str(status): meaning for status, meaning in STATUSES.items()}
