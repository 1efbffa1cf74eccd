"""Groupings of rows (by a text, a class, a range of numbers, a file), and codes for their keys."""

from __future__ import annotations

import math
from bisect import bisect_right
from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.errors import InputError
from losscli.record import record
from losscli.text import json_text, spelled

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from numpy.typing import NDArray

    from losscli.ops import Array, Index

    Key = Any  # a text, the number of a class or of a range, or None for a number that is missing

FILE, LABEL, PREDICTED = "file", "label", "predicted"
WORDS = (FILE, LABEL, PREDICTED)
MOST = 100_000  # groups
EXACT = 2.0**53  # whole numbers below it are floats
_HINT = "--by COL:18,30,65 or COL/10 groups numbers by ranges; --where picks rows"


@record
class Part:
    """One grouping of rows.

    Attributes:
        name: Its name in messages and results.
        source: ``file``, ``label``, ``predicted``, or the key of a column in ``Batch.columns``.
        edges: Ends of ranges of the column's numbers.
        width: Width of such ranges.
        option: The option that asks for it.
        most: Maximum number of different keys; 0 for ``MOST``.
    """

    name: str
    source: str
    edges: tuple[float, ...] = ()
    width: float = 0.0
    option: str = "--by"
    most: int = 0

    @property
    def ranged(self) -> bool:
        """Whether its keys are the numbers of ranges."""
        return bool(self.edges or self.width)

    @property
    def sorted(self) -> bool:
        """Whether its keys are numbers with an order."""
        return self.ranged or self.source in (LABEL, PREDICTED)

    def shown(self, key: Key, names: Sequence[str] | None) -> str:
        """A key as text; ``names`` are the class names."""
        if key is None:
            return "missing"
        if self.ranged and not math.isinf(key):
            low, high = self._ends(int(key))
            if low is None or high is None:
                return f"< {spelled(high)}" if low is None else f">= {spelled(low)}"
            return f"{spelled(low)} to < {spelled(high)}"
        if self.source in (LABEL, PREDICTED) and names is not None and not isinstance(key, str):
            return names[int(key)]
        return key if isinstance(key, str) else spelled(key)

    def ranges(self, x: Array) -> NDArray[Any]:
        """The numbers of the ranges of some values."""
        if self.edges:
            return np.searchsorted([*map(float, self.edges)], x, side="right").astype(np.float64)
        with np.errstate(over="ignore", invalid="ignore"):
            found = np.floor(x / self.width)  # may be off by one, as 0.3 / 0.1 is below 3
            whole, parts = map(float, map(str, self._step.as_integer_ratio()))
            if not parts < math.inf:
                return found
            return found + ((found + 1.0) * whole / parts <= x) - (found * whole / parts > x)

    def range_of(self, value: float) -> float:
        """The same for one value, exactly for a whole number of any size."""
        return float(bisect_right(self.edges, value) if self.edges else value // self._step)

    @property
    def _step(self) -> Fraction:
        """The width as it was written."""
        from fractions import Fraction

        return Fraction(repr(self.width))

    def _ends(self, key: int) -> tuple[float | None, float | None]:
        if self.width:
            return _plain(key * self._step), _plain((key + 1) * self._step)
        return self.edges[key - 1] if key else None, self.edges[key] if key < len(self.edges) else None


def _plain(end: Fraction) -> float:
    return end.numerator if end.denominator == 1 else float(end)


@record
class Coded:
    """The keys of some rows.

    Attributes:
        keys: All keys so far, in order of appearance; it grows.
        codes: ``(n,)``: each row's position in ``keys``.
    """

    keys: list[Key]
    codes: Index

    def some(self, rows: slice | Index) -> Coded:
        """The keys of some of the rows."""
        return Coded(self.keys, self.codes[rows])


def coded(values: NDArray[Any]) -> Coded:
    """The keys of an array ``(n,)`` as texts, in order of appearance; numbers as in JSON."""
    known, first, codes = np.unique(values, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return Coded([json_text(value) for value in known[order].tolist()], rank[codes.reshape(-1)])


def joined(parts: Sequence[Coded]) -> Coded:
    """The concatenation of parts that share their keys."""
    return Coded(parts[-1].keys, np.concatenate([part.codes for part in parts]))


def shown(parts: Sequence[Part], keys: Sequence[Key], names: Sequence[str] | None) -> tuple[str, ...]:
    """The keys of a group as texts; ``names`` are the class names."""
    return tuple(part.shown(key, names) for part, key in zip(parts, keys, strict=True))


def in_order(parts: Sequence[Part], keys: Sequence[tuple[Key, ...]]) -> list[int]:
    """The order of groups: as they appeared, but classes and ranges by number, and missing ones last."""
    came: list[dict[Key, int]] = [{} for _ in parts]
    for key in keys:
        for seen, one in zip(came, key, strict=True):
            seen.setdefault(one, len(seen))

    def place(i: int) -> tuple[Any, ...]:
        return tuple(
            (one is None, one or 0) if part.sorted and not isinstance(one, str) else (False, seen[one])
            for part, seen, one in zip(parts, came, keys[i], strict=True)
        )

    return sorted(range(len(keys)), key=place)


def refuse_more(count: int, parts: Sequence[Part]) -> None:
    """Refuse too many groups."""
    option, most = parts[0].option, parts[0].most or MOST
    if count > most:
        named = ",".join(part.name for part in parts)
        hint = _HINT if option == "--by" else ""
        raise InputError(f"{option} {named}: more than {most:,} different values", hint=hint)
