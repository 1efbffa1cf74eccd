"""The rows of a comparison: conventions that agree share a row, and each row has a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from losscli.losses.vocabulary import Role
from losscli.record import record, replace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.answers.compare.conventions import Offer


@record
class ConventionRow:
    """One convention, or several that agree.

    Attributes:
        name: Its name for ``--like``, if it has one; several are joined by commas.
        version: The versions that have it, as in ``1.2-1.4``; empty if versions are not distinguished.
        reads: The kind that it takes the predictions as.
        value: None if the call refuses this input.
        difference: From plain mathematics; None if not meaningful.
        reason: Why they differ, in numbers of this input.
        calls: Their full names.
    """

    name: str
    version: str
    reads: str
    value: float | None
    difference: float | None
    reason: str
    calls: tuple[str, ...]


@record
class Comparison:
    """Plain mathematics first, then the conventions in the order of the declaration."""

    rows: tuple[ConventionRow, ...]


def call_of(offer: Offer) -> str:
    """The call, with its versions if these are past, or the option that makes it read logits."""
    if offer.reference.older:
        return f"{offer.reference.call}=={offer.reference.versions}"
    logits = [p.name for p in offer.reference.options if p.role is Role.FROM_LOGITS and offer.options.get(p.name)]
    return f"{offer.reference.call}({logits[0]}=True)" if logits else offer.reference.call


def merged(rows: Sequence[tuple[Offer, ConventionRow]]) -> list[ConventionRow]:
    """Rows that agree in all but their names become one; calls that refuse are left out if a sibling does not.

    Rows that read the predictions as they are meant come first, calls that refuse last.
    """
    answered = {offer.reference.framework for offer, row in rows if row.value is not None}
    groups: list[list[tuple[Offer, ConventionRow]]] = []
    for offer, row in sorted(rows, key=lambda pair: (pair[1].value is None, bool(pair[0].misread))):
        if row.value is None and offer.reference.framework in answered:
            continue
        group = next((group for group in groups if _agree(group[0][1], row)), None)
        if group is None:
            groups.append([(offer, row)])
        else:
            group.append((offer, row))
    found: list[ConventionRow] = []
    used: set[str] = set()
    for group in groups:
        names = list(dict.fromkeys(_name(offer, used) for offer, _ in group))
        used.update(names, (_module(offer) for offer, _ in group))
        versions = dict.fromkeys(row.version for _, row in group if row.version)
        calls = dict.fromkeys(call for _, row in group for call in row.calls)
        found.append(replace(group[0][1], name=", ".join(names), version=", ".join(versions), calls=tuple(calls)))
    return found


def _agree(one: ConventionRow, other: ConventionRow) -> bool:
    if (one.reads, one.reason) != (other.reads, other.reason):
        return False
    if one.value is None or other.value is None:
        return one.value is other.value
    return one.value == other.value or bool(np.isclose(one.value, other.value, rtol=1e-13, atol=0.0, equal_nan=True))


def _module(offer: Offer) -> str:
    return offer.reference.call.rpartition(".")[0]


def _name(offer: Offer, used: set[str]) -> str:
    """The convention's name; if another value has that name, the call's module, or the call."""
    reference = offer.reference
    logits = reference.option(Role.FROM_LOGITS)
    how = f" {logits}={offer.options.get(logits, False)}" if logits and offer.misread else ""
    names = [reference.convention + how, _module(offer) + how, f"{reference.framework} {reference.name}{how}"]
    return next((name for name in names if name not in used), names[-1])
