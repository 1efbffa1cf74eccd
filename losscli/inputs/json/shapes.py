"""Tables as other tools write them in JSON: the orients of pandas, and the layouts of W&B, MLflow and jq."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from losscli.errors import InputError
from losscli.inputs.choose import usual_names as known
from losscli.inputs.json.scores_by_class import labelled
from losscli.text import quoted, repeated

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from losscli.inputs.read_options import ReadOptions

_WRAPPED = ("dataframe_split", "dataframe_records")  # MLflow
_ROWS = ("data", "rows")
_BLANKS = re.compile(r"\s*")


def as_records(value: Any, name: str) -> tuple[list[dict[str, Any]], str] | None:
    """The rows of a table, and its layout; None if the value is not a table.

    Raises:
        InputError: Rows do not fit the columns.
    """
    if isinstance(value, list) and value and labelled(value[0]):
        scored = [scores for one in value if (scores := labelled(one))]
        if len(scored) == len(value):
            return scored, "labels with their scores"
    if not isinstance(value, dict):
        return None
    wrapped = next((key for key in _WRAPPED if len(value) == 1 and key in value), None)
    if wrapped:
        inside = value[wrapped]
        if _are_records(inside):
            return inside, wrapped
        split = as_records(inside, name)
        return split and (split[0], wrapped)
    rows = next((value[key] for key in _ROWS if isinstance(value.get(key), list)), None)
    if rows is not None and isinstance(value.get("columns"), list):
        found = _split(value["columns"], rows, name)
        index = value.get("index")
        if isinstance(index, list) and len(index) == len(found) and "index" not in value["columns"]:
            found = [{"index": key, **row} for key, row in zip(index, found, strict=True)]
        return found, "columns and rows"
    if rows is not None and isinstance(value.get("schema"), dict) and _are_records(rows):
        return rows, "a table with a schema"
    return None


def as_rows(value: dict[str, Any], options: ReadOptions) -> tuple[list[dict[str, Any]], str] | None:
    """The rows of an object whose keys do not show a table: nested, in one list, in columns, or by sample ids.

    Args:
        value: The object.
        options: The read options; another file may name the samples.
    """
    inner = [*value.values()]
    if inner and all(isinstance(one, dict) and one for one in inner):
        return _nested(value, options)
    lists = [one for one in inner if isinstance(one, list)]
    if len(lists) == 1 and _are_flat_records(lists[0]) and (len(value) == 1 or value.get("predictions") is lists[0]):
        return lists[0], "the only list"
    roles = {*known.PREDICTIONS, options.pred, options.label}
    if any(known.key(key) in roles for key in value):
        return None
    sizes = {len(one) for one in lists}
    if len(lists) == len(value) > 1 and len(sizes) == 1:
        if all(not isinstance(one, list | dict) for row in lists for one in row) and _named(value, more=known.SCORES):
            return [dict(zip(value, row, strict=True)) for row in zip(*lists, strict=True)], "columns of lists"
    elif lists or any(isinstance(one, dict) for one in inner):
        return None
    if value and _keys_beside(options) == {*value}:
        return [{"index": key, "value": one} for key, one in value.items()], "by the keys that both files have"
    return None


def _keys_beside(options: ReadOptions) -> set[str]:
    from losscli.inputs.choose.beside import Beside

    return set() if options.beside is None else {*Beside(*options.beside).keys()}


def _are_flat_records(value: Any) -> bool:
    """Whether a list holds records whose numbers need no path."""
    if not _are_records(value):
        return False
    first = value[0]
    named = [first[key] for key in first if _named([key], more=known.SCORES)]
    plain = [one for one in first.values() if not isinstance(one, list | dict)]
    return len(plain) == len(first) or any(type(one) in (int, float) or _are_numbers(one) for one in named)


def _are_numbers(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(type(one) in (int, float) for one in value)


def _are_records(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)


def _split(columns: Sequence[Any], rows: Sequence[Any], name: str) -> list[dict[str, Any]]:
    names = [".".join(map(str, column)) if isinstance(column, list) else str(column) for column in columns]
    twice = repeated(names)
    if twice is not None:
        raise InputError(f"columns named {quoted(twice)} come twice", name)
    for i, row in enumerate(rows):
        if not isinstance(row, list) or len(row) != len(names):
            count = f"{len(row)} values" if isinstance(row, list) else "no list"
            raise InputError(f"row {i + 1} has {count}, there are {len(names)} columns", name)
    return [dict(zip(names, row, strict=True)) for row in rows]


def _nested(value: dict[str, dict[str, Any]], options: ReadOptions) -> tuple[list[dict[str, Any]], str] | None:
    """Columns of rows or rows of columns: keys that are numbers are rows, usual names are columns."""
    inner = [*next(iter(value.values()))]
    if any(set(other) != set(inner) for other in value.values()):
        return None
    named = _named(inner), _named(value)
    of_rows = named[0] > named[1] or (named[0] == named[1] and _counts(value) and not _counts(inner))
    if named[0] == named[1] and not _counts(value) and not _counts(inner):
        of_rows = _keys_beside(options) == {*value}
    if of_rows:
        return [{"index": key, **row} for key, row in value.items()], "rows by their index"
    rows = [{"index": key, **{column: cells[key] for column, cells in value.items()}} for key in inner]
    if "index" in value:
        rows = [{column: cells[key] for column, cells in value.items()} for key in inner]
    return rows, "columns by their index"


def _named(keys: Any, more: Collection[str] = ()) -> int:
    """How many names are usual for labels or predictions."""
    usual = {*known.LABELS, *known.PREDICTIONS, *more}
    return sum(known.key(key) in usual or known.prediction_prefix(key) is not None for key in keys)


def _counts(keys: Any) -> bool:
    return all(key.isdigit() for key in keys)


def several_documents(text: str, name: str) -> tuple[list[str], list[Any]]:
    """The values of concatenated JSON documents, and the place of each."""
    from losscli.inputs.json.decode import decode, decoder

    places: list[str] = []
    values: list[Any] = []
    at, line = 0, 1
    while True:
        begin = _BLANKS.match(text, at).end()  # type: ignore[union-attr]
        line += text.count("\n", at, begin)
        if begin >= len(text):
            return places, values
        try:
            value, at = decoder().raw_decode(text, begin)
        except (ValueError, RecursionError):
            decode(text, name)  # raises what is wrong, and where
            raise
        places.append(f"{name}:{line}")
        values.append(value)
        line += text.count("\n", begin, at)
