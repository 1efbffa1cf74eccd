"""What is said on stderr: notes, warnings and errors, wrapped and coloured where that is a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from losscli.errors import printable
from losscli.outputs.draw.cell_text import wrapped
from losscli.outputs.draw.terminal import columns_of, painted, wants_color

if TYPE_CHECKING:
    from collections.abc import Iterable

_TONES = {"Error": "bad", "error": "bad", "failed": "bad", "passed": "good", "warning": "warn", "note": "note"}
_COMMAND = "losscli "  # a command to copy stays in one piece
_asked = "auto"


def choose(color: str) -> None:
    """Take what ``--color`` says, for all that is said until the next command."""
    global _asked  # noqa: PLW0603 - errors are told when what was typed is gone
    _asked = color


def say(word: str, message: str, below: Iterable[tuple[str, str]] = ()) -> None:
    """Write a message after the word that says how grave it is, and further lines, each after a word of its own."""
    stream = sys.stderr
    if stream is None:
        return
    room, color = columns_of(stream), wants_color(_asked, stream)
    click.echo("\n".join(_lines(word, [(f"{word}: ", message), *below], room, color=color)), file=stream, color=color)


def _lines(word: str, parts: Iterable[tuple[str, str]], room: int | None, *, color: bool) -> list[str]:
    found = []
    for head, text in parts:
        shown = printable(text)
        width = None if room is None or shown.startswith(_COMMAND) else max(room - len(head), 20)
        first, *rest = [shown] if width is None else wrapped(shown, width)
        found.append(painted(head.rstrip(), _TONES.get(word, ""), color=color) + head[len(head.rstrip()) :] + first)
        found += [" " * len(head) + line for line in rest]
    return found
