"""The notes on a result, as a table and as lines on stderr."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.outputs.draw.block import Block, Column
from losscli.outputs.draw.cell_text import cell_width, said
from losscli.text import count, printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from losscli.core.note import Note

    Line = tuple[str, str]


def note_block(notes: Iterable[Note]) -> Block:
    """The notes as a table."""
    rows: list[tuple[str, str]] = []
    for note in notes:
        rows.append((note.severity, printable(note.message)))
        rows += [("", printable(line)) for line in _below(note)]
    tones = {"error": "bad", "warning": "warn", "note": "note"}
    marks = {(i, 0): tones[word] for i, (word, _) in enumerate(rows) if word}
    return Block((Column("notes"), Column("")), tuple(rows), tones=marks)


def lines_of(note: Note) -> list[Line]:
    """The lines of a note with their headings: its word, then blanks as wide."""
    word = "note: " if note.severity == "note" else "warning: "
    return [(word, note.message), *((" " * len(word), line) for line in _below(note))]


def told_of(notes: Sequence[Note], room: int | None, screen: int | None) -> tuple[list[Note], list[Line]]:
    """The notes to tell, and a line on those that are left out.

    Where all of them would fill more than a third of the screen, only warnings are told.
    """
    if room is None or screen is None or height(notes, room) <= screen // 3:
        return [*notes], []
    shown = [note for note in notes if note.severity != "note"] or [*notes[:1]]
    rest = [note.id for note in notes if note not in shown]
    return shown, [("note: ", f"{count(len(rest), 'more note')} (-v): {', '.join(rest)}")] * bool(rest)


def height(notes: Iterable[Note], room: int, more: Iterable[Line] = ()) -> int:
    """The number of screen lines of notes, and of further messages."""
    every = [line for note in notes for line in lines_of(note)]
    shown = (head + part for head, text in (*every, *more) for part in said(text, room - len(head)))
    return sum(max(-(-cell_width(line) // room), 1) for line in shown)


def _below(note: Note) -> list[str]:
    return [*note.where.splitlines(), *[note.hint] * bool(note.hint)]
