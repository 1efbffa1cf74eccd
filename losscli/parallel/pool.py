"""Worker processes that apply a function to arguments, yield results in order, and end with their parent."""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import warnings
from collections import deque
from io import FileIO
from typing import TYPE_CHECKING, Any, Protocol, Self

from losscli.core.shards import MiscutError
from losscli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

_IGNORE = signal.SIG_IGN  # a write to a dead worker raises, instead of killing this process
_AHEAD = 4  # results per worker that may wait for an earlier one
_SIZE = 8  # bytes of a message's length
_SEES_TO_FORKS = "jemalloc_bg_thd"  # the thread that comes with pyarrow: jemalloc stops and starts it around a fork


class _Pipe(Protocol):
    """One end of a connection between two processes."""

    def send(self, message: Any, /) -> None: ...
    def recv(self) -> Any: ...
    def close(self) -> None: ...


class _Worker(Protocol):
    """A worker process, as its parent sees it."""

    pipe: Any

    def end(self) -> None:
        """Kill it."""

    def wait(self) -> None:
        """Wait until it has ended."""


class Pool:
    """A context in which worker processes run; leaving it ends them at once."""

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._workers: list[_Worker] = []
        self._wait: Callable[[Sequence[Any]], Iterable[Any]] = _readable
        self._pipe_signal: Any = None

    def __enter__(self) -> Self:
        self._pipe_signal = _on_closed_pipes(_IGNORE)
        fork = may_fork()
        if not fork:
            from multiprocessing.connection import wait

            self._wait = wait
        try:
            with _deaf_to_interrupts():
                for _ in range(self._jobs):
                    copies = [worker.pipe for worker in self._workers]
                    self._workers.append(_Forked(copies) if fork else _Spawned())
        except OSError:  # the system allows no more processes or files: fewer will do
            self._refuse_none()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.end()
        for worker in self._workers:
            worker.wait()
        _on_closed_pipes(self._pipe_signal)

    def _refuse_none(self) -> None:
        if not self._workers:
            self.__exit__()
            raise MiscutError  # the caller then reads everything in this process

    def map(self, function: Callable[[Any], Any], arguments: Sequence[Any], /) -> Iterator[Any]:
        """Yield the results in the order of the arguments; an exception of a worker is raised here.

        Raises:
            UsageError: A worker was killed.
        """
        pipes = [worker.pipe for worker in self._workers]
        idle = deque(pipes)
        working: dict[Any, int] = {}
        results: dict[int, tuple[bool, Any]] = {}
        given = 0
        for wanted in range(len(arguments)):
            while True:  # all have work before a result is yielded, and merged
                while idle and given < min(len(arguments), wanted + _AHEAD * len(pipes)):
                    pipe = idle.popleft()
                    self._send(pipe, (function, arguments[given]))
                    working[pipe] = given
                    given += 1
                if wanted in results:
                    break
                for ready in self._wait(list(working)):
                    results[working.pop(ready)] = self._received(ready)
                    idle.append(ready)
            good, result = results.pop(wanted)
            if not good:
                raise result
            yield result

    def _send(self, pipe: _Pipe, task: object) -> None:
        try:
            pipe.send(task)
        except OSError:
            raise self._lost() from None

    def _received(self, pipe: _Pipe) -> tuple[bool, Any]:
        try:
            answer: tuple[bool, Any] = pipe.recv()
        except (EOFError, OSError):
            raise self._lost() from None
        return answer

    def _lost(self) -> UsageError:
        return UsageError("a worker process was ended from outside, perhaps for want of memory", hint="--jobs 1")


class _Ends:
    """One end of a pair of pipes that carry pickled objects; importing ``multiprocessing`` for this takes 15 ms."""

    def __init__(self, read: int, write: int) -> None:
        self.read = read
        self._write = write

    def send(self, message: Any, /) -> None:
        """Block until the other end has read all of it."""
        data = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
        left = memoryview(len(data).to_bytes(_SIZE, "little") + data)
        while left:
            left = left[os.write(self._write, left) :]

    def recv(self) -> Any:
        """Wait for an object.

        Raises:
            EOFError: The other end is gone.
        """
        return pickle.loads(self._bytes(int.from_bytes(self._bytes(_SIZE), "little")))

    def _bytes(self, size: int) -> bytearray:
        data = bytearray()
        while len(data) < size:
            part = os.read(self.read, size - len(data))
            if not part:
                raise EOFError
            data += part
        return data

    def close(self) -> None:
        os.close(self.read)
        os.close(self._write)


def _readable(pipes: Sequence[_Ends]) -> list[_Ends]:
    """Block until at least one of the pipes can be read."""
    import select

    poll = select.poll()
    by_number = {pipe.read: pipe for pipe in pipes}
    for number in by_number:
        poll.register(number, select.POLLIN)
    return [by_number[number] for number, _ in poll.poll()]


class _Forked:
    """A copy of this process.

    Args:
        copies: The parent's ends of the other connections, which the fork duplicates: left open, they would keep those
            workers from noticing that the parent is gone.
    """

    def __init__(self, copies: Sequence[_Pipe]) -> None:
        ends: list[int] = []
        try:
            for _ in range(2):
                ends += os.pipe()
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)  # about threads, which were checked
                self._number = os.fork()
        except OSError:
            for end in ends:
                os.close(end)
            raise
        their_read, our_write, our_read, their_write = ends
        self.pipe, theirs = _Ends(our_read, our_write), _Ends(their_read, their_write)
        if self._number:
            theirs.close()
            return
        try:
            for copy in (self.pipe, *copies):
                copy.close()
            _serve(theirs)
        finally:
            os._exit(0)  # the copy must not flush or clean up anything a second time

    def end(self) -> None:
        self.pipe.close()
        os.kill(self._number, signal.SIGKILL)

    def wait(self) -> None:
        os.waitpid(self._number, 0)


class _Spawned:
    """A process started afresh, where a fork is not safe."""

    def __init__(self) -> None:
        import multiprocessing

        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()

    def end(self) -> None:
        self.pipe.close()
        self._process.kill()

    def wait(self) -> None:
        self._process.join()


def _on_closed_pipes(action: Any) -> Any:
    """Set what a write to a closed pipe does (the handler of SIGPIPE); returns the former handler."""
    return signal.signal(signal.SIGPIPE, action) if hasattr(signal, "SIGPIPE") else None


def may_fork() -> bool:
    """Whether forking is safe: a fork starts at once, but lacks this process's other threads."""
    if not hasattr(os, "fork"):
        return False
    try:
        threads = os.listdir("/proc/self/task")  # noqa: PTH208 - pathlib is slow to import
        return sum(_name(thread) != _SEES_TO_FORKS for thread in threads) == 1
    except OSError:
        return False


def _name(thread: str) -> str:
    with FileIO(f"/proc/self/task/{thread}/comm") as file:
        return file.read().decode().strip()


def _serve(pipe: _Pipe) -> None:
    """Answer requests until the connection is closed."""
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
    """Let processes started in this context ignore Ctrl-C: their parent ends them."""
    if not hasattr(signal, "pthread_sigmask"):  # on Windows all of a console hear it, but those who inherit that not
        import ctypes

        kernel = getattr(getattr(ctypes, "windll", None), "kernel32", None)
        hear_not = kernel.SetConsoleCtrlHandler if kernel else lambda _, on: on
        hear_not(None, True)
        try:
            yield
        finally:
            hear_not(None, False)
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
