"""Units of inference: the contribution of each row that counts, as one number however many values the row holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from losscli import ops
from losscli.core.intervals.clusters import Clusters
from losscli.core.intervals.moments import Moments
from losscli.core.plain_values import per_sample
from losscli.errors import LossError
from losscli.losses.vocabulary import Inference, Takes
from losscli.record import record, replace

if TYPE_CHECKING:
    from losscli.core.plan import Plan
    from losscli.core.running import Tally
    from losscli.core.steps import Computed
    from losscli.ops import Array, Index


HEAD = 1000  # the pivot is the first finite value of so many rows, whatever the batches


@record
class Units:
    """One entry for each row that counts; the value is the sum of ``sums`` over that of ``sizes``.

    Attributes:
        numbers: The 0-based numbers of the rows.
        sums: What the rows add to the sum.
        sizes: What they add to the divisor: the number of their values, or the weight of these; None for 1 each.
    """

    numbers: Index
    sums: Array
    sizes: Array | None = None

    def pivot(self) -> float | None:
        """The first finite value; None if there is none yet among the first ``HEAD`` rows, 0 after these."""
        finite = np.flatnonzero(np.isfinite(self.sums) & (self.numbers < HEAD))
        if not len(finite):
            return 0.0 if len(self.numbers) and self.numbers[-1] >= HEAD - 1 else None
        i = int(finite[0])
        size = 1.0 if self.sizes is None else float(self.sizes[i])
        with np.errstate(all="ignore"):
            value = float(np.float64(self.sums[i]) / size)
        return value if np.isfinite(value) else 0.0

    def moments(self, pivot: float) -> Moments:
        """Their exact sums; of values with sizes, ``sums - pivot * sizes`` and ``sizes``."""
        if self.sizes is None:
            return Moments.of((self.sums,), (pivot,), cubes=True)
        return Moments.of(self.moved(pivot)[1], cubes=True)

    def moved(self, pivot: float) -> tuple[tuple[float, ...], tuple[Array, ...]]:
        """The pivots to note in `Moments`, and the columns to take moments of, less their pivots."""
        with np.errstate(over="ignore", invalid="ignore"):
            if self.sizes is None:
                return (pivot,), (self.sums - pivot if pivot else self.sums,)
            return (0.0, 0.0), (self.sums - pivot * self.sizes if pivot else self.sums, self.sizes)


def keep(plan: Plan, tally: Tally, computed: Computed, *, replicates: bool) -> tuple[Plan, Units] | None:
    """Add to the tally what an interval is computed from.

    Args:
        plan: The decisions.
        tally: The totals.
        computed: The batch.
        replicates: Bootstrap replicates, if asked for, are made from sums over rows.

    Returns:
        The decisions, now with a pivot, and the units of the batch; None if rows have no values of their own.
    """
    units = units_of(computed)
    if plan.loss.inference is Inference.ORDER and computed.batch.clusters is None:
        found = _as_a_set(computed)
        tally.ordered = None if found is None else np.sort(found.sums)
    if units is None:
        return None
    if plan.pivot is None:
        plan = replace(plan, pivot=0.0 if plan.loss.inference is Inference.SHARE else units.pivot())
    pivot = plan.pivot or 0.0
    moments = units.moments(pivot)
    tally.moments = moments if tally.moments is None else tally.moments + moments
    coded = computed.batch.clusters
    asked = plan.settings.bootstrap if replicates and coded is None and not plan.settings.per else None
    if coded is None and asked is None:
        return plan, units
    size, moved = np.ones(len(units.sums)) if units.sizes is None else units.sizes, units.moved(pivot)[1][0]
    if asked is not None:
        from losscli.core.intervals.bootstrap import Replicates

        tally.replicates = tally.replicates or Replicates(asked)
        tally.replicates.add(units.numbers + computed.batch.before, moved, size)
    if coded is not None:
        tally.clusters = tally.clusters or Clusters()
        tally.clusters.add((moved, size), coded.some(units.numbers - computed.batch.start))
    return plan, units


def units_of(computed: Computed) -> Units | None:
    """The units of a batch; None if the value is not made of one number per row."""
    if computed.plan.loss.inference is Inference.ORDER:
        return None
    if computed.plan.loss.takes is Takes.SET or (computed.called is not None and not computed.by_row):
        return _as_a_set(computed)
    if not computed.by_row or computed.plan.mixes:
        return None
    values, counted = computed.loss, computed.counted
    size = None if computed.plan.rule != "weighted-mean" or computed.weights is None else _weights(computed)
    if computed.plan.rule == "weighted-mean" and computed.weights is not None and size is None:
        return None
    numbers = computed.numbers
    if values.ndim > 1:
        if size is None and computed.plan.rule in ("mean", "weighted-mean"):
            size = np.ones(values.shape) if counted is None else counted.astype(np.float64)
        values = _in_sum(values)
        size = None if size is None else _in_sum(size)
    if counted is not None:
        kept = ops.any_in_row(counted)
        numbers, values, size = numbers[kept], values[kept], None if size is None else size[kept]
    return Units(numbers, values, size)


def _in_sum(values: Array) -> Array:
    """``(n, ...)`` to ``(n,)``."""
    if values.ndim == 1:
        return values
    with np.errstate(over="ignore", invalid="ignore"):
        return ops.total(np.ascontiguousarray(values).reshape(len(values), -1))


def _weights(computed: Computed) -> Array | None:
    """The weights of the values, in their shape or one per row; None if they have another shape."""
    weights, shape, counted = computed.weights, computed.loss.shape, computed.counted
    assert weights is not None
    if weights.shape == shape:
        return weights if counted is None else np.where(counted, weights, 0.0)
    if counted is not None and weights.shape == (int(counted.sum()),):
        placed = np.zeros(shape)
        placed[counted] = weights
        return placed
    return _in_sum(weights) if weights.shape[:1] == shape[:1] and counted is None else None


def _as_a_set(computed: Computed) -> Units | None:
    """The units of a value of all rows together as a mean of one number per row; None if it is no such mean."""
    loss, called = computed.plan.loss, computed.called
    params = computed.plan.params if called is None else called.call.params
    if called is None:
        x, y, weights = computed.checked.predictions, computed.checked.target.dense, computed.checked.weights
    else:
        x, y, weights = called.x, called.y, called.extras.get("sample_weight")
    try:
        with np.errstate(all="ignore"):
            if loss.linear is not None:
                return _weighing(computed, loss.linear(x, y, weights, **params), None)
            rows = None if called is None else getattr(called.call.kernel, "rows", None)
            if rows is not None:
                return _weighing(computed, rows(x, y, weights, **params), weights)
            if computed.plan.takes.predicts_label and weights is None:
                plan, checked = computed.plan, computed.checked
                plain = per_sample(plan, checked.predictions, checked.target, plan.convention.reading).loss
                return _weighing(computed, _in_sum(plain) / max(1, plain[:1].size), None)
            if not loss.takes.averages_outputs:
                return None
            own = {param.name: params.get(param.name, param.default) for param in loss.params}
            return _weighing(computed, _in_sum(loss.kernel(x, y, **own)) / max(1, x[:1].size), weights)
    except (TypeError, ValueError, LossError):  # a call with arrays or options that the loss lacks
        return None


def _weighing(computed: Computed, values: Array, weights: Array | None) -> Units:
    """The units of one value per row, with weights if there are any."""
    values, lines = np.asarray(values, np.float64), computed.checked.lines
    numbers = computed.batch.start + (np.arange(len(values)) if lines is None else lines)
    if weights is None:
        return Units(numbers, values)
    return Units(numbers, values * weights, np.asarray(weights, np.float64))
