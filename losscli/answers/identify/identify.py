"""Which loss, reading, convention and reduction give a number that was observed?"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.answers.check.check import suitable
from losscli.answers.identify.candidates import DataTraits, Origin, origins
from losscli.answers.identify.given_rows import GivenRows
from losscli.answers.identify.sampled import Samples, extremes_of, through
from losscli.answers.identify.trial import FoundNumber, Labelled, Trial
from losscli.answers.identify.written_number import Fit
from losscli.losses.vocabulary import Domain, Kind, Takes
from losscli.record import record, replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from losscli.answers.identify.written_number import WrittenNumber
    from losscli.core.batch import Batch, Dataset
    from losscli.core.settings import Settings
    from losscli.errors import LossError
    from losscli.losses.loss import Example, Loss

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
        trials: All that was tried.
    """

    answers: tuple[Answer, ...]
    untried: tuple[str, ...]
    refusal: LossError | None
    trials: tuple[Trial, ...]


def identify(
    target: WrittenNumber,
    settings: Settings,
    dataset: Dataset,
    catalogue: Sequence[Loss],
    given: GivenRows | None = None,
) -> Search:
    """Compute the loss of the data, or of some of it, in every way, and keep what gives the number."""
    given = given or GivenRows.of(dataset, refuses_nan=settings.nan == "error")
    first = given.first
    likely, _ = suitable(first, settings, tabular=dataset.tabular)
    traits = DataTraits(
        weighted=first.weights is not None or settings.class_weight is not None,
        numbered=_are_numbers(first),
        whole=given.whole,
    )
    untried = tuple(loss for loss in catalogue if loss.whole and _too_many(loss, given))
    priors, left_out = _priors(likely, catalogue), {loss.name for loss in untried}
    labelled = Labelled(first)
    trials = tuple(
        Trial(origin, dataset, labelled, priors[loss.name] + cost)
        for loss in catalogue
        if loss.extras.keys() <= first.extras.keys() and loss.name not in left_out
        for origin, cost in origins(loss, settings, traits)
        if not _squares(origin, given)
    )
    answers = _answers(trials, given, target)
    return Search(answers, tuple(loss.name for loss in untried), _refusal(trials, likely, given), trials)


def identify_later(target: WrittenNumber, search: Search, given: GivenRows) -> tuple[Answer, ...]:
    """The answers if labels of other rows are paired with the same predictions, in each way that took them before."""
    return _answers([trial.anew() for trial in search.trials if trial.refusal is None], given, target)


def _answers(trials: Sequence[Trial], given: GivenRows, target: WrittenNumber) -> tuple[Answer, ...]:
    probable = _probable(given.first)
    found: list[Answer] = []
    for left in _phases(trials, given, target):
        found = [answer for trial in left if (answer := _best(trial, target, probable=probable)) is not None]
        if found:
            break
    return _merged(sorted(_without_dtype(found), key=lambda answer: (answer.cost, abs(answer.value - target.value))))


def _refusal(trials: Sequence[Trial], likely: Takes, given: GivenRows) -> LossError | None:
    """Why no loss that suits the labels takes the data."""
    plain = [one for one in trials if one.origin.reference is None and one.origin.loss.takes is likely]
    if not plain or any(one.refusal is None for one in plain):
        return None
    likeliest = min(plain, key=lambda trial: trial.cost)
    again = likeliest.anew()
    through([again], given.held)  # in order: a sample knows neither the first bad row nor how many there are
    return again.refusal or likeliest.refusal


def _phases(trials: Sequence[Trial], given: GivenRows, target: WrittenNumber) -> Iterator[list[Trial]]:
    """What all rows were computed for in turn, until something gives the number; float32 after float64 has failed."""
    if not given.ended:
        yield through(list(trials), chain(given.held, given.rest))
        return
    samples = Samples(given, target)
    far: list[Trial] = []
    for single in (False, True):
        near, others = samples.pass_on([one for one in trials if (one.origin.settings.dtype == "float32") is single])
        far += others
        yield near
    if far:
        extremes = extremes_of(given.held)
        for trial in far:
            trial.most = trial.most_of(extremes)
        yield samples.pass_on([trial for trial in far if samples.may_reach(trial)])[0]


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


def _are_numbers(batch: Batch) -> bool:
    """Whether the labels may be class numbers: one whole number for each row of predictions."""
    labels = batch.labels
    if labels.dtype == object or labels.ndim != batch.predictions.ndim - 1:
        return False
    return bool((labels == np.floor(labels)).all())


def _too_many(loss: Loss, given: GivenRows) -> bool:
    """Whether a loss of all rows at once would take too long, or too much memory."""
    return not given.whole or (loss.domain is Domain.GROUPS and given.rows > _PAIRED)


def _squares(origin: Origin, given: GivenRows) -> bool:
    """Whether classes are taken of rows which are single predictions: a call would make a square of many."""
    takes = origin.reference.takes if origin.reference is not None else None
    picks = origin.loss.takes.picks_class or (takes is not None and takes.picks_class)
    listed = origin.loss.domain is Domain.INDEX_LISTS
    return (picks or listed) and given.first.predictions.ndim == 1 and given.rows > _PAIRED


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
