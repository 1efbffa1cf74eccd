"""Which loss, reading, convention and reduction give a number that was seen?"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.answers.check import suitable
from losscli.core.call_evaluation import CallEvaluation
from losscli.core.evaluate import Evaluation
from losscli.core.reduction import Reduced, reduce
from losscli.errors import InputError, LossError
from losscli.losses.references import Rule
from losscli.losses.spec import EXACT, Kind, Role, Takes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from losscli.answers.target import Target
    from losscli.core.batch import Batch, Dataset
    from losscli.core.plan import Settings
    from losscli.core.summary import Summary
    from losscli.losses.references import Reference
    from losscli.losses.spec import Example, Loss

    Array = NDArray[np.float64]

_BATCHES = (8, 10, 16, 20, 32, 50, 64, 100, 128, 200, 256, 500, 512, 1000, 1024)
_KEPT = 1_000_000  # losses kept in order, to cut them into batches


@dataclass(frozen=True, slots=True)
class Origin:
    """What gives a number.

    Attributes:
        loss: The loss.
        settings: Under which it was computed; of a framework's call only the dtype counts.
        reference: The call, or None.
        options: The call's keyword arguments.
        one_hot: Class numbers were made rows of 0 and 1 first.
    """

    loss: Loss
    settings: Settings
    reference: Reference | None = None
    options: tuple[tuple[str, Any], ...] = ()
    one_hot: bool = False

    @property
    def kind(self) -> str:
        """What the predictions are taken for."""
        if self.reference is None:
            return self.settings.kind or self.loss.kinds[0]
        return Kind.LOGITS if self.options else self.reference.reads

    @property
    def name(self) -> str:
        """The call, or the convention of the plain command."""
        return self.reference.call if self.reference is not None else str(self.settings.like)


@dataclass(frozen=True, slots=True)
class Answer:
    """A way to the number.

    Attributes:
        value: What it gives, with all digits.
        origin: Where it comes from.
        reduction: By its own name.
        divisor: What the sum was divided by, in words; empty if by nothing.
        slip: What was done to it beside that, in words; empty if nothing.
        cost: How unlikely it is: each departure from the default counts.
        fit: ``rounded`` or ``cut`` to the digits written.
        also: Other conventions and calls that give the same.
        example: What data it is of; None if it is the user's.
    """

    value: float
    origin: Origin
    reduction: str
    divisor: str
    slip: str
    cost: float
    fit: str
    also: tuple[str, ...] = ()
    example: Example | None = None


def identify(target: Target, settings: Settings, dataset: Dataset, catalogue: tuple[Loss, ...]) -> list[Answer]:
    """All that gives the number, the likeliest first.

    Raises:
        InputError: There are no rows.
    """
    first = next(dataset.batches, None)
    if first is None:
        raise InputError("there are no rows", dataset.source)
    likely, _ = suitable(first, settings, tabular=dataset.tabular)
    second = next(dataset.batches, None)
    rest = [] if second is None else [second]
    trials = [
        trial
        for loss in catalogue
        if not loss.extras and (second is None or not loss.whole)
        for trial in _trials(loss, settings, dataset, whole=second is None, prior=_prior(loss, likely, catalogue))
    ]
    for batch in chain([first], rest, dataset.batches):
        trials = [trial for trial in trials if trial.add(batch)]
    found = [answer for trial in trials for answer in trial.answers(target)]
    exact = {_route(answer) for answer in found if _dtype(answer) == "float64"}
    found = [answer for answer in found if _dtype(answer) == "float64" or _route(answer) not in exact]
    return _merged(sorted(found, key=lambda answer: (answer.cost, abs(answer.value - target.value))))


def _dtype(answer: Answer) -> str:
    return answer.origin.settings.dtype


def _route(answer: Answer) -> Any:
    """Everything but the dtype."""
    origin = answer.origin
    return id(origin.reference), origin.loss.name, origin.options, answer.reduction, answer.slip


def _prior(loss: Loss, likely: Takes, catalogue: tuple[Loss, ...]) -> float:
    """The loss which the labels are made for comes first, then others that take the same."""
    if loss.takes is not likely:
        return 4.0 + 0.01 * catalogue.index(loss)
    same = [other for other in catalogue if other.takes is likely]
    return min(float(same.index(loss)), 2.0) + 0.01 * same.index(loss)


def _merged(answers: list[Answer]) -> list[Answer]:
    """One answer for each loss, reduction and value; the others are named in it."""
    told: dict[Any, Answer] = {}
    for answer in answers:
        key = (answer.origin.loss.name, answer.origin.kind, answer.slip, f"{answer.value:.9g}")
        known = told.setdefault(key, answer)
        name = answer.origin.name
        if name not in (known.origin.name, *known.also):
            told[key] = replace(known, also=(*known.also, name))
    return list(told.values())


def _trials(loss: Loss, settings: Settings, dataset: Dataset, *, whole: bool, prior: float) -> Iterator[_Trial]:
    """All readings and conventions of a loss, and all calls that compute it."""
    for origin, cost in _readings(loss, settings):
        yield _Trial(origin, dataset, prior + cost)
        if loss.takes in (Takes.BINARY, Takes.VALUE):
            yield _Trial(replace(origin, one_hot=True), dataset, prior + cost + 1.0)
    for reference in loss.references:
        if reference.command and not reference.extras and (whole or not _needs_all(loss, reference)):
            for origin, cost in _calls(loss, reference, settings):
                yield _Trial(origin, dataset, prior + cost)


def _readings(loss: Loss, settings: Settings) -> Iterator[tuple[Origin, float]]:
    """The plain command under every kind, convention and first class number."""
    default = next(iter(loss.frameworks), "exact")
    names = _conventions(loss)
    bases = {settings.label_base, 1 + (settings.label_base or 0)} if loss.takes.classes else {settings.label_base}
    for kind in loss.kinds:
        for name in names if kind is Kind.PROBABILITIES or len(loss.kinds) == 1 else [default]:
            for base in bases:
                cost = (kind is not (settings.kind or loss.kinds[0])) + 2.0 * (base != settings.label_base)
                cost += 0.0 if name == default else 2.0 if "==" in name else 1.0
                yield Origin(loss, replace(settings, kind=kind, like=name, label_base=base, params={})), cost


def _conventions(loss: Loss) -> list[str]:
    """The names of the loss's conventions, those that differ."""
    told: dict[Any, str] = {}
    for name, reference in loss.conventions.items():
        told.setdefault((reference.reading, reference.weighted_mean), name)
    return [*told.values(), *["exact"] * ((EXACT, False) not in told)]


def _calls(loss: Loss, reference: Reference, settings: Settings) -> Iterator[tuple[Origin, float]]:
    """A framework's call with its defaults, with and without logits, in both dtypes."""
    flag = next((param.name for param in reference.options if param.role is Role.FROM_LOGITS), None)
    for options in ((), ((flag, True),)) if flag is not None else ((),):
        for dtype in ("float64", "float32"):
            cost = 1.5 + len(options) + (dtype == "float32")
            yield Origin(loss, replace(settings, dtype=dtype), reference, options), cost


def _needs_all(loss: Loss, reference: Reference) -> bool:
    return reference.whole or (reference.takes or loss.takes) in (Takes.SET, Takes.RAW)


class _Trial:
    """One way to compute the data; it gives up when the data cannot be that."""

    def __init__(self, origin: Origin, dataset: Dataset, cost: float) -> None:
        self.origin = origin
        self.cost = cost
        self._losses: list[Array] = []
        self._kept = 0
        self._run: Evaluation | CallEvaluation
        empty = replace(dataset, batches=iter(()))
        if origin.reference is None:
            self._run = Evaluation(origin.loss, origin.settings, empty, detail=False)
        else:
            self._run = CallEvaluation(
                origin.loss, origin.reference, dict(origin.options), empty, dtype=origin.settings.dtype
            )

    def add(self, batch: Batch) -> bool:
        """Compute a batch; False if that cannot be."""
        run = self._run
        if self.origin.one_hot:
            rows = _one_hot(batch)
            if rows is None:
                return False
            batch = rows
        try:
            loss = run.add(batch)
        except LossError:
            return False
        if loss is None:
            return isinstance(run, CallEvaluation) or not run.tally.problems.found
        values = loss.loss
        if values.ndim == 1 and self._kept <= _KEPT:
            self._losses.append(values)
            self._kept += len(values)
        return True

    def answers(self, target: Target) -> Iterator[Answer]:
        """What fits of all reductions, and of slips on the likeliest."""
        base: dict[str, Reduced] = {}
        for cost, name, reduced in self._values():
            if reduced.value is not None and all(reduced.value != known.value for known in base.values()):
                base[name] = reduced
                fit = target.match(reduced.value)
                if fit is not None:
                    yield self._answer(reduced.value, name, reduced, "", cost, fit)
        name, reduced = next(
            ((name, one) for name, one in base.items() if name != "sum"), ("", Reduced(None, None, ""))
        )
        if reduced.value is not None and math.isfinite(reduced.value):
            for cost, slip, value in self._slips(reduced.value):
                fit = target.match(value)
                if fit is not None:
                    yield self._answer(value, name, reduced, slip, cost, fit)

    def _answer(self, value: float, name: str, reduced: Reduced, slip: str, cost: float, fit: str) -> Answer:
        divisor = f"divided by {reduced.divided_by} = {reduced.divisor:.10g}" if reduced.divisor is not None else ""
        return Answer(value, self.origin, name, divisor, slip, self.cost + cost + (fit == "cut"), fit)

    def _summary(self) -> Summary:
        return self._run.tally.summary if isinstance(self._run, Evaluation) else self._run.summary.summary

    def _values(self) -> Iterator[tuple[float, str, Reduced]]:
        """The value under each reduction, the default first."""
        run = self._run
        if isinstance(run, Evaluation):
            assert run.plan is not None
            for name in ("mean", "weighted-mean", "sum", "batchmean"):
                reduced = reduce(run.tally.summary, name, weighted_mean=run.plan.convention.weighted_mean)
                yield {"mean": 0.0, "weighted-mean": 0.9}.get(name, 1.0), name, reduced
            return
        for i, (name, rule) in enumerate(run.reference.reductions.rules.items()):
            try:
                reduced = Reduced(None, None, "") if rule is Rule.NONE else run.summary.reduced(name)
            except LossError:
                continue
            if isinstance(reduced.value, float):
                yield min(float(i), 1.0), name, reduced

    def _slips(self, mean: float) -> Iterator[tuple[float, str, float]]:
        """Units and divisors that people mistake for another."""
        if self.origin.loss.unit == "nats":
            yield 2.0, "in bits: divided by ln 2 (--base 2)", mean / math.log(2.0)
            yield 3.0, "bits taken for nats: times ln 2", mean * math.log(2.0)
        if self.origin.loss.log_score and mean < 700.0:
            yield 2.5, "perplexity: exp of it", math.exp(mean)
            yield 4.0, "2 to the power of it: perplexity of nats taken for bits", 2.0**mean
        run = self._run
        width = run.plan.width if isinstance(run, Evaluation) and run.plan is not None else 1
        if width > 1:
            yield 2.5, f"mean over the {width} columns, too: divided by {width}", mean / width
            yield 2.5, f"sum over the {width} columns instead of their mean: times {width}", mean * width
        for factor, slip in ((-1.0, "with its sign turned"), (0.5, "half of it"), (2.0, "twice")):
            yield 3.0, slip, mean * factor
        for factor, slip in ((100.0, "times 100: in percent"), (0.01, "divided by 100: percent as a fraction")):
            yield 3.0, slip, mean * factor
        if mean > 0.0:
            yield 3.0, "the square root of it", math.sqrt(mean)
        yield from self._batch_means()

    def _batch_means(self) -> Iterator[tuple[float, str, float]]:
        """The mean of the means of batches, of which the last is smaller."""
        if not self._losses or self._kept > _KEPT or self._summary().weights is not None:
            return
        losses = np.concatenate(self._losses)
        for size in _BATCHES:
            if size < len(losses) and len(losses) % size:
                starts = np.arange(0, len(losses), size)
                sums = np.add.reduceat(losses, starts)
                means = sums / np.minimum(size, len(losses) - starts)
                yield (
                    3.5,
                    f"mean of the means of batches of {size}, the last of {len(losses) % size}",
                    float(means.mean()),
                )


def _one_hot(batch: Batch) -> Batch | None:
    """Class numbers as rows of 0 and 1; None if labels or predictions are not of that kind."""
    x, y = batch.predictions, batch.labels
    if x.ndim != 2 or x.shape[1] < 2 or y.ndim != 1 or y.dtype.kind not in "if":
        return None
    hot = y[:, None] == np.arange(x.shape[1])
    return replace(batch, labels=hot.astype(np.float64)) if hot.any(axis=1).all() else None
