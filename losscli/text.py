"""Values as text, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from losscli.errors import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

T = TypeVar("T")


def spelled(value: Any) -> str:
    """A value as text from which it comes back: the shortest digits, lists with ``;``."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, list | tuple):
        flat = len(value) > 1 and not any(isinstance(item, list) for item in value)
        return ";".join(map(spelled, value)) if flat else bracketed(value)
    if isinstance(value, float):
        short = f"{value:g}"
        return short if float(short) == value else repr(value)
    return escaped(value) if isinstance(value, str) else str(value)


def bracketed(value: Any) -> str:
    """A list that is nested, or of one number, which would come back as a number without its brackets."""
    return "[" + ";".join(map(bracketed, value)) + "]" if isinstance(value, list | tuple) else spelled(value)


def count(n: int, one: str, many: str = "") -> str:
    """``1 row``, ``2,000 rows``; with ``many`` for what an ``s`` doesn't make plural, as ``rows are``."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def field_text(value: Any) -> str:
    """A value as a field of CSV: the shortest digits, nothing for None, the items of a list with blanks."""
    if value is None:
        return ""
    if isinstance(value, float):
        return repr(value)
    return " ".join(map(field_text, value)) if isinstance(value, list) else printable(str(value))


def json_text(value: Any) -> str:
    """A text as it is, anything else as it is written in JSON."""
    if isinstance(value, str):
        return value
    import json

    return json.dumps(value)


def listed(names: Sequence[str], most: int = 6) -> str:
    """The first few of some names, and a sign if there are more."""
    return ", ".join(names[:most]) + (" …" if len(names) > most else "")


def repeated(items: Iterable[T]) -> T | None:
    """The first item that was there before."""
    seen = set()
    for item in items:
        if item in seen:
            return item
        seen.add(item)
    return None


def escaped(text: str) -> str:
    """A name in which no sign means something to the signature."""
    from urllib.parse import quote

    return quote(text, safe=" !#$&()*+./:<>?@[]^_`{}~-", errors="surrogatepass")


def unescaped(text: str) -> str:
    """A name that was escaped."""
    from urllib.parse import unquote

    return unquote(text)
