"""The rows of a batch under two models: those that count under both, with one number each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from losscli.core.plain_values import decisions
from losscli.core.units import units_of
from losscli.errors import InputError
from losscli.losses.vocabulary import Inference
from losscli.record import record, replace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.core.steps import Computed
    from losscli.ops import Array, Index, Mask


@record
class Wanted:
    """What is kept of the rows beside sums.

    Attributes:
        moved: How many of the rows that moved most; 0 keeps none.
        decisions: Whether models are compared by their decisions, too.
        differences: All that are not 0.
    """

    moved: int = 10
    decisions: bool = True
    differences: bool = False


@record
class _Side:
    """What one model makes of the rows that count."""

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
    """Rows of a batch that count under both models: one entry for each.

    Attributes:
        numbers: The 0-based numbers of the rows.
        a: What they add under the candidate.
        b: What they add under the baseline.
        d: The differences.
        sizes: What they count; None: 1 each.
        right: Whether each model decided them rightly; None if they decide nothing.
        left_out: The numbers of rows that count under one of them only.
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
        """Where the candidate's value is the smaller, the larger, the same."""
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
    """The rows of a batch under the candidate and under a baseline; None if they have no numbers to be compared."""
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
    """What a batch went through under a model of which only the losses of all its rows are known.

    Raises:
        InputError: They have not the shape of these.
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
    """One number for each row that counts, and whether the row was decided rightly."""
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
    """Whether each row that counts was decided rightly; None if rows decide nothing, or several things."""
    decided = decisions(computed.plan, computed.checked)
    if decided is None:
        return None
    label, chosen = decided
    if label.shape != computed.loss.shape:
        return None
    right: Mask = label == chosen
    return right if computed.counted is None else right[computed.counted]


def _both(mine: _Side, theirs: _Side) -> tuple[_Side, _Side, Index]:
    """The rows that count under both, and the numbers of those that do not."""
    if np.array_equal(mine.numbers, theirs.numbers):
        return mine, theirs, mine.numbers[:0]
    _, ours, other = np.intersect1d(mine.numbers, theirs.numbers, assume_unique=True, return_indices=True)
    left_out = np.setxor1d(mine.numbers, theirs.numbers, assume_unique=True)
    return mine.some(ours), theirs.some(other), left_out


def _weigh_alike(mine: Array | None, theirs: Array | None) -> bool:
    """Whether rows count for as much under both, so that a difference of values is one of rows."""
    if mine is None or theirs is None:
        return mine is theirs
    return bool(np.array_equal(mine, theirs))
