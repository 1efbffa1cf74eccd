"""Whether one model is better than another on the same rows: a function of the paired sums alone."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from losscli.core.intervals.bootstrap import p_of
from losscli.core.intervals.difference import ALL_ALIKE, BETTER, SAME, UNDECIDED, WORSE, Difference
from losscli.core.intervals.interval import OVERFLOW, Interval, smooth, t_interval, two_sided
from losscli.core.intervals.sign_flip import sign_flip
from losscli.core.intervals.tails import holm, mcnemar, t_quantile, tango
from losscli.losses.vocabulary import Inference, Kind
from losscli.record import replace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.core.intervals.difference import Model
    from losscli.core.intervals.paired import Paired
    from losscli.core.plan import Plan
    from losscli.core.report import Report

_NEAR = 1e-9


def differences(plan: Plan, report: Report, baselines: Sequence[tuple[Model, Paired]]) -> tuple[Difference, ...]:
    """The difference to each baseline; with several, p is corrected for their number before the verdict."""
    nats = report.nats if report.exponential else None
    return judged(plan, [difference(plan, report.compared, nats, *one, report.called) for one in baselines])


def judged(plan: Plan, found: Sequence[Difference]) -> tuple[Difference, ...]:
    """Differences with verdicts, p corrected by Holm's method."""
    corrected = iter(holm([one.p for one in found if one.p is not None]))
    return tuple(_judged(plan, one if one.p is None else replace(one, p_holm=next(corrected))) for one in found)


def difference(
    plan: Plan, value: float | None, nats: float | None, baseline: Model, paired: Paired, called: str
) -> Difference:
    """The difference to one baseline, without a verdict.

    Args:
        plan: The decisions of the candidate.
        value: The candidate's value.
        nats: Nats per unit, if values are ``exp`` of means; else None.
        baseline: The baseline's own numbers.
        paired: Paired sums over the rows.
        called: The candidate's name.
    """
    found = Difference(
        baseline,
        paired.rows,
        paired.left_out,
        _common(plan, nats, paired),
        difference=None if value is None or baseline.value is None else value - baseline.value,
        margin=plan.settings.margin,
        moved=paired.moved,
        decisions=paired.decisions if paired.rows and paired.decisions and any(paired.decisions) else None,
    )
    if paired.all_alike and not (len(paired.moments.sums) == 3 and not paired.moments.mean(2)):  # all weights are 0
        found = replace(found, verdict=ALL_ALIKE)
    level = plan.settings.level or 0.95
    if not paired.rows or paired.whole:
        if paired.resampled is not None and paired.whole:
            return _resampled(found, paired, level, nats)
        return replace(found, reason=_no_rows(plan, paired), p=1.0 if paired.all_alike else None)
    if plan.loss.linear is None:
        better, worse = paired.lower, paired.higher
        better, worse = (worse, better) if plan.loss.higher_is_better else (better, worse)
        found = replace(found, wins=better, ties=paired.alike, losses=worse)
    found = _decided(found, level, together=paired.clusters is not None)
    if paired.resampled is not None:
        return _resampled(found, paired, level, nats)
    if any(paired.infinite) or not paired.moments.finite:
        if paired.all_alike:
            return _without_spread(found, paired, level)
        return replace(found, difference=_mean(plan, paired), reason=_infinite(plan, paired, (called, baseline.name)))
    return _measured(plan, nats, found, paired, level)


def _without_spread(found: Difference, paired: Paired, level: float) -> Difference:
    """The difference if all rows are equal under both models: 0 without spread, whatever the values."""
    n = paired.rows
    interval = Interval(level, 0.0, 0.0, 0.0, n - 1, "t", "row", n) if n > 1 else None
    return replace(found, difference=0.0, interval=interval, p=1.0, test="t")


def _resampled(found: Difference, paired: Paired, level: float, nats: float | None) -> Difference:
    """The difference with a bootstrap interval, from the same replicates under both models."""
    assert paired.resampled is not None
    drawn = paired.resampled[0]
    if drawn.unit == "row":  # rows that count under both models
        drawn = replace(drawn, units=max(paired.rows, paired.whole))
    if drawn.units < 2:
        return replace(found, reason=f"it needs 2 {drawn.unit}s, and there is {drawn.units}")
    with np.errstate(over="ignore", invalid="ignore"):
        mine, theirs = (one.values if nats is None else np.exp(one.values * nats) for one in paired.resampled)
        known = ~(np.isnan(mine) | np.isnan(theirs))
        mine, theirs = mine[known], theirs[known]
        values = mine - theirs
    interval = drawn.interval(values, level)
    if interval is None or found.difference is None or not math.isfinite(found.difference):
        return replace(found, reason="a number of the rows, or of a sample of them, is infinite or NaN")
    found = replace(found, interval=interval, p=1.0 if paired.all_alike else p_of(values), test=interval.method)
    base = found.baseline.value
    if not base or found.difference is None or (theirs == 0.0).any():
        return found
    ratios = drawn.interval(values / np.abs(theirs), level)
    ends = None if ratios is None else (ratios.low, ratios.high)
    return replace(found, relative=found.difference / abs(base), relative_interval=ends)


def _no_rows(plan: Plan, paired: Paired) -> str:
    if plan.loss.inference in (Inference.NONE, Inference.ORDER):
        return "there is no interval in closed form: it is not a mean of one number per row"
    if paired.whole:
        return "rows have no number of their own here"
    return "no row counts under both"


def _infinite(plan: Plan, paired: Paired, names: tuple[str, str]) -> str:
    if not any(paired.infinite):
        return OVERFLOW
    mine, theirs, both = paired.infinite
    told = [(both, "under both"), (mine, f"under {names[0]} alone"), (theirs, f"under {names[1]} alone")]
    rows = ", ".join(f"{n:,} {where}" for n, where in told if n)
    hint = "; --clip 1e-7 makes them finite" if plan.kind is Kind.PROBABILITIES else ""
    return f"rows that are infinite or NaN: {rows}{hint}"


def _decided(found: Difference, level: float, *, together: bool) -> Difference:
    """The difference with the accuracies compared, unless rows are clustered, and so not independent."""
    if found.decisions is None or together:
        return found
    _, first, second, _ = found.decisions
    n = sum(found.decisions)
    ends = tango(first, second, n, level)
    return replace(
        found,
        accuracy_difference=(first - second) / n,
        accuracy_interval=Interval(level, *ends, None, None, "tango", "row", n),
        decisions_p=mcnemar(first, second),
    )


def _mean(plan: Plan, paired: Paired, column: int = 0) -> float:
    """The mean, or the sum, of the differences; with ``column`` 1 of the baseline's losses."""
    moments = paired.moments
    if plan.rule == "sum":
        return moments.sums[column].over()
    return moments.mean(column) if len(moments.sums) == 2 else moments.sums[column].over(moments.sums[2])


def _common(plan: Plan, nats: float | None, paired: Paired) -> float | None:
    """The baseline's mean, or sum, over the rows that count under both; None if these are all, or have none."""
    if not paired.left_out or not paired.rows or plan.loss.linear is not None or not paired.moments.finite:
        return None
    mean = _mean(plan, paired, 1)
    return mean if nats is None or plan.rule == "sum" else math.exp(mean * nats)


def _measured(plan: Plan, nats: float | None, found: Difference, paired: Paired, level: float) -> Difference:
    """The difference with its interval and p; all sums are finite."""
    sd, whole = _deviation(paired), _mean(plan, paired)
    unit = "row" if paired.clusters is None else "cluster"
    if paired.clusters is not None:
        paired = replace(paired, moments=paired.clusters.summed().moments())
    moments, n = paired.moments, paired.moments.units
    even = len(moments.sums) == 2
    size = 1.0 if even else moments.mean(2)
    if not size:
        return replace(found, reason="all weights are 0")
    mean = moments.mean(0) if even else moments.sums[0].over(moments.sums[2])
    if plan.loss.linear is not None:
        if found.difference is None or not math.isclose(mean, found.difference, rel_tol=_NEAR, abs_tol=_NEAR):
            return replace(found, reason="this call computes the number in a way of its own")
        mean = whole = found.difference
    if n < 2:
        known = 1.0 if found.verdict == ALL_ALIKE else None
        return replace(found, difference=whole, p=known, reason=f"it needs 2 {unit}s, and there is 1")
    spread = not even or paired.least != paired.most
    variance = moments.variance((1.0, 0.0) if even else (1.0 / size, 0.0, -mean / size)) if spread else 0.0
    se = math.sqrt(variance / n)
    scale = paired.rows if plan.rule == "sum" else 1
    ranks = plan.loss.inference is Inference.RANKS and unit == "row"
    df, method = (None, "delong") if ranks else (n - 1, "t")
    ends = t_interval(mean, se, df, level)
    interval = Interval(level, ends[0] * scale, ends[1] * scale, se * scale, df, method, unit, n)
    found = replace(
        found,
        difference=whole,
        interval=interval,
        sd=sd,
        p=two_sided(mean, se, df),
        test=method,
        effect_size=mean / sd if sd else None,
    )
    if plan.settings.test == "sign-flip":
        values = np.concatenate(paired.differences) if paired.differences else np.empty(0)
        found = replace(found, p=sign_flip(values), test="sign-flip")
    elif _is_share(plan, paired) and found.accuracy_interval is not None:
        found = _as_shares(plan, found)
    found = _with_relative(found, paired, moments.mean(0) if plan.loss.linear is None else mean, level)
    return found if nats is None else _of_perplexities(nats, found, paired, level)


def _deviation(paired: Paired) -> float:
    """The standard deviation of the rows' differences; 0 if they are all the same."""
    moments, even = paired.moments, len(paired.moments.sums) == 2
    if paired.rows < 2 or (even and paired.least == paired.most) or not (even or moments.mean(2)):
        return 0.0
    size = 1.0 if even else moments.mean(2)
    mean = moments.mean(0) if even else moments.sums[0].over(moments.sums[2])
    return math.sqrt(moments.variance((1.0, 0.0) if even else (1.0 / size, 0.0, -mean / size)))


def _is_share(plan: Plan, paired: Paired) -> bool:
    return (
        plan.loss.inference is Inference.SHARE
        and len(paired.moments.sums) == 2
        and plan.rule in ("mean", "weighted-mean")
        and paired.least in (-1.0, 0.0, 1.0)
        and paired.most in (-1.0, 0.0, 1.0)
    )


def _as_shares(plan: Plan, found: Difference) -> Difference:
    """The difference of a loss of 0 or 1, with the interval of a difference of proportions, and McNemar's p."""
    ends = found.accuracy_interval
    assert ends is not None
    low, high = (ends.low, ends.high) if plan.loss.higher_is_better else (-ends.high, -ends.low)
    se = None if found.interval is None else found.interval.se
    return replace(found, interval=replace(ends, low=low, high=high, se=se), p=found.decisions_p, test="mcnemar")


def _with_relative(found: Difference, paired: Paired, d: float, level: float) -> Difference:
    """The difference with ``d`` relative to the baseline's number; its interval is symmetric in the log ratio."""
    moments = paired.moments
    a, b = moments.mean(0) + moments.mean(1), moments.mean(1)
    if not b:
        return found
    relative = d / abs(b)
    if a / b <= 0.0 or math.isinf(a / b):
        return replace(found, relative=relative)
    gradient = (1.0 / a, 1.0 / a - 1.0 / b, 0.0)[: len(moments.sums)]
    half = t_quantile((1.0 - level) / 2.0, moments.units - 1) * smooth(moments, gradient)
    middle = math.log1p(relative) if b > 0.0 and relative > -0.5 else math.log(a / b)
    ends = tuple(_expm1(middle + sign * half) for sign in (-1.0, 1.0))
    low, high = ends if b > 0.0 else (-ends[1], -ends[0])
    return replace(found, relative=relative, relative_interval=(low, high))


def _expm1(x: float) -> float:
    try:
        return math.expm1(x)
    except OverflowError:
        return math.inf


def _of_perplexities(nats: float, found: Difference, paired: Paired, level: float) -> Difference:
    """The difference in perplexities: the ratio is exp of the difference of means, the rest is by the delta method."""
    moments, interval = paired.moments, found.interval
    assert interval is not None
    size = 1.0 if len(moments.sums) == 2 else moments.mean(2)
    d, b = moments.mean(0) / size, moments.mean(1) / size
    mine, theirs = (_expm1(x * nats) + 1.0 for x in (b + d, b))
    if math.isinf(mine) or math.isinf(theirs):
        return replace(found, difference=mine - theirs, interval=None, reason="a perplexity is infinite")
    slopes = (mine * nats / size, (mine - theirs) * nats / size)
    even = len(moments.sums) == 2
    se = smooth(moments, slopes if even else (*slopes, -slopes[0] * d - slopes[1] * b))
    ends = t_interval(mine - theirs, se, moments.units - 1, level)
    ratio = tuple(_expm1(end * nats) for end in (interval.low, interval.high))
    return replace(
        found,
        difference=mine - theirs,
        interval=replace(interval, low=ends[0], high=ends[1], se=se),
        relative=_expm1(d * nats),
        relative_interval=(ratio[0], ratio[1]),
    )


def _judged(plan: Plan, found: Difference) -> Difference:
    """The difference with its verdict."""
    verdict, reason = _verdict(plan, found)
    return replace(found, verdict=verdict, reason=reason)


def _verdict(plan: Plan, found: Difference) -> tuple[str, str]:
    if found.verdict == ALL_ALIKE:
        return ALL_ALIKE, "every row is the same under both"
    interval, p = found.interval, found.p if found.p_holm is None else found.p_holm
    if found.reason or interval is None or p is None:
        return UNDECIDED, found.reason
    level = f"{interval.level * 100:.10g}%"
    if found.margin is not None and -found.margin <= interval.low and interval.high <= found.margin:
        return f"alike within {found.margin:g}", f"the {level} interval of the difference is inside ±{found.margin:g}"
    outside = interval.low > 0.0 or interval.high < 0.0
    if p > 1.0 - interval.level or not (outside or found.test == "sign-flip"):
        where = "0 is inside the interval of the difference" if not outside else f"p is above {1 - interval.level:.10g}"
        return SAME, where
    better = (found.difference or 0.0) > 0.0 if plan.loss.higher_is_better else (found.difference or 0.0) < 0.0
    where = "0 is outside the interval of the difference" if outside else f"p is at most {1 - interval.level:.10g}"
    return BETTER if better else WORSE, where
