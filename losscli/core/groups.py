"""Results of groups of rows beside that of all: which file is it?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from losscli.core.reduction import Reduced
from losscli.core.report import Group

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from losscli.core.interval import Interval
    from losscli.core.running import Tally
    from losscli.core.summary import Summary


def mean_of_groups(groups: Sequence[Group]) -> Reduced:
    """The mean of the values of groups, each of which counts alike."""
    values = [group.reduced.value for group in groups if group.reduced.value is not None]
    if not values:
        return Reduced(None, None, "")
    return Reduced(math.fsum(values) / len(values), len(values), "groups")


def groups_of(
    tallies: Mapping[str, Tally],
    reduced: Callable[[Summary], Reduced],
    interval: Callable[[Tally, Reduced], Interval | None],
) -> tuple[Group, ...]:
    """The result of each group, in the order in which they came."""
    values = {name: reduced(tally.summary) for name, tally in tallies.items()}
    return tuple(
        Group(
            name,
            tally.samples,
            values[name],
            tally.summary,
            tally.accuracy,
            interval(tally, values[name]),
        )
        for name, tally in tallies.items()
    )
