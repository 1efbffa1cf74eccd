"""Records with named fields and rows as arrays, one per line (NDJSON) or in one JSON list."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from losscli.errors import InputError, printable, quoted
from losscli.inputs.arrays import Arrays, ArrayStream, Block, in_role
from losscli.inputs.choose import usual_names as known
from losscli.inputs.choose.column_spec import Columns, Kind, Selection, Table
from losscli.inputs.json_path import Flattened, is_path
from losscli.inputs.nested import CONSTANTS, Locate, Path, to_array
from losscli.inputs.numbers import is_missing, looks_numeric
from losscli.inputs.pieces import Piece, Place, at_least_one, no_rows
from losscli.inputs.text import text_blocks, without_comments
from losscli.inputs.texts import side_by_side
from losscli.record import replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from losscli.core.batch import Decision
    from losscli.inputs.options import ReadOptions
    from losscli.inputs.source import Source

_SAMPLE = 1000

# Places and values of consecutive rows.
Group = tuple[list[str], list[Any]]


def open_ndjson(source: Source, options: ReadOptions, decisions: tuple[Decision, ...]) -> Table | Arrays:
    """Records or arrays, one per line; reads the first of them.

    Raises:
        InputError: There are no rows, or the first line is no JSON.
    """
    return open_groups(_groups(source, options), source.name, options, decisions)


def open_groups(
    groups: Iterator[Group], name: str, options: ReadOptions, decisions: tuple[Decision, ...]
) -> Table | Arrays:
    """Records or arrays as they come; reads the first of them.

    Raises:
        InputError: There are no rows, or the first is none.
    """
    first = next(groups, None)
    if first is None:
        raise no_rows(name)
    groups = itertools.chain((first,), groups)
    if options.alone and isinstance(first[1][0], list):
        flat = Flattened(options, "[]")
        table = open_records(flat.groups(groups), name, replace(options, pred="[]"), decisions)
        return replace(table, remarks=flat.remarks)
    if isinstance(first[1][0], dict):
        return open_records(groups, name, options, decisions)
    return _open_rows(groups, first, name, decisions)


def _groups(source: Source, options: ReadOptions) -> Iterator[Group]:
    from losscli.inputs.json_text import decode

    blocks = text_blocks(source, options.chunk_bytes)
    if options.skip or options.comment is not None:
        blocks = without_comments(blocks, options.skip, options.comment)
    for block in blocks:
        places: list[str] = []
        values: list[Any] = []
        for line, text in enumerate(block.lines, block.first_line):
            if text and not text.isspace():
                values.append(decode(text, source.name, line))
                places.append(f"{source.name}:{line}")
        if values:
            yield places, values


def open_records(groups: Iterator[Group], name: str, options: ReadOptions, decisions: tuple[Decision, ...]) -> Table:
    """A table of records; the first record says which fields there are.

    Raises:
        InputError: The first record has no fields.
    """
    places, values = first = next(groups, ([], []))
    if not values:
        raise no_rows(name)
    record: dict[str, Any] = values[0]
    path = _path(record, options)
    if path is not None:
        flat = Flattened(options, path)
        groups = flat.groups(itertools.chain((first,), groups))
        return replace(
            open_records(groups, name, replace(options, pred=path, alone=False), decisions), remarks=flat.remarks
        )
    if not record:
        raise InputError("a record without fields", places[0])
    names = tuple(record)
    sample = [value for value in values[:_SAMPLE] if isinstance(value, dict)]
    kinds = tuple(_kind([one[key] for one in sample if key in one]) for key in names)
    words = tuple(
        f"{quoted(str(v))} at {places[0]}" if k == "text" or (isinstance(v, str) and v not in CONSTANTS) else ""
        for v, k in zip(record.values(), kinds, strict=True)
    )
    columns = Columns(name, names, kinds, words)
    reader = _Records(columns, strict=options.pred is None, missing=options.missing)
    every = itertools.chain((first,), groups)
    return Table(columns, decisions, lambda selection: at_least_one(reader.pieces(every, selection), name))


def _path(record: dict[str, Any], options: ReadOptions) -> str | None:
    """The path into records, if one is asked for, or a list of numbers stands alone."""
    if is_path(options.pred, record):
        return options.pred
    if options.alone and options.label is None and not any(known.key(key) in known.LABELS for key in record):
        lists = [key for key, value in record.items() if isinstance(value, list)]
        if options.pred in lists or (options.pred is None and len(lists) == 1):
            return f"{options.pred or lists[0]}[]"
    return None


def _kind(values: Sequence[Any]) -> Kind:
    """What a field holds; texts that are all numbers are numbers."""
    if any(isinstance(value, list) for value in values):
        return "list"
    texts = [value for value in values if isinstance(value, str) and value not in CONSTANTS]
    present = [text for text in texts if not is_missing(text)] or texts
    return "text" if present and not all(map(looks_numeric, present)) else "number"


class _Records:
    """Turns groups of records into pieces."""

    def __init__(self, columns: Columns, *, strict: bool, missing: bool) -> None:
        assert columns.names is not None
        self._columns = columns
        self._names = columns.names
        self._strict = strict
        self._missing = missing
        self._shapes: dict[str, tuple[int, ...]] = {}

    def pieces(self, groups: Iterator[Group], selection: Selection) -> Iterator[Piece]:
        for places, records in groups:
            self._check(places, records, selection)
            yield self._piece(places, records, selection)

    def _check(self, places: list[str], records: list[Any], selection: Selection) -> None:
        """Every record has the fields that are wanted, and none that the first has not, unless some were picked."""
        values = (column for columns in selection.values().values() for column in columns)
        used = {*values, *selection.others, *selection.key, selection.ids}
        needed = [self._names[i] for i in sorted(i for i in used if i is not None)]
        everything = set(self._names)
        for place, record in zip(places, records, strict=True):
            if not isinstance(record, dict):
                raise InputError("not a record as the first is", place)
            missing = next((name for name in needed if name not in record), None)
            if missing is not None:
                fields = ", ".join(printable(name) for name in record)
                raise InputError(f"no field {quoted(missing)}; fields: {fields}", place)
            extra = next((key for key in record if key not in everything), None) if self._strict else None
            if extra is not None:
                raise InputError(f"a field {quoted(extra)} that the first record hasn't", place, "--pred FIELDS")

    def _piece(self, places: list[str], records: list[Any], selection: Selection) -> Piece:
        values: dict[str, Any] = {}
        at: dict[str, Place] = {}
        for role, columns in selection.values().items():
            text = columns[0] in selection.words
            array = self._array(places, records, columns, text=text)
            if text:
                self._refuse_numbers(array, places, columns[0])
            at[role] = self._place(places, columns)
            values[role] = in_role(array, role)
        if selection.ids is not None:
            values["ids"] = [str(record[self._names[selection.ids]]) for record in records]
        if selection.key:
            names = [self._names[i] for i in selection.key]
            values["key"] = side_by_side([[_text(record[name]) for record in records] for name in names])
        for column in selection.others:
            values[f"column {column}"] = [_text(record[self._names[column]]) for record in records]
        return Piece(len(records), values, at)

    def _array(self, places: list[str], records: list[Any], columns: Sequence[int], *, text: bool) -> NDArray[Any]:
        names = [self._names[i] for i in columns]
        one = len(names) == 1
        data = [record[names[0]] for record in records] if one else [[r[name] for name in names] for r in records]
        array = to_array(data, _locate(places, names), text=text, words=text, missing=self._missing)
        shape = self._shapes.setdefault(" ".join(names), array.shape[1:])
        if array.shape[1:] != shape:
            what = f"{printable(names[0])} has the shape {array.shape[1:]}, that of the first record {shape}"
            raise InputError(what, places[0])
        return array

    def _refuse_numbers(self, labels: NDArray[Any], places: list[str], column: int) -> None:
        if labels.dtype != object:
            called = self._columns.called(column)
            raise InputError("a number where the first is text", f"{places[0]}, column {called}")

    def _place(self, places: list[str], columns: Sequence[int]) -> Place:
        called = self._columns.called
        scalar = self._columns.kinds[columns[0]] != "list"

        def place(row: int, column: int | None) -> str:
            if column is None:
                return f"{places[row]}, column {called(columns[0])}" if len(columns) == 1 else places[row]
            return (
                f"{places[row]}, column {called(columns[column])}" if scalar else f"{places[row]}, column {column + 1}"
            )

        return place


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    import json

    return json.dumps(value)


def _locate(places: list[str], names: list[str]) -> Locate:
    def named(path: Path, /) -> tuple[str, str]:
        if not path:
            return "the field", places[0]
        name, rest = (names[0], path[1:]) if len(names) == 1 else (names[path[1] if len(path) > 1 else 0], path[2:])
        return printable(name) + "".join(f"[{i}]" for i in rest), places[path[0]]

    return named


def _open_rows(groups: Iterator[Group], first: Group, name: str, decisions: tuple[Decision, ...]) -> Arrays:
    """Arrays or scalars, one per line: one array whose length only the end tells."""

    def load(key: str, text: bool) -> ArrayStream:
        places, values = first
        example = to_array(values[:1], _locate_rows(places), text=text)
        return ArrayStream(name, (-1, *example.shape[1:]), example.dtype == object, _blocks(groups, example, text))

    return Arrays(name, ("",), load, decisions)


def _blocks(groups: Iterator[Group], example: NDArray[Any], text: bool) -> Iterator[Block]:
    for places, values in groups:
        array = to_array(values, _locate_rows(places), text=text)
        if array.shape[1:] != example.shape[1:]:
            what = f"a row of shape {array.shape[1:]}, the first has {example.shape[1:]}"
            raise InputError(what, places[0])
        if (array.dtype == object) != (example.dtype == object):
            raise InputError("numbers and text are mixed", places[0])
        yield array, places.__getitem__


def _locate_rows(places: list[str]) -> Locate:
    def named(path: Path, /) -> tuple[str, str]:
        if len(path) < 2:
            return "the row", places[path[0] if path else 0]
        return f"value {', '.join(str(i + 1) for i in path[1:])}", places[path[0]]

    return named
