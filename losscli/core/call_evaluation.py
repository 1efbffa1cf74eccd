"""One pass over a data set for a framework's own call."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.core.batch import Decision
from losscli.core.call_summary import CallSummary
from losscli.core.calls import Call
from losscli.core.classes import by_name
from losscli.core.departures import Departures, departed
from losscli.core.reduction import Reduced
from losscli.core.report import Columns, Note, Report, Row, notes_of
from losscli.core.rows import means
from losscli.core.whole import join
from losscli.errors import InputError, UsageError
from losscli.losses.references import Rule, Weighting
from losscli.losses.vocabulary import EXACT, Takes
from losscli.record import record, replace
from losscli.text import bracketed
from losscli.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from numpy.typing import NDArray

    from losscli.core.batch import Batch, Dataset
    from losscli.core.calls import Terms
    from losscli.losses.references import Reference
    from losscli.losses.spec import Loss
    from losscli.ops import Array


_OF_CLASSES = (Takes.CLASS, Takes.SCORES, Takes.SCORES_HOT, Takes.DECISION)
ELEMENTWISE = (Takes.BINARY, Takes.VALUE, Takes.MARGIN)


@record
class CallRows:
    """Values of a batch, one or several a row."""

    start: int
    loss: Array
    _batch: Batch
    _counted: NDArray[np.bool_] | None = None
    _axis: int | None = None  # that of the classes

    def __len__(self) -> int:
        return len(self.loss)

    @property
    def each(self) -> tuple[Array, NDArray[np.bool_]]:
        """``(n,)``: the mean over what counts in each row, and which rows count at all."""
        return means(self.loss, self._counted)

    def row(self, i: int) -> Row:
        """Sample ``i`` of this batch."""
        return next(iter(self.columns(i, i + 1)))

    def columns(self, start: int = 0, stop: int | None = None) -> Columns:
        """The samples from ``start`` up to ``stop``."""
        stop = len(self) if stop is None else stop
        ids, labels, none = self._batch.ids, self._batch.labels, [None] * (stop - start)
        x = self._batch.predictions[start:stop]
        choice = self._axis is not None and x.ndim > 1
        losses, counted = self.loss[start:stop], np.ones(stop - start, dtype=bool)
        if choice:
            losses, counted = means(losses, None if self._counted is None else self._counted[start:stop])
        return Columns(
            numbers=range(self.start + start + 1, self.start + stop + 1),
            ids=None if ids is None else ids[start:stop],
            labels=none if labels.shape[1:] == (0,) else labels[start:stop].tolist(),
            probabilities=none,
            predicted=(np.asarray(x.argmax(axis=self._axis)) if choice else x).tolist(),
            losses=losses.tolist(),
            counted=counted.tolist(),
        )


@record
class Called:
    """What a batch went through.

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


class CallEvaluation:
    """The state of one pass; iterate ``run``, then ask for the ``report``.

    Args:
        loss: The loss the call computes.
        reference: The call.
        options: Its keyword arguments, by its own names; vectors as lists.
        dataset: The rows to come.
        reduction: One of the call's own names; None is its default.
        dtype: ``float64``, or ``float32`` as the framework computes by default.

    Attributes:
        observe: If there is one, it is shown every batch that was computed.
    """

    def __init__(
        self,
        loss: Loss,
        reference: Reference,
        options: Mapping[str, Any],
        dataset: Dataset,
        *,
        reduction: str | None = None,
        dtype: str = "float64",
    ) -> None:
        rules = reference.reductions.rules
        self.reduction = reduction or reference.reductions.default
        self._unreduced = loss.takes is Takes.SET and reduction is None and rules.get(self.reduction) is Rule.NONE
        if self.reduction not in rules:
            raise UsageError(f"{reference.call} has no reduction {self.reduction}", hint=f"one of {', '.join(rules)}")
        self.loss = loss
        self.reference = reference
        self.options = dict(options)
        self.dataset = dataset
        self.dtype = dtype
        self.call = Call(loss, reference, options)
        self.observe: Callable[[Called], None] | None = None
        self.summary = CallSummary(self.call)
        self.samples = 0
        self.ignored = 0
        self.departures = Departures()
        self.values: Array | None = None
        self._floors = _floors(self.call)
        self._plain: Call | None = None
        if reference.reading != EXACT or self._floors:
            kernel = None if self._floors else reference.kernel
            self._plain = Call(loss, replace(reference, reading=EXACT, kernel=kernel), options)
            self._plain.params |= {param.name: param.exact for param in loss.params if param.name in self._floors}
        self._by_name: float | None = None
        self._form = ""
        self._classes: int | None = None
        self._axes: tuple[int, ...] = ()

    def run(self) -> Iterator[CallRows]:
        """Compute all rows, a batch at a time where the call allows it."""
        first = next(self.dataset.batches, None)
        batches = self.dataset.batches if first is None else chain([first], self.dataset.batches)
        if first is not None and self._needs_all(first):
            whole = join(batches)
            batches = iter([whole] if whole is not None else [])
        for batch in batches:
            rows = self.add(batch)
            if rows is not None:
                yield rows

    def _needs_all(self, first: Batch) -> bool:
        """Whether rows can't be computed apart: by nature, or because an option has one value for each of them."""
        if self.reference.whole or self.call.takes in (Takes.SET, Takes.RAW):
            return True
        vectors = [value for value in self.options.values() if isinstance(value, list) and len(value) > 1]
        return any(np.ndim(value) >= first.predictions.ndim for value in vectors)

    def add(self, batch: Batch) -> CallRows | None:
        """Compute one batch; None if its values are not one a row."""
        terms = self._add(batch)
        values = np.asarray(terms.values, np.float64)
        if values.ndim and len(values) == len(batch) and self.call.takes is not Takes.SET:
            axis = self.call.axis if self.call.takes.classes and isinstance(self.call.axis, int) else None
            return CallRows(batch.start, values, batch, terms.counted, axis)
        self.values = values
        return None

    def _add(self, batch: Batch) -> Terms:
        x, y = self._arrays(batch)
        self.samples += len(batch)
        self._form = self._form or _form_of(self.call.takes, x, y)
        if self.call.takes in (Takes.CLASS, Takes.SCORES, Takes.SCORES_HOT):
            self._classes = x.shape[self.call.axis] if x.ndim > 1 else x.shape[0]
            self._axes = tuple(np.delete(x.shape, self.call.axis).tolist())[1:] if x.ndim > 1 else ()
        extras: dict[str, Any] = dict(batch.extras)
        weights = batch.weights
        if self.call.takes is Takes.SET:
            extras["sample_weight"] = weights
            weights = None
        elif weights is not None and self.reference.weighting is Weighting.NONE:
            raise UsageError(f"{self.reference.call} takes no sample weights")
        terms = self.call.weighted(self.call.terms(x, y, extras), weights)
        self.summary.add(terms)
        self._note_order(batch, x, y)
        if self.observe is not None:
            self.observe(Called(self.call, batch, x, y, extras, weights, terms))
        if terms.counted is not None:
            self.ignored += int(terms.counted.size - np.count_nonzero(terms.counted))
        if self._plain is not None:
            plain = self._plain.weighted(self._plain.terms(x, y, extras), weights)
            self.departures += departed(
                batch.start + np.arange(np.size(terms.values)), terms.values, plain.values, terms.counted
            )
        return terms

    def _arrays(self, batch: Batch) -> tuple[Any, Any]:
        x: Any = batch.predictions
        y: Any = batch.labels
        if x.dtype != object:
            x = x.astype(self.dtype)
        takes = self.call.takes
        if not self._sorts():
            y = by_name(self.dataset.classes, y, batch.where_label, picks=self._picks(x, y))
        if takes in ELEMENTWISE and self.dataset.tabular and self.reference.samples_as_column and x.ndim == 1:
            x, y = x[:, None], y[:, None] if y.ndim == 1 else y
        if takes in (Takes.CLASS, Takes.SCORES, Takes.SCORES_HOT) and x.ndim == 1 and y.shape == (1,):
            x = x[None]
        return x, y if y.shape[1:] != (0,) else None

    def _sorts(self) -> bool:
        """Whether the framework puts the labels in order itself, words as well, and takes the columns to be so."""
        return self.call.takes in (Takes.RAW, Takes.SET) and self.reference.sorts_labels

    def _picks(self, x: Any, y: Any) -> bool:
        """Whether a label is the number of a column, or one of the two classes that a single column tells apart."""
        names, takes = self.dataset.classes, self.call.takes
        if names is None or y.ndim != 1:
            return False
        if names.one:
            return Takes.BINARY in (takes, self.loss.takes) and x.ndim == 1
        of_classes = takes.classes or (takes in (Takes.RAW, Takes.SET) and self.loss.takes in _OF_CLASSES)
        return of_classes and x.ndim == 2 and x.shape[1] == len(names.names)

    def _note_order(self, batch: Batch, x: Any, y: Any) -> None:
        """What the call gives if the columns are taken by their names, and not as if they were sorted."""
        columns = None if self.dataset.classes is None else self.dataset.classes.sorted_columns(y)
        if columns is None or not self._sorts() or x.ndim != 2 or len(columns) != x.shape[1]:
            return
        try:
            terms = self.call.weighted(self.call.terms(x[:, columns], y, dict(batch.extras)), batch.weights)
        except InputError:
            return
        summary = CallSummary(self.call)
        summary.add(terms)
        self._by_name = summary.reduced(self.reduction).value

    def report(self) -> Report:
        """The report on all rows.

        Raises:
            InputError: There were no rows.
        """
        if not self.samples:
            raise InputError("there are no rows", self.dataset.source)
        score = self.values if self.call.takes is Takes.SET else None
        several = score is not None and score.ndim > 0
        reduced = Reduced(None, None, "") if several else self.summary.reduced(self.reduction)
        decisions = (
            *self.dataset.decisions,
            Decision("read as", self.call.kind, f"what {self.reference.name} takes"),
            Decision("convention", self.reference.call, "the call's own"),
            *self.dataset.afterwards(),
        )
        return Report(
            loss=self.loss,
            kind=self.call.kind,
            form=self._form,
            samples=self.samples,
            classes=self._classes,
            axes=self._axes,
            reduction=self.reduction,
            reduced=reduced,
            summary=self.summary.summary,
            signature=self._signature(reduced),
            convention=self.reference.call,
            unit=self.loss.unit,
            notes=(*notes_of(decisions), *self._notes(reduced)),
            decisions=decisions,
            per_sample=None if score is not None and not several else self.values,
            by_sample=self.values is None,
            unreduced=several or self._unreduced,
        )

    def _signature(self, reduced: Reduced) -> str:
        given = [f"{name}={bracketed(value)}" for name, value in sorted(self.options.items())]
        reduction = self.reduction + (f"/{reduced.divided_by}" if reduced.divided_by else "")
        return "|".join(
            [
                f"{self.reference.call}({','.join(given)})",
                self.call.kind,
                reduction,
                self.dtype,
                f"losscli:{__version__}",
            ]
        )

    def _notes(self, reduced: Reduced) -> Iterator[Note]:
        told, bare = self.reference.note, self.reference.unweighted
        weighted = self.summary.summary.weights is not None or any("weight" in name for name in self.options)
        if bare is not None and not weighted:
            told = bare
        if told:
            yield Note("call", f"{self.reference.call}: {told[0].lower()}{told[1:-1]}")
        if self._by_name is not None and self._by_name != reduced.value:
            yield Note(
                "columns-as-sorted",
                f"{self.reference.call} takes the columns in the sorted order of the labels, whatever their names say; "
                f"matched by name the value is {self._by_name:.16g}",
                "put the columns in sorted order",
                severity="warning",
            )
        changed, worst = self.departures.clipped, self.departures.worst_clipped
        if changed and worst is not None:
            how = " and ".join(f"{name} = {value:g}" for name, value in self._floors.items())
            how = f"changed by {how}" if how else "clipped or rescaled"
            yield Note(
                "reading",
                f"{changed:,} row{'s were' if changed > 1 else ' was'} {how}; most in row "
                f"{worst.number + 1:,}: {worst.actual:.7g} instead of {worst.plain:.7g}",
            )
        if self.ignored:
            were = "label was" if self.ignored == 1 else "labels were"
            yield Note("ignored", f"{self.ignored:,} {were} ignored; {self.summary.summary.count:,} counted")
        if reduced.divided_by not in ("", "N") and reduced.divisor is not None:
            yield Note("divisor", f"the sum was divided by {reduced.divided_by} = {reduced.divisor:.10g}")
        divides = self.reference.reductions.rules[self.reduction] is not Rule.SUM and self.call.takes is not Takes.SET
        if divides and reduced.value is not None and not reduced.divisor:
            yield Note("nothing-counted", f"nothing was counted: {self.reference.call} gives {reduced.value:g}")


def _floors(call: Call) -> dict[str, float]:
    """What holds the loss's own formula off its limits in a call, by the loss's name for it."""
    if call.takes is not call.loss.takes:
        return {}
    found = {
        param.name: call.params.get(param.name, param.default) for param in call.loss.params if param.exact is not None
    }
    return {name: value for name, value in found.items() if value}


def _form_of(takes: Takes, x: Any, y: Any) -> str:
    if y is None:
        return "none"
    if takes in (Takes.CLASS, Takes.SCORES, Takes.SCORES_HOT):
        return "sparse" if y.ndim < x.ndim else "soft"
    return {Takes.BINARY: "binary", Takes.MARGIN: "signs", Takes.SIGNED_VECTOR: "signs"}.get(takes, "values")
