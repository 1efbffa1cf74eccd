"""What there is to draw: tables of text, and what may be left out of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.record import field, record

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

INPUT, RESULT, PAIRS, GROUPS, ROWS = range(5)  # ranks: what is left out first


@record
class Column:
    """A heading and how its cells are set.

    ``left`` is prose, which may wrap; ``name`` and words in ``right`` may be cut in the middle; ``bar`` is a share
    between 0 and 1, ``signed`` one between -1 and 1, and ``picture`` drawn text, none of which says anything that is
    not said in numbers.
    """

    heading: str
    align: str = "left"


@record
class Fold:
    """What may be left out of a block.

    Attributes:
        rank: Blocks of a lower one lose their rows first.
        order: Indices of rows; the first of them stay longest. Those of no index always stay.
        least: How many rows of the order stay in any case; a block that loses all its rows is its caption.
        caption: What stands below the block when rows and columns of these indices are left out.
        details: Columns that go before any row, where that makes one table of several: ever more of them.
        together: All rows of the order go, or none.
    """

    rank: int
    order: Sequence[int]
    least: int
    caption: Callable[[Sequence[int], Sequence[int]], str]
    details: Sequence[Sequence[int]] = ()
    together: bool = False


@record
class Block:
    """A table of text.

    Attributes:
        columns: Headings; a block without any heading is drawn without a head.
        rows: Text cells, printable; a bar's cell is its share as a number.
        strong: Indices of rows that matter most.
        caption: Lines below, may be empty; a block without columns has nothing else.
        legend: A line below that says what a picture in a column means, where it is drawn.
        tones: What a colour says of a cell, by row and column; -1 is the head. Words say it, too.
        svg: A picture that says the same, for a page.
        fold: What is left out where the screen is low; None if nothing is.
        title: Of a page that begins with it; empty if its head and first row say it.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    strong: frozenset[int] = frozenset()
    caption: str = ""
    legend: str = ""
    tones: Mapping[tuple[int, int], str] = field(default_factory=dict)
    svg: str = ""
    fold: Fold | None = None
    title: str = ""
