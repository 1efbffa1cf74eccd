"""Two models on the same rows, by group: equivalent to one ``Paired`` per group."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from losscli.core.groups.group_moments import GroupMoments
from losscli.core.intervals.moments import Moments
from losscli.core.intervals.paired import Paired
from losscli.record import field, record

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from losscli.core.groups.group_clusters import GroupClusters
    from losscli.core.groups.parts import Coded
    from losscli.core.intervals.paired_rows import PairedRows
    from losscli.ops import Array, Index, Mask


_COUNTS = 11  # left out; lower, higher, alike; infinite under either or both; right under both, either, none


@record(frozen=False)
class PairedGroups:
    """Mergeable sums of differences by group; picklable.

    Attributes:
        moments: Moments of the differences, of the baseline's values, and of the weights if rows have some.
        clusters: The same by cluster, where rows belong together.
        counts: ``(11, groups)``: rows left out, lower, higher, alike, infinite, decisions; as ``Paired`` has them.
        ends: ``(2, groups)``: the smallest and the largest difference.
        decided: Whether rows decide something.
        whole: Whether rows have no value each.
    """

    moments: GroupMoments = field(default_factory=GroupMoments)
    clusters: GroupClusters | None = None
    counts: NDArray[np.int64] = field(default_factory=lambda: np.zeros((_COUNTS, 0), np.int64))
    ends: Array = field(default_factory=lambda: np.zeros((2, 0)))
    decided: bool = True
    whole: bool = False

    def _reserve(self, count: int) -> None:
        more = count - self.counts.shape[1]
        if more > 0:
            self.counts = np.pad(self.counts, ((0, 0), (0, more)))
            added = np.repeat(np.array([[math.inf], [-math.inf]]), more, axis=1)
            self.ends = np.concatenate((self.ends, added), axis=1)

    def add(self, rows: PairedRows, group_of: Callable[[Index], Index], count: int) -> None:
        """Add rows to their groups, of which there are ``count`` so far; ``group_of`` maps row numbers to groups."""
        self._reserve(count)
        groups = group_of(rows.numbers)
        columns = (rows.d, rows.b) if rows.sizes is None else (rows.d, rows.b, rows.sizes)
        if len(rows.d):
            self.moments.add(columns, (0.0,) * len(columns), groups, count, cubes=False)
        np.fmin.at(self.ends[0], groups, rows.d)
        np.fmax.at(self.ends[1], groups, rows.d)
        self._count(0, group_of(rows.left_out), None)
        self.decided &= rows.decisions is not None
        for first, masks in ((1, rows.order), (4, rows.infinite), (7, rows.decisions or ())):
            for what, mask in enumerate(masks, first):
                self._count(what, groups, mask)

    def add_clusters(self, rows: PairedRows, groups: Index, coded: Coded) -> None:
        """Add rows to their groups and clusters."""
        from losscli.core.groups.group_clusters import GroupClusters

        self.clusters = self.clusters or GroupClusters()
        sizes = np.ones(len(rows.d)) if rows.sizes is None else rows.sizes
        self.clusters.add((rows.d, rows.b, sizes), groups, coded)

    def _count(self, what: int, groups: Index, mask: Mask | None) -> None:
        found = np.bincount(groups if mask is None else groups[mask])
        self.counts[what, : len(found)] += found

    def merge(self, later: PairedGroups, numbers: Index) -> None:
        """Add the sums of later rows; ``numbers`` maps their groups to these."""
        self._reserve(int(numbers.max(initial=-1)) + 1)
        later._reserve(len(numbers))
        known = len(numbers)
        for mine, theirs in zip(self.counts, later.counts[:, :known], strict=True):
            np.add.at(mine, numbers, theirs)
        np.minimum.at(self.ends[0], numbers, later.ends[0, :known])
        np.maximum.at(self.ends[1], numbers, later.ends[1, :known])
        if later.moments.columns:
            self.moments.merge(later.moments, numbers)
        if later.clusters is not None:
            self.clusters = self.clusters or type(later.clusters)()
            self.clusters.merge(later.clusters, numbers)
        self.decided &= later.decided
        self.whole |= later.whole

    def each(self, count: int) -> list[Paired]:
        """The summary of each of ``count`` groups."""
        self._reserve(count)
        moments = self.moments.each(count) if self.moments.columns else [Moments()] * count
        clusters = [None] * count if self.clusters is None else self.clusters.each(count)
        ends = (self.ends + 0.0).T.tolist()
        found = []
        for i, counts in enumerate(self.counts[:, :count].T.tolist()):
            rows = moments[i].units
            left_out, lower, higher, alike, mine, theirs, both, right, first, second, neither = counts
            found.append(
                Paired(
                    rows,
                    left_out,
                    moments[i] if rows else Moments(),
                    clusters[i],
                    lower=lower,
                    higher=higher,
                    alike=alike,
                    least=ends[i][0],
                    most=ends[i][1],
                    infinite=(mine, theirs, both),
                    decisions=(right, first, second, neither) if self.decided else None,
                    whole=int(self.whole),
                )
            )
        return found
