"""Commands that documents show, and their output.

``python -m tests.support.documents`` runs them all and writes the output into the documents, and makes the index of
the declarations anew.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from losscli.losses import every
from tests.support.arguments import arguments
from tests.support.catalogue import catalogue_pages
from tests.support.fingerprints import NUMBERS, page
from tests.support.manual import manual

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
ARGUMENTS = ROOT / "losscli" / "python" / "arguments.py"
MANUAL = ROOT / "losscli" / "losscli.1"
INDEX = ROOT / "losscli" / "losses" / "index.py"
INDEX_TEXT = '''"""Where names are declared: made from the declarations by ``python -m tests.support.documents``."""

# fmt: off
# The module of each loss, its names (the first, with underscores, is what it is called there), and its summary.
_LOSSES = (
{losses}
)
# Each loss with the calls of frameworks; the aliases of a call stand behind it.
_CALLS = (
{calls}
)
FRAMEWORKS = ({frameworks})
# fmt: on
HOME = {{name: (module, names.split()[0].replace("-", "_")) for module, names, _ in _LOSSES for name in names.split()}}
SUMMARIES = {{names.split()[0]: summary for _, names, summary in _LOSSES}}
CALLS_OF = {{
    call: (loss, calls.split()[0]) for loss, every in _CALLS for calls in every.split("; ") for call in calls.split()
}}
'''
EXAMPLES = ROOT / "examples"
SCRIPTS = sorted(EXAMPLES.glob("*.sh"))
ENVIRON = os.environ | {
    "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    "NO_COLOR": "1",
    "PYTHONUTF8": "1",
}
_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def pages() -> list[Path]:
    """Those of the examples: a question each."""
    return [path for path in sorted(EXAMPLES.glob("*.md")) if path.name != "README.md"]


def run(command: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "-c", command], cwd=folder, env=ENVIRON, capture_output=True, text=True, check=False, timeout=60
    )


def printed(command: str, folder: Path = ROOT) -> str:
    """What a terminal would show: output, then notes and errors, without trailing blanks."""
    done = run(command, folder)
    return "".join(line.rstrip() + "\n" for line in (done.stdout + done.stderr).splitlines())


def transcript(text: str) -> Iterator[tuple[str, str]]:
    """Commands after ``$ `` and the output shown below them."""
    for block in _BLOCK.findall(text):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            yield command, output


def refreshed(text: str, folder: Path = ROOT) -> str:
    """The document with today's output."""

    def block(match: re.Match[str]) -> str:
        commands = [command for command, _ in transcript(match[0])]
        return "```console\n" + "".join(f"$ {command}\n{printed(command, folder)}" for command in commands) + "```"

    return _BLOCK.sub(block, text)


def refreshed_page(text: str) -> str:
    """A page of the examples with today's output: its commands are typed one after the other in a new folder."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "examples").symlink_to(ROOT / "examples")
        return refreshed(text, Path(folder))


def index() -> str:
    """The module that says where each name of a loss is declared."""
    home, calls, frameworks = every.index()
    names: dict[str, list[str]] = {}
    for name, (_, attribute) in home.items():
        names.setdefault(attribute.replace("_", "-"), []).append(name)
    spellings: dict[str, dict[str, list[str]]] = {}
    for call, (loss, first) in calls.items():
        spellings.setdefault(loss, {}).setdefault(first, []).append(call)
    listed = {loss: map(" ".join, each.values()) for loss, each in spellings.items()}
    return INDEX_TEXT.format(
        losses="\n".join(
            f'    ("{home[loss.name][0]}", "{" ".join(names[loss.name])}", "{loss.summary}"),' for loss in every.LOSSES
        ),
        calls="\n".join(f'    ("{loss}", "{"; ".join(each)}"),' for loss, each in listed.items()),
        frameworks=", ".join(f'"{framework}"' for framework in frameworks),
    )


def main() -> None:
    INDEX.write_text(index())
    ARGUMENTS.write_text(arguments())
    MANUAL.write_text(manual())
    README.write_text(refreshed(README.read_text()))
    for path, text in catalogue_pages().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    for number in NUMBERS:
        (EXAMPLES / f"loss-{number.written}.md").write_text(page(number))
    for path in pages():
        path.write_text(refreshed_page(path.read_text()))
    for script in SCRIPTS:
        script.with_suffix(".out").write_text(run(f"sh examples/{script.name}").stdout)


if __name__ == "__main__":
    main()
