"""What does ``check`` print, with which status, and what does it make of bad input?"""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

from losscli.losses import LOSSES
from tests.answers.test_check import BCE, CE, columns_of, found, ids, softmax, table
from tests.support.shell import losscli

if TYPE_CHECKING:
    from pathlib import Path


DOUBLE = ("[[0.1,0.9],[0.8,0.2]]", "1,0", "--from-logits")
DOUBLE_OUT = """\
error       double-softmax
────────────────────────────────────────────────────────────────────────────────
found       all rows lie in [0, 1] and sum to 1: these look like probabilities,
            and softmax is applied to them (double softmax: no row can cost less
            than 0.3133 or more than 1.3133)
try         drop --from-logits if they are probabilities
run         losscli ce '[[0.1,0.9],[0.8,0.2]]' 1,0
loss then   0.164252

check        1 error          because
────────────────────────────────────────────────────────────────────────────
loss         cross-entropy    rows of 2 numbers
read as      logits           asked for
label form   sparse           one class number for each row of predictions
convention   keras            the default; --like exact is plain mathematics
samples      2 x 2 classes
mean         0.4042943 nats   cross-entropy
accuracy     1
"""
ONE_BASED = "label,p_cat,p_dog\n1,0.9,0.1\n2,0.2,0.8\n2,0.4,0.6\n"
ONE_BASED_OUT = """\
error       one-based
───────────────────────────────────────────────────────────────────────
found       2 labels lie outside 0..1
at          stdin:3, column label: 2
            stdin:4, column label: 2
try         labels run from 1 to 2: --label-base 1 if they count from 1
run         losscli ce --label-base 1
loss then   0.2797766

check          1 error                       because
─────────────────────────────────────────────────────────────────────────────────────────────
loss           cross-entropy                 rows of 2 numbers
format         csv                           the content looks like text
delimiter      comma                         each of the first 4 lines has 3 fields
header         line 1                        'label' in the first row is the name of a column
predictions    columns 2-3 (p_cat … p_dog)   every column not used otherwise
labels         column 1 (label)              by its name
label values   numbers                       the first rows are all numbers
read as        probabilities                 the default of cross-entropy
label form     sparse                        one class number for each row of predictions
convention     keras                         the default; --like exact is plain mathematics
samples        3
"""
FINE_OUT = """\
check        nothing wrong          because
──────────────────────────────────────────────────────────────────────────────────
loss         binary-cross-entropy   the labels are one of two numbers
read as      probabilities          the default of binary-cross-entropy
label form   binary                 one 0 or 1 for each prediction
convention   keras                  the default; --like exact is plain mathematics
samples      3
mean         0.228393 nats          binary-cross-entropy
accuracy     1
"""


@pytest.mark.parametrize(
    ("args", "stdin", "status", "out"),
    [(DOUBLE, "", 1, DOUBLE_OUT), (("-v",), ONE_BASED, 1, ONE_BASED_OUT), (("0.9,0.2,0.7", "1,0,1"), "", 0, FINE_OUT)],
)
def test_the_whole_text(args: tuple[str, ...], stdin: str, status: int, out: str) -> None:
    result = losscli("check", *args, stdin=stdin)
    assert (result.status, result.out, result.err) == (status, out, "")


WARNED = ("1,0,1", "0.9,0.2,0.7")


@pytest.mark.parametrize(
    ("args", "status"),
    [
        (("0.9,0.2", "1,0"), 0),
        (("0.9,0.2", "1,0", "--strict"), 0),
        (WARNED, 0),
        ((*WARNED, "--strict"), 1),
        (DOUBLE, 1),
        ((*DOUBLE, "-q"), 1),
        (("0.9,0.2", "1,0", "-q"), 0),
        (("nosuch.csv",), 2),
        (("0.9,0.2", "1,0", "--loss", "nosuch"), 2),
        (("0.9,0.2", "1,0", "--loss", "gaussian-nll"), 2),
        (("0.9,0.2", "1,0", "--like", "nosuch"), 2),
        (("0.9,0.2", "1,0", "--from-logits", "--from-log-probs"), 2),
        (("0.9,0.2", "1,0", "--nosuch"), 2),
        (("0.9,x", "1,0"), 3),
        (("0.9,0.2", "1,0,1"), 3),
        (("[]", "[]"), 3),
        ((), 3),
    ],
)
def test_the_status(args: tuple[str, ...], status: int) -> None:
    result = losscli("check", *args)
    assert result.status == status
    assert bool(result.out) is (status < 2 and "-q" not in args)
    assert bool(result.err) is (status > 1)


def test_each_format_holds_the_finding() -> None:
    what = (
        "all rows lie in [0, 1] and sum to 1: these look like probabilities, and softmax is applied to them "
        "(double softmax: no row can cost less than 0.3133 or more than 1.3133)"
    )
    cells = {
        "severity": "error",
        "id": "double-softmax",
        "message": what,
        "hint": "drop --from-logits if they are probabilities",
        "command": "losscli ce '[[0.1,0.9],[0.8,0.2]]' 1,0",
        "value": 0.164252033486018,  # by hand: -(log 0.9 + log 0.8) / 2
    }

    def out(name: str, *args: str) -> str:
        result = losscli("check", *(args or DOUBLE), "-f", name)
        assert result.err == ""
        return result.out

    assert [json.loads(line) for line in out("ndjson").splitlines()] == [cells]
    for name, delimiter in (("csv", ","), ("tsv", "\t")):
        assert list(csv.DictReader(io.StringIO(out(name)), delimiter=delimiter)) == [
            {column: str(cell) for column, cell in cells.items()}
        ]
        assert out(name, "0.9,0.2", "1,0") == delimiter.join(cells) + "\n"
    assert out("ndjson", "0.9,0.2", "1,0") == ""
    assert out("markdown").startswith("| error | double-softmax |\n")
    document = json.loads(out("json"))
    assert document["findings"] == [cells | {"rows": []}]
    assert {key: document[key] for key in ("schema", "passed", "errors", "warnings", "loss")} == {
        "schema": 1,
        "passed": False,
        "errors": 1,
        "warnings": 0,
        "loss": "cross-entropy",
    }
    assert document["report"]["value"] == pytest.approx(0.4042943, abs=1e-7)


def test_a_file_is_written(tmp_path: Path) -> None:
    path = tmp_path / "check.json"
    result = losscli("check", *DOUBLE, "-f", "json", "-o", str(path))
    assert (result.status, result.out) == (1, "")
    assert json.loads(path.read_text())["errors"] == 1


def test_rows_are_named_by_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text(table({"y": [1, 0, 1], **columns_of([[0.2, 0.8], [0.9, 0.3], [0, 1]])}))
    messages = {finding["id"]: finding["message"] for finding in found(str(path))["findings"]}
    assert f"most in row 2 ({path}:3): " in messages["rescaled"]
    skipping = table({"y": [1, 0, 1], **columns_of([[0.2, "nan"], [0.9, 0.3], [0, 1]])})
    messages = {finding["id"]: finding["message"] for finding in found("--nan", "skip", stdin=skipping)["findings"]}
    assert "most in row 2 (stdin:3): " in messages["rescaled"]
    notes = losscli("ce", str(path), "-f", "csv").err
    assert f"most in row 2 ({path}:3): " in notes


NAUGHTY: dict[str, tuple[tuple[str, ...], bytes]] = {
    "nothing": ((), b""),
    "rubbish": ((), bytes(range(256))),
    "blank lines": ((), b"\n\n\n"),
    "a header": ((), b"y,p\n"),
    "ragged": ((), b"y,p\n1,0.5\n1\n"),
    "words": ((), b"y,p\n1,cat\n"),
    "one row": ((), b"y,p\n1,0.5\n"),
    "NaN": ((), b"y,p\n1,nan\n0,0.5\n"),
    "infinity": ((), b"y,p\n1,inf\n0,-inf\n"),
    "huge": ((), b"y,p_0,p_1\n1,1e308,1e308\n0,-1e308,1e308\n"),
    "tiny": ((), b"y,p_0,p_1\n1,5e-324,1\n0,5e-324,5e-324\n"),
    "huge labels": ((), b"y,p_0,p_1\n9e18,0.5,0.5\n-1e300,0.5,0.5\n"),
    "huge whole labels": (("[[0.5,0.5]]", "99999999999999999999"), b""),
    "no columns": (("[[],[]]", "0,1"), b""),
    "one class": (("[[1],[1]]", "0,0", *CE), b""),
    "a bad line late": ((), b"y,p\n" + b"1,0.5\n" * 3000 + b"x,y,z\n"),
    "JSON that is cut": ((), b'{"predictions": [[0.1, 0.9], '),
    "all ignored": (("[[0.5,0.5]]", "7", "--ignore-index", "7"), b""),
    "escapes": ((), b"y,p_\x1b[31m,p_b\n\x1b[31m,0.1,0.9\n"),
}
ASKED: list[tuple[str, ...]] = [
    (),
    ("--from-logits",),
    ("--from-log-probs",),
    ("--percent",),
    ("--like", "exact"),
    ("--nan", "keep"),
    ("--nan", "skip"),
    CE,
    BCE,
    ("--loss", "mse"),
    ("--loss", "kl"),
    ("--loss", "acc"),
]


@pytest.mark.parametrize("asked", ASKED, ids=" ".join)
@pytest.mark.parametrize("name", NAUGHTY)
def test_nothing_ends_in_a_traceback(name: str, asked: tuple[str, ...]) -> None:
    args, stdin = NAUGHTY[name]
    result = losscli("check", *args, *asked, stdin=stdin)
    assert result.status in (0, 1, 2, 3)
    assert bool(result.out) is (result.status < 2)
    assert "\x1b" not in result.out + result.err


ODD = [
    ("[[0.1,0.9],[0.8,0.2]]", "1,0"),
    ("[[1e308,-1e308],[1e308,1e308]]", "0,1"),
    ("[[nan,1],[inf,-inf]]", "0,1"),
    ("1e308,-1e308", "1e308,-1e308"),
    ("[[0.1,0.9],[0.8,0.2]]", "[[0,1],[1,0]]"),
    ("[[[0.1,0.9],[0.8,0.2]],[[0.1,0.9],[0.8,0.2]]]", "[[0,1],[1,0]]"),
    ("0.1,0.2", "cat,dog"),
]


@pytest.mark.long
@pytest.mark.parametrize("name", [loss.name for loss in LOSSES])
def test_every_loss_can_be_looked_at(name: str) -> None:
    for predictions, labels in ODD:
        for asked in ((), ("--nan", "skip"), ("--nan", "keep")):
            result = losscli("check", predictions, labels, "--loss", name, *asked)
            assert result.status in (0, 1, 2, 3)


def test_arrays_of_higher_rank(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    labels = rng.integers(0, 3, (6, 4))
    np.save(tmp_path / "p.npy", softmax(rng.normal(0.0, 1.0, (6, 4, 3)) + 3.0 * np.eye(3)[labels]))
    np.save(tmp_path / "y.npy", labels)
    paths = [str(tmp_path / "p.npy"), str(tmp_path / "y.npy")]
    assert [finding["severity"] for finding in found(*paths)["findings"]] == []
    assert ids(*paths, "--from-logits") == ["double-softmax"]
    assert ids(*paths, "--percent")[0] == "rescaled"
    np.save(tmp_path / "y.npy", labels + 1)
    finding = found(*paths)["findings"][0]
    assert (finding["id"], finding["rows"][0].startswith("y.npy") or "y.npy" in finding["rows"][0]) == (
        "one-based",
        True,
    )


def test_a_loss_is_told_only_of_all_rows(tmp_path: Path) -> None:
    """Without a table only the batch with the first bad row is looked at again; its loss is not that of the file."""
    path = tmp_path / "p.csv"
    path.write_text("y,p\n1,50\n" + "1,0.5\n" * 400_000)
    assert "the loss would be" in losscli("bce", str(path)).err
    quiet = losscli("bce", str(path), "-q").err
    assert "--percent if they are percentages" in quiet
    assert "the loss would be" not in quiet
    path.write_text("y,p\n1,50\n")
    assert losscli("bce", str(path), "-q").err == losscli("bce", str(path)).err
