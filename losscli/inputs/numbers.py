"""One definition of what a number looks like, for inline values, delimited text and JSON strings."""

from __future__ import annotations

import math
import re
from contextlib import suppress
from typing import TYPE_CHECKING

from losscli.lazy import regex
from losscli.record import record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.inputs.read_options import ReadOptions

BEGINS = frozenset("+-.0123456789iInN")  # of numbers
_INTEGER = regex(r"[+-]?\d+", re.ASCII)
_DECIMAL_COMMA = regex(r"[+-]?\d*,\d+(?:e[+-]?\d+)?", re.IGNORECASE | re.ASCII)
_EXCEL = frozenset(("#N/A", "#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!"))
_MISSING = frozenset({"", "na", "n/a", "null", "none", ".", "?", *map(str.lower, _EXCEL)})
# Among words only in the spelling of tools: none, . and na may be classes.
MISSING_WORDS = frozenset({"", "NA", "N/A", "NaN", "nan", "NULL", "null", "None", "?", *_EXCEL})


def parse_number(text: str) -> float | None:
    """The value of ``text``, or None if it is not a number that float64 can hold."""
    value = _value(text.strip())
    return None if value is None or is_overflow(value, text) else value


def _value(text: str) -> float | None:
    if text[:1] not in BEGINS or "_" in text or not text.isascii():  # '1_000' and digits of other scripts
        return None
    try:
        return float(text)
    except ValueError:
        return None


def parse_scalar(text: str) -> int | float | None:
    """The same, but whole numbers stay integers while int64 can hold them."""
    if _INTEGER.fullmatch(text.strip()) and len(text) < 19:
        return int(text)
    return parse_number(text)


def exact_number(text: str) -> int | float:
    """The same with all digits of whole numbers; NaN if it is not a number."""
    if _INTEGER.fullmatch(text.strip()):
        with suppress(ValueError):  # more digits than Python parses
            return int(text)
    number = parse_number(text)
    return math.nan if number is None else number


def is_overflow(value: float, text: str) -> bool:
    """Whether ``text`` means a finite number that became infinite."""
    return math.isinf(value) and "inf" not in text.lower()


def plain_numbers(texts: Sequence[str]) -> list[float] | None:
    """The values of many texts if all are plain numbers; None if they need a closer look."""
    try:
        values = list(map(float, texts))
    except ValueError:
        return None
    together = "".join(texts)
    # float() accepts more: underscores, digits of other scripts, and too large numbers as inf.
    plain = "_" not in together and together.isascii() and all(map(math.isfinite, values))
    return values if plain else None


@record
class Missing:
    """What stands for a missing value.

    Attributes:
        allowed: The usual texts are read as missing; otherwise they are refused.
        own: Further texts.
    """

    allowed: bool = False
    own: frozenset[str] = frozenset()

    @classmethod
    def of(cls, options: ReadOptions) -> Missing:
        """The texts that options allow."""
        return cls(options.missing, frozenset(text.strip() for text in options.na))

    @property
    def numbers(self) -> list[float]:
        """The further texts that are numbers, such as -999."""
        return [number for number in map(parse_number, self.own) if number is not None]

    def of_number(self, text: str) -> bool:
        """Whether a field of a column of numbers stands for a missing value, allowed or not."""
        return is_missing(text) or text.strip() in self.own

    def number(self, text: str) -> float | None:
        """The value of a field, NaN if it is missing; None if it is refused."""
        if text.strip() in self.own or (self.allowed and is_missing(text)):
            return math.nan
        return parse_number(text)

    def word(self, text: str) -> str:
        """A field of a column of words, stripped; empty if it is one of the further texts, or an error of Excel."""
        text = text.strip()
        return "" if text in self.own or text in _EXCEL else text

    def known(self, text: str) -> str:
        """The same; empty also for what tools write for a missing value."""
        text = self.word(text)
        return "" if self.allowed and text in MISSING_WORDS else text


def is_missing(text: str) -> bool:
    """Whether a field stands for a missing value; ``nan`` is a value."""
    return text.strip().lower() in _MISSING


def looks_numeric(text: str) -> bool:
    """Whether a field is a number, or stands for a missing one."""
    return _value(text.strip()) is not None


def is_too_large(text: str) -> bool:
    """Whether the text is a number too large for float64."""
    return looks_numeric(text) and parse_number(text) is None


_NEARLY = (
    (r"[+-]?[\d.,]+\s*%", "percentages", "remove the signs; --percent, if they are probabilities"),
    (r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?", "commas between thousands", "remove the commas"),
    (r"[+-]?[$€£¥]\s*[\d.,]+|[+-]?[\d.,]+\s*[$€£¥]", "amounts of money", "remove the signs"),
    (r"[+-]?\d{1,3}(?:[ '_’\u00a0\u2009\u202f]\d{3})+(?:[.,]\d+)?", "spaces between thousands", "remove them"),
    (r"[+\-\u2212]?\d[\d.,]*[ \u00a0][A-Za-zµ°]{1,3}", "numbers with a unit", "remove the unit"),
)


def nearly_number(texts: Sequence[str]) -> tuple[str, str] | None:
    """Why all fields of a column are numbers only to people, such as 5%, and what to do about it."""
    for pattern, what, hint in _NEARLY:
        if texts and all(re.fullmatch(pattern, text.strip()) for text in texts):
            return what, hint
    return None


def has_decimal_comma(text: str) -> bool:
    """Whether the text is a number with a decimal comma."""
    return _DECIMAL_COMMA.fullmatch(text.strip()) is not None
