"""Is a loss really added by what CONTRIBUTING shows: a declaration and a line in LOSSES?"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.support.documents import ROOT

if TYPE_CHECKING:
    from pathlib import Path

DIFF = re.compile(r"^```diff\n(.*?)^```", re.DOTALL | re.MULTILINE)


def apply(diff: str, root: Path) -> None:
    """Insert the added lines of a diff after the context lines that precede them."""
    path, context = root, ""
    added: list[str] = []
    for line in [*diff.splitlines(), " "]:
        if line.startswith("+++ "):
            path = root / line.removeprefix("+++ ").removeprefix("b/")
        elif line.startswith("+"):
            added.append(line[1:])
        elif added:
            text = path.read_text()
            assert text.count(context + "\n") == 1, context
            path.write_text(text.replace(context + "\n", context + "\n" + "\n".join(added) + "\n"))
            added = []
        if line.startswith(" "):
            context = line[1:]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with the page's loss added."""
    root = tmp_path_factory.mktemp("project")
    for name in ("losscli", "tests"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, root / name)
    [diff] = DIFF.findall((ROOT / ".github" / "CONTRIBUTING.md").read_text())
    apply(diff, root)
    return root


def run(project: Path, *args: str) -> str:
    done = subprocess.run(
        [sys.executable, *args],
        cwd=project,
        env=os.environ | {"PYTHONPATH": str(project), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_it_is_a_command_with_help_and_options(project: Path) -> None:
    assert run(project, "-m", "losscli", "cubed", "3,1", "1,1", "--scale", "2", "-q") == "0.5\n"  # (1 + 0) / 2
    assert "--scale" in run(project, "-m", "losscli", "cubed-error", "--help")
    assert "cubed" in run(project, "-m", "losscli", "losses")


def test_it_is_in_the_catalogue(project: Path) -> None:
    assert "(|x - y| / scale)^3" in run(project, "-m", "losscli", "losses", "cubed-error")


@pytest.mark.long
def test_its_laws_and_examples_are_tested(project: Path) -> None:
    tests = ("tests/losses/test_laws.py", "tests/losses/test_examples.py", "tests/losses/test_totality.py")
    out = run(project, "-m", "pytest", "-q", "-n0", *tests, "-k", "cubed", "-p", "no:cacheprovider")
    assert int(re.search(r"(\d+) passed", out)[1]) >= 6  # type: ignore[index]
