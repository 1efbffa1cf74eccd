"""No convention acts in silence: what was clipped, rescaled, ignored or divided, with numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from losscli.core.checks import any_in_row
from losscli.core.exact import ExactSum
from losscli.core.problems import rows
from losscli.core.reduction import reduce
from losscli.core.report import Note
from losscli.losses.spec import Form, Kind, Takes

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from losscli.core.batch import Batch
    from losscli.core.checks import Checker
    from losscli.core.plan import Plan, Settings
    from losscli.core.reduction import Reduced
    from losscli.core.summary import Summary

    Array = NDArray[np.float64]
    Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Worst:
    """The row whose loss a convention changed most: its 0-based number, its loss and the plain one."""

    number: int
    actual: float
    plain: float

    @property
    def rank(self) -> tuple[float, int]:
        """Larger is worse; of equal ones the first row."""
        change = abs(self.plain - self.actual)
        return (np.inf if np.isnan(change) else change, -self.number)


@dataclass(frozen=True, slots=True)
class Departures:
    """Rows whose loss is not what plain mathematics gives; ``+`` merges, ``Departures()`` is its identity."""

    clipped: int = 0
    rescaled: int = 0
    actual: ExactSum = ExactSum()
    plain: ExactSum = ExactSum()
    worst_clipped: Worst | None = None
    worst_rescaled: Worst | None = None

    @classmethod
    def of(
        cls,
        numbers: NDArray[np.intp],
        actual: Array,
        plain: Array,
        clipped: Mask | None,
        rescaled: Mask | None,
    ) -> Departures:
        """Compare losses ``(k, ...)`` of rows in a convention's reach with the plain ones."""
        changed = (actual != plain) & ~(np.isnan(actual) & np.isnan(plain))
        counts: list[int] = []
        worst: list[Worst | None] = []
        for mask in (clipped, rescaled):
            hit = changed if mask is None else changed & mask
            lines = np.flatnonzero(any_in_row(hit)) if mask is not None else np.array([], int)
            counts.append(len(lines))
            worst.append(_worst(numbers, actual, plain, lines))
        return cls(counts[0], counts[1], ExactSum.of(actual), ExactSum.of(plain), worst[0], worst[1])

    def __add__(self, other: Departures) -> Departures:
        return Departures(
            self.clipped + other.clipped,
            self.rescaled + other.rescaled,
            self.actual + other.actual,
            self.plain + other.plain,
            _worse(self.worst_clipped, other.worst_clipped),
            _worse(self.worst_rescaled, other.worst_rescaled),
        )


def departed(start: int, actual: Array, plain: Array, counted: Mask | None) -> Departures:
    """Departures of values of any shape from the plain ones; a scalar is one row."""
    actual, plain = np.atleast_1d(actual), np.atleast_1d(plain)
    if counted is not None and counted.shape == actual.shape:
        actual, plain = np.where(counted, actual, 0.0), np.where(counted, plain, 0.0)
    far = np.abs(plain - actual) > 1e-6 * np.abs(actual)
    numbers = start + np.arange(len(actual))
    return Departures.of(numbers, actual.astype(np.float64), plain.astype(np.float64), far | np.isnan(plain), None)


def _worst(numbers: NDArray[np.intp], actual: Array, plain: Array, lines: NDArray[np.intp]) -> Worst | None:
    found: Worst | None = None
    if len(lines):
        with np.errstate(invalid="ignore"):
            change = np.abs(plain - actual)[lines].reshape(len(lines), -1)
        change = np.where(np.isnan(change), np.inf, change)
        at = int(change.max(axis=1).argmax())
        entry = int(change[at].argmax())
        line = int(lines[at])
        found = Worst(
            int(numbers[line]),
            float(actual[line].reshape(-1)[entry]),
            float(plain[line].reshape(-1)[entry]),
        )
    return found


def _worse(one: Worst | None, other: Worst | None) -> Worst | None:
    if one is None or other is None:
        return one or other
    return max(one, other, key=lambda worst: worst.rank)


def explain(
    plan: Plan, checker: Checker, departures: Departures, summary: Summary, reduced: Reduced
) -> tuple[Note, ...]:
    """The notes on a finished evaluation, in the order of the steps they tell of."""
    return (
        *_input_notes(plan, checker),
        *_convention_notes(plan, departures, summary),
        *_divisor_notes(plan, checker, summary, reduced),
    )


def _input_notes(plan: Plan, checker: Checker) -> list[Note]:
    notes = []
    if checker.like_probabilities:
        notes.append(
            Note(
                "double-softmax",
                "all rows lie in [0, 1] and sum to 1: these look like probabilities, and softmax is applied to them",
                "leave out --from-logits if they are",
            )
        )
    if checker.rounded:
        notes.append(
            Note(
                "rounded",
                f"{rows(checker.rounded)} went beyond [0, 1] by rounding (up to 1e-06) and were read as 0 or 1",
            )
        )
    if checker.skipped:
        notes.append(
            Note(
                "skipped",
                f"{rows(checker.skipped)} with NaN or infinity {_was(checker.skipped)} left out",
            )
        )
    if checker.forms.off_sum and plan.loss.takes in (Takes.CLASS, Takes.DISTRIBUTION):
        hot = checker.forms.form is Form.MULTI_HOT
        notes.append(
            Note(
                "label-sum",
                f"{rows(checker.forms.off_sum)} of labels {_verb(checker.forms.off_sum, 'does', 'do')} not sum to 1",
                "several labels a row: bce (the mean over the columns)" if hot else "",
            )
        )
    return notes


def _convention_notes(plan: Plan, departures: Departures, summary: Summary) -> list[Note]:
    name, reading = plan.convention.name, plan.convention.reading
    notes = []
    total = replace(summary, total=summary.total - departures.actual + departures.plain)
    plain = reduce(total, plan.reduction, weighted_mean=plan.convention.weighted_mean).value
    outcome = "" if plain is None else f"; plain mathematics gives {plain:.7g}"
    if departures.rescaled and departures.worst_rescaled is not None:
        notes.append(
            Note(
                "rescaled",
                f"{rows(departures.rescaled)} did not sum to 1 and {_was(departures.rescaled)} divided by the sum "
                f"({name}); {_tell(departures.worst_rescaled)}{outcome}",
                "--no-rescale, or --like exact",
            )
        )
    if departures.clipped and departures.worst_clipped is not None:
        limits = f"the logarithm at {reading.log_floor:g}"
        if reading.zero:
            limits = f"at a probability of {reading.zero:g}"
        elif reading.clip:
            limits = f"to [{reading.clip:g}, 1{f' - {reading.clip:g}' if reading.clip_one else ''}]"
        notes.append(
            Note(
                "clipped",
                f"{rows(departures.clipped)} {_was(departures.clipped)} clipped {limits} "
                f"({name}); {_tell(departures.worst_clipped)}{outcome}",
                "--like exact clips nothing",
            )
        )
    if reading.add and departures.actual != departures.plain:
        what = f"{reading.add:g} was added to each probability within the logarithm ({name})"
        notes.append(Note("added", what + outcome, "--like exact adds nothing"))
    return notes


def _verb(n: int, one: str, many: str) -> str:
    return one if n == 1 else many


def _was(n: int) -> str:
    return _verb(n, "was", "were")


def _tell(worst: Worst) -> str:
    return f"most in row {worst.number + 1:,}: {worst.actual:.7g} instead of {worst.plain:.7g}"


def _divisor_notes(plan: Plan, checker: Checker, summary: Summary, reduced: Reduced) -> list[Note]:
    notes = []
    if checker.ignored:
        notes.append(
            Note(
                "ignored",
                f"{checker.ignored:,} label{'' if checker.ignored == 1 else 's'} equal to "
                f"{plan.settings.ignore_index} {_was(checker.ignored)} ignored; {summary.count:,} counted",
            )
        )
    if not summary.count and plan.reduction != "sum":
        notes.append(Note("nothing-counted", "no row was counted: the mean of nothing is NaN"))
    elif summary.weights is not None and plan.reduction in ("mean", "weighted-mean"):
        by_count, by_weight = reduce(summary, "mean"), reduce(summary, "weighted-mean")
        other = by_weight if reduced.divided_by == "N" else by_count
        notes.append(
            Note(
                "weights",
                f"the weighted losses were divided by {reduced.divided_by} = {reduced.divisor:.7g}; "
                f"divided by {other.divided_by} = {other.divisor:.7g} they are {other.value:.7g}",
                "--reduction weighted-mean" if reduced.divided_by == "N" else "--like keras divides by N",
            )
        )
    return notes


def hint_for(
    problem: str,
    plan: Plan,
    checker: Checker,
    first: Batch | None,
    would_be: Callable[[Settings], float | None],
) -> str:
    """What to try against bad rows, with the loss it would give where one batch tells; empty if nothing is known."""
    if problem == "range" and first is not None:
        return _reading_hint(plan, first, would_be)
    if problem == "label-range":
        return _label_hint(plan, checker, would_be)
    return ""


def _reading_hint(plan: Plan, first: Batch, would_be: Callable[[Settings], float | None]) -> str:
    x = first.predictions
    x = x[np.isfinite(x)]
    if plan.kind is Kind.LOG_PROBABILITIES:
        if x.size and x.min() >= 0.0 and x.max() <= 1.0:
            return "they look like probabilities: take their logarithm first"
        return "log-probabilities come out of a log-softmax: `losscli softmax --log`"
    if not x.size:
        return ""
    kind, flag, what = Kind.LOGITS, "--from-logits", "logits"
    if x.max() <= 0.0:
        kind, flag, what = Kind.LOG_PROBABILITIES, "--from-log-probs", "log-probabilities"
    elif x.min() >= 0.0 and x.max() <= 100.0 and x.size >= 2 and _sums_to_100(first.predictions):
        return "the rows sum to 100: divide percentages by 100"
    value = would_be(replace(plan.settings, kind=kind))
    return f"{flag} if they are {what}{_outcome(value)}"


def _sums_to_100(x: Array) -> bool:
    return x.ndim > 1 and bool((np.abs(x.sum(axis=-1) - 100.0) < 0.5).all())


def _label_hint(plan: Plan, checker: Checker, would_be: Callable[[Settings], float | None]) -> str:
    if plan.by_name:
        value = would_be(replace(plan.settings, label_base=0))
        return f"--label-base 0 if they are positions, counted from 0{_outcome(value)}"
    low, high = checker.label_range
    base = plan.settings.label_base or 0
    if low - base == 1 and high - base == plan.width:
        value = would_be(replace(plan.settings, label_base=base + 1))
        return (
            f"labels run from {low} to {high}: --label-base {base + 1} if they count from {base + 1}{_outcome(value)}"
        )
    if -(2**31) < low < base <= high and plan.settings.ignore_index is None:
        value = would_be(replace(plan.settings, ignore_index=int(low)))
        return f"--ignore-index={low} if that marks rows without a label{_outcome(value)}"
    return f"the predictions have {plan.width} columns: is one missing?"


def _outcome(value: float | None) -> str:
    return "" if value is None else f" (the loss would be {value:.7g})"
