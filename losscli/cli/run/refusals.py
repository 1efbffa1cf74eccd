"""Refuses options that do not go together, before anything is read: none is ignored in silence."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from losscli.cli.run.request import Request
from losscli.errors import UsageError
from losscli.file_formats import Writes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from losscli.core.steps import Steps

_NOTHING = Request()
_TYPED = {"quiet": "-q", "rows": "-n", "all_rows": "--all"}  # options with another name than their field


def refuse_beside(request: Request, names: Iterable[str], what: str, hint: str = "") -> None:
    """Refuse the first of some options, by the names of their fields, that was given.

    Args:
        request: The options.
        names: The fields.
        what: Why not; ``{}`` stands for the option.
        hint: What to do instead.
    """
    for name in names:
        if getattr(request, name) != getattr(_NOTHING, name):
            raise UsageError(what.format(_TYPED.get(name, f"--{name}")), hint=hint)


def refuse(steps: Steps, request: Request) -> None:
    """Refuse options that exclude each other, or that the loss or the format cannot obey."""
    if request.quiet:
        _refuse_beside_a_number(steps, request)
    _refuse_interval(steps, request)
    _refuse_beside_baselines(steps, request)
    _refuse_histogram(steps, request)
    _refuse_groups(steps, request)
    if request.append is not None:
        _refuse_append(steps, request)


def _refuse_beside_a_number(steps: Steps, request: Request) -> None:
    """Refuse what a bare number has no place for."""
    each = steps.settings.reduction == "none" and not request.against
    what = "-q prints only the number, so {} cannot be shown"
    refuse_beside(request, ("explain", *["rows", "all_rows", "worst"] * (not each)), what, "leave -q out")
    if not (request.fail_if or request.plot or request.worst_groups):
        refuse_beside(request, ("ci", "cluster", "bootstrap"), what, "--fail-if judges its ends")
        refuse_beside(request, ("margin", "test"), what, "leave -q out")


def _refuse_interval(steps: Steps, request: Request) -> None:
    """Refuse intervals where the value has none, or the format cannot show them."""
    if request.cluster is not None and request.test == "sign-flip":
        raise UsageError("--test sign-flip needs independent rows, and with --cluster they are not", hint="--test t")
    given = {"--ci": request.ci, "--cluster": request.cluster, "--bootstrap": request.bootstrap}
    asked = [option for option, value in given.items() if value is not None]
    implied = not asked
    if (steps.settings.level is None or request.against) and implied:
        return
    from losscli.core.intervals.inference import refuse_no_interval

    mine = asked[-1] if asked else "--fail-if" if request.fail_if else "--ci"
    refuse_no_interval(steps, mine)
    if implied:
        return
    names = ("compare", "explain", *["per"] * (request.cluster is not None))
    refuse_beside(request, names, f"{mine} and {{}} exclude each other")
    if request.written.lines and not (request.quiet or request.by or steps.scores):
        what = f"{mine}: {request.output_format} has a line for each row, and none for the interval"
        raise UsageError(what, hint="-f json, or -f table")


def _refuse_beside_baselines(steps: Steps, request: Request) -> None:
    """Refuse differences where a side has no value, or the format cannot show them."""
    if not request.against:
        for option, given in (
            ("--margin or --within", request.margin is not None),
            ("--test", request.test is not None),
        ):
            if given:
                raise UsageError(f"{option} is about the difference to a baseline", hint="--against FILE")
        return
    instead = {
        "compare": "--sweep like=NAME,.. has the difference under each convention",
        "explain": "--explain of each of the two by itself",
        "per": "",
    }
    for name, hint in instead.items():
        refuse_beside(request, (name,), "--against and {} exclude each other", hint)
    if request.by is not None and request.test == "sign-flip":
        raise UsageError("--test sign-flip needs all rows at once, and --by keeps sums of each group", hint="--test t")
    asked = request.reduction is not None  # not by the call itself
    if asked and steps.settings.reduction == "none" and not steps.scores:
        raise UsageError("--against: with --reduction none there are no two numbers to compare", hint="-r mean")
    if request.margin is not None and not 0.0 < request.margin < math.inf:
        raise UsageError(f"--margin is {request.margin:g}; it must be a number above 0")
    if request.worst is not None and request.written.drawn and not request.quiet:
        raise UsageError("--worst and --against: the table has the rows that changed most", hint="-n K shows K of them")


def _refuse_histogram(steps: Steps, request: Request) -> None:
    """Refuse a histogram where rows have no losses, or the format cannot show it."""
    _refuse_plot(steps, request)
    if not request.hist:
        return
    if steps.scores:
        raise UsageError(f"--hist: {steps.name} is one number of all rows")
    what, hint = "--hist and {} exclude each other", "-f json, markdown or table"
    refuse_beside(request, ("quiet", "compare", "explain", "against", "append"), what, hint)
    if not (request.written.drawn or request.written.writes is Writes.DOCUMENT):
        raise UsageError(what.format(f"-f {request.output_format}"), hint=hint)


def _refuse_plot(steps: Steps, request: Request) -> None:
    """Refuse a picture where there are no losses of rows, no groups and no baselines."""
    if request.plot is None:
        return
    what = "{} has no picture; --plot draws losses, --by groups, --against differences"
    refuse_beside(request, ("compare", "explain", "append"), what)
    if steps.scores and not (request.by or request.against or request.sweep):
        raise UsageError(f"--plot: {steps.name} is one number of all rows", hint="--by COL draws that of each group")
    from losscli.cli.run.plotting import check_plot

    check_plot(request)


def _refuse_groups(steps: Steps, request: Request) -> None:
    """Refuse groups with options that cannot show them."""
    if request.worst_groups is not None and request.by is None:
        raise UsageError("--worst-groups: there are no groups", hint="--by COL")
    if request.by is not None and request.per is not None:
        raise UsageError("--by and --per exclude each other", hint="--by shows the groups of which --per is the mean")
    if request.by is not None:
        refuse_beside(request, ("compare", "explain"), "--by and {} exclude each other")
    if request.by is not None and steps.settings.reduction == "none":
        raise UsageError(f"--by {request.by}: with --reduction none there is no value for each")


def _refuse_append(steps: Steps, request: Request) -> None:
    """Refuse ``--append`` where rows have no loss, or with options that show something else."""
    if steps.scores:
        raise UsageError(f"--append: {steps.name} has no value for each row")
    names = ("quiet", "rows", "all_rows", "worst", "by", "ci", "compare", "explain", "hist", "bootstrap", "cluster")
    what = "--append and {} exclude each other: it writes the rows of PREDICTIONS as they are"
    refuse_beside(request, (*names, "join", "shift", "dask"), what)
