"""Tables as text: as wide as needed in a file or pipe, as wide as the room on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from losscli.outputs.draw.cell_text import cell_width, padded, wrapped
from losscli.outputs.draw.fit import DECORATION, Strip, lines_of, panels
from losscli.outputs.draw.fold import fitted, parted
from losscli.outputs.draw.terminal import painted
from losscli.outputs.report_view import bar, signed_bar, speaks_unicode, transcribed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from losscli.outputs.draw.block import Block


def draw(blocks: Sequence[Block], stream: TextIO, *, room: int | None, color: bool, lines: int | None = None) -> None:
    """Write blocks, with an empty line between tables.

    Args:
        blocks: What to draw.
        stream: Where to write.
        room: Columns of the terminal; None if there is no limit.
        color: Whether to write ANSI colours.
        lines: Lines of the screen; None if there is no limit.
    """
    unicode = speaks_unicode(stream)

    def drawn(block: Block) -> list[str]:
        return [*_block(block, room, unicode=unicode, color=color)]

    if lines is not None and room is not None:
        blocks = fitted(blocks, lines, lambda block: _height(block, room, unicode=unicode))
    for i, block in enumerate(blocks):
        stream.write("\n" * (i > 0 and parted(blocks[i - 1], block)) + "\n".join(drawn(block)) + "\n")


def _height(block: Block, room: int, *, unicode: bool) -> int:
    """The number of screen lines that a block takes; a signature may take two."""
    return sum(max(-(-cell_width(line) // room), 1) for line in _block(block, room, unicode=unicode, color=False))


def _block(block: Block, room: int | None, *, unicode: bool, color: bool) -> Iterator[str]:
    below = block.caption
    if block.columns:
        cells = _cells(block, unicode=unicode)
        parts = panels(block, cells, room)
        for i, panel in enumerate(parts):
            yield from [""] * bool(i)
            yield from _panel(block, cells, panel, unicode=unicode, color=color)
        drawn = {block.columns[j].align for panel in parts for j in panel.columns}
        below += f"\n{block.legend}" if "picture" in drawn else ""
    for caption in filter(None, transcribed(below, unicode=unicode).split("\n")):
        whole = room is None or " " not in caption  # a signature must be copied in one piece
        lines = [caption] if whole or room is None else wrapped(caption, room)
        yield from (painted(line, "dim", color=color) for line in lines)


def _cells(block: Block, *, unicode: bool) -> list[list[str]]:
    """The head and the rows as they are drawn."""
    drawn = {"bar": bar, "signed": signed_bar}
    return [
        [transcribed(column.heading, unicode=unicode) for column in block.columns],
        *(
            [
                drawn[column.align](float(text), unicode=unicode)
                if column.align in drawn
                else transcribed(text, unicode=unicode)
                for column, text in zip(block.columns, row, strict=True)
            ]
            for row in block.rows
        ),
    ]


def _panel(block: Block, cells: Sequence[Sequence[str]], panel: Strip, *, unicode: bool, color: bool) -> Iterator[str]:
    mark = "…" if unicode else "..."
    for i, row in enumerate(cells):
        if panel.names and i and not any(row[j].strip() for j in panel.columns[panel.names :]):
            continue  # a row that is empty here is in the first panel
        tall = [
            lines_of(block.columns[j], row[j], width, mark=mark)
            for j, width in zip(panel.columns, panel.widths, strict=True)
        ]
        tones = [block.tones.get((i - 1, j), "") for j in panel.columns]
        whole = "strong" if i == 0 or i - 1 in block.strong else ""
        for k in range(max(map(len, tall))):
            texts = [lines[k] if k < len(lines) else "" for lines in tall]
            yield _line(block, panel, texts, [tone or whole for tone in tones], color=color)
        if i == 0:
            yield painted(("─" if unicode else "-") * panel.width, "dim", color=color)


def _line(block: Block, panel: Strip, texts: Sequence[str], tones: Sequence[str], *, color: bool) -> str:
    """The cells of a line; blanks around a text are never coloured."""
    parts = []
    for j, width, text, tone in zip(panel.columns, panel.widths, texts, tones, strict=True):
        column = block.columns[j]
        whole = padded(text, width, right=column.align == "right")
        inner = whole.strip()
        colored = inner if column.align in DECORATION else painted(inner, tone, color=color)
        parts.append(whole.replace(inner, colored, 1) if inner and color else whole)
    return (" " * panel.gap).join(parts).rstrip()
