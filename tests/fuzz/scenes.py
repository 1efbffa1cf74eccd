"""Data by grammar: predictions and labels as a loss may want them, and columns beside them, with some odd values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

# Spellings and values at the edges of what can be read.
_NUMBERS = """0 1 -1 2 3 7 0.5 -0.0 1e-7 0.9999999 1e308 -1e308 1.8e308 5e-324 1e-320 2.2e-308 9007199254740993 9.3e18
9223372036854775808 -9223372036854775809 18446744073709551616 1e39 3.4e38 nan NaN inf -inf Infinity -Infinity +1 1. .5
1e 1e5 1E+05 0x10 1_000 １ ١ ½ 1,5 -- - + . e 1e400 -1e400 1e-400 00 007 1/2 50% $1 1d3 1f 1j True false NULL None NA
null n/a #N/A - ? <na>"""
_WORDS = "cat dog ant a b yes no true false label y p_cat p_0 id 0 1 2 nan ä 猫 \u202e \x1b[31m =1+1 | ` <b> * ~~s~~"
NUMBERS = (*_NUMBERS.split(), "")
WORDS = (*_WORDS.split(), *("", " ", "two words", '"', "'", "a,b", "a;b", "new\nline", "\ufeff", "x" * 300))
LABELS = ("label", "y", "labels", "target", "y_true", "class", "truth")


@dataclass
class Scene:
    """Rows: what is predicted, what is true, and what else there is of each."""

    predictions: list[Any]
    labels: list[Any]
    beside: dict[str, list[Any]] = field(default_factory=dict)
    classes: tuple[str, ...] = ()
    label: str = "label"

    def columns(self) -> dict[str, list[Any]]:
        """All of it as one table."""
        table = dict(self.beside)
        table |= _spread("p", self.predictions, self.classes)
        table |= _spread(self.label, self.labels, ())
        return table


def scene(random: Random, wanted: str) -> Scene:
    """Rows for a loss that takes this, more often than not.

    Args:
        random: Where chance comes from.
        wanted: A kind of ``Takes``; anything else makes any rows.
    """
    rows = random.choice((0, 1, 1, 2, 2, 3, 3, 4, 5, 6, 9, 40, 300)) if random.random() < 0.7 else 3
    classes = random.choice((1, 2, 2, 3, 3, 3, 4, 5, 17))
    kind = random.choice(_FITTING.get(wanted, _ANY)) if random.random() < 0.8 else random.choice(_ANY)
    predictions = [_row(random, kind[0], classes) for _ in range(rows)]
    labels = [_row(random, kind[1], classes) for _ in range(rows)]
    names = tuple(random.sample(("cat", "dog", "ant", "bee", "cow", "0", "1", "2"), min(classes, 8)))
    if random.random() < 0.05:
        labels = labels[: random.randint(0, rows)] if random.random() < 0.5 else [*labels, *labels[:1]]
    if "word" in kind[1]:
        labels = [names[label % len(names)] for label in labels]
    found = Scene(
        predictions, labels, _beside(random, rows), names if random.random() < 0.4 else (), label=_label(random)
    )
    for place in (found.predictions, found.labels, *found.beside.values()):
        if random.random() < 0.06:
            _spoil(random, place)
    return found


def _label(random: Random) -> str:
    return random.choice(LABELS) if random.random() < 0.3 else "label"


def _beside(random: Random, rows: int) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    if random.random() < 0.3:
        found["id"] = [f"r{i}" if random.random() < 0.95 else "r0" for i in range(rows)]
    if random.random() < 0.3:
        found["lang"] = [random.choice(("de", "en", "fr", "=x|y")) for _ in range(rows)]
    if random.random() < 0.3:
        found["age"] = [random.randint(0, 90) for _ in range(rows)]
    if random.random() < 0.3:
        found["w"] = [random.choice((0, 1, 2, 0.5)) for _ in range(rows)]
    if random.random() < 0.2:
        found["base"] = [round(random.random(), 2) for _ in range(rows)]
    return found


def _row(random: Random, kind: str, classes: int) -> Any:
    if kind == "rows":
        parts = [random.random() ** 3 + 1e-9 for _ in range(classes)]
        places = random.choice((3, 30))
        return [round(part / sum(parts), places) for part in parts]
    if kind in ("one-hot", "multi-hot"):
        picked, many = random.randrange(classes), kind == "multi-hot"
        return [int(random.random() < 0.4) if many else int(i == picked) for i in range(classes)]
    if kind in _REPEATED:
        part, times = _REPEATED[kind]
        return [_row(random, part, classes) for _ in range(times or classes)]
    return _ONE[kind](random, classes)


# What repeats something else, as often as there are classes, or so many times.
_REPEATED = {"logit rows": ("logit", 0), "deep": ("logit rows", 2), "deep labels": ("class", 2)}
_ONE: dict[str, Callable[[Random, int], Any]] = {
    "class": lambda random, classes: random.randrange(classes),
    "word": lambda random, classes: random.randrange(classes),
    "logit": lambda random, _: round(random.gauss(0, 3), 2),
    "probability": lambda random, _: round(random.random(), 3),
    "sign": lambda random, _: random.choice((-1, 1)),
    "bit": lambda random, _: random.choice((0, 1)),
    "text": lambda random, _: random.choice(WORDS),
    "value": lambda random, _: round(random.gauss(0, 10), random.choice((0, 1, 3))),
    "positive": lambda random, _: abs(random.gauss(0, 3)),
}

_CLASSES = (("rows", "class"), ("rows", "one-hot"), ("rows", "word"), ("logit rows", "class"), ("rows", "rows"))
_FITTING = {
    "class": (*_CLASSES, ("deep", "deep labels")),
    "binary": (("probability", "bit"), ("rows", "multi-hot"), ("probability", "word"), ("value", "bit")),
    "distribution": (("rows", "rows"), ("rows", "one-hot"), ("rows", "class")),
    "value": (("value", "value"), ("positive", "positive"), ("logit rows", "logit rows"), ("probability", "bit")),
    "margin": (("value", "sign"), ("value", "bit"), ("logit rows", "multi-hot")),
    "scores": (("logit rows", "class"), ("rows", "word")),
    "scores-hot": (("logit rows", "one-hot"), ("logit rows", "class")),
    "vector": (("logit rows", "logit rows"),),
    "anchor": (("logit rows", "value"),),
    "signed-vector": (("logit rows", "sign"),),
    "decision": (("rows", "class"), ("class", "class"), ("text", "text"), ("probability", "bit"), ("word", "word")),
    "raw": (("rows", "class"), ("value", "value"), ("class", "class"), ("logit rows", "class"), ("deep", "one-hot")),
    "set": (("value", "value"), ("probability", "bit"), ("class", "class"), ("rows", "class"), ("rows", "multi-hot")),
}
_ANY = tuple(dict.fromkeys(pair for pairs in _FITTING.values() for pair in pairs))


def _spread(name: str, values: list[Any], classes: tuple[str, ...]) -> dict[str, list[Any]]:
    """A column for each value of a row."""
    if not values or not isinstance(values[0], list):
        return {name: values}
    width = len(values[0])
    names = classes if len(classes) == width else tuple(map(str, range(width)))
    rows = [row if isinstance(row, list) else [row] * width for row in values]
    return {f"{name}_{names[i]}": [row[i] if i < len(row) else "" for row in rows] for i in range(width)}


def odd(random: Random) -> Any:
    """A number or word at the edge of what can be read."""
    text = random.choice(NUMBERS if random.random() < 0.75 else WORDS)
    if random.random() < 0.5:
        try:
            return float(text) if random.random() < 0.7 else int(text)
        except ValueError:
            return text
    return text


def _spoil(random: Random, values: list[Any]) -> None:
    """Put odd values among them, or lists of another length."""
    for _ in range(random.choice((1, 1, 2, 5))):
        if not values:
            return
        at = random.randrange(len(values))
        if isinstance(values[at], list) and values[at] and random.random() < 0.8:
            _spoil(random, values[at]) if random.random() < 0.8 else values[at].pop()
        else:
            values[at] = odd(random) if random.random() < 0.9 else [odd(random)]
