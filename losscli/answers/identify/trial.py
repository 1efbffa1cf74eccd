"""One way to compute the loss, tried on all of the data."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from losscli import ops
from losscli.answers.identify.mistakes import Slip, Tail, slips, slips_of_sum
from losscli.core.call_reduced import call_reduced
from losscli.core.call_steps import CallSteps
from losscli.core.evaluate import Evaluation
from losscli.core.reduction import Reduced, reduce
from losscli.core.settings import Settings
from losscli.core.steps import PlainSteps, Steps
from losscli.errors import LossError
from losscli.record import record, replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from losscli.answers.identify.candidates import Origin
    from losscli.core.batch import Batch, Dataset
    from losscli.core.summary import Summary
    from losscli.ops import Array

_PLAIN = (("mean", 0.0), ("weighted-mean", 0.9), ("sum", 1.0), ("batchmean", 1.0))


@record
class FoundNumber:
    """A number that an origin gives: a reduction, and perhaps a mistake on top."""

    value: float
    reduction: str
    reduced: Reduced
    slip: Slip | None
    cost: float

    @property
    def said(self) -> str:
        """The mistake in words; empty if there is none."""
        return "" if self.slip is None else self.slip.words


class Trial:
    """An origin and its totals over the rows so far.

    Args:
        origin: What to compute.
        dataset: The data; its batches are not consumed.
        cost: How unlikely the origin is.

    Attributes:
        refusal: Why the data cannot be of this kind, once that is known.
    """

    def __init__(self, origin: Origin, dataset: Dataset, cost: float) -> None:
        self.origin = origin
        self.cost = cost
        self.refusal: LossError | None = None
        self._losses: Array | None = None
        self._dataset = dataset
        self._tail = Tail()
        steps: Steps = PlainSteps(origin.loss, origin.settings)
        if origin.reference is not None:
            steps = CallSteps(
                origin.loss, origin.reference, dict(origin.options), Settings(dtype=origin.settings.dtype)
            )
        self._run = Evaluation(steps, replace(dataset, batches=iter(())), detail=False)

    def add(self, batch: Batch) -> bool:
        """Compute a batch; False if the data cannot be of this kind."""
        run = self._run
        if self.origin.unweighted:
            batch = replace(batch, weights=None)
        if batch.extras:
            batch = replace(batch, extras={name: batch.extras[name] for name in self.origin.loss.extras})
        if self.origin.one_hot:
            rows = _one_hot(batch)
            if rows is None:
                return False
            batch = rows
        try:
            rows_of = run.add(batch)
        except LossError as error:
            self.refusal = error
            return False
        if run.tally.problems.first is not None:
            self.refusal = run.tally.problems.first.error()
            return False
        self._losses = None if rows_of is None else rows_of.loss
        if rows_of is not None and rows_of.loss.ndim == 1:
            self._tail.add(rows_of.loss)
        return True

    def forget(self) -> float:
        """Drop the losses of the last batch; returns their standard deviation, or infinity if there are none."""
        losses, self._losses = self._losses, None
        if losses is None or not np.isfinite(losses).all():
            return math.inf
        return float(losses.std())

    def anew(self) -> Trial:
        """The same trial before the first row."""
        return Trial(self.origin, self._dataset, self.cost)

    @property
    def summary(self) -> Summary:
        """The summary of all losses so far."""
        return self._run.tally.summary

    def outcomes(self) -> Iterator[FoundNumber]:
        """Every reduction once, the default first; then mistakes with the first that is not a sum, and with the sum."""
        seen: dict[float, FoundNumber] = {}
        for cost, name, reduced in self._reductions():
            if reduced.value is not None:
                seen.setdefault(reduced.value, FoundNumber(reduced.value, name, reduced, None, cost))
        yield from seen.values()
        finite = [one for one in seen.values() if math.isfinite(one.value)]
        for is_sum in (False, True):
            one = next((one for one in finite if (one.reduction == "sum") is is_sum), None)
            if one is not None:
                for slip in self._slips_of_sum(one.value) if is_sum else self._slips(one.value):
                    yield FoundNumber(slip.value, one.reduction, one.reduced, slip, one.cost + slip.cost)

    def ranges(self, least: float, most: float, size: float) -> Iterator[tuple[float, float]]:
        """The ranges of outcomes of ``size`` times as many rows with ``least`` to ``most`` times this mean."""
        plain = [one for one in self.outcomes() if one.slip is None and math.isfinite(one.value)]
        for is_sum in (False, True):
            values = [one.value for one in plain if (one.reduction == "sum") is is_sum]
            ends = [sorted((value * least, value * most)) for value in values]
            ends = [[end * size for end in pair] if is_sum else pair for pair in ends]
            yield from ((low, high) for low, high in ends)
            if ends:
                low, high = (
                    {slip.words: slip.value for slip in (self._slips_of_sum(end) if is_sum else self._slips(end))}
                    for end in ends[0]
                )
                for words in low.keys() | high.keys():
                    first, last = low.get(words, 0.0), high.get(words, 0.0)
                    yield min(first, last), max(first, last)

    def _reductions(self) -> Iterator[tuple[float, str, Reduced]]:
        steps, plan = self._run.steps, self._run.plan
        assert plan is not None
        if steps.scores and self.summary.count > 1:  # several numbers
            return
        if not isinstance(steps, CallSteps):
            for name, cost in _PLAIN:
                yield cost, name, reduce(self.summary, name, weighted_mean=plan.weighted_mean)
            return
        for i, name in enumerate(steps.reference.reductions.rules):
            try:
                reduced = call_reduced(steps.call, self.summary, name)
            except LossError:
                continue
            if isinstance(reduced.value, float):
                yield min(float(i), 1.0), name, reduced

    def _slips(self, mean: float) -> Iterator[Slip]:
        run = self._run
        width = run.plan.width if run.plan is not None and isinstance(run.steps, PlainSteps) else 1
        yield from slips(mean, self.origin.loss, width)
        summary = self.summary
        if summary.weights is None and summary.count == self._tail.count:
            yield from self._tail.means(summary.sum)

    def _slips_of_sum(self, total: float) -> Iterator[Slip]:
        if self.summary.weights is None:
            yield from slips_of_sum(total, self.origin.loss, self.summary.count)


def _one_hot(batch: Batch) -> Batch | None:
    """One-hot labels from class numbers; None if labels or predictions are of another kind."""
    x, y = batch.predictions, batch.labels
    if x.ndim != 2 or x.shape[1] < 2 or y.ndim != 1 or y.dtype.kind not in "if":
        return None
    hot = ops.one_hot(y, x.shape[1])
    return replace(batch, labels=hot) if hot.any(axis=1).all() else None
