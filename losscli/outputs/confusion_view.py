"""The confusion of classes as a block: a matrix for few classes, the most frequent errors for many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.outputs.draw.block import PAIRS, Block, Column, Fold, block_of
from losscli.outputs.draw.cell_text import cut
from losscli.text import count, printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.core.counts.class_pairs import Confusion, Pair

_MOST_CLASSES = 12  # for a matrix
_MOST_PAIRS = 10
_NAME = 24  # characters of a name in a head or among words
_TOLD = 3  # pairs in words below a matrix


def confusion_block(confusion: Confusion) -> Block | None:
    """The block; None for a single class."""
    if len(confusion.classes) < 2:
        return None
    return _matrix(confusion) if len(confusion.classes) <= _MOST_CLASSES else _pairs(confusion)


def wrong_pairs(confusion: Confusion) -> list[Pair]:
    """Pairs that differ, the most frequent first."""
    return sorted((pair for pair in confusion.pairs if pair.label != pair.predicted), key=lambda pair: -pair.count)


def totals_of(confusion: Confusion) -> dict[str, int]:
    """How many rows each label has."""
    totals: dict[str, int] = {}
    for pair in confusion.pairs:
        totals[pair.label] = totals.get(pair.label, 0) + pair.count
    return totals


def _matrix(confusion: Confusion) -> Block:
    """A row for each label, a column for each prediction; zeros are left blank."""
    names = confusion.classes
    counts = {(pair.label, pair.predicted): pair.count for pair in confusion.pairs}
    rows = [(printable(label), *(_times(counts.get((label, name), 0)) for name in names)) for label in names]
    wrong, totals = wrong_pairs(confusion), totals_of(confusion)
    said = ", ".join(
        f"{_short(pair.label)} as {_short(pair.predicted)} ({pair.count:,} of {totals[pair.label]:,})"
        for pair in wrong[:_TOLD]
    )
    tones = {(i, i + 1): "good" for i in range(len(names))}
    places = {name: i for i, name in enumerate(names)}
    tones |= {(places[pair.label], places[pair.predicted] + 1): "bad" for pair in wrong}
    most = f"confused most: {said}" if said else "nothing is confused"
    return Block(
        (Column("label as ...", "name"), *(Column(_short(name), "right") for name in names)),
        tuple(rows),
        caption=f"rows: labels, columns: predictions; {most}" if said else most,
        tones=tones,
        fold=Fold(PAIRS, range(len(rows)), 0, lambda gone, less: f"{most} (-v: all)", together=True),
    )


def _short(name: str) -> str:
    return cut(printable(name), _NAME)


def _times(count: int) -> str:
    return f"{count:,}" if count else ""


def _pairs(confusion: Confusion) -> Block:
    """The pairs that are confused most often."""
    wrong, totals = wrong_pairs(confusion), totals_of(confusion)
    shown = wrong[:_MOST_PAIRS]
    most = max((pair.count for pair in shown), default=1)
    columns = (
        (Column("label", "name"), [printable(pair.label) for pair in shown]),
        (Column("predicted", "name"), [printable(pair.predicted) for pair in shown]),
        (Column("rows", "right"), [f"{pair.count:,}" for pair in shown]),
        (Column("", "bar"), [f"{pair.count / most:.4f}" for pair in shown]),
        (Column("of the label", "right"), [f"{pair.count / totals[pair.label]:.1%}" for pair in shown]),
    )

    def left(gone: Sequence[int] = (), less: Sequence[int] = ()) -> str:
        if len(gone) == len(shown):
            return f"{count(len(wrong), 'pair')} confused: -v" if wrong else ""
        more = len(wrong) - len(shown) + len(gone)
        return f"{count(more, 'more pair')} confused: -f json has all" if more else ""

    return block_of(columns, caption=left(), fold=Fold(PAIRS, range(len(shown)), 0, left))
