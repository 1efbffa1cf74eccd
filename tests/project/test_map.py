"""Do the pages for contributors tell of the house as it stands: its folders, files and functions?"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "losscli"
MAP = PACKAGE / "README.md"
PAGES = {
    MAP: (PACKAGE, ROOT),
    ROOT / ".github" / "CONTRIBUTING.md": (ROOT,),
    ROOT / "tests" / "README.md": (ROOT / "tests", ROOT),
}
NAMED = re.compile(r"`([\w./*-]*/[\w.*-]*|[\w*]+\.(?:py|md|toml))(?::([\w.]+))?`")


def named(text: str) -> list[tuple[str, str]]:
    """The paths in a page, each with the function that is named there, if one is."""
    return [(path, function) for path, function in NAMED.findall(text) if not re.search("FRAMEWORK|NAME", path)]


def defined(path: Path) -> set[str]:
    """Functions, classes and methods of a module."""
    found = set()
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
            found |= {
                f"{node.name}.{part.name}" for part in getattr(node, "body", []) if isinstance(part, ast.FunctionDef)
            }
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_what_a_page_names_is_there(page: Path) -> None:
    wrong = []
    for path, function in named(page.read_text()):
        there = [one for base in PAGES[page] for one in base.glob(path.rstrip("/"))]
        if not there or (function and function not in defined(there[0])):
            wrong.append(f"{path}:{function}")
    assert wrong == []


def test_every_room_is_on_the_map_and_says_what_it_is() -> None:
    rooms = [path.parent for path in PACKAGE.rglob("__init__.py")]
    paths = {path for path, _ in named(MAP.read_text())}
    assert [str(room) for room in rooms if room != PACKAGE and f"{room.relative_to(PACKAGE)}/" not in paths] == []
    short = [
        room.name
        for room in rooms
        if len((ast.get_docstring(ast.parse((room / "__init__.py").read_text())) or "").splitlines()) < 3
    ]
    assert short == []


def test_names_of_files_are_unique() -> None:
    names = [path.name for path in PACKAGE.rglob("*.py") if path.name != "__init__.py"]
    assert sorted(name for name in set(names) if names.count(name) > 1) == []


def test_names_are_seen() -> None:
    """A canary: of a page, what is a path and what is not."""
    text = (
        "`core/plan.py:make_plan` `cli/run/` `--help` `ops.py` `outputs/*_view.py` `losscli ce a.csv` `losscli.errors`"
    )
    assert named(text) == [("core/plan.py", "make_plan"), ("cli/run/", ""), ("ops.py", ""), ("outputs/*_view.py", "")]
