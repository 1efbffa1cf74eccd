"""The value of a loss under every convention, and why it is not that of plain mathematics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from losscli import ops
from losscli.answers.compare.call_runs import Inputs, Reads, Run, is_own_formula
from losscli.answers.compare.compare_state import State, Traits
from losscli.answers.compare.conventions import Offer, offers
from losscli.answers.compare.merge_rows import Comparison, ConventionRow, call_of, merged
from losscli.answers.compare.once import Once, Under
from losscli.answers.compare.reasons import Facts, difference, why
from losscli.core.evaluate import Evaluation
from losscli.core.readings import row_sum_tolerance
from losscli.core.reduction import Reduced, reduce
from losscli.core.settings import Convention, convention_of
from losscli.core.steps import PlainSteps, class_weights, weights_of
from losscli.core.summary import Summary
from losscli.core.whole import join
from losscli.losses.vocabulary import EXACT, Form, Kind, Takes
from losscli.record import replace

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from losscli.core.batch import Batch, Dataset
    from losscli.core.checked import Checked
    from losscli.core.plan import Plan
    from losscli.core.settings import Settings
    from losscli.core.steps import Computed
    from losscli.losses.loss import Loss
    from losscli.losses.reference import Reference
    from losscli.losses.vocabulary import Reading
    from losscli.ops import Array


class Comparing:
    """The state of one pass; ``add`` every batch, then ask for the ``comparison``.

    Args:
        loss: What to compare.
        settings: As for an evaluation; their convention is ignored.
        references: The conventions to compare with plain mathematics.
        dataset: What is known before the first batch.
    """

    def __init__(self, loss: Loss, settings: Settings, references: Sequence[Reference], dataset: Dataset) -> None:
        self.loss = loss
        self.settings = replace(settings, like="exact", clip=None, rescale=None, digest=False)
        self.references = references
        self.steps = PlainSteps(loss, self.settings)
        self.exact = Evaluation(self.steps, replace(dataset, batches=iter(())), detail=False)
        self.exact.observe = self._see
        self.readings: dict[tuple[Kind, Reading], Under] = {}
        self.offers: list[Offer] = []
        self.runs: list[Run] = []
        self.traits = Traits()
        self._reads = Reads()
        self._held: list[Batch] = []

    @property
    def whole(self) -> str:
        """What needs all rows at once; empty if nothing does."""
        streams = self.loss.takes is Takes.CLASS  # calls that must know all classes are given them
        shown = [one for one in self.references if not one.apart]
        of_sets = (one.call for one in shown if one.takes is Takes.SET or (one.whole and not streams))
        return self.steps.name if self.steps.whole else next(of_sets, "")

    def add(self, batch: Batch, checked: Checked | None) -> None:
        """Compute one batch under every convention, or keep it until all rows are there."""
        if self.whole:
            self._held.append(batch)
        else:
            self.exact.add(batch, checked)

    def follow(self, plans: Sequence[Plan]) -> None:
        """Use decisions made by another process."""
        (self.exact.plan,) = plans

    def plans(self) -> tuple[Plan, ...]:
        """The decisions, made with the first rows."""
        assert self.exact.plan is not None
        return (self.exact.plan,)

    def tallies(self) -> list[State]:
        """The mergeable state."""
        readings = [(one.summary, one.departures) for one in self.readings.values()]
        return [State(self.exact.tally, self.traits, readings, [run.state for run in self.runs])]

    def remember(self, tallies: Sequence[State]) -> None:
        """Take the state of another process."""
        (state,) = tallies
        self.exact.tally, self.traits = state.exact, state.traits
        if state.readings and self.exact.plan is not None:
            self._start(self.exact.plan)
            for under, (summary, departures) in zip(self.readings.values(), state.readings, strict=True):
                under.summary, under.departures = summary, departures
            for run, remembered in zip(self.runs, state.calls, strict=True):
                run.remember(remembered)

    def reports(self) -> tuple[()]:
        """There is no further loss."""
        return ()

    def _see(self, computed: Computed) -> None:
        """Give every call the rows that plain mathematics could compute."""
        plan, checked = computed.plan, computed.checked
        inputs, rows = self._inputs(computed), Once(self.steps, computed)
        self._note(checked, inputs, rows)
        if not self.readings:
            self._start(plan)
        for under in self.readings.values():
            under.add(rows)
        for run in self.runs:
            if run.own is None:
                run.add(inputs)
        self._reads.clear()

    def _note(self, checked: Checked, inputs: Inputs, rows: Once) -> None:
        """Update the traits that hold for all rows."""
        traits, takes, x = self.traits, self.loss.takes, inputs.x
        traits.weighted |= checked.weights is not None
        if traits.simple is None:
            single = takes is Takes.CLASS and checked.target.index is not None and x.ndim == 2
            traits.simple = single and inputs.weights is None and inputs.table is None
        if not (takes.of_probabilities and x.size):
            return
        every = checked.counted is None
        low, high = rows.limits if every else (x.min(), x.max())
        traits.in_unit &= bool(low >= 0.0 and high <= 1.0)
        if takes.classes:
            off = np.abs((rows.sums if every else ops.total(x)) - 1.0) > row_sum_tolerance(x.shape[-1])
            traits.sums_to_one &= not off.any()
        traits.hard &= checked.target.index is not None or _one_thing_a_row(inputs.y)

    def _start(self, plan: Plan) -> None:
        self.offers = offers(plan, self.references)
        self._under(plan.kind, EXACT)
        for offer in self.offers:
            if not offer.misread:
                self._under(plan.kind, offer.reference.reading)
            if offer.reference.command:
                run = Run(self.loss, offer, self._reads)
                if self.traits.simple and is_own_formula(run.call, offer, plan):
                    run.own = self._under(offer.reads, offer.reference.reading)
                self.runs.append(run)

    def _under(self, kind: Kind, reading: Reading) -> Under:
        """The totals under a reading."""
        reading = convention_of(self.loss, replace(self.settings, like=Convention("", reading))).reading
        return self.readings.setdefault((kind, reading), Under(kind, reading))

    def _inputs(self, computed: Computed) -> Inputs:
        """The rows that count, one for each label: the class axis last, all others merged."""
        plan, checked = computed.plan, computed.checked
        target = checked.target
        x: Any = checked.predictions
        y: Any = target.dense if target.index is None else target.index
        if plan.layout.form is Form.SIGNS:
            y = _margins(computed)
        shape = x.shape[:-1] if self.loss.takes is Takes.CLASS else x.shape[:1]
        largest = replace(plan, convention=replace(plan.convention, weighs_largest=True))  # calls without own kernel
        weights = weights_of(largest, checked, shape) if self.loss.takes is not Takes.SET else checked.weights
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
        if not self.runs or any(run.own is None for run in self.runs):
            x = np.ascontiguousarray(x)  # memory order affects how a row is summed
        table = None if plan.class_weight is None else class_weights(plan, checked).tolist()
        return Inputs(x, y, weights, table, extras)

    def comparison(self) -> Comparison:
        """The comparison over all rows.

        Raises:
            InputError: There were bad rows, or none at all.
        """
        whole, self._held = join(self._held), []
        if whole is not None:
            self.exact.add(whole)
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
        fits = (self.traits.in_unit or not offer.unit_interval) and (self.traits.hard or not reference.hard_labels)
        weighted = self.traits.weighted or self.settings.class_weight is not None
        return fits and (reference.command or offer.takes_weights or not weighted)

    def _row(self, plan: Plan, offer: Offer, run: Run | None, plain: Reduced) -> ConventionRow | None:
        """The value under one convention; None if it has no such reduction."""
        found = run.reduced(plan.reduction) if run is not None else self._reduced(offer, plan)
        refusal = run.refusal if run is not None else ""
        if found is None and not refusal:
            return None
        under = None if offer.misread else self._under(plan.kind, offer.reference.reading)
        summary = run.summary if run is not None else under.summary if under is not None else Summary()
        facts = Facts(
            plan=plan,
            offer=offer,
            found=found,
            plain=plain,
            counted=summary.count,
            exact=self.exact.tally.summary,
            departures=None if under is None else under.departures,
            sums_to_one=self.traits.sums_to_one,
            weighted=self.traits.weighted,
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
        under = self._under(plan.kind, offer.reference.reading)
        return reduce(under.summary, plan.reduction, weighted_mean=offer.reference.weighted_mean)


def _one_thing_a_row(dense: Array) -> bool:
    hard = bool(((dense == 0.0) | (dense == 1.0)).all())
    return hard and (dense.ndim == 1 or bool((dense.sum(axis=-1) == 1.0).all()))


def _margins(computed: Computed) -> Any:
    """Labels of margins as given, with two words as 0 and 1, since each call decides what a 0 means."""
    plan, checked = computed.plan, computed.checked
    labels = plan.layout.arrange(computed.batch)[1]
    if labels.dtype == object or plan.by_name:
        assert checked.target.dense is not None
        return np.maximum(checked.target.dense, 0.0)
    return labels if checked.lines is None else labels[checked.lines]
