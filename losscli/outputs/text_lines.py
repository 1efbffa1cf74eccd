"""Lines of CSV, many at once: the same bytes that ``csv.writer`` writes."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.core.shown_rows import Bulk
from losscli.outputs.number_texts import count_texts, float_texts
from losscli.text import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]

_LONGEST = 64  # bytes of a text; all take the space of the longest


def lines_of(fields: Sequence[Sequence[Any]], delimiter: str) -> str | None:
    """Lines of fields, given by column; None if a column holds lists, long texts or the like."""
    columns = [column for values in fields if (column := _in_bulk(values)) is not None]
    if len(columns) < len(fields):
        return None
    floats = [column.array for column in columns if column.array.dtype.kind == "f"]
    together = iter(np.split(float_texts(np.concatenate(floats, dtype=np.float64)), len(floats)) if floats else ())
    parts: list[Bytes] = []
    for column in columns:
        texts = next(together) if column.array.dtype.kind == "f" else _texts(column, delimiter)
        if texts is None:
            return None
        parts += [texts, np.full((len(texts), 1), ord(delimiter), np.uint8)]
    parts[-1][:] = ord("\n")
    return np.concatenate(parts, axis=1).tobytes().translate(None, b"\0").decode()


def _in_bulk(values: Sequence[Any]) -> Bulk | None:
    """Values of one kind as an array; None if they are mixed, or of a kind not handled here."""
    if isinstance(values, Bulk) and len(values.names or ()) <= len(values):
        return values
    if isinstance(values, range):
        return Bulk(np.arange(values.start, values.stop))
    kinds = set(map(type, values))
    if kinds == {str}:
        known = _Numbered()
        return Bulk(np.fromiter(map(known.__getitem__, values), np.intp, len(values)), tuple(known))
    if kinds == {int}:
        try:
            return Bulk(np.array([*values], np.int64))
        except OverflowError:
            return None
    return Bulk(np.array([*values])) if kinds and kinds <= {float, type(None)} else None


def _texts(column: Bulk, delimiter: str) -> Bytes | None:
    """One row of bytes for each value that is not a float, padded with 0."""
    if column.names is not None:
        words = _words(column.names, delimiter)
        return None if words is None else words.take(column.array).view(np.uint8).reshape(len(column), -1)
    if column.array.dtype.kind == "i":
        return count_texts(column.array.astype(np.int64, copy=False))
    missing = np.array([value is None for value in column])  # None among floats
    texts = float_texts(np.where(missing, 0.0, column.array).astype(np.float64))
    texts[missing] = 0
    return texts


class _Numbered(dict[str, int]):
    """Distinct texts, each with its number."""

    def __missing__(self, text: str) -> int:
        number = self[text] = len(self)
        return number


@lru_cache(maxsize=4)
def _words(texts: tuple[str, ...], delimiter: str) -> NDArray[np.bytes_] | None:
    """Texts as fields."""
    words = [_quoted(printable(text), delimiter).encode() for text in texts]
    return None if max(map(len, words)) > _LONGEST else np.array(words)


def _quoted(text: str, delimiter: str) -> str:
    """A field as ``csv.writer`` writes it among others."""
    if re.fullmatch(r"[\w.-]*", text):
        return text
    import csv
    import io

    line = io.StringIO()
    csv.writer(line, delimiter=delimiter, lineterminator="\n").writerow([text, 0])
    return line.getvalue()[: -len("?0\n")]
