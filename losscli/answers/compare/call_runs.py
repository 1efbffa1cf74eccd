"""A framework's call on every batch of a comparison; what several calls read alike is read once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from losscli import ops
from losscli.answers.compare.conventions import reduction_of
from losscli.core.calls.call_reduced import call_reduced, summary_of
from losscli.core.calls.call_terms import weighted
from losscli.core.calls.call_values import Call
from losscli.core.readings import class_log_probabilities
from losscli.core.summary import Summary
from losscli.errors import LossError
from losscli.losses.reference import Shapes, Weighting
from losscli.losses.vocabulary import EXACT, Kind, Role, Takes
from losscli.record import record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from losscli.answers.compare.conventions import Offer
    from losscli.answers.compare.once import Under
    from losscli.core.plan import Plan
    from losscli.core.readings import Read
    from losscli.core.reduction import Reduced
    from losscli.losses.loss import Loss
    from losscli.losses.vocabulary import Reading
    from losscli.ops import Array


@record
class Inputs:
    """The rows that count, as calls take them: predictions and labels ``(m, ...)``, weights ``(m,)`` or None."""

    x: Any
    y: Any
    weights: Array | None
    table: list[float] | None
    extras: Mapping[str, Any]


class Reads:
    """A cache of what the rows of one batch were read as: most calls read them alike."""

    def __init__(self) -> None:
        self._known: list[tuple[Array, Kind, Reading, Any, Read]] = []

    def clear(self) -> None:
        """Forget the batch."""
        self._known.clear()

    def read(self, x: Array, kind: Kind, reading: Reading, index: Any = None) -> Read:
        """As `class_log_probabilities`."""
        if kind is Kind.LOGITS and not reading.through_softmax:
            reading = EXACT  # nothing else in a reading affects logits
        for rows, its_kind, its_reading, labels, read in self._known:
            alike = rows is x and its_kind is kind and its_reading == reading
            if alike and (labels is index if labels is None or index is None else np.array_equal(labels, index)):
                return read
        found = class_log_probabilities(x, kind, reading, index)
        self._known.append((x, kind, reading, index, found))
        return found


class Run:
    """One call on all batches.

    Attributes:
        own: The loss's own formula under the call's reading, if that is what the call computes here.
    """

    def __init__(self, loss: Loss, offer: Offer, reads: Reads) -> None:
        self.offer = offer
        self.loss = loss
        self.reads = reads
        self.call = Call(loss, offer.reference, offer.options, reads.read)
        self.own: Under | None = None
        self._summary = Summary()
        self.refusal = ""

    @property
    def summary(self) -> Summary:
        """The summary of the values of all rows."""
        return self._summary if self.own is None else self.own.summary

    @property
    def state(self) -> tuple[Summary, str]:
        """The mergeable state."""
        return self._summary, self.refusal

    def remember(self, state: tuple[Summary, str]) -> None:
        """Take the state of another process."""
        self._summary, self.refusal = state

    def add(self, inputs: Inputs) -> None:
        """Add rows, unless the call has refused earlier ones."""
        if self.refusal:
            return
        try:
            self._add(inputs)
        except LossError as error:
            self.refusal = error.what

    def _add(self, inputs: Inputs) -> None:
        offer, weights, extras = self.offer, inputs.weights, dict(inputs.extras)
        options: dict[str, Any] = {}
        x, y = inputs.x, inputs.y
        if offer.reference.by_last_axis and x.ndim == 1 and self.loss.takes.averages_outputs:
            x, y = x[:, None], y[:, None]
        if offer.one_hot:
            y = ops.one_hot(y, x.shape[-1], x.dtype)
        for param in offer.reference.options:
            if param.role is Role.CLASS_WEIGHT and inputs.table is not None:
                options[param.name] = inputs.table
            elif param.role in (Role.ELEMENT_WEIGHT, Role.VALUE_WEIGHT) and weights is not None:
                options[param.name] = np.broadcast_to(weights.reshape(-1, *[1] * (x.ndim - 1)), x.shape)
        if offer.reference.weighting is Weighting.NONE:
            weights = None
        call = self.call
        if options:
            call = Call(self.loss, offer.reference, {**offer.options, **options}, self.reads.read)
        if call.takes is Takes.SET:
            extras["sample_weight"] = weights
            weights = None
        self._summary += summary_of(weighted(call.reference, call.terms(x, y, extras), weights), spread=False)

    def reduced(self, reduction: str) -> Reduced | None:
        """The value, or None if the call refuses the rows or has no such reduction."""
        own = reduction_of(self.offer.reference, reduction)
        if self.refusal or own is None:
            return None
        try:
            found = call_reduced(self.call, self.summary, own)
        except LossError as error:
            self.refusal = error.what
            return None
        return found if isinstance(found.value, float) else None


def is_own_formula(call: Call, offer: Offer, plan: Plan) -> bool:
    """Whether a call on rows of good class numbers is nothing but the loss's formula under its reading."""
    reference = call.reference
    if reference.plain_if_good:
        same = plan.settings.nan != "keep" and not plan.params
    else:
        same = call.takes is Takes.CLASS and call.kernel is plan.loss.kernel and call.params == plan.params
        same = same and not reference.reading.machine
    bare = call.class_weight is None and not call.smoothing and not plan.smoothing and plan.base == 1.0
    told = offer.one_hot or reference.shapes is Shapes.INTO or (call.ignore is not None and call.ignore >= 0)
    last = plan.width > 1 and call.axis in (-1, 1)
    return same and bare and last and not told and offer.reads in (Kind.LOGITS, plan.kind)
