"""The elements of a long JSON array, without the text or the values of all of them at once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from losscli.errors import InputError
from losscli.inputs.delimited.lines import check_text, next_bytes, refuse_binary
from losscli.inputs.json.decode import decoder, syntax_error
from losscli.inputs.source.bytes import too_large

if TYPE_CHECKING:
    from collections.abc import Iterator

    from losscli.inputs.json.record_groups import Group
    from losscli.inputs.source.byte_stream import ByteStream
    from losscli.inputs.source.bytes import Source

LONG = 1 << 22  # in bytes; shorter documents are read whole
_BLANKS = re.compile(r"[ \t\r\n]*")


def is_long_array(stream: ByteStream) -> bool:
    """Whether a text is an array of records or of rows, and long."""
    head = stream.head(LONG)
    return len(head) == LONG and re.match(rb"\s*\[\s*[\[{]", head) is not None


def element_groups(source: Source, size: int, most: int) -> Iterator[Group]:
    """The elements in groups of about ``size`` characters, each with its place; none may have more than ``most``.

    Raises:
        InputError: It is no JSON array, or no text.
    """
    refuse_binary(source)
    text, row = _Text(source, size, most), 0
    text.expect("[")
    places: list[str] = []
    values: list[Any] = []
    while True:
        values.append(text.element(row))
        places.append(f"{source.name}, row {(row := row + 1)}")
        more = text.expect(",]") == ","
        if text.passed >= size or not more:
            yield places, values
            places, values, text.passed = [], [], 0
        if not more:
            break
    if text.peek():
        raise text.error("Extra data", text.at)


class _Text:
    """A moving window on a text."""

    def __init__(self, source: Source, size: int, most: int) -> None:
        self.passed = 0  # characters read since it was last reset
        self.at = 0
        self._source = source
        self._size = size
        self._most = most
        self._window = ""
        self._rest = b""
        self._line, self._column = 1, 1  # line and column of the window's first character
        self._ended = False

    def peek(self) -> str:
        """The next character that is not blank; empty at the end."""
        while True:
            match = _BLANKS.match(self._window, self.at)
            assert match is not None
            self._move(match.end())
            if self.at < len(self._window) or not self._fill():
                return self._window[self.at : self.at + 1]

    def expect(self, signs: str) -> str:
        """Read one of the given characters."""
        found = self.peek()
        if not found or found not in signs:
            raise self.error("Expecting ',' delimiter" if "," in signs else "Expecting value", self.at)
        self._move(self.at + 1)
        return found

    def element(self, row: int) -> Any:
        """The next value."""
        self.peek()
        while True:
            try:
                value, end = decoder().raw_decode(self._window, self.at)
            except RecursionError:
                raise InputError("JSON nested too deep", f"{self._source.name}, row {row + 1}") from None
            except ValueError as error:
                if not hasattr(error, "pos"):
                    what = "a number with too many digits" if "digits" in str(error) else str(error)
                    raise InputError(what, f"{self._source.name}, row {row + 1}") from None
                if not self._fill():
                    raise self.error(error.msg, error.pos) from None  # type: ignore[attr-defined]
                continue
            if end < len(self._window) or not self._fill():  # a number may continue
                self._move(end)
                return value

    def error(self, message: str, at: int) -> InputError:
        """A syntax error at a place in the window."""
        line, column = self._after(at)
        return syntax_error(message, f"{self._source.name}:{line}, character {column}")

    def _move(self, to: int) -> None:
        self.passed += to - self.at
        self.at = to

    def _after(self, to: int) -> tuple[int, int]:
        """The line and the column of a place in the window."""
        lines = self._window.count("\n", 0, to)
        if not lines:
            return self._line, self._column + to
        return self._line + lines, to - self._window.rfind("\n", 0, to)

    def _fill(self) -> bool:
        """Drop the text that has been read and append the next part; False at the end."""
        if self._ended:
            return False
        if len(self._window) - self.at > self._most:
            raise too_large(self._source.name, self._most)
        data = next_bytes(self._source, max(self._size, len(self._window)))
        self._ended = not data
        data = self._rest + data
        cut = len(data)
        while not self._ended and cut and data[cut - 1] >= 0x80:  # in the middle of a character
            cut -= 1
        data, self._rest = data[:cut], data[cut:]
        self._line, self._column = self._after(self.at)
        line = self._line + self._window.count("\n", self.at)
        check_text(data, self._source, line)
        self._window = self._window[self.at :] + data.decode()
        self.at = 0
        return bool(data) or not self._ended
