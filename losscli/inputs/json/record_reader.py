"""Groups of records become pieces, in bulk where the records have one form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.errors import InputError
from losscli.inputs.array.arrays import in_role
from losscli.inputs.choose.key_bytes import side_by_side
from losscli.inputs.delimited import arrow_float
from losscli.inputs.delimited.lines import TextBlock
from losscli.inputs.json.nested import Locate, Path, to_array
from losscli.inputs.json.record_groups import Group, Unread, all_read, values_of
from losscli.inputs.model import RAW, LazyTexts, Piece, Place
from losscli.record import replace
from losscli.text import json_text, printable, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from losscli.inputs.choose.columns import Columns, Selection
    from losscli.inputs.json.alike import Alike, LineForm
    from losscli.inputs.json.even_records import Even


GAIN = 4  # how much more reading JSON by pyarrow saves than reading CSV


class RecordReader:
    """Turns groups of records, from any part of the input, into pieces.

    Args:
        columns: The fields.
        first: The first record, which shows what values look like.
        strict: Records may not have other fields.
        missing: Fields may be missing or null.
    """

    def __init__(self, columns: Columns, first: Group, *, strict: bool, missing: bool) -> None:
        assert columns.names is not None
        self.columns = columns
        self._names = columns.names
        self._first = first
        self._strict = strict
        self._missing = missing
        self.form: LineForm | None = None
        self.handed_on = False
        self._shapes: dict[tuple[str, ...], tuple[int, ...]] = {}

    def pieces(self, groups: Iterable[Unread], selection: Selection) -> Iterator[Piece]:
        """The rows, with the fields of a selection.

        Raises:
            InputError: A value is not a record, or has other fields.
        """
        for group in groups:
            piece = self._quick(group, selection) if isinstance(group, TextBlock) else None
            if piece is not None:
                yield self._with_lines(piece, group)
                continue
            for places, records in all_read((group,), self.columns.source):
                self._check(places, records, selection)
                yield self._with_lines(self._piece(places, records, selection), group)

    def _with_lines(self, piece: Piece, group: Unread) -> Piece:
        """The rows with their lines of text, if these are to be handed on."""
        if not self.handed_on or not isinstance(group, TextBlock):
            return piece
        lines = [line for line in group.lines if line and not line.isspace()]
        return replace(piece, values={**piece.values, RAW: lines})

    def _quick(self, block: TextBlock, selection: Selection) -> Piece | None:
        """The rows of lines of one form; None if they are not, or hold anything but numbers and plain texts."""
        alike = None if self.form is None else self._alike(self.form, block.data)
        if alike is None:
            return None
        values: dict[str, Any] = {}
        at: dict[str, Place] = {}
        source, line = self.columns.source, block.first_line
        for role, columns in selection.values().items():
            array = self._quick_array(alike, columns, text=columns[0] in selection.words)
            if array is None:
                return None
            at[role] = self._place(lambda row: f"{source}:{line + row}", columns)
            values[role] = in_role(array, role)
        size = block.count
        if selection.ids is not None:
            values["ids"] = self._texts(block, size, selection.ids, str)
        if selection.key:
            values["key"] = side_by_side([self._texts(block, size, i, json_text) for i in selection.key])
        for column in selection.others:
            values[f"column {column}"] = self._texts(block, size, column, json_text)
        return Piece(size, values, at)

    def _alike(self, form: LineForm, data: bytes) -> Alike | Even | None:
        if arrow_float.ready(GAIN * len(data)):
            from losscli.inputs.json.even_records import even

            found = even(form, data)
            if found is not None:
                return found
        return form.read(data)

    def _quick_array(self, alike: Alike | Even, columns: Sequence[int], *, text: bool) -> NDArray[Any] | None:
        assert self.form is not None
        fields = [self.form.fields[self._names[i]] for i in columns]
        if any(field.text is not text for field in fields) or (len(fields) > 1 and (text or fields[0].count)):
            return None
        if text:
            words = alike.texts(self._names[columns[0]])
            return None if self._missing or "" in words else np.array(words, dtype=object)
        array = alike.numbers([self._names[i] for i in columns])
        return array[:, 0] if array is not None and len(fields) == 1 and not fields[0].count else array

    def _texts(self, block: TextBlock, size: int, column: int, text: Callable[[Any], str]) -> LazyTexts:
        name, source = self._names[column], self.columns.source
        return LazyTexts(size, lambda: [text(one[name]) for one in values_of(block, source)[1]])

    def _check(self, places: list[str], records: list[Any], selection: Selection) -> None:
        """Check that every record has the fields wanted, and, unless some were picked, no others than the first."""
        values = (column for columns in selection.values().values() for column in columns)
        used = {*values, *selection.others, *selection.key, selection.ids}
        needed = [self._names[i] for i in sorted(i for i in used if i is not None)]
        everything = set(self._names)
        for place, record in zip(places, records, strict=True):
            if not isinstance(record, dict):
                raise InputError("not a record as the first is", place)
            missing = next((name for name in needed if name not in record), None)
            if missing is not None:
                fields = ", ".join(printable(name) for name in record)
                raise InputError(f"no field {quoted(missing)}; fields: {fields}", place)
            extra = next((key for key in record if key not in everything), None) if self._strict else None
            if extra is not None:
                raise InputError(f"a field {quoted(extra)} that the first record hasn't", place, "--pred FIELDS")

    def _piece(self, places: list[str], records: list[Any], selection: Selection) -> Piece:
        values: dict[str, Any] = {}
        at: dict[str, Place] = {}
        for role, columns in selection.values().items():
            text = columns[0] in selection.words
            array = self._array(places, records, columns, text=text)
            if text:
                self._refuse_numbers(array, places, columns[0])
            at[role] = self._place(places.__getitem__, columns)
            values[role] = in_role(array, role)
        if selection.ids is not None:
            values["ids"] = [str(record[self._names[selection.ids]]) for record in records]
        if selection.key:
            names = [self._names[i] for i in selection.key]
            values["key"] = side_by_side([[json_text(record[name]) for record in records] for name in names])
        for column in selection.others:
            values[f"column {column}"] = [json_text(record[self._names[column]]) for record in records]
        return Piece(len(records), values, at)

    def _array(self, places: list[str], records: list[Any], columns: Sequence[int], *, text: bool) -> NDArray[Any]:
        names = tuple(self._names[i] for i in columns)
        array = self._values(places, records, names, text=text)
        if names not in self._shapes:
            self._shapes[names] = self._values(*self._first, names, text=text).shape[1:]
        if array.shape[1:] != (shape := self._shapes[names]):
            what = f"{printable(names[0])} has the shape {array.shape[1:]}, that of the first record {shape}"
            raise InputError(what, places[0])
        return array

    def _values(self, places: list[str], records: list[Any], names: Sequence[str], *, text: bool) -> NDArray[Any]:
        one = len(names) == 1
        data = [record[names[0]] for record in records] if one else [[r[name] for name in names] for r in records]
        return to_array(data, _locate(places, names), text=text, words=text, missing=self._missing)

    def _refuse_numbers(self, labels: NDArray[Any], places: list[str], column: int) -> None:
        if labels.dtype != object:
            called = self.columns.called(column)
            raise InputError("a number where the first is text", f"{places[0]}, column {called}")

    def _place(self, line: Callable[[int], str], columns: Sequence[int]) -> Place:
        called = self.columns.called
        scalar = self.columns.kinds[columns[0]] != "list"

        def place(row: int, column: int | None) -> str:
            if column is None:
                return f"{line(row)}, column {called(columns[0])}" if len(columns) == 1 else line(row)
            return f"{line(row)}, column {called(columns[column])}" if scalar else f"{line(row)}, column {column + 1}"

        return place


def _locate(places: list[str], names: Sequence[str]) -> Locate:
    def named(path: Path, /) -> tuple[str, str]:
        if not path:
            return "the field", places[0]
        name, rest = (names[0], path[1:]) if len(names) == 1 else (names[path[1] if len(path) > 1 else 0], path[2:])
        return printable(name) + "".join(f"[{i}]" for i in rest), places[path[0]]

    return named
