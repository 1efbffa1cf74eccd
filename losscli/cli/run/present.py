"""The writer of the format asked for, and the notes that follow the result."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TextIO

from losscli.cli.notice import say
from losscli.errors import UsageError
from losscli.outputs.sample_writers import Blocks, Delimited, Groups, Json, Ndjson, Quiet, Wants, Writer

if TYPE_CHECKING:
    from losscli.cli.run.request import Request
    from losscli.core.report import Report
    from losscli.losses.loss import Loss

SHOWN, LEAST_SHOWN = 10, 3  # rows of a table, if nothing is said
REST = 22  # lines of a result without its rows


def writer_for(loss: Loss, request: Request, stream: TextIO, *, each: bool) -> Writer:
    """The writer of the format asked for, of the rows asked for; ``each`` if there is no reduction."""
    rows, worst = request.rows, request.worst
    asked = {"--all": request.all_rows, "--worst": worst is not None, "-n": rows is not None}
    if sum(asked.values()) > 1:
        raise UsageError(f"{' and '.join(option for option in asked if asked[option])} exclude each other")
    if request.quiet and request.verbose:
        raise UsageError("-q and -v exclude each other")
    writer = _writer_of_all(loss, request, stream, each=each)
    if writer.wants is Wants.NOTHING:
        return writer
    from losscli.outputs.limit import First, Worst

    if worst is not None:
        return Worst(writer, worst, higher_is_better=loss.higher_is_better)
    if rows is None and isinstance(writer, Blocks) and not (request.all_rows or each):
        rows = _rows_in_view(stream)
    return writer if rows is None else First(writer, rows)


def _writer_of_all(loss: Loss, request: Request, stream: TextIO, *, each: bool) -> Writer:
    if request.quiet:
        return Quiet(stream, each=each)
    if request.by and request.output_format in ("csv", "tsv", "ndjson"):
        return Groups(stream, {"csv": ",", "tsv": "\t"}.get(request.output_format))
    match request.output_format:
        case "json":
            return Json(stream, samples=request.worst is not None)
        case "junit":
            from losscli.outputs.gate_view import Junit

            return Junit(stream)
        case "ndjson":
            return Ndjson(stream)
        case "csv" | "tsv" as name:
            return Delimited(stream, loss, "," if name == "csv" else "\t")
        case name:
            from losscli.outputs.draw.drawing import drawer

            verbose = request.verbose or name == "markdown"
            return Blocks(
                drawer(name, stream, request.color), digits=request.digits, verbose=verbose, gates=name == "markdown"
            )


def _rows_in_view(stream: TextIO) -> int:
    """Rows of a table that leave the result and what was decided on the screen."""
    from losscli.outputs.draw.terminal import lines_of_screen

    lines = lines_of_screen(stream)
    return SHOWN if lines is None else max(LEAST_SHOWN, min(SHOWN, lines - REST))


def tell(report: Report) -> None:
    """Write the notes to stderr, after the result."""
    sys.stdout.flush()
    for note in report.notes:
        word = "note" if note.severity == "note" else "warning"
        below = [*note.where.splitlines(), *[note.hint] * bool(note.hint)]
        say(
            word,
            note.message,
            [(f"{'':{len(word)}}  ", line) for line in below],
            id=note.id,
            where=note.where,
            hint=note.hint,
        )
