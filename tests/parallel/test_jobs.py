"""Is a report the same to the last bit, and an error to the last letter, however the work is shared out?"""

from __future__ import annotations

import os
import pickle
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from losscli.answers.check.inspect import Inspection
from losscli.core.settings import Settings
from losscli.core.shards import MiscutError
from losscli.core.steps import PlainSteps
from losscli.errors import LossError
from losscli.inputs import ReadOptions, read
from losscli.losses import LOSSES, find
from losscli.losses.vocabulary import Kind
from losscli.parallel.shares import conclude, share_of, work
from losscli.record import replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from losscli.core.batch import Dataset
    from losscli.core.report import Report
    from losscli.losses import Loss

SIZES = (1, 1000, 65536)


def loss_named(name: str) -> Loss:
    found = find(name)
    assert found is not None
    return found


CE = loss_named("ce")


def outcome(report: Report) -> dict[str, Any]:
    return {**report.to_dict(), "kept": report.summary.median}


def alone(dataset: Dataset, asked: Settings, *, detail: bool = True) -> dict[str, Any]:
    """The report of one process."""
    inspection = Inspection(PlainSteps(CE, asked), dataset, detail=detail)
    for _ in inspection.run():
        pass
    return outcome(inspection.report())


def shared(path: str, options: ReadOptions, asked: Settings, size: int, *, detail: bool = True) -> dict[str, Any]:
    """The report of many parts, each of which has been through a pipe."""
    scout = Inspection(PlainSteps(CE, asked), read(path, None, options), detail=detail)
    for _ in scout.run():
        pass
    share = pickle.loads(pickle.dumps(share_of(scout, values=False)))
    dataset = read(path, None, options)
    assert dataset.cuts is not None
    whole = None
    for part in dataset.cuts.shards(size, map):
        done = pickle.loads(pickle.dumps(work(share, pickle.loads(pickle.dumps(part)))))
        if whole is None:
            whole = done
        else:
            whole.merge(done)
    assert whole is not None
    return outcome(conclude(share, whole, dataset).report())


def told(error: LossError) -> tuple[str, str, str]:
    return error.what, error.where, error.hint


def failure(run: Any) -> tuple[str, str, str]:
    with pytest.raises(LossError) as raised:
        run()
    return told(raised.value)


def table(seed: int, count: int, end: str = "\n", *, last: bool = True, notes: bool = False) -> bytes:
    """Rows of three probabilities, a label and perhaps a note with quoted line ends and quotes."""
    draw = random.Random(seed)
    lines = ["p_0,p_1,p_2,label" + ",note" * notes]
    for i in range(count):
        x = [draw.random() for _ in range(3)]
        cells = [*(f"{v / sum(x):.{draw.choice((2, 6, 9))}f}" for v in x), str(draw.randrange(3))]
        if notes:
            cells.append(draw.choice(['"a""b"', '"one\ntwo"', '"\n\n"', "plain", '"x,y"']))
        lines.append(",".join(cells))
        if not notes and draw.random() < 0.02:
            lines.append("")
        del i
    return (end.join(lines) + end * last).encode()


@pytest.mark.long
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.integers(0, 10**6),
    count=st.integers(1, 300),
    size=st.integers(1, 4000),
    end=st.sampled_from(["\n", "\r\n"]),
    last=st.booleans(),
    notes=st.booleans(),
)
def test_parts_of_a_file_are_the_file(
    seed: int, count: int, size: int, end: str, last: bool, notes: bool, tmp_path: Path
) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(table(seed, count, end, last=last, notes=notes))
    options = ReadOptions(pred="p_*", by="file", chunk_bytes=256)
    asked = Settings(level=0.95, digest=True)
    assert shared(str(path), options, asked, size) == alone(read(str(path), None, options), asked)


@pytest.mark.parametrize("chunk_rows", SIZES)
@pytest.mark.parametrize("chunk_bytes", SIZES)
def test_the_size_of_chunks_changes_nothing(chunk_rows: int, chunk_bytes: int, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(table(1, 1500 if chunk_rows > 1 else 300))
    asked = Settings(level=0.95, digest=True)
    wanted = alone(read(str(path), None, ReadOptions(cluster="label")), asked)
    options = ReadOptions(chunk_rows=chunk_rows, chunk_bytes=chunk_bytes, cluster="label")
    assert alone(read(str(path), None, options), asked) == wanted
    assert wanted["interval"]["unit"] == "cluster"


@pytest.mark.parametrize("kind", [Kind.PROBABILITIES, Kind.LOGITS])
@pytest.mark.parametrize(
    ("label", "asked"),
    [("label", Settings()), ("label", Settings(params={"label_smoothing": 0.1})), ("y_*", Settings(like="exact"))],
)
def test_where_numbers_lie_in_memory_changes_nothing(label: str, asked: Settings, kind: Kind, tmp_path: Path) -> None:
    """Lines of one shape, which are read columnwise, between others, which are not."""
    draw = random.Random(12)
    lines = [",".join([*(f"p_{name}" for name in "abcdefghij"), *(f"y_{name}" for name in "abcdefghij"), "label"])]
    for i in range(600):
        x = [draw.random() for _ in range(10)]
        digits, own = 6 if i % 200 > 60 else draw.choice((3, 6, 9)), draw.randrange(10)
        hot = [str(int(k in (own, 9 - own))) for k in range(10)]  # two: would binary cross-entropy be meant?
        lines.append(",".join([*(f"{v / sum(x):.{digits}f}" for v in x), *hot, str(own)]))
    path = tmp_path / "t.csv"
    path.write_text("\n".join(lines) + "\n")
    reports = [
        alone(read(str(path), None, options), replace(asked, kind=kind))
        for size in (256, 4096, 65536)
        for columnwise in (True, False)
        for options in [ReadOptions(pred="p_*", label=label, chunk_bytes=size, columnwise=columnwise)]
    ]
    assert reports == [reports[0]] * len(reports)


@pytest.mark.parametrize("asked", [Settings(), Settings(kind=Kind.LOGITS), Settings(like="exact"), Settings(base="2")])
def test_thirteen_files_in_any_order(asked: Settings, tmp_path: Path) -> None:
    body = table(2, 2600).decode().split("\n")[1:-1]
    pieces = [body[i::13] for i in range(13)]
    reports: list[dict[str, Any]] = []
    for order in (range(13), reversed(range(13))):
        folder = tmp_path / f"d{len(reports)}"
        folder.mkdir()
        for place, i in enumerate(order):
            (folder / f"s{place}.csv").write_text("\n".join(["p_0,p_1,p_2,label", *pieces[i], ""]))
        reports += [shared(str(folder), ReadOptions(), asked, size) for size in (500, 100_000)]
        reports.append(alone(read(str(folder), None, ReadOptions()), asked))
    whole = tmp_path / "whole.csv"
    whole.write_text("\n".join(["p_0,p_1,p_2,label", *(line for piece in pieces for line in piece), ""]))
    reports.append(alone(read(str(whole), None, ReadOptions()), asked))
    for key in ("value", "summary", "baseline", "accuracy", "divisor", "kept"):
        assert [report[key] for report in reports] == [reports[0][key]] * len(reports), key
    notes = [re.sub(r" \([^()]*\.csv:\d+\)", "", str(report["notes"])) for report in reports]  # but for the places
    assert notes[0] == notes[1] == notes[2] == notes[-1]


@pytest.mark.parametrize(
    ("row", "detail"),
    [
        ("0.2,0.9,1.7,1", True),  # no probabilities
        ("0.2,0.3,0.5,3", True),  # a label that is no class
        ("0.2,0.3,nan,1", True),
        ("0.2,0.3,oops,1", True),  # can't be read
        ("0.2,0.3,0.5", True),  # ragged
        ('0.2,0.3,0.5,"1', True),  # a quote that never closes
    ],
)
@pytest.mark.parametrize("every", [1, 40, 10_000])
def test_errors_are_the_same(row: str, detail: bool, every: int, tmp_path: Path) -> None:
    lines = table(3, 900).decode().split("\n")[:-1]
    lines[500 if every == 10_000 else 1 :: every] = [row] * len(lines[500 if every == 10_000 else 1 :: every])
    if every == 1:
        lines = [lines[0], *table(3, 30).decode().split("\n")[1:-1], *lines[1:]]
    path = tmp_path / "t.csv"
    path.write_text("\n".join(lines) + "\n")
    options = ReadOptions(chunk_bytes=4096)
    wanted = failure(lambda: alone(read(str(path), None, options), Settings(), detail=detail))
    assert failure(lambda: shared(str(path), options, Settings(), 8192, detail=detail)) == wanted


def test_a_loss_is_itself_on_the_other_side() -> None:
    for loss in LOSSES:
        assert pickle.loads(pickle.dumps(loss)) is loss


def test_a_trial_with_another_loss(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("p_a,p_b,y_a,y_b\n" + "0.75,0.25,1,1\n0.25,0.75,0,1\n" * 200)
    options = ReadOptions(pred="p_*", label="y_*", chunk_bytes=256)
    wanted = alone(read(str(path), None, options), Settings())
    hint = next(note["hint"] for note in wanted["notes"] if note["id"] == "label-sum")
    assert "bce (the mean over the columns) (the loss would be" in hint
    assert shared(str(path), options, Settings(), 512) == wanted


def test_lone_carriage_returns_are_not_cut(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(table(4, 200, "\r"))
    dataset = read(str(path), None, ReadOptions(chunk_bytes=256))
    assert dataset.cuts is not None
    assert len(dataset.cuts.shards(256, map)) == 1


def test_what_cannot_be_cut(tmp_path: Path) -> None:
    import gzip

    (tmp_path / "t.csv.gz").write_bytes(gzip.compress(table(5, 20)))
    (tmp_path / "one.csv").write_text("value\n1\n2\n")
    assert read(str(tmp_path / "t.csv.gz"), None, ReadOptions()).cuts is None
    assert read(str(tmp_path / "one.csv"), "1,2", ReadOptions()).cuts is None
    assert read("0.5,0.5", "1,0", ReadOptions()).cuts is None


def test_a_byte_order_mark_belongs_to_the_first_part(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b"\xef\xbb\xbf" + table(6, 300))
    options = ReadOptions(chunk_bytes=512)
    assert shared(str(path), options, Settings(), 1024) == alone(read(str(path), None, options), Settings())


def run(*args: str, **more: Any) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-m", "losscli", *args], capture_output=True, check=False, **more)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A file of several of the smallest parts."""
    path = tmp_path_factory.mktemp("jobs") / "t.csv"
    path.write_bytes(table(7, 40_000))
    return str(path)


@pytest.mark.parametrize(
    ("more", "several"),
    [("-n 3", "2"), ("-q", "2"), ("-f json", "7"), ("-f csv", "2"), ("--by file", "2"), ("-q -r none", "2")],
)
def test_processes_print_what_one_prints(large: str, more: str, several: str) -> None:
    one, two = (run("ce", large, "--jobs", jobs, *more.split()) for jobs in ("1", several))
    assert one.returncode == 0
    assert (two.stdout, two.stderr, two.returncode) == (one.stdout, one.stderr, 0)


@pytest.mark.long
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("notes", [False, True])
def test_a_bare_number_is_cut_without_looking(end: str, notes: bool, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(table(10, 30_000, end, notes=notes))
    one, two = (run("ce", str(path), "--pred", "p_*", "-q", "--jobs", jobs) for jobs in ("1", "2"))
    assert one.returncode == 0
    assert (two.stdout, two.stderr, two.returncode) == (one.stdout, one.stderr, 0)


def test_a_cut_in_a_quoted_field_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(table(11, 400, notes=True))
    dataset = read(str(path), None, ReadOptions(pred="p_*", chunk_bytes=256))
    assert dataset.cuts is not None
    parts = dataset.cuts.shards(512, None)
    assert len(parts) > 2
    with pytest.raises(MiscutError):
        list(parts[1].read().batches)


def arrays(folder: Path, *, bad: int | None = None, fortran: bool = False, short: bool = False) -> list[str]:
    """Logits and labels in NPY files of several of the smallest parts, and weights."""
    random = np.random.default_rng(13)
    logits, labels = random.normal(size=(40_000, 4)), random.integers(0, 4, 40_000 - short)
    if bad is not None:
        labels[bad::1000] = 4
    np.save(folder / "x.npy", np.asfortranarray(logits) if fortran else logits)
    np.save(folder / "y.npy", labels)
    np.save(folder / "w.npy", random.random(40_000))
    return [str(folder / "x.npy"), str(folder / "y.npy"), "--from-logits"]


@pytest.mark.long
@pytest.mark.parametrize("more", ["-n 3", "-q", "-f json", "-q -r none", "--by file", "-q --sample-weight {}/w.npy"])
def test_arrays_are_shared_out(more: str, tmp_path: Path) -> None:
    one, two = (run("ce", *arrays(tmp_path), "--jobs", jobs, *more.format(tmp_path).split()) for jobs in ("1", "2"))
    assert one.returncode == 0
    assert (two.stdout, two.stderr, two.returncode) == (one.stdout, one.stderr, 0)


@pytest.mark.long
@pytest.mark.parametrize("more", [[], ["-q"]])
@pytest.mark.parametrize("odd", [{"bad": 30_500}, {"short": True}, {"fortran": True}])
def test_odd_arrays_are_told_of_alike(odd: dict[str, Any], more: list[str], tmp_path: Path) -> None:
    one, two = (run("ce", *arrays(tmp_path, **odd), "--jobs", jobs, *more) for jobs in ("1", "2"))
    assert one.returncode == (0 if "fortran" in odd else 3)
    assert (two.stdout, two.stderr, two.returncode) == (one.stdout, one.stderr, one.returncode)
    if "bad" in odd:
        assert b"y.npy, row 30501: 4" in one.stderr


def test_which_arrays_are_shared_out(tmp_path: Path) -> None:
    x, y, _ = arrays(tmp_path)
    dataset = read(x, y, ReadOptions())
    assert dataset.cuts is not None
    assert [part.size for part in dataset.cuts.shards(500_000, map)] == [500_000] * 3 + [
        100_000
    ]  # by hand: 40 bytes a row
    data = Path(x).read_bytes()
    (tmp_path / "early.npy").write_bytes(data[:-1])
    (tmp_path / "more.npy").write_bytes(data + b"0")
    for other in ("early.npy", "more.npy"):
        assert read(str(tmp_path / other), y, ReadOptions()).cuts is None
    arrays(tmp_path, fortran=True)
    assert read(x, y, ReadOptions()).cuts is None
    assert read(y, y, ReadOptions()).cuts is None  # one row, or many: all are needed to tell


def row_groups(path: Path, size: int, *, null: int | None = None) -> str:
    """A Parquet file of 700 rows, with so many in a row group, and perhaps a null."""
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    draw = random.Random(14)
    rows = [[draw.random() for _ in range(3)] for _ in range(700)]
    columns: dict[str, list[Any]] = {f"p_{i}": [row[i] / sum(row) for row in rows] for i in range(3)}
    columns["label"] = [draw.randrange(3) for _ in rows]
    if null is not None:
        columns["p_1"][null] = None
    parquet.write_table(arrow.table(columns), path, row_group_size=size)
    return str(path)


@pytest.mark.parametrize("detail", [True, False])
@pytest.mark.parametrize("groups", [1, 10, 64, 100, 700])
def test_row_groups_are_the_file(groups: int, detail: bool, tmp_path: Path) -> None:
    path = row_groups(tmp_path / "t.parquet", groups)
    options = ReadOptions(chunk_bytes=300)  # 11 rows: batches end elsewhere than row groups
    wanted = alone(read(path, None, options), Settings(), detail=detail)
    for size in (1, 3000, 10**6):
        assert shared(path, options, Settings(), size, detail=detail) == wanted
    dataset = read(path, None, options)
    assert dataset.cuts is not None
    parts = dataset.cuts.shards(1, map)
    assert len(parts) == {1: 11, 10: 10, 64: 11, 100: 7, 700: 1}[groups]  # by hand: 64 rows or more in each
    assert sum(len(batch) for part in parts for batch in part.read().batches) == 700


@pytest.mark.parametrize("groups", [10, 100])
def test_a_null_in_a_later_row_group(groups: int, tmp_path: Path) -> None:
    path = row_groups(tmp_path / "t.parquet", groups, null=567)
    options = ReadOptions(chunk_bytes=1)
    wanted = failure(lambda: alone(read(path, None, options), Settings()))
    assert wanted[1] == f"{path}, row 568, column p_1"
    assert failure(lambda: shared(path, options, Settings(), 1000)) == wanted


@pytest.mark.long
@pytest.mark.parametrize("more", [[], ["--from-logits"], ["-f", "json", "--strict"]])
def test_a_check_by_two_processes_is_that_of_one(large: str, more: list[str]) -> None:
    one, two = (run("check", large, "--jobs", jobs, *more) for jobs in ("1", "2"))
    assert one.stdout
    assert (two.stdout, two.stderr, two.returncode) == (one.stdout, one.stderr, one.returncode)


@pytest.mark.long
@pytest.mark.parametrize("more", [[], ["-q"]])
def test_processes_tell_of_the_same_bad_rows(large: str, more: list[str], tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    lines = Path(large).read_text().split("\n")
    for i in range(30_000, 40_000, 1000):
        lines[i] = "0.2,0.3,0.5,3"
    bad.write_text("\n".join(lines))
    one, two = (run("ce", str(bad), "--jobs", jobs, *more) for jobs in ("1", "2"))
    assert one.returncode == two.returncode == 3
    assert two.stderr == one.stderr
    assert b"bad.csv:30001, column label: 3" in one.stderr


def children(pid: int) -> Iterator[int]:
    yield from map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGKILL])
def test_no_process_is_left_behind(sent: signal.Signals, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(table(8, 400_000))
    process = subprocess.Popen(
        [sys.executable, "-m", "losscli", "ce", str(path), "--jobs", "2"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    while len(workers := list(children(process.pid))) < 2:
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(sent)
    out, err = process.communicate()
    assert (out, err.strip()) == (b"", b"")
    assert process.returncode in (130, -sent)  # to a shell, both mean the same
    deadline = time.monotonic() + 10
    while any(alive(worker) for worker in workers):
        assert time.monotonic() < deadline, "a worker lives on"
        time.sleep(0.01)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_worker_that_is_killed_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(table(9, 400_000))
    process = subprocess.Popen(
        [sys.executable, "-m", "losscli", "ce", str(path), "--jobs", "2"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    while not (workers := list(children(process.pid))):
        assert process.poll() is None
        time.sleep(0.01)
    os.kill(workers[0], signal.SIGKILL)
    out, err = process.communicate()
    assert (process.returncode, out) == (2, b"")
    assert b"a worker process was ended from outside" in err
