"""What is to be computed, whoever does it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.answers.inspect import Inspection
from losscli.losses import LOSSES
from losscli.record import record

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

    from losscli.core.batch import Dataset
    from losscli.core.plan import Settings
    from losscli.losses.spec import Loss


@record
class Task:
    """What is to be computed.

    Attributes:
        loss: The loss.
        settings: What was asked for.
        detail: Look for more than bad rows.
        read: Opens the input anew.
        progress: Where it is shown how far the work has come.
    """

    loss: Loss
    settings: Settings
    detail: bool
    read: Callable[[], Dataset]
    progress: TextIO | None = None

    @property
    def whole(self) -> bool:
        """Whether all rows are needed at once."""
        return self.loss.whole or self.settings.class_weight == "balanced"

    def inspection(self, dataset: Dataset) -> Inspection:
        """An inspection of some rows."""
        return Inspection(self.loss, self.settings, dataset, LOSSES, detail=self.detail)
