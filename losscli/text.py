"""Values as text, and back."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

T = TypeVar("T")


def spelled(value: Any) -> str:
    """A value as text that can be read back: the shortest digits, lists with ``;``."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, list | tuple):
        flat = len(value) > 1 and not any(isinstance(item, list) for item in value)
        return ";".join(map(spelled, value)) if flat else bracketed(value)
    if isinstance(value, float):
        short = f"{value:g}"
        return short if float(short) == value else repr(value)
    return escaped(value) if isinstance(value, str) else str(value)


def composed(text: str) -> str:
    """A text in which accented letters are single characters (NFC), as most programs write them; macOS splits some."""
    if text.isascii():
        return text
    import unicodedata

    return unicodedata.normalize("NFC", text)


def bracketed(value: Any) -> str:
    """A nested list, or a list of one number, with the brackets that tell it from a number."""
    return "[" + ";".join(map(bracketed, value)) + "]" if isinstance(value, list | tuple) else spelled(value)


def count(n: int, one: str, many: str = "") -> str:
    """``1 row``, ``2,000 rows``; ``many`` is the plural if it does not end in ``s``, such as ``rows are``."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def bytes_of(text: str) -> int | None:
    """The bytes of ``512M`` or ``4G``; None if it is no size."""
    match = re.fullmatch(r"(\d{1,15})\s*([kmgt]?)(?:i?b)?", text.strip(), re.IGNORECASE | re.ASCII)
    return None if match is None else int(match[1]) << 10 * " kmgt".index(match[2].lower() or " ")


def field_text(value: Any) -> str:
    """A value as a field of CSV: the shortest digits, empty for None, the items of a list separated by blanks."""
    if value is None:
        return ""
    if isinstance(value, float):
        return repr(value)
    return " ".join(map(field_text, value)) if isinstance(value, list) else printable(str(value))


def json_text(value: Any) -> str:
    """A text unchanged, anything else as JSON."""
    if isinstance(value, str):
        return value
    import json

    return json.dumps(value)


def listed(names: Sequence[str], most: int = 6) -> str:
    """The first few of some names, with an ellipsis if there are more."""
    return ", ".join(names[:most]) + (" …" if len(names) > most else "")


def did_you_mean(word: str, names: Iterable[str]) -> str:
    """A question with the name that is most like a word; empty if none is."""
    import difflib

    close = difflib.get_close_matches(word, [*names], n=1)
    return f"did you mean {quoted(close[0])}?" if close else ""


def is_number(text: str) -> bool:
    """Whether ``float`` reads a text."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def repeated(items: Iterable[T]) -> T | None:
    """The first item that occurs twice; None if there is none."""
    seen = set()
    for item in items:
        if item in seen:
            return item
        seen.add(item)
    return None


def escaped(text: str) -> str:
    """A name with characters escaped that have a meaning in signatures."""
    from urllib.parse import quote

    return quote(text, safe=" !#$&()*+./:<>?@[]^_`{}~-", errors="surrogatepass")


def unescaped(text: str) -> str:
    """A name that was escaped."""
    from urllib.parse import unquote

    return unquote(text)


def printable(text: str) -> str:
    """Text from a file made safe for a terminal: control characters and the like are escaped."""
    if text.isprintable():
        return text
    return "".join(
        c
        if c.isprintable() or (c in "\u200c\u200d" and _joins(text, i))
        else c.encode("unicode_escape").decode("ascii")
        for i, c in enumerate(text)
    )


def _joins(text: str, at: int) -> bool:
    """Whether a joiner is between characters that may need it, such as parts of an emoji or Persian letters."""
    around = text[at - 1 : at] + text[at + 1 : at + 2]
    return at > 0 and len(around) == 2 and around.isprintable() and min(around) > "\u024f"


def masked(text: str) -> str:
    """Text without the credentials in URLs: user names and passwords before ``@``, the values of a query."""
    if "://" not in text:
        return text
    text = re.sub(r"(?<=://)([^\s/@:'\"]*):[^\s@'\"]*@", r"\1:***@", text)
    text = re.sub(r"(?<=://)[^\s/@:'\"]+@", "***@", text)
    return re.sub(r"(://[^\s?#'\"]*)([?#][^\s'\"]*)", lambda m: m[1] + re.sub(r"=[^&\s]*", "=***", m[2]), text)


def quoted(text: str, limit: int = 40) -> str:
    """Text from a file in quotes, printable and not longer than ``limit``."""
    return f"'{shortened(text, limit)}'"


def shortened(text: str, limit: int = 40) -> str:
    """A name from a file, printable and not longer than ``limit``: both ends distinguish names."""
    shown = printable(text)
    return shown if len(shown) <= limit else f"{shown[: limit // 2]}…{shown[limit // 2 + 1 - limit :]}"


def some_names(texts: Sequence[str], most: int = 20) -> str:
    """The first of some names from a file, and how many more there are."""
    more = len(texts) - most
    return ", ".join(map(shortened, texts[:most])) + (f" and {more:,} more" if more > 0 else "")


def strict_json(value: Any) -> Any:
    """Replace non-finite numbers by the strings ``"Infinity"``, ``"-Infinity"`` and ``"NaN"``."""
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, dict):
        return {key: strict_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [strict_json(item) for item in value]
    return value
