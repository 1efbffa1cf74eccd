"""Selections of rows by number: ``3``, ``1,4``, ``2-5``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from losscli.errors import UsageError
from losscli.record import record

if TYPE_CHECKING:
    from collections.abc import Iterator


@record
class RowSelection:
    """Rows by number.

    Attributes:
        ranges: The first and last row of each range, 1-based, inclusive.
    """

    ranges: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, text: str) -> RowSelection:
        """Parse a selection."""
        ranges = []
        for part in text.split(","):
            match = re.fullmatch(r"(\d{1,18})(?:-(\d{1,18}))?", part.strip(), re.ASCII)
            if match is None:
                raise UsageError(f"--explain {text}: rows are given by number", hint="--explain 3, 1,4 or 2-5")
            first, last = int(match[1]), int(match[2] or match[1])
            if not 1 <= first <= last:
                raise UsageError(f"--explain {text}: rows count from 1 upwards", hint="--explain 3, 1,4 or 2-5")
            ranges.append((first, last))
        return cls(tuple(ranges))

    def within(self, start: int, count: int) -> Iterator[int]:
        """The selected rows among ``count`` rows that begin with row ``start + 1``; each once, in order."""
        found: set[int] = set()
        for first, last in self.ranges:
            found.update(range(max(first, start + 1), min(last, start + count) + 1))
        yield from sorted(found)

    @property
    def last(self) -> int:
        """The largest row number."""
        return max(last for _, last in self.ranges)
