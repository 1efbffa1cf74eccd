"""However a run ends, by a fault, a signal, for want of memory: is there one line, the right status, and no trace?"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from losscli.cli.run import run_loss
from losscli.cli.run.destination import destination
from tests.support.shell import losscli as shell

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TABLE = "p,label\n0.9,1\n0.2,0\n"
BUG = "Error: this is a bug in losscli: KeyError: 'x'; LOSSCLI_DEBUG=1 shows where\n"


def after(first: Exception, error: Exception) -> Exception:
    """An error that was raised while another was handled."""
    error.__context__ = first
    return error


def fault(error: BaseException) -> object:
    def fails(*_: object) -> None:
        raise error

    return fails


def test_a_bug_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_loss, "run", fault(KeyError("x")))
    monkeypatch.delenv("LOSSCLI_DEBUG", raising=False)
    done = shell("mse", "1", "2")
    assert (done.status, done.out, done.err) == (70, "", BUG)


@pytest.mark.parametrize(("name", "words"), [("say", "mse missing.csv 2"), ("_end", "mse 1 2 -q")])
def test_an_interrupt_of_the_last_words_is_silent(name: str, words: str) -> None:
    code = (
        "import importlib, signal, sys; from losscli.cli import main;"
        f"module = importlib.import_module('losscli.cli.main'); sys.argv[1:] = {words.split()};"
        f"module.{name} = lambda *_, **__: signal.raise_signal(signal.SIGINT); main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (130, "")


def test_a_bug_is_shown_to_those_who_look_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_loss, "run", fault(KeyError("x")))
    monkeypatch.setenv("LOSSCLI_DEBUG", "1")
    done = shell("mse", "1", "2")
    assert done.status == 70
    assert done.err.startswith("Traceback (most recent call last):\n")
    assert done.err.endswith(BUG)


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (MemoryError(), "there is not enough memory"),
        (after(MemoryError(), AttributeError("numpy is half imported")), "there is not enough memory"),
        (OSError(24, "Too many open files"), "the system refuses: Too many open files"),
        (OSError(11, "Resource temporarily unavailable"), "the system refuses: Resource temporarily unavailable"),
        (OSError(5, "Input/output error", "a\x1b.csv"), "a\\x1b.csv: Input/output error"),
        (OSError(28, "No space left on device"), "cannot write to stdout: No space left on device"),
    ],
)
def test_what_the_machine_lacks(error: Exception, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_loss, "run", fault(error))
    done = shell("mse", "1", "2")
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(f"Error: {says}\n")


@pytest.mark.parametrize(
    ("args", "what"),
    [
        (["bce", "in.csv"], "it is the input in.csv"),
        (["bce", "link.csv"], "it is the input link.csv"),
        (["bce", "shards"], "it is the input shards/b.csv"),
        (["bce", "shards/*.csv"], "it is the input shards/b.csv"),
        (["bce", "0.9,0.2", "in.csv"], "it is the input in.csv"),
        (["mse", "1,2", "0,0", "--sample-weight", "in.csv"], "it is the input in.csv"),
        (["softmax", "in.csv"], "it is the input in.csv"),
        (["check", "in.csv"], "it is the input in.csv"),
        (["identify", "in.csv", "--value", "0.1"], "it is the input in.csv"),
        (["torch.nn.BCELoss", "in.csv", "--label", "label"], "it is the input in.csv"),
        (["bce", "in.csv", "--compare"], "it is the input in.csv"),
        (["bce", "0.9,0.2", "1,0", "--against", "in.csv"], "it is the input in.csv"),
        (["bce", "0.9,0.2", "1,0", "--ci", "--cluster=in.csv", "-f", "json"], "it is the input in.csv"),
    ],
)
def test_output_onto_an_input_is_refused(
    args: list[str], what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    table = "w\n1\n2\n" if "mse" in args else "label\n1\n0\n" if "0.9,0.2" in args else TABLE
    (tmp_path / "in.csv").write_text(table)
    (tmp_path / "shards").mkdir()
    (tmp_path / "link.csv").symlink_to("in.csv")
    for shard in ("a", "b"):
        (tmp_path / "shards" / f"{shard}.csv").write_text(table)
    out = "shards/b.csv" if "shards" in args[1] else "in.csv" if "link" in args[1] else "link.csv"
    done = shell(*args, "-o", out)
    assert (done.status, done.out) == (2, "")
    assert done.err == f"Error: -o {out}: {what}, which would be lost\n  try  -o with another name\n"
    assert (tmp_path / out).read_text() == table


def test_output_onto_the_baseline_of_a_gate_is_refused(tmp_path: Path) -> None:
    saved = str(tmp_path / "main.json")
    assert shell("mse", "1,2", "0,0", "-o", saved).status == 0
    before = (tmp_path / "main.json").read_text()
    done = shell("mse", "1,2", "0,0", "--baseline", saved, "--max-regress", "1%", "-o", saved)
    assert (done.status, done.err.partition("\n")[0]) == (
        2,
        f"Error: -o {saved}: it is the input {saved}, which would be lost",
    )
    assert (tmp_path / "main.json").read_text() == before


def test_output_onto_stdin_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text(TABLE)
    with path.open() as stdin:
        done = subprocess.run(
            [sys.executable, "-m", "losscli", "bce", "-o", str(path)], stdin=stdin, capture_output=True, check=False
        )
    assert done.returncode == 2
    assert b"stdin is read from it, which would be lost" in done.stderr
    assert path.read_text() == TABLE


def started(*args: str, folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "losscli", *args],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=folder,
    )


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="needs signals")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT", "SIGPIPE", "SIGUSR1"])
def test_a_signal_leaves_nothing_of_an_output_behind(name: str, tmp_path: Path) -> None:
    (tmp_path / "out.csv").write_text("old")
    process = started("bce", "-f", "csv", "-o", "out.csv", folder=tmp_path)
    assert process.stdin is not None
    process.stdin.write(TABLE.encode() + b"0.5,1\n" * 200_000)
    process.stdin.flush()
    deadline = time.monotonic() + 20
    while len(list(tmp_path.iterdir())) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert len(list(tmp_path.iterdir())) == 2
    number = getattr(signal, name)
    process.send_signal(number)
    _, err = process.communicate()
    assert process.returncode == (130 if name == "SIGINT" else -number)
    assert err.strip() == b""
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]
    assert (tmp_path / "out.csv").read_text() == "old"


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="needs signals")
def test_ctrl_c_while_the_file_is_being_made_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> Callable[[], None]:
        signal.raise_signal(signal.SIGINT)
        return lambda: None

    monkeypatch.setattr("losscli.cli.run.destination._removed_by_signals", interrupted)
    with pytest.raises(KeyboardInterrupt), destination(str(tmp_path / "out.csv")):
        pytest.fail("interrupted before")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs signals")
def test_an_interrupt_while_it_starts_says_nothing(tmp_path: Path) -> None:
    for delay in (0.03, 0.06, 0.09, 0.12, 0.16, 0.2):
        process = subprocess.Popen(
            [
                sys.executable,
                "-c",
                "import losscli.cli as c; c.leave_at_once(); print(end='x', flush=True); c.main()",
                "bce",
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=tmp_path,
        )
        assert process.stdout is not None
        assert process.stdout.read(1) == b"x"
        time.sleep(delay / 4)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
        assert (process.returncode, out, err.strip()) == (130, b"", b"")
