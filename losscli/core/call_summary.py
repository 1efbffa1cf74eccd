"""What a framework's call has seen so far, for all of its reductions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.core.reduction import Reduced
from losscli.core.summary import Summary
from losscli.errors import InputError
from losscli.losses.references import Rule
from losscli.losses.vocabulary import Takes

if TYPE_CHECKING:
    from losscli.core.calls import Call, Terms


class CallSummary:
    """What a call has seen so far, for all of its reductions."""

    def __init__(self, call: Call) -> None:
        self.call = call
        self.rows = 0
        self.summary = Summary()
        self.score: Any = None  # of a whole data set: a number, or one for each output

    def add(self, terms: Terms) -> None:
        """Count the values of some rows."""
        values, weights = terms.values, terms.weights
        if self.call.takes is Takes.SET:
            self.score = values.tolist()
        if terms.counted is not None:
            counted = np.broadcast_to(terms.counted, values.shape)
            weights = weights[counted] if weights is not None and weights.shape == values.shape else weights
            values = values[counted]
        self.rows += terms.values.shape[0] if terms.values.ndim else 1
        flat = None if weights is None else np.asarray(weights, np.float64).reshape(-1)
        self.summary += Summary.of(
            np.asarray(values, np.float64), flat, terms.values.shape[0] if terms.values.ndim else 1
        )

    def reduced(self, reduction: str) -> Reduced:
        """The value under one of the framework's own names."""
        reductions = self.call.reference.reductions
        rule = reductions.rules[reduction]
        summary = self.summary
        if rule is Rule.NONE:
            return Reduced(None, None, "")
        if self.call.takes is Takes.SET:
            return Reduced(self.score, None, "")
        reference = self.call.reference
        if reference.refuses_zero_weights and summary.weights is not None and not summary.weights.over():
            raise InputError("the sample weights sum to 0", hint=reference.raises)
        if rule is Rule.SUM:
            return Reduced(summary.sum, None, "")
        divisor: Any = summary.count
        if rule is Rule.ROWS:
            divisor = self.rows
        elif rule is Rule.WEIGHTED and summary.weights is not None:
            divisor = summary.weights
        number = divisor if isinstance(divisor, int) else divisor.over()
        value = summary.total.over(divisor) if number else reductions.empty
        return Reduced(value, number, rule.divided_by if divisor is not summary.count else Rule.MEAN.divided_by)
