"""Run the command line in this process: arguments and stdin in, output and status out."""

from __future__ import annotations

import io
import json
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import Any
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


def document(*args: str) -> dict[str, Any]:
    """The JSON of a command that succeeds."""
    result = losscli(*args, "-f", "json")
    assert result.status == 0, result.err
    found: dict[str, Any] = json.loads(result.out)
    return found


def interval(*args: str) -> dict[str, Any]:
    """The interval of its number."""
    found: dict[str, Any] = document(*args)["interval"]
    return found


def difference(*args: str) -> dict[str, Any]:
    """The difference to its baseline."""
    found: dict[str, Any] = document(*args)["against"][0]
    return found


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    stream.seek(0)
    return stream.read()
