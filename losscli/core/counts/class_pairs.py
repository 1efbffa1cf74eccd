"""Mergeable counts of pairs of label and predicted class: a confusion matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.record import field, fields_of, record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.ops import Index


_SIDE = 1 << 31  # no class has a number as large


@record
class Pair:
    """An entry of a confusion matrix."""

    label: str
    predicted: str
    count: int

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return fields_of(self)


@record
class Confusion:
    """A confusion matrix without its zeros.

    Attributes:
        classes: The classes that occur, in order.
        pairs: The pairs that occur, by label, then by prediction.
    """

    classes: tuple[str, ...]
    pairs: tuple[Pair, ...]


@record(frozen=False)
class PairCounts:
    """How often each pair of class numbers occurred."""

    counts: dict[int, int] = field(default_factory=dict)

    def add(self, label: Index, predicted: Index) -> None:
        """Count ``(n,)`` rows."""
        found, times = np.unique(label.astype(np.int64) * _SIDE + predicted, return_counts=True)
        for pair, count in zip(found.tolist(), times.tolist(), strict=True):
            self.counts[pair] = self.counts.get(pair, 0) + count

    def merge(self, later: PairCounts) -> None:
        """Add the counts of other rows."""
        for pair, count in later.counts.items():
            self.counts[pair] = self.counts.get(pair, 0) + count

    def confusion(self, names: Sequence[str] | None) -> Confusion:
        """The counts by the names of classes."""
        pairs = [(*divmod(pair, _SIDE), count) for pair, count in sorted(self.counts.items())]

        def name(at: int) -> str:
            return str(at) if names is None else names[at]

        classes = sorted({at for label, predicted, _ in pairs for at in (label, predicted)})
        return Confusion(
            tuple(map(name, classes)),
            tuple(Pair(name(label), name(predicted), count) for label, predicted, count in pairs),
        )
