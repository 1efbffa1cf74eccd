"""Where a result goes."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
from typing import TYPE_CHECKING, TextIO

from losscli.errors import UsageError, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextlib.contextmanager
def destination(path: str | None) -> Iterator[TextIO]:
    """Stdout, or a file that appears when it is complete; what is no regular file is written to as it stands.

    Raises:
        UsageError: The path can't be written to.
    """
    if path is None:
        yield sys.stdout
        return
    try:
        status = _status(path)
        if status is not None and _is_stdout(status):
            opened: contextlib.AbstractContextManager[TextIO] = contextlib.nullcontext(sys.stdout)
        elif status is not None and not stat.S_ISREG(status.st_mode):
            opened = open(path, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - a device or FIFO: never replaced
        else:
            opened = _replacing(path, 0o666 & ~_umask() if status is None else stat.S_IMODE(status.st_mode))
        with opened as stream:
            yield stream
    except BrokenPipeError:
        raise
    except OSError as error:
        raise UsageError(f"cannot write {path or quoted(path)}: {error.strerror or error}") from None


def _status(path: str) -> os.stat_result | None:
    """What is there, behind symbolic links; None if nothing is."""
    if not path or path.endswith(os.sep):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    try:
        status = os.stat(path)  # noqa: PTH116 - pathlib is slow to import
    except FileNotFoundError:
        return None
    except ValueError as error:  # a null byte
        raise OSError(str(error)) from None
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    return status


def _is_stdout(status: os.stat_result) -> bool:
    """Whether the path is another name of stdout, which the shell may have opened to append."""
    try:
        return os.path.samestat(status, os.fstat(sys.stdout.fileno()))
    except (OSError, ValueError, AttributeError):
        return False


@contextlib.contextmanager
def _replacing(path: str, mode: int) -> Iterator[TextIO]:
    """A new file that takes the place of the one behind symbolic links once it is complete."""
    import tempfile
    from pathlib import Path

    target = Path(os.path.realpath(path))
    if target.exists() and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    handle = tempfile.NamedTemporaryFile(  # noqa: SIM115 - it outlives its own with-block, to be renamed
        "w", encoding="utf-8", dir=target.parent, prefix=f".{target.name[:50]}.", delete=False
    )
    try:
        with handle:
            yield handle  # type: ignore[misc]  # a NamedTemporaryFile is a TextIO in all but name
        Path(handle.name).chmod(mode)
        Path(handle.name).replace(target)
    except BaseException:
        Path(handle.name).unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
