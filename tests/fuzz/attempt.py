"""One input in this process, as the command line would run it, and what came of it."""

from __future__ import annotations

import io
import re
import shutil
import sys
import traceback
import warnings
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from losscli.cli.main import BUG, run

if TYPE_CHECKING:
    from types import TracebackType

    from tests.fuzz.case import Case

GIGABYTE = 1 << 30
_MAIN = sys.modules[run.__module__]
_ALLOWED = (0, 1, 2, 3)
_DATA = re.compile(r"'[^']*'|\"[^\"]*\"|-?\d[\d.,e+-]*|\S+\.\w+:\S*")


@dataclass(frozen=True)
class Outcome:
    """What came of it.

    Attributes:
        status: The exit status.
        wrong: What must not be, in one line that is the same for the same fault; empty if all is well.
        shape: The answer without what is particular to the input.
        detail: More on what is wrong.
    """

    status: int
    wrong: str
    shape: str
    detail: str = ""


def attempt(case: Case, folder: Path) -> Outcome:
    """Run it in a folder of its own, which is emptied."""
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    for name, content in case.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", "backslashreplace", newline="") for _ in range(2))
    stdin = io.TextIOWrapper(io.BytesIO(case.stdin), encoding="utf-8")
    raised: list[BaseException] = []
    told: list[str] = []

    def bug(error: Exception) -> int:
        raised.append(error)
        return BUG

    def warn(message: Any, category: type[Warning], filename: str, lineno: int, *_: Any) -> None:
        told.append(f"{category.__name__} {Path(filename).name}:{lineno} {message}")

    before = peak()
    with (
        redirect_stdout(out),
        redirect_stderr(err),
        patch.object(sys, "stdin", stdin),
        patch.object(_MAIN, "_bug", bug),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("always")
        warnings.showwarning = warn  # type: ignore[assignment]
        try:
            status = run(list(case.args))
        except BaseException as error:  # what even the last resort did not catch
            status = error.code if isinstance(error, SystemExit) and isinstance(error.code, int) else 70
            raised += [] if isinstance(error, SystemExit) else [error]
    shown, said = _text(out), _text(err)
    wrong, detail = _judged(case, status, shown, said, raised, told)
    if not wrong and peak() - before > GIGABYTE:
        wrong = "more than a gigabyte"
    return Outcome(status, wrong, f"{status} {_DATA.sub('#', said)[:300]}", detail)


def _judged(
    case: Case, status: int, shown: str, said: str, raised: list[BaseException], told: list[str]
) -> tuple[str, str]:
    if raised:
        error = raised[0]
        text = "".join(traceback.format_exception(error))
        return f"{type(error).__name__} at {_place(error.__traceback__)}", text
    if status not in _ALLOWED:
        return f"status {status}", said
    if told:
        return f"warning: {told[0]}", "\n".join(told)
    if "Traceback (most recent" in shown + said:
        return "a traceback is printed", said
    if status >= 2 and "rror" not in said:
        return f"status {status} without a message", said
    control = _CONTROL.search(_COLOUR.sub("", said + _own(shown, case)))
    if control:
        return f"a control character {control[0]!r} is printed", said
    return "", ""


_COLOUR = re.compile(r"\x1b\[[\d;]*m")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def _own(shown: str, case: Case) -> str:
    """What is printed in words of our own: data of a filter and machine formats go out as they came."""
    free = {"-f", "--format", "--append", "softmax", "sigmoid", "one-hot", "logsumexp", "-q", "--quiet"}
    return "" if any(arg.partition("=")[0] in free for arg in case.args) else shown


def _place(trace: TracebackType | None) -> str:
    """The last line of ours that it went through."""
    frames = traceback.extract_tb(trace)
    own = [frame for frame in frames if "losscli" in frame.filename and "tests" not in frame.filename] or frames
    return f"{Path(own[-1].filename).name}:{own[-1].name}" if own else "?"


def peak() -> int:
    """Most memory that this process ever held, where that is known."""
    try:
        import resource
    except ImportError:
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _text(stream: io.TextIOWrapper) -> str:
    try:
        stream.flush()
        return stream.buffer.getvalue().decode("utf-8", "replace")  # type: ignore[attr-defined,no-any-return]
    except ValueError:  # closed
        return ""
