"""Rows as they are in the input, to be handed on with a column more."""

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
        names: Those of its columns, if they have names.
        header: The text of the header; None if there is none.
        delimiter: Between fields of text.
        newline: At the end of a line of text: ``\n``, ``\r\n`` or ``\r``.
        schema: The names and types of typed columns.
        added: The name of the column that comes behind.
        compared: Those of further ones: the loss under each baseline, and the difference to it.
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
        """The names of all columns that come behind."""
        return (self.added, *self.compared)
