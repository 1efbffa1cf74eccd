"""The other door, for transforms: rows in, rows out, with the columns that stay as they are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, BinaryIO

from losscli.errors import InputError
from losscli.inputs.arrays import Arrays, stream_for
from losscli.inputs.opening import open_input
from losscli.inputs.pieces import Stream, joined, rechunk
from losscli.inputs.streams import prediction_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from losscli.core.batch import Array, Decision
    from losscli.inputs.options import ReadOptions


@dataclass(frozen=True, slots=True)
class RowBatch:
    """Consecutive rows to transform.

    Attributes:
        start: 0-based number of the first row.
        values: ``(n, ...)`` float64.
        others: For each column of `RowStream.others` one text per row.
        where: As in `Batch`.
    """

    start: int
    values: Array
    others: tuple[Sequence[str], ...]
    where: Callable[[int, int | None], str]


@dataclass(frozen=True, slots=True)
class RowStream:
    """Rows of which some columns will be replaced.

    Attributes:
        batches: The rows in order, to iterate once.
        names: The names of all columns, None without a header.
        columns: 0-based positions of the columns in ``values``; empty if the input is an array, not a table.
        others: 0-based positions of the columns that are handed through.
        decisions: How the input was read.
        source: What it is called in messages.
    """

    batches: Iterator[RowBatch]
    names: tuple[str, ...] | None
    columns: tuple[int, ...]
    others: tuple[int, ...]
    decisions: tuple[Decision, ...]
    source: str


def read_rows(predictions: str | None, options: ReadOptions, stdin: BinaryIO | None = None) -> RowStream:
    """Open PREDICTIONS for a transform: rows in, rows out.

    Raises:
        UsageError: What was asked for isn't there (exit status 2).
        InputError: What is there is bad (exit status 3); also while iterating.
    """
    opened = open_input("-" if predictions is None else predictions, "PREDICTIONS", options, stdin)
    if isinstance(opened, Arrays):
        if options.pred is None or options.pred in opened.keys:
            key, _ = prediction_key(opened, options, labelled=True)
            stream = stream_for(opened.load(key, False), "predictions", "predictions")
            batches = _row_batches(stream, (), options.chunk_rows)
            return RowStream(batches, None, (), (), opened.decisions, opened.name)
        from losscli.inputs.tables import as_table

        opened = as_table(opened)
    from losscli.inputs.roles import choose_rows

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
    )


def read_labels(labels: str | None, options: ReadOptions, stdin: BinaryIO | None = None) -> RowStream:
    """Open labels for a transform; the ``values`` of a batch are ``(n,)`` numbers or texts.

    Raises:
        UsageError: What was asked for isn't there (exit status 2).
        InputError: What is there is bad (exit status 3); also while iterating.
    """
    opened = open_input("-" if labels is None else labels, "LABELS", options, stdin)
    if isinstance(opened, Arrays):
        stream = stream_for(opened.load(opened.keys[0], True), "labels", "labels")
        batches = _row_batches(stream, (), options.chunk_rows, "labels")
        return RowStream(batches, None, (), (), opened.decisions, opened.name)
    from losscli.inputs.roles import choose_labels

    columns = opened.columns
    selection, decisions = choose_labels(columns, options, alone=True)
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
    )


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
        yield RowBatch(start, piece.values[role], texts, piece.places[role])
        start += piece.size
