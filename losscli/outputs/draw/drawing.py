"""Which function draws blocks in a format."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.core.note import Note
    from losscli.outputs.draw.block import Block


def drawer(form: str, stream: TextIO, color: str) -> Any:
    """A function that draws blocks: as a page, or as tables that fit the terminal.

    It also takes the notes and further messages that will follow below, for which a low screen needs room.
    """
    if form == "markdown":
        from losscli.outputs.draw import markdown

        return lambda blocks, notes=(), more=(): markdown.draw(blocks, stream)
    if form == "html":
        from losscli.outputs.draw import html

        return lambda blocks, notes=(), more=(): html.draw(blocks, stream)
    if form != "table":
        raise AssertionError(f"nothing draws {form}")
    from losscli.outputs.draw import table
    from losscli.outputs.draw.terminal import columns_of, lines_of_screen, wants_color
    from losscli.outputs.notes_view import height, told_of

    room, high, colored = columns_of(stream), lines_of_screen(stream), wants_color(color, stream)

    def draw(blocks: Sequence[Block], notes: Sequence[Note] = (), more: Sequence[tuple[str, str]] = ()) -> None:
        left = None
        if room is not None and high is not None:
            told, rest = told_of(notes, room, high)
            left = high - 1 - height(told, room, (*rest, *more))  # one for the prompt
        table.draw(blocks, stream, room=room, color=colored, lines=left)

    return draw
