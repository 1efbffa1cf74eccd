"""What only the last row can tell, as counts and names that merge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.core.batch import Decision
from losscli.record import field, record

if TYPE_CHECKING:
    from collections.abc import Sequence

_NAMED = 3


@record(frozen=False)
class Remarks:
    """What was odd about rows that went by.

    Attributes:
        any_row: There was a row.
        blank: Blank lines before a row.
        trailing: Those after the last row, which are nothing if the file ends here.
        bare: Files without a header, where the first has one.
        empty: Files without rows.
        nulls: Sequences whose first value is null.
    """

    any_row: bool = False
    blank: int = 0
    trailing: int = 0
    bare: list[str] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)
    nulls: int = 0

    def merge(self, later: Remarks) -> None:
        """Add what was odd about later rows."""
        if later.any_row or later.blank:
            self.blank += self.trailing + later.blank
            self.trailing = 0
        self.any_row |= later.any_row
        self.trailing += later.trailing
        self.bare += later.bare
        self.empty += later.empty
        self.nulls += later.nulls

    def decisions(self) -> tuple[Decision, ...]:
        """What there is to say."""
        found: tuple[Decision, ...] = ()
        if self.blank:
            lines = "1 blank line" if self.blank == 1 else f"{self.blank} blank lines"
            found += (Decision("blank lines", f"{lines} skipped", "rows of this table have several fields"),)
        if self.bare:
            found += (Decision("no header", listed(self.bare), "their columns are taken to be those of the first"),)
        if self.empty:
            found += (Decision("no rows", listed(self.empty), "they contribute nothing"),)
        if self.nulls:
            one = "the first value is null" if self.nulls == 1 else f"{self.nulls} first values are null"
            found += (Decision("skipped", one, "nothing stands before the first token", note=True),)
        return found


def listed(names: Sequence[str]) -> str:
    """How many names there are, and some of them."""
    shown = ", ".join(names) if len(names) <= _NAMED else f"{names[0]}, {names[1]} … {names[-1]}"
    return f"{len(names)}: {shown}" if len(names) > 1 else shown
