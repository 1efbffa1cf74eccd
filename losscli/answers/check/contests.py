"""Further losses beside baselines (``--also`` and ``--sweep`` with ``--against``): the difference under each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.answers.check.inspect import Inspection
from losscli.core.companions import named
from losscli.core.report import Beside
from losscli.core.whole import join
from losscli.record import record, replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from losscli.core.batch import Batch, Dataset
    from losscli.core.checked import Checked
    from losscli.core.companions import Companion
    from losscli.core.paired import Paired
    from losscli.core.plan import Plan
    from losscli.core.running import Tally


@record(frozen=False)
class Contest:
    """What is remembered of the rows under one loss: of the predictions, of each baseline, and of both together."""

    tallies: list[Tally]
    paired: list[Paired]

    def moved(self, rows: int) -> Contest:
        """The same with row numbers increased by ``rows``."""
        return Contest([one.moved(rows) for one in self.tallies], [one.later(rows) for one in self.paired])

    def merge(self, later: Contest) -> None:
        """Add what is remembered of later rows."""
        for mine, other in zip(self.tallies, later.tallies, strict=True):
            mine.merge(other)
        self.paired = [mine + other for mine, other in zip(self.paired, later.paired, strict=True)]


class Contests:
    """The evaluations of further losses, of the predictions and of each baseline.

    Attributes:
        asked: The losses.
    """

    def __init__(self, asked: Sequence[Companion], dataset: Dataset) -> None:
        dataset = replace(dataset, batches=iter(()), by=())
        self.asked = tuple(asked)
        self._inspections = [Inspection(one.steps, dataset, (), detail=False, moved=0) for one in asked]
        for inspection in self._inspections:
            if inspection.rivals:
                inspection.wanted = replace(inspection.wanted, decisions=True)
        self._held: list[Batch] = []  # for those that need all rows at once

    @property
    def whole(self) -> str:
        """What of it must see all rows at once; empty if nothing must."""
        return next((one.steps.name for one in self.asked if one.steps.whole), "")

    def add(self, batch: Batch, _: Checked | None) -> None:
        """Compute one batch."""
        if self.whole:
            self._held.append(batch)
        for asked, inspection in self._each():
            if not asked.steps.whole:
                with named(asked):
                    inspection.add(batch)

    def _each(self) -> Iterator[tuple[Companion, Inspection]]:
        return zip(self.asked, self._inspections, strict=True)

    def follow(self, plans: Sequence[Sequence[Plan]]) -> None:
        """Use plans that another process has made."""
        for inspection, own in zip(self._inspections, plans, strict=True):
            for one, plan in zip((inspection, *inspection.rivals), own, strict=True):
                one.follow(plan, {})

    def plans(self) -> tuple[tuple[Plan, ...], ...]:
        """The plans, made with the first rows."""
        return tuple(tuple(_plan(one) for one in (each, *each.rivals)) for each in self._inspections)

    def tallies(self) -> list[Contest]:
        """The totals of each loss."""
        return [
            Contest([one.evaluation.tally for one in (each, *each.rivals)], each.paired) for each in self._inspections
        ]

    def remember(self, tallies: Sequence[Contest]) -> None:
        """Use totals that were merged from other processes."""
        for inspection, contest in zip(self._inspections, tallies, strict=True):
            inspection.paired = contest.paired
            for one, tally in zip((inspection, *inspection.rivals), contest.tallies, strict=True):
                one.evaluation.tally = tally

    def reports(self) -> tuple[Beside, ...]:
        """The results."""
        whole = join(self._held)
        self._held = []
        found = []
        for asked, inspection in self._each():
            with named(asked):
                if whole is not None and asked.steps.whole:
                    inspection.add(whole)
                found.append(Beside(asked.option, asked.name, inspection.report(exponential=asked.exponential)))
        return tuple(found)


def _plan(inspection: Inspection) -> Plan:
    plan = inspection.evaluation.plan
    assert plan is not None
    return replace(plan, pivot=0.0) if inspection.evaluation.undecided else plan
