"""The result of some of the rows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from losscli.record import record

if TYPE_CHECKING:
    from losscli.core.intervals.difference import Difference
    from losscli.core.intervals.interval import Interval
    from losscli.core.reduction import Reduced
    from losscli.core.summary import Summary


@record
class Group:
    """The result of one group of rows.

    Attributes:
        names: The group's key, a text for each grouping, such as a file name.
        samples: Number of rows.
        reduced: The value, its divisor and the name of the divisor.
        summary: Summary of the values, without a median.
        accuracy: Share of right decisions; None without decisions.
        share_of_loss: The group's share of the sum of the losses; None if undefined.
        share_of_rows: The group's share of the rows.
        reduced_interval: Interval of the reduced value; None if not asked for, or if there is none.
        p: Welch's p of the group's mean against all other rows, corrected by Holm's method; None if not asked for, or
            undefined.
        nats: Nats per unit of the reduced value, if the value is ``exp`` of it; else None.
        against: The differences to baselines in this group.
    """

    names: tuple[str, ...]
    samples: int
    reduced: Reduced
    summary: Summary
    accuracy: float | None
    share_of_loss: float | None = None
    share_of_rows: float | None = None
    reduced_interval: Interval | None = None
    p: float | None = None
    nats: float | None = None
    against: tuple[Difference, ...] = ()

    @property
    def name(self) -> str:
        """The group's key as one text."""
        return ", ".join(self.names)

    @property
    def value(self) -> float | None:
        """The reduced loss, or ``exp`` of it."""
        return self.reduced.value if self.nats is None else exponential(self.reduced.value, self.nats)

    @property
    def interval(self) -> Interval | None:
        """The interval of the value."""
        own, value = self.reduced_interval, self.value
        return own if own is None or value is None or self.nats is None else own.exponential(value, self.nats)

    def to_dict(self) -> dict[str, Any]:
        """An entry of ``groups`` in the JSON document, and a row of it in other formats."""
        summary = self.summary.to_dict()
        return {
            "name": self.name,
            "samples": self.samples,
            "value": self.value,
            "divisor": self.reduced.divisor,
            **({} if self.interval is None else {"interval": self.interval.to_dict()}),
            **{name: summary[name] for name in ("mean", "std", "min", "max")},
            "accuracy": self.accuracy,
            "share_of_loss": self.share_of_loss,
            "share_of_rows": self.share_of_rows,
            **({} if self.p is None else {"p_holm": self.p}),
            **({"against": [one.of_group() for one in self.against]} if self.against else {}),
        }


def exponential(mean: float | None, nats: float) -> float | None:
    """``exp`` of a mean in units of ``nats`` nats."""
    try:
        return None if mean is None else math.exp(mean * nats)
    except OverflowError:
        return math.inf
