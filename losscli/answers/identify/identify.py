"""Which loss, reading, convention and reduction give a number that was observed?"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.answers.check.check import suitable
from losscli.answers.identify.candidates import DataTraits, Origin, origins
from losscli.answers.identify.sampled import Sampled, by_promise, extremes_of, most_of
from losscli.answers.identify.trial import FoundNumber, Trial
from losscli.answers.identify.written_number import Fit
from losscli.core.whole import join
from losscli.errors import InputError
from losscli.losses.vocabulary import Domain, Kind, Takes
from losscli.record import record, replace
from losscli.text import count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from losscli.answers.identify.written_number import WrittenNumber
    from losscli.core.batch import Batch, Dataset
    from losscli.core.settings import Settings
    from losscli.errors import LossError
    from losscli.losses.loss import Example, Loss

_AT_ONCE = 1_000_000  # most numbers held in memory, for losses of all rows at once
_WORTH_A_PASS = 1 << 15  # numbers in a batch that is worth a pass of every trial
_HELD = 8_000_000  # most numbers held in memory, to try a sample of the rows first
_PAIRED = 1000  # most rows that are all paired with each other


@record
class Answer:
    """One way to get the number.

    Attributes:
        value: Its value, with all digits.
        origin: Where it comes from.
        outcome: The reduction, and the mistake made with its result, if any.
        weighted: The losses were weighted.
        again: Softmax or sigmoid was applied to what look like probabilities.
        cost: How unlikely it is; each departure from the defaults adds to it.
        fit: How it fits the digits written.
        names: The conventions and calls that give the same.
        example: The example data it is computed on; None for the user's data.
        shift: How many rows later each prediction's label was.
    """

    value: float
    origin: Origin
    outcome: FoundNumber
    weighted: bool
    again: bool
    cost: float
    fit: Fit
    names: tuple[str, ...]
    example: Example | None = None
    shift: int = 0


@record
class Search:
    """The result of a search.

    Attributes:
        answers: Every way to get the number, the likeliest first.
        untried: Losses of all rows at once, skipped because there were too many rows.
        refusal: Why the loss that suits the labels does not take the data; None if it does.
    """

    answers: tuple[Answer, ...]
    untried: tuple[str, ...]
    refusal: LossError | None


def identify(target: WrittenNumber, settings: Settings, dataset: Dataset, catalogue: Sequence[Loss]) -> Search:
    """Compute the loss of the data in every way, and keep what gives the number."""
    batches = _fuller(dataset.batches)
    held, ended = _held(batches, dataset.source)
    first = held[0]
    whole = ended and len(held) == 1
    likely, _ = suitable(first, settings, tabular=dataset.tabular)
    traits = DataTraits(
        weighted=first.weights is not None or settings.class_weight is not None,
        numbered=_are_numbers(first),
        whole=whole,
    )
    untried = tuple(loss for loss in catalogue if loss.whole and _too_many(loss, first, whole=whole))
    priors, left_out = _priors(likely, catalogue), {loss.name for loss in untried}
    trials = [
        Trial(origin, dataset, priors[loss.name] + cost)
        for loss in catalogue
        if loss.extras.keys() <= first.extras.keys() and loss.name not in left_out
        for origin, cost in origins(loss, settings, traits)
        if not _squares(origin, first)
    ]
    for batch in held:
        _refuse_nan(batch, settings)
    probable = _probable(first)
    found: list[Answer] = []
    for some in _phases(trials, held, target, whole=whole) if ended else (trials,):
        left = some
        for batch in held if ended else chain(held, _numbers(batches, settings)):
            left = [trial for trial in left if trial.add(batch)]
        found = [answer for trial in left if (answer := _best(trial, target, probable=probable)) is not None]
        if found:
            break
    answers = sorted(_without_dtype(found), key=lambda answer: (answer.cost, abs(answer.value - target.value)))
    return Search(_merged(answers), tuple(loss.name for loss in untried), _refusal(trials, likely))


def _refusal(trials: list[Trial], likely: Takes) -> LossError | None:
    """Why no loss that suits the labels takes the data."""
    plain = (one for one in trials if one.origin.reference is None and one.origin.loss.takes is likely)
    refused = [trial.refusal for trial in sorted(plain, key=lambda trial: trial.cost)]
    return refused[0] if refused and all(refused) else None


def _phases(trials: list[Trial], held: list[Batch], target: WrittenNumber, *, whole: bool) -> Iterator[list[Trial]]:
    """What to try in turn, until something gives the number; float32 only after float64 has failed."""
    double = [trial for trial in trials if trial.origin.settings.dtype == "float64"]
    single = [trial for trial in trials if trial.origin.settings.dtype != "float64"]
    if whole:
        yield from (double, single)
        return
    far: list[tuple[Trial, Sampled]] = []
    for some in (double, single):
        near, others = by_promise(some, held, target)
        far += others
        yield near
    extremes, rows = extremes_of(held), sum(map(len, held))
    yield [trial for trial, sampled in far if sampled.reaches(target, rows, most_of(trial, extremes))]


def _best(trial: Trial, target: WrittenNumber, *, probable: bool) -> Answer | None:
    """The likeliest way to get the number from a trial's outcomes; None if there is none."""
    found = [(one, fit) for one in trial.outcomes() if (fit := target.match(one.value)) is not None]
    if not found:
        return None
    outcome, fit = min(found, key=lambda pair: pair[0].cost + pair[1].cost)
    return Answer(
        outcome.value,
        trial.origin,
        outcome,
        weighted=trial.summary.weights is not None,
        again=probable and trial.origin.kind is Kind.LOGITS,
        cost=trial.cost + outcome.cost + fit.cost,
        fit=fit,
        names=trial.origin.names,
    )


def _fuller(batches: Iterator[Batch]) -> Iterator[Batch]:
    """The same rows in fewer batches: thousands of small ones take longer than one of the same size."""
    some: list[Batch] = []
    numbers = 0
    for batch in batches:
        some.append(batch)
        numbers += batch.predictions.size
        if numbers >= _WORTH_A_PASS:
            yield from _joined(some)
            some, numbers = [], 0
    yield from _joined(some)


def _joined(some: list[Batch]) -> Iterator[Batch]:
    one = join(some)
    if one is not None:
        yield one


def _held(batches: Iterator[Batch], source: str) -> tuple[list[Batch], bool]:
    """The data as one batch, or several (perhaps only the first) if it is large; and whether that is all of it."""
    held: list[Batch] = []
    numbers = 0
    for batch in batches:
        held.append(batch)
        numbers += batch.predictions.size
        if numbers > _HELD:
            return held, False
    if numbers > _AT_ONCE:
        return held, True
    one = join(held)
    if one is None:
        raise InputError("there are no rows", source)
    return [one], True


def _are_numbers(batch: Batch) -> bool:
    """Whether the labels may be class numbers: one whole number for each row of predictions."""
    labels = batch.labels
    if labels.dtype == object or labels.ndim != batch.predictions.ndim - 1:
        return False
    return bool((labels == np.floor(labels)).all())


def _too_many(loss: Loss, first: Batch, *, whole: bool) -> bool:
    """Whether a loss of all rows at once would take too long, or too much memory."""
    return not whole or (loss.domain is Domain.GROUPS and len(first) > _PAIRED)


def _squares(origin: Origin, first: Batch) -> bool:
    """Whether a call that takes rows of classes would broadcast many single predictions to a square."""
    takes = origin.loss.takes if origin.reference is None else origin.reference.takes or origin.loss.takes
    return takes.picks_class and first.predictions.ndim == 1 and len(first) > _PAIRED


def _refuse_nan(batch: Batch, settings: Settings) -> None:
    """Refuse NaN among the predictions: frameworks propagate it, but a NaN explains no number."""
    if settings.nan == "error" and batch.predictions.dtype != object:
        bad = np.flatnonzero(np.isnan(batch.predictions).reshape(len(batch), -1).any(axis=1))
        if len(bad):
            what = f"{count(len(bad), 'row holds', 'rows hold')} NaN"
            raise InputError(what, batch.where(int(bad[0]), None), hint="--nan skip leaves them out")


def _numbers(batches: Iterator[Batch], settings: Settings) -> Iterator[Batch]:
    """The same batches; NaN in them is refused."""
    for batch in batches:
        _refuse_nan(batch, settings)
        yield batch


def _probable(batch: Batch) -> bool:
    """Whether predictions look like probabilities."""
    x = batch.predictions
    if x.dtype == object or not x.size or not ((x >= 0.0) & (x <= 1.0)).all():
        return False
    return x.ndim == 1 or bool((abs(x.sum(axis=-1) - 1.0) < 1e-3).all())


def _priors(likely: Takes, catalogue: Sequence[Loss]) -> dict[str, float]:
    """The prior cost of each loss: losses that suit the labels come first, in catalogue order."""
    priors: dict[str, float] = {}
    same = 0
    for i, loss in enumerate(catalogue):
        behind = 0.9 * i / len(catalogue)  # stays below the cost of a square root
        priors[loss.name] = min(float(same), 2.0) + 0.01 * same if loss.takes is likely else 4.0 + behind
        same += loss.takes is likely
    return priors


def _without_dtype(answers: list[Answer]) -> list[Answer]:
    """The answers without those that only repeat another in float32."""

    def way(answer: Answer) -> Any:
        return answer.names, answer.origin.route, answer.origin.options, answer.outcome.reduction, answer.outcome.said

    exact = {way(answer) for answer in answers if answer.origin.settings.dtype == "float64"}
    return [one for one in answers if one.origin.settings.dtype == "float64" or way(one) not in exact]


def _merged(answers: list[Answer]) -> tuple[Answer, ...]:
    """One answer for each distinct way; conventions and calls that agree are collected in it."""
    told: dict[Any, Answer] = {}
    for answer in answers:
        fit = Fit.ROUNDED if answer.fit is Fit.EXACT else answer.fit
        key = (answer.origin.route, answer.outcome.said, fit)
        known = told.setdefault(key, answer)
        more = tuple(name for name in answer.names if name not in known.names)
        told[key] = replace(known, names=known.names + more)
    return tuple(told.values())
