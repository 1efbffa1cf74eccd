"""The distinct values seen so far, up to a limit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.record import field, record

if TYPE_CHECKING:
    from collections.abc import Iterable

LIMIT = 100


@record(frozen=False)
class Distinct:
    """A mergeable set of up to ``LIMIT`` values; None once there were more."""

    values: set[Any] | None = field(default_factory=set)

    def add(self, values: Iterable[Any] | None) -> None:
        """Add values; None stands for too many."""
        if self.values is None or values is None:
            self.values = None
            return
        self.values = self.values.union(values)
        if len(self.values) > LIMIT:
            self.values = None
