"""Some hundred inputs in a child process, so that hangs, signals and memory are seen from outside."""

from __future__ import annotations

import contextlib
import gc
import mmap
import os
import pickle
import random
import signal
import socket
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from losscli.cli.app import App
from tests.fuzz.attempt import GIGABYTE, attempt
from tests.fuzz.commands import fresh
from tests.fuzz.mutate import mutated

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fuzz.case import Case

SIZE = 400  # inputs of a batch
HANG = 10.0  # seconds of work
LOST = 120.0  # seconds, whatever it does
_ROOM = 4 << 20


@dataclass
class Found:
    """What came of a batch.

    Attributes:
        inputs: How many there were.
        statuses: How often each exit status came.
        shapes: Answers, without what is particular to an input.
        wrong: A case of each thing that must not be, and more on it.
    """

    inputs: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    shapes: set[str] = field(default_factory=set)
    wrong: dict[str, tuple[Case, str]] = field(default_factory=dict)

    def add(self, other: Found) -> None:
        self.inputs += other.inputs
        self.statuses += other.statuses
        self.shapes |= other.shapes
        self.wrong = other.wrong | self.wrong


class Child:
    """A process of its own that calls a function and hands back what it returns; a case that it stops at is known.

    Args:
        work: Is given a function to call before each case with the case.
    """

    def __init__(self, work: Callable[[Callable[[Case], None]], Any]) -> None:
        self._shared = mmap.mmap(-1, _ROOM)
        self._folder = tempfile.TemporaryDirectory(prefix="fuzz-")
        self._results = Path(self._folder.name) / "results"
        (inside := Path(self._folder.name) / "in").mkdir()
        sys.stdout.flush()
        sys.stderr.flush()
        self.pid = os.fork()
        if self.pid == 0:
            self._live(work, inside)
        self._since, self._seen, self._used, self._held = time.monotonic(), b"", 0.0, 0

    def _live(self, work: Callable[[Callable[[Case], None]], Any], inside: Path) -> None:
        status = 1
        try:
            os.setsid()
            os.chdir(inside)
            _confine()
            with self._results.open("wb") as file:
                pickle.dump(work(self._note), file)
            status = 0
        except BaseException:
            import traceback

            traceback.print_exc()
        finally:
            os._exit(status)

    def _note(self, case: Case) -> None:
        data = pickle.dumps(case)[: _ROOM - 16]
        self._shared.seek(0)
        self._shared.write(os.urandom(8) + len(data).to_bytes(8, "little") + data)

    def case(self) -> Case:
        """The one that it was at last."""
        length = int.from_bytes(self._shared[8:16], "little")
        found: Case = pickle.loads(self._shared[16 : 16 + length])
        return found

    def ended(self) -> str | None:
        """None while it runs, empty if it came to its end; else what is wrong with the last case."""
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        if pid:
            code = os.waitstatus_to_exitcode(status)
            return "" if code == 0 else f"ended by {signal.Signals(-code).name if code < 0 else f'status {code}'}"
        mark, now, used = self._shared[:8], time.monotonic(), _seconds(self.pid)
        if mark != self._seen:
            self._seen, self._since, self._used, self._held = mark, now, used, _bytes(self.pid)
        if _bytes(self.pid) > self._held + GIGABYTE:
            self.end()
            return "more than a gigabyte"
        if now - self._since > LOST or (now - self._since > HANG and used - self._used > HANG):
            self.end()
            return "a hang"
        return None

    def end(self) -> None:
        """Kill it, and those that it started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, 0)

    def result(self) -> Any:
        """What it handed back; None if it did not come to that."""
        try:
            with self._results.open("rb") as file:
                return pickle.load(file)
        except (OSError, EOFError):
            return None

    def close(self) -> None:
        self._folder.cleanup()
        self._shared.close()


def run_batch(seed: int, number: int, note: Callable[[Case], None], size: int = SIZE) -> Found:
    """Inputs made anew, and those whose answers were new with something changed: the same for the same seed."""
    chance, found = random.Random(f"{seed}:{number}"), Found()
    pool: list[Case] = []
    folder = Path.cwd()
    for _ in range(size):
        case = fresh(chance) if not pool or chance.random() < 0.5 else mutated(chance, chance.choice(pool))
        if len(pool) > 40:
            del pool[chance.randrange(len(pool))]
        note(case)
        outcome = attempt(case, folder)
        found.inputs += 1
        found.statuses[outcome.status] += 1
        if outcome.shape not in found.shapes:
            found.shapes.add(outcome.shape)
            if outcome.status != 2 or chance.random() < 0.3:
                pool.append(case)
        if outcome.wrong:
            found.wrong.setdefault(outcome.wrong, (case, outcome.detail))
    return found


def _confine() -> None:
    """So much memory, no large files, no network; commands are made once."""
    import resource

    gc.freeze()
    with Path(os.devnull).open("rb+", buffering=0) as null:
        os.dup2(null.fileno(), 0)
    resource.setrlimit(resource.RLIMIT_AS, (16 * GIGABYTE,) * 2)  # pyarrow asks for one that it does not use
    resource.setrlimit(resource.RLIMIT_FSIZE, (GIGABYTE >> 2,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    def refuse(*_: object) -> None:
        raise OSError("there is no network here")

    App.get_command = cache(App.get_command)  # type: ignore[method-assign]  # half of the time
    socket.socket.connect = refuse  # type: ignore[method-assign]
    socket.getaddrinfo = refuse  # type: ignore[assignment]


def _bytes(pid: int) -> int:
    """What a process holds in memory, where that is known."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * mmap.PAGESIZE
    except (OSError, IndexError):
        return 0


def _seconds(pid: int) -> float:
    """What a process has worked so far, or for ever where that is not known."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return float("inf") if not Path("/proc").exists() else 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
