"""A result saved with ``-f json``, as a baseline."""

from __future__ import annotations

import json
from typing import Any

from losscli.errors import UsageError
from losscli.text import printable

SCHEMA = 1


def is_saved_report(path: str) -> bool:
    """Whether a file begins like a result saved with ``-f json``."""
    try:
        with open(path, "rb") as stream:  # noqa: PTH123 - pathlib is slow to import
            return _decoded(stream.read(128), "ignore").replace(" ", "").lstrip().startswith('{"schema":')
    except OSError:
        return False


def saved_report(path: str, option: str) -> dict[str, Any]:
    """The JSON document of a saved result.

    Raises:
        UsageError: There is no such file, or it is something else.
    """
    what = f"{option} {printable(path)}"
    try:
        with open(path, "rb") as stream:  # noqa: PTH123 - pathlib is slow to import
            text = _decoded(stream.read())
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "it is not text"
        raise UsageError(f"{what}: {why}", hint="a file that losscli wrote with -f json") from None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or "signature" not in found or found.get("schema") != SCHEMA:
        raise UsageError(f"{what}: not the result of a loss", hint="a file that losscli wrote with -f json")
    return found


def _decoded(data: bytes, errors: str = "strict") -> str:
    """The text of a file, perhaps in UTF-16, as ``>`` of Windows PowerShell writes it."""
    return data.decode(json.detect_encoding(data), errors)
