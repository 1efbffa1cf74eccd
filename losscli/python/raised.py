"""Errors for Python: they can be caught as ``ValueError``, too."""

from __future__ import annotations

from losscli import errors


class LossError(errors.LossError, ValueError):
    """An error a user can act on.

    Attributes:
        what: What is wrong, in one sentence.
        where: The place, such as ``preds.csv:12, column label``; empty if there is none.
        hint: What to try; may be empty.
    """


class InputError(LossError, errors.InputError):
    """The data is not what the loss takes."""


class UsageError(LossError, errors.UsageError, TypeError):
    """There is no such loss, argument or file, or an argument has a value that it can't have."""


for _kind in (LossError, InputError, UsageError):
    _kind.__module__ = "losscli"  # their public name, by which pickle finds them
