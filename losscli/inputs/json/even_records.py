"""Lines of one form whose values are found by what ends them, and are read by pyarrow, if it is installed."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.inputs.delimited.arrow_float import fields
from losscli.inputs.json.alike import LineForm, are_numbers, as_written

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Places = NDArray[np.intp]

_NEWLINE = ord("\n")


class Even:
    """Lines of one form, as `Alike` has them.

    Args:
        data: The lines.
        start: The positions where values begin, ``(lines, values)``.
        stop: Where they end.
        where: The columns of each field's values in these.
    """

    def __init__(self, data: bytes, start: Places, stop: Places, where: Mapping[str, range]) -> None:
        self._data = data
        self._code = np.frombuffer(data, np.uint8)
        self._start = start
        self._stop = stop
        self._where = where

    def numbers(self, names: Sequence[str]) -> NDArray[Any] | None:
        """The values of some fields, as `Alike.numbers` gives them; None also if one is not finite."""
        columns = [column for name in names for column in self._where[name]]
        inside = sorted(columns)
        start, stop = self._start[:, inside], self._stop[:, inside]
        if not are_numbers(self._code, start, stop) or self._has_bare_point:
            return None
        found = fields(self._data, start, stop)
        if found is None:
            return None
        order = [inside.index(column) for column in columns]
        return as_written(np.ascontiguousarray(found[:, order]), (stop - start)[:, order])

    @cached_property
    def _has_bare_point(self) -> bool:
        """Whether an exponent directly follows a point, which JSON does not allow."""
        found = self._code[:-1] == ord(".")
        found &= (self._code[1:] | 0x20) == ord("e")
        return bool(found.any())

    def texts(self, name: str) -> list[str]:
        """The texts of a field, stripped."""
        (column,) = self._where[name]
        starts, ends = self._start[:, column].tolist(), self._stop[:, column].tolist()
        return [self._data[start:end].decode().strip() for start, end in zip(starts, ends, strict=True)]


def even(form: LineForm, data: bytes) -> Even | None:
    """Parse whole lines; None if one of them has another form, or if the bytes that end values occur within a text."""
    code = np.frombuffer(data, np.uint8)
    before, where = _between(form)
    signs = {text[0] for text in (*before[1:], form.after)}
    marks = np.flatnonzero(_any_of(code, signs))
    counts = np.cumsum([sum(sign in signs for sign in text) for text in (*before, form.after)])
    if len(marks) % counts[-1] or len(marks) // counts[-1] != np.count_nonzero(code == _NEWLINE):
        return None
    stop = marks.reshape(-1, int(counts[-1]))[:, counts[:-1]]
    texts = any(field.text for field in form.fields.values())
    if texts and (b"\\" in data or np.count_nonzero(code < ord(" ")) != len(stop)):
        return None
    after = form.after + b"\n"
    begin = np.column_stack((np.concatenate(([0], stop[:-1, -1] + len(after))), stop))
    if begin[-1, -1] + len(after) != len(data) or not _are(data, begin, (*before, after)):
        return None
    return Even(data, begin[:, :-1] + [len(text) for text in before], stop, where)


def _between(form: LineForm) -> tuple[list[bytes], dict[str, range]]:
    """The bytes before each value, and the columns of each field's values."""
    before: list[bytes] = []
    where: dict[str, range] = {}
    for name, field in form.fields.items():
        first = len(before)
        before += [field.before, *[field.comma] * (field.count - 1)]
        where[name] = range(first, len(before))
    return before, where


def _any_of(code: NDArray[np.uint8], signs: set[int]) -> NDArray[np.bool_]:
    first, *others = signs
    found: NDArray[np.bool_] = code == first
    for sign in others:
        found |= code == sign
    return found


def _are(data: bytes, begin: Places, texts: Sequence[bytes]) -> bool:
    """Whether the texts stand where they are to begin, in all lines."""
    for size in {*map(len, texts)}:
        columns = [column for column, text in enumerate(texts) if len(text) == size]
        at = begin.take(columns, axis=1)
        if at.max() > len(data) - size:
            return False
        every = np.ndarray((len(data) - size + 1,), f"V{size}", data, strides=(1,))  # all texts of this size
        expected = np.frombuffer(b"".join(texts[column] for column in columns), np.uint8)
        if (every[at].view(np.uint8).reshape(len(at), -1) != expected).any():
            return False
    return True
