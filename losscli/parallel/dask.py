"""A loss over the parts of an input on a Dask cluster, which distributes them and retries failures."""

from __future__ import annotations

import logging
import signal
from contextlib import contextmanager
from copy import deepcopy
from functools import partial
from typing import TYPE_CHECKING, Any

from losscli.core.shards import MiscutError, numbered
from losscli.errors import LossError, UsageError
from losscli.outputs.progress import Progress
from losscli.outputs.writer import Wants
from losscli.parallel.processes import concluded, read_in_one_go, scouted, shard_size
from losscli.parallel.shares import Partial, Share, work
from losscli.record import record
from losscli.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import TextIO

    from losscli.answers.check.inspect import Inspection
    from losscli.core.batch import Dataset
    from losscli.core.shards import Shard
    from losscli.outputs.writer import Writer
    from losscli.parallel.task import Task

_Failure = LossError | MiscutError

_RETRIES = 3
_PATIENCE = 10.0  # seconds to wait for a scheduler


def inspect_on_cluster(task: Task, dataset: Dataset, writer: Writer, address: str) -> Inspection:
    """Inspect the whole input on the cluster of a scheduler, or with ``local`` on a temporary one on this machine.

    Raises:
        UsageError: There is no Dask or no scheduler, or the input can't be split.
        LossError: As one process would.
    """
    _refuse(task, writer, dataset)
    assert dataset.cuts is not None
    with _client(address) as client:
        share = scouted(task, dataset, writer)
        each = partial(_attempt, _Order(share, __version__))
        with _computed():
            size = shard_size(dataset, sum(client.ncores().values()))
            try:
                shards = dataset.cuts.shards(size, partial(_apply, client))
                shards = _numbered(shards, dataset) if task.numbered else shards
                leaves = client.map(each, shards, pure=False, retries=_RETRIES)
                whole = _tree(client, leaves)
                _watch(leaves, shards, task.progress)
                outcome = whole.result()
            except MiscutError as error:
                outcome = error
    if isinstance(outcome, MiscutError):
        outcome = read_in_one_go(task, share)
    if isinstance(outcome, LossError):
        raise outcome
    return concluded(task, share, outcome, dataset, writer)


def _refuse(task: Task, writer: Writer, dataset: Dataset) -> None:
    """Refuse what can't be computed in parts."""
    if task.whole:
        raise UsageError(f"--dask: {task.whole} is computed from all rows at once")
    if writer.wants is Wants.ROWS:
        raise UsageError("--dask: all rows are to be written, which is no work for a cluster", hint="-f json, -n ROWS")
    if dataset.cuts is None or dataset.cuts.here:
        hint = "a glob or a directory of files that hold both predictions and labels"
        raise UsageError("--dask: this input can't be shared out", dataset.source, hint)


def _numbered(shards: Sequence[Shard[Dataset]], dataset: Dataset) -> Sequence[Shard[Dataset]]:
    """The shards with the number of rows before each.

    Raises:
        UsageError: That is not known without reading them all.
    """
    try:
        return numbered(shards)
    except MiscutError:
        what = "--bootstrap draws rows by their numbers, and those of several files are not counted on a cluster"
        raise UsageError(what, dataset.source, "--cluster COL draws by name") from None


@record
class _Order:
    """A task for a worker, with the version of losscli that made it."""

    share: Share
    version: str


def _attempt(order: _Order, shard: Shard[Dataset]) -> Partial | _Failure:
    """The outcome of a part. Bad input is an outcome as well, so that Dask does not retry it."""
    if order.version != __version__:
        return UsageError(f"a worker has losscli {__version__}, and this is {order.version}")
    try:
        return work(order.share, shard)
    except (LossError, MiscutError) as error:
        return error


def _both(one: Partial | _Failure, other: Partial | _Failure) -> Partial | _Failure:
    """Merge two outcomes; the first error wins. The arguments stay as they are: Dask may need them again."""
    if isinstance(one, Exception) or isinstance(other, Exception):
        return one if isinstance(one, Exception) else other
    merged = deepcopy(one)
    merged.merge(other)
    return merged


def _tree(client: Any, futures: Sequence[Any]) -> Any:
    """Merge neighbours until one outcome is left."""
    while len(futures) > 1:
        pairs = [futures[i : i + 2] for i in range(0, len(futures), 2)]
        futures = [
            client.submit(_both, *pair, pure=False, retries=_RETRIES) if len(pair) > 1 else pair[0] for pair in pairs
        ]
    return futures[0]


def _apply(client: Any, function: Callable[[Any], Any], arguments: Sequence[Any]) -> Iterator[Any]:
    return iter(client.gather(client.map(function, arguments, pure=False, retries=_RETRIES)))


def _watch(leaves: Sequence[Any], shards: Sequence[Shard[Dataset]], shown: TextIO | None) -> None:
    """Wait for the parts, showing progress."""
    from distributed import as_completed

    sizes = {leaf.key: shard.size for leaf, shard in zip(leaves, shards, strict=True)}
    done, total = 0, sum(sizes.values())
    progress = Progress(shown, lambda: (done, total))
    try:
        for leaf in as_completed(leaves):
            done += sizes[leaf.key]
            progress.add(0)
    finally:
        progress.close()


@contextmanager
def _client(address: str) -> Iterator[Any]:
    """A client of the scheduler; leaving the context cancels its tasks."""
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        raise UsageError("--dask needs Dask", hint="pip install 'losscli[dask]'") from None
    for name in ("distributed", "tornado", "asyncio"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # errors are raised anyway
    if address == "local":
        heard = signal.signal(signal.SIGINT, signal.SIG_IGN)  # inherited by the workers, which we stop ourselves
        try:
            cluster = LocalCluster(threads_per_worker=1, dashboard_address="127.0.0.1:0", silence_logs=logging.CRITICAL)
        finally:
            signal.signal(signal.SIGINT, heard)
        with cluster, Client(cluster) as client:
            yield client
        return
    try:
        client = Client(address, timeout=_PATIENCE)
    except (OSError, ValueError, TypeError) as error:
        reason = str(error).partition("\n")[0]
        what = f"--dask {address}: no scheduler answers: {reason}"
        raise UsageError(what, hint="--dask tcp://HOST:8786, or --dask local") from None
    with client:
        yield client


@contextmanager
def _computed() -> Iterator[None]:
    """Turn errors of a cluster into messages for the user."""
    try:
        yield
    except LossError:
        raise
    except Exception as error:
        what = f"the cluster could not compute this: {type(error).__name__}: {error}".partition("\n")[0]
        raise UsageError(what, hint="every worker needs this version of losscli, and a way to the files") from None
