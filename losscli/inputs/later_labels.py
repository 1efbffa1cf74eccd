"""Predictions paired with labels some places later, or earlier."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.core.shifted_labels import axes_of_places, required, without_end
from losscli.inputs.model import Piece, is_baseline
from losscli.record import replace

if TYPE_CHECKING:
    from collections.abc import Iterator


def shifted(pieces: Iterator[Piece], by: int, classes: int = -1) -> Iterator[Piece]:
    """Pair predictions with labels some places later or earlier: within each row if it has places, else across rows.

    Args:
        pieces: Rows in order.
        by: How many places later; earlier if negative.
        classes: The class axis of the predictions.
    """
    held: dict[str, Any] = {}
    for piece in pieces:
        x, y = piece.values["predictions"], required(piece.values.get("labels"))
        predicted = {
            role: values for role, values in piece.values.items() if role == "predictions" or is_baseline(role)
        }
        axes = axes_of_places(x, y, by, classes, piece.places["predictions"](0, None))
        if axes is not None:
            ours, theirs = axes
            moved = {role: without_end(values, ours, by) for role, values in predicted.items()}
            yield replace(piece, values={**piece.values, **moved, "labels": without_end(y, theirs, -by)})
            continue
        every = predicted if by > 0 else {"labels": y}
        together = {role: np.concatenate((held[role], x)) if role in held else x for role, x in every.items()}
        left = max(0, len(next(iter(together.values()))) - abs(by))
        held = {role: values[left:] for role, values in together.items()}
        rest = piece.cut(piece.size - left, piece.size)  # rows before it have no partner
        if rest.size > 0:
            first = {role: values[: rest.size] for role, values in together.items()}
            yield replace(rest, values={**rest.values, **first})
