"""The interval of a number, from the moments of the rows; or why it has none."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from losscli.core.intervals.bootstrap import Drawn, Replicates
from losscli.core.intervals.interval import (
    OVERFLOW,
    Interval,
    hall_interval,
    logit_interval,
    smooth,
    t_interval,
    weighted,
)
from losscli.core.intervals.moments import Moments
from losscli.core.intervals.tails import sign_rank, wilson
from losscli.core.note import Note
from losscli.core.report import Inferred
from losscli.errors import UsageError
from losscli.losses.vocabulary import Inference
from losscli.record import record
from losscli.text import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.core.groups.group import Group
    from losscli.core.plan import Plan
    from losscli.core.running import Tally
    from losscli.core.steps import Steps
    from losscli.ops import Array

_CARRIED = 0.5  # the share of the loss in a few rows above which an interval is unreliable
_FEW = 0.25  # the share of rows that is a few
_ENOUGH = 20  # clusters for a reliable interval
_NEAR = 1e-5  # the precision of float32


def level_of(number: float, name: str, *, percent: bool = False) -> float:
    """A confidence level from a number in percent or, if it is below 1, from the level itself.

    Raises:
        UsageError: It is not a level; ``name`` stands for it in the message.
    """
    level = number
    if number > 1.0 or percent:
        level = float(f"{number!r}e-2") if 1e-4 < number < 100.0 else math.nan  # rounded once
    if not 0.0 < level < 1.0:
        raise UsageError(f"{name}: a confidence level is above 1 and below 100 percent, or below 1", hint="95")
    return level


def refuse_no_interval(steps: Steps, option: str = "--ci") -> None:
    """Refuse an interval for a loss that never has one; ``option`` asks for it."""
    if steps.loss.inference is Inference.NONE and steps.settings.bootstrap is None:
        what = f"{option}: {steps.name} has no interval in closed form: it is not a mean of one number per row"
        raise UsageError(what, hint="--bootstrap 1000" if steps.scores else "")
    if steps.settings.bootstrap is not None and steps.loss.inference is Inference.NONE and not steps.scores:
        raise UsageError(f"--bootstrap: what a row adds to {steps.name} depends on the other rows")
    if steps.settings.reduction == "none" and not steps.scores:
        raise UsageError(f"{option}: without a reduction there is no number to have an interval", hint="-r mean")


def inferred(plan: Plan, tally: Tally, value: float | None, rule: str) -> Inferred:
    """The interval of a reduced value.

    Args:
        plan: The decisions.
        tally: The totals over the rows.
        value: The reduced value.
        rule: The reduction; for a number of all rows together, ``mean``.
    """
    level, moments = plan.settings.level or math.nan, tally.moments
    accuracy = _accuracy(tally, level) if tally.clusters is None else None
    if value is None:
        return Inferred(None, accuracy, (_none("there are several numbers, or none"),))
    if tally.ordered is not None:
        return _of_order(tally.ordered, value, level)
    if moments is None:
        return Inferred(None, accuracy, (_none("there is no closed form for this call, or for these rows"),))
    if tally.clusters is None:
        estimate = Estimate(plan, tally, moments, value, rule)
    else:
        estimate = Estimate(plan, tally, tally.clusters.summed().moments(), value, rule, "cluster")
    why = estimate.obstacle()
    if why:
        return Inferred(None, accuracy, (_none(why),))
    interval = estimate.interval(level)
    if interval.unit == "cluster":
        return Inferred(interval, accuracy, _few_clusters(interval.units))
    return Inferred(interval, accuracy, () if plan.loss.higher_is_better else _carried(tally, interval))


def _of_order(ordered: Array, value: float, level: float) -> Inferred:
    """The interval of ``value``, the median of numbers that ascend."""
    n = len(ordered)
    rank = sign_rank(n, level)
    if not math.isclose(float(np.median(ordered)), value, rel_tol=_NEAR):  # nor if one is NaN
        return Inferred(None, None, (_none("this call computes its number in a way of its own"),))
    if not rank:
        return Inferred(None, None, (_none(f"{count(n, 'row')} of any order say too little of the median"),))
    low, high = float(ordered[rank - 1]), float(ordered[n - rank])
    return Inferred(Interval(level, low, high, None, None, "order-statistics", "row", n))


def means_of_replicates(plan: Plan, tally: Tally) -> Drawn | None:
    """The means of bootstrap samples of rows or clusters, from the sums kept; None if none were kept."""
    scale, asked = tally.summary.rows if plan.rule == "sum" else 1, plan.settings.bootstrap
    if tally.clusters is not None and asked is not None:
        means, units = tally.clusters.summed().means_of_replicates(asked, plan.pivot or 0.0)
        return Drawn(means * scale, units, "cluster")
    if tally.replicates is None:
        return None
    return Drawn(tally.replicates.means(plan.pivot or 0.0) * scale, tally.summary.rows)


def resampled(plan: Plan, tally: Tally, value: float | None, drawn: Drawn | None) -> Inferred:
    """The bootstrap interval, from replicates of all rows together or from those of sums over rows."""
    asked = plan.settings.bootstrap
    accuracy = _accuracy(tally, plan.settings.level or math.nan) if tally.clusters is None else None
    assert asked is not None
    drawn = means_of_replicates(plan, tally) if drawn is None else drawn
    if value is None or drawn is None:
        return Inferred(None, accuracy, (_none("there are several numbers, or none"),))
    interval = drawn.interval(drawn.known, plan.settings.level or math.nan)
    if interval is None:
        return Inferred(None, accuracy, (_none("a replicate is infinite, or almost none is a number"),))
    left_out = asked.replicates - len(drawn.known)
    what = f"{left_out} of {asked.replicates} replicates have no value, such as those of rows of one class: left out"
    notes = (Note("replicates", what),) * bool(left_out)
    return Inferred(interval, accuracy, notes + (_few_clusters(drawn.units) if drawn.unit == "cluster" else ()))


def of_groups(groups: Sequence[Group], value: float | None, plan: Plan) -> Inferred:
    """The interval of the unweighted mean of groups."""
    known = [(group.name, group.reduced.value) for group in groups if group.reduced.value is not None]
    n, level, asked = len(known), plan.settings.level or math.nan, plan.settings.bootstrap
    values = np.array([value for _, value in known])
    if n < 2 or value is None or not np.isfinite(values).all():
        return Inferred(None, None, (_none(f"it needs 2 groups with finite values, and there are {n}"),))
    if asked is not None:
        replicates = Replicates(asked)
        replicates.add_named([name for name, _ in known], values - values[0], np.ones(n))
        drawn = Drawn(replicates.means(float(values[0])), n, "cluster")
        return Inferred(drawn.interval(drawn.known, level))
    se = smooth(Moments.of((values,), (float(values[0]),)), (1.0,))
    return Inferred(Interval(level, *t_interval(value, se, n - 1, level), se, n - 1, "t", "cluster", n))


def _accuracy(tally: Tally, level: float) -> Interval | None:
    """Wilson's interval of the accuracy, if each row decides once."""
    n = tally.decisions
    if not n or n != tally.summary.rows:
        return None
    share = tally.hits / n
    se = math.sqrt(share * (1.0 - share) / (n - 1)) if n > 1 else None
    return Interval(level, *wilson(tally.hits, n, level), se, None, "wilson", "row", n)


def _none(why: str) -> Note:
    return Note("no-interval", f"no interval: {why}", severity="warning")


@record
class Estimate:
    """A value and the moments of its units.

    Attributes:
        value: The reduced value.
        rule: The reduction.
        unit: The unit taken as independent: ``row`` or ``cluster``.
    """

    plan: Plan
    tally: Tally
    moments: Moments
    value: float
    rule: str
    unit: str = "row"

    @property
    def one_each(self) -> bool:
        """Whether each unit has one value that counts once, rather than a sum and a size."""
        return len(self.moments.sums) == 1

    @property
    def scale(self) -> int:
        """The value over the mean: 1, or the number of units for a sum."""
        return self.tally.summary.rows if self.rule == "sum" and not self.one_each else self._units_in_sum

    @property
    def _units_in_sum(self) -> int:
        return self.moments.units if self.rule == "sum" else 1

    @property
    def se(self) -> float:
        """The standard error of the mean; NaN for a single unit."""
        if self.moments.units < 2:
            return math.nan
        return smooth(self.moments, (1.0,)) if self.one_each else weighted(self.moments)[1]

    def obstacle(self) -> str:
        """Why there is no interval; empty if there is one."""
        moments, n = self.moments, self.moments.units
        shares = self.plan.loss.inference is Inference.SHARE and self.one_each
        if n < (1 if shares else 2):
            return f"it needs 2 {self.unit}s that count, and there {'is' if n == 1 else 'are'} {n}"
        if not self.one_each and moments.mean(1) == 0.0:
            return "the weights sum to 0"
        if not moments.finite or not math.isfinite(self.value):
            return OVERFLOW if math.isfinite(self.value) else "a value is infinite or NaN"
        if not math.isclose(self._mean() * self.scale, self.value, rel_tol=_NEAR, abs_tol=_NEAR * self._size()):
            return "this call computes its number in a way of its own"
        if self._ranks and not 0.0 < self.value < 1.0:
            return "all rows of one kind are ahead of all others, which says nothing of how far"
        return ""

    def _mean(self) -> float:
        if self.one_each:
            return self.moments.mean()
        return self.moments.mean(0) / self.moments.mean(1) + (self.plan.pivot or 0.0)

    def _size(self) -> float:
        """The approximate size of the numbers that add up to the value."""
        root = math.sqrt(self.moments.products[0].over(self.moments.units)) * self.scale
        return root if self.one_each else root / abs(self.moments.mean(1))

    def interval(self, level: float) -> Interval:
        """The interval by the method for this kind of value."""
        n, se, scale = self.moments.units, self.se, self.scale
        df: int | None = n - 1
        hits = self._hits(se)
        if hits is not None:
            method, df, ends = "wilson", None, wilson(*hits, level)
        elif self._ranks:
            method, df, ends = "delong", None, logit_interval(self.value, se, level)
        elif self._skewed():
            method, ends = "hall-t", self._hall(level)
        else:
            method, ends = "t", t_interval(self.value / scale, se, n - 1, level)
        low, high = self._bounds()
        ends = max(ends[0], low) * scale, min(ends[1], high) * scale
        return Interval(level, *ends, None if math.isnan(se) else se * scale, df, method, self.unit, n)

    @property
    def _ranks(self) -> bool:
        """Whether it is a rank statistic of independent rows, such as AUC."""
        return self.plan.loss.inference is Inference.RANKS and self.unit == "row"

    def _skewed(self) -> bool:
        """Whether it is the mean of independent values of known skewness."""
        if self.unit != "row" or self.plan.loss.linear is not None:
            return False
        return self.one_each or (self.rule != "weighted-mean" and self.moments.covariance(1, 1) == 0.0)

    def _hall(self, level: float) -> tuple[float, float]:
        low, high = hall_interval(self.moments, level)
        if self.one_each:
            return low, high
        size, moved = self.moments.mean(1), self.plan.pivot or 0.0
        return low / size + moved, high / size + moved

    def _hits(self, se: float) -> tuple[float, float] | None:
        """The number of right rows, and of rows; None if values are not 0 or 1.

        Weighted rows, or clusters, that are all alike count as Kish's (1965) effective sample size.
        """
        if self.plan.loss.inference is not Inference.SHARE:
            return None
        moments, summary = self.moments, self.tally.summary
        if self.one_each:
            whole = moments.sums[0] == moments.products[0] and summary.min >= 0.0 and summary.max <= 1.0
            return (moments.sums[0].over(), moments.units) if whole else None
        if se or not (self.rule == "weighted-mean" or self.unit == "cluster"):
            return None
        effective = moments.sums[1].over() ** 2 / moments.products[2].over()
        return moments.mean(0) / moments.mean(1) * effective, effective

    @property
    def _usual(self) -> bool:
        """Whether a score has the arguments for which its laws hold."""
        own = self.plan.loss
        return own.linear is None or all(self.plan.params.get(one.name) == one.default for one in own.params)

    def _bounds(self) -> tuple[float, float]:
        """The range of the averaged numbers, to which the ends of the interval are limited."""
        loss, summary = self.plan.loss, self.tally.summary
        share = loss.inference is Inference.SHARE or ("unit-interval" in loss.laws and self._usual)
        low = 0.0 if (share or "non-negative" in loss.laws) and summary.min >= 0.0 else -math.inf
        plain = self.rule == "weighted-mean" or (self.rule == "mean" and summary.weights is None)
        return low, 1.0 if (share or "at-most-1" in loss.laws) and plain and summary.max <= 1.0 else math.inf


def _few_clusters(clusters: int) -> tuple[Note, ...]:
    if clusters >= _ENOUGH:
        return ()
    what = f"{clusters} clusters are few: below {_ENOUGH} an interval is somewhat too narrow"
    return (Note("few-clusters", what),)


def _carried(tally: Tally, interval: Interval) -> tuple[Note, ...]:
    """A note if a few rows make up most of the loss."""
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
