"""An evaluation under watch: its report carries what the diagnostics found, its errors what to try."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from losscli.answers import input_signs, label_signs, number_signs, plausibility
from losscli.answers.finding import Case, Change, Diagnostic, Finding, Found, Severity
from losscli.core.evaluate import Evaluation
from losscli.errors import InputError, LossError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from losscli.core.batch import Batch, Dataset
    from losscli.core.plan import Settings
    from losscli.core.report import Report
    from losscli.core.rows import Rows
    from losscli.losses.spec import Loss

DIAGNOSTICS: tuple[Diagnostic, ...] = tuple(
    diagnostic
    for module in (input_signs, label_signs, number_signs, plausibility)
    for diagnostic in module.diagnostic.declared
)


class Inspection:
    """One pass over a data set, with a trial of every fix that the first batch suggests.

    Args:
        loss: What to compute.
        settings: What was asked for.
        dataset: The rows to come.
        catalogue: All losses, for fixes that are another loss.
        detail: Look for more than bad rows.
    """

    def __init__(
        self, loss: Loss, settings: Settings, dataset: Dataset, catalogue: tuple[Loss, ...], *, detail: bool = True
    ) -> None:
        self.evaluation = Evaluation(loss, settings, dataset, detail=detail)
        self.catalogue = catalogue
        self._trials: dict[Change, Evaluation] | None = None

    def run(self) -> Iterator[Rows]:
        """Evaluate the whole data set, a batch at a time.

        Raises:
            LossError: The first batch cannot be what the loss takes.
        """
        for batch in self.evaluation.batches():
            try:
                rows = self.evaluation.add(batch)
            except InputError as error:
                if not error.hint and self._fits_swapped(batch):
                    error.hint = "PREDICTIONS and LABELS in the other order"
                raise
            if self.evaluation.detail:
                self._try(batch)
            if rows is not None:
                yield rows

    def _fits_swapped(self, batch: Batch) -> bool:
        """Whether predictions and labels would go together in the other order."""
        trial = self._trial(Change(swap=True))
        return trial is not None and _feed(trial, _swapped(batch)) and not trial.tally.problems.found

    def _try(self, batch: Batch) -> None:
        """Compute the batch under every change that the first batch suggests."""
        if self._trials is None:
            self._trials = {}
            bad = self.evaluation.tally.problems.found
            for _, found in self._search(None if bad else self.evaluation.report()):
                if found.change is not None and (trial := self._trial(found.change)) is not None:
                    self._trials[found.change] = trial
        for otherwise, trial in list(self._trials.items()):
            if not _feed(trial, _swapped(batch) if otherwise.swap else batch):
                del self._trials[otherwise]

    def _trial(self, otherwise: Change) -> Evaluation | None:
        evaluation = self.evaluation
        try:
            settings = otherwise.applied(evaluation.settings)
        except TypeError:
            return None
        dataset = replace(evaluation.dataset, batches=iter(()))
        return Evaluation(otherwise.loss or evaluation.loss, settings, dataset, detail=False)

    def _search(self, report: Report | None = None) -> Iterator[tuple[Diagnostic, Found]]:
        """What the diagnostics say of all rows so far; of those that explain the same bad rows, the first."""
        if self.evaluation.plan is None:
            return
        case = Case(self.evaluation.plan, self.evaluation.tally, report, self.catalogue)
        explained: set[str] = set()
        for diagnostic in DIAGNOSTICS:
            if diagnostic.problem in explained:
                continue
            found = diagnostic.find(case)
            if found is not None:
                explained |= {diagnostic.problem} - {""}
                yield diagnostic, found

    def findings(self, report: Report | None = None) -> list[Finding]:
        """What there is to say of all rows, the gravest first."""
        found = [
            Finding(diagnostic.id, diagnostic.severity, found, self._value(found), diagnostic.problem)
            for diagnostic, found in self._search(report)
        ]
        return sorted(found, key=lambda finding: list(Severity).index(finding.severity))

    def _value(self, found: Found) -> float | None:
        """The loss under the change, if its trial worked."""
        if found.change is None or found.value is not None:
            return found.value
        trial = (self._trials or {}).get(found.change)
        if trial is None or trial.tally.samples != self.evaluation.tally.samples:
            return None
        try:
            return trial.report().value
        except LossError:
            return None

    def report(self) -> Report:
        """The report with a note for each finding.

        Raises:
            InputError: There were bad rows, or none at all; with what to try.
        """
        bad = self.evaluation.tally.problems.first
        if bad is not None:
            bad.hint = self._hint(bad.kind) or bad.hint
        report = self.evaluation.report()
        if not self.evaluation.detail:
            return report
        notes = [finding.note() for finding in self.findings(report) if finding.severity is not Severity.INFO]
        return replace(report, notes=tuple(notes))

    def _hint(self, kind: str) -> str:
        """What to try against bad rows; without detail, from the batch with the first of them."""
        if not self.evaluation.detail:
            suspect = self.evaluation.suspect
            dataset = replace(self.evaluation.dataset, batches=iter((suspect,) if suspect is not None else ()))
            again = Inspection(self.evaluation.loss, self.evaluation.settings, dataset, self.catalogue)
            for _ in again.run():
                pass
            return again._hint(kind)
        return next((finding.hint for finding in self.findings() if finding.problem == kind), "")


def _feed(trial: Evaluation, batch: Batch) -> bool:
    """Add a batch to a trial; False if it does not work."""
    try:
        trial.add(batch)
    except LossError:
        return False
    return True


def _swapped(batch: Batch) -> Batch:
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
