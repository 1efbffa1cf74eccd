"""Text by the columns of a terminal that it takes: wide characters, marks that combine, emoji of several parts."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_NO_WIDTH = ("Mn", "Me", "Cf")
_JOINER, _EMOJI = "\u200d", "\ufe0f"
_TONES = range(0x1F3FB, 0x1F400)  # of skin; on the emoji before
# What may stand in a cell beside numbers, and is never cut; the rest are names.
_NUMERIC = re.compile(
    r"(?:[\s\d.,+\-−e%\[\]…x/=<>]|from |above |to )*|[+\-]?(?:inf|nan)|not counted|\s*", re.IGNORECASE
)


def cell_width(text: str) -> int:
    """How many columns a text takes."""
    if text.isascii():
        return len(text)
    width, joined = 0, False
    for sign in text:
        if sign == _JOINER:
            joined = True
            continue
        if sign == _EMOJI:
            width += 0 if joined else 1
        elif (
            not joined and not (width and ord(sign) in _TONES) and unicodedata.category(sign) not in ("Mn", "Me", "Cf")
        ):
            width += 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        joined = False
    return width


def is_number(text: str) -> bool:
    """Whether a cell holds numbers only: it may move, but is never cut."""
    return _NUMERIC.fullmatch(text) is not None


def padded(text: str, width: int, *, right: bool = False) -> str:
    """A text with blanks up to a width."""
    blanks = " " * max(width - cell_width(text), 0)
    return blanks + text if right else text + blanks


def cut(text: str, width: int, mark: str = "…") -> str:
    """A name without its middle, if it is too long: both ends tell names apart."""
    if cell_width(text) <= width:
        return text
    room = max(width - cell_width(mark), 2)
    head, tail = _head(text, room - room // 2), _tail(text, room // 2)
    return head + mark + tail


def _head(text: str, width: int) -> str:
    end = 0
    for i in range(1, len(text) + 1):
        if cell_width(text[:i]) > width:
            break
        end = i
    while 0 < end < len(text) and _joined(text, end):
        end -= 1
    return text[:end]


def _tail(text: str, width: int) -> str:
    start = len(text)
    while start and cell_width(text[start - 1 :]) <= width:
        start -= 1
    while start < len(text) and _joined(text, start):
        start += 1
    return text[start:]


def _joined(text: str, at: int) -> bool:
    """Whether a cut would part what is one sign to a reader."""
    sign = text[at]
    return sign in (_JOINER, _EMOJI) or text[at - 1 : at] == _JOINER or bool(unicodedata.combining(sign))


_WORDS = re.compile(r"\S+(?: (?:=|…) \S+)*")  # a number stays with its name, an interval in one line
_SEAMS = "_.-/"  # after which a word may be broken that must be


def wrapped(text: str, width: int) -> list[str]:
    """Lines of a text; blanks at its beginning stay, words are broken only where they alone are too long.

    Where it takes no more lines, what a semicolon parts is parted there.
    """
    if cell_width(text) <= width:
        return [text]
    start = text[: len(text) - len(text.lstrip())]
    lines = _filled(words_of(text, width), width, start)
    parts = re.split(r"(?<=;) +", text.strip())
    whole = max(map(cell_width, parts)) <= width - len(start)
    return parted if whole and len(parted := _filled(parts, width, start)) == len(lines) else lines


def words_of(text: str, width: int) -> list[str]:
    """What stays together in a line of a width."""
    groups = _WORDS.findall(text)
    return [word for group in groups for word in ([group] if cell_width(group) <= width else group.split())]


def _filled(words: Sequence[str], width: int, line: str) -> list[str]:
    lines = []
    for word in words:
        joined = f"{line} {word}" if line.strip() else line + word
        if cell_width(joined) <= width:
            line = joined
            continue
        if line.strip():
            lines.append(line)
        left = word
        while cell_width(left) > width:
            head = _head(left, width) or left[0]
            seam = max(head.rfind(sign) for sign in _SEAMS) + 1
            head = head[:seam] if seam > len(head) // 2 else head
            lines.append(head)
            left = left[len(head) :]
        line = left
    return [*lines, line] if line else lines
