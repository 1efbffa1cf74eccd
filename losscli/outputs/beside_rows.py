"""Further losses over the same rows as rows of CSV, TSV or NDJSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TextIO

from losscli.outputs.writer import Wants

if TYPE_CHECKING:
    from losscli.core.intervals.difference import Difference
    from losscli.core.report import Report
    from losscli.outputs.writer import Rows


class BesideRows:
    """One row per loss, or per value of a parameter, in CSV, TSV or NDJSON."""

    wants = Wants.NOTHING

    def __init__(self, stream: TextIO, delimiter: str | None) -> None:
        self.stream = stream
        self._delimiter = delimiter

    def rows(self, rows: Rows) -> None:
        """Samples are not shown."""

    def finish(self, report: Report) -> None:
        """Write the values."""
        from losscli.outputs.write import write_entries

        if report.against:
            write_entries(
                [_compared(name, each, one) for name, each in report.contests() for one in each.against],
                self.stream,
                self._delimiter,
            )
            return
        found: list[dict[str, Any]] = [
            {"name": name, "value": value}
            | ({} if report.level is None else {"low": sure and sure.low, "high": sure and sure.high})
            for name, value, sure in report.side_by_side()
        ]
        write_entries(found, self.stream, self._delimiter)


def _compared(name: str, report: Report, found: Difference) -> dict[str, Any]:
    """A loss next to that of a baseline."""
    sure = found.interval
    return {
        "name": name,
        "value": report.compared,
        "against": found.name,
        "baseline": found.baseline.value,
        "difference": found.difference,
        "low": sure and sure.low,
        "high": sure and sure.high,
        "p": found.p if found.p_holm is None else found.p_holm,
        "verdict": found.verdict,
    }
