"""Fixes on trial: the same rows under the changes that diagnostics suggest."""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import TYPE_CHECKING

from losscli.core.change import Change
from losscli.core.evaluate import Evaluation
from losscli.errors import LossError
from losscli.record import replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from losscli.answers.check.finding import Found
    from losscli.core.batch import Batch
    from losscli.core.plan import Plan


class Trials:
    """Evaluations of a data set under several changes.

    Args:
        evaluation: The evaluation as it was asked for.

    Attributes:
        running: The evaluation under each change.
        begun: The changes are chosen, from the first rows.
    """

    def __init__(self, evaluation: Evaluation) -> None:
        self._evaluation = evaluation
        self.running: dict[Change, Evaluation] = {}
        self.begun = False

    def begin(self, changes: Iterable[Change], plans: Mapping[Change, Plan] = MappingProxyType({})) -> None:
        """Try some changes, with the decisions of another process if it found them."""
        self.begun = True
        for otherwise in changes:
            self.running[otherwise] = self.of(otherwise)
            self.running[otherwise].plan = plans.get(otherwise)

    def of(self, otherwise: Change, *, detail: bool = False) -> Evaluation:
        """An evaluation under a change."""
        mine = self._evaluation
        dataset = replace(mine.dataset, batches=iter(()), by=())
        return Evaluation(mine.steps.changed(otherwise), dataset, detail=detail)

    def add(self, batch: Batch) -> None:
        """Compute a batch under every change; one that fails is tried no longer."""
        for otherwise, trial in list(self.running.items()):
            if not _added(trial, otherwise, batch):
                del self.running[otherwise]

    def fits_swapped(self, batch: Batch) -> bool:
        """Whether predictions and labels look swapped, and would be valid in the other order."""
        if batch.labels.dtype.kind != "f" or batch.predictions.dtype.kind != "f":
            return False
        whole = bool((batch.predictions == batch.predictions.round()).all())
        if not whole or bool((batch.labels == batch.labels.round()).all()):
            return False
        swap = Change(swap=True)
        trial = self.of(swap)
        return _added(trial, swap, batch) and trial.tally.problems.first is None

    def runs(self, otherwise: Change | None) -> bool:
        """Whether all rows are good after a change, or the first batch of bad ones if it was not tried on all."""
        if otherwise is None:
            return False
        trial, suspect = self.running.get(otherwise), self._evaluation.suspect
        if trial is None and suspect is not None:
            trial = self.of(otherwise)
            if not _added(trial, otherwise, suspect):
                return False
        if trial is None:
            return True
        try:
            trial.report()
        except LossError:
            return False
        return True

    def value(self, found: Found) -> float | None:
        """The loss under the change, if its trial worked."""
        if found.change is None or found.value is not None:
            return found.value
        trial = self.running.get(found.change)
        if trial is None or trial.tally.samples != self._evaluation.tally.samples:
            return None
        try:
            value = trial.report().value
        except LossError:
            return None
        return None if value is None or math.isnan(value) else value


def _added(trial: Evaluation, otherwise: Change, batch: Batch) -> bool:
    """Add a batch to the trial of a change; False if the trial fails."""
    try:
        trial.add(swapped(batch) if otherwise.swap else batch)
    except LossError:
        return False
    return True


def swapped(batch: Batch) -> Batch:
    """Predictions as labels and labels as predictions."""
    if batch.labels.dtype == object or batch.predictions.dtype == object:
        return batch
    return replace(
        batch,
        predictions=batch.labels.astype(float),
        labels=batch.predictions,
        where=lambda row, _: batch.where_label(row),
        where_label=lambda row: batch.where(row, None),
    )
