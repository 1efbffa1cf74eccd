"""The texts of some columns of a block, cut out on demand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.inputs.choose.key_bytes import Texts
from losscli.inputs.delimited.csv_records import records

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from losscli.inputs.delimited.lines import TextBlock

_NEWLINE = ord("\n")


def spans_of(data: bytes, delimiter: str, width: int) -> NDArray[np.intp] | None:
    """Positions of the marks that delimit fields, ``(lines, width + 1)``; -1 is the start of the text.

    None if some line hasn't ``width`` fields; np.loadtxt does not look at that when it picks columns.
    """
    text = np.frombuffer(data, dtype=np.uint8)
    ends = np.flatnonzero(text == ord("\n"))
    inner = np.flatnonzero(text == ord(delimiter))
    if len(inner) != len(ends) * (width - 1):
        return None
    starts = np.concatenate(([-1], ends[:-1]))
    spans = np.column_stack((starts, inner.reshape(len(ends), width - 1), ends))
    # Positions out of order: a line has too many fields, another too few. In one column, an empty field: a blank line.
    return spans if (np.diff(spans, axis=1) > (width == 1)).all() else None


def texts_between(data: bytes, spans: NDArray[np.intp], column: int) -> list[str]:
    """The texts of a column, between the marks that `spans_of` found."""
    pairs = zip((spans[:, column] + 1).tolist(), spans[:, column + 1].tolist(), strict=True)
    return [data[start:end].decode().strip() for start, end in pairs]


def texts_at_a_stride(
    data: bytes, text: NDArray[Any], delimiter: int, size: int, columns: Sequence[int]
) -> list[Sequence[str]] | None:
    """The texts of columns, for lines of equal length with delimiters at the same positions."""
    length = len(data) // max(size, 1)
    if size * length != len(data) or b'"' in data:
        return None
    lines = text.reshape(size, length)
    first = lines[0, :-1].tobytes().split(bytes([delimiter]))
    ends = np.cumsum([len(field) + 1 for field in first]) - 1
    for code, places in ((_NEWLINE, ends[-1:]), (delimiter, ends[:-1])):  # a look at all bytes in one go is quickest
        if np.count_nonzero(text == code) != size * len(places):
            return None
        if any((lines[:, place] != code).any() for place in places.tolist()):
            return None
    found: list[Sequence[str]] = []
    for column in columns:
        wide = len(first[column])
        start, rows = int(ends[column]) - wide, np.arange(size, dtype=np.int64) * wide
        found.append(Texts.within(lines[:, start : start + wide].tobytes(), rows, rows + wide))
    return found


def column_texts(block: TextBlock, delimiter: str, name: str, column: int) -> list[str]:
    """The texts of a column, read as CSV; blank lines have none."""
    rows = records(block.lines, delimiter, block.first_line, name)
    return [fields[column].strip() for _, fields in rows if fields]
