"""Data from a pipe, kept for readers that must seek: in memory, or on disk if it is large."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING

from losscli.errors import UsageError

if TYPE_CHECKING:
    from losscli.inputs.source.bytes import Source

_IN_MEMORY = 1 << 26
_AT_ONCE = 1 << 20


class QuietFile(tempfile.SpooledTemporaryFile[bytes]):
    """A file that closes without a ResourceWarning when the last reader drops it."""

    def __del__(self) -> None:
        self.close()


def keep(source: Source) -> QuietFile:
    """Keep the rest of a source.

    Raises:
        UsageError: There is no room on disk.
        BrokenBytesError: The data is damaged.
    """
    kept = QuietFile(_IN_MEMORY)
    try:
        while part := source.stream.read(_AT_ONCE):
            kept.write(part)
    except OSError as error:
        raise UsageError(f"{source.name} can't be kept in a temporary file: {error.strerror or error}") from None
    kept.seek(0)
    return kept
