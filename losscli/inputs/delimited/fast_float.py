"""Fast numbers of any length, as printed by ``repr``, in many lines at once, each the float64 that ``float`` gives.

A number is ``m 10^k`` with ``m < 2^63``. The power and the product are sums of two floats, with a relative error below
2^-98 (Dekker 1971, A floating-point technique for extending the available precision). Rounded once, the product is
right unless it is that close to the middle between two floats; then ``float`` decides.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from losscli.core.tens import LARGEST, SMALLEST, ten_to, times_ten
from losscli.inputs.delimited.swar import PAD, WORD, ZERO, joined, last, padded
from losscli.inputs.numbers import parse_number
from losscli.record import record

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from losscli.inputs.delimited.swar import Bytes, Words
    from losscli.ops import Array, Mask

    Places = NDArray[np.intp]

_NEWLINE, _MINUS, _PLUS, _POINT, _E, _LOWER_CASE = *b"\n-+.e", 0x20
_MOST_WHOLE, _MOST_FRACTION = WORD, 3 * WORD
_LARGEST = 9 * 10**18  # < 2^63
_SLACK = 2.0**-98
_BITS = np.uint64(64)
_EIGHTS = (1, 10**8, 10**16)


def free_numbers(
    data: bytes, delimiter: str, width: int, columns: Sequence[int], stops: list[Places] | None = None
) -> Array | None:
    """The numbers in some columns, given and returned as by `fixed_numbers`.

    None if a line has another number of fields, or if a wanted one is not a plain decimal number. The ends of all
    fields are appended to ``stops``.
    """
    text = Text.of(data)
    marks, mark = text.marks, text.mark
    ends = np.flatnonzero((mark == ord(delimiter)) | (mark == _NEWLINE))
    if len(ends) % width or not _is_even(mark[ends].reshape(-1, width), ord(delimiter)):
        return None
    first = np.concatenate(([0], ends[:-1] + 1))
    places = marks[ends]
    if stops is not None:
        stops.append(places)
    start = np.concatenate(([0], places[:-1] + 1))
    at, stop, start = (part.reshape(-1, width).T[list(columns)].reshape(-1) for part in (first, ends, start))
    values = values_of(data, text, at, stop, start)
    return None if values is None else values.reshape(len(columns), -1).T


def values_of(data: bytes, text: Text, at: Places, stop: Places, start: Places) -> Array | None:
    """The numbers in some fields; doubtful ones are read by ``float``.

    Args:
        data: The text.
        text: Its digits and marks.
        at: Index of the first mark of each field.
        stop: Index of the mark that ends it.
        start: Position of its first character.

    Returns:
        None if one is not a plain decimal number.
    """
    fields = _parsed(text, at, stop, start)
    if fields is None:
        return None
    values, doubtful = _scaled(fields.mantissa, fields.power)
    np.negative(values, out=values, where=fields.negative)
    for i in np.flatnonzero(doubtful | fields.doubtful).tolist():
        value = parse_number(data[start[i] : text.marks[stop[i]]].decode())
        if value is None:
            return None
        values[i] = value
    return values


def _is_even(ends: Bytes, delimiter: int) -> bool:
    return bool((ends[:, -1] == _NEWLINE).all() and (ends[:, :-1] == delimiter).all())


@record
class Text:
    """A text as digits and marks, the other characters.

    Attributes:
        digits: The characters, digits as numbers, between some padding.
        marks: Positions of the marks.
        mark: The marks.
    """

    digits: Bytes
    marks: Places
    mark: Bytes

    @classmethod
    def of(cls, data: bytes) -> Text:
        """A text."""
        text = np.frombuffer(data, np.uint8)
        digits = padded(text, ZERO)
        marks = np.flatnonzero(digits > 9) - PAD
        return cls(digits, marks, text[marks])

    def numbers(self, end: Places, count: Places) -> Iterator[Words]:
        """The numbers made of ``count`` (up to 24) digits before ``end``, eight at a time."""
        most = int(count.max())
        if most == 1:  # the zero before most points
            yield self.digits.take(end + (PAD - 1)).astype(np.uint64) * count.astype(np.uint64)
            return
        words, bit = self.digits.view("<u8"), (end + PAD) * 8
        at, shift = bit >> 6, (bit & 63).astype(np.uint64)
        upper = words.take(at)
        for mask in _masks()[: -(-most // WORD)]:
            at -= 1
            lower = words.take(at)
            word = lower >> shift
            word |= upper << (_BITS - shift)
            word &= mask.take(count)
            yield joined(word)
            upper = lower


@record
class _Fields:
    """Decimal numbers: ``mantissa * 10 ** power``.

    Attributes:
        negative: There is a minus sign.
        doubtful: The mantissa is too long.
    """

    mantissa: Words
    power: Places
    negative: Mask
    doubtful: Mask


def _parsed(text: Text, at: Places, stop: Places, start: Places) -> _Fields | None:
    """The fields as decimal numbers; None if a mark is not a minus, a point, or part of an exponent.

    Args:
        text: The text.
        at: Index of the first mark of each field.
        stop: Index of the mark that ends it.
        start: Position of its first character.
    """
    negative = text.mark[at] == _MINUS
    if negative.any():
        if (text.marks[at] != start)[negative].any():
            return None
        at, start = at + negative, start + negative
    whole_end = text.marks[at]
    has_point = text.mark[at] == _POINT
    at = at + has_point
    end = text.marks[at]
    whole, fraction = whole_end - start, end - whole_end - has_point
    if whole.max() > _MOST_WHOLE or fraction.max() > _MOST_FRACTION or not (whole + fraction).all():
        return None
    power = -fraction
    exponents = np.flatnonzero(text.mark[at] | _LOWER_CASE == _E)
    if len(exponents):
        after, exponent = _exponents(text, at[exponents])
        if exponent is None:
            return None
        at[exponents] = after
        power[exponents] += exponent
    if (at != stop).any():
        return None
    mantissa, doubtful = _mantissas(text, (whole_end, whole), (end, fraction))
    return _Fields(mantissa, power, negative, doubtful)


def _exponents(text: Text, at: Places) -> tuple[Places, Places | None]:
    """The indices of the marks after exponents, and their values; None if one has no digits, or far too many."""
    place = text.marks[at] + 1
    at = at + 1
    minus = text.mark[at] == _MINUS
    signed = (minus | (text.mark[at] == _PLUS)) & (text.marks[at] == place)
    at = at + signed
    end = text.marks[at]
    count = end - place - signed
    if count.min() < 1 or count.max() > _MOST_WHOLE:
        return at, None
    value = next(text.numbers(end, count)).astype(np.intp)
    return at, np.where(minus & signed, -value, value)


def _mantissas(text: Text, whole: tuple[Places, Places], fraction: tuple[Places, Places]) -> tuple[Words, Mask]:
    """The integers made of the digits before and after the point, and which of them are too long.

    Args:
        text: The text.
        whole: End and number of the digits before the point.
        fraction: End and number of the digits after it.
    """
    _, count = fraction
    shifts, limits = _shifts()
    mantissa = sum(text.numbers(*whole), np.zeros(len(count), np.uint64))
    doubtful = mantissa > limits.take(count)
    mantissa *= shifts.take(count)
    for place, number in zip(_EIGHTS, text.numbers(*fraction), strict=False):
        if place == _EIGHTS[-1]:
            doubtful |= number > _LARGEST // place
        mantissa += number * np.uint64(place)
    return mantissa, doubtful


def _scaled(mantissa: Words, power: Places) -> tuple[Array, Mask]:
    """``mantissa * 10 ** power``, rounded once, and where the rounding is doubtful."""
    high = mantissa.astype(np.float64)
    low = (mantissa - high.astype(np.uint64)).view(np.int64).astype(np.float64)
    within = np.clip(power, SMALLEST, LARGEST)
    product, error = times_ten(high, within)
    low *= ten_to(within)
    error += low
    slack = product * _SLACK
    doubtful = product + (error + slack) != product + (error - slack)
    return product + error, doubtful | (within != power)


@cache
def _masks() -> list[Words]:
    """Masks of the digits present in the last eight places, in the eight before them, and so on."""
    counts = range(_MOST_FRACTION + 1)
    return [np.array([last(min(max(count - before, 0), WORD)) for count in counts]) for before in (0, 8, 16)]


@cache
def _shifts() -> tuple[Words, Words]:
    """The factor by which further digits shift a number, and how large the number may be."""
    powers = [10**count for count in range(_MOST_FRACTION + 1)]
    factors, limits = [power % 2**64 for power in powers], [_LARGEST // power for power in powers]
    return np.array(factors, np.uint64), np.array(limits, np.uint64)
