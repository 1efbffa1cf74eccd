"""Records with named fields and rows as arrays, one per line (NDJSON) or in one JSON list."""

from __future__ import annotations

import itertools
import json
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.core.raw_rows import RawForm
from losscli.errors import InputError
from losscli.inputs.array.arrays import Arrays, ArrayStream, Block, in_role
from losscli.inputs.choose import usual_names as known
from losscli.inputs.choose.column_spec import Columns, Kind, Selection, Table
from losscli.inputs.choose.key_bytes import side_by_side
from losscli.inputs.delimited.lines import LineEnds, TextBlock, text_blocks, without_comments
from losscli.inputs.delimited.split import lines_of
from losscli.inputs.json.nested import CONSTANTS, Locate, Path, to_array
from losscli.inputs.json.path import Flattened, is_path
from losscli.inputs.model import RAW, LazyTexts, Piece, Place, Stream, at_least_one, no_rows
from losscli.inputs.numbers import is_missing, looks_numeric
from losscli.inputs.source.bytes import open_span
from losscli.record import replace
from losscli.text import json_text, printable, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from losscli.core.batch import Decision
    from losscli.inputs.delimited.split import LineFile, Span
    from losscli.inputs.json.alike import Alike, Form
    from losscli.inputs.read_options import ReadOptions
    from losscli.inputs.source.bytes import Source

_WORK = 2.0  # to read a byte, next to one of CSV

_SAMPLE = 1000

_LOOKED_AT = 200  # records, to judge the fields by

# Places and values of consecutive rows, or the lines of them.
Group = tuple[list[str], list[Any]]
Unread = Group | TextBlock


def open_ndjson(source: Source, options: ReadOptions, decisions: tuple[Decision, ...]) -> Table | Arrays:
    """Records or arrays, one per line; reads the first of them.

    Raises:
        InputError: There are no rows, or the first line is no JSON.
    """
    ends = None if options.append is None else LineEnds()
    blocks = text_blocks(source, options.chunk_bytes, ends=ends)
    if options.skip or options.comment is not None:
        blocks = without_comments(blocks, options.skip, options.comment)
    table = open_groups(blocks, source.name, options, decisions, lines_of(source, options))
    if ends is None or isinstance(table, Arrays):
        return table
    return replace(table, raw=table.raw and replace(table.raw, newline=ends.usual or "\n"))


def open_groups(
    groups: Iterator[Unread],
    name: str,
    options: ReadOptions,
    decisions: tuple[Decision, ...],
    lines: LineFile | None = None,
) -> Table | Arrays:
    """Records or arrays as they come, perhaps one in each line of a file; reads the first of them.

    Raises:
        InputError: There are no rows, or the first is none.
    """
    text: TextBlock | None = None
    first: Group = [], []
    while not first[1]:
        one = next(groups, None)
        if one is None:
            raise no_rows(name)
        text, first = (one, _values(one, name)) if isinstance(one, TextBlock) else (None, one)
    groups = itertools.chain((first if text is None or options.append is None else text,), groups)
    if options.alone and isinstance(first[1][0], list):
        flat = Flattened(options, "[]")
        table = open_records(flat.groups(_read(groups, name)), name, replace(options, pred="[]"), decisions)
        return replace(table, remarks=flat.remarks)
    if isinstance(first[1][0], dict):
        from losscli.inputs.json.alike import Form

        form = None if text is None else Form.of(text.lines[0])
        return open_records(groups, name, options, decisions, lines, form)
    return _open_rows(_read(groups, name), first, name, decisions, lines)


def _values(block: TextBlock, name: str) -> Group:
    """What the lines of a block hold; blank ones are left out."""
    from losscli.inputs.json.decode import decode

    places: list[str] = []
    values: list[Any] = []
    for line, text in enumerate(block.lines, block.first_line):
        if text and not text.isspace():
            values.append(decode(text, name, line))
            places.append(f"{name}:{line}")
    return places, values


def _read(groups: Iterable[Unread], name: str) -> Iterator[Group]:
    """The same with all lines read."""
    for group in groups:
        places, values = _values(group, name) if isinstance(group, TextBlock) else group
        if values:
            yield places, values


def _noted(groups: Iterable[Unread], taken: list[Unread]) -> Iterator[Unread]:
    """The same; those that were handed out are noted."""
    for group in groups:
        taken.append(group)
        yield group


def _blocks_in(lines: LineFile, span: Span) -> Iterator[TextBlock]:
    """The lines in some of the bytes of a file."""
    source = open_span(lines.path, span.start, span.stop)
    return text_blocks(source, lines.chunk_bytes, span.line, span.ahead)


def open_records(
    groups: Iterator[Unread],
    name: str,
    options: ReadOptions,
    decisions: tuple[Decision, ...],
    lines: LineFile | None = None,
    form: Form | None = None,
) -> Table:
    """A table of records; the first record says which fields there are, and perhaps the form of all.

    Raises:
        InputError: The first record has no fields.
    """
    taken: list[Unread] = []
    first = next(_read(_noted(groups, taken), name), None)
    if first is None:
        raise no_rows(name)
    places, values = first
    record: dict[str, Any] = values[0]
    path = _path(record, options)
    if path is not None:
        flat = Flattened(options, path)
        groups = flat.groups(_read(itertools.chain((first,), groups), name))
        return replace(
            open_records(groups, name, replace(options, pred=path, alone=False), decisions), remarks=flat.remarks
        )
    if not record:
        raise InputError("a record without fields", places[0])
    names = tuple(record)
    head, seen = [first], [*values]
    while (
        len(seen) < _LOOKED_AT and (more := next(_read(_noted(groups, taken), name), None)) is not None
    ):  # whatever the size of a group
        head.append(more)
        seen += more[1]
    sample = [value for value in values[:_SAMPLE] if isinstance(value, dict)]
    kinds = tuple(_kind([one[key] for one in sample if key in one]) for key in names)
    words = tuple(
        f"{quoted(str(v))} at {places[0]}" if k == "text" or (isinstance(v, str) and v not in CONSTANTS) else ""
        for v, k in zip(record.values(), kinds, strict=True)
    )
    looked = [_texts(one, names) for one in seen[:_LOOKED_AT]]
    columns = Columns(name, names, kinds, words, rows=looked, exact=True)
    reader = _Records(columns, (places[:1], values[:1]), strict=options.pred is None, missing=options.missing)
    reader.form = form
    reader.handed_on = handed_on = options.append is not None and isinstance(taken[0], TextBlock)
    every = itertools.chain(taken if handed_on else head, groups)
    return Table(
        columns,
        decisions,
        lambda selection: at_least_one(reader.pieces(every, selection), name),
        cuts=None if lines is None else lambda chosen: lines.cuts(partial(_records_in, lines, reader, chosen), _WORK),
        raw=RawForm("ndjson", names) if handed_on else None,
    )


def _records_in(lines: LineFile, reader: _Records, selection: Selection, span: Span) -> Stream:
    pieces = reader.pieces(_blocks_in(lines, span), selection)
    return Stream(reader.columns.source, "predictions", pieces, tabular=True)


def _path(record: dict[str, Any], options: ReadOptions) -> str | None:
    """The path into records, if one is asked for, or a list of numbers stands alone."""
    if is_path(options.pred, record):
        return options.pred
    if options.alone and options.label is None and not any(known.key(key) in known.LABELS for key in record):
        lists = [key for key, value in record.items() if isinstance(value, list)]
        if options.pred in lists or (options.pred is None and len(lists) == 1):
            return f"{options.pred or lists[0]}[]"
    return None


def _texts(record: Any, names: Sequence[str]) -> list[str]:
    """The fields of a record as a table would have them."""
    if not isinstance(record, dict):
        return [""] * len(names)
    values = [record.get(name, "") for name in names]
    return [str(value) if isinstance(value, str | bool) else json.dumps(value) for value in values]


def _kind(values: Sequence[Any]) -> Kind:
    """What a field holds; texts that are all numbers are numbers."""
    if any(isinstance(value, list) for value in values):
        return "list"
    texts = [value for value in values if isinstance(value, str) and value not in CONSTANTS]
    present = [text for text in texts if not is_missing(text)] or texts
    return "text" if present and not all(map(looks_numeric, present)) else "number"


class _Records:
    """Turns groups of records, of any part of them, into pieces.

    Args:
        columns: The fields.
        first: The first record, which says what their values look like.
        strict: No record may have other fields.
        missing: A field may be without a value.
    """

    def __init__(self, columns: Columns, first: Group, *, strict: bool, missing: bool) -> None:
        assert columns.names is not None
        self.columns = columns
        self._names = columns.names
        self._first = first
        self._strict = strict
        self._missing = missing
        self.form: Form | None = None
        self.handed_on = False
        self._shapes: dict[tuple[str, ...], tuple[int, ...]] = {}

    def pieces(self, groups: Iterable[Unread], selection: Selection) -> Iterator[Piece]:
        for group in groups:
            piece = self._quick(group, selection) if isinstance(group, TextBlock) else None
            if piece is not None:
                yield self._with_lines(piece, group)
                continue
            for places, records in _read((group,), self.columns.source):
                self._check(places, records, selection)
                yield self._with_lines(self._piece(places, records, selection), group)

    def _with_lines(self, piece: Piece, group: Unread) -> Piece:
        """The rows with the lines they are, if these are to be handed on."""
        if not self.handed_on or not isinstance(group, TextBlock):
            return piece
        lines = [line for line in group.lines if line and not line.isspace()]
        return replace(piece, values={**piece.values, RAW: lines})

    def _quick(self, block: TextBlock, selection: Selection) -> Piece | None:
        """The rows of lines of one form; None if they are not, or hold anything but numbers and plain texts."""
        alike = None if self.form is None else self.form.read(block.data)
        if alike is None:
            return None
        values: dict[str, Any] = {}
        at: dict[str, Place] = {}
        source, line = self.columns.source, block.first_line
        for role, columns in selection.values().items():
            array = self._quick_array(alike, columns, text=columns[0] in selection.words)
            if array is None:
                return None
            at[role] = self._place(lambda row: f"{source}:{line + row}", columns)
            values[role] = in_role(array, role)
        size = block.count
        if selection.ids is not None:
            values["ids"] = self._texts(block, size, selection.ids, str)
        if selection.key:
            values["key"] = side_by_side([self._texts(block, size, i, json_text) for i in selection.key])
        for column in selection.others:
            values[f"column {column}"] = self._texts(block, size, column, json_text)
        return Piece(size, values, at)

    def _quick_array(self, alike: Alike, columns: Sequence[int], *, text: bool) -> NDArray[Any] | None:
        assert self.form is not None
        fields = [self.form.fields[self._names[i]] for i in columns]
        if any(field.text is not text for field in fields) or (len(fields) > 1 and (text or fields[0].count)):
            return None
        if text:
            words = alike.texts(self._names[columns[0]])
            return None if self._missing or "" in words else np.array(words, dtype=object)
        array = alike.numbers([self._names[i] for i in columns])
        return array[:, 0] if array is not None and len(fields) == 1 and not fields[0].count else array

    def _texts(self, block: TextBlock, size: int, column: int, text: Callable[[Any], str]) -> LazyTexts:
        name, source = self._names[column], self.columns.source
        return LazyTexts(size, lambda: [text(one[name]) for one in _values(block, source)[1]])

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
            at[role] = self._place(places.__getitem__, columns)
            values[role] = in_role(array, role)
        if selection.ids is not None:
            values["ids"] = [str(record[self._names[selection.ids]]) for record in records]
        if selection.key:
            names = [self._names[i] for i in selection.key]
            values["key"] = side_by_side([[json_text(record[name]) for record in records] for name in names])
        for column in selection.others:
            values[f"column {column}"] = [json_text(record[self._names[column]]) for record in records]
        return Piece(len(records), values, at)

    def _array(self, places: list[str], records: list[Any], columns: Sequence[int], *, text: bool) -> NDArray[Any]:
        names = tuple(self._names[i] for i in columns)
        array = self._values(places, records, names, text=text)
        if names not in self._shapes:
            self._shapes[names] = self._values(*self._first, names, text=text).shape[1:]
        if array.shape[1:] != (shape := self._shapes[names]):
            what = f"{printable(names[0])} has the shape {array.shape[1:]}, that of the first record {shape}"
            raise InputError(what, places[0])
        return array

    def _values(self, places: list[str], records: list[Any], names: Sequence[str], *, text: bool) -> NDArray[Any]:
        one = len(names) == 1
        data = [record[names[0]] for record in records] if one else [[r[name] for name in names] for r in records]
        return to_array(data, _locate(places, names), text=text, words=text, missing=self._missing)

    def _refuse_numbers(self, labels: NDArray[Any], places: list[str], column: int) -> None:
        if labels.dtype != object:
            called = self.columns.called(column)
            raise InputError("a number where the first is text", f"{places[0]}, column {called}")

    def _place(self, line: Callable[[int], str], columns: Sequence[int]) -> Place:
        called = self.columns.called
        scalar = self.columns.kinds[columns[0]] != "list"

        def place(row: int, column: int | None) -> str:
            if column is None:
                return f"{line(row)}, column {called(columns[0])}" if len(columns) == 1 else line(row)
            return f"{line(row)}, column {called(columns[column])}" if scalar else f"{line(row)}, column {column + 1}"

        return place


def _locate(places: list[str], names: Sequence[str]) -> Locate:
    def named(path: Path, /) -> tuple[str, str]:
        if not path:
            return "the field", places[0]
        name, rest = (names[0], path[1:]) if len(names) == 1 else (names[path[1] if len(path) > 1 else 0], path[2:])
        return printable(name) + "".join(f"[{i}]" for i in rest), places[path[0]]

    return named


def _open_rows(
    groups: Iterator[Group], first: Group, name: str, decisions: tuple[Decision, ...], lines: LineFile | None
) -> Arrays:
    """Arrays or scalars, one per line: one array whose length only the end tells."""

    def load(key: str, text: bool) -> ArrayStream:
        places, values = first
        example = to_array(values[:1], _locate_rows(places), text=text)
        stream = _rows(name, example, text, groups)
        return replace(stream, cuts=lines and lines.cuts(partial(_rows_in, lines, name, example, text), _WORK))

    return Arrays(name, ("",), load, decisions)


def _rows(name: str, example: NDArray[Any], text: bool, groups: Iterator[Group]) -> ArrayStream:
    return ArrayStream(name, (-1, *example.shape[1:]), example.dtype == object, _blocks(groups, example, text))


def _rows_in(lines: LineFile, name: str, example: NDArray[Any], text: bool, span: Span) -> ArrayStream:
    return _rows(name, example, text, _read(_blocks_in(lines, span), name))


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
