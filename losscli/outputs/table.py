"""Tables for people; the only module that knows rich."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, TextIO

from rich.box import SIMPLE_HEAD, Box
from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.outputs.view import Block, Column

BAR_WIDTH = 8
_ENDLESS = 100_000  # off a terminal nothing is wrapped and no digit is cut
_EIGHTHS = " ▏▎▍▌▋▊▉"
_ASCII_HEAD = Box("    \n    \n -- \n    \n    \n    \n    \n    \n", ascii=True)


def draw(blocks: Sequence[Block], stream: TextIO, *, color: bool) -> None:
    """Write blocks to a stream: as wide as a terminal is, or as wide as they need if it is none."""
    unicode = (getattr(stream, "encoding", None) or "ascii").lower().startswith("utf")
    text = io.StringIO()
    console = Console(
        file=text,
        force_terminal=color,
        no_color=not color,
        highlight=False,
        width=Console(file=stream).width if stream.isatty() else _ENDLESS,
    )
    for i, block in enumerate(blocks):
        if i:
            console.print()
        console.print(_table(block, unicode=unicode))
        if block.caption:
            console.print(Text(_plain(block.caption, unicode=unicode), style="dim"), soft_wrap=True)
    stream.writelines(line.rstrip() + "\n" for line in text.getvalue().splitlines())


def _table(block: Block, *, unicode: bool) -> Table:
    head = any(column.heading for column in block.columns)
    table = Table(
        box=SIMPLE_HEAD if unicode else _ASCII_HEAD,
        show_header=head,
        show_edge=False,
        pad_edge=False,
        padding=(0, 1),
    )
    for column in block.columns:
        numeric = column.align != "left"
        table.add_column(
            Text(_plain(column.heading, unicode=unicode)),
            justify="right" if column.align == "right" else "left",
            no_wrap=numeric,
            overflow="fold",
        )
    for i, row in enumerate(block.rows):
        style = "bold" if i in block.strong else None
        cells = (_cell(column, text, unicode=unicode) for column, text in zip(block.columns, row, strict=True))
        table.add_row(*cells, style=style)
    return table


def _cell(column: Column, text: str, *, unicode: bool) -> Text:
    if column.align == "bar":
        return Text(_bar(float(text), unicode=unicode), style="red")
    return Text(_plain(text, unicode=unicode))


def _plain(text: str, *, unicode: bool) -> str:
    return text if unicode else text.encode("ascii", "backslashreplace").decode("ascii")


def _bar(share: float, *, unicode: bool) -> str:
    if share != share:
        return "?"
    if not unicode:
        return "#" * round(share * BAR_WIDTH)
    eighths = round(share * BAR_WIDTH * 8)
    return ("█" * (eighths // 8) + _EIGHTHS[eighths % 8]).rstrip()
