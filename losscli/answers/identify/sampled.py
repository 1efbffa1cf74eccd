"""Leaves out trials that cannot come near a number, judged from a sample of the rows and the most extreme ones."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.core.whole import join
from losscli.record import record, replace

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from losscli.answers.identify.trial import Trial
    from losscli.answers.identify.written_number import WrittenNumber
    from losscli.core.batch import Batch

_SAMPLES = (4096, 32768)  # rows
_SPREAD = 8.0  # most standard errors that the mean of a sample may be off
_RARE = 8.0  # rows of a sample by which something rare may be over- or underrepresented
_COSTLY = 40.0  # most nats that a row costs under a clip


@record
class Sampled:
    """A trial on a sample of the rows."""

    trial: Trial
    deviation: float
    rows: int

    def reaches(self, target: WrittenNumber, rows: int, most: float) -> bool:
        """Whether all rows may give the number, judged from the sample; no row costs more than ``most``."""
        if not target.finite:
            return True
        summary = self.trial.summary
        mean, counted = summary.mean, max(summary.count, 1)
        off = _SPREAD * self.deviation / math.sqrt(counted) + _RARE / self.rows * max(most, abs(summary.max))
        if not math.isfinite(off) or off >= abs(mean):
            return True
        digits = float(target.unit)
        ranges = self.trial.ranges(1.0 - off / abs(mean), 1.0 + off / abs(mean), rows / self.rows)
        return any(low - digits <= target.value <= high + digits for low, high in ranges)


def by_promise(
    trials: list[Trial], held: list[Batch], target: WrittenNumber
) -> tuple[list[Trial], list[tuple[Trial, Sampled]]]:
    """The trials that may come near the number, judged from growing samples of the rows, and the other ones."""
    rows = sum(map(len, held))
    near = trials
    far: list[tuple[Trial, Sampled]] = []
    for size in _SAMPLES:
        sample = _sample(held, max(rows // size, 1))
        some, near = near, []
        for trial in some:
            sampled = _of_sample(trial, sample)
            if sampled is None:
                continue
            if sampled.reaches(target, rows, _COSTLY):
                near.append(trial)
            else:
                far.append((trial, sampled))
    return near, far


def _of_sample(trial: Trial, sample: Batch) -> Sampled | None:
    """The trial on a sample; None if its rows cannot be of this kind."""
    again = trial.anew()
    if not again.add(sample):
        trial.refusal = again.refusal
        return None
    return Sampled(again, again.forget(), len(sample))


def most_of(trial: Trial, extremes: Batch) -> float:
    """The largest loss among the most extreme rows; 0 if they are refused."""
    again = trial.anew()
    if not again.add(extremes):
        trial.refusal = again.refusal
        return 0.0
    summary = again.summary
    return max(abs(summary.max), abs(summary.min))


def extremes_of(held: list[Batch]) -> Batch:
    """The rows with the largest and smallest number of each column of predictions and labels."""
    return _extreme(_one_of(map(_extreme, held)))


def _extreme(batch: Batch) -> Batch:
    ends = np.concatenate([_ends(batch.predictions), _ends(batch.labels)])
    return replace(batch, ids=None).some(np.unique(ends))


def _ends(values: NDArray[Any]) -> NDArray[np.intp]:
    table = values.reshape(len(values), -1)
    if table.dtype == object or not table.size:
        return np.zeros(0, np.intp)
    return np.concatenate([table.argmax(axis=0), table.argmin(axis=0)])


def _sample(held: list[Batch], step: int) -> Batch:
    """Every ``step``-th row."""
    return _one_of(replace(batch, ids=None).some(np.arange(-batch.start % step, len(batch), step)) for batch in held)


def _one_of(batches: Iterable[Batch]) -> Batch:
    """Some rows as one batch, numbered from 0."""
    parts: list[Batch] = []
    for some in batches:
        parts.append(replace(some, start=sum(map(len, parts))))
    whole = join(part for part in parts if len(part))
    assert whole is not None
    return whole
