"""Ctrl-C while there is nothing to clean up and nothing to report: the process ends at once, without a word."""

import os
import signal
from typing import Any, NoReturn

INTERRUPTED = 130


def leave_at_once() -> None:
    """Until all is imported: an exception in the middle of an import may be swallowed, or leave half a module."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _leave)


def interruptible() -> None:
    """From here on Ctrl-C is an exception: there may be something to clean up or to report."""
    if signal.getsignal(signal.SIGINT) is _leave:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _leave(*_: Any) -> NoReturn:
    os._exit(INTERRUPTED)
