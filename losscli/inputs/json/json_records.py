"""Records with named fields and rows as arrays, one per line (NDJSON) or in one JSON list."""

from __future__ import annotations

import itertools
import json
from functools import partial
from typing import TYPE_CHECKING, Any

from losscli.core.batch import Decision
from losscli.core.raw_rows import RawForm
from losscli.errors import InputError
from losscli.inputs.array.arrays import Arrays
from losscli.inputs.choose import usual_names as known
from losscli.inputs.choose.columns import Columns, Kind, Selection, Table
from losscli.inputs.delimited import arrow_float
from losscli.inputs.delimited.lines import LineEnds, TextBlock, text_blocks, without_comments
from losscli.inputs.delimited.split import lines_of
from losscli.inputs.json.json_rows import WORK, blocks_in, open_rows
from losscli.inputs.json.nested import CONSTANTS, are_lists_of_words
from losscli.inputs.json.path import Flattened, is_path
from losscli.inputs.json.record_groups import Group, Unread, all_read, values_of
from losscli.inputs.json.record_reader import GAIN, RecordReader
from losscli.inputs.json.scores_by_class import labelled, object_in, scored_fields, spread, written_objects
from losscli.inputs.model import Stream, at_least_one, no_rows
from losscli.inputs.numbers import Missing, is_missing, looks_numeric
from losscli.record import replace
from losscli.text import printable, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from losscli.core.shards import Cuts
    from losscli.inputs.delimited.split import LineFile, Span
    from losscli.inputs.json.alike import LineForm
    from losscli.inputs.read_options import ReadOptions
    from losscli.inputs.source.bytes import Source


_SAMPLE = 1000

_LOOKED_AT = 200  # records by which fields are judged


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
    """Records or arrays as they come, perhaps one per line of a file; reads the first of them.

    Raises:
        InputError: There are no rows, or the first is neither.
    """
    text: TextBlock | None = None
    first: Group = [], []
    while not first[1]:
        one = next(groups, None)
        if one is None:
            raise no_rows(name)
        if isinstance(one, TextBlock):  # only as many are decoded as are looked at
            text, *rest = one.split(_SAMPLE)
            groups, first = itertools.chain(rest, groups), values_of(text, name)
        else:
            text, first = None, one
    groups = itertools.chain((first if text is None or options.append is None else text,), groups)
    if labelled(first[1][0]):
        rows = ((places, [labelled(value) or value for value in values]) for places, values in all_read(groups, name))
        return open_records(rows, name, options, decisions)
    if options.unlabelled and isinstance(first[1][0], list):
        flat = Flattened(options, "[]")
        table = open_records(flat.groups(all_read(groups, name)), name, replace(options, pred="[]"), decisions)
        return replace(table, remarks=flat.remarks)
    if isinstance(first[1][0], dict):
        from losscli.inputs.json.alike import LineForm

        form = None if text is None else LineForm.of(text.lines[0])
        return open_records(groups, name, options, decisions, lines, form)
    return open_rows(all_read(groups, name), first, name, decisions, lines)


def _noted(groups: Iterable[Unread], taken: list[Unread]) -> Iterator[Unread]:
    """The same groups; each one yielded is appended to ``taken``."""
    for group in groups:
        taken.append(group)
        yield group


def open_records(
    groups: Iterator[Unread],
    name: str,
    options: ReadOptions,
    decisions: tuple[Decision, ...],
    lines: LineFile | None = None,
    form: LineForm | None = None,
) -> Table:
    """A table of records; the first record says which fields there are, and perhaps the form of all.

    Raises:
        InputError: The first record has no fields.
    """
    taken: list[Unread] = []
    first = next(all_read(_noted(groups, taken), name), None)
    if first is None:
        raise no_rows(name)
    places, values = first
    record: dict[str, Any] = values[0]
    sample = values[:_SAMPLE]
    objects = [key for key in record if all(isinstance(one, dict) and object_in(one.get(key)) for one in sample)]
    if objects:
        groups = written_objects(all_read(itertools.chain((first,), groups), name), objects)
        told = Decision("cells", f"objects in {', '.join(map(printable, objects))}", "their keys are columns")
        pred = objects[0] if len(objects) == 1 and options.pred is None else options.pred
        return open_records(groups, name, replace(options, pred=pred), (*decisions, told))
    scored, labels = scored_fields(record, options)
    if scored:
        columnwise = spread(all_read(itertools.chain((first,), groups), name), scored, labels)
        return open_records(columnwise, name, replace(options, pred=None, label=None), decisions)
    path = _path(record, options)
    if path is not None:
        flat = Flattened(options, path)
        groups = flat.groups(all_read(itertools.chain((first,), groups), name))
        return replace(
            open_records(groups, name, replace(options, pred=path, unlabelled=False), decisions), remarks=flat.remarks
        )
    if not record:
        raise InputError("a record without fields", places[0])
    head, seen = [first], [*values]
    while (
        len(seen) < _LOOKED_AT and (more := next(all_read(_noted(groups, taken), name), None)) is not None
    ):  # independent of the size of a group
        head.append(more)
        seen += more[1]
    columns = _columns_of(name, places[0], values[:_SAMPLE], seen[:_LOOKED_AT])
    columns = replace(columns, missing=Missing.of(options))
    reader = RecordReader(columns, (places[:1], values[:1]), strict=options.pred is None, missing=options.missing)
    reader.form = form
    reader.handed_on = handed_on = options.append is not None and isinstance(taken[0], TextBlock)
    every = itertools.chain(taken if handed_on else head, groups)
    return Table(
        columns,
        decisions,
        lambda selection: at_least_one(reader.pieces(every, selection), name),
        cuts=None if lines is None else partial(_cuts, lines, reader),
        raw=RawForm("ndjson", tuple(record)) if handed_on else None,
    )


def _columns_of(name: str, place: str, values: Sequence[Any], seen: Sequence[Any]) -> Columns:
    """The columns of records: names and examples from the first, kinds from a sample, texts of all ``seen``."""
    first, names = values[0], tuple(values[0])
    sample = [value for value in values if isinstance(value, dict)]
    kinds = tuple(_kind([one[key] for one in sample if key in one]) for key in names)
    words = tuple(
        f"{quoted(str(v))} at {place}" if k == "text" or (isinstance(v, str) and v not in CONSTANTS) else ""
        for v, k in zip(first.values(), kinds, strict=True)
    )
    return Columns(name, names, kinds, words, rows=[_texts(one, names) for one in seen], exact=True)


def _cuts(lines: LineFile, reader: RecordReader, selection: Selection) -> Cuts[Stream]:
    if reader.form is not None:
        arrow_float.expect(GAIN * lines.size)
    return lines.cuts(partial(_records_in, lines, reader, selection), WORK)


def _records_in(lines: LineFile, reader: RecordReader, selection: Selection, span: Span) -> Stream:
    pieces = reader.pieces(blocks_in(lines, span), selection)
    return Stream(reader.columns.source, "predictions", pieces, tabular=True)


def _path(record: dict[str, Any], options: ReadOptions) -> str | None:
    """The path into records, if one is asked for, or if a list of numbers is the only field."""
    if is_path(options.pred, record):
        return options.pred
    if options.unlabelled and options.label is None and not any(known.key(key) in known.LABELS for key in record):
        lists = [key for key, value in record.items() if isinstance(value, list)]
        named = [key for key in record if known.key(key) in known.LOG_PROBABILITIES] or lists
        if options.pred in lists or (options.pred is None and len(named) == 1 and named[0] in lists):
            return f"{options.pred or named[0]}[]"
    return None


def _texts(record: Any, names: Sequence[str]) -> list[str]:
    """The fields of a record as texts, as in a table."""
    if not isinstance(record, dict):
        return [""] * len(names)
    values = [record.get(name, "") for name in names]
    return [_text(value) for value in values]


def _text(value: Any) -> str:
    if isinstance(value, str | bool):
        return str(value)
    plain = type(value) in (int, float) and value - value == 0  # as JSON has it, in a fifth of the time
    return repr(value) if plain else json.dumps(value)


def _kind(values: Sequence[Any]) -> Kind:
    """The kind of a field; texts that are all numbers are numbers."""
    types = {*map(type, values)}
    if list in types:
        return "text" if are_lists_of_words(values) else "list"
    if str not in types:
        return "number"
    texts = [value for value in values if isinstance(value, str) and value not in CONSTANTS]
    present = [text for text in texts if not is_missing(text)] or (texts if types <= {str, type(None)} else [])
    return "text" if present and not all(map(looks_numeric, present)) else "number"
