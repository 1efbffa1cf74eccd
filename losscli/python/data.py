"""A data set from what Python passes: arrays as they are, tables and paths through the readers of the command line."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.core.batch import Baseline, Batch, Dataset
from losscli.core.calls.call_steps import CallSteps
from losscli.core.settings import Settings
from losscli.core.shifted_labels import later
from losscli.core.steps import PlainSteps
from losscli.errors import InputError, UsageError, WordsError
from losscli.inputs import ReadOptions, read
from losscli.inputs.array.in_columns import table_in_columns
from losscli.losses.meant import comparing
from losscli.losses.vocabulary import Domain, Kind, Takes
from losscli.python.as_arrays import array_of
from losscli.python.frames import columns_of, is_table, refuse_other_index
from losscli.python.groupings import are_names, groupings, named
from losscli.python.rivals import arrays_of, beside, clusters, in_memory_or_named
from losscli.python.table_options import table_options
from losscli.record import replace
from losscli.text import count

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from losscli.core.steps import Steps
    from losscli.inputs.array.arrays import Arrays
    from losscli.inputs.choose.columns import Table
    from losscli.python.handed_over import Given


def dataset_of(given: Given, steps: Steps | None) -> Dataset:
    """The rows as a data set; ``steps`` if it is known what is computed.

    Raises:
        UsageError: An argument does not go with this kind of data.
        InputError: It is not data.
    """
    arrays = {"sample_weight": given.sample_weight, "cluster": given.cluster, **given.extras, **given.against}
    if given.predictions is None:
        raise InputError("predictions is None")
    _refuse_open_files(predictions=given.predictions, labels=given.labels)
    by = given.reading.get("by")
    arrays |= {} if by is None or are_names(by) else named(by)
    if "join" not in given.reading:
        refuse_other_index(given.predictions, {"labels": given.labels, **arrays})
    if _is_path(given.predictions) or is_table(given.predictions) or is_table(given.labels):
        return _table_or_words(given, steps)
    reading = [name for name in given.reading if name != "by"]
    if reading:
        name = reading[0]
        raise UsageError(f"{name} says how a table is read, and predictions is an array", hint=f"leave out {name}")
    if given.labels is None and not _stands_alone(steps):
        raise InputError("labels is missing", hint="labels, right after predictions")
    extras = {name: array_of(array, name) for name, array in given.extras.items()}
    predictions = given.predictions
    if isinstance(steps, CallSteps) and steps.rows_second and np.ndim(predictions) == 3:
        predictions = np.moveaxis(array_of(predictions, "predictions"), 1, 0)
    batch = batch_of(predictions, given.labels, given.sample_weight)
    for name, array in extras.items():
        if array.ndim and len(array) != len(batch):
            raise InputError(f"{len(array):,} rows of {name} for {len(batch):,} of predictions")
    batch = beside(batch, given.against, _as_predictions)
    parts, columns = groupings(by, len(batch), steps)
    batch = replace(batch, clusters=clusters(given.cluster, len(batch)), extras=extras, columns=columns)
    if given.class_axis is not None:
        batch = batch.classes_last(given.class_axis)
    batch = later(batch, given.shift, steps.classes_along if isinstance(steps, CallSteps) else -1)
    baselines = tuple(Baseline(name, source=name) for name in given.against)
    tabular = bool(given.shift)  # what is shifted is rows, never one row of classes
    return Dataset(iter([batch]), by=parts, baselines=baselines, called="predictions", tabular=tabular)


def _refuse_open_files(**arguments: Any) -> None:
    for name, one in arguments.items():
        if hasattr(one, "readline"):
            raise InputError(f"{name} is an open file", hint="its path, or a table of any library")


def _stands_alone(steps: Steps | None) -> bool:
    """Whether predictions may come without labels: log-probabilities of observed outcomes, anchors."""
    if steps is None:
        return False
    if isinstance(steps, CallSteps) and steps.reference.labels_optional:
        return True
    own = steps.takes is steps.loss.takes
    return steps.takes is Takes.ANCHOR or (steps.loss.kinds == (Kind.LOG_PROBABILITIES,) and own)


def batch_of(predictions: Any, labels: Any, sample_weight: Any) -> Batch:
    """Arrays as one batch.

    Raises:
        InputError: There are no rows, or the arrays differ in length.
    """
    x: NDArray[Any] = array_of(predictions, "predictions")
    if not x.size:
        raise InputError("there are no rows: predictions is empty")
    x = _as_predictions(x)
    y: NDArray[Any] = np.empty((len(x) if x.ndim else 1, 0)) if labels is None else array_of(labels, "labels")
    if x.ndim == 0 or y.ndim == 0:
        x, y = np.atleast_1d(x), np.atleast_1d(y)
    weights = None if sample_weight is None else _weights(sample_weight)
    one_row = x.ndim == 1 and y.shape == (1,) and x.shape != (1,)
    if len(x) != len(y) and not one_row:
        raise InputError(f"{count(len(x), 'row')} of predictions but {len(y):,} of labels")
    if weights is not None and weights.ndim == 0:
        weights = np.full(len(y), float(weights))
    if weights is not None and len(weights) != len(y):
        raise InputError(f"{count(len(weights), 'sample weight')} for {count(len(y), 'row')}")
    return Batch(0, x, y, weights)


def _weights(sample_weight: Any) -> NDArray[Any]:
    array = array_of(sample_weight, "sample_weight")
    if array.dtype == object:
        raise InputError("sample_weight holds words, not numbers")
    return array.astype(np.float64)


def _as_predictions(array: NDArray[Any]) -> NDArray[Any]:
    return array if array.dtype == object else array.astype(np.float64)


def _is_path(data: Any) -> bool:
    return isinstance(data, str | os.PathLike)


def _table_or_words(given: Given, steps: Steps | None) -> Dataset:
    """The rows of a table; where nothing says what is computed, predicted classes may be words."""
    try:
        return _table_dataset(given, steps)
    except WordsError:
        if steps is not None:
            raise
        return _table_dataset(given, PlainSteps(comparing(), Settings()))


def _table_dataset(given: Given, steps: Steps | None) -> Dataset:
    predictions, labels = given.predictions, given.labels
    by = given.reading.get("by")
    if by is not None and not are_names(by):
        given = replace(given, reading={name: value for name, value in given.reading.items() if name != "by"})
    options = _options(given, steps)
    extras: dict[str, str] = {}
    if is_table(predictions):
        columns = columns_of(predictions, "predictions")
        if isinstance(labels, str) and labels in columns and options.label is None:
            options, labels = replace(options, label=labels), None
        weight = _beside(columns, "sample_weight", given.sample_weight)
        extras = {name: column for name, array in given.extras.items() if (column := _beside(columns, name, array))}
        options = in_memory_or_named(given.against, options)
        cluster = _beside(columns, "cluster", given.cluster)
        if by is not None and not are_names(by):
            keys = [_beside(columns, name, values) or "" for name, values in named(by).items()]
            options = replace(options, by=",".join(keys))
        options = replace(options, sample_weight=weight, extras=extras, cluster=cluster)
        first: Any = table_in_columns("predictions", columns, options)
    elif by is not None and not are_names(by):
        raise UsageError("by is an array, and predictions none", hint="by as a column")
    elif _is_path(predictions):
        texts = {"sample_weight": given.sample_weight, "cluster": given.cluster, **given.extras, **given.against}
        for name, value in texts.items():
            if value is not None and not _is_path(value):
                raise UsageError(f"{name} is an array, and predictions a path", hint=f"{name} as a column or a path")
        against = tuple(os.fspath(one) for one in given.against.values())
        options = replace(
            options,
            sample_weight=given.sample_weight,
            cluster=given.cluster,
            extras=dict(given.extras),
            against=against,
        )
        first = os.fspath(predictions)
    else:
        if given.sample_weight is not None or given.extras or given.cluster is not None or given.against:
            raise UsageError("predictions is an array and labels a table: arrays beside them can't be placed")
        first = arrays_of(predictions, "predictions", options)
    return read(first, _second(labels, options), options, None)


def _second(labels: Any, options: ReadOptions) -> str | Table | Arrays | None:
    if labels is None:
        return None
    if _is_path(labels):
        return str(os.fspath(labels))
    return (
        table_in_columns("labels", columns_of(labels, "labels"), options)
        if is_table(labels)
        else arrays_of(labels, "labels", options)
    )


def _beside(columns: dict[str, NDArray[Any]], name: str, data: Any) -> str | None:
    """The name of a further array's column, which is added to the table if it is an array."""
    if data is None or isinstance(data, str):
        return data
    array = array_of(data, name)
    size = len(next(iter(columns.values()), ()))
    if array.ndim == 0:
        array = np.full(size, float(array))
    if len(array) != size:
        raise InputError(f"{len(array):,} rows of {name} for {size:,} of predictions")
    key = name
    while key in columns:
        key = f"{key}_"
    columns[key] = array
    return key


def _options(given: Given, steps: Steps | None) -> ReadOptions:
    """How to read, as the command line has it."""
    options = ReadOptions(
        missing=given.missing, shift=given.shift, class_axis=given.class_axis, **table_options(given.reading)
    )
    if steps is None:
        return options
    if isinstance(steps, CallSteps):
        options = replace(options, classes_along=steps.classes_along, rows_second=steps.rows_second)
    own = steps.takes is steps.loss.takes
    return replace(
        options,
        labels=steps.takes is not Takes.ANCHOR,
        classes=steps.settings.classes or (),
        ordered=steps.loss.orders_classes,
        unlabelled=steps.loss.kinds == (Kind.LOG_PROBABILITIES,) and own,
        raw_labels=steps.takes.as_given or (steps.loss.decides and own),
        shares=steps.takes is Takes.BINARY or (own and steps.loss.domain is Domain.BINARY_SCORES),
        decided=steps.loss.compares_classes and (steps.takes.as_given or own),
        columnwise=steps.columnwise,
    )
