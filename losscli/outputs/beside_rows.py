"""Further losses over the same rows as entries for CSV, TSV or NDJSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from losscli.core.intervals.difference import Difference
    from losscli.core.report import Report


def beside_entries(report: Report, cells: bool) -> list[dict[str, Any]]:
    """An entry for each loss, or for each value of a parameter; beside baselines, one for each of these."""
    if report.against:
        return [_compared(name, each, one) for name, each in report.contests() for one in each.against]
    return [
        {"name": name, "value": value}
        | ({} if report.level is None else {"low": sure and sure.low, "high": sure and sure.high})
        for name, value, sure in report.side_by_side()
    ]


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
