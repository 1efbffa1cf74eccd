"""From blocks of delimited text to pieces: fast, checked paths for plain text, an exact one for everything else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.errors import InputError
from losscli.inputs.cells import flags, lists
from losscli.inputs.choose.key_bytes import Texts, side_by_side
from losscli.inputs.delimited import arrow_float, decimal_comma
from losscli.inputs.delimited.block_texts import column_texts, spans_between, spans_of, texts_between
from losscli.inputs.delimited.csv_records import SPACE
from losscli.inputs.delimited.fast_fixed import fixed_numbers
from losscli.inputs.delimited.lines import LineEnds, TextBlock
from losscli.inputs.delimited.strict import Blanks, StrictRows, WantedColumns, exact_rows
from losscli.inputs.delimited.whole_records import first_records, whole_records
from losscli.inputs.model import RAW, LazyTexts, Piece, Place
from losscli.inputs.numbers import Missing
from losscli.record import record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from losscli.inputs.choose.columns import Columns, Selection
    from losscli.inputs.delimited.block_texts import Spans
    from losscli.inputs.delimited.dialect import TextLayout
    from losscli.inputs.read_options import ReadOptions
    from losscli.inputs.source.bytes import Source
    from losscli.ops import Array


@record
class TextForm:
    """A text whose beginning has been read.

    Attributes:
        layout: Its layout.
        columns: All its columns.
        options: The options of reading.
    """

    layout: TextLayout
    columns: Columns
    options: ReadOptions


class BlockReader:
    """Turns blocks of text into pieces with the columns of one selection.

    Args:
        form: Layout and columns of the text.
        selection: The columns that are wanted.
        source: The bytes of the text.
        blanks: Blank lines so far.
        more: Text follows after the source.
        ends: Line ends, if rows are to be written again.
    """

    def __init__(
        self,
        form: TextForm,
        selection: Selection,
        source: Source,
        blanks: Blanks,
        *,
        more: bool = False,
        ends: LineEnds | None = None,
    ) -> None:
        columns, options = form.columns, form.options
        used = dict.fromkeys(column for chosen in selection.values().values() for column in chosen)
        self._lists = frozenset(column for column in used if columns.kinds[column] == "list")
        for chosen in selection.values().values():
            other = next((column for column in chosen if column in self._lists), None)
            if len(chosen) > 1 and other is not None:
                what = f"column {columns.called(other)} holds lists, so it must be the only one"
                raise InputError(f"{what}; {columns.listed()}", columns.source, "--pred or --label with one of them")
        words = (*selection.words, *sorted(self._lists.difference(selection.words)))
        numbers = tuple(column for column in used if column not in words)
        self._source = source
        self._selection = selection
        self._wanted = WantedColumns(form.layout, columns, numbers, words, Missing.of(options))
        self._at = {column: i for i, column in enumerate(numbers)}
        self._limit = options.limit
        self._blanks = blanks
        self._columnwise = options.columnwise
        looked_at = options.by is not None or options.where is not None or options.cluster is not None
        self._looked_at = selection.others if looked_at else ()
        self._ends = ends
        self._spans: tuple[bytes, Spans] | None = None  # a text, and the positions of its fields
        self._more = more
        self._all_numbers = all(kind == "number" for kind in columns.kinds)

    def pieces(self, blocks: Iterator[TextBlock]) -> Iterator[Piece]:
        """The rows.

        Raises:
            InputError: Lines or fields are bad; with where they are.
        """
        if self._wanted.layout.anew is not None:
            blocks = self._wanted.layout.anew.blocks(blocks, self._source.name)
        blocks = whole_records(blocks, self._wanted.layout, self._source.name)
        if self._limit is not None:
            blocks = first_records(blocks, self._wanted.layout.delimiter, self._limit, self._source.name)
        if self._wanted.layout.comma:
            blocks = _pointed(blocks, self._wanted.layout.delimiter)
        for block in blocks:
            rows = self._fast(block)
            if rows is None:
                rows = exact_rows(block, self._wanted, self._blanks, self._is_more)
            if rows is not None:
                yield self._piece(block, self._without(rows))

    def _without(self, rows: StrictRows) -> StrictRows:
        """The numbers with missing-value codes replaced by NaN."""
        odd = self._wanted.missing.numbers
        if odd:
            numbers = np.where(np.isin(rows.numbers, odd), np.nan, rows.numbers)
            return StrictRows(numbers, rows.words, rows.line, rows.last)
        return rows

    def _is_more(self) -> bool:
        return self._more or bool(self._source.stream.head(1))

    def _fast(self, block: TextBlock) -> StrictRows | None:
        """The rows; None if the text is not plain enough for a fast path."""
        delimiter, width = self._wanted.layout.delimiter, self._wanted.layout.width
        data, wanted = block.data, self._wanted
        if block.quoted or data.isspace():
            return None
        numbers = self._plain(data)
        lines = block.count if numbers is None else len(numbers)
        spans = None
        if wanted.words or (numbers is None and not self._all_numbers):
            spans = None if delimiter == SPACE else spans_of(data, delimiter, width)
            if spans is None:
                return None
        if numbers is None:
            numbers = self._parse(block, spans is None)
            if numbers is None or self._has_overflow(numbers, data):
                return None
        if not self._note_blanks(block, lines, len(numbers)):
            return None
        words = {} if spans is None else self._words(data, spans)
        if words is None:
            return None
        return StrictRows(numbers, words, _line_finder(block, lines == len(numbers)))

    def _words(self, data: bytes, spans: NDArray[np.intp]) -> dict[int, NDArray[Any]] | None:
        """The wanted words; None if one is empty."""
        words: dict[int, NDArray[Any]] = {}
        missing = self._wanted.missing
        for column in self._wanted.words:
            texts = texts_between(data, spans, column)
            if missing.own or b"#" in data:
                texts = [*map(missing.word, texts)]
            if "" in texts and not missing.allowed:
                return None
            words[column] = np.array(texts, dtype=object)
        return words

    def _plain(self, data: bytes) -> Array | None:
        """The wanted numbers if all are decimal, and no line is blank or odd."""
        delimiter, width, columns = self._wanted.layout.delimiter, self._wanted.layout.width, self._wanted.numbers
        if delimiter == SPACE or not columns:
            return None
        spans: list[Spans] = []
        numbers = fixed_numbers(data, delimiter, width, columns, spans)
        if numbers is None and arrow_float.ready(len(data)):
            numbers = arrow_float.table(data, delimiter, width, columns)
        if numbers is None:
            from losscli.inputs.delimited.fast_float import free_numbers

            stops: list[NDArray[np.intp]] = []
            numbers = free_numbers(data, delimiter, width, columns, stops)
            spans = [spans_between(one.reshape(-1, width)) for one in stops]
        if numbers is not None and (self._selection.key or self._looked_at):
            self._spans = (data, spans[0]) if spans else None
        return numbers

    def _parse(self, block: TextBlock, everything: bool) -> Array | None:
        """The wanted numbers; lines are known to be even, or np.loadtxt checks all their columns."""
        wanted = list(self._wanted.numbers)
        if not wanted:
            return np.empty((block.count, 0))
        delimiter = self._wanted.layout.delimiter
        try:
            array = np.loadtxt(
                block.lines,
                delimiter=None if delimiter == SPACE else delimiter,
                comments=None,
                ndmin=2,
                usecols=None if everything else wanted,
            )
        except ValueError:
            return None
        if not everything:
            return array
        if array.shape[1] != self._wanted.layout.width:
            return None
        first, count = wanted[0], len(wanted)
        if wanted == list(range(first, first + count)):
            return array[:, first : first + count]
        return array[:, wanted]

    def _has_overflow(self, numbers: Array, data: bytes) -> bool:
        """Whether an infinity may stem from a finite number such as 1e400, which np.loadtxt reads as inf."""
        infinite = int(np.isinf(numbers).sum())
        return infinite > 0 and data.lower().count(b"inf") != infinite

    def _note_blanks(self, block: TextBlock, lines: int, rows: int) -> bool:
        """Count blank lines; False if the exact reader must decide."""
        blanks = self._blanks
        if lines == rows and not blanks.waiting:
            return True
        if self._wanted.layout.width == 1:
            return False
        trailing = block.data[len(block.data.rstrip()) :].count(b"\n") - 1
        blanks.waiting += lines - rows - trailing
        blanks.row()
        if trailing:
            blanks.blank(block.first_line + lines - trailing, trailing)
        return True

    def _piece(self, block: TextBlock, rows: StrictRows) -> Piece:
        selection, size = self._selection, len(rows.numbers)
        values: dict[str, Any] = {}
        places: dict[str, Place] = {}
        for role, columns in selection.values().items():
            values[role] = self._columns(rows, columns, role)
            places[role] = self._place(rows, columns)
        if selection.ids is not None:
            values["ids"] = self._lazy(block, size, selection.ids)
        if selection.key:
            values["key"] = side_by_side(self._texts(block, size, selection.key))
        if self._looked_at:
            for column, texts in zip(self._looked_at, self._texts(block, size, self._looked_at), strict=True):
                values[f"column {column}"] = texts
        else:
            values |= {f"column {column}": self._lazy(block, size, column) for column in selection.others}
        if self._ends is not None:
            values[RAW] = self._lines(block, rows)
        return Piece(size, values, places)

    def _lines(self, block: TextBlock, rows: StrictRows) -> Sequence[str]:
        """The text of each row."""
        lines = block.lines
        if rows.last is None or self._ends is None:
            return lines if len(lines) == len(rows.numbers) else [line for line in lines if line.strip()]
        found: list[str] = []
        for row, last in enumerate(rows.last):
            first = rows.line(row)
            text = "\n".join(lines[first - block.first_line : last - block.first_line + 1])
            found.append(self._ends.restored(text, first))
        return found

    def _columns(self, rows: StrictRows, columns: tuple[int, ...], role: str) -> NDArray[Any]:
        if columns[0] in self._lists or (len(columns) > 1 and columns[0] in rows.words):
            if columns[0] in self._lists:
                return lists(rows.words[columns[0]].tolist(), self._place(rows, columns))
            return np.column_stack(
                [flags(rows.words[column].tolist(), self._place(rows, (column,))) for column in columns]
            )
        if columns[0] in rows.words:
            return rows.words[columns[0]]
        at = [self._at[column] for column in columns]
        if len(at) == 1:
            return rows.numbers[:, at[0]]
        if at == list(range(at[0], at[0] + len(at))):
            block = rows.numbers[:, at[0] : at[0] + len(at)]
        else:
            block = rows.numbers[:, at]
        return block if self._columnwise and role == "predictions" else np.ascontiguousarray(block)

    def _place(self, rows: StrictRows, columns: tuple[int, ...]) -> Place:
        called, name = self._wanted.columns.called, self._source.name

        def place(row: int, column: int | None) -> str:
            line = f"{name}:{rows.line(row)}"
            if column is None and len(columns) > 1:
                return line
            if columns[0] in self._lists:
                return f"{line}, column {called(columns[0])}" + ("" if column is None else f"[{column}]")
            return f"{line}, column {called(columns[column or 0])}"

        return place

    def _texts(self, block: TextBlock, size: int, columns: Sequence[int]) -> list[Sequence[str]]:
        """The texts of some columns, as arrays of bytes where the text is plain."""
        delimiter, where, data = self._wanted.layout.delimiter, None, block.data
        if self._spans is not None and self._spans[0] is data:
            where = self._spans[1]
        elif delimiter != SPACE and b'"' not in data:
            spans = spans_of(data, delimiter, self._wanted.layout.width)
            where = None if spans is None else spans_between(spans[:, 1:])
        found = [] if where is None else [Texts.within(data, *where(column)) for column in columns]
        if not all(len(texts) == size for texts in found) or not found:
            return [self._lazy(block, size, column) for column in columns]
        return [*found]

    def _lazy(self, block: TextBlock, size: int, column: int) -> LazyTexts:
        delimiter, name = self._wanted.layout.delimiter, self._source.name
        return LazyTexts(size, lambda: column_texts(block, delimiter, name, column))


def _pointed(blocks: Iterator[TextBlock], delimiter: str) -> Iterator[TextBlock]:
    """The same text with decimal points instead of commas."""
    for block in blocks:
        yield TextBlock(decimal_comma.with_points(block.data, delimiter), block.first_line)


def _line_finder(block: TextBlock, plain: bool) -> Callable[[int], int]:
    """The physical line of a row; blank lines are counted on demand."""
    first = block.first_line
    if plain:
        return lambda row: first + row
    return lambda row: first + [i for i, line in enumerate(block.lines) if line.strip()][row]
