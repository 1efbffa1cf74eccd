"""One way to compute the loss, tried on all of the data."""

from __future__ import annotations

import math
from copy import copy
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from losscli import ops
from losscli.answers.identify.mistakes import Slip, Tail, slips, slips_of_sum
from losscli.core.calls.call_reduced import call_reduced
from losscli.core.calls.call_steps import CallSteps
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
    from losscli.core.plan import Plan
    from losscli.core.summary import Summary
    from losscli.ops import Array

_COSTLY = 40.0  # most nats that a row costs under a clip
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


class Labelled:
    """Some rows, and the same with one-hot labels, made once."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch

    @cached_property
    def hot(self) -> Batch | None:
        """With one-hot labels from class numbers; None if labels or predictions are of another kind."""
        x, y = self.batch.predictions, self.batch.labels
        if x.ndim != 2 or x.shape[1] < 2 or y.ndim != 1 or y.dtype.kind not in "if":
            return None
        hot = ops.one_hot(y, x.shape[1])
        return replace(self.batch, labels=hot) if hot.any(axis=1).all() else None


class Trial:
    """An origin and its totals over the rows so far.

    Args:
        origin: What to compute.
        dataset: The data; its batches are not consumed.
        first: The first rows, by which is decided how all are read.
        cost: How unlikely the origin is.

    Attributes:
        refusal: Why the data cannot be of this kind, once that is known.
        rows: The number of rows so far.
        parts: How many samples of the rows it got.
        by_row: Each row has a loss.
        deviation: The standard deviation of the losses of the last batch.
        most: The most that a row may cost.
        uneven: The most that a mean of the means of batches is off the mean; None as long as that is unknown.
    """

    def __init__(self, origin: Origin, dataset: Dataset, first: Labelled, cost: float) -> None:
        self.origin = origin
        self.cost = cost
        self._first = first
        self._dataset = replace(dataset, batches=iter(()))
        steps: Steps = PlainSteps(origin.loss, origin.settings)
        if origin.reference is not None:
            steps = CallSteps(
                origin.loss, origin.reference, dict(origin.options), Settings(dtype=origin.settings.dtype)
            )
        self._start(steps, None)

    def _start(self, steps: Steps, plan: Plan | None) -> None:
        self._run = Evaluation(steps, self._dataset, detail=False)
        self._run.plan = plan
        self.refusal: LossError | None = None
        self.rows = self.parts = 0
        self.by_row = True
        self.deviation = 0.0
        self.most = _COSTLY
        self.uneven: float | None = None
        self._tail = Tail()

    @property
    def whole(self) -> bool:
        """Whether it needs all rows at once."""
        return self._run.steps.whole

    def add(self, rows: Labelled, *, ordered: bool = True) -> bool:
        """Compute some rows; False if the data cannot be of this kind.

        Args:
            rows: The rows.
            ordered: They follow those so far.
        """
        run = self._run
        try:
            if run.plan is None and not self.whole:
                first = self._taken(self._first)
                run.plan = None if first is None else run.steps.plan(self._dataset, first)
            if run.plan is not None and run.plan.mixes and not ordered:
                run.refuse_mixed()
            batch = self._taken(rows)
            rows_of = None if batch is None else run.add(batch)
        except LossError as error:
            self.refusal = error
            return False
        if batch is None:
            return False
        if run.tally.problems.first is not None:
            self.refusal = run.tally.problems.first.error()
            return False
        self.rows += len(batch)
        self.by_row = rows_of is not None
        if rows_of is not None:
            self._look_at(rows_of.loss, ordered=ordered)
        return True

    def _taken(self, rows: Labelled) -> Batch | None:
        """The rows as the origin takes them; None if it cannot."""
        batch = rows.hot if self.origin.one_hot else rows.batch
        if batch is None:
            return None
        if self.origin.unweighted:
            batch = replace(batch, weights=None)
        if batch.extras:
            batch = replace(batch, extras={name: batch.extras[name] for name in self.origin.loss.extras})
        return batch

    def _look_at(self, losses: Array, *, ordered: bool) -> None:
        if not ordered:
            each = losses if losses.ndim == 1 else losses.reshape(len(losses), -1).mean(axis=1)
            self.deviation = float(each.std()) if np.isfinite(each).all() and len(each) else 0.0
        elif losses.ndim == 1:
            self._tail.add(losses)

    def end_with(self, rows: Labelled, count: int) -> None:
        """Look at the last of ``count`` rows."""
        last = self.anew()
        if last.add(rows):
            self._tail = last._tail
            self._tail.count = count
            mean = self.summary.mean
            self.uneven = max((abs(slip.value - mean) for slip in self._of_batches(mean)), default=0.0)

    def most_of(self, rows: Labelled) -> float:
        """The largest loss among some rows; 0 if they are refused."""
        again = self.anew()
        if not again.add(rows):
            self.refusal = again.refusal
            return 0.0
        return max(abs(again.summary.max), abs(again.summary.min))

    def anew(self) -> Trial:
        """The same trial before the first row."""
        other = copy(self)
        other._start(self._run.steps, None if self.whole else self._run.plan)
        return other

    def restarted(self) -> Trial:
        """This trial before the first row."""
        self._start(self._run.steps, self._run.plan)
        return self

    @property
    def summary(self) -> Summary:
        """The summary of all losses so far."""
        return self._run.tally.summary

    def outcomes(self) -> Iterator[FoundNumber]:
        """Every reduction once, the default first; then mistakes with the first that is not a sum, and with the sum."""
        plain = self._plain()
        yield from plain
        for is_sum in (False, True):
            one = next((one for one in plain if math.isfinite(one.value) and (one.reduction == "sum") is is_sum), None)
            if one is not None:
                for slip in self._slips_of_sum(one.value) if is_sum else self._slips(one.value):
                    yield FoundNumber(slip.value, one.reduction, one.reduced, slip, one.cost + slip.cost)
                for slip in () if is_sum else self._of_batches(one.value):
                    yield FoundNumber(slip.value, one.reduction, one.reduced, slip, one.cost + slip.cost)

    def ranges(self, least: float, most: float, size: float) -> Iterator[tuple[float, float]]:
        """The ranges of outcomes of ``size`` times as many rows with ``least`` to ``most`` times this mean.

        Without means of the means of batches.
        """
        plain = [one for one in self._plain() if math.isfinite(one.value)]
        for is_sum in (False, True):
            factor = size if is_sum else 1.0
            values = [one.value * factor for one in plain if (one.reduction == "sum") is is_sum]
            yield from (_sorted(value * least, value * most) for value in values)
            if values:
                slips = self._slips_of_sum if is_sum else self._slips
                low, high = ({slip.words: slip.value for slip in slips(values[0] * end)} for end in (least, most))
                for words in low.keys() | high.keys():
                    yield _sorted(low.get(words, 0.0), high.get(words, 0.0))

    def _plain(self) -> list[FoundNumber]:
        seen: dict[float, FoundNumber] = {}
        for cost, name, reduced in self._reductions():
            if reduced.value is not None:
                seen.setdefault(reduced.value, FoundNumber(reduced.value, name, reduced, None, cost))
        return list(seen.values())

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
        return slips(mean, self.origin.loss, width)

    def _of_batches(self, mean: float) -> Iterator[Slip]:
        if self.summary.weights is None and self.summary.count == self.rows:
            yield from self._tail.means(mean * self._tail.count)

    def _slips_of_sum(self, total: float) -> Iterator[Slip]:
        if self.summary.weights is None:
            yield from slips_of_sum(total, self.origin.loss, self.summary.count)


def _sorted(one: float, other: float) -> tuple[float, float]:
    return (one, other) if one <= other else (other, one)
