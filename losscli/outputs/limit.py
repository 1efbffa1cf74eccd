"""Some of the rows for a writer: the first ones, or the worst."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

import numpy as np

from losscli.core.shown_rows import ShownColumns
from losscli.outputs.writer import Wants
from losscli.record import record, replace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.core.report import Report
    from losscli.core.shown_rows import Row
    from losscli.ops import Array, Mask
    from losscli.outputs.writer import Rows, Writer


FEW = 1000


@record
class Picked:
    """Rows taken from their batches.

    Attributes:
        loss: ``(n, ...)``.
    """

    kept: Sequence[Row]
    loss: Array
    start: int = 0
    others: tuple[Picked, ...] = ()

    def __len__(self) -> int:
        return len(self.kept)

    @property
    def each(self) -> tuple[Array, Mask]:
        """``(n,)``: the loss of each row, and which rows count."""
        return np.array([row.loss for row in self.kept]), np.array([row.counted for row in self.kept])

    def row(self, i: int) -> Row:
        """One of the rows."""
        return self.kept[i]

    def columns(self, start: int = 0, stop: int | None = None) -> ShownColumns:
        """The rows from ``start`` up to ``stop``."""
        kept = self.kept[start:stop]
        return ShownColumns(
            numbers=[row.number for row in kept],
            ids=[row.id or "" for row in kept] if any(row.id is not None for row in kept) else None,
            labels=[row.label for row in kept],
            probabilities=[row.probability for row in kept],
            predicted=[row.predicted for row in kept],
            losses=[row.loss for row in kept],
            counted=[row.counted for row in kept],
        )


class First:
    """Passes the first rows on to a writer."""

    def __init__(self, writer: Writer, limit: int) -> None:
        self._writer = writer
        self._left = limit
        self.wants = writer.wants if limit > FEW else Wants.FIRST
        if not limit and writer.wants is Wants.LOSSES:  # other writers still have a head to write
            self.wants = Wants.NOTHING

    def rows(self, rows: Rows) -> None:
        """Pass on rows up to the limit."""
        if self.wants is Wants.NOTHING or self._left < 0:
            return
        if self._left >= len(rows):
            self._writer.rows(rows)
            self._left -= len(rows)
            return
        size, self._left = self._left, -1
        self._writer.rows(_Cut(rows, size))

    def finish(self, report: Report) -> None:
        """Write the report."""
        self._writer.finish(report)


@record
class _Cut:
    """The first rows of a batch."""

    whole: Rows
    size: int

    def __len__(self) -> int:
        return self.size

    @property
    def start(self) -> int:
        return self.whole.start

    @property
    def loss(self) -> Array:
        return self.whole.loss[: self.size]

    @property
    def others(self) -> Sequence[Rows]:
        return [_Cut(other, self.size) for other in self.whole.others]

    @property
    def each(self) -> tuple[Array, Mask]:
        loss, counted = self.whole.each
        return loss[: self.size], counted[: self.size]

    def row(self, i: int) -> Row:
        return self.whole.row(i)

    def columns(self, start: int = 0, stop: int | None = None) -> ShownColumns:
        return self.whole.columns(start, self.size if stop is None else min(stop, self.size))


class WorstRows:
    """Passes the worst rows on to a writer, the worst first; rows that do not count come last."""

    wants = Wants.ROWS

    def __init__(self, writer: Writer, limit: int, *, higher_is_better: bool) -> None:
        self._writer = writer
        self._limit = limit
        self._sign = -1.0 if higher_is_better else 1.0
        self._heap: list[tuple[float, int, list[tuple[Row, Array]]]] = []

    def rows(self, rows: Rows) -> None:
        """Keep the worst rows so far."""
        loss, counted = rows.each
        size = np.where(counted, np.where(np.isnan(loss), np.inf, self._sign * loss), -np.inf)
        for i in np.argsort(-size, kind="stable")[: self._limit].tolist():
            entry = (float(size[i]), -rows.start - i, [(one.row(i), one.loss[i]) for one in (rows, *rows.others)])
            if len(self._heap) < self._limit:
                heapq.heappush(self._heap, entry)
            else:
                heapq.heappushpop(self._heap, entry)

    def finish(self, report: Report) -> None:
        """Write the rows, and the report."""
        kept = sorted(self._heap, key=lambda entry: entry[:2], reverse=True)
        if kept:
            models = list(zip(*(models for _, _, models in kept), strict=True))
            own, *others = (Picked([row for row, _ in one], np.array([loss for _, loss in one])) for one in models)
            self._writer.rows(replace(own, others=tuple(others)))
        self._writer.finish(report)
