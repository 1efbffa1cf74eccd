"""A table whose columns are arrays in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.errors import InputError
from losscli.inputs.array.arrays import in_role, plain
from losscli.inputs.choose.columns import Columns, Table
from losscli.inputs.choose.key_bytes import side_by_side
from losscli.inputs.model import LazyTexts, Piece, Place, at_least_one
from losscli.inputs.numbers import Missing
from losscli.text import json_text, spelled

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from losscli.inputs.choose.columns import Kind, Selection
    from losscli.inputs.read_options import ReadOptions

_LOOKED_AT = 200  # rows by which columns are judged


def table_in_columns(name: str, columns: Mapping[str, NDArray[Any]], options: ReadOptions) -> Table:
    """A table from arrays by name, of numbers or ``str`` objects: ``(N,)``, or ``(N, ...)`` for lists."""
    arrays = [one if one.dtype == object else plain(one, copy=False) for one in columns.values()]
    kinds: list[Kind] = ["text" if one.dtype == object else "list" if one.ndim > 1 else "number" for one in arrays]
    looked_at = [_texts(one[:_LOOKED_AT]) for one in arrays]
    examples = tuple(
        next(filter(None, texts), "") if kind == "text" else "" for kind, texts in zip(kinds, looked_at, strict=True)
    )
    rows = [list(row) for row in zip(*looked_at, strict=True)]
    about = Columns(name, tuple(columns), tuple(kinds), examples, rows=rows, missing=Missing.of(options))
    held = _Held(about, arrays, options)
    return Table(about, (), lambda selection: at_least_one(held.pieces(selection), name))


class _Held:
    """The arrays, cut into pieces with the columns of a selection."""

    def __init__(self, columns: Columns, arrays: Sequence[NDArray[Any]], options: ReadOptions) -> None:
        self._columns = columns
        self._arrays = arrays
        self._options = options

    def pieces(self, selection: Selection) -> Iterator[Piece]:
        """The rows.

        Raises:
            InputError: A column's values don't suit its role.
        """
        roles = selection.values()
        self._refuse(selection, roles)
        size = len(self._arrays[0]) if self._arrays else 0
        row_bytes = sum(self._arrays[column][:1].nbytes for chosen in roles.values() for column in chosen)
        step = max(1, self._options.chunk_bytes // max(1, row_bytes))
        for start in range(0, size, step):
            yield self._piece(selection, roles, slice(start, min(start + step, size)))

    def _refuse(self, selection: Selection, roles: Mapping[str, Sequence[int]]) -> None:
        columns = self._columns
        for chosen in roles.values():
            for column in chosen:
                called = f"column {columns.called(column)}"
                if columns.kinds[column] == "text" and column not in selection.words:
                    what = f"{called} holds text, not numbers: {columns.examples[column]}"
                    raise InputError(what, columns.source, "--pred and --label choose columns")
                if columns.kinds[column] == "list" and len(chosen) > 1:
                    what = f"{called} holds lists, so it must be the only one; {columns.listed()}"
                    raise InputError(what, columns.source, "--pred or --label with one of them")

    def _piece(self, selection: Selection, roles: Mapping[str, Sequence[int]], rows: slice) -> Piece:
        size = rows.stop - rows.start
        values: dict[str, Any] = {}
        places: dict[str, Place] = {}
        for role, chosen in roles.items():
            parts = [in_role(self._arrays[column][rows], role) for column in chosen]
            values[role] = np.array(parts[0]) if len(parts) == 1 else np.stack(parts, axis=1)
            places[role] = self._places(rows.start, chosen)
        if selection.ids is not None:
            ids = self._arrays[selection.ids][rows]
            values["ids"] = LazyTexts(size, lambda: _texts(ids))
        if selection.key:
            values["key"] = side_by_side([_texts(self._arrays[column][rows]) for column in selection.key])
        for column in selection.others:
            values[f"column {column}"] = self._through(column, rows)
        return Piece(size, values, places)

    def _through(self, column: int, rows: slice) -> list[str]:
        array = self._arrays[column][rows]
        return _texts(array) if array.dtype == object else [json_text(value) for value in array.tolist()]

    def _places(self, start: int, chosen: Sequence[int]) -> Place:
        columns = self._columns

        def place(row: int, column: int | None) -> str:
            at = f"{columns.source}, row {start + row + 1}"
            if column is None:
                return at if len(chosen) > 1 else f"{at}, column {columns.called(chosen[0])}"
            if columns.kinds[chosen[0]] == "list":
                return f"{at}, column {columns.called(chosen[0])}[{column}]"
            return f"{at}, column {columns.called(chosen[column])}"

        return place


def _texts(array: NDArray[Any]) -> list[str]:
    return [value.strip() if isinstance(value, str) else spelled(value) for value in array.tolist()]
