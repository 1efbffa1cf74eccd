"""From parsed options to a written result; imported only when something is computed."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO

import click
import numpy as np

from losscli.cli.destination import destination, drawer
from losscli.cli.task import Task, how_many, inspect_rows
from losscli.core.plan import Settings
from losscli.core.problems import rows as rows_of
from losscli.core.report import Note
from losscli.core.transform import Transformer
from losscli.errors import LossError, UsageError, printable, quoted
from losscli.inputs import Meter, ReadOptions, read, read_labels, read_rows
from losscli.losses.spec import Form, Kind, Takes
from losscli.outputs.records import BlockRecords, DelimitedRecords, JsonRecords, RecordWriter, json_value
from losscli.outputs.writers import Blocks, Delimited, Groups, Json, Ndjson, Quiet, Writer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from losscli.answers.inspect import Inspection
    from losscli.core.batch import Dataset
    from losscli.core.report import Report
    from losscli.inputs import RowStream
    from losscli.losses.spec import Loss, Param, Transform

# Of a transform of labels: how many classes there may be, and how many rows are written at a time if there are few.
_MOST_CLASSES = 1_000_000
_MOST_ROWS = 1 << 16

# glibc hands every freed array of more than 128 KiB back to the system, and the next one costs page faults, until a
# larger one has been freed; this one is never touched.
np.empty(31 << 20, np.uint8)


def run_loss(loss: Loss, given: Mapping[str, Any]) -> None:
    """Read, evaluate, write; notes go to stderr once the result is out."""
    if given["compare"] is not None:
        from losscli.cli.run_compare import run_compare

        run_compare(loss, given)
        return
    if given["explain"] is not None and not given["quiet"]:
        from losscli.cli.run_explain import run_explain

        run_explain(loss, given)
        return
    settings = loss_settings(loss, given)
    options = replace(options_for(loss, given), by=given["by"])
    _refuse_groups(loss, settings, options)
    meter = Meter()
    dataset = read(*data(given), replace(options, meter=meter), stdin())
    task = Task(loss, settings, not given["quiet"], lambda: read(*data(given), options))
    with destination(given["output"]) as stream:
        writer = writer_for(loss, given, stream, each=settings.reduction == "none")
        partial = False
        inspection = inspected_in_parts(task, given, dataset, writer)
        if inspection is None:
            inspection = task.inspection(dataset)
            partial = inspect_rows(inspection, writer, meter)
        report = inspection.report()
        if partial:
            if given["output"] or given["quiet"]:  # a file is whole or not there, and a bare number can't say it
                raise KeyboardInterrupt
            what = f"partial: interrupted after {rows_of(report.samples)}"
            report = replace(report, notes=(*report.notes, Note("partial", what, severity="warning")))
        writer.finish(report)
    if not given["quiet"]:
        tell(report)
    if partial:
        raise KeyboardInterrupt


def inspected_in_parts(task: Task, given: Mapping[str, Any], dataset: Dataset, writer: Writer) -> Inspection | None:
    """What a cluster or several processes make of the input; None if one process is to do it."""
    if given["dask"] is not None:
        from losscli.cli.cluster import inspect_on_cluster

        return inspect_on_cluster(task, writer, given["dask"])
    jobs = how_many(task, given["jobs"], dataset, writer)
    if jobs == 1:
        return None
    from losscli.cli.jobs import inspect_parts

    return inspect_parts(task, writer, jobs)


def _refuse_groups(loss: Loss, settings: Settings, options: ReadOptions) -> None:
    """Groups need a value of their own, and rows that are added up."""
    if options.by is None:
        return
    if loss.whole or settings.class_weight == "balanced":
        raise UsageError(f"--by {options.by}: {loss.name} is computed from all rows at once")
    if settings.reduction == "none":
        raise UsageError(f"--by {options.by}: with --reduction none there is no value for each")


def prepared(loss: Loss, given: Mapping[str, Any]) -> tuple[Settings, Dataset]:
    """What was asked for, and the rows to come."""
    settings = loss_settings(loss, given)
    return settings, read(*data(given), options_for(loss, given), stdin())


def run_transform(transform: Transform, given: Mapping[str, Any]) -> None:
    """Read rows, transform them, write them; other columns pass through."""
    classes, params = _transform_params(transform, given)
    transformer = Transformer(transform, params, classes, given.get("nan", "error"))
    chunk_rows = min(_MOST_ROWS, max(1, _MOST_CLASSES // params["classes"])) if transform.labels else None
    options = replace(read_options(given), chunk_rows=chunk_rows)
    rows = (read_labels if transform.labels else read_rows)(given["predictions"], options, stdin())
    as_json = given["output_format"] in ("json", "ndjson")
    typed = [as_json and kind in ("number", "list") for kind in rows.kinds]
    as_lists = rows.lists and as_json and not rows.classes and not transform.column
    writer: RecordWriter | None = None
    with destination(given["output"]) as stream:
        for batch in rows.batches:
            values = transformer.values(batch.values, batch.where)
            if writer is None:
                header = _record_header(transformer, rows, 0 if as_lists else values.shape[1])
                writer = _record_writer(given, header, stream)
            for i, new in enumerate(values.tolist()):
                cells = zip(batch.others, typed, strict=True)
                others = [json_value(texts[i]) if is_typed else texts[i] for texts, is_typed in cells]
                writer.write(transformer.place([new] if as_lists else new, others, rows.columns))
        if writer is not None:
            writer.finish()
    for decision in rows.decisions:
        if decision.what == "not used":
            click.echo(f"note: {printable(decision.value)} left out: {printable(decision.reason)}", file=sys.stderr)


def _transform_params(transform: Transform, given: Mapping[str, Any]) -> tuple[list[str] | None, dict[str, Any]]:
    params = {param.name: given[param.name] for param in transform.params}
    if not transform.labels:
        return None, params
    text = given["classes"].strip()
    if _is_number(text):
        if not text.isdecimal() or len(text) > len(str(_MOST_CLASSES)) or not 1 <= int(text) <= _MOST_CLASSES:
            raise UsageError(f"--classes {text}: a count is a whole number from 1 to {_MOST_CLASSES:,}")
        return None, params | {"classes": int(text)}
    names = [name.strip() for name in text.split(",")]
    if "" in names:
        raise UsageError(f"--classes {quoted(text)}: an empty name", hint="--classes 3 or --classes cat,dog,bird")
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise UsageError(f"--classes: {quoted(twice)} comes twice")
    return names, params | {"classes": len(names)}


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _record_header(transformer: Transformer, rows: RowStream, width: int) -> list[str] | None:
    """The names of the result's columns; ``width`` columns that were a list are named after it."""
    entries: Sequence[Any] = range(width) if rows.lists else ()
    if rows.classes and len(rows.classes) == width:
        entries = rows.classes
    return transformer.header(rows.names, rows.columns, entries)


def _record_writer(given: Mapping[str, Any], header: list[str] | None, stream: TextIO) -> RecordWriter:
    match given["output_format"]:
        case "csv" | "tsv" as name:
            return DelimitedRecords(stream, header, "," if name == "csv" else "\t")
        case "json" | "ndjson" as name:
            twice = next((name for name in header or () if header and header.count(name) > 1), None)
            if twice is not None:
                raise UsageError(f"two columns of the result are named {quoted(twice)}", hint="-f csv")
            return JsonRecords(stream, header, lines=name == "ndjson")
        case name:
            return BlockRecords(drawer(name, stream, given["color"]), header, given["digits"])


def loss_settings(loss: Loss, given: Mapping[str, Any]) -> Settings:
    """What was asked for, with the loss's own parameters.

    Raises:
        UsageError: A further array that the loss takes is missing.
    """
    missing = [name for name in loss.extras if given[f"extra_{name}"] is None]
    if missing:
        raise UsageError(
            f"{loss.name} also takes {missing[0]}: {loss.extras[missing[0]]}",
            hint=f"--{missing[0]} VALUES, FILE or COLUMNS",
        )
    params = {param.name: argument(param, given[param.name]) for param in loss.params if given[param.name] is not None}
    return replace(settings_of(given), params=params)


def settings_of(given: Mapping[str, Any]) -> Settings:
    """What was asked for, without the loss's own parameters; options that a command lacks have their defaults."""
    if given.get("from_logits") and given.get("from_log_probs"):
        raise UsageError("--from-logits and --from-log-probs exclude each other")
    kind = Kind.LOGITS if given.get("from_logits") else None
    form = given.get("label_form", "auto")
    classes = given.get("classes")
    return Settings(
        kind=Kind.LOG_PROBABILITIES if given.get("from_log_probs") else kind,
        like=given.get("like"),
        clip=given.get("clip"),
        rescale=given.get("rescale"),
        form=None if form == "auto" else Form(form),
        label_base=given.get("label_base"),
        ignore_index=given.get("ignore_index"),
        classes=None if classes is None else tuple(name.strip() for name in classes.split(",")),
        reduction=given.get("reduction", "mean"),
        nan=given.get("nan", "error"),
        class_weight=_class_weight(given.get("class_weight")),
        dtype=given.get("dtype", "float64"),
        percent=given.get("percent", False),
        base=given.get("base", "e"),
    )


def _class_weight(text: str | None) -> Mapping[str, float] | Sequence[float] | str | None:
    """``1,2,0.5``, ``cat=2,dog=0.5``, or ``balanced``."""
    if text is None or text.strip() == "balanced":
        return text and "balanced"
    parts = [part.strip() for part in text.split(",")]
    try:
        if "=" in text:
            return {name.strip(): float(weight) for name, _, weight in (part.rpartition("=") for part in parts)}
        return [float(part) for part in parts]
    except ValueError:
        raise UsageError(f"--class-weight {text}: a list, name=weight pairs, or balanced") from None


def read_options(given: Mapping[str, Any], extras: Sequence[str] = ()) -> ReadOptions:
    """How to read the input, as far as the command has options for it."""
    return ReadOptions(
        format=given["input_format"],
        delimiter=given["delimiter"],
        header=given["header"],
        label=given.get("label"),
        pred=given.get("pred"),
        sample_weight=given.get("sample_weight"),
        id=given.get("id"),
        extras={name: given[f"extra_{name}"] for name in extras if given[f"extra_{name}"] is not None},
    )


def options_for(loss: Loss, given: Mapping[str, Any]) -> ReadOptions:
    """How to read the input of a loss."""
    return replace(
        read_options(given, tuple(loss.extras)),
        labels=loss.takes is not Takes.ANCHOR,
        raw_labels=loss.takes in (Takes.RAW, Takes.SET),
    )


def data(given: Mapping[str, Any]) -> tuple[str | tuple[str, ...] | None, str | None]:
    """PREDICTIONS and LABELS; three or more arguments are all files of PREDICTIONS."""
    if given["more"]:
        return (given["predictions"], given["labels"], *given["more"]), None
    return given["predictions"], given["labels"]


def stdin() -> BinaryIO | None:
    """Stdin without its buffer, which would read on, deaf to Ctrl-C, until it is full."""
    return None if sys.stdin is None else getattr(sys.stdin.buffer, "raw", sys.stdin.buffer)


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


def argument(param: Param, value: Any) -> Any:
    """A vector from values or a file; a word stays a word."""
    if not param.vector or not isinstance(value, str):
        return value
    try:
        rows = [batch.values for batch in read_rows(value, ReadOptions(), stdin()).batches]
    except LossError:
        if value.startswith("["):
            return [part.strip(" '\"") for part in value.strip("[] ").split(",")]
        return [part.strip() for part in value.split(",")] if "," in value else value
    values = np.concatenate(rows)
    return (values[:, 0] if values.ndim == 2 and values.shape[1] == 1 else values).tolist()
