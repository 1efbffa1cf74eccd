"""Are records, and rows in several files, shared out so that reports and errors stay those of one process?"""

from __future__ import annotations

import io
import json
import pickle
import random
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pytest

from losscli.core.settings import Settings
from losscli.core.steps import PlainSteps
from losscli.errors import LossError
from losscli.inputs import ReadOptions, read
from losscli.inputs.choose import pairing
from losscli.losses import find
from losscli.outputs.result_writers import Quiet
from losscli.parallel import pool, processes
from losscli.parallel.run_task import inspect_parts
from losscli.parallel.task import Task
from losscli.record import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

ROWS = 300


class Here:
    """A pool whose workers are this process; what goes to them and back is pickled."""

    shards = bundles = 0

    def __init__(self, jobs: int) -> None:
        self.jobs = jobs

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def map(self, function: Callable[[Any], Any], arguments: Sequence[Any], /) -> Iterator[Any]:
        for argument in arguments:
            there, given = pickle.loads(pickle.dumps((function, argument)))
            Here.shards += len(argument) if isinstance(argument, list) else 0
            Here.bundles += isinstance(argument, list)
            yield pickle.loads(pickle.dumps(there(given)))


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(processes, "Pool", Here)
    monkeypatch.setattr(pool, "may_fork", lambda: True)  # whatever threads the tests have started
    monkeypatch.setattr(processes, "_LEAST", 1)
    Here.shards = Here.bundles = 0


def said(source: str, labels: str | None, jobs: int, options: ReadOptions, *, detail: bool) -> Any:
    """The report, or the error, of so many processes."""
    loss = find("ce")
    assert loss is not None
    options = replace(options, chunk_bytes=512)
    task = Task(PlainSteps(loss, Settings()), detail, lambda: read(source, labels, options))
    try:
        dataset = task.read()
        inspection = inspect_parts(task, dataset, Quiet(io.StringIO(), each=False), jobs, None)
        if inspection is None:
            inspection = task.inspection(dataset)
            for _ in inspection.run():
                pass
        return inspection.report().to_dict()
    except LossError as error:
        return error.what, error.where, error.hint


def same(source: str, labels: str | None = None, options: ReadOptions = ReadOptions()) -> Any:  # noqa: B008
    """What one process says, and several; with detail, and for a bare number."""
    one = said(source, labels, 1, options, detail=False)
    assert said(source, labels, 7, options, detail=False) == one
    one = said(source, labels, 1, options, detail=True)
    assert said(source, labels, 3, options, detail=True) == one
    return one


def rows(seed: int = 0) -> tuple[list[list[float]], list[int]]:
    draw = random.Random(seed)
    found = [[draw.random() for _ in range(3)] for _ in range(ROWS)]
    return [[v / sum(row) for v in row] for row in found], [draw.randrange(3) for _ in found]


def records(kind: str) -> list[str]:
    values, labels = rows()
    if kind == "lists":
        return [json.dumps({"p": row, "label": label}) for row, label in zip(values, labels, strict=True)]
    return [
        json.dumps({"p_a": a, "p_b": b, "p_c": c, "label": "abc"[label], "note": "\n"})
        for (a, b, c), label in zip(values, labels, strict=True)
    ]


def write(path: str, lines: Sequence[str], end: str = "\n", *, last: bool = True) -> str:
    with open(path, "w", newline="") as file:  # noqa: PTH123
        file.write(end.join(lines) + end * last)
    return path


@pytest.mark.long
@pytest.mark.parametrize("kind", ["lists", "fields"])
@pytest.mark.parametrize(("end", "last"), [("\n", True), ("\r\n", False), ("\n \n", True), ("\r", True)])
def test_records_are_shared_out(kind: str, end: str, last: bool) -> None:
    options = ReadOptions(pred="p*", label="label")
    assert same(write("t.ndjson", records(kind), end, last=last), options=options)["inputs"]["samples"] == ROWS
    assert Here.shards > (0 if end == "\r" else 20)


def test_records_behind_a_byte_order_mark_and_many_blank_lines() -> None:
    lines = records("lists")
    write("t.ndjson", ["\ufeff" + lines[0], *lines[1:100], *[""] * 3000, *lines[100:]])
    assert same("t.ndjson")["inputs"]["samples"] == ROWS


@pytest.mark.parametrize(
    ("line", "where"),
    [
        ('{"p": [0.2, 0.3, 0.5], "label": 1', "t.ndjson:201, character"),
        ('{"p": [0.2, 0.3, 0.5]}', "t.ndjson:201"),
        ('{"p": [0.5, 0.5], "label": 1}', "t.ndjson:201"),
        ('{"p": [0.2, 0.3, 0.5], "label": 1, "more": 1}', "t.ndjson:201"),
        ('{"p": [0.2, 0.3, "x"], "label": 1}', "t.ndjson:201"),
        ('{"p": [0.2, 0.3, 1.5], "label": 1}', "t.ndjson:201, column 3"),
        ('{"p": [0.2, 0.3, NaN], "label": 1}', "t.ndjson:201, column 3"),
        ('{"p": [0.2, 0.3, 0.5], "label": 7}', "t.ndjson:201, column label"),
        ("[0.2, 0.3, 0.5]", "t.ndjson:201"),
    ],
)
def test_a_bad_record_is_named_alike(line: str, where: str) -> None:
    lines = records("lists")
    write("t.ndjson", [*lines[:200], line, *lines[201:]])
    assert same("t.ndjson")[1].startswith(where)


def test_another_shape_from_some_part_on() -> None:
    lines = records("lists")
    wider = [json.dumps({"p": [0.25] * 4, "label": 1})] * 200
    write("t.ndjson", [*lines, *[""] * 1024, *wider])
    what, where, _ = same("t.ndjson")
    assert (what, where[: len("t.ndjson:")]) == ("p has the shape (4,), that of the first record (3,)", "t.ndjson:")


FORMATS = ["csv", "bare", "npy", "ndjson", "words"]


def predictions(kind: str) -> str:
    values, _ = rows()
    lines = [",".join(map(str, row)) for row in values]
    match kind:
        case "npy":
            np.save("x.npy", np.array(values))
            return "x.npy"
        case "ndjson":
            return write("x.ndjson", [json.dumps(row) for row in values])
        case "bare":
            return write("x.csv", lines)
        case "words":
            return write("x.csv", ["note,a,b,c", *(f'"{i}",{line}' for i, line in enumerate(lines))])
    return write("x.csv", ["a,b,c", *lines])


def labels_in(kind: str) -> str:
    _, labels = rows()
    match kind:
        case "npy":
            np.save("y.npy", np.array(labels))
            return "y.npy"
        case "ndjson":
            return write("y.ndjson", [json.dumps({"label": label}) for label in labels])
        case "bare":
            return write("y.csv", [*map(str, labels)], last=False)
        case "words":
            return write("y.csv", ["label", *(f'"{"abc"[label]}"' for label in labels)], "\r\n")
    return write("y.csv", ["other,label", *(f"0,{label}" for label in labels)])


@pytest.mark.parametrize("ours", FORMATS)
@pytest.mark.parametrize("theirs", FORMATS)
def test_two_files_are_shared_out(ours: str, theirs: str) -> None:
    options = ReadOptions(pred="a,b,c" if ours == "words" else None)
    found = same(predictions(ours), labels_in(theirs), options)
    if theirs == "words" and ours not in ("csv", "words"):  # there are no columns of these names
        assert "label" in found[0]
    else:
        assert found["inputs"]["samples"] == ROWS
        assert Here.shards > 20


def lines_of(path: str) -> list[str]:
    with open(path) as file:  # noqa: PTH123
        return file.read().split("\n")[:-1]


@pytest.mark.parametrize("name", ["x.csv", "y.csv"])
@pytest.mark.parametrize("odd", ["blank", "blank at the end", "short", "long", "bad", "quoted", "open", "nul", "gone"])
def test_two_files_of_which_one_is_odd(name: str, odd: str) -> None:
    predictions("csv"), labels_in("csv")
    lines = lines_of(name)
    fields = lines[200].split(",")
    match odd:
        case "blank":
            lines.insert(200, "")
        case "blank at the end":
            lines += ["", ""]
        case "short":
            del lines[200]
        case "long":
            lines.append(lines[-1])
        case "bad":
            lines[200] = ",".join([*fields[:-1], "oops"])
        case "quoted":  # a line end in a field
            lines = [f"{line},note" if i == 0 else f'{line},"a\nb"' for i, line in enumerate(lines)]
        case "open":
            lines[200] = f'"{lines[200]}'
        case "nul":
            lines[200] = f"\0{lines[200]}"
        case "gone":
            lines[200:] = []
    write(name, lines)
    same("x.csv", "y.csv", ReadOptions(pred="a,b,c"))


def test_both_files_are_bad_and_the_first_that_one_process_meets_is_named() -> None:
    predictions("csv"), labels_in("csv")
    for name, at in (("x.csv", 290), ("y.csv", 100), ("y.csv", 299)):
        lines = lines_of(name)
        lines[at] = lines[at][:-1] + "oops"
        write(name, lines)
    same("x.csv", "y.csv")


def test_ids_in_both_files() -> None:
    values, labels = rows()
    write("x.csv", ["id,a,b,c", *(f"{i},{','.join(map(str, row))}" for i, row in enumerate(values))])
    write("y.csv", ["id,label", *(f"{i},{label}" for i, label in enumerate(labels))])
    assert same("x.csv", "y.csv")["inputs"]["samples"] == ROWS
    assert Here.shards > 20
    lines = lines_of("y.csv")
    lines[250], lines[251] = lines[251], lines[250]
    write("y.csv", lines)
    assert "in row 250, id is" in same("x.csv", "y.csv")[0]


@pytest.mark.parametrize("at", [1, 5, 150, 299])
def test_a_blank_line_in_a_single_column(at: int) -> None:
    predictions("csv"), labels_in("bare")
    lines = [*lines_of("y.csv"), "1"]
    lines.insert(at, "")
    write("y.csv", lines)
    assert same("x.csv", "y.csv")[0] == "a blank line where a value belongs"


def test_blank_lines_at_the_end_of_one_of_several_files() -> None:
    values, labels = rows()
    lines = [f"{','.join(map(str, row))},{label}" for row, label in zip(values, labels, strict=True)]
    for i in range(2):
        write(f"t{i}.csv", ["a,b,c,label", *lines[i::2], "", ""])
    report = same("t?.csv")
    assert report["inputs"]["samples"] == ROWS
    assert "blank lines" not in [decision["what"] for decision in report["decisions"]]


def run(*args: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-m", "losscli", *args], capture_output=True, check=False)


@pytest.mark.long
@pytest.mark.parametrize("more", ["-n 3", "-q", "-f json", "-q -r none", "--by file"])
def test_real_processes(more: str) -> None:
    write("t.ndjson", records("lists") * 30)
    write("x.csv", ["a,b,c", *[",".join(map(str, row)) for row in rows()[0]] * 50])
    write("y.csv", ["label", *map(str, rows()[1] * 50)])
    for sources in (["t.ndjson"], ["x.csv", "y.csv"]):
        one, two, seven = (run("ce", *sources, *more.split(), "--jobs", jobs) for jobs in ("1", "2", "7"))
        assert one.returncode == 0
        for other in (two, seven):
            assert (other.stdout, other.stderr, other.returncode) == (one.stdout, one.stderr, 0)


@pytest.mark.parametrize("least", [1, 1 << 15, 1 << 18])
def test_small_files_go_out_together_and_give_the_same(least: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_LEAST", least)
    for i in range(40):
        Path(f"part-{i}.csv").write_text("p_0,p_1,label\n" + f"0.{i + 10},0.{89 - i},{i % 2}\n" * (i % 4 + 1))
    report = same("part-*.csv")
    assert report["inputs"]["samples"] == 100
    assert Here.shards >= 40
    assert (Here.bundles < Here.shards) == (least > 1)


def joined_files(change: Callable[[list[str], list[str]], object]) -> tuple[str, str]:
    """Predictions and labels with a key, in different orders; some lines are changed."""
    values, labels = rows()
    mine = [f"key{i}," + ",".join(map(repr, row)) for i, row in enumerate(values)]
    theirs = [f"key{i},{label}" for i, label in enumerate(labels)]
    random.Random(3).shuffle(theirs)
    change(mine, theirs)
    return write("p.csv", ["key,p_0,p_1,p_2", *mine]), write("y.csv", ["key,label", *theirs])


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda mine, theirs: None, ""),
        (lambda mine, theirs: mine.pop(), "1 row of y.csv without a partner in p.csv"),
        (lambda mine, theirs: theirs.pop(7), "1 row of p.csv without a partner in y.csv"),
        (lambda mine, theirs: mine.append(mine[4]), "1 row has a key that another row has, too"),
        (lambda mine, theirs: mine.insert(5, mine[4]), "1 row has a key that another row has, too"),
        (lambda mine, theirs: theirs.append(theirs[4]), "1 row has a key that another row has, too"),
        (lambda mine, theirs: mine.insert(250, "key250a,x,1,2"), "'x' is not a number"),
        (lambda mine, theirs: theirs.insert(9, ""), ""),
        (lambda mine, theirs: theirs.__setitem__(9, theirs[9].split(",")[0] + ",7"), "1 label lies outside"),
    ],
)
def test_rows_that_are_joined(change: Callable[[list[str], list[str]], object], told: str) -> None:
    files = joined_files(change)
    found = same(*files, ReadOptions(join="key"))
    assert Here.shards or told
    assert isinstance(found, dict) is not bool(told)
    assert told in found[0] if told else found["summary"]["count"] == ROWS


def test_rows_that_are_joined_are_read_in_one_go_where_workers_are_no_copies(monkeypatch: pytest.MonkeyPatch) -> None:
    class Empty(dict[int, object]):
        """Of a process that was started afresh."""

        def __setitem__(self, key: int, value: object) -> None:
            pass

    monkeypatch.setattr(pairing, "_JOINS", Empty())
    same(*joined_files(lambda mine, theirs: None), ReadOptions(join="key"))
    assert Here.shards


def test_rows_that_are_joined_are_not_shared_out_where_a_process_has_no_copies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "may_fork", lambda: False)
    same(*joined_files(lambda mine, theirs: None), ReadOptions(join="key"))
    assert not Here.shards


def test_rows_left_out_by_a_join_are_counted_by_one_process() -> None:
    files = joined_files(lambda mine, theirs: (mine.pop(), theirs.pop(3)))
    found = same(*files, ReadOptions(join="key", drop=True))
    assert not Here.shards
    assert found["summary"]["count"] == ROWS - 2
