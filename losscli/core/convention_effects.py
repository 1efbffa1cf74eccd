"""Rows whose loss a convention changed: their number, their sums, and the row changed most."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from losscli.core.exact_sum import ExactSum
from losscli.ops import any_in_row
from losscli.record import record, replace

if TYPE_CHECKING:
    from losscli.ops import Array, Index, Mask


@record
class Worst:
    """The row whose loss a convention changed most: its 0-based number, its loss and the plain one."""

    number: int
    actual: float
    plain: float

    @property
    def rank(self) -> tuple[float, int]:
        """A key for ``max``: the largest change, of equal ones the first row."""
        change = abs(self.plain - self.actual)
        return (np.inf if np.isnan(change) else change, -self.number)


@record
class Departures:
    """Rows whose loss is not what plain mathematics gives; ``+`` merges, ``Departures()`` is its identity."""

    clipped: int = 0
    rescaled: int = 0
    actual: ExactSum = ExactSum()
    plain: ExactSum = ExactSum()
    worst_clipped: Worst | None = None
    worst_rescaled: Worst | None = None

    @classmethod
    def of(cls, numbers: Index, actual: Array, plain: Array, clipped: Mask | None, rescaled: Mask | None) -> Departures:
        """Compare losses ``(k, ...)`` of rows that a convention may have changed with the plain ones."""
        changed = (actual != plain) & ~(np.isnan(actual) & np.isnan(plain))
        counts: list[int] = []
        worst: list[Worst | None] = []
        for mask in (clipped, rescaled):
            hit = changed if mask is None else changed & mask
            lines = np.flatnonzero(any_in_row(hit)) if mask is not None else np.array([], int)
            counts.append(len(lines))
            worst.append(_worst(numbers, actual, plain, lines))
        return cls(counts[0], counts[1], ExactSum.of(actual), ExactSum.of(plain), worst[0], worst[1])

    def moved(self, rows: int) -> Departures:
        """The same with row numbers increased by ``rows``."""
        clipped, rescaled = (
            None if worst is None else replace(worst, number=worst.number + rows)
            for worst in (self.worst_clipped, self.worst_rescaled)
        )
        return replace(self, worst_clipped=clipped, worst_rescaled=rescaled)

    def __add__(self, other: Departures) -> Departures:
        return Departures(
            self.clipped + other.clipped,
            self.rescaled + other.rescaled,
            self.actual + other.actual,
            self.plain + other.plain,
            _worse(self.worst_clipped, other.worst_clipped),
            _worse(self.worst_rescaled, other.worst_rescaled),
        )


def departed(numbers: Index, actual: Array, plain: Array, counted: Mask | None) -> Departures:
    """Departures of values of any shape from the plain values; a scalar is one row."""
    actual, plain = np.atleast_1d(actual), np.atleast_1d(plain)
    if counted is not None and counted.shape == actual.shape:
        actual, plain = np.where(counted, actual, 0.0), np.where(counted, plain, 0.0)
    with np.errstate(over="ignore", invalid="ignore"):
        far = np.abs(plain - actual) > 1e-6 * np.abs(actual)
    return Departures.of(numbers, actual.astype(np.float64), plain.astype(np.float64), far | np.isnan(plain), None)


def _worst(numbers: Index, actual: Array, plain: Array, lines: Index) -> Worst | None:
    found: Worst | None = None
    if len(lines):
        with np.errstate(invalid="ignore"):
            change = np.abs(plain - actual)[lines].reshape(len(lines), -1)
        change = np.where(np.isnan(change), np.inf, change)
        at = int(change.max(axis=1).argmax())
        entry = int(change[at].argmax())
        line = int(lines[at])
        found = Worst(int(numbers[line]), float(actual[line].reshape(-1)[entry]), float(plain[line].reshape(-1)[entry]))
    return found


def _worse(one: Worst | None, other: Worst | None) -> Worst | None:
    if one is None or other is None:
        return one or other
    return max(one, other, key=lambda worst: worst.rank)
