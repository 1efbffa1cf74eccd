"""``--compare``: from parsed options to a written comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.answers.check.inspect import Inspection
from losscli.answers.compare.compare import Comparing
from losscli.answers.compare.conventions import chosen
from losscli.cli.run.destination import destination
from losscli.cli.run.prepare import stdin
from losscli.cli.run.present import tell
from losscli.core.whole import join
from losscli.errors import UsageError
from losscli.inputs import read
from losscli.losses import LOSSES
from losscli.losses.vocabulary import Takes
from losscli.outputs.compare_view import CompareView
from losscli.outputs.write import write

if TYPE_CHECKING:
    from losscli.cli.run.request import Request
    from losscli.core.steps import Steps
    from losscli.inputs import ReadOptions


def run_compare(steps: Steps, options: ReadOptions, request: Request) -> None:
    """Read once, evaluate under every convention, write; notes go to stderr.

    Raises:
        UsageError: Options that ask for rows or for one number; conventions that the loss does not have.
    """
    loss, settings = steps.loss, steps.plain.settings
    for option, name in {"quiet": "--quiet", "all_rows": "--all", "worst": "--worst", "rows": "-n"}.items():
        if getattr(request, option) not in (None, False):
            hint = "-f csv or -f json for programs; --like NAME -q for one number" if option == "quiet" else ""
            raise UsageError(f"--compare shows a line for each convention; {name} does not go with it", hint=hint)
    if settings.clip is not None or settings.rescale is not None:
        raise UsageError("--compare shows each convention as it is; --clip and --rescale change one")
    if settings.reduction == "none":
        raise UsageError("--compare compares one number of each convention", hint="-r mean or -r sum")
    text = request.compare or "all"
    references = chosen(loss, () if text == "all" else [name.strip() for name in text.split(",")])
    dataset = read(*request.data, options, stdin())
    inspection = Inspection(steps, dataset, LOSSES)
    comparing = Comparing(loss, settings, dataset, references)
    batches = dataset.batches
    if comparing.whole:
        whole = join(batches)
        batches = iter([whole] if whole is not None else [])
    for batch in batches:
        if inspection.add(batch) is not None or loss.takes is Takes.SET:
            comparing.add(batch)
    inspection.begin()
    report = inspection.report()
    with destination(request.output, request.sources) as stream:
        view = CompareView(report, comparing.comparison(), request.digits, request.verbose)
        write(view, request.output_format, stream, request.color)
    tell(report)
