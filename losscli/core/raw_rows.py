"""Rows as they are in the input, to be written again with a column appended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.record import record

if TYPE_CHECKING:
    from collections.abc import Sequence


@record
class RawForm:
    r"""How the rows of a table are written.

    Attributes:
        kind: ``csv`` (any delimited text), ``ndjson``, ``parquet`` or ``arrow``.
        names: Column names, if there are any.
        header: The text of the header; None without one.
        delimiter: The delimiter between fields of text.
        newline: The end of a line of text: ``\n``, ``\r\n`` or ``\r``.
        schema: Names and types of typed columns.
        added: Name of the appended column.
        compared: Names of further columns: the loss under each baseline, and the difference to it.
    """

    kind: str
    names: Sequence[str] = ()
    header: str | None = None
    delimiter: str = ""
    newline: str = "\n"
    schema: Any = None
    added: str = ""
    compared: tuple[str, ...] = ()

    @property
    def behind(self) -> tuple[str, ...]:
        """The names of all appended columns."""
        return (self.added, *self.compared)
