"""Writers: rows as they come, then the report. One for each format."""

from __future__ import annotations

import heapq
import math
from enum import Enum
from typing import TYPE_CHECKING, Any, Protocol, TextIO

from losscli.core.report import strict_json
from losscli.errors import printable
from losscli.losses.vocabulary import Takes
from losscli.record import record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from losscli.core.report import Columns, Report, Row
    from losscli.losses.spec import Loss

    Array = NDArray[np.float64]

_FEW = 1000


class Rows(Protocol):
    """The samples of one batch, in order."""

    @property
    def start(self) -> int:
        """0-based number of the first."""

    @property
    def loss(self) -> Array:
        """``(n, ...)``."""

    def __len__(self) -> int: ...

    def columns(self, start: int = 0, stop: int | None = None) -> Columns:
        """The samples from ``start`` up to ``stop``."""

    def row(self, i: int) -> Row:
        """Sample ``i`` of the batch."""


class Wants(Enum):
    """Which rows a writer must be given."""

    NOTHING = "only the report"
    FIRST = "some of the first rows, less than a thousand"
    LOSSES = "the losses of all rows, as numbers"
    ROWS = "all rows"


@record
class Losses:
    """Rows of which only the losses are known."""

    start: int
    loss: Array

    def __len__(self) -> int:
        return len(self.loss)

    def columns(self, start: int = 0, stop: int | None = None) -> Columns:
        """There are no samples.

        Raises:
            LookupError: Always.
        """
        raise LookupError(start)

    def row(self, i: int) -> Row:
        """There are no samples.

        Raises:
            LookupError: Always.
        """
        raise LookupError(i)


class Writer(Protocol):
    """Takes the rows of every batch in order, then the report."""

    @property
    def wants(self) -> Wants:
        """Which rows."""

    def rows(self, rows: Rows) -> None:
        """Take the samples of one batch."""

    def finish(self, report: Report) -> None:
        """Write what has not been written yet."""


class Quiet:
    """Only the number; all numbers with the reduction ``none``."""

    def __init__(self, stream: TextIO, *, each: bool) -> None:
        self.stream = stream
        self.each = each
        self.wants = Wants.LOSSES if each else Wants.NOTHING

    def rows(self, rows: Rows) -> None:
        """Write the values of a batch if there is no reduction."""
        if self.each:
            self.stream.writelines(f"{value!r}\n" for value in rows.loss.reshape(-1).tolist())

    def finish(self, report: Report) -> None:
        """Write the reduced value; with groups one a line, with its name, that of all rows last."""
        for group in report.groups:
            self.stream.write(f"{group.reduced.value!r}\t{printable(group.name)}\n")
        if report.groups:
            self.stream.write(f"{report.value!r}\ttotal\n")
        elif report.value is not None:
            self.stream.write(f"{report.value!r}\n")


class Groups:
    """One row a group, in CSV, TSV or NDJSON; not that of all rows, so that columns can be added up."""

    wants = Wants.NOTHING

    def __init__(self, stream: TextIO, delimiter: str | None) -> None:
        self.stream = stream
        self._delimiter = delimiter

    def rows(self, rows: Rows) -> None:
        """Samples are not shown."""

    def finish(self, report: Report) -> None:
        """Write the groups; their names are in a column of what they are."""
        import csv
        import json

        entries = [{report.by if key == "name" else key: v for key, v in g.to_dict().items()} for g in report.groups]
        if self._delimiter is None:
            self.stream.writelines(json.dumps(strict_json(entry), allow_nan=False) + "\n" for entry in entries)
            return
        write = csv.writer(self.stream, delimiter=self._delimiter, lineterminator="\n").writerow
        write(entries[0])
        for entry in entries:
            write([_cell(value) for value in entry.values()])


class Json:
    """One strict JSON document with all per-sample values."""

    wants = Wants.LOSSES

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.values: list[Array] = []

    def rows(self, rows: Rows) -> None:
        """Keep the values of a batch."""
        self.values.append(rows.loss)

    def finish(self, report: Report) -> None:
        """Write the document."""
        import json

        import numpy as np

        from losscli.record import replace

        whole = replace(report, per_sample=np.concatenate(self.values)) if self.values else report
        self.stream.write(json.dumps(whole.to_dict(), allow_nan=False, ensure_ascii=True) + "\n")


class Ndjson:
    """One JSON object a sample."""

    wants = Wants.ROWS

    def __init__(self, stream: TextIO) -> None:
        import json

        self.stream = stream
        self._encode = json.JSONEncoder(allow_nan=False).encode

    def rows(self, rows: Rows) -> None:
        """Write a line for each sample."""
        columns = rows.columns()
        fields: dict[str, Sequence[Any]] = {"sample": columns.numbers}
        if columns.ids is not None:
            fields["id"] = columns.ids
        fields |= {
            "loss": _losses(columns),
            "label": columns.labels,
            "predicted": columns.predicted,
            "probability": columns.probabilities,
        }
        form = "{{" + ", ".join(f'"{name}": {{}}' for name in fields) + "}}\n"
        self.stream.writelines(map(form.format, *map(self._texts, fields.values())))

    def _texts(self, values: Sequence[Any]) -> Iterable[str]:
        kinds = set(map(type, values))
        if kinds == {int}:
            return map(int.__repr__, values)
        if kinds == {float} and all(map(math.isfinite, values)):
            return map(float.__repr__, values)
        if kinds == {str}:
            return map({text: self._encode(text) for text in set(values)}.__getitem__, values)
        return map(self._encode, map(strict_json, values))

    def finish(self, report: Report) -> None:
        """Nothing is left to write."""


class Delimited:
    """CSV or TSV: a head, then a line a sample; the loss is the second column."""

    wants = Wants.ROWS

    def __init__(self, stream: TextIO, loss: Loss, delimiter: str) -> None:
        import csv

        self._writer = csv.writer(stream, delimiter=delimiter, lineterminator="\n")
        self._probability = loss.takes in (Takes.CLASS, Takes.BINARY)
        self._head = False

    def rows(self, rows: Rows) -> None:
        """Write a line for each sample."""
        columns = rows.columns()
        if not self._head:
            self._head = True
            first = "sample" if columns.ids is None else "id"
            self._writer.writerow([first, "loss", "label", "predicted", *["probability"] * self._probability])
        cells = [
            columns.numbers if columns.ids is None else _cells(columns.ids),
            _cells(_losses(columns)),
            _cells(columns.labels),
            _cells(columns.predicted),
        ]
        if self._probability:
            cells.append(_cells(columns.probabilities))
        self._writer.writerows(zip(*cells, strict=True))

    def finish(self, report: Report) -> None:
        """Nothing is left to write."""


def _losses(columns: Columns) -> Sequence[Any]:
    """The losses, None where they do not count."""
    if all(columns.counted):
        return columns.losses
    return [loss if counts else None for loss, counts in zip(columns.losses, columns.counted, strict=True)]


def _cells(values: Sequence[Any]) -> Iterable[Any]:
    """What csv.writer is to write: it knows numbers and None."""
    kinds = set(map(type, values))
    if kinds <= {int, float, type(None)}:
        return values
    if kinds == {str}:
        return map({text: printable(text) for text in set(values)}.__getitem__, values)
    return map(_cell, values)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, list):
        return " ".join(map(_cell, value))
    return printable(str(value))


class Blocks:
    """Table or Markdown: some of the rows, then the result.

    Args:
        draw: Draws ``losscli.outputs.view`` blocks.
        digits: Significant digits.
        limit: How many rows to show; None for all.
        worst: Show the rows of the largest loss instead of the first.
        higher_is_better: The worst are the smallest.
    """

    def __init__(
        self, draw: Callable[..., None], *, digits: int, limit: int | None, worst: bool, higher_is_better: bool = False
    ) -> None:
        self._draw = draw
        self._digits = digits
        self._limit = limit
        self.wants = Wants.ROWS if worst or limit is None or limit > _FEW else Wants.FIRST
        self._worst = worst
        self._sign = -1.0 if higher_is_better else 1.0
        self._kept: list[Row] = []
        self._heap: list[tuple[float, int, Row]] = []

    def rows(self, rows: Rows) -> None:
        """Keep the rows that will be shown."""
        if self._worst:
            self._keep_worst(rows)
            return
        room = len(rows) if self._limit is None else self._limit - len(self._kept)
        self._kept += rows.columns(0, min(room, len(rows)))

    def _keep_worst(self, rows: Rows) -> None:
        import numpy as np

        size = (self._sign * rows.loss).reshape(len(rows), rows.loss[0].size).max(axis=1)
        size = np.where(np.isnan(size), np.inf, size)
        for i in np.argsort(-size, kind="stable")[: self._limit].tolist():
            entry = (float(size[i]), -rows.start - i, rows.row(i))
            if self._limit is None or len(self._heap) < self._limit:
                heapq.heappush(self._heap, entry)
            else:
                heapq.heappushpop(self._heap, entry)

    def finish(self, report: Report) -> None:
        """Draw rows, result and input."""
        from losscli.outputs.view import view

        kept = [row for _, _, row in sorted(self._heap, reverse=True)] if self._worst else self._kept
        self._draw(view(report, kept, self._digits))
