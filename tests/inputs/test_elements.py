"""Is a long JSON array, read element by element, what it is when read whole?"""

from __future__ import annotations

import io
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from losscli.errors import InputError
from losscli.inputs import ReadOptions, read
from losscli.inputs.json import stream

NUMBERS = st.floats(-1e6, 1e6)
RECORDS = st.lists(st.fixed_dictionaries({"p_ä": NUMBERS, "p_b": NUMBERS, "label": st.integers(0, 1)}), min_size=1)
ROWS = st.lists(st.lists(NUMBERS, min_size=3, max_size=3), min_size=1)


def rows_of(text: str, labels: str | None, *, long: bool, chunk_bytes: int = 16) -> list[Any]:
    options = ReadOptions(format="json", chunk_bytes=chunk_bytes)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stream, "LONG", 4 if long else 1 << 22)
        dataset = read("-", labels, options, io.BytesIO(text.encode()))
        batches = list(dataset.batches)
    first = np.concatenate([batch.predictions for batch in batches]).tolist()
    places = [batch.where(i, 0) for batch in batches for i in range(len(batch))]
    return [
        first,
        np.concatenate([batch.labels for batch in batches]).tolist(),
        places,
        dataset.classes and dataset.classes.names,
    ]


@given(RECORDS, st.sampled_from([None, 1]), st.sampled_from([1, 16, 1000]), st.booleans())
def test_records(records: list[dict[str, Any]], indent: int | None, chunk_bytes: int, escaped: bool) -> None:
    text = json.dumps(records, indent=indent, ensure_ascii=escaped)
    assert rows_of(text, None, long=True, chunk_bytes=chunk_bytes) == rows_of(text, None, long=False)


@given(ROWS, st.sampled_from([1, 16, 1000]))
def test_rows(rows: list[list[float]], chunk_bytes: int) -> None:
    text, labels = json.dumps(rows), json.dumps([0] * len(rows))
    long, whole = (rows_of(text, labels, long=long, chunk_bytes=chunk_bytes) for long in (True, False))
    assert long[:2] == whole[:2]


@pytest.mark.parametrize(
    ("text", "what", "where"),
    [
        ('[{"p": 0.5, "label": 1}\n,{"p": oops}]', "JSON syntax: expecting value", "stdin:2, character 8"),
        ('[{"p": 0.5, "label": 1} {"p": 1}]', "JSON syntax: expecting ',' delimiter", "stdin:1, character 25"),
        ('[{"p": 0.5, "label": 1},', "JSON syntax: expecting value", "stdin:1, character 25"),
        ('[{"p": 0.5, "label": 1}', "JSON syntax: expecting ',' delimiter", "stdin:1, character 24"),
        ('[{"p": 0.5, "label": 1}]\n\n x', "JSON syntax: extra data", "stdin:3, character 2"),
        ('[{"p": 0.5, "p": 1}]', "the key 'p' comes twice", "stdin, row 1"),
        ('[{"p": ' + "[" * 100_000, "JSON nested too deep", "stdin, row 1"),
    ],
)
def test_what_is_no_array_is_named_with_its_place(text: str, what: str, where: str) -> None:
    with pytest.raises(InputError) as caught:
        rows_of(text, None, long=True)
    assert (caught.value.what, caught.value.where) == (what, where)


def test_text_that_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "LONG", 4)
    data = io.BytesIO(b'[{"p": 1, "label": "\xff"}]')
    with pytest.raises(InputError, match="byte 0xff is not UTF-8 text"):
        read("-", None, ReadOptions(format="json"), data)


def test_a_block_without_a_single_ascii_sign() -> None:
    text = json.dumps([{"p": 0.5, "label": 1, "note": "äöü" * 50}] * 3, ensure_ascii=False)
    assert rows_of(text, None, long=True, chunk_bytes=8)[0] == [0.5] * 3
