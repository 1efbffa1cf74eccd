"""Sums by cluster: the units of an interval where rows are not independent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from losscli.core.groups.group_sums import GroupSums
from losscli.core.intervals.moments import Moments
from losscli.record import field, record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.core.groups.parts import Coded, Key
    from losscli.core.intervals.bootstrap import Bootstrap
    from losscli.ops import Array, Index


@record
class Summed:
    """The sums of the clusters with rows that count.

    Attributes:
        keys: The keys of the clusters.
        columns: ``(n,)`` each; the last one holds the sizes.
    """

    keys: Sequence[Key]
    columns: Sequence[Array]

    @classmethod
    def of(cls, keys: Sequence[Key], columns: Sequence[Array]) -> Summed:
        """The sums of the clusters that have rows that count."""
        kept = np.any([column != 0.0 for column in columns], axis=0)
        return cls([keys[i] for i in np.flatnonzero(kept).tolist()], [column[kept] for column in columns])

    def moments(self) -> Moments:
        """The moments of the sums."""
        return Moments.of(self.columns)

    def means_of_replicates(self, asked: Bootstrap, pivot: float) -> tuple[Array, int]:
        """The means of bootstrap samples of the clusters, from sums and sizes; and the number of clusters."""
        from losscli.core.intervals.bootstrap import Replicates

        sums, sizes = self.columns
        replicates = Replicates(asked)
        replicates.add_named(self.keys, sums, sizes)
        return replicates.means(pivot), len(self.keys)


@record(frozen=False)
class Clusters:
    """Mergeable exact sums by cluster; it can be pickled.

    Attributes:
        keys: The number of each cluster by its key, in order of appearance.
        columns: Sums of each column; the last column is the size of each row.
        given: The final sums, for the clusters of a group, which are added up elsewhere; else None.
    """

    keys: dict[Key, int] = field(default_factory=dict)
    columns: list[GroupSums] = field(default_factory=list)
    given: Summed | None = None
    _source: list[Key] | None = None
    _known: Index = field(default_factory=lambda: np.empty(0, np.intp))

    def numbered(self, coded: Coded) -> Index:
        """The number of each row's cluster."""
        if self._source is not coded.keys:
            self._source, self._known = coded.keys, self._known[:0]
        if len(self._known) < len(coded.keys):
            new = [self.keys.setdefault(key, len(self.keys)) for key in coded.keys[len(self._known) :]]
            self._known = np.concatenate((self._known, np.array(new, np.intp)))
        return self._known[coded.codes]

    def known(self, later: Clusters) -> Index:
        """The numbers of the clusters of later rows."""
        self._source = None
        return np.array([self.keys.setdefault(key, len(self.keys)) for key in later.keys], np.intp)

    def add(self, columns: Sequence[Array], coded: Coded) -> None:
        """Add rows ``(n,)``, each to its cluster."""
        numbers = self.numbered(coded)
        self.columns = self.columns or [GroupSums() for _ in columns]
        for sums, column in zip(self.columns, columns, strict=True):
            sums.add(column, numbers, len(self.keys))

    def merge(self, later: Clusters) -> None:
        """Add the sums of later rows."""
        at = self.known(later)
        self.columns = self.columns or [GroupSums() for _ in later.columns]
        for mine, theirs in zip(self.columns, later.columns, strict=True):
            mine.merge(theirs, at)

    def summed(self) -> Summed:
        """The sums as numbers."""
        if self.given is not None:
            return self.given
        return Summed.of([*self.keys], [sums.rounded(len(self.keys)) for sums in self.columns])
