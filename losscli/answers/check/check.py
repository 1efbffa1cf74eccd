"""Is this input what you think it is? All findings of the diagnostics, and whether any of them is a fault."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from losscli.answers.check.finding import Finding, Found, Severity
from losscli.answers.check.inspect import HEAD, SWAPPED, Inspection
from losscli.answers.check.trials import swapped
from losscli.answers.compare.conventions import takes_form
from losscli.core.batch import Decision
from losscli.core.calls.call_steps import CallSteps
from losscli.core.change import Change
from losscli.core.evaluate import Evaluation
from losscli.core.steps import PlainSteps
from losscli.core.whole import join
from losscli.errors import InputError
from losscli.losses import LOSSES
from losscli.losses.vocabulary import Form, Takes
from losscli.record import record, replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from losscli.core.batch import Batch, Dataset
    from losscli.core.report import Report
    from losscli.core.settings import Settings
    from losscli.core.steps import Steps
    from losscli.losses.loss import Loss


@record
class Check:
    """The result of a check.

    Attributes:
        steps: The loss that the input was checked for.
        report: The result; None if the input is so bad that there is none.
        findings: The most severe first.
        decisions: How the input was read.
        samples: Rows seen.
    """

    steps: Steps
    report: Report | None
    findings: tuple[Finding, ...]
    decisions: tuple[Decision, ...]
    samples: int

    def count(self, severity: Severity) -> int:
        """The number of findings of a severity."""
        return sum(finding.severity is severity for finding in self.findings)

    def passed(self, *, strict: bool) -> bool:
        """Whether there is no error, and with ``strict`` no warning."""
        return not self.count(Severity.ERROR) and not (strict and self.count(Severity.WARNING))


@record
class Subject:
    """The input to check, and the loss to check it for.

    Attributes:
        decision: How the loss was chosen.
        dataset: All rows, including those that the choice was based on.
    """

    steps: Steps
    decision: Decision
    dataset: Dataset


def chosen(steps: Steps | None, settings: Settings, dataset: Dataset) -> Subject:
    """Choose a loss from the first rows, if none is given."""
    first, head = first_rows(dataset)
    dataset = replace(dataset, batches=chain(first, dataset.batches))
    if steps is not None:
        if isinstance(steps, PlainSteps):
            steps = _like(steps.loss, steps.settings, dataset, head)
        return Subject(steps, Decision("loss", steps.name, "asked for"), dataset)
    if head.predictions.dtype == object:
        loss, reason = next(known for known in LOSSES if known.decides), "the predictions are words"
    else:
        takes, reason = suitable(head, settings, tabular=dataset.tabular)
        loss = next(known for known in LOSSES if known.takes is takes)
    steps = _like(loss, settings, dataset, head)
    return Subject(steps, Decision("loss", steps.name, reason), dataset)


def first_rows(dataset: Dataset) -> tuple[list[Batch], Batch]:
    """The first batches, ``HEAD`` rows or all there are; and these rows as one batch.

    Raises:
        InputError: There are no rows.
    """
    first = list(_first(dataset.batches))
    head = join(first)
    if head is None:
        raise InputError("there are no rows", dataset.source)
    return first, head.head(HEAD)


def _like(loss: Loss, settings: Settings, dataset: Dataset, head: Batch) -> Steps:
    """The loss; with ``--like`` the framework's call, if that reads predictions as another kind by default."""
    plain, call = PlainSteps(loss, settings), loss.frameworks.get(str(settings.like))
    asked = (settings.kind, settings.clip, settings.rescale, settings.class_weight, settings.percent or None)
    if call is None or not loss.takes.of_probabilities or call.reads is loss.kinds[0] or any(asked):
        return plain
    empty = replace(dataset, batches=iter(()), by=())
    try:
        plan = plain.plan(empty, head)
    except InputError:
        return plain
    for one in loss.references:
        if one.framework == call.framework and one.command and one.reads is call.reads and takes_form(one, plan):
            return CallSteps(loss, one, {}, settings)
    return plain


def check(subject: Subject) -> Check:
    """Check all rows.

    Raises:
        UsageError: Settings that the loss does not have.
    """
    inspection = Inspection(subject.steps, subject.dataset)
    for batch in inspection.evaluation.batches():
        try:
            inspection.add(batch)
        except InputError as error:
            unfit = _unfit(error, inspection, chain([batch], subject.dataset.batches))
            return Check(subject.steps, None, (unfit,), (subject.decision, *subject.dataset.decisions), 0)
    inspection.begin()
    return checked(subject, inspection)


def checked(subject: Subject, inspection: Inspection) -> Check:
    """The check's result, from an inspection of all rows."""
    evaluation = inspection.evaluation
    report = None if evaluation.tally.problems.first is not None else evaluation.report()
    return Check(
        subject.steps,
        report,
        tuple(inspection.findings(report)),
        (subject.decision, *evaluation.provenance()),
        evaluation.tally.samples,
    )


def _first(batches: Iterator[Batch]) -> Iterator[Batch]:
    """The first ``HEAD`` rows as batches, or all there are."""
    rows = 0
    for batch in batches:
        yield batch
        rows += len(batch)
        if rows >= HEAD:
            return


def _unfit(error: InputError, inspection: Inspection, batches: Iterator[Batch]) -> Finding:
    """The finding where a loss cannot take these rows: the error, or that swapping the inputs helps."""
    if error.hint != SWAPPED:
        return Finding("shapes", Severity.ERROR, Found(error.what, error.where, error.hint))
    mine = inspection.evaluation
    dataset = replace(mine.dataset, batches=map(swapped, batches))
    other = Evaluation(mine.steps, dataset, detail=False)
    for _ in other.run():
        pass
    swap = Change(swap=True)
    found = Found(error.what, error.where, error.hint, swap)
    if other.tally.problems.first is not None:
        return Finding("swapped-arguments", Severity.ERROR, found)
    return Finding("swapped-arguments", Severity.ERROR, found, other.report().value, remedy=swap)


def suitable(head: Batch, settings: Settings, *, tabular: bool) -> tuple[Takes, str]:
    """The loss that the shapes and labels of the first rows suit, and why."""
    x, y = head.predictions, head.labels
    columns = x.shape[-1] if x.ndim > 1 else 1
    one_row = x.ndim == 1 and not tabular and y.shape == (1,) and len(x) > 1
    if settings.form in (Form.BINARY, Form.MULTI_HOT):
        return Takes.BINARY, f"the labels are {settings.form}"
    if y.dtype == object:
        return (Takes.CLASS if columns > 1 else Takes.BINARY), "the labels are words"
    if one_row:
        return Takes.CLASS, f"one row of {x.size} predictions for one label"
    swapped = columns == 1 and y.ndim == 2 and y.shape[1] > 1
    probable = bool(((x >= 0) & (x <= 1)).all())
    if columns > 1 and y.ndim == 1 and not probable and bool((np.isfinite(y) & (y != np.floor(y))).any()):
        return Takes.VALUE, "the labels are values"
    if swapped or (columns > 1 and y.shape[1:] != x.shape[1:]):
        return Takes.CLASS, f"rows of {y.shape[1] if swapped else columns} numbers"
    inside = bool(y.size) and bool(((y >= 0) & (y <= 1)).all())
    if columns > 1 and inside and bool((np.abs(y.sum(axis=-1) - 1.0) < 1e-3).mean() > 0.5):
        return Takes.CLASS, "most rows of labels sum to 1"
    two = set(np.unique(y).tolist())
    pair = len(two) == 2 and all(float(label).is_integer() for label in two)
    if two <= {0.0, 1.0} or two == {-1.0, 1.0} or two == {1.0, 2.0} or (pair and probable):
        return Takes.BINARY, "the labels are one of two numbers"
    if inside and probable:
        return Takes.BINARY, "predictions and labels lie in [0, 1]"
    return Takes.VALUE, "the labels are values"
