"""Totals by group: a few numbers per group, for any number of groups."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from losscli import ops
from losscli.core.exact_sum import UNIT_BITS, squared, units
from losscli.core.groups.group_sums import BLOCK, GroupSums, sorting, starts_of
from losscli.core.groups.parts import in_order, refuse_more
from losscli.core.running import Tally
from losscli.core.summary import Summary
from losscli.record import field, record, replace

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from losscli.core.groups.group_clusters import GroupClusters
    from losscli.core.groups.group_moments import GroupMoments
    from losscli.core.groups.paired_groups import PairedGroups
    from losscli.core.groups.parts import Key, Part
    from losscli.core.intervals.bootstrap import Replicates
    from losscli.core.intervals.units import Units
    from losscli.core.steps import Computed
    from losscli.ops import Array, Index, Mask


_SAMPLES, _VALUES, _ROWS, _HITS, _DECISIONS = range(5)


@record(frozen=False)
class GroupTable:
    """Mergeable totals by group; picklable.

    Attributes:
        parts: The groupings.
        keys: The key of each group, one entry per grouping.
        counts: ``(5, groups)``: rows read, values and rows that count, right decisions, decisions.
        ends: ``(2, groups)``: the smallest and the largest value.
        total: Sums of the values.
        squares: Sums of their squares, each added as two exact parts; None if no spread was asked for.
        odd: Squares of values too small or too large for that, in units of 2^-2148, by group.
        weights: Sums of the weights; None without weights.
        moments: Moments for intervals; None if none were asked for.
        clusters: The same by cluster, where rows belong together.
        pairs: Paired sums with each baseline.
        replicates: Bootstrap replicates of each group; empty if none were asked for.
    """

    parts: tuple[Part, ...]
    keys: list[tuple[Key, ...]] = field(default_factory=list)
    counts: NDArray[np.int64] = field(default_factory=lambda: np.zeros((5, 0), np.int64))
    ends: Array = field(default_factory=lambda: np.zeros((2, 0)))
    total: GroupSums = field(default_factory=GroupSums)
    squares: GroupSums | None = None
    odd: dict[int, int] = field(default_factory=dict)
    weights: GroupSums | None = None
    moments: GroupMoments | None = None
    clusters: GroupClusters | None = None
    pairs: list[PairedGroups] = field(default_factory=list)
    replicates: list[Replicates] = field(default_factory=list)
    _waiting: list[tuple[Array, Index]] = field(default_factory=list)
    _counted: tuple[Index | None, Index | None] = (None, None)

    def __getstate__(self) -> dict[str, Any]:
        self.settle()
        return self.__dict__ | {"_counted": (None, None)}

    def reserve(self, count: int) -> None:
        """Make room for ``count`` groups."""
        room = self.counts.shape[1]
        if count > room:
            more = max(count, 2 * room) - room
            self.counts = np.pad(self.counts, ((0, 0), (0, more)))
            added = np.array([[math.inf], [-math.inf]])
            self.ends = np.concatenate((self.ends, np.repeat(added, more, axis=1)), axis=1)

    def add(self, groups: Index, size: int, computed: Computed, *, spread: bool) -> None:
        """Add the values of rows to their groups, of which there are ``size`` so far."""
        self.reserve(size)
        values, counted = np.atleast_1d(computed.loss), computed.counted
        weights = weights_of_values(computed)
        rows = groups if counted is None else groups[ops.any_in_row(counted)]
        of_values = groups
        if values.ndim > 1:
            of_values = np.repeat(groups, values[0].size)
        values = values.reshape(-1)
        if counted is not None:
            kept = counted.reshape(-1)
            values, of_values = values[kept], of_values[kept]
            weights = None if weights is None else weights[kept]
        if spread:
            self.squares = self.squares or GroupSums()
        if weights is not None:
            self.weights = self.weights or GroupSums()
            self.weights.add(weights, of_values, size)
        self._count(_ROWS, rows)
        if len(values):
            self._waiting.append((values, of_values))
        if sum(len(some) for some, _ in self._waiting) >= max(BLOCK, size):
            self.settle()

    def settle(self) -> None:
        """Add the waiting values, which are sorted by group, many at once."""
        if not self._waiting:
            return
        values, groups = (np.concatenate(parts) for parts in zip(*self._waiting, strict=True))
        self._waiting = []
        order = sorting(groups)
        values, groups = values.take(order), groups.take(order)
        starts = starts_of(groups)
        present = groups[starts]
        self.counts[_VALUES, present] += np.diff(starts, append=len(groups))
        self.ends[0, present] = np.minimum(self.ends[0, present], np.minimum.reduceat(values, starts))
        self.ends[1, present] = np.maximum(self.ends[1, present], np.maximum.reduceat(values, starts))
        self.total.add_sorted(values, groups, self.counts.shape[1], starts)
        if self.squares is not None:
            self._add_squares(self.squares, values, groups, starts)

    def add_samples(self, groups: Index) -> None:
        """Count rows that were read."""
        self._count(_SAMPLES, groups)

    def add_decisions(self, groups: Index, right: Mask) -> None:
        """Count decisions, one for each of the groups."""
        self._count(_DECISIONS, groups)
        hits = np.bincount(groups, right)
        self.counts[_HITS, : len(hits)] += hits.astype(np.int64)

    def _count(self, what: int, groups: Index) -> None:
        last, found = self._counted
        if found is None or groups is not last:
            found = np.bincount(groups)
            self._counted = groups, found
        self.counts[what, : len(found)] += found

    def _add_squares(self, squares: GroupSums, values: Array, groups: Index, starts: Index | None) -> None:
        finite = np.isfinite(values)
        if not finite.all():
            values, groups, starts = values[finite], groups[finite], None
        plain, square, error = squared(values)
        if plain is not None:
            odd = ~plain & (values != 0.0)
            for value, group in zip(values[odd].tolist(), groups[odd].tolist(), strict=True):
                self.odd[group] = self.odd.get(group, 0) + units(value) ** 2
            groups, starts = groups[plain], None
        for part in (square, error):
            squares.add_sorted(part, groups, self.counts.shape[1], starts)

    def add_units(self, units: Units, pivot: float, groups: Index, size: int) -> None:
        """Add units to their groups; ``pivot`` is near their mean."""
        from losscli.core.groups.group_moments import GroupMoments

        self.moments = self.moments or GroupMoments()
        pivots, moved = units.moved(pivot)
        self.moments.add(moved, pivots, groups, size)

    def merge(self, later: GroupTable) -> None:
        """Add the totals of later rows."""
        self.settle()
        later.settle()
        numbers = {key: number for number, key in enumerate(self.keys)}
        at = np.array([numbers.setdefault(key, len(numbers)) for key in later.keys], np.intp)
        self.keys = list(numbers)
        refuse_more(len(numbers), self.parts)
        self.reserve(len(numbers))
        known = len(at)
        for counts, theirs in zip(self.counts, later.counts[:, :known], strict=True):
            np.add.at(counts, at, theirs)
        np.minimum.at(self.ends[0], at, later.ends[0, :known])
        np.maximum.at(self.ends[1], at, later.ends[1, :known])
        self.total.merge(later.total, at)
        for name in ("squares", "weights"):
            mine: GroupSums | None = getattr(self, name)
            other: GroupSums | None = getattr(later, name)
            if other is not None:
                mine = mine or GroupSums()
                mine.merge(other, at)
                setattr(self, name, mine)
        if later.moments is not None:
            self.moments = self.moments or type(later.moments)()
            self.moments.merge(later.moments, at)
        if later.clusters is not None:
            self.clusters = self.clusters or type(later.clusters)()
            self.clusters.merge(later.clusters, at)
        for mine_paired, other_paired in zip(self.pairs, later.pairs, strict=True):
            mine_paired.merge(other_paired, at)
        for group, square in later.odd.items():
            number = int(at[group])
            self.odd[number] = self.odd.get(number, 0) + square

    def summed(self, summary: Summary) -> Summary:
        """The summary of all rows, with sums from the groups, as values are only added up by group."""
        self.settle()
        squares = summary.squares
        if self.squares is not None:
            squares = (self.squares.whole().finite << UNIT_BITS) + sum(self.odd.values())
        return replace(summary, total=self.total.whole(), squares=squares)

    def order(self) -> list[int]:
        """The groups that have rows, in the order in which they are shown."""
        return [i for i in in_order(self.parts, self.keys) if self.counts[_SAMPLES, i]]

    def tallies(self) -> list[Tally]:
        """The totals of each group, without a median."""
        self.settle()
        size = len(self.keys)
        self.reserve(size)
        totals = self.total.sums(size)
        squares = [None] * size if self.squares is None else self.squares.sums(size)
        weights = [None] * size if self.weights is None else self.weights.sums(size)
        moments = [None] * size if self.moments is None else self.moments.each(size)
        clusters = [None] * size if self.clusters is None else self.clusters.each(size)
        ends, counts = (self.ends + 0.0).T.tolist(), self.counts.T.tolist()
        return [
            Tally(
                samples=counts[i][_SAMPLES],
                summary=Summary(
                    count=counts[i][_VALUES],
                    rows=counts[i][_ROWS],
                    total=totals[i],
                    squares=None if (one := squares[i]) is None else (one.finite << UNIT_BITS) + self.odd.get(i, 0),
                    weights=weights[i],
                    min=ends[i][0],
                    max=ends[i][1],
                    kept=None,
                ),
                hits=counts[i][_HITS],
                decisions=counts[i][_DECISIONS],
                moments=moments[i],
                clusters=clusters[i],
                replicates=self.replicates[i] if self.replicates else None,
            )
            for i in range(size)
        ]


def weights_of_values(computed: Computed) -> Array | None:
    """The weight of each value, ignored ones included; None without weights.

    The weight of a whole row is put on its first value, so that sums are right.
    """
    weights, shape, counted = computed.weights, np.atleast_1d(computed.loss).shape, computed.counted
    if weights is None:
        return None
    if weights.shape == shape:
        return weights.reshape(-1)
    if counted is not None and weights.shape == (int(counted.sum()),):
        placed = np.zeros(shape)
        placed[counted] = weights
        return placed.reshape(-1)
    placed = np.zeros((shape[0], math.prod(shape[1:])))
    placed[:, 0] = weights.reshape(len(placed), -1).sum(axis=1)
    return placed.reshape(-1)
