"""A histogram of the losses, as a block with bars."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from losscli.outputs.draw.block import PAIRS, Block, Column, Fold, block_of
from losscli.text import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.core.counts.histogram import Bar
    from losscli.core.report import Report

_LEAST_BINS = 3  # on a low screen


def histogram_block(report: Report) -> Block | None:
    """A line for each bin; None if there are no losses."""
    shown = report.histogram
    if not shown:
        return None
    most = max(one.share for one in shown)
    columns = [
        (Column(report.loss.names[-1]), [size_of(one) for one in shown]),
        (Column("losses", "right"), [f"{one.count:,}" for one in shown]),
        (Column("of them", "right"), [f"{one.share:.1%}" for one in shown]),
        (Column("", "bar"), [f"{one.share / most:.4f}" for one in shown]),
    ]
    weights = [one.weight for one in shown if one.weight is not None]
    if len(weights) == len(shown):
        top = max(weights) or 1.0
        columns += [
            (Column("of the sum", "right"), [f"{weight:.1%}" for weight in weights]),
            (Column("", "bar"), [f"{weight / top:.4f}" for weight in weights]),
        ]

    def below(gone: Sequence[int] = (), less: Sequence[int] = ()) -> str:
        left = len(shown) - len(gone)
        most = f"{left} of {len(shown)} bins, those with the most losses" if left else f"{len(shown)} bins"
        bins = f"{most}; -v: all" if gone else ""
        return "\n".join(filter(None, [bins, in_no_bin(report)]))

    order = sorted(range(len(shown)), key=lambda i: -shown[i].count)
    return block_of(columns, caption=below(), fold=Fold(PAIRS, order, _LEAST_BINS, below))


def in_no_bin(report: Report) -> str:
    """How many losses are no numbers."""
    missing = report.summary.count - sum(one.count for one in report.histogram or ())
    return f"{count(missing, 'loss is', 'losses are')} nan" if missing > 0 else ""


def size_of(one: Bar) -> str:
    """The ends of a bin in words."""
    if math.isinf(one.above):
        return "infinite" if one.above > 0 else "minus infinite"
    if one.above == one.below:
        return f"{one.above:g}"
    return f"{one.above:g} to {one.below:g}"
