"""Are several files one data set, whatever they are called, and is a file that is not like the others named?"""

from __future__ import annotations

import gzip
import json
import random
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from losscli.inputs import ReadOptions, read
from losscli.inputs.source.listing import natural
from tests.support.shell import Result
from tests.support.shell import losscli as shell

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "p_cat,p_dog,label"


def rows(seed: int, count: int) -> list[str]:
    """Rows of two probabilities and a label."""
    draw = random.Random(seed)
    return [f"{p:.6f},{1 - p:.6f},{draw.choice(['cat', 'dog'])}" for p in (draw.random() for _ in range(count))]


def write(path: Path, lines: list[str], header: str = HEADER) -> Path:
    path.write_text("".join(f"{line}\n" for line in ([header] if header else []) + lines))
    return path


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def shards(here: Path, count: int = 13) -> list[str]:
    """Files ``part-0.csv`` and on, and their rows in ``whole.csv``."""
    every = [rows(i, 5 + 7 * i % 11) for i in range(count)]
    for i, lines in enumerate(every):
        write(here / f"part-{i}.csv", lines)
    write(here / "whole.csv", [line for lines in every for line in lines])
    return [f"part-{i}.csv" for i in range(count)]


def document(*args: str) -> dict[str, Any]:
    result = shell("ce", *args, "-f", "json")
    assert result.status == 0, result.err
    found: dict[str, Any] = json.loads(result.out)
    return {key: value for key, value in found.items() if key != "decisions"}


def error(result: Result) -> str:
    """What a failed command says, on one line."""
    assert result.status == 3, result.out
    return " | ".join(line.strip() for line in result.err.splitlines())


def test_thirteen_files_are_one_data_set(here: Path) -> None:
    names = shards(here)
    one = document("whole.csv")
    assert document("part-*.csv") == one
    assert document(*names) == one
    assert document(*reversed(names)) == one, "files are sorted"


def test_a_directory_is_its_files_of_known_suffixes(here: Path) -> None:
    (here / "d").mkdir()
    write(here / "d" / "b2.csv", rows(2, 3))
    write(here / "d" / "b10.csv", rows(10, 4))
    (here / "d" / ".hidden.csv").write_text("nothing\n")
    (here / "d" / "README").write_text("nothing\n")
    write(here / "whole.csv", rows(2, 3) + rows(10, 4))
    assert document("d") == document("whole.csv")
    table = shell("ce", "d", "-v").out
    assert "2: d/b2.csv, d/b10.csv" in table
    assert "in the directory d, 1 others left out, in natural order" in table


def test_natural_order() -> None:
    paths = ["p10.csv", "p2.csv", "p1/b.csv", "p01.csv", "q.csv", "p2a.csv"]
    assert sorted(paths, key=natural) == ["p01.csv", "p1/b.csv", "p2.csv", "p2a.csv", "p10.csv", "q.csv"]


def test_names_in_another_order_are_matched(here: Path) -> None:
    write(here / "a1.csv", ["0.9,0.1,cat"])
    write(here / "a2.csv", ["dog,0.2,0.8"], header="label,p_cat,p_dog")
    write(here / "whole.csv", ["0.9,0.1,cat", "0.2,0.8,dog"])
    assert document("a?.csv") == document("whole.csv")


@pytest.mark.parametrize(
    ("header", "row", "message"),
    [
        ("p_cat,label", "0.2,dog", "not the columns of a1.csv: 'p_dog' missing | at   a2.csv"),
        ("p_cat,p_dog,p_cow,label", "0.2,0.7,0.1,dog", "not the columns of a1.csv: 'p_cow' new | at   a2.csv"),
        ("p_cat,p_cow,label", "0.2,0.8,cow", "not the columns of a1.csv: 'p_dog' missing and 'p_cow' new"),
        ("", "0.2,0.8", "2 columns, where a1.csv has 3 columns | at   a2.csv"),
    ],
)
def test_other_columns_are_an_error_that_names_the_file(here: Path, header: str, row: str, message: str) -> None:
    write(here / "a1.csv", rows(1, 3))
    write(here / "a2.csv", [row, row], header=header)
    assert message in error(shell("ce", "a?.csv"))


def test_the_pieces_of_split_have_no_header(here: Path) -> None:
    lines = rows(1, 9)
    write(here / "x1.csv", lines[:4])
    write(here / "x2.csv", lines[4:], header="")
    write(here / "whole.csv", lines)
    assert document("x?.csv") == document("whole.csv")
    assert "no header" in shell("ce", "x?.csv").out


def test_a_header_after_none_is_an_error(here: Path) -> None:
    write(here / "a1.csv", ["0.9,0.1,0", "0.8,0.2,1"], header="")
    write(here / "a2.csv", ["0.9,0.1,0"])
    assert "a header, and a1.csv has none" in error(shell("ce", "a?.csv", "--label", "3"))


@pytest.mark.parametrize("empty", ["", f"{HEADER}\n", "\n\n"])
@pytest.mark.parametrize("at", [0, 1, 2])
def test_an_empty_file_contributes_nothing(here: Path, empty: str, at: int) -> None:
    full = [i for i in range(3) if i != at]
    for i in full:
        write(here / f"a{i}.csv", rows(i, 4))
    (here / f"a{at}.csv").write_text(empty)
    write(here / "whole.csv", [line for i in full for line in rows(i, 4)])
    assert document("a?.csv") == document("whole.csv")
    assert re.search(rf"^no rows +a{at}.csv +they contribute nothing$", shell("ce", "a?.csv", "-v").out, re.MULTILINE)


def test_nothing_but_empty_files_is_an_error(here: Path) -> None:
    for i in range(2):
        (here / f"a{i}.csv").write_text(f"{HEADER}\n")
    assert error(shell("ce", "a?.csv")).startswith("Error: no rows | at   2: a0.csv, a1.csv")


def test_bad_rows_are_named_by_file_and_line(here: Path) -> None:
    write(here / "a1.csv", rows(1, 3))
    write(here / "a2.csv", [*rows(2, 2), "1.5,0.1,cat"])
    assert "a2.csv:4, column p_cat: 1.5" in error(shell("ce", "a?.csv"))


def test_a_truncated_file_among_others_is_named(here: Path) -> None:
    data = "".join(f"{line}\n" for line in [HEADER, *rows(1, 500)]).encode()
    (here / "a1.csv.gz").write_bytes(gzip.compress(data))
    (here / "a2.csv.gz").write_bytes(gzip.compress(data)[:-200])
    message = error(shell("ce", "a?.csv.gz"))
    assert "the gzip data ends early" in message
    assert "at   a2.csv.gz" in message


def test_labels_may_be_files_too(here: Path) -> None:
    x, y = np.random.default_rng(0).dirichlet([1, 1, 1], 30), np.arange(30) % 3
    for i, cut in enumerate((slice(0, 7), slice(7, 20), slice(20, 30))):
        np.save(here / f"x{i}.npy", x[cut])
        np.save(here / f"y{i}.npy", y[cut])
    np.save(here / "x.npy", x)
    np.save(here / "y.npy", y)
    whole = document("x.npy", "y.npy")
    assert document("x?.npy", "y?.npy") == whole
    assert document("x?.npy", "y.npy") == whole


def test_a_short_file_of_labels_does_not_shift_the_next(here: Path) -> None:
    for name, sizes in (("x", (3, 4)), ("y", (4, 3))):
        for i, size in enumerate(sizes):
            array = np.full((size, 2), 0.5) if name == "x" else np.zeros(size, int)
            np.save(here / f"{name}{i}.npy", array)
    message = error(shell("ce", "x?.npy", "y?.npy"))
    assert "a file of labels has more rows than its partner" in message
    assert "at   y0.npy" in message


def test_arrays_of_other_shapes_and_without_rows(here: Path) -> None:
    np.save(here / "x0.npy", np.full((3, 2), 0.5))
    np.save(here / "x1.npy", np.empty((0, 2)))
    np.save(here / "x2.npy", np.full((2, 2), 0.5))
    assert document("x?.npy", "0,1,0,1,0")["inputs"]["samples"] == 5
    assert "x1.npy" in shell("ce", "x?.npy", "0,1,0,1,0").out
    np.save(here / "x3.npy", np.full((2, 3), 0.3))
    assert "(n, 3), where x0.npy has (n, 2) | at   x3.npy" in error(shell("ce", "x?.npy", "0,1,0,1,0,0,0"))


def test_predictions_of_rank_1_are_rows(here: Path) -> None:
    np.save(here / "x0.npy", np.array([1.0, 2.0]))
    np.save(here / "x1.npy", np.array([3.0]))
    assert shell("mse", "x?.npy", "1,2,5", "-q").out == "1.3333333333333333\n"  # by hand: 4 / 3


def test_a_glob_that_the_shell_expanded_to_two_files_is_noticed(here: Path) -> None:
    for i in range(2):
        write(here / f"a{i}.csv", rows(i, 4))
    result = shell("ce", "a0.csv", "a1.csv")
    assert result.status == 2
    assert "LABELS has the columns of PREDICTIONS" in result.err


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["a.csv", "a.csv", "b.csv"], "a.csv is given twice"),
        (["a.csv", "b.csv", "c.csv"], "no such file for PREDICTIONS: c.csv"),
        (["1,2", "1,3", "2,4"], "no such file for PREDICTIONS: 1,2"),
        (["*.tsv"], "no file matches '*.tsv' for PREDICTIONS"),
    ],
)
def test_files_that_are_none(here: Path, args: list[str], message: str) -> None:
    for name in ("a.csv", "b.csv"):
        write(here / name, rows(1, 2))
    result = shell("ce", *args)
    assert (result.status, result.err.splitlines()[0]) == (2, f"Error: {message}")


def test_by_file(here: Path) -> None:
    names = shards(here, 3)
    alone = [document(name) for name in names]
    groups = document("part-*.csv", "--by", "file")["groups"]
    assert [group["name"] for group in groups] == names
    assert [group["samples"] for group in groups] == [one["inputs"]["samples"] for one in alone]
    for key in ("value", "divisor", "accuracy"):
        assert [group[key] for group in groups] == [one[key] for one in alone]
    for key in ("mean", "std", "min", "max"):
        assert [group[key] for group in groups] == [one["summary"][key] for one in alone]


def test_by_file_in_other_formats(here: Path) -> None:
    names = shards(here, 2)
    values = [shell("ce", name, "-q").out.strip() for name in (*names, "whole.csv")]
    quiet = shell("ce", "part-*.csv", "--by", "file", "-q").out
    assert quiet == "".join(f"{value}\t{name}\n" for value, name in zip(values, [*names, "total"], strict=True))
    csv = shell("ce", "part-*.csv", "--by", "file", "-f", "csv").out.splitlines()
    assert csv[0] == "file,samples,value,divisor,mean,std,min,max,accuracy,share_of_loss,share_of_rows"
    assert [line.split(",")[0] for line in csv[1:]] == names
    lines = [json.loads(line) for line in shell("ce", "part-*.csv", "--by", "file", "-f", "ndjson").out.splitlines()]
    assert [repr(line["value"]) for line in lines] == values[:2]
    assert shell("ce", "part-*.csv", "--by", "file").out.count("part-1.csv") == 2  # the group, and the list of files


def test_a_file_that_grows_is_read_as_it_was(here: Path) -> None:
    path = write(here / "a.csv", rows(1, 5000))
    dataset = read("a.csv", None, ReadOptions(chunk_bytes=1 << 10))
    count = 0
    for batch in dataset.batches:
        count += len(batch)
        with path.open("a") as file:
            file.write("9,9,none\n")
    assert count == 5000


@pytest.mark.parametrize(
    "command", ["ce", "ce --jobs 2", "ce -q --jobs 2", "check", "nn.NLLLoss", "ce --compare torch"]
)
def test_lists_of_another_length_in_another_file(command: str, here: Path) -> None:
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    for i, width in enumerate((3, 4)):
        lists = [[1 / width] * width] * 5
        parquet.write_table(arrow.table({"p": lists, "label": [0, 1, 2, 0, 1]}), here / f"part-{i}.parquet")
    name, *more = command.split()
    result = shell(name, str(here), *more)
    assert (result.out, result.status) == ("", 3)
    assert result.err.splitlines() == [
        "Error: a row of the shape (4,), that of the first is (3,)",
        f"  at   {here / 'part-1.parquet'}, row 1, column p",
    ]
