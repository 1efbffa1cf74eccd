"""Tables become streams: the roles of their columns are chosen, their rows are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.core.batch import Decision
from losscli.errors import InputError
from losscli.inputs.array.arrays import in_role, peeked, shown_shape
from losscli.inputs.choose import usual_names as known
from losscli.inputs.choose.column_spec import weight_column
from losscli.inputs.choose.columns import Columns, Kind, Selection, Table
from losscli.inputs.choose.key_bytes import side_by_side
from losscli.inputs.choose.roles import choose_both, choose_extra, choose_predictions
from losscli.inputs.model import COLUMN, OF_LABELS, Piece, Place, Stream
from losscli.record import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from losscli.inputs.array.arrays import Arrays, ArrayStream
    from losscli.inputs.model import Keys
    from losscli.inputs.read_options import ReadOptions


def whole_table(table: Table, options: ReadOptions, key: tuple[int, ...]) -> Stream:
    """The rows of a table of predictions and labels; ``key`` pairs them with those of a baseline.

    Raises:
        InputError: The labels or the predictions can't be found.
        UsageError: A column that was asked for isn't there.
    """
    return table_stream(table, "predictions", *choose_both(table.columns, options, key), options)


def prediction_table(table: Table, options: ReadOptions, key: tuple[int, ...], seen: Sequence[str] = ()) -> Stream:
    """The rows of a table of predictions; labels, if any, are in no table, and some of them are ``seen``.

    Raises:
        InputError: The predictions can't be told from the rest.
        UsageError: A column that was asked for isn't there.
    """
    choice = choose_predictions(table.columns, options, Selection(key=key), None, seen)
    return table_stream(table, "predictions", *choice, options)


def two_tables(
    predictions: Table, labels: Table, options: ReadOptions, keys: Keys | None, key: tuple[int, ...]
) -> tuple[Stream, Stream]:
    """The rows of a table of predictions and of one of labels; ``key`` pairs rows with a baseline's.

    Raises:
        InputError: The labels or the predictions can't be told from the rest.
        UsageError: A column that was asked for isn't there.
    """
    from losscli.inputs.choose.label_file import labels_seen

    columns, other = predictions.columns, labels.columns
    taken, seen = Selection(key=keys.ours if keys else key), labels_seen(other, options, columns)
    selection, decisions = choose_predictions(columns, options, taken, other, seen)
    rows = table_stream(predictions, "predictions", selection, decisions, options)
    return rows, label_table(labels, predictions, options, keys, (columns, selection))


def label_table(
    labels: Table,
    predictions: Table | Arrays,
    options: ReadOptions,
    keys: Keys | None = None,
    beside: tuple[Columns, Selection] | None = None,
) -> Stream:
    """The rows of a table of labels, with its weights and the key by which rows are paired.

    Raises:
        InputError: The labels can't be told from the rest.
        UsageError: A column that was asked for isn't there.
    """
    from losscli.inputs.choose.label_file import choose_label_file

    selection, decisions = choose_label_file(labels.columns, options, keys.theirs if keys else (), beside)
    weights = weight_column(labels.columns, options)
    if weights is not None and not has_weights(predictions, options):
        selection = replace(selection, weights=weights)
        decisions += (Decision("sample weights", f"column {labels.columns.called(weights)}", "given"),)
    return replace(table_stream(labels, "labels", selection, decisions, options).each(_of_labels), keys=keys)


def weight_table(table: Table) -> Stream:
    """The rows of a table of sample weights.

    Raises:
        InputError: Several columns could be the weights.
    """
    columns = table.columns
    column = _weights_of(columns)
    decision = Decision("sample weights", f"column {columns.called(column)} of {columns.source}", "given")
    return table_stream(table, "sample weights", Selection(weights=column), (decision,))


def extra_table(table: Table, name: str) -> Stream:
    """The rows of a table that holds only an extra."""
    return table_stream(table, name, *choose_extra(table.columns, name))


def has_weights(opened: Table | Arrays, options: ReadOptions) -> bool:
    """Whether ``--sample-weight`` names something in this source."""
    if isinstance(opened, Table):
        return weight_column(opened.columns, options) is not None
    return options.sample_weight in opened.keys


def table_stream(
    table: Table, holds: str, selection: Selection, decisions: tuple[Decision, ...], options: ReadOptions | None = None
) -> Stream:
    """The rows of a table with the columns of a selection; with ``options``, a row of totals is refused.

    Raises:
        InputError: There is one.
    """
    columns = table.columns
    roles = (*selection.predictions, *selection.labels)
    others = [i for i in range(len(columns.kinds)) if i not in roles]
    if options is not None and others and (table.last is not tuple or any(map(columns.holds_words, others))):
        from losscli.inputs.choose.total_row import total_row

        decisions += total_row(table, roles, others, options)
    names = tuple(columns.names[i] for i in selection.predictions) if columns.names else ()
    seen = columns.seen(selection.labels[0]) if len(selection.labels) == 1 else ()
    return Stream(
        columns.source,
        holds,
        table.pieces(selection),
        tabular=True,
        names=names,
        seen=seen,
        decisions=(*table.decisions, *decisions),
        remarks=table.remarks,
        files=table.files,
        cuts=table.cuts(selection) if table.cuts else None,
        raw=table.raw,
        classes=table.classes if [columns.kinds[i] for i in selection.predictions] == ["list"] else None,
    )


def as_table(arrays: Arrays, *, needed: bool = True) -> Table | Arrays:
    """The only array of a source as a table without a header, so that its columns can be chosen.

    Raises:
        InputError: The array has no columns, and they are needed.
    """
    stream = arrays.load(arrays.keys[0], False)
    if len(stream.shape) != 2:
        if not needed:
            return replace(arrays, load=lambda key, text: stream)
        what = f"an array of shape {shown_shape(stream.shape)} has no columns to choose from"
        raise InputError(what, arrays.name, "--label and --pred need a table")
    stream, first = peeked(stream)  # read a row first: a damaged header may claim any number of columns
    width = first.shape[1]
    kinds: tuple[Kind, ...] = ("number",) * width
    columns = Columns(arrays.name, None, kinds, ("",) * width)
    return Table(columns, arrays.decisions, lambda selection: _select(stream, selection))


def _select(stream: ArrayStream, selection: Selection) -> Iterator[Piece]:
    for block, row_place in stream.blocks:
        values: dict[str, Any] = {}
        places: dict[str, Place] = {}
        for role, columns in selection.values().items():
            picked = block[:, columns[0]] if len(columns) == 1 else block[:, list(columns)]
            values[role] = in_role(picked, role)
            places[role] = _column_place(row_place, columns)
        if selection.ids is not None:
            values["ids"] = [str(value) for value in block[:, selection.ids].tolist()]
        if selection.key:
            values["key"] = side_by_side([list(map(str, block[:, i].tolist())) for i in selection.key])
        for column in selection.others:
            values[f"column {column}"] = [str(value) for value in block[:, column].tolist()]
        yield Piece(len(block), values, places, stream.file())


def _column_place(row_place: Callable[[int], str], columns: tuple[int, ...]) -> Place:
    def place(row: int, column: int | None) -> str:
        if column is None and len(columns) > 1:
            return row_place(row)
        return f"{row_place(row)}, column {columns[column or 0] + 1}"

    return place


def _of_labels(piece: Piece) -> Piece:
    """The piece with the keys and passed-through columns of labels under their own roles."""
    values = {
        f"{OF_LABELS}{role}" if role == "key" or role.startswith(COLUMN) else role: value
        for role, value in piece.values.items()
    }
    return replace(piece, values=values)


def _weights_of(columns: Columns) -> int:
    named = [i for i in range(len(columns.kinds)) if columns.key(i) in known.WEIGHTS]
    if len(named) == 1:
        return named[0]
    rest = [i for i in range(len(columns.kinds)) if not columns.names or columns.key(i) not in known.IDS]
    if len(rest) != 1:
        raise InputError(f"which column holds the sample weights? {columns.listed()}", columns.source)
    return rest[0]
