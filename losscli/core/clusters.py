"""Sums by cluster: the units of an interval where rows are not independent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from losscli.core.group_sums import GroupSums
from losscli.core.moments import Moments
from losscli.record import field, record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.core.bootstrap import Bootstrap
    from losscli.core.parts import Coded, Key
    from losscli.ops import Array, Index


@record(frozen=False)
class Clusters:
    """Mergeable exact sums by cluster; it can be pickled.

    Attributes:
        keys: The number of each cluster by its key, in order of appearance.
        columns: Sums of each column; the last column is the size of each row.
    """

    keys: dict[Key, int] = field(default_factory=dict)
    columns: list[GroupSums] = field(default_factory=list)
    _source: list[Key] | None = None
    _known: Index = field(default_factory=lambda: np.empty(0, np.intp))

    def add(self, columns: Sequence[Array], coded: Coded) -> None:
        """Add rows ``(n,)``, each to its cluster."""
        if self._source is not coded.keys:
            self._source, self._known = coded.keys, self._known[:0]
        if len(self._known) < len(coded.keys):
            new = [self.keys.setdefault(key, len(self.keys)) for key in coded.keys[len(self._known) :]]
            self._known = np.concatenate((self._known, np.array(new, np.intp)))
        self.columns = self.columns or [GroupSums() for _ in columns]
        for sums, column in zip(self.columns, columns, strict=True):
            sums.add(column, self._known[coded.codes], len(self.keys))

    def merge(self, later: Clusters) -> None:
        """Add the sums of later rows."""
        self._source = None
        at = np.array([self.keys.setdefault(key, len(self.keys)) for key in later.keys], np.intp)
        self.columns = self.columns or [GroupSums() for _ in later.columns]
        for mine, theirs in zip(self.columns, later.columns, strict=True):
            mine.merge(theirs, at)

    def moments(self) -> Moments:
        """The moments of the sums, over clusters whose rows count."""
        return Moments.of(self._counted()[1])

    def _counted(self) -> tuple[list[Key], list[Array]]:
        """The keys of clusters that have rows that count, and their sums."""
        columns = [sums.rounded(len(self.keys)) for sums in self.columns]
        kept = np.any([column != 0.0 for column in columns], axis=0)
        keys = [key for key, counts in zip(self.keys, kept.tolist(), strict=True) if counts]
        return keys, [column[kept] for column in columns]

    def means_of_replicates(self, asked: Bootstrap, pivot: float) -> tuple[Array, int]:
        """What other samples of the clusters would give, of sums and sizes; and how many clusters there are."""
        from losscli.core.bootstrap import Replicates

        keys, (sums, sizes) = self._counted()
        replicates = Replicates(asked)
        replicates.add_named(keys, sums, sizes)
        return replicates.means(pivot), len(keys)
