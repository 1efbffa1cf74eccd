"""Which group a row belongs to: by a column, by ranges of its numbers, by its file, its label or its prediction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.core.groups.parts import FILE, LABEL, MOST, PREDICTED, Coded, in_order, refuse_more, shown
from losscli.errors import InputError
from losscli.losses.vocabulary import Domain, Form, Takes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from losscli.core.batch import Batch
    from losscli.core.checked import Checked
    from losscli.core.groups.parts import Key, Part
    from losscli.core.plan import Plan
    from losscli.ops import Index


class Grouper:
    """Numbers groups in order of appearance."""

    def __init__(self, parts: tuple[Part, ...]) -> None:
        self.parts = parts
        self._own: list[dict[Key, int]] = [{} for _ in parts]
        self._known: list[Index] = [np.empty(0, np.intp) for _ in parts]
        self._sources: list[list[Key] | None] = [None for _ in parts]
        self._together: dict[tuple[int, ...], int] = {}

    def __len__(self) -> int:
        return len(self._own[0] if len(self.parts) == 1 else self._together)

    def split(self, plan: Plan, batch: Batch, checked: Checked) -> list[tuple[tuple[str, ...], Index]]:
        """The names of the groups, and the places of their rows."""
        groups = self.groups(plan, batch, checked)
        order = np.argsort(groups, kind="stable")
        ends = np.cumsum(np.bincount(groups, minlength=len(self)))
        if self.by_checked and checked.lines is not None:
            order = checked.lines[order]
        rows = np.split(order, ends[:-1])
        keys, names = self.keys(), plan.class_names
        return [(shown(self.parts, keys[i], names), rows[i]) for i in in_order(self.parts, keys) if len(rows[i])]

    def keys(self) -> list[tuple[Key, ...]]:
        """The keys of each group."""
        if len(self.parts) == 1:
            return [(key,) for key in self._own[0]]
        owns = [list(own) for own in self._own]
        return [tuple(own[i] for own, i in zip(owns, codes, strict=True)) for codes in self._together]

    @property
    def by_checked(self) -> bool:
        """Whether only checked rows have a group."""
        return any(part.source in (LABEL, PREDICTED) for part in self.parts)

    def groups(self, plan: Plan, batch: Batch, checked: Checked) -> Index:
        """The group of each row, or of each checked row if only those have one.

        Raises:
            InputError: Rows have no label or predicted class, or there are too many groups.
        """
        codes = [self._codes(i, plan, batch, checked) for i in range(len(self.parts))]
        if len(codes) == 1:
            return codes[0]
        together = codes[0]
        for own in codes[1:]:
            _, first, together = np.unique(together * MOST + own, return_index=True, return_inverse=True)
        numbers: Index = np.empty(len(first), np.intp)
        for i in np.argsort(first).tolist():  # in order of appearance
            found = tuple(int(own[first[i]]) for own in codes)
            numbers[i] = self._together.setdefault(found, len(self._together))
        refuse_more(len(self._together), self.parts)
        return numbers[together]

    def _codes(self, i: int, plan: Plan, batch: Batch, checked: Checked) -> Index:
        """The number of each row's key among those of a part."""
        coded = self._coded(self.parts[i], plan, batch, checked)
        own, known = self._own[i], self._known[i]
        if self._sources[i] is not coded.keys:
            self._sources[i], known = coded.keys, known[:0]
        if len(known) < len(coded.keys):
            more = [own.setdefault(key, len(own)) for key in coded.keys[len(known) :]]
            known = np.concatenate((known, np.array(more, np.intp)))
            refuse_more(len(own), self.parts[i : i + 1])
        self._known[i] = known
        return known[coded.codes]

    def _coded(self, part: Part, plan: Plan, batch: Batch, checked: Checked) -> Coded:
        if part.source == LABEL:
            return _of_numbers(_labels(plan, checked))
        if part.source == PREDICTED:
            return _of_numbers(_predictions(plan, checked))
        if part.source == FILE:
            return Coded([batch.file or ""], np.zeros(len(checked.predictions if self.by_checked else batch), np.intp))
        column = batch.columns[part.source]
        return column if checked.lines is None or not self.by_checked else column.some(checked.lines)


def _of_numbers(values: NDArray[Any]) -> Coded:
    if values.dtype.kind == "i" and values.size and values.min() >= 0:
        keys = np.flatnonzero(np.bincount(values))
        codes = np.empty(int(keys[-1]) + 1, np.intp)
        codes[keys] = np.arange(len(keys))
        return Coded(keys.tolist(), codes[values])
    keys, codes = np.unique(values, return_inverse=True)
    return Coded(keys.tolist(), codes.reshape(-1))


def _labels(plan: Plan, checked: Checked) -> NDArray[Any]:
    """The class number, or the word, of each row's label.

    Raises:
        InputError: Rows have none, or several.
    """
    target, form = checked.target, plan.layout.form
    found: NDArray[Any] | None = target.index if target.index is not None else target.dense
    if found is None or form is Form.NONE or found.shape[1:] == (0,):
        raise InputError("--by label: there are no labels")
    if found.ndim == 2 and plan.per_class and target.index is None:
        hot = (found.max(axis=1) == 1.0) & (found.sum(axis=1) == 1.0)
        if not hot.all():
            raise InputError("--by label: a label is a distribution, not one class")
        hottest: NDArray[Any] = found.argmax(axis=1)
        return hottest
    if found.ndim > 1:
        raise InputError("--by label: a row has several labels", hint="--by COL")
    if found.dtype == object or target.index is not None:
        return found
    values = form is Form.VALUES and not plan.decided and plan.loss.domain is not Domain.CLASS_NUMBERS
    if values or form is Form.SOFT or (found != np.round(found)).any():
        raise InputError("--by label: the labels are numbers, not classes", hint="--by COL:18,30,65 or COL/10")
    return found.astype(np.intp) if (found >= 0.0).all() else found


def _predictions(plan: Plan, checked: Checked) -> NDArray[Any]:
    """The class that is predicted for each row.

    Raises:
        InputError: Predictions do not determine a class.
    """
    x = checked.predictions
    if plan.per_class and x.ndim == 2 and x.shape[1] > 1:
        largest: NDArray[Any] = x.argmax(axis=1)
        return largest
    if plan.takes is Takes.BINARY and x.ndim == 1:
        return (x > plan.halfway).astype(np.intp)
    if x.ndim == 1 and (plan.decided or plan.loss.domain is Domain.CLASS_NUMBERS):
        return x if x.dtype == object or (x < 0.0).any() or (x != np.round(x)).any() else x.astype(np.intp)
    several = "a row has several predictions" if x.ndim > 1 else "the predictions are numbers, not classes"
    raise InputError(f"--by predicted: {several}", hint="--by COL:18,30,65 or COL/10")
