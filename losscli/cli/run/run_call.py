"""From the options of a framework's call to a written result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.cli.run.prepare import arguments, options_for, settings_of, stdin
from losscli.cli.run.run_loss import run
from losscli.core.calls.call_steps import CallSteps
from losscli.errors import InputError, UsageError
from losscli.inputs import read
from losscli.record import replace

if TYPE_CHECKING:
    from losscli.cli.run.request import Request
    from losscli.inputs import ReadOptions
    from losscli.losses.loss import Loss
    from losscli.losses.reference import Reference


def run_call(loss: Loss, reference: Reference, request: Request) -> int | None:
    """Read, evaluate as the framework does, write; returns the exit status, None for 0."""
    for name in reference.needed(loss.kernel):
        if name not in request.extras:
            option = f"--{name.replace('_', '-')}"
            raise UsageError(f"{reference.call} also takes {name}", hint=f"{option} VALUES, FILE or COLUMNS")
    reduction = request.reduction if request.normalize is None else f"normalize={request.normalize}"
    given = arguments(request, reference.options)
    steps = CallSteps(loss, reference, given, settings_of(request), reduction)
    options = replace(
        _options(loss, reference, request), classes_along=steps.classes_along, rows_second=steps.rows_second
    )
    return run(steps, options, request)


def _options(loss: Loss, reference: Reference, request: Request) -> ReadOptions:
    """How to read the input; without labels if there are none and the call does not need them."""
    options = options_for(loss, request, reference.takes or loss.takes)
    predictions, labels = request.data
    if not reference.labels_optional or labels is not None or predictions in (None, "-"):
        return options
    try:
        read(predictions, labels, options, stdin())
    except InputError:
        return replace(options, labels=False)
    return options
