"""What a framework's call was given and returned, and what a plain loss would say of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.core.calls.call_reduced import call_reduced, summary_of
from losscli.core.calls.call_terms import weighted
from losscli.core.note import Note
from losscli.core.plain_values import Values, per_sample
from losscli.errors import InputError
from losscli.losses.vocabulary import EXACT
from losscli.record import record, replace
from losscli.text import listed, printable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from losscli.core.batch import Batch
    from losscli.core.calls.call_terms import Terms
    from losscli.core.calls.call_values import Call
    from losscli.core.checked import Checked
    from losscli.core.class_names import ClassNames
    from losscli.core.plan import Plan
    from losscli.ops import Array, Mask


@record
class Called:
    """What a call was given, and what it made of it.

    Attributes:
        x: Predictions as the call takes them.
        y: Labels as the call takes them, or None.
        weights: Sample weights that are multiplied with the values; None without weights.
        terms: The values, weights applied.
    """

    call: Call
    batch: Batch
    x: Any
    y: Any
    extras: Mapping[str, Any]
    weights: Array | None
    terms: Terms

    def values(self, plan: Plan, checked: Checked, loss: Array) -> Values:
        """The values and what the convention did to them; read again if the kernel reads predictions itself."""
        read, shape = self.terms.read, loss.shape
        if read is not None:
            log_p: Array | None = read.log_p
            if read.log_q is not None:
                log_p = np.where(self.y > 0.5, read.log_p, read.log_q) if shape == self.y.shape else None
            log_p = log_p if log_p is not None and log_p.shape == shape and not (log_p > 0.0).any() else None
            return Values(loss, _fitted(read.clipped, shape), _fitted(read.rescaled, shape), log_p)
        reading = self.call.reference.reading
        if not plan.takes.predicts_label or reading == EXACT:
            return Values(loss)
        mine = per_sample(plan, checked.predictions, checked.target, reading)
        return replace(mine, loss=loss) if mine.loss.shape == loss.shape else Values(loss)

    def order_note(self, columns: ClassNames | None, reduction: str) -> tuple[Note, ...]:
        """For a call that takes columns in sorted order: the value if they were taken by their names instead."""
        named = None if columns is None else self._by_name(columns)
        if named is None or columns is None:
            return ()
        reference = self.call.reference
        try:
            terms = weighted(reference, self.call.terms(named, self.y, self.extras), self.weights)
        except InputError:
            return ()
        value, mine = (call_reduced(self.call, summary_of(one), reduction).value for one in (terms, self.terms))
        if value is None or value == mine:
            return ()
        takes = "the columns in the sorted order of the labels, whatever their names say"
        order = columns.sorted_columns(self.y) or ()
        hint = f"put them in the order {listed([columns.names[i] for i in order])}"
        where = f"columns {listed(columns.names)}"
        if columns.one:
            takes, hint = "the only column for the class that is sorted last, whatever its name says", "1 - p"
            where = f"the column of {printable(columns.names[1])}"
        what = f"{reference.call} takes {takes}; matched by name the value is {value:.16g}"
        return (Note("columns-as-sorted", what, hint, "warning", where),)

    def _by_name(self, columns: ClassNames) -> Any:
        """The predictions with columns ordered by name; None if that changes nothing."""
        x, y = self.x, self.y
        if y is None or x.dtype == object:
            return None
        if columns.one:
            single = x.ndim == 1 or (x.ndim == 2 and x.shape[1] == 1)
            within = bool(x.size) and x.min() >= 0.0 and x.max() <= 1.0
            return 1.0 - x if single and within and columns.is_of_first(y) else None
        if x.ndim != 2 or np.shape(y) == x.shape:  # several outputs, which are paired already
            return None
        order = columns.sorted_columns(y)
        return None if order is None or len(order) != x.shape[1] else x[:, order]


def _fitted(mask: Mask | None, shape: tuple[int, ...]) -> Mask | None:
    """A mask over what was read, in the shape of the values computed from it."""
    if mask is None or mask.shape == shape:
        return None if mask is None else np.atleast_1d(mask)
    fitted: Mask = np.asarray(mask.any(axis=tuple(range(min(len(shape), mask.ndim), mask.ndim))))
    if fitted.ndim and shape[: fitted.ndim] == fitted.shape:
        return np.broadcast_to(fitted.reshape(*fitted.shape, *[1] * (len(shape) - fitted.ndim)), shape)
    return np.full(shape or (1,), bool(fitted.any()))
