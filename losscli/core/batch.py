"""What the inputs give to the core: arrays, a batch at a time, and how they were found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from losscli.errors import InputError
from losscli.record import field, record, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from losscli.core.classes import ClassNames
    from losscli.ops import Array

    Axes = tuple[tuple[int, ...], tuple[int, ...]]  # of a row of predictions, and of one of labels


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
        group: The group of these rows, if groups are to be told apart.
    """

    start: int
    predictions: Array
    labels: NDArray[Any]
    weights: Array | None = None
    ids: Sequence[str] | None = None
    where: Callable[[int, int | None], str] = field(default=lambda row, column: f"row {row + 1}")
    where_label: Callable[[int], str] = field(default=lambda row: f"row {row + 1}")
    extras: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    group: str | None = None

    def __len__(self) -> int:
        return len(self.predictions)

    @property
    def axes(self) -> Axes:
        """The axes of a row of predictions, and of one of labels."""
        return self.predictions.shape[1:], self.labels.shape[1:]

    def refuse_other(self, axes: Axes) -> None:
        """Refuse rows with other axes than the first batch had: lists of another length, in another file.

        Raises:
            InputError: It has others.
        """
        if self.axes == axes:
            return
        of_labels = self.axes[0] == axes[0]
        what = f"a row of the shape {self.axes[of_labels]}, that of the first is {axes[of_labels]}"
        raise InputError(what, self.where_label(0) if of_labels else self.where(0, None))

    def head(self, count: int) -> Batch:
        """The first rows."""
        if count >= len(self):
            return self
        return replace(
            self,
            predictions=self.predictions[:count],
            labels=self.labels[:count],
            weights=None if self.weights is None else self.weights[:count],
            ids=None if self.ids is None else self.ids[:count],
            extras={name: array[:count] for name, array in self.extras.items()},
        )


class Part(Protocol):
    """Some consecutive rows of a data set, to be read in another process. Can be pickled, as can its remarks."""

    @property
    def size(self) -> int:
        """Bytes, about."""

    def batches(self) -> Iterator[Batch]:
        """The rows, counted from 0; every batch is as it would be if all rows were read in one go."""

    def remarks(self) -> Any:
        """What only the last row could tell, once the batches are through."""


class Apply(Protocol):
    """``map``, perhaps by several processes: results come in the order of the arguments."""

    def __call__(self, function: Callable[[Any], Any], arguments: Sequence[Any], /) -> Iterator[Any]:
        """The results; both the function and its arguments pickle."""


WORTH_A_PROCESS = 20_000_000  # bytes of text


class MiscutError(Exception):
    """A part was cut at a guessed record boundary, and the guess was wrong."""


@record
class Cuts:
    """How the rows of a data set can be shared out.

    Attributes:
        size: Bytes of the whole.
        parts: Cuts the rows into parts of about so many bytes, in order. Finding record ends needs a scan; the
            second argument runs it, perhaps in parallel. Without it they are guessed: a part may raise a
            `MiscutError`, and the lines it names may be wrong.
        each: Bytes that make a process worth its start.
        absorb: Takes the remarks of the parts, in order; ``Dataset.afterwards`` goes by them then.
    """

    size: int
    parts: Callable[[int, Apply | None], Sequence[Part]]
    absorb: Callable[[Any], None]
    each: int = WORTH_A_PROCESS


@record
class Dataset:
    """Batches to come and what is known before the first of them.

    Attributes:
        batches: The rows in order; every batch has at least one row, all have the same trailing axes.
        classes: What the prediction columns stand for, if the input says it.
        decisions: Format, delimiter, header, columns: each with its reason.
        source: What the predictions are called in messages (``preds.csv``, ``stdin``, ``PREDICTIONS``).
        afterwards: What only the last row can tell, such as blank lines that were skipped; call it when the
            batches are through.
        tabular: The rows are lines of a table: a single prediction column is many rows, never one row of classes.
        by: What the groups of batches are; empty if there are none.
        cuts: How the rows can be shared out among processes; None if they must be read in one go.
    """

    batches: Iterator[Batch]
    classes: ClassNames | None = None
    decisions: tuple[Decision, ...] = ()
    source: str = "PREDICTIONS"
    afterwards: Callable[[], tuple[Decision, ...]] = tuple
    tabular: bool = False
    by: str = ""
    cuts: Cuts | None = None
