"""Parts of a delimited file that begin and end where records do, for several readers at a time."""

from __future__ import annotations

from io import FileIO
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from losscli.inputs.source import size_of
from losscli.record import record

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from losscli.core.batch import Apply

_LEAST = 1 << 18  # more than what is looked at to find the layout
_WINDOW = 1 << 16
_BUFFER = 1 << 18  # stays in the cache while it is counted
_NEWLINE, _RETURN = ord("\n"), ord("\r")


@record
class Span:
    """Some bytes of a file.

    Attributes:
        start: The first; a line begins there.
        stop: The one after the last.
        line: The number of the first line; 0 if nobody has counted, and looked where quoted fields are.
        ahead: How far it is to the place where one reader of all would begin its next block: it would have kept
            these bytes, the beginning of a line, from the block before.
        last: The file ends there.
    """

    start: int
    stop: int
    line: int
    ahead: int
    last: bool


@record
class _Counts:
    """What there is in some bytes: line ends, quotes, and line ends of the old Mac."""

    lines: int
    quotes: int
    returns: int


def cut(path: str, chunk_bytes: int, size: int, apply: Apply | None) -> list[Span]:
    """Cut a file into spans of about ``size`` bytes, each from the start of a record to that of another.

    Without ``apply`` to count with, each line is taken for a record.

    A line end lies in a quoted field if the number of quotes before it is odd. Only there a file is not cut, and
    not at all if some of its lines end in carriage returns alone.
    """
    end = size_of(path) or 0
    step = -(-max(size, _LEAST) // chunk_bytes) * chunk_bytes
    with FileIO(path) as file:
        first = 3 if file.read(3) == b"\xef\xbb\xbf" else 0
        places = [(0, 0), *_line_starts(file, range(first + step, end, step)), (end, 0)]
    if apply is None:
        return [Span(a, b, 0, ahead, last=b == end) for (a, ahead), (b, _) in pairwise(places)]
    counts: Sequence[_Counts] = list(apply(_count, [(path, a, b) for (a, _), (b, _) in pairwise(places)]))
    if any(count.returns for count in counts):
        return [Span(0, end, 1, 0, last=True)]
    quotes = accumulate((count.quotes for count in counts), initial=0)
    lines = accumulate((count.lines for count in counts), initial=1)
    starts = [
        (start, line, ahead)
        for (start, ahead), line, before in zip(places[:-1], lines, quotes, strict=False)
        if before % 2 == 0
    ]
    return [
        Span(start, stop, line, ahead, last=stop == end)
        for (start, line, ahead), (stop, _, _) in pairwise([*starts, (end, 0, 0)])
    ]


def _line_starts(file: BinaryIO, places: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The last line start up to each place, and how far it is from there; none for places in one long line."""
    before = 0
    for place in places:
        low = place
        while low > before:
            low = max(before, low - _WINDOW)
            file.seek(low)
            found = file.read(min(_WINDOW, place - low)).rfind(b"\n")
            if found >= 0:
                before = low + found + 1
                yield before, place - before
                break


def _count(task: tuple[str, int, int]) -> _Counts:
    path, start, stop = task
    lines = quotes = returns = 0
    buffer = bytearray(_BUFFER)
    array, view = np.frombuffer(buffer, np.uint8), memoryview(buffer)
    open_return = False  # a carriage return at the end of the buffer
    with FileIO(path) as file:
        file.seek(start)
        while start < stop and (size := file.readinto(view[: stop - start]) or 0):
            start += size
            lines += int(np.count_nonzero(array[:size] == _NEWLINE))
            if buffer.find(b'"', 0, size) >= 0:  # mostly there is none, and to find none is faster than to count it
                quotes += buffer.count(b'"', 0, size)
            returns -= open_return and buffer[0] == _NEWLINE
            open_return = buffer[size - 1] == _RETURN
            if buffer.find(b"\r", 0, size) >= 0:
                returns += buffer.count(b"\r", 0, size) - buffer.count(b"\r\n", 0, size)
    return _Counts(lines, quotes, returns)
