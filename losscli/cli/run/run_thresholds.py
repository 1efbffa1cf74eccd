"""From the options of ``thresholds`` to a written answer."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from losscli.answers.thresholds.decision_counts import ANSWERS, counted_thresholds, decision_steps, refuse_unreachable
from losscli.answers.thresholds.thresholds import Sought
from losscli.cli.notice import say
from losscli.cli.run.counting import counted
from losscli.cli.run.destination import destination
from losscli.cli.run.plotting import check_plot, inline, write_plot
from losscli.cli.run.prepare import level_of_counts, read_options, settings_of
from losscli.cli.run.present import tell
from losscli.errors import UsageError
from losscli.inputs.numbers import parse_number
from losscli.outputs.thresholds_view import ThresholdsView
from losscli.outputs.write import write
from losscli.record import replace
from losscli.text import quoted

if TYPE_CHECKING:
    from losscli.cli.run.request import Request
    from losscli.outputs.plot import Picture


def run_thresholds(request: Request) -> None:
    """Read the rows, count, write the answer."""
    check_plot(request)
    wanted = Sought(0.0 if request.from_logits else 0.5, request.at, request.recall, request.precision, _cost(request))
    refuse_unreachable(wanted)
    settings = settings_of(replace(request, ci=None, from_logits=False))
    inspection = counted(
        read_options(request), request, lambda dataset, head: decision_steps(wanted, request.positive, settings, head)
    )
    report = inspection.report()
    level = level_of_counts(request)
    found = counted_thresholds(inspection, wanted, level, logits=request.from_logits)

    def picture() -> Picture:
        from losscli.outputs.answer_pictures import thresholds_picture

        return thresholds_picture(found)

    with destination(request.output, request.sources) as stream:
        view = ThresholdsView(report, found, request.digits, level, request.verbose, inline(request, picture))
        write(view, request.output_format, stream, request.color, report)
    if request.plot is not None:
        write_plot(request, picture())
    tell(report, request)
    for name in found.missed:
        say("note", f"{name}: no threshold reaches it")


def _cost(request: Request) -> dict[str, float]:
    """``fp=1,fn=5``."""
    costs: dict[str, float] = {}
    for item in request.cost.split(",") if request.cost else ():
        name, _, text = (part.strip() for part in item.partition("="))
        value = parse_number(text)
        if name not in ANSWERS or name in costs or value is None or not math.isfinite(value):
            raise UsageError(f"--cost {quoted(request.cost or '')}: as fp=1,fn=5; of {', '.join(ANSWERS)}, each once")
        costs[name] = value
    return costs
