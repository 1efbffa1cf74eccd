"""Does the suite run anywhere, is each of its folders explained, and does each of its files ask a question?"""

from __future__ import annotations

import ast
import os
import re
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.support.documents import ROOT

if TYPE_CHECKING:
    from pathlib import Path

TESTS = ROOT / "tests"
FOLDERS = {path.name for path in TESTS.iterdir() if path.is_dir() and path.name[0] not in "._"}


def named(text: str) -> set[str]:
    """The folders that a page names, as in `losses/`."""
    return set(re.findall(r"`([a-z]+)/`", text))


def test_the_page_names_every_folder_and_no_other() -> None:
    assert named((TESTS / "README.md").read_text()) == FOLDERS


def test_a_folder_that_is_not_named_would_be_noticed() -> None:
    """A canary."""
    page = (TESTS / "README.md").read_text()
    assert named(page.replace("`golden/`", "golden")) == FOLDERS - {"golden"}


def test_every_file_of_tests_stands_in_a_folder() -> None:
    assert [path.name for path in TESTS.glob("test_*.py")] == []


@pytest.mark.parametrize("path", sorted(TESTS.rglob("test_*.py")), ids=lambda path: path.stem)
def test_a_file_asks_a_question(path: Path) -> None:
    question = ast.get_docstring(ast.parse(path.read_text()))
    assert question is not None
    assert re.search(r"\?|^Where|^What", question.splitlines()[0])


@pytest.mark.long
@pytest.mark.skipif(not hasattr(signal, "SIGINT") or os.name != "posix", reason="no jobs in the background")
def test_processes_can_be_interrupted_in_a_job_in_the_background() -> None:
    """A shell that starts ``pytest &`` in a script lets it ignore Ctrl-C, and all that it starts."""
    test = "tests/parallel/test_interrupt.py::test_bad_rows_are_no_partial_result"
    command = f"trap '' INT; exec '{sys.executable}' -m pytest -q -p no:cacheprovider {test}"
    run = subprocess.run(
        ["sh", "-c", command], cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
