"""The interface between inputs and core: batches of arrays, and the decisions made in reading them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.errors import InputError, UsageError
from losscli.record import field, record, replace
from losscli.text import count, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from losscli.core.class_names import ClassNames
    from losscli.core.groups.parts import Coded, Part
    from losscli.core.raw_rows import RawForm
    from losscli.core.shards import Cuts
    from losscli.ops import Array, Index

    Axes = tuple[tuple[int, ...], tuple[int, ...]]  # of a row of predictions, and of one of labels

_NAMED = 3


def row_place(row: int, column: int | None = None) -> str:
    """The place of a row of an array, whatever the column."""
    return f"row {row + 1}"


@record
class Decision:
    """A decision about the input with its reason; shown with every result.

    Attributes:
        note: Also written to stderr, as the result may not be what was meant.
    """

    what: str
    value: str
    reason: str
    note: bool = False


@record
class Baseline:
    """A baseline (other predictions for the same rows), as far as it is known before the first row.

    Attributes:
        name: Its name as the user typed it.
        classes: The classes of its columns, if known.
        tabular: Its rows are lines of a table.
        source: Its name in messages.
        saved: The saved result, if it is one; its losses then take the place of predictions.
    """

    name: str
    classes: ClassNames | None = None
    tabular: bool = False
    source: str = ""
    saved: Mapping[str, Any] | None = None


@record
class Other:
    """The predictions of a baseline for the rows of a batch.

    Attributes:
        predictions: ``(n, ...)``, as in a batch.
        where: As in a batch.
    """

    predictions: Array
    where: Callable[[int, int | None], str] = field(default=row_place)


@record
class Batch:
    """Consecutive rows of a data set.

    Attributes:
        start: 0-based number of the first row within the whole data set.
        predictions: ``(n, ...)`` float64; where the loss compares labels with labels, perhaps ``(n,)`` of ``str``
            objects.
        labels: ``(n, ...)`` float64 or int64, or ``(n,)`` of ``str`` objects (class names); ``(n, 0)`` if the loss
            takes none.
        weights: ``(n, ...)`` float64 or None.
        ids: One text per row or None.
        where: ``where(i, column)`` names the place of row ``i`` of this batch, as in
            ``preds.csv:12, column p_cat``; ``column`` counts the prediction columns, None is the whole row.
        where_label: The same for the labels (another file, perhaps).
        extras: Further arrays by the names that the loss has for them: ``(n, ...)`` float64, or bool if the input
            says true and false. One that is the same for all rows may be a view that can't be written to.
        others: The predictions of each baseline for these rows.
        columns: Further columns, by which rows are grouped.
        clusters: The cluster of each row; None if rows are independent.
        file: The file of these rows.
        raw: The rows as they are in the input, one text per row or typed rows, if they are to be written again.
        before: Number of rows before a shard, where rows are resampled by their numbers; else 0.
    """

    start: int
    predictions: Array
    labels: NDArray[Any]
    weights: Array | None = None
    ids: Sequence[str] | None = None
    where: Callable[[int, int | None], str] = field(default=row_place)
    where_label: Callable[[int], str] = field(default=row_place)
    extras: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    others: tuple[Other, ...] = ()
    columns: Mapping[str, Coded] = field(default_factory=dict)
    clusters: Coded | None = None
    file: str | None = None
    raw: Any = None
    before: int = 0

    def __len__(self) -> int:
        return len(self.predictions)

    @property
    def axes(self) -> Axes:
        """The axes of a row of predictions, and of one of labels."""
        return self.predictions.shape[1:], self.labels.shape[1:]

    @property
    def every_axes(self) -> tuple[tuple[int, ...], ...]:
        """The axes of a row of predictions, of one of labels, and of one of each baseline."""
        return (*self.axes, *(other.predictions.shape[1:] for other in self.others))

    def refuse_other(self, axes: tuple[tuple[int, ...], ...]) -> None:
        """Refuse rows whose shape differs from the first batch: lists of another length, perhaps in another file."""
        if self.every_axes == axes:
            return
        if self.axes == axes[:2]:
            i = next(i for i, other in enumerate(self.others) if other.predictions.shape[1:] != axes[2 + i])
            what = f"a row of the shape {self.every_axes[2 + i]}, that of the first is {axes[2 + i]}"
            raise InputError(what, self.others[i].where(0, None))
        of_labels = self.axes[0] == axes[0]
        what = f"a row of the shape {self.axes[of_labels]}, that of the first is {axes[of_labels]}"
        raise InputError(what, self.where_label(0) if of_labels else self.where(0, None))

    def head(self, count: int) -> Batch:
        """The first rows."""
        if count >= len(self):
            return self
        ids = None if self.ids is None else self.ids[:count]
        return replace(self._picked(slice(count)), ids=ids)

    def some(self, rows: Index) -> Batch:
        """Some rows by their positions, renumbered from 0."""
        where, where_label = self.where, self.where_label
        return replace(
            self._picked(rows),
            start=0,
            ids=None if self.ids is None else [self.ids[row] for row in rows.tolist()],
            where=lambda row, column: where(int(rows[row]), column),
            where_label=lambda row: where_label(int(rows[row])),
        )

    def _picked(self, rows: slice | Index) -> Batch:
        return replace(
            self,
            predictions=self.predictions[rows],
            labels=self.labels[rows],
            weights=None if self.weights is None else self.weights[rows],
            extras={name: array[rows] for name, array in self.extras.items()},
            others=tuple(replace(other, predictions=other.predictions[rows]) for other in self.others),
            columns={name: column.some(rows) for name, column in self.columns.items()},
            clusters=None if self.clusters is None else self.clusters.some(rows),
        )

    def classes_last(self, axis: int) -> Batch:
        """The rows with the class axis ``axis`` moved to the end, also of labels with as many axes as predictions.

        Raises:
            UsageError: The predictions have no such axis, or it is that of the rows.
        """
        import numpy as np

        shape = self.predictions.shape
        if axis == 0 or not -len(shape) < axis < len(shape):
            what = f"the predictions have {count(len(shape), 'axis', 'axes')}, and the first is that of the rows"
            raise UsageError(f"--class-axis {axis}: {what}")

        def turned(array: NDArray[Any]) -> NDArray[Any]:
            return np.ascontiguousarray(np.moveaxis(array, axis, -1)) if array.ndim == len(shape) else array

        places = turned(np.arange(self.predictions[:1].size).reshape(1, *shape[1:])).ravel()
        where = self.where
        return replace(
            self,
            predictions=turned(self.predictions),
            labels=turned(self.labels),
            others=tuple(replace(other, predictions=turned(other.predictions)) for other in self.others),
            where=lambda row, column: where(row, None if column is None else int(places[column])),
        )

    def of(self, other: Other) -> Batch:
        """The same rows with the predictions of a baseline."""
        return replace(self, predictions=other.predictions, where=other.where, others=())


@record(frozen=False)
class Remarks:
    """Oddities of the rows read so far; mergeable with those of later rows.

    Attributes:
        any_row: At least one row was read.
        blank: Blank lines before a row.
        trailing: Blank lines after the last row, which do not count if the file ends there.
        bare: Files without a header, where the first has one.
        empty: Files without rows.
        nulls: Sequences whose first value is null.
        where: The condition by which rows were picked: ``picked`` of ``seen`` rows; it is undecided for ``unknown``.
    """

    any_row: bool = False
    blank: int = 0
    trailing: int = 0
    bare: list[str] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)
    nulls: int = 0
    where: str = ""
    seen: int = 0
    picked: int = 0
    unknown: int = 0

    def merge(self, later: Remarks) -> None:
        """Add the oddities of later rows."""
        if later.any_row or later.blank:
            self.blank += self.trailing + later.blank
            self.trailing = 0
        self.any_row |= later.any_row
        self.trailing += later.trailing
        self.bare += later.bare
        self.empty += later.empty
        self.nulls += later.nulls
        self.seen += later.seen
        self.picked += later.picked
        self.unknown += later.unknown

    @property
    def complete(self) -> bool:
        """Whether nothing is missing once all parts are merged, such as the partner of a held row."""
        return True

    def decisions(self) -> tuple[Decision, ...]:
        """The oddities as decisions."""
        found: tuple[Decision, ...] = ()
        if self.blank:
            lines = count(self.blank, "blank line")
            found += (Decision("blank lines", f"{lines} skipped", "rows of this table have several fields"),)
        if self.bare:
            found += (Decision("no header", listed(self.bare), "their columns are taken to be those of the first"),)
        if self.empty:
            found += (Decision("no rows", listed(self.empty), "they contribute nothing"),)
        if self.nulls:
            one = "the first value is null" if self.nulls == 1 else f"{self.nulls} first values are null"
            found += (Decision("skipped", one, "nothing stands before the first token", note=True),)
        if self.where:
            unknown = f"; {count(self.unknown, 'row has', 'rows have')} no value to compare" if self.unknown else ""
            found += (
                Decision("rows", f"{self.picked:,} of {self.seen:,}", f"--where {printable(self.where)}{unknown}"),
            )
        return found


def listed(names: Sequence[str]) -> str:
    """The number of names, and the first and last few."""
    shown = ", ".join(names) if len(names) <= _NAMED else f"{names[0]}, {names[1]} … {names[-1]}"
    return f"{len(names)}: {shown}" if len(names) > 1 else shown


@record
class Dataset:
    """A stream of batches and what is known before the first one.

    Attributes:
        batches: The rows in order; every batch has at least one row, all have the same trailing axes.
        classes: The classes of the prediction columns, if the input names them.
        decisions: Format, delimiter, header, columns: each with its reason.
        source: The name of the predictions in messages (``preds.csv``, ``stdin``, ``PREDICTIONS``).
        remarks: Oddities by source, such as skipped blank lines; complete once all batches are read.
        told: Further decisions that are complete once all batches are read.
        tabular: The rows are lines of a table: a single prediction column is many rows, never one row of classes.
        by: The grouping keys; empty without groups.
        cuts: How the rows can be shared out among processes; None if one process must read them.
        raw: The form of the rows in the input, if they are to be written again.
        baselines: The baselines whose predictions the batches carry.
        called: The name of the predictions next to those of baselines.
    """

    batches: Iterator[Batch]
    classes: ClassNames | None = None
    decisions: tuple[Decision, ...] = ()
    source: str = "PREDICTIONS"
    remarks: Callable[[], Sequence[Remarks]] = tuple
    told: Callable[[], tuple[Decision, ...]] = tuple
    tabular: bool = False
    by: tuple[Part, ...] = ()
    cuts: Cuts[Dataset] | None = None
    raw: RawForm | None = None
    baselines: tuple[Baseline, ...] = ()
    called: str = ""

    def of(self, baseline: Baseline) -> Dataset:
        """The data set of a baseline, without its rows."""
        return Dataset(
            iter(()), classes=baseline.classes, source=baseline.source or self.source, tabular=baseline.tabular
        )

    def afterwards(self) -> tuple[Decision, ...]:
        """The decisions that are complete once all batches are read, without duplicates."""
        remarks = dict.fromkeys(decision for remarks in self.remarks() for decision in remarks.decisions())
        return (*remarks, *self.told())
