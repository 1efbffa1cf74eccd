"""A comparison of conventions, in any format."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TextIO

from losscli.core.report import strict_json
from losscli.errors import printable
from losscli.outputs.records import records_of
from losscli.outputs.view import Block, Column, align_points, input_block, number, wrap

if TYPE_CHECKING:
    from collections.abc import Callable

    from losscli.answers.merging import Comparison, ConventionRow
    from losscli.core.report import Report

HEAD = ("convention", "version", "reads", "value", "difference", "reason", "calls")
WIDTH = 80  # columns of a terminal as it opens
_GAPS = 3 * 3


def write(
    report: Report,
    comparison: Comparison,
    stream: TextIO,
    form: str,
    draw: Callable[[list[Block]], None] | None,
    digits: int,
) -> None:
    """Write a comparison.

    Args:
        report: Of the same input under the convention asked for.
        comparison: What to write.
        stream: Where to.
        form: One of the output formats.
        draw: Draws blocks, for table and Markdown.
        digits: Significant digits in tables.
    """
    if draw is not None:
        wrapped = form == "table"
        draw([_values(report, comparison, digits, wrapped), _calls(comparison), input_block(report)])
    elif form == "json":
        import json

        document = report.to_dict() | {"compare": strict_json([_record(row) for row in comparison.rows])}
        stream.write(json.dumps(document, allow_nan=False) + "\n")
    else:
        writer = records_of(form, stream, HEAD)
        for row in comparison.rows:
            cells = list(_record(row).values())
            writer.write(cells if form == "ndjson" else [*cells[:-1], " ".join(row.calls)])
        writer.finish()


def _record(row: ConventionRow) -> dict[str, Any]:
    cells = (row.name, row.version, row.reads, row.value, row.difference, row.reason, list(row.calls))
    return dict(zip(HEAD, cells, strict=True))


def _values(report: Report, comparison: Comparison, digits: int, wrapped: bool) -> Block:
    """A line for each convention; in a table a long one is several lines, so that 80 columns are enough."""
    rows = comparison.rows
    reference = report.loss.convention(report.convention)
    asked = report.convention if reference is None else reference.convention
    values = align_points([number(row.value, digits) for row in rows])
    differences = align_points([_signed(row.difference, digits) for row in rows])
    names = max(len(line) for row in rows for line in wrap(row.name, 24))
    room = max(
        WIDTH - _GAPS - max(names, len("convention")) - len(values[0]) - max(len(differences[0]), len("- exact")), 24
    )
    lines: list[tuple[str, ...]] = []
    strong: set[int] = set()
    for row, value, differs in zip(rows, values, differences, strict=True):
        if asked in row.name.split(", "):
            strong.add(len(lines))
        left = wrap(row.name, 24) if wrapped else [printable(row.name)]
        right = wrap(row.reason, room) if wrapped else [printable(row.reason)]
        for i in range(max(len(left), len(right))):
            shown = (value, differs) if not i else ("", "")
            lines.append((left[i] if i < len(left) else "", *shown, right[i] if i < len(right) else ""))
    unit = f", {report.reduction}" + (f" in {report.unit}" if report.unit else "")
    columns = (Column("convention"), Column("value", "right"), Column("- exact", "right"), Column("why"))
    return Block(columns, tuple(lines), strong=frozenset(strong), caption=printable(report.loss.name) + unit)


def _calls(comparison: Comparison) -> Block:
    """What stands behind the names."""
    lines = [(printable(call), row.reads) for row in comparison.rows for call in row.calls]
    return Block((Column("call"), Column("reads")), tuple(lines))


def _signed(difference: float | None, digits: int) -> str:
    if difference is None or not difference:
        return "" if difference is None else "0"
    return f"{difference:+.{min(digits, 4)}g}"
