"""From the options of ``check`` to a written answer."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from losscli.answers.check import check, checked, chosen
from losscli.cli.destination import destination
from losscli.cli.prepare import options_for, read_options, settings_of, stdin
from losscli.cli.suggest import command_of
from losscli.errors import InputError, UsageError
from losscli.inputs import read
from losscli.losses import LOSSES
from losscli.losses.lookup import find_loss
from losscli.outputs.check_view import CheckView
from losscli.outputs.write import write
from losscli.outputs.writers import Quiet
from losscli.parallel.run import inspect_parts
from losscli.parallel.task import Task
from losscli.record import replace

if TYPE_CHECKING:
    from collections.abc import Callable

    from losscli.answers.check import Check, Subject
    from losscli.cli.request import Request
    from losscli.core.batch import Dataset
    from losscli.core.plan import Settings

FAILED = 1


def run_check(request: Request) -> int:
    """Read, look, write; the status is 1 if something is wrong."""
    loss = None if request.loss is None else find_loss(request.loss)
    if loss is not None and loss.extras:
        raise UsageError(f"check looks at predictions and labels; {loss.name} also takes {', '.join(loss.extras)}")
    settings = settings_of(request)
    options = read_options(request) if loss is None else options_for(loss, request)
    subject = chosen(loss, settings, read(*request.data, options, stdin()), LOSSES)
    answer = _answer(subject, settings, request, lambda: read(*request.data, options))
    commands = {
        finding.id: command_of(
            finding.found.change.loss or answer.loss,
            request,
            finding.found.change.applied(settings),
            swap=finding.found.change.swap,
        )
        for finding in answer.findings
        if finding.found.change is not None
    }
    with destination(request.output) as stream:
        if not request.quiet:
            view = CheckView(answer, commands, request.digits, request.strict)
            write(view, request.output_format, stream, request.color)
    return 0 if answer.passed(strict=request.strict) else FAILED


def _answer(subject: Subject, settings: Settings, request: Request, read_again: Callable[[], Dataset]) -> Check:
    """Look at all rows, by several processes or a cluster where these are asked for or pay."""
    task = Task(subject.loss, settings, True, read_again, sys.stderr)
    nothing = Quiet(sys.stdout, each=False)
    try:
        inspection = inspect_parts(task, subject.dataset, nothing, request.jobs, request.dask)
    except InputError:  # the first rows do not fit: one process says why
        inspection, subject = None, replace(subject, dataset=task.read())
    return check(subject, settings, LOSSES) if inspection is None else checked(subject, inspection)
