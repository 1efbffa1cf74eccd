"""A computation as data, to be carried out by this process, by workers or by a cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.answers.check.inspect import Inspection
from losscli.losses import LOSSES
from losscli.record import record

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TextIO

    from losscli.core.batch import Dataset
    from losscli.core.companions import Companion
    from losscli.core.steps import Steps


@record
class Task:
    """What is to be computed.

    Attributes:
        steps: What to compute, and how.
        detail: Look for more than bad rows.
        read: Opens the input anew.
        progress: Where it is shown how far the work has come.
        moved: Of each baseline, so many of the rows that moved most are kept.
        beside: Further losses over the same rows.
    """

    steps: Steps
    detail: bool
    read: Callable[[], Dataset]
    progress: TextIO | None = None
    moved: int = 10
    beside: Sequence[Companion] = ()

    @property
    def whole(self) -> Steps | None:
        """The steps that need all rows at once; None if none do."""
        return next((one for one in (self.steps, *(one.steps for one in self.beside)) if one.whole), None)

    def inspection(self, dataset: Dataset) -> Inspection:
        """An inspection of the rows of a data set."""
        inspection = Inspection(self.steps, dataset, LOSSES, detail=self.detail, moved=self.moved)
        if self.beside:
            from losscli.core.companions import Companions

            inspection.companions = Companions(self.beside, dataset)
        return inspection
