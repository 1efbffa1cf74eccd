"""CSV, TSV and other delimited text: how it is laid out, how it is opened, and how it is shared out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.core.batch import MiscutError
from losscli.errors import quoted
from losscli.inputs.blocks import BlockReader
from losscli.inputs.choose.column_spec import Columns, Kind, Selection, Table, TableCuts
from losscli.inputs.exact import Blanks
from losscli.inputs.layout import Layout, find_layout
from losscli.inputs.numbers import has_decimal_comma, is_missing, looks_numeric, plain_numbers
from losscli.inputs.pieces import Piece, at_least_one, no_rows
from losscli.inputs.source import open_span, size_of
from losscli.inputs.text import TextBlock, text_blocks
from losscli.record import field, record, replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from losscli.core.batch import Apply
    from losscli.inputs.options import ReadOptions
    from losscli.inputs.pieces import TablePart
    from losscli.inputs.remarks import Remarks
    from losscli.inputs.source import Source
    from losscli.inputs.spans import Span

# Decisions look at so much text whatever the size of the blocks, so that they don't depend on it.
_SAMPLE_BYTES = 1 << 16
_SAMPLE_LINES = 3


def open_delimited(source: Source, options: ReadOptions, *, tabs: bool = False) -> Table:
    """A table in text, whose beginning is read; with ``tabs`` its delimiter is known.

    Raises:
        InputError: There are no rows, or two delimiters fit equally well.
        UsageError: The delimiter that was asked for can't be one.
    """
    blocks = text_blocks(source, options.chunk_bytes)
    head = _head(blocks)
    if head is None:
        raise no_rows(source.name)
    layout = find_layout(_sample(head.data), source.name, options, tabs=tabs)
    columns = Columns(source.name, layout.names, *_kinds(layout, source.name))
    blanks = Blanks()
    rest = _rest(head, blocks, layout)

    def pieces(selection: Selection) -> Iterator[Piece]:
        reader = BlockReader(source, layout, columns, selection, blanks, options)
        return at_least_one(reader.pieces(rest), source.name)

    return Table(
        columns,
        layout.decisions,
        pieces,
        blanks.remarks,
        empty=not layout.sample,
        settled={"delimiter": layout.delimiter, "names": layout.names},
        cuts=_cuts(source, layout, columns, options),
    )


def _cuts(source: Source, layout: Layout, columns: Columns, options: ReadOptions) -> TableCuts | None:
    """How to share out the lines of a plain file; a single column may not have blank lines, which no part can see."""
    size = None if source.path is None else size_of(source.path)
    if source.path is None or size is None or layout.width == 1:
        return None
    text = DelimitedText(source.path, replace(layout, sample=[]), columns, options)

    def parts(selection: Selection, part: int, apply: Apply | None) -> Sequence[TablePart]:
        from losscli.inputs.spans import cut

        return [_LineSpan(text, selection, span) for span in cut(text.path, options.chunk_bytes, part, apply)]

    return TableCuts(size, parts)


@record
class DelimitedText:
    """A file whose layout and columns are known."""

    path: str
    layout: Layout
    columns: Columns
    options: ReadOptions

    def pieces(self, span: Span, selection: Selection, blanks: Blanks) -> Iterator[Piece]:
        """The rows in some of the bytes."""
        source = open_span(self.path, span.start, span.stop)
        blocks = text_blocks(source, self.options.chunk_bytes, span.line, span.ahead)
        if not span.line:
            blocks = _without_quotes(blocks)
        if not span.start:
            head = _head(blocks)
            assert head is not None, "a file that is cut has rows"
            blocks = _rest(head, blocks, self.layout)
        reader = BlockReader(source, self.layout, self.columns, selection, blanks, self.options, more=not span.last)
        yield from reader.pieces(blocks)


@record(frozen=False)
class _LineSpan:
    """The rows in a span of a file; a part of a table."""

    text: DelimitedText
    selection: Selection
    span: Span
    _blanks: Blanks = field(default_factory=Blanks)
    _any_row: bool = False

    @property
    def size(self) -> int:
        """Bytes."""
        return self.span.stop - self.span.start

    def pieces(self) -> Iterator[Piece]:
        """The rows."""
        for piece in self.text.pieces(self.span, self.selection, self._blanks):
            self._any_row = True
            yield piece

    def remarks(self) -> Remarks:
        """Blank lines."""
        found = self._blanks.remarks()
        found.any_row = self._any_row
        return found


def _head(blocks: Iterator[TextBlock]) -> TextBlock | None:
    """The first blocks, as one that is long enough for a sample."""
    parts = []
    size = lines = 0
    for block in blocks:
        parts.append(block.data)
        size += len(block.data)
        lines += block.count
        if size >= _SAMPLE_BYTES and lines >= _SAMPLE_LINES:
            break
    return TextBlock(b"".join(parts), 1) if parts else None


def _sample(data: bytes) -> str:
    end = data.rfind(b"\n", 0, _SAMPLE_BYTES) + 1
    for _ in range(_SAMPLE_LINES - data.count(b"\n", 0, end)):
        end = data.find(b"\n", end) + 1 or end
    return data[:end].decode()


def _rest(head: TextBlock, blocks: Iterator[TextBlock], layout: Layout) -> Iterator[TextBlock]:
    """The text after the header."""
    at = 0
    for _ in range(layout.skip):
        at = head.data.index(b"\n", at) + 1
    data = head.data[at:]
    del head  # else it would stay alive as long as the stream
    if data:
        yield TextBlock(data, 1 + layout.skip)
    del data
    yield from blocks


def _kinds(layout: Layout, name: str) -> tuple[tuple[Kind, ...], tuple[str, ...]]:
    """Whether columns hold numbers or words, by the sample, and a word as example."""
    kinds: list[Kind] = []
    examples: list[str] = []
    rows = [(line, fields) for line, fields in layout.sample if len(fields) == layout.width]
    for column in range(layout.width):
        if plain_numbers([fields[column] for _, fields in rows]) is not None:
            kinds.append("number")
            examples.append("")
            continue
        filled = [(line, fields[column]) for line, fields in rows if fields[column].strip()]
        # 'none' and 'NA' are missing among numbers, and words among words or alone.
        present = [(line, field) for line, field in filled if not is_missing(field)] or filled
        words = [(line, field) for line, field in present if not (looks_numeric(field) or has_decimal_comma(field))]
        kinds.append("number" if not words else "text" if len(words) == len(present) else "mixed")
        examples.append(f"{quoted(words[0][1].strip())} at {name}:{words[0][0]}" if words else "")
    return tuple(kinds), tuple(examples)


def _without_quotes(blocks: Iterator[TextBlock]) -> Iterator[TextBlock]:
    for block in blocks:
        if b'"' in block.data:
            raise MiscutError
        yield block
