"""From the options of ``calibrate`` to a written answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.answers.calibrate.calibrations import calibrations
from losscli.answers.check.check import suitable
from losscli.cli.run.counting import counted
from losscli.cli.run.destination import destination
from losscli.cli.run.plotting import check_plot, inline, write_plot
from losscli.cli.run.prepare import level_of_counts, read_options, settings_of, stdin
from losscli.cli.run.present import tell
from losscli.core.keep import Keep
from losscli.core.steps import PlainSteps
from losscli.errors import InputError
from losscli.losses import LOSSES
from losscli.losses.vocabulary import Takes
from losscli.outputs.calibration_view import CalibrationView
from losscli.outputs.write import write
from losscli.record import replace

if TYPE_CHECKING:
    from losscli.cli.run.request import Request
    from losscli.core.batch import Batch, Dataset
    from losscli.core.plan import Plan
    from losscli.core.steps import Steps
    from losscli.outputs.plot import Picture


def run_calibrate(request: Request) -> None:
    """Read, count, write."""
    check_plot(request)
    keep = Keep(bins=request.n_bins, each=request.each_class, fit=request.fit)
    settings = replace(settings_of(replace(request, ci=None)), keep=keep)
    level = level_of_counts(request)

    def steps_for(dataset: Dataset, head: Batch) -> Steps:
        takes, reason = suitable(head, settings, tabular=dataset.tabular)
        if not takes.of_probabilities:
            what = f"{reason}: a calibration needs probabilities, or logits, and what happened"
            raise InputError(what, dataset.source, "labels of 0 and 1, or classes")
        return PlainSteps(next(loss for loss in LOSSES if loss.takes is takes), settings)

    inspection = counted(read_options(request), request, stdin(), steps_for)
    report = inspection.report()
    evaluation = inspection.evaluation
    assert evaluation.plan is not None
    found = calibrations(evaluation.tally.kept, event_of(evaluation.plan), _names(evaluation.plan), level)

    def picture() -> Picture:
        from losscli.outputs.plot import calibration_picture

        return calibration_picture(found, level)

    with destination(request.output, request.sources) as stream:
        view = CalibrationView(report, found, request.digits, level, request.verbose, inline(request, picture))
        write(view, request.output_format, stream, request.color)
    if request.plot is not None:
        write_plot(request, picture())
    tell(report)


def event_of(plan: Plan) -> str:
    """What is forecast."""
    if plan.takes is Takes.CLASS:
        return "the class chosen is right"
    return plan.names.names[1] if plan.names is not None and plan.width == 1 else "yes"


def _names(plan: Plan) -> tuple[str, ...]:
    return plan.names.names if plan.names is not None else tuple(map(str, range(plan.width)))
