"""The result: numbers, decisions and notes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from losscli.core.groups.group import Group, exponential
from losscli.record import field, fields_of, record, replace
from losscli.text import strict_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from losscli.core.batch import Decision
    from losscli.core.counts.class_pairs import Confusion
    from losscli.core.counts.histogram import Bar
    from losscli.core.intervals.difference import Difference
    from losscli.core.intervals.interval import Interval
    from losscli.core.note import Note
    from losscli.core.reduction import Reduced
    from losscli.core.summary import Summary
    from losscli.core.verdict import Verdict
    from losscli.losses.loss import Loss
    from losscli.ops import Array


COUNTS = {"bytes": "byte", "words": "word"}


@record
class ConstantBaseline:
    """The losses of constant predictions, in the loss's unit.

    Attributes:
        uniform: The loss of equal probabilities.
        class_prior: The loss of the class frequencies of these labels; None if nothing was counted.
        skill: ``1 - loss / class_prior``, for the mean loss.
    """

    uniform: float
    class_prior: float | None
    skill: float | None


@record
class Inferred:
    """The intervals of a result, None where it has none, with notes on them."""

    interval: Interval | None = None
    accuracy: Interval | None = None
    notes: tuple[Note, ...] = ()


@record
class FurtherResult:
    """The result of a further loss, or of the same with another argument.

    Attributes:
        option: The option that asked for it: ``--also``, ``--sweep label-smoothing``.
        name: Its name there.
        report: The report on the same rows.
    """

    option: str
    name: str
    report: Report

    @property
    def parameter(self) -> str:
        """The parameter that differs; empty for another loss."""
        return self.option.partition(" ")[2]

    @property
    def value(self) -> float | None:
        """The value; None if there are several, or none."""
        score = self.report.score
        return score[0] if score is not None and len(score) == 1 else self.report.value

    def to_dict(self) -> dict[str, Any]:
        """An entry of ``also`` or of ``sweep`` in the JSON document."""
        own, interval = self.report, self.report.interval
        named = {self.parameter.replace("-", "_"): self.name} if self.parameter else {}
        return {
            **named,
            "loss": own.loss.name,
            "value": own.score if self.value is None else self.value,
            "divisor": own.reduced.divisor,
            **({} if interval is None else {"interval": interval.to_dict()}),
            **({"against": [one.to_dict() for one in own.against]} if own.against else {}),
            "signature": own.signature,
        }


@record
class Report:
    """The result of an evaluation.

    Attributes:
        loss: The declaration.
        kind: How the predictions were read.
        form: The form of the labels.
        samples: Rows read, ignored ones included.
        classes: Size of the class axis; None where there is none.
        axes: Sizes of the axes between samples and classes, such as tokens.
        reduction: One of ``losscli.core.reduction.REDUCTIONS``.
        reduced: The value, its divisor and the name of the divisor.
        summary: Summary of the per-sample values, weights applied.
        signature: Everything that the value depends on, besides the data.
        unit: Unit of the value: ``nats``, ``bits``, ``percent``; empty without one.
        nats: Nats per unit, for a loss in nats.
        log_score: The values are minus the logarithms of probabilities, so that ``exp`` of their mean is a perplexity.
        convention: As in the signature: ``exact``, a framework's name, ``exact,clip=1e-15``.
        accuracy: Fraction of samples whose label has the largest prediction; None if not applicable.
        by: Names of the groupings; empty without groups.
        groups: The results of groups of rows.
        worst_of: The number of all groups, if these are the worst of them; else 0.
        beside: Results of further losses on the same rows.
        totals: Numbers of bytes and words, if asked for.
        exponential: The value is ``exp`` of the mean.
        per_sample: ``(N, ...)``; 0 where a label is ignored, NaN where a row was skipped. None if not asked for.
            For a loss of all samples together: its values, one for each output.
        by_sample: Each sample has a value.
        digest: Digest of the labels in hexadecimal digits; empty without labels, None if not asked for.
        order: Digest of the labels in their order; empty without labels.
        gates: The verdicts of gates.
        level: Confidence level of the intervals; None if none were asked for.
        reduced_interval: Interval of the reduced value; None if it has none.
        accuracy_interval: Interval of the accuracy.
        called: Name of the predictions next to those of baselines.
        against: The differences to baselines.
        histogram: Histogram of the losses; None if not asked for.
        confusion: Confusion matrix; None if rows were not grouped by label.
        unreduced: The loss has no reduction by default, so that its value is ``per_sample``.
    """

    loss: Loss
    kind: str
    form: str
    samples: int
    classes: int | None
    reduction: str
    reduced: Reduced
    summary: Summary
    signature: str
    convention: str
    unit: str = ""
    nats: float = 1.0
    log_score: bool = False
    baseline: ConstantBaseline | None = None
    accuracy: float | None = None
    notes: tuple[Note, ...] = ()
    decisions: tuple[Decision, ...] = ()
    class_names: tuple[str, ...] | None = None
    by: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()
    worst_of: int = 0
    beside: tuple[FurtherResult, ...] = ()
    totals: Mapping[str, float] = field(default_factory=dict)
    exponential: bool = False
    per_sample: Array | None = field(default=None, compare=False)
    by_sample: bool = True
    unreduced: bool = False
    axes: tuple[int, ...] = ()
    digest: str | None = None
    order: str = ""
    gates: tuple[Verdict, ...] = ()
    level: float | None = None
    reduced_interval: Interval | None = None
    accuracy_interval: Interval | None = None
    called: str = ""
    against: tuple[Difference, ...] = ()
    histogram: tuple[Bar, ...] | None = None
    confusion: Confusion | None = None

    def __repr__(self) -> str:
        return f"Report(value={self.value!r}, signature={self.signature!r})"

    def __float__(self) -> float:
        """The value, so that a report can be used as a number."""
        if self.value is None:
            raise TypeError("a report without a reduction has no value: per_sample has them")
        return self.value

    def __format__(self, spec: str) -> str:
        return format(float(self), spec) if spec else str(self)

    @property
    def value(self) -> float | None:
        """The reduced loss; None for the reduction ``none``."""
        return self.perplexity if self.exponential else self.reduced.value

    @property
    def compared(self) -> float | None:
        """The number compared with a baseline's: the value, or the mean where nothing is reduced."""
        return self.summary.mean if self.value is None and self.by_sample else self.value

    @property
    def interval(self) -> Interval | None:
        """The interval of the value."""
        return self.perplexity_interval if self.exponential else self.reduced_interval

    @property
    def perplexity_interval(self) -> Interval | None:
        """The interval of the perplexity."""
        if self.reduced_interval is None or self.perplexity is None:
            return None
        if self.weighs_over_rows:
            return None  # that is about another mean
        return self.reduced_interval.exponential(self.perplexity, self.nats)

    @property
    def score(self) -> list[float] | None:
        """The number of all samples together, or one for each output; None if samples have a value each."""
        if self.by_sample or (self.value is not None and self.summary.count > 1):
            return None
        if self.value is not None or self.per_sample is None:
            return [math.nan if self.value is None else self.value]
        return [float(value) for value in self.per_sample.reshape(-1)]

    @property
    def weighs_over_rows(self) -> bool:
        """Whether weighted losses are divided by the number of rows, so that the value is no mean of losses."""
        return self.summary.weights is not None and self.reduced.divided_by == "N"

    @property
    def perplexity(self) -> float | None:
        """``exp`` of the mean cross-entropy in nats, of weighted rows by their weights; None if not applicable."""
        if not self.log_score or self.reduction not in ("mean", "weighted-mean"):
            return None
        weights = self.summary.weights if self.weighs_over_rows else None
        mean = self.reduced.value if weights is None else self.summary.total.over(weights)
        return exponential(mean, self.nats)

    @property
    def headline(self) -> str:
        """The name of the value: its reduction, or ``perplexity``."""
        if self.score is not None:
            return "value"
        return "perplexity" if self.exponential else self.reduction

    def as_perplexity(self) -> Report:
        """The report with ``exp`` of means as values, also of groups."""
        groups = tuple(replace(group, nats=self.nats) for group in self.groups)
        return replace(self, exponential=True, groups=groups)

    @property
    def rates(self) -> dict[str, float]:
        """Bits per byte and per word."""
        bits = (self.summary.sum or 0.0) * self.nats / math.log(2.0)
        return {f"bits per {COUNTS[name]}": bits / total for name, total in self.totals.items() if total}

    def _group(self, group: Group) -> dict[str, Any]:
        entry = group.to_dict()
        return entry if len(self.by) == 1 else {**entry, "by": dict(zip(self.by, group.names, strict=True))}

    def to_dict(self) -> dict[str, Any]:
        """The JSON document, schema 1; non-finite numbers are strings."""
        per_sample = None if self.per_sample is None else self.per_sample.tolist()
        document: dict[str, Any] = {
            "schema": 1,
            "loss": self.loss.name,
            "signature": self.signature,
            "inputs": {"predictions": self.kind, "labels": self.form, "samples": self.samples, "classes": self.classes},
            **self._digests(),
            "reduction": self.reduction,
            "divisor": self.reduced.divisor,
            "value": per_sample if self.value is None and self.unreduced else self.value,
            **self._intervals(),
            "summary": self.summary.to_dict(),
            "baseline": None if self.baseline is None else fields_of(self.baseline),
            "perplexity": self.perplexity,
            **{name.replace(" ", "_"): value for name, value in self.rates.items()},
            "accuracy": self.accuracy,
            "groups": [self._group(group) for group in self.groups] if self.by else None,
            **({} if self.histogram is None else {"histogram": [one.to_dict() for one in self.histogram]}),
            **({} if self.confusion is None else {"confusion": [one.to_dict() for one in self.confusion.pairs]}),
            **({"against": [one.to_dict() for one in self.against]} if self.against else {}),
            **self._beside(),
            "per_sample": per_sample,
            **({"gates": [verdict.to_dict() for verdict in self.gates]} if self.gates else {}),
            "decisions": [{"what": one.what, "value": one.value, "reason": one.reason} for one in self.decisions],
            "notes": [note.to_dict() for note in self.notes],
        }
        strict: dict[str, Any] = strict_json(document)
        return strict

    def side_by_side(self) -> list[tuple[str, float | None, Interval | None]]:
        """Name, value and interval of each further loss; the loss itself first, if there are other losses."""
        score = self.score
        value = score[0] if score is not None and len(score) == 1 else self.value
        others = any(not one.parameter for one in self.beside)
        name = self.headline if self.exponential else self.loss.names[-1]
        own = [(name, value, self.interval)] if others else []
        return own + [
            (f"{one.parameter}={one.name}".lstrip("="), one.value, one.report.interval) for one in self.beside
        ]

    def contests(self) -> list[tuple[str, Report]]:
        """Name and report of each loss whose difference to a baseline is known; this one first, beside other losses."""
        names = [name for name, _, _ in self.side_by_side()]
        reports = [one.report for one in self.beside]
        return [*zip(names, [self] * (len(names) - len(reports)) + reports, strict=True)]

    def _digests(self) -> dict[str, Any]:
        """The keys of the JSON document for the labels, if asked for."""
        if self.digest is None:
            return {}
        return {"labels_digest": self.digest or None, "labels_order": self.order or None}

    def _beside(self) -> dict[str, Any]:
        """The keys of the JSON document for further losses."""
        also = [one.to_dict() for one in self.beside if not one.parameter]
        sweep = [one.to_dict() for one in self.beside if one.parameter]
        return {name: found for name, found in (("also", also), ("sweep", sweep)) if found}

    def _intervals(self) -> dict[str, Any]:
        """The keys of the JSON document for intervals."""
        if self.level is None:
            return {}
        found = {
            "interval": self.interval,
            "perplexity_interval": self.perplexity_interval,
            "accuracy_interval": self.accuracy_interval,
        }
        return {name: interval and interval.to_dict() for name, interval in found.items()}
