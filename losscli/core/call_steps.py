"""A framework's own call as the steps of a pass: what it returns, looked at as the plain loss would look at it.

Where the plain loss refuses rows that the framework computes, they are computed and told; what makes the framework
raise is refused here, too, and so is NaN unless ``--nan`` says otherwise.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.core.call_reduced import RULES, call_reduced, summary_of
from losscli.core.call_terms import weighted
from losscli.core.call_values import Call
from losscli.core.note import Note
from losscli.core.plain_values import Values, per_sample
from losscli.core.plan import make_plan
from losscli.core.settings import Convention, Settings
from losscli.core.signature import call_signature
from losscli.core.steps import Computed, PlainSteps
from losscli.errors import InputError, UsageError, WordsError
from losscli.losses.reference import Rule, Weighting
from losscli.losses.vocabulary import EXACT, Domain, Form, Kind, Role, Takes
from losscli.record import record, replace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from losscli.core.batch import Batch, Dataset
    from losscli.core.call_terms import Terms
    from losscli.core.change import Change
    from losscli.core.checked import Checked
    from losscli.core.plan import Plan
    from losscli.core.reduction import Reduced
    from losscli.core.summary import Summary
    from losscli.losses.loss import Loss
    from losscli.losses.reference import Reference
    from losscli.ops import Array, Mask


@record
class Called:
    """What a call was given, and what it made of it.

    Attributes:
        x: Predictions as the call takes them.
        y: Labels as the call takes them, or None.
        weights: Sample weights that meet the values; None if there are none.
        terms: The values, weights applied.
    """

    call: Call
    batch: Batch
    x: Any
    y: Any
    extras: Mapping[str, Any]
    weights: Array | None
    terms: Terms


class CallSteps:
    """A framework's call with its arguments.

    Args:
        loss: The loss the call computes.
        reference: The call.
        options: Its keyword arguments, by its own names; vectors as lists.
        settings: What else was asked for: dtype, ``nan``, ``classes``, ``label_base``.
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
        self.reduction = reduction or reference.reductions.default
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
    def name(self) -> str:
        """The call's."""
        return self.reference.call

    @property
    def whole(self) -> bool:
        """Whether rows can't be computed apart: by nature, or because an option may have one value for each."""
        by_class = (self._option(Role.CLASS_WEIGHT), self._option(Role.AXIS))
        vectors = (name for name, value in self.options.items() if isinstance(value, list) and len(value) > 1)
        own = any(name not in by_class for name in vectors)
        return own or self.reference.whole or self.call.takes.as_given

    @property
    def columnwise(self) -> bool:
        """Whether predictions may lie in memory one column after the other."""
        return self.call.takes is Takes.CLASS

    @property
    def classes_along(self) -> int:
        """The axis of the predictions that counts classes."""
        return self.call.axis if isinstance(self.call.axis, int) else -1

    @property
    def takes(self) -> Takes:
        """What the kernel takes."""
        return self.call.takes

    @property
    def scores(self) -> bool:
        """Whether all rows together have a number, or one for each output."""
        return self.call.takes is Takes.SET

    @property
    def unreduced(self) -> bool:
        """Whether no reduction is what the call does if none is asked for."""
        default = self.reference.reductions.default
        rule = self.reference.reductions.rules[default]
        return self.loss.takes is Takes.SET and self.reduction == default and rule is Rule.NONE

    def notes(self, summary: Summary) -> tuple[Note, ...]:
        """How the call differs from plain mathematics, as far as it bears on the input."""
        weighted = summary.weights is not None or any("weight" in name for name in self.options)
        bare = self.reference.unweighted
        told = self.reference.note if weighted or bare is None else bare
        return (Note("call", f"{self.name}: {told[0].lower()}{told[1:-1]}"),) if told else ()

    @cached_property
    def _exact(self) -> Call:
        reference = self.reference
        own = reference.fixed or any(param.role is Role.KERNEL for param in reference.options)
        kernel = reference.kernel if own or self.call.takes is not self.loss.takes else None  # which knows 0 log 0
        if not self._floors.keys() <= reference.fixed.keys():
            kernel = None
        exact = Call(self.loss, replace(reference, reading=EXACT, kernel=kernel), self.options)
        exact.params |= self._floors
        return exact

    @property
    def _floors(self) -> dict[str, float]:
        """What holds the loss's own formula off its limits, as it is in plain mathematics."""
        if self.call.takes is not self.loss.takes:
            return {}
        exact = {param: param.exact for param in self.loss.params if param.exact is not None}
        return {p.name: value for p, value in exact.items() if self.call.params.get(p.name, p.default) != value}

    @property
    def _lens(self) -> Takes | None:
        """What a plain command would look for in the arrays; None if no plain command takes them."""
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
        """What a plain command would decide; of arrays that none takes, next to nothing."""
        settings, takes, call = self.settings, self._lens, self.call
        first, columns = self.arranged(first), dataset.classes
        compares = self.loss.decides or self.loss.domain is Domain.CLASS_NUMBERS
        if first.predictions.dtype == object and not compares:
            raise WordsError(f"the predictions are words; {self.name} takes numbers")
        if takes is None and self._sorts and settings.classes is None:
            dataset = replace(dataset, classes=None)
        try:
            plan = make_plan(self.loss, settings, dataset, first, takes=takes or Takes.RAW)
        except InputError:
            if self._words_are_numbers(first):
                raise
            bare = replace(dataset, classes=None)
            plan = make_plan(self.loss, replace(settings, classes=None), bare, _blank(first), takes=Takes.RAW)
        reasons = {"read as": f"what {self.reference.name} takes", "convention": "the call's own"}
        squeezed = plan.layout.squeeze_labels or plan.layout.squeeze_predictions
        mixes = squeezed and call.takes.averages_outputs and not self.reference.same_rank and len(first) > 1
        if mixes:
            reasons["label form"] = "broadcast: every prediction meets every label"
        decisions = [replace(one, reason=reasons.get(one.what, one.reason)) for one in plan.decisions]
        if plan.takes is Takes.RAW:
            decisions = [one for one in decisions if one.what != "label form"]
        refuses = {"unknown-class"}
        if call.takes.picks_class:
            refuses.add("label-range")
        if self.reference.unit_interval:
            refuses |= {"range", "label-outside"}
        return replace(
            plan,
            columns=columns,
            mixes=mixes,
            params={p.name: call.params.get(p.name, p.default) for p in self.loss.params if not p.of_labels},
            smoothing=call.smoothing,
            class_weight=call.class_weight,
            settings=replace(settings, class_weight=None if call.class_weight is None else tuple(call.class_weight)),
            decisions=tuple(decisions),
            refuses=frozenset(refuses),
        )

    @property
    def _sorts(self) -> bool:
        """Whether the call makes class numbers of its labels by itself."""
        return self.call.takes.as_given and self.reference.sorts_labels

    def _words_are_numbers(self, batch: Batch) -> bool:
        return batch.labels.dtype == object and not self._sorts

    def arranged(self, batch: Batch) -> Batch:
        """The classes on the last axis, and only weights that are one a row."""
        x, y, weights = batch.predictions, batch.labels, batch.weights
        if self.call.takes.picks_class and x.ndim > 2 and x.dtype != object:
            y = self.call.to_last(y) if y.ndim == x.ndim else y
            x = self.call.to_last(x)
        if weights is not None and weights.ndim > 1 and weights.shape[1:] != (1,):
            weights = None
        return replace(batch, predictions=x, labels=y, weights=weights)

    def compute(self, plan: Plan, batch: Batch, checked: Checked) -> Computed:
        """What the call returns."""
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
            self._values(plan, checked, called, loss),
            divisor,
            loss,
            counted,
            by_row=by_row,
            called=called,
            notes=self._order(plan, called),
        )

    def _order(self, plan: Plan, called: Called) -> tuple[Note, ...]:
        """What the call gives if the columns are taken by their names, and not as if they were sorted."""
        named = self._by_name(plan, called) if self._sorts else None
        if named is None:
            return ()
        try:
            terms = weighted(self.reference, self.call.terms(named, called.y, called.extras), called.weights)
        except InputError:
            return ()
        value, mine = (call_reduced(self.call, summary_of(one), self.reduction).value for one in (terms, called.terms))
        if value is None or value == mine:
            return ()
        takes, hint = (
            "the columns in the sorted order of the labels, whatever their names say",
            "put them in this order",
        )
        if plan.columns is not None and plan.columns.one:
            takes, hint = "the only column for the class that is sorted last, whatever its name says", "1 - p"
        what = f"{self.name} takes {takes}; matched by name the value is {value:.16g}"
        return (Note("columns-as-sorted", what, hint, "warning"),)

    def _by_name(self, plan: Plan, called: Called) -> Any:
        """The predictions as their columns' names have them; None if that is how the call takes them."""
        x, y, names = called.x, called.y, plan.columns
        if names is None or y is None or x.dtype == object:
            return None
        if names.one:
            single = x.ndim == 1 or (x.ndim == 2 and x.shape[1] == 1)
            within = bool(x.size) and x.min() >= 0.0 and x.max() <= 1.0
            return 1.0 - x if single and within and names.is_of_first(y) else None
        columns = names.sorted_columns(y)
        return None if columns is None or x.ndim != 2 or len(columns) != x.shape[1] else x[:, columns]

    def _arrays(self, plan: Plan, batch: Batch, checked: Checked) -> tuple[Any, Any]:
        """Predictions and labels as the call takes them."""
        x: Any = batch.predictions
        y: Any = batch.labels
        takes, lines = self.call.takes, checked.lines
        if takes.picks_class and x.ndim == 1 and y.shape == (1,):
            x = x[None]
        if lines is not None:
            x, y = x[lines], y[lines]
        named = plan.by_name and (self.settings.classes is not None or not self._sorts)
        if self._words_are_numbers(batch) or named or self.settings.label_base is not None:
            y = self._numbers(checked)
        if x.dtype != object:
            with np.errstate(over="ignore"):
                x = x.astype(self.settings.dtype, copy=False)
        if takes.averages_outputs and plan.tabular and self.reference.samples_as_column and x.ndim == 1:
            x, y = x[:, None], y[:, None] if y.ndim == 1 else y
        return x, y if y.shape[1:] != (0,) else None

    def _numbers(self, checked: Checked) -> Any:
        """Labels that were matched to names, or count from another number."""
        index, dense = checked.target.index, checked.target.dense
        if index is None:
            return dense
        return index if checked.counted is None else np.where(checked.counted, index, self.call.ignore)

    def _values(self, plan: Plan, checked: Checked, called: Called, loss: Array) -> Values:
        """The values, and what the convention did to them; a kernel that reads by itself is read after."""
        read, shape = called.terms.read, loss.shape
        if read is not None:
            log_p: Array | None = read.log_p
            if read.log_q is not None:
                log_p = np.where(called.y > 0.5, read.log_p, read.log_q) if shape == called.y.shape else None
            log_p = log_p if log_p is not None and log_p.shape == shape and not (log_p > 0.0).any() else None
            return Values(loss, _fitted(read.clipped, shape), _fitted(read.rescaled, shape), log_p)
        if not plan.takes.predicts_label or self.reference.reading == EXACT:
            return Values(loss)
        mine = per_sample(plan, checked.predictions, checked.target, self.reference.reading)
        return replace(mine, loss=loss) if mine.loss.shape == loss.shape else Values(loss)

    def exact(self, computed: Computed, rows: Mask) -> Array:
        """The same values in plain mathematics, of some rows."""
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
        """The value under the call's own name for the reduction."""
        return call_reduced(self.call, summary, self.reduction)

    def signature(self, plan: Plan, form: Form, reduced: Reduced) -> str:
        """One line that says how the value came about."""
        return call_signature(self.reference.call, self.options, self.settings, self.reduction, reduced)

    @property
    def plain(self) -> PlainSteps:
        """The plain command that is nearest."""
        framework, names = self.reference.framework, {param.name for param in self.loss.params}
        given = {param.to or param.name: self.options.get(param.name) for param in self.reference.options}
        smoothing = {"label_smoothing": self.call.smoothing} if self.call.smoothing and names else {}
        like = self.loss.frameworks.get(framework)
        weighted = like is not None and like.weighted_mean and self.settings.reduction == "weighted-mean"
        settings = replace(
            self.settings,
            reduction="mean" if weighted else self.settings.reduction,
            kind=None if self.call.kind is self.loss.kinds[0] else self.call.kind,
            like=None if like is None else framework,
            class_weight=self.call.class_weight,
            ignore_index=self.options.get(self._option(Role.IGNORE)),
            params={name: value for name, value in given.items() if name in names and value is not None} | smoothing,
        )
        return PlainSteps(self.loss, settings)

    def _option(self, role: Role) -> str:
        """The call's own option of a role; empty if it has none."""
        return next((param.name for param in self.reference.options if param.role is role), "")

    def changed(self, change: Change) -> CallSteps | PlainSteps:
        """The call with other arguments, another call that takes the input as it is, or the plain command."""
        options, settings, reference = (
            dict(self.options),
            replace(self.settings, level=None, bootstrap=None, digest=False),
            self.reference,
        )
        for name, value in change.settings:
            role = {"kind": Role.FROM_LOGITS, "ignore_index": Role.IGNORE, "class_weight": Role.CLASS_WEIGHT}.get(name)
            if name in ("label_base", "classes") and self._numbered:
                settings = replace(settings, **{name: value})
            elif role is not None and self._option(role):
                options[self._option(role)] = value is Kind.LOGITS if name == "kind" else value
            elif name == "kind" and (sibling := self._sibling(value or self.loss.kinds[0])) is not None:
                reference = sibling
            else:
                break
        else:
            if change.loss is None:
                return CallSteps(self.loss, reference, options, settings, self.reduction)
        return self.plain.changed(change)

    @property
    def _numbered(self) -> bool:
        """Whether labels are class numbers, or may become some."""
        return self._lens in (Takes.CLASS, Takes.BINARY, Takes.SCORES, Takes.SCORES_HOT, Takes.DECISION)

    def _sibling(self, kind: Kind) -> Reference | None:
        """The same framework's call that reads predictions of another kind."""
        mine = self.reference
        return next(
            (
                one
                for one in self.loss.references
                if one.command and one.framework == mine.framework and one.reads is kind and one.form is mine.form
                if self.options.keys() <= {param.name for param in one.options}
            ),
            None,
        )

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
        own = self._option(Role.IGNORE).replace("_", "-")
        return words.replace("--ignore-index", f"--{own}") if own else words


def _fitted(mask: Mask | None, shape: tuple[int, ...]) -> Mask | None:
    """A mask of what was read in the shape of the values made of it."""
    if mask is None or mask.shape == shape:
        return None if mask is None else np.atleast_1d(mask)
    fitted: Mask = np.asarray(mask.any(axis=tuple(range(min(len(shape), mask.ndim), mask.ndim))))
    if fitted.ndim and shape[: fitted.ndim] == fitted.shape:
        return np.broadcast_to(fitted.reshape(*fitted.shape, *[1] * (len(shape) - fitted.ndim)), shape)
    return np.full(shape or (1,), bool(fitted.any()))


def _blank(batch: Batch) -> Batch:
    """The batch without its labels, and without words."""
    x = batch.predictions
    return replace(batch, predictions=np.zeros(x.shape) if x.dtype == object else x, labels=np.empty((len(batch), 0)))
