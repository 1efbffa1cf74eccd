"""Lines of CSV, many at once: the same bytes that ``csv.writer`` writes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.outputs.number_texts import count_texts, float_texts
from losscli.text import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]

_LONGEST = 64  # bytes of a text; those of all rows take as much room as the longest


def lines_of(fields: Sequence[Sequence[Any]], delimiter: str) -> str | None:
    """Lines of fields, given column by column; None if one holds what is not written here: lists, long texts."""
    parts: list[Bytes] = []
    for values in fields:
        texts = _texts(values, delimiter)
        if texts is None:
            return None
        parts += [texts, np.full((len(texts), 1), ord(delimiter), np.uint8)]
    parts[-1][:] = ord("\n")
    return np.concatenate(parts, axis=1).tobytes().translate(None, b"\0").decode()


def _texts(values: Sequence[Any], delimiter: str) -> Bytes | None:
    """One row of bytes for each value, in which 0 is no character."""
    if isinstance(values, range):
        return count_texts(np.arange(values.start, values.stop))
    kinds = set(map(type, values))
    if kinds == {float}:
        return float_texts(np.array(values))
    if kinds == {float, type(None)}:
        texts = float_texts(np.array(values, np.float64))
        texts[[value is None for value in values]] = 0
        return texts
    if kinds == {type(None)}:
        return np.zeros((len(values), 0), np.uint8)
    if kinds == {int}:
        try:
            return count_texts(np.array(values, np.int64))
        except OverflowError:
            return None
    return _words(values, delimiter) if kinds == {str} else None


class _Numbered(dict[str, int]):
    """Texts, each with its number."""

    def __missing__(self, text: str) -> int:
        number = self[text] = len(self)
        return number


def _words(values: Sequence[str], delimiter: str) -> Bytes | None:
    known = _Numbered()
    number = np.fromiter(map(known.__getitem__, values), np.intp, len(values))
    words = [_quoted(printable(text), delimiter).encode() for text in known]
    if max(map(len, words)) > _LONGEST:
        return None
    chosen = np.array(words).take(number)
    return chosen.view(np.uint8).reshape(len(values), -1)


def _quoted(text: str, delimiter: str) -> str:
    """A field as ``csv.writer`` writes it beside others."""
    if re.fullmatch(r"[\w.-]*", text):
        return text
    import csv
    import io

    line = io.StringIO()
    csv.writer(line, delimiter=delimiter, lineterminator="\n").writerow([text, 0])
    return line.getvalue()[: -len("?0\n")]
