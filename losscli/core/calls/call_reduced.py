"""The reductions of framework calls, by the framework's own names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from losscli.core.reduction import Reduced, reduce
from losscli.core.steps import summarised
from losscli.errors import InputError
from losscli.losses.reference import Rule
from losscli.losses.vocabulary import Takes
from losscli.record import replace

if TYPE_CHECKING:
    from losscli.core.calls.call_terms import Terms
    from losscli.core.calls.call_values import Call
    from losscli.core.summary import Summary


RULES = {
    Rule.NONE: "none",
    Rule.SUM: "sum",
    Rule.MEAN: "mean",
    Rule.WEIGHTED: "weighted-mean",
    Rule.ROWS: "batchmean",
    Rule.NONZERO: "mean",  # the nearest that a plain command has
}


def call_reduced(call: Call, summary: Summary, reduction: str) -> Reduced:
    """The value under one of the framework's own reductions; None if the call returns several numbers.

    Raises:
        InputError: The framework refuses weights that sum to 0.
    """
    reductions = call.reference.reductions
    if call.takes is Takes.SET:
        return Reduced(summary.sum if summary.count == 1 else None, None, "")
    if call.reference.refuses_zero_weights and summary.weights is not None and not summary.weights.over():
        raise InputError("the sample weights sum to 0", hint=call.reference.raises)
    rule = reductions.rules[reduction]
    if rule is Rule.NONZERO:
        found = Reduced(summary.total.over(summary.weighing), summary.weighing, rule.divided_by)
    else:
        found = reduce(summary, RULES[rule])
    return replace(found, value=reductions.empty) if found.divisor == 0 else found


def summary_of(terms: Terms, *, spread: bool = True) -> Summary:
    """The summary of the values of some rows."""
    loss = np.atleast_1d(np.asarray(terms.values, np.float64))
    counted = None if terms.counted is None else np.broadcast_to(terms.counted, loss.shape)
    return summarised(loss, terms.weights, counted, spread=spread)
