"""``--explain``: from parsed options to written arithmetic."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from losscli.answers.check.inspect import Inspection
from losscli.answers.explain.explain import Explainer, explain_reduction
from losscli.answers.explain.explain_calls import CallExplainer
from losscli.answers.explain.row_selection import RowSelection
from losscli.cli.run.destination import destination
from losscli.cli.run.prepare import stdin
from losscli.cli.run.present import tell
from losscli.core.steps import PlainSteps
from losscli.errors import UsageError
from losscli.file_formats import Writes
from losscli.inputs import read
from losscli.losses.vocabulary import Takes
from losscli.outputs.explain_view import ExplainView
from losscli.outputs.write import write
from losscli.record import replace

if TYPE_CHECKING:
    from losscli.cli.run.request import Request
    from losscli.core.report import Report
    from losscli.core.steps import Steps
    from losscli.inputs import ReadOptions
    from losscli.losses.loss import Loss

FIRST = "first"  # what --explain without rows stands for


def run_explain(steps: Steps, options: ReadOptions, request: Request) -> None:
    """Read, evaluate, and write how the selected rows and the reduction were computed.

    Raises:
        UsageError: A format without room for it, rows that do not exist, or a call with arithmetic of its own.
    """
    selection = _selection(steps.loss, request)
    explainer = Explainer(selection) if isinstance(steps, PlainSteps) else CallExplainer(selection)
    inspection = Inspection(steps, read(*request.data, options, stdin()))
    inspection.evaluation.observe = explainer
    report = _report(inspection, request)
    if isinstance(explainer, CallExplainer) and not explainer.able:
        like = steps.plain.settings.like
        words = f" --like {like}" if like else ""
        raise UsageError(
            f"--explain cannot write out this call of {steps.name}",
            hint=f"losscli {steps.loss.names[-1]}{words} --explain",
        )
    _write(report, explainer, request)


def _selection(loss: Loss, request: Request) -> RowSelection:
    text = request.explain or FIRST
    if not (request.written.drawn or request.written.writes is Writes.DOCUMENT):
        raise UsageError(f"--explain writes no {request.output_format}", hint="-f table, markdown, html or json")
    if loss.takes is Takes.SET and text != FIRST:
        raise UsageError(f"{loss.name} is one number of all rows together", hint="--explain without rows")
    return RowSelection(((1, 1),)) if text == FIRST else RowSelection.of(text)


def _report(evaluation: Inspection, request: Request) -> Report:
    """The report on all rows, with per-sample values for JSON."""
    values = [rows.loss for rows in evaluation.run() if request.written.writes is Writes.DOCUMENT]
    report = evaluation.report(exponential=request.exponential)
    return replace(report, per_sample=np.concatenate(values)) if values else report


def _write(report: Report, explainer: Explainer | CallExplainer, request: Request) -> None:
    count, by_row = explainer.count, report.loss.takes is not Takes.SET
    if by_row and explainer.selection.last > count:
        are = "is only 1 row" if count == 1 else f"are only {count:,} rows"
        raise UsageError(f"--explain {request.explain}: there {are}")
    reduction = explain_reduction(report) if by_row and report.value is not None else None
    hint = ""
    if by_row and request.explain == FIRST and count > 1:
        hint = f"1 of {count:,} rows: --explain {count} shows the last, --explain 1-{min(count, 5)} the first."
    view = ExplainView(report, explainer.found, reduction, request.digits, hint, request.verbose)
    with destination(request.output, request.sources) as stream:
        write(view, request.output_format, stream, request.color, report)
    tell(report, request)
