"""Further losses over the same rows, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.outputs.curve_view import curve_of, order_of
from losscli.outputs.draw.block import Block, Column, block_of
from losscli.outputs.report_view import align_points, ends, number
from losscli.text import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.core.report import FurtherResult, Report


def beside_blocks(report: Report, digits: int, *, verbose: bool) -> list[Block]:
    """A table of the further losses, and one of the values of a parameter."""
    blocks = []
    for parameter in dict.fromkeys(one.parameter for one in report.beside):
        chosen = [one for one in report.beside if one.parameter == parameter]
        names = [one.name for one in chosen]
        values = align_points([number(one.value, digits) for one in chosen])
        columns = [
            (Column(parameter or "also"), [printable(name) for name in names]),
            (Column(report.loss.names[-1] if parameter else "", "right"), values),
        ]
        if any(one.report.interval is not None for one in chosen):
            sure = [ends(one.report.interval, digits).partition("interval ")[2] for one in chosen]
            columns.append((Column(f"{(report.level or 0.0) * 100:.10g}% interval"), sure))
        if not parameter:
            told = [one.report.signature if verbose else one.report.convention for one in chosen]
            columns.append((Column("signature" if verbose else "convention"), list(map(printable, told))))
        blocks.append(block_of(columns, caption=_curve(report, chosen, digits) if parameter else ""))
    return blocks


def _curve(report: Report, swept: Sequence[FurtherResult], digits: int) -> str:
    """The values as a line, in the order of the parameter."""
    known = [one for one in swept if one.value is not None]
    known = [known[i] for i in order_of([one.name for one in known])]
    return curve_of(report, [one.name for one in known], [float(one.value or 0.0) for one in known], digits)
