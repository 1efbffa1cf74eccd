"""The value of a loss under every convention, and why it is not that of plain mathematics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from losscli import ops
from losscli.answers.compare.conventions import Offer, offers, reduction_of
from losscli.answers.compare.merge_rows import Comparison, ConventionRow, call_of, merged
from losscli.answers.compare.reasons import Facts, difference, why
from losscli.core.call_reduced import call_reduced, summary_of
from losscli.core.call_terms import weighted
from losscli.core.call_values import Call
from losscli.core.evaluate import Evaluation
from losscli.core.readings import class_log_probabilities, row_sum_tolerance
from losscli.core.reduction import Reduced, reduce
from losscli.core.settings import Convention
from losscli.core.steps import Computed, PlainSteps, class_weights, weights_of
from losscli.core.summary import Summary
from losscli.errors import LossError
from losscli.losses.reference import Weighting
from losscli.losses.vocabulary import EXACT, Kind, Role, Takes
from losscli.record import record, replace

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from losscli.core.batch import Batch, Dataset
    from losscli.core.checked import Checked
    from losscli.core.plan import Plan
    from losscli.core.readings import Read
    from losscli.core.settings import Settings
    from losscli.losses.loss import Loss
    from losscli.losses.reference import Reference
    from losscli.losses.vocabulary import Reading
    from losscli.ops import Array


@record
class _Inputs:
    """Rows that count, as a call takes them: ``(m, ...)`` predictions and labels, ``(m,)`` weights or None."""

    x: Any
    y: Any
    weights: Array | None
    table: list[float] | None
    extras: Mapping[str, Any]


class _Reads:
    """What the rows of one batch were read as: most calls read them alike."""

    def __init__(self) -> None:
        self._known: list[tuple[Array, Kind, Reading, Any, Read]] = []

    def clear(self) -> None:
        """Forget the batch."""
        self._known.clear()

    def read(self, x: Array, kind: Kind, reading: Reading, index: Any = None) -> Read:
        """As `class_log_probabilities`."""
        if kind is Kind.LOGITS and not reading.through_softmax:
            reading = EXACT  # of logits, nothing else of it counts
        for rows, its_kind, its_reading, labels, read in self._known:
            alike = rows is x and its_kind is kind and its_reading == reading
            if alike and (labels is index if labels is None or index is None else np.array_equal(labels, index)):
                return read
        found = class_log_probabilities(x, kind, reading, index)
        self._known.append((x, kind, reading, index, found))
        return found


class _Run:
    """One call on all batches."""

    def __init__(self, loss: Loss, offer: Offer, reads: _Reads) -> None:
        self.offer = offer
        self.loss = loss
        self.reads = reads
        self.call = Call(loss, offer.reference, offer.options, reads.read)
        self.summary = Summary()
        self.refusal = ""

    def add(self, inputs: _Inputs) -> None:
        """Count some rows, unless the call has refused earlier ones."""
        if self.refusal:
            return
        try:
            self._add(inputs)
        except LossError as error:
            self.refusal = error.what

    def _add(self, inputs: _Inputs) -> None:
        offer, weights, extras = self.offer, inputs.weights, dict(inputs.extras)
        options: dict[str, Any] = {}
        x, y = inputs.x, inputs.y
        if offer.reference.samples_as_column and x.ndim == 1 and self.loss.takes.averages_outputs:
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
        self.summary += summary_of(weighted(call.reference, call.terms(x, y, extras), weights), spread=False)

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


class Comparing:
    """The state of one pass; ``add`` every batch, then ask for the ``comparison``.

    Args:
        loss: What to compare.
        settings: As for an evaluation; its convention is left aside.
        dataset: What is known before the first batch.
        references: The conventions to compare with plain mathematics.
    """

    def __init__(self, loss: Loss, settings: Settings, dataset: Dataset, references: Sequence[Reference]) -> None:
        self.loss = loss
        self.settings = replace(settings, like="exact", clip=None, rescale=None)
        self.dataset = dataset
        self.references = references
        self.exact = self._evaluation(self.settings)
        self.exact.observe = self._see
        self.readings: dict[Reading, Evaluation] = {}
        self.runs: list[_Run] = []
        self._reads = _Reads()
        self.offers: list[Offer] = []
        self._in_unit = self._sums_to_one = True
        self._weighted = False
        self._hard = True

    @property
    def whole(self) -> bool:
        """Whether all rows must come as one batch."""
        streams = self.loss.takes is Takes.CLASS  # a call that must know all classes is told them
        shown = [one for one in self.references if not one.apart]
        of_sets = any(one.takes is Takes.SET or (one.whole and not streams) for one in shown)
        return self.loss.whole or of_sets or self.settings.class_weight == "balanced"

    def add(self, batch: Batch) -> None:
        """Compute one batch under every convention."""
        self.exact.add(batch)
        self._reads.clear()

    def _see(self, computed: Computed) -> None:
        """Give every call the rows that plain mathematics could compute."""
        plan, checked = computed.plan, computed.checked
        if not self.readings:
            self._start(plan)
        self._weighted |= checked.weights is not None
        inputs = self._inputs(plan, checked)
        if self.loss.takes.of_probabilities and inputs.x.size:
            self._in_unit &= bool(inputs.x.min() >= 0.0 and inputs.x.max() <= 1.0)
            if self.loss.takes.classes:
                off = np.abs(inputs.x.sum(axis=-1) - 1.0) > row_sum_tolerance(inputs.x.shape[-1])
                self._sums_to_one &= not off.any()
            dense = inputs.y if checked.target.index is None else None
            self._hard &= dense is None or _one_thing_a_row(dense)
        for run in self.runs:
            run.add(inputs)
        for evaluation in self.readings.values():
            if evaluation is not self.exact:
                evaluation.add_checked(computed.batch, checked)

    def _start(self, plan: Plan) -> None:
        self.readings[EXACT] = self.exact
        self.offers = offers(plan, self.references)
        self.runs = [_Run(self.loss, offer, self._reads) for offer in self.offers if offer.reference.command]
        for offer in self.offers:
            reading = offer.reference.reading
            if not offer.misread and reading not in self.readings:
                named = replace(self.settings, like=Convention(offer.reference.convention, reading))
                self.readings[reading] = self._evaluation(named)

    def _evaluation(self, settings: Settings) -> Evaluation:
        return Evaluation(PlainSteps(self.loss, settings), self.dataset, detail=False)

    def _inputs(self, plan: Plan, checked: Checked) -> _Inputs:
        """What counts, one row for each label; class axes last, several others made one."""
        target = checked.target
        x: Any = checked.predictions
        y: Any = target.dense if target.index is None else target.index
        shape = x.shape[:-1] if self.loss.takes is Takes.CLASS else x.shape[:1]
        weights = weights_of(plan, checked, shape) if self.loss.takes is not Takes.SET else checked.weights
        if self.loss.takes is Takes.CLASS and x.ndim > 2:
            x, y = x.reshape(-1, x.shape[-1]), y.reshape(-1, *y.shape[len(shape) :])
            weights = None if weights is None else weights.reshape(-1)
        extras: Mapping[str, Any] = checked.extras
        if checked.counted is not None:
            keep = checked.counted.reshape(len(x), -1).all(axis=1)
            x, y = x[keep], y[keep]
            weights = None if weights is None else weights[keep]
            extras = {name: more[keep] for name, more in extras.items()}
        if x.dtype != object:
            x = x.astype(self.settings.dtype, copy=False)
        table = None if plan.class_weight is None else class_weights(plan, checked).tolist()
        return _Inputs(x, y, weights, table, extras)

    def comparison(self) -> Comparison:
        """All rows.

        Raises:
            InputError: There were bad rows, or none at all.
        """
        plain = self.exact.report().reduced
        plan = self.exact.plan
        assert plan is not None
        first = ConventionRow("exact", "", str(plan.kind), plain.value, 0.0, "plain mathematics", ())
        runs = {id(run.offer): run for run in self.runs}
        rows = [
            (offer, row)
            for offer in self.offers
            if self._may_show(offer) and (row := self._row(plan, offer, runs.get(id(offer)), plain)) is not None
        ]
        return Comparison((first, *merged(rows)))

    def _may_show(self, offer: Offer) -> bool:
        reference = offer.reference
        fits = (self._in_unit or not offer.unit_interval) and (self._hard or not reference.hard_labels)
        weighted = self._weighted or self.settings.class_weight is not None
        return fits and (reference.command or offer.takes_weights or not weighted)

    def _row(self, plan: Plan, offer: Offer, run: _Run | None, plain: Reduced) -> ConventionRow | None:
        """The value under one convention; None if it has no such reduction."""
        found = run.reduced(plan.reduction) if run is not None else self._reduced(offer, plan)
        refusal = run.refusal if run is not None else ""
        if found is None and not refusal:
            return None
        counted = self.readings[offer.reference.reading].tally.summary if run is None else run.summary
        facts = Facts(
            plan=plan,
            offer=offer,
            found=found,
            plain=plain,
            counted=counted.count,
            exact=self.exact.tally.summary,
            evaluation=None if offer.misread else self.readings[offer.reference.reading],
            sums_to_one=self._sums_to_one,
            weighted=self._weighted,
        )
        value = None if found is None else found.value
        return ConventionRow(
            name=offer.reference.convention,
            version=offer.reference.versions,
            reads=str(offer.reads),
            value=value,
            difference=difference(value, plain.value),
            reason=why(facts) if found is not None else f"refuses: {refusal}",
            calls=(call_of(offer),),
        )

    def _reduced(self, offer: Offer, plan: Plan) -> Reduced:
        evaluation = self.readings[offer.reference.reading]
        return reduce(evaluation.tally.summary, plan.reduction, weighted_mean=offer.reference.weighted_mean)


def _one_thing_a_row(dense: Array) -> bool:
    hard = bool(((dense == 0.0) | (dense == 1.0)).all())
    return hard and (dense.ndim == 1 or bool((dense.sum(axis=-1) == 1.0).all()))
