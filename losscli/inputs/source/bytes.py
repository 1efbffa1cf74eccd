"""From an argument (a path or ``-``) to a stream of bytes: decompressed, in UTF-8, with a name for messages."""

from __future__ import annotations

import errno
import io
import os
import stat
from typing import TYPE_CHECKING, BinaryIO

from losscli.core.batch import Decision
from losscli.errors import InputError, UsageError
from losscli.inputs.source.byte_stream import ByteStream
from losscli.inputs.source.compression import compression_of, decompressed
from losscli.record import record
from losscli.text import masked, printable

if TYPE_CHECKING:
    from collections.abc import Callable

_COMPRESSED = (".gz", ".bz2", ".xz", ".zst")
_INLINE_HINT = "inline values look like 0.1,0.9 or '0.1 0.9; 0.8 0.2' or '[[0.1,0.9],[0.8,0.2]]'"
_BOMS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_AT_ONCE = 1 << 20
_PIPE = 1 << 20  # the most that Linux allows any user
_UTF8_BOM = b"\xef\xbb\xbf"


# The state of files when they were first opened; forked workers, which reopen them, inherit it.
_OPENED: dict[str, os.stat_result] = {}


@record
class Source:
    """Bytes of one input.

    Attributes:
        name: What messages call it: the path as typed, or ``stdin``.
        suffix: The suffix of the path without that of the compression, in lower case.
        stream: The bytes, decompressed; UTF-16 and UTF-32 are converted to UTF-8, a BOM is dropped.
        decisions: Compression and encoding, if there was anything to decide.
        path: The file of these very bytes, for readers that skip most of them; None for a pipe and for decompressed
            data.
        consumed: Returns how many bytes of the file on disk were read.
        size: The size of the file on disk; None for a pipe.
    """

    name: str
    suffix: str
    stream: ByteStream
    decisions: tuple[Decision, ...] = ()
    path: str | None = None
    consumed: Callable[[], int] = int
    size: int | None = None


class _File(io.FileIO):
    """A file that closes without a ResourceWarning when an error or a half-read stream drops it."""

    def __del__(self) -> None:
        self.close()


class _Guarded:
    """A file up to the length it had at the start, however it grows; errors of the system are worded for users.

    A file that is truncated or overwritten meanwhile is refused: its rows would be a mixture.
    """

    def __init__(self, raw: BinaryIO, name: str, size: int | None) -> None:
        self._raw = raw
        self._name = name
        self._left = size
        self._was = _status(raw)
        self.consumed = 0

    def read(self, size: int, /) -> bytes:
        wanted = size if self._left is None else min(size, self._left)
        if self._left == 0:
            self._close()
            return b""
        try:
            data = self._raw.read(wanted) or b""
        except OSError as error:
            raise UsageError(f"{self._name} can't be read: {error.strerror or error}") from None
        self.consumed += len(data)
        if self._left is None:
            return data
        if wanted and not data:
            raise changed(self._name, f"it ends after {self.consumed:,} bytes, {self._left:,} early")
        self._left -= len(data)
        if not self._left and data:
            self._refuse_changed()
            self._close()
        return data

    def _close(self) -> None:
        """Close the file at its end: the number of open files is limited, and references to this one may live on."""
        if isinstance(self._raw, _File):
            self._raw.close()

    def _refuse_changed(self) -> None:
        now = _status(self._raw)
        if self._was is not None and now is not None:
            _refuse_written(self._name, self._was, now)


def changed(name: str, how: str) -> InputError:
    """The error for a file that has changed since it was opened."""
    return InputError(f"the file changed while it was read: {how}", name, "read it when nothing writes to it")


def _refuse_written(name: str, before: os.stat_result, now: os.stat_result) -> None:
    """Refuse a file that was overwritten; data that was only appended is not read."""
    if now.st_mtime_ns != before.st_mtime_ns and now.st_size <= before.st_size:
        raise changed(name, "something was written into it")


def refuse_changed(path: str, *, reopened: bool = False) -> None:
    """Refuse a file that was overwritten since it was first opened, or ``reopened`` when another had its name.

    For readers that read it by themselves: what was read before this call was read from the file as it was.
    """
    before = _OPENED.get(path)
    try:
        now = os.stat(path)  # noqa: PTH116 - pathlib is slow to import
    except OSError:  # it is gone, but what is open can still be read
        return
    if before is not None and os.path.samestat(before, now):
        _refuse_written(called(path), before, now)
    elif before is not None and reopened:
        raise changed(called(path), "it was replaced")


def _status(raw: BinaryIO) -> os.stat_result | None:
    """The system's status of an open file; None if it is not a file."""
    try:
        return os.fstat(raw.fileno())
    except (OSError, ValueError, AttributeError):
        return None


def _left_of(pipe: BinaryIO) -> int | None:
    """The bytes left on stdin, if it is a file; None otherwise."""
    status = _status(pipe)
    if status is None or not stat.S_ISREG(status.st_mode):
        return None
    return max(status.st_size - os.lseek(pipe.fileno(), 0, os.SEEK_CUR), 0) or None


def read_whole(source: Source, most: int) -> bytes:
    """Read all that is left of a source.

    Raises:
        UsageError: It exceeds the memory limit, which does not apply to an uncompressed file.
        BrokenBytesError: The data is damaged.
    """
    parts, left = [], most
    while part := source.stream.read(_AT_ONCE):
        left -= len(part)
        if left < 0 and source.path is None:
            raise too_large(source.name, most)
        parts.append(part)
    return b"".join(parts)


def too_large(name: str, most: int) -> UsageError:
    """The error for data of unknown size that must be held whole."""
    limit = f"{most >> 30} GiB" if most >= 1 << 30 and not most % (1 << 30) else f"{most >> 20} MiB"
    what = f"more than {limit}, decompressed or from a pipe, that must be held in memory at once"
    return UsageError(what, name, "--memory-limit 4G, or CSV, NDJSON or Parquet, which are read row by row")


def open_source(argument: str, role: str, stdin: BinaryIO | None) -> Source:
    """Open a path, or stdin for ``-``.

    Args:
        argument: What the user typed.
        role: The argument's name in the usage, such as ``PREDICTIONS``.
        stdin: The bytes of standard input, if there is one.

    Raises:
        UsageError: No such file, no permission, nothing on stdin.
    """
    if argument == "-":
        if stdin is None:
            raise UsageError(f"there is nothing to read {role} from", hint="give a path or inline values")
        name, suffix, raw = "stdin", "", stdin
        _widen(stdin)
    else:
        name, suffix = called(argument), suffix_of(argument)
        raw = _open(argument, role)
    size = _left_of(raw) if argument == "-" else size_of(argument)
    guarded = _Guarded(raw, name, size)
    stream, decisions = _plain(ByteStream(guarded))
    path = argument if size is not None and not decisions and isinstance(raw, _File) else None
    if path is not None and (status := _status(raw)) is not None:
        _OPENED[path] = status
    return Source(name, suffix, stream, decisions, path, lambda: guarded.consumed, size)


def _widen(pipe: BinaryIO) -> None:
    """Enlarge a pipe's buffer where possible: its ends alternate less often, and reading takes a third of the time."""
    try:
        import fcntl

        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE)
    except (ImportError, AttributeError, OSError, ValueError):  # not Linux, not a pipe, or not permitted
        return


def open_span(path: str, start: int, stop: int) -> Source:
    """Open a range of bytes of an uncompressed file."""
    name, raw = called(path), _open(path, "PREDICTIONS")
    first, now = _OPENED.get(path), _status(raw)
    if first is not None and now is not None:
        if not os.path.samestat(first, now):
            raise changed(name, "it was replaced")
        _refuse_written(name, first, now)
    raw.seek(start)
    stream = ByteStream(_Guarded(raw, name, stop - start))
    return Source(name, "", stream if start else _plain(stream)[0], (), path)


def is_file(argument: str) -> bool:
    """Whether something of that name exists; False for an impossible name."""
    return os.path.exists(argument)  # noqa: PTH110 - pathlib is slow to import


def may_be_many(argument: str) -> bool:
    """Whether an argument may stand for several files, as it is not a file itself."""
    return "://" in argument or size_of(argument) is None


def size_of(path: str) -> int | None:
    """The size of a regular file; None for pipes, devices and the like, and for files that /proc says are empty."""
    if "://" in path:
        from losscli.inputs.source.remote import is_remote, remote_size

        if is_remote(path):
            return remote_size(path)
    try:
        status = os.stat(path)  # noqa: PTH116 - pathlib is slow to import
    except (OSError, ValueError):
        return None
    return status.st_size or None if stat.S_ISREG(status.st_mode) else None


def suffix_of(path: str) -> str:
    """The suffix of a file's format in lower case, without that of a compression."""
    root, suffix = os.path.splitext(path.lower())  # noqa: PTH122 - pathlib is slow to import
    while suffix in _COMPRESSED:
        root, suffix = os.path.splitext(root)  # noqa: PTH122
    return suffix


def called(path: str) -> str:
    """The name of a file in messages and results, without the secrets of a URL."""
    return printable(masked(path))


def _open(argument: str, role: str) -> BinaryIO:
    name = called(argument)
    if "://" in argument:
        from losscli.inputs.source.remote import is_remote, open_remote

        if is_remote(argument):
            remote: BinaryIO = open_remote(argument)
            return remote
    try:
        return _File(argument)
    except PermissionError:
        raise UsageError(f"no permission to read {role}: {name}") from None
    except (OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno not in (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG):
            raise UsageError(f"{role} can't be opened: {error.strerror or error}", name) from None
        raise UsageError(f"no such file for {role}: {name}", hint=_suggestion(argument)) from None


def _suggestion(argument: str) -> str:
    import difflib
    from pathlib import Path

    path = Path(argument)
    try:
        here = sorted(entry.name for entry in path.parent.iterdir())
    except FileNotFoundError:
        return f"there is no folder {called(str(path.parent))}; {_INLINE_HINT}"
    except (OSError, ValueError):
        here = []
    close = difflib.get_close_matches(path.name, here, n=1, cutoff=0.75)
    if close:
        return f"did you mean {printable(str(path.parent / close[0]))}? {_INLINE_HINT}"
    return _INLINE_HINT


def _plain(stream: ByteStream) -> tuple[ByteStream, tuple[Decision, ...]]:
    """Undo compression and encoding."""
    decisions: tuple[Decision, ...] = ()
    method = compression_of(stream.head(10))
    if method:
        stream = ByteStream(decompressed(stream, method))
        decisions += (Decision("compression", method, "by its first bytes"),)
    start = stream.head(4)
    if start.startswith(_UTF8_BOM):
        stream.read(len(_UTF8_BOM))
        return stream, decisions
    encoding = next((name for bom, name in _BOMS if start.startswith(bom)), None)
    if encoding:
        from losscli.inputs.source.encoding import as_utf8

        stream = as_utf8(stream, encoding)
        decisions += (Decision("encoding", encoding.upper(), "by its byte order mark"),)
    return stream, decisions
