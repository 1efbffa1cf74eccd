"""From parsed options to a written result; imported only when something is computed."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from losscli.cli.destination import destination
from losscli.cli.prepare import given_counts, loss_settings, options_for, stdin
from losscli.cli.present import tell, writer_for
from losscli.core.problems import rows as rows_of
from losscli.core.report import Note
from losscli.errors import UsageError
from losscli.inputs import Meter, read
from losscli.losses.vocabulary import Takes
from losscli.outputs.writers import Wants
from losscli.parallel.run import inspect_parts, inspect_rows
from losscli.parallel.task import Task
from losscli.record import replace

if TYPE_CHECKING:
    from losscli.cli.request import Request
    from losscli.core.plan import Settings
    from losscli.inputs import ReadOptions
    from losscli.losses.spec import Loss


def run_loss(loss: Loss, request: Request) -> None:
    """Read, evaluate, write; notes go to stderr once the result is out."""
    if request.compare is not None:
        from losscli.cli.run_compare import run_compare

        run_compare(loss, request)
        return
    if request.explain is not None and not request.quiet:
        from losscli.cli.run_explain import run_explain

        run_explain(loss, request)
        return
    settings = replace(loss_settings(loss, request), per=request.per is not None)
    options = replace(options_for(loss, request), by=request.per or request.by, columnwise=loss.takes is Takes.CLASS)
    _refuse_groups(loss, settings, options)
    meter = Meter()
    dataset = read(*request.data, replace(options, meter=meter), stdin())
    with destination(request.output) as stream:
        writer = writer_for(loss, request, stream, each=settings.reduction == "none")
        # Rows that scroll by on the same terminal are progress enough.
        scrolls = writer.wants is Wants.ROWS and sys.stdout.isatty()
        shown = None if scrolls else sys.stderr
        task = Task(loss, settings, not request.quiet, lambda: read(*request.data, options), shown)
        partial = False
        inspection = inspect_parts(task, dataset, writer, request.jobs, request.dask)
        if inspection is None:
            inspection, partial = inspect_rows(task, dataset, writer, meter.position)
        report = replace(inspection.report(), exponential=request.exponential)
        report = replace(report, totals={**report.totals, **given_counts(request)})
        if partial:
            if request.output or request.quiet:  # a file is whole or not there, and a bare number can't say it
                raise KeyboardInterrupt
            what = f"partial: interrupted after {rows_of(report.samples)}"
            report = replace(report, notes=(*report.notes, Note("partial", what, severity="warning")))
        writer.finish(report)
    if not request.quiet:
        tell(report)
    if partial:
        raise KeyboardInterrupt


def _refuse_groups(loss: Loss, settings: Settings, options: ReadOptions) -> None:
    """Groups need a value of their own, and rows that are added up."""
    if options.by is None:
        return
    if loss.whole or settings.class_weight == "balanced":
        raise UsageError(f"--by {options.by}: {loss.name} is computed from all rows at once")
    if settings.reduction == "none":
        raise UsageError(f"--by {options.by}: with --reduction none there is no value for each")
