"""Tables on a terminal; the only module that knows rich."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from rich.box import SIMPLE_HEAD, Box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from losscli.outputs.report_view import BAR_WIDTH, bar, speaks_unicode, transcribed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.outputs.report_view import Block, Column

_ASCII_HEAD = Box("    \n    \n -- \n    \n    \n    \n    \n    \n", ascii=True)
_ENDLESS = 100_000


def draw(blocks: Sequence[Block], stream: TextIO, *, color: bool) -> None:
    """Write blocks as wide as the terminal is; in colour but to no terminal, as wide as they need."""
    unicode = speaks_unicode(stream)
    width = None if stream.isatty() else _ENDLESS
    console = Console(file=stream, force_terminal=color, no_color=not color, highlight=False, width=width)
    for i, block in enumerate(blocks):
        if i:
            console.print()
        console.print(_table(block, _widths(block, console.width), unicode=unicode))
        if block.caption:
            console.print(Text(transcribed(block.caption, unicode=unicode), style="dim"), soft_wrap=True)


def _widths(block: Block, room: int) -> list[int | None]:
    """Widths of the columns where text must wrap: narrow columns are spared, and no word is broken if possible."""
    texts = [[column.heading, *(row[j] for row in block.rows)] for j, column in enumerate(block.columns)]
    full, least = [], []
    for column, cells in zip(block.columns, texts, strict=True):
        full.append(BAR_WIDTH if column.align == "bar" else max(map(cell_len, cells)))
        words = [cell_len(word) for text in cells for word in text.split()]
        least.append(max(words, default=0) if column.align == "left" else full[-1])
    room -= 3 * (len(full) - 1)
    spare = room - sum(least)
    if sum(full) <= room or spare < 0:
        return [None] * len(full)
    widths: list[int | None] = [None] * len(full)
    needs = sorted(range(len(full)), key=lambda j: full[j] - least[j])
    for left, j in zip(range(len(needs), 0, -1), needs, strict=True):
        extra = min(full[j] - least[j], spare // left)
        spare -= extra
        widths[j] = least[j] + extra if block.columns[j].align == "left" else None
    return widths


def _table(block: Block, widths: Sequence[int | None], *, unicode: bool) -> Table:
    table = Table(
        box=SIMPLE_HEAD if unicode else _ASCII_HEAD, show_edge=False, pad_edge=False, padding=(0, 1), safe_box=False
    )
    for j, column in enumerate(block.columns):
        numeric = column.align == "right"
        # Cells are padded here: rich would strip the blanks that line up decimal points.
        width = max([len(column.heading), *(len(row[j]) for row in block.rows)]) if numeric else 0
        heading = transcribed(column.heading, unicode=unicode).rjust(width)
        table.add_column(Text(heading), no_wrap=column.align != "left", overflow="fold", width=widths[j])
    for i, row in enumerate(block.rows):
        cells = (
            _cell(column, text.rjust(len(str(header.header))) if column.align == "right" else text, unicode=unicode)
            for column, header, text in zip(block.columns, table.columns, row, strict=True)
        )
        table.add_row(*cells, style="bold" if i in block.strong else None)
    return table


def _cell(column: Column, text: str, *, unicode: bool) -> Text:
    if column.align == "bar":
        return Text(bar(float(text), unicode=unicode), style="red")
    return Text(transcribed(text, unicode=unicode))
