"""Other predictions for the same rows, as given in Python."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.core.batch import Other
from losscli.core.parts import Coded
from losscli.errors import InputError, UsageError
from losscli.python.as_arrays import array_of
from losscli.record import replace

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from losscli.core.batch import Batch
    from losscli.core.settings import Settings


def named_rivals(against: Any, settings: Settings, said: Collection[str]) -> dict[str, Any]:
    """Other predictions, by their names; ``said`` is what was asked for of the difference.

    Raises:
        UsageError: An argument is about a difference, and there are no other predictions.
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
    """A batch with the other predictions for its rows; ``numbers`` turns an array into predictions."""
    others = []
    for name, values in rivals.items():
        x = np.atleast_1d(numbers(array_of(values, name)))
        if len(x) != len(batch):
            raise InputError(f"{len(batch):,} rows of predictions but {len(x):,} of {name}")
        others.append(Other(x))
    return replace(batch, others=tuple(others))


def clusters(data: Any, rows: int) -> Coded | None:
    """Which rows belong together."""
    if data is None:
        return None
    keys, codes = np.unique(array_of(data, "cluster"), return_inverse=True)
    if codes.size != rows:
        raise InputError(f"{codes.size:,} clusters for {rows:,} rows")
    return Coded(keys.tolist(), codes.reshape(-1))


def in_columns(columns: dict[str, NDArray[Any]], rivals: Mapping[str, Any], rows: int) -> tuple[str, ...]:
    """Other predictions as names: columns of the table, paths, or columns that are added to it."""
    found = []
    for name, values in rivals.items():
        if isinstance(values, str | os.PathLike):
            found.append(os.fspath(values))
            continue
        array = array_of(values, name)
        if len(array) != rows:
            raise InputError(f"{rows:,} rows of predictions but {len(array):,} of {name}")
        names = [name] if array.ndim == 1 else [f"{name} {i}" for i in range(array.shape[1])]
        taken = next((one for one in names if one in columns), None)
        if taken is not None:
            raise UsageError(f"against: there is a column {taken} already", hint="against={'another name': ...}")
        columns |= dict(zip(names, array.reshape(rows, -1).T, strict=True))
        found.append(",".join(names))
    return tuple(found)
