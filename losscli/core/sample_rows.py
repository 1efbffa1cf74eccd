"""Per-sample results of one batch, and rows ready to be shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.core.shown_rows import Bulk, ShownColumns
from losscli.losses.vocabulary import Domain, Form, Takes
from losscli.ops import any_in_row
from losscli.record import record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.core.batch import Batch
    from losscli.core.checked import Checked
    from losscli.core.plain_values import Decided
    from losscli.core.plan import Plan
    from losscli.core.shown_rows import Row
    from losscli.core.steps import Computed
    from losscli.ops import Array, Index, Labels, Mask


def means(loss: Array, counted: Mask | None) -> tuple[Array, Mask]:
    """The mean over what counts in each row, and which rows count at all.

    Args:
        loss: ``(n, ...)``, 0 where it does not count.
        counted: ``(n, ...)``; None if all of it counts.
    """
    rows = np.ones(len(loss), dtype=bool) if counted is None else any_in_row(counted)
    if loss.ndim == 1:
        return loss, rows
    axes = tuple(range(1, loss.ndim))
    size = loss[:1].size if counted is None else np.maximum(counted.sum(axis=axes), 1)
    with np.errstate(over="ignore", invalid="ignore"):
        return loss.sum(axis=axes) / size, rows


@record
class SampleRows:
    """The samples of one batch.

    Attributes:
        start: 0-based number of the first.
        loss: ``(n, ...)``, weights applied; 0 where a label is ignored, NaN where a row was skipped.
        others: The same samples under each baseline.
    """

    start: int
    loss: Array
    _plan: Plan
    _batch: Batch
    _checked: Checked
    _log_p: Array | None
    _counted: Mask | None = None
    others: tuple[SampleRows, ...] = ()
    _decided: Decided | None = None

    @classmethod
    def of(cls, computed: Computed, decided: Decided | None = None) -> SampleRows:
        """Put the losses of the checked rows back to their positions in the batch.

        Args:
            computed: The checked rows.
            decided: The classes of their labels and predictions, if known already.
        """
        batch, checked, loss = computed.batch, computed.checked, computed.loss
        if checked.lines is not None:
            whole = np.full((len(batch), *loss.shape[1:]), np.nan)
            whole[checked.lines] = loss
            loss = whole
        log_p = computed.values.log_p
        return cls(batch.start, loss, computed.plan, batch, checked, log_p, computed.counted, (), decided)

    def __len__(self) -> int:
        return len(self.loss)

    @property
    def each(self) -> tuple[Array, Mask]:
        """``(n,)``: the mean over what counts in each row, and which rows count at all."""
        lines, counted = self._checked.lines, self._counted
        if lines is None:
            return means(self.loss, counted)
        whole = np.zeros(self.loss.shape, dtype=bool)
        whole[lines] = True if counted is None else counted
        return means(self.loss, whole)

    @property
    def raw(self) -> Any:
        """The rows as they are in the input, if they are to be written again."""
        return self._batch.raw

    def row(self, i: int) -> Row:
        """Sample ``i`` of this batch."""
        return next(iter(self.columns(i, i + 1)))

    def columns(self, start: int = 0, stop: int | None = None) -> ShownColumns:
        """The samples from ``start`` up to ``stop``."""
        stop = len(self) if stop is None else stop
        checked, ids = self._checked, self._batch.ids
        lines: Index | None = None
        at = slice(start, stop)
        if checked.lines is not None:
            at = slice(*np.searchsorted(checked.lines, [start, stop]).tolist())
            lines = checked.lines[at] - start
        size = len(checked.predictions[at])
        counted = complete = [True] * size
        if checked.counted is not None:
            counted = any_in_row(checked.counted[at]).tolist()
            complete = (~any_in_row(~checked.counted[at])).tolist()
        probabilities: Sequence[float | None] = [None] * size
        if self._log_p is not None and self._log_p.ndim == 1:
            probabilities = Bulk(np.exp(self._log_p[at]))
            if checked.counted is not None:
                probabilities = [p if counts else None for p, counts in zip(probabilities, counted, strict=True)]
        labels = self._labels(at)
        if not all(complete):
            own = self._batch.labels[start:stop]
            own = (own if lines is None else own[lines]).tolist()
            labels = [label if counts else raw for label, raw, counts in zip(labels, own, complete, strict=True)]

        def placed(values: Sequence[Any], empty: Any = None) -> Sequence[Any]:
            """One value for each row, also for those that were skipped."""
            if lines is None:
                return values
            whole = [empty] * (stop - start)
            for line, value in zip(lines.tolist(), values, strict=True):
                whole[line] = value
            return whole

        return ShownColumns(
            numbers=range(self.start + start + 1, self.start + stop + 1),
            ids=None if ids is None else ids[start:stop],
            labels=placed(labels),
            probabilities=placed(probabilities),
            predicted=placed(self._predicted(at)),
            losses=_in_bulk((self.each[0] if self._plan.per_class else self.loss)[start:stop]),
            counted=placed(counted, False),
        )

    def _names(self, classes: Index) -> Sequence[Any]:
        names = self._plan.names
        if names is None:
            return _in_bulk(classes)
        if classes.ndim == 1:
            return Bulk(classes, names.names)
        found: list[Any] = np.array(names.names, dtype=object)[classes].tolist()
        return found

    @property
    def _numbered(self) -> bool:
        """Whether classes with names are compared by their numbers."""
        return self._plan.by_name and self._plan.loss.domain is Domain.CLASS_NUMBERS

    @property
    def _choice(self) -> bool:
        return self._plan.per_class and self._plan.takes is not Takes.DISTRIBUTION

    def _labels(self, at: slice) -> Sequence[Any]:
        target = self._checked.target
        if target.index is not None:
            return self._names(target.index[at])
        if self._plan.layout.form is Form.NONE and self._plan.loss.takes is Takes.CLASS:
            return [None] * len(self._checked.predictions[at])
        assert target.dense is not None
        dense = target.dense[at]
        if self._numbered and dense.ndim == 1:
            return self._names(dense.astype(np.intp))
        values: Sequence[Any] = [None] * len(dense) if dense.shape[1:] == (0,) else _in_bulk(dense)
        if self._choice and dense.ndim == 2:
            hot = (dense.max(axis=1) == 1.0) & (dense.sum(axis=1) == 1.0)
            names = self._names(dense.argmax(axis=1))
            values = [name if one else row for name, row, one in zip(names, values, hot.tolist(), strict=True)]
        return values

    def _predicted(self, at: slice) -> Sequence[Any]:
        x = self._checked.predictions[at]
        if self._numbered and x.ndim == 1:
            return self._names(x.astype(np.intp))
        if not self._choice or x.ndim == 1:
            return _in_bulk(x)
        return self._names(x.argmax(axis=-1) if self._decided is None else self._decided[1][at])


def _in_bulk(values: Labels) -> Sequence[Any]:
    """The values of an array; as a list, if they are words or rows of several numbers."""
    if values.ndim > 1 or values.dtype.kind not in "fi":
        found: list[Any] = values.tolist()
        return found
    return Bulk(values)
