"""From the options of a framework's call to a written result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.cli.destination import destination
from losscli.cli.present import tell, writer_for
from losscli.cli.request import argument, data, read_options, stdin
from losscli.core.call_evaluation import CallEvaluation
from losscli.core.calls import needed
from losscli.errors import InputError, UsageError
from losscli.inputs import read
from losscli.losses.references import Rule
from losscli.losses.vocabulary import Takes
from losscli.record import replace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from losscli.core.batch import Dataset
    from losscli.inputs import ReadOptions
    from losscli.losses.references import Reference
    from losscli.losses.spec import Loss


def run_call(loss: Loss, reference: Reference, given: Mapping[str, Any]) -> None:
    """Read, evaluate as the framework does, write."""
    takes = reference.takes or loss.takes
    options = replace(
        read_options(given, reference.extras),
        labels=takes is not Takes.ANCHOR,
        raw_labels=takes.as_given,
    )
    for name in needed(loss, reference):
        if given[f"extra_{name}"] is None:
            option = f"--{name.replace('_', '-')}"
            raise UsageError(f"{reference.call} also takes {name}", hint=f"{option} VALUES, FILE or COLUMNS")
    arguments = {
        param.name: argument(param, given[f"arg_{param.name}"])
        for param in reference.options
        if given[f"arg_{param.name}"] is not None
    }
    reduction = given.get("reduction")
    if given.get("normalize") is not None:
        reduction = f"normalize={given['normalize']}"
    dataset = _dataset(reference, given, options)
    evaluation = CallEvaluation(loss, reference, arguments, dataset, reduction=reduction, dtype=given["dtype"])
    if given["explain"] is not None and not given["quiet"]:
        from losscli.cli.run_explain import explain_call

        explain_call(evaluation, given)
        return
    with destination(given["output"]) as stream:
        writer = writer_for(loss, given, stream, each=reference.reductions.rules[evaluation.reduction] is Rule.NONE)
        for rows in evaluation.run():
            writer.rows(rows)
        report = evaluation.report()
        writer.finish(report)
    if not given["quiet"]:
        tell(report)


def _dataset(reference: Reference, given: Mapping[str, Any], options: ReadOptions) -> Dataset:
    """The rows; without labels if there are none and the call can do without."""
    predictions, labels = data(given)
    try:
        return read(predictions, labels, options, stdin())
    except InputError:
        if not reference.labels_optional or labels is not None or predictions in (None, "-"):
            raise
    return read(predictions, labels, replace(options, labels=False), stdin())
