"""Bytes that are read once, in order."""

from __future__ import annotations

from typing import Protocol

AGAIN = "create or download the file again"  # the hint of an error about damaged data
_MOST_AT_ONCE = 1 << 24  # damaged data may ask for any amount


class BrokenBytesError(Exception):
    """The bytes are damaged from here on."""


class Readable(Protocol):
    """The only method needed of a file, so that a pipe will do."""

    def read(self, size: int, /) -> bytes:
        """Return up to ``size`` bytes; no bytes mean the end."""


class ByteStream:
    """Bytes that are read once, in order, with a look ahead."""

    def __init__(self, raw: Readable) -> None:
        self._raw = raw
        self._head = b""
        self._broken: BrokenBytesError | None = None

    def head(self, size: int) -> bytes:
        """The next ``size`` bytes (fewer at the end), without consuming them."""
        if len(self._head) < size:
            self._head += self._fill(size - len(self._head))
        return self._head[:size]

    def read(self, size: int) -> bytes:
        """The next ``size`` bytes; fewer only at the end.

        Raises:
            BrokenBytesError: The data is damaged here; all that came before it has been returned.
        """
        taken, self._head = self._head[:size], self._head[size:]
        if len(taken) < size:
            taken += self._fill(size - len(taken))
        if self._broken and not taken:
            raise self._broken
        return taken

    def _fill(self, size: int) -> bytes:
        parts: list[bytes] = []
        missing = size
        while missing and not self._broken:
            try:
                part = self._raw.read(min(missing, _MOST_AT_ONCE))
            except BrokenBytesError as broken:
                self._broken = broken
                break
            if not part:
                break
            parts.append(part)
            missing -= len(part)
        return b"".join(parts)
