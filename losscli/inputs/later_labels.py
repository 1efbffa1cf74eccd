"""Predictions paired with labels some places later, or earlier."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.errors import InputError
from losscli.inputs.model import Piece, is_baseline
from losscli.record import replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from losscli.core.batch import Batch


def _axes_of_places(x: NDArray[Any], y: NDArray[Any], by: int, classes: int, where: str) -> tuple[int, int] | None:
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


def shifted(pieces: Iterator[Piece], by: int, classes: int = -1) -> Iterator[Piece]:
    """Pair predictions with labels some places later or earlier: within each row if it has places, else across rows.

    Args:
        pieces: Rows in order.
        by: How many places later; earlier if negative.
        classes: The class axis of the predictions.
    """
    held: dict[str, Any] = {}
    for piece in pieces:
        x, y = piece.values["predictions"], piece.values.get("labels")
        predicted = {
            role: values for role, values in piece.values.items() if role == "predictions" or is_baseline(role)
        }
        axes = None if y is None else _axes_of_places(x, y, by, classes, piece.places["predictions"](0, None))
        if axes is not None and y is not None:
            ours, theirs = axes
            moved = {role: _without_end(values, ours, by) for role, values in predicted.items()}
            yield replace(piece, values={**piece.values, **moved, "labels": _without_end(y, theirs, -by)})
            continue
        every = predicted if by > 0 or y is None else {"labels": y}
        together = {role: np.concatenate((held[role], x)) if role in held else x for role, x in every.items()}
        left = max(0, len(next(iter(together.values()))) - abs(by))
        held = {role: values[left:] for role, values in together.items()}
        rest = piece.cut(piece.size - left, piece.size)  # rows before it have no partner
        if rest.size > 0:
            first = {role: values[: rest.size] for role, values in together.items()}
            yield replace(rest, values={**rest.values, **first})


def later(batch: Batch, by: int, classes: int = -1) -> Batch:
    """The same of rows in memory; fewer than ``by`` leave none."""
    x, y = batch.predictions, batch.labels
    axes = _axes_of_places(x, y, by, classes, batch.where(0, None))
    if axes is not None:
        ours, theirs = axes
        others = tuple(replace(one, predictions=_without_end(one.predictions, ours, by)) for one in batch.others)
        return replace(batch, predictions=_without_end(x, ours, by), labels=_without_end(y, theirs, -by), others=others)
    rest = batch.some(np.arange(abs(by), len(batch)))
    if by < 0:
        return replace(rest, labels=y[: len(rest)])
    others = tuple(replace(one, predictions=one.predictions[: len(rest)]) for one in batch.others)
    return replace(rest, predictions=x[: len(rest)], others=others)


def _without_end(values: NDArray[Any], axis: int, by: int) -> NDArray[Any]:
    """All but the last ``by`` entries along an axis; if negative, all but the first."""
    kept = slice(None, -by) if by > 0 else slice(-by, None)
    return values[(slice(None),) * axis + (kept,)]
