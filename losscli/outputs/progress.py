"""The progress of a long run, on a terminal."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.progress import Progress as Bar
    from rich.progress import TaskID

_FIRST, _AGAIN = 1.0, 0.2  # seconds


class Progress:
    """One line that appears after a second and vanishes at the end: rows, their rate, bytes and the time left.

    It is drawn by the caller that reports rows, without a thread. Nothing is drawn if there is no terminal.

    Args:
        stream: Where to draw.
        position: Returns the bytes done and their total; 0 and None if unknown.
        clock: Returns the time in seconds.
    """

    def __init__(
        self,
        stream: TextIO | None,
        position: Callable[[], tuple[int, int | None]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._stream = stream
        self._position = position
        self._clock = clock
        self._start = clock()
        self._next = self._start + _FIRST if stream is not None and stream.isatty() else float("inf")
        self._rows = 0
        self._bar: Bar | None = None
        self._task: TaskID | None = None

    def add(self, rows: int) -> None:
        """Report that ``rows`` more rows are done."""
        self._rows += rows
        now = self._clock()
        if now < self._next:
            return
        self._next = now + _AGAIN
        done, total = self._position()
        if self._bar is None or self._task is None:
            self._bar, self._task = self._open(total if done else None)
        rate = self._rows / (now - self._start)
        text = f"{self._rows:,} rows, {rate:,.0f} a second" if self._rows else ""
        self._bar.update(self._task, completed=done, description=text, refresh=True)

    def _open(self, total: int | None) -> tuple[Bar, TaskID]:
        from rich.console import Console
        from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar

        columns = [BarColumn(), DownloadColumn(), TimeRemainingColumn()] if total else []
        bar = Bar(
            TextColumn("{task.description}"),
            *columns,
            console=Console(file=self._stream),
            transient=True,
            auto_refresh=False,
            get_time=self._clock,
        )
        task = bar.add_task("", total=total)
        bar.tasks[0].start_time = self._start
        bar.start()
        return bar, task

    def close(self) -> None:
        """Remove the line."""
        self._next = float("inf")
        if self._bar is not None:
            self._bar.stop()
            self._bar = None
