"""Tables of text to draw, and what may be left out of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.record import field, record

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

INPUT, RESULT, PAIRS, GROUPS, ROWS, LAST = range(6)  # ranks, in the order in which rows are left out


@record
class Column:
    """A heading, and how the cells below it are set.

    ``left`` is prose, which may wrap; ``name`` and words in ``right`` may be cut in the middle; ``bar`` is a fraction
    between 0 and 1, ``signed`` one between -1 and 1, ``picture`` drawn text; all three only repeat what numbers say.
    """

    heading: str
    align: str = "left"


@record
class Fold:
    """What may be left out of a block.

    Attributes:
        rank: Blocks of lower rank lose their rows first.
        order: Indices of rows that may be left out, the first of them last. All other rows stay. A block of only a
            caption gets the other caption when its one order goes.
        least: How many rows of the order stay, unless only a taller screen would hold them; a block that loses all its
            rows keeps its caption.
        caption: The caption when rows and columns of these indices are left out.
        details: Growing sets of columns to drop before any row, if that turns several tables into one.
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
        columns: The columns; a block without any heading is drawn without a head.
        rows: Printable text cells; a bar's cell is its fraction as a number.
        strong: Indices of rows that matter most.
        caption: Lines below, may be empty; a block without columns has only these.
        legend: A line below that says what a picture in a column means, where it is drawn.
        tones: The colours of cells, by row and column (-1 is the head); they only repeat what words say.
        svg: A picture of the same, for a page.
        fold: What is left out on a low screen; None if nothing is.
        title: The title of a page that begins with it; empty if its head and first row serve.
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


def block_of(columns: Sequence[tuple[Column, Sequence[str]]], **more: Any) -> Block:
    """A block of columns with their cells."""
    return Block(
        tuple(column for column, _ in columns), tuple(zip(*(cells for _, cells in columns), strict=True)), **more
    )
