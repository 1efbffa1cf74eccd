"""What the inputs give to the core: arrays, a batch at a time, and how they were found."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from losscli.errors import InputError, UsageError
from losscli.record import field, record, replace
from losscli.text import count, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from losscli.core.class_names import ClassNames
    from losscli.core.parts import Coded, Part
    from losscli.core.raw_rows import RawForm
    from losscli.ops import Array, Index

    Axes = tuple[tuple[int, ...], tuple[int, ...]]  # of a row of predictions, and of one of labels

T = TypeVar("T")
U = TypeVar("U")

_NAMED = 3


@record
class Decision:
    """One thing that was decided about the input, and why; shown with every result.

    Attributes:
        note: It is also told on stderr: the number may be another than was meant.
    """

    what: str
    value: str
    reason: str
    note: bool = False


@record
class Baseline:
    """Other predictions for the same rows, as far as they are known before the first row.

    Attributes:
        name: What the user calls it.
        classes: What its columns stand for, if the input says it.
        tabular: Its rows are lines of a table.
        source: What it is called in messages.
        saved: The result that was saved, if it is one: its losses are in the place of predictions.
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
        predictions: ``(n, ...)``, as those of a batch.
        where: As that of a batch.
    """

    predictions: Array
    where: Callable[[int, int | None], str] = field(default=lambda row, column: f"row {row + 1}")


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
        others: What each of the baselines predicts for them.
        columns: Further columns by which rows are grouped.
        clusters: Which rows belong together; None if each stands for itself.
        file: The file of these rows, of several.
        raw: What they are in the input, if they are to be handed on: one text a row, or typed rows.
    """

    start: int
    predictions: Array
    labels: NDArray[Any]
    weights: Array | None = None
    ids: Sequence[str] | None = None
    where: Callable[[int, int | None], str] = field(default=lambda row, column: f"row {row + 1}")
    where_label: Callable[[int], str] = field(default=lambda row: f"row {row + 1}")
    extras: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    others: tuple[Other, ...] = ()
    columns: Mapping[str, Coded] = field(default_factory=dict)
    clusters: Coded | None = None
    file: str | None = None
    raw: Any = None

    def __len__(self) -> int:
        return len(self.predictions)

    @property
    def axes(self) -> Axes:
        """The axes of a row of predictions, and of one of labels."""
        return self.predictions.shape[1:], self.labels.shape[1:]

    @property
    def every_axes(self) -> tuple[tuple[int, ...], ...]:
        """The same, and those of a row of each baseline."""
        return (*self.axes, *(other.predictions.shape[1:] for other in self.others))

    def refuse_other(self, axes: tuple[tuple[int, ...], ...]) -> None:
        """Refuse rows with other axes than the first batch had: lists of another length, in another file."""
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
        """Some rows, by their places; they are counted from 0."""
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
        """The rows with their classes, which stand along ``axis``, along the last axis.

        Labels that have as many axes as the predictions are turned, too.

        Raises:
            UsageError: The predictions have no such axis, or it is that of the rows.
        """
        import numpy as np

        shape = self.predictions.shape
        if axis == 0 or not -len(shape) < axis < len(shape):
            what = f"the predictions have {count(len(shape), 'axis', 'axes')}, and the first is that of the rows"
            raise UsageError(f"--class-axis {axis}: {what}")

        def turned(array: NDArray[Any]) -> NDArray[Any]:
            return np.ascontiguousarray(np.moveaxis(array, axis, -1))

        places = turned(np.arange(self.predictions[:1].size).reshape(1, *shape[1:])).ravel()
        where = self.where
        return replace(
            self,
            predictions=turned(self.predictions),
            labels=turned(self.labels) if self.labels.ndim == len(shape) else self.labels,
            others=tuple(replace(other, predictions=turned(other.predictions)) for other in self.others),
            where=lambda row, column: where(row, None if column is None else int(places[column])),
        )

    def of(self, other: Other) -> Batch:
        """The same rows as a baseline sees them."""
        return replace(self, predictions=other.predictions, where=other.where, others=())


@record(frozen=False)
class Remarks:
    """What was odd about rows that went by; it merges with what was odd about later ones.

    Attributes:
        any_row: There was a row.
        blank: Blank lines before a row.
        trailing: Those after the last row, which are nothing if the file ends here.
        bare: Files without a header, where the first has one.
        empty: Files without rows.
        nulls: Sequences whose first value is null.
        where: The condition by which rows were picked; ``seen`` so many, ``picked`` so many, of which it is not known
            whether it holds for ``unknown``.
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
        """Add what was odd about later rows."""
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

    def decisions(self) -> tuple[Decision, ...]:
        """What there is to say."""
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
    """How many names there are, and some of them."""
    shown = ", ".join(names) if len(names) <= _NAMED else f"{names[0]}, {names[1]} … {names[-1]}"
    return f"{len(names)}: {shown}" if len(names) > 1 else shown


class Apply(Protocol):
    """``map``, perhaps by several processes: results come in the order of the arguments."""

    def __call__(self, function: Callable[[Any], Any], arguments: Sequence[Any], /) -> Iterator[Any]:
        """The results; both the function and its arguments can be pickled."""


class MiscutError(Exception):
    """The rows were not cut where records begin, or not at the same rows in all files: one process must read them."""


@record
class Shard(Generic[T]):
    """Some consecutive rows, to be read elsewhere: it can be pickled.

    Attributes:
        size: Bytes, about.
        read: Opens the rows, counted from 0; the names of their places are those in the whole.
        rows: How many there are; 0 if nobody has counted.
    """

    size: int
    read: Callable[[], T]
    rows: int = 0

    def then(self, function: Callable[[T], U]) -> Shard[U]:
        """The same rows, each time passed through a function, which can be pickled."""
        return Shard(self.size, partial(_composed, self.read, function), self.rows)


def _composed(read: Callable[[], T], function: Callable[[T], U]) -> U:
    return function(read())


@record
class Cuts(Generic[T]):
    """How rows can be shared out.

    Attributes:
        size: Bytes of the whole.
        shards: Cuts the rows into shards of about so many bytes, in order. Finding the ends of records needs a scan;
            the second argument runs it, perhaps in parallel. Without it they are guessed: reading a shard may raise a
            `MiscutError`, and the lines that it names are not to be trusted.
        at: Cuts the rows into shards that begin at certain rows, the first of which is 0; None if that can't be done.
        work: How long a byte takes to read, next to one of a CSV file.
    """

    size: int
    shards: Callable[[int, Apply | None], Sequence[Shard[T]]]
    at: Callable[[Sequence[int], Apply | None], Sequence[Shard[T]]] | None = None
    work: float = 1.0

    def then(self, function: Callable[[T], U]) -> Cuts[U]:
        """The same cuts, with the rows of each shard passed through a function, which can be pickled."""
        at = self.at
        return Cuts(
            self.size,
            lambda size, apply: [shard.then(function) for shard in self.shards(size, apply)],
            None if at is None else lambda rows, apply: [shard.then(function) for shard in at(rows, apply)],
            self.work,
        )


@record
class Dataset:
    """Batches to come and what is known before the first of them.

    Attributes:
        batches: The rows in order; every batch has at least one row, all have the same trailing axes.
        classes: What the prediction columns stand for, if the input says it.
        decisions: Format, delimiter, header, columns: each with its reason.
        source: What the predictions are called in messages (``preds.csv``, ``stdin``, ``PREDICTIONS``).
        remarks: What only the last row can tell, such as blank lines that were skipped, for each source; call it
            when the batches are through.
        told: What else only the last row can tell.
        tabular: The rows are lines of a table: a single prediction column is many rows, never one row of classes.
        by: What the rows of a group have in common; empty if there are no groups.
        cuts: How the rows can be shared out among processes; None if they must be read in one go.
        raw: How the rows are written, if they are to be handed on.
        baselines: Whose predictions the batches carry beside their own.
        called: What the predictions are called beside those of baselines.
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
        """What is known of the rows as a baseline sees them."""
        return Dataset(
            iter(()), classes=baseline.classes, source=baseline.source or self.source, tabular=baseline.tabular
        )

    def afterwards(self) -> tuple[Decision, ...]:
        """What only the last row can tell; said once, if several sources are of the same files."""
        remarks = dict.fromkeys(decision for remarks in self.remarks() for decision in remarks.decisions())
        return (*remarks, *self.told())
