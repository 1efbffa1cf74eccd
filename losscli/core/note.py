"""Something that a reader of a result must know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.record import record

if TYPE_CHECKING:
    from collections.abc import Iterable

    from losscli.core.batch import Decision


@record
class Note:
    """Something a convention did, or something odd about the input; the number stands all the same.

    Attributes:
        id: Stable, for programs.
        message: One sentence with the counts.
        hint: What to type to have it otherwise; may be empty.
        severity: ``error``, ``warning`` or ``note``: how likely the number is not what was meant.
        where: The rows it is about, a line each; may be empty.
    """

    id: str
    message: str
    hint: str = ""
    severity: str = "note"
    where: str = ""


def notes_of(decisions: Iterable[Decision]) -> tuple[Note, ...]:
    """Those decisions about the input that a reader must know."""
    return tuple(Note("input", f"{one.what}: {one.value}; {one.reason}") for one in decisions if one.note)
