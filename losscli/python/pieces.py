"""Data that comes in pieces: each must be like the first, and row numbers continue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.core.batch import row_place
from losscli.errors import InputError
from losscli.python.frames import columns_of, is_table
from losscli.record import record, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from losscli.core.batch import Batch, Dataset, Decision, Remarks

_ROLES = ("predictions", "labels")


class Pieces:
    """The layout of the first piece, to which the others are compared."""

    def __init__(self) -> None:
        self._columns: dict[str, list[str]] = {}
        self._roles: dict[str, str] | None = None
        self._shapes: dict[str, tuple[int, ...]] = {}
        self._remarks: list[Remarks] = []
        self._told: tuple[Decision, ...] = ()

    def in_order(self, name: str, data: Any) -> Any:
        """A table with its columns in the order of the first piece; anything else unchanged.

        Raises:
            InputError: It has other columns.
        """
        if not is_table(data):
            return data
        columns = columns_of(data, name)
        first = self._columns.setdefault(name, [*columns])
        if {*first} != {*columns}:
            raise InputError(f"{name} with the columns {', '.join(columns)} after others with {', '.join(first)}")
        return {key: columns[key] for key in first}

    def alike(self, dataset: Dataset) -> Iterator[Batch]:
        """The rows of a piece.

        Raises:
            InputError: Other columns would be predictions or labels, or rows have another shape.
        """
        roles = {one.what: one.value for one in dataset.decisions if one.what in _ROLES}
        if self._roles is None:
            self._roles = roles
        for what, value in roles.items():
            if value != self._roles.get(what, value):
                hint = "label and pred say which are what"
                raise InputError(f"{what} are {value} here and were {self._roles[what]}", hint=hint)
        for batch in dataset.batches:
            self._refuse_other_shape("predictions", batch.predictions.shape[1:])
            self._refuse_other_shape("labels", batch.labels.shape[1:])
            yield batch
        later = dataset.remarks()
        for before, now in zip(self._remarks, later, strict=False):
            before.merge(now)
        self._remarks += later[len(self._remarks) :]
        self._told = tuple(dict.fromkeys((*self._told, *dataset.told())))

    def remarks(self) -> Sequence[Remarks]:
        """The remarks on all pieces."""
        return self._remarks

    def told(self) -> tuple[Decision, ...]:
        """The decisions known once a piece has been read."""
        return self._told

    def _refuse_other_shape(self, name: str, shape: tuple[int, ...]) -> None:
        first = self._shapes.setdefault(name, shape)
        if shape != first:
            before, now = (f"(N,{','.join(f' {size}' for size in one)})" for one in (first, shape))
            hint = "reshape(-1, C) makes a row of each place, and reshape(-1) one of its label" * (len(shape) > 1)
            raise InputError(f"{name} of shape {now} after others of shape {before}", hint=hint)


@record
class _Place:
    """The place of a row in the whole, which can be pickled.

    Attributes:
        within: Its place in the piece.
        start: Rows before the piece.
        rows: Rows of the piece.
        columns: Places name a column, too.
    """

    within: Callable[..., str]
    start: int
    rows: int
    columns: bool

    def __call__(self, row: int, *column: int | None) -> str:
        place = self.within(row, *column)
        number = f"row {self.start + row + 1}"
        return number if place == f"row {row + 1}" else f"{place}, {number} of all"

    def __getstate__(self) -> dict[str, Any]:
        if self.within is row_place or isinstance(self.within, _Texts):
            return vars(self)
        columns = (None,) * self.columns
        return vars(self) | {"within": _Texts(self.within(row, *columns) for row in range(self.rows))}


class _Texts(tuple[str, ...]):
    """The places of rows as texts, so that the table or file need not be kept."""

    def __call__(self, row: int, *_: int | None) -> str:
        return self[row]


def counted_on(batch: Batch, start: int) -> Batch:
    """The rows of a piece, numbered within the whole."""
    where = _Place(batch.where, start, len(batch), columns=True)
    where_label = _Place(batch.where_label, start, len(batch), columns=False)
    return replace(batch, start=start + batch.start, where=where, where_label=where_label)
