"""Rows of a transform, in any format."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Protocol, TextIO, assert_never

from losscli.errors import UsageError
from losscli.file_formats import OUTPUTS, Writes
from losscli.outputs.draw.drawing import drawer
from losscli.text import field_text, printable, quoted, repeated, strict_json

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


# Numbers that are valid in tables but not in JSON: .5, 1., +1, inf
_NUMBER = r"[+-]?(?:(?:0|[1-9]\d*)(?:\.\d*)?(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?|inf(?:inity)?|nan)"


class RecordWriter(Protocol):
    """Takes rows of cells, one after the other."""

    def write(self, cells: Sequence[Any]) -> None:
        """Take a row: floats and texts."""

    def finish(self) -> None:
        """Write what has not been written yet."""


def json_value(text: str) -> Any:
    """The JSON value of a field of numbers, lists or the like; the text itself if it is none of these, as 007 is."""
    import json

    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return float(text) if re.fullmatch(_NUMBER, text, re.IGNORECASE | re.ASCII) else text


class DelimitedRecords:
    """CSV or TSV; with a head only if the input had one."""

    def __init__(self, stream: TextIO, header: Sequence[str] | None, delimiter: str) -> None:
        import csv

        self._write = csv.writer(stream, delimiter=delimiter, lineterminator="\n").writerow
        if header is not None:
            self._write([printable(name) for name in header])

    def write(self, cells: Sequence[Any]) -> None:
        """Write a line; numbers as the shortest text that reads back the same."""
        self._write([_short(cell) for cell in cells])

    def finish(self) -> None:
        """Nothing is left to write."""


class JsonRecords:
    """One JSON value per row: an object if columns have names, else an array; as NDJSON, or in one array."""

    def __init__(self, stream: TextIO, header: Sequence[str] | None, *, lines: bool) -> None:
        import json

        self._stream = stream
        self._header = header
        self._lines = lines
        self._dumps: Callable[..., str] = json.dumps
        self._count = 0

    def write(self, cells: Sequence[Any]) -> None:
        """Write a row."""
        value: Any = strict_json(list(cells))
        if self._header is not None:
            value = dict(zip(self._header, value, strict=True))
        opening = "" if self._lines else ("," if self._count else "[")
        self._stream.write(opening + self._dumps(value, allow_nan=False) + ("\n" if self._lines else ""))
        self._count += 1

    def finish(self) -> None:
        """Close the array."""
        if not self._lines:
            self._stream.write("]\n")


class BlockRecords:
    """A table or Markdown of all rows."""

    def __init__(self, draw: Callable[..., None], header: Sequence[str] | None, digits: int) -> None:
        self._draw = draw
        self._header = header
        self._digits = digits
        self._rows: list[Sequence[Any]] = []

    def write(self, cells: Sequence[Any]) -> None:
        """Keep a row."""
        self._rows.append(cells)

    def finish(self) -> None:
        """Draw the rows."""
        from losscli.outputs.draw.block import Block, Column
        from losscli.outputs.report_view import align_points, cell

        header = self._header or [str(i) for i in range(len(self._rows[0]))]
        columns = [align_points([cell(row[i], self._digits) for row in self._rows]) for i in range(len(header))]
        heads = tuple(Column(printable(name), "right") for name in header)
        self._draw([Block(heads, tuple(zip(*columns, strict=True)))])


def record_writer(form: str, stream: TextIO, header: Sequence[str] | None, digits: int, color: str) -> RecordWriter:
    """The writer of a format.

    Raises:
        UsageError: Columns of the same name can't be told apart in JSON.
    """
    output = OUTPUTS[form]
    match output.writes:
        case Writes.CELLS:
            return DelimitedRecords(stream, header, output.delimiter or ",")
        case Writes.TABLE | Writes.PAGE:
            return BlockRecords(drawer(form, stream, color), header, digits)
        case Writes.DOCUMENT | Writes.OBJECTS:
            twice = repeated(header or ())
            if twice is not None:
                raise UsageError(f"two columns of the result are named {quoted(twice)}", hint="-f csv")
            return JsonRecords(stream, header, lines=output.lines)
        case Writes.GATES:
            raise AssertionError("rows have no gates")
        case other:
            assert_never(other)


def _short(value: Any) -> str:
    return str(int(value)) if isinstance(value, float) and value in (0.0, 1.0) else field_text(value)
