"""A look at the text of the other of two files: how many rows it has, and which words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.inputs.numbers import looks_numeric
from losscli.lazy import regex
from losscli.record import record

if TYPE_CHECKING:
    from collections.abc import Sequence

_HEAD_BYTES = 1 << 16
_DOCUMENT_BYTES = 1 << 26
_SPLIT = regex(r"[,;\t|]")
_BLANKS = regex(" +")


@record
class Beside:
    """The other of two files, whose text is looked at.

    Attributes:
        path: Its path.
        own: The path of the file being opened.
    """

    path: str
    own: str

    def _lines(self) -> list[list[str]]:
        """The fields of its first lines; none if it isn't delimited text."""
        try:
            with open(self.path, "rb") as stream:  # noqa: PTH123 - pathlib is slow to import
                text = stream.read(_HEAD_BYTES).decode()
        except (OSError, UnicodeDecodeError):
            return []
        if text.lstrip().startswith(("[", "{")) or "\0" in text:
            return []
        lines = [line for line in text.splitlines() if line.strip()]
        split = _SPLIT if any(map(_SPLIT.search, lines)) else _BLANKS
        return [[field.strip().strip('"') for field in split.split(line.strip())] for line in lines]

    def keys(self) -> list[str]:
        """The keys of a JSON object; none if it is no such file, or a large one."""
        import json

        try:
            with open(self.path, "rb") as stream:  # noqa: PTH123 - pathlib is slow to import
                text = stream.read(_DOCUMENT_BYTES + 1)
            found = json.loads(text) if len(text) <= _DOCUMENT_BYTES else None
        except (OSError, ValueError, RecursionError):
            return []
        return [*found] if isinstance(found, dict) else []

    def first(self) -> list[str]:
        """The fields of its first line."""
        return next(iter(self._lines()), [])

    def words(self) -> list[str]:
        """All fields below the first line."""
        return [field for line in self._lines()[1:] for field in line]

    def rows(self) -> int | None:
        """The number of its rows of data; None if unclear."""
        lines = self._lines()
        if not lines:
            return None
        count = _count_lines(self.path)
        first, below = lines[0], [field for line in lines[1:] for field in line]
        if all(looks_numeric(field) for field in first):
            return count - (counts_up(first) and any(is_fraction(field) for field in below))
        is_data = any(map(is_fraction, first)) or set(first) & set(below)
        return count if is_data else count - 1

    def is_one_row_fewer(self) -> bool:
        """Whether it has one row of data fewer than the file being opened has lines."""
        rows = self.rows()
        return rows is not None and rows + 1 == _count_lines(self.own)


def _count_lines(path: str) -> int:
    with open(path, "rb") as stream:  # noqa: PTH123 - pathlib is slow to import
        return sum(bool(line.strip()) for line in stream)


def is_fraction(text: str) -> bool:
    """Whether a field is a number that is not whole."""
    return "." in text and looks_numeric(text) and not float(text).is_integer()


def counts_up(first: Sequence[str]) -> bool:
    """Whether the fields are 0, 1, 2, …, as pandas names columns."""
    return [field.strip() for field in first] == [str(i) for i in range(len(first))]
