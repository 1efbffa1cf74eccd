"""The result of some of the rows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from losscli.record import record

if TYPE_CHECKING:
    from losscli.core.difference import Difference
    from losscli.core.interval import Interval
    from losscli.core.reduction import Reduced
    from losscli.core.summary import Summary


@record
class Group:
    """The result of some of the rows.

    Attributes:
        names: What they have in common, such as their file: a text for each thing they were grouped by.
        samples: How many rows there are.
        reduced: The value, its divisor and that one's name.
        summary: Of their values, without a median.
        accuracy: The share of right decisions; None if there were none.
        share_of_loss: Their sum over that of all rows; None if that is no number.
        share_of_rows: How many of all rows they are.
        reduced_interval: Of the reduced value, if one was wanted and there is one.
        p: That their mean is that of all other rows (Welch), corrected for the number of groups (Holm); None if that
            was not wanted or can't be said.
        nats: How many nats the reduced value's unit is, if ``exp`` of it is the value; None if it is the value itself.
        against: The differences to baselines on these rows.
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
        """What they have in common, in one text."""
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
    """``exp`` of a mean in units of so many nats."""
    try:
        return None if mean is None else math.exp(mean * nats)
    except OverflowError:
        return math.inf
