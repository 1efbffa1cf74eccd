"""Markdown tables, for a report or an issue."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from losscli.outputs.draw.fit import DECORATION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.outputs.draw.block import Block


def draw(blocks: Sequence[Block], stream: TextIO) -> None:
    """Write blocks as pipe tables; bars and pictures are left out, as blanks and letters have no width there."""
    for i, block in enumerate(blocks):
        shown = [j for j, column in enumerate(block.columns) if column.align not in DECORATION]
        if i:
            stream.write("\n")
        _line([block.columns[j].heading for j in shown], stream)
        stream.write("|" + "|".join(" ---: " if block.columns[j].align == "right" else " --- " for j in shown) + "|\n")
        for row in block.rows:
            _line([row[j].strip() for j in shown], stream)
        if block.caption:
            stream.write(f"\n`{block.caption}`\n")


def _line(cells: Sequence[str], stream: TextIO) -> None:
    stream.write("| " + " | ".join(escaped(text) for text in cells) + " |\n")


def escaped(text: str) -> str:
    """Text escaped for Markdown."""
    for sign in "\\|`*_<>[]~":
        text = text.replace(sign, "\\" + sign)
    return text
