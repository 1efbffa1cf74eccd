"""Are a loss's further arrays found wherever they may be, and losses without labels and with words read as meant?"""

from __future__ import annotations

import bz2
import io
import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from losscli.errors import InputError, LossError, UsageError
from losscli.inputs import ReadOptions, read

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from losscli.core.batch import Batch

TABLE = b"id,m,b_1,b_2,var,y\n" + b"".join(
    b"%d,%d.5,%d.0,%d.0,.%d,%d\n" % (i, i, -i, 2 * i, i, i % 2) for i in range(1, 8)
)
CHUNKS: list[dict[str, Any]] = [{}, {"chunk_rows": 1}, {"chunk_rows": 3}, {"chunk_bytes": 7}]
PAIRED = "try: rows are paired by position: both inputs need the same number of rows"


class Read:
    """Everything of a data set, as one batch."""

    def __init__(self, predictions: str, labels: str | None, stdin: bytes | None, options: dict[str, Any]) -> None:
        stream = None if stdin is None else io.BytesIO(stdin)
        self.dataset = read(predictions, labels, ReadOptions(**options), stream)
        self.batches: list[Batch] = list(self.dataset.batches)
        assert [b.start for b in self.batches] == [0, *np.cumsum([len(b) for b in self.batches])[:-1].tolist()]
        assert all(len(array) == len(b) for b in self.batches for array in b.extras.values())
        self.predictions = np.concatenate([b.predictions for b in self.batches])
        self.labels = np.concatenate([b.labels for b in self.batches])
        self.weights = [b.weights.tolist() for b in self.batches if b.weights is not None]
        names = self.batches[0].extras
        self.extras = {name: np.concatenate([b.extras[name] for b in self.batches]) for name in names}

    def decided(self, what: str) -> list[str]:
        return [f"{d.value}: {d.reason}" for d in self.dataset.decisions if d.what == what]


def got(predictions: str, labels: str | None = None, /, *, stdin: bytes | None = None, **options: Any) -> Read:
    return Read(predictions, labels, stdin, options)


def error(predictions: str, labels: str | None = None, /, *, stdin: bytes | None = None, **options: Any) -> LossError:
    with pytest.raises(LossError) as raised:
        got(predictions, labels, stdin=stdin, **options)
    return raised.value


def saved(**arrays: Any) -> bytes:
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


# Columns of the predictions' table


@pytest.mark.parametrize("chunk", CHUNKS)
@pytest.mark.parametrize(
    ("argument", "columns", "decision"),
    [
        ("var", [4], "column 5 (var): given"),
        (" var ", [4], "column 5 (var): given"),
        ("5", [4], "column 5 (var): given by its number; 5.0 would be the value"),
        ("b_*", [2, 3], "columns 3-4 (b_1 … b_2): given"),
        ("b_?", [2, 3], "columns 3-4 (b_1 … b_2): given"),
        ("3-4", [2, 3], "columns 3-4 (b_1 … b_2): given"),
        ("3-4,5", [2, 3, 4], "columns 3-5 (b_1 … var): given"),
        ("var,b_1", [4, 2], "columns 5, 3 (var … b_1): given"),
    ],
)
def test_columns(argument: str, columns: list[int], decision: str, chunk: dict[str, Any]) -> None:
    table = np.loadtxt(TABLE.decode().splitlines()[1:], delimiter=",")
    result = got("-", stdin=TABLE, extras={"scale": argument}, **chunk)
    expected = table[:, columns[0]] if len(columns) == 1 else table[:, columns]
    np.testing.assert_array_equal(result.extras["scale"], expected)
    assert result.extras["scale"].dtype == np.float64
    rest = [i for i in (1, 2, 3, 4) if i not in columns]
    np.testing.assert_array_equal(result.predictions, table[:, rest[0]] if len(rest) == 1 else table[:, rest])
    assert result.decided("scale") == [decision]


def test_names_that_are_numbers() -> None:
    table = b"0,1,2,label\n7,8,9,1\n5,6,4,0\n"
    assert got("-", stdin=table, extras={"x": "2"}).extras["x"].tolist() == [9, 4]
    assert got("-", stdin=table, extras={"x": "1,2"}).extras["x"].tolist() == [[8, 9], [6, 4]]
    assert got("-", stdin=table, extras={"x": "1.0,2"}).extras["x"].tolist() == [1, 2]


def test_an_extra_may_be_named_like_a_role() -> None:
    table = b"weights,target,p,labels\n1,2,3,4\n"
    result = got("-", stdin=table, extras={"weights": "weights", "labels": "target"})
    assert {name: array.tolist() for name, array in result.extras.items()} == {"weights": [1], "labels": [2]}
    assert (result.predictions.tolist(), result.labels.tolist(), result.weights) == ([3], [4], [])
    assert list(result.extras) == ["weights", "labels"]


def test_quoted_fields_and_text_columns_beside() -> None:
    table = b'name,p,v,label\n"a, b",1,2,cat\nc,3,"4",dog\n'
    result = got("-", stdin=table, extras={"v": "v"}, pred="p")
    assert (result.extras["v"].tolist(), result.labels.tolist()) == ([2, 4], ["cat", "dog"])


def test_columns_that_are_not_there() -> None:
    columns = "columns: id, m, b_1, b_2, var, y; at stdin"
    for argument, text in {
        "vra": f"--scale: no column and no file 'vra'; {columns}; try: did you mean 'var'?",
        "q_*": f"--scale: no column and no file 'q_*'; {columns}",
        "var,qq": f"--scale: no column and no file 'qq'; {columns}",
        "9": "--scale 9: there are 6 columns, counted from 1; at stdin; try: 9.0 for the value",
        "0": "--scale 0: there are 6 columns, counted from 1; at stdin; try: 0.0 for the value",
        "5-9": "--scale 5-9: there are 6 columns, counted from 1; at stdin",
        "var,b_1,var": "--scale names column var twice; at stdin",
    }.items():
        raised = error("-", stdin=TABLE, extras={"scale": argument})
        assert str(raised) == text
        assert isinstance(raised, UsageError)
    assert str(error("-", stdin=TABLE, extras={"pos_x": "pos.csv"})).startswith("no such file for --pos-x: pos.csv; ")


def test_one_column_has_one_role() -> None:
    for options, text in (
        ({"pred": "m,var"}, "column var can't be both prediction and scale; at stdin"),
        ({"label": "var"}, "column var can't be both scale and label; at stdin"),
    ):
        assert str(error("-", stdin=TABLE, extras={"scale": "var"}, **options)) == text
    assert str(error("-", stdin=TABLE, extras={"scale": "y"})) == (
        "no column has a usual label name (label, y, target ...); columns: id, m, b_1, b_2, var, y; at stdin; "
        "try: --label COLUMN, or LABELS as the second argument"
    )
    assert str(error("-", stdin=b"x,x,p,y\n1,2,3,4\n", extras={"scale": "x"})) == (
        "columns 1 and 2 are both named 'x'; at stdin; try: --scale with one of the numbers"
    )


def test_text_is_no_extra() -> None:
    table = b"p,w,label\n1,True,0\n2,False,1\n"
    assert str(error("-", stdin=table, extras={"where": "w"})) == (
        "--where: column w is text: 'True' at stdin:2; at stdin; try: numbers; 1 and 0 for true and false"
    )
    assert str(error("-", stdin=b"p,w,label\n1,1,0\n2,q,1\n", extras={"where": "w"})) == (
        "'q' is not a number; at stdin:3, column w; try: --pred and --label choose columns"
    )
    assert str(error("[[1],[2]]", "0,1", stdin=b"a,b\n1,x\n2,y\n", extras={"where": "-"})) == (
        "--where: column b is text: 'x' at stdin:2; at stdin; try: numbers; 1 and 0 for true and false"
    )
    assert str(error("[[1],[2]]", "0,1", extras={"where": "cat,dog"})) == "value 1 is 'cat', not a number; at --where"


# Arguments of their own


@pytest.mark.parametrize("chunk", CHUNKS)
def test_files(tmp_path: Path, chunk: dict[str, Any]) -> None:
    array = np.array([[1.5, 2], [3, 4], [5, 6]])
    rows = array.tolist()
    (tmp_path / "a.csv").write_text("1.5,2\n3,4\n5,6\n")
    (tmp_path / "b.csv").write_text("id,q,r\n7,1.5,2\n8,3,4\n9,5,6\n")
    (tmp_path / "c.tsv").write_text("label\tweight\n1.5\t2\n3\t4\n5\t6\n")
    (tmp_path / "d.json").write_text(json.dumps(rows))
    (tmp_path / "e.json").write_text(json.dumps({"other": [1], "positive": rows}))
    (tmp_path / "f.ndjson").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    (tmp_path / "g.ndjson").write_text("".join(json.dumps({"id": 1, "v": row}) + "\n" for row in rows))
    (tmp_path / "i.csv.bz2").write_bytes(bz2.compress(b"1.5 2\n3 4\n5 6\n"))
    (tmp_path / "j.npz").write_bytes(saved(x=array))
    np.save(tmp_path / "h.npy", array)
    for path in sorted(tmp_path.iterdir()):
        result = got("[[1,2],[3,4],[5,6]]", "0,1,0", extras={"positive": str(path)}, **chunk)
        assert result.extras["positive"].tolist() == rows, path.name
    same = got("[[1,2],[3,4],[5,6]]", "0,1,0", extras={"positive": "1.5 2;3 4;5 6", "n": json.dumps(rows)}, **chunk)
    assert [array.tolist() for array in same.extras.values()] == [rows, rows]


def test_a_single_column_has_rank_1_and_arrays_keep_theirs(tmp_path: Path) -> None:
    shapes: dict[str, tuple[int, ...]] = {
        "id\n3\n4\n": (2,),
        "id,v\n1,3\n2,4\n": (2,),
        "3\n4\n": (2,),
        "[[3],[4]]": (2, 1),
    }
    for text, shape in shapes.items():
        (tmp_path / "v").write_text(text)
        assert got("[[1,2],[3,4]]", "0,1", extras={"v": str(tmp_path / "v")}).extras["v"].shape == shape
    np.save(tmp_path / "v.npy", np.ones((2, 1, 3), np.float32))
    extra = got("[[1,2],[3,4]]", "0,1", extras={"v": str(tmp_path / "v.npy")}).extras["v"]
    assert (extra.shape, extra.dtype.name) == ((2, 1, 3), "float64")
    (tmp_path / "two.npz").write_bytes(saved(a=[1, 2], b=[3, 4]))
    raised = error("[[1,2],[3,4]]", "0,1", extras={"v": str(tmp_path / "two.npz")})
    assert str(raised) == f"which array holds the v? arrays: a, b; at {tmp_path / 'two.npz'}; try: name one of them 'v'"


def test_stdin_has_one_reader() -> None:
    assert got("[[1],[2]]", "0,1", stdin=b"v\n3\n4\n", extras={"v": "-"}).extras["v"].tolist() == [3, 4]
    for options in ({"extras": {"v": "-"}}, {"extras": {"v": "-", "w": "-"}}):
        raised = error("-" if len(options["extras"]) == 1 else "1,2", "0,1", stdin=b"1\n2\n", **options)
        assert str(raised) == "stdin can be read only once; try: give a path for all but one of the arguments"
    assert "only once" in str(error("[[1],[2]]", "0,1", stdin=b"1\n2\n", extras={"v": "-"}, sample_weight="-"))


def test_how_a_file_was_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "v.csv").write_text("id;v;w\n1;3;5\n2;4;6\n")
    result = got("[[1],[2]]", "0,1", extras={"var": str(tmp_path / "v.csv")})
    assert result.decided("delimiter of --var") == ["semicolon: each of the first 3 lines has 3 fields"]
    assert result.decided("var") == [f"columns 2-3 (v … w) of {tmp_path / 'v.csv'}: all columns but ids"]


# How many rows


@pytest.mark.parametrize("chunk", CHUNKS)
@pytest.mark.parametrize("argument", ["1;2;3;4", "[1,2,3,4]", "-"])
def test_as_many_rows_as_predictions(argument: str, chunk: dict[str, Any]) -> None:
    source = "stdin" if argument == "-" else "--positive"
    for predictions in ("[[1,2],[3,4],[5,6]]", "1,2,3"):
        raised = error(predictions, "0,1,0", stdin=b"1\n2\n3\n4\n", extras={"positive": argument}, **chunk)
        assert str(raised) == f"3 rows of predictions but 4 of positive; at PREDICTIONS and {source}; {PAIRED}"
        assert isinstance(raised, InputError)
    raised = error("-", stdin=TABLE, extras={"positive": "1,2"}, **chunk)
    assert str(raised) == f"7 rows of predictions but 2 of positive; at stdin and --positive; {PAIRED}"


def test_a_table_of_one_row_is_not_repeated(tmp_path: Path) -> None:
    (tmp_path / "v.csv").write_text("v\n1\n")
    raised = error("[[1],[2]]", "0,1", extras={"v": str(tmp_path / "v.csv")})
    assert str(raised) == f"2 rows of predictions but 1 of v; at PREDICTIONS and {tmp_path / 'v.csv'}; {PAIRED}"
    raised = error("[[1]]", "0", extras={"v": "1,2"})
    assert str(raised) == f"1 row of predictions but 2 of v; at PREDICTIONS and --v; {PAIRED}"


@pytest.mark.parametrize("chunk", CHUNKS)
@pytest.mark.parametrize(
    ("argument", "row"),
    [
        ("0.5", 0.5),
        ("-1", -1),
        ("[2]", 2),
        ("[[1,2]]", [1, 2]),
        ("1 2;", [1, 2]),
        ("true", True),
        ("[[true,false]]", [True, False]),
    ],
)
def test_one_row_for_all(argument: str, row: Any, chunk: dict[str, Any]) -> None:
    result = got("-", stdin=TABLE, extras={"scale": argument}, **chunk)
    assert result.extras["scale"].tolist() == [row] * 7
    assert result.decided("scale") == ["the same for every row: --scale has one row"]


def test_one_row_of_an_array_beside_the_predictions() -> None:
    document = '{"predictions": [[1,2],[3,4]], "labels": [0,1], "v": 0.5, "w": [[7,8]]}'
    result = got(document, extras={"var": "v", "where": "w"})
    assert {name: array.tolist() for name, array in result.extras.items()} == {"var": [0.5, 0.5], "where": [[7, 8]] * 2}


@pytest.mark.parametrize(
    ("argument", "labels", "expected"),
    [
        ("4,5,6", "0,1,0", [4, 5, 6]),  # three rows, or one of three values
        ("4,5,6", "0", [4, 5, 6]),
        ("0.5", "0,1,0", [0.5] * 3),
        ("0.5", "0", [0.5] * 3),
        ("[[4,5,6]]", "0", [4, 5, 6]),  # the row of the only row of predictions
        ("[[4,5]]", "0,1,0", [[4, 5]] * 3),
        ("[true,false,true]", "0", [True, False, True]),
    ],
)
def test_predictions_of_rank_1(argument: str, labels: str, expected: list[Any]) -> None:
    result = got("0.1,0.2,0.7", labels, extras={"v": argument}, chunk_rows=1)
    assert len(result.batches) == 1
    assert result.extras["v"].tolist() == expected


# True and false


@pytest.mark.parametrize("chunk", CHUNKS)
def test_true_and_false_stay(tmp_path: Path, chunk: dict[str, Any]) -> None:
    mask = [[True, False], [True, True], [False, False]]
    np.save(tmp_path / "a.npy", np.array(mask))
    (tmp_path / "b.json").write_text(json.dumps(mask))
    (tmp_path / "c.ndjson").write_text("".join(f"{json.dumps(row)}\n" for row in mask))
    for argument in (*(str(path) for path in tmp_path.iterdir()), json.dumps(mask), str(mask)):
        extra = got("[[1,2],[3,4],[5,6]]", "0,1,0", extras={"where": argument}, **chunk).extras["where"]
        assert (extra.dtype.name, extra.tolist()) == ("bool", mask)
    records = "".join(json.dumps({"p": [1, 2], "y": True, "w": row}) + "\n" for row in mask).encode()
    result = got("-", stdin=records, extras={"where": "w"}, **chunk)
    assert (result.extras["where"].dtype.name, result.extras["where"].tolist()) == ("bool", mask)
    assert (result.labels.dtype.name, result.labels.tolist()) == ("int64", [1, 1, 1])
    assert got("[[1],[2]]", "0,1", extras={"where": "[1,0]"}).extras["where"].dtype.name == "float64"


def test_true_and_false_elsewhere_are_1_and_0() -> None:
    result = got("[[true,false],[false,true]]", "true,false", sample_weight="[true,false]")
    assert (result.predictions.dtype.name, result.labels.dtype.name) == ("float64", "int64")
    assert (result.labels.tolist(), result.weights) == ([1, 0], [[1.0, 0.0]])
    table = got("[[true,false],[false,true]]", pred="1", label="2", extras={"where": "[true,true]"})
    assert (table.labels.dtype.name, table.labels.tolist(), table.predictions.tolist()) == ("int64", [0, 1], [1, 0])


# Arrays beside the predictions


ARRAYS: Mapping[str, Any] = {"anchor": [[1, 2], [3, 4]], "p": [[5, 6], [7, 8]], "n": [[0, 0], [9, 9]], "target": [2, 3]}


@pytest.mark.parametrize("data", [json.dumps(ARRAYS).encode(), saved(**ARRAYS)], ids=["json", "npz"])
@pytest.mark.parametrize("chunk", CHUNKS)
def test_arrays_by_their_keys(data: bytes, chunk: dict[str, Any]) -> None:
    result = got("-", stdin=data, extras={"positive": "p", "negative": "n"}, **chunk)
    assert result.predictions.tolist() == ARRAYS["anchor"]
    assert result.labels.tolist() == [2, 3]
    assert {name: array.tolist() for name, array in result.extras.items()} == {
        "positive": ARRAYS["p"],
        "negative": ARRAYS["n"],
    }
    assert (result.decided("positive"), result.decided("not used")) == (["array p: given"], [])
    taken = got("-", stdin=data, extras={"positive": "target", "x": "p"}, labels=False, pred="anchor", **chunk)
    assert taken.extras["positive"].tolist() == [2, 3]
    assert taken.decided("not used") == ["arrays n: their names say neither predictions nor labels"]


def test_keys_that_are_not_there() -> None:
    data = json.dumps(ARRAYS).encode()
    assert str(error("-", stdin=data, extras={"positive": "anchr", "n": "n", "p": "p"})) == (
        "--positive: no array and no file 'anchr'; arrays: anchor, p, n, target; at stdin; try: did you mean 'anchor'?"
    )
    assert str(error('{"p": [1]}', extras={"positive": "p"})) == (
        "no array is left for the predictions; arrays: p; at PREDICTIONS"
    )
    raised = error("-", stdin=json.dumps({"x": [[1], [2]], "y": [0, 1], "v": [1, 2, 3]}).encode(), extras={"var": "v"})
    assert str(raised) == f"2 rows of predictions but 3 of var; at stdin and stdin; {PAIRED}"


def test_columns_of_an_array() -> None:
    array = "[[1,2,3,0],[4,5,6,1]]"
    result = got(array, pred="1", label="4", extras={"v": "2-3", "s": "3"})
    assert {name: extra.tolist() for name, extra in result.extras.items()} == {"v": [[2, 3], [5, 6]], "s": [3, 6]}
    assert got(array, "0,1", extras={"v": "2-"}).predictions.tolist() == [1, 4]
    scalar = got(array, "0,1", extras={"v": "3"})  # no table, so no column
    assert (scalar.extras["v"].tolist(), scalar.predictions.shape) == ([3, 3], (2, 4))


# No labels


@pytest.mark.parametrize("chunk", CHUNKS)
def test_no_labels(chunk: dict[str, Any]) -> None:
    result = got("-", stdin=TABLE, labels=False, **chunk)
    assert result.predictions.shape == (7, 5)
    assert (result.labels.shape, result.labels.dtype.name) == ((7, 0), "float64")
    assert result.decided("predictions") == ["columns 2-6 (m … y): every column not used otherwise"]
    assert result.batches[0].where_label(0) == "stdin:2"
    result = got("-", stdin=TABLE, labels=False, extras={"positive": "b_1,b_2"}, sample_weight="var", **chunk)
    assert result.predictions.shape == (7, 2)
    assert [weight for batch in result.weights for weight in batch] == [i / 10 for i in range(1, 8)]
    for predictions, shape in (("[[1,2],[3,4]]", (2, 2)), ("1,2,3", (3,)), ('{"x": [[1,2]], "ids": ["a"]}', (1, 2))):
        result = got(predictions, labels=False, **chunk)
        assert (result.predictions.shape, result.labels.shape) == (shape, (shape[0], 0))


def test_no_column_is_dropped_because_of_its_name() -> None:
    result = got("-", stdin=b"x,y,z,weight\n1,2,3,4\n", labels=False)
    assert result.predictions.tolist() == [[1, 2, 3]]
    assert result.decided("not used") == ["column weight: named like a weight"]


def test_labels_that_nobody_takes() -> None:
    raised = error("[[1,2]]", "0,1", labels=False)
    assert str(raised) == "this loss takes no LABELS: '0,1'; try: only PREDICTIONS"
    assert isinstance(raised, UsageError)


# Words as predictions


@pytest.mark.parametrize("chunk", CHUNKS)
def test_words(tmp_path: Path, chunk: dict[str, Any]) -> None:
    words = ["cat", "dog", "cat"]
    np.save(tmp_path / "a.npy", np.array(words))
    (tmp_path / "b.csv").write_text("guess\ncat\ndog\ncat\n")
    (tmp_path / "c.json").write_text('{"y_pred": ["cat", "dog", "cat"]}')
    (tmp_path / "d.ndjson").write_text('"cat"\n"dog"\n"cat"\n')
    (tmp_path / "e.ndjson").write_text("".join(f'{{"guess": "{word}"}}\n' for word in words))
    for argument in ("cat,dog,cat", "cat dog cat", '["cat","dog","cat"]', *map(str, sorted(tmp_path.iterdir()))):
        header = True if argument.endswith(".csv") else None
        result = got(argument, "[cat,cat,bird]", raw_labels=True, header=header, **chunk)
        assert (result.predictions.dtype.name, result.predictions.tolist()) == ("object", words)
        assert (result.labels.dtype.name, result.labels.tolist()) == ("object", ["cat", "cat", "bird"])
        assert all(type(word) is str for word in result.predictions)


@pytest.mark.parametrize("chunk", CHUNKS)
def test_words_in_a_table(chunk: dict[str, Any]) -> None:
    table = b'id,guess,n,label\n1,cat,3,dog\n2," dog ",4,dog\n3,7,5,cat\n'
    result = got("-", stdin=table, raw_labels=True, pred="guess", **chunk)
    assert (result.predictions.tolist(), result.labels.tolist()) == (["cat", "dog", "7"], ["dog", "dog", "cat"])
    assert result.batches[0].where(0, None) == "stdin:2, column guess"
    numbers = got("-", stdin=table, raw_labels=True, pred="n", **chunk)
    assert (numbers.predictions.dtype.name, numbers.labels.tolist()) == ("float64", ["dog", "dog", "cat"])
    records = b'{"guess": "cat", "label": "dog"}\n{"guess": "dog", "label": "dog"}\n'
    result = got("-", stdin=records, raw_labels=True, **chunk)
    assert (result.predictions.tolist(), result.labels.tolist()) == (["cat", "dog"], ["dog", "dog"])


def test_words_that_are_refused() -> None:
    table = b"a,b,label\ncat,x,dog\n,x,dog\n"
    assert str(error("-", stdin=table, raw_labels=True, pred="a,b")) == (
        "column a is text, so it must be the only prediction; columns: a, b, label; at stdin; "
        "try: --pred with one column, or with columns of numbers"
    )
    assert str(error("-", stdin=table, raw_labels=True)).startswith(
        "which columns are the predictions? columns a, b are text; "
    )
    assert str(error("-", stdin=table, raw_labels=True, pred="a")) == (
        "'' is not a value: a field is empty or missing; at stdin:3, column a; try: --nan skip leaves out such rows"
    )
    assert str(error("cat,dog", "cat,cat")) == "value 1 is 'cat', not a number; at PREDICTIONS"
    assert str(error("-", stdin=b'{"p":"a","y":"b"}\n{"p":1,"y":"b"}\n', raw_labels=True)).endswith("; at stdin:2")
    assert str(error("cat,dog", "[cat]", raw_labels=True)) == (
        f"2 rows of predictions but 1 of labels; at PREDICTIONS and LABELS; {PAIRED}"
    )


# Weights of any rank


@pytest.mark.parametrize("weights", [[[1.5, 2], [3, 4]], [[1], [0.5]], [[[1]], [[2]]]])
def test_weights_keep_their_rank(tmp_path: Path, weights: list[Any]) -> None:
    np.save(tmp_path / "w.npy", np.array(weights, np.float32))
    (tmp_path / "w.json").write_text(json.dumps(weights))
    document = json.dumps({"predictions": [[1, 2], [3, 4]], "labels": [0, 1], "sample_weight": weights})
    for result in (
        got("[[1,2],[3,4]]", "0,1", sample_weight=str(tmp_path / "w.npy"), chunk_rows=2),
        got("[[1,2],[3,4]]", "0,1", sample_weight=str(tmp_path / "w.json")),
        got("[[1,2],[3,4]]", "0,1", sample_weight=json.dumps(weights)),
        got(document),
        got("-", stdin=b"p,q,label\n1,2,0\n3,4,1\n", sample_weight=json.dumps(weights)),
    ):
        assert result.weights == [weights]
