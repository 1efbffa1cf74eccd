"""Does bad or odd input, typed as a user types it, give the right number or one clear error with its status?"""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from losscli.losses import CALLS, LOSSES
from losscli.losses.vocabulary import Domain, Takes
from tests.support.shell import losscli as shell

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "p_a,p_b,label\n"
PAIR = "[[.2,.8],[.6,.4]]"


def npy(array: Any) -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


# Text on stdin of ``losscli ce -q`` with further options: the whole of stderr. Each ends with status 3.
BAD_TABLES: dict[str, tuple[str | bytes, list[str], str]] = {
    "empty": ("", [], "Error: no rows\n  at   stdin\n  try  give at least one row of data\n"),
    "header only": (HEAD, [], "Error: no rows\n  at   stdin\n  try  give at least one row of data\n"),
    "short line": (
        HEAD + ".2,.8,1\n.3\n",
        [],
        "Error: line 3 has 1 field, 3 expected\n  at   stdin:3\n  try  the delimiter is comma; -d says another\n",
    ),
    "long line": (
        HEAD + ".2,.8,1\n.3,.7,1,4\n",
        [],
        "Error: line 3 has 4 fields, 3 expected\n  at   stdin:3\n  try  the delimiter is comma; -d says another\n",
    ),
    "comma at the end": (
        HEAD + ".2,.8,1,\n",
        [],
        "Error: line 2 has 4 fields, 3 expected\n  at   stdin:2\n  try  the delimiter is comma; -d says another\n",
    ),
    "a word": (
        HEAD + ".2,.8,1\n\n\n.3,x,1\n",
        [],
        "Error: 'x' is not a number\n  at   stdin:5, column p_b\n  try  --pred and --label choose columns\n",
    ),
    "a header again": (
        HEAD + ".2,.8,1\n" * 5 + HEAD,
        [],
        "Error: 2 fields are not numbers: 'p_a', 'p_b'\n"
        "  at   stdin:7, column p_a; stdin:7, column p_b\n"
        "  try  --pred and --label choose columns\n",
    ),
    "a gap": (
        HEAD + ",.8,1\n",
        [],
        "Error: '' is not a value: a field is empty or missing\n"
        "  at   stdin:2, column p_a\n"
        "  try  --nan skip leaves out such rows\n",
    ),
    "decimal commas or thousands": (
        "p_a;p_b;label\n1,200;2,800;1\n",
        [],
        "Error: 2 fields are not numbers: '1,200', '2,800'\n"
        "  at   stdin:2, column p_a; stdin:2, column p_b\n"
        "  try  write 1.200 or 1200 for 1,200\n",
    ),
    "decimal commas and points": (
        "p_a;p_b;label\n,2;.8;1\n",
        [],
        "Error: ',2' is not a number\n  at   stdin:2, column p_a\n  try  write 0.5 for 0,5\n",
    ),
    "a quote left open": (
        HEAD + '.2,.8,"1\n',
        [],
        'Error: a quote that never closes\n  at   stdin:2\n  try  write a quote inside a field as ""\n',
    ),
    "NUL": (
        HEAD.encode() + b".2,\0.8,1\n",
        [],
        "Error: a NUL byte: this is not text\n"
        "  at   stdin:2\n"
        "  try  UTF-16 needs a byte order mark, or --encoding utf-16-le\n",
    ),
    "Latin-1": (
        "p_é,p_b,label\n.2,.8,é\n".encode("latin-1"),
        [],
        "Error: byte 0xe9 is not UTF-8 text\n  at   stdin:1\n  try  --encoding latin-1, or whatever it is\n",
    ),
    "NaN": (
        HEAD + "nan,.8,1\n",
        [],
        "Error: 1 row of predictions holds NaN or infinity\n"
        "  at   stdin:2, column p_a: nan\n"
        "  try  --nan skip leaves such rows out, --nan keep lets them make the result NaN\n",
    ),
    "infinity among logits": (
        HEAD + "inf,.8,1\n",
        ["--from-logits"],
        "Error: 1 row of predictions holds NaN or infinity\n"
        "  at   stdin:2, column p_a: inf\n"
        "  try  --nan skip leaves such rows out, --nan keep lets them make the result NaN\n",
    ),
    "every class ruled out": (
        HEAD + "-inf,-inf,1\n",
        ["--from-logits"],
        "Error: 1 row of logits rules out every class (-inf throughout)\n"
        "  at   stdin:2\n"
        "  try  --nan skip leaves such rows out, --nan keep lets them make the result NaN\n",
    ),
    "a label that is NaN": (
        HEAD + ".2,.8,nan\n",
        [],
        "Error: 1 label is NaN or infinite\n"
        "  at   stdin:2, column label: nan\n"
        "  try  --nan skip leaves such rows out, --nan keep lets them make the result NaN\n",
    ),
    "labels from 1": (
        HEAD + ".2,.8,2\n.3,.7,1\n",
        [],
        "Error: 1 label lies outside 0..1\n"
        "  at   stdin:2, column label: 2\n"
        "  try  labels run from 1 to 2: --label-base 1 if they count from 1 (the loss would be 0.7135582)\n",
    ),
    "a negative label": (
        HEAD + ".2,.8,-1\n",
        [],
        "Error: 1 label lies outside 0..1\n"
        "  at   stdin:2, column label: -1\n"
        "  try  the predictions have 2 columns: is one missing?\n",
    ),
    "a label between classes": (
        HEAD + ".2,.8,1.5\n",
        [],
        "Error: 1 label is not a whole class number\n"
        "  at   stdin:2, column label: 1.5\n"
        "  try  mse or mae compare values; soft labels need one number for each class\n",
    ),
    "a class of another case": (
        "cat,dog,label\n.2,.8,Dog\n",
        [],
        "Error: 1 label is not among the column names\n"
        "  at   stdin:2, column label: 'Dog'\n"
        "  try  --classes cat,Dog: they differ from the column names in capital letters only "
        "(the loss would be 0.2231436)\n",
    ),
    "an escape code": (
        "p_[red],p_b,label\n.2,.8,\x1b[31mevil\n",
        [],
        "Error: 1 label is not among the column names\n"
        "  at   stdin:2, column label: '\\x1b[31mevil'\n"
        "  try  the classes are '[red]', 'b'\n",
    ),
    "words that columns of numbers do not tell": (
        "0,1,2,label\n.2,.7,.1,dog\n",
        ["--label", "label"],
        "Error: 1 label is not among the column names\n"
        "  at   stdin:2, column label: 'dog'\n"
        "  try  the classes are '0', '1', '2'; --classes A,B,.. says what they are called, in this order\n",
    ),
    "numbers that no column is named after": (
        "3,7,label\n.2,.8,0\n",
        [],
        "Error: 1 label lies outside the column names\n"
        "  at   stdin:2, column label: 0\n"
        "  try  --label-base 0 if they are positions, counted from 0 (the loss would be 1.609438)\n",
    ),
    "one name twice": (
        "p_a,p_a,label\n.2,.8,1\n",
        [],
        "Error: prediction columns 1 and 2 are both named 'p_a'\n"
        "  at   stdin\n"
        "  try  rename one, or choose with --pred by number\n",
    ),
    "two label columns": (
        "a,b,label,label\n.2,.8,1,0\n",
        [],
        "Error: several columns could be the labels: label (column 3), label (column 4)\n"
        "  at   stdin\n"
        "  try  --label with one of them\n",
    ),
    "no label column": (
        ".2,.8,1\n",
        [],
        "Error: no column has a usual label name (label, y, target ...); 3 unnamed columns\n"
        "  at   stdin\n"
        "  try  --label COLUMN, or LABELS as the second argument\n",
    ),
    "a negative weight": (
        "w," + HEAD + "1,.2,.8,1\n-3,.6,.4,0\n",
        ["--sample-weight", "w"],
        "Error: 1 sample weight is negative, NaN or infinite\n  at   stdin:3: -3\n",
    ),
    "JSON syntax on line 3": (
        '{\n"predictions":[[0.2,0.8]],\n"labels":[1 2]\n}',
        [],
        "Error: JSON syntax: expecting ',' delimiter\n  at   stdin:3, character 13\n",
    ),
    "JSON and more": (
        '{"predictions":[[0.2,0.8]],"labels":[1]} x',
        [],
        "Error: JSON syntax: extra data\n  at   stdin:1, character 42\n",
    ),
    "a key twice": (
        '{"predictions":[[0.2,0.8]],"predictions":[[0.9,0.1]],"labels":[1]}',
        [],
        "Error: the key 'predictions' comes twice\n  at   stdin\n",
    ),
    "null": (
        '{"predictions":[[0.2,null]],"labels":[1]}',
        [],
        "Error: predictions[0][1] is null, not a number\n  at   stdin\n",
    ),
    "too large": (
        '{"predictions":[[1e400,0]],"labels":[0]}',
        [],
        "Error: predictions[0][0] is too large for a 64-bit float\n  at   stdin\n",
    ),
    "nested beyond reason": ("[" * 100_000, [], "Error: JSON nested too deep\n  at   stdin:1\n"),
    "a record without a field": (
        '{"a":0.2,"b":0.8,"label":1}\n\n{"a":0.2,"label":1}\n',
        [],
        "Error: no field 'b'; fields: a, label\n  at   stdin:3\n",
    ),
    "shapes of rank 3 and 1": (
        '{"predictions":[[[0.2,0.8],[0.5,0.5]]],"labels":[1]}',
        [],
        "Error: predictions of shape (N, 2, 2) and labels of shape (N,) do not match (losscli never broadcasts)\n",
    ),
    "gzip cut off": (
        gzip.compress((HEAD + ".2,.8,1\n" * 3000).encode())[:-4],
        [],
        "Error: the gzip data ends early, after 3001 whole lines\n"
        "  at   stdin\n  try  create or download the file again\n",
    ),
    "bzip2 cut off": (
        bz2.compress((HEAD + ".2,.8,1\n" * 3000).encode())[:-5],
        [],
        "Error: the bzip2 data ends early, after 3001 whole lines\n"
        "  at   stdin\n  try  create or download the file again\n",
    ),
    "xz cut off": (
        lzma.compress((HEAD + ".2,.8,1\n" * 3000).encode())[:-5],
        [],
        "Error: the xz data ends early, after 3001 whole lines\n"
        "  at   stdin\n  try  create or download the file again\n",
    ),
}


@pytest.mark.parametrize("case", BAD_TABLES)
def test_a_bad_table_is_refused_with_its_place(case: str) -> None:
    data, options, text = BAD_TABLES[case]
    result = shell("ce", "-q", *options, stdin=data)
    assert (result.status, result.out, result.err) == (3, "", text)


def test_a_fraction_far_behind_predicted_classes_is_refused() -> None:
    rows = "0,0\n1,1\n2,2\n" * 100_000
    result = shell("acc", "-", "--label", "y", "-q", stdin=f"pred,y\n{rows}1.5,1\n")
    text = "Error: 1 prediction is not a class number, as the others are\n  at   stdin:300002, column pred: 1.5\n"
    assert (result.status, result.out, result.err) == (3, "", text)


# Arguments: the status and the first line of stderr.
BAD_ARGUMENTS: list[tuple[list[str], int, str]] = [
    (["ce", "nothing-here.csv"], 2, "no such file for PREDICTIONS: nothing-here.csv"),
    (["ce", "-", "-"], 2, "stdin can be read only once"),
    (["ce", PAIR, "[1]"], 3, "2 rows of predictions but 1 of labels"),
    (["ce", PAIR, "[1,0,1]"], 3, "2 rows of predictions but 3 of labels"),
    (["ce", "[]", "[]"], 3, "no rows"),
    (["ce", "[[]]", "[0]"], 3, "rows without values"),
    (["ce", "[[1,2],[3,4]", "0,1"], 3, "unbalanced brackets in '[[1,2],[3,4]'"),
    (["ce", "[" * 5000 + "]" * 5000, "0"], 3, "lists nested more than 32 deep"),
    (["ce", "1e400,0", "0"], 3, "'1e400' is too large for a 64-bit float"),
    (["ce", "[[.5],[.6]]", "[0,0]"], 3, "the predictions have one column: over a single class the loss is always 0"),
    (["ce", "[1,2]", PAIR], 3, "the predictions have one column: over a single class the loss is always 0"),
    (["ce", ".5,.5,.2", "0,1,1"], 3, "3 predictions and 3 labels that sum to 2 are not one row of classes"),
    (["ce", "[[2.5,-1]]", "0"], 3, "1 row holds values outside [0, 1]: they are not probabilities"),
    (["ce", PAIR, "1,0", "--from-log-probs"], 3, "2 rows hold values above 0: they are not log-probabilities"),
    (["ce", PAIR, "cat,dog"], 3, "the labels are words, and nothing says which prediction belongs to which"),
    (["ce", PAIR, "[[-1,2],[0,1]]"], 3, "1 row of labels is not between 0 and 1"),
    (["bce", ".2,.8", "2,1"], 3, "1 row of labels is not between 0 and 1"),
    (["bce", ".2,.8", "-1,1"], 3, "1 row of labels is not between 0 and 1"),
    (["mse", "−1,2", "1,2"], 3, "value 1 is '−1', not a number"),
    (["softmax", "[[1,2],[3]]"], 3, "row 2 has 1 value, row 1 has 2"),
    (["softmax", "inf,1"], 3, "1 row holds NaN or infinity"),
    (["one-hot", "0,1,2", "--classes", "2"], 3, "1 label is not among the 2 classes"),
    (
        ["ce", PAIR, "1,0", "--label-smoothing", "1.5"],
        2,
        "--label-smoothing is 1.5; it must be at least 0 and at most 1",
    ),
    (["ce", PAIR, "1,0", "--like", "foo"], 2, "--like foo: foo has no cross-entropy"),
    (["ce", PAIR, "1,0", "--classes", "a,b,c"], 2, "--classes names 3 classes, the predictions have 2"),
    (["ce", PAIR, "1,0", "-r", "median"], 2, "no reduction is called median"),
    (
        ["ce", PAIR, "1,0", "--from-logits", "--from-log-probs"],
        2,
        "--from-logits and --from-log-probs exclude each other",
    ),
    (["ce", PAIR, "1,0", "--sample-weight", "1,2,3"], 3, "2 rows of predictions but 3 of sample weights"),
    (["ce", PAIR, "1,0", "--sample-weight", "1,-2"], 3, "1 sample weight is negative, NaN or infinite"),
    (["ce", PAIR, "1,0", "--sample-weight", "a,b"], 3, "value 1 is 'a', not a number"),
    (["ce", PAIR, "1,0", "-o", "no/such/folder/x"], 2, "cannot write no/such/folder/x: No such file or directory"),
]


@pytest.mark.parametrize(("args", "status", "what"), BAD_ARGUMENTS, ids=lambda value: str(value)[:60])
def test_bad_arguments_are_refused(args: list[str], status: int, what: str) -> None:
    result = shell(*args)
    assert (result.status, result.err.splitlines()[0], result.out) == (status, f"Error: {what}", "")


@pytest.mark.parametrize(
    ("option", "what"),
    [
        (["-d", "ab"], "'ab' can't be a delimiter"),
        (["-d", "1"], "'1' can't be a delimiter"),
        (["--label", "lable"], "--label: no column 'lable'; columns: p_a, p_b, label"),
        (["--label", "4"], "--label 4: there are 3 columns, counted from 1"),
        (["--pred", "z_*"], "--pred: no column 'z_*'; columns: p_a, p_b, label"),
        (["--pred", "1,1"], "--pred names column p_a twice"),
        (["--label", "3", "--pred", "1-3"], "column label can't be both prediction and label"),
        (["--sample-weight", "w"], "--sample-weight: no column and no file 'w'; columns: p_a, p_b, label"),
    ],
    ids=str,
)
def test_columns_that_are_not_there_are_a_matter_of_usage(option: list[str], what: str) -> None:
    result = shell("ce", *option, stdin=HEAD + ".2,.8,1\n")
    assert (result.status, result.err.splitlines()[0], result.out) == (2, f"Error: {what}", "")


@pytest.mark.parametrize(
    "args",
    [
        ["--digits", "0"],
        ["--digits", "x"],
        ["-n", "-1"],
        ["--worst", "0"],
        ["-f", "xml"],
        ["-i", "xml"],
        ["--nan", "drop"],
        ["--color", "red"],
        ["--label-base", "1.5"],
        ["--no-such-option"],
    ],
    ids=" ".join,
)
def test_an_option_that_makes_no_sense_is_refused_by_name(args: list[str]) -> None:
    result = shell("ce", PAIR, "1,0", *args)
    assert (result.status, result.out) == (2, "")
    assert args[0] in result.err


@pytest.mark.parametrize(
    ("name", "value"), [("LOSSCLI_FORMAT", "xml"), ("LOSSCLI_DIGITS", "99"), ("LOSSCLI_COLOR", "red")]
)
def test_a_bad_environment_variable_is_refused(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    result = shell("ce", PAIR, "1,0")
    assert (result.status, result.out) == (2, "")
    assert value in result.err


# Odd, but with one right answer: text on stdin of ``ce -q``, options, the value by hand.
ODD_TABLES: dict[str, tuple[str | bytes, list[str], float]] = {
    "BOM": ("\ufeff" + HEAD + ".2,.8,1\n", [], -math.log(0.8)),
    "UTF-16": ((HEAD + ".2,.8,1\n").encode("utf-16"), [], -math.log(0.8)),
    "Windows line ends": ((HEAD + ".2,.8,1\n").replace("\n", "\r\n"), [], -math.log(0.8)),
    "old Macintosh line ends": ((HEAD + ".2,.8,1\n").replace("\n", "\r"), [], -math.log(0.8)),
    "no last line end": (HEAD + ".2,.8,1", [], -math.log(0.8)),
    "blank lines": ("\n\n" + HEAD + "\n.2,.8,1\n\n", [], -math.log(0.8)),
    "spaces": (HEAD + " .2 , .8 , 1 \n", [], -math.log(0.8)),
    "quotes": ('"p_a","p_b","label"\n".2",".8","1"\n', [], -math.log(0.8)),
    "signs and exponents": (HEAD + "+2e-1,+8E-1,+1\n", [], -math.log(0.8)),
    "float labels": (HEAD + ".2,.8,1.0\n", [], -math.log(0.8)),
    "a class named like markup": ("p_[red],p_b,label\n.2,.8,[red]\n", [], -math.log(0.2)),
    "columns named by number, in another order": ("p_1,p_0,label\n.2,.8,0\n", [], -math.log(0.8)),
    "columns given in another order": (HEAD + ".2,.8,1\n", ["-p", "p_b,p_a"], -math.log(0.2)),
    "two gzip members": (
        gzip.compress((HEAD + ".2,.8,1\n").encode()) + gzip.compress(b".2,.8,1\n"),
        [],
        -math.log(0.8),
    ),
    "a class ruled out": (HEAD + "-inf,.8,1\n", ["--from-logits"], 0.0),
    "the ruled-out class is the label": (HEAD + "-inf,.8,0\n", ["--from-logits"], math.inf),
    "logits beyond any softmax": (HEAD + "1e308,1e308,0\n", ["--from-logits"], math.log(2)),
    "a row left out": (HEAD + "nan,.8,1\n.2,.8,1\n", ["--nan", "skip"], -math.log(0.8)),
    "a row kept": (HEAD + "nan,.8,0\n.2,.8,1\n", ["--nan", "keep"], math.nan),
    "float32 probabilities": (HEAD + "1.0000001,0,0\n", ["--like", "exact"], 0.0),
    "the smallest double": (HEAD + "5e-324,1,0\n", ["--like", "exact"], -math.log(5e-324)),
    "rank 3": ('{"predictions":[[[0.2,0.8],[0.5,0.5]]],"labels":[[1,0]]}', [], -math.log(0.8 * 0.5) / 2),
    "ignored in rank 3": (
        '{"predictions":[[[0.2,0.8],[0.5,0.5]]],"labels":[[1,-100]]}',
        ["--ignore-index", "-100"],
        -math.log(0.8),
    ),
    "weights": ("w," + HEAD + "1,.2,.8,1\n3,.6,.4,0\n", ["--sample-weight", "w"], -math.log(0.8 * 0.6**3) / 2),
    "weighted mean": (
        "w," + HEAD + "1,.2,.8,1\n3,.6,.4,0\n",
        ["--sample-weight", "w", "-r", "weighted-mean"],
        -math.log(0.8 * 0.6**3) / 4,
    ),
    "smoothed": (HEAD + ".2,.8,1\n", ["--label-smoothing", "0.1"], -0.95 * math.log(0.8) - 0.05 * math.log(0.2)),
    "half-precision, big-endian": (npy(np.array([[0.25, 0.75]], dtype=">f2")), ["-", "1"], -math.log(0.75)),
    "Fortran order": (npy(np.asfortranarray([[0.5, 0.5], [0.1, 0.9]])), ["-", "0,1"], -math.log(0.45) / 2),
}


@pytest.mark.parametrize("case", ODD_TABLES)
def test_odd_input_gives_the_right_number(case: str) -> None:
    data, options, expected = ODD_TABLES[case]
    result = shell("ce", *options, "-q", stdin=data)
    assert (result.status, result.err) == (0, "")
    assert float(result.out) == pytest.approx(expected, rel=1e-14, abs=0.0, nan_ok=True)


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (["mse", "-1e3", "-.5"], 999_000.25),
        (["mse", "-1 -2", "-1 -3"], 0.5),
        (["mse", "(-1,2)", "(1,2)"], 2.0),
        (["mse", "[[1],[2]]", "[1,4]"], 2.0),
        (["mse", "1e308", "-1e308"], math.inf),
        (["ce", PAIR, "true,false"], -math.log(0.8 * 0.6) / 2),
        (["ce", PAIR, "1,-0.0"], -math.log(0.8 * 0.6) / 2),
        (["ce", PAIR, "1,0", "-r", "sum_over_batch_size"], -math.log(0.8 * 0.6) / 2),
        (["ce", PAIR, "1,1", "--ignore-index", "1"], math.nan),
        (["bce", ".2,.8", "yes,no", "--classes", "no,yes"], -math.log(0.2)),
        (["bce", "1", "0", "--like", "exact"], math.inf),
        (["acc", "[[.5,.5]]", "1"], 0.0),
    ],
    ids=lambda value: str(value)[:60],
)
def test_odd_arguments_give_the_right_number(args: list[str], expected: float) -> None:
    result = shell(*args, "-q")
    assert (result.status, result.err) == (0, "")
    assert float(result.out) == pytest.approx(expected, rel=1e-14, abs=0.0, nan_ok=True)


@pytest.mark.parametrize(
    ("array", "what"),
    [
        (np.zeros((0, 3)), "no rows"),
        (np.float64(3), "an array without axes, a single number"),
        (np.array([[0.5, 0.5]], dtype=complex), "an array of complex128, not of numbers"),
        (np.array([["a", "b"]]), "an array of text where numbers belong"),
        (np.array([[0.5, None]], dtype=object), "an array of Python objects, which are pickled and never loaded"),
    ],
    ids=["no rows", "scalar", "complex", "text", "object"],
)
def test_an_array_that_holds_no_rows_of_numbers_is_refused(array: Any, what: str) -> None:
    result = shell("ce", "-", "0", "-q", stdin=npy(array))
    assert (result.status, result.out, result.err.splitlines()[0]) == (3, "", f"Error: {what}")


def test_an_array_cut_off_is_refused_with_what_there_is() -> None:
    result = shell("ce", "-", "0,1,2,0,1", "-q", stdin=npy(np.full((5, 3), 0.25))[:-8])
    assert (result.status, result.out) == (3, "")
    assert result.err.startswith("Error: the array ends early: 4 of 5 rows, 112 of 120 bytes\n  at   stdin\n")


def test_a_directory_without_files(tmp_path: Path) -> None:
    result = shell("ce", str(tmp_path))
    assert (result.status, result.err.splitlines()[0]) == (
        2,
        f"Error: the directory {tmp_path} holds no files for PREDICTIONS",
    )


def test_a_failed_run_leaves_the_old_output_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "out.txt"
    target.write_text("before")
    assert shell("ce", "[[0,2]]", "1", "-o", str(target)).status == 3
    assert target.read_text() == "before"
    assert list(tmp_path.iterdir()) == [target]


def test_escape_codes_and_markup_never_reach_the_output() -> None:
    table = "p_[red],p_\x1b[31mx,label\n.2,.8,[red]\n.2,.8,\x1b[31mx\n"
    for form in ("table", "csv", "tsv", "markdown", "json", "ndjson"):
        result = shell("ce", "-f", form, stdin=table)
        assert (result.status, result.err) == (0, "")
        assert "\x1b" not in result.out
    assert "[red]" in shell("ce", stdin=table).out


def test_what_is_ignored_or_left_out_is_said() -> None:
    ignored = shell("ce", PAIR, "1,0", "--ignore-index", "1", "-f", "json")
    assert json.loads(ignored.out)["divisor"] == 1
    assert ignored.err == "note: 1 label equal to 1 was ignored; 1 counted\n"
    skipped = shell("ce", "--nan", "skip", "-f", "json", stdin=HEAD + "nan,.8,1\n.2,.8,1\n")
    assert json.loads(skipped.out)["divisor"] == 1
    assert skipped.err == "note: 1 row with NaN or infinity was left out\n"


@pytest.mark.parametrize("name", [call for call, (loss, reference) in CALLS.items() if reference.needed(loss.kernel)])
def test_a_call_without_an_array_that_it_needs_says_so(name: str) -> None:
    done = shell(name, "[[1,2],[0,1]]", *["[[2,1],[1,1]]"] * (CALLS[name][0].takes is not Takes.ANCHOR))
    loss, reference = CALLS[name]
    missing = reference.needed(loss.kernel)[0]
    assert done.err == (
        f"Error: {CALLS[name][1].call} also takes {missing}\n"
        f"  try  --{missing.replace('_', '-')} VALUES, FILE or COLUMNS\n"
    )
    assert done.status == 2


@pytest.mark.parametrize(
    ("name", "table", "error"),
    [
        (
            "multilabel-margin",
            "0.1,0.2",
            "Error: multilabel-margin takes rows\n  try  a single one is written [[..]]\n",
        ),
        ("dice", HEAD + ".2,.8,b\n", "Error: the labels are words; dice takes 0 and 1\n"),
        (
            "ece",
            HEAD + ".2,.8,c\n",
            "Error: 1 label is not among the column names\n  at   stdin:2, column label: 'c'\n"
            "  try  the classes are 'a', 'b'\n",
        ),
        ("ece", HEAD + ".2,.8,2\n", "Error: labels outside 0..1: [2]\n"),
        (
            "timm.loss.BinaryCrossEntropy",
            HEAD + ".2,.8,0\n.2,.8,5\n",
            "Error: labels outside 0..1: [5]\n  try  timm.loss.BinaryCrossEntropy raises here as well\n",
        ),
    ],
)
def test_arrays_that_a_kernel_does_not_take(name: str, table: str, error: str) -> None:
    args = [table, "0,1"] if "," in table and "\n" not in table else ["-"]
    done = shell(name, *args, stdin=table)
    assert (done.out, done.err, done.status) == ("", error, 3)


def test_a_call_takes_words_for_the_columns_they_name() -> None:
    words, numbers = HEAD + ".2,.8,b\n.4,.6,a\n", HEAD + ".2,.8,1\n.4,.6,0\n"
    for call in ("optax.losses.multiclass_sparsemax_loss", "torch.nn.CrossEntropyLoss"):
        assert shell(call, "-q", stdin=words) == shell(call, "-q", stdin=numbers)


def test_an_infinite_value_of_weight_0_is_nan_without_a_warning_of_numpy() -> None:
    done = shell("keras.losses.MeanSquaredError", "[[0,0],[0,0]]", "[[0,0],[0,inf]]", "--sample-weight", "0,0", "-q")
    assert (done.out, done.status) == ("nan\n", 0)
    assert done.err.startswith("warning: 1 label is NaN or infinite\n")


SQUARE = "[[0.1,0.9,0.5],[0.8,0.2,0.5],[0.3,0.3,0.4]]"
ELEMENTWISE = [
    loss.name
    for loss in LOSSES
    if loss.takes is Takes.SET and loss.domain in (Domain.REAL, Domain.POSITIVE, Domain.MASKS) and not loss.extras
]


@pytest.mark.parametrize("name", ELEMENTWISE)
@pytest.mark.parametrize(
    ("predictions", "labels"),
    [(SQUARE, "1,0,1"), (SQUARE, "[[1],[0],[1]]"), ("1,0,1", SQUARE), (f"[{SQUARE},{SQUARE},{SQUARE}]", SQUARE)],
)
def test_a_score_of_pairs_never_broadcasts(name: str, predictions: str, labels: str) -> None:
    done = shell(name, predictions, labels, "-q")
    assert (done.out, done.status) == ("", 3), done.err


@pytest.mark.parametrize("name", ["dice", "tversky", "rmse", "r2", "max-error"])
def test_an_axis_of_one_at_the_end_changes_nothing(name: str) -> None:
    """A sigmoid of one output, ``(N, 1)``, beside labels ``(N,)``: NumPy makes ``(N, N)`` of them."""
    rows, column = "0.9,0.2,0.6", "[[0.9],[0.2],[0.6]]"
    plain = shell(name, rows, "1,0,1", "-q")
    assert plain.status == 0
    assert {shell(name, column, "1,0,1", "-q").out, shell(name, rows, "[[1],[0],[1]]", "-q").out} == {plain.out}


def test_masks_without_an_axis_of_classes_are_told_what_is_wanted() -> None:
    done = shell("dice", f"[{SQUARE},{SQUARE}]", "[[1,0,1],[1,1,0]]")
    assert done.err == (
        "Error: predictions of shape (2, 3, 3) and labels of shape (2, 3) do not match\n"
        "  try  labels of the predictions' shape: one-hot, if one of their axes counts classes\n"
    )
