"""Which class was predicted for which: counts of pairs that merge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.record import field, record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.ops import Index


_SIDE = 1 << 31  # no class has a number as large


@record
class Pair:
    """A label, what was predicted for it, and how often."""

    label: str
    predicted: str
    count: int

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {"label": self.label, "predicted": self.predicted, "count": self.count}


@record
class Confusion:
    """What was predicted for each label.

    Attributes:
        classes: Those that there are, in their order.
        pairs: Those that there are, in the order of labels, then of predictions.
    """

    classes: tuple[str, ...]
    pairs: tuple[Pair, ...]


@record(frozen=False)
class PairCounts:
    """How often each pair of class numbers was there."""

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
