"""Further losses beside baselines (``--also`` and ``--sweep`` with ``--against``): the difference under each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.answers.check.inspect import Inspection
from losscli.core.companions import Further
from losscli.record import record, replace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.core.batch import Dataset
    from losscli.core.companions import Companion
    from losscli.core.intervals.paired import Paired
    from losscli.core.plan import Plan
    from losscli.core.report import Report
    from losscli.core.running import Tally


@record(frozen=False)
class Contest:
    """The state of one loss: of the predictions, of each baseline, and of each pair."""

    tallies: list[Tally]
    paired: list[Paired]

    def moved(self, rows: int) -> Contest:
        """The same with row numbers increased by ``rows``."""
        return Contest([one.moved(rows) for one in self.tallies], [one.later(rows) for one in self.paired])

    def merge(self, later: Contest) -> None:
        """Add the state of later rows."""
        for mine, other in zip(self.tallies, later.tallies, strict=True):
            mine.merge(other)
        self.paired = [mine + other for mine, other in zip(self.paired, later.paired, strict=True)]


class Contests(Further[Inspection]):
    """The evaluations of further losses, of the predictions and of each baseline."""

    def __init__(self, asked: Sequence[Companion], dataset: Dataset) -> None:
        dataset = replace(dataset, batches=iter(()), by=())
        super().__init__(asked, [Inspection(one.steps, dataset, detail=False, moved=0) for one in asked])
        for inspection in self.passes:
            if inspection.rivals:
                inspection.wanted = replace(inspection.wanted, decisions=True)

    def report(self, asked: Companion, one: Inspection) -> Report:
        """The result of one loss."""
        return one.report(exponential=asked.exponential)

    def follow(self, plans: Sequence[Sequence[Plan]]) -> None:
        """Use plans made by another process."""
        for inspection, own in zip(self.passes, plans, strict=True):
            for one, plan in zip((inspection, *inspection.rivals), own, strict=True):
                one.follow(plan, {})

    def plans(self) -> tuple[tuple[Plan, ...], ...]:
        """The plans, made with the first rows."""
        return tuple(tuple(one.evaluation.shared_plan for one in (each, *each.rivals)) for each in self.passes)

    def tallies(self) -> list[Contest]:
        """The totals of each loss."""
        return [Contest([one.evaluation.tally for one in (each, *each.rivals)], each.paired) for each in self.passes]

    def remember(self, tallies: Sequence[Contest]) -> None:
        """Use totals merged from other processes."""
        for inspection, contest in zip(self.passes, tallies, strict=True):
            inspection.paired = contest.paired
            for one, tally in zip((inspection, *inspection.rivals), contest.tallies, strict=True):
                one.evaluation.tally = tally
