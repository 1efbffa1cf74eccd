"""The clusters of rows: a column of the input, or a separate file or values, one per row."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from losscli.core.batch import Decision
from losscli.core.groups.parts import Part
from losscli.errors import InputError, UsageError
from losscli.inputs.array.arrays import Arrays, find_key, listed, stream_for
from losscli.inputs.choose import usual_names as known
from losscli.inputs.choose.column_spec import find_columns
from losscli.inputs.choose.columns import Selection, Table
from losscli.inputs.choose.grouped import cluster_in
from losscli.inputs.model import COLUMN, OF_LABELS
from losscli.inputs.opening import open_input
from losscli.record import replace
from losscli.text import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from losscli.inputs.choose.columns import Columns
    from losscli.inputs.model import Piece, Stream
    from losscli.inputs.read_options import ReadOptions

OPTION = "--cluster"
MOST = 10_000_000
_OWN = f"{COLUMN}of {OPTION}"


def clusters_of(
    opened: Sequence[Table | Arrays], options: ReadOptions, stdin: BinaryIO | None
) -> tuple[tuple[Part, ...], list[Stream]]:
    """The clustering (empty if not asked for), and its stream if it is not a column of a table.

    Raises:
        UsageError: It is no column, no array, no values and no file.
        InputError: Several columns could be meant.
    """
    asked = options.cluster
    if asked is None and not options.together:
        return (), []
    for i, one in enumerate(opened):
        role = f"{OF_LABELS * i}{COLUMN}"
        if isinstance(one, Arrays):
            if asked and asked in one.keys:
                return (_part(asked, f"{role}{asked}"),), [stream_for(one.load(asked, True), f"{role}{asked}", asked)]
        elif (column := cluster_column(one.columns, options)) is not None:
            return (_part(one.columns.called(column), f"{role}{column}"),), []
    if asked is None:
        return (), []
    _refuse_unknown(opened, asked)
    return (_part(asked, _OWN),), [_separate(asked, options, stdin)]


def cluster_column(columns: Columns, options: ReadOptions) -> int | None:
    """The column of clusters; None if it is elsewhere.

    Raises:
        UsageError: There are not so many columns.
        InputError: A name belongs to several.
    """
    asked = cluster_in(columns, options)
    if asked is None:
        return None
    found = find_columns(columns, asked, OPTION)
    if len(found) != 1:
        raise UsageError(f"{OPTION} {quoted(asked)}: {len(found)} columns; one says which rows belong together")
    return found[0]


def _part(name: str, source: str) -> Part:
    return Part(name, source, option=OPTION, most=MOST)


def _separate(argument: str, options: ReadOptions, stdin: BinaryIO | None) -> Stream:
    source = open_input(argument, OPTION, options, stdin)
    if isinstance(source, Arrays):
        key = find_key(source, known.IDS, None, "")[0] if len(source.keys) > 1 else source.keys[0]
        if key is None:
            raise InputError(
                f"which array holds the clusters? {listed(source)}", source.name, "save it to a file of its own"
            )
        return stream_for(source.load(key, True), _OWN, "clusters")
    columns = source.columns
    if len(columns.kinds) != 1:
        what = f"which column holds the clusters? {columns.listed()}"
        raise InputError(what, columns.source, "a file of one column")
    from losscli.inputs.choose.from_tables import table_stream

    decision = Decision("clusters", f"column {columns.called(0)} of {columns.source}", "given")
    stream = table_stream(source, "clusters", Selection(others=(0,)), (decision,))
    return replace(stream, pieces=_renamed(stream.pieces), cuts=None)


def _renamed(pieces: Iterator[Piece]) -> Iterator[Piece]:
    for piece in pieces:
        values = {_OWN if role == f"{COLUMN}0" else role: values for role, values in piece.values.items()}
        yield replace(piece, values=values)


def _refuse_unknown(opened: Sequence[Table | Arrays], argument: str) -> None:
    """Refuse what can only be a column name, if there is no such column."""
    from losscli.inputs.source.bytes import is_file

    if argument.isidentifier() and not is_file(argument):
        named = [one for one in opened if not isinstance(one, Arrays) or any(one.keys)]
        shown = [listed(one) if isinstance(one, Arrays) else one.columns.listed() for one in named]
        raise UsageError("; ".join([f"{OPTION}: no column and no file {quoted(argument)}", *shown]))
