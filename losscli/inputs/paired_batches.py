"""The streams of all roles, paired row by row, as batches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.core.batch import Batch, Decision, Other
from losscli.errors import InputError, UsageError
from losscli.inputs.cells import as_flags, spelled_as
from losscli.inputs.model import (
    COLUMN,
    RAW,
    Piece,
    Stream,
    align,
    count_mismatch,
    extra_role,
    first_rows,
    is_baseline,
    is_extra,
    joined,
    rechunk,
)
from losscli.record import replace
from losscli.text import composed, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from losscli.inputs.choose.coders import Coders
    from losscli.inputs.choose.extras import Constant, Extra
    from losscli.inputs.choose.pairing import Join, JoinedPart
    from losscli.inputs.choose.picked import Picker
    from losscli.inputs.read_options import ReadOptions


def joins_of(streams: Sequence[Stream], options: ReadOptions) -> tuple[Join, ...]:
    """What joins the rows of predictions to those of other streams, for ``--join``.

    Raises:
        UsageError: There is nothing to join.
    """
    keyed = [stream for stream in streams if stream.keys is not None]
    if keyed and options.join is None:
        return ()
    if options.join is not None and not keyed:
        what = f"--join {printable(options.join)}: it pairs the rows of two tables, PREDICTIONS and LABELS"
        raise UsageError(what, hint="leave it out: rows are paired by position")
    if options.drop and not keyed:
        raise UsageError("--join-missing drop needs --join: rows are paired by position", hint="--join COLUMNS")
    if not keyed:
        return ()
    from losscli.inputs.choose.pairing import Join

    part = options.limit is not None
    return tuple(Join(one, one.keys.request, drop=options.drop, part=part) for one in keyed if one.keys is not None)


def paired_batches(
    streams: Sequence[Stream],
    extras: Sequence[Extra],
    options: ReadOptions,
    picker: tuple[Picker, ...],
    joins: Sequence[Join | JoinedPart] = (),
) -> tuple[Iterator[Batch], Callable[[], tuple[Decision, ...]]]:
    """The batches, and remarks on their pairing, known after the last."""
    if options.join is not None or any(stream.keys is not None for stream in streams):
        streams, extras = _paired(streams, extras, options, joins)
    batches = _batches(streams, extras, options, picker)
    if options.class_axis is not None:
        batches = (batch.classes_last(options.class_axis) for batch in batches)
    return batches, lambda: tuple(one for join in joins for one in join.decisions())


def _paired(
    streams: Sequence[Stream], extras: Sequence[Extra], options: ReadOptions, joins: Sequence[Join | JoinedPart]
) -> tuple[Sequence[Stream], Sequence[Extra]]:
    """The rows as one stream, joined by their keys."""
    keyed = [] if joins else [stream for stream in streams if stream.keys is not None]
    streams = [stream for stream in streams if stream.keys is None or not joins]
    beside = [extra for extra in extras if isinstance(extra, Stream)]
    if options.join is not None:
        _refuse_by_position([*streams[1:], *beside], options.join)
    pieces = align([*streams, *beside])
    for join in joins:
        pieces = join.pieces(pieces, streams[0].name)
    if keyed:
        from losscli.inputs.choose.pairing import compared

        for stream in keyed:
            assert stream.keys is not None
            pieces = compared(pieces, stream.keys.request, stream.against, loose=stream.keys.loose)
    return [replace(streams[0], pieces=pieces)], [extra for extra in extras if not isinstance(extra, Stream)]


def _refuse_by_position(streams: Sequence[Stream], join: str) -> None:
    """Refuse to pair some rows by position when others are joined by a key: it is unclear whose order counts."""
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
    constants = [extra for extra in extras if not isinstance(extra, Stream)]
    coders = _coders(options)
    if streams[0].whole:
        yield _whole(streams, beside, constants, options, picker)
        return
    pieces = _that_count(align([*streams, *beside]), options, picker)
    if options.chunk_rows:
        pieces = rechunk(pieces, options.chunk_rows)
    start, axes = 0, None
    for piece in pieces:
        batch = _batch(_with_constants(piece, constants), start, coders, streams[0].name)
        axes = axes or batch.every_axes
        batch.refuse_other(axes)
        yield batch
        start += piece.size


def _whole(
    streams: Sequence[Stream],
    beside: Sequence[Stream],
    constants: Sequence[Constant],
    options: ReadOptions,
    picker: tuple[Picker, ...],
) -> Batch:
    """All rows as one batch; for n predictions of rank 1, everything else may be a single row."""
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
        if sizes[-1] != sizes[0] and _is_handed_through(pieces[-1]):
            raise count_mismatch([streams[-1], stream], [sizes[-1], pieces[-1].size])
    values = {role: value for piece in pieces for role, value in piece.values.items()}
    places = {role: place for piece in pieces for role, place in piece.places.items()}
    if len({*sizes}) > 1:  # one row of classes
        if options.shift:
            raise InputError(f"nothing is left of one row that is shifted by {options.shift}", streams[0].name)
        options = replace(options, limit=None)
    whole = next(_that_count(iter([Piece(sizes[0], values, places)]), options, picker), None)
    if whole is None:
        raise InputError(f"nothing is left of rows that are shifted by {options.shift}", streams[0].name)
    whole = _with_constants(whole, [constant.beside(sizes[0]) for constant in constants])
    return _batch(whole, 0, _coders(options), streams[0].name)


def _that_count(pieces: Iterator[Piece], options: ReadOptions, picker: tuple[Picker, ...]) -> Iterator[Piece]:
    """The rows to compute with: the first ones, with the labels that ``--shift`` says, picked."""
    if options.limit is not None and not picker:
        pieces = first_rows(pieces, options.limit)
    if options.shift:
        from losscli.inputs.later_labels import shifted

        classes = options.classes_along if options.class_axis is None else options.class_axis
        pieces = shifted(pieces, options.shift, classes)
    for one in picker:
        pieces = one.pieces(pieces)
        pieces = pieces if options.limit is None else first_rows(pieces, options.limit)
    return _compared_labels(pieces, options)


def _is_handed_through(piece: Piece) -> bool:
    """Whether it holds texts, one per row."""
    return any(role.startswith(COLUMN) for role in piece.values)


def _compared_labels(pieces: Iterator[Piece], options: ReadOptions) -> Iterator[Piece]:
    """The rows, whose labels must equal those of every baseline that has its own."""
    if not options.against or not options.labels:
        return pieces
    from losscli.inputs.choose.pairing import of_equal_labels

    for i in range(len(options.against)):
        pieces = of_equal_labels(pieces, i)
    return pieces


def _others(piece: Piece) -> tuple[Other, ...]:
    """The predictions of the baselines, in order."""
    roles = sorted(filter(is_baseline, piece.values), key=lambda role: int(role.rpartition(" ")[2]))
    values = [(role, piece.values[role]) for role in roles]
    return tuple(
        Other(one if one.dtype == object else np.asarray(one, np.float64), piece.places[role]) for role, one in values
    )


def _composed(values: NDArray[Any]) -> NDArray[Any]:
    """Words in composed form (NFC), so that those that look the same are equal; numbers unchanged."""
    if values.dtype != object or "".join(values.ravel().tolist()).isascii():
        return values
    return np.array([*map(composed, values.ravel().tolist()), None], dtype=object)[:-1].reshape(values.shape)


def _coders(options: ReadOptions) -> Coders | None:
    if not options.parts and not options.clusters:
        return None
    from losscli.inputs.choose.coders import Coders

    return Coders(options.parts, options.clusters)


def _batch(piece: Piece, start: int, coders: Coders | None, name: str) -> Batch:
    places = piece.places
    label_place = places.get("labels", places["predictions"])
    labels, columns = piece.values.get("labels"), {} if coders is None else coders(piece)
    for role in ("predictions", "labels"):
        if role in piece.values and 0 in piece.values[role].shape[1:]:
            raise InputError("an empty list where values belong", places[role](0, None))
    predictions = _composed(piece.values["predictions"])
    if predictions.dtype == object and labels is not None and labels.dtype != object:
        predictions = as_flags(predictions)
    elif predictions.dtype == object and labels is not None:
        predictions = spelled_as(predictions, labels)
    return Batch(
        start=start,
        predictions=predictions,
        labels=np.empty((piece.size, 0)) if labels is None else _composed(labels),
        weights=piece.values.get("weights"),
        ids=piece.values.get("ids"),
        where=places["predictions"],
        where_label=lambda row: label_place(row, None),
        extras=_extras_of(piece),
        others=_others(piece),
        columns=columns,
        clusters=None if coders is None else coders.clusters(columns),
        raw=piece.values.get(RAW),
        file=piece.file[1] if piece.file else name,
    )


def _with_constants(piece: Piece, constants: Sequence[Constant]) -> Piece:
    """The rows of a piece, each with the constants."""
    if not constants:
        return piece
    values = {extra_role(constant.name): constant.rows(piece.size) for constant in constants}
    places = {extra_role(constant.name): constant.place for constant in constants}
    return replace(piece, values={**piece.values, **values}, places={**piece.places, **places})


def _extras_of(piece: Piece) -> dict[str, NDArray[Any]]:
    """The extras of a piece by their names."""
    prefix = extra_role("")
    own = ((role, values) for role, values in piece.values.items() if is_extra(role) and not is_baseline(role))
    return {role.removeprefix(prefix): values for role, values in own}
