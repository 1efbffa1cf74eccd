"""From parsed options to a written result; imported only when something is computed."""

from __future__ import annotations

import math
import sys
from functools import partial
from typing import TYPE_CHECKING

from losscli.cli.run.destination import destination
from losscli.cli.run.plotting import check_plot, write_plot
from losscli.cli.run.prepare import given_counts, loss_settings, options_for, stdin
from losscli.cli.run.present import moved_of, refuse_append, tell, writer_for
from losscli.core.note import Note
from losscli.core.reduction import refuse_no_mean, refuse_one_number
from losscli.core.steps import PlainSteps
from losscli.errors import UsageError
from losscli.file_formats import PAGES
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
    """The same for the steps of any command."""
    judge = _judge(steps, request)
    if request.quiet:
        _refuse_beside_a_number(steps, request)
    _refuse_interval(steps, request)
    _refuse_beside_baselines(steps, request)
    _refuse_histogram(steps, request)
    _refuse_groups(steps, request)
    if request.append is not None:
        refuse_append(steps, request)
    beside = _beside(steps, request)
    if request.compare is not None:
        from losscli.cli.run.run_compare import run_compare

        run_compare(steps, options, request)
        return None
    if request.explain is not None:
        from losscli.cli.run.run_explain import run_explain

        run_explain(steps, options, request)
        return None
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
            _alongside(beside),
            request.bootstrap is not None and not (request.cluster or request.per),
        )
        partial = False
        inspection = inspect_parts(task, dataset, writer, request.jobs, request.dask)
        if inspection is None:
            inspection, partial = inspect_rows(task, dataset, writer, meter.position)
        report = inspection.report(exponential=request.exponential)
        report = replace(report, totals={**report.totals, **given_counts(request)})
        if partial:
            if request.output or request.quiet:  # a file is whole or not there, and a bare number can't say it
                raise KeyboardInterrupt
            what = f"partial: interrupted after {count(report.samples, 'row')}"
            report = replace(report, notes=(*report.notes, Note("partial", what, severity="warning")))
        report = _worst_groups(report if judge is None else judge.judged(report), request)
        writer.finish(report)
    if request.plot is not None:
        from losscli.outputs.report_pictures import report_picture

        write_plot(request, report_picture(report))
    tell(report, bad_rows_only=request.quiet)
    if partial:
        raise KeyboardInterrupt
    return None if judge is None else judge.tell(report, request)


def _refuse_beside_a_number(steps: Steps, request: Request) -> None:
    """Refuse what a bare number has no place for."""
    each = steps.settings.reduction == "none" and not request.against
    rows = {"-n": request.rows, "--all": request.all_rows or None, "--worst": request.worst}
    given: dict[str, object] = {"--explain": request.explain, **({} if each else rows)}
    if not (request.fail_if or request.plot or request.worst_groups):
        given |= {"--ci": request.ci, "--cluster": request.cluster, "--bootstrap": request.bootstrap}
        given |= {"--margin": request.margin, "--test": None if request.test == "t" else request.test}
    other = next((option for option, value in given.items() if value is not None), None)
    if other is not None:
        hint = "--fail-if judges its ends" if other in ("--ci", "--cluster", "--bootstrap") else ""
        raise UsageError(f"-q prints the number alone, and {other} has no place beside it", hint=hint or "leave -q out")


def _beside(steps: Steps, request: Request) -> Sequence[Companion]:
    """Further losses over the same rows."""
    if request.also is None and request.sweep is None:
        return ()
    from losscli.cli.run.several_losses import companions_of

    return companions_of(steps, request)


def _alongside(beside: Sequence[Companion]) -> Callable[[Dataset], Alongside] | None:
    """What begins further losses over the same rows."""
    if not beside:
        return None
    from losscli.core.companions import Companions

    return partial(Companions, beside)


def _judge(steps: Steps, request: Request) -> Judge | None:
    """The gates that were asked for; None if there are none."""
    if not (request.fail_if or request.max_regress or request.baseline is not None):
        for option, asked in {"--annotate": request.annotate, "-f junit": request.output_format == "junit"}.items():
            if asked:
                raise UsageError(f"{option} shows what gates say, and there are none", hint="--fail-if 'value > 0.5'")
        return None
    from losscli.cli.run.judge import judge_of

    return judge_of(steps.loss, request)


def _refuse_interval(steps: Steps, request: Request) -> None:
    """Refuse intervals where the value has none, or the format cannot show them."""
    if request.cluster is not None and request.test == "sign-flip":
        raise UsageError("--test sign-flip flips rows, and with --cluster they are not independent", hint="--test t")
    given = {"--ci": request.ci, "--cluster": request.cluster, "--bootstrap": request.bootstrap}
    asked = [option for option, value in given.items() if value is not None]
    implied = not asked
    if (steps.settings.level is None or request.against) and implied:
        return
    from losscli.core.inference import refuse_no_interval

    mine = asked[-1] if asked else "--fail-if" if request.fail_if else "--ci"
    refuse_no_interval(steps, mine)
    if implied:
        return
    for option in ("compare", "explain", *["per"] * (request.cluster is not None)):
        if getattr(request, option) is not None:
            raise UsageError(f"{mine} and --{option} exclude each other")
    if request.output_format in ("csv", "tsv", "ndjson") and not (request.quiet or request.by or steps.scores):
        what = f"{mine}: {request.output_format} has a line for each row, and none for the interval"
        raise UsageError(what, hint="-f json, or -f table")


def _refuse_histogram(steps: Steps, request: Request) -> None:
    """Refuse a histogram where rows have no losses, or the format cannot show it."""
    _refuse_plot(steps, request)
    if not request.hist:
        return
    if steps.scores:
        raise UsageError(f"--hist: {steps.name} is one number of all rows")
    given: dict[str, object] = {"--quiet": request.quiet, "--compare": request.compare, "--explain": request.explain}
    given |= {"--against": request.against, "--append": request.append}
    given[f"-f {request.output_format}"] = request.output_format in ("csv", "tsv", "ndjson", "junit")
    for option, asked in given.items():
        if asked:
            raise UsageError(f"--hist and {option} exclude each other", hint="-f json, markdown or table")


def _refuse_plot(steps: Steps, request: Request) -> None:
    """Refuse a picture where there are no losses of rows, no groups and no baselines."""
    if request.plot is None:
        return
    for option in ("compare", "explain", "append"):
        if getattr(request, option) is not None:
            raise UsageError(f"--{option} has no picture; --plot draws losses, --by groups, --against differences")
    if steps.scores and not (request.by or request.against or request.sweep):
        raise UsageError(f"--plot: {steps.name} is one number of all rows", hint="--by COL draws that of each group")
    check_plot(request)


def _worst_groups(report: Report, request: Request) -> Report:
    """The report with some of its groups, if that was asked for."""
    if request.worst_groups is None:
        return report
    from losscli.core.group_tests import worst_first

    worst = worst_first(report.groups, higher_is_better=report.loss.higher_is_better)
    return replace(report, groups=tuple(worst[: request.worst_groups]), worst_of=len(worst))


def _refuse_groups(steps: Steps, request: Request) -> None:
    """Refuse groups beside options that show none."""
    if request.worst_groups is not None and request.by is None:
        raise UsageError("--worst-groups: there are no groups", hint="--by COL")
    if request.by is not None and request.per is not None:
        raise UsageError("--by and --per exclude each other", hint="--by shows the groups of which --per is the mean")
    other = next((name for name in ("compare", "explain") if getattr(request, name) is not None), None)
    if request.by is not None and other is not None:
        raise UsageError(f"--by and --{other} exclude each other")
    if request.by is not None and steps.settings.reduction == "none":
        raise UsageError(f"--by {request.by}: with --reduction none there is no value for each")


def _refuse_beside_baselines(steps: Steps, request: Request) -> None:
    """Refuse differences where a side has no value, or the format cannot show them."""
    if not request.against:
        for option, given in (("--margin or --within", request.margin is not None), ("--test", request.test != "t")):
            if given:
                raise UsageError(f"{option} is about the difference to a baseline", hint="--against FILE")
        return
    for option in ("compare", "explain", "per"):
        if getattr(request, option) is not None:
            raise UsageError(f"--against and --{option} exclude each other")
    if request.by is not None and request.test == "sign-flip":
        raise UsageError("--test sign-flip keeps all rows, and --by none of its groups'", hint="--test t")
    asked = request.reduction is not None  # not by the call itself
    if asked and steps.settings.reduction == "none" and not steps.scores:
        raise UsageError("--against: with --reduction none there are no two numbers to compare", hint="-r mean")
    if request.margin is not None and not 0.0 < request.margin < math.inf:
        raise UsageError(f"--margin is {request.margin:g}; it must be a number above 0")
    if request.worst is not None and request.output_format in ("table", *PAGES) and not request.quiet:
        raise UsageError("--worst and --against: the table has the rows that moved most", hint="-n K shows K of them")
