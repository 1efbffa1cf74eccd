"""Do lines of one form, which are read all at once, give what they give one by one?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from losscli.errors import LossError
from losscli.inputs import ReadOptions, read
from losscli.inputs.delimited import arrow_float
from losscli.inputs.json.alike import Alike, LineForm
from losscli.inputs.json.even_records import Even, even
from tests.support.shell import losscli

if TYPE_CHECKING:
    from pathlib import Path

ROWS = 260  # more than are looked at one by one before the first of them is used
RECORDS: dict[str, dict[str, Any]] = {
    "columns": {"id": "r{}", "label": 1, "p0": 0.25, "p1": 0.75},
    "list": {"id": 7, "label": 0, "pred": [0.25, 0.5, 0.25]},
    "words": {"label": "cat", "cat": 0.5, "dog": 0.5, "note": "a, b: [1]"},
    "whole": {"y": 3.0, "pred": 2},
    "accents": {"étiquette": "é", "label": 1, "p_é": 0.5, "p_ü": 0.5},
}
SEPARATORS = [(", ", ": "), (",", ":"), (" , ", " : ")]


def lines_of(name: str, separators: tuple[str, str]) -> list[str]:
    rng = np.random.default_rng(len(name))
    lines = []
    for row in range(ROWS):
        record = {
            key: value.format(row)
            if isinstance(value, str)
            else [float(x) for x in rng.random(len(value))]
            if isinstance(value, list)
            else float(rng.choice([rng.random(), 0.0, 1e-300, 1.0]))
            if isinstance(value, float)
            else int(rng.integers(0, 2))
            for key, value in RECORDS[name].items()
        }
        lines.append(json.dumps(record, separators=separators, ensure_ascii=False))
    return lines


def seen(text: str, folder: Path) -> Any:
    """All that comes out of it: arrays with their types, places, ids; or the error."""
    path = folder / "rows.ndjson"
    path.write_text(text, encoding="utf-8")
    try:
        return [
            (
                batch.predictions.dtype,
                batch.predictions.tolist(),
                batch.labels.dtype,
                batch.labels.tolist(),
                [batch.where(row, None) for row in range(len(batch))],
                None if batch.ids is None else list(batch.ids),
            )
            for batch in read(str(path), None, ReadOptions(chunk_bytes=600)).batches
        ]
    except LossError as error:
        return str(error)


@pytest.fixture
def one_by_one(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    return monkeypatch


def both(text: str, folder: Path, patch: pytest.MonkeyPatch) -> tuple[Any, Any]:
    quick = seen(text, folder)
    with patch.context() as context:
        context.setattr(arrow_float, "_MUCH", -1)
        assert seen(text, folder) == quick, "read by pyarrow, if it is installed"
    with patch.context() as context:
        context.setattr(LineForm, "of", classmethod(lambda cls, line: None))
        return quick, seen(text, folder)


@pytest.mark.parametrize("separators", SEPARATORS)
@pytest.mark.parametrize("name", RECORDS)
def test_plain_records(name: str, separators: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = lines_of(name, separators)
    form = LineForm.of(lines[0])
    assert form is not None
    data = ("\n".join(lines) + "\n").encode()
    assert isinstance(form.read(data), Alike)
    assert isinstance(even(form, data), Even) is (name != "words")  # whose texts hold commas
    quick, slow = both("\n".join(lines) + "\n", tmp_path, monkeypatch)
    assert quick == slow
    assert not isinstance(quick, str) or name == "accents"


@pytest.mark.long
@settings(max_examples=60, deadline=None)
@given(
    name=st.sampled_from(sorted(RECORDS)),
    row=st.integers(210, ROWS - 1),
    at=st.integers(0, 60),
    cut=st.integers(0, 3),
    put=st.sampled_from(
        [*'0159-+.eE,:[]{}" \\x\t', "01", "1.", ".5", "1e5", "1E+2", "-0", "null", "true", "NaN", '"a"', "\n"]
    ),
)
def test_any_other_line(
    name: str, row: int, at: int, cut: int, put: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    lines = lines_of(name, SEPARATORS[0])
    lines[row] = lines[row][:at] + put + lines[row][at + cut :]
    folder, patch = tmp_path_factory.getbasetemp(), pytest.MonkeyPatch()
    quick, slow = both("\n".join(lines) + "\n", folder, patch)
    assert quick == slow


@pytest.mark.parametrize(
    "line",
    [
        '{"a": null}',
        '{"a": [1, "b"]}',
        '{"a": []}',
        '{"a": {"b": 1}}',
        '{"a": 1, "a": 2}',
        "[1, 2]",
        '{"a": "\\n"}',
        "{}",
        "1",
    ],
)
def test_lines_without_such_a_form(line: str) -> None:
    assert LineForm.of(line) is None


def test_lines_far_from_the_first_are_refused_with_their_place(tmp_path: Path) -> None:
    """Only the first of a block are decoded to see what fields there are."""
    lines = ['{"p": [0.25, 0.75], "label": 1}'] * 3000
    for line, bad, what in ((2500, '{"p": [0.25, 0.75], "label": }', "JSON syntax"), (1001, "[1]", "not a record")):
        path = tmp_path / f"{line}.ndjson"
        path.write_text("\n".join([*lines[: line - 1], bad, *lines[line:]]) + "\n")
        done = losscli("ce", str(path), "-q")
        assert done.status == 3
        assert what in done.err
        assert f".ndjson:{line}" in done.err
