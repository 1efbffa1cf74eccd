"""Tables as text: as wide as they need in a file or pipe, as wide as there is room on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from losscli.outputs.draw.cell_text import padded, wrapped
from losscli.outputs.draw.fit import DECORATION, Panel, lines_of, panels
from losscli.outputs.draw.terminal import painted
from losscli.outputs.report_view import bar, signed_bar, speaks_unicode, transcribed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from losscli.outputs.report_view import Block


def draw(blocks: Sequence[Block], stream: TextIO, *, room: int | None, color: bool) -> None:
    """Write blocks, with an empty line between them.

    Args:
        blocks: What to draw.
        stream: Where.
        room: Columns of the terminal; None if there is no limit.
        color: Whether to write ANSI colours.
    """
    unicode = speaks_unicode(stream)
    for i, block in enumerate(blocks):
        lines = [*_table(block, room, unicode=unicode, color=color)] if block.columns else []
        for caption in transcribed(block.caption, unicode=unicode).split("\n") if block.caption else ():
            whole = room is None or " " not in caption  # a signature is to be copied
            below = [caption] if whole or room is None else wrapped(caption, room)
            lines += [painted(line, "dim", color=color) for line in below]
        stream.write(("\n" if i else "") + "\n".join(lines) + "\n")


def _table(block: Block, room: int | None, *, unicode: bool, color: bool) -> Iterator[str]:
    drawn = {"bar": bar, "signed": signed_bar}
    cells = [
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
    for i, panel in enumerate(panels(block, cells, room)):
        if i:
            yield ""
        yield from _panel(block, cells, panel, unicode=unicode, color=color)


def _panel(block: Block, cells: Sequence[Sequence[str]], panel: Panel, *, unicode: bool, color: bool) -> Iterator[str]:
    mark = "…" if unicode else "..."
    later = panel.columns[0] == 0 and panel.columns[1:2] > (1,)  # a row with nothing in it is in the first panel
    for i, row in enumerate(cells):
        if later and i and not any(row[j].strip() for j in panel.columns[1:]):
            continue
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


def _line(block: Block, panel: Panel, texts: Sequence[str], tones: Sequence[str], *, color: bool) -> str:
    """The cells of a line; blanks before and after a text are never coloured."""
    parts = []
    for j, width, text, tone in zip(panel.columns, panel.widths, texts, tones, strict=True):
        column = block.columns[j]
        whole = padded(text, width, right=column.align == "right")
        inner = whole.strip()
        colored = inner if column.align in DECORATION else painted(inner, tone, color=color)
        parts.append(whole.replace(inner, colored, 1) if inner and color else whole)
    return (" " * panel.gap).join(parts).rstrip()
