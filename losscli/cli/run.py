"""From parsed options to a written result; imported only when something is computed."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO

import click

from losscli.core.evaluate import Evaluation
from losscli.core.plan import Settings
from losscli.core.transform import Transformer
from losscli.errors import UsageError, printable
from losscli.inputs import ReadOptions, read, read_labels, read_rows
from losscli.losses.spec import Form, Kind
from losscli.outputs.records import BlockRecords, DelimitedRecords, JsonRecords, RecordWriter
from losscli.outputs.writers import Blocks, Delimited, Json, Ndjson, Quiet, Writer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from losscli.core.report import Report
    from losscli.losses.spec import Loss, Transform


def run_loss(loss: Loss, given: Mapping[str, Any]) -> None:
    """Read, evaluate, write; notes go to stderr once the result is out."""
    settings = _settings(loss, given)
    dataset = read(given["predictions"], given["labels"], _read_options(given), _stdin())
    quiet = given["quiet"]
    with _output(given["output"]) as stream:
        writer = _writer(loss, given, settings, stream)
        evaluation = Evaluation(loss, settings, dataset, detail=not quiet)
        for rows in evaluation.run():
            writer.rows(rows)
        report = evaluation.report()
        writer.finish(report)
    if not quiet:
        _tell(report)


def run_transform(transform: Transform, given: Mapping[str, Any]) -> None:
    """Read rows, transform them, write them; other columns pass through."""
    classes, params = _transform_params(transform, given)
    transformer = Transformer(transform, params, classes, given.get("nan", "error"))
    options = _read_options(given)
    rows = (read_labels if transform.labels else read_rows)(given["predictions"], options, _stdin())
    header = transformer.header(rows.names, rows.columns)
    with _output(given["output"]) as stream:
        writer = _record_writer(given, header, stream)
        for batch in rows.batches:
            values = transformer.values(batch.values, batch.where).tolist()
            for i, new in enumerate(values):
                writer.write(transformer.place(new, [texts[i] for texts in batch.others], rows.columns))
        writer.finish()


def _transform_params(transform: Transform, given: Mapping[str, Any]) -> tuple[list[str] | None, dict[str, Any]]:
    params = {param.name: given[param.name] for param in transform.params}
    if not transform.labels:
        return None, params
    text = given["classes"].strip()
    if text.isdecimal():
        return None, params | {"classes": int(text)}
    names = [name.strip() for name in text.split(",")]
    return names, params | {"classes": len(names)}


def _record_writer(given: Mapping[str, Any], header: list[str] | None, stream: TextIO) -> RecordWriter:
    match given["output_format"]:
        case "csv" | "tsv" as name:
            return DelimitedRecords(stream, header, "," if name == "csv" else "\t")
        case "json" | "ndjson" as name:
            return JsonRecords(stream, header, lines=name == "ndjson")
        case name:
            return BlockRecords(_drawer(name, stream, given["color"]), header, given["digits"])


def _settings(loss: Loss, given: Mapping[str, Any]) -> Settings:
    kind = None
    if given.get("from_logits") and given.get("from_log_probs"):
        raise UsageError("--from-logits and --from-log-probs exclude each other")
    if given.get("from_logits"):
        kind = Kind.LOGITS
    elif given.get("from_log_probs"):
        kind = Kind.LOG_PROBABILITIES
    form = given.get("label_form", "auto")
    classes = given.get("classes")
    return Settings(
        kind=kind,
        like=given["like"],
        clip=given.get("clip"),
        rescale=given.get("rescale"),
        form=None if form == "auto" else Form(form),
        label_base=given.get("label_base"),
        ignore_index=given.get("ignore_index"),
        classes=None if classes is None else tuple(name.strip() for name in classes.split(",")),
        reduction=given["reduction"],
        nan=given["nan"],
        params={param.name: given[param.name] for param in loss.params if given[param.name] is not None},
    )


def _read_options(given: Mapping[str, Any]) -> ReadOptions:
    return ReadOptions(
        format=given["input_format"],
        delimiter=given["delimiter"],
        header=given["header"],
        label=given.get("label"),
        pred=given.get("pred"),
        sample_weight=given.get("sample_weight"),
        id=given.get("id"),
    )


def _stdin() -> BinaryIO:
    """Stdin without its buffer, which would read on, deaf to Ctrl-C, until it is full."""
    return getattr(sys.stdin.buffer, "raw", sys.stdin.buffer)


def _writer(loss: Loss, given: Mapping[str, Any], settings: Settings, stream: TextIO) -> Writer:
    if given["quiet"]:
        return Quiet(stream, each=settings.reduction == "none")
    match given["output_format"]:
        case "json":
            return Json(stream)
        case "ndjson":
            return Ndjson(stream)
        case "csv" | "tsv" as name:
            return Delimited(stream, loss, "," if name == "csv" else "\t")
        case name:
            every = given["all_rows"] or (settings.reduction == "none" and given["worst"] is None)
            limit = None if every else given["worst"] or given["rows"]
            return Blocks(
                _drawer(name, stream, given["color"]),
                digits=given["digits"],
                limit=limit,
                worst=given["worst"] is not None,
            )


def _drawer(name: str, stream: TextIO, color: str) -> Any:
    if name == "markdown":
        from losscli.outputs import markdown

        return lambda blocks: markdown.draw(blocks, stream)
    colored = wants_color(color, stream)
    if not colored and not stream.isatty():
        from losscli.outputs import plain

        return lambda blocks: plain.draw(blocks, stream)
    from losscli.outputs import table

    return lambda blocks: table.draw(blocks, stream, color=colored)


def wants_color(choice: str, stream: TextIO, environ: Mapping[str, str] = os.environ) -> bool:
    """The choice, then NO_COLOR, FORCE_COLOR or CLICOLOR_FORCE, CLICOLOR=0, then whether it is a terminal."""
    if choice != "auto":
        return choice == "always"
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR", "0") not in ("", "0") or environ.get("CLICOLOR_FORCE", "0") not in (
        "",
        "0",
    ):
        return True
    if environ.get("CLICOLOR") == "0" or environ.get("TERM") == "dumb":
        return False
    return stream.isatty()


@contextlib.contextmanager
def _output(path: str | None) -> Iterator[TextIO]:
    """Stdout, or a file that appears when it is complete."""
    if path is None:
        yield sys.stdout
        return
    import tempfile
    from pathlib import Path

    target = Path(path)
    try:
        handle = tempfile.NamedTemporaryFile(  # noqa: SIM115 - it outlives its own with-block, to be renamed
            "w", encoding="utf-8", dir=target.parent, prefix=f".{target.name}.", delete=False
        )
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from None
    try:
        with handle:
            yield handle  # type: ignore[misc]  # a NamedTemporaryFile is a TextIO in all but name
        Path(handle.name).chmod(0o666 & ~_umask())
        Path(handle.name).replace(target)
    except BaseException:
        Path(handle.name).unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _tell(report: Report) -> None:
    """Notes, on stderr."""
    sys.stdout.flush()
    for note in report.notes:
        click.echo(f"note: {printable(note.message)}", file=sys.stderr)
        if note.hint:
            click.echo(f"      {printable(note.hint)}", file=sys.stderr)
