"""Cuts a file of lines at record boundaries, for several readers."""

from __future__ import annotations

from functools import partial
from io import FileIO
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, BinaryIO, TypeVar

import numpy as np

from losscli.core.shards import Cuts, MiscutError, Shard
from losscli.record import record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from losscli.core.shards import Apply
    from losscli.inputs.read_options import ReadOptions
    from losscli.inputs.source.bytes import Source

T = TypeVar("T")

_WINDOW = 1 << 16
_BUFFER = 1 << 18  # bytes that fit in the cache
_SCAN = 1 << 22  # bytes that are searched for lines at a time
_NEWLINE, _RETURN = ord("\n"), ord("\r")


@record
class Span:
    """A range of bytes of a file.

    Attributes:
        start: Offset of the first byte, where a line begins.
        stop: Offset after the last byte.
        line: The number of the first line; 0 if lines were not counted and quoted fields not located.
        ahead: Offset of the next block boundary of a sequential reader, which would have carried these bytes, the
            beginning of a line, over from the block before.
        last: The range ends the file.
    """

    start: int
    stop: int
    line: int
    ahead: int
    last: bool


@record
class LineFile:
    """A plain file of lines.

    Attributes:
        path: Its path.
        size: Its size in bytes.
        chunk_bytes: Size of a block.
        before: Number of lines before the first row.
        quoted: A quoted field may span several lines; else each line is a record.
    """

    path: str
    size: int
    chunk_bytes: int
    before: int = 0
    quoted: bool = False

    def cuts(self, read: Callable[[Span], T], work: float = 1.0) -> Cuts[T]:
        """How to share out the rows, given a picklable reader of a range of bytes."""
        return Cuts(self.size, partial(_shards, self, read), partial(_shards_at, self, read), work)


def lines_of(source: Source, options: ReadOptions, *, before: int = 0, quoted: bool = False) -> LineFile | None:
    """The file of a source; None if it is not the plain bytes of a file, or if lines are left out."""
    if source.path is None or source.size is None or options.skip or options.comment is not None:
        return None
    return LineFile(source.path, source.size, options.chunk_bytes, before, quoted)


def _shards(text: LineFile, read: Callable[[Span], T], size: int, apply: Apply | None) -> list[Shard[T]]:
    """Shards of about ``size`` bytes; without ``apply``, which counts quotes, each line is taken for a record.

    A line end lies in a quoted field if the number of quotes before it is odd; the file is not cut there. It is not cut
    at all if some lines end in carriage returns alone.
    """
    end = text.size
    places = _places(text, -(-max(size, 1) // text.chunk_bytes) * text.chunk_bytes)
    if apply is None:
        spans = [Span(a, b, 0, ahead, last=b == end) for (a, ahead), (b, _) in pairwise(places)]
        return [Shard(span.stop - span.start, partial(read, span)) for span in spans]
    counts = _counted(text, places, apply)
    if any(count.returns for count in counts):
        return [Shard(end, partial(read, Span(0, end, 1, 0, last=True)))]
    quotes = accumulate((count.quotes for count in counts), initial=0)
    lines = list(accumulate((count.lines for count in counts), initial=1))
    starts = [
        (start, line, ahead)
        for (start, ahead), line, before in zip(places[:-1], lines, quotes, strict=False)
        if before % 2 == 0 or not text.quoted
    ]
    found = []
    for (start, line, ahead), (stop, after, _) in pairwise([*starts, (end, lines[-1], 0)]):
        span = Span(start, stop, line, ahead, last=stop == end)
        found.append(Shard(stop - start, partial(read, span), after - max(line, 1 + text.before)))
    return found


def _shards_at(text: LineFile, read: Callable[[Span], T], rows: Sequence[int], apply: Apply | None) -> list[Shard[T]]:
    """Shards that begin at given rows, if each line is a row."""
    if apply is None:
        raise MiscutError
    places = _places(text, _SCAN)
    counts = _counted(text, places, apply)
    ends = list(accumulate(count.lines for count in counts))
    wanted = [text.before + row for row in rows[1:]]
    if any(count.returns for count in counts) or (wanted and wanted[-1] >= ends[-1]):
        raise MiscutError
    tasks: list[tuple[str, int, int, list[int]]] = []
    before = 0
    for (start, _), (stop, _), after in zip(places, places[1:], ends, strict=False):
        here = [line - before for line in wanted if before <= line < after]
        if here:
            tasks.append((text.path, start, stop, here))
        before = after
    starts = [0, *(start for found in apply(_starts, tasks) for start in found), text.size]
    lines = [1, *(line + 1 for line in wanted)]
    return [
        Shard(b - a, partial(read, Span(a, b, line, 0, last=b == text.size)))
        for (a, b), line in zip(pairwise(starts), lines, strict=True)
    ]


def _places(text: LineFile, step: int) -> list[tuple[int, int]]:
    """The starts of lines about ``step`` bytes apart, each with its distance to the step, and the end."""
    with FileIO(text.path) as file:
        first = 3 if file.read(3) == b"\xef\xbb\xbf" else 0
        return [(0, 0), *_line_starts(file, range(first + step, text.size, step)), (text.size, 0)]


def _counted(text: LineFile, places: Sequence[tuple[int, int]], apply: Apply) -> list[_Counts]:
    return list(apply(_count, [(text.path, a, b) for (a, _), (b, _) in pairwise(places)]))


@record
class _Counts:
    """Counts over some bytes: lines, quotes, and old Mac line ends."""

    lines: int
    quotes: int
    returns: int


def _line_starts(file: BinaryIO, places: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The last line start before each position, with the distance; positions within one long line have none."""
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
    open_return = open_line = False  # at the end of the buffer
    with FileIO(path) as file:
        file.seek(start)
        while start < stop and (size := file.readinto(view[: stop - start]) or 0):
            start += size
            lines += int(np.count_nonzero(array[:size] == _NEWLINE))
            if buffer.find(b'"', 0, size) >= 0:  # most text has none, and finding none is faster than counting
                quotes += buffer.count(b'"', 0, size)
            returns -= open_return and buffer[0] == _NEWLINE
            open_return, open_line = buffer[size - 1] == _RETURN, buffer[size - 1] != _NEWLINE
            if buffer.find(b"\r", 0, size) >= 0:
                returns += buffer.count(b"\r", 0, size) - buffer.count(b"\r\n", 0, size)
    return _Counts(lines + open_line, quotes, returns)


def _starts(task: tuple[str, int, int, list[int]]) -> list[int]:
    """The positions of lines, by their 0-based numbers within some bytes."""
    path, start, stop, wanted = task
    with FileIO(path) as file:
        file.seek(start)
        data = bytearray()
        while len(data) < stop - start and (more := file.read(stop - start - len(data))):
            data += more
    begins = np.concatenate(([0], np.flatnonzero(np.frombuffer(data, np.uint8) == _NEWLINE) + 1))
    return [start + int(begins[line]) for line in wanted]
