"""A framework's call next to others: in plain mathematics, as a plain command, for another kind of predictions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.core.calls.call_values import Call
from losscli.losses.vocabulary import EXACT, Role
from losscli.record import replace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from losscli.core.settings import Settings
    from losscli.losses.loss import Loss
    from losscli.losses.reference import Reference
    from losscli.losses.vocabulary import Kind


def plain_settings(call: Call, options: Mapping[str, Any], settings: Settings) -> Settings:
    """The settings of the plain command that is nearest to a call."""
    loss, reference = call.loss, call.reference
    names = {param.name for param in loss.params}
    given = {param.to or param.name: options.get(param.name) for param in reference.options}
    smoothing = {"label_smoothing": call.smoothing} if call.smoothing and names else {}
    like = loss.frameworks.get(reference.framework)
    weighted = like is not None and like.weighted_mean and settings.reduction == "weighted-mean"
    return replace(
        settings,
        reduction="mean" if weighted else settings.reduction,
        kind=None if call.kind is loss.kinds[0] else call.kind,
        like=None if like is None else reference.framework,
        class_weight=call.class_weight,
        ignore_index=options.get(reference.option(Role.IGNORE)),
        params={name: value for name, value in given.items() if name in names and value is not None} | smoothing,
    )


def sibling(loss: Loss, reference: Reference, options: Mapping[str, Any], kind: Kind) -> Reference | None:
    """The same framework's call that reads predictions of another kind and takes the same options."""
    for one in loss.references:
        fits = one.command and one.framework == reference.framework and one.reads is kind and one.form is reference.form
        if fits and options.keys() <= {param.name for param in one.options}:
            return one
    return None


def exact_call(call: Call, options: Mapping[str, Any]) -> Call:
    """The same call in plain mathematics: without its reading, and without bounds on the formula."""
    loss, reference = call.loss, call.reference
    bounds = [p for p in loss.params if p.exact is not None and call.takes is loss.takes]
    floors = {p.name: p.exact for p in bounds if call.params.get(p.name, p.default) != p.exact}
    own = reference.fixed or any(param.role is Role.KERNEL for param in reference.options)
    kernel = reference.kernel if own or call.takes is not loss.takes else None  # the loss's own knows 0 log 0
    if not floors.keys() <= reference.fixed.keys():
        kernel = None
    exact = Call(loss, replace(reference, reading=EXACT, kernel=kernel), options)
    exact.params |= floors
    return exact
