"""What losscli says when it can't give a number, and the exit status that goes with it."""

from __future__ import annotations


class LossError(Exception):
    """An error a user can act on: what is wrong, where, and what to try.

    Args:
        what: One sentence, without a full stop.
        where: The place in the user's terms, such as ``preds.csv:12, column label``; empty if there is none.
        hint: What to type or change; empty if there is nothing to suggest.
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
    """Predictions are words, or may be words, which only losses that compare classes take."""


class UsageError(LossError):
    """The command could not run: usage, a missing file, a missing extra (exit status 2)."""

    exit_status = 2


def shapes_differ(x: tuple[int, ...], y: tuple[int, ...]) -> InputError:
    """The error for predictions of shape ``x`` with labels of shape ``y`` that do not match."""
    return InputError(f"predictions of shape {x} and labels of shape {y} do not match")


def missing_package(what: str, package: str, extra: str) -> UsageError:
    """The error for input that needs a package which only comes with an extra of this one."""
    return UsageError(f"reading {what} needs {package}", hint=f"pip install 'losscli[{extra}]'")
