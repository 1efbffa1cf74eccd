"""Ctrl-C before there is anything to clean up or report: the process ends at once, in silence."""

from __future__ import annotations

import _signal as signal  # type: ignore[import-not-found] # signal makes names of signals: time enough for a Ctrl-C
import os

TYPE_CHECKING = False  # typing takes as long
if TYPE_CHECKING:
    from typing import Any, NoReturn

INTERRUPTED = 130


def leave_at_once() -> None:
    """End at once on Ctrl-C, until all is imported: an exception during an import may be swallowed."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _leave)


def interruptible() -> None:
    """Make Ctrl-C an exception from here on, as there may be something to clean up or report."""
    if signal.getsignal(signal.SIGINT) is _leave:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _leave(*_: Any) -> NoReturn:
    os._exit(INTERRUPTED)
