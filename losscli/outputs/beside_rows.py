"""Further losses over the same rows as rows of CSV, TSV or NDJSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TextIO

from losscli.outputs.writer import Wants

if TYPE_CHECKING:
    from losscli.core.report import Report
    from losscli.outputs.writer import Rows


class BesideRows:
    """One row a loss, or a value of a parameter, in CSV, TSV or NDJSON."""

    wants = Wants.NOTHING

    def __init__(self, stream: TextIO, delimiter: str | None) -> None:
        self.stream = stream
        self._delimiter = delimiter

    def rows(self, rows: Rows) -> None:
        """Samples are not shown."""

    def finish(self, report: Report) -> None:
        """Write the values."""
        from losscli.outputs.write import write_entries

        found: list[dict[str, Any]] = [
            {"name": name, "value": value}
            | ({} if report.level is None else {"low": sure and sure.low, "high": sure and sure.high})
            for name, value, sure in report.side_by_side()
        ]
        write_entries(found, self.stream, self._delimiter)
