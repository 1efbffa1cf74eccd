"""How the rows of all streams are cut into shards, each of which reads its own rows."""

from __future__ import annotations

from functools import partial
from itertools import accumulate
from typing import TYPE_CHECKING

from losscli.core.batch import Batch, Dataset
from losscli.core.shards import Cuts, MiscutError, Shard
from losscli.errors import InputError
from losscli.inputs.model import NoRowsError, Stream
from losscli.inputs.paired_batches import paired_batches
from losscli.record import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from losscli.core.shards import Apply
    from losscli.inputs.choose.extras import Extra
    from losscli.inputs.choose.pairing import Join, JoinedPart
    from losscli.inputs.choose.picked import Picker
    from losscli.inputs.model import Keys
    from losscli.inputs.read_options import ReadOptions


def cuts_of(every: Sequence[Stream | Extra], options: ReadOptions, joins: Sequence[Join] = ()) -> Cuts[Dataset] | None:
    """How to divide the rows of one source, or of several that can be cut at the same rows.

    If rows are joined by a key, one side is divided and every process holds the other.
    """
    loose = any(isinstance(one, Stream) and one.keys is not None and one.keys.loose for one in every)
    if options.shift or options.drop or options.limit is not None or loose:
        return None
    if joins:
        every = [one for one in every if not isinstance(one, Stream) or one.keys is None]
    streams = [one for one in every if isinstance(one, Stream)]
    cuts = [stream.cuts for stream in streams if stream.cuts is not None]
    if len(cuts) < len(every) or streams[0].whole:
        return None
    others = [cut.at for cut in cuts[1:]]
    if others and None in (cuts[0].at, *others):
        return None
    total, keys = sum(cut.size for cut in cuts), [stream.keys for stream in streams]

    def shards(size: int, apply: Apply | None) -> list[Shard[Dataset]]:
        columns = [cuts[0].shards(size * cuts[0].size // total, apply)]
        starts = list(accumulate((shard.rows for shard in columns[0][:-1]), initial=0))
        if others and len({*starts}) < len(starts):
            raise MiscutError  # the rows were not counted
        columns += [at(starts, apply) for at in others if at is not None]
        return [_beside(group, keys, options, joins) for group in zip(*columns, strict=True)]

    return Cuts(total, shards, work=sum(cut.size * cut.work for cut in cuts) / total, here=bool(joins))


def _beside(
    shards: Sequence[Shard[Stream]], keys: Sequence[Keys | None], options: ReadOptions, joins: Sequence[Join]
) -> Shard[Dataset]:
    """One shard with the same rows of all sources."""
    reads = [shard.read for shard in shards]
    read = partial(_read_shards, reads, keys, options, joins)
    return Shard(sum(shard.size for shard in shards), read, shards[0].rows)


def _read_shards(
    reads: Sequence[Callable[[], Stream]],
    keys: Sequence[Keys | None],
    options: ReadOptions,
    joins: Sequence[Join | JoinedPart],
) -> Dataset:
    streams = [replace(read(), keys=own) for read, own in zip(reads, keys, strict=True)]
    picker = picker_of(options)
    batches = _shard_batches(streams, options, picker, joins)
    return Dataset(batches, remarks=lambda: [one.remarks() for one in (*streams, *joins, *picker)])


def picker_of(options: ReadOptions, name: str = "") -> tuple[Picker, ...]:
    """What picks rows, if anything does; ``name`` is that of their source, if all rows are read at once."""
    if options.where is None:
        return ()
    from losscli.inputs.choose.picked import Picker

    return (Picker(options.where, options.picked_by, name),)


def _shard_batches(
    streams: Sequence[Stream], options: ReadOptions, picker: tuple[Picker, ...], joins: Sequence[Join | JoinedPart]
) -> Iterator[Batch]:
    """The batches of a shard.

    Raises:
        MiscutError: One of several sources is bad or differs in rows; only a sequential read can say which is first.
        InputError: The only source is bad.
    """
    try:
        yield from paired_batches(streams, (), options, picker, joins)[0]
    except InputError as error:
        if len(streams) + len(joins) > 1:
            raise MiscutError from None
        if not isinstance(error, NoRowsError):  # a shard of blank lines only has no rows
            raise
