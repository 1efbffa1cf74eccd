"""The difference between predictions and a baseline on the same rows, ready to be shown."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from losscli.record import record

if TYPE_CHECKING:
    from losscli.core.intervals.interval import Interval
    from losscli.ops import Array

BETTER, WORSE, SAME, ALL_ALIKE, UNDECIDED = "better", "worse", "no difference shown", "alike on all rows", "undecided"


@record
class Moved:
    """A row with its losses under two models.

    Attributes:
        number: 0-based.
        id: Its id in the input, or None.
        label: As in a `Row`.
        mine: The candidate's loss; the mean, if the row has several values.
        theirs: The baseline's loss.
        difference: ``mine - theirs``.
    """

    number: int
    id: str | None
    label: Any
    mine: float
    theirs: float
    difference: float

    @property
    def order(self) -> tuple[float, int]:
        """The largest difference first, then the first row; NaN before all."""
        return (-math.inf if math.isnan(self.difference) else -abs(self.difference), self.number)


@record
class Model:
    """A baseline's own numbers.

    Attributes:
        name: Its name as the user typed it.
        value: Its value on all its rows.
        interval: The interval of the value.
        accuracy: Its share of right decisions.
        accuracy_interval: The interval of the accuracy.
        signature: The signature of its value.
    """

    name: str
    value: float | None
    interval: Interval | None
    accuracy: float | None
    accuracy_interval: Interval | None
    signature: str


@record
class Difference:
    """The difference to a baseline: the candidate's number minus the baseline's.

    Attributes:
        baseline: The baseline's own numbers.
        rows: Rows that count under both models.
        left_out: Rows that count under one model only.
        common: The baseline's value over the rows that count under both, if others were left out.
        difference: Difference of the values; None if one has no value.
        interval: Interval of the difference; None if it has none.
        sd: Standard deviation of the rows' differences.
        relative: The difference relative to the baseline's value.
        relative_interval: The ends of its interval.
        p: Two-sided p of the difference; None if there is no test.
        p_holm: p corrected for the number of baselines (Holm).
        test: The test that gave p.
        wins: Rows where the candidate is better; None if rows have no values.
        ties: Rows where both are alike.
        losses: Rows where it is worse.
        effect_size: ``difference / sd`` (Cohen's d of paired rows).
        decisions: Rows where both are right, only the candidate, only the baseline, neither.
        decisions_p: McNemar's p of these counts.
        accuracy_difference: Difference of the accuracies.
        accuracy_interval: Tango's interval of that difference.
        verdict: The verdict in a few words.
        reason: The reason for the verdict.
        margin: Differences up to this size do not matter.
        moved: The rows with the largest differences.
        per_sample: The baseline's losses ``(N, ...)``, if asked for.
    """

    baseline: Model
    rows: int
    left_out: int = 0
    common: float | None = None
    difference: float | None = None
    interval: Interval | None = None
    sd: float | None = None
    relative: float | None = None
    relative_interval: tuple[float, float] | None = None
    p: float | None = None
    p_holm: float | None = None
    test: str = "t"
    wins: int | None = None
    ties: int | None = None
    losses: int | None = None
    effect_size: float | None = None
    decisions: tuple[int, int, int, int] | None = None
    decisions_p: float | None = None
    accuracy_difference: float | None = None
    accuracy_interval: Interval | None = None
    verdict: str = UNDECIDED
    reason: str = ""
    margin: float | None = None
    moved: tuple[Moved, ...] = ()
    per_sample: Array | None = None

    @property
    def name(self) -> str:
        """The baseline's name."""
        return self.baseline.name

    def cells(self) -> dict[str, Any]:
        """The difference as cells of a table row."""
        ends = (None, None) if self.interval is None else (self.interval.low, self.interval.high)
        return {
            "baseline": self.name,
            "against": self.baseline.value,
            "difference": self.difference,
            "difference_low": ends[0],
            "difference_high": ends[1],
            "relative": self.relative,
            "difference_p": self.p,
            "difference_p_holm": self.p_holm,
            "verdict": self.verdict,
        }

    def of_group(self) -> dict[str, Any]:
        """An entry of ``against`` of a group, without what only the whole result has."""
        whole = ("interval", "accuracy_interval", "signature", "margin", "moved", "per_sample")
        return {name: value for name, value in self.to_dict().items() if name not in whole}

    def to_dict(self) -> dict[str, Any]:
        """An entry of ``against`` in the JSON document."""
        interval, accuracy, model = self.interval, self.accuracy_interval, self.baseline
        return {
            "name": self.name,
            "value": model.value,
            "interval": model.interval and model.interval.to_dict(),
            "accuracy": model.accuracy,
            "accuracy_interval": model.accuracy_interval and model.accuracy_interval.to_dict(),
            "signature": model.signature,
            "samples": self.rows,
            "left_out": self.left_out,
            "common_value": self.common,
            "difference": self.difference,
            "difference_interval": interval and interval.to_dict(),
            "std": self.sd,
            "relative": self.relative,
            "relative_interval": self.relative_interval and [*self.relative_interval],
            "p": self.p,
            "p_holm": self.p_holm,
            "test": self.test,
            "wins": self.wins,
            "ties": self.ties,
            "losses": self.losses,
            "effect_size": self.effect_size,
            "decisions": self.decisions and [*self.decisions],
            "decisions_p": self.decisions_p,
            "accuracy_difference": self.accuracy_difference,
            "accuracy_difference_interval": accuracy and accuracy.to_dict(),
            "verdict": self.verdict,
            "reason": self.reason,
            "margin": self.margin,
            "moved": [
                {
                    "sample": one.number + 1,
                    **({} if one.id is None else {"id": one.id}),
                    "label": one.label,
                    "loss": one.mine,
                    "against": one.theirs,
                    "difference": one.difference,
                }
                for one in self.moved
            ],
            "per_sample": None if self.per_sample is None else self.per_sample.tolist(),
        }
