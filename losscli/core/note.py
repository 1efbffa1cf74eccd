"""Notes on a result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.record import record

if TYPE_CHECKING:
    from collections.abc import Iterable

    from losscli.core.batch import Decision


@record
class Note:
    """An effect of the convention, or something odd about the input; the value is not affected by the note.

    Attributes:
        id: A stable name, for programs.
        message: One sentence with the counts.
        hint: What to type instead; may be empty.
        severity: ``error``, ``warning`` or ``note``: how likely the value is not what was meant.
        where: The rows or columns concerned, one per line; may be empty. Such a note is shown even with a bare number.
    """

    id: str
    message: str
    hint: str = ""
    severity: str = "note"
    where: str = ""

    def to_dict(self) -> dict[str, str]:
        """An entry of ``notes`` in the JSON document."""
        entry = {"id": self.id, "severity": str(self.severity), "message": self.message, "hint": self.hint}
        return entry | ({"where": self.where} if self.where else {})


def notes_of(decisions: Iterable[Decision]) -> tuple[Note, ...]:
    """Notes for the decisions that are marked as such."""
    return tuple(Note("input", f"{one.what}: {one.value}; {one.reason}") for one in decisions if one.note)
