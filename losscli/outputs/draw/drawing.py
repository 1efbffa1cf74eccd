"""What draws blocks, and whether in colour."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from collections.abc import Mapping


def drawer(form: str, stream: TextIO, color: str) -> Any:
    """What draws ``losscli.outputs.report_view`` blocks: Markdown, a table, or off a terminal a plain one."""
    if form == "markdown":
        from losscli.outputs.draw import markdown

        return lambda blocks: markdown.draw(blocks, stream)
    colored = wants_color(color, stream)
    if not colored and not stream.isatty():
        from losscli.outputs.draw import plain

        return lambda blocks: plain.draw(blocks, stream)
    from losscli.outputs.draw import table

    return lambda blocks: table.draw(blocks, stream, color=colored)


def wants_color(choice: str, stream: TextIO, environ: Mapping[str, str] = os.environ) -> bool:
    """The choice, then NO_COLOR, FORCE_COLOR or CLICOLOR_FORCE, CLICOLOR=0, then whether it is a terminal."""
    if choice != "auto":
        return choice == "always"
    if environ.get("NO_COLOR"):
        return False
    if any(environ.get(name, "0") not in ("", "0") for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    if environ.get("CLICOLOR") == "0" or environ.get("TERM") == "dumb":
        return False
    return stream.isatty()
