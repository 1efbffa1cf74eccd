"""Opened inputs become streams of predictions, labels, weights and ids."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from losscli.core.batch import Decision
from losscli.errors import InputError, UsageError
from losscli.inputs.array.arrays import Arrays, find_key, listed, peeked, rows_first, stream_for
from losscli.inputs.choose import usual_names as known
from losscli.inputs.numbers import parse_number
from losscli.inputs.opening import open_input
from losscli.record import replace
from losscli.text import printable, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import BinaryIO

    from losscli.inputs.choose.columns import Table
    from losscli.inputs.model import Stream
    from losscli.inputs.read_options import ReadOptions

# 'weights' might be class weights, and 'index' or 'row' anything: such arrays are used only if asked for.
_WEIGHT_KEYS = ("sample_weight", "sample_weights")
_ID_KEYS = ("ids", "id", "sample_id", "row_id")


def from_one(opened: Table | Arrays, options: ReadOptions, key: tuple[int, ...] = ()) -> list[Stream]:
    """Streams of a source of predictions, and of labels if the loss takes any; ``key`` pairs rows with a baseline's.

    Raises:
        InputError: The labels or the predictions can't be found.
        UsageError: What was asked for isn't there.
    """
    if options.unlabelled:
        from losscli.inputs.choose.unlabelled import from_first_known, needs_no_labels

        lone = needs_no_labels(opened, options)
        if lone is not None:
            first, *others = from_one(opened, replace(lone, unlabelled=False), key)
            return [from_first_known(first), *others]
    if isinstance(opened, Arrays):
        streams = _arrays_predictions(opened, options, labelled=options.labels)
        return [*streams, _arrays_labels(opened, options, separate=False)] if options.labels else streams
    from losscli.inputs.choose.from_tables import prediction_table, whole_table

    return [whole_table(opened, options, key) if options.labels else prediction_table(opened, options, key)]


def from_two(
    predictions: Table | Arrays, labels: Table | Arrays, options: ReadOptions, key: tuple[int, ...] = ()
) -> list[Stream]:
    """Streams of a source of predictions and another of labels; ``key`` pairs rows with a baseline's.

    Raises:
        InputError: The labels or the predictions can't be found.
        UsageError: What was asked for isn't there.
    """
    predictions, labels = _with_ids(predictions, with_columns(labels, options, options.label), options)
    if isinstance(labels, Arrays):
        held = _arrays_labels(labels, options, separate=True)
        if isinstance(predictions, Arrays):
            return [*_arrays_predictions(predictions, options, labelled=False), held]
        from losscli.inputs.choose.from_tables import prediction_table

        return [prediction_table(predictions, options, key, held.seen), held]
    from losscli.inputs.choose.from_tables import label_table, two_tables

    if isinstance(predictions, Arrays):
        streams = _arrays_predictions(predictions, options, labelled=False)
        return [*streams, label_table(labels, predictions, options)]
    from losscli.inputs.choose.key_columns import shared_keys

    predictions, labels = _indexed(predictions, labels), _indexed(labels, predictions)
    keys = shared_keys(predictions.columns, labels.columns, options)
    return [*two_tables(predictions, labels, options, keys, key)]


def _with_ids(
    predictions: Table | Arrays, labels: Table | Arrays, options: ReadOptions
) -> tuple[Table | Arrays, Table | Arrays]:
    """Named arrays as tables, if rows are paired by a key, or both sides have ids that can be compared."""
    both = (predictions, labels)
    if any(isinstance(one, Arrays) and len(one.keys) < 2 for one in both):
        return both
    if options.join is None and not all(map(_has_ids, both)):
        return both
    one, other = (side_by_side(one, options) if isinstance(one, Arrays) else one for one in both)
    return one, other


def _indexed(table: Table, other: Table) -> Table:
    """The table with its index as a column, if only the other one has it as such."""
    found = table.indexed and table.indexed(other.columns.names or ())
    return replace(found, decisions=table.decisions, raw=table.raw) if found else table


def _names_several(arrays: Arrays, request: str) -> bool:
    """Whether a request such as ``a,b`` or ``p_*`` is for several arrays."""
    from fnmatch import fnmatchcase

    parts = [part.strip() for part in request.split(",")]
    found = [key for part in parts for key in arrays.keys if fnmatchcase(key, part)]
    return len(found) > 1 and request not in arrays.keys and len({*found}) >= len(parts)


def _has_ids(opened: Table | Arrays) -> bool:
    names = opened.keys if isinstance(opened, Arrays) else opened.columns.names or ()
    return any(name.strip() and known.is_id(name) for name in names)


def side_by_side(arrays: Arrays, options: ReadOptions) -> Table:
    """Arrays of equally many rows as the columns of a table; others, such as the names of classes, are left out."""
    from losscli.inputs.array.in_columns import table_in_columns

    loaded = {key: np.concatenate([block for block, _ in arrays.load(key, True).blocks]) for key in arrays.keys}
    sizes = [len(array) for array in loaded.values()]
    rows = max(sizes, key=sizes.count)
    held = {key: array for key, array in loaded.items() if len(array) == rows}
    table = table_in_columns(arrays.name, held, options)
    return replace(table, decisions=(*arrays.decisions, *table.decisions), classes=arrays.classes)


def one_weight(opened: Sequence[Table | Arrays], options: ReadOptions) -> float | None:
    """A single number typed as the weight of all rows; None for a column, a file or several numbers."""
    argument = options.sample_weight
    number = None if argument is None else parse_number(argument)
    if argument is None or number is None:
        return None
    from losscli.inputs.choose.from_tables import has_weights
    from losscli.inputs.source.bytes import is_file

    return None if is_file(argument) or any(has_weights(source, options) for source in opened) else number


def separate_weights(opened: Sequence[Table | Arrays], options: ReadOptions, stdin: BinaryIO | None) -> list[Stream]:
    """The stream of ``--sample-weight`` if none of the other sources has it.

    Raises:
        UsageError: It is no column, no values and no file.
        InputError: What is there can't be read as numbers.
    """
    argument = options.sample_weight
    if argument is None:
        return []
    from losscli.inputs.choose.from_tables import has_weights, weight_table
    from losscli.inputs.source.bytes import is_file

    if any(has_weights(source, options) for source in opened):
        return []
    tables = [source.columns for source in opened if not isinstance(source, Arrays)]
    if tables and not is_file(argument) and argument.isidentifier():
        raise UsageError(f"--sample-weight: no column and no file {quoted(argument)}; {tables[0].listed()}")
    source = open_input(argument, "--sample-weight", options, stdin)
    if isinstance(source, Arrays):
        key = find_key(source, known.WEIGHTS, None, "")[0] or _only_key(source, "sample weights")
        return [stream_for(source.load(key, False), "weights", "sample weights")]
    return [weight_table(source)]


def prediction_key(arrays: Arrays, options: ReadOptions, *, labelled: bool) -> tuple[str, str]:
    """Which of the arrays holds the predictions, and why; ``labelled`` if another holds the labels.

    Raises:
        InputError: None or several could.
        UsageError: The one that was asked for isn't there.
    """
    usual = (
        (*known.PREDICTIONS, *known.LOG_PROBABILITIES)
        if options.unlabelled or not options.labels
        else known.PREDICTIONS
    )
    several = _several(arrays, options)
    if several:
        return _decided_or_not(arrays, several, options)
    key, reason = find_key(arrays, usual, options.pred, "--pred")
    if key is not None:
        return key, reason
    taken = {*known.WEIGHTS, *known.IDS, *(known.LABELS if labelled else ())} - {""}
    rest = [key for key in arrays.keys if known.key(key) not in taken and (not labelled or key != options.label)]
    if len(rest) == 1:
        return rest[0], "the only array" if len(arrays.keys) == 1 else "the only array left"
    raise InputError(f"no array has a usual name for predictions; {listed(arrays)}", arrays.name, "--pred NAME")


def _several(arrays: Arrays, options: ReadOptions) -> list[str]:
    """The arrays named like predictions, if none is named exactly so and none was asked for."""
    if options.pred is not None or any(known.key(key) == known.PREDICTIONS[0] for key in arrays.keys):
        return []
    asked = (options.label, options.id, options.sample_weight, *options.extras.values(), *options.against)
    named = [key for key in arrays.keys if key not in asked and known.key(key) not in known.LABELS]
    found = [key for key in named if known.key(key) in known.PREDICTIONS or known.prediction_prefix(key)]
    return found if len(found) > 1 else []


def _decided_or_not(arrays: Arrays, several: Sequence[str], options: ReadOptions) -> tuple[str, str]:
    """Of predicted classes and their probabilities, the array that the loss takes, and why.

    Raises:
        InputError: It is unclear.
    """
    decided = [key for key in several if _is_decided(arrays, key)]
    scores = [key for key in several if key not in decided]
    wanted = decided if options.decided else scores
    if len(wanted) == 1:
        return wanted[0], "the only one of decided classes" if options.decided else "the only one of scores"
    what = f"several arrays could be the predictions: {', '.join(map(printable, several))}"
    raise InputError(what, arrays.name, "--pred with one of them")


def _is_decided(arrays: Arrays, key: str) -> bool:
    """Whether an array holds one class for each row."""
    _, first = peeked(arrays.load(key, True))
    if first.dtype == object or first.dtype.kind in "US":
        return True
    return math.prod(first.shape[1:]) == 1 and bool((first == np.floor(first)).all())


def with_columns(
    opened: Table | Arrays, options: ReadOptions, *requests: str | None, needed: bool = True
) -> Table | Arrays:
    """A single array, or several with names, as a table if columns of it are asked for.

    Raises:
        InputError: The array has no columns, and they are needed.
    """
    if not isinstance(opened, Arrays):
        return opened
    if len(opened.keys) > 1:
        several = any(_names_several(opened, request) for request in requests if request is not None)
        return side_by_side(opened, options) if several else opened
    if all(request is None or request in opened.keys for request in requests):
        return opened
    from losscli.inputs.choose.from_tables import as_table

    return as_table(opened, needed=needed)


def _arrays_predictions(arrays: Arrays, options: ReadOptions, *, labelled: bool) -> list[Stream]:
    key, reason = prediction_key(arrays, options, labelled=labelled)
    loaded = arrays.load(key, options.raw_labels)
    stream = stream_for(rows_first(loaded) if options.rows_second else loaded, "predictions", "predictions")
    decisions = (*arrays.decisions, *_named("predictions", key, reason))
    streams = [replace(stream, classes=arrays.classes, decisions=decisions)]
    beside = [("ids", "ids", find_key(arrays, _ID_KEYS, options.id, "--id"))]
    if options.sample_weight is None or options.sample_weight in arrays.keys:
        weights = find_key(arrays, _WEIGHT_KEYS, options.sample_weight, "--sample-weight")
        beside.append(("weights", "sample weights", weights))
    used = {key}
    for role, holds, (found, reason) in beside:
        if found is not None and found not in used:
            stream = stream_for(arrays.load(found, role == "ids"), role, holds)
            streams.append(replace(stream, decisions=_named(holds, found, reason)))
            used.add(found)
    if labelled:
        used |= {key for key in arrays.keys if key == options.label or known.key(key) in known.LABELS}
    return [replace(streams[0], decisions=(*streams[0].decisions, *_unused(arrays, used))), *streams[1:]]


def _unused(arrays: Arrays, used: set[str]) -> tuple[Decision, ...]:
    rest = [printable(key) for key in arrays.keys if key not in used]
    return (
        (Decision("not used", f"arrays {', '.join(rest)}", "their names say neither predictions nor labels"),)
        if rest
        else ()
    )


def _arrays_labels(arrays: Arrays, options: ReadOptions, *, separate: bool) -> Stream:
    key, reason = find_key(arrays, known.LABELS, options.label, "--label")
    if key is None:
        if not separate:
            what = f"there are no labels; {listed(arrays)}" if any(arrays.keys) else "there are no labels"
            raise InputError(what, arrays.name, "give LABELS as the second argument, or --label")
        key, reason = _only_key(arrays, "labels"), "the only array"
    loaded, first = peeked(arrays.load(key, True))
    decisions = _named("labels", key, reason)
    if first.dtype == bool:
        decisions += (Decision("label values", "true and false", "read as 1 and 0", note=True),)
    seen = [str(value) for value in first.reshape(-1).tolist()] if math.prod(first.shape[1:]) == 1 else []
    stream = replace(stream_for(loaded, "labels", "labels"), seen=seen)
    return replace(stream, decisions=(*arrays.decisions, *decisions) if separate else decisions)


def _only_key(arrays: Arrays, what: str) -> str:
    if len(arrays.keys) > 1:
        raise InputError(f"which array holds the {what}? {listed(arrays)}", arrays.name, "--label NAME")
    return arrays.keys[0]


def _named(what: str, key: str, reason: str) -> tuple[Decision, ...]:
    return (Decision(what, f"array {printable(key)}", reason),) if key else ()
