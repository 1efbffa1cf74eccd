"""What is to be computed, by how many processes, and how one does it."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from losscli.answers.inspect import Inspection
from losscli.cli.interrupt import Interrupt
from losscli.losses import LOSSES
from losscli.outputs.progress import Progress
from losscli.outputs.writers import Wants
from losscli.record import record

if TYPE_CHECKING:
    from collections.abc import Callable

    from losscli.core.batch import Dataset
    from losscli.core.plan import Settings
    from losscli.inputs import Meter
    from losscli.losses.spec import Loss
    from losscli.outputs.writers import Writer


@record
class Task:
    """What is to be computed.

    Attributes:
        loss: The loss.
        settings: What was asked for.
        detail: Look for more than bad rows.
        read: Opens the input anew.
    """

    loss: Loss
    settings: Settings
    detail: bool
    read: Callable[[], Dataset]

    @property
    def whole(self) -> bool:
        """Whether all rows are needed at once."""
        return self.loss.whole or self.settings.class_weight == "balanced"

    def inspection(self, dataset: Dataset) -> Inspection:
        """An inspection of some rows."""
        return Inspection(self.loss, self.settings, dataset, LOSSES, detail=self.detail)


def how_many(task: Task, asked: int | None, dataset: Dataset, writer: Writer) -> int:
    """How many processes to use.

    Args:
        task: One, if all rows are needed at once.
        asked: ``--jobs``; None leaves it to the size of the input and the number of cores.
        dataset: The input; one, if it can only be read in one go.
        writer: One, if it is to write every row: in order, and the writing takes longer than all the rest.
    """
    if dataset.cuts is None or task.whole or writer.wants is Wants.ROWS:
        return 1
    if asked is not None:
        return asked
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores, dataset.cuts.size // dataset.cuts.each))


def inspect_rows(inspection: Inspection, writer: Writer, meter: Meter) -> bool:
    """Inspect all rows, one batch after the other.

    Returns:
        Whether it was interrupted; what went by so far is whole.

    Raises:
        KeyboardInterrupt: Interrupted before there was anything, or after bad rows.
    """
    # Rows that scroll by on the same terminal are progress enough.
    scrolls = writer.wants is Wants.ROWS and sys.stdout.isatty()
    progress = Progress(None if scrolls else sys.stderr, meter.position)
    interrupted = False
    try:
        with Interrupt() as interrupt:
            for batch in inspection.evaluation.batches():
                with interrupt.held():
                    rows = inspection.add(batch)
                    if rows is not None:
                        writer.rows(rows)
                progress.add(len(batch))
    except KeyboardInterrupt:
        if inspection.evaluation.plan is None or inspection.evaluation.tally.problems.found:
            raise
        interrupted = True
    finally:
        progress.close()
    inspection.begin()
    return interrupted
