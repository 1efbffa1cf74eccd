"""Checks the values of arguments, and turns them into what the core takes."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from losscli.core.intervals.inference import level_of
from losscli.errors import UsageError
from losscli.losses.vocabulary import Role
from losscli.python.as_arrays import array_of, shown
from losscli.text import spelled

if TYPE_CHECKING:
    from collections.abc import Callable

    from losscli.losses.vocabulary import Param

T = TypeVar("T")

LEVEL = 0.95
_LARGEST = 1 << 62


def declared_value(param: Param, value: Any) -> Any:
    """The value of a declared parameter, as the core takes it.

    Raises:
        UsageError: The value is not allowed.
    """
    if isinstance(param.default, bool):
        return flag(param.name, value)
    if isinstance(value, Mapping) and param.role is Role.CLASS_WEIGHT:
        return dict(value)
    if isinstance(value, str):
        return _word(param, value)
    if isinstance(param.default, str) and not param.vector:
        logical = isinstance(value, bool | np.bool_) and "true" in param.choices
        label = is_number(value) and not param.choices
        return _word(param, str(value).lower() if logical else spelled(value) if label else repr(value))
    return _numbers(param, value)


def _numbers(param: Param, value: Any) -> Any:
    """One number, or several if allowed; also names of classes."""
    name = param.name
    array = array_of(value, name)
    if array.ndim and not param.vector:
        raise UsageError(f"{name}={shown(value)}: one {'whole number' if param.whole else 'number'}, not several")
    if param.words:
        return array.tolist()
    if array.dtype.kind not in "iuf":
        raise UsageError(f"{name}={shown(value)}: {_wanted(param)}", hint=" or ".join(map(repr, param.choices)))
    if not param.whole:
        return array.astype(float).tolist()
    if not (np.abs(array) < _LARGEST).all() or (array != np.floor(array)).any():
        raise UsageError(f"{name}={shown(value)}: {_wanted(param)}")
    return array.astype(int).tolist()


def _word(param: Param, value: str) -> str:
    """One of the words of a parameter, or any text if it takes one."""
    if param.choices and value not in param.choices:
        close = difflib.get_close_matches(value, param.choices, n=1)
        raise UsageError(f"{param.name}={value!r}: {_wanted(param)}", hint=" or ".join(map(repr, close)))
    if not (param.choices or param.words or isinstance(param.default, str)):
        raise UsageError(f"{param.name}={value!r}: {_wanted(param)}")
    return value


def _wanted(param: Param) -> str:
    if param.choices and not param.vector:
        return f"one of {', '.join(param.choices)}"
    what = "whole number" if param.whole else "number"
    return f"{what}s" if param.vector else f"a {what}"


def is_number(value: Any) -> bool:
    """Whether it is a number, of Python or of NumPy."""
    return isinstance(value, int | float | np.number) and not isinstance(value, bool)


def text(name: str, value: Any) -> str:
    """A string.

    Raises:
        UsageError: It is not a string.
    """
    if not isinstance(value, str):
        raise UsageError(f"{name}={shown(value)}: a text")
    return value


def numbers(name: str, values: Any) -> tuple[float, ...]:
    """One or several numbers.

    Raises:
        UsageError: One of them is not a number.
    """
    return tuple(several(name, values, number))


def several(name: str, values: Any, one: Callable[[str, Any], T]) -> list[T]:
    """One or several values; a string may hold several, separated by commas.

    Raises:
        UsageError: One of them is of another kind.
    """
    if isinstance(values, str):
        return [one(name, value) for value in values.split(",")]
    found = array_of(values, name).tolist() if hasattr(values, "__array__") else values
    return [one(name, value) for value in found] if isinstance(found, Iterable) else [one(name, found)]


def flag(name: str, value: Any) -> bool:
    """True or false.

    Raises:
        UsageError: It is neither.
    """
    if not isinstance(value, bool | np.bool_):
        raise UsageError(f"{name}={shown(value)}: True or False")
    return bool(value)


def number(name: str, value: Any) -> float:
    """A number.

    Raises:
        UsageError: It is not a number.
    """
    try:
        if isinstance(value, str | bool):
            raise TypeError
        return float(value)
    except (TypeError, ValueError):
        raise UsageError(f"{name}={shown(value)}: a number") from None


def finite(name: str, value: Any) -> float:
    """A finite number.

    Raises:
        UsageError: It is not a finite number.
    """
    found = number(name, value)
    if not math.isfinite(found):
        raise UsageError(f"{name}={value!r}: a number")
    return found


def level(ci: Any) -> float | None:
    """The confidence level asked for, or None."""
    if ci is None or isinstance(ci, bool):
        return LEVEL if ci else None
    return level_of(number("ci", ci), f"ci={ci!r}")


def whole(name: str, value: Any, least: int | None = None) -> int:
    """A whole number of at least ``least``.

    Raises:
        UsageError: It is not a whole number, or too small.
    """
    found = number(name, value)
    if not found.is_integer() or (least is not None and found < least):
        above = "" if least is None else f" of at least {least}"
        raise UsageError(f"{name}={shown(value)}: a whole number{above}")
    return int(found)
