"""Data that comes in pieces: each is what the first one was, and its rows are counted on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.errors import InputError
from losscli.python.frames import columns_of, is_table
from losscli.record import replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from losscli.core.batch import Batch, Dataset

_ROLES = ("predictions", "labels")


class Pieces:
    """What the first piece was, for the others to be the same."""

    def __init__(self) -> None:
        self._columns: dict[str, list[str]] = {}
        self._roles: dict[str, str] | None = None
        self._shapes: dict[str, tuple[int, ...]] = {}

    def in_order(self, name: str, data: Any) -> Any:
        """A table with its columns in the order of the first one; anything else as it is.

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
            InputError: Other columns are taken for predictions or labels, or rows have another shape.
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

    def _refuse_other_shape(self, name: str, shape: tuple[int, ...]) -> None:
        first = self._shapes.setdefault(name, shape)
        if shape != first:
            before, now = (f"(N,{','.join(f' {size}' for size in one)})" for one in (first, shape))
            hint = "reshape(-1, C) makes a row of each place, and reshape(-1) one of its label" * (len(shape) > 1)
            raise InputError(f"{name} of shape {now} after others of shape {before}", hint=hint)


def counted_on(batch: Batch, start: int) -> Batch:
    """The rows of a piece with their numbers in the whole."""

    def named(place: str, row: int) -> str:
        return f"row {start + row + 1}" if place == f"row {row + 1}" else f"{place}, row {start + row + 1} of all"

    return replace(
        batch,
        start=start + batch.start,
        where=lambda row, column: named(batch.where(row, column), row),
        where_label=lambda row: named(batch.where_label(row), row),
    )
