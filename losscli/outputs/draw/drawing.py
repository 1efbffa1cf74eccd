"""What draws blocks, and whether in colour."""

from __future__ import annotations

from typing import Any, TextIO


def drawer(form: str, stream: TextIO, color: str) -> Any:
    """What draws ``losscli.outputs.report_view`` blocks: as Markdown, or as tables that fit the terminal."""
    if form == "markdown":
        from losscli.outputs.draw import markdown

        return lambda blocks: markdown.draw(blocks, stream)
    if form == "html":
        from losscli.outputs.draw import html

        return lambda blocks: html.draw(blocks, stream)
    from losscli.outputs.draw import table
    from losscli.outputs.draw.terminal import columns_of, wants_color

    room, colored = columns_of(stream), wants_color(color, stream)
    return lambda blocks: table.draw(blocks, stream, room=room, color=colored)
