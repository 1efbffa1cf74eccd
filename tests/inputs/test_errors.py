"""Does bad input give one clear error, with its place and the right status?"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from losscli.errors import InputError, UsageError
from losscli.inputs import ReadOptions, read
from losscli.inputs.read_rows import read_rows
from tests.support.inputs_reading import error, got

if TYPE_CHECKING:
    from pathlib import Path


def npy(array: Any, **options: Any) -> bytes:
    file = io.BytesIO()
    np.save(file, array, **options)
    return file.getvalue()


def npz(**arrays: Any) -> bytes:
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


NO_LABELS = "no column has a usual label name (label, y, target ...)"
HEAD = b"p_a,p_b,label\n"
LONG = b"0.25,0.75,1\n" * 3000

# what was read, the text of the error, the place
TEXT = {
    "empty": (b"", "no rows", "stdin"),
    "empty gzip": (gzip.compress(b""), "no rows", "stdin"),
    "white space": (b" \n \n\t\n", "no rows", "stdin"),
    "BOM only": (b"\xef\xbb\xbf", "no rows", "stdin"),
    "header only": (HEAD, "no rows", "stdin"),
    "header only, no line end": (HEAD.strip(), "no rows", "stdin"),
    "a word": (HEAD + b"1,2,0\n1,x,0\n", "'x' is not a number", "stdin:3, column p_b"),
    "words": (
        HEAD + b"1,2,0\n1,x,0\n\ny,2,0\n1,z,0\n",
        "3 fields are not numbers: 'x', 'y', 'z'",
        "stdin:3, column p_b; stdin:5, column p_a; stdin:6, column p_b",
    ),
    "many words": (
        HEAD + b"1,2,0\n" + b"1,x,0\n" * 9,
        "9 fields are not numbers: 'x', 'x', 'x', 'x', 'x', …",
        "stdin:3, column p_b; stdin:4, column p_b; stdin:5, column p_b; stdin:6, column p_b; stdin:7, column p_b; …",
    ),
    "a word far down": (HEAD + LONG * 9 + b"1,x,0\n", "'x' is not a number", "stdin:27002, column p_b"),
    "a word among the labels far down": (
        HEAD + LONG * 9 + b"1,0,cat\n",
        "'cat' is not a number",
        "stdin:27002, column label",
    ),
    "an empty field": (HEAD + b"1,,0\n", "'' is not a value: a field is empty or missing", "stdin:2, column p_b"),
    "missing values": (
        HEAD + b"1,2,0\nNA,2,0\n1,null,0\n1,2,\n",
        "3 fields are empty or missing: 'NA', 'null', ''",
        "stdin:3, column p_a; stdin:4, column p_b; stdin:5, column label",
    ),
    "a missing label of text": (
        HEAD + b"1,2,cat\n1,2, \n",
        "'' is not a value: a field is empty or missing",
        "stdin:3, column label",
    ),
    "too few fields": (HEAD + b"1,2,0\n1,2\n", "line 3 has 2 fields, 3 expected", "stdin:3"),
    "too many fields": (HEAD + b"1,2,0\n1,2,0,4\n", "line 3 has 4 fields, 3 expected", "stdin:3"),
    "ragged both ways": (
        HEAD + b"1,2,0\n1,2\n1,2,0,4\n",
        "2 lines don't have 3 fields: line 3 has 2, line 4 has 4",
        "stdin:3",
    ),
    "ragged beside text, even in sum": (
        HEAD + b"1,2,cat\n" * 60 + b"1,cat\n1,2,3,cat\n",
        "2 lines don't have 3 fields: line 62 has 2, line 63 has 4",
        "stdin:62",
    ),
    "too large": (HEAD + b"-1e400,2,0\n", "'-1e400' is too large for a 64-bit float", "stdin:2, column p_a"),
    "too large beside inf": (
        HEAD + b"-inf,2,0\n1e999,2,0\n",
        "'1e999' is too large for a 64-bit float",
        "stdin:3, column p_a",
    ),
    "underscore": (HEAD + b'1_0,"2",0\n1,2,0', "'1_0' is not a number", "stdin:2, column p_a"),
    "other digits": (HEAD + "１,2,0\n1,2,0".encode(), "'１' is not a number", "stdin:2, column p_a"),
    "decimal comma": (
        b'p_a,p_b,label\n"0,5","0,5",1\n"0,5","0,5",1\n',
        "4 fields are not numbers: '0,5', '0,5'",
        "stdin:2, column p_a",
    ),
    "an open quote": (HEAD + b'1,2,"0\n1,2,0\n', "a quote that never closes", "stdin:2"),
    "an open quote far down": (HEAD + LONG + b'1,2,"0\n' + LONG * 9, "a quote that never closes", "stdin:3002"),
    "an open quote in the header": (b'"p_a,p_b\n1,2\n', "a quote that never closes", "stdin:1"),
    "NUL": (HEAD + b"1,2,0\n1,\x002,0\n", "a NUL byte: this is not text", "stdin:3"),
    "UTF-16 without BOM": ((HEAD + b"1,2,0\n").decode().encode("utf-16-le"), "a NUL byte: this is not text", "stdin:1"),
    "half of UTF-16": (
        ("\ufeff" + HEAD.decode()).encode("utf-16-le")[:-1],
        "the UTF-16 text is damaged, after 0 whole lines",
        "stdin",
    ),
    "Latin-1": (HEAD + b"1,2,caf\xe9\n", "byte 0xe9 is not UTF-8 text", "stdin:2"),
    "binary": (b"\x89PNG\r\n\x1a\n\xff\x07", "byte 0x89 is not UTF-8 text", "stdin:1"),
    "pickle": (b"\x80\x04\x95", "this is not text but a Python pickle, which is never loaded", "stdin"),
    "cut gzip": (gzip.compress(HEAD + LONG)[:-9], "the gzip data ends early, after 29", "stdin"),
    "damaged gzip": (gzip.compress(HEAD + LONG)[:-8] + b"12345678", "the gzip data is damaged, after 3001", "stdin"),
    "cut bzip2": (bz2.compress(HEAD + LONG)[:-9], "the bzip2 data ends early", "stdin"),
    "cut xz": (lzma.compress(HEAD + LONG)[:-9], "the xz data ends early, after 3001 whole lines", "stdin"),
    "no label column": (b"a,b,c\n1,2,0\n", f"{NO_LABELS}; columns: a, b, c", "stdin"),
    "no names": (b"1,2,0\n3,4,0\n", f"{NO_LABELS}; 3 unnamed columns", "stdin"),
    "several label columns": (
        b"p_a,label,target\n1,2,0\n",
        "several columns could be the labels: label (column 2), target (column 3)",
        "stdin",
    ),
    "duplicate labels": (b"p_a,label,label\n1,2,0\n", "several columns could be the labels", "stdin"),
    "duplicate predictions": (
        b"p_a,p_b,p_a,label\n1,2,0,1\n",
        "prediction columns 1 and 3 are both named 'p_a'",
        "stdin",
    ),
    "text among predictions": (
        b"word,label\nq,0\n",
        "which columns are the predictions? column word is text: 'q' at stdin:2; columns: word, label",
        "stdin",
    ),
    "two groups of predictions": (
        b"p_a,p_b,logit_a,logit_b,label\n1,2,3,4,0\n",
        "which columns are the predictions, those like p_a, logit_a?",
        "stdin",
    ),
    "nothing but labels": (b"label\n1\n", "no column is left for the predictions; columns: label", "stdin"),
    "escape codes": (
        b"\x1b[31m,label\nq,0\n",
        r"column \x1b[31m is text: 'q' at stdin:2; columns: \x1b[31m, label",
        "stdin",
    ),
    "JSON syntax": (
        b'{"predictions": [[1, 2]],\n "labels":\n  [0 1]}',
        "JSON syntax: expecting ',' delimiter",
        "stdin:3, character 6",
    ),
    "JSON ends early": (b'{"predictions": [[1, 2]', "JSON syntax: expecting ',' delimiter", "stdin:1, character 24"),
    "JSON too deep": (b"[" * 100_000, "JSON nested too deep", "stdin:1"),
    "JSON rather deep": (b"[" * 40 + b"1" + b"]" * 40, "lists nested more than 32 deep", "stdin"),
    "JSON string": (b'{"predictions": [[1, 2], [1, "x"]], "labels": [0, 1]}', "predictions[1][1] is 'x', not", "stdin"),
    "JSON number as text": (
        b'{"predictions": [["0.5", 2]], "labels": [0]}',
        "predictions[0][0] is '0.5', not",
        "stdin",
    ),
    "JSON null": (b'{"predictions": [[1, null]], "labels": [0]}', "predictions[0][1] is null, not a number", "stdin"),
    "JSON object inside": (b'{"predictions": [[1, {}]], "labels": [0]}', "predictions[0][1] is an object", "stdin"),
    "JSON ragged": (
        b'{"predictions": [[1, 2], [3]], "labels": [0, 1]}',
        "row 2 of predictions has 1 value, row 1 of predictions has 2",
        "stdin",
    ),
    "JSON ragged deeper": (
        b'{"predictions": [[[1], [2]], [[3], [4, 5]]], "labels": [0, 1]}',
        "predictions[1][1] has 2 values",
        "",
    ),
    "JSON uneven depth": (
        b'{"predictions": [[1, [2]]], "labels": [0]}',
        "predictions[0][1] is a list, a single value",
        "",
    ),
    "JSON uneven depth, other way": (
        b'{"predictions": [[1], 2], "labels": [0]}',
        "row 2 of predictions is a single value",
        "",
    ),
    "JSON large float": (b'{"predictions": [[1e400, 1]], "labels": [0]}', "predictions[0][0] is too large", "stdin"),
    "JSON large beside infinity": (
        b'{"predictions": [[-Infinity, -1e400]], "labels": [0]}',
        "predictions[0][1] is too large for a 64-bit float",
        "stdin",
    ),
    "JSON large integer": (
        b'{"predictions": [[1, 1' + b"0" * 400 + b']], "labels": [0]}',
        "predictions[0][1] is too",
        "",
    ),
    "JSON huge integer": (
        b'{"predictions": [[1, 1' + b"0" * 5000 + b']], "labels": [0]}',
        "a number with too many digits",
        "",
    ),
    "JSON without labels": (b'{"predictions": [[1, 2]]}', "there are no labels; arrays: predictions", "stdin"),
    "JSON array without labels": (b"[[1, 2], [3, 4]]", "there are no labels", "stdin"),
    "JSON without predictions": (
        b'{"a": [1], "b": [1, 2], "labels": [1]}',
        "no array has a usual name for predictions; arrays: a, b",
        "",
    ),
    "JSON labels mixed": (
        b'{"predictions": [[1, 2], [3, 4]], "labels": ["a", 1]}',
        "row 2 of labels is 1, not text as",
        "stdin",
    ),
    "JSON empty": (b"[]", "no rows", "stdin"),
    "JSON empty rows": (b'{"predictions": [[], []], "labels": [1, 2]}', "rows without values", "stdin"),
    "JSON key twice": (b'{"labels": [1], "predictions": [1], "labels": [0]}', "the key 'labels' comes twice", "stdin"),
    "JSON rows": (
        b'{"predictions": [[1, 2], [3, 4], [5, 6]], "labels": [1, 2]}',
        "3 rows of predictions but 2 of labels",
        "",
    ),
    "NDJSON syntax": (b'{"p": [1], "y": 0}\n\n{"p": [1,], "y": 0}\n', "JSON syntax: ", "stdin:3, character "),
    "NDJSON missing key": (
        b'{"p_a": 1, "p_b": 2, "y": 0}\n{"p_a": 1, "y": 0}\n',
        "no field 'p_b'; fields: p_a, y",
        "stdin:2",
    ),
    "NDJSON more keys": (
        b'{"p_a": 1, "p_b": 2, "y": 0}\n{"p_a": 1, "p_b": 2, "p_c": 1, "y": 0}\n',
        "a field 'p_c' that the first record hasn't",
        "stdin:2",
    ),
    "NDJSON ragged": (b'{"p": [1, 2], "y": 0}\n{"p": [1], "y": 0}\n', "p has 1 value, p has 2", "stdin:2"),
    "NDJSON not a record": (b'{"p": [1, 2], "y": 0}\n[1]\n', "not a record as the first is", "stdin:2"),
    "NDJSON a string": (b'{"p": [1, 2], "y": 0}\n{"p": [1, "x"], "y": 0}\n', "p[1] is 'x', not a number", "stdin:2"),
    "NDJSON labels mixed": (
        b'{"p": [1, 2], "y": "a"}\n{"p": [1, 2], "y": 0}\n',
        "y is 0, not text as others are",
        "stdin:2",
    ),
    "records without fields": (b"[{}]", "a record without fields", "stdin, row 1"),
    "NPY of objects": (
        npy(np.array([{}]), allow_pickle=True),
        "an array of Python objects, which are pickled",
        "stdin",
    ),
    "NPY complex": (npy(np.array([[1j]])), "an array of complex128, not of numbers", "stdin"),
    "NPY structured": (npy(np.zeros(2, dtype="f8,f8")), "an array of [('f0', '<f8'), ('f1', '<f8')], not of", "stdin"),
    "NPY scalar": (npy(np.float64(1)), "an array without axes, a single number", "stdin"),
    "NPY no rows": (npy(np.zeros((0, 3))), "no rows", "stdin"),
    "NPY no columns": (npy(np.zeros((3, 0))), "rows without values", "stdin"),
    "NPY cut header": (npy(np.eye(2))[:30], "not an NPY array, or its header is damaged", "stdin"),
    "NPZ cut": (npz(a=np.eye(2))[:-9], "not an NPZ archive, or one that ends early", "stdin"),
    "NPZ empty": (npz(), "an archive without arrays", "stdin"),
}


@pytest.mark.parametrize(("data", "what", "where"), TEXT.values(), ids=TEXT)
def test_one_source(data: bytes, what: str, where: str) -> None:
    raised = error("-", stdin=data)
    assert raised.exit_status == 3
    assert isinstance(raised, InputError)
    assert what in raised.what
    assert where in raised.where
    assert "\x1b" not in str(raised)
    assert "\n" not in str(raised)


@pytest.mark.parametrize("chunk_bytes", [1, 5, 1 << 18])
def test_places_do_not_depend_on_the_size_of_blocks(chunk_bytes: int) -> None:
    data = b'p_a,p_b,label\n\n1,2,"a\nb"\n\n1,2,c\n1,x,d\n1,2,c\n'
    raised = error("-", stdin=data, chunk_bytes=chunk_bytes)
    assert raised.where == "stdin:7, column p_b"
    assert raised.what == "'x' is not a number"


@pytest.mark.parametrize(
    ("predictions", "labels", "status", "text"),
    [
        ("nope.csv", "1", 2, "no such file for PREDICTIONS: nope.csv; try: inline values look like"),
        ("nowhere/a.csv", "1", 2, "nowhere/a.csv; try: there is no folder nowhere; inline values look like"),
        ("pred.csv", "1", 2, "did you mean preds.csv?"),
        ("0.1,0.2", "label.csv", 2, "no such file for LABELS: label.csv"),
        ("my preds.csv", "1", 2, "no such file for PREDICTIONS: my preds.csv"),
        ("cat", "1", 2, "no such file for PREDICTIONS: cat"),
        ("x" * 5000, "1", 2, "no such file for PREDICTIONS"),
        ("a\x1b[31m", "1", 2, r"no such file for PREDICTIONS: a\x1b[31m"),
        ("", "1", 2, "PREDICTIONS is empty"),
        (" ", "1", 2, "PREDICTIONS is empty"),
        (".", "1", 3, "3 rows of predictions but 1 of labels; at preds.csv and LABELS"),
        ("-", "-", 2, "stdin can be read only once"),
        ("t.xlsx", "1", 2, "Excel files are not supported; at t.xlsx; try: save the sheet as CSV"),
        ("0.1,O.9", "1", 3, "value 2 is 'O.9', not a number; at PREDICTIONS"),
        ("0.1,0.9;0.1", "1,0", 3, "row 2 has 1 value, row 1 has 2; at PREDICTIONS"),
        ("0.1,,0.9", "1", 3, "value 2 is empty in '0.1,,0.9'; at PREDICTIONS"),
        ("0.1,1e400", "1", 3, "'1e400' is too large for a 64-bit float; at PREDICTIONS"),
        ("[[0.1,0.9]", "1", 3, "unbalanced brackets in '[[0.1,0.9]'; at PREDICTIONS"),
        ("[0.1,0.9]]", "1", 3, "unbalanced brackets"),
        ("[0.1,,0.9]", "1", 3, "an empty value in '[0.1,,0.9]'; at PREDICTIONS"),
        ("[[0.1,0.9],[0.1]]", "1", 3, "row 2 has 1 value, row 1 has 2; at PREDICTIONS"),
        ("[[0.1,x],[1,2]]", "1,0", 3, "value 2 is 'x', not a number; at PREDICTIONS, row 1"),
        ("[]", "1", 3, "no rows; at PREDICTIONS"),
        ("[" * 1000 + "1" + "]" * 1000, "1", 3, "lists nested more than 32 deep; at PREDICTIONS"),
        ('["a"', "1", 3, "this is not a list"),
        ('{"predictions": }', "1", 3, "JSON syntax: expecting value; at PREDICTIONS:1, character 17"),
        ("[[0.1,0.9],[0.8,0.2]]", "1", 3, "2 rows of predictions but 1 of labels; at PREDICTIONS and LABELS"),
        ("preds.csv", "1,0,1,1", 3, "3 rows of predictions but 4 of labels; at preds.csv and LABELS"),
        ("preds.csv", "1,0", 3, "3 rows of predictions but 2 of labels; at preds.csv and LABELS"),
        ("preds.csv", "a;b,c", 3, "the labels are lists of words, and nothing says which prediction belongs to which"),
    ],
)  # fmt: skip
def test_arguments(
    predictions: str, labels: str, status: int, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "preds.csv").write_text("0.1,0.9\n0.2,0.8\n0.3,0.7\n")
    (tmp_path / "t.xlsx").write_bytes(b"PK")
    raised = error(predictions, labels, stdin=b"")
    assert text in str(raised)
    assert raised.exit_status == status


@pytest.mark.parametrize("rows", [1, 2, 1000])
@pytest.mark.parametrize("more", [1, 5000])
def test_both_counts_are_told(rows: int, more: int, tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("0.5,0.5\n" * rows)
    (tmp_path / "y.csv").write_text("1\n" * (rows + more))
    for chunk_bytes in (16, 1 << 18):
        raised = error(str(tmp_path / "p.csv"), str(tmp_path / "y.csv"), chunk_bytes=chunk_bytes)
        assert raised.what == f"{rows} row{'s' * (rows > 1)} of predictions but {rows + more} of labels"
        assert raised.where == f"{tmp_path / 'p.csv'} and {tmp_path / 'y.csv'}"
    raised = error(str(tmp_path / "y.csv"), str(tmp_path / "p.csv"), chunk_bytes=64)
    assert raised.what == f"{rows + more} rows of predictions but {rows} of labels"


@pytest.mark.parametrize("array", [np.eye(50), np.arange(300), np.asfortranarray(np.eye(50))])
@pytest.mark.parametrize("chunk_bytes", [100, 1 << 18])
def test_a_cut_npy(array: Any, chunk_bytes: int) -> None:
    data = npy(array)
    for cut in (1, 8, 1000):
        raised = error("-", " ".join("0" * len(array)), stdin=data[:-cut], chunk_bytes=chunk_bytes)
        assert raised.what.startswith("the array ends early: ")
        assert raised.what.endswith(f"{array.nbytes - cut} of {array.nbytes} bytes")
        assert raised.exit_status == 3


def test_more_than_one_array_in_an_npy() -> None:
    assert error("-", "1 0", stdin=npy(np.eye(2)) + npy(np.eye(2))).what == "there is more after the array"


def test_a_damaged_npz() -> None:
    data = bytearray(npz(predictions=np.ones((4, 2)), labels=np.ones(4)))
    at = data.index(np.ones(1).tobytes())
    data[at] ^= 1
    assert "damaged" in error("-", stdin=bytes(data)).what


def test_a_blank_line_in_a_single_column_is_a_missing_value() -> None:
    for chunk_bytes in (1, 1 << 18):
        raised = error("-", "1,2", stdin=b"p\n0.5\n\n0.7\n", chunk_bytes=chunk_bytes)
        assert (raised.what, raised.where) == ("a blank line where a value belongs", "stdin:3")
    assert len(got("-", "1,2", stdin=b"p\n0.5\n0.7\n\n \n").predictions) == 2


def test_text_where_numbers_belong() -> None:
    assert "an array of text where numbers belong" in str(error("-", "1", stdin=npy(np.array(["a"]))))
    assert "column 1 is text" in str(error("-", "1,2", stdin=b"cat\ndog\n", header=False))


def test_weights_have_one_number_per_row(tmp_path: Path) -> None:
    (tmp_path / "w.csv").write_text("weight\n1\n2\n3\n")
    assert str(error("[[1,2],[3,4]]", "0,1", sample_weight="1,2,3")) == (
        "2 rows of predictions but 3 of sample weights; at PREDICTIONS and --sample-weight; "
        "try: rows are paired by position: both inputs need the same number of rows"
    )
    assert "2 rows of predictions but 3 of sample" in str(
        error("[[1,2],[3,4]]", "0,1", sample_weight=str(tmp_path / "w.csv"))
    )
    assert "no column and no file 'w'; columns: p" in str(error("-", stdin=b"p,y\n1,2\n", sample_weight="w"))


def test_labels_with_other_ids(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("id,p_a,p_b\na,1,2\nb,3,4\n")
    (tmp_path / "y.csv").write_text("id,label\nb,1\na,0\n")
    raised = error(str(tmp_path / "p.csv"), str(tmp_path / "y.csv"))
    assert raised.what == "in row 1, id is 'a' in one file and 'b' in the other"
    assert raised.hint == "--join id"
    assert raised.exit_status == 3


def test_one_row_more_may_be_a_header(tmp_path: Path) -> None:
    (tmp_path / "y.csv").write_text("species\ncat\ndog\n")
    raised = error("-", str(tmp_path / "y.csv"), stdin=b"1,2\n3,4\n")
    assert raised.what == "2 rows of predictions but 3 of labels"
    assert raised.hint == "is the first line of one a header? --header or --no-header"


def test_a_delimiter_that_is_none() -> None:
    for delimiter in ("", "ab", "1", ".", '"', "\n"):
        assert isinstance(error("-", "1", stdin=b"1\n", delimiter=delimiter), UsageError)


def test_a_tie_of_delimiters_is_asked() -> None:
    raised = error("-", "1,2", stdin=b"a,b;c\nd,e;f\n")
    assert raised.what == "comma and semicolon split the lines equally well"


def test_no_stdin() -> None:
    with pytest.raises(UsageError, match="there is nothing to read PREDICTIONS from"):
        read(None, None, ReadOptions(), None)


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise PermissionError

    monkeypatch.setattr("losscli.inputs.source.bytes._File", refuse)
    (tmp_path / "p.csv").write_text("1\n")
    raised = error(str(tmp_path / "p.csv"), "1")
    assert (raised.what, raised.exit_status) == (f"no permission to read PREDICTIONS: {tmp_path / 'p.csv'}", 2)


def test_a_transform_needs_numbers() -> None:
    with pytest.raises(InputError, match="no column holds numbers; columns: id, name"):
        read_rows("-", ReadOptions(), io.BytesIO(b"id,name\n1,a\n"))
