"""Blocks of text made of whole records, of any number of lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.inputs.delimited.csv_records import odd_quotes, records
from losscli.inputs.delimited.lines import TextBlock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from losscli.inputs.delimited.dialect import TextLayout


def whole_records(blocks: Iterator[TextBlock], layout: TextLayout, name: str) -> Iterator[TextBlock]:
    """Move a record that was cut at a quoted line end to the next block."""
    carry: TextBlock | None = None
    for block in blocks:
        whole = TextBlock(carry.data + block.data, carry.first_line) if carry else block
        carry = None
        if whole.quoted and odd_quotes(whole.lines):
            whole, carry = _split_open(whole, layout, name)
        if whole.data:
            yield whole
    if carry:
        yield carry


def first_records(blocks: Iterator[TextBlock], delimiter: str, limit: int, name: str) -> Iterator[TextBlock]:
    """The text of the first ``limit`` rows."""
    left = limit
    for block in blocks:
        rows = [line for line, fields in records(block.lines, delimiter, block.first_line, name) if fields != []]
        if len(rows) > left:
            lines = block.data.split(b"\n")[: rows[left] - block.first_line]
            if lines:
                yield TextBlock(b"\n".join((*lines, b"")), block.first_line)
            return
        yield block
        left -= len(rows)


def _split_open(block: TextBlock, layout: TextLayout, name: str) -> tuple[TextBlock, TextBlock | None]:
    for line, fields in records(block.lines, layout.delimiter, block.first_line, name):
        if fields is None:
            at = 0
            for _ in range(line - block.first_line):
                at = block.data.index(b"\n", at) + 1
            return TextBlock(block.data[:at], block.first_line), TextBlock(block.data[at:], line)
    return block, None
