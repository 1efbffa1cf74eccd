"""Is JSON read as other tools write tables and values in it?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.inputs_reading import error, got
from tests.support.shell import losscli as shell

if TYPE_CHECKING:
    from pathlib import Path

ROWS: list[dict[str, Any]] = [{"label": 1, "pred": 0.9}, {"label": 0, "pred": 0.2}, {"label": 1, "pred": 0.7}]
SPLIT = {"columns": ["label", "pred"], "index": [0, 1, 2], "data": [[1, 0.9], [0, 0.2], [1, 0.7]]}
SHAPES = {
    "records": ROWS,
    "columns": {key: {str(i): row[key] for i, row in enumerate(ROWS)} for key in ("label", "pred")},
    "index": {str(i): row for i, row in enumerate(ROWS)},
    "index of words": {f"row{i}": row for i, row in enumerate(ROWS)},
    "split": SPLIT,
    "split of W&B": {"columns": SPLIT["columns"], "data": SPLIT["data"]},
    "MLflow": {"dataframe_split": SPLIT},
    "MLflow records": {"dataframe_records": ROWS},
    "table": {
        "schema": {"fields": [{"name": "index", "type": "integer"}], "primaryKey": ["index"]},
        "data": [{"index": i, **row} for i, row in enumerate(ROWS)],
    },
    "list": {key: [row[key] for row in ROWS] for key in ("label", "pred")},
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("indent", [None, 2])
def test_a_table(shape: str, indent: int | None) -> None:
    read = got("-", stdin=json.dumps(SHAPES[shape], indent=indent).encode())
    assert read.predictions.tolist() == [0.9, 0.2, 0.7]
    assert read.labels.tolist() == [1, 0, 1]


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("between", ["\n", "", " \n\n"])
def test_documents_one_after_the_other(tmp_path: Path, indent: int | None, between: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(between.join(json.dumps(row, indent=indent) for row in ROWS) + "\n")
    read = got(str(path))
    assert read.predictions.tolist() == [0.9, 0.2, 0.7]
    if indent is None and between == "\n":
        assert read.batches[0].where(2, None) == f"{path}:3, column pred"


def test_numbers_that_are_written_as_text() -> None:
    rows = [{key: str(value) for key, value in row.items()} for row in ROWS]
    for text in ("\n".join(map(json.dumps, rows)), json.dumps(rows), json.dumps({"label": ["1"], "pred": ["0.9"]})):
        read = got("-", stdin=text.encode())
        assert read.predictions[0] == 0.9
        assert read.labels[0] == 1
    raised = error("-", stdin=b'{"label":1,"pred":"0.9"}\n{"label":0,"pred":"good"}\n')
    assert raised.exit_status == 3
    assert "'good'" in str(raised) or "text" in str(raised)


def test_words_stay_words() -> None:
    read = got("-", stdin=b'{"label":"cat","pred":0.9}\n{"label":"7","pred":0.1}\n')
    assert read.labels.tolist() == ["cat", "7"]


def test_rows_that_do_not_fit_the_columns() -> None:
    raised = error("-", stdin=b'{"columns":["label","pred"],"data":[[1,0.9],[0]]}')
    assert raised.what == "row 2 has 1 values, there are 2 columns"
    raised = error("-", stdin=b'{"columns":["pred","pred"],"data":[[1,0.9]]}')
    assert raised.what == "columns named 'pred' come twice"


def test_null_is_no_value() -> None:
    text = '{"label":1,"pred":0.9}\n{"label":0,"pred":null}\n{"label":null,"pred":0.5}\n{"label":0,"pred":0.2}\n'
    assert float(shell("bce", "-q", "--nan", "skip", stdin=text).out) == pytest.approx(0.164252033486018)
    refused = shell("bce", stdin=text)
    assert (refused.status, "null" in refused.err) == (3, True)
    array = '{"label":[1,0,null,0],"pred":[0.9,null,0.5,0.2]}'
    assert float(shell("bce", "-q", "--nan", "skip", stdin=array).out) == pytest.approx(0.164252033486018)


def test_labels_with_their_scores_in_any_order(tmp_path: Path) -> None:
    scored = [[{"label": "NEG", "score": 0.9}, {"label": "POS", "score": 0.1}]]
    scored.append([{"label": "POS", "score": 0.8}, {"label": "NEG", "score": 0.2}])
    (tmp_path / "p.json").write_text(json.dumps(scored))
    (tmp_path / "y.txt").write_text("NEG\nPOS\n")
    done = shell("ce", str(tmp_path / "p.json"), str(tmp_path / "y.txt"), "-q")
    assert float(done.out) == pytest.approx(0.164252033486018)


CHOICES = {
    "choices": [
        {"index": 0, "logprobs": {"content": [{"token": "a", "logprob": -0.5}, {"token": "b", "logprob": -1.5}]}}
    ]
}
LEGACY = {"choices": [{"index": 0, "logprobs": {"token_logprobs": [None, -0.5, -1.5], "text_offset": [0, 2, 3]}}]}


@pytest.mark.parametrize(
    ("loss", "value", "path"),
    [
        ("nll", CHOICES, "choices[].logprobs.content[].logprob"),
        ("nll", LEGACY, "choices[].logprobs.token_logprobs[]"),
        ("mse", {"label": 0, "prediction": {"class": "a", "n": 7, "score": 1}}, "prediction.score"),
    ],
)
def test_the_path_to_numbers_in_objects_is_offered(loss: str, value: Any, path: str, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(value))
    refused = shell(loss, str(tmp_path / "a.json"))
    assert refused.status == 3
    assert f"try  --pred '{path}'\n" in refused.err
    args = ["--label", "label"] if loss == "mse" else []
    assert float(shell(loss, str(tmp_path / "a.json"), "--pred", path, "-q", *args).out) == pytest.approx(1)


BY_CLASS: list[Any] = [
    {"label": "c1", "probs": {"c0": 0.1, "c1": 0.7, "c2": 0.2}},
    {"label": "c0", "probs": {"c2": 0.2, "c0": 0.5, "c1": 0.3}},
]
AS_LIST = [
    {"label": one["label"], "scores": [{"label": name, "score": score} for name, score in one["probs"].items()]}
    for one in BY_CLASS
]


@pytest.mark.parametrize("records", [BY_CLASS, AS_LIST])
@pytest.mark.parametrize("lines", [True, False])
@pytest.mark.parametrize("asked", [True, False])
def test_scores_by_class_in_each_record(records: list[Any], lines: bool, asked: bool) -> None:
    text = "\n".join(map(json.dumps, records)) if lines else json.dumps(records)
    field = next(name for name in records[0] if name != "label")
    done = shell("ce", "-", "-q", *(("--pred", f"{field}.*") if asked else ()), stdin=text)
    assert (done.err, done.status) == ("", 0)
    assert float(done.out) == pytest.approx(0.5249110622493389, rel=1e-15)


def test_scores_of_other_classes_than_the_first_are_refused() -> None:
    done = shell("ce", "-", stdin=json.dumps([BY_CLASS[0], {"label": "c0", "probs": {"c0": 0.5, "d": 0.5}}]))
    assert done.status == 3
    assert "no field 'probs.c1'; fields: label, probs.c0, probs.d" in done.err


def test_an_object_that_is_not_called_scores_stays_apart() -> None:
    records = [
        {"label": 1, "p": 0.9, "meta": {"ms": 3, "tokens": 5}},
        {"label": 0, "p": 0.2, "meta": {"ms": 1, "tokens": 2}},
    ]
    done = shell("bce", "-", "-q", stdin=json.dumps(records))
    assert float(done.out) == pytest.approx(0.164252033486018)
