"""From parsed options to a written result."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING

from losscli.cli.run.destination import destination
from losscli.cli.run.prepare import given_counts, loss_settings, options_for, stdin
from losscli.cli.run.present import moved_of, tell, writer_for
from losscli.cli.run.refusals import refuse
from losscli.core.note import Note
from losscli.core.reduction import refuse_no_mean, refuse_one_number
from losscli.core.steps import PlainSteps
from losscli.errors import UsageError
from losscli.inputs import Meter, read
from losscli.outputs.writer import Wants
from losscli.parallel.run_task import inspect_parts, inspect_rows
from losscli.parallel.task import Task
from losscli.record import replace
from losscli.text import count

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from losscli.cli.run.judge import Judge
    from losscli.cli.run.request import Request
    from losscli.core.batch import Dataset
    from losscli.core.companions import Alongside, Companion
    from losscli.core.report import Report
    from losscli.core.steps import Steps
    from losscli.inputs import ReadOptions
    from losscli.losses.loss import Loss


def run_loss(loss: Loss, request: Request) -> int | None:
    """Read, evaluate, write; notes go to stderr once the result is out. Returns the exit status, None for 0."""
    settings = replace(loss_settings(loss, request), per=request.per is not None)
    if request.exponential:
        refuse_no_mean(loss.exponential[0], settings.reduction)
    steps = PlainSteps(loss, settings)
    if steps.scores:
        refuse_one_number(loss.name, settings.reduction)
    return run(steps, options_for(loss, request), request)


def run(steps: Steps, options: ReadOptions, request: Request) -> int | None:
    """Read, evaluate and write for the steps of any command."""
    judge = _judge(steps, request)
    refuse(steps, request)
    beside = _beside(steps, request)
    if request.compare is not None:
        from losscli.cli.run.run_compare import run_compare

        run_compare(steps, options, request)
        return None
    if request.explain is not None:
        from losscli.cli.run.run_explain import run_explain

        run_explain(steps, options, request)
        return None
    report, partial = _evaluated(steps, options, request, judge, beside)
    if request.plot is not None:
        from losscli.cli.run.plotting import write_plot
        from losscli.outputs.report_pictures import report_picture

        write_plot(request, report_picture(report))
    tell(report, request)
    if partial:
        raise KeyboardInterrupt
    return None if judge is None else judge.tell(report, request)


def _evaluated(
    steps: Steps, options: ReadOptions, request: Request, judge: Judge | None, beside: Sequence[Companion]
) -> tuple[Report, bool]:
    """Read, compute and write; returns the report, and whether it is partial because of Ctrl-C."""
    columnwise = all(one.columnwise for one in (steps, *(one.steps for one in beside)))
    options = replace(options, by=request.per or request.by, append=request.append, columnwise=columnwise)
    meter = Meter()
    dataset = read(*request.data, replace(options, meter=meter), stdin())
    with destination(request.output, request.sources) as stream:
        each = steps.settings.reduction == "none" and not request.against
        writer = writer_for(steps.loss, request, stream, each=each, raw=dataset.raw)
        # Rows that scroll by on the same terminal are progress enough.
        scrolls = writer.wants is Wants.ROWS and sys.stdout.isatty()
        shown = None if scrolls else sys.stderr
        task = Task(
            steps,
            judge is not None or not request.quiet or request.plot is not None,
            lambda: read(*request.data, options),
            shown,
            moved_of(request),
            _alongside(beside, request),
            request.bootstrap is not None and not (request.cluster or request.per),
        )
        partial = False
        inspection = inspect_parts(task, dataset, writer, request.jobs, request.dask)
        if inspection is None:
            inspection, partial = inspect_rows(task, dataset, writer, meter.position)
        report = inspection.report(exponential=request.exponential)
        report = replace(report, totals={**report.totals, **given_counts(request)})
        if partial:
            if request.output or request.quiet:  # neither can tell that it is partial
                raise KeyboardInterrupt
            what = f"partial: interrupted after {count(report.samples, 'row')}"
            report = replace(report, notes=(*report.notes, Note("partial", what, severity="warning")))
        report = _worst_groups(report if judge is None else judge.judged(report), request)
        writer.finish(report)
    return report, partial


def _beside(steps: Steps, request: Request) -> Sequence[Companion]:
    """Further losses over the same rows."""
    if request.also is None and request.sweep is None:
        return ()
    from losscli.cli.run.several_losses import companions_of

    return companions_of(steps, request)


def _alongside(beside: Sequence[Companion], request: Request) -> Callable[[Dataset], Alongside] | None:
    """Starts further losses on the same rows; None without any."""
    if not beside:
        return None
    if request.against:
        from losscli.answers.check.contests import Contests

        return partial(Contests, beside)
    from losscli.core.companions import Companions

    return partial(Companions, beside)


def _judge(steps: Steps, request: Request) -> Judge | None:
    """The gates that were asked for; None if there are none."""
    if not (request.fail_if or request.max_regress or request.baseline is not None):
        for option, asked in {"--annotate": request.annotate, "-f junit": request.output_format == "junit"}.items():
            if asked:
                raise UsageError(f"{option} reports gates, and there are none", hint="--fail-if 'value > 0.5'")
        return None
    from losscli.cli.run.judge import judge_of

    return judge_of(steps.loss, request)


def _worst_groups(report: Report, request: Request) -> Report:
    """The report with its worst groups only, if asked for."""
    if request.worst_groups is None:
        return report
    from losscli.core.groups.group_tests import worst_first

    worst = worst_first(report.groups, higher_is_better=report.loss.higher_is_better)
    return replace(report, groups=tuple(worst[: request.worst_groups]), worst_of=len(worst))
