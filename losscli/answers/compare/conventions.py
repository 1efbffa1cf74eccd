"""Which conventions a comparison can show for an input, and what kind each takes its numbers as."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.errors import UsageError
from losscli.losses.frameworks import framework_named
from losscli.losses.reference import Rule, Weighting
from losscli.losses.vocabulary import Form, Kind, Role, Takes
from losscli.record import field, record, replace
from losscli.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from losscli.core.plan import Plan
    from losscli.losses.loss import Loss
    from losscli.losses.reference import Reference


@record
class Offer:
    """A reference, and how it is called on this input.

    Attributes:
        reads: The kind that it takes the predictions as.
        options: Its own keyword arguments.
        misread: What is wrong with ``reads``, if it is not the kind of the predictions.
        unit_interval: This reading requires that all predictions lie in [0, 1].
        one_hot: Class numbers are made one-hot: the framework has no call that takes them.
        without: What the user asked for and the call has no argument for.
    """

    reference: Reference
    reads: Kind
    options: Mapping[str, Any] = field(default_factory=dict)
    misread: str = ""
    unit_interval: bool = False
    one_hot: bool = False
    without: tuple[str, ...] = ()

    def has(self, role: Role) -> bool:
        """Whether the call has an option of this role."""
        return bool(self.reference.option(role))

    @property
    def takes_weights(self) -> bool:
        """Whether sample weights can be given to it."""
        of_values = self.has(Role.ELEMENT_WEIGHT) or self.has(Role.VALUE_WEIGHT)
        return of_values or self.reference.weighting is not Weighting.NONE


def chosen(loss: Loss, names: Sequence[str]) -> tuple[Reference, ...]:
    """The references named by frameworks or versions; all if no names are given.

    Raises:
        UsageError: The loss has no such convention.
    """
    if not names:
        return tuple(loss.references)
    found: list[Reference] = []
    for name in map(framework_named, names):
        framework, versioned, version = name.partition("==")
        known = [one for one in loss.references if one.framework == framework]
        matching = [one for one in known if not versioned or one.covers(version)]
        if not matching and name != "exact":
            listed = ", ".join(["exact", *loss.conventions])
            raise UsageError(f"--compare: there is no {printable(name)} for {loss.name}", hint=f"one of {listed}")
        found += matching
    return tuple(one for one in loss.references if one in found)


def offers(plan: Plan, references: Sequence[Reference]) -> list[Offer]:
    """What can be shown for this input: the calls that take its form of labels, by the kind they read."""
    return [
        replace(offer, one_hot=not takes_form(reference, plan))
        for reference in references
        if not reference.apart and plan.loss.extras.keys() <= set(reference.extras)
        if takes_form(reference, plan) or _alone(reference, plan)
        for offer in _ways(reference, plan)
    ]


def takes_form(reference: Reference, plan: Plan) -> bool:
    """Whether a call takes labels of the plan's form."""
    if not (plan.takes.picks_class or plan.takes is Takes.DECISION):
        return True
    sparse = plan.layout.form is Form.SPARSE
    if reference.form is not None and plan.takes.picks_class:
        return (reference.form is Form.SPARSE) == sparse
    return not (sparse and reference.takes is Takes.VECTOR)


def _alone(reference: Reference, plan: Plan) -> bool:
    """Whether class numbers must be made one-hot, because no call of the framework takes them."""
    siblings = [one for one in plan.loss.references if one.framework == reference.framework]
    sparse = plan.layout.form is Form.SPARSE
    return sparse and not any(takes_form(one, plan) for one in siblings)


def _ways(reference: Reference, plan: Plan) -> Iterator[Offer]:
    given, without = _arguments(reference, plan)
    kind = plan.kind
    if not plan.takes.of_probabilities:
        yield Offer(reference, kind, given, without=without)
        return
    if not reference.command:  # a convention for probabilities, without its own call
        if kind is Kind.PROBABILITIES:
            yield Offer(reference, kind)
        return
    by_kind: dict[Kind, dict[str, Any]] = {reference.reads: given}
    logits = reference.option(Role.FROM_LOGITS)
    if logits:
        by_kind[Kind.LOGITS] = given | {logits: True}
    for reads, options in by_kind.items():
        if kind is Kind.LOG_PROBABILITIES and reads is Kind.PROBABILITIES:
            continue
        yield Offer(
            reference,
            reads,
            options,
            "" if reads is kind else _misread(plan, reads),
            unit_interval=reads is Kind.PROBABILITIES and kind is Kind.LOGITS,
            without=without,
        )


def _misread(plan: Plan, reads: Kind) -> str:
    step = "softmax" if plan.takes.classes else "sigmoid"
    if plan.kind is Kind.PROBABILITIES and reads is Kind.LOGITS:
        return f"{step} applied to probabilities: double {step}"
    if plan.kind is Kind.LOG_PROBABILITIES and reads is Kind.LOGITS:
        return "" if plan.takes.classes else f"{step} applied to log-probabilities"
    return f"{plan.kind} read as {reads}"


def _arguments(reference: Reference, plan: Plan) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The user's parameters by the call's own names, and those that it lacks."""
    names = {param.to or param.name: param.name for param in reference.options}
    given = {
        name: value
        for name, value in plan.settings.params.items()
        if any(param.name == name and param.default != value for param in plan.loss.params)
    }
    found = {names[name]: value for name, value in given.items() if name in names}
    labels = {"labels": list(range(plan.width))} if _wants_labels(reference, plan) else {}
    return found | labels, tuple(name for name in given if name not in names)


def _wants_labels(reference: Reference, plan: Plan) -> bool:
    named = any(param.name == "labels" for param in reference.options)
    return named and plan.layout.form is Form.SPARSE and plan.width > 1


def reduction_of(reference: Reference, reduction: str) -> str | None:
    """The reference's own name for one of ``losscli.core.reduction.REDUCTIONS``; None if it has none."""
    rules = reference.reductions.rules
    if len(rules) == 1:
        return reference.reductions.default if reduction != "sum" else None
    wanted = {
        "sum": (Rule.SUM,),
        "weighted-mean": (Rule.WEIGHTED, Rule.MEAN),
        "batchmean": (Rule.ROWS, Rule.MEAN, Rule.WEIGHTED),
    }.get(reduction, (Rule.MEAN, Rule.NONZERO, Rule.WEIGHTED, Rule.ROWS))
    names = [name for rule in wanted for name in rules if rules[name] is rule]
    default = reference.reductions.default
    return default if default in names and reduction == "mean" else next(iter(names), None)
