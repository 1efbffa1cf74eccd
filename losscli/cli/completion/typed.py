"""Splits the line typed so far into words; the last one may lack its closing quote."""

from __future__ import annotations

import re

from losscli.record import record

_PLAIN = re.compile(r"[^\w@%+=:,./~-]")


@record
class Typed:
    """The line before the cursor.

    Attributes:
        before: The finished words without quotes, the program first.
        current: The word to complete, without quotes.
        quote: The open quote, if any.
        kept: How many characters of the word the shell keeps: up to the last character at which it breaks words.
    """

    before: tuple[str, ...]
    current: str
    quote: str = ""
    kept: int = 0

    def as_typed(self, word: str) -> str:
        """The word as bash inserts it, with special characters escaped."""
        rest = word[self.kept :]
        if self.quote == "'":
            return rest
        if self.quote == '"':
            return re.sub(r'(["$`\\])', r"\\\1", rest)
        return _PLAIN.sub(lambda match: "\\" + match[0], rest)


def read_line(line: str, breaks: str = "", escape: str = "\\") -> Typed:
    """The words of a line that ends at the cursor.

    Args:
        line: As typed, from the program's name on.
        breaks: Characters at which bash ends a word in the middle of another, as after ``--label=``.
        escape: What takes the meaning of the next character: PowerShell's is no backslash.
    """
    words: list[str] = []
    current: list[str] = []
    quote, started, kept, escaped = "", False, 0, False
    for character in line:
        if escaped:
            current.append(character)
            escaped = False
        elif character == escape and quote != "'":
            escaped = started = True
        elif quote:
            quote, current = ("", current) if character == quote else (quote, [*current, character])
        elif character in "'\"":
            quote, started = character, True
        elif character.isspace():
            if started:
                words.append("".join(current))
            current, started, kept = [], False, 0
        else:
            current.append(character)
            started = True
            kept = len(current) if character in breaks else kept
    return Typed(tuple(words), "".join(current), quote, kept)
