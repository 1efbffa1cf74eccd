"""The entry point: one place where everything ends, with a status and without a traceback."""

from __future__ import annotations

import os
import signal
import sys
from typing import NoReturn

import click

from losscli.cli.app import app
from losscli.errors import LossError, printable

INTERRUPTED = 130
PIPE_CLOSED = 141


def main() -> NoReturn:
    """Run the command line and exit: 0 done, 1 no, 2 could not run, 3 bad input, 130 Ctrl-C, 141 closed pipe."""
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    sys.exit(run())


def run(args: list[str] | None = None) -> int:
    """Run the command line and return its exit status; errors are told on stderr."""
    try:
        status = app.main(args, prog_name="losscli", standalone_mode=False)
        sys.stdout.flush()
    except LossError as error:
        _show(error)
        return error.exit_status
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo(file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # Windows has no SIGPIPE. Closing stdout again at exit must not complain either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    return status if isinstance(status, int) else 0


def _show(error: LossError) -> None:
    lines = [f"Error: {printable(error.what)}"]
    for heading, text in (("at", error.where), ("try", error.hint)):
        for i, line in enumerate(text.splitlines()):
            lines.append(f"  {heading if i == 0 else '':<4} {printable(line)}")
    click.echo("\n".join(lines), file=sys.stderr)
