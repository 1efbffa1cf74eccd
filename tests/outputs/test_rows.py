"""Are the lines of rows that do not count, or were left out, written beside the others?"""

from __future__ import annotations

import json
from typing import Any

from tests.support.shell import losscli

# -log 0.2, -log 0.5, -log 0.9
TABLE = 'a,b,id,label\n0.2,0.8,"x,1",a\nnan,0.1,y,b\n0.5,0.5,"z""q",b\n0.1,0.9,w,b\n'
LINES = [
    '"x,1",1.6094379124341003,a,b,0.2',
    "y,,,,",
    '"z""q",0.6931471805599453,b,a,0.5',
    "w,0.10536051565782628,b,b,0.9",
]


def test_a_row_left_out_is_an_empty_line_with_its_name() -> None:
    result = losscli("ce", "-", "--nan", "skip", "-f", "csv", stdin=TABLE)
    assert result.out.splitlines() == ["id,loss,label,predicted,probability", *LINES]


def test_a_row_left_out_is_null_in_json() -> None:
    result = losscli("ce", "-", "--nan", "skip", "-f", "ndjson", stdin=TABLE)
    records: list[dict[str, Any]] = [json.loads(line) for line in result.out.splitlines()]
    assert records[1] == {"id": "y", "sample": 2, "loss": None, "label": None, "predicted": None, "probability": None}
    assert [record["sample"] for record in records] == [1, 2, 3, 4]
    assert records[2]["id"] == 'z"q'


def test_an_ignored_label_stays_as_it_was_written() -> None:
    result = losscli("ce", "0.2,0.8;0.5,0.5;0.1,0.9", "0,-100,1", "--ignore-index", "-100", "-f", "csv")
    assert result.out.splitlines()[1:] == [
        "1,1.6094379124341003,0,1,0.2",
        "2,,-100,0,",
        "3,0.10536051565782628,1,1,0.9",
    ]


def test_a_row_is_the_same_alone_and_among_others() -> None:
    shown = losscli("ce", "-", "--nan", "skip", "-f", "markdown", "--digits", "3", stdin=TABLE).out
    worst = losscli("ce", "-", "--nan", "skip", "-f", "markdown", "--digits", "3", "--worst", "4", stdin=TABLE).out
    cells = [sorted(line.split("|")[1:6] for line in text.splitlines()[2:6]) for text in (shown, worst)]
    assert cells[0] == cells[1]
    assert len(cells[0]) == 4
