"""The door: arguments in, batches out."""

from __future__ import annotations

from functools import partial
from itertools import accumulate
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from losscli.core.batch import Batch, Cuts, Dataset, Decision, MiscutError, Other, Shard
from losscli.errors import InputError, UsageError, printable, quoted
from losscli.inputs.array.arrays import Arrays
from losscli.inputs.choose.column_spec import Table, ranges
from losscli.inputs.choose.extras import Constant, extras_of, open_extras, with_constants, without_extras
from losscli.inputs.choose.from_arrays import from_one, from_two, one_weight, separate_weights, with_columns
from losscli.inputs.choose.grouped import Coders, numbers_of_columns, parts_of, picked_by, without_columns
from losscli.inputs.model import (
    RAW,
    NoRowsError,
    Piece,
    Stream,
    align,
    count_mismatch,
    first_rows,
    is_baseline,
    joined,
    rechunk,
    shifted,
)
from losscli.inputs.opening import open_input
from losscli.record import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from losscli.core.batch import Apply, Baseline
    from losscli.core.class_names import ClassNames
    from losscli.core.parts import Part
    from losscli.core.raw_rows import RawForm
    from losscli.inputs.choose.baselines import Rivals
    from losscli.inputs.choose.extras import Extra
    from losscli.inputs.choose.picked import Picker
    from losscli.inputs.model import Keys
    from losscli.inputs.read_options import ReadOptions

_PREDICTIONS, _LABELS = "PREDICTIONS", "LABELS"


Opened = Table | Arrays
Argument = str | tuple[str, ...] | Opened | None


def read(
    predictions: Argument, labels: str | Opened | None, options: ReadOptions, stdin: BinaryIO | None = None
) -> Dataset:
    """Open PREDICTIONS and LABELS; either may be open already.

    Args:
        predictions: Inline values, a path, a directory, a glob or ``-``; None is ``-``; a tuple is several files.
        labels: The same; None looks for the labels where the predictions are.
        options: How to read them.
        stdin: Standard input; it is never sought.

    Returns:
        Batches to iterate once. Predictions of rank 1 that are no column of a table come in one batch, whose
        labels may be a single row: whether the predictions are n rows or one is not for the inputs to say.

    Raises:
        UsageError: What was asked for isn't there (exit status 2).
        InputError: What is there is bad (exit status 3); also while iterating.
    """
    predictions = "-" if predictions is None else predictions
    files = predictions if isinstance(predictions, tuple) else (predictions,)
    _refuse_shared_stdin(
        *files, labels, options.sample_weight, *options.extras.values(), *options.against, options.cluster
    )
    if labels is not None and not options.labels:
        shown = f": {quoted(labels)}" if isinstance(labels, str) else ""
        raise UsageError(f"this loss takes no {_LABELS}{shown}", hint="only PREDICTIONS")
    options = replace(options, alone=options.alone and labels is None)
    limit = options.limit
    if options.where is not None:  # what is not picked may be anything
        options = replace(options, missing=True, limit=None)
    reading = replace(options, missing=True) if options.alone else options
    pair = _two_files(predictions, labels, options)
    source = _open(predictions, reading if pair is None else replace(reading, beside=pair), stdin)
    asked = (options.pred, options.label if labels is None and options.labels else None, *ranges(options))
    asked = (*asked, *numbers_of_columns(options))
    if options.against:
        from losscli.inputs.choose.baselines import among_columns

        source = with_columns(source, *asked)  # an array is read once
        options = among_columns(source, options)
    opened = [with_columns(without_columns(without_extras(source, options), options), *asked)]
    if labels is not None:
        if isinstance(labels, str):
            _refuse_column(labels, opened[0])
        whole = options if options.join is None else replace(options, limit=None)
        whole = whole if pair is None else replace(whole, beside=pair[::-1])
        opened.append(open_input(labels, _LABELS, whole, stdin) if isinstance(labels, str) else labels)
        _refuse_more_predictions(opened[0], opened[1], options)
    rivals, key = _rivals(opened[0], options, stdin)
    try:
        streams = from_one(opened[0], options, key) if labels is None else from_two(opened[0], opened[1], options, key)
    except InputError as error:
        if isinstance(labels, str) and error.where == _PREDICTIONS and not error.hint and _numbers(labels):
            error.hint = f"{_PREDICTIONS} come first, then {_LABELS}"
        raise
    weight = one_weight(opened, options)
    streams += separate_weights(opened, options, stdin) if weight is None else []
    extras = open_extras(source, opened[0], options, stdin)
    baselines, beside, reasons = _beside_baselines(opened[0], rivals, streams, key, options)
    parts, columns = parts_of([source if isinstance(opened[0], Arrays) else opened[0], *opened[1:]], options)
    clusters, more = _clusters(opened, source, options, stdin)
    reasons = (*reasons, *(_why_together(part, options) for part in clusters))
    roles, picking = picked_by([source if isinstance(opened[0], Arrays) else opened[0], *opened[1:]], options)
    extras += [*columns, *more, *picking]
    options = replace(options, parts=parts, clusters=clusters, picked_by=roles, limit=limit)
    picker = _picker(options, streams[0].name)
    every = (*streams, *extras, *beside)
    batches, told = _paired_batches([*streams, *beside], extras, options, picker)
    given = () if weight is None else (Decision("sample weights", f"{weight:g} for every row", "given"),)
    return Dataset(
        batches=batches if weight is None else _weighed(batches, weight),
        classes=_classes(streams),
        decisions=(*(decision for one in every for decision in one.decisions), *given, *reasons, *_limit(options)),
        source=streams[0].name,
        tabular=streams[0].tabular,
        remarks=lambda: [one.remarks() for one in every if isinstance(one, Stream)] + [one.remarks() for one in picker],
        told=told,
        by=parts,
        cuts=_cuts(every, options) if weight is None else None,
        raw=_raw_form(streams[0], options),
        baselines=baselines,
        called=options.pred if options.pred and len(beside) < len(baselines) else streams[0].name,
    )


def _clusters(
    opened: Sequence[Table | Arrays], source: Table | Arrays, options: ReadOptions, stdin: BinaryIO | None
) -> tuple[tuple[Part, ...], list[Stream]]:
    """What says which rows belong together, and its stream if it is no column of a table."""
    if options.cluster is None and not options.together:
        return (), []
    from losscli.inputs.choose.cluster_column import clusters_of

    return clusters_of([source if isinstance(opened[0], Arrays) else opened[0], *opened[1:]], options, stdin)


def _why_together(part: Part, options: ReadOptions) -> Decision:
    """What clusters are, and why."""
    if options.cluster is None:
        return Decision("clusters", "the records", "values of one record belong together")
    return Decision("clusters", printable(part.name), "--cluster")


def _rivals(opened: Table | Arrays, options: ReadOptions, stdin: BinaryIO | None) -> tuple[Rivals, tuple[int, ...]]:
    """The baselines that are sources of their own, and the columns of PREDICTIONS that pair their rows."""
    if not options.against:
        return {}, ()
    from losscli.inputs.choose.baselines import key_beside, open_rivals

    rivals = open_rivals(opened, options, stdin)
    return rivals, key_beside(opened, rivals, options)


def _beside_baselines(
    opened: Table | Arrays, rivals: Rivals, streams: Sequence[Stream], key: tuple[int, ...], options: ReadOptions
) -> tuple[tuple[Baseline, ...], list[Stream], tuple[Decision, ...]]:
    """What is known of the baselines, the rows of those that are sources of their own, and why these."""
    if not options.against:
        return (), [], ()
    from losscli.inputs.choose.baselines import baselines, beside, chosen

    found = beside(opened, rivals, streams, key, options)
    return baselines(opened, rivals, streams, found, options), found, chosen(rivals, opened, options)


def _weighed(batches: Iterator[Batch], weight: float) -> Iterator[Batch]:
    """The same rows, all of one weight."""
    for batch in batches:
        yield replace(batch, weights=np.full(len(batch.labels), weight))


def _two_files(predictions: Argument, labels: str | Opened | None, options: ReadOptions) -> tuple[str, str] | None:
    """LABELS and PREDICTIONS if each is one file, and each may say what the first line of the other is."""
    if not isinstance(predictions, str) or not isinstance(labels, str) or options.skip or options.comment is not None:
        return None
    if _numbers(predictions) or _numbers(labels):
        return None
    from losscli.inputs.source.bytes import is_file

    return (labels, predictions) if is_file(predictions) and is_file(labels) else None


def _classes(streams: Sequence[Stream]) -> ClassNames | None:
    if not any(stream.names or stream.classes or stream.seen for stream in streams):
        return None
    from losscli.inputs.choose.class_columns import classes_of

    return classes_of(streams)


def _raw_form(predictions: Stream, options: ReadOptions) -> RawForm | None:
    """How the rows of the predictions are written, with the name of the column that is added.

    Raises:
        UsageError: They are not written as rows, or a column has that name.
    """
    if options.append is None:
        return None
    if predictions.raw is None:
        what = "--append: PREDICTIONS are no lines of a table, which could get a column more"
        raise UsageError(what, predictions.name, "CSV and other delimited text, NDJSON, Parquet, Arrow")
    if options.append in predictions.raw.names:
        what = f"--append {printable(options.append)}: there is a column of that name"
        raise UsageError(what, predictions.name, "--append NAME with another")
    return replace(predictions.raw, added=options.append)


def _limit(options: ReadOptions) -> tuple[Decision, ...]:
    return () if options.limit is None else (Decision("rows", f"the first {options.limit}", "--limit"),)


def _numbers(argument: str) -> bool:
    from losscli.inputs.array.inline import has_numbers_only

    return has_numbers_only(argument)


def _cuts(every: Sequence[Stream | Extra], options: ReadOptions) -> Cuts[Dataset] | None:
    """How to share out the rows of one source, or of several that can be cut at the same rows."""
    if options.shift:
        return None
    streams = [one for one in every if isinstance(one, Stream)]
    cuts = [stream.cuts for stream in streams if stream.cuts is not None]
    if len(cuts) < len(every) or streams[0].whole or options.join is not None or options.limit is not None:
        return None
    others = [cut.at for cut in cuts[1:]]
    if others and None in (cuts[0].at, *others):
        return None
    total, keys = sum(cut.size for cut in cuts), [stream.keys for stream in streams]

    def shards(size: int, apply: Apply | None) -> list[Shard[Dataset]]:
        columns = [cuts[0].shards(size * cuts[0].size // total, apply)]
        starts = list(accumulate((shard.rows for shard in columns[0][:-1]), initial=0))
        if others and len({*starts}) < len(starts):
            raise MiscutError  # nobody has counted
        columns += [at(starts, apply) for at in others if at is not None]
        return [_beside(group, keys, options) for group in zip(*columns, strict=True)]

    return Cuts(total, shards, work=sum(cut.size * cut.work for cut in cuts) / total)


def _beside(shards: Sequence[Shard[Stream]], keys: Sequence[Keys | None], options: ReadOptions) -> Shard[Dataset]:
    """The same rows of all sources."""
    reads = [shard.read for shard in shards]
    return Shard(sum(shard.size for shard in shards), partial(_read_shards, reads, keys, options), shards[0].rows)


def _read_shards(reads: Sequence[Callable[[], Stream]], keys: Sequence[Keys | None], options: ReadOptions) -> Dataset:
    streams = [replace(read(), keys=own) for read, own in zip(reads, keys, strict=True)]
    picker = _picker(options)
    batches = _shard_batches(streams, options, picker)
    return Dataset(batches, remarks=lambda: [one.remarks() for one in streams] + [one.remarks() for one in picker])


def _picker(options: ReadOptions, name: str = "") -> tuple[Picker, ...]:
    """What picks rows, if something does; ``name`` is that of their source, if these are all rows."""
    if options.where is None:
        return ()
    from losscli.inputs.choose.picked import Picker

    return (Picker(options.where, options.picked_by, name),)


def _shard_batches(streams: Sequence[Stream], options: ReadOptions, picker: tuple[Picker, ...]) -> Iterator[Batch]:
    """The rows of a part.

    Raises:
        MiscutError: Of several sources one is bad or has other rows: which is the first, only a reader of all can say.
        InputError: The only one is bad.
    """
    try:
        yield from _paired_batches(streams, (), options, picker)[0]
    except InputError as error:
        if len(streams) > 1:
            raise MiscutError from None
        if not isinstance(error, NoRowsError):  # nothing but blank lines
            raise


def _open(predictions: str | tuple[str, ...] | Opened, options: ReadOptions, stdin: BinaryIO | None) -> Opened:
    if isinstance(predictions, Opened):
        return predictions
    if isinstance(predictions, str):
        return open_input(predictions, _PREDICTIONS, options, stdin)
    from losscli.inputs.many_files import open_files
    from losscli.inputs.source.listing import several

    return open_files(several(predictions, _PREDICTIONS), _PREDICTIONS, options)


def _refuse_more_predictions(predictions: Table | Arrays, labels: Table | Arrays, options: ReadOptions) -> None:
    """LABELS with the very columns of PREDICTIONS, which hold labels already, is more of these: an expanded glob."""
    if isinstance(predictions, Arrays) or isinstance(labels, Arrays) or options.pred or options.label:
        return
    mine, other = predictions.columns, labels.columns
    if mine.names is None or mine.names != other.names or mine.source == other.source:
        return
    from losscli.inputs.choose.roles import holds_labels

    if holds_labels(mine):
        what = f"{_LABELS} has the columns of {_PREDICTIONS}, labels among them: are they two files of one data set?"
        where = f"{mine.source} and {other.source}"
        hint = "a glob in quotes, or a directory, is one data set; --pred and --label if they are not"
        raise UsageError(what, where, hint)


def _refuse_column(labels: str, predictions: Table | Arrays) -> None:
    """LABELS that is the name of a column was meant as ``--label``."""
    if isinstance(predictions, Arrays) or labels not in (predictions.columns.names or ()):
        return
    from losscli.inputs.source.bytes import is_file

    if not _numbers(labels) and not is_file(labels):
        what = f"no such file for {_LABELS}: {printable(labels)}, which is a column of {predictions.columns.source}"
        raise UsageError(what, hint=f"--label {quoted(labels)}")


def _refuse_shared_stdin(*arguments: str | Opened | None) -> None:
    if sum(isinstance(argument, str) and argument.strip() == "-" for argument in arguments) > 1:
        raise UsageError("stdin can be read only once", hint="give a path for all but one of the arguments")


def _paired_batches(
    streams: Sequence[Stream], extras: Sequence[Extra], options: ReadOptions, picker: tuple[Picker, ...]
) -> tuple[Iterator[Batch], Callable[[], tuple[Decision, ...]]]:
    """The batches, and what there is to say of their pairing once they are through."""
    keyed = [stream for stream in streams if stream.keys is not None]
    if not keyed:
        if options.join is not None:
            what = f"--join {printable(options.join)}: it pairs the rows of two tables, PREDICTIONS and LABELS"
            raise UsageError(what, hint="leave it out: rows are paired by position")
        return _batches(streams, extras, options, picker), tuple
    from losscli.inputs.choose.pairing import Join, compared

    joins: list[Join] = []
    if options.join is not None:
        streams = [stream for stream in streams if stream.keys is None]
    beside = [extra for extra in extras if isinstance(extra, Stream)]
    if options.join is not None:
        _refuse_by_position([*streams[1:], *beside], options.join)
    pieces = align([*streams, *beside])
    for stream in keyed:
        assert stream.keys is not None
        if options.join is None:
            pieces = compared(pieces, stream.keys.request, stream.against)
            continue
        join = Join(stream, stream.keys.request, drop=options.drop, part=options.limit is not None)
        pieces = join.pieces(pieces, streams[0].name)
        joins.append(join)
    held = [replace(streams[0], pieces=pieces)]
    constants = [extra for extra in extras if isinstance(extra, Constant)]
    return _batches(held, constants, options, picker), lambda: tuple(one for join in joins for one in join.decisions())


def _refuse_by_position(streams: Sequence[Stream], join: str) -> None:
    """Beside rows that are paired by a key, none may be paired by position: whose order would it be?

    Raises:
        UsageError: Some would be.
    """
    other = next(iter(streams), None)
    if other is not None:
        what = (
            f"the {other.holds} of {other.name} would be paired by position, where --join {printable(join)} pairs rows"
        )
        raise UsageError(what, hint="put them into columns of PREDICTIONS, or of LABELS for sample weights")


def _batches(
    streams: Sequence[Stream], extras: Sequence[Extra], options: ReadOptions, picker: tuple[Picker, ...]
) -> Iterator[Batch]:
    beside = [extra for extra in extras if isinstance(extra, Stream)]
    constants = [extra for extra in extras if isinstance(extra, Constant)]
    coders = Coders(options.parts, options.clusters)
    if streams[0].whole:
        yield replace(_whole(streams, beside, constants, options, picker), file=streams[0].name)
        return
    pieces = align([*streams, *beside])
    if options.limit is not None and not picker:
        pieces = first_rows(pieces, options.limit)
    if options.shift:
        pieces = shifted(pieces, options.shift)
    for one in picker:
        pieces = one.pieces(pieces)
        pieces = pieces if options.limit is None else first_rows(pieces, options.limit)
    pieces = _compared_labels(pieces, options)
    if options.chunk_rows:
        pieces = rechunk(pieces, options.chunk_rows)
    start, axes = 0, None
    for piece in pieces:
        batch = _batch(with_constants(piece, constants), start, coders)
        axes = axes or batch.every_axes
        batch.refuse_other(axes)
        yield replace(batch, file=piece.file[1] if piece.file else streams[0].name) if options.parts else batch
        start += piece.size


def _whole(
    streams: Sequence[Stream],
    beside: Sequence[Stream],
    constants: Sequence[Constant],
    options: ReadOptions,
    picker: tuple[Picker, ...],
) -> Batch:
    """All rows as one batch; beside n predictions of rank 1 there may be one row of everything else."""
    beside = [*beside, *(stream for stream in streams if stream.against is not None)]
    streams = [stream for stream in streams if stream.against is None]
    pieces = [joined(list(stream.pieces)) for stream in streams]
    sizes = [piece.size for piece in pieces]
    if len({*sizes, 1}) > 2 or len(set(sizes[1:])) > 1 or sizes[0] < max(sizes):
        raise count_mismatch(streams, sizes)
    for stream in beside:
        pieces.append(joined(list(stream.pieces)))
        if pieces[-1].size != sizes[0]:
            raise count_mismatch([streams[0], stream], [sizes[0], pieces[-1].size])
    values = {role: value for piece in pieces for role, value in piece.values.items()}
    places = {role: place for piece in pieces for role, place in piece.places.items()}
    whole = next(_compared_labels(iter([Piece(sizes[0], values, places)]), options))
    for one in picker:
        whole = next(one.pieces(iter([whole])))
    if options.limit is not None and len(set(sizes)) == 1:
        whole = whole.cut(0, options.limit)
    whole = with_constants(whole, [constant.beside(sizes[0]) for constant in constants])
    return _batch(whole, 0, Coders(options.parts, options.clusters))


def _compared_labels(pieces: Iterator[Piece], options: ReadOptions) -> Iterator[Piece]:
    """Rows whose labels are those of every baseline that has its own."""
    if not options.against or not options.labels:
        return pieces
    from losscli.inputs.choose.pairing import of_equal_labels

    for i in range(len(options.against)):
        pieces = of_equal_labels(pieces, i)
    return pieces


def _others(piece: Piece) -> tuple[Other, ...]:
    """What the baselines predict, in their order."""
    roles = sorted(filter(is_baseline, piece.values), key=lambda role: int(role.rpartition(" ")[2]))
    return tuple(Other(_numbers_of(piece.values[role]), piece.places[role]) for role in roles)


def _numbers_of(values: NDArray[Any]) -> Any:
    return values if values.dtype == object else np.asarray(values, np.float64)


def _batch(piece: Piece, start: int, coders: Coders) -> Batch:
    places = piece.places
    label_place = places.get("labels", places["predictions"])
    labels, columns = piece.values.get("labels"), coders(piece)
    return Batch(
        start=start,
        predictions=piece.values["predictions"],
        labels=np.empty((piece.size, 0)) if labels is None else labels,
        weights=piece.values.get("weights"),
        ids=piece.values.get("ids"),
        where=places["predictions"],
        where_label=lambda row: label_place(row, None),
        extras=extras_of(piece),
        others=_others(piece),
        columns=columns,
        clusters=coders.clusters(columns),
        raw=piece.values.get(RAW),
    )
