"""Predictions paired with labels some places later, or earlier."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.errors import InputError
from losscli.inputs.model import Piece, is_baseline
from losscli.record import replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray


def axes_of_places(predictions: int, labels: int, classes: int) -> tuple[int, int] | None:
    """The axes of predictions and of labels along which a row's places lie; None if each row is one place.

    Args:
        predictions: Their number of axes; the first is that of the rows.
        labels: The same for labels.
        classes: The class axis of the predictions, which is not one of places.
    """
    if predictions < 3 or labels < 2:
        return None
    places = 2 if classes % predictions == 1 else 1
    return places, places if labels == predictions else 1


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
        axes = None if y is None else axes_of_places(x.ndim, y.ndim, classes)
        if axes is not None:
            yield _within_rows(piece, predicted, by, axes)
            continue
        every = predicted if by > 0 or y is None else {"labels": y}
        together = {role: np.concatenate((held[role], x)) if role in held else x for role, x in every.items()}
        left = max(0, len(next(iter(together.values()))) - abs(by))
        held = {role: values[left:] for role, values in together.items()}
        rest = piece.cut(piece.size - left, piece.size)  # rows before it have no partner
        if rest.size > 0:
            first = {role: values[: rest.size] for role, values in together.items()}
            yield replace(rest, values={**rest.values, **first})


def _within_rows(piece: Piece, predicted: Mapping[str, Any], by: int, axes: tuple[int, int]) -> Piece:
    x, y = piece.values["predictions"], piece.values["labels"]
    ours, theirs = axes
    where = piece.places["predictions"](0, None)
    if x.shape[ours] != y.shape[theirs]:
        what = f"a row has {x.shape[ours]:,} places in the predictions and {y.shape[theirs]:,} in the labels"
        raise InputError(what, where)
    if x.shape[ours] <= abs(by):
        raise InputError(f"nothing is left of rows that are shifted by {by}", where)
    moved = {role: without_end(values, ours, by) for role, values in predicted.items()}
    return replace(piece, values={**piece.values, **moved, "labels": without_end(y, theirs, -by)})


def without_end(values: NDArray[Any], axis: int, by: int) -> NDArray[Any]:
    """All but the last ``by`` entries along an axis; if negative, all but the first."""
    kept = slice(None, -by) if by > 0 else slice(-by, None)
    return values[(slice(None),) * axis + (kept,)]
