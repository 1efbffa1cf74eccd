"""The groupings of rows, as given in Python."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from losscli.core.groups.parts import LABEL, PREDICTED, Coded, Part, coded
from losscli.errors import InputError, UsageError
from losscli.python.as_arrays import array_of

if TYPE_CHECKING:
    from losscli.core.steps import Steps


def groupings(by: Any, rows: int, steps: Steps | None) -> tuple[tuple[Part, ...], dict[str, Coded]]:
    """What groups rows of arrays, and the columns of group labels.

    Args:
        by: ``label``, ``predicted``, an array ``(N,)`` or a dict of several; None for no groups.
        rows: The number of rows.
        steps: What is computed.

    Raises:
        UsageError: It is an unknown word, or groups would have no value.
        InputError: An array does not have one entry for each row.
    """
    if by is None:
        return (), {}
    if steps is not None and steps.settings.reduction == "none":
        raise UsageError("by: without a reduction there is no value for each group")
    if isinstance(by, str):
        if by not in (LABEL, PREDICTED):
            raise UsageError(f"by={by!r}: an array, several by their names, {LABEL!r} or {PREDICTED!r}")
        return (Part(by, by),), {}
    parts, columns = [], {}
    for name, values in named(by).items():
        array = array_of(values, name)
        if array.shape != (rows,):
            raise InputError(f"{name}: one for each of {rows:,} rows, not the shape {array.shape}")
        source = f"column {name}"
        parts.append(Part(name, source))
        columns[source] = coded(array.astype(str) if array.dtype == object else array)
    return tuple(parts), columns


def named(by: Any) -> dict[str, Any]:
    """Arrays by their names."""
    return {str(name): values for name, values in by.items()} if isinstance(by, Mapping) else {"group": by}


def are_names(by: Any) -> bool:
    """Whether it names columns of a table."""
    return isinstance(by, str | int) or (isinstance(by, list | tuple) and all(isinstance(one, str | int) for one in by))
