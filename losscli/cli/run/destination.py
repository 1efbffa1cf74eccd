"""Where a result is written: stdout, or a file that appears only when it is complete."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import stat
import sys
from typing import TYPE_CHECKING, Any, TextIO

from losscli.errors import UsageError
from losscli.text import printable, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from losscli.inputs.source.listing import FileList

# Signals that end a process in silence; batch systems also send SIGUSR1 and SIGUSR2.
_ENDINGS = (
    *("SIGTERM", "SIGHUP", "SIGPIPE", "SIGXCPU", "SIGALRM"),
    *("SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGVTALRM", "SIGPROF"),
)


@contextlib.contextmanager
def destination(path: str | None, inputs: Sequence[str] = (), option: str = "-o") -> Iterator[TextIO]:
    """Stdout, or a file that appears when it is complete; devices and FIFOs are written to directly.

    Args:
        path: Where to; None for stdout.
        inputs: The arguments that may be files, which must not be overwritten.
        option: The option that names the path.

    Raises:
        UsageError: The path can't be written to, or is an input.
    """
    if path is None:
        yield sys.stdout
        return
    try:
        status = _status(path)
        if status is not None and _is_stdout(status):
            opened: contextlib.AbstractContextManager[TextIO] = contextlib.nullcontext(sys.stdout)
        elif status is not None and not stat.S_ISREG(status.st_mode):
            opened = open(path, "w", encoding="utf-8", newline="\n")  # noqa: SIM115, PTH123 - a device or FIFO: never replaced
        else:
            if status is not None:
                _refuse_input(option, path, status, inputs)
            opened = _replacing(path, 0o666 & ~_umask() if status is None else stat.S_IMODE(status.st_mode))
        with opened as stream:
            yield stream
    except BrokenPipeError:
        raise
    except OSError as error:
        raise UsageError(f"cannot write {path or quoted(path)}: {error.strerror or error}") from None


def _refuse_input(option: str, path: str, status: os.stat_result, inputs: Sequence[str]) -> None:
    """Refuse to overwrite an input."""
    from losscli.inputs.opening import is_typed
    from losscli.inputs.source.listing import files_of
    from losscli.inputs.source.remote import is_remote

    for argument in inputs:
        found: FileList | None = None
        with contextlib.suppress(UsageError):  # the argument is no file
            found = None if is_remote(argument) or is_typed(argument) else files_of(argument, "")
        for name in (argument,) if found is None else found.paths:
            if _is_same(name, status):
                is_stdin = name.strip() == "-"
                what = "stdin is read from it" if is_stdin else f"it is the input {printable(name)}"
                hint = f"{option} with another name"
                raise UsageError(f"{option} {printable(path)}: {what}, which would be lost", hint=hint)


def _is_same(name: str, status: os.stat_result) -> bool:
    try:
        other = os.fstat(sys.stdin.fileno()) if name.strip() == "-" else os.stat(name)  # noqa: PTH116
    except (OSError, ValueError, AttributeError):
        return False
    return os.path.samestat(status, other)


def _status(path: str) -> os.stat_result | None:
    """The status of the file behind symbolic links; None if it does not exist."""
    if not path or path.endswith((os.sep, os.altsep or os.sep)):
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
    """Whether the path is the file that is stdout, which the shell may have opened for appending."""
    try:
        return os.path.samestat(status, os.fstat(sys.stdout.fileno()))
    except (OSError, ValueError, AttributeError):
        return False


@contextlib.contextmanager
def _replacing(path: str, mode: int) -> Iterator[TextIO]:
    """A new file that replaces the one behind symbolic links once it is complete."""
    import tempfile
    from pathlib import Path

    target = Path(os.path.realpath(path))
    if target.exists() and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    with contextlib.ExitStack() as undone:
        with _blocked():  # a signal held back is raised at the end of this block
            handle = tempfile.NamedTemporaryFile(  # noqa: SIM115 - it outlives its own with-block, to be renamed
                "w", encoding="utf-8", newline="\n", dir=target.parent, prefix=f".{target.name[:50]}.", delete=False
            )
            temporary = Path(handle.name)
            undone.callback(_removed_by_signals(handle.name))
            undone.callback(temporary.unlink, missing_ok=True)  # once complete it has another name
            undone.callback(handle.close)
        with handle:
            yield handle  # type: ignore[misc]  # a NamedTemporaryFile is a TextIO in all but name
        temporary.chmod(mode)
        temporary.replace(target)


@contextlib.contextmanager
def _blocked() -> Iterator[None]:
    """A context in which signals are held back until it is known which file to remove."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {*_signals(), signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _signals() -> list[signal.Signals]:
    return [getattr(signal, name) for name in _ENDINGS if hasattr(signal, name)]


def _removed_by_signals(path: str) -> Any:
    """Remove the unfinished file if a signal ends this process; returns a function that undoes this."""
    own, before = os.getpid(), {number: signal.getsignal(number) for number in _signals()}

    def end(number: int, _: Any) -> None:
        if os.getpid() == own:  # not in a forked worker
            with contextlib.suppress(OSError):
                os.unlink(path)  # noqa: PTH108 - pathlib may not be whole here
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

    ours = [number for number, action in before.items() if action is signal.SIG_DFL]
    for number in ours:
        signal.signal(number, end)

    def restore() -> None:
        for number in ours:
            signal.signal(number, before[number])

    return restore


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
