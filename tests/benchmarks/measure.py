"""Whole processes in turn: wall-clock time and peak memory, and the number they print."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# Installed programs find their modules compiled; the run that is not counted does it.
_ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
_PEAK_UNIT = 1 if sys.platform == "darwin" else 1024  # bytes


class FailedError(Exception):
    """A program did not run."""


@dataclass
class Runs:
    """What came out of the runs of one command."""

    name: str
    command: list[str]
    seconds: list[float] = field(default_factory=list)
    peak: int = 0
    printed: str = ""

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    def again(self, *, count: bool) -> None:
        """Run once more.

        Raises:
            FailedError: With the last line of what it had to say.
        """
        begin = time.perf_counter()
        with subprocess.Popen(
            self.command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=_ENVIRONMENT
        ) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            self.printed, complaint = process.stdout.read().strip(), process.stderr.read().strip()
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - begin
        if process.returncode:
            raise FailedError(complaint.splitlines()[-1] if complaint else f"exit status {process.returncode}")
        if count:
            self.seconds.append(seconds)
            self.peak = max(self.peak, usage.ru_maxrss * _PEAK_UNIT)


def in_turn(commands: Sequence[Runs], runs: int) -> list[tuple[Runs, str]]:
    """Run all commands once without counting, then ``runs`` times one after the other.

    Returns:
        Those that failed, and why; they are left out of the later rounds.
    """
    left, failed = list(commands), []
    for turn in range(runs + 1):
        for command in list(left):
            try:
                command.again(count=turn > 0)
            except FailedError as error:
                failed.append((command, str(error)))
                left.remove(command)
    return failed


def versions(python: str, packages: Sequence[str]) -> list[str] | None:
    """The versions of packages in some interpreter; None if one is missing."""
    program = "import sys, importlib.metadata as m; print(*map(m.version, sys.argv[1:]))"
    run = subprocess.run([python, "-c", program, *packages], capture_output=True, text=True, check=False)
    return None if run.returncode else run.stdout.split()
