"""Does data go one way, and is a convention data? The import graph and the strings, room by room."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from losscli.losses import FRAMEWORKS
from losscli.losses.frameworks import BACKENDS, TITLES

ROOT = Path(__file__).parents[2] / "losscli"

# What a room may import beside itself: only what stands on a lower floor. Lowest first.
GROUND = {"errors", "record", "lazy", "version", "text", "file_formats"}
DECLARED = {"losses.frameworks", "losses.reference", "losses.loss", "losses.vocabulary"}
MAY_IMPORT: dict[str, set[str]] = {
    **{name: set() for name in GROUND},
    "file_formats": {"record"},
    "ops": {"lazy"},
    "losses": {*GROUND, "ops"},
    "core": {*GROUND, "ops", *DECLARED, "losses.word_order"},
    "inputs": {
        *GROUND,
        "ops",
        "core.batch",
        "core.shards",
        "core.class_names",
        "core.condition",
        "core.groups.parts",
        "core.raw_rows",
        "core.shifted_labels",
        "core.tens",
    },
    "answers": {*GROUND, "ops", "losses", "core"},
    "outputs": {
        *GROUND,
        "ops",
        *DECLARED,
        "core.intervals.difference",
        "core.counts.class_pairs",
        "core.counts.histogram",
        "core.intervals.interval",
        "core.raw_rows",
        "core.tens",
        "core.verdict",
        "core.groups.group",
        "core.note",
        "core.report",
        "core.sample_rows",
        "core.shown_rows",
        "answers",
    },
    "parallel": {*GROUND, "ops", "losses", "core", "answers", "outputs"},
    "python": {*GROUND, "losses", "core", "inputs", "answers", "outputs"},
    "cli": {*GROUND, "losses", "core", "inputs", "answers", "outputs", "parallel"},
    "__init__": {"version", "losses.index", "python"},
    "__main__": {"cli"},
}


def modules() -> list[Path]:
    return sorted(ROOT.rglob("*.py"))


def room(name: str) -> str:
    return name.split(".")[0]


def imports(path: Path) -> set[str]:
    """Modules of this package that a module names, wherever the statement stands: in a function, for types only."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.removeprefix("losscli.") for alias in node.names if room(alias.name) == "losscli"}
        if isinstance(node, ast.ImportFrom) and node.module and room(node.module) == "losscli":
            base = node.module.removeprefix("losscli").removeprefix(".")
            for alias in node.names:
                joined = f"{base}.{alias.name}" if base else alias.name
                there = ROOT.joinpath(*joined.split("."))
                is_module = there.with_suffix(".py").exists() or there.is_dir()
                found.add(joined if is_module else base or "__init__")
    return found


def circle(graph: dict[str, set[str]]) -> list[str]:
    """Modules that import themselves in the end."""

    def needed(name: str) -> set[str]:
        found: set[str] = set()
        new = graph[name]
        while new:
            found |= new
            new = {further for one in new for further in graph.get(one, ())} - found
        return found

    return sorted(name for name in graph if name in needed(name))


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if len(parts) > 1 and parts[-1] == "__init__" else parts)


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_a_module_imports_only_what_its_room_may(path: Path) -> None:
    here = room(name_of(path))
    allowed = MAY_IMPORT[here] | ({here} - GROUND)
    for name in imports(path):
        assert name in allowed or room(name) in allowed, f"{name_of(path)} imports {name}"


def test_no_module_imports_itself_in_the_end() -> None:
    """Not even for types or within a function: files that need each other can't be read one after the other."""
    assert circle({name_of(path): imports(path) for path in modules()}) == []


def test_a_room_stands_on_lower_floors_only() -> None:
    rooms = {name: {room(other) for other in others} for name, others in MAY_IMPORT.items()}
    assert circle(rooms) == []


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_only_the_command_line_knows_click_and_only_progress_knows_rich(path: Path) -> None:
    words = {
        room(alias.name if isinstance(node, ast.Import) else node.module or "")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    if room(name_of(path)) != "cli":
        assert "click" not in words
        assert "sys" not in words or name_of(path) == "lazy"
    if name_of(path) not in ("outputs.progress",):
        assert "rich" not in words


def test_the_graph_is_seen(tmp_path: Path) -> None:
    """A canary: the reader of imports finds what is certainly there."""
    assert "ops" in imports(ROOT / "losses" / "likelihood.py")
    assert "cli.main" in imports(ROOT / "__main__.py")
    module = tmp_path / "module.py"
    module.write_text(
        "from losscli import losses\nif TYPE_CHECKING:\n    from losscli.core import plan\n"
        "def later():\n    import losscli.python\n    from losscli import evaluate\n"
    )
    assert imports(module) == {"losses", "core.plan", "python", "__init__"}


def test_a_circle_is_seen() -> None:
    """A canary: of modules, three need each other, one needs them and one is needed."""
    graph = {"start": {"a"}, "a": {"b"}, "b": {"c"}, "c": {"a", "end"}, "end": set()}
    assert circle(graph) == ["a", "b", "c"]
    assert circle(graph | {"c": {"end"}}) == []


def untyped(code: str) -> list[str]:
    """Functions that take parsed options as a mapping, whose names no type checker knows."""
    return [
        node.name
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.FunctionDef)
        for arg in (*node.args.args, *node.args.kwonlyargs, node.args.kwarg)
        if arg is not None and arg.arg == "given" and arg.annotation and "Any" in ast.unparse(arg.annotation)
    ]


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_what_was_typed_is_a_request(path: Path) -> None:
    """Below a command nobody looks an option up by a string: `Request` has them all, with their types."""
    assert untyped(path.read_text()) == []


def test_an_untyped_option_is_seen() -> None:
    """A canary."""
    assert untyped("def run(loss: Loss, given: Mapping[str, Any]) -> None: ...") == ["run"]
    assert untyped("def run(self, **given: Any) -> None: ...") == ["run"]
    assert untyped("def run(loss: Loss, request: Request) -> None: ...") == []


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
