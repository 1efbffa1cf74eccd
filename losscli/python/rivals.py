"""Other predictions for the same rows, as given in Python."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.core.batch import Other
from losscli.core.groups.parts import Coded
from losscli.errors import InputError, UsageError
from losscli.inputs.array.arrays import Arrays, in_memory
from losscli.inputs.array.in_columns import table_in_columns
from losscli.python.as_arrays import array_of
from losscli.python.frames import columns_of, is_table
from losscli.record import replace

if TYPE_CHECKING:
    from losscli.core.batch import Batch
    from losscli.core.settings import Settings
    from losscli.inputs import ReadOptions


def named_rivals(against: Any, settings: Settings, said: Collection[str]) -> dict[str, Any]:
    """Other predictions by name; ``said`` are the arguments given about the difference.

    Raises:
        UsageError: An argument concerns a difference, but there are no other predictions.
    """
    if against is None:
        if said:
            raise UsageError("margin and test are about the difference to a baseline", hint="against=...")
        return {}
    if settings.test not in ("t", "sign-flip") or (
        settings.margin is not None and not 0.0 < settings.margin < float("inf")
    ):
        raise UsageError('test is "t" or "sign-flip", and margin is above 0')
    if settings.reduction == "none":
        raise UsageError("against: without a reduction there are no two numbers to compare")
    if isinstance(against, Mapping):
        return {str(name): values for name, values in against.items()}
    if isinstance(against, str | os.PathLike):
        return {os.fspath(against): against}
    if isinstance(against, list | tuple) and against and all(isinstance(one, str) for one in against):
        return {one: one for one in against}
    return {"against": against}


def beside(batch: Batch, rivals: Mapping[str, Any], numbers: Any) -> Batch:
    """A batch with the other predictions for its rows; ``numbers`` turns an array into predictions.

    Raises:
        InputError: They have another number of rows.
    """
    others = []
    for name, values in rivals.items():
        # Columns count by position, as the predictions have no names.
        array = np.stack([*columns_of(values, name).values()], axis=1) if is_table(values) else array_of(values, name)
        x = np.atleast_1d(numbers(array_of(array, name)))
        if len(x) != len(batch):
            raise InputError(f"{len(batch):,} rows of predictions but {len(x):,} of {name}")
        others.append(Other(x))
    return replace(batch, others=tuple(others))


def clusters(data: Any, rows: int) -> Coded | None:
    """The cluster of each row; None if rows are independent.

    Raises:
        InputError: There is not one for each of ``rows`` rows.
    """
    if data is None:
        return None
    keys, codes = np.unique(array_of(data, "cluster"), return_inverse=True)
    if codes.size != rows:
        raise InputError(f"{codes.size:,} clusters for {rows:,} rows")
    return Coded(keys.tolist(), codes.reshape(-1))


def in_memory_or_named(rivals: Mapping[str, Any], options: ReadOptions) -> ReadOptions:
    """The options for a table with other predictions: columns of it, paths, tables or arrays."""
    paths = {name: os.fspath(values) for name, values in rivals.items() if isinstance(values, str | os.PathLike)}
    held = {
        name: table_in_columns(name, columns_of(values, name), options)
        if is_table(values)
        else arrays_of(values, name, options)
        for name, values in rivals.items()
        if name not in paths
    }
    return replace(options, against=tuple(paths.get(name, name) for name in rivals), held=held)


def arrays_of(data: Any, name: str, options: ReadOptions) -> Arrays:
    """An array, in the form of one read from a file."""
    array = array_of(data, name)
    if array.dtype.kind == "u" or (array.dtype.kind == "i" and array.dtype != np.int64):
        array = array.astype(np.int64)
    if array.dtype.kind == "f":
        array = array.astype(np.float64)
    return Arrays(name, ("",), lambda key, text: in_memory(name, np.atleast_1d(array), options.chunk_bytes))
