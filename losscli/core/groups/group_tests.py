"""Which groups differ from all other rows, corrected for their number, and which are the worst."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from losscli.core.intervals.interval import weighted
from losscli.core.intervals.moments import Moments
from losscli.core.intervals.tails import holm, t_tail

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.core.groups.group import Group


def p_of_groups(moments: Sequence[Moments | None]) -> list[float | None]:
    """For each group, Welch's p of its mean against all other rows, corrected by Holm's method."""
    each = [one for one in moments if one is not None]
    if len(each) < 2 or len(each) < len(moments):
        return [None] * len(moments)
    whole = sum(each, Moments())
    found = [_welch(one, _without(whole, one)) for one in each]
    corrected = iter(holm([p for p in found if p is not None]))
    return [None if p is None else next(corrected) for p in found]


def _without(whole: Moments, part: Moments) -> Moments:
    """The moments of the other rows."""
    cubes = None if whole.cubes is None or part.cubes is None else whole.cubes - part.cubes
    return Moments(
        whole.units - part.units,
        whole.pivots,
        tuple(mine - theirs for mine, theirs in zip(whole.sums, part.sums, strict=True)),
        tuple(mine - theirs for mine, theirs in zip(whole.products, part.products, strict=True)),
        cubes,
    )


def _welch(ours: Moments, others: Moments) -> float | None:
    """The two-sided p of equal means; None if a variance is unknown."""
    if min(ours.units, others.units) < 2 or not (ours.finite and others.finite):
        return None
    means, variances = zip(*map(_mean, (ours, others)), strict=True)
    if not all(map(math.isfinite, (*means, *variances))):
        return None
    difference, variance = means[0] - means[1], sum(variances)
    if not variance:
        return 1.0 if not difference else 0.0
    parts = [one**2 / (units - 1) for one, units in zip(variances, (ours.units, others.units), strict=True)]
    df = variance**2 / sum(parts) if sum(parts) else float(ours.units + others.units - 2)
    return min(1.0, 2.0 * t_tail(abs(difference) / math.sqrt(variance), df))


def _mean(moments: Moments) -> tuple[float, float]:
    """A mean, and its variance."""
    if len(moments.sums) == 1:
        return moments.mean(), moments.covariance() / moments.units
    if not moments.mean(1):
        return math.nan, math.nan
    mean, error = weighted(moments)
    return mean, error**2


def worst_first(groups: Sequence[Group], *, higher_is_better: bool) -> list[Group]:
    """Groups sorted by the favourable end of their interval, as the mean of a few rows may be large by chance.

    With baselines it is the interval of the difference to the first one.
    """

    def place(group: Group) -> tuple[bool, float]:
        interval = group.against[0].interval if group.against else group.interval
        if interval is None:
            return True, 0.0
        return False, interval.high if higher_is_better else -interval.low

    return sorted(groups, key=place)
