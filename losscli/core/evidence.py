"""Counts of what the numbers look like, from which diagnostics are made.

Everything merges: counts add up, extremes and first rows are compared, so that a finding does not depend on how the
rows were cut.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from losscli.core.exact_sum import ExactSum
from losscli.core.readings import row_sum_tolerance
from losscli.ops import any_in_row, classes_first, total
from losscli.record import field, record, replace

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from losscli.ops import Array, Index, Mask

    Numbers = int | Index  # of consecutive rows the first, or one for each; 0-based

MOST_CLASSES = 64  # for a table of predicted against true classes
SHOWN = 3
ROUNDING = 1e-6  # a float32 softmax puts 1.0000001 into files
NEARLY = 1e-4  # fastText writes 1.00005
_BINS_PER_OCTAVE = 8
_OCTAVES = 2100  # of all positive doubles


def _extremes(x: Array) -> tuple[Array, Array]:
    """The smallest and the largest of each row."""
    columns = classes_first(x)
    return columns.min(axis=0), columns.max(axis=0)


def _sums(rows: Array, wanted: Mask) -> Array:
    """The sums of some rows, NaN for the others."""
    if wanted.all():
        return total(rows)
    sums = np.full(len(rows), np.nan)
    sums[wanted] = total(rows[wanted])
    return sums


@record(frozen=False)
class Extremes:
    """The rows with the largest of some number: ``(number, 0-based row)``, the largest first."""

    top: list[tuple[float, int]] = field(default_factory=list)

    def add(self, numbers: Numbers, size: Array) -> None:
        """Consider one number per row ``(n,)``, for rows with these numbers; NaN is largest."""
        if not len(size):
            return
        size = np.where(np.isnan(size), np.inf, size)
        k = min(SHOWN, len(size))
        floor = np.partition(size, len(size) - k)[len(size) - k]
        lines = np.flatnonzero(size >= floor)
        lines = lines[np.argsort(-size[lines], kind="stable")[:k]]
        at = numbers + lines if isinstance(numbers, int) else numbers[lines]
        self.merge(Extremes(list(zip(size[lines].tolist(), at.tolist(), strict=True))))

    def moved(self, rows: int) -> Extremes:
        """The same with row numbers increased by ``rows``."""
        return Extremes([(size, row + rows) for size, row in self.top])

    def merge(self, other: Extremes) -> None:
        """Keep the largest of both; of equal ones the first rows."""
        self.top = sorted(self.top + other.top, key=lambda entry: (-entry[0], entry[1]))[:SHOWN]


@record
class Shifts:
    """How often a prediction equals the label of the row before or after.

    Attributes:
        before: How often it equals the label of the row before.
        after: How often it equals the label of the row after.
        first: Label and prediction of the first row; None without rows.
        last: Label and prediction of the last row.
    """

    before: int = 0
    after: int = 0
    first: tuple[int, int] | None = None
    last: tuple[int, int] | None = None

    def then(self, later: Shifts) -> Shifts:
        """The counts over these rows and later ones."""
        if self.last is None or later.first is None:
            return later if self.last is None else self
        before, after = later.first[1] == self.last[0], self.last[1] == later.first[0]
        return Shifts(self.before + later.before + before, self.after + later.after + after, self.first, later.last)


def _sum_to_one(logarithms: Array) -> int:
    """How many rows are logarithms of probabilities that sum to 1."""
    return int((np.abs(np.log(total(np.exp(logarithms)))) < 1e-3).sum())


@record(frozen=False)
class Evidence:
    """Counts of what was seen.

    Attributes:
        rows: Rows of predictions: one choice among classes each, or one sample.
        low: The smallest finite prediction.
        high: The largest.
        on_simplex: Rows in [0, 1] that sum to 1, by rounding.
        off_sum: Rows in [0, 1] that do not sum to 1, and are not all 0.
        farthest: Of these rows, those whose sum is farthest from 1.
        empty: Rows of zeros.
        hard: Rows of nothing but 0 and 1.
        summing: Rows of several numbers that sum to 1, inside [0, 1] or not.
        percent: Rows of numbers from 0 to 100 that sum to 100.
        logarithms: Rows of logarithms of probabilities that sum to 1.
        base_2: Rows of logarithms to base 2 of such probabilities.
        base_10: The same to base 10.
        narrow: Rows that may be a softmax of probabilities: the largest is at most e times the smallest.
        single: All predictions are float32 numbers.
        label_low: The smallest label, where labels are numbers of the predictions' shape.
        label_high: The largest.
        label_between: Labels that are not whole numbers.
        label_zeros: Labels that are 0.
        label_rows_on_simplex: Rows of labels in [0, 1] that sum to 1.
        confusion: ``[label, predicted]`` counts; None with more than ``MOST_CLASSES`` classes.
        shifts: How often a prediction is the label of a neighbour.
        infinite: Rows whose loss is infinite in plain mathematics.
        infinite_cost: Sum of their losses under the convention.
        undefined: Rows whose loss is NaN.
        undefined_first: The number of the first such row.
        ties: Rows whose label ties with other classes so that the tie decides.
        ties_right: Such rows that were counted as right.
        costliest: The rows with the largest losses.
        bins: Histogram of the losses, in bins of an eighth of an octave.
        undone: Sum of the losses of ``narrow`` rows with one softmax undone.
    """

    rows: int = 0
    low: float = math.inf
    high: float = -math.inf
    on_simplex: int = 0
    off_sum: int = 0
    farthest: Extremes = field(default_factory=Extremes)
    empty: int = 0
    hard: int = 0
    summing: int = 0
    percent: int = 0
    logarithms: int = 0
    base_2: int = 0
    base_10: int = 0
    narrow: int = 0
    single: bool = True
    label_low: float = math.inf
    label_high: float = -math.inf
    label_between: int = 0
    label_zeros: int = 0
    label_rows_on_simplex: int = 0
    confusion: NDArray[np.int64] | None = None
    shifts: Shifts = Shifts()
    infinite: int = 0
    infinite_cost: ExactSum = ExactSum()
    undefined: int = 0
    undefined_first: float = math.inf
    ties: int = 0
    ties_right: int = 0
    costliest: Extremes = field(default_factory=Extremes)
    bins: NDArray[np.int64] | None = None
    undone: ExactSum = ExactSum()

    @np.errstate(all="ignore")
    def add_predictions(self, numbers: Numbers, x: Array, *, per_class: bool, probabilities: bool) -> None:
        """Consider predictions ``(n, ...)`` as they were read; a row of several numbers may be a distribution.

        Logarithms of other bases are looked for only where the predictions are read as ``probabilities``.
        """
        if not x.size:
            return
        rows = x.reshape(-1, x.shape[-1]) if per_class or x.ndim > 1 else x[:, None]
        self.rows += len(rows)
        least, most = _extremes(rows)
        ends = np.array([least.min(), most.max()])
        finite = ends if np.isfinite(ends).all() else x[np.isfinite(x)]
        if finite.size:
            self.low, self.high = min(self.low, float(finite.min())), max(self.high, float(finite.max()))
        self.single = self.single and bool((x.astype(np.float32) == x).all())
        inside = (least >= 0.0) & (most <= 1.0 + NEARLY)
        extreme = rows[((least == 0.0) | (least == 1.0)) & ((most == 0.0) | (most == 1.0))]
        self.hard += int(((extreme == 0.0) | (extreme == 1.0)).all(axis=1).sum())
        if rows.shape[1] == 1:
            return
        sums = _sums(rows, least >= 0.0)
        off = np.abs(sums - 1.0)
        right = inside & (off <= row_sum_tolerance(rows.shape[1]))
        empty = inside & (most == 0.0)
        away = inside & ~right & ~empty
        self.on_simplex += int(right.sum())
        self.summing += int((off <= NEARLY).sum())
        self.empty += int(empty.sum())
        if away.any():
            self.off_sum += int(away.sum())
            each = x.size // len(x) // rows.shape[1]  # in data of higher rank a row holds several distributions
            worst = np.where(away, off, 0.0).reshape(len(x), each).max(axis=1)
            self.farthest.add(numbers, worst)
        self.percent += int(((least >= 0.0) & (np.abs(sums - 100.0) < 0.5)).sum())
        below = rows[most <= 0.0]
        if below.size:
            self.logarithms += _sum_to_one(below)
            if probabilities:
                self.base_2 += _sum_to_one(below * math.log(2.0))
                self.base_10 += _sum_to_one(below * math.log(10.0))
        self.narrow += int((right & (most <= 1.01 * math.e * least)).sum())

    @np.errstate(over="ignore")
    def add_labels(self, labels: Array, *, per_class: bool) -> None:
        """Consider labels of the predictions' shape, as they were read."""
        odd = ~np.isfinite(labels)
        if odd.any():
            labels = labels[~any_in_row(odd)]
        if not labels.size:
            return
        self.label_low = min(self.label_low, float(labels.min()))
        self.label_high = max(self.label_high, float(labels.max()))
        self.label_between += int((labels != np.floor(labels)).sum())
        self.label_zeros += int((labels == 0.0).sum())
        if per_class:
            on = (labels >= 0.0).all(axis=-1) & (np.abs(labels.sum(axis=-1) - 1.0) < 1e-3)
            self.label_rows_on_simplex += int(on.sum())

    def add_choices(self, label: Index, predicted: Index, classes: int) -> None:
        """Count predicted classes against true ones, ``(n, ...)`` both."""
        if classes > MOST_CLASSES:
            return
        pairs = np.bincount((label * classes + predicted).reshape(-1), minlength=classes * classes)
        counts = pairs.reshape(classes, classes)
        self.confusion = counts if self.confusion is None else self.confusion + counts
        if label.ndim == 1 and len(label):
            ends = (int(label[0]), int(predicted[0])), (int(label[-1]), int(predicted[-1]))
            before, after = (predicted[1:] == label[:-1]).sum(), (predicted[:-1] == label[1:]).sum()
            self.shifts = self.shifts.then(Shifts(int(before), int(after), *ends))

    def add_losses(self, numbers: Numbers, loss: Array) -> None:
        """Consider the losses ``(n, ...)`` of some rows."""
        each = loss.reshape(len(loss), -1).max(axis=1) if loss.size else loss.reshape(-1)
        self.costliest.add(numbers, each)
        lost = np.isnan(each)  # the largest of several is NaN if one is
        if lost.any():
            self.undefined += int(lost.sum())
            first = int(lost.argmax())
            self.undefined_first = min(
                self.undefined_first, numbers + first if isinstance(numbers, int) else numbers[first]
            )
        sizes = loss[(loss > 0.0) & (loss < np.inf)]
        mantissa, exponent = np.frexp(sizes)
        at = np.maximum(exponent + _OCTAVES // 2, 0).astype(np.intp) * _BINS_PER_OCTAVE
        at += ((mantissa - 0.5) * (2 * _BINS_PER_OCTAVE)).astype(np.intp)
        bins = np.bincount(at, minlength=_OCTAVES * _BINS_PER_OCTAVE)
        self.bins = bins if self.bins is None else self.bins + bins

    def add_undone(self, p: Array, label: Index) -> None:
        """Sum up the losses of rows ``(n, ..., C)`` with one softmax undone, where that is possible.

        ``softmax(q)`` has the logarithms ``q + c``; that ``q`` sums to 1 gives ``c``.
        """
        least, most = _extremes(p)
        narrow = (most <= 1.01 * math.e * least) & (least > 0.0)
        if not narrow.any():
            return
        log_p = np.log(p[narrow].astype(np.float64, copy=False))
        q = log_p + (1.0 - total(log_p)[..., None]) / p.shape[-1]
        own = np.take_along_axis(q, label[narrow][..., None], axis=-1)
        self.undone += ExactSum.of(-np.log(np.clip(own, 1e-7, 1.0)))

    def share_of_costliest(self, part: float, count: int) -> float:
        """The approximate share of the loss that the costliest ``part`` of ``count`` rows carries."""
        if self.bins is None or not self.bins.any():
            return 0.0
        bins = self.bins[::-1]
        octave, eighth = np.divmod(np.arange(len(bins))[::-1], _BINS_PER_OCTAVE)
        octave = np.minimum(octave - octave[np.flatnonzero(bins)[0]], 0)  # there is nothing above
        sums = np.ldexp(0.5 + (eighth + 0.5) / (2 * _BINS_PER_OCTAVE), octave) * bins
        left = part * count - np.concatenate([[0], np.cumsum(bins)[:-1]])
        taken = np.clip(left / np.maximum(bins, 1), 0.0, 1.0)
        return float((taken * sums).sum() / sums.sum())

    def moved(self, rows: int) -> Evidence:
        """The same with row numbers increased by ``rows``."""
        first = self.undefined_first + rows
        own = {"farthest": self.farthest.moved(rows), "costliest": self.costliest.moved(rows)}
        return replace(self, undefined_first=first, **own)

    def merge(self, later: Evidence) -> None:
        """Add the counts of later rows."""
        for name in (
            "rows", "on_simplex", "off_sum", "empty", "hard", "summing", "percent", "logarithms", "base_2", "base_10",
            "narrow", "label_between", "label_zeros", "label_rows_on_simplex", "infinite", "infinite_cost",
            "undefined", "ties", "ties_right", "undone",
        ):  # fmt: skip
            setattr(self, name, getattr(self, name) + getattr(later, name))
        self.low, self.high = min(self.low, later.low), max(self.high, later.high)
        self.undefined_first = min(self.undefined_first, later.undefined_first)
        self.label_low = min(self.label_low, later.label_low)
        self.label_high = max(self.label_high, later.label_high)
        self.single = self.single and later.single
        self.shifts = self.shifts.then(later.shifts)
        self.farthest.merge(later.farthest)
        self.costliest.merge(later.costliest)
        for name in ("confusion", "bins"):
            mine, other = getattr(self, name), getattr(later, name)
            setattr(self, name, mine if other is None else other if mine is None else mine + other)
