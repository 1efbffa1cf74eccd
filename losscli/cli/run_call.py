"""From the options of a framework's call to a written result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.cli.destination import destination
from losscli.cli.prepare import arguments, options_for, stdin
from losscli.cli.present import tell, writer_for
from losscli.core.call_evaluation import CallEvaluation
from losscli.core.calls import needed
from losscli.errors import InputError, UsageError
from losscli.inputs import read
from losscli.losses.references import Rule
from losscli.record import replace

if TYPE_CHECKING:
    from losscli.cli.request import Request
    from losscli.core.batch import Dataset
    from losscli.inputs import ReadOptions
    from losscli.losses.references import Reference
    from losscli.losses.spec import Loss


def run_call(loss: Loss, reference: Reference, request: Request) -> None:
    """Read, evaluate as the framework does, write."""
    takes = reference.takes or loss.takes
    options = options_for(loss, request, takes)
    for name in needed(loss, reference):
        if name not in request.extras:
            option = f"--{name.replace('_', '-')}"
            raise UsageError(f"{reference.call} also takes {name}", hint=f"{option} VALUES, FILE or COLUMNS")
    reduction = request.reduction if request.normalize is None else f"normalize={request.normalize}"
    dataset = _dataset(reference, request, options)
    evaluation = CallEvaluation(
        loss, reference, arguments(request, reference.options), dataset, reduction=reduction, dtype=request.dtype
    )
    if request.explain is not None and not request.quiet:
        from losscli.cli.run_explain import explain_call

        explain_call(evaluation, request)
        return
    with destination(request.output) as stream:
        writer = writer_for(loss, request, stream, each=reference.reductions.rules[evaluation.reduction] is Rule.NONE)
        for rows in evaluation.run():
            writer.rows(rows)
        report = evaluation.report()
        writer.finish(report)
    if not request.quiet:
        tell(report)


def _dataset(reference: Reference, request: Request, options: ReadOptions) -> Dataset:
    """The rows; without labels if there are none and the call can do without."""
    predictions, labels = request.data
    try:
        return read(predictions, labels, options, stdin())
    except InputError:
        if not reference.labels_optional or labels is not None or predictions in (None, "-"):
            raise
    return read(predictions, labels, replace(options, labels=False), stdin())
