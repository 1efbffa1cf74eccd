"""The rows of a batch on their way to a kernel: arranged, judged and checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.core.bad_rows import Problem
from losscli.ops import any_in_row
from losscli.record import field, record, replace
from losscli.text import quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from losscli.core.batch import Batch
    from losscli.core.plan import Plan
    from losscli.core.running import Tally
    from losscli.ops import Array, Index, Mask


@record
class Target:
    """Labels for a kernel: class numbers ``(n, ...)``, or else one number for each prediction."""

    index: Index | None
    dense: Array | None

    def rows(self, mask: Mask) -> Target:
        """The labels of some rows."""
        if self.index is not None:
            return Target(self.index[mask], None)
        assert self.dense is not None
        return Target(None, self.dense[mask])


@record
class Checked:
    """Checked arrays, as a kernel takes them.

    Attributes:
        predictions: ``(m, ...)``, finite but for logits of -inf.
        target: The labels that go with them.
        weights: ``(m,)`` or None.
        lines: Positions of the m rows within the batch; None if none was left out.
        counted: Like the labels, False where one is to be ignored; None if all count.
        extras: Further arrays the kernel takes, by name.
    """

    predictions: Array
    target: Target
    weights: Array | None
    lines: Index | None
    counted: Mask | None
    extras: Mapping[str, NDArray[Any]] = field(default_factory=dict)


@record
class Arranged:
    """Arranged rows of a batch and where they came from."""

    batch: Batch
    predictions: Array
    labels: NDArray[Any]
    weights: Array | None
    lines: Index | None = None

    @property
    def numbers(self) -> int | Index:
        """The rows' 0-based numbers within the data set, or the first row's if none was left out."""
        return self.batch.start if self.lines is None else self.batch.start + self.lines

    def line(self, i: int) -> int:
        """A row's position within the batch."""
        return i if self.lines is None else int(self.lines[i])

    def where(self, bad: Mask) -> Callable[[int], str]:
        """Names the first bad prediction of a row."""

        def place(i: int) -> str:
            column = int(np.flatnonzero(bad[i])[0]) if bad.ndim > 1 else None
            value = self.predictions[i].reshape(-1)[column or 0]
            return f"{self.batch.where(self.line(i), column)}: {value:g}"

        return place

    def where_label(self, bad: Mask) -> Callable[[int], str]:
        """Names the first bad label of a row."""

        def place(i: int) -> str:
            label = self.labels[i][bad[i]].tolist()[0] if bad.ndim > 1 else self.labels[i]
            text = quoted(label) if isinstance(label, str) else f"{label:g}"
            return f"{self.batch.where_label(self.line(i))}: {text}"

        return place

    def without(self, bad: Mask) -> Arranged:
        """The other rows."""
        lines = np.flatnonzero(~bad)
        weights = None if self.weights is None else self.weights[lines]
        return replace(
            self, predictions=self.predictions[lines], labels=self.labels[lines], weights=weights, lines=lines
        )


@record
class RowJudge:
    """Judges rows under a plan, and counts bad ones.

    Attributes:
        plan: The decisions.
        tally: The totals in which bad rows are counted.
        evidence: Whether to collect evidence for diagnostics, too.
    """

    plan: Plan
    tally: Tally
    evidence: bool

    def report(
        self,
        kind: str,
        bad: Mask,
        sentences: tuple[str, str],
        place: Callable[[int], str],
        hint: str = "",
        *,
        fatal: bool = False,
    ) -> None:
        """Count rows in which ``bad`` is set anywhere; ``sentences`` are for one row and for ``{n}`` rows."""
        if not bad.any():
            return
        lines = np.flatnonzero(any_in_row(bad))
        places = (place(int(i)) for i in lines)
        fatal = fatal or self.plan.refuses is None or kind in self.plan.refuses
        problem = Problem(kind, *sentences, hint, fatal=fatal)
        self.tally.problems.report(problem, len(lines), int(bad.sum()), places)
