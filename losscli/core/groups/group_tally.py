"""The groups of a pass: which group each row is in, and what is added to that group."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from losscli.core.groups.group_table import GroupTable
from losscli.core.groups.grouping import Grouper
from losscli.errors import InputError
from losscli.record import record

if TYPE_CHECKING:
    from losscli.core.groups.group_replicates import GroupReplicates
    from losscli.core.groups.parts import Coded, Part
    from losscli.core.intervals.bootstrap import Bootstrap
    from losscli.core.intervals.paired_rows import PairedRows
    from losscli.core.intervals.units import Units
    from losscli.core.plain_values import Decided
    from losscli.core.steps import Computed
    from losscli.ops import Index


@record
class Placed:
    """The groups of the rows of a batch.

    Attributes:
        start: Number of the first row.
        groups: Groups of the checked rows ``(n,)``.
        lines: Positions of the checked rows; None for all rows.
        every: Groups of all rows; None if only checked rows have one.
    """

    start: int
    groups: Index
    lines: Index | None
    every: Index | None

    def of(self, numbers: Index) -> Index:
        """The groups of rows by their numbers; rows without a group are left out."""
        return self.of_rows(numbers, self.groups, self.every)

    def of_rows(self, numbers: Index, groups: Index, every: Index | None) -> Index:
        """Values of checked rows, or of all rows, looked up by row numbers; rows without one are left out."""
        places = numbers - self.start
        if self.lines is None:
            return groups[places]
        if every is not None:
            return every[places]
        known = np.isin(places, self.lines)
        return groups[np.searchsorted(self.lines, places[known])]


class GroupTally:
    """The groups of a pass: assigns rows to groups, and keeps the totals."""

    def __init__(self, parts: tuple[Part, ...]) -> None:
        self._table = GroupTable(parts)
        self._grouper = Grouper(parts)
        self._placed: Placed | None = None
        self._clusters: Coded | None = None
        self._replicates: GroupReplicates | None = None

    def add(
        self, computed: Computed, units: tuple[Units, float] | None, decided: Decided | None, *, spread: bool
    ) -> None:
        """Add what was computed.

        Raises:
            InputError: Rows have no value of their own, or no group, or there are too many groups.
        """
        grouper, table, checked, plan = self._grouper, self._table, computed.checked, computed.plan
        batch = computed.batch
        if not computed.by_row:
            raise InputError("--by: rows have no value of their own")
        groups = grouper.groups(plan, batch, checked)
        size = len(grouper)
        table.reserve(size)
        if plan.layout.one_row:
            groups = groups[:1]
        table.add_samples(groups)
        every = None if grouper.by_checked else groups
        if checked.lines is not None and every is not None:
            groups = groups[checked.lines]
        if len(np.atleast_1d(computed.loss)) != len(groups):
            raise InputError("--by: rows have no value of their own")
        self._placed, self._clusters = Placed(batch.start, groups, checked.lines, every), batch.clusters
        table.add(groups, size, computed, spread=spread)
        if units is not None:
            table.add_units(*units, self._placed.of(units[0].numbers), size)
            if batch.clusters is None:
                self._resample(plan.settings.bootstrap, units, size)
            else:
                self._add_clusters(*units, batch.clusters)
        if decided is not None:
            label, chosen = decided
            of_decisions = np.repeat(groups, label[0].size) if label.ndim > 1 and len(label) else groups
            right = (label == chosen).reshape(-1)
            if checked.counted is not None:
                kept = checked.counted.reshape(-1)
                of_decisions, right = of_decisions[kept], right[kept]
            table.add_decisions(of_decisions, right)

    def _add_clusters(self, units: Units, pivot: float, coded: Coded) -> None:
        """Add units to their groups and clusters."""
        from losscli.core.groups.group_clusters import GroupClusters

        assert self._placed is not None
        table, sizes = self._table, np.ones(len(units.sums)) if units.sizes is None else units.sizes
        table.clusters = table.clusters or GroupClusters()
        columns, placed = (units.moved(pivot)[1][0], sizes), self._placed
        table.clusters.add(columns, placed.of(units.numbers), coded.some(units.numbers - placed.start))

    def _resample(self, asked: Bootstrap | None, units: tuple[Units, float], size: int) -> None:
        """Add rows to the replicates of their groups, if asked for."""
        if asked is None:
            return
        from losscli.core.groups.group_replicates import GroupReplicates

        assert self._placed is not None
        placed, (found, pivot) = self._placed, units
        self._replicates = self._replicates or GroupReplicates(asked)
        every = placed.groups if placed.every is None else placed.every
        within = self._replicates.numbered(every, size)
        numbers = placed.of_rows(found.numbers, within, None if placed.every is None else within)
        sizes = np.ones(len(found.sums)) if found.sizes is None else found.sizes
        self._replicates.add(numbers, placed.of(found.numbers), found.moved(pivot)[1][0], sizes)
        self._table.replicates = self._replicates.each

    def add_pair(self, baseline: int, rows: PairedRows | None) -> None:
        """Add rows of the current batch, paired with a baseline; None if they have no numbers to compare."""
        from losscli.core.groups.paired_groups import PairedGroups

        pairs = self._table.pairs
        while len(pairs) <= baseline:
            pairs.append(PairedGroups())
        if rows is None or self._placed is None:
            pairs[baseline].whole = True
        else:
            pairs[baseline].add(rows, self._placed.of, len(self._grouper))
            if self._clusters is not None:
                clusters = self._clusters.some(rows.numbers - self._placed.start)
                pairs[baseline].add_clusters(rows, self._placed.of(rows.numbers), clusters)

    def table(self) -> GroupTable:
        """The totals of all groups."""
        self._table.keys = self._grouper.keys()
        return self._table
