"""A framework's call as the steps of a pass: it computes as the framework does, checked as the plain loss would be.

Rows that the plain loss refuses and the framework computes are computed, with a warning. What makes the framework raise
is an error here, and so is NaN unless ``--nan`` says otherwise.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.core.batch import Decision
from losscli.core.calls.call_neighbours import exact_call, plain_settings, sibling
from losscli.core.calls.call_reduced import RULES, call_reduced
from losscli.core.calls.call_terms import per_item, weighted
from losscli.core.calls.call_values import Call
from losscli.core.calls.called import Called
from losscli.core.note import Note
from losscli.core.plan import make_plan
from losscli.core.plan_classes import refuse_shuffled
from losscli.core.settings import Convention, Settings
from losscli.core.signature import call_signature
from losscli.core.steps import Computed, PlainSteps, Steps
from losscli.errors import InputError, UsageError, WordsError
from losscli.losses.reference import Rule, Weighting
from losscli.losses.vocabulary import Domain, Form, Kind, Role, Takes
from losscli.record import replace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from losscli.core.batch import Batch, Dataset
    from losscli.core.change import Change
    from losscli.core.checked import Checked
    from losscli.core.plan import Plan
    from losscli.core.reduction import Reduced
    from losscli.core.summary import Summary
    from losscli.losses.loss import Loss
    from losscli.losses.reference import Reference
    from losscli.ops import Array, Mask

_ONE_CLASS = Decision(
    "predictions", "rows of one class", "a table has one column of them; values inline may be one row", note=True
)


class CallSteps(Steps):
    """A framework's call with its arguments.

    Args:
        loss: The loss the call computes.
        reference: The call.
        options: Its keyword arguments, by its own names; vectors as lists.
        settings: Further settings: dtype, ``nan``, ``classes``, ``label_base``.
        reduction: One of the call's own names; None is its default.

    Raises:
        UsageError: No such reduction or argument.
    """

    def __init__(
        self,
        loss: Loss,
        reference: Reference,
        options: Mapping[str, Any],
        settings: Settings | None = None,
        reduction: str | None = None,
    ) -> None:
        rules = reference.reductions.rules
        self._reduction = reduction or reference.reductions.default
        if self.reduction not in rules:
            raise UsageError(f"{reference.call} has no reduction {self.reduction}", hint=f"one of {', '.join(rules)}")
        self.loss = loss
        self.reference = reference
        self.options = dict(options)
        self.call = Call(loss, reference, options)
        self.settings = replace(
            settings or Settings(),
            kind=self.call.kind,
            like=Convention(reference.call, reference.reading),
            reduction=RULES[rules[self.reduction]],
            ignore_index=self.call.ignore,
        )

    def __reduce__(self) -> tuple[type[CallSteps], tuple[Any, ...]]:
        return CallSteps, (self.loss, self.reference, self.options, self.settings, self.reduction)

    @property
    def reduction(self) -> str:
        """By the call's own name."""
        return self._reduction

    @property
    def name(self) -> str:
        """The full name of the call."""
        return self.reference.call

    @cached_property
    def whole(self) -> bool:
        """Whether all rows are needed at once: by the loss's nature, or as an option may hold one value per row."""
        by_class = (self.reference.option(Role.CLASS_WEIGHT), self.reference.option(Role.AXIS))
        vectors = (name for name, value in self.options.items() if isinstance(value, list) and len(value) > 1)
        own = any(name not in by_class for name in vectors)
        return own or self.reference.whole or self.call.takes.as_given

    @property
    def classes_along(self) -> int:
        """The class axis of the predictions."""
        return self.call.axis if isinstance(self.call.axis, int) else -1

    @property
    def rows_second(self) -> bool:
        """Whether rows are the second axis of predictions of three."""
        where = self.reference.rows_second
        return where if isinstance(where, bool) else bool(self.call.params[where])

    @property
    def takes(self) -> Takes:
        """What the kernel takes."""
        return self.call.takes

    @property
    def has_baseline(self) -> bool:
        """Not if it has a function of its own that smooths labels, or an option that the loss does not have."""
        if self.reference.kernel is None:
            return True
        known = {param.name for param in self.loss.params}
        typed = [param for param in self.reference.options if param.name in self.options and not param.words]
        own = any(param.role is Role.KERNEL and (param.to or param.name) not in known for param in typed)
        smooths = any(param.role is Role.SMOOTHING and param.to for param in self.reference.options)
        return self.loss.log_score and not own and not smooths

    @property
    def unreduced(self) -> bool:
        """Whether the call returns unreduced values by default."""
        default = self.reference.reductions.default
        rule = self.reference.reductions.rules[default]
        return self.loss.takes is Takes.SET and self.reduction == default and rule is Rule.NONE

    def notes(self, summary: Summary) -> tuple[Note, ...]:
        """The call's note on how it differs from plain mathematics, if it applies to this input."""
        weighted = summary.weights is not None or any("weight" in name for name in self.options)
        bare = self.reference.unweighted
        note = self.reference.note if weighted or bare is None else bare
        first = "" if note is None else note[:1] if note[1:2].isupper() else note[:1].lower()
        return (Note("call", f"{self.name}: {first}{note[1:-1]}"),) if note else ()

    @cached_property
    def _exact(self) -> Call:
        return exact_call(self.call, self.options)

    @property
    def _lens(self) -> Takes | None:
        """How a plain command would take the arrays; None if none can."""
        call, loss = self.call, self.loss
        other = call.takes.picks_class and not loss.takes.picks_class
        if other or call.kind not in loss.kinds or loss.takes.as_given:
            return None
        if loss.takes.predicts_label:
            return loss.takes
        own = loss.takes is Takes.DISTRIBUTION and self.reference.kernel is not None  # perhaps of logarithms
        aside = not call.takes.picks_class and call.axis != -1 and not call.takes.averages_outputs
        return loss.takes if call.takes is loss.takes and not own and not aside else None

    def plan(self, dataset: Dataset, first: Batch) -> Plan:
        """The plan of a plain command; if none takes these arrays, a plan that decides next to nothing.

        Raises:
            WordsError: The predictions are words, which the call does not take.
            LossError: As for `make_plan`.
        """
        call, first = self.call, self.arranged(first)
        compares = self.loss.decides or self.loss.domain is Domain.CLASS_NUMBERS
        if first.predictions.dtype == object and not compares:
            raise WordsError(f"the predictions are words; {self.name} takes numbers")
        plan = self._plain_plan(dataset, first)
        reasons = {"read as": f"what {self.reference.name} takes", "convention": "the call's own"}
        squeezed = plan.layout.squeeze_labels or plan.layout.squeeze_predictions
        mixes = squeezed and call.takes.averages_outputs and not self.reference.same_rank and len(first) > 1
        if mixes:
            reasons["label form"] = "broadcast: every prediction meets every label"
        decisions = [replace(one, reason=reasons.get(one.what, one.reason)) for one in plan.decisions]
        if dataset.tabular and first.predictions.ndim == 1 and self._of_classes:
            decisions.append(_ONE_CLASS)
        if plan.takes is Takes.RAW:
            decisions = [one for one in decisions if one.what != "label form"]
        return replace(
            plan,
            columns=dataset.classes,
            mixes=mixes,
            params={p.name: call.params.get(p.name, p.default) for p in self.loss.params if not p.of_labels},
            smoothing=call.smoothing,
            class_weight=call.class_weight,
            settings=replace(
                self.settings, class_weight=None if call.class_weight is None else tuple(call.class_weight)
            ),
            decisions=tuple(decisions),
            refuses=self._refuses,
        )

    def _plain_plan(self, dataset: Dataset, first: Batch) -> Plan:
        """The plan of a plain command that takes the arrays, or else one that decides next to nothing."""
        settings, takes = self.settings, self._lens
        if takes is None and self._sorts and settings.classes is None:
            dataset = replace(dataset, classes=None)
        if self.loss.domain is Domain.CLASS_NUMBERS:
            refuse_shuffled(self.loss, dataset, first)
        try:
            return make_plan(self.loss, settings, dataset, first, takes=takes or Takes.RAW)
        except InputError:
            if self._words_are_numbers(first):
                raise
            refuse_shuffled(self.loss, dataset, first)
            bare = replace(dataset, classes=None)
            x = first.predictions  # without labels, and with zeros for words
            x = np.zeros(x.shape) if x.dtype == object else x
            blank = replace(first, predictions=x, labels=np.empty((len(first), 0)))
            return make_plan(self.loss, replace(settings, classes=None), bare, blank, takes=Takes.RAW)

    @property
    def _refuses(self) -> frozenset[str]:
        """The kinds of bad rows that make the framework raise."""
        refuses = {"unknown-class"}
        if self.call.takes.picks_class:
            refuses.add("label-range")
        if self.reference.unit_interval:
            refuses |= {"range", "mask-range", "label-outside"}
        return frozenset(refuses)

    @property
    def _of_classes(self) -> bool:
        """Whether the last axis counts classes, so that a column of a table is rows of one class."""
        return self.loss.takes.classes and not (self.call.takes.averages_outputs or self.call.takes.as_given)

    @property
    def _sorts(self) -> bool:
        """Whether the call turns labels into class numbers itself, in sorted order."""
        return self.call.takes.as_given and self.reference.sorts_labels

    def _words_are_numbers(self, batch: Batch) -> bool:
        return batch.labels.dtype == object and not self._sorts

    def arranged(self, batch: Batch) -> Batch:
        """The batch with classes on the last axis, and with weights only if there is one per row."""
        x, y, weights = batch.predictions, batch.labels, batch.weights
        if self.call.takes.picks_class and x.ndim > 2 and x.dtype != object:
            y = self.call.to_last(y) if y.ndim == x.ndim else y
            x = self.call.to_last(x)
        if weights is not None and weights.ndim > 1 and weights.shape[1:] != (1,):
            weights = None
        return replace(batch, predictions=x, labels=y, weights=weights)

    def compute(self, plan: Plan, batch: Batch, checked: Checked) -> Computed:
        """What the call returns.

        Raises:
            UsageError: The call takes no sample weights.
            InputError: The framework would raise.
        """
        x, y = self._arrays(plan, batch, checked)
        lines = slice(None) if checked.lines is None else checked.lines
        extras: dict[str, Any] = {name: array[lines] for name, array in batch.extras.items()}
        weights = None if batch.weights is None else batch.weights[lines]
        if self.call.takes is Takes.SET:
            extras["sample_weight"] = weights
            weights = None
        elif weights is not None and self.reference.weighting is Weighting.NONE:
            raise UsageError(f"{self.reference.call} takes no sample weights")
        terms = weighted(self.reference, self.call.terms(x, y, extras), weights)
        terms = per_item(self.reference, terms, extras, self.reference.reductions.rules[self.reduction])
        called = Called(self.call, batch, x, y, extras, weights, terms)
        loss = np.asarray(terms.values, np.float64)
        counted = None if terms.counted is None else np.broadcast_to(terms.counted, loss.shape)
        by_row = not self.scores and bool(loss.ndim) and len(loss) == len(checked.predictions)
        by_row = by_row and (y is None or len(y) == len(loss))  # else one label meets all
        divisor = None if terms.weights is None else np.asarray(terms.weights, np.float64)
        return Computed(
            plan,
            batch,
            checked,
            called.values(plan, checked, loss),
            divisor,
            loss,
            counted,
            by_row=by_row,
            called=called,
            notes=called.order_note(plan.columns, self.reduction) if self._sorts else (),
        )

    def _arrays(self, plan: Plan, batch: Batch, checked: Checked) -> tuple[Any, Any]:
        """Predictions and labels as the call takes them."""
        x: Any = batch.predictions
        y: Any = batch.labels
        takes, lines = self.call.takes, checked.lines
        if takes.picks_class and x.ndim == 1 and y.shape == (1,):
            x = x[None]
        if lines is not None:
            x, y = x[lines], y[lines]
        if self.rows_second and x.ndim == 3:
            x = np.moveaxis(x, 0, 1)
        named = plan.by_name and (self.settings.classes is not None or not self._sorts)
        if self._words_are_numbers(batch) or named or self.settings.label_base is not None:
            y = self._numbers(plan, checked)
        if x.dtype != object:
            with np.errstate(over="ignore"):
                x = x.astype(self.settings.dtype, copy=False)
        if plan.tabular and x.ndim == 1 and self._of_classes:
            x, y = (
                x[:, None],
                y if takes.picks_class and self.reference.form is not Form.SOFT else y.reshape(len(y), -1),
            )
        elif takes.averages_outputs and plan.tabular and self.reference.by_last_axis and x.ndim == 1:
            x, y = x[:, None], y[:, None] if y.ndim == 1 else y
        return x, y if y.shape[1:] != (0,) else None

    def _numbers(self, plan: Plan, checked: Checked) -> Any:
        """Labels matched to names, or counted from another base."""
        index, dense = checked.target.index, checked.target.dense
        if index is None:  # of two names, 0 and 1: what they mean to a margin, the call decides
            return np.maximum(dense, 0.0) if dense is not None and plan.layout.form is Form.SIGNS else dense
        return index if checked.counted is None else np.where(checked.counted, index, self.call.ignore)

    def exact(self, computed: Computed, rows: Mask) -> Array:
        """The values of some rows in plain mathematics."""
        called: Called = computed.called
        likely, plain = computed.plan.takes.predicts_label, PlainSteps(self.loss, self.settings)
        if called.terms.read is None and likely:
            return plain.exact(computed, rows)
        terms = weighted(self.reference, self._exact.terms(called.x, called.y, called.extras), called.weights)
        values = np.atleast_1d(np.asarray(terms.values, np.float64))[rows]
        lost = np.isnan(values)
        if lost.any() and likely and computed.by_row and computed.weights is None:  # 0 log 0 is 0
            known = plain.exact(computed, rows)
            values = np.where(lost, known, values) if known.shape == values.shape else values
        return values

    def reduced(self, plan: Plan, summary: Summary) -> Reduced:
        """The value and its divisor, by the call's own reduction."""
        return call_reduced(self.call, summary, self.reduction)

    def signature(self, plan: Plan, form: Form, reduced: Reduced) -> str:
        """One line from which the value can be computed again."""
        return call_signature(self.reference.call, self.options, self.settings, self.reduction, reduced)

    @property
    def plain(self) -> PlainSteps:
        """The plain command that is nearest to this call."""
        return PlainSteps(self.loss, plain_settings(self.call, self.options, self.settings))

    def changed(self, change: Change) -> CallSteps | PlainSteps:
        """The call with other arguments, another call that takes the input as it is, or the plain command."""
        settings = replace(self.settings, level=None, bootstrap=None, digest=False)
        options, reference = dict(self.options), self.reference
        for name, value in change.settings:
            role = {"kind": Role.FROM_LOGITS, "ignore_index": Role.IGNORE, "class_weight": Role.CLASS_WEIGHT}.get(name)
            if name in ("label_base", "classes") and self._numbered:
                settings = replace(settings, **{name: value})
            elif role is not None and self.reference.option(role):
                options[self.reference.option(role)] = value is Kind.LOGITS if name == "kind" else value
            elif name == "kind" and (other := sibling(self.loss, reference, self.options, value or self.loss.kinds[0])):
                reference = other
            else:
                break
        else:
            if change.loss is None:
                return CallSteps(self.loss, reference, options, settings, self.reduction)
        return self.plain.changed(change)

    @property
    def _numbered(self) -> bool:
        """Whether labels are class numbers, or can be matched to some."""
        return self._lens in (Takes.CLASS, Takes.BINARY, Takes.SCORES, Takes.SCORES_HOT, Takes.DECISION)

    def spelled(self, change: Change) -> str:
        """The change in the options of this call, or as another command."""
        now, other = self.plain.settings.kind, self.changed(change)
        if change.swap:
            return change.spelled(now)
        if isinstance(other, PlainSteps):
            name = "" if change.loss else f"{other.loss.names[-1]} "
            return f"losscli {name}{change.spelled(None)}".strip()
        if other.reference is not self.reference:
            return other.reference.call
        words = change.spelled(now)
        own = self.reference.option(Role.IGNORE).replace("_", "-")
        return words.replace("--ignore-index", f"--{own}") if own else words
