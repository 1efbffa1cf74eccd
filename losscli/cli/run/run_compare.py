"""``--compare``: from parsed options to a written comparison."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from losscli.answers.compare.compare import Comparing
from losscli.answers.compare.conventions import chosen
from losscli.cli.run.counting import counted
from losscli.cli.run.destination import destination
from losscli.cli.run.present import tell
from losscli.cli.run.refusals import refuse_beside
from losscli.errors import UsageError
from losscli.losses.vocabulary import Takes
from losscli.outputs.compare_view import CompareView
from losscli.outputs.write import write
from losscli.record import replace

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
    what = "--compare shows a line for each convention; {} does not go with it"
    refuse_beside(request, ("quiet",), what, "-f csv or -f json for programs; --like NAME -q for one number")
    refuse_beside(request, ("all_rows", "worst", "rows"), what)
    if settings.clip is not None or settings.rescale is not None:
        raise UsageError("--compare shows each convention as it is; --clip and --rescale change one")
    if settings.reduction == "none":
        raise UsageError("--compare compares one number of each convention", hint="-r mean or -r sum")
    text = request.compare or "all"
    references = chosen(loss, () if text == "all" else [name.strip() for name in text.split(",")])
    options = replace(options, columnwise=loss.takes is Takes.CLASS)
    begin = partial(Comparing, loss, settings, references)
    inspection = counted(options, request, lambda *_: steps, begin)
    report = inspection.report()
    assert isinstance(inspection.companions, Comparing)
    comparison = inspection.companions.comparison()
    with destination(request.output, request.sources) as stream:
        view = CompareView(report, comparison, request.digits, request.verbose)
        write(view, request.output_format, stream, request.color, report)
    tell(report, request)
