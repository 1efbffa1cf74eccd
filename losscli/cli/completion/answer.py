"""The answer to a completion request: ``files`` or ``words``, then a word per line, with a tab and its description."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from losscli.cli.completion.offers import offers
from losscli.cli.completion.typed import Typed, read_line

if TYPE_CHECKING:
    from collections.abc import Iterator

ASKED, LINE, BREAKS = "LOSSCLI_COMPLETE", "LOSSCLI_LINE", "LOSSCLI_BREAKS"


def answer(shell: str, words: list[str]) -> int:
    """Write the completions, and return the exit status.

    Args:
        shell: Bash and PowerShell hand over the line as it was typed, zsh and fish its words up to the cursor; fish
            leaves the last one in its quotes.
        words: The line or the words, without the program.
    """
    if shell in ("bash", "powershell"):
        escape = "`" if shell == "powershell" else "\\"
        typed = read_line(os.environ.get(LINE, ""), os.environ.get(BREAKS, ""), escape)
    elif shell == "zsh":
        typed = Typed(("losscli", *words[:-1]), words[-1] if words else "")
    else:
        last = read_line(f"x {words[-1]}" if words else "x ")
        typed = Typed(("losscli", *words[:-1]), last.current, last.quote)
    found = offers(typed.before[1:], typed.current)
    listed = dict(found.words)
    if found.files and listed and shell in ("bash", "powershell"):  # their own completion of files is all or nothing
        listed |= dict.fromkeys(_files(typed.current), "")
    lines = ["files" if found.files else "words"]
    for word, text in listed.items():
        lines.append(f"{typed.as_typed(word) if shell == 'bash' else word}\t{text}")
    sys.stdout.buffer.write(("\n".join(lines) + "\n").encode())
    return 0


def _files(start: str) -> Iterator[str]:
    """Paths that begin like this, directories with a slash."""
    before, slash, name = start.rpartition("/")
    try:
        with os.scandir(os.path.expanduser(before + slash) or ".") as entries:
            for entry in sorted(entries, key=lambda one: one.name):
                if entry.name.startswith(name) and (name or not entry.name.startswith(".")):
                    yield before + slash + entry.name + ("/" if entry.is_dir() else "")
    except OSError:
        return
