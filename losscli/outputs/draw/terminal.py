"""What a terminal can show: its size, and colours."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Mapping

WIDTH = 80  # columns of a new terminal
# Colours only repeat what words say.
TONES = {"strong": "1", "dim": "2", "bad": "31", "warn": "33", "good": "32", "note": "36"}


def columns_of(stream: TextIO) -> int | None:
    """The width of the terminal, or COLUMNS; None if it is not a terminal."""
    return _size(stream, "COLUMNS", 0, WIDTH)


def lines_of_screen(stream: TextIO) -> int | None:
    """The height of the terminal, or LINES; None if it is not a terminal."""
    return _size(stream, "LINES", 1, 24)


def _size(stream: TextIO, variable: str, axis: int, usual: int) -> int | None:
    if not stream.isatty():
        return None
    asked = os.environ.get(variable, "")
    if asked.isascii() and asked.isdigit() and int(asked):
        return int(asked)
    try:
        return os.get_terminal_size(stream.fileno())[axis] or usual
    except (OSError, ValueError):
        return usual


def wants_color(choice: str, stream: TextIO, environ: Mapping[str, str] = os.environ) -> bool:
    """Decided by --color, then NO_COLOR, FORCE_COLOR or CLICOLOR_FORCE, CLICOLOR=0, then by being a terminal."""
    if choice != "auto":
        return choice == "always"
    if environ.get("NO_COLOR"):
        return False
    if any(environ.get(name, "0") not in ("", "0") for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    if environ.get("CLICOLOR") == "0" or environ.get("TERM") == "dumb":
        return False
    return stream.isatty()


def painted(text: str, tone: str, *, color: bool) -> str:
    """A text in the colour of a tone."""
    return f"\x1b[{TONES[tone]}m{text}\x1b[0m" if color and tone and text else text
