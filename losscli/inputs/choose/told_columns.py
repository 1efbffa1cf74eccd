"""Decisions on columns: on those that were chosen, and on those that were not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.core.batch import Decision
from losscli.inputs.cells import are_flags
from losscli.inputs.choose.label_columns import role_of
from losscli.text import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.inputs.choose.columns import Columns, Found


FLAGS = "true and false"  # words for 1 and 0


def counters(columns: Columns, predictions: Sequence[int]) -> tuple[Decision, ...]:
    """Columns that were asked for as predictions but number the rows, unlike others."""
    looks = {i: columns.look(i) for i in predictions}
    counting = [i for i in predictions if columns.kinds[i] == "number" and looks[i].counts and not looks[i].flags]
    if len(predictions) < 2 or all(looks[i].whole for i in predictions):
        return ()
    reason = "asked for, but it counts the rows"
    return tuple(Decision("predictions", f"column {columns.called(i)}", reason, note=True) for i in counting)


def left_alone(columns: Columns, rest: Sequence[int], decisions: Sequence[Decision]) -> list[Decision]:
    """The decision on columns without a role; those named after a role are named with it."""
    told = {one.value for one in decisions if one.what == "not used"}
    found: list[Decision] = []
    plain = []
    for i in rest:
        role = role_of(columns, i)
        if f"column {columns.called(i)}" in told:
            continue
        if role is not None:
            found.append(Decision("not used", f"column {columns.called(i)}", f"named like a {role}", note=True))
        else:
            plain.append(i)
    if plain:
        names = listed([columns.called(i) for i in plain], 8)
        word = "column" if len(plain) == 1 else "columns"
        found.append(Decision("not used", f"{word} {names}", "neither predictions nor labels", note=True))
    return found


def told_labels(columns: Columns, found: Found, words: Sequence[int]) -> list[Decision]:
    """The decisions on the labels: which columns, and of which kind their values are."""
    kind, because = _label_kind(columns, found.columns, words)
    return [
        Decision("labels", spoken(columns, found.columns), found.reason),
        Decision("label values", kind, because, note=kind == FLAGS),
    ]


def _label_kind(columns: Columns, labels: Sequence[int], words: Sequence[int]) -> tuple[str, str]:
    """The kind of the labels, and how it is known."""
    kind, example = columns.kinds[labels[0]], columns.examples[labels[0]]
    if len(labels) > 1 and kind != "list" and all(are_flags(columns.texts(i)) for i in labels):
        return FLAGS, "read as 1 and 0"
    if columns.types:
        said = {"list": "lists", "number": "numbers"}.get(kind, "text")
        return said, f"the type is {columns.types[labels[0]]}"
    if kind in ("text", "mixed"):
        return "text", f"for example {example}" if kind == "text" else f"not all are numbers: {example}"
    if words:
        return "text", "the numbers have more digits than a float holds"
    return ("lists", "the first is one") if kind == "list" else ("numbers", "the first rows are all numbers")


def spoken(columns: Columns, chosen: Sequence[int]) -> str:
    """Columns as shown: ``column 3 (label)``, ``columns 2-11 (p_0 … p_9)``."""
    numbers = [i + 1 for i in chosen]
    if len(chosen) == 1:
        named = columns.names and columns.names[chosen[0]].strip()
        name = f" ({columns.called(chosen[0])})" if named else " (no name)" if columns.names else ""
        return f"column {numbers[0]}{name}"
    consecutive = numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    text = f"{numbers[0]}-{numbers[-1]}" if consecutive else ", ".join(map(str, numbers))
    names = f" ({columns.called(chosen[0])} … {columns.called(chosen[-1])})" if columns.names else ""
    return f"columns {text}{names}"
