"""Writers: rows as they come, then the report. One for each format."""

from __future__ import annotations

import math
from enum import Enum
from typing import TYPE_CHECKING, Any, Protocol, TextIO

from losscli.record import record
from losscli.text import field_text, printable, strict_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from losscli.core.report import Report
    from losscli.core.shown_rows import Columns, Row
    from losscli.losses.loss import Loss
    from losscli.ops import Array


class Rows(Protocol):
    """The samples of one batch, in order."""

    @property
    def start(self) -> int:
        """0-based number of the first."""

    @property
    def loss(self) -> Array:
        """``(n, ...)``."""

    @property
    def others(self) -> Sequence[Rows]:
        """The same samples as each baseline has them."""

    @property
    def each(self) -> tuple[Array, NDArray[np.bool_]]:
        """``(n,)``: the mean over what counts in each row, and which rows count at all."""

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
    others: tuple[Losses, ...] = ()

    def __len__(self) -> int:
        return len(self.loss)

    @property
    def each(self) -> tuple[Array, NDArray[np.bool_]]:
        """There are no samples.

        Raises:
            LookupError: Always.
        """
        raise LookupError(self.start)

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
        if report.against:
            self._differences(report)
            return
        if report.beside:
            self.stream.writelines(f"{value!r}\t{printable(name)}\n" for name, value, _ in report.side_by_side())
            return
        for group in report.groups:
            self.stream.write(f"{group.value!r}\t{printable(group.name)}\n")
        if report.groups:
            self.stream.write(f"{report.value!r}\ttotal\n")
        elif report.score is not None:
            self.stream.writelines(f"{value!r}\n" for value in report.score)
        elif report.value is not None:
            self.stream.write(f"{report.value!r}\n")

    def _differences(self, report: Report) -> None:
        """Write the difference to the baseline; to several one a line, with its name, and the name of a group first."""
        several = len(report.against) > 1
        named = [(printable(group.name), group.against) for group in report.groups]
        for name, every in [*named, ("total" if named else "", report.against)]:
            self.stream.writelines(
                f"{one.difference!r}" + f"\t{name}" * bool(name) + f"\t{one.name}" * several + "\n"
                for one in every
                if one.difference is not None
            )


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

        from losscli.outputs.write import write_json

        entries = [
            dict(zip(report.by, group.names, strict=True))
            | {key: value for key, value in group.to_dict().items() if key != "name"}
            for group in report.groups
        ]
        if self._delimiter is None:
            for entry in entries:
                write_json(strict_json(entry), self.stream)
            return
        entries = [_flat(entry, asked=report.level is not None) for entry in entries]
        if report.against:  # a line for each group and baseline
            pairs = zip(entries, report.groups, strict=True)
            entries = [{**entry, **one.cells()} for entry, group in pairs for one in group.against]
        write = csv.writer(self.stream, delimiter=self._delimiter, lineterminator="\n").writerow
        write(entries[0])
        for entry in entries:
            write([field_text(value) for value in entry.values()])


class Json:
    """One strict JSON document with the per-sample values; with ``samples`` also what table and CSV show of them."""

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
    """One JSON object a sample."""

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
        """Write the score, where samples have no value of their own."""
        self.stream.writelines(self._encode(strict_json(entry)) + "\n" for entry in _scores(report))


class Delimited:
    """CSV or TSV: a head, then a line a sample; the loss is the second column."""

    wants = Wants.ROWS

    def __init__(self, stream: TextIO, loss: Loss, delimiter: str) -> None:
        import csv

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
        cells = [
            columns.numbers if columns.ids is None else _cells(columns.ids),
            _cells(_losses(columns)),
            *map(_cells, beside.values()),
            _cells(columns.labels),
            _cells(columns.predicted),
        ]
        if self._probability:
            cells.append(_cells(columns.probabilities))
        self._writer.writerows(zip(*cells, strict=True))

    def finish(self, report: Report) -> None:
        """Write the score, where samples have no value of their own: the second column, too."""
        for i, entry in enumerate(_scores(report)):
            self._writer.writerows([[*entry]] * (i == 0) + [[*map(field_text, entry.values())]])


def _flat(entry: dict[str, Any], *, asked: bool) -> dict[str, Any]:
    """An entry with the ends of its interval as cells of their own."""
    interval = entry.pop("interval", None) or {}
    entry.pop("against", None)
    return {**entry, **({"low": interval.get("low"), "high": interval.get("high")} if asked else {})}


def _scores(report: Report) -> list[dict[str, Any]]:
    """The number of all samples together, or one for each output; nothing if samples have their own."""
    if report.by_sample:
        return []
    values: Sequence[float | None] = report.score or [report.value]
    if len(values) == 1:
        ends = {} if report.interval is None else {"low": report.interval.low, "high": report.interval.high}
        return [{"loss": report.loss.name, "value": values[0], **ends, "samples": report.samples}]
    return [{"output": i + 1, "value": value, "samples": report.samples} for i, value in enumerate(values)]


def _fields(rows: Rows) -> dict[str, Sequence[Any]]:
    """Samples as JSON has them."""
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


def _beside(rows: Rows, columns: Columns) -> dict[str, Sequence[Any]]:
    """The losses under each baseline, and what separates those of the candidate from them."""
    found: dict[str, Sequence[Any]] = {}
    for i, other in enumerate(rows.others, 1):
        theirs, number = _losses(other.columns()), "" if i == 1 else f"_{i}"
        pairs = zip(_losses(columns), theirs, strict=True)
        found[f"against{number}"] = theirs
        found[f"difference{number}"] = [less(mine, other) for mine, other in pairs]
    return found


def less(mine: Any, theirs: Any) -> Any:
    """The first less the second; of lists element by element, None where one does not count."""
    if mine is None or theirs is None:
        return None
    if isinstance(mine, list):
        return [less(one, other) for one, other in zip(mine, theirs, strict=True)]
    return mine - theirs


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
    return map(field_text, values)


class Blocks:
    """Table or Markdown: rows, then the result.

    Args:
        draw: Draws ``losscli.outputs.report_view`` blocks.
        digits: Significant digits.
        verbose: Also say why the input was read as it was.
        notes: Whether the notes are shown, which are told on stderr as well.
        gates: Whether the verdicts of gates are shown, which are told on stderr as well.
        wants: None of the rows, if the report has those that are shown.
        histogram: Whether the losses by size are shown, if they were counted.
        inline: The picture of a report for the page, if there is one.
    """

    def __init__(
        self,
        draw: Callable[..., None],
        *,
        digits: int,
        verbose: bool,
        gates: bool = False,
        notes: bool = False,
        wants: Wants = Wants.ROWS,
        histogram: bool = True,
        inline: Callable[[Report], Sequence[Any]] = lambda report: (),
    ) -> None:
        self._draw = draw
        self._histogram = histogram
        self._inline = inline
        self._gates = gates
        self._notes = notes
        self.wants = wants
        self._digits = digits
        self._verbose = verbose
        self._rows: list[Row] = []

    def rows(self, rows: Rows) -> None:
        """Keep the rows that will be shown."""
        if self.wants is not Wants.NOTHING:
            self._rows += rows.columns()

    def _further(self, report: Report) -> list[Any]:
        if not report.beside:
            return []
        from losscli.outputs.beside_view import beside_blocks

        return [*beside_blocks(report, self._digits)]

    def _counted(self, report: Report) -> list[Any]:
        """What was counted beside the losses."""
        found: list[Any] = []
        if report.confusion is not None:
            from losscli.outputs.confusion_view import confusion_block

            found.append(confusion_block(report.confusion))
        if self._histogram and report.histogram is not None:
            from losscli.outputs.histogram_view import histogram_block

            found.append(histogram_block(report))
        return [block for block in found if block is not None]

    def finish(self, report: Report) -> None:
        """Draw rows, result and input."""
        from losscli.outputs.report_view import gate_block, note_block, view

        if report.against:
            from losscli.outputs import difference_view

            blocks = difference_view.view(report, self._digits, verbose=self._verbose)
        else:
            between = self._further(report)
            blocks = view(report, self._rows, self._digits, verbose=self._verbose, between=between)
            at = -2 - len(between)
            blocks[at:at] = self._counted(report)
        blocks[-1:-1] = self._inline(report)
        if self._gates and report.gates:
            blocks.insert(-1, gate_block(report))
        if self._notes and report.notes:
            blocks.insert(-1, note_block(report))
        self._draw(blocks)
