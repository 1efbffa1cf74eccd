"""Per-sample results of one batch, and single rows of them ready to be shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.core.report import Row
from losscli.losses.spec import Takes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from losscli.core.batch import Batch
    from losscli.core.checks import Checked
    from losscli.core.plan import Plan
    from losscli.core.values import Values

    Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rows:
    """The samples of one batch.

    Attributes:
        start: 0-based number of the first.
        loss: ``(n, ...)``, weights applied; 0 where a label is ignored, NaN where a row was skipped.
    """

    start: int
    loss: Array
    _plan: Plan
    _batch: Batch
    _checked: Checked
    _log_p: Array | None

    @classmethod
    def of(cls, plan: Plan, batch: Batch, checked: Checked, values: Values, loss: Array) -> Rows:
        """Put the losses of the checked rows back to where they stood in the batch."""
        if checked.lines is not None:
            whole = np.full((len(batch), *loss.shape[1:]), np.nan)
            whole[checked.lines] = loss
            loss = whole
        return cls(batch.start, loss, plan, batch, checked, values.log_p)

    def __len__(self) -> int:
        return len(self.loss)

    def __iter__(self) -> Iterator[Row]:
        return (self.row(i) for i in range(len(self.loss)))

    def row(self, i: int) -> Row:
        """Sample ``i`` of this batch."""
        ids = self._batch.ids
        checked = self._checked
        at: int | None = i
        if checked.lines is not None:
            place = int(np.searchsorted(checked.lines, i))
            at = place if place < len(checked.lines) and checked.lines[place] == i else None
        loss = self.loss[i].tolist()
        number, name = self.start + i + 1, None if ids is None else ids[i]
        if at is None:
            return Row(number, name, None, None, None, loss, counted=False)
        counted = True if checked.counted is None else bool(np.all(checked.counted[at]))
        probability = None
        if counted and self._log_p is not None and self._log_p.ndim == 1:
            probability = float(np.exp(self._log_p[at]))
        return Row(number, name, self._label(at, i, counted), probability, self._predicted(at), loss, counted)

    def _name(self, index: int) -> str | int:
        names = self._plan.names
        return index if names is None else names.names[index]

    @property
    def _choice(self) -> bool:
        return self._plan.per_class and self._plan.loss.takes is not Takes.DISTRIBUTION

    def _label(self, at: int, i: int, counted: bool) -> Any:
        target = self._checked.target
        if target.index is not None:
            if not counted:
                return self._batch.labels[i].tolist()
            index = target.index[at].tolist()
            return self._name(index) if isinstance(index, int) else index
        assert target.dense is not None
        dense = target.dense[at]
        if self._choice and dense.ndim == 1 and dense.max() == 1.0 == dense.sum():
            return self._name(int(dense.argmax()))
        return dense.tolist()

    def _predicted(self, at: int) -> Any:
        x = self._checked.predictions[at]
        return self._name(int(x.argmax())) if self._choice and x.ndim == 1 else x.tolist()
