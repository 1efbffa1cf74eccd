"""Which function draws blocks in a format."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.outputs.draw.block import Block


def drawer(form: str, stream: TextIO, color: str) -> Any:
    """A function that draws blocks: as a page, or as tables that fit the terminal.

    It also takes the messages that will follow below the blocks, for which a low screen needs room.
    """
    if form == "markdown":
        from losscli.outputs.draw import markdown

        return lambda blocks, below=(): markdown.draw(blocks, stream)
    if form == "html":
        from losscli.outputs.draw import html

        return lambda blocks, below=(): html.draw(blocks, stream)
    if form != "table":
        raise AssertionError(f"nothing draws {form}")
    from losscli.outputs.draw import table
    from losscli.outputs.draw.cell_text import wrapped
    from losscli.outputs.draw.terminal import columns_of, lines_of_screen, wants_color

    room, high, colored = columns_of(stream), lines_of_screen(stream), wants_color(color, stream)

    def draw(blocks: Sequence[Block], below: Sequence[str] = ()) -> None:
        taken = 1 + sum(len(wrapped(text, room)) for text in below) if room else 0  # lines below, with the prompt
        table.draw(blocks, stream, room=room, color=colored, lines=None if high is None else high - taken)

    return draw
