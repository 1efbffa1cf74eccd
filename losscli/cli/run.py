"""From parsed options to a written result; imported only when something is computed."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from losscli.cli.destination import destination
from losscli.cli.present import tell, writer_for
from losscli.cli.request import data, loss_settings, options_for, stdin
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
    from collections.abc import Mapping

    from losscli.core.plan import Settings
    from losscli.inputs import ReadOptions
    from losscli.losses.spec import Loss


def run_loss(loss: Loss, given: Mapping[str, Any]) -> None:
    """Read, evaluate, write; notes go to stderr once the result is out."""
    if given["compare"] is not None:
        from losscli.cli.run_compare import run_compare

        run_compare(loss, given)
        return
    if given["explain"] is not None and not given["quiet"]:
        from losscli.cli.run_explain import run_explain

        run_explain(loss, given)
        return
    settings = loss_settings(loss, given)
    options = replace(options_for(loss, given), by=given["by"], columnwise=loss.takes is Takes.CLASS)
    _refuse_groups(loss, settings, options)
    meter = Meter()
    dataset = read(*data(given), replace(options, meter=meter), stdin())
    with destination(given["output"]) as stream:
        writer = writer_for(loss, given, stream, each=settings.reduction == "none")
        # Rows that scroll by on the same terminal are progress enough.
        scrolls = writer.wants is Wants.ROWS and sys.stdout.isatty()
        shown = None if scrolls else sys.stderr
        task = Task(loss, settings, not given["quiet"], lambda: read(*data(given), options), shown)
        partial = False
        inspection = inspect_parts(task, dataset, writer, given["jobs"], given["dask"])
        if inspection is None:
            inspection, partial = inspect_rows(task, dataset, writer, meter.position)
        report = inspection.report()
        if partial:
            if given["output"] or given["quiet"]:  # a file is whole or not there, and a bare number can't say it
                raise KeyboardInterrupt
            what = f"partial: interrupted after {rows_of(report.samples)}"
            report = replace(report, notes=(*report.notes, Note("partial", what, severity="warning")))
        writer.finish(report)
    if not given["quiet"]:
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
