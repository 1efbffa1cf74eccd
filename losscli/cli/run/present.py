"""Chooses the writer of a result, and writes the notes after it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TextIO, assert_never

from losscli.cli.notice import say, says_json
from losscli.errors import UsageError
from losscli.file_formats import INPUTS, Writes, by_suffix
from losscli.outputs.result_writers import Blocks, Entries, Quiet, group_entries
from losscli.outputs.writer import Wants, Writer, in_utf8

if TYPE_CHECKING:
    from losscli.cli.run.request import Request
    from losscli.core.raw_rows import RawForm
    from losscli.core.report import Report
    from losscli.losses.loss import Loss
    from losscli.outputs.plot import Picture

SHOWN, LEAST_SHOWN = 10, 3  # rows of a table by default, and on a low screen
REST = 22  # lines of a result without its rows


def writer_for(loss: Loss, request: Request, stream: TextIO, *, each: bool, raw: RawForm | None = None) -> Writer:
    """The writer for the format and the rows asked for; ``each`` if there is no reduction.

    Raises:
        UsageError: Options for rows exclude each other, or do not go with the format.
    """
    if raw is not None or request.written.writes is Writes.CELLS:
        in_utf8(stream)
    if raw is not None:
        from losscli.outputs.appended import appended

        _refuse_other_format(request, raw)
        return appended(stream, raw)
    rows, worst = request.rows, request.worst
    asked = {"--all": request.all_rows, "--worst": worst is not None, "-n": rows is not None}
    if sum(asked.values()) > 1:
        raise UsageError(f"{' and '.join(option for option in asked if asked[option])} exclude each other")
    if request.quiet and request.verbose:
        raise UsageError("-q and -v exclude each other")
    writer = _writer_of_all(loss, request, stream, each=each)
    if writer.wants is Wants.NOTHING:
        return writer
    from losscli.outputs.limit import First, WorstRows

    if worst is not None:
        return WorstRows(writer, worst, higher_is_better=loss.higher_is_better)
    if rows is None and isinstance(writer, Blocks) and not (request.all_rows or each):
        rows = 0 if _shows_tables(request) else _rows_in_view(stream)
    return writer if rows is None else First(writer, rows)


def _refuse_other_format(request: Request, raw: RawForm) -> None:
    """Refuse ``--append`` in a format other than that of the rows."""
    asked, own = request.output_format, raw.kind
    text = own == "csv" and asked == ("tsv" if raw.delimiter == "\t" else "csv")
    suffix = (request.output or "").lower().rpartition(".")[2]
    if asked == "table" and "." in (request.output or ""):
        asked = by_suffix(INPUTS).get(suffix, suffix if suffix in ("gz", "zst", "bz2", "xz") else "table")
    if asked != "table" and asked != own and not text:
        what = f"--append writes rows as they are, and these are no {asked}"
        raise UsageError(what, hint="leave -f out; -o FILE with the suffix of PREDICTIONS")


def _writer_of_all(loss: Loss, request: Request, stream: TextIO, *, each: bool) -> Writer:
    if request.quiet:
        return Quiet(stream, each=each)
    output = request.written
    if (request.also or request.sweep) and output.lines:
        from losscli.outputs.beside_rows import beside_entries

        return Entries(stream, output.delimiter, beside_entries)
    if request.by and output.lines:
        return Entries(stream, output.delimiter, group_entries)
    from losscli.outputs.sample_writers import Delimited, Json, Ndjson

    match output.writes:
        case Writes.DOCUMENT:
            return Json(stream, samples=request.worst is not None)
        case Writes.GATES:
            from losscli.outputs.gate_view import Junit

            return Junit(stream)
        case Writes.OBJECTS:
            return Ndjson(stream)
        case Writes.CELLS:
            return Delimited(stream, loss, output.delimiter or ",")
        case Writes.TABLE | Writes.PAGE:
            from losscli.cli.run.plotting import inline
            from losscli.outputs.draw.drawing import drawer

            page = output.writes is Writes.PAGE
            return Blocks(
                drawer(request.output_format, stream, request.color),
                digits=request.digits,
                verbose=request.verbose or page,
                gates=page,
                notes=output.whole,
                wants=Wants.NOTHING if request.against else Wants.ROWS,
                histogram=request.hist,
                asked=request.all_rows or request.worst is not None or request.rows is not None,
                inline=lambda report: inline(request, lambda: _picture_of(report)),
            )
        case other:
            assert_never(other)


def _picture_of(report: Report) -> Picture:
    from losscli.outputs.report_pictures import report_picture

    return report_picture(report)


def _shows_tables(request: Request) -> bool:
    """Whether there is more to see than rows."""
    return request.hist or request.by is not None or request.also is not None or request.sweep is not None


def _rows_in_view(stream: TextIO) -> int:
    """How many rows fit on the screen above the result."""
    from losscli.outputs.draw.terminal import lines_of_screen

    lines = lines_of_screen(stream)
    return SHOWN if lines is None else max(LEAST_SHOWN, min(SHOWN, lines - REST))


def moved_of(request: Request) -> int:
    """The number of rows with the largest differences to show."""
    if request.quiet or not request.against:
        return 0
    if request.all_rows and request.written.drawn:
        return sys.maxsize
    if request.rows is not None:
        return request.rows
    if request.written.writes is not Writes.TABLE or request.output is not None:
        return SHOWN
    if _shows_tables(request):
        return 0
    return SHOWN if request.plot is not None else _rows_in_view(sys.stdout)  # a picture does not fit the screen


def tell(report: Report, request: Request) -> None:
    """Write the notes to stderr after the result; after a bare number only those on certain rows or columns."""
    sys.stdout.flush()
    notes = [note for note in report.notes if note.where or not request.quiet]
    if not notes:
        return
    from losscli.outputs.draw.terminal import columns_of, lines_of_screen
    from losscli.outputs.notes_view import lines_of, told_of

    whole = request.verbose or says_json()
    room, screen = (None, None) if whole else (columns_of(sys.stderr), lines_of_screen(sys.stderr))
    shown, rest = told_of(notes, room, screen)
    for note in shown:
        (head, message), *below = lines_of(note)
        say(head[:-2], message, below, id=note.id, where=note.where, hint=note.hint)
    for head, message in rest:
        say(head[:-2], message)
