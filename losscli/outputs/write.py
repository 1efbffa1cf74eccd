"""The one place where an answer takes the format that was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TextIO, assert_never

from losscli.file_formats import OUTPUTS, Writes
from losscli.outputs.draw.drawing import drawer
from losscli.outputs.writer import in_utf8
from losscli.record import replace
from losscli.text import field_text, printable, strict_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from losscli.core.report import Report
    from losscli.outputs.draw.block import Block


class View:
    """An answer ready to be written: as blocks for tables and pages, a JSON document, and records.

    Attributes:
        head: The names of a record's cells.
        verbose: Nothing is left out on a low screen.
    """

    head: tuple[str, ...] = ()
    verbose: bool = False

    def blocks(self, *, wrapped: bool, page: bool = False) -> Sequence[Block]:
        """For readers.

        Args:
            wrapped: Cells are wrapped to 80 columns here; otherwise the terminal or the page wraps them.
            page: Nothing is left out, as on a page to keep.
        """
        raise NotImplementedError

    def document(self) -> Any:
        """For programs, as strict JSON."""
        raise NotImplementedError

    def records(self) -> Iterable[Sequence[Any]]:
        """The lines of CSV."""
        raise NotImplementedError

    def objects(self) -> Iterable[Any]:
        """The lines of NDJSON."""
        return (dict(zip(self.head, cells, strict=True)) for cells in self.records())


def write(view: View, form: str, stream: TextIO, color: str = "auto", report: Report | None = None) -> None:
    """Write an answer in one of `losscli.file_formats.OUTPUTS`; a page has the notes on the report, too."""
    output = OUTPUTS[form]
    match output.writes:
        case Writes.DOCUMENT:
            write_json(strict_json(view.document()), stream)
        case Writes.OBJECTS:
            for one in view.objects():
                write_json(strict_json(one), stream)
        case Writes.CELLS:
            _write_lines(view.head, view.records(), stream, output.delimiter or ",")
        case Writes.TABLE | Writes.PAGE:
            from losscli.outputs.draw.terminal import columns_of
            from losscli.outputs.notes_view import note_block

            page = output.writes is Writes.PAGE
            blocks = [*view.blocks(wrapped=columns_of(stream) is None and not page, page=page)]
            if view.verbose:
                blocks = [replace(block, fold=None) for block in blocks]
            if output.whole and report is not None and report.notes:
                blocks.insert(-1, note_block(report.notes))
            drawer(form, stream, color)(blocks, () if report is None else report.notes)
        case Writes.GATES:
            raise AssertionError("only the result of a loss has gates")
        case other:
            assert_never(other)


def write_entries(entries: Sequence[dict[str, Any]], stream: TextIO, delimiter: str | None) -> None:
    """Write entries with the same keys: as CSV with a header, or without a delimiter as NDJSON."""
    if delimiter is None:
        for entry in entries:
            write_json(strict_json(entry), stream)
    else:
        _write_lines([*entries[0]], (entry.values() for entry in entries), stream, delimiter)


def _write_lines(head: Sequence[str], rows: Iterable[Iterable[Any]], stream: TextIO, delimiter: str) -> None:
    import csv

    in_utf8(stream)
    line = csv.writer(stream, delimiter=delimiter, lineterminator="\n").writerow
    line(map(printable, head))
    for cells in rows:
        line(map(field_text, cells))


def write_json(value: Any, stream: TextIO) -> None:
    """Write a line of JSON."""
    import json

    stream.write(json.dumps(value, allow_nan=False) + "\n")
