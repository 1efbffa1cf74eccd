"""Notes, warnings and errors on stderr, wrapped and coloured on a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from losscli.text import masked, printable

if TYPE_CHECKING:
    from collections.abc import Iterable

_TONES = {"Error": "bad", "error": "bad", "failed": "bad", "passed": "good", "warning": "warn", "note": "note"}
_asked = "auto"
_json = False


def choose(color: str, json: bool | None = None) -> None:
    """Set colour and form of all messages until the next command."""
    global _asked, _json  # noqa: PLW0603 - errors are told when what was typed is gone
    _asked = color
    _json = _json if json is None else json


def says_json() -> bool:
    """Whether messages are JSON documents."""
    return _json


def say_nothing() -> None:
    """Write an empty line, unless messages are JSON."""
    if not _json:
        click.echo(file=sys.stderr)


def say(word: str, message: str, below: Iterable[tuple[str, str]] = (), **facts: Any) -> None:
    """Write a message after its severity, and further lines, each with its own heading.

    Credentials in URLs are masked.

    Args:
        word: Error, warning or note.
        message: A sentence.
        below: Further lines, each with its heading.
        **facts: Keys of the message as JSON; empty ones are left out.
    """
    stream = sys.stderr
    if _json:
        import json

        told = {key: masked(value) if isinstance(value, str) else value for key, value in facts.items() if value != ""}
        click.echo(json.dumps({"schema": 1, "severity": word.lower(), "message": masked(message)} | told), file=stream)
        return
    from losscli.outputs.draw.terminal import columns_of, wants_color

    room, color = columns_of(stream), wants_color(_asked, stream)
    click.echo("\n".join(_lines(word, [(f"{word}: ", message), *below], room, color=color)), file=stream, color=color)


def _lines(word: str, parts: Iterable[tuple[str, str]], room: int | None, *, color: bool) -> list[str]:
    from losscli.outputs.draw.cell_text import said
    from losscli.outputs.draw.terminal import painted

    found = []
    for head, text in parts:
        shown = printable(masked(text))
        first, *rest = [shown] if room is None else said(shown, room - len(head))
        found.append(painted(head.rstrip(), _TONES.get(word, ""), color=color) + head[len(head.rstrip()) :] + first)
        found += [" " * len(head) + line for line in rest]
    return found
