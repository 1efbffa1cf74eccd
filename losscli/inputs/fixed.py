"""Lines that look alike, as ``%.6f`` prints probabilities: a column is bytes at a fixed stride.

A sample or class number may be longer in some lines: those of the same length are taken together.

Eight digits are one 64-bit word, which three multiplications turn into a number. A number ``m / 10^d`` with
``m < 2^53`` and ``d <= 22`` is one division of exact floats, rounded once (Clinger 1990, How to read floating point
numbers accurately): it is the float64 that ``float`` gives.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from losscli.record import record

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Bytes = NDArray[np.uint8]
    Words = NDArray[np.uint64]

_WORD = 8
_PAD = 2 * _WORD  # what may be looked at before a field
_MOST_DIGITS = 16  # of 2^53
_EXACT = 1 << 53
_MOST_LENGTHS = 4  # of lines: class numbers of one digit and two, sample numbers up to 999 and from 1000
_GLANCE = 1 << 13
_NEWLINE, _ZERO = np.frombuffer(b"\n0", np.uint8)
_ZEROS = np.uint64(0x3030303030303030)
_PAIRS, _FOURS, _EIGHT = np.array([0x00FF00FF00FF00FF, 0x0000FFFF0000FFFF, 0x00000000FFFFFFFF], np.uint64)


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


def fixed_numbers(data: bytes, delimiter: str, width: int, columns: Sequence[int]) -> Array | None:
    """The numbers in some columns, ``(lines, columns)``.

    Args:
        data: Whole lines without quotes.
        delimiter: No part of a number.
        width: How many fields a line is to have.
        columns: Which of them are wanted.

    Returns:
        None if lines of the same length do not look alike, or if their numbers are not plain or too long.
    """
    if len({len(line) for line in data[:_GLANCE].split(b"\n")[:-1]}) > _MOST_LENGTHS:
        return None
    text = np.frombuffer(data, np.uint8)
    ends = np.flatnonzero(text == _NEWLINE) + 1
    starts = np.concatenate(([0], ends[:-1]))
    lengths = ends - starts
    shortest, longest = int(lengths.min()), int(lengths.max())
    if shortest == longest:
        return _of_one_length(data, longest, delimiter, width, columns)
    if longest - shortest >= _MOST_LENGTHS:
        return None
    result = np.empty((len(lengths), len(columns)))
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
    fields = data[: length - 1].split(delimiter.encode())
    rows = np.frombuffer(data, np.uint8).reshape(-1, length)
    if len(fields) != width:
        return None
    found = [_shape(fields[column]) for column in columns]
    shapes = [shape for shape in found if shape is not None]
    if len(shapes) < len(found) or not _alike(rows):
        return None
    starts = np.cumsum([0, *(len(field) + 1 for field in fields)])[list(columns)].tolist()
    padded = bytes(_PAD) + data
    result = np.empty((len(rows), len(columns)))
    for first, last in _runs(shapes, starts):
        shape = shapes[first]
        text = _Text(padded, (len(rows), last - first), (length, shape.length + 1))
        values = _numbers(text, starts[first], shape)
        if values is None:
            return None
        result[:, first:last] = values
    return result


@record
class _Text:
    """Fields at equal distances.

    Attributes:
        padded: The text after some padding.
        shape: How many lines, and how many fields in each.
        strides: How far it is from one line to the next, and from one field to the next.
    """

    padded: bytes
    shape: tuple[int, int]
    strides: tuple[int, int]

    def digits(self, end: int, count: int) -> Words:
        """The numbers that ``count`` digits before ``end`` make; ``end`` is a place in the first line."""
        if count == 1:
            byte: Bytes = np.ndarray(self.shape, "u1", self.padded, _PAD + end - 1, self.strides)
            digit: Words = (byte - _ZERO).astype(np.uint64)
            return digit
        word: Words = np.ndarray(self.shape, "<u8", self.padded, _PAD + end - _WORD, self.strides)
        number = _last_digits(word, min(count, _WORD))
        if count > _WORD:
            number += self.digits(end - _WORD, count - _WORD) * np.uint64(10**_WORD)
        return number


def _numbers(text: _Text, start: int, shape: _Shape) -> Array | None:
    """The values of fields that look the same; None if one of them has too many digits."""
    point = start + shape.minus + shape.whole
    mantissa = text.digits(point, shape.whole)
    if shape.fraction:
        mantissa *= np.uint64(10**shape.fraction)
        mantissa += text.digits(point + 1 + shape.fraction, shape.fraction)
    if mantissa.max() > _EXACT:
        return None
    values = mantissa.astype(np.float64)
    values /= -(10.0**shape.fraction) if shape.minus else 10.0**shape.fraction
    return values


def _shape(field: bytes) -> _Shape | None:
    digits = field.removeprefix(b"-")
    whole, point, fraction = digits.partition(b".")
    if not (whole + fraction).isdigit() or len(whole + fraction) > _MOST_DIGITS:
        return None
    return _Shape(digits != field, len(whole), bool(point), len(fraction))


def _alike(rows: Bytes) -> bool:
    """Whether digits are in the same places of all lines, and so is everything else."""
    digit = (rows - _ZERO) < 10  # what comes before '0' wraps around
    other = np.flatnonzero(~digit[0])
    return bool((digit == digit[0]).all() and (rows[:, other] == rows[0, other]).all())


def _runs(shapes: Sequence[_Shape], starts: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Neighbouring columns of the same shape, which are read together."""
    first = 0
    for i in range(1, len(shapes) + 1):
        step = shapes[first].length + 1
        if i == len(shapes) or shapes[i] != shapes[first] or starts[i] != starts[first] + (i - first) * step:
            yield first, i
            first = i


def _last_digits(word: Words, digits: int) -> Words:
    """The numbers that the last ``digits`` characters of words make, the first of a word being its lowest byte."""
    shift = np.uint64(8 * (_WORD - digits))
    ones = word ^ _ZEROS
    ones >>= shift
    ones <<= shift
    pairs = ones * np.uint64(10)
    ones >>= np.uint64(8)
    pairs += ones
    pairs &= _PAIRS
    fours = pairs * np.uint64(100)
    pairs >>= np.uint64(16)
    fours += pairs
    fours &= _FOURS
    eight = fours * np.uint64(10000)
    fours >>= np.uint64(32)
    eight += fours
    eight &= _EIGHT
    return eight
