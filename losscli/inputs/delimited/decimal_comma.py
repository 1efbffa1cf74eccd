"""Decimal commas, ``0,5`` for 0.5, in tables whose delimiter is not a comma."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from losscli.inputs.delimited.csv_records import SPACE
from losscli.inputs.numbers import has_decimal_comma, is_missing, looks_numeric
from losscli.lazy import regex

if TYPE_CHECKING:
    from collections.abc import Sequence

_THOUSANDS = regex(r"[+-]?[1-9]\d{0,2},\d{3}", re.ASCII)  # could also be thousands
_NUMBER = r"([+-]?\d*),(\d+(?:[eE][+-]?\d+)?)"


def found_in(rows: Sequence[Sequence[str]], delimiter: str) -> bool:
    """Whether the numbers of a table are written with a comma.

    They are if a column holds nothing else, no number of any column has a point, and one can't be thousands.

    Args:
        rows: The fields of the first rows, which may include the header.
        delimiter: The delimiter of the fields.
    """
    if delimiter == "," or not any("," in field for row in rows for field in row):
        return False
    width = len(rows[0])
    columns = [[row[i].strip() for row in rows if len(row) == width] for i in range(width)]
    if delimiter == SPACE and any("," in column[0] and not has_decimal_comma(column[0]) for column in columns):
        return False  # the comma of a header is a delimiter
    found: list[str] = []
    for column in columns:
        below = column[1:] if len(column) > 1 and not has_decimal_comma(column[0]) else column
        filled = [field for field in below if not is_missing(field)]
        commas = [field for field in filled if has_decimal_comma(field)]
        if any("." in field and looks_numeric(field) for field in filled):
            return False
        if commas and all(field in commas or looks_numeric(field) for field in filled):
            found += commas
    return any(not _THOUSANDS.fullmatch(field) for field in found)


def is_thousands(text: str) -> bool:
    """Whether a number with a comma may mean thousands as well as thousandths."""
    return _THOUSANDS.fullmatch(text.strip()) is not None


def with_point(text: str) -> str:
    """A field with a decimal point, if it is a number with a comma."""
    return text.replace(",", ".") if has_decimal_comma(text) else text


def with_points(data: bytes, delimiter: str) -> bytes:
    """Lines whose numbers have decimal points, at the same places."""
    around = r" \t" if delimiter == SPACE else re.escape(delimiter)
    pattern = rf'(?:^|(?<=[{around}"]))([ ]*){_NUMBER}(?=[ ]*"?(?:[{around}]|$))'
    return re.sub(pattern.encode(), rb"\1\2.\3", data, flags=re.MULTILINE)
