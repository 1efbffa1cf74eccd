"""Fits blocks on a low screen: the least wanted rows are left out first, with a remark, until the rest fits."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from losscli.outputs.draw.block import INPUT, LAST
from losscli.record import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from losscli.outputs.draw.block import Block, Fold


def fitted(blocks: Sequence[Block], room: int, height: Callable[[Block], int]) -> list[Block]:
    """The blocks, folded until all are in view, or at least all from the first foldable block on."""
    places = [i for i, block in enumerate(blocks) if block.fold is not None]
    if not places:
        return list(blocks)
    for need in (False, True):
        kept = _folded(blocks, room, height, places, 0, need=need)
        if sum(map(height, kept)) + gaps(kept) <= room:
            return kept
    if not places[0]:
        return kept
    kept = _folded(blocks, room, height, places, 0)
    later = _folded(blocks, room, height, places, min(places))
    inputs = {i for i in places if _fold(blocks[i]).rank == INPUT}  # these stay a single line
    return [kept[i] if i in inputs else block for i, block in enumerate(later)]


def parted(above: Block, below: Block) -> bool:
    """Whether an empty line is between two blocks: not between lines of text."""
    return bool(above.columns or below.columns)


def gaps(blocks: Sequence[Block]) -> int:
    """The number of empty lines between blocks."""
    return sum(parted(*pair) for pair in pairwise(blocks))


def _folded(
    blocks: Sequence[Block],
    room: int,
    height: Callable[[Block], int],
    places: Sequence[int],
    start: int,
    *,
    need: bool = False,
) -> list[Block]:
    """The blocks with what there is room for, counted from ``start`` on; in need also without what else stays."""
    kept = list(blocks)
    tall = [height(block) for block in kept]
    ranked = sorted(places, key=lambda i: (_fold(kept[i]).rank, -i))
    steps = [(i, False) for i in ranked] + [(i, True) for i in ranked] * need
    # Rows that were left out in vain, as another block had to give way as well, come back if there is room.
    back = [i for i in reversed(ranked) if not need or _fold(kept[i]).rank < LAST]
    for i, less in [*steps, *((i, need) for i in dict.fromkeys([*back, *ranked]))]:
        left = room - sum(tall[start:]) - gaps([*kept[:i], blocks[i], *kept[i + 1 :]][start:])
        if left < 0 or kept[i] is not blocks[i]:
            kept[i] = _shorter(blocks[i], tall[i] + left, height, need=less)
            tall[i] = height(kept[i])
    return kept


def _fold(block: Block) -> Fold:
    assert block.fold is not None
    return block.fold


def _shorter(block: Block, room: int, height: Callable[[Block], int], *, need: bool) -> Block:
    """The block with as many rows as there is room for."""
    if height(block) <= room:
        return block
    fold = _fold(block)
    narrower = [((), block), *((details, _without(block, details)) for details in fold.details)]
    details, block = min(narrower, key=lambda one: height(one[1]))
    low = 0 if need else min(fold.least, len(fold.order))
    high = fold.least if fold.together else len(fold.order)
    if fold.together:
        low = high if height(_with(block, high, details)) <= room else low
        high = low
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if height(_with(block, middle, details)) <= room else (low, middle - 1)
    return _with(block, low, details)


def _with(block: Block, count: int, details: Sequence[int]) -> Block:
    """The block with ``count`` of the rows that may be left out, without the columns ``details``."""
    fold = _fold(block)
    gone = sorted(fold.order[count:])
    if not gone and not details:
        return block
    caption = fold.caption(gone, details)
    rows = [i for i in range(len(block.rows)) if i not in set(gone)]
    if not rows:
        return replace(block, columns=(), rows=(), strong=frozenset(), tones={}, caption=caption)
    new = {-1: -1} | {i: at for at, i in enumerate(rows)}
    return replace(
        block,
        rows=tuple(block.rows[i] for i in rows),
        strong=frozenset(new[i] for i in block.strong if i in new),
        tones={(new[i], j): tone for (i, j), tone in block.tones.items() if i in new},
        caption=caption,
    )


def _without(block: Block, details: Sequence[int]) -> Block:
    columns = [j for j in range(len(block.columns)) if j not in details]
    new = {j: at for at, j in enumerate(columns)}
    return replace(
        block,
        columns=tuple(block.columns[j] for j in columns),
        rows=tuple(tuple(row[j] for j in columns) for row in block.rows),
        tones={(i, new[j]): tone for (i, j), tone in block.tones.items() if j in new},
    )
