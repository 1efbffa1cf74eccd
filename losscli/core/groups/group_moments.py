"""Moments by group, for many groups: equivalent to one ``Moments`` each."""

from __future__ import annotations

from itertools import combinations_with_replacement
from typing import TYPE_CHECKING

import numpy as np

from losscli.core.groups.group_sums import GroupSums
from losscli.core.intervals.moments import Moments
from losscli.record import field, record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from losscli.ops import Array, Index


@record(frozen=False)
class GroupMoments:
    """Mergeable moments of groups numbered from 0.

    Attributes:
        units: Number of units in each group.
        pivots: The pivot of each column.
        columns: Sums of the columns, of their products, and of the cubes of the first, if asked for.
    """

    units: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    pivots: tuple[float, ...] = ()
    columns: list[GroupSums] = field(default_factory=list)

    def add(
        self, moved: Sequence[Array], pivots: tuple[float, ...], groups: Index, count: int, *, cubes: bool = True
    ) -> None:
        """Add units to their groups, of which there are ``count`` so far; columns are given minus their pivots."""
        if not self.columns or np.isfinite(moved[0]).any():
            self.pivots = pivots
        with np.errstate(over="ignore", invalid="ignore"):
            products = [x * y for x, y in combinations_with_replacement(moved, 2)]
            columns = [*moved, *products, *[products[0] * moved[0]] * cubes]
        self.columns = self.columns or [GroupSums() for _ in columns]
        for sums, column in zip(self.columns, columns, strict=True):
            sums.add(column, groups, count)
        self._reserve(count)
        found = np.bincount(groups)
        self.units[: len(found)] += found

    def _reserve(self, count: int) -> None:
        if count > len(self.units):
            self.units = np.pad(self.units, (0, max(count, 2 * len(self.units)) - len(self.units)))

    def merge(self, later: GroupMoments, numbers: Index) -> None:
        """Add the moments of other rows; ``numbers`` maps their groups to these."""
        self._reserve(int(numbers.max(initial=-1)) + 1)
        known = min(len(numbers), len(later.units))
        np.add.at(self.units, numbers[:known], later.units[:known])
        self.pivots = self.pivots or later.pivots
        self.columns = self.columns or [GroupSums() for _ in later.columns]
        for mine, theirs in zip(self.columns, later.columns, strict=True):
            mine.merge(theirs, numbers)

    def each(self, count: int) -> list[Moments]:
        """The moments of each of ``count`` groups."""
        self._reserve(count)
        sums = [column.sums(count) for column in self.columns]
        width = len(self.pivots)
        cubed = width + width * (width + 1) // 2
        return [
            Moments(units, self.pivots, tuple(each[:width]), tuple(each[width:cubed]), (*each[cubed:], None)[0])
            for units, each in zip(self.units[:count].tolist(), zip(*sums, strict=True), strict=True)
        ]
