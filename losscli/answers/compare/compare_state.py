"""The state of a comparison, which merges with the state of later rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.core.running import Tally
from losscli.record import field, record, replace

if TYPE_CHECKING:
    from losscli.core.convention_effects import Departures
    from losscli.core.summary import Summary


@record(frozen=False)
class Traits:
    """What is true of all rows so far.

    Attributes:
        in_unit: Predictions lie in [0, 1].
        sums_to_one: Predictions of a row sum to 1, up to rounding.
        hard: Each label is one class, or yes or no.
        weighted: There are sample weights.
        simple: Each row has predictions, one class number and no weight; None if there are no rows.
    """

    in_unit: bool = True
    sums_to_one: bool = True
    hard: bool = True
    weighted: bool = False
    simple: bool | None = None

    def merge(self, later: Traits) -> None:
        """Add the traits of later rows."""
        for name in ("in_unit", "sums_to_one", "hard"):
            setattr(self, name, getattr(self, name) and getattr(later, name))
        self.weighted |= later.weighted
        self.simple = later.simple if self.simple is None else self.simple


@record(frozen=False)
class State:
    """The state of some rows.

    Attributes:
        exact: The totals in plain mathematics.
        traits: What holds for all of the rows.
        readings: The summary and departures under each reading, in order; empty if there are no rows.
        calls: The summary of each call's values, and why it refuses the rows, if it does.
    """

    exact: Tally = field(default_factory=Tally)
    traits: Traits = field(default_factory=Traits)
    readings: list[tuple[Summary, Departures]] = field(default_factory=list)
    calls: list[tuple[Summary, str]] = field(default_factory=list)

    def moved(self, rows: int) -> State:
        """The same with row numbers increased by ``rows``."""
        readings = [(summary, departures.moved(rows)) for summary, departures in self.readings]
        return replace(self, exact=self.exact.moved(rows), readings=readings)

    def merge(self, later: State) -> None:
        """Add the state of later rows."""
        self.exact.merge(later.exact)
        self.traits.merge(later.traits)
        if not (self.readings and later.readings):
            self.readings, self.calls = self.readings or later.readings, self.calls or later.calls
            return
        self.readings = [(a + c, b + d) for (a, b), (c, d) in zip(self.readings, later.readings, strict=True)]
        self.calls = [
            (summary if refusal else summary + more, refusal or other)
            for (summary, refusal), (more, other) in zip(self.calls, later.calls, strict=True)
        ]
