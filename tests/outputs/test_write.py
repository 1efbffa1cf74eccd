"""Is every answer written in every format by the same rules?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from losscli.file_formats import INPUTS, OUTPUTS, by_suffix
from tests.support.shell import losscli

if TYPE_CHECKING:
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


@pytest.mark.parametrize(
    "answer", [pytest.param(one, marks=[pytest.mark.long] if one == "identify" else []) for one in ANSWERS]
)
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
    for formats in (INPUTS, OUTPUTS):
        assert len(by_suffix(formats)) == sum(map(len, formats.values()))


@pytest.mark.parametrize("form", [name for name in INPUTS if name not in ("parquet", "arrow", "safetensors")])
def test_each_input_format_has_something_that_opens_it(form: str, tmp_path: Path) -> None:
    """The file is no such thing, and what opens the format says so."""
    (tmp_path / "data").write_bytes(b"\x00\x01\x02")
    result = losscli("mse", str(tmp_path / "data"), "1", "-i", form)
    assert result.status == 3
    assert "no format" not in result.err
