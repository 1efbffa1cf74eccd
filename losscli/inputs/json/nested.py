"""Nested lists become arrays: shapes and kinds are checked, and errors name the place."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from losscli.errors import InputError
from losscli.inputs.choose import usual_names as known
from losscli.inputs.numbers import is_missing, looks_numeric, parse_scalar
from losscli.lazy import regex
from losscli.record import record
from losscli.text import count, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

_DEEPEST = 32
_MOST_PATHS, _SHOWN_PATHS = 100, 3
_ROW_OF = regex(r"row \d+ of (.+)")
_INDEX = regex(r"\[\d+\]")
_KEY = regex(r"\[\]")

# These objects, by identity, stand for a written Infinity; any other infinity was a number too large for float64.
_INFINITY = float("inf")
_MINUS_INFINITY = float("-inf")
CONSTANTS = {"NaN": float("nan"), "Infinity": _INFINITY, "-Infinity": _MINUS_INFINITY}

_NAN = CONSTANTS["NaN"]

Path = tuple[int, ...]


class Locate(Protocol):
    """Name an element of nested lists."""

    def __call__(self, path: Path, /) -> tuple[str, str]:
        """Return the name of the element, as in ``predictions[1][2]``, and its place."""


def to_array(
    data: list[Any], locate: Locate, *, text: bool = False, words: bool = False, missing: bool = False
) -> NDArray[Any]:
    """A list of numbers, of lists, ..., or of texts if ``text`` allows them.

    Numbers may be written as texts if all are, unless the texts are ``words``. With ``missing``, null and what tools
    write for missing values is NaN or an empty text.

    Returns:
        bool if all are true or false, int64 if all are integers, float64, or ``(n,)`` of ``str`` objects.

    Raises:
        InputError: Ragged lists, or an element that is not a number.
    """
    if text and are_lists_of_words(data):
        import json

        return np.array([json.dumps(one) for one in data], dtype=object)
    try:
        array = np.array(data)
    except (ValueError, OverflowError):
        return _checked(data, locate, TextElements(text, words, missing))
    if array.ndim > _DEEPEST:
        return _checked(data, locate, TextElements(text, words, missing))
    if array.dtype == bool:
        return array
    if array.dtype.kind in "if" and _holds_flags(data):
        return _checked(data, locate, TextElements(text, words, missing))
    if array.dtype.kind == "i":
        return array.astype(np.int64)
    if array.dtype.kind == "f" and not np.isinf(array).any():
        return array
    return _checked(data, locate, TextElements(text, words, missing))


def are_lists_of_words(data: Sequence[Any]) -> bool:
    """Whether all elements are lists of texts, and some are not numbers: names of classes."""
    lists = all(isinstance(one, list) and all(isinstance(word, str) for word in one) for one in data)
    return lists and any(not looks_numeric(word) for one in data for word in one)


def _holds_flags(data: list[Any]) -> bool:
    """Whether true or false is among the elements."""
    kinds = {*map(type, data)}
    return bool in kinds or (list in kinds and any(_holds_flags(one) for one in data if isinstance(one, list)))


@record
class TextElements:
    """How texts among the elements are read, as in `to_array`."""

    allowed: bool
    words: bool
    missing: bool

    def is_number(self, leaf: Any) -> bool:
        """Whether an element stands for a number."""
        if isinstance(leaf, str):
            return looks_numeric(leaf) or (self.missing and is_missing(leaf))
        return leaf is None and self.missing


def _checked(data: list[Any], locate: Locate, texts: TextElements) -> NDArray[Any]:
    """The same, element by element."""
    shape = _shape(data, locate)
    leaves: list[tuple[Path, Any]] = []
    _collect(data, (), shape, leaves, locate)
    strings = [leaf for _, leaf in leaves if isinstance(leaf, str) and leaf not in CONSTANTS]
    as_numbers = not texts.words and all(
        texts.is_number(leaf) for _, leaf in leaves if not (texts.missing and isinstance(leaf, int | float))
    )
    if as_numbers and strings:
        leaves = [(path, _written(path, leaf, locate)) for path, leaf in leaves]
    elif texts.allowed and strings:
        if texts.missing:
            leaves = [(path, "" if leaf is None else leaf) for path, leaf in leaves]
        other = next(((path, leaf) for path, leaf in leaves if not isinstance(leaf, str)), None)
        if other is None and len(shape) == 1:
            return _texts(leaves, locate, missing=texts.missing)
        if other is None:
            raise _bad(leaves[0][0], quoted(leaves[0][1]), "text must come in a flat list", locate)
        if isinstance(leaves[0][1], str):
            raise _bad(other[0], str(other[1]), "not text as others are", locate)
    elif texts.missing:
        leaves = [(path, _NAN if leaf is None else leaf) for path, leaf in leaves]
    flag = next(((path, leaf) for path, leaf in leaves if isinstance(leaf, bool)), None)
    if flag is not None and any(type(leaf) in (int, float) and leaf == leaf for _, leaf in leaves):
        error = _bad(flag[0], str(flag[1]).lower(), "and others are numbers", locate)
        error.hint = "write 1 and 0 if true and false mean these"
        raise error
    numbers = [_number(path, leaf, locate) for path, leaf in leaves]
    dtype = np.int64 if numbers and all(isinstance(n, int) and abs(n) < 2**63 for n in numbers) else np.float64
    return np.array(numbers, dtype=dtype).reshape(shape)


def _written(path: Path, leaf: Any, locate: Locate) -> Any:
    """A number, also from its text."""
    if not isinstance(leaf, str):
        return _NAN if leaf is None else leaf
    if is_missing(leaf):
        return _NAN
    value = parse_scalar(leaf)
    if value is None:
        raise _bad(path, "too large for a 64-bit float", "", locate)
    return {math.inf: _INFINITY, -math.inf: _MINUS_INFINITY}.get(value, value)


def _shape(data: Any, locate: Locate) -> Path:
    shape: list[int] = []
    while isinstance(data, list):
        shape.append(len(data))
        if len(shape) > _DEEPEST:
            _, where = locate(())
            raise InputError(f"lists nested more than {_DEEPEST} deep", where)
        if not data:
            break
        data = data[0]
    return tuple(shape)


def _collect(data: Any, path: Path, shape: Path, leaves: list[tuple[Path, Any]], locate: Locate) -> None:
    depth = len(path)
    if not isinstance(data, list):
        if depth < len(shape):
            raise _bad(path, "a single value", f"{shape[depth]} values expected", locate)
        leaves.append((path, data))
        return
    if depth >= len(shape):
        raise _bad(path, "a list", "a single value expected", locate)
    if len(data) != shape[depth]:
        subject, where = locate(path)
        first, _ = locate((0,) * depth)
        raise InputError(f"{subject} has {count(len(data), 'value')}, {first} has {shape[depth]}", where)
    for i, element in enumerate(data):
        _collect(element, (*path, i), shape, leaves, locate)


def _number(path: Path, leaf: Any, locate: Locate) -> float:
    if isinstance(leaf, str) and leaf in CONSTANTS:
        return CONSTANTS[leaf]
    if isinstance(leaf, float):
        if np.isinf(leaf) and leaf is not _INFINITY and leaf is not _MINUS_INFINITY:
            raise _bad(path, "too large for a 64-bit float", "", locate)
        return leaf
    if isinstance(leaf, int):
        return _integer(path, leaf, locate)
    shown = {type(None): "null", dict: "an object"}.get(type(leaf)) or quoted(str(leaf))
    error = _bad(path, shown, "not a number", locate)
    if isinstance(leaf, dict):
        error.hint = _path_hint(leaf, locate(path)[0])
    raise error


def _path_hint(found: dict[str, Any], subject: str) -> str:
    """How to ask for the numbers in an object by their path; those named like predictions first."""
    row = _ROW_OF.fullmatch(subject)
    base = f"{row[1]}[]" if row else _INDEX.sub("[]", subject)
    if " " in base or base.startswith("["):
        return ""
    paths = dict.fromkeys(path for path, _ in zip(_paths(found, base), range(_MOST_PATHS), strict=False))
    scores = [path for path in paths if known.key(_KEY.sub("", path.rpartition(".")[2])) in known.SCORES]
    ranked = sorted(scores or paths, key=lambda path: path.count("."))
    return " or ".join(f"--pred '{path}'" for path in ranked[:_SHOWN_PATHS])


def _paths(value: Any, base: str) -> Iterator[str]:
    if base.count(".") > _DEEPEST:
        return
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _paths(inner, f"{base}.{'*' if key.isdigit() and isinstance(inner, dict) else key}")
    elif isinstance(value, list):
        for inner in value[:_SHOWN_PATHS]:
            row = isinstance(inner, int | float) and "[]" not in base  # each record's list is a row
            yield from _paths(inner, base if row else f"{base}[]")
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield base


def _integer(path: Path, leaf: int, locate: Locate) -> float:
    try:
        float(leaf)
    except OverflowError:
        raise _bad(path, "too large for a 64-bit float", "", locate) from None
    return int(leaf)


def _texts(words: list[tuple[Path, str]], locate: Locate, *, missing: bool) -> NDArray[Any]:
    stripped = [word.strip() for _, word in words]
    if "" in stripped and not missing:
        raise _bad(words[stripped.index("")][0], "''", "an empty label", locate)
    return np.array(stripped, dtype=object)


def _bad(path: Path, found: str, expected: str, locate: Locate) -> InputError:
    subject, where = locate(path)
    return InputError(f"{subject} is {found}" + (f", {expected}" if expected else ""), where)
