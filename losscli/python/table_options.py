"""Checks the arguments about reading a table or file, and turns them into fields of `ReadOptions`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from losscli.core.condition import row_condition
from losscli.errors import UsageError
from losscli.file_formats import INPUTS
from losscli.python.as_arrays import shown
from losscli.python.handed_over import COLUMNS, READING
from losscli.python.values import flag, is_number, text, whole
from losscli.text import bytes_of, spelled

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def table_options(reading: Mapping[str, Any]) -> dict[str, Any]:
    """The given fields of `ReadOptions`.

    Raises:
        UsageError: One has a value that it can't have.
    """
    found: dict[str, Any] = {}
    for name, value in reading.items():
        checked: Callable[[str, Any], Any] = _CHECKED.get(name, text)
        found[READING[name]] = checked(name, value)
    return found


def _columns(name: str, value: Any) -> str:
    """Names or numbers of columns, one or several."""
    if isinstance(value, str):
        return value
    if is_number(value) and float(value).is_integer():
        return spelled(value)
    if not isinstance(value, Iterable) or isinstance(value, bytes):
        raise UsageError(f"{name}={shown(value)}: the name of a column, or several")
    return ",".join(_columns(name, one) for one in value)


def _missing(name: str, value: Any) -> tuple[str, ...]:
    """Texts that stand for missing values, as they are spelled in a file."""
    several = value if isinstance(value, Iterable) and not isinstance(value, str | bytes) else (value,)
    return tuple(one if isinstance(one, str) else spelled(one) for one in several)


def _one_of(*words: str) -> Callable[[str, Any], str]:
    def one(name: str, value: Any) -> str:
        if value not in words:
            raise UsageError(f"{name}={shown(value)}: one of {', '.join(words)}")
        return str(value)

    return one


def _size(name: str, value: Any) -> int:
    size = bytes_of(value) if isinstance(value, str) else whole(name, value, 0)
    if size is None:
        raise UsageError(f'{name}={shown(value)}: bytes, or a text such as "512M" or "4G"')
    return size


_CHECKED: dict[str, Callable[[str, Any], Any]] = {
    **dict.fromkeys((*COLUMNS, "by"), _columns),
    "header": flag,
    "skip": lambda name, value: whole(name, value, 0),
    "limit": lambda name, value: whole(name, value, 1),
    "memory_limit": _size,
    "na": _missing,
    "input_format": _one_of(*INPUTS),
    "where": lambda name, value: row_condition(text(name, value), name),
    "join_missing": lambda name, value: _one_of("error", "drop")(name, value) == "drop",
}
