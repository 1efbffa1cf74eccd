"""Is text read that is not just a table: comments, titles, footers, other encodings, missing values?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.support.inputs_reading import error, got
from tests.support.shell import losscli as shell

if TYPE_CHECKING:
    from pathlib import Path

COMMENTS = b"# made by x\n# version 2\nlabel,p\n1,0.9\n  # note\n0,0.2 # odd\n"


@pytest.mark.parametrize("chunk", [1, 20, 1 << 19])
def test_comments(chunk: int) -> None:
    read = got("-", stdin=COMMENTS, comment="#", chunk_bytes=chunk)
    assert read.predictions.tolist() == [0.9, 0.2]
    assert read.labels.tolist() == [1, 0]
    assert read.decided("header") == "line 3: 'label' in the first row is the name of a column"
    places = [batch.where(row, 0) for batch in read.batches for row in range(len(batch))]
    assert places == ["stdin:4, column p", "stdin:6, column p"]


def test_a_comment_sign_within_quotes_is_text() -> None:
    read = got("-", stdin=b'label,p\n"a#b",0.9 # "x"\nc,1\n', comment="#")
    assert read.labels.tolist() == ["a#b", "c"]


def test_lines_of_json_may_have_comments() -> None:
    read = got("-", stdin=b'// rows\n{"label":1,"p":0.9}\n', comment="//", format="ndjson")
    assert read.predictions.tolist() == [0.9]


def test_a_title_and_a_footer() -> None:
    text = b"My report\n\nlabel,p\n1,0.9\n0,0.2\nTotal,2\n"
    raised = error("-", stdin=text)
    assert raised.what == "line 1 begins with 'My report', and line 3 is the header"
    assert (raised.where, raised.hint) == ("stdin:1", "--skip 2")
    read = got("-", stdin=text, skip=2, limit=2)
    assert read.predictions.tolist() == [0.9, 0.2]
    assert read.batches[0].where(0, 0) == "stdin:4, column p"
    assert read.decided("rows") == "the first 2: --limit"


@pytest.mark.parametrize(
    "text",
    [b"# made by x\nid,label,p\n1,1,0.9\n2,0,0.2\n", COMMENTS, b"label,p\n1,0.9\n# a note\n0,0.2\n", b"p\n1\n# x\n2\n"],
)
def test_comments_without_the_option_are_refused_with_it(text: bytes) -> None:
    raised = error("-", None if b"label" in text else "1,2", stdin=text)
    assert raised.hint == "--comment '#'"
    assert raised.exit_status == 3


@pytest.mark.parametrize("chunk", [1, 12, 1 << 19])
@pytest.mark.parametrize("limit", [1, 2, 3, 5, 9])
def test_the_first_rows_of_any_format(tmp_path: Path, chunk: int, limit: int) -> None:
    rows = [(i / 10, i % 2) for i in range(1, 6)]
    (tmp_path / "a.csv").write_text("p,y\n" + "".join(f"{p},{y}\n" + "\n" * (y == 1) for p, y in rows))
    (tmp_path / "a.jsonl").write_text("".join(f'{{"p":{p},"y":{y}}}\n' for p, y in rows))
    np.save(tmp_path / "p.npy", np.array([[p, p] for p, _ in rows]))
    (tmp_path / "y.txt").write_text("".join(f"{y}\n" for _, y in rows))
    for name in ("a.csv", "a.jsonl"):
        read = got(str(tmp_path / name), chunk_bytes=chunk, limit=limit)
        assert read.predictions.tolist() == [p for p, _ in rows][:limit]
    read = got(str(tmp_path / "p.npy"), str(tmp_path / "y.txt"), chunk_bytes=chunk, limit=limit)
    assert read.labels.tolist() == [y for _, y in rows][:limit]
    assert got("0.1,0.2,0.3", "1,0,1", limit=limit).predictions.tolist() == [0.1, 0.2, 0.3][:limit]


def test_a_limit_ends_before_what_can_not_be_read() -> None:
    text = "label,p\n" + "1,0.5\n" * 100 + "that,was\n\nall\n"
    assert got("-", stdin=text.encode(), limit=100, chunk_bytes=64).predictions.tolist() == [0.5] * 100


def test_encodings(tmp_path: Path) -> None:
    text = "label,p_no,p_maïs\nmaïs,0.1,0.9\nno,0.8,0.2\n"
    for encoding in ("latin-1", "cp1252", "utf-16-le", "utf-16"):
        (tmp_path / "a.csv").write_bytes(text.encode(encoding))
        assert got(str(tmp_path / "a.csv"), encoding=encoding).labels.tolist() == ["maïs", "no"]
    for other in ("foo", "base64", "zip", "rot13", "a\0b"):
        raised = error("-", stdin=text.encode(), encoding=other)
        assert (raised.what, raised.exit_status) == (
            f"--encoding {other!r}: there is no such encoding".replace("\0", "x00"),
            2,
        )
    raised = error("-", stdin=text.encode(), encoding="utf-16")
    assert (raised.what, raised.exit_status) == ("the UTF-16 text is damaged, after 0 whole lines", 3)


@pytest.mark.parametrize(
    "word", ["", "NA", "n/a", "NaN", "nan", "NULL", "null", "None", ".", "?", "#N/A", "#DIV/0!", "#REF!"]
)
def test_words_for_no_value(word: str) -> None:
    text = f"label,p\n1,0.9\n{word},0.5\n0,{word}\n0,0.2\n".encode()
    result = shell("bce", "-q", "--nan", "skip", stdin=text)
    assert float(result.out) == pytest.approx(0.164252033486018)
    assert shell("bce", "--nan", "skip", stdin=text).err == "note: 2 rows with NaN or infinity were left out\n"
    refused = shell("bce", stdin=text)
    assert refused.status == 3
    assert "stdin:3, column label" in refused.err or "stdin:4, column p: nan" in refused.err


def test_own_words_and_numbers_for_no_value() -> None:
    text = b"label,p\n1,0.9\nmissing,0.5\n0,-999\n0,0.2\n1,-999.0\n"
    options = ("--na", "missing", "--na", "-999")
    assert float(shell("bce", "-q", *options, "--nan", "skip", stdin=text).out) == pytest.approx(0.164252033486018)
    refused = shell("bce", *options, stdin=text)
    assert refused.status == 3
    assert "stdin:4, column p" in refused.err


def test_missing_words_among_words() -> None:
    text = b"label,p_no,p_yes\nyes,0.1,0.9\nNA,0.5,0.5\n,0.4,0.6\nno,0.8,0.2\n#VALUE!,.5,.5\nno,#NULL!,.5\n"
    assert float(shell("ce", "-q", "--nan", "skip", stdin=text).out) == pytest.approx(0.164252033486018)


@pytest.mark.parametrize("word", ["#N/A", "#VALUE!", "#NAME?"])
def test_an_error_of_excel_is_no_class(word: str) -> None:
    text = f"pred,label\ncat,cat\n{word},dog\ndog,dog\n".encode()
    refused = shell("acc", stdin=text)
    assert (refused.status, refused.err) == (
        3,
        f"Error: {word!r} is not a value: a field is empty or missing\n"
        "  at   stdin:3, column pred\n  try  --nan skip leaves out such rows\n",
    )
    assert shell("acc", "-q", "--nan", "skip", stdin=text).out == "1.0\n"


@pytest.mark.parametrize("word", ["NA", "None", "null"])
def test_a_class_that_is_called_like_a_missing_value(word: str, tmp_path: Path) -> None:
    told = f"note: label values: {word}; a class is called so, so it is not a missing value; --na {word} if it is\n"
    text = f"p_cat,p_{word},label\n0.9,0.1,cat\n0.2,0.8,{word}\n0.5,0.5,\n".encode()
    by_name = shell("ce", "-q", "--nan", "skip", stdin=text)
    assert float(by_name.out) == pytest.approx(0.164252033486018)
    assert told in shell("ce", "--nan", "skip", stdin=text).err
    asked = shell("ce", "-q", "--nan", "skip", "--na", word, stdin=text)
    assert float(asked.out) == pytest.approx(0.105360515657826)  # the row of cat alone
    (tmp_path / "y.csv").write_text(f"y\ncat\n{word}\n?\n")
    args = ("ce", "0.9,0.1;0.2,0.8;0.5,0.5", str(tmp_path / "y.csv"), "-q", "--nan", "skip", "--classes")
    assert float(shell(*args, f"cat,{word}").out) == pytest.approx(0.164252033486018)
    records = "".join(f'{{"pred":{{"cat":0.2,"{word}":0.8}},"label":"{label}"}}\n' for label in ("cat", word))
    assert float(shell("ce", "-q", "--nan", "skip", stdin=records.encode()).out) == pytest.approx(0.916290731874155)


def test_a_class_or_a_missing_value_is_asked_for() -> None:
    text = b"pred,label\ncat,cat\nNA,NA\ndog,cat\ndog,None\n"
    refused = shell("acc", "--nan", "skip", stdin=text)
    assert (refused.status, refused.err) == (
        3,
        "Error: NA may be a class, as it is predicted and a label, or stand for a missing value beside --nan\n"
        "  at   stdin\n"
        "  try  --na NA if it is missing; without --nan, or named by --classes, it is a class\n",
    )
    for args, value in (
        (("--nan", "skip", "--na", "NA"), 0.5),
        (("--nan", "skip", "--classes", "cat,dog,NA"), 2 / 3),
        ((), 0.5),
        (("--where", "pred != 'bird'"), 0.5),
    ):
        assert float(shell("acc", "-q", *args, stdin=text).out) == pytest.approx(value)
    among = shell("ce", "--nan", "skip", stdin=b"p_0,p_NA,label\n0.9,0.1,0\n0.2,0.8,NA\n")
    assert (among.status, among.err.splitlines()[0]) == (
        3,
        "Error: column label: NA may be the class of that name, or a missing number",
    )


def test_blank_lines_of_a_column() -> None:
    result = shell("mse", "-", "1,0,0,1", "-q", "--nan", "skip", stdin=b"p\n0.9\n\n0.2\n0.3\n\n")
    assert float(result.out) == pytest.approx((0.01 + 0.04 + 0.49) / 3)
    kept = shell("mse", "-", "1,0,0,1", "-q", "--nan", "keep", stdin=b"p\n0.9\n\n0.2\n0.3\n\n")
    assert kept.out == "nan\n"


def test_calls_have_the_same_options(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(COMMENTS)
    result = shell("sklearn.metrics.log_loss", str(tmp_path / "a.csv"), "--comment", "#", "-q")
    assert float(result.out) == pytest.approx(0.164252033486018)


DECIMAL_COMMAS = b"""id;p_a;p_b;label;name
1,0;0,25;0,75;1;"Braund, Mr. 3,5"
2,0;"0,5";+,5e0;0;x 1,5
3,0;1;0;0;y
"""


@pytest.mark.parametrize("chunk", [1, 40, 1 << 19])
@pytest.mark.parametrize("delimiter", [b";", b"\t", b"|"])
def test_decimal_commas(chunk: int, delimiter: bytes) -> None:
    read = got("-", stdin=DECIMAL_COMMAS.replace(b";", delimiter), chunk_bytes=chunk)
    assert read.predictions.tolist() == [[0.25, 0.75], [0.5, 0.5], [1, 0]]
    assert read.labels.tolist() == [1, 0, 0]
    assert read.ids == ["1.0", "2.0", "3.0"]
    assert read.decided("decimal sign") == "comma: 0,5 is read as 0.5"


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        (b"y;p\n1,200;2,800\n1,300;0,900\n", [1.2, 1.3]),  # one is less than 1: no thousands
        (b"x;y\n-1,25;1,5\n2;3\n", [1.5, 3]),
        (b"0,5 0,25\n1,5 0,75\n", [0.25, 0.75]),
    ],
)
def test_decimal_commas_of_others(text: bytes, labels: list[float]) -> None:
    assert got("-", stdin=text, label="2" if b" " in text else "y").labels.tolist() == labels


def test_one_column_of_decimal_commas_is_asked_for() -> None:
    text = b"target\n5,329\n3,71\n"
    assert got("-", "1,2", stdin=text, delimiter=";").predictions.tolist() == [5.329, 3.71]
    told = error("-", "1,2", stdin=text)
    assert told.hint == "-d ';' if 5,329 is one number with a decimal comma; --skip 1 if the table begins in line 2"


def test_rows_with_decimal_commas_are_not_handed_on() -> None:
    done = shell("bce", "-", "--append", "loss", stdin="label;p\n1;0,9\n0;0,2\n")
    assert done.status == 2
    assert "--append: rows with decimal commas can't be handed on as they are" in done.err


@pytest.mark.parametrize("chunk", [7, 1 << 20])
@pytest.mark.parametrize(
    "text",
    [
        b"sep=;\nlabel;p\n1;0,9\n0;0,2\n",
        b"\xef\xbb\xbfsep=;\r\nlabel;p\r\n1;0.9\r\n0;0.2\r\n",
        b'"sep=,"\nlabel,p\n1,0.9\n0,0.2\n',
        b"sep=\t\n1\t0.9\n0\t0.2\n",
    ],
)
def test_the_line_by_which_excel_is_told_the_delimiter(text: bytes, chunk: int) -> None:
    found = got("-", pred="2", label="1", stdin=text, chunk_bytes=chunk)
    assert (found.predictions.tolist(), found.labels.tolist()) == ([0.9, 0.2], [1, 0])
    bad = text[: -len(b"0;0,2\n")] + text[-len(b"0;0,2\n") :].replace(b"0", b"x", 1)
    done, last = shell("mse", "-", "-p", "1", "-y", "2", stdin=bad), len(bad.splitlines())
    assert done.status == 3
    assert f"stdin:{last}" in done.err
