"""Does Ctrl-C end a run at once with what there is, and does a terminal show how far a run has come?"""

from __future__ import annotations

import io
import json
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from losscli.inputs import Meter, ReadOptions, read
from losscli.outputs.progress import Progress

if TYPE_CHECKING:
    from pathlib import Path

ROW = b"0.5,0.5,1\n"


def interrupted(*args: str, data: bytes = b"p_a,p_b,label\n" + ROW * 400_000) -> tuple[int, str, str]:
    """Status, output and errors of a run that waits for more rows when it is interrupted."""
    process = subprocess.Popen(
        [sys.executable, "-m", "losscli", "ce", *args],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin is not None
    process.stdin.write(data)  # four times what the pipe holds: when this returns, most of it has been read
    process.stdin.flush()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate()
    return process.returncode, out.decode(), err.decode()


def test_what_was_read_so_far_is_reported_as_partial() -> None:
    status, out, err = interrupted("-f", "json", "--like", "exact")
    document = json.loads(out)
    samples = document["inputs"]["samples"]
    assert status == 130
    assert 0 < samples < 400_000
    assert document["notes"][-1]["id"] == "partial"
    assert f"warning: partial: interrupted after {samples:,} rows\n" in err
    assert document["value"] == 0.6931471805599453  # by hand: log 2, however many rows
    assert len(document["per_sample"]) == samples == document["summary"]["count"]


@pytest.mark.parametrize("args", [["-q"], ["-o", "report.txt"]])
def test_a_bare_number_and_a_file_are_whole_or_not_there(
    args: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    status, out, err = interrupted(*args)
    assert (status, out, err.strip()) == (130, "", "")
    assert list(tmp_path.iterdir()) == []


def test_bad_rows_are_no_partial_result() -> None:
    status, out, err = interrupted(data=b"p_a,p_b,label\n" + b"0.5,0.5,7\n" + ROW * 400_000)
    assert (status, out, err.strip()) == (130, "", "")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(stream: io.StringIO, total: int | None) -> str:
    """What is drawn in three seconds of a thousand rows and of bytes each."""
    now = [0.0]
    progress = Progress(stream, lambda: (int(now[0] * 1000) if total else 0, total), lambda: now[0])
    for step in range(7):
        now[0] = step * 0.5
        progress.add(500)
        if now[0] < 1.0:
            assert stream.getvalue() == "", "nothing in the first second"
    progress.close()
    return stream.getvalue()


def test_progress_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    text = shown(Terminal(), 10_000)
    assert "3,500 rows, 1,167 a second" in text  # by hand: 3500 / 3
    assert "3.0/10.0 kB" in text
    assert "0:00:07" in text  # by hand: 7 kB at 1 kB a second
    assert text.endswith("\x1b[2K"), "the line is cleared"


def test_progress_without_a_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    text = shown(Terminal(), None)
    assert "3,500 rows" in text
    assert "kB" not in text


def test_no_progress_off_a_terminal() -> None:
    assert shown(io.StringIO(), 10_000) == ""


def test_the_meter_adds_up_files(tmp_path: Path) -> None:
    for i in range(3):
        (tmp_path / f"{i}.csv").write_bytes(b"p_a,p_b,label\n" + ROW * (10 + i))
    meter = Meter()
    for _ in read(str(tmp_path), None, ReadOptions(meter=meter)).batches:
        pass
    assert meter.position() == (372, 372)  # by hand: 3 * 14 + 33 * 10
