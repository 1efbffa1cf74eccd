"""The slow, exact reading of delimited text: every record with its physical line, quotes respected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SPACE = " "  # the delimiter that stands for runs of white space

LONGEST_FIELD = 1 << 26  # characters; also the limit of a line
COMMENTS = ("#", "%", "//")  # the usual starts of comments


class _Lines:
    """Lines that remember whether more were requested after the last one."""

    def __init__(self, lines: Sequence[str], delimiter: str) -> None:
        self._lines = iter([line.replace("\t", " ").strip() for line in lines] if delimiter == SPACE else lines)
        self.exhausted = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        try:
            return next(self._lines) + "\n"
        except StopIteration:
            self.exhausted = True
            raise


def records(lines: Sequence[str], delimiter: str, first_line: int, name: str) -> Iterator[tuple[int, list[str] | None]]:
    """The records of some lines, the first of which starts a record.

    Yields:
        The physical line on which the record starts, and its fields: none for a blank line; None for a
        last record whose quote is still open after the last line.

    Raises:
        InputError: A quoted field is too long to be one.
    """
    together = "".join(lines)
    if not ('"' in together or "\r" in together):
        at = None if delimiter == SPACE else delimiter
        for line, text in enumerate(lines, first_line):
            yield line, text.split(at) if text and not text.isspace() else []
        return
    if delimiter in (SPACE, "\t"):
        for line, text in enumerate(lines, first_line):
            yield line, _fields(text, delimiter)
        return
    import csv

    csv.field_size_limit(LONGEST_FIELD)
    counted = _Lines(lines, delimiter)
    reader = csv.reader(counted, delimiter=delimiter)
    start = first_line
    try:
        for fields in reader:
            if counted.exhausted:
                yield start, None
                return
            blank = not fields or (len(fields) == 1 and not fields[0].strip())
            yield start, [] if blank else fields
            start = first_line + reader.line_num
    except csv.Error:
        raise open_quote(name, start) from None


def _fields(line: str, delimiter: str) -> list[str]:
    """The fields between blanks or tabs; a quote that is never closed is an ordinary character."""
    if not line.strip():
        return []
    parts = line.split() if delimiter == SPACE else line.split(delimiter)
    if '"' not in line:
        return parts
    found: list[str] = []
    at = 0
    while at < len(parts):
        stop = _closing(parts, at)
        text = delimiter.join(parts[at : stop + 1])
        quotes = len(text) > 1 and text[0] == text[-1] == '"'
        found.append(text[1:-1].replace('""', '"') if quotes else text)
        at = stop + 1
    return found


def _closing(parts: Sequence[str], at: int) -> int:
    """The field that closes the quote at the start of a field: the same, or a later one that ends with a quote."""
    if not parts[at].startswith('"') or len(parts[at]) == 1 or parts[at].endswith('"'):
        return at
    later = range(at + 1, len(parts))
    ends = (i for i in later if len(parts[i]) > 1 and parts[i].endswith('"') and not parts[i].startswith('"'))
    return next(ends, at)


def open_quote(name: str, line: int) -> InputError:
    """The error for a quote that is never closed."""
    return InputError("a quote that never closes", f"{name}:{line}", 'write a quote inside a field as ""')


def odd_quotes(lines: Sequence[str]) -> bool:
    """Whether a line holds an odd number of quotes, so that its end may lie inside a field."""
    return any(line.count('"') % 2 for line in lines)
