"""A computation as data, to be carried out by this process, by workers or by a cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.answers.check.inspect import Inspection
from losscli.core.batch import Dataset
from losscli.record import record

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

    from losscli.core.companions import Alongside
    from losscli.core.steps import Steps


@record
class Task:
    """A computation.

    Attributes:
        steps: What to compute, and how.
        detail: Look for more than bad rows.
        read: Opens the input again.
        progress: Where progress is shown.
        moved: How many of the rows with the largest differences to keep for each baseline.
        beside: Starts what else is computed on the rows of a data set; picklable.
        numbered: Rows are resampled by their row numbers, which only a single process can count.
    """

    steps: Steps
    detail: bool
    read: Callable[[], Dataset]
    progress: TextIO | None = None
    moved: int = 10
    beside: Callable[[Dataset], Alongside] | None = None
    numbered: bool = False

    @property
    def whole(self) -> str:
        """What needs all rows at once; empty if nothing does."""
        if self.steps.whole or self.beside is None:
            return self.steps.name if self.steps.whole else ""
        return self.beside(Dataset(iter(()))).whole

    def inspection(self, dataset: Dataset) -> Inspection:
        """An inspection of the rows of a data set."""
        inspection = Inspection(self.steps, dataset, detail=self.detail, moved=self.moved)
        inspection.companions = None if self.beside is None else self.beside(dataset)
        return inspection
