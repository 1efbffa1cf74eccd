"""The exact reader of delimited text: field by field, with the line of everything that is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.core.batch import Remarks
from losscli.errors import InputError
from losscli.inputs.cells import FLAGS_HINT
from losscli.inputs.delimited.csv_records import COMMENTS, SPACE, open_quote, records
from losscli.inputs.delimited.decimal_comma import is_thousands
from losscli.inputs.numbers import Missing, has_decimal_comma, is_missing, is_too_large, plain_numbers
from losscli.record import field, record
from losscli.text import count, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from losscli.inputs.choose.columns import Columns
    from losscli.inputs.delimited.dialect import TextLayout
    from losscli.inputs.delimited.lines import TextBlock
    from losscli.ops import Array

_SHOWN = 5
_SPOKEN = {",": "comma", "\t": "tab", ";": "semicolon", SPACE: "white space"}


@record
class StrictRows:
    """The rows of a block of text.

    Attributes:
        numbers: ``(n, k)`` float64: the columns of `Wanted.numbers`.
        words: ``(n,)`` texts for each of the columns of `Wanted.words`.
        line: The physical line of a row.
        last: The last lines of all rows, where a row may have several; None where each is one line.
    """

    numbers: Array
    words: dict[int, NDArray[Any]]
    line: Callable[[int], int]
    last: Sequence[int] | None = None


@record
class WantedColumns:
    """The columns that are wanted of a table.

    Attributes:
        numbers: The columns to read as numbers.
        words: The columns to read as words.
        missing: The texts of missing values.
    """

    layout: TextLayout
    columns: Columns
    numbers: tuple[int, ...]
    words: tuple[int, ...]
    missing: Missing = Missing()


@record(frozen=False)
class Blanks:
    """Blank lines so far; those at the end of the text do not count, which only the next row can tell.

    Attributes:
        inside: Blank lines between rows.
        waiting: Blank lines after the last row.
        first_waiting: Line number of the first of these.
    """

    inside: int = 0
    waiting: int = 0
    first_waiting: int = 0

    def remarks(self) -> Remarks:
        """The blank lines so far as remarks."""
        return Remarks(blank=self.inside, trailing=self.waiting)

    def blank(self, line: int, count: int = 1) -> None:
        """Add blank lines."""
        if not self.waiting:
            self.first_waiting = line
        self.waiting += count

    def row(self) -> None:
        """A row follows: waiting blank lines are between rows."""
        self.inside += self.waiting
        self.waiting = 0


@record(frozen=False)
class _Faults:
    """Bad fields of one block in the order of the text."""

    fields: list[tuple[str, str]] = field(default_factory=list)  # (place, text)

    def add(self, place: str, text: str) -> None:
        self.fields.append((place, text.strip()))

    def error(self, layout: TextLayout, more: bool) -> InputError:
        texts = [text for _, text in self.fields]
        shown = ", ".join(quoted(text) for text in texts[:_SHOWN])
        where = "; ".join(place for place, _ in self.fields[:_SHOWN])
        if len(texts) > _SHOWN:
            shown, where = f"{shown}, …", f"{where}; …"
        one, many, hint = _diagnosis(texts, layout)
        if len(texts) == 1:
            return InputError(f"{shown} {one}", where, hint)
        return InputError(f"{'at least ' if more else ''}{len(texts)} fields {many}: {shown}", where, hint)


def exact_rows(block: TextBlock, wanted: WantedColumns, blanks: Blanks, more: Callable[[], bool]) -> StrictRows | None:
    """Read a block of whole records.

    Args:
        block: The text.
        wanted: The columns that are wanted.
        blanks: Blank lines before this block; those in it are added.
        more: Text follows after the block.

    Returns:
        The rows, None if all lines are blank.

    Raises:
        InputError: Ragged lines, fields that are empty or no numbers, a quote that is never closed; with their lines.
    """
    lines, rows = _records(block, wanted, blanks)
    if not rows:
        return None
    _refuse_ragged(lines, rows, wanted, more)
    by_column = list(zip(*rows, strict=True))
    numbers = [_numbers(by_column[column], wanted.missing) for column in wanted.numbers]
    words = {column: [wanted.missing.word(text) for text in by_column[column]] for column in wanted.words}
    empty = not wanted.missing.allowed and any("" in texts for texts in words.values())
    if any(column is None for column in numbers) or empty:
        raise _faults(lines, rows, wanted).error(wanted.layout, more())
    array = np.array(numbers, dtype=np.float64).T.reshape(len(rows), len(wanted.numbers))
    arrays: dict[int, NDArray[Any]] = {column: np.array(texts, dtype=object) for column, texts in words.items()}
    last = [line + sum(field.count("\n") for field in fields) for line, fields in zip(lines, rows, strict=True)]
    return StrictRows(array, arrays, lines.__getitem__, last)


def _records(block: TextBlock, wanted: WantedColumns, blanks: Blanks) -> tuple[list[int], list[list[str]]]:
    layout, name = wanted.layout, wanted.columns.source
    lines: list[int] = []
    rows: list[list[str]] = []
    for line, fields in records(block.lines, layout.delimiter, block.first_line, name):
        if fields is None:
            raise open_quote(name, line)
        if not fields:
            blanks.blank(line)
            continue
        if blanks.waiting and layout.width == 1:
            if not wanted.missing.allowed:
                hint = "fill in the value, or --nan skip"
                raise InputError("a blank line where a value belongs", f"{name}:{blanks.first_waiting}", hint)
            lines += range(blanks.first_waiting, blanks.first_waiting + blanks.waiting)
            rows += [[""]] * blanks.waiting
            blanks.waiting = 0
        blanks.row()
        lines.append(line)
        rows.append(fields)
    return lines, rows


def _refuse_ragged(
    lines: Sequence[int], rows: Sequence[list[str]], wanted: WantedColumns, more: Callable[[], bool]
) -> None:
    width = wanted.layout.width
    ragged = [(line, len(fields)) for line, fields in zip(lines, rows, strict=True) if len(fields) != width]
    if not ragged:
        return
    where = f"{wanted.columns.source}:{ragged[0][0]}"
    delimiter = wanted.layout.delimiter
    hint = f"the delimiter is {_SPOKEN.get(delimiter, quoted(delimiter))}; -d says another"
    if delimiter == SPACE:
        hint += "; a field that may be empty needs commas or tabs around it"
    starts = [fields[0].lstrip() for fields in rows if len(fields) != width]
    mark = next((mark for mark in COMMENTS if starts[0].startswith(mark)), None)
    if mark:
        hint = f"--comment '{mark}'"
    if len(ragged) == 1:
        line, found = ragged[0]
        raise InputError(f"line {line} has {count(found, 'field')}, {width} expected", where, hint)
    shown = ", ".join(f"line {line} has {found}" for line, found in ragged[:_SHOWN])
    shown += ", …" if len(ragged) > _SHOWN else ""
    least = "at least " if more() else ""
    raise InputError(f"{least}{len(ragged)} lines don't have {count(width, 'field')}: {shown}", where, hint)


def _numbers(texts: Sequence[str], missing: Missing) -> Sequence[float | None] | None:
    """A column as numbers; None if a field is not a number."""
    values = plain_numbers(texts)
    if values is not None:
        return values
    checked = [missing.number(text) for text in texts]
    return None if None in checked else checked


def _faults(lines: Sequence[int], rows: Sequence[list[str]], wanted: WantedColumns) -> _Faults:
    faults = _Faults()
    name = wanted.columns.source
    for line, fields in zip(lines, rows, strict=True):
        for column in sorted({*wanted.numbers, *wanted.words}):
            text, missing = fields[column], wanted.missing
            word = column in wanted.words
            if not (missing.allowed or missing.word(text)) if word else missing.number(text) is None:
                faults.add(f"{name}:{line}, column {wanted.columns.called(column)}", text)
    return faults


def _diagnosis(texts: Sequence[str], layout: TextLayout) -> tuple[str, str, str]:
    """What is wrong with one field, with many, and what to try."""
    if all(is_missing(text) for text in texts):
        hint = "--nan skip leaves out such rows"
        return "is not a value: a field is empty or missing", "are empty or missing", hint
    if all(is_too_large(text) for text in texts):
        return "is too large for a 64-bit float", "are too large for a 64-bit float", ""
    word = next(text for text in texts if not is_missing(text))
    mark = next((mark for mark in COMMENTS if word.startswith(mark)), None)
    other = next((d for d in (";", "\t", "|", ",") if d in word and d != layout.delimiter), None)
    if mark:
        hint = f"--comment '{mark}'"
    elif word.strip().lower() in ("true", "false"):
        hint = FLAGS_HINT
    elif has_decimal_comma(word):
        both = f"{word.replace(',', '.')} or {word.replace(',', '')} for {word}"
        hint = f"write {both if is_thousands(word) else '0.5 for 0,5'}"
    elif other:
        hint = f"the delimiter is {_SPOKEN.get(layout.delimiter, quoted(layout.delimiter))}; -d {quoted(other)}?"
    elif layout.names is None:
        hint = "--header if the first line has names; --pred and --label choose columns"
    else:
        hint = "--pred and --label choose columns"
    return "is not a number", "are not numbers", hint
