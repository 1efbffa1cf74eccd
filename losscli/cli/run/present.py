"""The writer of the format asked for, and the notes that follow the result."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TextIO

import click

from losscli.errors import UsageError, printable
from losscli.outputs.sample_writers import Blocks, Delimited, Groups, Json, Ndjson, Quiet, Wants, Writer

if TYPE_CHECKING:
    from losscli.cli.run.request import Request
    from losscli.core.report import Report
    from losscli.losses.loss import Loss

SHOWN = 10  # rows of a table, if nothing is said


def writer_for(loss: Loss, request: Request, stream: TextIO, *, each: bool) -> Writer:
    """The writer of the format asked for, of the rows asked for; ``each`` if there is no reduction."""
    rows, worst = request.rows, request.worst
    asked = {"--all": request.all_rows, "--worst": worst is not None, "-n": rows is not None}
    if sum(asked.values()) > 1:
        raise UsageError(f"{' and '.join(option for option in asked if asked[option])} exclude each other")
    writer = _writer_of_all(loss, request, stream, each=each)
    if writer.wants is Wants.NOTHING:
        return writer
    from losscli.outputs.limit import First, Worst

    if worst is not None:
        return Worst(writer, worst, higher_is_better=loss.higher_is_better)
    if rows is None and isinstance(writer, Blocks) and not (request.all_rows or each):
        rows = SHOWN
    return writer if rows is None else First(writer, rows)


def _writer_of_all(loss: Loss, request: Request, stream: TextIO, *, each: bool) -> Writer:
    if request.quiet:
        return Quiet(stream, each=each)
    if request.by and request.output_format in ("csv", "tsv", "ndjson"):
        return Groups(stream, {"csv": ",", "tsv": "\t"}.get(request.output_format))
    match request.output_format:
        case "json":
            return Json(stream, samples=request.worst is not None)
        case "ndjson":
            return Ndjson(stream)
        case "csv" | "tsv" as name:
            return Delimited(stream, loss, "," if name == "csv" else "\t")
        case name:
            from losscli.outputs.draw.drawing import drawer

            return Blocks(drawer(name, stream, request.color), digits=request.digits)


def tell(report: Report) -> None:
    """Write the notes to stderr, after the result."""
    sys.stdout.flush()
    for note in report.notes:
        word = "note" if note.severity == "note" else "warning"
        click.echo(f"{word}: {printable(note.message)}", file=sys.stderr)
        for place in note.where.splitlines():
            click.echo(f"{'':{len(word)}}  {printable(place)}", file=sys.stderr)
        if note.hint:
            click.echo(f"{'':{len(word)}}  {printable(note.hint)}", file=sys.stderr)
