"""Numbers from text, eight digits at a time.

Eight characters form a 64-bit word, the first being its lowest byte, which three multiplications turn into a number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]
    Places = NDArray[np.intp]
    Words = NDArray[np.uint64]

WORD = 8
PAD = 3 * WORD  # bytes that may be read before a field
ZERO = ord("0")


def padded(text: Bytes, zero: Bytes | int) -> Bytes:
    """The digits of a text as numbers from 0 to 9, larger ones for other characters, between ``PAD`` zeros."""
    size = PAD + len(text)
    digits = np.empty(-(-size // WORD) * WORD + PAD, np.uint8)
    digits[:PAD] = 0
    np.bitwise_xor(text, zero, out=digits[PAD:size])
    digits[size:] = 0
    return digits


def places_of(mask: NDArray[np.bool_]) -> Places:
    """Where something is, by pairs of bytes: half the time of ``np.flatnonzero``, if no two are within a pair."""
    whole = len(mask) & -2
    pairs = mask[:whole].view("<u2")
    places = np.flatnonzero(pairs != 0)
    second = pairs.take(places) >> 8
    places *= 2
    places += second
    if whole < len(mask) and mask[whole]:
        places = np.append(places, whole)
    return places if len(places) == np.count_nonzero(mask) else np.flatnonzero(mask)


def last(count: int) -> np.uint64:
    """The bits of the last ``count`` characters of a word."""
    return np.uint64((1 << 64) - (1 << 8 * (WORD - count)))


def joined(words: Words) -> Words:
    """The numbers made of eight digits each; in place.

    The upper half of ``(a + 2^k b)(2^k base + 1)`` is ``base a + b``: digits become pairs, pairs fours, and fours
    eights.
    """
    for lane, bits, base in (("<u2", 8, 10), ("<u4", 16, 100), ("<u8", 32, 10_000)):
        lanes = words.view(lane)
        lanes *= lanes.dtype.type((base << bits) + 1)
        lanes >>= lanes.dtype.type(bits)
    return words
