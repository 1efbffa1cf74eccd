"""Counts at thresholds as blocks, as JSON, as records."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from losscli.outputs.draw.block import RESULT, Block, Column, Fold, block_of
from losscli.outputs.report_view import align_points, input_blocks, named_fold, number, numbers_block
from losscli.outputs.write import View
from losscli.record import record

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from losscli.answers.thresholds.thresholds import Point, Thresholds
    from losscli.core.report import Report

_RATES = ("precision", "recall", "f1")
_CHOSEN = "thresholds chosen on these rows look better here than on new data: check them on other rows"


@record
class ThresholdsView(View):
    """Thresholds, and the report on the same rows.

    Attributes:
        digits: Significant digits in tables.
        level: The confidence level of the area's interval.
        verbose: Also say why the input was read as it was.
        picture: For a page.
    """

    report: Report
    found: Thresholds
    digits: int
    level: float
    verbose: bool = False
    picture: tuple[Block, ...] = ()

    head = (
        "name", "threshold", "above", "tp", "fp", "fn", "tn", "precision", "recall", "specificity", "f1", "accuracy",
        "cost",
    )  # fmt: skip

    def blocks(self, *, wrapped: bool, page: bool = False) -> list[Block]:
        """A row for each threshold, the areas, the input."""
        points = _points(self.found, self.digits)
        verbose = self.verbose or page
        areas = _areas(self.found, self.digits, self.level)
        return [points, areas, *self.picture, *input_blocks(self.report, verbose=verbose)]

    def document(self) -> dict[str, Any]:
        """The thresholds, and how the input was read, without the report's numbers."""
        document = self.report.to_dict()
        kept = ("schema", "signature", "inputs", "decisions", "notes")
        thresholds = {"level": self.level, **self.found.to_dict()}
        return {name: document[name] for name in kept} | {"thresholds": thresholds}

    def records(self) -> Iterator[Sequence[Any]]:
        """A line for each threshold."""
        return (list(point.to_dict().values()) for point in self.found.points)


def _points(found: Thresholds, digits: int) -> Block:
    """The confusion counts of each threshold, one line each."""
    few = max(digits - 3, 2)
    points = found.points
    columns = [
        (Column("threshold"), [point.name for point in points]),
        (Column("yes", "right"), [_condition(point, digits) for point in points]),
        *(
            (Column(name, "right"), [amount(getattr(point, name), few) for point in points])
            for name in ("tp", "fp", "fn", "tn")
        ),
        *(
            (Column(name.replace("f1", "F1"), "right"), align_points([number(getattr(p, name), few) for p in points]))
            for name in _RATES
        ),
    ]
    if points and points[0].cost is not None:
        columns.append((Column("cost per row", "right"), align_points([number(point.cost, few) for point in points])))

    def below(gone: Sequence[int], less: Sequence[int]) -> str:
        return f"-v: {', '.join(columns[j][0].heading for j in less)}\n{_CHOSEN}" if less else _CHOSEN

    return block_of(columns, caption=_CHOSEN, fold=Fold(RESULT, (), 0, below, [range(2, 6), range(2, 8)]))


def amount(x: float, digits: int) -> str:
    """A count, or a sum of weights."""
    return f"{x:,}" if isinstance(x, int) else number(x, digits)


def _condition(point: Point, digits: int) -> str:
    """The condition for yes, with all digits so that it can be typed."""
    if math.isinf(point.threshold):
        return "never" if point.threshold > 0 else "always"
    return f"{'above' if point.above else 'from'} {point.threshold:.{max(digits, 10)}g}"


def _areas(found: Thresholds, digits: int, level: float) -> Block:
    rows = []
    area = found.area
    if area is not None:
        said = (
            "no interval: only one yes, or only one no" if area.se is None else "no interval: yes and no do not overlap"
        )
        said = said if found.weight is None else "no interval: rows have weights"
        if area.low is not None and area.high is not None:
            few = max(digits - 3, 2)
            said = f"{level * 100:.10g}% interval {number(area.low, few)} … {number(area.high, few)} (DeLong)"
        said += f"; off by up to {area.bound:.1g}" if area.bound else ""
        rows.append(("auc", number(area.value, digits), said))
    if found.average_precision is not None:
        rows.append(
            ("average precision", number(found.average_precision, digits), "area under the precision-recall curve")
        )
    share = number(found.yes / found.total, digits)
    of = f"{amount(found.yes, digits)} of {amount(found.total, digits)}"
    rows.append(("base rate", share, f"{of} are yes; average precision of random scores (auc 0.5)"))
    columns = (Column("curves"), Column("", "right"), Column(""))
    fold = named_fold([name for name, _, _ in rows], ("average precision", "base rate"))
    title = f"thresholds: {rows[0][0]} {rows[0][1]}"
    return numbers_block(columns, rows, strong=frozenset({0}), title=title, fold=fold)
