"""Lines that look alike, as ``%.6f`` prints probabilities: a column is bytes at a fixed stride.

A sample or class number may be longer in some lines: those of the same length are taken together.

A number ``m / 10^d`` with ``m < 2^53`` and ``d <= 22`` is one division of exact floats, rounded once (Clinger 1990, How
to read floating point numbers accurately): it is the float64 that ``float`` gives.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from losscli.inputs.delimited.swar import PAD, WORD, ZERO, joined, last, padded
from losscli.record import record, replace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.inputs.delimited.swar import Bytes, Words
    from losscli.ops import Array


_MOST_DIGITS, _SURE_DIGITS = 16, 15  # of 2^53
_EXACT = 1 << 53
_MOST_LENGTHS = 4  # of lines: class numbers of one digit and two, sample numbers up to 999 and from 1000
_GLANCE = 1 << 13
_NEWLINE = ord("\n")
_ANY_DIGIT = bytes.maketrans(b"123456789", b"000000000")


@record
class _Shape:
    """How a field looks: a sign, so many digits, a point and so many digits."""

    minus: bool
    whole: int
    point: bool
    fraction: int

    @property
    def length(self) -> int:
        return self.minus + self.whole + self.point + self.fraction


@record
class _Run:
    """Columns of the same shape at equal distances.

    Attributes:
        first: The first of them, among those wanted.
        stop: The one after the last.
        start: Where the first begins.
    """

    first: int
    stop: int
    start: int
    shape: _Shape


def fixed_numbers(data: bytes, delimiter: str, width: int, columns: Sequence[int]) -> Array | None:
    """The numbers in some columns, ``(lines, columns)``; in memory, one column after the other.

    Args:
        data: Whole lines without quotes.
        delimiter: No part of a number.
        width: How many fields a line is to have.
        columns: Which of them are wanted.

    Returns:
        None if lines of the same length do not look alike, or if their numbers are not plain or too long.
    """
    length = data.index(b"\n") + 1
    if len(data) % length == 0:
        found = _of_one_length(data, length, delimiter, width, columns)
        if found is not None:
            return found
    if len({len(line) for line in data[:_GLANCE].split(b"\n")[:-1]}) > _MOST_LENGTHS:
        return None
    text = np.frombuffer(data, np.uint8)
    ends = np.flatnonzero(text == _NEWLINE) + 1
    starts = np.concatenate(([0], ends[:-1]))
    lengths = ends - starts
    shortest, longest = int(lengths.min()), int(lengths.max())
    if not 0 < longest - shortest < _MOST_LENGTHS:
        return None
    result = np.empty((len(columns), len(lengths))).T
    for length in range(shortest, longest + 1):
        lines = np.flatnonzero(lengths == length)
        if len(lines):
            rows = np.lib.stride_tricks.sliding_window_view(text, length)[starts[lines]]
            part = _of_one_length(rows.tobytes(), length, delimiter, width, columns)
            if part is None:
                return None
            result[lines] = part
    return result


def _of_one_length(data: bytes, length: int, delimiter: str, width: int, columns: Sequence[int]) -> Array | None:
    line = data[:length].translate(_ANY_DIGIT)
    runs = _runs(line, delimiter, width, tuple(columns))
    digits = None if runs is None else _digits(data, line)
    if runs is None or digits is None:
        return None
    lines = len(data) // length
    result = np.empty((len(columns), lines))
    for run in runs:
        shape = run.shape
        fields = _Fields(digits, (run.stop - run.first, lines), (shape.length + 1, length))
        mantissa = _mantissas(fields, run.start, shape)
        if shape.whole + shape.fraction > _SURE_DIGITS and mantissa.max() > _EXACT:
            return None
        power = 10.0**shape.fraction
        np.divide(mantissa, -power if shape.minus else power, out=result[run.first : run.stop])
    return result.T


def _digits(data: bytes, line: bytes) -> Bytes | None:
    """The digits of lines that are like this one: 0 to 9 each, 0 for all else, and ``PAD`` zeros before them.

    None if one of them has something else where this one has a digit, or the other way round.
    """
    first, most = _like(line, len(data) // len(line))
    digits = padded(np.frombuffer(data, np.uint8), first)
    return None if (digits[PAD : PAD + len(data)] > most).any() else digits


@lru_cache(maxsize=2)
def _like(line: bytes, lines: int) -> tuple[Bytes, Bytes]:
    """So many lines that are this one, and how far a byte may be from it: digits from 0 up to 9."""
    first = np.tile(np.frombuffer(line, np.uint8), lines)
    return first, np.where(first == ZERO, np.uint8(9), np.uint8(0))


@record
class _Fields:
    """Fields at equal distances.

    Attributes:
        digits: The digits of the text after some padding.
        shape: How many fields in a line, and how many lines.
        strides: How far it is from one field to the next, and from one line to the next.
    """

    digits: Bytes
    shape: tuple[int, int]
    strides: tuple[int, int]

    def words(self, end: int) -> Words:
        """The eight bytes before ``end``, which is a place in the first line, and before its like in other fields."""
        return np.ndarray(self.shape, "<u8", self.digits, PAD + end - WORD, self.strides).copy()

    def number(self, end: int, count: int) -> Words:
        """The numbers that ``count`` digits before ``end`` make."""
        if count == 1:
            return np.ndarray(self.shape, "u1", self.digits, PAD + end - 1, self.strides).astype(np.uint64)
        words = self.words(end)
        if count < WORD:
            words &= last(count)
        number = joined(words)
        if count > WORD:
            number += self.number(end - WORD, count - WORD) * np.uint64(10**WORD)
        return number


def _mantissas(fields: _Fields, start: int, shape: _Shape) -> Words:
    """The digits of fields that look the same, as whole numbers without the point."""
    point, end = start + shape.minus + shape.whole, start + shape.length
    if shape.whole and shape.point and end - point + shape.whole <= WORD:
        words = fields.words(end)
        whole = words & (last(end - point + shape.whole) ^ last(end - point))
        whole <<= np.uint64(8)  # over the point
        words &= last(shape.fraction)
        words |= whole
        return joined(words)
    mantissa = fields.number(point, shape.whole)
    if shape.fraction:
        mantissa *= np.uint64(10**shape.fraction)
        mantissa += fields.number(end, shape.fraction)
    return mantissa


@lru_cache(maxsize=8)
def _runs(line: bytes, delimiter: str, width: int, columns: tuple[int, ...]) -> list[_Run] | None:
    """Neighbouring columns of the same shape, which are read together; None if some are no plain numbers."""
    texts = line[:-1].split(delimiter.encode())
    if len(texts) != width:
        return None
    starts = list(accumulate((len(text) + 1 for text in texts), initial=0))
    runs: list[_Run] = []
    for i, column in enumerate(columns):
        shape, before = _shape(texts[column]), runs[-1] if runs else None
        if shape is None:
            return None
        if before and texts[column] == texts[columns[i - 1]] and column == columns[i - 1] + 1:
            runs[-1] = replace(before, stop=i + 1)
        else:
            runs.append(_Run(i, i + 1, starts[column], shape))
    return runs


def _shape(text: bytes) -> _Shape | None:
    digits = text.removeprefix(b"-")
    whole, point, fraction = digits.partition(b".")
    if not (whole + fraction).isdigit() or len(whole + fraction) > _MOST_DIGITS:
        return None
    return _Shape(digits != text, len(whole), bool(point), len(fraction))
