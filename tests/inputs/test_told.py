"""Is what is said of columns and options said once, with what to try that helps?"""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    assert "try  ce takes class numbers" in losscli("kl", "[[0.2,0.8],[0.5,0.5]]", "0,1").err


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
