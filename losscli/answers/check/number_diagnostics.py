"""Diagnostics of how a convention changed the number, and of numbers that say little."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

from losscli.answers.check.finding import Case, Diagnostics, Found, Severity
from losscli.core.change import change
from losscli.core.reduction import reduce
from losscli.core.settings import Convention
from losscli.losses.vocabulary import Domain, Kind, Takes
from losscli.record import replace
from losscli.text import count

if TYPE_CHECKING:
    from losscli.core.convention_effects import Worst
    from losscli.core.plan import Plan

diagnostic = Diagnostics()
_FLOAT32 = 2.0**-24  # half a unit in the last place of 1


@diagnostic("rescaled", Severity.WARNING, computed=True)
def rescaled(case: Case) -> Found | None:
    """Rows that the convention divided by their sum, where that changed the loss."""
    n, worst = case.tally.departures.rescaled, case.tally.departures.worst_rescaled
    if not n or worst is None:
        return None
    were = "was" if n == 1 else "were"
    return Found(
        f"{count(n, 'row')} did not sum to 1 and {were} divided by the sum ({case.plan.convention.name}); "
        f"{_tell(case, worst)}{_plain_outcome(case)}",
        hint="{} rescales nothing",
        change=change(like="exact"),
        tried=False,
    )


@diagnostic("clipped", Severity.NOTE, computed=True)
def clipped(case: Case) -> Found | None:
    """Rows whose probability the convention clipped, where that changed the loss."""
    n, worst = case.tally.departures.clipped, case.tally.departures.worst_clipped
    if not n or worst is None or case.plan.floors:
        return None
    reading = case.plan.convention.reading
    limits = f"the logarithm at {reading.log_floor:g}"
    if reading.zero:
        limits = f"at a probability of {reading.zero:g}"
    elif reading.clip:
        limits = f"to [{reading.clip:g}, 1{f' - {reading.clip:g}' if reading.clip_one else ''}]"
    return Found(
        f"{count(n, 'row was', 'rows were')} clipped {limits} ({case.plan.convention.name}); "
        f"{_tell(case, worst)}{_plain_outcome(case)}",
        hint="{} clips nothing",
        change=change(like="exact"),
        tried=False,
    )


@diagnostic("floored", Severity.NOTE, computed=True)
def floored(case: Case) -> Found | None:
    """Rows whose loss was changed by a parameter that keeps the formula away from its limits."""
    n, worst, floors = case.tally.departures.clipped, case.tally.departures.worst_clipped, case.plan.floors
    if not n or worst is None or not floors:
        return None
    given = " and ".join(f"{name} = {case.plan.params[name]:g}" for name in floors)
    hint = " ".join(f"--{name.replace('_', '-')} {value:g}" for name, value in floors.items())
    hint += ", or --like exact" if case.plan.loss.default else ""
    return Found(
        f"{count(n, 'row was', 'rows were')} changed by {given}; {_tell(case, worst)}{_plain_outcome(case)}",
        hint=hint if case.plan.refuses is None else "{} has no such limit",
        change=change(like="exact"),
        tried=False,
    )


@diagnostic("added", Severity.NOTE)
def added(case: Case) -> Found | None:
    """A constant that the convention adds within the logarithm."""
    reading, departures = case.plan.convention.reading, case.tally.departures
    if not reading.add or departures.actual == departures.plain:
        return None
    return Found(
        f"{reading.add:g} was added to each probability within the logarithm ({case.plan.convention.name})"
        f"{_plain_outcome(case)}",
        hint="{} adds nothing",
        change=change(like="exact"),
        tried=False,
    )


def _tell(case: Case, worst: Worst) -> str:
    return f"most in {case.tally.row(worst.number)}: {worst.actual:.7g} instead of {worst.plain:.7g}"


def _plain_outcome(case: Case) -> str:
    """The value in plain mathematics."""
    tally, plan = case.tally, case.plan
    total = tally.summary.total - tally.departures.actual + tally.departures.plain
    plain = reduce(replace(tally.summary, total=total), plan.reduction, weighted_mean=plan.weighted_mean).value
    return "" if plain is None else f"; plain mathematics gives {plain:.7g}"


@diagnostic("saturated", Severity.WARNING, computed=True)
def saturated(case: Case) -> Found | None:
    """Rows whose loss would be infinite without a clip, so that the clip decides the number."""
    seen, plan, total = case.evidence, case.plan, case.tally.summary.total
    n = seen.infinite
    if not n:
        return None
    if case.plan.kind not in (Kind.PROBABILITIES, Kind.LOGITS, Kind.LOG_PROBABILITIES):
        return Found(f"{count(n, 'row has', 'rows have')} an infinite loss")
    message = f"{count(n, 'row gives', 'rows give')} the label probability 0: in plain mathematics the loss is inf"
    cost, whole = seen.infinite_cost.over(), total.over()
    if not 0.0 < whole < float("inf") or plan.kind is not Kind.PROBABILITIES:
        return Found(message)
    them = "it, and it is" if n == 1 else "them, and they are"
    return Found(
        f"{message}; {plan.convention.name} clips {them} {_percent(cost / whole)} of the total loss"
        + (": the clip decides it" if cost > 0.5 * whole else ""),
        hint="{} clips elsewhere",
        change=change(clip=1e-15),
    )


def _percent(share: float) -> str:
    return f"{share:.0%}" if share >= 0.01 else f"{100.0 * share:.1g}%"


@diagnostic("undefined", Severity.WARNING, computed=True)
def undefined(case: Case) -> Found | None:
    """Finite numbers for which the loss is undefined (NaN), or a score of a single row."""
    loss, report, n = case.plan.loss, case.report, case.evidence.undefined
    if case.plan.settings.nan == "keep" or report is None:
        return None
    why = loss.undefined or ("" if loss.domain is not Domain.POSITIVE else f"it is for {loss.domain}")
    why = f": {why}" if why else ""
    if n:
        first = case.tally.row(int(case.evidence.undefined_first))
        return Found(f"{loss.name} is undefined (NaN) in {count(n, 'row')}{why}; first in {first}")
    if loss.takes is Takes.SET and (any(map(isnan, report.score or ())) or (loss.undefined and report.samples < 2)):
        return Found(f"{loss.name} is undefined for {count(report.samples, 'row')}{why}")
    return None


@diagnostic("ties", Severity.NOTE, computed=True)
def ties(case: Case) -> Found | None:
    """Labels whose score ties with other classes, so that the rule for ties decides."""
    n, right = case.evidence.ties, case.evidence.ties_right
    if not n:
        return None
    counted = f"{right} of them as right" if 0 < right < n else f"{'it' if n == 1 else 'all of them'} as "
    counted += "" if 0 < right < n else "right" if right else "wrong"
    what = f"{count(n, 'row was', 'rows were')} decided by a tie of the label's score with others"
    return Found(f"{what}; {case.plan.loss.name} counted {counted}")


@diagnostic("hard-predictions", Severity.WARNING, computed=True)
def hard_predictions(case: Case) -> Found | None:
    """Probabilities that are all 0 or 1: their loss says no more than the accuracy."""
    seen, takes, tally = case.evidence, case.plan.takes, case.tally
    if case.plan.kind is not Kind.PROBABILITIES or not takes.predicts_label:
        return None
    if tally.samples < 2 or seen.hard < seen.rows or seen.label_between:
        return None
    wrong = tally.decisions - tally.hits
    return Found(
        f"all predictions are 0 or 1: {wrong:,} of {tally.decisions:,} are wrong, and each costs -log of the "
        "clip; the loss says nothing that the accuracy does not",
        hint="give the probabilities, not the decisions",
    )


@diagnostic("float32", Severity.INFO)
def float32(case: Case) -> Found | None:
    """Probabilities of exactly 1 among float32 numbers."""
    seen = case.evidence
    if case.plan.kind is not Kind.PROBABILITIES or not seen.single or seen.high != 1.0 or seen.hard == seen.rows:
        return None
    return Found(
        "all predictions are float32 numbers, and some are exactly 1: probabilities within 6e-08 of 1 were "
        "rounded to 1, so the smallest losses are unknown"
    )


@diagnostic("float32-clip", Severity.WARNING)
def float32_clip(case: Case) -> Found | None:
    """A clip so small that ``1 - clip`` is 1 in float32."""
    clip = case.plan.convention.reading.clip
    if case.plan.settings.dtype != "float32" or not 0.0 < clip < _FLOAT32 or case.plan.kind is not Kind.PROBABILITIES:
        return None
    return Found(
        f"1 - {clip:g} is 1 in float32: the clip acts at 0 only",
        hint="--dtype float64, or {}",
        change=change(clip=1e-7),
        tried=False,
    )


@diagnostic("nothing-counted", Severity.ERROR, computed=True)
def nothing_counted(case: Case) -> Found | None:
    """A mean over no rows, or with weights that sum to 0."""
    summary, plan = case.tally.summary, case.plan
    if plan.reduction in ("sum", "none"):
        return None
    if not summary.count:
        return Found("no row was counted: the mean of nothing is NaN")
    reduced = reduce(summary, plan.reduction, weighted_mean=plan.weighted_mean)
    if reduced.divided_by == "sum(w)" and not reduced.divisor:
        return Found("the sample weights sum to 0: the weighted mean is NaN")
    if summary.weights is not None and not reduce(summary, "weighted-mean").divisor:
        return Found("the sample weights sum to 0: no row counts, and the value says nothing")
    return None


@diagnostic("weights", Severity.NOTE, computed=True)
def weights(case: Case) -> Found | None:
    """A weighted mean, on whose divisor frameworks disagree."""
    summary, report = case.tally.summary, case.report
    if report is None or not summary.count or summary.weights is None or case.plan.loss.takes is Takes.DECISION:
        return None  # a share of all weights
    keep = case.plan.settings.keep
    if case.plan.reduction not in ("mean", "weighted-mean") or (keep is not None and not keep.losses):
        return None  # a count of rows counts their weights
    by_count, by_weight = reduce(summary, "mean"), reduce(summary, "weighted-mean")
    reduced = report.reduced
    other = by_weight if reduced.divided_by == "N" else by_count
    by_name = reduced.divided_by == "N" or (case.plan.reduction == "weighted-mean" and case.plan.refuses is None)
    otherwise = change(reduction="weighted-mean" if reduced.divided_by == "N" else "mean")
    return Found(
        f"the weighted losses were divided by {reduced.divided_by} = {reduced.divisor:.7g}; "
        f"divided by {other.divided_by} = {other.divisor:.7g} they are {other.value:.7g}",
        hint="{}" if by_name else "{} divides by N",
        change=otherwise if by_name else change(like=_by_count(case.plan)),
        tried=False,
    )


def _by_count(plan: Plan) -> str:
    """The name of a convention whose mean divides by the number of values."""
    return next((name for name, one in plan.loss.frameworks.items() if not one.weighted_mean), "exact")


@diagnostic("negative", Severity.WARNING, computed=True)
def negative(case: Case) -> Found | None:
    """A divergence below 0, which only rows that do not sum to 1 can have."""
    summary = case.tally.summary
    if case.plan.takes is not Takes.DISTRIBUTION or not summary.count or summary.min > -1e-6:
        return None
    return Found(
        f"a divergence is never negative, and row losses go down to {summary.min:.4g}: rows of predictions or of "
        "labels do not sum to 1",
        hint="{} divides the predictions by their sum",
        change=change(rescale=True),
    )


@diagnostic("outputs", Severity.INFO, computed=True)
def outputs(case: Case) -> Found | None:
    """Several outputs per row, which are averaged before the reduction."""
    width, report = case.plan.width, case.report
    if not case.plan.takes.averages_outputs or width < 2:
        return None
    if report is None or report.value is None:
        return None
    return Found(
        f"each row is the mean over its {width} columns; summed over them, the {case.plan.reduction} is "
        f"{report.value * width:.7g}"
    )


@diagnostic("outputs-averaged", Severity.NOTE, computed=True)
def outputs_averaged(case: Case) -> Found | None:
    """A sum of rows with several outputs, where frameworks add up all entries."""
    plan, report = case.plan, case.report
    if report is None or not isinstance(report.value, float) or isinstance(plan.settings.like, Convention):
        return None
    if plan.settings.reduction != "sum" or plan.width < 2 or not plan.takes.averages_outputs:
        return None
    return Found(
        f"a row's loss is the mean over its {plan.width} outputs; "
        f"added up over all entries, as frameworks do, it is {report.value * plan.width:.7g}"
    )
