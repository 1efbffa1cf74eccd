"""From the options of ``thresholds`` to a written answer."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from losscli.answers.thresholds.thresholds import Thresholds, Wanted, thresholds
from losscli.cli.notice import say
from losscli.cli.run.counting import counted
from losscli.cli.run.destination import destination
from losscli.cli.run.plotting import check_plot, inline, write_plot
from losscli.cli.run.prepare import level_of_counts, read_options, settings_of, stdin
from losscli.cli.run.present import tell
from losscli.core.keep import Keep
from losscli.core.steps import PlainSteps
from losscli.errors import UsageError, quoted
from losscli.inputs.numbers import parse_number
from losscli.losses import LOSSES
from losscli.losses.vocabulary import Takes
from losscli.outputs.thresholds_view import ThresholdsView
from losscli.outputs.write import write
from losscli.record import replace

if TYPE_CHECKING:
    from losscli.answers.check.inspect import Inspection
    from losscli.cli.run.request import Request
    from losscli.outputs.plot import Picture

_ANSWERS = ("tp", "fp", "fn", "tn")


def run_thresholds(request: Request) -> None:
    """Read, count, write."""
    check_plot(request)
    wanted = Wanted(0.0 if request.from_logits else 0.5, request.at, request.recall, request.precision, _cost(request))
    for name in ("recall", "precision"):
        for value in getattr(wanted, name):
            if not 0.0 < value <= 1.0:
                raise UsageError(f"--{name} {value:g}: above 0, and at most 1")
    if any(map(math.isnan, request.at)):
        raise UsageError("--at nan: a number")
    edges = (*request.at, math.nextafter(wanted.usual or 0.0, math.inf))
    settings = settings_of(replace(request, ci=None, from_logits=False))
    loss, threshold = next(
        (loss, param)
        for loss in LOSSES
        if loss.takes is Takes.DECISION
        for param in loss.params
        if isinstance(param.default, float)
    )
    settings = replace(settings, keep=Keep(positive=request.positive, at=edges), params={threshold.name: wanted.usual})
    inspection = counted(read_options(request), request, stdin(), lambda dataset, head: PlainSteps(loss, settings))
    report = inspection.report()
    found = _found(inspection, wanted, request)

    def picture() -> Picture:
        from losscli.outputs.plot import thresholds_picture

        return thresholds_picture(found)

    with destination(request.output, request.sources) as stream:
        view = ThresholdsView(
            report, found, request.digits, level_of_counts(request), request.verbose, inline(request, picture)
        )
        write(view, request.output_format, stream, request.color)
    if request.plot is not None:
        write_plot(request, picture())
    tell(report)
    for name in found.missed:
        say("note", f"{name}: no threshold reaches it")


def _found(inspection: Inspection, wanted: Wanted, request: Request) -> Thresholds:
    """The answer; scores beyond [0, 1] have no usual threshold, unless they are logits."""
    kept = inspection.evaluation.tally.kept
    if kept is not None and not request.from_logits and not 0.0 <= kept.low <= kept.high <= 1.0:
        wanted = replace(wanted, usual=None)
    return thresholds(kept, wanted, level_of_counts(request))


def _cost(request: Request) -> dict[str, float]:
    """``fp=1,fn=5``."""
    costs: dict[str, float] = {}
    for item in request.cost.split(",") if request.cost else ():
        name, _, text = (part.strip() for part in item.partition("="))
        value = parse_number(text)
        if name not in _ANSWERS or name in costs or value is None or not math.isfinite(value):
            raise UsageError(f"--cost {quoted(request.cost or '')}: as fp=1,fn=5; of {', '.join(_ANSWERS)}, each once")
        costs[name] = value
    return costs
