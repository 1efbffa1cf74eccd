"""The rows of the input unchanged, with their losses appended, in the format of the input."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, TextIO

from losscli.errors import InputError, UsageError
from losscli.outputs.sample_writers import MANY, less
from losscli.outputs.writer import Wants
from losscli.text import count, field_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from losscli.core.raw_rows import RawForm
    from losscli.core.report import Report
    from losscli.core.shown_rows import ShownColumns
    from losscli.outputs.writer import Writer

SPACE = " "  # the delimiter that stands for runs of white space


class _Appended:
    """What the writers of all formats share."""

    wants = Wants.ROWS

    def __init__(self, stream: TextIO, form: RawForm) -> None:
        self.stream = stream
        self.form = form

    def finish(self, report: Report) -> None:
        """Nothing is left to write.

        Raises:
            InputError: Rows have no loss of their own.
        """
        if not report.by_sample:
            raise InputError("--append: rows have no loss of their own")


class AppendedText(_Appended):
    """Delimited text: bytes as they were, a delimiter, the loss; an empty field where a row does not count."""

    def __init__(self, stream: TextIO, form: RawForm) -> None:
        super().__init__(stream, form)
        self._begun = False

    def rows(self, rows: Any) -> None:
        """Write the rows of a batch, which hold their original bytes."""
        form, newline, behind = self.form, self.form.newline, _behind(rows)
        if not self._begun and form.header is not None:
            names = form.delimiter.join(_field(name, form) for name in form.behind)
            self.stream.write(f"{form.header}{form.delimiter}{names}{newline}")
        self._begun = True
        delimiter = form.delimiter
        cells = _cells(behind, delimiter)
        self.stream.write(
            "".join([f"{text}{delimiter}{cell}{newline}" for text, cell in zip(rows.raw, cells, strict=True)])
        )


class AppendedJson(_Appended):
    """Lines of JSON objects: bytes as they were, up to the brace that closes them."""

    def rows(self, rows: Any) -> None:
        """Write the rows of a batch."""
        names, newline = [json.dumps(name, ensure_ascii=False) for name in self.form.behind], self.form.newline
        each = map(_numbers, _behind(rows))
        parts = []
        for text, *cells in zip(rows.raw, *each, strict=True):
            before = text.rstrip()[:-1].rstrip()
            comma = ", " if '": ' in text else ","
            colon = ": " if '": ' in text else ":"
            added = comma.join(f"{name}{colon}{cell}" for name, cell in zip(names, cells, strict=True))
            parts.append(f"{before}{comma}{added}}}{newline}")
        self.stream.write("".join(parts))


class AppendedArrow(_Appended):
    """Parquet and Arrow: the columns as they were, with their types, then one of float64."""

    def __init__(self, stream: TextIO, form: RawForm) -> None:
        super().__init__(stream, form)
        import pyarrow as pa

        if stream.isatty():
            raise UsageError(f"--append: {form.kind} is not for a terminal", hint="-o FILE")
        self._schema = form.schema
        for name in form.behind:
            self._schema = self._schema.append(pa.field(name, pa.float64()))
        sink = pa.PythonFile(stream.buffer, mode="w")
        if form.kind == "parquet":
            from pyarrow.parquet import ParquetWriter

            self._writer = ParquetWriter(sink, self._schema)
        else:
            make = pa.ipc.new_file if form.kind == "arrow" else pa.ipc.new_stream
            self._writer = make(sink, self._schema)

    def rows(self, rows: Any) -> None:
        """Write the rows of a batch."""
        import pyarrow as pa

        behind = _behind(rows)
        if any(isinstance(loss, list) for loss in behind[0]):
            raise InputError("--append: a row has several losses")
        arrays = [*rows.raw.arrays(self.form.schema), *(pa.array(values, pa.float64()) for values in behind)]
        self._writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=self._schema))

    def finish(self, report: Report) -> None:
        """Write the end of the file."""
        super().finish(report)
        self._writer.close()
        self.stream.flush()


def appended(stream: TextIO, form: RawForm) -> Writer:
    """The writer for rows of a form."""
    if form.kind == "csv":
        return AppendedText(stream, form)
    return AppendedJson(stream, form) if form.kind == "ndjson" else AppendedArrow(stream, form)


def losses_of(rows: Any) -> Sequence[Any]:
    """The loss of each row; None where it does not count."""
    columns: ShownColumns = rows.columns()
    if all(columns.counted):
        return columns.losses
    return [loss if counts else None for loss, counts in zip(columns.losses, columns.counted, strict=True)]


def _behind(rows: Any) -> list[Sequence[Any]]:
    """The appended columns: the losses, then each baseline's losses and the differences.

    Raises:
        UsageError: Rows have no losses of their own.
    """
    mine = losses_of(rows)
    if len(mine) != len(rows.raw):
        what = f"{count(len(mine), 'value')} of {count(len(rows.raw), 'row')}, which have none of their own"
        raise UsageError(f"--append: {what}")
    found = [mine]
    for other in rows.others:
        theirs = losses_of(other)
        found += [theirs, [less(one, another) for one, another in zip(mine, theirs, strict=True)]]
    return found


def _numbers(values: Sequence[Any]) -> Iterable[str]:
    """The losses as JSON numbers."""
    plain = all(map(math.isfinite, values)) if set(map(type, values)) == {float} else False
    return map(float.__repr__, values) if plain else map(_strict, values)


def _cells(behind: Sequence[Sequence[Any]], delimiter: str) -> Iterable[str]:
    """The appended fields of each row."""
    if len(behind[0]) >= MANY and delimiter != SPACE:
        from losscli.outputs.text_lines import lines_of

        lines = lines_of(behind, delimiter)
        if lines is not None:
            return lines.split("\n")[:-1]
    empty = "nan" if delimiter == SPACE else ""
    each = [[empty if loss is None else field_text(loss) for loss in losses] for losses in behind]
    return map(delimiter.join, zip(*each, strict=True))


def _strict(value: Any) -> str:
    from losscli.text import strict_json

    return json.dumps(strict_json(value), allow_nan=False)


def _field(name: str, form: RawForm) -> str:
    """A column's name as a field."""
    special = any(mark in name for mark in (form.delimiter, '"', "\n", "\r"))
    return '"' + name.replace('"', '""') + '"' if special else name
