"""The texts of some columns of a block, cut out on demand."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from losscli.inputs.delimited.csv_records import records

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from losscli.inputs.delimited.lines import TextBlock

    Places = NDArray[np.intp]
    Spans = Callable[[int], tuple[Places, Places]]  # where the fields of a column begin, and where they end


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


def spans_between(stops: Places) -> Spans:
    """The positions of fields that end at these positions, ``(lines, columns)``."""

    def where(column: int) -> tuple[Places, Places]:
        before = stops[:, column - 1] if column else np.concatenate(([-1], stops[:-1, -1]))
        return before + 1, stops[:, column]

    return where


def spans_alike(fields: Sequence[bytes], at: Places) -> Spans:
    """The positions of fields of equal length in all lines, which begin at these positions."""
    offsets = [*accumulate((len(field) + 1 for field in fields), initial=0)]

    def where(column: int) -> tuple[Places, Places]:
        start = at + offsets[column]
        return start, start + len(fields[column])

    return where


def column_texts(block: TextBlock, delimiter: str, name: str, column: int) -> list[str]:
    """The texts of a column, read as CSV; blank lines have none."""
    rows = records(block.lines, delimiter, block.first_line, name)
    return [fields[column].strip() for _, fields in rows if fields]
