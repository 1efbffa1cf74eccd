"""Writers of what is known after all rows: the number, groups, tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TextIO

from losscli.outputs.writer import Rows, Wants
from losscli.record import replace
from losscli.text import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from losscli.core.report import Report
    from losscli.core.shown_rows import Row


class Quiet:
    """Only the number; all numbers with the reduction ``none``."""

    def __init__(self, stream: TextIO, *, each: bool) -> None:
        self.stream = stream
        self.each = each
        self.wants = Wants.LOSSES if each else Wants.NOTHING

    def rows(self, rows: Rows) -> None:
        """Write the values of a batch if there is no reduction."""
        if self.each:
            from losscli.core.shown_rows import Bulk
            from losscli.outputs.text_lines import lines_of

            self.stream.write(lines_of([Bulk(rows.loss.reshape(-1))], "\t") or "")

    def finish(self, report: Report) -> None:
        """Write the reduced value; with groups, one per line after the group's name, and that of all rows last."""
        if report.against and report.beside:
            several = len(report.against) > 1
            self.stream.writelines(
                f"{_number(one.difference)}\t{printable(name)}" + f"\t{one.name}" * several + "\n"
                for name, each in report.contests()
                for one in each.against
            )
            return
        if report.against:
            self._differences(report)
            return
        if report.beside:
            self.stream.writelines(f"{_number(value)}\t{printable(name)}\n" for name, value, _ in report.side_by_side())
            return
        for group in report.groups:
            self.stream.write(f"{_number(group.value)}\t{printable(group.name)}\n")
        if report.groups:
            self.stream.write(f"{_number(report.value)}\ttotal\n")
        elif report.score is not None:
            self.stream.writelines(f"{value!r}\n" for value in report.score)
        elif report.value is not None:
            self.stream.write(f"{report.value!r}\n")

    def _differences(self, report: Report) -> None:
        """Write the difference to the baseline; for several, one per line after the names of group and baseline."""
        several = len(report.against) > 1
        named = [(printable(group.name), group.against) for group in report.groups]
        for name, every in [*named, ("total", report.against)]:
            self.stream.writelines(
                f"{one.difference!r}" + f"\t{name}" * bool(named) + f"\t{one.name}" * several + "\n"
                for one in every
                if one.difference is not None
            )


def _number(value: float | None) -> str:
    """A value; NaN if it could not be computed."""
    return "nan" if value is None else repr(value)


class Entries:
    """One row for each entry of a report, in CSV, TSV or NDJSON; ``entries`` is told whether they become cells."""

    wants = Wants.NOTHING

    def __init__(
        self, stream: TextIO, delimiter: str | None, entries: Callable[[Report, bool], list[dict[str, Any]]]
    ) -> None:
        self.stream = stream
        self._delimiter = delimiter
        self._entries = entries

    def rows(self, rows: Rows) -> None:
        """Samples are not shown."""

    def finish(self, report: Report) -> None:
        """Write the entries."""
        from losscli.outputs.write import write_entries

        write_entries(self._entries(report, self._delimiter is not None), self.stream, self._delimiter)


def group_entries(report: Report, cells: bool) -> list[dict[str, Any]]:
    """An entry for each group, with the names of all groupings; none for all rows, so that columns can be summed."""
    entries = [
        dict(zip(report.by, group.names, strict=True))
        | {key: value for key, value in group.to_dict().items() if key != "name"}
        for group in report.groups
    ]
    if cells:
        entries = [_flat(entry, asked=report.level is not None) for entry in entries]
        if report.against:  # one line per group and baseline
            pairs = zip(entries, report.groups, strict=True)
            entries = [{**entry, **one.cells()} for entry, group in pairs for one in group.against]
    return entries


def _flat(entry: dict[str, Any], *, asked: bool) -> dict[str, Any]:
    """An entry with the ends of its interval in separate cells."""
    interval = entry.pop("interval", None) or {}
    entry.pop("against", None)
    return {**entry, **({"low": interval.get("low"), "high": interval.get("high")} if asked else {})}


class Blocks:
    """Table or Markdown: rows, then the result.

    Args:
        draw: Draws ``losscli.outputs.report_view`` blocks.
        digits: Significant digits.
        verbose: Also say why the input was read as it was.
        notes: Whether notes are shown, which also go to stderr.
        gates: Whether the verdicts of gates are shown, which also go to stderr.
        wants: Which rows are needed; none if the report holds those that are shown.
        histogram: Whether the histogram of losses is shown, if there is one.
        asked: Whether rows were asked for, so that even a low screen shows all of them.
        inline: Returns the picture of a report for a page, if there is one.
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
        asked: bool = False,
        inline: Callable[[Report], Sequence[Any]] = lambda report: (),
    ) -> None:
        self._draw = draw
        self._histogram = histogram
        self._asked = asked
        self._inline = inline
        self._gates = gates
        self._notes = notes
        self.wants = wants
        self._digits = digits
        self._verbose = verbose
        self._rows: list[Row] = []

    def rows(self, rows: Rows) -> None:
        """Keep the rows to show."""
        if self.wants is not Wants.NOTHING:
            self._rows += rows.columns()

    def _further(self, report: Report) -> list[Any]:
        if not report.beside:
            return []
        from losscli.outputs.beside_view import beside_blocks

        return [*beside_blocks(report, self._digits, verbose=self._verbose)]

    def _counted(self, report: Report) -> list[Any]:
        """The groups, and what was counted besides the losses."""
        found: list[Any] = []
        if report.by:
            from losscli.outputs.group_view import group_block

            found.append(group_block(report, self._digits))
        if report.confusion is not None:
            from losscli.outputs.confusion_view import confusion_block

            found.append(confusion_block(report.confusion))
        if self._histogram and report.histogram is not None:
            from losscli.outputs.histogram_view import histogram_block

            found.append(histogram_block(report))
        return [block for block in found if block is not None]

    def finish(self, report: Report) -> None:
        """Draw rows, result and input."""
        from losscli.outputs.report_view import gate_block, input_blocks, result_block, sample_block

        if report.against:
            from losscli.outputs import difference_view

            blocks = difference_view.view(report, self._digits, verbose=self._verbose)
        else:
            rows = sample_block(report, self._rows, self._digits)
            blocks = [] if rows is None else [rows]
            blocks += [*self._counted(report), result_block(report, self._digits), *self._further(report)]
            blocks += input_blocks(report, verbose=self._verbose)
        blocks[-1:-1] = self._inline(report)
        if self._gates and report.gates:
            blocks.insert(-1, gate_block(report))
        if self._notes and report.notes:
            from losscli.outputs.notes_view import note_block

            blocks.insert(-1, note_block(report.notes))
        gates = [("passed: ", f"{one.name}: {one.message}") for one in report.gates]
        self._draw([self._folding(block) for block in blocks], report.notes, gates)

    def _folding(self, block: Any) -> Any:
        """The block; it is not folded on a low screen if all of it was asked for."""
        from losscli.outputs.draw.block import ROWS

        stays = self._verbose or (self._asked and block.fold is not None and block.fold.rank == ROWS)
        return replace(block, fold=None) if stays else block
