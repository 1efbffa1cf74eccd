"""Rows in memory whose predictions are for labels some places later, or earlier."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.errors import InputError, UsageError
from losscli.record import replace

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from losscli.core.batch import Batch


def required(labels: NDArray[Any] | None) -> NDArray[Any]:
    """The labels of rows that are shifted.

    Raises:
        UsageError: There are none.
    """
    if labels is None:
        raise UsageError("--shift pairs predictions with labels some places later, and there are no labels")
    return labels


def axes_of_places(x: NDArray[Any], y: NDArray[Any], by: int, classes: int, where: str) -> tuple[int, int] | None:
    """The axes of predictions and of labels along which a row's places lie; None if each row is one place.

    Args:
        x: The predictions; their first axis is that of the rows.
        y: The labels.
        by: How far labels will be shifted.
        classes: The class axis of the predictions, which is not one of places.
        where: The place of the first row.
    """
    if x.ndim < 3 or y.ndim < 2:
        return None
    ours = 2 if classes % x.ndim == 1 else 1
    theirs = ours if y.ndim == x.ndim else 1
    if x.shape[ours] != y.shape[theirs]:
        what = f"a row has {x.shape[ours]:,} places in the predictions and {y.shape[theirs]:,} in the labels"
        raise InputError(what, where)
    if x.shape[ours] <= abs(by):
        raise InputError(f"nothing is left of rows that are shifted by {by}", where)
    return ours, theirs


def later(batch: Batch, by: int, classes: int = -1) -> Batch:
    """The predictions with the labels ``by`` places later: within each row if it has places, else across rows."""
    if not by:
        return batch
    x, y = batch.predictions, required(None if batch.labels.shape[1:] == (0,) else batch.labels)
    axes = axes_of_places(x, y, by, classes, batch.where(0, None))
    if axes is not None:
        ours, theirs = axes
        others = tuple(replace(one, predictions=without_end(one.predictions, ours, by)) for one in batch.others)
        return replace(batch, predictions=without_end(x, ours, by), labels=without_end(y, theirs, -by), others=others)
    if x.ndim == 1 and len(x) != len(y):  # one row of classes
        raise InputError(f"nothing is left of rows that are shifted by {by}", batch.where(0, None))
    rest = batch.some(np.arange(abs(by), len(batch)))
    if by < 0:
        return replace(rest, labels=y[: len(rest)])
    others = tuple(replace(one, predictions=one.predictions[: len(rest)]) for one in batch.others)
    return replace(rest, predictions=x[: len(rest)], others=others)


def without_end(values: NDArray[Any], axis: int, by: int) -> NDArray[Any]:
    """All but the last ``by`` entries along an axis; if negative, all but the first."""
    kept = slice(None, -by) if by > 0 else slice(-by, None)
    return values[(slice(None),) * axis + (kept,)]
