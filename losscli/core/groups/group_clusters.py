"""Sums by group and cluster: the units of the intervals of groups where rows are not independent."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from losscli.core.groups.group_sums import GroupSums
from losscli.core.intervals.clusters import Clusters, Summed
from losscli.core.intervals.tails import holm, t_tail
from losscli.record import field, record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.core.groups.parts import Coded
    from losscli.ops import Array, Index

_BITS = 32  # bits for the number of a cluster, below the number of its group


@record(frozen=False)
class GroupClusters:
    """Mergeable exact sums by group and cluster; it can be pickled.

    Attributes:
        clusters: The clusters and their numbers.
        pairs: A number for each pair of group and cluster with rows in common, in order of appearance.
        columns: Sums of some columns by pair; the last one holds the sizes.
    """

    clusters: Clusters = field(default_factory=Clusters)
    pairs: dict[int, int] = field(default_factory=dict)
    columns: list[GroupSums] = field(default_factory=list)

    def add(self, columns: Sequence[Array], groups: Index, coded: Coded) -> None:
        """Add rows ``(n,)``, each to its group and cluster."""
        numbers = self._numbered(groups, self.clusters.numbered(coded))
        self.columns = self.columns or [GroupSums() for _ in columns]
        for sums, column in zip(self.columns, columns, strict=True):
            sums.add(column, numbers, len(self.pairs))

    def _numbered(self, groups: Index, clusters: Index) -> Index:
        """The numbers of pairs ``(n,)``."""
        codes, first, inverse = np.unique((groups << _BITS) + clusters, return_index=True, return_inverse=True)
        numbers: Index = np.empty(len(codes), np.intp)
        for i in np.argsort(first).tolist():
            numbers[i] = self.pairs.setdefault(int(codes[i]), len(self.pairs))
        found: Index = numbers[inverse.reshape(-1)]
        return found

    def merge(self, later: GroupClusters, groups: Index) -> None:
        """Add the sums of later rows; ``groups`` maps their groups to these."""
        theirs, own = later.places()
        at = self._numbered(groups[theirs], self.clusters.known(later.clusters)[own])
        self.columns = self.columns or [GroupSums() for _ in later.columns]
        for mine, other in zip(self.columns, later.columns, strict=True):
            mine.merge(other, at)

    def places(self) -> tuple[Index, Index]:
        """The group and the cluster of each pair."""
        codes = np.fromiter(self.pairs, np.int64, len(self.pairs))
        return codes >> _BITS, codes & ((1 << _BITS) - 1)

    def each(self, count: int) -> list[Clusters]:
        """The clusters of each of ``count`` groups."""
        groups, clusters = self.places()
        columns, keys = [sums.rounded(len(self.pairs)) for sums in self.columns], [*self.clusters.keys]
        order = np.argsort(groups, kind="stable")
        ends = np.cumsum(np.bincount(groups, minlength=count))
        return [
            Clusters(
                given=Summed.of([keys[i] for i in clusters[pairs].tolist()], [column[pairs] for column in columns])
            )
            for pairs in np.split(order, ends[:-1])
        ]

    def p_of_groups(self, order: Sequence[int]) -> list[float | None]:
        """For each group, the p of its mean against that of all other rows, corrected by Holm's method.

        The units are clusters: each adds to the difference of the means by its rows in the group and its other rows.
        """
        groups, clusters = self.places()
        sums, sizes = (column.rounded(len(self.pairs)) for column in self.columns)
        count = len(self.clusters.keys)
        whole = tuple(np.bincount(clusters, column, count).astype(np.float64) for column in (sums, sizes))
        n = int(np.count_nonzero(whole[1]))
        by_group = np.argsort(groups, kind="stable")
        pairs = np.split(by_group, np.cumsum(np.bincount(groups, minlength=max(order, default=0) + 1))[:-1])
        found = [_p((sums[pairs[g]], sizes[pairs[g]]), clusters[pairs[g]], whole, n) for g in order]
        corrected = iter(holm([p for p in found if p is not None]))
        return [None if p is None else next(corrected) for p in found]


def _p(own: Sequence[Array], at: Index, whole: Sequence[Array], n: int) -> float | None:
    """The two-sided p of a group, whose clusters are ``at``; None if it, or the rest, has no mean or no spread."""
    with np.errstate(all="ignore"):
        size, rest = own[1].sum(), whole[1].sum() - own[1].sum()
        mean, other = own[0].sum() / size, (whole[0].sum() - own[0].sum()) / rest
        moves = -(whole[0] - other * whole[1]) / rest
        moves[at] += (own[0] - other * own[1]) / rest + (own[0] - mean * own[1]) / size
        variance = float((moves**2).sum()) * n / (n - 1) if n > 1 else math.nan
        difference = float(mean - other)
    if not (math.isfinite(difference) and math.isfinite(variance)) or not rest or not size:
        return None
    if not variance:
        return 1.0 if not difference else 0.0
    return min(1.0, 2.0 * t_tail(abs(difference) / math.sqrt(variance), n - 1.0))
