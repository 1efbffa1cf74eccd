"""Values typed as an argument: ``0.1,0.9``, ``'0.1 0.9; 0.8 0.2'``, ``[[0.1, 0.9], [0.8, 0.2]]``, ``cat,dog``."""

from __future__ import annotations

import contextlib
import math
import re
from typing import TYPE_CHECKING, Any

from losscli.errors import InputError
from losscli.inputs.numbers import BEGINS, looks_numeric, parse_scalar
from losscli.lazy import regex
from losscli.text import quoted

if TYPE_CHECKING:
    from losscli.inputs.json.nested import Locate, Path

_TOKEN = regex(r"[\[\](),]|[^\[\](),\s]+")
_ROWS = regex(r"[;\n]")
_WORDS = {"true": True, "false": False, "True": True, "False": False}
_BEGINS = BEGINS | frozenset("tTfF[](),;")
_PRINTED = regex(
    r"<?(?:\w+\.)*(?:tensor|array|eagertensor)\b[^\[\]]*?(?:\(\s*|numpy=\s*(?:array\(\s*)?)(?=\[)", re.IGNORECASE
)
_VECTOR = regex(
    r"(structure\()?c\(([^()]*)\)(?(1)(?:, *(?:\.D|d)im *= *c\((\d+)L?, *\d+L?\)(?:, *(?:\.D|d)imnames *=.*)?)?\))",
    re.DOTALL,
)
_NAME = regex(r"[\w.`]+ *= *")
_OF_R = {
    "TRUE": "true",
    "FALSE": "false",
    "NA": "NaN",
    "NA_real_": "NaN",
    "NA_integer_": "NaN",
    "Inf": "inf",
    "-Inf": "-inf",
}
_PART = regex(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|[\[\](),]|[^\[\](),\s'\"]+")
_PATH_LIKE = regex(r".*(?:/|\\|\.(?:csv|tsv|tab|txt|dat|json|ndjson|jsonl|npy|npz|gz|bz2|xz)\b)", re.IGNORECASE)


def has_numbers_only(text: str) -> bool:
    """Whether an argument is only numbers, separators and brackets: values, whatever files there are."""
    if text.lstrip()[:1] not in _BEGINS:
        return False
    tokens = re.split(r"[\s,;\[\]()]+", text.strip())
    return any(tokens) and all(not t or looks_numeric(t) or t in _WORDS for t in tokens) and _has_number(tokens)


def _has_number(tokens: list[str]) -> bool:
    return any(token and token not in ("true", "false", "nan", "inf") for token in tokens)


def unwrapped(text: str) -> str:
    """The list within a printed array: ``tensor([[0.1, 0.9]])``, ``array([1, 0], dtype=int64)``, R's ``c(1, 0)``."""
    vector = _VECTOR.fullmatch(text.strip()) if "c(" in text else None
    if vector is not None:
        return _from_r(vector[2], vector[3])
    match = _PRINTED.match(text.strip()) if "[" in text else None
    if match is None:
        return text
    start, depth = match.end(), 0
    for at in range(start, len(text.strip())):
        depth += {"[": 1, "]": -1}.get(text.strip()[at], 0)
        if not depth:
            inside = text.strip()[start : at + 1]
            return inside if inside.startswith("[") else text
    return text


def _from_r(values: str, size: str | None) -> str:
    """A vector of R as a list; with a ``size`` it is a matrix, given column by column."""
    items = [_NAME.sub("", item.strip()) for item in values.split(",")]
    items = [_OF_R.get(item, item[:-1] if item[:-1].isdigit() and item[-1] == "L" else item) for item in items]
    if size is None:
        return f"[{', '.join(items)}]"
    height = int(size)
    return f"[{', '.join('[' + ', '.join(items[i::height]) + ']' for i in range(height))}]"


def looks_inline(text: str) -> bool:
    """Whether an argument that is not a file was meant as values."""
    text = text.strip()
    if text.startswith(("[", "(")) or unwrapped(text) != text:
        return True
    return bool(re.search(r"[,;\s]", text)) and not looks_like_path(text)


def looks_like_path(text: str) -> bool:
    """Whether an argument has a folder or a data file's suffix."""
    return bool(_PATH_LIKE.match(text))


def parse_inline(text: str, name: str) -> list[Any]:
    """The nested list that an argument spells; its leaves are numbers, booleans and words.

    Raises:
        InputError: Brackets or separators that don't fit, an empty value.
    """
    text = unwrapped(text.strip())
    if ";" in text and text.startswith("[") and text.endswith("]") and text.count("[") == 1:
        text = text[1:-1]  # [0.1 0.9; 0.8 0.2], as in Matlab and Julia
    if text.startswith(("[", "(")):
        return _quoted_list(text, name) if '"' in text or "'" in text else _bracketed(text, name)
    rows = [row for row in _ROWS.split(text) if row.strip()]
    values = [[_value(token, name) for token in _tokens(row, name)] for row in rows]
    return values if _ROWS.search(text) else values[0]


def as_texts(text: str, name: str) -> list[str] | None:
    """The labels of an argument such as ``cat,dog,cat``, if one of them is a word and there are no brackets."""
    text = unwrapped(text.strip())
    if text.startswith(("[", "(")) or _ROWS.search(text):
        return None
    tokens = _tokens(text, name)
    return tokens if any(not looks_numeric(token) and token not in _WORDS for token in tokens) else None


def locate(name: str, values: list[Any]) -> Locate:
    """Name an element of inline values: ``row 2``, ``value 3`` in ``row 2``, or just ``value 3``."""
    one = "row" if values and isinstance(values[0], list) else "value"

    def named(path: Path, /) -> tuple[str, str]:
        if not path:
            return "the list", name
        if len(path) == 1:
            return f"{one} {path[0] + 1}", name
        return f"value {', '.join(str(i + 1) for i in path[1:])}", f"{name}, row {path[0] + 1}"

    return named


def _tokens(row: str, name: str) -> list[str]:
    if "," not in row:
        return row.split()
    tokens = [token.strip() for token in row.split(",")]
    if "" in tokens:
        raise InputError(f"value {tokens.index('') + 1} is empty in {quoted(row.strip())}", name)
    return tokens


def _value(token: str, name: str) -> Any:
    if token in _WORDS:
        return _WORDS[token]
    number = parse_scalar(token)
    if number is None and looks_numeric(token):
        raise InputError(f"{quoted(token)} is too large for a 64-bit float", name)
    if number is None:
        return token
    if math.isfinite(number) or math.isnan(number):
        return number
    from losscli.inputs.json.nested import CONSTANTS

    return CONSTANTS["Infinity" if number > 0 else "-Infinity"]


def _bracketed(text: str, name: str) -> list[Any]:
    """Nested brackets around values between commas or white space, as Python and NumPy print them."""
    outer: list[Any] = []
    open_lists = [outer]
    last = "("
    for token in _TOKEN.findall(text):
        if token in "[(":
            inner: list[Any] = []
            open_lists[-1].append(inner)
            open_lists.append(inner)
        elif token in "])":
            open_lists.pop()
        elif token == ",":
            if last in "[(,":
                raise InputError(f"an empty value in {quoted(text)}", name)
        else:
            open_lists[-1].append(_value(token, name))
        last = token
        if not open_lists:
            break
    if len(open_lists) != 1 or len(outer) != 1:
        raise InputError(f"unbalanced brackets in {quoted(text)}", name, "[[0.1, 0.9], [0.8, 0.2]]")
    values: list[Any] = outer[0]
    return values


def _with_commas(text: str) -> str:
    """Insert commas between the entries of a list: NumPy prints words without, and Python would join adjacent ones."""
    parts = _PART.findall(text)
    apart = [
        part + ("," if part not in "[(," and later not in "])," else "")
        for part, later in zip(parts, [*parts[1:], "]"], strict=True)
    ]
    return " ".join(apart)


def _quoted_list(text: str, name: str) -> list[Any]:
    import ast
    import json
    import warnings

    from losscli.inputs.json.nested import CONSTANTS

    values: Any = None
    try:
        values = json.loads(text, parse_constant=CONSTANTS.__getitem__)
    except (ValueError, RecursionError):
        failures = contextlib.suppress(ValueError, SyntaxError, RecursionError, MemoryError)
        with failures, warnings.catch_warnings(action="ignore"):  # an unknown escape such as "\d" stays as it is
            values = ast.literal_eval(_with_commas(text))
    if not isinstance(values, list | tuple):
        raise InputError(f"this is not a list: {quoted(text)}", name, '["cat", "dog"]')
    return list(values)
