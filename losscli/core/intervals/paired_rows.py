"""The rows of a batch that count under both of two models, with one number each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from losscli.core.intervals.units import units_of
from losscli.core.plain_values import decisions
from losscli.errors import InputError
from losscli.losses.vocabulary import Inference
from losscli.record import record, replace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.core.steps import Computed
    from losscli.ops import Array, Index, Mask


@record
class Wanted:
    """What is kept of the rows in addition to sums.

    Attributes:
        moved: How many rows with the largest differences; 0 keeps none.
        decisions: Also compare the decisions of the models.
        differences: All nonzero differences.
    """

    moved: int = 10
    decisions: bool = True
    differences: bool = False


@record
class _Side:
    """The rows that count under one model."""

    numbers: Index
    sums: Array
    sizes: Array | None
    right: Mask | None

    def some(self, at: Index) -> _Side:
        return _Side(
            self.numbers[at],
            self.sums[at],
            None if self.sizes is None else self.sizes[at],
            None if self.right is None else self.right[at],
        )


@record
class PairedRows:
    """The rows of a batch that count under both models, one entry per row.

    Attributes:
        numbers: 0-based row numbers.
        a: Values under the candidate.
        b: Values under the baseline.
        d: ``a - b``.
        sizes: Weights; None for 1 each.
        right: Whether each model is right; None if rows decide nothing.
        left_out: Numbers of the rows that count under one model only.
    """

    numbers: Index
    a: Array
    b: Array
    d: Array
    sizes: Array | None
    right: tuple[Mask, Mask] | None
    left_out: Index

    @property
    def order(self) -> tuple[Mask, Mask, Mask]:
        """Where the candidate's value is smaller, larger, equal."""
        return self.a < self.b, self.a > self.b, self.a == self.b

    @property
    def infinite(self) -> tuple[Mask, ...]:
        """Where values are infinite or NaN under the candidate alone, the baseline alone, under both."""
        if np.isfinite(self.d).all():
            return ()
        odd, other = ~np.isfinite(self.a), ~np.isfinite(self.b)
        return odd & ~other, other & ~odd, odd & other

    @property
    def decisions(self) -> tuple[Mask, ...] | None:
        """Where both are right, only the candidate, only the baseline, neither."""
        if self.right is None:
            return None
        mine, theirs = self.right
        return mine & theirs, mine & ~theirs, theirs & ~mine, ~(mine | theirs)


def paired_rows(computed: Sequence[Computed], wanted: Wanted) -> PairedRows | None:
    """The rows of a batch under the candidate and a baseline; None if they have no numbers to compare."""
    mine, theirs = (_side(one, wanted) for one in computed)
    if mine is None or theirs is None:
        return None
    mine, theirs, left_out = _both(mine, theirs)
    if not _weigh_alike(mine.sizes, theirs.sizes):
        return None
    with np.errstate(invalid="ignore", over="ignore"):
        d = mine.sums - theirs.sums
    right = None if mine.right is None or theirs.right is None else (mine.right, theirs.right)
    return PairedRows(mine.numbers, mine.sums, theirs.sums, d, mine.sizes, right, left_out)


def with_losses(computed: Computed, losses: Array, where: str) -> Computed:
    """A computed batch with the losses of another model, of which nothing else is known.

    Raises:
        InputError: The losses have another shape.
    """
    lines = computed.checked.lines
    loss = losses if lines is None else losses[lines]
    if loss.shape != computed.loss.shape:
        what = f"losses of the shape {loss.shape[1:]} for a row, and these have {computed.loss.shape[1:]}"
        raise InputError(what, where)
    counted = computed.counted
    if computed.plan.settings.nan == "skip" and np.isnan(loss).any():
        counted = ~np.isnan(loss) if counted is None else counted & ~np.isnan(loss)
    return replace(computed, loss=loss, counted=counted)


def _side(computed: Computed, wanted: Wanted) -> _Side | None:
    """One number for each row that counts, and whether the decision was right."""
    if computed.plan.reduction == "none":  # then means are compared
        computed = replace(computed, plan=replace(computed.plan, reduction="mean"))
    units = units_of(computed)
    if units is None:
        return None
    right = None
    if wanted.decisions and computed.by_row and computed.loss.ndim == 1:
        share = computed.plan.loss.inference is Inference.SHARE and units.sizes is None
        right = (units.sums == 1.0) == computed.plan.loss.higher_is_better if share else _right(computed)
    return _Side(units.numbers, units.sums, units.sizes, right)


def _right(computed: Computed) -> Mask | None:
    """Whether the decision of each row that counts was right; None if rows make no decision, or several."""
    decided = decisions(computed.plan, computed.checked)
    if decided is None:
        return None
    label, chosen = decided
    if label.shape != computed.loss.shape:
        return None
    right: Mask = label == chosen
    return right if computed.counted is None else right[computed.counted]


def _both(mine: _Side, theirs: _Side) -> tuple[_Side, _Side, Index]:
    """The rows that count under both, and the numbers of those that count under one only."""
    if np.array_equal(mine.numbers, theirs.numbers):
        return mine, theirs, mine.numbers[:0]
    _, ours, other = np.intersect1d(mine.numbers, theirs.numbers, assume_unique=True, return_indices=True)
    left_out = np.setxor1d(mine.numbers, theirs.numbers, assume_unique=True)
    return mine.some(ours), theirs.some(other), left_out


def _weigh_alike(mine: Array | None, theirs: Array | None) -> bool:
    """Whether rows weigh the same under both, so that their values can be subtracted."""
    if mine is None or theirs is None:
        return mine is theirs
    return bool(np.array_equal(mine, theirs))
