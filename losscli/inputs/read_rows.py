"""The other door, for transforms: rows in, rows out, with the columns that stay as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from losscli.core.batch import Decision
from losscli.errors import InputError
from losscli.inputs.array.arrays import Arrays, ArrayStream, find_key, listed, shown_shape, stream_for
from losscli.inputs.choose import usual_names as known
from losscli.inputs.choose.from_arrays import prediction_key, with_columns
from losscli.inputs.model import Piece, Stream, align, joined, rechunk
from losscli.inputs.opening import open_input
from losscli.record import record, replace
from losscli.text import json_text, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from losscli.inputs.choose.columns import Columns, Kind
    from losscli.inputs.read_options import ReadOptions
    from losscli.ops import Array


@record
class RowBatch:
    """Consecutive rows to transform.

    Attributes:
        start: 0-based number of the first row.
        values: ``(n, ...)`` float64; of rank 1 for a single row of numbers (an array of rank 1) or n labels.
        others: For each column of `RowStream.others`, one text per row.
        where: As in `Batch`.
    """

    start: int
    values: Array
    others: tuple[Sequence[str], ...]
    where: Callable[[int, int | None], str]


@record
class RowStream:
    """Rows in which some columns will be replaced.

    Attributes:
        batches: The rows in order, to iterate once.
        names: The names of all columns or arrays, None without a header.
        columns: 0-based positions of the columns in ``values``; empty if the input is an array without a name.
        others: 0-based positions of the columns that are handed through.
        decisions: How the input was read; ``not used`` for what can't be handed through.
        source: What it is called in messages.
        kinds: The kind of each of ``others``: numbers and lists are written as in JSON.
        lists: The values are lists, or the rows of an array, under one name.
        classes: Class names found in the source.
    """

    batches: Iterator[RowBatch]
    names: tuple[str, ...] | None
    columns: tuple[int, ...]
    others: tuple[int, ...]
    decisions: tuple[Decision, ...]
    source: str
    kinds: tuple[Kind, ...] = ()
    lists: bool = False
    classes: tuple[str, ...] | None = None


def read_rows(predictions: str | None, options: ReadOptions, stdin: BinaryIO | None = None) -> RowStream:
    """Open PREDICTIONS for a transform: rows in, rows out.

    Raises:
        UsageError: What was asked for isn't there (exit status 2).
        InputError: What is there is bad (exit status 3); also while iterating.
    """
    opened = open_input("-" if predictions is None else predictions, "PREDICTIONS", options, stdin)
    opened = with_columns(opened, options, options.pred)
    if isinstance(opened, Arrays):
        return _array_rows(opened, prediction_key(opened, options, labelled=True)[0], "predictions", options)
    from losscli.inputs.choose.transformed import choose_rows

    columns = opened.columns
    selection, decisions = choose_rows(columns, options)
    stream = Stream(columns.source, "rows", opened.pieces(selection))
    return RowStream(
        batches=_row_batches(stream, selection.others, options.chunk_rows),
        names=columns.names,
        columns=selection.predictions,
        others=selection.others,
        decisions=(*opened.decisions, *decisions),
        source=columns.source,
        kinds=_kinds(columns, selection.others),
        lists=any(columns.kinds[i] == "list" for i in selection.predictions),
    )


def read_labels(
    labels: str | None, options: ReadOptions, stdin: BinaryIO | None = None, role: str = "LABELS"
) -> RowStream:
    """Open labels for a transform, or those of an option, the ``role``; ``values`` are ``(n,)`` numbers or texts.

    Raises:
        UsageError: What was asked for isn't there (exit status 2).
        InputError: What is there is bad (exit status 3); also while iterating.
    """
    opened = open_input("-" if labels is None else labels, role, options, stdin)
    opened = with_columns(opened, options, options.label)
    if isinstance(opened, Arrays):
        key, _ = find_key(opened, known.LABELS, options.label, "--label")
        if key is None and len(opened.keys) > 1:
            raise InputError(f"which array holds the labels? {listed(opened)}", opened.name, "--label NAME")
        return _array_rows(opened, opened.keys[0] if key is None else key, "labels", options)
    from losscli.inputs.choose.label_file import choose_label_file

    columns = opened.columns
    selection, decisions = choose_label_file(columns, options)
    if len(selection.labels) != 1:
        raise InputError(f"which column holds the labels? {columns.listed()}", columns.source, "--label COLUMN")
    others = tuple(i for i in range(len(columns.kinds)) if i not in selection.labels)
    stream = Stream(columns.source, "labels", opened.pieces(replace(selection, others=others)))
    return RowStream(
        batches=_row_batches(stream, others, options.chunk_rows, "labels"),
        names=columns.names,
        columns=selection.labels,
        others=others,
        decisions=(*opened.decisions, *decisions),
        source=columns.source,
        kinds=_kinds(columns, others),
    )


def _kinds(columns: Columns, others: Sequence[int]) -> tuple[Kind, ...]:
    """The kinds of columns; numbers that are written as text stay text."""
    written = [
        kind == "number" and bool(example) for kind, example in zip(columns.kinds, columns.examples, strict=True)
    ]
    return tuple("text" if written[i] else columns.kinds[i] for i in others)


def _array_rows(arrays: Arrays, key: str, role: str, options: ReadOptions) -> RowStream:
    """The rows of one array; the others are handed through if they have as many, or if there is only one row."""
    array = arrays.load(key, role == "labels")
    stream = stream_for(array, role, role)
    count = 1 if stream.whole else array.shape[0]
    beside: dict[str, ArrayStream] = {}
    decisions = list(arrays.decisions)
    for other in arrays.keys:
        needed = other == options.label or known.key(other) in known.LABELS
        if other == key:
            continue
        try:
            found = arrays.load(other, True)
        except InputError as error:
            if needed:
                raise
            decisions.append(Decision("not used", f"array {printable(other)}", error.what))
            continue
        if count in (1, found.shape[0]):
            beside[other] = found
            continue
        what = f"{printable(other)} has the shape {shown_shape(found.shape)}, not one value for each of {count} rows"
        if needed:
            raise InputError(what, arrays.name)
        decisions.append(Decision("not used", f"array {printable(other)}", what))
    names = tuple(other for other in arrays.keys if other == key or other in beside)
    others = tuple(i for i, other in enumerate(names) if other in beside)
    columns = [_column(beside[names[i]], i, one=count == 1) for i in others]
    named = names != ("",)
    return RowStream(
        batches=_row_batches(replace(stream, pieces=_together(stream, columns)), others, options.chunk_rows, role),
        names=names if named else None,
        columns=(names.index(key),) if named else (),
        others=others,
        decisions=tuple(decisions),
        source=arrays.name,
        kinds=tuple(_kind(beside[names[i]], one=count == 1) for i in others),
        lists=named and role == "predictions",
        classes=arrays.classes,
    )


def _kind(array: ArrayStream, *, one: bool) -> Kind:
    if len(array.shape) > 1 or (one and array.shape[0] != 1):
        return "list"
    return "text" if array.text else "number"


def _column(array: ArrayStream, column: int, *, one: bool) -> Stream:
    """An array as texts, one per row; if there is only ``one`` row, the whole array is one text."""

    def pieces() -> Iterator[Piece]:
        if one:
            values = [value for block, _ in array.blocks for value in block.tolist()]
            yield Piece(1, {f"column {column}": [json_text(values[0] if len(values) == 1 else values)]}, {})
            return
        for block, _ in array.blocks:
            yield Piece(len(block), {f"column {column}": [json_text(value) for value in block.tolist()]}, {})

    return Stream(array.name, array.name, pieces())


def _together(stream: Stream, columns: Sequence[Stream]) -> Iterator[Piece]:
    """The rows with the columns that are handed through."""
    if not stream.whole:
        yield from align([stream, *columns])
        return
    row, *others = [joined(list(one.pieces)) for one in (stream, *columns)]
    values = {role: texts for other in others for role, texts in other.values.items()}
    yield Piece(row.size, {**row.values, **values}, row.places)


def _row_batches(
    stream: Stream, others: Sequence[int], chunk_rows: int | None, role: str = "predictions"
) -> Iterator[RowBatch]:
    if stream.whole:
        pieces = iter([joined(list(stream.pieces))])
    else:
        pieces = rechunk(stream.pieces, chunk_rows) if chunk_rows else stream.pieces
    start = 0
    for piece in pieces:
        texts = tuple(piece.values[f"column {column}"] for column in others)
        values = piece.values[role]
        if 0 in values.shape[1:]:
            raise InputError("an empty list where values belong", piece.places[role](0, None))
        if role == "predictions" and values.ndim == 1 and not stream.whole:
            values = values[:, None]
        yield RowBatch(start, values, texts, piece.places[role])
        start += piece.size
