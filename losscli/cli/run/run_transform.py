"""From the options of a transform to written rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.cli.notice import say
from losscli.cli.run.destination import destination
from losscli.cli.run.prepare import read_options, stdin
from losscli.core.transform import Transformer
from losscli.errors import UsageError
from losscli.file_formats import Writes
from losscli.inputs.read_rows import read_labels, read_rows
from losscli.outputs.record_writers import RecordWriter, json_value, record_writer
from losscli.record import replace
from losscli.text import is_number, quoted, repeated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.cli.run.request import Request
    from losscli.inputs.read_rows import RowStream
    from losscli.losses.loss import Transform

# For a transform of labels: the largest number of classes, and of rows written at a time.
_MOST_CLASSES = 1_000_000
_MOST_ROWS = 1 << 16


def run_transform(transform: Transform, request: Request) -> None:
    """Read rows, transform them, write them; other columns pass through."""
    classes, params = _transform_params(transform, request)
    transformer = Transformer(transform, params, classes, request.nan)
    chunk_rows = min(_MOST_ROWS, max(1, _MOST_CLASSES // params["classes"])) if transform.labels else None
    options = replace(read_options(request), chunk_rows=chunk_rows)
    rows = (read_labels if transform.labels else read_rows)(request.predictions, options, stdin())
    for decision in rows.decisions:
        if decision.what == "not used":
            say("note", f"{decision.value} left out: {decision.reason}")
        elif decision.note:
            say("note", f"{decision.value} is data: {decision.reason}")
    as_json = request.written.writes in (Writes.DOCUMENT, Writes.OBJECTS)
    typed = [as_json and kind in ("number", "list") for kind in rows.kinds]
    as_lists = rows.lists and as_json and not rows.classes and not transform.column
    writer: RecordWriter | None = None
    with destination(request.output, request.sources) as stream:
        for batch in rows.batches:
            values = transformer.values(batch.values, batch.where)
            if writer is None:
                header = _record_header(transformer, rows, 0 if as_lists else values.shape[1])
                writer = record_writer(request.output_format, stream, header, request.digits, request.color)
            for i, new in enumerate(values.tolist()):
                cells = zip(batch.others, typed, strict=True)
                others = [json_value(texts[i]) if is_typed else texts[i] for texts, is_typed in cells]
                writer.write(transformer.place([new] if as_lists else new, others, rows.columns))
        if writer is not None:
            writer.finish()


def _transform_params(transform: Transform, request: Request) -> tuple[list[str] | None, dict[str, Any]]:
    params = dict(request.params)
    if not transform.labels:
        return None, params
    text = (request.classes or "").strip()
    if is_number(text):
        if not text.isdecimal() or len(text) > len(str(_MOST_CLASSES)) or not 1 <= int(text) <= _MOST_CLASSES:
            raise UsageError(f"--classes {text}: a count is a whole number from 1 to {_MOST_CLASSES:,}")
        return None, params | {"classes": int(text)}
    names = [name.strip() for name in text.split(",")]
    if "" in names:
        raise UsageError(f"--classes {quoted(text)}: an empty name", hint="--classes 3 or --classes cat,dog,bird")
    twice = repeated(names)
    if twice is not None:
        raise UsageError(f"--classes: {quoted(twice)} comes twice")
    return names, params | {"classes": len(names)}


def _record_header(transformer: Transformer, rows: RowStream, width: int) -> list[str] | None:
    """The names of the result's columns; the ``width`` columns made from a list are named after it."""
    entries: Sequence[Any] = range(width) if rows.lists else ()
    if rows.classes and len(rows.classes) == width:
        entries = rows.classes
    return transformer.header(rows.names, rows.columns, entries)
