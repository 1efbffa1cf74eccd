"""The rows of the input as they are, each with its loss behind: in the format in which they came."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, TextIO

from losscli.errors import InputError, UsageError
from losscli.outputs.writer import Wants
from losscli.text import field_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from losscli.core.raw_rows import RawForm
    from losscli.core.report import Report
    from losscli.core.shown_rows import Columns
    from losscli.outputs.writer import Writer

SPACE = " "  # as a delimiter: runs of white space


class _Appended:
    """What writers of all formats have in common."""

    wants = Wants.ROWS

    def __init__(self, stream: TextIO, form: RawForm) -> None:
        self.stream = stream
        self.form = form

    def finish(self, report: Report) -> None:
        """Nothing more is to be written.

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
        """Write the rows of a batch, which know what they were in the input."""
        form, newline = self.form, self.form.newline
        if not self._begun and form.header is not None:
            self.stream.write(f"{form.header}{form.delimiter}{_field(form)}{newline}")
        self._begun = True
        empty = "nan" if form.delimiter == SPACE else ""
        cells, delimiter = _cells(rows, empty), form.delimiter
        lines = [f"{text}{delimiter}{cell}{newline}" for text, cell in zip(rows.raw, cells, strict=True)]
        self.stream.write("".join(lines))


class AppendedJson(_Appended):
    """Lines of JSON objects: bytes as they were, up to the brace that closes them."""

    def rows(self, rows: Any) -> None:
        """Write the rows of a batch."""
        name, newline = json.dumps(self.form.added, ensure_ascii=False), self.form.newline
        losses = losses_of(rows)
        plain = all(map(math.isfinite, losses)) if set(map(type, losses)) == {float} else False
        cells = map(float.__repr__, losses) if plain else map(_strict, losses)
        parts = []
        for text, cell in zip(rows.raw, cells, strict=True):
            before = text.rstrip()[:-1].rstrip()
            comma = ", " if '": ' in text else ","
            colon = ": " if '": ' in text else ":"
            parts.append(f"{before}{comma}{name}{colon}{cell}}}{newline}")
        self.stream.write("".join(parts))


class AppendedArrow(_Appended):
    """Parquet and Arrow: the columns as they were, with their types, and one of float64 behind."""

    def __init__(self, stream: TextIO, form: RawForm) -> None:
        super().__init__(stream, form)
        import pyarrow as pa

        if stream.isatty():
            raise UsageError(f"--append: {form.kind} is not for a terminal", hint="-o FILE")
        self._schema = form.schema.append(pa.field(form.added, pa.float64()))
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

        losses = losses_of(rows)
        if any(isinstance(loss, list) for loss in losses):
            raise InputError("--append: a row has several losses")
        arrays = [*rows.raw.arrays(self.form.schema), pa.array(losses, pa.float64())]
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
    columns: Columns = rows.columns()
    if all(columns.counted):
        return columns.losses
    return [loss if counts else None for loss, counts in zip(columns.losses, columns.counted, strict=True)]


def _cells(rows: Any, empty: str) -> Iterable[str]:
    losses = losses_of(rows)
    if set(map(type, losses)) == {float}:
        return map(float.__repr__, losses)
    return (field_text(loss) if loss is not None else empty for loss in losses)


def _strict(value: Any) -> str:
    from losscli.text import strict_json

    return json.dumps(strict_json(value), allow_nan=False)


def _field(form: RawForm) -> str:
    """The name of the column, as a field."""
    name = form.added
    special = any(mark in name for mark in (form.delimiter, '"', "\n", "\r"))
    return '"' + name.replace('"', '""') + '"' if special else name
