"""Is the same data the same, however it is spelled?"""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.support.inputs_reading import error, got
from tests.support.shell import losscli as shell

if TYPE_CHECKING:
    from pathlib import Path

P = np.array([[0.05, 0.95, 0.0], [0.1, 0.8, 0.1]])
Y = np.array([1, 2])
ROWS = "0.05,0.95,0\n0.1,0.8,0.1\n"
TABLE = "p_a,p_b,p_c,label\n0.05,0.95,0,1\n0.1,0.8,0.1,2\n"
DOCUMENT = '{"predictions": [[0.05, 0.95, 0], [0.1, 0.8, 0.1]], "labels": [1, 2]}'
RECORDS = [{"p_a": 0.05, "p_b": 0.95, "p_c": 0, "label": 1}, {"p_a": 0.1, "p_b": 0.8, "p_c": 0.1, "label": 2}]
LISTS = [{"probs": [0.05, 0.95, 0], "y": 1}, {"probs": [0.1, 0.8, 0.1], "y": 2}]


def lines(values: list[Any]) -> str:
    return "".join(json.dumps(value) + "\n" for value in values)


def npy(array: Any) -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def npz(**arrays: Any) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


INLINE = {
    "json": "[[0.05,0.95,0],[0.1,0.8,0.1]]",
    "json with spaces": " [[0.05, 0.95, 0.0], [0.1, 0.8, 0.1]] ",
    "semicolons": "0.05,0.95,0;0.1,0.8,0.1",
    "spaces": "0.05 0.95 0; 0.1 0.8 0.1",
    "lines": "0.05 0.95 0\n0.1 0.8 0.1\n",
    "a last semicolon": "0.05,0.95,0;0.1,0.8,0.1;",
    "numpy": "[[0.05 0.95 0.  ]\n [0.1  0.8  0.1 ]]",
    "no leading zero": "[[.05,.95,0.],[+.1,8e-1,1E-1]]",
    "tuples": "((0.05, 0.95, 0), (0.1, 0.8, 0.1),)",
    "matlab": "[0.05 0.95 0; 0.1 0.8 0.1]",
}


@pytest.mark.parametrize("text", INLINE.values(), ids=INLINE)
def test_inline_predictions(text: str) -> None:
    for labels in ("1,2", "1 2", "[1,2]", "[1, 2]", "(1, 2)", "1;2"):
        read = got(text, labels)
        assert read.predictions.tolist() == P.tolist()
        assert read.labels.ravel().tolist() == [1, 2]
        assert read.labels.dtype == np.int64


ONE_TABLE = {
    "csv": TABLE,
    "tsv": TABLE.replace(",", "\t"),
    "semicolon": TABLE.replace(",", ";"),
    "bar": TABLE.replace(",", "|"),
    "spaces": TABLE.replace(",", "  "),
    "comma and space": TABLE.replace(",", ", "),
    "spaces around all": TABLE.replace(",", " , "),
    "aligned": "  p_a p_b  p_c label\n 0.05 0.95   0 1\n  0.1\t0.8  0.1 2\n",
    "no last line end": TABLE.rstrip(),
    "blank lines at the end": TABLE + "\n\n",
    "blank lines first": "\n\n" + TABLE,
    "blank lines inside": TABLE.replace("\n", "\n\n"),
    "windows": TABLE.replace("\n", "\r\n"),
    "old mac": TABLE.replace("\n", "\r"),
    "quoted": TABLE.replace("p_a", '"p_a"').replace(",0,", ',"0",'),
    "all quoted": "\n".join(",".join(f'"{f}"' for f in line.split(",")) for line in TABLE.split()),
    "with ids": "id,p_a,p_b,p_c,label\nx,0.05,0.95,0,1\ny,0.1,0.8,0.1,2\n",
    "pandas": ",p_a,p_b,p_c,label\n0,0.05,0.95,0,1\n1,0.1,0.8,0.1,2\n",
    "numpy header": "# " + TABLE,
    "label first": "Label,0,1,2\n1,0.05,0.95,0\n2,0.1,0.8,0.1\n",
    "other columns": "text,p_a,p_b,p_c,y_true\nhi,0.05,0.95,0,1\nho,0.1,0.8,0.1,2\n",
    "records": json.dumps(RECORDS),
    "records on lines": json.dumps(RECORDS, indent=1),
    "ndjson": lines(RECORDS),
    "ndjson with blank lines": "\n" + lines(RECORDS).replace("\n", "\n\n \n"),
    "ndjson of lists": lines(LISTS),
    "records of lists": json.dumps(LISTS),
    "document": DOCUMENT,
    "document on lines": json.dumps(json.loads(DOCUMENT), indent=2),
    "document with synonyms": DOCUMENT.replace("predictions", "y_pred").replace("labels", "Target"),
}


@pytest.mark.parametrize("text", ONE_TABLE.values(), ids=ONE_TABLE)
@pytest.mark.parametrize("chunk", [{}, {"chunk_rows": 1}, {"chunk_bytes": 1}, {"chunk_bytes": 7, "chunk_rows": 7}])
def test_one_table(text: str, chunk: dict[str, Any]) -> None:
    for data in (text.encode(), b"\xef\xbb\xbf" + text.encode(), text.encode("utf-16"), text.encode("utf-32")):
        read = got("-", stdin=data, **chunk)
        assert read.predictions.tolist() == P.tolist()
        assert read.labels.tolist() == [1, 2]


NUMBERED = {
    "csv": ROWS,
    "spaces": ROWS.replace(",", " "),
    "json": "[[0.05,0.95,0],[0.1,0.8,0.1]]",
    "ndjson": "[0.05,0.95,0]\n[0.1,0.8,0.1]\n",
    "npy": npy(P),
    "npy, float32": npy(P.astype(np.float32)),
    "npy, big endian": npy(P.astype(">f8")),
    "npy, Fortran's order": npy(np.asfortranarray(P)),
    "npz": npz(predictions=P),
    "npz, any name": npz(arr_0=P),
    "npz, any order": npz(arr_0=np.asfortranarray(P)),
}


@pytest.mark.parametrize("content", NUMBERED.values(), ids=NUMBERED)
@pytest.mark.parametrize("chunk", [{}, {"chunk_rows": 1}, {"chunk_bytes": 1}])
def test_two_sources(content: str | bytes, chunk: dict[str, Any], tmp_path: Path) -> None:
    data = content.encode() if isinstance(content, str) else content
    labels = {"y.csv": b"label\n1\n2\n", "y.txt": b"1\n2\n", "y.json": b"[1, 2]", "y.npy": npy(Y), "y.jsonl": b"1\n2\n"}
    for name, text in labels.items():
        (tmp_path / name).write_bytes(text)
        read = got("-", str(tmp_path / name), stdin=data, **chunk)
        np.testing.assert_allclose(read.predictions, P, rtol=1e-7)
        assert read.labels.tolist() == [1, 2]


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress])
@pytest.mark.parametrize("name", ["t.csv", "t.csv.gz", "t.csv.bz2", "t.csv.xz", "t"])
def test_compressed(compress: Any, name: str, tmp_path: Path) -> None:
    data = compress(TABLE.encode())
    (tmp_path / name).write_bytes(data)
    for read in (got(str(tmp_path / name)), got("-", stdin=data), got(None, stdin=data, chunk_bytes=3)):
        assert read.predictions.tolist() == P.tolist()
        assert read.labels.tolist() == [1, 2]
        assert "by its first bytes" in read.decided("compression")


def test_two_compressed_parts_are_one_file() -> None:
    head, tail = TABLE[:30].encode(), TABLE[30:].encode()
    assert got("-", stdin=gzip.compress(head) + gzip.compress(tail)).predictions.tolist() == P.tolist()


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ("[[0,1,0],[0,0,1]]", [[0, 1, 0], [0, 0, 1]]),
        ("0 1 0; 0 0 1", [[0, 1, 0], [0, 0, 1]]),
        ("[[0,.5,.5],[0,0,1]]", [[0, 0.5, 0.5], [0, 0, 1]]),
        ("[true,false]", [1, 0]),
        ("true,false", [1, 0]),
        ("1.0,2.5", [1.0, 2.5]),
        ("cat,dog", ["cat", "dog"]),
        ("cat dog", ["cat", "dog"]),
        ('["cat","dog"]', ["cat", "dog"]),
        ("['cat', 'dog']", ["cat", "dog"]),
        ("[cat,dog]", ["cat", "dog"]),
        ("1,cat", ["1", "cat"]),
        ('["a, b", "c"]', ["a, b", "c"]),
        ("nan,1", [np.nan, 1.0]),
    ],
)
def test_inline_labels(labels: str, expected: list[Any]) -> None:
    np.testing.assert_array_equal(got("[[0.05,0.95,0],[0.1,0.8,0.1]]", labels).labels, np.array(expected))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-1.5,2,3", [-1.5, 2, 3]),
        (" -1.5,2,3", [-1.5, 2, 3]),
        ("[-1.5,2,3]", [-1.5, 2, 3]),
        ("NaN Infinity -inf", [np.nan, np.inf, -np.inf]),
        ("[nan,inf,-Infinity]", [np.nan, np.inf, -np.inf]),
        ("1", [1]),
        ("-.5e-3", [-0.0005]),
        ("[[1,2,3]]", [[1, 2, 3]]),
        ("1 2 3;", [[1, 2, 3]]),
        ("[[0.3],[0.8]]", [[0.3], [0.8]]),
        ("[[[1,2],[3,4]]]", [[[1, 2], [3, 4]]]),
    ],
)
def test_inline_values_keep_their_rank(text: str, expected: list[Any]) -> None:
    read = got(text, " ".join("0" * len(expected)))
    np.testing.assert_array_equal(read.predictions, np.array(expected, dtype=float))
    assert len(read.batches) == 1


def test_numbers_are_values_even_if_a_file_has_that_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "1").write_text("0.5\n0.5\n")
    (tmp_path / "cat,dog").write_text("1\n0\n")
    monkeypatch.chdir(tmp_path)
    assert got("1", "1").predictions.tolist() == [1.0]
    assert got("./1", "cat,dog").labels.tolist() == [1, 0]


def test_a_document_as_an_argument() -> None:
    read = got('{"predictions": [[1, 2]], "labels": ["b"], "classes": ["a", "b"], "sample_weight": [2], "ids": ["q"]}')
    assert (read.predictions.tolist(), read.labels.tolist()) == ([[1, 2]], ["b"])
    assert (read.weights.tolist(), read.ids, read.classes) == ([2], ["q"], ("a", "b"))
    assert got('[{"p": [1, 2], "y": 0}]').predictions.tolist() == [[1, 2]]


@pytest.mark.parametrize("value", ["NaN", '"NaN"', "Infinity", '"Infinity"', "-Infinity", '"-Infinity"'])
def test_json_spells_what_is_not_finite(value: str) -> None:
    expected = [[float(value.strip('"')), 1.0]]
    document = f'{{"predictions": [[{value}, 1]], "labels": [0]}}'
    record = f'{{"p_a": {value}, "p_b": 1, "label": 0}}\n'
    for text in (document, record, record * 2, f"[{record}]", f'{{"probs": [{value}, 1], "label": 0}}\n' * 2):
        np.testing.assert_array_equal(got("-", stdin=text.encode()).predictions[:1], expected)


@pytest.mark.parametrize("dtype", ["?", "i1", "u2", "<i8", ">i4", "f2", ">f4", "f8", "u8", "g"])
def test_npy_dtypes(dtype: str) -> None:
    read = got("-", "0,1,0,1", stdin=npy(np.array([[0, 1], [1, 0], [1, 1], [0, 0]], dtype=dtype)))
    assert read.predictions.tolist() == [[0, 1], [1, 0], [1, 1], [0, 0]]
    labels = got("0.1 0.2 0.3", "-", stdin=npy(np.array([0, 1, 1], dtype=dtype))).labels
    assert labels.tolist() == [0, 1, 1]
    assert labels.dtype == (np.int64 if np.dtype(dtype).kind in "biu" else np.float64)


@pytest.mark.parametrize("dtype", ["U3", "S3"])
def test_npy_of_text_is_labels(dtype: str) -> None:
    labels = got("[[1,0],[0,1]]", "-", stdin=npy(np.array(["cat", "dog"], dtype=dtype))).labels
    assert labels.tolist() == ["cat", "dog"]
    assert labels.dtype == object


def test_npz_by_name() -> None:
    both = npz(predictions=P, labels=Y, sample_weight=np.array([1.0, 3.0]))
    read = got("-", stdin=both)
    assert (read.predictions.tolist(), read.labels.tolist(), read.weights.tolist()) == (P.tolist(), [1, 2], [1, 3])
    asked = got("-", stdin=npz(a=P, b=P + 1, c=Y), pred="b", label="c")
    assert asked.predictions.tolist() == (P + 1).tolist()


def test_arrays_of_higher_rank_are_cut_along_their_first_axis() -> None:
    data = np.arange(24.0).reshape(4, 3, 2)
    for source in (npy(data), json.dumps(data.tolist()).encode(), lines(data.tolist()).encode()):
        read = got("-", "0,1,0,1", stdin=source, chunk_rows=3)
        assert [b.predictions.shape for b in read.batches] == [(3, 3, 2), (1, 3, 2)]
        assert read.predictions.tolist() == data.tolist()


def test_columns_of_an_array() -> None:
    data = np.column_stack((P, Y))
    for source in (npy(data), npz(x=data), json.dumps(data.tolist()).encode(), lines(data.tolist()).encode()):
        read = got("-", stdin=source, label="4")
        assert (read.predictions.tolist(), read.labels.tolist()) == (P.tolist(), [1, 2])
        assert got("-", stdin=source, label="4", pred="2-3").predictions.tolist() == P[:, 1:].tolist()


def test_one_column_is_rank_one_and_an_array_of_one_column_is_not() -> None:
    assert got("-", "1,0", stdin=b"0.3\n0.8\n").predictions.shape == (2,)
    assert got("-", "1,0", stdin=b"0.3\n0.8\n").dataset.tabular
    assert got("-", "1,0", stdin=b"[[0.3],[0.8]]").predictions.shape == (2, 1)
    assert not got("-", "1,0", stdin=b"[0.3,0.8]").dataset.tabular


def test_rank_one_beside_one_row() -> None:
    for labels in ("2", "[2]", "[[0,0,1]]"):
        read = got("0.1,0.2,0.7", labels)
        assert read.predictions.shape == (3,)
        assert len(read.labels) == 1
    assert str(error("0.1,0.2,0.7", "1,2")).startswith("3 rows of predictions but 2 of labels")


def test_a_format_can_be_forced() -> None:
    assert got("-", "1,2", stdin=b"[0.5, 1]\n[1, 0]\n", format="ndjson").predictions.shape == (2, 2)
    assert got("-", "1", stdin=b"0.5", format="json").predictions.tolist() == [0.5]
    assert got("-", "1,2", stdin=b"0.5\t1\n1\t0\n", format="tsv").predictions.shape == (2, 2)
    assert got("-", "1,2", stdin=b"0.5/1\n1/0\n", format="csv", delimiter="/").predictions.shape == (2, 2)
    assert str(error("-", "1", stdin=b"1", format="yaml")).startswith("no format 'yaml'")


def test_stdin_is_never_sought() -> None:
    class Pipe(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(min(5, size) if size and size > 0 else size)

        def seek(self, *_: Any) -> int:
            raise AssertionError("sought")

        tell = seek

    from losscli.inputs import ReadOptions, read

    for data in (TABLE.encode(), gzip.compress(TABLE.encode()), DOCUMENT.encode(), npz(predictions=P, labels=Y)):
        batches = list(read("-", None, ReadOptions(), Pipe(data)).batches)
        assert np.concatenate([b.predictions for b in batches]).tolist() == P.tolist()


def test_inline_values_need_no_reader_of_files() -> None:
    code = """if True:
        import sys, numpy
        before = set(sys.modules)
        from losscli.inputs import ReadOptions, read
        list(read("[[0.05,0.95,0],[0.1,0.8,0.1]]", "[1,2]", ReadOptions()).batches)
        readers = {"json", "csv", "gzip", "bz2", "lzma", "zipfile", "ast", "pathlib", "difflib", "fnmatch"}
        print(*sorted(readers & (set(sys.modules) - before)))"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (ran.stdout, ran.stderr) == ("\n", "")


@pytest.mark.parametrize("quote", ["'", '"'])
def test_quotes_that_a_shell_left(quote: str) -> None:
    read = got(f"{quote}[[0.9,0.1],[0.2,0.8]]{quote}", f"{quote}0,1{quote}")
    assert read.predictions.tolist() == [[0.9, 0.1], [0.2, 0.8]]
    assert read.labels.tolist() == [0, 1]


def test_lists_that_a_shell_took_apart() -> None:
    result = shell("bce", "0.9", "0.2", "1", "0")
    assert result.err == (
        "Error: no such file for PREDICTIONS: 0.9\n"
        "  try  values are two arguments, PREDICTIONS and LABELS; in PowerShell quote them: '0.1,0.9' '1,0'\n"
    )
