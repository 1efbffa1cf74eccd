"""Batches of Arrow arrays become pieces of rows, with the columns of one selection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.errors import InputError
from losscli.inputs.array.arrays import in_role
from losscli.inputs.arrow.arrow_values import (
    FILL_IN,
    holds_words,
    is_list,
    is_plain,
    is_text,
    json_of,
    numbers_of,
    plain_texts,
    raw,
    text_of,
)
from losscli.inputs.choose.key_bytes import side_by_side
from losscli.inputs.model import RAW, LazyTexts, Piece, Place
from losscli.inputs.numbers import Missing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from losscli.inputs.choose.columns import Columns, Kind, Selection
    from losscli.inputs.read_options import ReadOptions

    # Returns consecutive rows of certain columns, by number; the second argument says which are words.
    Batches = Callable[[Sequence[int], Sequence[int]], Iterator[Mapping[int, Any]]]

# Numbers that need no parsing come in larger chunks, as the cost is per chunk.
TIMES = 4

LOOKED_AT = 200  # rows by which a column is judged

_SHOWN = 5


def first_rows(read: Callable[[Sequence[int]], Mapping[int, Any]], kinds: Sequence[Kind]) -> list[list[str]]:
    """The first rows as texts, as in a table; lists are left out."""
    looked = [i for i, kind in enumerate(kinds) if kind != "list"]
    batch = read(looked) if looked else {}
    texts = [[""] * LOOKED_AT for _ in kinds]
    size = 0
    for column, array in batch.items():
        head = array.slice(0, LOOKED_AT)
        head.validate(full=True)
        values = head.to_pylist()
        size = len(values)
        texts[column] = [text_of(value) for value in values]
    return [list(row) for row in zip(*texts, strict=False)][:size]


class TypedRows:
    """Rows with all their columns, to be written again."""

    def __init__(self, columns: Mapping[int, Any]) -> None:
        self._columns = columns

    def __getitem__(self, rows: slice) -> TypedRows:
        start, stop, _ = rows.indices(len(self))
        return TypedRows({i: array.slice(start, stop - start) for i, array in self._columns.items()})

    def __len__(self) -> int:
        return len(self._columns[0])

    def followed_by(self, later: Sequence[TypedRows]) -> TypedRows:
        """All rows, one after another."""
        import pyarrow as pa

        def column(i: int) -> Any:
            chunks = pa.chunked_array([rows._columns[i] for rows in (self, *later)])
            return chunks.unify_dictionaries().combine_chunks()

        return TypedRows({i: column(i) for i in self._columns})

    def arrays(self, schema: Any) -> list[Any]:
        """The columns, in the types of a schema."""
        found = [self._columns[i] for i in range(len(schema))]
        return [
            array if array.type == kind else array.cast(kind) for array, kind in zip(found, schema.types, strict=True)
        ]


class TypedReader:
    """Turns batches of Arrow arrays into pieces with the columns of one selection.

    Attributes:
        source: The name of the table in messages.
        used: The columns that are needed.
        words: The columns among them that hold words.

    Raises:
        InputError: A column's type doesn't suit its role.
    """

    def __init__(self, columns: Columns, types: Sequence[Any], selection: Selection, options: ReadOptions) -> None:
        self.source = columns.source
        self.words = selection.words
        self._columns = columns
        self._types = types
        self._selection = selection
        self._options = options
        self._shapes: dict[int, tuple[int, ...]] = {}
        self._roles = selection.values()
        values = {column: None for chosen in self._roles.values() for column in chosen}
        self._values = tuple(values)
        ids = () if selection.ids is None else (selection.ids,)
        self._handed_on = options.append is not None
        self._looked_at = options.by is not None or options.where is not None
        every = range(len(types)) if self._handed_on else ()
        self.used = tuple(sorted({*values, *ids, *selection.key, *selection.others, *every}))
        for chosen in self._roles.values():
            self._check_types(chosen)

    def _check_types(self, chosen: Sequence[int]) -> None:
        columns = self._columns
        for column in chosen:
            called, held = f"column {columns.called(column)}", columns.types[column]
            if column in self.words:
                if not (is_text(self._types[column]) or holds_words(self._types[column])):
                    raise InputError(f"{called} holds {held}, neither numbers nor text", columns.source)
            elif columns.kinds[column] == "text":
                hint = "--pred and --label choose columns; save numbers as numbers"
                raise InputError(f"{called} holds {held}, not numbers", columns.source, hint)
            elif columns.kinds[column] == "list" and len(chosen) > 1:
                what = f"{called} holds lists, so it must be the only one; {columns.listed()}"
                raise InputError(what, columns.source, "--pred or --label with one of them")

    def pieces(self, batches: Iterator[Mapping[int, Any]], start: int = 0) -> Iterator[Piece]:
        """The rows of batches, numbered from ``start``.

        Raises:
            InputError: A null, an empty label, lists of different lengths.
        """
        for batch in batches:
            size = len(batch[self.used[0]])
            if not size:
                continue
            values = {column: self._read(batch[column], start, column) for column in self._values}
            row_bytes = sum(array[:1].nbytes for array in values.values()) or 8  # none if only a key is read
            rows = max(1, TIMES * self._options.chunk_bytes // row_bytes)
            for first in range(0, size, rows):
                yield self._piece(batch, values, start, slice(first, min(first + rows, size)))
            start += size

    def _read(self, array: Any, start: int, column: int) -> NDArray[Any]:
        self._refuse_nulls(array, start, column)
        if column in self.words:
            return self._words(array, start, column)
        values = numbers_of(array, lambda i: self._place(start + i, column), missing=self._options.missing)
        shape = self._shapes.setdefault(column, values.shape[1:])
        if values.shape[1:] != shape:
            what = f"a list of the shape {values.shape[1:]}, that of the first row is {shape}"
            raise InputError(what, self._place(start, column))
        return values

    def _refuse_nulls(self, array: Any, start: int, column: int) -> None:
        """Refuse nulls, unless they are allowed."""
        from pyarrow import types

        if self._options.missing:
            return
        nulls: NDArray[Any] = np.empty(0, int)
        if array.null_count:
            nulls = np.flatnonzero(raw(array.is_null()))
        elif types.is_dictionary(array.type) and array.dictionary.null_count:
            missing = raw(array.dictionary.is_null())
            nulls = np.flatnonzero(missing[raw(array.indices)])
        where = "; ".join(self._place(start + int(row), column) for row in nulls[:_SHOWN])
        if len(nulls) == 1:
            raise InputError("a null where a value belongs", where, FILL_IN)
        if len(nulls):
            what = f"{len(nulls)} nulls where values belong, in rows {start + 1}-{start + len(array)}"
            raise InputError(what, where + ("; …" if len(nulls) > _SHOWN else ""), FILL_IN)

    def _words(self, array: Any, start: int, column: int) -> NDArray[Any]:
        from pyarrow import types

        if is_list(array.type):
            return np.array([text_of(value) for value in array.to_pylist()], dtype=object)
        coded = array if types.is_dictionary(array.type) else array.dictionary_encode()
        word = Missing.of(self._options).word
        texts = [word(text or "") for text in coded.dictionary.to_pylist()]
        indices = coded.indices.fill_null(len(texts)) if coded.indices.null_count else coded.indices
        words: NDArray[Any] = np.array([*texts, ""], dtype=object)[raw(indices)]
        if self._options.missing:
            return words
        if "" in texts and (empty := np.flatnonzero(words == "")).size:
            raise InputError("an empty label", self._place(start + int(empty[0]), column))
        return words

    def _piece(self, batch: Mapping[int, Any], arrays: Mapping[int, NDArray[Any]], start: int, rows: slice) -> Piece:
        values: dict[str, Any] = {}
        places: dict[str, Place] = {}
        for role, chosen in self._roles.items():
            values[role] = self._block([arrays[column][rows] for column in chosen], role)
            places[role] = self._places(start + rows.start, chosen)
        size = rows.stop - rows.start
        if self._selection.ids is not None:
            ids = batch[self._selection.ids].slice(rows.start, size)
            values["ids"] = LazyTexts(size, lambda: [text_of(value) for value in ids.to_pylist()])
        if self._selection.key:
            cells = [batch[column].slice(rows.start, size).to_pylist() for column in self._selection.key]
            values["key"] = side_by_side([[text_of(value) for value in column] for column in cells])
        for column in self._selection.others:
            values[f"column {column}"] = self._other(batch[column].slice(rows.start, size), column)
        if self._handed_on:
            values[RAW] = TypedRows({i: array.slice(rows.start, size) for i, array in batch.items()})
        return Piece(size, values, places)

    def _other(self, array: Any, column: int) -> Any:
        """A column to hand through: as numbers if its values are compared or grouped, else as texts."""
        as_json = self._columns.kinds[column] != "text"
        if as_json and self._looked_at and not array.null_count and is_plain(array.type):
            return numbers_of(array, str)
        if self._looked_at and not array.null_count and (texts := plain_texts(array)) is not None:
            return texts
        return [json_of(value) if as_json else text_of(value) for value in array.to_pylist()]

    def _block(self, parts: Sequence[NDArray[Any]], role: str) -> NDArray[Any]:
        """Columns side by side, copied, so that they may be written to."""
        parts = [in_role(part, role) for part in parts]
        if len(parts) == 1:
            return np.array(parts[0])
        dtype = np.result_type(*parts)
        if self._options.columnwise and role == "predictions":
            return np.array(parts, dtype).T
        block = np.empty((len(parts[0]), len(parts)), dtype)
        for i, part in enumerate(parts):
            block[:, i] = part
        return block

    def _place(self, row: int, column: int) -> str:
        return f"{self._columns.source}, row {row + 1}, column {self._columns.called(column)}"

    def _places(self, start: int, chosen: Sequence[int]) -> Place:
        source = self._columns.source
        is_list = self._columns.kinds[chosen[0]] == "list"

        def place(row: int, column: int | None) -> str:
            if column is None:
                return f"{source}, row {start + row + 1}" if len(chosen) > 1 else self._place(start + row, chosen[0])
            if is_list:
                return f"{self._place(start + row, chosen[0])}[{column}]"
            return self._place(start + row, chosen[column])

        return place
