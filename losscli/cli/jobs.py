"""A loss over the parts of a large input, by several processes: the same result to the last bit."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from losscli.answers.inspect import HEAD, Inspection
from losscli.answers.share import conclude, share_of, work
from losscli.losses import LOSSES
from losscli.outputs.writers import Losses, Wants

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from losscli.answers.share import Outcome, Share
    from losscli.core.batch import Batch, Dataset
    from losscli.core.plan import Settings
    from losscli.losses.spec import Loss
    from losscli.outputs.writers import Writer

_EACH = 20_000_000  # bytes that make another process worth its start
_PARTS = 12  # for each process: the last one to finish is not waited for long
_LEAST, _MOST = 1 << 18, 1 << 26  # bytes of a part


@dataclass(frozen=True, slots=True)
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

    def inspection(self, dataset: Dataset) -> Inspection:
        """An inspection of some rows."""
        return Inspection(self.loss, self.settings, dataset, LOSSES, detail=self.detail)


def how_many(asked: int | None, dataset: Dataset, writer: Writer, *, whole: bool) -> int:
    """How many processes to use.

    Args:
        asked: ``--jobs``; None leaves it to the size of the input and the number of cores.
        dataset: The input.
        writer: A writer of every row gets them from one process: they cost more to hand over than to compute.
        whole: All rows are needed at once.
    """
    if dataset.cuts is None or whole or writer.wants is Wants.ROWS:
        return 1
    if asked is not None:
        return asked
    return min(len(os.sched_getaffinity(0)), dataset.cuts.size // _EACH)


def inspect_parts(task: Task, writer: Writer, jobs: int) -> Inspection:
    """Inspect the whole input by several processes; ends them on the way out, however that is.

    Raises:
        LossError: As one process would.
    """
    from losscli.cli.pool import Pool

    share = scouted(task, writer)
    dataset = task.read()
    assert dataset.cuts is not None
    with Pool(jobs) as pool:
        parts = dataset.cuts.parts(part_size(dataset, jobs), pool.map)
        outcome = merged(pool.map(partial(work, share), parts))
    return concluded(task, share, outcome, dataset, writer)


def part_size(dataset: Dataset, jobs: int) -> int:
    """How many bytes of a part let all processes work to the end."""
    assert dataset.cuts is not None
    return min(max(dataset.cuts.size // (jobs * _PARTS), _LEAST), _MOST)


def scouted(task: Task, writer: Writer) -> Share:
    """What the first rows decide; those that will be shown are written."""
    dataset = task.read()
    scout = task.inspection(dataset)
    seen = 0
    for batch in dataset.batches:
        rows = scout.add(batch)
        if rows is not None and writer.wants is Wants.FIRST:
            writer.rows(rows)
        seen += len(batch)
        if not task.detail or seen >= HEAD:
            break
    return share_of(scout, values=writer.wants is Wants.LOSSES)


def merged(outcomes: Iterator[Outcome]) -> Outcome:
    """The outcome of all parts; there is at least one."""
    whole = next(outcomes)
    for outcome in outcomes:
        whole.merge(outcome)
    return whole


def concluded(task: Task, share: Share, outcome: Outcome, dataset: Dataset, writer: Writer) -> Inspection:
    """The inspection as one process would leave it."""
    inspection = conclude(share, outcome, dataset, LOSSES)
    if outcome.tally.problems.found:
        if not task.detail:
            inspection.evaluation.suspect = _suspect(task)
        return inspection
    start = 0
    for values in outcome.values:
        writer.rows(Losses(start, values))
        start += len(values)
    return inspection


def _suspect(task: Task) -> Batch | None:
    """The first batch with bad rows, for a closer look; what is not looked at in detail has none at hand."""
    dataset = task.read()
    scout = task.inspection(dataset)
    for batch in dataset.batches:
        scout.add(batch)
        if scout.evaluation.tally.problems.found:
            break
    return scout.evaluation.suspect
