"""Class names: the class of a label that is a word or a number."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.lazy import regex
from losscli.text import composed, listed, quoted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from losscli.ops import Index

COLUMN_NAMES = "the column names"

_WHOLE = regex(r"([+-]?\d+)(?:\.0*)?", re.ASCII)
_POWER = regex(r"[+-]?\d+(?:\.\d*)?e[+-]?\d+", re.ASCII | re.IGNORECASE)
_LARGEST = 2**63 - 1


def whole_number(text: str) -> int | None:
    """The whole number that a text spells, exactly: 1 for ``1``, ``1.0``, ``1e0`` and ``01``; else None."""
    text = text.strip()
    if match := _WHOLE.fullmatch(text):
        return int(match[1])
    if "e" in text.lower() and _POWER.fullmatch(text) and float(text).is_integer():
        return int(float(text))
    return None


class ClassNames:
    """Maps text labels, or numbers that name columns, to class numbers.

    Args:
        names: The names as shown, in the order of the prediction columns.
        source: Where they come from, for messages.
        spellings: Further texts that labels may use for the classes.
        numbers: The class numbers in the names, if the names are not just numbers.
        one: There is one prediction column, that of the second of two names.
        flags: The labels are two words such as yes and no, read as 1 and 0, and no column is named after them.
        valued: The names are numbers, and so are the labels, which need not be whole: ``0.5``, ``1``, ``1.5``.
    """

    def __init__(
        self,
        names: tuple[str, ...],
        *,
        source: str,
        spellings: Mapping[str, int] | None = None,
        numbers: Sequence[int] | None = None,
        one: bool = False,
        flags: bool = False,
        valued: bool = False,
    ) -> None:
        self.names = names
        self.source = source
        self.one = one
        self.flags = flags
        self.repeated = False  # two names are the same number
        self._index = {**(spellings or {}), **{composed(name): i for i, name in enumerate(names)}}
        if numbers is None:
            found = [whole_number(name) for name in names]
            distinct = {number for number in found if number is not None}
            numbers = [n for n in found if n is not None] if len(distinct) == len(names) else []
            self.repeated = None not in found and len(distinct) < len(names)
        self.numeric = len(numbers) == len(names)
        self._spelled = {number: i for i, number in enumerate(numbers)}
        held = {number: i for number, i in self._spelled.items() if abs(number) <= _LARGEST}
        self._numbers = np.array(sorted(held), dtype=np.int64)
        self._of_numbers = np.array([held[n] for n in sorted(held)], dtype=np.intp)
        self._values = {float(name): i for i, name in enumerate(names)} if valued else {}
        self.valued = valued
        self.counted = [*self._spelled.items()] == [(i, i) for i in range(len(names))]

    @property
    def unsorted(self) -> bool:
        """Whether columns are called by words in another order than the sorted one, by which tools number classes."""
        return self.source == COLUMN_NAMES and not self.numeric and list(self.names) != sorted(self.names)

    @property
    def from_0(self) -> list[str]:
        """The names in the order of their numbers, if these are 0, 1, 2 and so on; else empty."""
        order = [self._spelled.get(i) for i in range(len(self.names))]
        return [self.names[i] for i in order if i is not None] if self.numeric and None not in order else []

    def find(self, texts: list[str]) -> Index:
        """Class numbers of labels that are texts; -1 for no class."""
        get = self._index.get
        index = np.array([get(text, -1) for text in texts], dtype=np.intp)
        if self._spelled and (index < 0).any():
            for i in np.flatnonzero(index < 0).tolist():
                number = whole_number(texts[i])
                index[i] = -1 if number is None else self._spelled.get(number, -1)
        return index

    def find_numbers(self, labels: NDArray[np.int64]) -> Index:
        """Class numbers of labels that are whole numbers, of the same shape; -1 for no class."""
        if not self._numbers.size:
            return np.full(labels.shape, -1, dtype=np.intp)
        if self.counted:
            return labels.astype(np.intp, copy=False)  # other numbers are out of range either way
        at = np.minimum(np.searchsorted(self._numbers, labels), len(self._numbers) - 1)
        return np.where(self._numbers[at] == labels, self._of_numbers[at], -1)

    def find_values(self, labels: NDArray[Any]) -> Index:
        """Class numbers of labels that are any numbers, such as ratings, of the same shape; -1 for no class."""
        values = np.array(sorted(self._values))
        at = np.minimum(np.searchsorted(values, labels), len(values) - 1)
        classes = np.array([self._values[value] for value in values.tolist()], np.intp)
        return np.where(values[at] == labels, classes[at], -1)

    def ordered(self, names: Sequence[str]) -> ClassNames:
        """The same classes under other names, in the same order."""
        return ClassNames(tuple(names), source=self.source, one=self.one, flags=self.flags)

    def sorted_columns(self, labels: NDArray[Any]) -> list[int] | None:
        """The columns in the order in which a framework sorts these labels; None if nothing changes, or unknown."""
        if self.one:
            return None
        if labels.dtype == object:
            order = sorted(range(len(self.names)), key=self.names.__getitem__)
        else:
            order = [self._spelled[number] for number in sorted(self._spelled)]
            order = order or [self._values[value] for value in sorted(self._values)]
        return None if not order or order == list(range(len(self.names))) else order

    def is_of_first(self, labels: NDArray[Any]) -> bool:
        """Whether the only column is that of the class sorted first, while a framework takes it for the second."""
        if not self.one or self.source == "the labels":
            return False
        if labels.dtype == object or not self.numeric:
            return self.names[1] < self.names[0]
        return sorted(self._spelled)[0] == [*self._spelled][1]

    def suggestion(self, text: str) -> str:
        """A hint for an unknown label: a similar class, or the classes there are."""
        import difflib

        lowered = {name.lower(): name for name in self.names}
        close = difflib.get_close_matches(text.lower(), lowered, 1)
        if close:
            return f"did you mean {quoted(lowered[close[0]])}?"
        classes = f"the classes are {listed([quoted(name) for name in self.names], 8)}"
        if self.numeric and len(self.names) > 1 and whole_number(text) is None:
            return f"{classes}; --classes A,B,.. says what they are called, in this order"
        return classes
