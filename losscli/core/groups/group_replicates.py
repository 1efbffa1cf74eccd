"""Bootstrap replicates by group: rows are numbered within their group, as if it were the whole data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from losscli.core.intervals.bootstrap import Replicates
from losscli.errors import InputError

if TYPE_CHECKING:
    from losscli.core.intervals.bootstrap import Bootstrap
    from losscli.ops import Array, Index


_MOST = 1000  # groups


class GroupReplicates:
    """The replicates of each group.

    Attributes:
        each: By group, in order of appearance.
    """

    def __init__(self, asked: Bootstrap) -> None:
        self._asked = asked
        self._seen: Index = np.zeros(0, np.intp)
        self.each: list[Replicates] = []

    def numbered(self, groups: Index, count: int) -> Index:
        """The number of each row within its group; there are ``count`` groups so far."""
        if count > _MOST:
            raise InputError(f"--bootstrap beside --by: more than {_MOST:,} groups", hint="--ci has closed forms")
        self._seen = np.pad(self._seen, (0, count - len(self._seen)))
        order = np.argsort(groups, kind="stable")
        sizes = np.bincount(groups, minlength=count)
        within = np.empty(len(groups), np.intp)
        within[order] = np.arange(len(groups)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        within += self._seen[groups]
        self._seen += sizes
        return within

    def add(self, numbers: Index, groups: Index, values: Array, sizes: Array) -> None:
        """Add rows by their numbers within their groups."""
        self.each += [Replicates(self._asked) for _ in range(len(self._seen) - len(self.each))]
        for group in np.flatnonzero(np.bincount(groups)).tolist():
            rows = groups == group
            self.each[group].add(numbers[rows], values[rows], sizes[rows])
