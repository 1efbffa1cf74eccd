"""The confusion of classes as a picture: a heat map for few classes, the worst pairs for many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.outputs.confusion_view import totals_of, wrong_pairs
from losscli.outputs.panel import Panel, beside_bars, row_names, short
from losscli.outputs.plot import BLUE, STEPS
from losscli.text import printable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from losscli.core.counts.class_pairs import Confusion

_MOST_CLASSES = 40  # for a map
_MOST_NUMBERS = 20  # for a map with numbers in it
_MOST_PAIRS = 20
_SIDE, _HEIGHT = 0.6, 5.2  # inches: of a square, and of a map at most
_ROOM = 60  # characters of names side by side below a map


def confusion_panel(confusion: Confusion) -> Panel:
    """A heat map, or for many classes the pairs that are confused most."""
    if len(confusion.classes) > _MOST_CLASSES:
        return _pairs(confusion)
    names = [short(name) for name in confusion.classes]
    place = {name: i for i, name in enumerate(confusion.classes)}
    counts = {(place[pair.label], place[pair.predicted]): pair.count for pair in confusion.pairs}

    def draw(axes: Any) -> None:
        heat_map(axes, names, counts)
        axes.set_title("colour: share of the label's rows", fontsize=8, loc="left")

    height = min(_SIDE * len(names), _HEIGHT) + 0.08 * max(map(len, names)) * _upright(names)
    return Panel(max(height, 1.2), f"Labels and what was predicted for them. {_said(confusion)}.", draw)


def heat_map(axes: Any, names: Sequence[str], counts: Mapping[tuple[int, int], float]) -> None:
    """A square for each pair of label and prediction, darker the more of the label's rows it holds."""
    size = len(names)
    totals = [sum(count for (label, _), count in counts.items() if label == i) for i in range(size)]
    for (i, j), count in counts.items():
        if not count:
            continue
        step = min(int(count / totals[i] * len(STEPS)), len(STEPS) - 1)
        axes.barh(i, 1.0, 1.0, left=j - 0.5, color=STEPS[step])
        if size <= _MOST_NUMBERS:
            text = f"{count:,}" if isinstance(count, int) else f"{count:.4g}"
            dark = step > len(STEPS) // 2
            axes.text(j, i, text, ha="center", va="center", fontsize=8, **({"color": "white"} if dark else {}))
    axes.set(xlim=(-0.5, size - 0.5), ylim=(size - 0.5, -0.5), aspect="equal", anchor="W")
    axes.set(xlabel="predicted", ylabel="label")
    axes.set_xticks(range(size), names, rotation=90 if _upright(names) else 0)
    axes.set_yticks(range(size), names)
    axes.grid(visible=False)


def _upright(names: Sequence[str]) -> bool:
    """Whether names must stand upright, as they do not fit side by side."""
    return len(names) * (max(map(len, names)) + 2) > _ROOM


def _pairs(confusion: Confusion) -> Panel:
    wrong, totals = wrong_pairs(confusion), totals_of(confusion)
    shown = wrong[:_MOST_PAIRS]
    names = [f"{short(pair.label)} as {short(pair.predicted)}" for pair in shown]

    def draw(axes: Any) -> None:
        bars = axes.barh(range(len(shown)), [pair.count for pair in shown], 0.7, color=BLUE)
        beside_bars(axes, bars, [f"{pair.count:,} of {totals[pair.label]:,}" for pair in shown])
        more = len(wrong) - len(shown)
        axes.set(xlabel="rows", ylabel="confused most" + (f" ({len(shown)} of {len(wrong):,} pairs)" if more else ""))
        row_names(axes, names)

    return Panel(0.3 * max(len(shown), 3), f"Classes that are confused most. {_said(confusion)}.", draw)


def _said(confusion: Confusion) -> str:
    wrong, totals = wrong_pairs(confusion), totals_of(confusion)
    right = sum(pair.count for pair in confusion.pairs) - sum(pair.count for pair in wrong)
    parts = [f"{right:,} of {sum(totals.values()):,} rows are right"]
    parts += [
        f"{printable(pair.label)} as {printable(pair.predicted)}: {pair.count:,} of {totals[pair.label]:,}"
        for pair in wrong[:_MOST_PAIRS]
    ]
    return "; ".join(parts)
