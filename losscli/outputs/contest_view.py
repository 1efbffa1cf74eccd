"""Further losses beside baselines: a line for each loss, with the difference."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.outputs.difference_cells import ends, interval_named, narrowed, probability, signed, verdict_tones
from losscli.outputs.draw.block import Column, block_of
from losscli.outputs.report_view import align_points, number
from losscli.text import printable

if TYPE_CHECKING:
    from losscli.core.report import Report
    from losscli.outputs.draw.block import Block


def contest_block(report: Report, digits: int) -> Block:
    """A line for each further loss and baseline, with the difference; the first loss stands above."""
    found = [(name, each, one) for name, each in report.contests()[1:] for one in each.against]
    several, few = len(report.against) > 1, max(digits - 4, 2)
    columns = [
        (Column("also", "name"), [printable(name) for name, _, _ in found]),
        *[(Column("against", "name"), [one.name for _, _, one in found])] * several,
        (
            Column("baseline" if several else report.against[0].name, "right"),
            align_points([number(one.baseline.value, digits) for _, _, one in found]),
        ),
        (
            Column(printable(report.called), "right"),
            align_points([number(each.compared, digits) for _, each, _ in found]),
        ),
        (Column("difference", "right"), align_points([signed(one.difference, digits) for _, _, one in found])),
        (Column(interval_named(report)), [ends(one.interval, digits, "+") for _, _, one in found]),
        (Column("p", "right"), [probability(one.p, few) for _, _, one in found]),
        (Column("verdict"), [one.verdict for _, _, one in found]),
    ]
    tones = verdict_tones([one.verdict for _, _, one in found], len(columns) - 1)
    p, values = len(columns) - 2, [1 + several, 2 + several]  # which the difference stands for
    return narrowed(block_of(columns, tones=tones), [p], [*values, p])
