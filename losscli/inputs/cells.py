"""Fields of a table that hold more than one number, or a word for 0 or 1."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.errors import InputError
from losscli.inputs.numbers import parse_number
from losscli.lazy import regex
from losscli.text import quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from losscli.inputs.model import Place

_LIST = regex(r"(?:(?:\w+\.)*(?:tensor|array)\()?\s*([\[(].*[\])])\s*(?:,[^\[\]]*)?\)?", re.DOTALL | re.IGNORECASE)
FLAGS_HINT = "write 1 and 0 if true and false mean these"
_PAIRS = (("false", "true"), ("no", "yes"), ("f", "t"))
_FLAGS = {word: float(number) for pair in _PAIRS for number, word in enumerate(pair)}


def list_of(text: str) -> list[float] | None:
    """The numbers of a field such as ``[0.9, 0.1]`` or ``[0.9 0.1]``; None if it is not a list of numbers."""
    match = _LIST.fullmatch(text.strip())
    if match is None:
        return None
    inside = match[1][1:-1]
    if "[" in inside or "(" in inside:
        return None
    values = [parse_number(part) for part in inside.replace(",", " ").split()]
    return None if None in values or not values else [value for value in values if value is not None]


def are_lists(texts: Sequence[str]) -> bool:
    """Whether all fields are lists of equally many numbers."""
    if not texts or texts[0].strip()[-1:] not in ("]", ")"):
        return False
    sizes = {len(found) if (found := list_of(text)) else 0 for text in texts}
    return len(sizes) == 1 and 0 not in sizes


def lists(texts: Sequence[str], where: Place) -> NDArray[Any]:
    """Fields that are lists as an array ``(n, length)``.

    Raises:
        InputError: One is no list, or has another length than the first.
    """
    rows = [list_of(text) for text in texts]
    for i, row in enumerate(rows):
        if row is None:
            raise InputError(f"{quoted(texts[i])} is not a list of numbers", where(i, None))
        if len(row) != len(rows[0] or ()):
            raise InputError(f"a list of {len(row)} numbers, where the first has {len(rows[0] or ())}", where(i, None))
    return np.array(rows, dtype=np.float64)


def are_flags(texts: Sequence[str]) -> bool:
    """Whether all fields are words for 0 and 1, from a single pair."""
    seen = {text.strip().lower() for text in texts}
    return bool(seen) and any(seen <= {*pair} for pair in _PAIRS)


def as_flags(words: NDArray[Any]) -> NDArray[Any]:
    """0 and 1 for words of one such pair, NaN for empty ones; other words unchanged."""
    texts = words.tolist()
    if words.ndim != 1 or not are_flags([text for text in texts if text]):
        return words
    return np.array([_FLAGS[text.lower()] if text else np.nan for text in texts])


def spelled_as(words: NDArray[Any], others: NDArray[Any]) -> NDArray[Any]:
    """Words of one pair for 0 and 1 in the spelling of another pair: ``yes`` as ``True``."""
    first, other = (next(filter(None, one.ravel().tolist()), "") for one in (words, others))
    mine, theirs = (next((pair for pair in _PAIRS if word.lower() in pair), None) for word in (first, other))
    if mine is None or theirs is None or words.ndim != 1:
        return words
    texts, like = words.tolist(), [text for text in others.ravel().tolist() if text]
    if {*texts} <= {*like, ""} or not are_flags([text for text in texts if text]) or not are_flags(like):
        return words
    spelling = {text.lower(): text for text in like}
    case = next(case for case in (str.lower, str.upper, str.capitalize, str) if case(other) == other)
    wanted = [spelling.get(word, case(word)) for word in theirs]
    return np.array([wanted[int(_FLAGS[text.lower()])] if text else text for text in texts], dtype=object)


def flags(texts: Sequence[str], where: Place) -> NDArray[Any]:
    """Fields that are 0, 1 or words for these, as numbers.

    Raises:
        InputError: A field is something else.
    """
    values = [_FLAGS.get(text.lower(), parse_number(text)) for text in texts]
    bad = next((i for i, value in enumerate(values) if value is None), None)
    if bad is not None:
        raise InputError(f"{quoted(texts[bad])} is neither true nor false", where(bad, None))
    return np.array(values, dtype=np.float64)
