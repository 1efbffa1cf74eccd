"""Do all ways of writing and of cutting the same data give the same arrays, to the last bit?"""

from __future__ import annotations

import csv
import io
import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from losscli.errors import LossError
from losscli.inputs import ReadOptions, read
from tests.support.inputs_reading import got

if TYPE_CHECKING:
    from collections.abc import Sequence

FLOATS = st.floats(allow_nan=True, allow_infinity=True)
WORDS = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\x00"), min_size=1, max_size=8
).filter(lambda text: text.strip() and not _is_number(text) and not text.startswith("#"))
CHUNKS = st.fixed_dictionaries(
    {}, optional={"chunk_bytes": st.sampled_from([1, 2, 3, 7, 64, 1000]), "chunk_rows": st.integers(1, 9)}
)


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", "."))
    except ValueError:
        return False
    return True


@st.composite
def tables(draw: Any) -> list[list[float]]:
    width = draw(st.integers(2, 5))
    rows: list[list[float]] = draw(st.lists(st.lists(FLOATS, min_size=width, max_size=width), min_size=1, max_size=12))
    return rows


def written(rows: Sequence[Sequence[Any]], **options: Any) -> bytes:
    file = io.StringIO()
    csv.writer(file, **options).writerows(rows)
    return file.getvalue().encode()


def same(left: Any, right: Any) -> None:
    left, right = np.asarray(left, dtype=np.float64), np.asarray(right, dtype=np.float64)
    assert left.shape == right.shape
    nan = np.isnan(right)
    assert (np.isnan(left) == nan).all()
    assert (left.view(np.int64)[~nan] == right.view(np.int64)[~nan]).all()


@given(
    tables(),
    CHUNKS,
    st.sampled_from([",", ";", "\t", "|", " "]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.booleans(),
)
@settings(max_examples=100, deadline=None)
def test_numbers(
    rows: list[list[float]], chunks: Any, delimiter: str, end: str, quoting: Any, with_header: bool
) -> None:
    head = [[f"p_{i}" for i in range(len(rows[0]))]] if with_header else []
    data = written([*head, *rows], delimiter=delimiter, lineterminator=end, quoting=quoting)
    labels = " ".join(str(i) for i in range(len(rows)))
    result = got("-", labels, stdin=data, header=with_header, delimiter=delimiter, **chunks)
    same(result.predictions, rows)
    assert result.labels.tolist() == list(range(len(rows)))
    if "chunk_rows" in chunks:
        assert all(len(b) == chunks["chunk_rows"] for b in result.batches[:-1])


@given(st.lists(st.tuples(WORDS, FLOATS, FLOATS, WORDS), min_size=1, max_size=9), CHUNKS, st.sampled_from(",;\t|"))
@settings(max_examples=100, deadline=None)
def test_text_beside_numbers(rows: list[tuple[str, float, float, str]], chunks: Any, delimiter: str) -> None:
    data = written([["id", "p_a", "p_b", "label"], *rows], delimiter=delimiter, lineterminator="\n")
    result = got("-", stdin=data, delimiter=delimiter, **chunks)
    same(result.predictions, [row[1:3] for row in rows])
    assert result.labels.tolist() == [row[3].strip() for row in rows]
    assert result.ids == [row[0].strip() for row in rows]
    places = [b.where(i, None) for b in result.batches for i in range(len(b))]
    assert places == [f"stdin:{i + 2}" for i in range(len(rows))]


@given(tables(), CHUNKS)
@settings(max_examples=40, deadline=None)
def test_json_and_arrays(rows: list[list[float]], chunks: Any) -> None:
    labels = " ".join("0" * len(rows))
    npy = io.BytesIO()
    np.save(npy, np.array(rows))
    texts = {
        "json": json.dumps(rows).encode(),
        "ndjson": "".join(json.dumps(row) + "\n" for row in rows).encode(),
        "npy": npy.getvalue(),
    }
    for name, data in texts.items():
        same(got("-", labels, stdin=data, format=name, **chunks).predictions, rows)
    same(got(json.dumps(rows), labels, **chunks).predictions, rows)
    same(got(";".join(" ".join(map(repr, row)) for row in rows) + ";", labels).predictions, rows)


def read_or_refuse(predictions: str, labels: str | None, options: ReadOptions, stdin: bytes = b"") -> str:
    """What was refused; empty if every row was read. Anything else that is raised is a bug."""
    try:
        for batch in read(predictions, labels, options, io.BytesIO(stdin)).batches:
            assert len(batch)
            assert batch.where(0, 0)
    except LossError as raised:
        return str(raised)
    return ""


@given(st.binary(max_size=200), st.sampled_from([None, "csv", "json", "ndjson", "npy", "npz"]))
@settings(max_examples=200, deadline=None)
def test_any_bytes_give_rows_or_one_clear_error(data: bytes, form: str | None) -> None:
    assert read_or_refuse("-", None, ReadOptions(format=form), data).isprintable()


@given(st.text(st.sampled_from("0123456789.,;:eE+-naif \"'[](){}\n\t\r|xyé#label"), max_size=60))
@settings(max_examples=200, deadline=None)
def test_any_text_gives_rows_or_one_clear_error(text: str) -> None:
    for options in (ReadOptions(), ReadOptions(label="1"), ReadOptions(label="1", chunk_bytes=3)):
        assert read_or_refuse("-", None, options, text.encode()).isprintable()
    for labels in (None, "1,0"):
        assert read_or_refuse(text, labels, ReadOptions()).isprintable()


@given(tables(), st.integers(0, 10_000), st.binary(min_size=1, max_size=3))
@settings(max_examples=100, deadline=None)
def test_a_damaged_table_never_gives_a_different_count(rows: list[list[float]], at: int, junk: bytes) -> None:
    """One byte too many may change a number; it must not make a row vanish without an error or a note."""
    data = written(rows, lineterminator="\n")
    at %= len(data)
    damaged = data[:at] + junk + data[at:]
    lines = [line for line in damaged.replace(b"\r", b"\n").split(b"\n") if line.strip()]
    try:
        result = read("-", None, ReadOptions(label="1", header=False, delimiter=","), io.BytesIO(damaged))
        count = sum(len(batch) for batch in result.batches)
    except LossError:
        return
    assert count == len(lines) or b'"' in junk
    assert math.isfinite(count)
