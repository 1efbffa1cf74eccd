"""Samples as they are shown: one, or columns of many."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat
from typing import TYPE_CHECKING, Any

from losscli.record import record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from losscli.ops import Labels


@record
class Row:
    """One sample, ready to be shown.

    Attributes:
        number: 1-based.
        id: Its id in the input, or None.
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
class Bulk(Sequence[Any]):
    """Numbers of an array, or names by their numbers; Python objects are made only for single items.

    Attributes:
        array: ``(n,)``: floats, or integers.
        names: What the integers are numbers of; None if they stand for themselves.
    """

    array: Labels
    names: tuple[str, ...] | None = None

    def __len__(self) -> int:
        return len(self.array)

    def __getitem__(self, key: Any) -> Any:
        return [*self][key]

    def __iter__(self) -> Iterator[Any]:
        values = self.array.tolist()
        return iter(values) if self.names is None else map(self.names.__getitem__, values)


@record
class ShownColumns:
    """Samples in columns: for each attribute of `Row` a sequence with one entry per sample.

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
