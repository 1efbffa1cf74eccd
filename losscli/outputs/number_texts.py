"""Numbers as text, many at once: each as ``repr`` writes it, the shortest digits that read back the same.

A float times a power of ten is an integer of 17 digits and a remainder. The answer has 15 digits if these read back
the same, else 16, else 17; where the arithmetic is not sure, ``repr`` decides. Texts are rows of bytes, eight to a
word, padded with bytes of 0.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.core.tens import ten_to, times_ten

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from losscli.ops import Array, Mask

    Bytes = NDArray[np.uint8]
    Words = NDArray[np.uint64]
    Powers = NDArray[np.int64]

_DIGITS = 17
_SMALLEST, _LARGEST = 1e-99, 1e13  # two digits in the exponent; seven digits before the last six of the whole part
_PLAIN = -4  # the smallest power that is written without an exponent
_SIX = 6  # the digits that share a word with the point
_SURE = 1e-6
_EIGHT = np.uint64(10**8)
_ONES, _HIGH = np.uint64(0x0101010101010101), np.uint64(0x7F7F7F7F7F7F7F7F)
_ZERO = np.uint64(ord("0"))
_ZEROS = np.uint64(0x3030303030303030)
_LAST = np.uint64(1 << 56)
_POINT = np.uint64(ord(".") << 56)
_MINUS = np.uint64(ord("-"))


def float_texts(values: Array) -> Bytes:
    """The texts of floats, one row each."""
    size = np.abs(values)
    plain = (size >= _SMALLEST) & (size < _LARGEST)
    size[~plain] = 1.0
    power = _power_of(size)
    digits, sure = _shortest(size, power)
    zero = values == 0.0
    digits[zero] = 0
    power[zero] = 0
    texts = _laid_out(digits, power, np.signbit(values))
    for i in np.flatnonzero(~(sure & plain) & ~zero).tolist():
        text = repr(float(values[i])).encode()
        texts[i] = np.frombuffer(text.ljust(texts.shape[1], b"\0"), np.uint8)
    return texts


def count_texts(values: NDArray[np.int64]) -> Bytes | None:
    """The texts of non-negative integers, one row each; None if there are others, or any of more than 16 digits."""
    if not len(values):
        return np.zeros((0, 8), np.uint8)
    if values.min() < 0 or values.max() >= 10**16:
        return None
    rest = values.astype(np.uint64)
    if values.max() < 10**8:
        return _bytes([_without_zeros_before(_spread(rest), _LAST)])
    upper = rest // _EIGHT
    rest -= upper * _EIGHT
    high, low = _spread(np.stack((upper, rest)))
    begun = high != 0
    return _bytes([_without_zeros_before(high, None), np.where(begun, low | _ZEROS, _without_zeros_before(low, _LAST))])


def _power_of(size: Array) -> Powers:
    """The exponents of the largest powers of ten that do not exceed the numbers."""
    power = np.floor(np.log10(size)).astype(np.int64)
    power += size >= ten_to(power + 1)
    power -= size < ten_to(power)
    return power


def _shortest(size: Array, power: Powers) -> tuple[Words, Mask]:
    """The shortest digits as integers of 17 digits, and where they are certain.

    All within half a unit in the last place reads back the same; just below a power of two, half of that.
    """
    whole, rest = times_ten(size, _DIGITS - 1 - power)
    digits = whole.astype(np.int64)
    half = np.spacing(size) * ten_to(_DIGITS - 1 - power) * 0.5
    edge = (size.view(np.int64) & ((1 << 52) - 1)) == 0
    by_15, far_15 = _rounded(digits, rest, 100)
    by_16, far_16 = _rounded(digits, rest, 10)
    by_17 = np.rint(rest)
    short = far_15 < half
    middle = far_16 < half
    sure = np.abs(far_15 - half) > _SURE
    sure &= short | ((np.abs(far_16 - half) > _SURE) & ~edge)
    sure &= short | ~middle | (np.abs(far_16 - 5.0) > _SURE)
    sure &= short | middle | (np.abs(np.abs(rest - by_17) - 0.5) > _SURE)
    sure &= ~edge | (far_15 < 0.5 * half - _SURE)
    found = np.where(short, by_15, np.where(middle, by_16, digits + by_17.astype(np.int64)))
    return found.view(np.uint64), sure


def _rounded(digits: NDArray[np.int64], rest: Array, unit: int) -> tuple[NDArray[np.int64], Array]:
    """The nearest multiples of a unit, and their distance."""
    below = digits // unit
    below *= unit
    over = (digits - below) + rest
    steps = np.rint(over / unit)  # from -1 to 2: the remainder may exceed a unit
    steps *= unit
    below += steps.astype(np.int64)
    over -= steps
    return below, np.abs(over, out=over)


def _laid_out(digits: Words, power: Powers, negative: Mask) -> Bytes:
    """``digits 10^(power - 16)`` as ``repr`` writes it.

    The words: a sign, the last six digits of the whole part and a point, then twenty digits after the point and an
    exponent; one more word in front if there are longer whole parts.
    """
    plain = power >= _PLAIN
    exponent = np.where(plain, 0, -power)
    power = np.where(plain, power, 0)
    tens = _tens()
    behind = tens.take(np.minimum(_DIGITS - 1 - power, 19))  # 10^17 exceeds all digits
    whole = digits // behind
    fraction = digits - whole * behind
    long = bool(power.max(initial=0) >= _SIX)
    first, second, third = _twenty(fraction, power)
    above = whole // tens[_SIX]
    words = _spread(np.stack((whole - above * tens[_SIX], first, second, third, *[above] * long)))
    last = words[3] != 0
    middle = last | (words[2] != 0)
    some = middle | (words[1] != 0) | plain
    words[3] = _without_zeros_after(words[3]) | _exponents().take(exponent)
    words[2] = np.where(last, words[2] | _ZEROS, _without_zeros_after(words[2]))
    words[1] = np.where(middle, words[1] | _ZEROS, _without_zeros_after(words[1]))
    words[1] |= _ZERO * plain
    point = _POINT * some
    sign = _MINUS * negative
    if not long:
        whole_part = _without_zeros_before(words[0], _LAST)
        whole_part >>= np.uint64(8)
        return _bytes([whole_part | point | sign, *words[1:4]])
    begun = words[4] != 0
    six = np.where(begun, (words[0] | _ZEROS) & ~np.uint64(0xFFFF), _without_zeros_before(words[0], _LAST))
    six >>= np.uint64(8)
    return _bytes([_without_zeros_before(words[4], None) | sign * begun, six | point | sign * ~begun, *words[1:4]])


def _twenty(fraction: Words, power: Powers) -> tuple[Words, Words, Words]:
    """The twenty digits after the point: two numbers of eight digits, and one of four before four blank places."""
    tens = _tens()
    cut = np.maximum(8 - power, 0)
    unit = tens.take(cut)
    first = fraction // unit
    rest = fraction - first * unit
    scale = tens.take(power + 4)
    over = power > 8  # fewer than eight digits are left
    if over.any():
        first = np.where(over, fraction * tens.take(np.maximum(power - 8, 0)), first)
        rest[over] = 0
    rest *= scale
    second = rest // tens[4]
    rest -= second * tens[4]
    return first, second, rest * tens[4]


def _spread(numbers: Words) -> Words:
    """Spread numbers below 10^8 into eight digits, a byte each, the first one lowest; in place."""
    for lane, bits, base, factor, shift in (
        ("<u8", 32, 10_000, 0, 0),
        ("<u4", 16, 100, 5243, 19),
        ("<u2", 8, 10, 103, 10),
    ):
        lanes = numbers.view(lane)
        kind = lanes.dtype.type
        upper = (lanes * kind(factor)) >> kind(shift) if factor else lanes // kind(base)
        lanes -= upper * kind(base)
        lanes <<= kind(bits)
        lanes |= upper
    return numbers


def _without_zeros_after(words: Words) -> Words:
    """Digits as characters, without trailing zeros."""
    seen = words | words >> np.uint64(8)
    seen |= seen >> np.uint64(16)
    seen |= seen >> np.uint64(32)
    return words | _marks(seen) * _ZERO


def _without_zeros_before(words: Words, always: np.uint64 | None) -> Words:
    """Digits as characters, without leading zeros; ``always`` is a byte that stays."""
    seen = words | words << np.uint64(8)
    seen |= seen << np.uint64(16)
    seen |= seen << np.uint64(32)
    if always is not None:
        seen |= always
    return words | _marks(seen) * _ZERO


def _marks(words: Words) -> Words:
    """1 in each byte that is not 0."""
    words += _HIGH
    words >>= np.uint64(7)
    words &= _ONES
    return words


def _bytes(words: list[Any]) -> Bytes:
    """Words side by side."""
    return np.stack(words, axis=1).astype("<u8", copy=False).view(np.uint8)


@cache
def _tens() -> Words:
    return np.array([10**k for k in range(20)], np.uint64)


@cache
def _exponents() -> Words:
    """``e-05`` and so on in the upper half of a word, for each power below 0; nothing for 0."""
    texts = [b"\0" * 8, *(f"e-{k:02}".encode().rjust(8, b"\0") for k in range(1, 100))]
    return np.array([int.from_bytes(text, "little") for text in texts], np.uint64)
