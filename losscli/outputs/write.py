"""The one place where an answer takes the format that was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TextIO

from losscli.outputs.draw.drawing import drawer
from losscli.text import field_text, strict_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from losscli.outputs.draw.block import Block


class View:
    """What there is to show of an answer: blocks for table and Markdown, a JSON document, and records.

    Attributes:
        head: The names of a record's cells.
    """

    head: tuple[str, ...] = ()

    def blocks(self, *, wrapped: bool, page: bool = False) -> Sequence[Block]:
        """For readers.

        Args:
            wrapped: Cells are lines of 80 columns; where they are not, the table wraps them or a page does.
            page: All is told, as on a page to keep.
        """
        raise NotImplementedError

    def document(self) -> Any:
        """For programs, as strict JSON."""
        raise NotImplementedError

    def records(self) -> Iterable[Sequence[Any]]:
        """A line each of CSV."""
        raise NotImplementedError

    def objects(self) -> Iterable[Any]:
        """A line each of NDJSON."""
        return (dict(zip(self.head, cells, strict=True)) for cells in self.records())


def write(view: View, form: str, stream: TextIO, color: str = "auto") -> None:
    """Write an answer in one of `losscli.file_formats.OUTPUTS`."""
    if form == "json":
        write_json(strict_json(view.document()), stream)
    elif form == "ndjson":
        for one in view.objects():
            write_json(strict_json(one), stream)
    elif form in ("csv", "tsv"):
        from losscli.outputs.record_writers import DELIMITERS, DelimitedRecords

        records = DelimitedRecords(stream, view.head, DELIMITERS[form])
        for cells in view.records():
            records.write(cells)
    else:
        from losscli.outputs.draw.terminal import WIDTH, columns_of

        usual = columns_of(stream) in (None, WIDTH)
        page = form != "table"
        drawer(form, stream, color)(view.blocks(wrapped=usual and not page, page=page))


def write_entries(entries: Sequence[dict[str, Any]], stream: TextIO, delimiter: str | None) -> None:
    """Write entries of the same keys, a line each: of CSV below a header, or of NDJSON if there is no delimiter."""
    import csv

    if delimiter is None:
        for entry in entries:
            write_json(strict_json(entry), stream)
        return
    line = csv.writer(stream, delimiter=delimiter, lineterminator="\n").writerow
    line(entries[0])
    for entry in entries:
        line([field_text(value) for value in entry.values()])


def write_json(value: Any, stream: TextIO) -> None:
    """Write a line of JSON."""
    import json

    stream.write(json.dumps(value, allow_nan=False) + "\n")
