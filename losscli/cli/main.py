"""The entry point: every outcome becomes an exit status here, without a traceback."""

from __future__ import annotations

import atexit
import contextlib
import errno
import gc
import io
import os
import signal
import sys
import threading
import warnings
from itertools import pairwise
from typing import NoReturn, TextIO

import click

from losscli.cli.app import app
from losscli.cli.interrupt import INTERRUPTED, leave_at_once
from losscli.cli.notice import choose, say, say_nothing, says_json
from losscli.errors import LossError, UsageError, WordsError
from losscli.text import quoted

COULD_NOT_RUN = 2
BUG = 70
PIPE_CLOSED = 141
_LONGEST_REASON = 160
_NO_MEMORY = "there is not enough memory"
_LESS_MEMORY = "fewer --jobs, or rows that are read one after the other"
_NO_ROOM = "failed to map segment"  # the loader's message for a library that does not fit in memory
_SPARE = 1 << 26  # bytes, without which any error may be one of memory
_SYSTEM = frozenset((errno.EAGAIN, errno.EMFILE, errno.ENFILE, errno.ENOMEM))  # out of resources


def main() -> NoReturn:
    """Run the command line and exit: 0 done, 1 no, 2 could not run, 3 bad input, 70 bug, 130 Ctrl-C, 141 no reader."""
    # One thread: the same matrix products on every machine, and processes that can be forked.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    _fill_closed()
    sys.stderr = sys.stderr or os.fdopen(2, "w", closefd=False)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace", newline="\n")  # no \r\n: the same bytes on every system
        _ask_for_colours(stream)
    if sys.stdout is None:
        sys.stdout = _Closed()
    if not os.environ.get("LOSSCLI_DEBUG"):
        warnings.simplefilter("ignore")  # NumPy's, which are for debugging
    asked = os.environ.get("LOSSCLI_COMPLETE")
    if asked:
        from losscli.cli.completion.answer import answer

        status = answer(asked, sys.argv[1:])
    else:
        try:
            status = run()
        except KeyboardInterrupt:  # while a message was written
            status = INTERRUPTED
    leave_at_once()
    if status == COULD_NOT_RUN:
        _drop_output()
    _end(status)


def _end(status: int) -> NoReturn:
    """Exit, at once if no library waits for it: tearing down all modules takes a twentieth of a one-liner."""
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
        if not atexit._ncallbacks() and threading.active_count() == 1 and not os.environ.get("LOSSCLI_DEBUG"):
            os._exit(status)
    gc.freeze()  # otherwise the last collection scans all imported modules
    sys.exit(status)


def run(args: list[str] | None = None) -> int:
    """Run the command line and return its exit status; errors are written to stderr."""
    args = sys.argv[1:] if args is None else args
    choose(_color_of(args), json=os.environ.get("LOSSCLI_ERRORS") == "json")
    try:
        words = _without_errors(args)
        status = app.main(words, prog_name="losscli", standalone_mode=False)
        sys.stdout.flush()
        return status if isinstance(status, int) else 0
    except LossError as error:
        if isinstance(error, WordsError):
            from losscli.losses.meant import told_to_compare

            error.hint = "\n".join(filter(None, (error.hint, told_to_compare())))
        _show(error, error.exit_status)
        return error.exit_status
    except click.ClickException as error:
        _show_usage(error)
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        say_nothing()
        return INTERRUPTED
    except BrokenPipeError:
        _drop_output()  # Windows has no SIGPIPE
        return PIPE_CLOSED
    except OSError as error:
        if error.errno == errno.EINVAL and error.filename is None and sys.platform == "win32":
            _drop_output()  # a closed pipe on Windows
            return PIPE_CLOSED
        _show(_of_system(error), COULD_NOT_RUN)
        return COULD_NOT_RUN
    except Exception as error:
        if not _starved(error):
            return _bug(error)
    # Here the memory that the error held on to is free again.
    _show(UsageError(_NO_MEMORY, hint=_LESS_MEMORY), COULD_NOT_RUN)
    return COULD_NOT_RUN


def _color_of(args: list[str]) -> str:
    """The value of ``--color``, wherever it is, or of its variable: an error may occur before parsing."""
    words = " ".join(args).replace("--color=", "--color ").split(" ")
    typed = [word for before, word in pairwise(words) if before == "--color"]
    asked = [*typed, os.environ.get("LOSSCLI_COLOR", ""), "auto"]
    return next(word for word in asked if word in ("auto", "always", "never"))


def _without_errors(args: list[str]) -> list[str]:
    """Apply and remove ``--errors``, wherever it is, before anything can fail."""
    rest, words = [], iter(args)
    for word in words:
        name, equals, value = word.partition("=")
        if name != "--errors":
            rest.append(word)
            if word == "--":
                rest += words
            continue
        value = value if equals else next(words, "")
        if value not in ("text", "json"):
            raise UsageError(f"--errors {quoted(value)}: text or json")
        choose("auto", json=value == "json")
    return rest


def _of_system(error: OSError) -> UsageError:
    """An error of the operating system that was not handled before; without a file name it is of writing to stdout."""
    reason = error.strerror or str(error)
    if error.errno in _SYSTEM:
        return UsageError(f"the system refuses: {reason}", hint="--jobs 1, or higher limits (ulimit)")
    if isinstance(error.filename, str):
        return UsageError(f"{error.filename}: {reason}")
    return UsageError(f"cannot write to stdout: {reason}")


def _starved(error: BaseException | None) -> bool:
    """Whether memory ran out, perhaps in a library that says it in another way, or is left half imported."""
    while error is not None:
        if isinstance(error, MemoryError) or _NO_ROOM in str(error):
            return True
        error = error.__cause__ or error.__context__
    try:
        bytearray(_SPARE)
    except MemoryError:
        return True
    return False


def _bug(error: Exception) -> int:
    """Report a bug in one line, with the traceback only for debugging."""
    if os.environ.get("LOSSCLI_DEBUG"):
        import traceback

        traceback.print_exc()
    what = f"{type(error).__name__}: {error}".partition("\n")[0][:_LONGEST_REASON]
    _show(LossError(f"this is a bug in losscli: {what}; LOSSCLI_DEBUG=1 shows where"), BUG)
    return BUG


def _fill_closed() -> None:
    """Reopen closed standard streams, so that no file gets their descriptors and with these a library's output."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


def _ask_for_colours(stream: TextIO | None) -> None:
    """Ask a console of Windows to obey escape sequences; an old one does not, and is sent none."""
    if sys.platform != "win32" or stream is None or not stream.isatty():
        return
    import ctypes
    import msvcrt

    kernel, mode = ctypes.windll.kernel32, ctypes.c_ulong()
    console = ctypes.c_void_p(msvcrt.get_osfhandle(stream.fileno()))
    if not (kernel.GetConsoleMode(console, ctypes.byref(mode)) and kernel.SetConsoleMode(console, mode.value | 4)):
        os.environ.setdefault("NO_COLOR", "1")


class _Closed(io.TextIOBase):
    """A stdout that was closed before the start."""

    def write(self, text: str, /) -> int:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))


def _drop_output() -> None:
    """Discard what is left in the buffer, so that the flush at exit does not fail again."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _show(error: LossError, status: int) -> None:
    below = [
        (f"  {heading if i == 0 else '':<4} ", line)
        for heading, text in (("at", error.where), ("try", error.hint))
        for i, line in enumerate(text.splitlines())
    ]
    with contextlib.suppress(OSError):
        try:
            say("Error", error.what, below, status=status, where=error.where, hint=error.hint)
        except (MemoryError, ImportError):  # too little memory even for a formatted message
            os.write(2, f"Error: {_NO_MEMORY}\n  try  {_LESS_MEMORY}\n".encode())


def _show_usage(error: click.ClickException) -> None:
    """Show usage errors as click does, in losscli's style."""
    context = getattr(error, "ctx", None)
    if context is not None and isinstance(error, click.exceptions.NoArgsIsHelpError):  # its message is the whole help
        error = click.UsageError("no loss is named", context)
        if not says_json():
            with contextlib.suppress(OSError):
                click.echo(context.get_help(), file=sys.stderr)
            return
    with contextlib.suppress(OSError):
        if context is not None and not says_json():
            click.echo(context.get_usage(), file=sys.stderr)
            click.echo(f"Try '{context.command_path} --help' for help.\n", file=sys.stderr)
        hint = "" if context is None else f"{context.command_path} --help"
        message = error.format_message()
        if isinstance(error, click.MissingParameter):  # choices, one per line
            message = " ".join(message.split())
        say("Error", message, status=error.exit_code, hint=hint)
