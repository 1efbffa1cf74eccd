"""The pass over the rows, by this process, by several or by a cluster; Ctrl-C keeps what was computed so far."""

from __future__ import annotations

import os
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

from losscli.outputs.progress import Progress
from losscli.outputs.writer import Wants

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from losscli.answers.check.inspect import Inspection
    from losscli.core.batch import Dataset
    from losscli.outputs.writer import Writer
    from losscli.parallel.task import Task

_WORTH_A_PROCESS = 20_000_000  # bytes of CSV
_WORTH_A_START = 100_000_000  # where processes are spawned and import everything anew: Windows, macOS


def inspect_parts(
    task: Task, dataset: Dataset, writer: Writer, jobs: int | None, dask: str | None
) -> Inspection | None:
    """The result of a cluster or of several processes; None if one process is enough.

    Args:
        task: What is to be computed.
        dataset: The input.
        writer: Takes the rows that it wants.
        jobs: ``--jobs``; None leaves it to the size of the input and the number of cores.
        dask: The address of a scheduler.

    Raises:
        UsageError: There is no such cluster, or a worker process was killed.
        LossError: As one process would.
    """
    if dask is not None:
        from losscli.parallel.dask import inspect_on_cluster

        return inspect_on_cluster(task, dataset, writer, dask)
    jobs = _how_many(task, jobs, dataset, writer)
    if jobs == 1:
        return None
    from losscli.parallel.processes import inspect_by_processes

    return inspect_by_processes(task, dataset, writer, jobs)


def _how_many(task: Task, asked: int | None, dataset: Dataset, writer: Writer) -> int:
    """How many processes to use.

    One, if all rows are needed at once, or their numbers within a group, if the input can only be read sequentially, or
    if every row is written: in order, which takes longer than all the rest.
    """
    alone = task.whole or (task.numbered and dataset.by)
    if dataset.cuts is None or alone or writer.wants is Wants.ROWS:
        return 1
    work = int(dataset.cuts.size * dataset.cuts.work)
    if asked == 1 or (asked is None and work < 2 * _WORTH_A_PROCESS):
        return 1
    from losscli.parallel.pool import may_fork

    if dataset.cuts.here and not may_fork():
        return 1
    if asked is not None:
        return asked
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores, work // (_WORTH_A_PROCESS if may_fork() else _WORTH_A_START)))


def inspect_rows(
    task: Task, dataset: Dataset, writer: Writer, position: Callable[[], tuple[int, int | None]]
) -> tuple[Inspection, bool]:
    """Inspect all rows, batch by batch; ``position`` returns how many bytes have been read.

    Returns:
        The inspection, and whether it was interrupted; rows so far are complete.

    Raises:
        KeyboardInterrupt: Interrupted before the first row, or after bad rows.
    """
    inspection = task.inspection(dataset)
    progress = Progress(task.progress, position)
    interrupted = False
    try:
        _add_rows(inspection, writer, progress)
    except KeyboardInterrupt:
        if inspection.evaluation.plan is None or inspection.evaluation.tally.problems.first is not None:
            raise
        interrupted = True
    finally:
        progress.close()
    inspection.begin()
    return inspection, interrupted


def _add_rows(inspection: Inspection, writer: Writer, progress: Progress) -> None:
    with _Interrupt() as interrupt:
        for batch in inspection.evaluation.batches():
            with interrupt.held():
                rows = inspection.add(batch)
                if rows is not None:
                    writer.rows(rows)
            progress.add(len(batch))


class _Interrupt:
    """A context in which Ctrl-C takes effect after the current batch (some milliseconds), or at once while reading.

    A second Ctrl-C does not wait. Where Ctrl-C is ignored, as under nohup, it stays ignored.
    """

    def __init__(self) -> None:
        self._held = False
        self._heard = False

    def __enter__(self) -> Self:
        self._before = signal.getsignal(signal.SIGINT)
        if self._before is not signal.SIG_IGN:
            signal.signal(signal.SIGINT, self._hear)
        return self

    def __exit__(self, *_: object) -> None:
        signal.signal(signal.SIGINT, self._before)

    def _hear(self, *_: Any) -> None:
        if not self._held or self._heard:
            raise KeyboardInterrupt
        self._heard = True

    @contextmanager
    def held(self) -> Iterator[None]:
        """A context that Ctrl-C does not interrupt.

        Raises:
            KeyboardInterrupt: At its end, if Ctrl-C was pressed.
        """
        self._held = True
        yield
        self._held = False
        if self._heard:
            raise KeyboardInterrupt
