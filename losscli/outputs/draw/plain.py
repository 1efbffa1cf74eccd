"""Tables for files and pipes: the look of ``outputs.table`` without colour, wrapping or the cost of rich.

Off a terminal rich would crop cells to a width that is not there; and importing it takes as long as all the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from losscli.outputs.report_view import bar, speaks_unicode, transcribed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.outputs.report_view import Block


def draw(blocks: Sequence[Block], stream: TextIO) -> None:
    """Write blocks, each as wide as it needs."""
    unicode = speaks_unicode(stream)
    for i, block in enumerate(blocks):
        lines = _lines(block, unicode=unicode)
        stream.write(("\n" if i else "") + "\n".join(line.rstrip() for line in lines) + "\n")


def _lines(block: Block, *, unicode: bool) -> list[str]:
    head = [transcribed(column.heading, unicode=unicode) for column in block.columns]
    rows = [head] + [
        [
            bar(float(text), unicode=unicode) if column.align == "bar" else transcribed(text, unicode=unicode)
            for column, text in zip(block.columns, row, strict=True)
        ]
        for row in block.rows
    ]
    widths = [max(len(row[j]) for row in rows) for j in range(len(head))]
    lines = [
        "   ".join(
            text.rjust(width) if column.align == "right" else text.ljust(width)
            for column, text, width in zip(block.columns, row, widths, strict=True)
        )
        for row in rows
    ]
    rule = ("─" if unicode else "-") * (sum(widths) + 3 * (len(widths) - 1))
    caption = [transcribed(block.caption, unicode=unicode)] if block.caption else []
    return [lines[0], rule, *lines[1:], *caption]
