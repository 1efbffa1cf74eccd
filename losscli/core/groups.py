"""Results of groups of rows beside that of all: which file is it?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.core.reduction import reduce
from losscli.core.report import Group

if TYPE_CHECKING:
    from collections.abc import Mapping

    from losscli.core.plan import Plan
    from losscli.core.tally import Tally


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
