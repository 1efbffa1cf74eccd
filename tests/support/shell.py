"""Run the command line in this process: arguments and stdin in, output and status out."""

from __future__ import annotations

import io
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from unittest.mock import patch

from losscli.cli.main import run


@dataclass(frozen=True)
class Result:
    out: str
    err: str
    status: int


def losscli(*args: str, stdin: bytes | str = b"") -> Result:
    """What ``losscli ARGS`` prints when neither end is a terminal."""
    data = stdin.encode() if isinstance(stdin, str) else stdin
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2))
    with (
        redirect_stdout(out),
        redirect_stderr(err),
        patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8")),
    ):
        status = run(list(args))
    return Result(_text(out), _text(err), status)


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    stream.seek(0)
    return stream.read()
