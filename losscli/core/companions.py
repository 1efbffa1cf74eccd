"""Further losses computed in the same pass (``--also``, ``--sweep``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from losscli.core.evaluate import Evaluation
from losscli.core.report import Beside
from losscli.core.whole import join
from losscli.errors import LossError
from losscli.record import record, replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from losscli.core.batch import Batch, Dataset
    from losscli.core.checked import Checked
    from losscli.core.plan import Plan
    from losscli.core.running import Tally
    from losscli.core.steps import Steps


class Alongside(Protocol):
    """What else is computed of the rows of a pass, by this process or in parts by several."""

    @property
    def whole(self) -> str:
        """What of it must see all rows at once; empty if nothing must."""

    def add(self, batch: Batch, checked: Checked | None, /) -> None:
        """Compute one batch, which the pass has checked if that is not None."""

    def follow(self, plans: Sequence[Any], /) -> None:
        """Use plans that another process has made."""

    def plans(self) -> tuple[Any, ...]:
        """The plans, made with the first rows."""

    def tallies(self) -> Sequence[Any]:
        """What is remembered of the rows; each can be moved and merged as a `Tally`."""

    def remember(self, tallies: Sequence[Any], /) -> None:
        """Use totals that were merged from other processes."""

    def reports(self) -> tuple[Beside, ...]:
        """The results."""


@record
class Companion:
    """A further loss, or the same with another argument; picklable.

    Attributes:
        option: The option that asked for it.
        name: Its name there: the loss, or the value of the argument.
        steps: What to compute, and how.
        exponential: Its value is ``exp`` of the mean.
    """

    option: str
    name: str
    steps: Steps
    exponential: bool = False


class Companions:
    """The evaluations of further losses.

    Attributes:
        asked: The losses.
    """

    def __init__(self, asked: Sequence[Companion], dataset: Dataset) -> None:
        dataset = replace(dataset, batches=iter(()), by=(), baselines=())
        self.asked = tuple(asked)
        self._evaluations = [Evaluation(one.steps, dataset, detail=False) for one in asked]
        self._held: list[Batch] = []  # for those that need all rows at once

    @property
    def whole(self) -> str:
        """What of it must see all rows at once; empty if nothing must."""
        return next((one.steps.name for one in self.asked if one.steps.whole), "")

    def add(self, batch: Batch, _: Checked | None) -> None:
        """Compute one batch."""
        if self.whole:
            self._held.append(batch)
        for asked, evaluation in self._each():
            if not asked.steps.whole:
                with named(asked):
                    evaluation.add(batch)

    def _each(self) -> Iterator[tuple[Companion, Evaluation]]:
        return zip(self.asked, self._evaluations, strict=True)

    def follow(self, plans: Sequence[Plan]) -> None:
        """Use plans that another process has made."""
        for evaluation, plan in zip(self._evaluations, plans, strict=True):
            evaluation.plan = plan

    def plans(self) -> tuple[Plan, ...]:
        """The plans, made with the first rows."""
        found = []
        for evaluation in self._evaluations:
            assert evaluation.plan is not None
            found.append(replace(evaluation.plan, pivot=0.0) if evaluation.undecided else evaluation.plan)
        return tuple(found)

    def tallies(self) -> list[Tally]:
        """The totals of each evaluation."""
        return [evaluation.tally for evaluation in self._evaluations]

    def remember(self, tallies: Sequence[Tally]) -> None:
        """Use totals that were merged from other processes."""
        for evaluation, tally in zip(self._evaluations, tallies, strict=True):
            evaluation.tally = tally

    def reports(self) -> tuple[Beside, ...]:
        """The results."""
        whole = join(self._held)
        self._held = []
        found = []
        for asked, evaluation in self._each():
            with named(asked):
                if whole is not None and asked.steps.whole:
                    evaluation.add(whole)
                report = evaluation.report()
                found.append(Beside(asked.option, asked.name, report.as_perplexity() if asked.exponential else report))
        return tuple(found)


class named:  # noqa: N801 - a context manager, as contextlib names them
    """A context whose errors name the loss."""

    def __init__(self, asked: Companion) -> None:
        self._asked = asked

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, LossError):
            before = f"{self._asked.option} {self._asked.name}: "
            error.what = before + error.what.removeprefix(before)
