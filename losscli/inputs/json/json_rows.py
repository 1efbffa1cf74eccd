"""Arrays or single numbers, one per line, as one array whose length is known only at the end."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from losscli.errors import InputError
from losscli.inputs.array.arrays import Arrays, ArrayStream, Block
from losscli.inputs.delimited.lines import TextBlock, text_blocks
from losscli.inputs.json.nested import Locate, Path, to_array
from losscli.inputs.json.record_groups import Group, all_read
from losscli.inputs.source.bytes import open_span
from losscli.record import replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from losscli.core.batch import Decision
    from losscli.inputs.delimited.split import LineFile, Span


WORK = 2.0  # cost of reading a byte, relative to CSV


def blocks_in(lines: LineFile, span: Span) -> Iterator[TextBlock]:
    """The lines in a range of bytes of a file."""
    source = open_span(lines.path, span.start, span.stop)
    return text_blocks(source, lines.chunk_bytes, span.line, span.ahead)


def open_rows(
    groups: Iterator[Group], first: Group, name: str, decisions: tuple[Decision, ...], lines: LineFile | None
) -> Arrays:
    """Arrays or scalars, one per line, as one array whose length is known only at the end."""

    def load(key: str, text: bool) -> ArrayStream:
        places, values = first
        example = to_array(values[:1], _locate_rows(places), text=text)
        stream = _rows(name, example, text, groups)
        return replace(stream, cuts=lines and lines.cuts(partial(_rows_in, lines, name, example, text), WORK))

    return Arrays(name, ("",), load, decisions)


def _rows(name: str, example: NDArray[Any], text: bool, groups: Iterator[Group]) -> ArrayStream:
    return ArrayStream(name, (-1, *example.shape[1:]), example.dtype == object, _blocks(groups, example, text))


def _rows_in(lines: LineFile, name: str, example: NDArray[Any], text: bool, span: Span) -> ArrayStream:
    return _rows(name, example, text, all_read(blocks_in(lines, span), name))


def _blocks(groups: Iterator[Group], example: NDArray[Any], text: bool) -> Iterator[Block]:
    for places, values in groups:
        array = to_array(values, _locate_rows(places), text=text)
        if array.shape[1:] != example.shape[1:]:
            what = f"a row of shape {array.shape[1:]}, the first has {example.shape[1:]}"
            raise InputError(what, places[0])
        if (array.dtype == object) != (example.dtype == object):
            raise InputError("numbers and text are mixed", places[0])
        yield array, places.__getitem__


def _locate_rows(places: list[str]) -> Locate:
    def named(path: Path, /) -> tuple[str, str]:
        if len(path) < 2:
            return "the row", places[path[0] if path else 0]
        return f"value {', '.join(str(i + 1) for i in path[1:])}", places[path[0]]

    return named
