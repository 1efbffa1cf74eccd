"""Is every answer written in every format by the same rules?"""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from losscli.cli.run.present import writer_for
from losscli.cli.run.request import Request
from losscli.file_formats import ANSWERS as WITHOUT_GATES
from losscli.file_formats import INPUTS, OUTPUT_SUFFIXES, OUTPUTS, Output, Writes, by_suffix
from losscli.losses import LOSSES
from losscli.outputs.draw.drawing import drawer
from losscli.outputs.record_writers import record_writer
from losscli.outputs.write import View, write
from tests.support.shell import losscli

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

ANSWERS = {
    "check": ["check", "0.2,0.8", "1,1"],
    "compare": ["mse", "1,2", "1,3.5", "--compare"],
    "identify": ["identify", "1,2", "1,3", "--value", "0.5"],
    "losses": ["losses", "huber"],
    "rows": ["mse", "1,2", "1,3.5"],
    "transform": ["softmax", "1,2;3,4"],
}


def entries(answer: str, document: Any) -> list[Any]:
    """What of a JSON document is a line of NDJSON."""
    key = {"check": "findings", "compare": "compare", "identify": "answers", "losses": "losses"}.get(answer)
    return list(document[key]) if key else list(document["per_sample"] if isinstance(document, dict) else document)


def each(commands: Iterable[str]) -> list[Any]:
    """Those that take long only with all tests."""
    return [pytest.param(one, marks=[pytest.mark.long] if one == "identify" else []) for one in commands]


@pytest.mark.parametrize("answer", each(ANSWERS))
def test_every_format_has_as_many_entries(answer: str) -> None:
    def out(form: str) -> str:
        result = losscli(*ANSWERS[answer], "-f", form)
        assert result.status in (0, 1), result.err
        return result.out

    expected = len(entries(answer, json.loads(out("json"))))
    assert len([json.loads(line) for line in out("ndjson").splitlines()]) == expected
    if answer != "losses":  # a line for each call
        head = answer != "transform"
        for form in ("csv", "tsv"):
            assert len(out(form).splitlines()) == expected + head
    assert out("markdown").startswith(("|", "#"))
    assert out("table")


def cells(text: str, delimiter: str) -> bool:
    """Whether each line has as many cells, and more than one."""
    return len({len(line) for line in csv.reader(io.StringIO(text), delimiter=delimiter)} - {1}) == 1


# What each declared format looks like.
LOOKS: dict[str, Callable[[str], bool]] = {
    "table": lambda text: "───" in text and not text.startswith(("|", "<")),
    "json": lambda text: json.loads(text) is not None,
    "ndjson": lambda text: all(isinstance(json.loads(line), (dict, list)) for line in text.splitlines()),
    "csv": lambda text: cells(text, ","),
    "tsv": lambda text: cells(text, "\t"),
    "markdown": lambda text: text.startswith(("|", "#")),
    "html": lambda text: text.startswith("<!doctype html>"),
    "junit": lambda text: text.startswith("<?xml") and "<testsuite " in text,
}
COMMANDS = {
    **ANSWERS,
    "call": ["sklearn.metrics.mean_squared_error", "1,2", "1,3.5"],
    "score": ["auc", "0.1,0.9,0.4", "0,1,0"],
    "groups": ["acc", "[[0.1,0.9],[1,0]]", "1,0", "--by", "label"],
    "several losses": ["mse", "1,2", "1,3.5", "--also", "mae"],
    "against": ["mse", "1,2,4", "1,3.5,2", "--against", "1,2,3"],
    "calibrate": ["calibrate", "0.2,0.8", "0,1"],
    "thresholds": ["thresholds", "0.1,0.9", "0,1"],
    "explain": ["mse", "1,2", "1,3.5", "--explain"],
}
GATED = ("rows", "call", "score", "groups", "several losses", "against")


@pytest.mark.parametrize("command", each(COMMANDS))
def test_each_declared_format_is_what_is_written(command: str) -> None:
    """A format that is declared, and written by nobody, is no table."""
    formats: tuple[str, ...] = WITHOUT_GATES
    if command in GATED:
        formats = (*OUTPUTS,)
    elif command == "explain":
        formats = tuple(name for name in OUTPUTS if OUTPUTS[name].drawn or name == "json")
    gate = ["--fail-if", "difference > 99" if command == "against" else "value > 99"]
    seen = set()
    for form in OUTPUTS:
        result = losscli(*COMMANDS[command], "-f", form, *gate * (form == "junit" and command in GATED))
        if form not in formats:
            assert (result.out, result.status) == ("", 2), form
            continue
        assert result.status in (0, 1), (form, result.err)
        assert LOOKS[form](result.out), (form, result.out)
        seen.add(result.out)
    assert len(seen) == len(formats)


def test_a_format_that_nothing_draws_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(OUTPUTS, "rtf", Output(Writes.PAGE))
    view = View()
    monkeypatch.setattr(view, "blocks", lambda **_: ())
    for ask in (
        lambda: drawer("rtf", io.StringIO(), "never"),
        lambda: write(view, "rtf", io.StringIO()),
        lambda: record_writer("rtf", io.StringIO(), None, 7, "never"),
        lambda: writer_for(LOSSES[0], Request(output_format="rtf"), io.StringIO(), each=False),
    ):
        with pytest.raises(AssertionError, match="nothing draws rtf"):
            ask()


@pytest.mark.parametrize("form", OUTPUTS)
def test_explain_is_written_or_refused(form: str) -> None:
    result = losscli("mse", "1,2", "1,3.5", "--explain", "-f", form)
    assert result.status == (0 if form in ("table", "json", "markdown", "html") else 2)


@pytest.mark.parametrize(
    ("args", "field"),
    [
        (("mse", "1,2", "1,1"), "1,0.0,1.0,1.0"),
        (("acc", "[[0.1,0.9],[1,0]]", "1,0", "--by", "label"), "0,1,1.0,1,1.0,nan,1.0,1.0,,0.5,0.5"),
        (("acc", "[[0.1,0.9],[1,0]]", "1,0", "--also", "brier"), "acc,1.0"),
        (("auc", "0.1,0.9", "0,1"), "auc,1.0"),
        (("thresholds", "0.1,0.9", "0,1"), "as it is,0.5,True,1,0,0,1,1.0,1.0,1.0,1.0,1.0,"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_numbers_have_one_form_in_every_csv(args: tuple[str, ...], field: str) -> None:
    lines = losscli(*args, "-f", "csv").out.splitlines()
    assert [line for line in lines if line.startswith(field)] or [line for line in lines if field in line], lines


def test_a_suffix_stands_for_one_format() -> None:
    for formats in (INPUTS, OUTPUT_SUFFIXES):
        assert len(by_suffix(formats)) == sum(map(len, formats.values()))


@pytest.mark.parametrize("form", [name for name in INPUTS if name not in ("parquet", "arrow", "safetensors")])
def test_each_input_format_has_something_that_opens_it(form: str, tmp_path: Path) -> None:
    """The file is no such thing, and what opens the format says so."""
    (tmp_path / "data").write_bytes(b"\x00\x01\x02")
    result = losscli("mse", str(tmp_path / "data"), "1", "-i", form)
    assert result.status == 3
    assert "no format" not in result.err
