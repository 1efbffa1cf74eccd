"""How sure a number is: which interval it has, from what was kept of the rows; or why it has none."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from losscli.core.interval import Interval, hall_interval, smooth, t_interval, weighted
from losscli.core.moments import Moments
from losscli.core.report import Inferred, Note
from losscli.core.tails import wilson
from losscli.errors import UsageError
from losscli.losses.vocabulary import Inference

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.core.plan import Plan
    from losscli.core.report import Group
    from losscli.core.running import Tally
    from losscli.core.steps import Steps

_CARRIED = 0.5  # of the loss by a few rows: then the interval knows little of the tail
_FEW = 0.25  # of the rows are a few
_NEAR = 1e-9


def level_of(number: float, name: str, *, percent: bool = False) -> float:
    """A confidence level from a number in percent or, if it is below 1, from the level itself.

    Raises:
        UsageError: It is none; ``name`` is what it is called.
    """
    level = number
    if number > 1.0 or percent:
        level = float(f"{number!r}e-2") if 1e-4 < number < 100.0 else math.nan  # rounded once
    if not 0.0 < level < 1.0:
        raise UsageError(f"{name}: a confidence level is above 1 and below 100 percent, or below 1", hint="95")
    return level


def refuse_no_interval(steps: Steps) -> None:
    """Refuse an interval of what has none, whatever the rows are.

    Raises:
        UsageError: It has none.
    """
    if steps.loss.inference is Inference.NONE:
        raise UsageError(f"--ci: {steps.name} has no interval in closed form: it is no mean of one number a row")
    if steps.settings.reduction == "none" and not steps.scores:
        raise UsageError("--ci: without a reduction there is no number to have an interval", hint="-r mean")


def inferred(plan: Plan, tally: Tally, value: float | None, level: float) -> Inferred:
    """The interval of a reduced value.

    Args:
        plan: The decisions.
        tally: What was kept of the rows.
        value: Their reduced value.
        level: Such as 0.95.
    """
    moments = tally.moments
    accuracy = _accuracy(tally, level)
    why = _obstacle(plan, moments, value)
    if why or moments is None or value is None:
        return Inferred(None, accuracy, (_none(why),))
    interval = _interval(plan, tally, moments, value, level)
    return Inferred(interval, accuracy, () if plan.loss.higher_is_better else _carried(tally, interval))


def of_groups(groups: Sequence[Group], value: float | None, level: float) -> Inferred:
    """The interval of the mean of groups, each of which counts alike."""
    values = [group.reduced.value for group in groups if group.reduced.value is not None]
    n = len(values)
    if n < 2 or value is None or not all(map(math.isfinite, values)):
        return Inferred(None, None, (_none(f"it takes 2 groups with finite values, and there are {n}"),))
    se = smooth(Moments.of((np.array(values),), (values[0],)), (1.0,))
    return Inferred(Interval(level, *t_interval(value, se, n - 1, level), se, n - 1, "t", "cluster", n))


def _accuracy(tally: Tally, level: float) -> Interval | None:
    """The interval of the accuracy, where each row decides once."""
    n = tally.decisions
    if not n or n != tally.summary.rows:
        return None
    share = tally.hits / n
    se = math.sqrt(share * (1.0 - share) / (n - 1)) if n > 1 else None
    return Interval(level, *wilson(tally.hits, n, level), se, None, "wilson", "row", n)


def _none(why: str) -> Note:
    return Note("no-interval", f"no interval: {why}", severity="warning")


def _obstacle(plan: Plan, moments: Moments | None, value: float | None) -> str:
    """Why there is no interval; empty if there is one."""
    if value is None:
        return "there are several numbers, or none"
    if moments is None:
        return "rows have no value of their own here"
    shares = plan.loss.inference is Inference.SHARE and len(moments.sums) == 1
    if moments.units < (1 if shares else 2):
        return f"it takes 2 rows that count, and there {'is' if moments.units == 1 else 'are'} {moments.units}"
    if len(moments.sums) == 2 and moments.mean(1) == 0.0:
        return "the weights sum to 0"
    if not moments.finite or not math.isfinite(value):
        return "a value is infinite or NaN"
    if plan.loss.inference is Inference.LINEAR and not math.isclose(
        moments.mean(), value, rel_tol=_NEAR, abs_tol=_NEAR
    ):
        return "this call computes the number in a way of its own"
    return ""


def _interval(plan: Plan, tally: Tally, moments: Moments, value: float, level: float) -> Interval:
    n, even = moments.units, len(moments.sums) == 1
    size = 1.0 if even else moments.mean(1)
    se = math.nan if n < 2 else smooth(moments, (1.0,)) if even else weighted(moments)[1]
    scale = n if plan.rule == "sum" else 1
    low, high = _bounds(plan, tally)
    df: int | None = n - 1
    hits = _hits(plan, tally, moments, se)
    if plan.loss.inference is Inference.LINEAR:
        method, scale = "t", 1
        ends = t_interval(value, se, n - 1, level)
    elif hits is not None:
        method, df = "wilson", None
        ends = wilson(*hits, level)
    elif even or (plan.rule != "weighted-mean" and moments.covariance(1, 1) == 0.0):
        method, moved = "hall-t", 0.0 if even else plan.pivot or 0.0
        low_end, high_end = hall_interval(moments, level)
        ends = low_end / size + moved, high_end / size + moved
    else:
        method = "t"
        ends = t_interval(value, se, n - 1, level)
    ends = max(ends[0], low) * scale, min(ends[1], high) * scale
    return Interval(level, *ends, None if math.isnan(se) else se * scale, df, method, "row", n)


def _hits(plan: Plan, tally: Tally, moments: Moments, se: float) -> tuple[float, float] | None:
    """How many rows are right, of how many; None if rows are more than right or wrong.

    Where weighted rows are all alike, they count as many as unweighted ones that would be as sure (Kish 1965).
    """
    if plan.loss.inference is not Inference.SHARE:
        return None
    if len(moments.sums) == 1:
        whole = moments.sums[0] == moments.products[0] and tally.summary.min >= 0.0 and tally.summary.max <= 1.0
        return (moments.sums[0].over(), moments.units) if whole else None
    if se or plan.rule != "weighted-mean":
        return None
    effective = moments.sums[1].over() ** 2 / moments.products[2].over()
    return moments.mean(0) / moments.mean(1) * effective, effective


def _bounds(plan: Plan, tally: Tally) -> tuple[float, float]:
    """The range of the numbers that are averaged, if none is outside: an end beyond it says nothing."""
    loss, summary = plan.loss, tally.summary
    share = loss.inference is Inference.SHARE or "unit-interval" in loss.laws
    low = 0.0 if (share or "non-negative" in loss.laws) and summary.min >= 0.0 else -math.inf
    one_each = summary.weights is None and plan.rule in ("mean", "weighted-mean")
    return low, 1.0 if share and one_each and summary.max <= 1.0 else math.inf


def _carried(tally: Tally, interval: Interval) -> tuple[Note, ...]:
    """Whether a few rows carry the loss."""
    total, carried = tally.summary.sum, 0.0
    if tally.summary.min < 0.0 or not total or interval.method == "wilson" or tally.summary.weights is not None:
        return ()
    for k, (loss, _) in enumerate(tally.evidence.costliest.top, 1):
        carried += loss
        if k <= _FEW * interval.units and carried >= _CARRIED * total:
            largest = "the largest" if k == 1 else f"the {k} largest"
            verb = "carries" if k == 1 else "carry"
            what = f"{largest} of {interval.units:,} rows {verb} {carried / total:.0%} of the loss"
            return (Note("carried", f"{what}: the interval cannot be trusted"),)
    return ()
