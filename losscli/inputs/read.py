"""The door: arguments in, batches out."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, TypeVar

import numpy as np

from losscli.core.batch import Batch, Dataset, Decision
from losscli.errors import InputError, UsageError
from losscli.inputs.array.arrays import Arrays
from losscli.inputs.choose.column_spec import ranges
from losscli.inputs.choose.columns import MARKS, Table
from losscli.inputs.choose.from_arrays import from_one, from_two, one_weight, separate_weights, with_columns
from losscli.inputs.model import Stream
from losscli.inputs.numbers import looks_numeric
from losscli.inputs.opening import open_input
from losscli.inputs.paired_batches import joins_of, paired_batches
from losscli.inputs.shared_streams import cuts_of, picker_of
from losscli.inputs.unread_options import refuse_unread
from losscli.record import replace
from losscli.text import printable, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from losscli.core.batch import Baseline
    from losscli.core.class_names import ClassNames
    from losscli.core.groups.parts import Part
    from losscli.core.raw_rows import RawForm
    from losscli.inputs.choose.baselines import Rivals
    from losscli.inputs.choose.extras import Extra
    from losscli.inputs.read_options import ReadOptions

    T = TypeVar("T", Stream, Extra)

_PREDICTIONS, _LABELS = "PREDICTIONS", "LABELS"

Opened = Table | Arrays
Argument = str | tuple[str, ...] | Opened | None


def read(
    predictions: Argument, labels: str | Opened | None, options: ReadOptions, stdin: BinaryIO | None = None
) -> Dataset:
    """Open PREDICTIONS and LABELS; either may be open already.

    Args:
        predictions: Inline values, a path, a directory, a glob or ``-``; None is ``-``; a tuple is several files.
        labels: The same; None looks for the labels where the predictions are.
        options: How to read them.
        stdin: Standard input; it is never sought.

    Returns:
        Batches to iterate once. Predictions of rank 1 that are no column of a table come in one batch, whose
        labels may be a single row: whether the predictions are n rows or one is for the core to decide.

    Raises:
        UsageError: What was asked for isn't there (exit status 2).
        InputError: What is there is bad (exit status 3); also while iterating.
    """
    predictions = "-" if predictions is None else predictions
    _refuse_arguments(predictions, labels, options)
    options, limit = replace(options, unlabelled=options.unlabelled and labels is None), options.limit
    asked = options
    if options.where is not None:  # rows that are not picked may hold anything
        options = replace(options, missing=True, limit=None)
    source, opened, options = _opened(predictions, labels, options, stdin)
    rivals, key = _rivals(opened[0], options, stdin)
    streams = _streams(opened, labels, replace(options, missing=asked.missing), key)
    if any(not MARKS.isdisjoint(text) for one in streams for text in one.seen):
        from losscli.inputs.choose.label_lists import names_in_cells

        streams = names_in_cells(streams, options.classes)
    weight = one_weight(opened, options)
    streams += separate_weights(opened, options, stdin) if weight is None else []
    classes = _classes(streams)
    absent, kept = _absent(asked, classes, isinstance(predictions, str | tuple) or isinstance(labels, str))
    streams = _with_nan(streams, options, absent)
    extras = _with_nan(_extras(source, opened[0], options, stdin), options, absent)
    baselines, beside, reasons = _beside_baselines(opened[0], rivals, streams, key, options)
    beside = _with_nan(beside, options, absent)
    tables = [source if isinstance(opened[0], Arrays) else opened[0], *opened[1:]]
    options, grouping, why = _grouping(tables, options, stdin)
    extras, options = [*extras, *grouping], replace(options, limit=limit)
    reasons = (*reasons, *kept, *why)
    picker = picker_of(options, streams[0].name)
    every = (*streams, *extras, *beside)
    refuse_unread((decision for one in every for decision in one.decisions), options)
    joins = joins_of((*streams, *beside), options)
    batches, told = paired_batches([*streams, *beside], extras, options, picker, joins)
    given = () if weight is None else (Decision("sample weights", f"{weight:g} for every row", "given"),)
    return Dataset(
        batches=batches if weight is None else _weighed(batches, weight),
        classes=classes,
        decisions=(*(decision for one in every for decision in one.decisions), *given, *reasons, *_asked(options)),
        source=streams[0].name,
        tabular=streams[0].tabular or bool(options.shift),  # what is shifted is rows, never one row of classes
        remarks=lambda: [one.remarks() for one in every if isinstance(one, Stream)] + [one.remarks() for one in picker],
        told=told,
        by=options.parts,
        cuts=cuts_of(every, options, joins) if weight is None else None,
        raw=_raw_form(streams[0], options),
        baselines=baselines,
        called=options.pred if options.pred and len(beside) < len(baselines) else streams[0].name,
    )


def _refuse_arguments(
    predictions: str | tuple[str, ...] | Opened, labels: str | Opened | None, options: ReadOptions
) -> None:
    """Refuse stdin given twice, and labels of a loss that takes none."""
    files = predictions if isinstance(predictions, tuple) else (predictions,)
    _refuse_shared_stdin(
        *files, labels, options.sample_weight, *options.extras.values(), *options.against, options.cluster
    )
    if labels is not None and not options.labels:
        shown = f": {quoted(labels)}" if isinstance(labels, str) else ""
        raise UsageError(f"this loss takes no {_LABELS}{shown}", hint="only PREDICTIONS")


def _opened(
    predictions: str | tuple[str, ...] | Opened,
    labels: str | Opened | None,
    options: ReadOptions,
    stdin: BinaryIO | None,
) -> tuple[Opened, list[Opened], ReadOptions]:
    """PREDICTIONS as given; what is left of them for predictions, and LABELS; and the options with baselines named.

    Columns with another role, such as groups, are taken out of an array.
    """
    reading = replace(options, missing=True) if options.unlabelled else options
    pair = _two_files(predictions, labels, options)
    source = _open(predictions, reading if pair is None else replace(reading, beside=pair), stdin)
    asked = (options.pred, options.label if labels is None and options.labels else None, *ranges(options))
    if options.grouping:
        from losscli.inputs.choose.grouped import numbers_of_columns

        asked = (*asked, *numbers_of_columns(options))
    if options.against:
        from losscli.inputs.choose.baselines import among_columns

        source = with_columns(source, options, *asked)  # an array can be read only once
        options = among_columns(source, options)
    rest = source
    if options.extras:
        from losscli.inputs.choose.extras import without_extras

        rest = without_extras(source, options)
    if options.grouping:
        from losscli.inputs.choose.grouped import without_columns

        rest = without_columns(rest, options)
    opened = [with_columns(rest, options, *asked)]
    if labels is not None:
        if isinstance(labels, str):
            _refuse_column(labels, opened[0])
        whole = options if options.join is None else replace(options, limit=None)
        whole = whole if pair is None else replace(whole, beside=pair[::-1])
        opened.append(open_input(labels, _LABELS, whole, stdin) if isinstance(labels, str) else labels)
        _refuse_more_predictions(opened[0], opened[1], options)
    return source, opened, options


def _streams(
    opened: Sequence[Opened], labels: str | Opened | None, options: ReadOptions, key: tuple[int, ...]
) -> list[Stream]:
    """The streams of predictions, labels and weights, by the roles of columns."""
    try:
        return from_one(opened[0], options, key) if labels is None else from_two(opened[0], opened[1], options, key)
    except InputError as error:
        if isinstance(labels, str) and error.where == _PREDICTIONS and not error.hint and _numbers(labels):
            error.hint = f"{_PREDICTIONS} come first, then {_LABELS}"
        raise


def _extras(source: Opened, rest: Opened, options: ReadOptions, stdin: BinaryIO | None) -> list[Extra]:
    """The extras that are not columns of the predictions' table."""
    if not options.extras:
        return []
    from losscli.inputs.choose.extras import open_extras

    return open_extras(source, rest, options, stdin)


def _absent(
    asked: ReadOptions, classes: ClassNames | None, written: bool
) -> tuple[frozenset[str], tuple[Decision, ...]]:
    """The words that stand for a missing value, and the decision on those that are classes."""
    if not asked.missing or not written:
        return frozenset(), ()
    from losscli.inputs.no_value import absent_words

    return absent_words(asked, classes)


def _with_nan(streams: Sequence[T], options: ReadOptions, absent: frozenset[str]) -> list[T]:
    """The same with NaN in place of the numbers of ``--na``, and empty texts in place of words."""
    if not options.na and not absent:
        return list(streams)
    from losscli.inputs.no_value import without_values

    return [without_values(one, options, absent) if isinstance(one, Stream) else one for one in streams]


def _grouping(
    tables: Sequence[Table | Arrays], options: ReadOptions, stdin: BinaryIO | None
) -> tuple[ReadOptions, list[Stream], tuple[Decision, ...]]:
    """The options with the columns by which rows are grouped, clustered or picked, their streams, and the decisions."""
    if not options.grouping:
        return options, [], ()
    from losscli.inputs.choose.grouped import many_numbers, parts_of, picked_by

    parts, columns = parts_of(tables, options)
    clusters, more = _clusters(tables, options, stdin)
    why = (*many_numbers(tables, options), *(_why_together(part, options) for part in clusters))
    roles, picking = picked_by(tables, options)
    return replace(options, parts=parts, clusters=clusters, picked_by=roles), [*columns, *more, *picking], why


def _clusters(
    tables: Sequence[Table | Arrays], options: ReadOptions, stdin: BinaryIO | None
) -> tuple[tuple[Part, ...], list[Stream]]:
    """The clusters of rows, and their stream if they are not a column of a table."""
    if options.cluster is None and not options.together:
        return (), []
    from losscli.inputs.choose.cluster_column import clusters_of

    return clusters_of(tables, options, stdin)


def _why_together(part: Part, options: ReadOptions) -> Decision:
    """The decision on clusters."""
    if options.cluster is None:
        return Decision("clusters", "the records", "values of one record belong together")
    return Decision("clusters", printable(part.name), "--cluster")


def _rivals(opened: Table | Arrays, options: ReadOptions, stdin: BinaryIO | None) -> tuple[Rivals, tuple[int, ...]]:
    """The baselines that are separate sources, and the columns of PREDICTIONS by which they are joined."""
    if not options.against:
        return {}, ()
    from losscli.inputs.choose.baselines import key_beside, open_rivals

    rivals = open_rivals(opened, options, stdin)
    return rivals, key_beside(opened, rivals, options)


def _beside_baselines(
    opened: Table | Arrays, rivals: Rivals, streams: Sequence[Stream], key: tuple[int, ...], options: ReadOptions
) -> tuple[tuple[Baseline, ...], list[Stream], tuple[Decision, ...]]:
    """The baselines, the streams of those that are separate sources, and the decisions on them."""
    if not options.against:
        return (), [], ()
    from losscli.inputs.choose.baselines import baselines, beside, chosen

    found = beside(opened, rivals, streams, key, options)
    return baselines(opened, rivals, streams, found, options), found, chosen(rivals, opened, options)


def _weighed(batches: Iterator[Batch], weight: float) -> Iterator[Batch]:
    """The same rows, all with the same weight."""
    for batch in batches:
        yield replace(batch, weights=np.full(len(batch.labels), weight))


def _two_files(predictions: Argument, labels: str | Opened | None, options: ReadOptions) -> tuple[str, str] | None:
    """The paths of LABELS and PREDICTIONS if each is one file; each may tell whether the other has a header."""
    if not isinstance(predictions, str) or not isinstance(labels, str) or options.skip or options.comment is not None:
        return None
    if _numbers(predictions) or _numbers(labels):
        return None
    from losscli.inputs.source.bytes import is_file

    return (labels, predictions) if is_file(predictions) and is_file(labels) else None


def _classes(streams: Sequence[Stream]) -> ClassNames | None:
    named = any(stream.names or stream.classes for stream in streams)
    if not named and all(looks_numeric(text) for stream in streams for text in stream.seen or ()):
        return None
    from losscli.inputs.choose.class_columns import classes_of

    return classes_of(streams)


def _raw_form(predictions: Stream, options: ReadOptions) -> RawForm | None:
    """The form of the rows of predictions, if they are to be written again."""
    if options.append is None:
        return None
    from losscli.inputs.raw_form import raw_form

    return raw_form(predictions, options.append, len(options.against))


def _asked(options: ReadOptions) -> Iterator[Decision]:
    if options.limit is not None:
        yield Decision("rows", f"the first {options.limit}", "--limit")
    if options.class_axis is not None:
        yield Decision("class axis", str(options.class_axis), "asked for")


def _numbers(argument: str) -> bool:
    from losscli.inputs.array.inline import has_numbers_only

    return has_numbers_only(argument)


def _open(predictions: str | tuple[str, ...] | Opened, options: ReadOptions, stdin: BinaryIO | None) -> Opened:
    if isinstance(predictions, Opened):
        return predictions
    if isinstance(predictions, str):
        return open_input(predictions, _PREDICTIONS, options, stdin)
    from losscli.inputs.many_files import open_files
    from losscli.inputs.source.listing import several

    return open_files(several(predictions, _PREDICTIONS), _PREDICTIONS, options)


def _refuse_more_predictions(predictions: Table | Arrays, labels: Table | Arrays, options: ReadOptions) -> None:
    """Refuse LABELS with the same columns as PREDICTIONS, labels among them: an expanded glob, most likely."""
    if isinstance(predictions, Arrays) or isinstance(labels, Arrays) or options.pred or options.label or options.join:
        return
    mine, other = predictions.columns, labels.columns
    if mine.names is None or mine.names != other.names or mine.source == other.source:
        return
    from losscli.inputs.choose.roles import holds_labels

    if holds_labels(mine, options, other):
        what = f"{_LABELS} has the columns of {_PREDICTIONS}, labels among them: are they two files of one data set?"
        where = f"{mine.source} and {other.source}"
        hint = "a glob in quotes, or a directory, is one data set; --pred and --label if they are not"
        raise UsageError(what, where, hint)


def _refuse_column(labels: str, predictions: Table | Arrays) -> None:
    """Refuse LABELS that is the name of a column: ``--label`` was meant."""
    if isinstance(predictions, Arrays) or labels not in (predictions.columns.names or ()):
        return
    from losscli.inputs.source.bytes import is_file

    if not _numbers(labels) and not is_file(labels):
        what = f"no such file for {_LABELS}: {printable(labels)}, which is a column of {predictions.columns.source}"
        raise UsageError(what, hint=f"--label {quoted(labels)}")


def _refuse_shared_stdin(*arguments: str | Opened | None) -> None:
    if sum(isinstance(argument, str) and argument.strip() == "-" for argument in arguments) > 1:
        raise UsageError("stdin can be read only once", hint="give a path for all but one of the arguments")
