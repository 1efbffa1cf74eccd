"""Two models on the same rows: exact sums of differences, counts, and the rows with the largest differences.

``Paired()`` is the identity of ``+``, which is associative and commutative: the result depends on neither the order of
the rows nor how they were cut.
"""

from __future__ import annotations

import heapq
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.core.intervals.clusters import Clusters
from losscli.core.intervals.difference import Moved
from losscli.core.intervals.moments import Moments
from losscli.record import record, replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from losscli.core.intervals.bootstrap import Drawn
    from losscli.core.intervals.paired_rows import PairedRows, Wanted
    from losscli.core.sample_rows import SampleRows
    from losscli.core.steps import Computed
    from losscli.ops import Array, Index, Mask


@record
class Paired:
    """A mergeable summary of the rows that count under both models.

    Attributes:
        rows: Number of rows.
        left_out: Rows that count under one model only.
        moments: Moments of the differences, of the baseline's values, and of the weights if rows have some.
        clusters: The same sums by cluster, if rows are clustered; added up in place.
        lower: Rows where the candidate's value is smaller.
        higher: Rows where it is larger.
        alike: Rows where both are equal.
        least: The smallest difference.
        most: The largest.
        infinite: Rows that are infinite or NaN under the candidate alone, under the baseline alone, under both.
        decisions: Rows where both are right, only the candidate, only the baseline, neither; None if rows decide
            nothing.
        differences: All nonzero differences, if a test needs them.
        moved: The rows with the largest differences, largest first.
        whole: Rows of a loss that has no value per row.
        same: Such rows with the same predictions under both models.
        resampled: Bootstrap replicates under each model, if asked for.
    """

    rows: int = 0
    left_out: int = 0
    moments: Moments = Moments()
    clusters: Clusters | None = None
    lower: int = 0
    higher: int = 0
    alike: int = 0
    least: float = math.inf
    most: float = -math.inf
    infinite: tuple[int, int, int] = (0, 0, 0)
    decisions: tuple[int, int, int, int] | None = (0, 0, 0, 0)
    differences: tuple[Array, ...] = ()
    moved: tuple[Moved, ...] = ()
    whole: int = 0
    same: int = 0
    resampled: tuple[Drawn, Drawn] | None = None

    def __add__(self, other: Paired) -> Paired:
        decisions = None
        if self.decisions is not None and other.decisions is not None:
            decisions = _summed(self.decisions, other.decisions)
        return Paired(
            self.rows + other.rows,
            self.left_out + other.left_out,
            self.moments + other.moments,
            _merged(self.clusters, other.clusters),
            self.lower + other.lower,
            self.higher + other.higher,
            self.alike + other.alike,
            min(self.least, other.least),
            max(self.most, other.most),
            _summed(self.infinite, other.infinite),
            decisions,
            self.differences + other.differences,
            tuple(heapq.merge(self.moved, other.moved, key=lambda one: one.order)),
            self.whole + other.whole,
            self.same + other.same,
        )

    @property
    def all_alike(self) -> bool:
        """Whether there are rows, and all are equal under both models."""
        return self.alike + self.same == self.rows + self.whole > 0

    def first(self, count: int) -> Paired:
        """The same with only ``count`` of the rows with the largest differences."""
        return self if len(self.moved) <= count else replace(self, moved=self.moved[:count])

    def later(self, rows: int) -> Paired:
        """The same with row numbers increased by ``rows``."""
        return replace(self, moved=tuple(replace(one, number=one.number + rows) for one in self.moved))


def _merged(ours: Clusters | None, theirs: Clusters | None) -> Clusters | None:
    if ours is None or theirs is None:
        return ours or theirs
    ours.merge(theirs)
    return ours


def _summed(ours: tuple[int, ...], theirs: tuple[int, ...]) -> Any:
    return tuple(mine + other for mine, other in zip(ours, theirs, strict=True))


def pair(
    before: Paired,
    found: PairedRows | None,
    computed: Sequence[Computed],
    rows: Sequence[SampleRows | None],
    wanted: Wanted,
) -> Paired:
    """The summary of earlier rows and of one batch under two models."""
    if found is None:
        return before + _without_numbers(*(one.checked.predictions for one in computed))
    d, sizes = found.d, found.sizes
    coded = computed[0].batch.clusters
    if coded is not None:
        before = replace(before, clusters=before.clusters or Clusters())
        counted = np.ones(len(d)) if sizes is None else sizes
        assert before.clusters is not None
        before.clusters.add((d, found.b, counted), coded.some(found.numbers - computed[0].batch.start))
    lower, higher, alike = _counts(found.order)
    decisions = found.decisions
    now = Paired(
        rows=len(d),
        left_out=len(found.left_out),
        moments=Moments.of((d, found.b) if sizes is None else (d, found.b, sizes)) if len(d) else Moments(),
        lower=lower,
        higher=higher,
        alike=alike,
        least=float(np.fmin.reduce(d, initial=math.inf)) + 0.0,
        most=float(np.fmax.reduce(d, initial=-math.inf)) + 0.0,
        infinite=_counts(found.infinite) or (0, 0, 0),
        decisions=None if decisions is None else _counts(decisions),
        differences=(d[d != 0.0],) if wanted.differences and d.any() else (),
        moved=tuple(_moved(before, found.numbers, rows, wanted.moved)) if wanted.moved else (),
    )
    return (before + now).first(wanted.moved)


def _without_numbers(mine: NDArray[Any], theirs: NDArray[Any]) -> Paired:
    """Rows without a value each: they are equal only if the predictions are."""
    same = len(mine) if mine.shape == theirs.shape and bool(np.array_equal(mine, theirs)) else 0
    return Paired(whole=max(len(mine), len(theirs)), same=same)


def _counts(masks: tuple[Mask, ...]) -> Any:
    return tuple(int(np.count_nonzero(mask)) for mask in masks)


def _moved(before: Paired, numbers: Index, rows: Sequence[SampleRows | None], count: int) -> Iterator[Moved]:
    """The rows of a batch whose differences are larger than those found before."""
    shown, others = rows
    if shown is None or others is None:
        return
    lines = numbers - shown.start
    a, b = shown.each[0][lines], others.each[0][lines]
    with np.errstate(invalid="ignore", over="ignore"):
        d = a - b
    size = np.where(np.isnan(d), np.inf, np.abs(d))
    candidates = np.flatnonzero(size)
    if len(before.moved) == count:
        least = before.moved[-1].difference
        candidates = np.flatnonzero(size > (math.inf if math.isnan(least) else abs(least)))
    if len(candidates) > count:
        among = size[candidates]
        floor = np.partition(among, len(among) - count)[len(among) - count]
        candidates = candidates[among >= floor]
    for i in candidates[np.argsort(-size[candidates], kind="stable")][:count].tolist():
        row = shown.row(int(lines[i]))
        yield Moved(int(numbers[i]), row.id, row.label, float(a[i]), float(b[i]), float(d[i]))
