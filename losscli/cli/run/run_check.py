"""From the options of ``check`` to a written answer."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from losscli.answers.check.check import check, checked, chosen
from losscli.cli.run.destination import destination
from losscli.cli.run.prepare import options_for, read_input, settings_of, stdin
from losscli.cli.suggest import command_of
from losscli.core.calls.call_steps import CallSteps
from losscli.core.steps import PlainSteps
from losscli.errors import InputError, UsageError
from losscli.inputs import read
from losscli.losses.meant import meant
from losscli.outputs.check_view import CheckView
from losscli.outputs.result_writers import Quiet
from losscli.outputs.write import write
from losscli.parallel.run_task import inspect_parts
from losscli.parallel.task import Task
from losscli.record import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from losscli.answers.check.check import Check, Subject
    from losscli.cli.run.request import Request
    from losscli.core.batch import Dataset
    from losscli.core.settings import Settings
    from losscli.core.steps import Steps

FAILED = 1


def run_check(request: Request) -> int:
    """Read the rows, and write the findings; the status is 1 if something is wrong."""
    settings = settings_of(request)
    steps = None if request.loss is None else _asked(request.loss, settings)
    if steps is None:
        dataset, options = read_input(request)
    else:
        options = options_for(steps.loss, request, steps.takes)
        dataset = read(*request.data, options, stdin())
    subject = chosen(steps, settings, dataset)
    answer = _answer(subject, request, lambda: read(*request.data, options))
    commands = {
        finding.id: command_of(answer.steps.changed(finding.remedy), request, swap=finding.remedy.swap)
        for finding in answer.findings
        if finding.remedy is not None
    }
    with destination(request.output, request.sources) as stream:
        if not request.quiet:
            view = CheckView(answer, commands, request.digits, request.strict, request.verbose)
            write(view, request.output_format, stream, request.color)
    return 0 if answer.passed(strict=request.strict) else FAILED


def _asked(name: str, settings: Settings) -> Steps:
    """The steps of ``--loss``: a loss, or a framework's call."""
    found = meant(name)
    if found.preset:
        raise UsageError(f"--loss {name}: check takes a name without parameters")
    if found.reference is not None:
        needs: Sequence[str] = found.reference.needed(found.loss.kernel)
        steps: Steps = CallSteps(found.loss, found.reference, {}, settings)
    else:
        needs, steps = list(found.loss.extras), PlainSteps(found.loss, settings)
    if needs:
        raise UsageError(f"check looks at predictions and labels; {steps.name} also takes {', '.join(needs)}")
    return steps


def _answer(subject: Subject, request: Request, read_again: Callable[[], Dataset]) -> Check:
    """Inspect all rows, with several processes or a cluster if asked for or worthwhile."""
    task = Task(subject.steps, True, read_again, sys.stderr)
    nothing = Quiet(sys.stdout, each=False)
    try:
        inspection = inspect_parts(task, subject.dataset, nothing, request.jobs, request.dask)
    except InputError:  # the first rows do not fit: one process says why
        inspection, subject = None, replace(subject, dataset=task.read())
    return check(subject) if inspection is None else checked(subject, inspection)
