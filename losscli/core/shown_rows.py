"""Samples as they are shown: one, or many side by side."""

from __future__ import annotations

from itertools import repeat
from typing import TYPE_CHECKING, Any

from losscli.record import record

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@record
class Row:
    """One sample, ready to be shown.

    Attributes:
        number: 1-based.
        id: The input's own name for it, or None.
        label: A class name or number, a value, or a list of values; None for a row that was skipped.
        probability: Predicted probability of the label; None if not applicable.
        predicted: The class of the largest prediction, or what was predicted.
        loss: Weights applied.
        counted: False for an ignored label or a skipped row.
    """

    number: int
    id: str | None
    label: Any
    probability: float | None
    predicted: Any
    loss: float | list[Any]
    counted: bool = True


@record
class Columns:
    """Samples side by side: for each attribute of `Row` a list, one entry a sample.

    Attributes:
        ids: None if the samples have no names.
    """

    numbers: Sequence[int]
    ids: Sequence[str] | None
    labels: Sequence[Any]
    probabilities: Sequence[float | None]
    predicted: Sequence[Any]
    losses: Sequence[float | list[Any]]
    counted: Sequence[bool]

    def __iter__(self) -> Iterator[Row]:
        ids = repeat(None) if self.ids is None else self.ids
        rest = (self.labels, self.probabilities, self.predicted, self.losses, self.counted)
        return map(Row, self.numbers, ids, *rest)
