"""Sums by cluster, of rows that belong together: the units of an interval where rows are not independent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from losscli.core.group_sums import GroupSums
from losscli.core.moments import Moments
from losscli.record import field, record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from losscli.core.parts import Coded, Key
    from losscli.ops import Array

    Index = NDArray[np.intp]


@record(frozen=False)
class Clusters:
    """Mergeable exact sums by cluster; it pickles.

    Attributes:
        keys: A number for the key of each cluster, in the order in which they came.
        sums: Of what the rows add to the sum, about a pivot.
        sizes: Of what they add to the divisor.
    """

    keys: dict[Key, int] = field(default_factory=dict)
    sums: GroupSums = field(default_factory=GroupSums)
    sizes: GroupSums = field(default_factory=GroupSums)
    _source: list[Key] | None = None
    _known: Index = field(default_factory=lambda: np.empty(0, np.intp))

    def add(self, columns: Sequence[Array], coded: Coded) -> None:
        """Add what rows add to the sum and, if that is not 1, to the divisor, to the cluster of each."""
        if self._source is not coded.keys:
            self._source, self._known = coded.keys, self._known[:0]
        if len(self._known) < len(coded.keys):
            new = [self.keys.setdefault(key, len(self.keys)) for key in coded.keys[len(self._known) :]]
            self._known = np.concatenate((self._known, np.array(new, np.intp)))
        groups, count = self._known[coded.codes], len(self.keys)
        self.sums.add(columns[0], groups, count)
        self.sizes.add(columns[1] if len(columns) > 1 else np.ones(len(groups)), groups, count)

    def merge(self, later: Clusters) -> None:
        """Add the sums of later rows."""
        self._source = None
        at = np.array([self.keys.setdefault(key, len(self.keys)) for key in later.keys], np.intp)
        self.sums.merge(later.sums, at)
        self.sizes.merge(later.sizes, at)

    def moments(self) -> Moments:
        """Those of the clusters that have rows that count: their sums and their sizes."""
        columns = [np.array([total.over() for total in sums.sums(len(self.keys))]) for sums in (self.sums, self.sizes)]
        kept = (columns[1] != 0.0) | (columns[0] != 0.0)
        return Moments.of([column[kept] for column in columns])
