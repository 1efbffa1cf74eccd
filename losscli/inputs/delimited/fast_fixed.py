"""Fast numbers of lines of the same format, as printed by ``%.6f``: a column is bytes at a fixed stride.

Sample and class numbers may vary in length: lines of equal length are processed together. Fields before or after all
wanted ones may hold any text.

A number ``m / 10^d`` with ``m < 2^53`` and ``d <= 22`` is one division of exact floats, rounded once (Clinger 1990, How
to read floating point numbers accurately): the same float64 as ``float`` gives.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from losscli.inputs.delimited.block_texts import spans_alike, spans_between
from losscli.inputs.delimited.swar import PAD, WORD, ZERO, joined, last, padded
from losscli.record import record, replace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.inputs.delimited.block_texts import Places, Spans
    from losscli.inputs.delimited.swar import Bytes, Words
    from losscli.ops import Array


_MOST_DIGITS, _SURE_DIGITS = 16, 15  # digits that may, and that always, make a number below 2^53
_EXACT = 1 << 53
_MOST_LENGTHS = 4  # lengths of lines: class numbers of one or two digits, sample numbers up to 999 or from 1000
_GLANCE = 1 << 13
_NEWLINE = ord("\n")
_ANY_DIGIT = bytes.maketrans(b"123456789", b"000000000")


@record
class _Shape:
    """The format of a field: a sign, the digits before the point, a point and the digits after it."""

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
        first: Index of the first column, among those wanted.
        stop: Index after the last one.
        start: Offset of the first column in a line.
    """

    first: int
    stop: int
    start: int
    shape: _Shape


def fixed_numbers(
    data: bytes, delimiter: str, width: int, columns: Sequence[int], spans: list[Spans] | None = None
) -> Array | None:
    """The numbers in some columns ``(lines, columns)``, in column-major order.

    Args:
        data: Whole lines without quotes.
        delimiter: A character that is not part of numbers.
        width: Number of fields per line.
        columns: The columns that are wanted.
        spans: The positions of all fields are appended, if they are known.

    Returns:
        None if lines of the same length differ in format, or if numbers are not plain decimals or too long.
    """
    length, spans = data.index(b"\n") + 1, [] if spans is None else spans
    if len(data) % length == 0:
        found = _of_one_length(data, length, delimiter, width, columns)
        if found is not None:
            spans.append(spans_alike(data[: length - 1].split(delimiter.encode()), np.arange(len(found)) * length))
            return found
    glance = data[:_GLANCE].split(b"\n")[:-1]
    part = _part(glance, delimiter, width, columns)
    if part is not None:
        return _of_part(data, part, delimiter, columns, spans)
    if len({len(line) for line in glance}) > _MOST_LENGTHS:
        return None
    text = np.frombuffer(data, np.uint8)
    starts, ends = _lines(text)
    lengths = ends + 1 - starts
    shortest, longest = int(lengths.min()), int(lengths.max())
    if not 0 < longest - shortest < _MOST_LENGTHS:
        return None
    result = np.empty((len(columns), len(lengths))).T
    for length in range(shortest, longest + 1):
        lines = np.flatnonzero(lengths == length)
        if len(lines):
            found = _of_one_length(_cut(text, starts[lines], length), length, delimiter, width, columns)
            if found is None:
                return None
            result[lines] = found
    return result


@record
class _Part:
    """The first or the last fields of every line, with all that are wanted, in the same format in all lines.

    Attributes:
        fields: The fields of the first line.
        before: Number of fields before them.
        behind: Number of fields after them.
    """

    fields: Sequence[bytes]
    before: int
    behind: int

    @property
    def size(self) -> int:
        """Bytes of their text, with the delimiter or newline after it."""
        return sum(map(len, self.fields)) + len(self.fields)


def _part(lines: Sequence[bytes], delimiter: str, width: int, columns: Sequence[int]) -> _Part | None:
    """The part of some lines that has the same format; None if there is none, or if it is the whole lines."""
    fields = lines[0].split(delimiter.encode()) if lines else []
    before, stop = min(columns), max(columns) + 1
    if len(fields) != width or (before > 0) is (stop < width):
        return None
    part = _Part(fields[before:stop], before, width - stop)
    cut = slice(1 - part.size, None) if before else slice(part.size)
    looks = {line[cut].translate(_ANY_DIGIT) for line in lines}
    return part if len(looks) == 1 else None


def _of_part(data: bytes, part: _Part, delimiter: str, columns: Sequence[int], spans: list[Spans]) -> Array | None:
    """The numbers in a part of each line; None if its format differs, or if a line has fewer or more fields."""
    text, size, first = np.frombuffer(data, np.uint8), part.size, part.before
    starts, ends = _lines(text)
    at = ends + 1 - size if first else starts
    if at[0] < first or at[-1] + size > len(data):
        return None
    outside = _outside(text, ord(delimiter), (starts, ends), part, at)
    if outside is None:
        return None
    inside, many = spans_alike(part.fields, at), len(part.fields)
    found = _of_one_length(_cut(text, at, size), size, delimiter, many, [column - first for column in columns])
    if found is not None:  # fields beyond the first lines may be longer
        spans.append(lambda column: inside(column - first) if 0 <= column - first < many else outside(column))
    return found


def _outside(text: Bytes, delimiter: int, lines: tuple[Places, Places], part: _Part, at: Places) -> Spans | None:
    """The positions of the fields beside a part that begins ``at``; None if a line has fewer or more."""
    starts, ends = lines
    marks, others = text == delimiter, part.before + part.behind
    if np.count_nonzero(marks) != len(ends) * (len(part.fields) + others - 1):
        return None
    if part.before and not marks[at - 1].all():
        return None
    if others == 1:  # all parts have equally many delimiters, so the rests have, too
        where = (starts, at - 1) if part.before else (at + part.size, ends)
        return lambda _: where
    inner = np.flatnonzero(marks).reshape(len(ends), -1)
    even = (inner[:, 0] > starts - 1).all() and (inner[:, -1] < ends).all()
    return spans_between(np.column_stack((inner, ends))) if even else None


def _lines(text: Bytes) -> tuple[Places, Places]:
    """The positions where lines begin and end."""
    ends = np.flatnonzero(text == _NEWLINE)
    return np.concatenate(([0], ends[:-1] + 1)), ends


def _cut(text: Bytes, at: Places, size: int) -> bytes:
    """The ``size`` bytes from each position on, concatenated."""
    return np.lib.stride_tricks.sliding_window_view(text, size)[at].tobytes()


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
        signed = mantissa.view(np.int64)  # which become floats faster
        np.divide(signed, -power if shape.minus else power, out=result[run.first : run.stop])
    return result.T


def _digits(data: bytes, line: bytes) -> Bytes | None:
    """The digits 0 to 9 of lines with the format of the first, 0 for other characters, after ``PAD`` zeros.

    None if a line has digits at other positions.
    """
    first, most = _like(line, len(data) // len(line))
    digits = padded(np.frombuffer(data, np.uint8), first)
    return None if (digits[PAD : PAD + len(data)] > most).any() else digits


@lru_cache(maxsize=2)
def _like(line: bytes, lines: int) -> tuple[Bytes, Bytes]:
    """``lines`` copies of a line whose digits are all 0, and how far each byte may exceed it: up to 9 for digits."""
    first = np.tile(np.frombuffer(line, np.uint8), lines)
    return first, np.where(first == ZERO, np.uint8(9), np.uint8(0))


@record
class _Fields:
    """Fields at equal distances.

    Attributes:
        digits: The digits of the text after some padding.
        shape: Number of fields in a line, and of lines.
        strides: Distance from one field to the next, and from one line to the next.
    """

    digits: Bytes
    shape: tuple[int, int]
    strides: tuple[int, int]

    def words(self, end: int) -> Words:
        """The eight bytes before ``end`` in the first field, and at the same position in all other fields."""
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
    """The digits of fields of the same format, as integers without the point."""
    point, end = start + shape.minus + shape.whole, start + shape.length
    if shape.whole and shape.point and end - point + shape.whole <= WORD:
        words = fields.words(end)
        whole = words & (last(end - point + shape.whole) ^ last(end - point))
        words &= last(shape.fraction)
        if whole.any():  # probabilities have zeros only
            whole <<= np.uint64(8)  # over the byte of the point
            words |= whole
        return joined(words)
    mantissa = fields.number(point, shape.whole)
    if shape.fraction:
        mantissa *= np.uint64(10**shape.fraction)
        mantissa += fields.number(end, shape.fraction)
    return mantissa


@lru_cache(maxsize=8)
def _runs(line: bytes, delimiter: str, width: int, columns: tuple[int, ...]) -> list[_Run] | None:
    """Neighbouring columns of the same format, to be read together; None if some are not plain numbers."""
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
