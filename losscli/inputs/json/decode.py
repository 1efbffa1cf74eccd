"""The text of a JSON value, read strictly, and what is wrong with it."""

from __future__ import annotations

import functools
import json
from typing import Any

from losscli.errors import InputError
from losscli.inputs.json.nested import CONSTANTS
from losscli.text import quoted, repeated


@functools.cache
def decoder() -> json.JSONDecoder:
    """A decoder that marks infinities written as such, and refuses duplicate keys."""
    return json.JSONDecoder(parse_constant=CONSTANTS.__getitem__, object_pairs_hook=_object)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError(f"the key {quoted(repeated(key for key, _ in pairs) or '')} comes twice")
    return found


def decode(text: str, name: str, first_line: int = 1) -> Any:
    """The value of a JSON text.

    Raises:
        InputError: A syntax error, with its line and character; too deep; a key twice.
    """
    try:
        return decoder().decode(text)
    except RecursionError:
        raise InputError("JSON nested too deep", f"{name}:{first_line}") from None
    except ValueError as error:
        line, message = getattr(error, "lineno", None), getattr(error, "msg", None)
        if line is None or message is None:
            what = "a number with too many digits" if "digits" in str(error) else str(error)
            raise InputError(what, name if first_line == 1 else f"{name}:{first_line}") from None
        at = f"{name}:{first_line + line - 1}, character {getattr(error, 'colno', 1)}"
        raise syntax_error(message, at) from None


def syntax_error(message: str, at: str) -> InputError:
    """The decoder's message, in lower case like all errors."""
    return InputError(f"JSON syntax: {message[:1].lower()}{message[1:]}", at)
