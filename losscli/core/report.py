"""The result: numbers, the decisions that led to them, and what a reader must know."""

from __future__ import annotations

import math
from itertools import repeat
from typing import TYPE_CHECKING, Any

from losscli.record import field, record, replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from losscli.core.batch import Decision
    from losscli.core.class_pairs import Confusion
    from losscli.core.difference import Difference
    from losscli.core.histogram import Bar
    from losscli.core.interval import Interval
    from losscli.core.reduction import Reduced
    from losscli.core.summary import Summary
    from losscli.core.verdict import Verdict
    from losscli.losses.loss import Loss
    from losscli.ops import Array


@record
class Note:
    """Something a convention did, or something odd about the input; the number stands all the same.

    Attributes:
        id: Stable, for programs.
        message: One sentence with the counts.
        hint: What to type to have it otherwise; may be empty.
        severity: ``error``, ``warning`` or ``note``: how likely the number is not what was meant.
        where: The rows it is about, a line each; may be empty.
    """

    id: str
    message: str
    hint: str = ""
    severity: str = "note"
    where: str = ""


COUNTS = {"bytes": "byte", "words": "word"}


def notes_of(decisions: Iterable[Decision]) -> tuple[Note, ...]:
    """Those decisions about the input that a reader must know."""
    return tuple(Note("input", f"{one.what}: {one.value}; {one.reason}") for one in decisions if one.note)


@record
class Baseline:
    """What predictions without knowledge of the sample would score, in the loss's unit.

    Attributes:
        uniform: All classes alike.
        class_prior: The class frequencies of these labels; None if nothing was counted.
        skill: ``1 - loss / class_prior``, for the mean loss.
    """

    uniform: float
    class_prior: float | None
    skill: float | None


@record
class Inferred:
    """The intervals of a result, as far as it has some, and what there is to say of them."""

    interval: Interval | None = None
    accuracy: Interval | None = None
    notes: tuple[Note, ...] = ()


@record
class Group:
    """The result of some of the rows.

    Attributes:
        names: What they have in common, such as their file: a text for each thing they were grouped by.
        samples: How many rows there are.
        reduced: The value, its divisor and that one's name.
        summary: Of their values, without a median.
        accuracy: The share of right decisions; None if there were none.
        share_of_loss: Their sum over that of all rows; None if that is no number.
        share_of_rows: How many of all rows they are.
        reduced_interval: Of the reduced value, if one was wanted and there is one.
        p: That their mean is that of all other rows (Welch), corrected for the number of groups (Holm); None if that
            was not wanted or can't be said.
        nats: How many nats the reduced value's unit is, if ``exp`` of it is the value; None if it is the value itself.
        against: The differences to baselines on these rows.
    """

    names: tuple[str, ...]
    samples: int
    reduced: Reduced
    summary: Summary
    accuracy: float | None
    share_of_loss: float | None = None
    share_of_rows: float | None = None
    reduced_interval: Interval | None = None
    p: float | None = None
    nats: float | None = None
    against: tuple[Difference, ...] = ()

    @property
    def name(self) -> str:
        """What they have in common, in one text."""
        return ", ".join(self.names)

    @property
    def value(self) -> float | None:
        """The reduced loss, or ``exp`` of it."""
        return self.reduced.value if self.nats is None else exponential(self.reduced.value, self.nats)

    @property
    def interval(self) -> Interval | None:
        """The interval of the value."""
        own, value = self.reduced_interval, self.value
        return own if own is None or value is None or self.nats is None else own.exponential(value, self.nats)

    def to_dict(self) -> dict[str, Any]:
        """An entry of ``groups`` in the JSON document, and a row of it in other formats."""
        summary = self.summary.to_dict()
        return {
            "name": self.name,
            "samples": self.samples,
            "value": self.value,
            "divisor": self.reduced.divisor,
            **({} if self.interval is None else {"interval": self.interval.to_dict()}),
            **{name: summary[name] for name in ("mean", "std", "min", "max")},
            "accuracy": self.accuracy,
            "share_of_loss": self.share_of_loss,
            "share_of_rows": self.share_of_rows,
            **({} if self.p is None else {"p_holm": self.p}),
            **({"against": [one.of_group() for one in self.against]} if self.against else {}),
        }


@record
class Beside:
    """The result of a further loss, or of the same with another argument.

    Attributes:
        option: The option that asked for it: ``--also``, ``--sweep label-smoothing``.
        name: What it is called there.
        report: Of the same rows.
    """

    option: str
    name: str
    report: Report

    @property
    def parameter(self) -> str:
        """The argument of which it has another value; empty if it is another loss."""
        return self.option.partition(" ")[2]

    @property
    def value(self) -> float | None:
        """The value, of what has one."""
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
            "signature": own.signature,
        }


@record
class Report:
    """What was computed, on what, and how.

    Attributes:
        loss: The declaration.
        kind: What the predictions were taken for.
        form: What the labels were taken for.
        samples: Rows read, ignored ones included.
        classes: Size of the class axis; None where there is none.
        axes: Those between samples and classes, such as the tokens of a sequence.
        reduction: One of ``losscli.core.reduction.REDUCTIONS``.
        reduced: The value, its divisor and that one's name.
        summary: Of the per-sample values, weights applied.
        signature: All that is needed to get this number again.
        unit: Of the value: ``nats``, ``bits``, ``percent``; empty if it has none.
        nats: How many nats the unit is, for a loss in nats.
        convention: As in the signature: ``exact``, a framework's name, ``exact,clip=1e-15``.
        accuracy: Fraction of samples whose label has the largest prediction; None if not applicable.
        by: What the groups have in common; empty if none were asked for.
        groups: The results of groups of rows.
        worst_of: Of how many these are the worst; 0 if they are all.
        beside: Results of further losses over the same rows.
        totals: How many bytes and words there were, if that was asked for.
        exponential: The value is ``exp`` of the mean.
        per_sample: ``(N, ...)``; 0 where a label is ignored, NaN where a row was skipped. None if not asked for.
            Where samples have no value of their own: the several values of all of them, one for each output.
        by_sample: Samples have a value of their own.
        digest: That of the labels, in hexadecimal digits; empty if there are none, None if it was not wanted.
        order: The same of the labels as they stand; empty if there is none.
        gates: What was said of the result by conditions that it must meet.
        level: The confidence level of intervals; None if none were wanted.
        reduced_interval: That of the reduced value; None if it has none.
        accuracy_interval: That of the accuracy.
        called: What the predictions are called beside those of baselines.
        against: The differences to baselines.
        histogram: How many losses there are of each size; None if that was not asked for.
        confusion: Which class was predicted for which; None if rows were not grouped by their label.
        unreduced: What is in ``per_sample`` is what the loss is, without having been asked for no reduction.
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
    baseline: Baseline | None = None
    accuracy: float | None = None
    notes: tuple[Note, ...] = ()
    decisions: tuple[Decision, ...] = ()
    class_names: tuple[str, ...] | None = None
    by: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()
    worst_of: int = 0
    beside: tuple[Beside, ...] = ()
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
        """The value, so that a report goes where a number does.

        Raises:
            TypeError: There is none.
        """
        if self.value is None:
            raise TypeError("a report without a reduction has no value: per_sample has them")
        return self.value

    def _repr_html_(self) -> str:
        from losscli.core.report_html import report_html

        return report_html(self.to_dict(), self.headline)

    @property
    def value(self) -> float | None:
        """The reduced loss; None for the reduction ``none``."""
        return self.perplexity if self.exponential else self.reduced.value

    @property
    def compared(self) -> float | None:
        """What is compared with that of a baseline: the value, or the mean where nothing is reduced."""
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
        return self.reduced_interval.exponential(self.perplexity, self.nats)

    @property
    def score(self) -> list[float] | None:
        """The number of all samples together, or one for each output; None if samples have their own."""
        if self.by_sample or (self.value is not None and self.summary.count > 1):
            return None
        if self.value is not None or self.per_sample is None:
            return [math.nan if self.value is None else self.value]
        return [float(value) for value in self.per_sample.reshape(-1)]

    @property
    def perplexity(self) -> float | None:
        """``exp`` of the mean cross-entropy in nats, whatever its unit; None if that means nothing."""
        if not self.loss.log_score or self.reduction not in ("mean", "weighted-mean"):
            return None
        return exponential(self.reduced.value, self.nats)

    @property
    def headline(self) -> str:
        """What the value is called: how it was reduced, or what is made of that."""
        if self.score is not None:
            return "value"
        return "perplexity" if self.exponential else self.reduction

    def as_perplexity(self) -> Report:
        """The report with ``exp`` of means as values, of groups, too."""
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
            "inputs": {
                "predictions": self.kind,
                "labels": self.form,
                "samples": self.samples,
                "classes": self.classes,
            },
            **(
                {}
                if self.digest is None
                else {"labels_digest": self.digest or None, "labels_order": self.order or None}
            ),
            "reduction": self.reduction,
            "divisor": self.reduced.divisor,
            "value": per_sample if self.value is None and self.unreduced else self.value,
            **self._intervals(),
            "summary": self.summary.to_dict(),
            "baseline": None
            if self.baseline is None
            else {
                "uniform": self.baseline.uniform,
                "class_prior": self.baseline.class_prior,
                "skill": self.baseline.skill,
            },
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
            "decisions": [
                {"what": decision.what, "value": decision.value, "reason": decision.reason}
                for decision in self.decisions
            ],
            "notes": [
                {"id": note.id, "severity": str(note.severity), "message": note.message, "hint": note.hint}
                | ({"where": note.where} if note.where else {})
                for note in self.notes
            ],
        }
        strict: dict[str, Any] = strict_json(document)
        return strict

    def side_by_side(self) -> list[tuple[str, float | None, Interval | None]]:
        """Name, value and interval of what was asked for; the loss itself first, beside other losses."""
        score = self.score
        value = score[0] if score is not None and len(score) == 1 else self.value
        others = any(not one.parameter for one in self.beside)
        name = self.headline if self.exponential else self.loss.names[-1]
        own = [(name, value, self.interval)] if others else []
        return own + [
            (f"{one.parameter}={one.name}".lstrip("="), one.value, one.report.interval) for one in self.beside
        ]

    def _beside(self) -> dict[str, Any]:
        """The keys of the JSON document that are there if further losses were asked for."""
        also = [one.to_dict() for one in self.beside if not one.parameter]
        sweep = [one.to_dict() for one in self.beside if one.parameter]
        return {name: found for name, found in (("also", also), ("sweep", sweep)) if found}

    def _intervals(self) -> dict[str, Any]:
        """The keys of the JSON document that are there if intervals were asked for."""
        if self.level is None:
            return {}
        found = {
            "interval": self.interval,
            "perplexity_interval": self.perplexity_interval,
            "accuracy_interval": self.accuracy_interval,
        }
        return {name: interval and interval.to_dict() for name, interval in found.items()}


def exponential(mean: float | None, nats: float) -> float | None:
    """``exp`` of a mean in units of so many nats."""
    try:
        return None if mean is None else math.exp(mean * nats)
    except OverflowError:
        return math.inf


def strict_json(value: Any) -> Any:
    """Replace non-finite numbers by the strings ``"Infinity"``, ``"-Infinity"`` and ``"NaN"``."""
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, dict):
        return {key: strict_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [strict_json(item) for item in value]
    return value


@record
class Row:
    """One sample, ready to be shown.

    Attributes:
        number: 1-based.
        id: The input's own name for it, or None.
        label: A class name or number, a value, or a list of values; None for a row that was skipped.
        probability: Predicted probability of the label; None if not applicable.
        predicted: The class of the largest prediction, or what was predicted.
        loss: Weights applied.
        counted: False for an ignored label or a skipped row.
    """

    number: int
    id: str | None
    label: Any
    probability: float | None
    predicted: Any
    loss: float | list[Any]
    counted: bool = True


@record
class Columns:
    """Samples side by side: for each attribute of `Row` a list, one entry a sample.

    Attributes:
        ids: None if the samples have no names.
    """

    numbers: Sequence[int]
    ids: Sequence[str] | None
    labels: Sequence[Any]
    probabilities: Sequence[float | None]
    predicted: Sequence[Any]
    losses: Sequence[float | list[Any]]
    counted: Sequence[bool]

    def __iter__(self) -> Iterator[Row]:
        ids = repeat(None) if self.ids is None else self.ids
        rest = (self.labels, self.probabilities, self.predicted, self.losses, self.counted)
        return map(Row, self.numbers, ids, *rest)
