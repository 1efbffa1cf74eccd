"""From the options of ``calibrate`` to a written answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.answers.calibrate.forecast_steps import calibrated, forecast_steps
from losscli.cli.run.counting import counted
from losscli.cli.run.destination import destination
from losscli.cli.run.plotting import check_plot, inline, write_plot
from losscli.cli.run.prepare import level_of_counts, read_options, settings_of
from losscli.cli.run.present import tell
from losscli.core.counts.keep import Keep
from losscli.outputs.calibration_view import CalibrationView
from losscli.outputs.write import write
from losscli.record import replace

if TYPE_CHECKING:
    from losscli.cli.run.request import Request
    from losscli.outputs.plot import Picture


def run_calibrate(request: Request) -> None:
    """Read the rows, count, write the answer."""
    check_plot(request)
    keep = Keep(bins=request.n_bins, each=request.each_class, fit=request.fit)
    settings = replace(settings_of(replace(request, ci=None)), keep=keep)
    level = level_of_counts(request)

    inspection = counted(read_options(request), request, lambda dataset, head: forecast_steps(dataset, head, settings))
    report = inspection.report()
    found = calibrated(inspection, level)

    def picture() -> Picture:
        from losscli.outputs.answer_pictures import calibration_picture

        return calibration_picture(found, level)

    with destination(request.output, request.sources) as stream:
        view = CalibrationView(report, found, request.digits, level, request.verbose, inline(request, picture))
        write(view, request.output_format, stream, request.color, report)
    if request.plot is not None:
        write_plot(request, picture())
    tell(report, request)
