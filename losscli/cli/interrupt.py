"""Ctrl-C in the middle of a run: what was computed so far is whole."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterator


class Interrupt:
    """A context in which Ctrl-C waits for the rows at hand, some milliseconds, but never for input.

    A second Ctrl-C does not wait. Where Ctrl-C is ignored, as behind nohup, it stays so.
    """

    def __init__(self) -> None:
        self._held = False
        self._heard = False

    def __enter__(self) -> Self:
        self._before = signal.getsignal(signal.SIGINT)
        if self._before is not signal.SIG_IGN:
            signal.signal(signal.SIGINT, self._hear)
        return self

    def __exit__(self, *_: object) -> None:
        signal.signal(signal.SIGINT, self._before)

    def _hear(self, *_: Any) -> None:
        if not self._held or self._heard:
            raise KeyboardInterrupt
        self._heard = True

    @contextmanager
    def held(self) -> Iterator[None]:
        """A context that is not left in the middle.

        Raises:
            KeyboardInterrupt: At its end, if Ctrl-C was heard.
        """
        self._held = True
        yield
        self._held = False
        if self._heard:
            raise KeyboardInterrupt
