"""Places and values of consecutive rows, or the lines that hold them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.inputs.delimited.lines import TextBlock

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


# Places and values of consecutive rows, or the lines of them.
Group = tuple[list[str], list[Any]]


Unread = Group | TextBlock


def values_of(block: TextBlock, name: str) -> Group:
    """The values of the lines of a block, without blank lines."""
    from losscli.inputs.json.decode import decode

    places: list[str] = []
    values: list[Any] = []
    for line, text in enumerate(block.lines, block.first_line):
        if text and not text.isspace():
            values.append(decode(text, name, line))
            places.append(f"{name}:{line}")
    return places, values


def all_read(groups: Iterable[Unread], name: str) -> Iterator[Group]:
    """The same groups, with lines parsed."""
    for group in groups:
        places, values = values_of(group, name) if isinstance(group, TextBlock) else group
        if values:
            yield places, values
