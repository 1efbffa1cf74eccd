"""An evaluation with diagnostics: the report carries their findings, an error says what to try."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from losscli.answers.check.trials import Trials
from losscli.core.change import Change
from losscli.core.evaluate import Evaluation
from losscli.core.note import Note
from losscli.errors import InputError
from losscli.losses.vocabulary import Inference
from losscli.record import replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from losscli.answers.check.finding import Diagnostic, Finding, Found
    from losscli.core.batch import Batch, Dataset
    from losscli.core.companions import Alongside
    from losscli.core.intervals.paired import Paired
    from losscli.core.plan import Plan
    from losscli.core.report import Report
    from losscli.core.sample_rows import SampleRows
    from losscli.core.steps import Computed, Steps

SWAPPED = "PREDICTIONS and LABELS in the other order"
HEAD = 1000  # a fix is tried only if these first rows suggest it, whatever the batch size


@cache
def diagnostics() -> tuple[Diagnostic, ...]:
    """All diagnostics, in the order in which they run; imported late, as a bare number needs none."""
    from losscli.answers.check import (
        fit_diagnostics,
        input_diagnostics,
        label_diagnostics,
        number_diagnostics,
        result_diagnostics,
    )

    modules = (input_diagnostics, label_diagnostics, fit_diagnostics, number_diagnostics, result_diagnostics)
    return tuple(diagnostic for module in modules for diagnostic in module.diagnostic.declared)


class Inspection:
    """One pass over a data set that also tries every fix that the first rows suggest.

    Args:
        steps: What to compute, and how.
        dataset: The rows to come.
        detail: Look for more than bad rows.
        moved: How many of the rows with the largest differences to keep for each baseline.

    Attributes:
        rivals: The same pass for each baseline.
        paired: The losses of the same rows under each baseline and the predictions.
        companions: What else is computed on the same rows, if asked for.
    """

    def __init__(self, steps: Steps, dataset: Dataset, *, detail: bool = True, moved: int = 10) -> None:
        self.evaluation = Evaluation(steps, dataset, detail=detail)
        self.rivals = [Inspection(steps, dataset.of(one), detail=detail) for one in dataset.baselines]
        self.paired: list[Paired] = []
        self.moved = moved
        self._seen: list[Computed] = []
        if self.rivals:
            from losscli.core.intervals.paired import Paired
            from losscli.core.intervals.paired_rows import Wanted

            self.paired = [Paired() for _ in self.rivals]
            self.wanted = Wanted(moved, decisions=detail, differences=steps.settings.test == "sign-flip")
            for one in (self, *self.rivals):
                one.evaluation.observe = self._seen.append
        self.companions: Alongside | None = None
        self.trials = Trials(self.evaluation)
        self._first: list[Batch] = []

    def follow(self, plan: Plan, trials: Mapping[Change, Plan]) -> None:
        """Use the decisions of the first rows, which were inspected by another process."""
        self.evaluation.plan = plan
        self.trials.begin(trials, trials)

    @property
    def undecided(self) -> bool:
        """Whether a decision is still open, here or in the pass of a baseline."""
        return self.evaluation.undecided or any(rival.undecided for rival in self.rivals)

    def run(self) -> Iterator[SampleRows]:
        """Evaluate the whole data set, a batch at a time.

        Raises:
            LossError: The first batch cannot be what the loss takes.
        """
        for batch in self.evaluation.batches():
            rows = self.add(batch)
            if rows is not None:
                yield rows
        self.begin()

    def add(self, batch: Batch) -> SampleRows | None:
        """Compute one batch, also under every change on trial."""
        try:
            rows = self.evaluation.add(batch)
        except InputError as error:
            if self.trials.fits_swapped(batch):
                error.hint = SWAPPED
            raise
        if self.companions is not None:
            self.companions.add(
                batch, self.evaluation.checked if self.evaluation.steps.plain is self.evaluation.steps else None
            )
        if self.evaluation.detail:
            if not self.trials.begun:
                self._first.append(batch)
                if sum(map(len, self._first)) >= HEAD:
                    self.begin()
            else:
                self.trials.add(batch)
        return self._meet(batch, rows) if self.rivals else rows

    def _meet(self, batch: Batch, rows: SampleRows | None) -> SampleRows | None:
        """Compute a batch for every baseline and compare; None once a baseline has had bad rows."""
        from losscli.core.intervals.paired import pair
        from losscli.core.intervals.paired_rows import paired_rows, with_losses

        mine = self._seen.pop() if self._seen else None
        others, baselines = [], self.evaluation.dataset.baselines
        for i, (rival, other) in enumerate(zip(self.rivals, batch.others, strict=True)):
            wanted = self.wanted
            if baselines[i].saved is None:
                others.append(_as_baseline(rival, batch.of(other), baselines[i].name))
                theirs = self._seen.pop() if self._seen else None
            else:
                others.append(None if rows is None else replace(rows, loss=other.predictions))
                theirs = mine and with_losses(mine, other.predictions, other.where(0, None))
                wanted = replace(wanted, decisions=wanted.decisions and self._shares)
            if mine is not None and theirs is not None:
                found = paired_rows((mine, theirs), wanted)
                self.paired[i] = pair(self.paired[i], found, (mine, theirs), (rows, others[-1]), wanted)
                self.evaluation.add_pair(i, found)
        if rows is None or None in others:
            return None
        return replace(rows, others=tuple(one for one in others if one is not None))

    def begin(self) -> None:
        """Choose the changes to try from the first rows, and compute these rows under each."""
        for rival in self.rivals:
            rival.begin()
        if self.trials.begun or not self._first:
            return
        head = self.trials.of(Change(), detail=True)
        left = HEAD
        for batch in self._first:
            head.add(batch.head(left))
            left -= len(batch)
            if left <= 0:
                break
        report = None if head.tally.problems.first is not None else head.report()
        found = list(self._search(head, report))
        changes = [*(one.change for _, one in found if one.tried), _together(found)]
        self.trials.begin(one for one in changes if one is not None)
        for batch in self._first:
            self.trials.add(batch)
        self._first = []

    def _search(self, evaluation: Evaluation, report: Report | None = None) -> Iterator[tuple[Diagnostic, Found]]:
        """What the diagnostics find in an evaluation; of several that explain the same bad rows, the first."""
        if evaluation.plan is None:
            return
        from losscli.answers.check.finding import Case

        case = Case(evaluation.plan, evaluation.tally, report)
        bad = bool(evaluation.tally.problems.found)
        explained: set[str] = set()
        for diagnostic in diagnostics():
            if diagnostic.problem in explained or (diagnostic.computed and report is None):
                continue
            if diagnostic.judges and bad:
                continue
            found = diagnostic.find(case)
            if found is not None:
                explained |= {diagnostic.problem} - {""}
                yield diagnostic, found

    def findings(self, report: Report | None = None) -> list[Finding]:
        """The findings over all rows, the most severe first."""
        from losscli.answers.check.finding import Finding, Severity

        cures = [(one, self._cure(found, report)) for one, found in self._search(self.evaluation, report)]
        together = _together(cures)
        found = [
            Finding(
                diagnostic.id,
                diagnostic.severity,
                self._worded(cure),
                self.trials.value(cure),
                diagnostic.problem,
                next((change for change in (cure.change, together) if cure.tried and self.trials.runs(change)), None),
            )
            for diagnostic, cure in cures
        ]
        return sorted(found, key=lambda finding: list(Severity).index(finding.severity))

    def _cure(self, found: Found, report: Report | None) -> Found:
        """The finding without its change, if the change should make the loss better and its trial did not."""
        value, now = self.trials.value(found), None if report is None else report.value
        if not found.improves or found.change is None:
            return found
        lower, upper = (now, value) if self.evaluation.steps.loss.higher_is_better else (value, now)
        better = lower is not None and upper is not None and lower < upper
        return found if better else replace(found, hint="", change=None)

    def _worded(self, found: Found) -> Found:
        """The finding with its change spelled for the command that runs."""
        if found.change is None:
            return found
        words = self.evaluation.steps.spelled(found.change)
        return replace(found, hint=found.hint.replace("{}", words, 1))

    def report(self, *, exponential: bool = False) -> Report:
        """The report with a note for each finding; ``exponential`` if ``exp`` of the mean is the value.

        Raises:
            InputError: There were bad rows, or none at all; with what to try.
        """
        bad = self.evaluation.tally.problems.first
        if bad is not None:
            bad.hint = self._hint(bad.kind) or bad.hint
        report = self.evaluation.report()
        report = report.as_perplexity() if exponential else report
        report = self._noted(report) if self.evaluation.detail else self._warned(report)
        if self.companions is not None:
            report = replace(report, beside=self.companions.reports())
        return self._compared(report) if self.rivals else report

    def _noted(self, report: Report) -> Report:
        from losscli.answers.check.finding import Severity

        one = self.evaluation.tally.samples < 2  # what the clip did to it is reported anyway
        found = [finding for finding in self.findings(report) if not (one and finding.id == "saturated")]
        notes = [finding.note() for finding in found if finding.severity is not Severity.INFO]
        notes = [replace(note, severity="warning") if note.where else note for note in notes]  # bad, yet computed
        return replace(report, notes=(*report.notes, *notes))

    def _warned(self, report: Report) -> Report:
        """The report with warnings that even a bare number has, on rows that only this call computes."""
        problems = self.evaluation.tally.problems
        notes = [Note(one.kind, one.message, self._hint(one.kind), "warning", one.where) for one in problems]
        return replace(report, notes=(*report.notes, *notes))

    def _compared(self, report: Report) -> Report:
        from losscli.answers.check.baseline_reports import compared

        reports = [
            rival.report(exponential=report.exponential) if one.saved is None else None
            for one, rival in zip(self.evaluation.dataset.baselines, self.rivals, strict=True)
        ]
        return compared(report, self.evaluation, self.paired, [rival.evaluation for rival in self.rivals], reports)

    @property
    def _shares(self) -> bool:
        """Whether losses are decisions."""
        return self.evaluation.steps.loss.inference is Inference.SHARE

    def _hint(self, kind: str) -> str:
        """What to try against bad rows; without detail, found by inspecting the batch with the first of them."""
        if not self.evaluation.detail:
            suspect = self.evaluation.suspect
            dataset = replace(self.evaluation.dataset, batches=iter((suspect,) if suspect is not None else ()))
            again = Inspection(self.evaluation.steps, dataset)
            for _ in again.run():
                pass
            finding = again._explanation(kind)
            if finding is None:
                return ""
            whole = again.evaluation.tally.samples == self.evaluation.tally.samples
            return finding.hint if whole else finding.found.hint
        finding = self._explanation(kind)
        return "" if finding is None else finding.hint

    def _explanation(self, kind: str) -> Finding | None:
        """The finding that explains bad rows of a kind."""
        return next((finding for finding in self.findings() if finding.problem == kind), None)


def _together(found: Sequence[tuple[Diagnostic, Found]]) -> Change | None:
    """The changes for different bad rows as one; None if there are not several."""
    changes = [one.change for diagnostic, one in found if diagnostic.problem and one.tried and one.change is not None]
    return changes[0].with_others(changes[1:]) if len(changes) > 1 else None


def _as_baseline(rival: Inspection, batch: Batch, name: str) -> SampleRows | None:
    """Add a batch to the pass of a baseline; its errors name the baseline."""
    try:
        return rival.add(batch)
    except InputError as error:
        error.where = error.where or f"--against {name}"
        raise
