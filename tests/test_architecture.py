"""Does data go one way, and is a convention data? The import graph and the strings, room by room."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from losscli.losses import FRAMEWORKS
from losscli.losses.references import BACKENDS, TITLES

ROOT = Path(__file__).parent.parent / "losscli"

MAY_IMPORT = {
    "errors": set(),
    "record": set(),
    "lazy": set(),
    "losses": {"record", "core.ops", "errors", "lazy", "losses"},
    "core": {"record", "core", "errors", "lazy", "losses.references", "losses.spec", "__init__"},
    "answers": {"record", "answers", "core", "errors", "losses"},
    "inputs": {"record", "inputs", "core.batch", "errors"},
    "outputs": {
        "record",
        "answers",
        "outputs",
        "core.groups",
        "core.report",
        "core.rows",
        "losses.references",
        "losses.spec",
        "errors",
    },
    "parallel": {"record", "answers", "core", "errors", "losses", "outputs", "parallel", "__init__"},
    "api": {"record", "answers", "core", "errors", "losses"},
    "cli": {"record", "answers", "api", "cli", "core", "errors", "inputs", "losses", "outputs", "parallel", "__init__"},
    "__init__": {"api"},
    "__main__": {"cli"},
}


def modules() -> list[Path]:
    return sorted(ROOT.rglob("*.py"))


def room(name: str) -> str:
    return name.split(".")[0]


def imports(path: Path) -> set[str]:
    """Modules of this package that a module names, wherever the statement stands."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and room(node.module) == "losscli":
            base = node.module.removeprefix("losscli").removeprefix(".")
            for alias in node.names:
                deeper = ROOT.joinpath(*base.split("."), f"{alias.name}.py") if base else ROOT / f"{alias.name}.py"
                joined = f"{base}.{alias.name}" if base else alias.name
                found.add(joined if deeper.exists() else base or "__init__")
    return found


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if len(parts) > 1 and parts[-1] == "__init__" else parts)


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_a_module_imports_only_what_its_room_may(path: Path) -> None:
    allowed = MAY_IMPORT[room(name_of(path))]
    for name in imports(path):
        assert name in allowed or room(name) in allowed, f"{name_of(path)} imports {name}"


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_only_the_command_line_knows_click_and_only_tables_know_rich(path: Path) -> None:
    words = {
        room(alias.name if isinstance(node, ast.Import) else node.module or "")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    if room(name_of(path)) != "cli":
        assert "click" not in words
        assert "sys" not in words or name_of(path) == "lazy"
    if name_of(path) not in ("outputs.table", "outputs.progress"):
        assert "rich" not in words


def test_the_graph_is_seen() -> None:
    """A canary: the reader of imports finds what is certainly there."""
    assert "core.ops" in imports(ROOT / "losses" / "likelihood.py")
    assert "cli.main" in imports(ROOT / "__main__.py")


def literals(code: str) -> list[str]:
    """The string literals of a module, docstrings and the parts of f-strings among them."""
    nodes = ast.walk(ast.parse(code))
    return [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]


def names_a_framework(text: str) -> bool:
    names = {name.lower() for name in (*FRAMEWORKS, *TITLES.values(), *BACKENDS.values())}
    return bool(names & set(re.findall(r"[\w-]+", text.lower())))


@pytest.mark.parametrize("path", [one for one in modules() if room(name_of(one)) != "losses"], ids=name_of)
def test_only_a_declaration_names_a_framework(path: Path) -> None:
    """A convention is data: what another room says of a framework, it reads off a ``Reference``."""
    assert [text for text in literals(path.read_text()) if names_a_framework(text)] == []


@pytest.mark.parametrize("code", ['x == "keras"', 'f"{x}: scikit-learn raises"', '"""As in torch.nn."""'])
def test_a_name_is_seen(code: str) -> None:
    """A canary: names are found wherever a string may hold them, and nothing else is."""
    assert any(map(names_a_framework, literals(code)))
    assert not names_a_framework("a torchlight, kerastase")
