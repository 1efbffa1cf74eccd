"""What a number may come from: every reading, convention, label base and usual parameter of a loss; every call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.losses.vocabulary import EXACT, Domain, Kind, Role, Takes
from losscli.record import record, replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from losscli.core.settings import Settings
    from losscli.losses.loss import Loss
    from losscli.losses.reference import Reference
    from losscli.losses.vocabulary import Param


DEFAULT = "default"  # for a loss without conventions


@record
class Origin:
    """One way to compute a number.

    Attributes:
        loss: The loss.
        settings: The settings; for a framework's call only the dtype counts.
        names: The conventions that agree with this one, the command's own first; or the call.
        reference: The call, or None.
        options: The call's keyword arguments.
        one_hot: Class numbers were made one-hot first.
        unweighted: The sample weights were left out.
    """

    loss: Loss
    settings: Settings
    names: tuple[str, ...]
    reference: Reference | None = None
    options: tuple[tuple[str, Any], ...] = ()
    one_hot: bool = False
    unweighted: bool = False

    @property
    def kind(self) -> Kind:
        """The kind that predictions are taken as."""
        if self.reference is None:
            return self.settings.kind or self.loss.kinds[0]
        return Kind.LOGITS if self.options else self.reference.reads

    @property
    def route(self) -> tuple[Any, ...]:
        """Everything by which a reader distinguishes origins, except the conventions."""
        settings = self.settings
        params = tuple(settings.params.items())
        return self.loss.name, self.kind, settings.label_base, params, self.one_hot, self.unweighted


@record
class DataTraits:
    """What is known of the data before anything is computed.

    Attributes:
        weighted: There are weights, so conventions may differ in their divisor.
        numbered: Labels are class numbers, which may have another base.
        whole: All rows are held in memory.
    """

    weighted: bool
    numbered: bool
    whole: bool


def origins(loss: Loss, settings: Settings, traits: DataTraits) -> Iterator[tuple[Origin, float]]:
    """All readings of a loss with their costs: a departure from the default costs about 1."""
    if loss.takes is Takes.ANCHOR:  # it takes no labels, but there are some
        return
    if loss.domain is Domain.BINS and traits.numbered:  # it is cross-entropy then
        return
    for origin, cost in _plain(loss, settings, traits):
        yield origin, cost
        if loss.takes in (Takes.BINARY, Takes.VALUE):
            yield replace(origin, one_hot=True), cost + 1.0
    if _plainest(settings):
        for reference in loss.references:
            whole = reference.whole or (reference.takes or loss.takes).as_given
            if reference.command and not reference.extras and (traits.whole or not whole):
                yield from _calls(loss, reference, settings)


def _plainest(settings: Settings) -> bool:
    """Whether there are no options about labels, which a call would need in its own spelling."""
    said = (settings.label_base, settings.ignore_index, settings.class_weight, settings.classes)
    return all(one is None for one in said)


def _plain(loss: Loss, settings: Settings, traits: DataTraits) -> Iterator[tuple[Origin, float]]:
    """The plain command: for each kind of predictions, one departure from the default at a time."""
    groups = _conventions(loss, weighted=traits.weighted)
    first = settings.kind or loss.kinds[0]
    for kind in loss.kinds:
        cost = 0.0 if kind is first else 1.0
        chosen = groups if kind is Kind.PROBABILITIES or len(loss.kinds) == 1 else groups[:1]
        for names in chosen:
            like = None if names == groups[0] else names[0]
            found = Origin(loss, replace(settings, kind=kind, like=like, params={}), names)
            departed = 0.0 if names == groups[0] else 2.0 if "==" in names[0] else 1.0
            yield found, cost + departed
        standard = Origin(loss, replace(settings, kind=kind, like=None, params={}), groups[0])
        if loss.takes.classes and traits.numbered:
            base = 1 + (settings.label_base or 0)
            yield replace(standard, settings=replace(standard.settings, label_base=base)), cost + 2.0
        for param in loss.params:
            for value in _others(param):
                given = replace(standard.settings, params={param.name: value})
                yield replace(standard, settings=given), cost + 2.5
        if traits.weighted and settings.class_weight is None:
            yield replace(standard, unweighted=True), cost + 2.0


def _others(param: Param) -> tuple[Any, ...]:
    """Other values of a parameter that are worth trying."""
    if isinstance(param.default, bool):
        return (not param.default,)
    return param.usual or tuple(choice for choice in param.choices if choice != param.default)


def _conventions(loss: Loss, *, weighted: bool) -> list[tuple[str, ...]]:
    """The names of the loss's conventions, the default first; those that compute the same are grouped."""
    told: dict[Any, tuple[str, ...]] = {}
    known = [(name, one.reading, one.weighted_mean) for name, one in loss.conventions.items()]
    for name, reading, weighted_mean in known or [(DEFAULT, EXACT, False)]:
        key = (reading, weighted_mean and weighted, False)
        told[key] = (*told.get(key, ()), name)
    own = any(param.exact is not None for param in loss.params)  # ``exact`` also has other parameters
    if known or own:
        told[EXACT, False, own] = (*told.get((EXACT, False, own), ()), "exact")
    return list(told.values())


def _calls(loss: Loss, reference: Reference, settings: Settings) -> Iterator[tuple[Origin, float]]:
    """A framework's call with its defaults, with and without logits, in both dtypes."""
    flag = reference.option(Role.FROM_LOGITS)
    for options in ((), ((flag, True),)) if flag else ((),):
        for dtype in ("float64", "float32"):
            cost = 1.5 + len(options) + (dtype == "float32") + 2.0 * reference.yields
            found = replace(settings, dtype=dtype, params={})
            yield Origin(loss, found, (reference.call,), reference, options), cost
