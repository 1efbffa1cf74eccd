"""Leaves out trials that cannot come near a number, judged from samples of the rows and the most extreme ones."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.answers.identify.mistakes import LARGEST
from losscli.answers.identify.trial import Labelled
from losscli.core.whole import join
from losscli.record import replace

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from losscli.answers.identify.given_rows import GivenRows
    from losscli.answers.identify.trial import Trial
    from losscli.answers.identify.written_number import WrittenNumber
    from losscli.core.batch import Batch

_SPREAD = 5.0  # most standard errors that the mean of a sample may be off
_RARE = 8.0  # rows of a sample by which something rare may be over- or underrepresented


class Samples:
    """Growing samples of the rows, up to all of them, and the number that is looked for."""

    def __init__(self, given: GivenRows, target: WrittenNumber) -> None:
        self._given = given
        self._target = target
        self._rows = given.rows
        self._parts = given.parts()

    def pass_on(self, trials: list[Trial]) -> tuple[list[Trial], list[Trial]]:
        """Trials that got all rows, as they may give the number; and others, which may be passed on again."""
        if len(self._parts) == 1:
            return through(trials, self._given.held), []
        near, far = [trial for trial in trials if not trial.whole], []
        at_once = [trial for trial in trials if trial.whole]
        for i, part in enumerate(self._parts):
            due = through([trial for trial in near if trial.parts == i], part, ordered=False)
            near = [trial for trial in near if trial.parts > i]
            for trial in due:
                trial.parts = i + 1
                if i + 1 == len(self._parts) or (trial.by_row and self.may_reach(trial)):
                    near.append(trial)
                elif trial.by_row:
                    far.append(trial)
                else:
                    at_once.append(trial.restarted())
            if not i:
                end = Labelled(self._given.end)
                for trial in near:
                    trial.end_with(end, self._rows)
        place = {id(trial): i for i, trial in enumerate(trials)}
        return sorted(near + through(at_once, self._given.held), key=lambda trial: place[id(trial)]), far

    def may_reach(self, trial: Trial) -> bool:
        """Whether all rows may give the number, judging from those so far."""
        summary = trial.summary
        if not self._target.finite or not summary.count or not summary.mean:
            return True
        mean = summary.mean
        if not math.isfinite(mean):
            return False
        left = 1.0 - trial.rows / self._rows
        worst = max(trial.most, abs(summary.max), abs(summary.min))
        off = _SPREAD * trial.deviation * math.sqrt(left / trial.rows) + _RARE * worst * left / trial.rows
        least, most = (1.0 + sign * off / abs(mean) for sign in (-1.0, 1.0))
        digits, value = float(self._target.unit), self._target.value
        uneven = 2.0 * worst * LARGEST / self._rows if trial.uneven is None else trial.uneven
        if abs(value - mean) <= 1.1 * off + uneven + digits:
            return True
        ranges = trial.ranges(least, most, self._rows / trial.rows)
        return any(low - digits <= value <= high + digits for low, high in ranges)


def through(trials: list[Trial], batches: Iterable[Batch], *, ordered: bool = True) -> list[Trial]:
    """Give rows to all trials; those are left which take them."""
    for batch in batches if trials else ():
        rows = Labelled(batch)
        trials = [trial for trial in trials if trial.add(rows, ordered=ordered)]
    return trials


def extremes_of(held: list[Batch]) -> Labelled:
    """The rows with the largest and smallest number of each column of predictions and labels."""
    parts: list[Batch] = []
    for some in map(_extreme, held):
        parts.append(replace(some, start=sum(map(len, parts))))
    whole = join(parts)
    assert whole is not None
    return Labelled(_extreme(whole))


def _extreme(batch: Batch) -> Batch:
    ends = np.concatenate([_ends(batch.predictions), _ends(batch.labels)])
    return batch.some(np.unique(ends))


def _ends(values: NDArray[Any]) -> NDArray[np.intp]:
    table = values.reshape(len(values), -1)
    if table.dtype == object or not table.size:
        return np.zeros(0, np.intp)
    return np.concatenate([table.argmax(axis=0), table.argmin(axis=0)])
