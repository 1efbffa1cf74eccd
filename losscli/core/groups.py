"""Results of groups of rows beside that of all: which file is it?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.core.reduction import reduce
from losscli.record import record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from losscli.core.plan import Plan
    from losscli.core.reduction import Reduced
    from losscli.core.summary import Summary
    from losscli.core.tally import Tally


@record
class Group:
    """The result of some of the rows.

    Attributes:
        name: What they have in common, such as their file.
        samples: How many rows there are.
        reduced: The value, its divisor and that one's name.
        summary: Of their values, without a median.
        accuracy: The share of right decisions; None if there were none.
    """

    name: str
    samples: int
    reduced: Reduced
    summary: Summary
    accuracy: float | None

    def to_dict(self) -> dict[str, Any]:
        """An entry of ``groups`` in the JSON document, and a row of it in other formats."""
        summary = self.summary.to_dict()
        return {
            "name": self.name,
            "samples": self.samples,
            "value": self.reduced.value,
            "divisor": self.reduced.divisor,
            **{name: summary[name] for name in ("mean", "std", "min", "max")},
            "accuracy": self.accuracy,
        }


def groups_of(tallies: Mapping[str, Tally], plan: Plan) -> tuple[Group, ...]:
    """The result of each group, in the order in which they came."""
    return tuple(
        Group(
            name,
            tally.samples,
            reduce(tally.summary, plan.reduction, weighted_mean=plan.convention.weighted_mean),
            tally.summary,
            tally.accuracy,
        )
        for name, tally in tallies.items()
    )
