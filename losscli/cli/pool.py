"""Worker processes that apply functions to arguments, in order, and die with whoever started them."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
from collections import deque
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any, Self

from losscli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_IGNORE = signal.SIG_IGN  # a worker that has died is an error, and does not end this process, too
_AHEAD = 4  # results per worker that may wait for an earlier one


class Pool:
    """A context in which worker processes run; leaving it ends them at once.

    Args:
        jobs: How many.
    """

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._workers: list[tuple[Any, Any]] = []
        self._pipe_signal: Any = None

    def __enter__(self) -> Self:
        method = "fork" if _may_fork() else "spawn"
        context = multiprocessing.get_context(method)
        self._pipe_signal = _on_closed_pipes(_IGNORE)
        try:
            with _deaf_to_interrupts():
                for _ in range(self._jobs):
                    self._start(context, forked=method == "fork")
        except BaseException:
            self.__exit__()
            raise
        return self

    def _start(self, context: Any, *, forked: bool) -> None:
        ours, theirs = context.Pipe()
        # A forked worker has copies of our ends: open, they would keep it from noticing that we are gone.
        copies = [ours, *(pipe for _, pipe in self._workers)] if forked else []
        worker = context.Process(target=_serve, args=(theirs, copies), daemon=True)
        worker.start()
        theirs.close()
        self._workers.append((worker, ours))

    def __exit__(self, *_: object) -> None:
        for worker, pipe in self._workers:
            pipe.close()
            worker.kill()
        for worker, _ in self._workers:
            worker.join()
        _on_closed_pipes(self._pipe_signal)

    def map(self, function: Callable[[Any], Any], arguments: Sequence[Any], /) -> Iterator[Any]:
        """The results in the order of the arguments, as they come; what a function raised is raised here.

        Raises:
            UsageError: A worker was ended from outside.
        """
        pipes = [pipe for _, pipe in self._workers]
        idle = deque(pipes)
        working: dict[Any, int] = {}
        results: dict[int, tuple[bool, Any]] = {}
        given = 0
        for wanted in range(len(arguments)):
            while wanted not in results:
                while idle and given < min(len(arguments), wanted + _AHEAD * len(pipes)):
                    pipe = idle.popleft()
                    self._send(pipe, (function, arguments[given]))
                    working[pipe] = given
                    given += 1
                for ready in wait(list(working)):
                    results[working.pop(ready)] = self._received(ready)
                    idle.append(ready)
            good, result = results.pop(wanted)
            if not good:
                raise result
            yield result

    def _send(self, pipe: Any, task: object) -> None:
        try:
            pipe.send(task)
        except OSError:
            raise self._lost() from None

    def _received(self, pipe: Any) -> tuple[bool, Any]:
        try:
            answer: tuple[bool, Any] = pipe.recv()
        except (EOFError, OSError):
            raise self._lost() from None
        return answer

    def _lost(self) -> UsageError:
        return UsageError("a worker process was ended from outside, perhaps for want of memory", hint="--jobs 1")


def _on_closed_pipes(action: Any) -> Any:
    """What a write to a pipe that nobody reads does; returns what it did before."""
    return signal.signal(signal.SIGPIPE, action) if hasattr(signal, "SIGPIPE") else None


def _may_fork() -> bool:
    """Whether a copy of this process would be whole: threads would be missing in it. It starts in no time."""
    try:
        return len(os.listdir("/proc/self/task")) == 1  # noqa: PTH208 - pathlib is slow to import
    except OSError:
        return False


def _serve(pipe: Any, copies: Sequence[Any]) -> None:
    """Answer requests until nobody asks any more."""
    for copy in copies:
        copy.close()
    with contextlib.suppress(EOFError, OSError):
        while True:
            function, argument = pipe.recv()
            try:
                answer = (True, function(argument))
            except Exception as error:
                answer = (False, error)
            pipe.send(answer)


@contextlib.contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Processes started here don't hear Ctrl-C: who started them ends them."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
