"""From parsed options to a written result; imported only when something is computed."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO

import click
import numpy as np

from losscli.cli.destination import destination, drawer
from losscli.core.plan import Settings
from losscli.core.problems import rows as rows_of
from losscli.core.report import Note
from losscli.errors import UsageError, printable, quoted
from losscli.inputs import Meter, ReadOptions, read
from losscli.losses.spec import Form, Kind, Takes
from losscli.outputs.writers import Blocks, Delimited, Groups, Json, Ndjson, Quiet, Wants, Writer
from losscli.parallel.run import inspect_parts, inspect_rows
from losscli.parallel.task import Task
from losscli.record import replace

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from losscli.core.batch import Dataset
    from losscli.core.report import Report
    from losscli.losses.spec import Loss, Param


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
    options = replace(options_for(loss, given), by=given["by"], columnwise=loss.takes is Takes.CLASS)
    _refuse_groups(loss, settings, options)
    meter = Meter()
    dataset = read(*data(given), replace(options, meter=meter), stdin())
    with destination(given["output"]) as stream:
        writer = writer_for(loss, given, stream, each=settings.reduction == "none")
        # Rows that scroll by on the same terminal are progress enough.
        scrolls = writer.wants is Wants.ROWS and sys.stdout.isatty()
        shown = None if scrolls else sys.stderr
        task = Task(loss, settings, not given["quiet"], lambda: read(*data(given), options), shown)
        partial = False
        inspection = inspect_parts(task, dataset, writer, given["jobs"], given["dask"])
        if inspection is None:
            inspection, partial = inspect_rows(task, dataset, writer, meter.position)
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
    """``1,2,0.5``, ``cat=2,dog=0.5``, ``balanced``, or a file."""
    if text is None or text.strip() == "balanced":
        return text and "balanced"
    from losscli.inputs.option_values import WEIGHTS, weights_or_file

    try:
        weights = weights_or_file(text, "--class-weight", stdin())
    except UsageError as error:
        error.hint = error.hint and WEIGHTS
        raise
    return weights if isinstance(weights, dict) else weights.tolist()


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
        join=given.get("join"),
        drop=given.get("join_missing") == "drop",
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
    """One of the words that a parameter may be, a number, or nested lists of numbers; typed or from a file."""
    if not param.vector or not isinstance(value, str) or value.strip() in param.choices:
        return value.strip() if isinstance(value, str) else value
    from losscli.inputs.option_values import values_or_file, words_or_file

    if param.words:
        return words_or_file(value, param.option, stdin()).tolist()
    try:
        found = values_or_file(value, param.option, stdin())
    except UsageError as error:
        error.hint = f"one of {', '.join(param.choices)}, or numbers" if param.choices else error.hint
        raise
    if not param.whole:
        return found.astype(float).tolist()
    if (found != np.floor(found)).any():
        raise UsageError(f"{param.option} {quoted(value)}: whole numbers")
    return found.astype(int).tolist()
