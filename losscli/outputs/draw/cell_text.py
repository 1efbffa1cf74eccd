"""Text measured in terminal columns: wide characters, combining marks, emoji of several parts."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_JOINER, _EMOJI = "\u200d", "\ufe0f"
_TONES = range(0x1F3FB, 0x1F400)  # skin tones, which modify the emoji before them
# What a cell of numbers may hold, which is never cut; other cells are names.
_NUMERIC = re.compile(
    r"(?:[\s\d.,+\-−%\[\]…/=<>]|(?<=[\d.])e|(?<=\d )x |from |above |to )*|[+\-]?(?:inf|nan)|not counted", re.IGNORECASE
)


def cell_width(text: str) -> int:
    """The width of a text in columns."""
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
    """Whether a cell holds only numbers, which are never cut."""
    return _NUMERIC.fullmatch(text) is not None


def padded(text: str, width: int, *, right: bool = False) -> str:
    """A text padded to a width."""
    blanks = " " * max(width - cell_width(text), 0)
    return blanks + text if right else text + blanks


def cut(text: str, width: int, mark: str = "…") -> str:
    """A name without its middle, if it is too long: both ends distinguish names."""
    if cell_width(text) <= width:
        return text
    room = max(width - cell_width(mark), 2)
    head, tail = _head(text, room - room // 2), _tail(text, room // 2)
    return head + mark + tail


def with_short_names(text: str, width: int) -> str:
    """A text in which words of more than a width are cut."""
    return re.sub(rf"[^\s(),;]{{{width + 1},}}", lambda word: cut(word[0], width), text)


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
    """Whether a cut would split a single visible character."""
    sign = text[at]
    return sign in (_JOINER, _EMOJI) or text[at - 1 : at] == _JOINER or bool(unicodedata.combining(sign))


_WORDS = re.compile(r"\S+(?: (?:=|…) \S+)*")  # a number stays with its name, an interval on one line
_ARGUMENTS = re.compile(r"""(?:'[^']*'|"(?:\\.|[^"\\])*"|\S)+""")
_GOES_ON = " \\"
_SEAMS = "_.-/"  # after which too long a word may be broken


def wrapped(text: str, width: int) -> list[str]:
    """Wrap a text; leading blanks stay, and only words longer than a line are broken.

    It breaks at semicolons if that needs no more lines.
    """
    if cell_width(text) <= width:
        return [text]
    start = text[: len(text) - len(text.lstrip())]
    lines = _filled(words_of(text, width), width, start)
    parts = re.split(r"(?<=;) +", text.strip())
    whole = max(map(cell_width, parts)) <= width - len(start)
    return parted if whole and len(parted := _filled(parts, width, start)) == len(lines) else lines


def said(text: str, width: int) -> list[str]:
    """The lines of a message; a command to copy stays in one piece, unless a sentence says when it serves."""
    whole = text.startswith("losscli ") and " if " not in text
    return [text] if whole else wrapped(text, max(width, 20))


def command_lines(text: str, width: int) -> list[str]:
    """Lines of a command that can be copied together: parted between arguments, with the shell's mark."""
    lines, line = [], ""
    for word in _ARGUMENTS.findall(text):
        joined = f"{line} {word}" if line else word
        if line and cell_width(joined) > width - len(_GOES_ON):
            lines.append(line + _GOES_ON)
            joined = word
        line = joined
    return [*lines, line]


def words_of(text: str, width: int) -> list[str]:
    """The unbreakable parts of a text, for lines of a width."""
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
