"""Does each column get the role that its user means, and is the choice told with its reason?"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from losscli.inputs import ReadOptions
from losscli.inputs.read_rows import read_rows
from tests.support.inputs_reading import error, got

if TYPE_CHECKING:
    from pathlib import Path

    from losscli.inputs.read_rows import RowStream


def header(names: str, values: str = "") -> bytes:
    """A table of one row in which column k holds k, but for the values given as name=value."""
    given = dict(pair.split("=") for pair in values.split())
    columns = names.split(",")
    return f"{names}\n{','.join(given.get(name, str(i + 1)) for i, name in enumerate(columns))}\n".encode()


@pytest.mark.parametrize(
    "name", ["label", "labels", "y", "y_true", "target", "true", "truth", "class", "Label", "Y_True"]
)
def test_labels_by_name(name: str) -> None:
    read = got("-", stdin=header(f"a,{name},b"))
    assert (read.labels.tolist(), read.predictions.tolist()) == ([2], [[1, 3]])
    assert read.decided("labels") == f"column 2 ({name}): by its name"
    assert read.decided("predictions") == "columns 1, 3 (a … b): every column not used otherwise"


@pytest.mark.parametrize(
    ("names", "values", "predictions", "reason"),
    [
        ("p,y", "", [1], "the only column left"),
        ("a,b,y", "", [1, 2], "every column not used otherwise"),
        ("id,a,b,y", "", [2, 3], "every column not used otherwise"),
        ("Unnamed: 0,a,b,y", "", [2, 3], "every column not used otherwise"),
        ("id,index,a,b,y", "", [3, 4], "every column not used otherwise"),
        ("a,b,y,sample_weight", "", [1, 2], "every column not used otherwise"),
        ("x,p_a,p_b,y", "", [2, 3], "named like predictions (p)"),
        ("x,prob.a,prob.b,truth", "", [2, 3], "named like predictions (prob)"),
        ("x,p0,p1,y", "", [2, 3], "named like predictions (p)"),
        ("x,Logit_a,logit_b,y", "", [2, 3], "named like predictions (logit)"),
        ("x,y_pred,y", "", [2], "named like predictions (y_pred)"),
        ("x,score,y", "", [2], "named like predictions (score)"),
        ("response,prob.a,prob.b,truth", "response=cat truth=dog", [2, 3], "named like predictions (prob)"),
        ("prediction,p_a,p_b,y", "", [2, 3], "named like predictions (p)"),
        ("problem,a,y", "", [1, 2], "every column not used otherwise"),
    ],
)
def test_predictions_by_name(names: str, values: str, predictions: list[float], reason: str) -> None:
    read = got("-", stdin=header(names, values))
    assert read.predictions.ravel().tolist() == predictions
    assert read.predictions.ndim == (1 if len(predictions) == 1 else 2)
    assert read.decided("predictions").endswith(f": {reason}")


def test_what_is_left_out_is_told() -> None:
    read = got("-", stdin=header("id,index,a,b,y,weight"))
    assert read.decided("not used") == "column index: an id: by its name; column weight: named like a weight"
    assert read.decided("ids") == "column 1 (id): by its name"
    assert read.ids == ["1"]


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("b", [2]),
        ("2", [2]),
        ("b,a", [2, 1]),
        ("3, 1", [3, 1]),
        ("1-3", [1, 2, 3]),
        ("4-5", [4, 5]),
        ("x_*", [4, 5]),
        ("x_?,a", [4, 5, 1]),
        ("[ab]", [1, 2]),
        ("7,8", [6]),  # the name of a column comes first
    ],
)
def test_columns_by_request(spec: str, expected: list[float]) -> None:
    data = b'a,b,c,x_1,x_2,"7,8",label\n1,2,3,4,5,6,0\n'
    assert got("-", stdin=data, pred=spec).predictions.ravel().tolist() == expected
    labels = got("-", stdin=data.replace(b",label", b",z"), label=spec, pred="z").labels
    assert labels.ravel().tolist() == expected


@pytest.mark.parametrize(
    ("options", "status", "text"),
    [
        (
            {"label": "lable"},
            2,
            "--label: no column 'lable'; columns: a, b, c, label; at stdin; try: did you mean label?",
        ),
        ({"pred": "x_*"}, 2, "--pred: no column 'x_*'; columns: a, b, c, label; at stdin"),
        ({"pred": "5"}, 2, "--pred 5: there are 4 columns, counted from 1; at stdin"),
        ({"pred": "0"}, 2, "--pred 0: there are 4 columns, counted from 1; at stdin"),
        ({"pred": "3-5"}, 2, "--pred 3-5: there are 4 columns, counted from 1; at stdin"),
        ({"pred": "a,1"}, 2, "--pred names column a twice; at stdin"),
        ({"pred": "*", "label": "label"}, 2, "column label can't be both prediction and label; at stdin"),
        ({"id": "q"}, 2, "--id: no column 'q'; columns: a, b, c, label; at stdin"),
        ({"id": "a,b"}, 2, "--id names several columns; at stdin"),
        ({"label": ""}, 2, "--label: no column ''; columns: a, b, c, label; at stdin"),
    ],
)
def test_requests_that_fail(options: dict[str, Any], status: int, text: str) -> None:
    raised = error("-", stdin=b"a,b,c,label\n1,2,3,0\n", **options)
    assert str(raised).startswith(text)
    assert raised.exit_status == status


def test_a_name_that_two_columns_have() -> None:
    data = b"a,b,b,label\n1,2,3,0\n"
    assert str(error("-", stdin=data, label="b")).startswith("columns 2 and 3 are both named 'b'; at stdin")
    assert got("-", stdin=data, pred="1,3").predictions.tolist() == [[1, 3]]


def test_many_columns_are_not_all_listed() -> None:
    data = header(",".join(f"c{i}" for i in range(50)))
    assert error("-", stdin=data).what.endswith("c10, c11 and 38 more")


@pytest.mark.parametrize(
    ("data", "line", "reason"),
    [
        (b"p_a,p_b,label\n1,2,0\n", "line 1", "'label' in the first row is the name of a column"),
        (b"\n\np_a,p_b,label\n1,2,0\n", "line 3", "'label' in the first row is the name of a column"),
        (b"p_a,p_b,z\n1,2,0\n", "line 1", "column 1 is 'p_a' in the first row and a number in the second"),
        (b"cat,q,z\ndog,2,0\n", "line 1", "column 2 is 'q' in the first row and a number in the second"),
        (b"0,1,2,label\n1,2,3,0\n", "line 1", "'label' in the first row is the name of a column"),
        (b",0,1,z\n0,2,3,0\n", "line 1", "an empty name in the first row is the name of a column"),
        (b"0,1,2\n.1,.2,.7\n", "line 1", "the first row counts 0, 1, 2, ...; --no-header if it is data"),
        (b"# a b c\n1 2 3\n", "line 1", "it starts with #"),
        (b"1,2,0\n3,4,0\n", "none", "the first row is numbers"),
        (b"nan,-inf,0\n3,4,0\n", "none", "the first row is numbers"),
        (b"1,2,0\n", "none", "the only row has numbers"),
        (b"1,2,cat\n3,4,dog\n", "none", "the first row is like the second"),
        (b"1,0,true\n0,1,false\n", "none", "the first row is like the second"),
        (b"1,0,y\n0,1,n\n", "none", "the first row is like the second"),
        (b"1,,2\n0,1,2\n", "none", "the first row is like the second"),
    ],
)
def test_header(data: bytes, line: str, reason: str) -> None:
    rows = read_rows("-", ReadOptions(pred="1"), io.BytesIO(data))
    found = next(d for d in rows.decisions if d.what == "header")
    assert (found.value, found.reason) == (line, reason)
    assert (rows.names is None) == (line == "none")


def test_header_by_request() -> None:
    assert got("-", "1,2", stdin=b"a,b\n1,2\n3,4\n", header=True).predictions.tolist() == [[1, 2], [3, 4]]
    assert got("-", "1", stdin=b"1,2\n3,4\n", header=True).predictions.tolist() == [[3, 4]]
    assert str(error("-", "1", stdin=b"a,b\n1,2\n", header=False)).startswith("2 fields are not numbers: 'a', 'b'")


def test_the_name_that_is_asked_for_shows_the_header() -> None:
    rows = read_rows("-", ReadOptions(pred="q"), io.BytesIO(b"q,name\nx,y\n"))
    assert rows.names == ("q", "name")


@pytest.mark.parametrize(
    ("names", "classes"),
    [
        ("p_cat,p_dog", ("cat", "dog")),
        ("prob.cat,prob.dog", ("cat", "dog")),
        ("p: cat,p: dog", ("cat", "dog")),
        ("cat,dog", ("cat", "dog")),
        ("class_1_a,class_1_b", ("a", "b")),
        ("p_cat,p_car", ("cat", "car")),
        ("p_,p_a", ("p_", "p_a")),
        ("p_a", None),
    ],
)
def test_class_names(names: str, classes: tuple[str, ...] | None) -> None:
    assert got("-", stdin=header(f"{names},label")).classes == classes


def test_no_class_names_without_a_header() -> None:
    assert got("-", "0", stdin=b"1,2\n").dataset.classes is None


@pytest.mark.parametrize(
    ("labels", "kind", "expected"),
    [
        ("0 1 2", "numbers: the first rows are all numbers", [0, 1, 2]),
        ("0.5 1e-3 nan", "numbers: the first rows are all numbers", [0.5, 1e-3, np.nan]),
        ("cat dog cat", "text: for example 'cat' at stdin:2", ["cat", "dog", "cat"]),
        ("0 1 cat", "text: not all are numbers: 'cat' at stdin:4", ["0", "1", "cat"]),
        ("true false true", "text: for example 'true' at stdin:2", ["true", "false", "true"]),
        ("none cat NA", "text: for example 'cat' at stdin:3", ["none", "cat", "NA"]),
        ("none none", "text: for example 'none' at stdin:2", ["none", "none"]),
        ("é ☃ 猫", "text: for example 'é' at stdin:2", ["é", "☃", "猫"]),
    ],
)
@pytest.mark.parametrize("chunk_bytes", [1, 1 << 18])
def test_label_values(labels: str, kind: str, expected: list[Any], chunk_bytes: int) -> None:
    data = "p_a,p_b,label\n" + "".join(f"1,2, {label} \n" for label in labels.split())
    read = got("-", stdin=data.encode(), chunk_bytes=chunk_bytes)
    np.testing.assert_array_equal(read.labels, np.array(expected))
    assert read.decided("label values") == kind


def test_several_label_columns() -> None:
    read = got("-", stdin=b"y_a,y_b,p_a,p_b\n0,1,.5,.5\n", label="y_*")
    assert (read.labels.tolist(), read.predictions.tolist()) == ([[0, 1]], [[0.5, 0.5]])
    raised = error("-", stdin=b"y_a,y_b,p_a,p_b\ncat,1,.5,.5\n", label="y_*")
    assert raised.what.startswith("column y_a is text, so these can't be one-hot labels")


def test_labels_of_two_files(tmp_path: Path) -> None:
    path = tmp_path / "y.csv"
    cases: list[tuple[str, dict[str, Any], list[Any], str]] = [
        ("cat\ndog\n", {"header": False}, ["cat", "dog"], "column 1: the only column"),
        ("name\ncat\ndog\n", {"header": True}, ["cat", "dog"], "column 1 (name): the only column"),
        ("id,name\n1,cat\n2,dog\n", {}, ["cat", "dog"], "column 2 (name): the only column left"),
        ("id,a,b\n1,0,1\n2,1,0\n", {}, [[0, 1], [1, 0]], "columns 2-3 (a … b): all columns but ids and weights"),
        ("0,1\n1,0\n", {}, [[0, 1], [1, 0]], "columns 1-2: all columns"),
        ("note,label\nx,3\nz,4\n", {}, [3, 4], "column 2 (label): by its name"),
        ("note,q\nx,3\nz,4\n", {"label": "q"}, [3, 4], "column 2 (q): given"),
    ]
    for text, options, labels, decided in cases:
        path.write_text(text)
        read = got("-", str(path), stdin=b"[[1,2],[3,4]]", **options)
        assert read.labels.tolist() == labels
        assert read.decided("labels") == decided


def test_label_columns_beside_the_predictions_are_not_predictions() -> None:
    read = got("-", "7", stdin=b"p_a,p_b,label\n1,2,0\n")
    assert (read.predictions.tolist(), read.labels.tolist()) == ([[1, 2]], [7])
    assert read.decided("not used") == "column label: named like a label"


def test_a_column_where_labels_belong() -> None:
    raised = error("-", "label", stdin=b"p_a,p_b,label\n1,2,0\n")
    assert str(raised) == "no such file for LABELS: label, which is a column of stdin; try: --label 'label'"
    assert raised.exit_status == 2


def test_decisions_name_the_source_that_they_are_about(tmp_path: Path) -> None:
    (tmp_path / "y.csv").write_text("label\n0\n")
    read = got("-", str(tmp_path / "y.csv"), stdin=b"1;2\n")
    assert read.decided("delimiter") == "semicolon: the first line has 2 fields"
    assert read.decided("delimiter of LABELS") == "comma: there is one column"
    assert read.decided("format of LABELS") == "csv: the suffix .csv"


def test_arrays_that_are_not_used_are_told() -> None:
    read = got('{"predictions": [[1, 2]], "labels": [0], "weights": [1, 1, 1], "note": "x"}')
    assert read.weights is None
    assert read.decided("not used") == "arrays weights, note: their names say neither predictions nor labels"
    asked = got('{"predictions": [[1, 2]], "labels": [0], "weights": [3]}', sample_weight="weights")
    assert asked.weights.tolist() == [3]


def test_an_open_range() -> None:
    assert got("-", "0", stdin=b"a,b,c\n1,2,3\n", pred="2-").predictions.tolist() == [[2, 3]]


def test_weights(tmp_path: Path) -> None:
    table = b"p_a,p_b,label,w\n1,2,0,.5\n3,4,1,2\n"
    (tmp_path / "w.csv").write_text("weight\n.5\n2\n")
    (tmp_path / "w.txt").write_text(".5\n2\n")
    (tmp_path / "y.csv").write_text("label,w\n0,.5\n1,2\n")
    np.savez(tmp_path / "w.npz", sample_weight=np.array([0.5, 2.0]))
    rows = b"[[1,2],[3,4]]"
    for read in (
        got("-", stdin=table, sample_weight="w"),
        got("-", stdin=table, sample_weight=".5,2", pred="p_*"),
        got("-", stdin=table, sample_weight="[0.5, 2]", pred="p_*", chunk_rows=1),
        got("-", "0,1", stdin=rows, sample_weight=str(tmp_path / "w.csv")),
        got("-", "0,1", stdin=rows, sample_weight=str(tmp_path / "w.txt"), chunk_rows=1),
        got("-", "0,1", stdin=rows, sample_weight=str(tmp_path / "w.npz")),
        got("-", str(tmp_path / "y.csv"), stdin=rows, sample_weight="w"),
    ):
        assert read.weights.tolist() == [0.5, 2]
        assert read.weights.dtype == np.float64
        assert read.predictions.tolist() == [[1, 2], [3, 4]]
    assert got("-", stdin=table, pred="p_*").weights is None


def test_ids() -> None:
    table = "name,p_a,label\n{}".format("".join(f'"s {i}",.5,1\n' for i in range(9))).encode()
    chunks: list[dict[str, Any]] = [{}, {"chunk_rows": 2}, {"chunk_bytes": 20}, {"chunk_bytes": 30, "chunk_rows": 4}]
    for chunk in chunks:
        assert got("-", stdin=table, id="name", **chunk).ids == [f"s {i}" for i in range(9)]
    assert got("-", stdin=b'{"id": 7, "p": [1, 2], "y": 0}\n{"id": "x", "p": [1, 2], "y": 0}\n').ids == ["7", "x"]


def test_places() -> None:
    table = b'id,p_a,p_b,label\n\n1,1,2,"x\ny"\n2,1,2,z\n\n3,1,2,z\n'
    chunks: list[dict[str, Any]] = [{}, {"chunk_rows": 1}, {"chunk_rows": 2}, {"chunk_bytes": 1}]
    for chunk in chunks:
        batches = got("-", stdin=table, **chunk).batches
        places = [b.where(i, 1) for b in batches for i in range(len(b))]
        assert places == ["stdin:3, column p_b", "stdin:5, column p_b", "stdin:7, column p_b"]
        assert [b.where(i, None) for b in batches for i in range(len(b))] == ["stdin:3", "stdin:5", "stdin:7"]
        assert batches[-1].where_label(len(batches[-1]) - 1) == "stdin:7, column label"


@pytest.mark.parametrize(
    ("data", "place", "label_place"),
    [
        (b"1,2\n3,4\n", "stdin:2, column 2", "LABELS, row 2"),
        (b"[[1,2],[3,4]]", "stdin, row 2, column 2", "LABELS, row 2"),
        (b"[1,2]\n\n[3,4]\n", "stdin:3, column 2", "LABELS, row 2"),
        (b'{"p":[1,2]}\n\n{"p":[3,4]}\n', "stdin:3, column 2", "LABELS, row 2"),
        (b'{"a":1,"b":2}\n\n{"a":1,"b":2}\n', "stdin:3, column b", "LABELS, row 2"),
        (b"p;q\n[1,2];a\n[3,4];b\n", "stdin:3, column p[1]", "LABELS, row 2"),
    ],
)
def test_places_of_other_formats(data: bytes, place: str, label_place: str) -> None:
    batch = got("-", "0,1", stdin=data).batches[0]
    assert (batch.where(1, 1), batch.where_label(1)) == (place, label_place)


def rows(data: bytes, **options: Any) -> tuple[RowStream, list[Any], list[Any]]:
    stream = read_rows("-", ReadOptions(**options), io.BytesIO(data))
    batches = list(stream.batches)
    others = [[text for b in batches for text in b.others[i]] for i in range(len(stream.others))]
    return stream, np.concatenate([b.values for b in batches]).tolist(), others


@pytest.mark.parametrize("chunk_rows", [None, 1])
def test_rows_for_a_transform(chunk_rows: int | None) -> None:
    stream, values, others = rows(b'id,z_a,z_b,"la,bel"\n1,.5,2,"x, y"\n2,3,4,z\n', chunk_rows=chunk_rows)
    assert (stream.names, stream.columns, stream.others) == (("id", "z_a", "z_b", "la,bel"), (1, 2), (0, 3))
    assert values == [[0.5, 2], [3, 4]]
    assert others == [["1", "2"], ["x, y", "z"]]


def test_rows_of_other_formats() -> None:
    for data in (b"1,2\n3,4\n", b"[[1,2],[3,4]]", b"[1,2]\n[3,4]\n", b'{"predictions": [[1,2],[3,4]]}'):
        stream, values, others = rows(data)
        assert (values, others) == ([[1, 2], [3, 4]], [])
    stream, values, others = rows(b'{"z":[1,2],"y":"a"}\n{"z":[3,4],"y":"b"}\n')
    assert (values, others, stream.names, stream.columns) == ([[1, 2], [3, 4]], [["a", "b"]], ("z", "y"), (0,))
    stream, values, others = rows(b"[[1,2,9],[3,4,8]]", pred="1-2")
    assert (values, others) == ([[1, 2], [3, 4]], [["9", "8"]])
    assert rows(b"[1,2,3]")[1] == [1, 2, 3]


def test_one_row_on_the_command_line_is_one_row() -> None:
    batches = list(read_rows("1,2,3", ReadOptions(chunk_rows=1)).batches)
    assert [b.values.shape for b in batches] == [(3,)]
