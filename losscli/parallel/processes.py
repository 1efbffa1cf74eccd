"""A loss over the parts of a large input, by several processes: the same result to the last bit."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from losscli.answers.check.inspect import HEAD
from losscli.core.shards import MiscutError, Shard, numbered
from losscli.errors import InputError
from losscli.outputs.progress import Progress
from losscli.outputs.writer import Losses, Wants
from losscli.parallel.pool import Pool
from losscli.parallel.shares import conclude, share_of, work

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import TextIO

    from losscli.answers.check.inspect import Inspection
    from losscli.core.batch import Batch, Dataset
    from losscli.outputs.writer import Writer
    from losscli.parallel.shares import Partial, Share
    from losscli.parallel.task import Task

_PARTS = 8  # per process, so that the last part to finish delays little
_LEAST, _MOST = 1 << 18, 1 << 26  # bytes of a part
_OPENING = 1 << 13  # bytes that are read in the time that opening a file takes


def inspect_by_processes(task: Task, dataset: Dataset, writer: Writer, jobs: int) -> Inspection:
    """Inspect the whole input with several processes, which are always ended.

    Raises:
        LossError: As one process would.
    """
    share = scouted(task, dataset, writer)
    outcome = None if task.detail or task.numbered else _guessed(task, share, dataset, jobs)
    if outcome is None:
        try:
            outcome = _outcome(task, share, dataset, jobs, look=True)
        except MiscutError:
            outcome = read_in_one_go(task, share)
    return concluded(task, share, outcome, dataset, writer)


def _guessed(task: Task, share: Share, dataset: Dataset, jobs: int) -> Partial | None:
    """The outcome of parts cut at guessed record ends; None if a guess was wrong, or if bad rows must be located."""
    try:
        outcome = _outcome(task, share, dataset, jobs, look=False)
    except (InputError, MiscutError):
        return None
    return None if outcome.bad else outcome


def _outcome(task: Task, share: Share, dataset: Dataset, jobs: int, *, look: bool) -> Partial:
    """The outcome of all parts; with ``look`` the input is scanned for record ends first."""
    assert dataset.cuts is not None
    size = shard_size(dataset, jobs)
    guessed = None if look else dataset.cuts.shards(size, None)  # raises before any worker is started
    with Pool(jobs) as pool:
        shards = dataset.cuts.shards(size, pool.map) if guessed is None else guessed
        bundles = list(_bundled(numbered(shards) if task.numbered else shards, size))
        return _merged(pool.map(partial(_work_all, share), bundles), bundles, task.progress)


def _bundled(shards: Sequence[Shard[Dataset]], size: int) -> Iterator[list[Shard[Dataset]]]:
    """The shards, small ones bundled: sending one takes longer than reading a small file."""
    bundle: list[Shard[Dataset]] = []
    taken = 0
    for shard in shards:
        cost = shard.size + _OPENING
        if bundle and taken + cost > size:
            yield bundle
            bundle, taken = [], 0
        bundle.append(shard)
        taken += cost
    if bundle:
        yield bundle


def _work_all(share: Share, shards: Sequence[Shard[Dataset]]) -> Partial:
    """The merged outcome of consecutive shards."""
    first, *rest = shards
    outcome = work(share, first)
    for shard in rest:
        outcome.merge(work(share, shard))
    return outcome


def read_in_one_go(task: Task, share: Share) -> Partial:
    """The outcome of an input that turns out not to be divisible."""
    return work(share, Shard(0, task.read))


def shard_size(dataset: Dataset, jobs: int) -> int:
    """The size of a part in bytes, such that no process idles at the end."""
    assert dataset.cuts is not None
    return min(max(dataset.cuts.size // (jobs * _PARTS), _LEAST), _MOST)


def scouted(task: Task, dataset: Dataset, writer: Writer) -> Share:
    """The decisions made on the first rows; rows that the writer wants to show are written."""
    scout = task.inspection(dataset)
    seen = 0
    for batch in dataset.batches:
        rows = scout.add(batch)
        if rows is not None and writer.wants is Wants.FIRST:
            writer.rows(rows)
        seen += len(batch)
        if seen >= HEAD or not (task.detail or scout.undecided):
            break
    return share_of(scout, values=writer.wants is Wants.LOSSES, beside=task.beside)


def _merged(outcomes: Iterator[Partial], bundles: Sequence[Sequence[Shard[Dataset]]], shown: TextIO | None) -> Partial:
    """The merged outcome of all parts (at least one); shows progress."""
    sizes = [sum(shard.size for shard in bundle) for bundle in bundles]
    done, total = 0, sum(sizes)
    progress = Progress(shown, lambda: (done, total))
    try:
        whole: Partial | None = None
        for outcome, size in zip(outcomes, sizes, strict=True):
            done += size
            progress.add(outcome.tally.samples)
            if whole is None:
                whole = outcome
            else:
                whole.merge(outcome)
    finally:
        progress.close()
    assert whole is not None, "a divided input has parts"
    if not all(remarks.complete for remarks in whole.remarks):
        raise MiscutError  # a sequential reader says what is missing
    return whole


def concluded(task: Task, share: Share, outcome: Partial, dataset: Dataset, writer: Writer) -> Inspection:
    """The inspection that a single process would have made."""
    inspection = conclude(share, outcome, dataset)
    if outcome.tally.problems.first is not None:
        if not task.detail:
            inspection.evaluation.suspect = _suspect(task)
        return inspection
    start = 0
    for values in outcome.values:
        own, *others = values
        writer.rows(Losses(start, own, tuple(Losses(start, other) for other in others)))
        start += len(own)
    return inspection


def _suspect(task: Task) -> Batch | None:
    """The first batch with bad rows, for the diagnostics."""
    dataset = task.read()
    scout = task.inspection(dataset)
    for batch in dataset.batches:
        scout.add(batch)
        if scout.evaluation.tally.problems.first is not None:
            break
    return scout.evaluation.suspect
