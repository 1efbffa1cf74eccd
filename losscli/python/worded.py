"""Errors and hints in the words of Python: ``from_logits=True`` where a shell says ``--from-logits``."""

from __future__ import annotations

import re
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from losscli.errors import LossError
from losscli.losses import FRAMEWORKS, LOSSES
from losscli.losses.vocabulary import Form

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
R = TypeVar("R")

_OPTION = re.compile(r"--(no-)?([a-z][a-z0-9-]*)(?:[= ]([^\s,;:()]+(?:,[^\s,;:()]+)*))?")
_WORDS = frozenset(
    (
        "skip",
        "keep",
        "error",
        "drop",
        "mean",
        "sum",
        "none",
        "weighted-mean",
        "batchmean",
        "balanced",
        "exact",
        *FRAMEWORKS,
        *Form,
    )
)
# What is only true of a shell.
_SENTENCES = {
    "LABELS as the second argument": "labels right after predictions",
    "as the second argument": "right after predictions",
    "give a path or inline values": "a path",
    "-r mean": 'reduction="mean"',
    "losscli losses lists": "losscli losses, in a shell, lists",
}
_FLAGS = frozenset(("from-logits", "from-log-probs", "percent", "rescale"))


def in_python(function: Callable[P, R]) -> Callable[P, R]:
    """The same function, whose errors name arguments and not options."""

    @wraps(function)
    def speaking(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except LossError as error:
            raise type(error)(worded(error.what), worded(error.where), worded(error.hint)) from None

    return speaking


def worded(text: str) -> str:
    """A sentence with its options as keyword arguments."""
    for typed, called in _SENTENCES.items():
        text = text.replace(typed, called)
    shown = _OPTION.sub(_keyword, text)
    return re.sub(r"\b(PREDICTIONS|LABELS)\b", lambda match: match[1].lower(), shown)


def _keyword(match: re.Match[str]) -> str:
    no, option, value = match[1], match[2], match[3] or ""
    name = option.replace("-", "_")
    glued = "=" in match[0]
    if no or option in _FLAGS or option in _declared_flags():
        rest = "" if not value else f"{'=' if glued else ' '}{value}"
        return f"{name}={not no}{rest}"
    if not value:
        return name
    if re.fullmatch(r"[A-Z][A-Z,|.]*", value):
        return f"{name}=..."
    if re.fullmatch(r"[+-]?([\d.]+(e[+-]?\d+)?|nan|inf)", value, re.IGNORECASE):
        return f"{name}={value}"
    if "," in value:
        return f"{name}=[{', '.join(_literal(one) for one in value.split(','))}]"
    if glued or value in _WORDS or value[0] in "'\"":
        return f"{name}={_literal(value)}"
    return f"{name} {value}"


def _literal(text: str) -> str:
    text = text.strip("'\"")
    return text if re.fullmatch(r"[+-]?[\d.]+(e[+-]?\d+)?", text, re.IGNORECASE) else f'"{text}"'


def _declared_flags() -> set[str]:
    return {
        param.name.replace("_", "-")
        for loss in LOSSES
        for params in (loss.params, *(reference.options for reference in loss.references))
        for param in params
        if isinstance(param.default, bool)
    }
