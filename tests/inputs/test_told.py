"""Is what is said of columns and options said once, with what to try that helps?"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

import losscli as python
from tests.inputs.test_solutions import CARET
from tests.support.shell import losscli

if TYPE_CHECKING:
    from pathlib import Path


def test_a_column_is_told_once(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(CARET)
    err = losscli("ce", str(tmp_path / "a.csv"), "-n", "0").err
    assert [err.count(name) for name in ("mtry", "Resample")] == [1, 1]


def test_a_column_without_a_name(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(",a,b,y\n0,.1,.9,b\n1,.8,.2,a\n")
    assert "column 1 (no name)    by its name" in losscli("ce", str(tmp_path / "a.csv"), "-v").out


def test_groups_of_a_row_each(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("age,y,p\n" + "".join(f"{20 + i / 8},{i % 2},0.5\n" for i in range(40)))
    told = "groups: column age; nearly every row has another number; age/10 or age:18,30 makes ranges"
    assert told in losscli("bce", str(tmp_path / "a.csv"), "--by", "age").err
    assert "makes ranges" not in losscli("bce", str(tmp_path / "a.csv"), "--by", "age/2").err
    assert "makes ranges" not in losscli("bce", str(tmp_path / "a.csv"), "--by", "y").err


def test_class_numbers_where_distributions_are_compared() -> None:
    told = "  try  one-hot or soft labels, a number for each class; ce takes class numbers\n"
    assert losscli("kl", "[[0.2,0.8],[0.5,0.5]]", "0,1").err.endswith(told)
    assert losscli("kl", "[[[0.2,0.3,0.1],[0.8,0.7,0.9]]]", "[[0,1,1]]").err.endswith(told)


def test_signs_are_named_where_yes_and_no_are_wanted() -> None:
    told = "  try  --classes=-1,1 names the two classes; a hinge loss takes -1 and 1 as they are\n"
    assert losscli("thresholds", "2,-1,3", "1,-1,1").err.endswith(told)
    assert losscli("thresholds", "2,-1,3", "1,-1,1", "--classes=-1,1").status == 0


def test_true_among_numbers_is_no_number(tmp_path: Path) -> None:
    records = tmp_path / "p.json"
    records.write_text('[{"p":true,"y":1},{"p":0.2,"y":0}]')
    lines = tmp_path / "p.ndjson"
    lines.write_text('{"p":0.3,"y":1}\n{"p":false,"y":0}\n')
    hint = "  try  write 1 and 0 if true and false mean these\n"
    told = "Error: p is true, and others are numbers\n  at   {}, row 1\n" + hint
    assert losscli("bce", str(records)).err == told.format(records)
    told = "Error: p is false, and others are numbers\n  at   {}:2\n" + hint
    assert losscli("bce", str(lines)).err == told.format(lines)
    told = "Error: value 1 is true, and others are numbers\n  at   PREDICTIONS\n" + hint
    assert losscli("bce", "[true,0.2]", "1,0").err == told
    assert losscli("bce", "[true,false]", "[true,false]").status == 0


def test_an_area_of_one_class_is_nan_up_to_a_rate_too() -> None:
    for labels in ("1,1", "0,0"):
        for more in ((), ("--max-fpr", "0.3")):
            found = losscli("sklearn.metrics.roc_auc_score", "0.1,0.4", labels, *more)
            assert (found.status, "auc is undefined for 2 rows" in found.err) == (0, True)


def test_no_gap_is_no_smooth_error() -> None:
    document = json.loads(losscli("calibrate", "0.5,0.5", "1,0", "-f", "json").out)
    assert '"smooth_ece": 0.0' in json.dumps(document)


def test_one_row_that_the_clip_decides() -> None:
    done = losscli("check", "0", "1")
    assert done.status == 0
    assert "saturated" in done.out
    assert "nothing wrong" not in done.out
    assert losscli("check", "0", "1", "--strict").status == 1
    assert "saturated" not in losscli("check", "0.5", "1").out


def test_clusters_of_one_row() -> None:
    done = losscli("ce", "0.2,0.3,0.5", "1", "--cluster", "1,2,3", "--ci")
    assert done.status == 3
    assert done.err.startswith("Error: 1 row of labels but 3 of clusters")
    assert losscli("bce", "0.2,0.3,0.5", "1,0,1", "--cluster", "1,2,2", "--ci").status == 0


@pytest.mark.parametrize(
    ("value", "what", "hint"),
    [
        ("50.5%", "percentages, '50.5%'", "remove the signs; --percent, if they are probabilities"),
        ('"1,234,567"', "commas between thousands, '1,234,567'", "remove the commas"),
        ("$12.50", "amounts of money, '$12.50'", "remove the signs"),
        ("1 234", "spaces between thousands, '1 234'", "remove them"),
        ("1'234.5", "spaces between thousands, '1'234.5'", "remove them"),
        ("12.5 kg", "numbers with a unit, '12.5 kg'", "remove the unit"),
    ],
)
def test_numbers_for_people(value: str, what: str, hint: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(f"label,p\n1,{value}\n0,{value}\n")
    done = losscli("bce", str(tmp_path / "a.csv"))
    assert done.status == 3
    assert done.err.startswith(f"Error: column p holds {what}\n")
    assert done.err.endswith(f"try  {hint}\n")


def test_rows_that_a_competition_leaves_out(tmp_path: Path) -> None:
    for name, rows in (("p", "1,.9,.2\n2,.5,.5\n3,.4,.7\n"), ("y", "1,1,0\n2,-1,-1\n3,0,1\n")):
        (tmp_path / f"{name}.csv").write_text("id,toxic,threat\n" + rows)
    paths = [str(tmp_path / "p.csv"), str(tmp_path / "y.csv")]
    assert "try  --na=-1 --nan skip leaves out such rows" in losscli("bce", *paths).err
    done = losscli("bce", *paths, "--na=-1", "--nan", "skip", "-q")
    value = -(math.log(0.9) + math.log(0.8) + math.log(0.6) + math.log(0.7)) / 4
    assert float(done.out) == pytest.approx(value)


@pytest.mark.parametrize(
    ("labels", "says"),
    [
        (
            ("1", "-", "2"),
            "the label '-' is not a number, as others are; mean-squared-error takes numbers\n  at   {}:3, column y\n"
            "  try  --na with this text and --nan skip, if it stands for a missing value\n",
        ),
        (
            ("a", "b", "c"),
            "the labels are words, such as 'a'; mean-squared-error takes numbers\n  at   {}:2, column y\n",
        ),
    ],
)
def test_a_label_that_is_no_number_is_shown(labels: tuple[str, ...], says: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("y,pred\n" + "".join(f"{label},2\n" for label in labels))
    done = losscli("mse", str(path))
    assert (done.status, done.err) == (3, "Error: " + says.format(path))
    assert losscli("mse", str(path), "--na=-", "--nan", "skip", "-q").out == ("0.5\n" if "-" in labels else "")


def test_numbers_that_count_columns_whose_names_are_not_sorted(tmp_path: Path) -> None:
    path, says = tmp_path / "a.csv", "labels are numbers, which count the columns from the left"
    path.write_text("label,fly,ant,bee\n0,.2,.7,.1\n1,.2,.7,.1\n2,.5,.3,.2\n")
    for loss in ("ce", "acc", "mcc", "torch.nn.CrossEntropyLoss"):
        done = losscli(loss, str(path))
        assert (done.status, says in done.err) == (0, True), done.err
        assert says not in losscli(loss, str(path), "-p", "ant,bee,fly").err


def test_predicted_words_are_checked_and_identified(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,gold,pred\n1,a,a\n2,b,a\n3,b,b\n4,a,a\n5,a,b\n")
    done = losscli("check", str(path))
    assert (done.status, "accuracy        the predictions are words" in done.out) == (0, True), done.err
    done = losscli("identify", str(path), "--value", "0.6", "-n", "1")
    assert (done.status, f"losscli acc {path}" in done.out) == (0, True), done.err
    assert losscli("check", str(path), "--loss", "ce").status == 3
    table = {"gold": ["a", "b", "b", "a", "a"], "pred": ["a", "a", "b", "a", "b"]}
    assert "accuracy" in str(python.check(pa.table(table)))
    assert "accuracy" in str(python.identify(0.6, pa.table(table)))
