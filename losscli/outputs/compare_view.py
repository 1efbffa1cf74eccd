"""A comparison of conventions as blocks, as JSON, as records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.outputs.draw.block import ROWS, Block, Column, Fold
from losscli.outputs.draw.terminal import WIDTH
from losscli.outputs.report_view import align_points, input_blocks, number, wrap
from losscli.outputs.write import View
from losscli.record import record
from losscli.text import count, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from losscli.answers.compare.merge_rows import Comparison
    from losscli.core.report import Report

_GAPS = 3 * 3
_LEAST = 3  # conventions on a low screen


@record
class CompareView(View):
    """A comparison, and the report on the same input under the convention asked for."""

    report: Report
    comparison: Comparison
    digits: int
    verbose: bool = False

    head = ("convention", "version", "reads", "value", "difference", "reason", "calls")

    def blocks(self, *, wrapped: bool, page: bool = False) -> list[Block]:
        """The values, the calls behind the names if there is room, and the input."""
        verbose = self.verbose or page
        calls = [_calls(self.comparison)] * verbose
        values = _values(self.report, self.comparison, self.digits, wrapped)
        return [values, *calls, *input_blocks(self.report, verbose=verbose)]

    def records(self) -> Iterator[Sequence[Any]]:
        """A line for each convention, or for several that agree."""
        for row in self.comparison.rows:
            yield row.name, row.version, row.reads, row.value, row.difference, row.reason, list(row.calls)

    def document(self) -> dict[str, Any]:
        """The report with the comparison in it."""
        return self.report.to_dict() | {"compare": list(self.objects())}


def _values(report: Report, comparison: Comparison, digits: int, wrapped: bool) -> Block:
    """A line for each convention, wrapped in a table so that 80 columns suffice."""
    rows = comparison.rows
    reference = report.loss.convention(report.convention)
    asked = report.convention if reference is None else reference.convention
    values = align_points([number(row.value, digits) for row in rows])
    differences = align_points([_signed(row.difference, digits) for row in rows])
    names = [line for row in rows for line in wrap(row.name, 24)]
    columns = (("convention", names), ("value", values), ("- exact", differences))
    taken = (max(map(len, (heading, *cells))) for heading, cells in columns)
    room = max(WIDTH - _GAPS - sum(taken), 24)
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
    if len(rows) == 1:
        unit += f"; no call to compare with takes this layout: losscli losses {report.loss.name}"
    drawn = (Column("convention"), Column("value", "right"), Column("- exact", "right"), Column("why"))
    about = printable(report.loss.name) + unit
    title = f"{printable(report.loss.name)} by convention"
    older = [all("==" in name for name in row.name.split(", ")) for row in rows]
    order = sorted(range(len(rows)), key=lambda i: (i not in strong, older[i]))  # each a line where it is folded
    fold = Fold(ROWS, order, _LEAST, lambda gone, less: f"{about}\n-v: {count(len(gone), 'more convention')}")
    return Block(drawn, tuple(lines), strong=frozenset(strong), caption=about, title=title, fold=fold)


def _calls(comparison: Comparison) -> Block:
    """The calls behind the names of conventions."""
    lines = [(printable(call), row.reads) for row in comparison.rows for call in row.calls]
    return Block((Column("call"), Column("reads")), tuple(lines))


def _signed(difference: float | None, digits: int) -> str:
    if difference is None or not difference:
        return "" if difference is None else "0"
    return f"{difference:+.{min(digits, 4)}g}"
