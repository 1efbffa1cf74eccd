"""Opens CSV, TSV and other delimited text: its layout, its columns, and how it is shared out."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from losscli.core.batch import Remarks
from losscli.core.raw_rows import RawForm
from losscli.core.shards import MiscutError
from losscli.errors import UsageError
from losscli.inputs.cells import are_lists
from losscli.inputs.choose.columns import Columns, Kind, Selection, Table
from losscli.inputs.delimited import arrow_float
from losscli.inputs.delimited.csv_records import SPACE
from losscli.inputs.delimited.dialect import Lines, TextLayout, find_layout
from losscli.inputs.delimited.lines import LineEnds, TextBlock, text_blocks, without_comments
from losscli.inputs.delimited.reader import BlockReader, TextForm
from losscli.inputs.delimited.split import lines_of
from losscli.inputs.delimited.strict import Blanks
from losscli.inputs.model import Piece, Stream, at_least_one, no_rows
from losscli.inputs.numbers import Missing, has_decimal_comma, looks_numeric, plain_numbers
from losscli.inputs.source.bytes import open_span
from losscli.record import record, replace
from losscli.text import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from losscli.core.shards import Cuts
    from losscli.inputs.delimited.split import LineFile, Span
    from losscli.inputs.read_options import ReadOptions
    from losscli.inputs.source.bytes import Source

# Decisions are based on so much text, whatever the size of the blocks.
_SAMPLE_BYTES = 1 << 16
_SAMPLE_LINES = 3
_LINE_BYTES = 1 << 12  # of the end of a longer file
_SAMPLE_ROWS = 100
_MOST_LENGTHS = 4  # of a row's numbers, if these have a fixed number of decimals


def open_delimited(source: Source, options: ReadOptions, *, tabs: bool = False) -> Table:
    """A table in text; reads its beginning. With ``tabs`` its delimiter is a tab.

    Raises:
        InputError: There are no rows, or two delimiters fit equally well.
        UsageError: The delimiter that was asked for can't be one.
    """
    ends = None if options.append is None else LineEnds()
    blocks = text_blocks(source, options.chunk_bytes, ends=ends)
    if options.comment == "":
        raise UsageError("--comment: an empty text begins every line", hint="--comment '#'")
    if options.skip or options.comment is not None:
        blocks = without_comments(blocks, options.skip, options.comment)
    head = _head(blocks)
    if not head:
        raise no_rows(source.name)
    lines = Lines((block.first_line, block.count) for block in head)
    layout = find_layout(_sample(b"".join(block.data for block in head)), source.name, options, lines, tabs=tabs)
    if layout.anew is not None and options.append is not None:
        raise UsageError("--append: PREDICTIONS are not plain lines of a table", source.name, "write them as CSV first")
    if layout.comma and options.append is not None:
        hint = "write 0.5 for 0,5 first"
        raise UsageError("--append: rows with decimal commas can't be handed on as they are", source.name, hint)
    rows = [fields for _, fields in layout.sample if len(fields) == layout.width]
    missing = Missing.of(options)
    columns = Columns(source.name, layout.names, *_kinds(layout, source.name, missing), rows=rows, missing=missing)
    blanks = Blanks()
    rest = _rest(head, blocks, layout)
    if any(kind == "text" and rows[0][i].lstrip().startswith("{") for i, kind in enumerate(columns.kinds)):
        from losscli.inputs.json.object_cells import as_records, holds_objects

        if holds_objects(columns):
            return as_records(rest, layout, columns, options)

    file = lines_of(source, options, before=layout.skip, quoted=True)
    form = TextForm(replace(layout, sample=[]), replace(columns, rows=()), options)
    text = DelimitedText(source.path or "", form)

    def pieces(selection: Selection) -> Iterator[Piece]:
        reader = BlockReader(form, selection, source, blanks, ends=ends)
        return at_least_one(reader.pieces(rest), source.name)

    return Table(
        columns,
        layout.decisions,
        pieces,
        blanks.remarks,
        empty=not layout.sample,
        settled={"delimiter": layout.delimiter, "names": layout.names},
        cuts=None if file is None else partial(_cuts, file, text, rows),
        raw=None if ends is None else _raw_form(layout, ends),
        last=tuple if (source.size or 0) <= _SAMPLE_BYTES or not source.path else partial(_last, source.path, layout),
    )


def _last(path: str, layout: TextLayout) -> list[str]:
    """The fields of the last line of a file."""
    with open(path, "rb") as stream:  # noqa: PTH123 - pathlib is slow to import
        stream.seek(max(0, stream.seek(0, 2) - _LINE_BYTES))
        line = stream.read().decode(errors="replace").rstrip().rpartition("\n")[2]
    return [field.strip().strip('"') for field in line.split(None if layout.delimiter == SPACE else layout.delimiter)]


def _cuts(file: LineFile, text: DelimitedText, rows: Sequence[Sequence[str]], selection: Selection) -> Cuts[Stream]:
    numbers = [column for column, kind in enumerate(text.form.columns.kinds) if kind == "number"]
    if len({sum(len(row[column]) for column in numbers) for row in rows[:_SAMPLE_ROWS]}) > _MOST_LENGTHS:
        arrow_float.expect(file.size)
    return file.cuts(partial(text.rows, selection))


def _raw_form(layout: TextLayout, ends: LineEnds) -> RawForm:
    header = None if layout.header is None else ends.restored(layout.header, layout.header_line)
    return RawForm("csv", layout.names or (), header, layout.delimiter, ends.usual or "\n")


@record
class DelimitedText:
    """A file whose layout and columns are known."""

    path: str
    form: TextForm

    def rows(self, selection: Selection, span: Span) -> Stream:
        """The rows in some of the bytes."""
        remarks = Remarks()
        pieces = self._pieces(selection, span, remarks)
        return Stream(self.form.columns.source, "predictions", pieces, tabular=True, remarks=lambda: remarks)

    def _pieces(self, selection: Selection, span: Span, remarks: Remarks) -> Iterator[Piece]:
        source, blanks = open_span(self.path, span.start, span.stop), Blanks()
        blocks = text_blocks(source, self.form.options.chunk_bytes, span.line, span.ahead)
        if not span.line:
            blocks = _without_quotes(blocks)
        if not span.start:
            blocks = _rest(_head(blocks), blocks, self.form.layout)
        reader = BlockReader(self.form, selection, source, blanks, more=not span.last)
        for piece in reader.pieces(blocks):
            remarks.any_row = True
            yield piece
        remarks.blank, remarks.trailing = blanks.inside, blanks.waiting
        if self.form.layout.width == 1 and blanks.waiting and not span.last:
            raise MiscutError  # in a single column a blank line is an error, if a row follows


def _head(blocks: Iterator[TextBlock]) -> list[TextBlock]:
    """The first blocks, long enough for a sample; joined into one, unless lines between them were left out."""
    parts: list[TextBlock] = []
    size = lines = after = 0
    for block in blocks:
        count = block.count
        if parts and block.first_line == after:
            parts[-1] = TextBlock(parts[-1].data + block.data, parts[-1].first_line)
        else:
            parts.append(block)
        size += len(block.data)
        lines += count
        after = block.first_line + count
        if size >= _SAMPLE_BYTES and lines >= _SAMPLE_LINES:
            break
    return parts


def _sample(data: bytes) -> str:
    end = data.rfind(b"\n", 0, _SAMPLE_BYTES) + 1
    for _ in range(_SAMPLE_LINES - data.count(b"\n", 0, end)):
        end = data.find(b"\n", end) + 1 or end
    return data[:end].decode()


def _rest(head: list[TextBlock], blocks: Iterator[TextBlock], layout: TextLayout) -> Iterator[TextBlock]:
    """The text after the header."""
    left = layout.skip
    while head:
        block = head.pop(0)  # otherwise it would stay in memory as long as the stream
        at, line = 0, block.first_line
        while left and at < len(block.data):
            at, line, left = block.data.index(b"\n", at) + 1, line + 1, left - 1
        if at < len(block.data):
            block = TextBlock(block.data[at:], line) if at else block
            yield block
        del block
    yield from blocks


def _kinds(layout: TextLayout, name: str, missing: Missing) -> tuple[tuple[Kind, ...], tuple[str, ...]]:
    """Whether columns hold numbers or words, by the sample, and a word as example."""
    kinds: list[Kind] = []
    examples: list[str] = []
    rows = [(line, fields) for line, fields in layout.sample if len(fields) == layout.width]
    for column in range(layout.width):
        texts = [fields[column] for _, fields in rows]
        plain: Kind | None = "number" if plain_numbers(texts) is not None else "list" if are_lists(texts) else None
        if plain is not None:
            kinds.append(plain)
            examples.append("")
            continue
        filled = [(line, fields[column]) for line, fields in rows if fields[column].strip()]
        # 'none' and 'NA' are missing among numbers, and words among words or alone.
        present = [(line, field) for line, field in filled if not missing.of_number(field)] or filled
        words = [(line, field) for line, field in present if not (looks_numeric(field) or has_decimal_comma(field))]
        kinds.append("number" if not words else "text" if len(words) == len(present) else "mixed")
        examples.append(f"{quoted(words[0][1].strip())} at {name}:{words[0][0]}" if words else "")
    return tuple(kinds), tuple(examples)


def _without_quotes(blocks: Iterator[TextBlock]) -> Iterator[TextBlock]:
    for block in blocks:
        if block.quoted:
            raise MiscutError
        yield block
