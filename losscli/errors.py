"""What losscli says when it can't give a number, and the exit status that goes with it."""

from __future__ import annotations

import re


class LossError(Exception):
    """An error a user can act on: what is wrong, where, and what to try.

    Args:
        what: One sentence, without a full stop.
        where: The place in the user's terms, such as ``preds.csv:12, column label``; empty if there is none.
        hint: What to type or change; empty if nothing sensible can be said.
    """

    exit_status = 3

    def __init__(self, what: str, where: str = "", hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        parts = [self.what]
        if self.where:
            parts.append(f"at {self.where}")
        if self.hint:
            parts.append(f"try: {self.hint}")
        return "; ".join(parts)


class InputError(LossError):
    """The input was read and is bad (exit status 3)."""


class WordsError(InputError):
    """Predictions are words, or may be, which only a loss that compares classes takes."""


class UsageError(LossError):
    """The command could not run: usage, a missing file, a missing extra (exit status 2)."""

    exit_status = 2


def printable(text: str) -> str:
    """Text from a file as it may go to a terminal: control characters and the like are spelled out."""
    if text.isprintable():
        return text
    return "".join(
        c
        if c.isprintable() or (c in "\u200c\u200d" and _joins(text, i))
        else c.encode("unicode_escape").decode("ascii")
        for i, c in enumerate(text)
    )


def _joins(text: str, at: int) -> bool:
    """Whether a joiner stands between signs that may need it, such as the parts of an emoji or Persian letters."""
    around = text[at - 1 : at] + text[at + 1 : at + 2]
    return at > 0 and len(around) == 2 and around.isprintable() and min(around) > "\u024f"


def masked(text: str) -> str:
    """Text in which URLs have lost what gives access: names and passwords before ``@``, the values of a query."""
    if "://" not in text:
        return text
    text = re.sub(r"(?<=://)([^\s/@:'\"]*):[^\s@'\"]*@", r"\1:***@", text)
    text = re.sub(r"(?<=://)[^\s/@:'\"]+@", "***@", text)
    return re.sub(r"(://[^\s?#'\"]*)([?#][^\s'\"]*)", lambda m: m[1] + re.sub(r"=[^&\s]*", "=***", m[2]), text)


def quoted(text: str, limit: int = 40) -> str:
    """Text from a file in quotes, printable and not longer than ``limit``."""
    shown = printable(text)
    return f"'{shown if len(shown) <= limit else shown[: limit - 1] + '…'}'"


def shapes_differ(x: tuple[int, ...], y: tuple[int, ...]) -> InputError:
    """What is said of predictions of shape ``x`` that labels of shape ``y`` do not belong to."""
    return InputError(f"predictions of shape {x} and labels of shape {y} do not match")
