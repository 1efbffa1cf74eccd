"""Lines of one form, as programs write records: the bytes between the values are the same in each line.

The values' positions then follow one from another, for all lines at once. A line of another form shows by other bytes
after a value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.inputs.delimited.fast_float import Text, values_of
from losscli.lazy import regex
from losscli.record import record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]
    Places = NDArray[np.intp]

_NUMBER = "-?[0-9][0-9.eE+-]*"
_LIST = rf"\[ *{_NUMBER}(?:( *, *){_NUMBER}(?:\3{_NUMBER})*)? *\]"
_FIELD = regex(rf'( *[{{,] *"([^"\\]*)" *: *)(?:{_LIST}|"[^"\\]*"|{_NUMBER})')
_IS_END = np.array([code not in b"0123456789.eE+-" for code in range(256)])
_MOST_BETWEEN = 4096  # bytes
_SURE_DIGITS = 15
_BLANK, _NEWLINE, _QUOTE, _ZERO, _NINE, _MINUS, _POINT, _E, _LOWER_CASE = *b' \n"09-.e', 0x20


@record
class Field:
    """A field of a record.

    Attributes:
        before: The bytes between the previous value and this one.
        text: It is a string; its quotes do not belong to it.
        count: How many numbers a list holds; 0 for a single value.
        comma: The bytes between the numbers of a list.
    """

    before: bytes
    text: bool
    count: int = 0
    comma: bytes = b","


@record
class LineForm:
    """What lines of one form share.

    Attributes:
        fields: The fields by name, in order.
        after: The bytes after the last value.
    """

    fields: Mapping[str, Field]
    after: bytes

    @classmethod
    def of(cls, line: str) -> LineForm | None:
        """The form of a line that is an object of numbers, plain texts and lists of numbers; None for others."""
        fields: dict[str, Field] = {}
        at, closing = 0, ""
        while found := _FIELD.match(line, at):
            before, name, comma = found.groups()
            value = line[found.end(1) : found.end()]
            if name in fields:
                return None
            listed, text = value.startswith("["), value.startswith('"')
            inside = value[1:-1] if text else value[1:-1].strip(" ") if listed else value
            begin = value.index(inside, int(text))
            count = len(inside.split(comma or ",")) if listed else 0
            opening = closing + before + value[:begin]
            fields[name] = Field(opening.encode(), text, count, (comma or ",").encode())
            closing, at = value[begin + len(inside) :], found.end()
        longest = max((len(field.before) for field in fields.values()), default=0)
        if not fields or longest + len(closing) + len(line) - at > _MOST_BETWEEN or line[at:].strip(" ") != "}":
            return None
        return cls(fields, (closing + line[at:]).encode())

    def read(self, data: bytes) -> Alike | None:
        """Parse whole lines; None if one of them has another form."""
        text = Text.of(data)
        code = np.frombuffer(data + bytes(_MOST_BETWEEN), np.uint8)
        newlines = np.flatnonzero(text.mark == _NEWLINE)
        if np.count_nonzero(text.mark < _BLANK) != len(newlines) or b"\\" in data:
            return None
        ends = _Ends.of(_IS_END[text.mark], max(field.count * len(field.comma) for field in self.fields.values()))
        quotes = _Ends.of(text.mark == _QUOTE, 0) if any(field.text for field in self.fields.values()) else ends
        start, mark = np.concatenate(([0], text.marks[newlines[:-1]] + 1)), np.concatenate(([0], newlines[:-1] + 1))
        found: dict[str, _Values] = {}
        for name, field in self.fields.items():
            if not _same(code, start, field.before):
                return None
            at = mark + sum(code not in b"0123456789" for code in field.before)
            stop = (quotes if field.text else ends).behind(at, field.count, len(field.comma))
            starts = (start + len(field.before))[:, None]
            at = at[:, None]
            if field.count > 1:
                gaps = text.marks[stop[:, :-1]]
                if not _same(code, gaps, field.comma):
                    return None
                starts = np.column_stack((starts, gaps + len(field.comma)))
                at = np.column_stack((at, stop[:, :-1] + len(field.comma)))
            found[name] = _Values(starts, at, stop)
            start, mark = text.marks[stop[:, -1]], stop[:, -1]
        if not _same(code, start, self.after) or (start + len(self.after) != text.marks[newlines]).any():
            return None
        return Alike(data, text, code, found)


@record
class _Values:
    """The positions of a field's values, ``(lines, count)`` each.

    Attributes:
        start: Their first characters.
        at: The number of the first mark in or after them.
        stop: The number of the mark that ends them.
    """

    start: Places
    at: Places
    stop: Places


@record
class _Ends:
    """Marks that may end a value.

    Attributes:
        which: Their numbers among all marks, the last one repeated.
        before: How many of them come before each mark.
    """

    which: Places
    before: Places

    @classmethod
    def of(cls, mask: NDArray[np.bool_], more: int) -> _Ends:
        """The marks for which a condition holds."""
        last = np.full(more + 1, len(mask) - 1)
        return cls(np.concatenate((np.flatnonzero(mask), last)), np.cumsum(mask) - mask)

    def behind(self, marks: Places, count: int, step: int) -> Places:
        """The first of these ends at or after some marks, and for a list of ``count`` numbers all, ``step`` apart."""
        first = self.before[np.minimum(marks, len(self.before) - 1)]
        behind: Places = self.which[first[:, None] + step * np.arange(max(count, 1))]
        return behind


@record
class Alike:
    """Lines of one form.

    Attributes:
        data: The lines.
        text: Their bytes.
        code: The same as an array, with padding.
        values: The positions of the values of each field.
    """

    data: bytes
    text: Text
    code: Bytes
    values: Mapping[str, _Values]

    def numbers(self, names: Sequence[str]) -> NDArray[Any] | None:
        """The values of some fields, ``(lines, values)``: int64 if all are written as whole numbers, else float64.

        None if one is not a JSON number, or is a whole number of many digits.
        """
        parts = [self.values[name] for name in names]
        start, at, stop = (
            np.column_stack(some) for some in zip(*((one.start, one.at, one.stop) for one in parts), strict=True)
        )
        end = self.text.marks[stop]
        behind_points = self.code[self.text.marks[self.text.mark == _POINT] + 1]
        if not are_numbers(self.code, start, end) or (behind_points | _LOWER_CASE == _E).any():
            return None
        flat = values_of(self.data, self.text, *(places.T.reshape(-1) for places in (at, stop, start)))
        found = None if flat is None else np.ascontiguousarray(flat.reshape(start.shape[::-1]).T)
        return None if found is None else as_written(found, end - start)

    def texts(self, name: str) -> list[str]:
        """The texts of a field, stripped."""
        values = self.values[name]
        starts, ends = values.start[:, 0].tolist(), self.text.marks[values.stop[:, 0]].tolist()
        return [self.data[start:end].decode().strip() for start, end in zip(starts, ends, strict=True)]


def are_numbers(code: Bytes, start: Places, end: Places) -> bool:
    """Whether values begin and end like JSON numbers; what is between is left to the parser of numbers."""
    first = code[start]
    if (first == _MINUS).any():
        start = start + (first == _MINUS)
        first = code[start]
    leading = (first == _ZERO) & _is_digit(code[start + 1])
    return bool((_is_digit(first) & _is_digit(code[end - 1]) & ~leading).all())


def as_written(found: NDArray[np.float64], lengths: Places) -> NDArray[Any] | None:
    """Numbers that were so long: int64 if all are whole numbers written so; None if one of these has many digits."""
    if not (found == np.floor(found)).all():
        return found
    digits = np.searchsorted(10.0 ** np.arange(1, _SURE_DIGITS + 1), np.abs(found), side="right") + 1
    if (lengths != digits + np.signbit(found)).any():
        return found
    return found.astype(np.int64) if lengths.max() <= _SURE_DIGITS else None


def _same(code: Bytes, at: Places, expected: bytes) -> bool:
    """Whether the same bytes are at all these positions."""
    return all(bool((code[at + i] == byte).all()) for i, byte in enumerate(expected))


def _is_digit(code: Bytes) -> NDArray[np.bool_]:
    return code - np.uint8(_ZERO) <= _NINE - _ZERO  # what is less than 0 wraps
