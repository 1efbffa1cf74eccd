"""The writer of the format asked for, and the notes that follow the result."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, TextIO

import click

from losscli.cli.destination import drawer
from losscli.errors import UsageError, printable
from losscli.outputs.writers import Blocks, Delimited, Groups, Json, Ndjson, Quiet, Writer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from losscli.core.report import Report
    from losscli.losses.spec import Loss


def writer_for(loss: Loss, given: Mapping[str, Any], stream: TextIO, *, each: bool) -> Writer:
    """The writer of the format asked for; ``each`` if there is no reduction."""
    if given["quiet"]:
        return Quiet(stream, each=each)
    if given.get("by") and given["output_format"] in ("csv", "tsv", "ndjson"):
        return Groups(stream, {"csv": ",", "tsv": "\t"}.get(given["output_format"]))
    match given["output_format"]:
        case "json":
            return Json(stream)
        case "ndjson":
            return Ndjson(stream)
        case "csv" | "tsv" as name:
            return Delimited(stream, loss, "," if name == "csv" else "\t")
        case name:
            if given["all_rows"] and given["worst"] is not None:
                raise UsageError("--all and --worst exclude each other")
            every = given["all_rows"] or (each and given["worst"] is None)
            limit = None if every else given["worst"] or given["rows"]
            return Blocks(
                drawer(name, stream, given["color"]),
                digits=given["digits"],
                limit=limit,
                worst=given["worst"] is not None,
                higher_is_better=loss.higher_is_better,
            )


def tell(report: Report) -> None:
    """Write the notes to stderr, after the result."""
    sys.stdout.flush()
    for note in report.notes:
        word = "note" if note.severity == "note" else "warning"
        click.echo(f"{word}: {printable(note.message)}", file=sys.stderr)
        if note.hint:
            click.echo(f"{'':{len(word)}}  {printable(note.hint)}", file=sys.stderr)
