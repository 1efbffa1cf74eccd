"""How a table is fitted into a width: numbers are never cut, and no column of numbers vanishes.

First names are cut in the middle and long prose wraps, then gaps narrow, then short prose wraps and bars are dropped;
what is still too wide is drawn as several tables, each with the names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.outputs.draw.cell_text import cell_width, command_lines, cut, is_number, words_of, wrapped
from losscli.record import record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.outputs.draw.block import Block, Column

GAP = 3
_LEAST_NAME = 9  # fewest characters of a cut name
_PARTED = 3  # blanks from which on numbers in a column of prose may be broken
_LEAST_WORD = 20  # a word of prose up to this width is never broken
_WIDE = 24  # a name up to this width is cut only for want of room
BARS = ("bar", "signed")
DECORATION = (*BARS, "picture")


@record
class Strip:
    """Some columns of a block, as they are drawn.

    Attributes:
        columns: Their indices.
        widths: Their widths.
        gap: Blanks between them.
        names: How many of the first columns repeat those of the panel above.
    """

    columns: tuple[int, ...]
    widths: tuple[int, ...]
    gap: int = GAP
    names: int = 0

    @property
    def width(self) -> int:
        """The width of a line."""
        return sum(self.widths) + self.gap * (len(self.widths) - 1)


def panels(block: Block, cells: Sequence[Sequence[str]], room: int | None) -> list[Strip]:
    """The block as one panel, or several."""
    every = tuple(range(len(block.columns)))
    full = [max(map(cell_width, column)) for column in zip(*cells, strict=True)]
    if room is None:
        return [Strip(every, tuple(full))]
    texts = list(zip(*cells, strict=True))
    least = [_least(block.columns[j], texts[j], full[j]) for j in every]
    most = [_most(block.columns[j], texts[j], full[j], room) for j in every]
    plain = tuple(j for j in every if block.columns[j].align not in DECORATION)
    unbroken = [most[j] if block.columns[j].align == "left" and most[j] <= _WIDE else least[j] for j in every]
    for columns, fewest in ((every, unbroken), (every, least), (plain, least)):
        for gap in (GAP, 2, 1):
            narrow, wide = [fewest[j] for j in columns], [most[j] for j in columns]
            widths = _spread(narrow, wide, room - gap * (len(columns) - 1))
            if widths is not None:
                return [Strip(columns, widths, gap)]
    leading = next((i for i, j in enumerate(plain) if block.columns[j].align != "name"), 0)
    short = sum(least[j] + 1 for j in plain[:leading]) <= room // 2
    return _split(plain, least, most, room, leading if leading and short else 1)


def lines_of(column: Column, text: str, width: int, *, mark: str) -> list[str]:
    """A cell as lines of a width; numbers may exceed it."""
    if cell_width(text) <= width or _whole(column, text) or column.align in DECORATION:
        return [text]
    if column.align != "left":
        return [cut(text, width, mark)]
    return command_lines(text, width) if text.startswith("losscli ") else wrapped(text, width)


def _whole(column: Column, text: str) -> bool:
    """Whether a cell must stay on one line; in a column of prose, a long row of numbers may be broken."""
    return is_number(text) and (column.align != "left" or text.count(" ") < _PARTED)


def _least(column: Column, texts: Sequence[str], full: int) -> int:
    """The least width of a column."""
    if column.align in DECORATION:
        return full
    if column.align == "left":
        whole = [cell_width(text) for text in texts if _whole(column, text)]  # an interval stays on one line
        words = [_width_of_word(word) for text in texts for word in words_of(text, _LEAST_WORD)]
        return min(full, max([1, *whole, *words]))
    head = _WIDE if column.align == "name" else full
    return max(
        cell_width(text) if is_number(text) else min(cell_width(text), _LEAST_NAME if i else head)
        for i, text in enumerate(texts)
    )


def _width_of_word(word: str) -> int:
    return cell_width(word) if is_number(word) else min(cell_width(word), _LEAST_WORD)


def _most(column: Column, texts: Sequence[str], full: int, room: int) -> int:
    """The width of a column if there is room; one long name must not stretch it over the whole screen."""
    if column.align in ("left", *DECORATION):
        return full
    limit = max(_WIDE, room // 3)
    return max(
        cell_width(text) if is_number(text) or i == 0 else min(cell_width(text), limit) for i, text in enumerate(texts)
    )


def _spread(least: Sequence[int], most: Sequence[int], room: int) -> tuple[int, ...] | None:
    """Widths between the least and the most that fill the room, narrow columns first; None if impossible."""
    spare = room - sum(least)
    if spare < 0:
        return None
    widths = list(least)
    needs = sorted(range(len(least)), key=lambda j: most[j] - least[j])
    for left, j in zip(range(len(needs), 0, -1), needs, strict=True):
        extra = min(most[j] - least[j], spare // left)
        widths[j] += extra
        spare -= extra
    return tuple(widths)


def _split(columns: tuple[int, ...], least: Sequence[int], most: Sequence[int], room: int, first: int) -> list[Strip]:
    """Several panels, each with the ``first`` columns in front."""
    names, rest = columns[:first], list(columns[first:])
    found: list[Strip] = []
    while rest or not found:
        taken: list[int] = []
        while rest and (not taken or sum(least[j] + 1 for j in (*names, *taken, rest[0])) - 1 <= room):
            taken.append(rest.pop(0))
        chosen = (*names, *taken)
        narrow = [least[j] for j in chosen]
        widths = _spread(narrow, [most[j] for j in chosen], room - len(chosen) + 1)
        found.append(Strip(chosen, widths or tuple(narrow), 1, first if found else 0))
    return found
