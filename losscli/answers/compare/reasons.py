"""Why a convention's value is not that of plain mathematics, in numbers of the input."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from losscli.losses.vocabulary import Kind, Role, Takes
from losscli.record import record
from losscli.text import count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from losscli.answers.compare.conventions import Offer
    from losscli.core.convention_effects import Departures
    from losscli.core.plan import Plan
    from losscli.core.reduction import Reduced
    from losscli.core.summary import Summary

SAME = "same as exact"
_TOLERANCE = {"float64": 1e-12, "float32": 1e-6}
_DIVISORS = {
    "sum(w)": "sum of weights",
    "rows": "rows",
    "N": "number of values",
    "N(w != 0)": "number of weights that are not 0",
}


@record
class Facts:
    """What is known of one convention after all rows.

    Attributes:
        found: Its value.
        plain: The value of plain mathematics.
        counted: How many values it summed.
        exact: The values of plain mathematics.
        departures: The rows that its reading changed; None for a misreading.
        sums_to_one: All rows of predictions sum to 1, up to rounding.
        weighted: There are sample weights.
    """

    plan: Plan
    offer: Offer
    found: Reduced | None
    plain: Reduced
    counted: int
    exact: Summary
    departures: Departures | None
    sums_to_one: bool
    weighted: bool


def difference(value: float | None, plain: float | None) -> float | None:
    """The difference between a value and the plain one; None if either is not finite."""
    if value is None or plain is None or math.isnan(value) or math.isnan(plain):
        return None
    return 0.0 if value == plain else value - plain


def why(facts: Facts) -> str:
    """One line, never empty."""
    reasons = [*_reading(facts), *_divisor(facts), *_left_out(facts)]
    if facts.departures is None and not facts.offer.has(Role.FROM_LOGITS):  # a misreading shows in no single row
        reasons += _defaults(facts)
    elif not reasons and not _same(facts):
        reasons = [*_read_as(facts), *([*_defaults(facts), *_residue(facts)] or [_note(facts)])]
    said = "; ".join(filter(None, reasons)) or (SAME if _same(facts) else "a formula of its own")
    return re.sub(r"; (?=[A-Z][a-z]* )", ". ", said)


def _same(facts: Facts) -> bool:
    assert facts.found is not None
    value, plain = facts.found.value, facts.plain.value
    if value is None or plain is None:
        return value is plain
    if math.isnan(value) or math.isnan(plain):
        return math.isnan(value) and math.isnan(plain)
    return value == plain or (
        math.isfinite(plain) and abs(value - plain) <= _TOLERANCE[facts.plan.settings.dtype] * abs(plain)
    )


def _reading(facts: Facts) -> Iterator[str]:
    if facts.departures is None:
        misread = facts.offer.misread
        likely = facts.plan.kind is not Kind.PROBABILITIES or facts.sums_to_one
        yield misread if likely else misread.partition(":")[0].replace("probabilities", "these numbers")
        return
    if facts.offer.reads is not Kind.PROBABILITIES and not facts.offer.reference.reading.through_softmax:
        return
    reading, departures = facts.offer.reference.reading, facts.departures
    if departures.rescaled:
        yield f"{count(departures.rescaled, 'row')} rescaled"
    if departures.clipped:
        hit = count(departures.clipped, "row")
        if reading.zero:
            yield f"0 read as {reading.zero:g} in {hit}"
        elif reading.clip or reading.clip_labels:
            yield f"clip hit on {hit}"
        else:
            yield f"log stops at {reading.log_floor:g} in {hit}"
    if reading.add and departures.actual != departures.plain:
        yield f"{reading.add:g} added within the logarithm"


def _divisor(facts: Facts) -> Iterator[str]:
    assert facts.found is not None
    found, plain = facts.found, facts.plain
    if plain.divisor is None or found.divisor == plain.divisor or _same(facts):
        return
    divisor, by = found.divisor, found.divided_by
    if divisor is None:  # the call reduces by itself: does the sum of the weights explain the difference?
        weights = facts.exact.weights
        if weights is None or found.value is None or not math.isclose(facts.exact.total.over(weights), found.value):
            return
        divisor, by = weights.over(), "sum(w)"
    elif by == "N(w != 0)":
        if not facts.weighted:
            return
    elif by == "N" and not _same_sum(facts) and facts.plan.takes is not Takes.DISTRIBUTION:
        return
    was = "N" if plain.divided_by == "N" else _DIVISORS[plain.divided_by]
    yield f"divided by {_number(divisor)} = {_DIVISORS[by]} instead of {was} = {_number(plain.divisor)}"


def _same_sum(facts: Facts) -> bool:
    """Whether only the divisor differs."""
    found, plain = facts.found, facts.plain
    if found is None or found.value is None or plain.value is None or not found.divisor or not plain.divisor:
        return False
    return math.isclose(found.value * found.divisor, plain.value * plain.divisor, rel_tol=1e-9)


def _left_out(facts: Facts) -> Iterator[str]:
    offer, settings = facts.offer, facts.plan.settings
    if not offer.reference.command:
        return
    if settings.class_weight is not None and not offer.takes_weights and not offer.has(Role.CLASS_WEIGHT):
        yield "takes no class weights"
    if facts.weighted and not offer.takes_weights:
        yield "takes no sample weights"
    for name in offer.without:
        yield f"has no {name}"


def _read_as(facts: Facts) -> Iterator[str]:
    """The kind that predictions are taken as, where the loss takes them as they are."""
    reads = facts.offer.reference.reads
    if not facts.plan.takes.of_probabilities and reads in (Kind.PROBABILITIES, Kind.LOGITS, Kind.LOG_PROBABILITIES):
        yield f"predictions read as {reads}"


def _defaults(facts: Facts) -> Iterator[str]:
    """Arguments whose defaults differ from the plain command's."""
    for option in facts.offer.reference.options:
        param = facts.plan.loss.param(option.to or option.name)
        if param is None or param.default == option.default or option.default is None:
            continue
        if option.name not in facts.offer.options:
            yield f"{param.name}={option.default} by default"


def _note(facts: Facts) -> str:
    """The declaration's note, or its part for input without weights."""
    reference = facts.offer.reference
    bare = reference.unweighted
    return (reference.note if bare is None or facts.weighted else bare).rstrip(".")


def _residue(facts: Facts) -> Iterator[str]:
    """What remains: small effects of a reading spread over all rows, and sums of more values."""
    reading = facts.offer.reference.reading
    if facts.offer.reads is Kind.PROBABILITIES and reading.rescale_after:
        yield "rows divided by their sum after the clip"
    elif facts.offer.reads is Kind.PROBABILITIES and reading.rescale:
        yield "rows divided by their sum, which is 1 but for rounding"
    elif facts.plan.reduction == "sum" and facts.counted != facts.exact.count:
        yield f"{facts.counted:,} values added up, not {facts.exact.count:,}"


def _number(x: float) -> str:
    return f"{x:,}" if isinstance(x, int) else f"{x:.7g}" if x != int(x) else f"{x:.1f}"
