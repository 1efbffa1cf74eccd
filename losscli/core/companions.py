"""Further losses computed in the same pass (``--also``, ``--sweep``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from losscli.core.evaluate import Evaluation
from losscli.core.report import FurtherResult
from losscli.core.whole import join
from losscli.errors import LossError
from losscli.record import record, replace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.core.batch import Batch, Dataset
    from losscli.core.checked import Checked
    from losscli.core.plan import Plan
    from losscli.core.report import Report
    from losscli.core.running import Tally
    from losscli.core.steps import Steps


class Alongside(Protocol):
    """Further computations on the rows of a pass, by this process or in parts by several."""

    @property
    def whole(self) -> str:
        """The name of what needs all rows at once; empty if nothing does."""

    def add(self, batch: Batch, checked: Checked | None, /) -> None:
        """Compute one batch; ``checked`` are its rows, if the pass found them good."""

    def follow(self, plans: Sequence[Any], /) -> None:
        """Use plans that another process has made."""

    def plans(self) -> tuple[Any, ...]:
        """The plans, made with the first rows."""

    def tallies(self) -> Sequence[Any]:
        """The totals over the rows; each moves and merges like a `Tally`."""

    def remember(self, tallies: Sequence[Any], /) -> None:
        """Use totals that were merged from other processes."""

    def reports(self) -> tuple[FurtherResult, ...]:
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


class Adds(Protocol):
    """Something that computes batches."""

    def add(self, batch: Batch, /) -> object:
        """Compute one batch."""


Each = TypeVar("Each", bound=Adds)


class Further(Generic[Each]):
    """Further losses, each computed by a pass of its own over the same batches.

    Attributes:
        asked: The losses.
        passes: The pass of each of them.
    """

    def __init__(self, asked: Sequence[Companion], passes: Sequence[Each]) -> None:
        self.asked = tuple(asked)
        self.passes = tuple(passes)
        self._held: list[Batch] = []  # for losses that need all rows at once

    def report(self, asked: Companion, one: Each) -> Report:
        """The result of one loss."""
        raise NotImplementedError

    @property
    def whole(self) -> str:
        """The name of what needs all rows at once; empty if nothing does."""
        return next((one.steps.name for one in self.asked if one.steps.whole), "")

    def add(self, batch: Batch, _: Checked | None) -> None:
        """Compute one batch."""
        if self.whole:
            self._held.append(batch)
        for asked, one in zip(self.asked, self.passes, strict=True):
            if not asked.steps.whole:
                with named(asked):
                    one.add(batch)

    def reports(self) -> tuple[FurtherResult, ...]:
        """The results."""
        whole = join(self._held)
        self._held = []
        found = []
        for asked, one in zip(self.asked, self.passes, strict=True):
            with named(asked):
                if whole is not None and asked.steps.whole:
                    one.add(whole)
                found.append(FurtherResult(asked.option, asked.name, self.report(asked, one)))
        return tuple(found)


class Companions(Further[Evaluation]):
    """The evaluations of further losses."""

    def __init__(self, asked: Sequence[Companion], dataset: Dataset) -> None:
        dataset = replace(dataset, batches=iter(()), by=(), baselines=())
        super().__init__(asked, [Evaluation(one.steps, dataset, detail=False) for one in asked])

    def report(self, asked: Companion, one: Evaluation) -> Report:
        """The result of one loss."""
        report = one.report()
        return report.as_perplexity() if asked.exponential else report

    def follow(self, plans: Sequence[Plan]) -> None:
        """Use plans that another process has made."""
        for evaluation, plan in zip(self.passes, plans, strict=True):
            evaluation.plan = plan

    def plans(self) -> tuple[Plan, ...]:
        """The plans, made with the first rows."""
        return tuple(evaluation.shared_plan for evaluation in self.passes)

    def tallies(self) -> list[Tally]:
        """The totals of each evaluation."""
        return [evaluation.tally for evaluation in self.passes]

    def remember(self, tallies: Sequence[Tally]) -> None:
        """Use totals that were merged from other processes."""
        for evaluation, tally in zip(self.passes, tallies, strict=True):
            evaluation.tally = tally


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
