"""Writers that stream rows, then write the report; one for each format."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, TextIO

from losscli.errors import InputError
from losscli.outputs.writer import Rows, Wants
from losscli.text import field_text, printable, strict_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from losscli.core.report import Report
    from losscli.core.shown_rows import ShownColumns
    from losscli.losses.loss import Loss
    from losscli.ops import Array


MANY = 64  # with fewer samples, writing them in bulk does not pay


class Json:
    """One strict JSON document with the per-sample values; with ``samples`` also their columns as in CSV."""

    def __init__(self, stream: TextIO, *, samples: bool = False) -> None:
        self.stream = stream
        self.wants = Wants.ROWS if samples else Wants.LOSSES
        self.values: list[Array] = []
        self.others: list[list[Array]] = []
        self._samples: list[dict[str, Any]] = []
        self._count = 0

    def rows(self, rows: Rows) -> None:
        """Keep the values of a batch."""
        self.values.append(rows.loss)
        self.others.append([other.loss for other in rows.others])
        self._count += len(rows)
        if self.wants is Wants.ROWS:
            fields = _fields(rows)
            self._samples += [dict(zip(fields, cells, strict=True)) for cells in zip(*fields.values(), strict=True)]

    def finish(self, report: Report) -> None:
        """Write the document."""
        import numpy as np

        from losscli.outputs.write import write_json
        from losscli.record import replace

        if self.values:
            unreduced = report.unreduced and self._count == report.samples
            report = replace(report, per_sample=np.concatenate(self.values), unreduced=unreduced)
            others = [np.concatenate(parts) for parts in zip(*self.others, strict=True)]
            against = [
                replace(one, per_sample=other) for one, other in zip(report.against, others, strict=len(others) > 0)
            ]
            report = replace(report, against=tuple(against) or report.against)
        document = report.to_dict()
        if self.wants is Wants.ROWS:
            document["worst"] = strict_json(self._samples)
        write_json(document, self.stream)


class Ndjson:
    """One JSON object per sample."""

    wants = Wants.ROWS

    def __init__(self, stream: TextIO) -> None:
        import json

        self.stream = stream
        self._encode = json.JSONEncoder(allow_nan=False).encode

    def rows(self, rows: Rows) -> None:
        """Write a line for each sample."""
        fields = _fields(rows)
        form = "{{" + ", ".join(f'"{name}": {{}}' for name in fields) + "}}\n"
        self.stream.writelines(map(form.format, *map(self._texts, fields.values())))

    def _texts(self, column: Sequence[Any]) -> Iterable[str]:
        values = [*column]
        kinds = set(map(type, values))
        if kinds == {int}:
            return map(int.__repr__, values)
        if kinds == {float} and all(map(math.isfinite, values)):
            return map(float.__repr__, values)
        if kinds == {str}:
            return map({text: self._encode(text) for text in set(values)}.__getitem__, values)
        return map(self._encode, map(strict_json, values))

    def finish(self, report: Report) -> None:
        """Write the score, if samples have no values of their own."""
        self.stream.writelines(self._encode(strict_json(entry)) + "\n" for entry in _scores(report))


class Delimited:
    """CSV or TSV: a head, then one line per sample; the loss is the second column."""

    wants = Wants.ROWS

    def __init__(self, stream: TextIO, loss: Loss, delimiter: str) -> None:
        import csv

        self._stream = stream
        self._delimiter = delimiter
        self._writer = csv.writer(stream, delimiter=delimiter, lineterminator="\n")
        self._probability = loss.takes.predicts_label
        self._head = False

    def rows(self, rows: Rows) -> None:
        """Write a line for each sample."""
        columns = rows.columns()
        beside = _beside(rows, columns)
        if not self._head:
            self._head = True
            first = "sample" if columns.ids is None else "id"
            self._writer.writerow([first, "loss", *beside, "label", "predicted", *["probability"] * self._probability])
        fields = [
            columns.numbers if columns.ids is None else columns.ids,
            _losses(columns),
            *beside.values(),
            columns.labels,
            columns.predicted,
            *[columns.probabilities] * self._probability,
        ]
        lines = None
        if len(rows) >= MANY:
            from losscli.outputs.text_lines import lines_of

            lines = lines_of(fields, self._delimiter)
        if lines is None:
            self._writer.writerows(zip(*map(_cells, fields), strict=True))
        else:
            self._stream.write(lines)

    def finish(self, report: Report) -> None:
        """Write the score, also in the second column, if samples have no values of their own."""
        for i, entry in enumerate(_scores(report)):
            self._writer.writerows([[*entry]] * (i == 0) + [[*map(field_text, entry.values())]])


def _scores(report: Report) -> list[dict[str, Any]]:
    """The value of all samples together, or one per output; empty if samples have their own."""
    if report.by_sample:
        return []
    values: Sequence[float | None] = report.score or [report.value]
    if len(values) == 1:
        ends = {} if report.interval is None else {"low": report.interval.low, "high": report.interval.high}
        return [{"loss": report.loss.name, "value": values[0], **ends, "samples": report.samples}]
    return [{"output": i + 1, "value": value, "samples": report.samples} for i, value in enumerate(values)]


def _fields(rows: Rows) -> dict[str, Sequence[Any]]:
    """Samples as JSON objects."""
    columns = rows.columns()
    fields: dict[str, Sequence[Any]] = {"sample": columns.numbers}
    if columns.ids is not None:
        fields["id"] = columns.ids
    return fields | {
        "loss": _losses(columns),
        **_beside(rows, columns),
        "label": columns.labels,
        "predicted": columns.predicted,
        "probability": columns.probabilities,
    }


def _beside(rows: Rows, columns: ShownColumns) -> dict[str, Sequence[Any]]:
    """The losses under each baseline, and the differences to them."""
    found: dict[str, Sequence[Any]] = {}
    for i, other in enumerate(rows.others, 1):
        theirs, number = _losses(other.columns()), "" if i == 1 else f"_{i}"
        pairs = zip(_losses(columns), theirs, strict=True)
        found[f"against{number}"] = theirs
        found[f"difference{number}"] = [less(mine, other) for mine, other in pairs]
    return found


def less(mine: Any, theirs: Any) -> Any:
    """The difference, elementwise for lists; None where either does not count."""
    if mine is None or theirs is None:
        return None
    if isinstance(mine, list) != isinstance(theirs, list):
        raise InputError("--against: only one of both has several values in a row", hint="-f json, or a table")
    if isinstance(mine, list):
        return [less(one, other) for one, other in zip(mine, theirs, strict=True)]
    return mine - theirs


def _losses(columns: ShownColumns) -> Sequence[Any]:
    """The losses, None where they do not count."""
    if all(columns.counted):
        return columns.losses
    return [loss if counts else None for loss, counts in zip(columns.losses, columns.counted, strict=True)]


def _cells(values: Sequence[Any]) -> Iterable[Any]:
    """Cells for ``csv.writer``, which knows numbers and None."""
    kinds = set(map(type, values))
    if kinds <= {int, float, type(None)}:
        return values
    if kinds == {str}:
        return map({text: printable(text) for text in set(values)}.__getitem__, values)
    return map(field_text, values)
