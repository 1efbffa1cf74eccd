"""Does everything work where there is no fork, no signal but Ctrl-C, no /proc, no UTF-8: on Windows and macOS?

A child process from which these are taken away stands for them; what is printed must be what is printed here.
"""

from __future__ import annotations

import ctypes
import errno
import io
import os
import signal
import subprocess
import sys
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from losscli.cli import suggest
from losscli.cli.main import _ask_for_colours
from losscli.cli.run import run_loss
from losscli.outputs.draw.terminal import wants_color
from losscli.parallel import pool, run_task
from tests.support.documents import ROOT
from tests.support.shell import losscli as shell

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.long

# Module by module what Windows does not have; macOS has no /proc and no copies of processes with threads.
BARE = """
import builtins, os, signal, sys
import multiprocessing.connection, multiprocessing.popen_spawn_posix, multiprocessing.resource_tracker
multiprocessing.resource_tracker._HAVE_SIGMASK = False

for module, names in {
    os: "fork forkpty sched_getaffinity getuid geteuid mkfifo pread posix_fadvise getloadavg sysconf",
    signal: "SIGPIPE SIGHUP SIGQUIT SIGALRM pthread_sigmask sigwait",
}.items():
    for name in names.split():
        vars(module).pop(name, None)
for name in ("fcntl", "termios", "resource", "pwd", "grp", "select", "_posixshmem", "tty"):
    sys.modules[name] = None

listdir = os.listdir
def no_proc(path="."):
    if str(path).startswith(("/proc", "/dev")):
        raise FileNotFoundError(path)
    return listdir(path)
os.listdir = no_proc
os.environ["OPENBLAS_NUM_THREADS"] = "1"

if __name__ == "__main__":
    from losscli.cli import main
    main()
"""
TABLE = "p_cat,p_dog,label\n0.9,0.1,cat\n0.2,0.8,dog\n0.6,0.4,dog\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "bare.py").write_text(BARE)
    (tmp_path / "t.csv").write_text(TABLE)
    (tmp_path / "crlf.csv").write_bytes(TABLE.replace("\n", "\r\n").encode())
    (tmp_path / "C:\\data\\preds.csv").write_text(TABLE)
    return tmp_path


def bare(folder: Path, *args: str, stdin: bytes = b"", encoding: str = "cp1252") -> subprocess.CompletedProcess[bytes]:
    environ = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    return subprocess.run(
        [sys.executable, "bare.py", *args], input=stdin, capture_output=True, check=False, cwd=folder, env=environ
    )


def here(folder: Path, *args: str, stdin: bytes = b"", encoding: str = "cp1252") -> subprocess.CompletedProcess[bytes]:
    environ = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": encoding}
    return subprocess.run(
        [sys.executable, "-m", "losscli", *args], input=stdin, capture_output=True, check=False, cwd=folder, env=environ
    )


@pytest.mark.parametrize(
    "args",
    [
        ("ce", "t.csv"),
        ("ce", "crlf.csv", "-f", "csv"),
        ("ce", "C:\\data\\preds.csv", "-q"),
        ("ce", "C:\\data\\preds.csv", "--against", "t.csv", "-f", "json"),
        ("check", "t.csv", "-f", "json"),
        ("calibrate", "t.csv"),
        ("identify", "--value", "16.118", "-n", "1"),
        ("identify", "t.csv", "--value", "0.4148", "-n", "2"),
        ("ce", "t.csv", "--by", "label", "-f", "markdown"),
        ("ce", "t.csv", "--append", "-f", "csv"),
        ("ce", "missing.csv"),
        ("ce", "t.csv", "--label", "nope"),
    ],
    ids=" ".join,
)
def test_a_bare_system_prints_the_same(folder: Path, args: tuple[str, ...]) -> None:
    ours, theirs = here(folder, *args), bare(folder, *args)
    assert (theirs.returncode, theirs.stdout, theirs.stderr) == (ours.returncode, ours.stdout, ours.stderr)
    assert b"Traceback" not in theirs.stderr
    assert b"\\u2500" not in theirs.stdout


CODE_PAGE = """
import io, os, sys
os.environ.pop("PYTHONIOENCODING", None)
sys.stdout = io.TextIOWrapper(sys.stdout.buffer, encoding="cp1252", errors="replace")
from losscli.cli import main
main()
"""


@pytest.mark.parametrize("args", [("-f", "csv"), ("--append",), ("--by", "y", "-f", "tsv"), ("--compare", "-f", "csv")])
def test_rows_for_programs_keep_names_that_no_code_page_has(folder: Path, args: tuple[str, ...]) -> None:
    (folder / "names.csv").write_text("p_Ā,p_€,y\n0.9,0.1,Ā\n0.2,0.8,€\n", encoding="utf-8")
    (folder / "page.py").write_text(CODE_PAGE)
    run = [sys.executable, "page.py", "ce", "names.csv", *args]
    environ = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(run, capture_output=True, check=True, cwd=folder, env=environ)
    assert done.stdout == here(folder, "ce", "names.csv", *args, encoding="utf-8").stdout
    assert ("Ā" in done.stdout.decode()) == ("--compare" not in args)


@pytest.mark.parametrize("data", [TABLE, TABLE.replace("\n", "\r\n")], ids=["LF", "CRLF"])
def test_a_pipe_is_read(folder: Path, data: str) -> None:
    done = bare(folder, "ce", "-q", stdin=data.encode())
    assert (done.stdout, done.stderr) == (here(folder, "ce", "t.csv", "-q").stdout, b"")
    found = bare(folder, "identify", "--value", "0.4148", "-n", "1", stdin=data.encode())
    assert found.stdout.splitlines()[2] == here(folder, "identify", "t.csv", "--value", "0.4148").stdout.splitlines()[2]


def test_a_result_goes_whole_into_a_file(folder: Path) -> None:
    assert bare(folder, "ce", "t.csv", "-f", "csv", "-o", "out.csv").returncode == 0
    assert (folder / "out.csv").read_bytes() == here(folder, "ce", "t.csv", "-f", "csv").stdout
    assert sorted(path.name for path in folder.iterdir() if path.name.startswith(".")) == []


def test_processes_that_are_no_copies_give_the_same_bits(folder: Path) -> None:
    (folder / "large.csv").write_text("p,label\n" + "0.9,1\n0.25,0\n0.7,0\n" * 60_000)
    done = bare(folder, "bce", "large.csv", "--jobs", "2", "-f", "json", "-n", "0")
    assert (done.returncode, done.stderr) == (0, here(folder, "bce", "large.csv", "-f", "json", "-n", "0").stderr)
    assert done.stdout == here(folder, "bce", "large.csv", "--jobs", "1", "-f", "json", "-n", "0").stdout


def test_a_process_that_is_no_copy_must_be_worth_its_start(monkeypatch: pytest.MonkeyPatch) -> None:
    class Cuts:
        size, work, here = 120_000_000, 1.0, False

    class Data:
        cuts = Cuts()

    class Task:
        whole = False
        numbered = False

        class steps:  # noqa: N801
            class settings:  # noqa: N801
                bootstrap = None

    class Writer:
        wants = None

    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {*range(8)}, raising=False)
    found = []
    for forks, size in ((True, 30_000_000), (True, 120_000_000), (False, 120_000_000), (False, 450_000_000)):
        monkeypatch.setattr(pool, "may_fork", lambda forks=forks: forks)
        Cuts.size = size
        found.append(run_task._how_many(Task, None, Data, Writer))  # type: ignore[arg-type]
    assert found == [1, 6, 1, 4]
    assert run_task._how_many(Task, 3, Data, Writer) == 3  # type: ignore[arg-type]


def test_what_windows_calls_a_closed_pipe_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise OSError(errno.EINVAL, "Invalid argument")

    monkeypatch.setattr(run_loss, "run", fails)
    monkeypatch.setattr("losscli.cli.main._drop_output", lambda: None)
    told = shell("mse", "1", "2")
    assert (told.status, told.err) == (2, "Error: cannot write to stdout: Invalid argument\n")
    monkeypatch.setattr(sys, "platform", "win32")
    told = shell("mse", "1", "2")
    assert (told.status, told.err) == (141, "")


@pytest.mark.parametrize(
    ("word", "typed"),
    [
        ("C:\\data\\preds.csv", "C:\\data\\preds.csv"),
        ("0.9,0.2", '"0.9,0.2"'),  # a list of PowerShell
        ("--classes=-1,1", '"--classes=-1,1"'),
        ("[[0.1, 0.9]]", '"[[0.1, 0.9]]"'),
        ("my data\\", '"my data\\\\"'),
        ("it's", '"it\'s"'),
        ("p$1's", "'p$1''s'"),  # in double quotes a variable
        ("", '""'),
    ],
)
def test_a_suggestion_has_quotes_of_the_shells_of_windows(
    word: str, typed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    assert suggest._quoted(word) == typed


class Kernel:
    """Of a console that may be asked to obey escape sequences, and of Ctrl-C."""

    def __init__(self, mode: int, *, able: bool) -> None:
        self.mode, self.able, self.deaf = mode, able, [False]

    def GetConsoleMode(self, _: object, mode: Any) -> int:  # noqa: N802
        mode._obj.value = self.mode
        return 1

    def SetConsoleMode(self, _: object, mode: int) -> int:  # noqa: N802
        self.mode = mode if self.able else self.mode
        return int(self.able)

    def SetConsoleCtrlHandler(self, _: None, on: bool) -> int:  # noqa: N802
        self.deaf.append(on)
        return 1


class Console(io.StringIO):
    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        return 1


@pytest.mark.parametrize("able", [True, False])
def test_a_console_of_windows_is_asked_to_obey_colours(able: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    kernel = Kernel(3, able=able)
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setitem(sys.modules, "msvcrt", SimpleNamespace(get_osfhandle=lambda number: number))
    monkeypatch.setattr(ctypes, "windll", SimpleNamespace(kernel32=kernel), raising=False)
    monkeypatch.delenv("NO_COLOR", raising=False)
    _ask_for_colours(Console())
    assert wants_color("auto", Console()) is able
    assert kernel.mode == (7 if able else 3)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.delattr(signal, "pthread_sigmask", raising=False)
    with pool._deaf_to_interrupts():
        assert kernel.deaf == [False, True]  # inherited by what is started here
    assert kernel.deaf == [False, True, False]


TRANSLATING = """
import io, sys, tempfile
sys.stdout.reconfigure(newline="\\r\\n")
opened = io.open
tempfile._io.open = lambda file, mode, *, newline=None, **more: opened(file, mode, newline=newline or "\\r\\n", **more)
from losscli.cli import main
main()
"""


@pytest.mark.parametrize("file", ["t.csv", "crlf.csv"])
@pytest.mark.parametrize("args", [("--append",), ("-f", "csv"), ("-f", "json"), ("-f", "table")], ids=" ".join)
def test_ends_of_lines_are_the_same_bytes(folder: Path, file: str, args: tuple[str, ...]) -> None:
    (folder / "translating.py").write_text(TRANSLATING)
    ours = here(folder, "ce", file, *args, encoding="utf-8").stdout
    environ = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    run = [sys.executable, "translating.py", "ce", file, *args]
    assert subprocess.run(run, capture_output=True, check=True, cwd=folder, env=environ).stdout == ours
    subprocess.run([*run, "-o", "out.txt"], check=True, cwd=folder, env=environ)
    assert (folder / "out.txt").read_bytes() == ours


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent in another way")
def test_an_interrupt_is_no_fault(folder: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "bare.py", "bce", "-o", "out.csv"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        cwd=folder, env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert process.stdin is not None
    process.stdin.write(b"p,label\n" + b"0.5,1\n" * 200_000)
    process.stdin.flush()
    deadline = time.monotonic() + 20
    while not [path for path in folder.iterdir() if path.name.startswith(".")] and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate()
    assert (process.returncode, out, b"Traceback" in err) == (130, b"", False)
    assert [path.name for path in folder.iterdir() if path.name.startswith((".", "out"))] == []
