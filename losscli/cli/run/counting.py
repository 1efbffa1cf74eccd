"""A pass that only counts, for ``calibrate``, ``thresholds`` and ``--compare``."""

from __future__ import annotations

import sys
from itertools import chain
from typing import TYPE_CHECKING

from losscli.answers.check.check import first_rows
from losscli.cli.run.prepare import stdin
from losscli.inputs import Meter, read
from losscli.outputs.result_writers import Quiet
from losscli.parallel.run_task import inspect_parts, inspect_rows
from losscli.parallel.task import Task
from losscli.record import replace

if TYPE_CHECKING:
    from collections.abc import Callable

    from losscli.answers.check.inspect import Inspection
    from losscli.cli.run.request import Request
    from losscli.core.batch import Batch, Dataset
    from losscli.core.companions import Alongside
    from losscli.core.steps import Steps
    from losscli.inputs import ReadOptions


def counted(
    options: ReadOptions,
    request: Request,
    steps_for: Callable[[Dataset, Batch], Steps],
    beside: Callable[[Dataset], Alongside] | None = None,
) -> Inspection:
    """An inspection of all rows, and of what ``beside`` computes; ``steps_for`` chooses by the first rows."""
    meter = Meter()
    dataset = read(*request.data, replace(options, meter=meter), stdin())
    first, head = first_rows(dataset)
    dataset = replace(dataset, batches=chain(first, dataset.batches))
    task = Task(steps_for(dataset, head), True, lambda: read(*request.data, options), sys.stderr, beside=beside)
    nothing = Quiet(sys.stdout, each=False)
    inspection = inspect_parts(task, dataset, nothing, request.jobs, request.dask)
    if inspection is None:
        inspection, partial = inspect_rows(task, dataset, nothing, meter.position)
        if partial:
            raise KeyboardInterrupt
    return inspection
