"""One input of the campaign: arguments, files and stdin; as JSON, and as a command to paste."""

from __future__ import annotations

import base64
import json
import shlex
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CORPUS = Path(__file__).parent / "corpus"


@dataclass(frozen=True)
class Case:
    """What a run is given.

    Attributes:
        args: After ``losscli``.
        files: In the folder that it runs in, by their paths there.
        stdin: What it reads there.
    """

    args: tuple[str, ...]
    files: dict[str, bytes] = field(default_factory=dict)
    stdin: bytes = b""

    @property
    def size(self) -> int:
        """How much there is to understand."""
        return sum(map(len, self.args)) + len(self.args) + sum(map(len, self.files.values())) + len(self.stdin)

    def command(self) -> str:
        """Lines for a shell that do the same."""
        lines = []
        for name, content in self.files.items():
            if "/" in name:
                lines.append(f"mkdir -p {shlex.quote(name.rpartition('/')[0])}")
            lines.append(f"{_printed(content)} > {shlex.quote(name)}")
        words = " ".join(map(shlex.quote, self.args)).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        lines.append(f"{_printed(self.stdin)} | losscli {words}" if self.stdin else f"losscli {words} < /dev/null")
        return "\n".join(lines)

    def document(self) -> dict[str, Any]:
        """As the corpus keeps it."""
        return {
            "args": list(self.args),
            "files_base64": {name: base64.b64encode(content).decode() for name, content in self.files.items()},
            "stdin_base64": base64.b64encode(self.stdin).decode(),
        }


def case_of(document: dict[str, Any]) -> Case:
    """What was kept."""
    files = {name: base64.b64decode(content) for name, content in document["files_base64"].items()}
    return Case(tuple(document["args"]), files, base64.b64decode(document["stdin_base64"]))


def corpus() -> dict[str, Case]:
    """All that ever broke, by its name."""
    return {
        entry["id"]: case_of(entry) for path in sorted(CORPUS.glob("*.json")) for entry in json.loads(path.read_text())
    }


def _printed(content: bytes) -> str:
    if all(sign == 10 or 32 <= sign < 127 for sign in content):
        text = content.decode().replace("\\", "\\\\").replace("%", "%%").replace("\n", "\\n")
        return f"printf {shlex.quote(text)}"
    return f"echo {base64.b64encode(content).decode()} | base64 -d"
