"""Do the README's commands print what it shows, and do the examples run?

``python -m tests.support.documents`` brings the documents up to date.
"""

from __future__ import annotations

import json
import re
import shlex
import shutil
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest

import losscli
from losscli.losses import CALLS
from losscli.losses.frameworks import BESIDES, LEFT_OUT
from losscli.outputs.catalogue_page import anchors
from tests.support.arguments import arguments
from tests.support.catalogue import catalogue_pages, python_of
from tests.support.documents import (
    ARGUMENTS,
    EXAMPLES,
    INDEX,
    MANUAL,
    README,
    ROOT,
    SCRIPTS,
    index,
    pages,
    printed,
    refreshed_page,
    run,
    transcript,
)
from tests.support.fingerprints import NUMBERS, page
from tests.support.manual import manual
from tests.support.shell import losscli as shell

if TYPE_CHECKING:
    from pathlib import Path

TEXT = README.read_text()
SHOWN = list(transcript(TEXT))
EXPECTED = json.loads((ROOT / "examples" / "expected.json").read_text())["files"]

needs_sh = pytest.mark.skipif(shutil.which("sh") is None, reason="the examples are shell scripts")


@needs_sh
@pytest.mark.parametrize(("command", "output"), SHOWN, ids=[command for command, _ in SHOWN])
def test_the_readme_shows_what_is_printed(command: str, output: str) -> None:
    assert output == printed(command)


@pytest.mark.long
@needs_sh
@pytest.mark.parametrize("path", pages(), ids=lambda path: path.name)
def test_a_page_shows_what_is_printed_in_an_empty_folder(path: Path) -> None:
    text = path.read_text()
    for tool in " ".join(re.findall(r"<!-- needs: (.*?) -->", text)).split():
        if shutil.which(tool) is None:
            pytest.skip(f"no {tool}")
    assert text == refreshed_page(text)
    assert len(list(transcript(text))) + text.count("```python") >= 1
    space: dict[str, object] = {}
    for block in re.findall(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        exec(compile(block, path.name, "exec"), space)


def test_a_page_of_a_number_is_made_from_its_facts() -> None:
    for number in NUMBERS:
        text = (EXAMPLES / f"loss-{number.written}.md").read_text()
        commands = "".join(f"$ {command}\n" for command, _ in transcript(text))
        assert commands == "".join(f"$ {command}\n" for command, _ in transcript(page(number)))
        given = [output.strip() for command, output in transcript(text) if command.endswith(" -q")]
        digits = len(number.written.partition(".")[2])
        assert number.written in {one if one in ("nan", "inf") else f"{float(one):.{digits}f}" for one in given}
        assert f"loss-{number.written}.md" in (EXAMPLES / "README.md").read_text()


def test_a_link_leads_somewhere() -> None:
    for path in EXAMPLES.rglob("*.md"):
        for link in re.findall(r"\]\((?!https?:)([^)]+)", path.read_text()):
            file, _, heading = link.partition("#")
            there = (path.parent / file).resolve() if file else path
            assert there.exists(), f"{path.name}: {link}"
            assert not heading or heading in _headings(there), f"{path.name}: {link}"


def test_a_page_says_where_its_data_is() -> None:
    """A newcomer has the wheel, and an empty folder."""
    for path in pages():
        text = path.read_text()
        reads = any(re.search(r"\bexamples/", command) for command, _ in transcript(text))
        assert ("(README.md#data)" in text) == reads, path.name
    bringing = "tar xzf losscli.tgz --strip-components 1 losscli-main/examples"
    assert bringing in README.read_text()
    assert bringing in (EXAMPLES / "README.md").read_text()


def test_the_readme_has_commands_and_is_short() -> None:
    assert len(SHOWN) >= 10
    assert TEXT.count("\n") < 300, "long parts belong into a page in examples/"


@pytest.mark.long
@needs_sh
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_an_example_prints_what_stands_beside_it(script: Path) -> None:
    done = run(f"sh examples/{script.name}")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == script.with_suffix(".out").read_text()
    assert f"`{script.name}`" in (EXAMPLES / "README.md").read_text()


def test_the_catalogue_is_fresh() -> None:
    pages = catalogue_pages(run=False)
    assert {path: path.read_text() for path in pages} == pages
    folders = {path.parent for path in pages}
    assert {path for folder in folders for path in folder.iterdir()} == set(pages)


@pytest.mark.long
def test_the_catalogue_shows_what_is_printed_and_computed() -> None:
    pages = catalogue_pages()
    assert {path: path.read_text() for path in pages} == pages
    shown = dict(transcript("".join(pages.values())))
    assert {reference.call for _, reference in CALLS.values()} <= {shlex.split(command)[1] for command in shown}
    for command, output in shown.items():
        found = np.ravel(eval(python_of(command), {"losscli": losscli})).tolist()
        assert found == [float(number) for number in output.replace(",", " ").split()], command


def test_the_catalogue_has_readable_lines() -> None:
    for path in catalogue_pages(run=False):
        for block in path.read_text().split("```")[::2]:
            lines = [re.sub(r"\]\(.*?\)", "]", line) for line in block.splitlines()]
            assert max(map(len, lines), default=0) <= 160, path.name


@cache
def _headings(path: Path) -> dict[str, str]:
    """By where a link to them leads."""
    text = re.sub(r"^```.*?^```", "", path.read_text(), flags=re.DOTALL | re.MULTILINE)
    headings = [line.lstrip("# ") for line in text.splitlines() if line.startswith("#")]
    return dict(zip(anchors(headings), headings, strict=True))


def test_each_call_on_the_page_of_its_framework_leads_to_its_own_section() -> None:
    for path in (EXAMPLES / "frameworks").iterdir():
        text = path.read_text()
        for module, rows in re.findall(r"^## ([\w.]+)\n\n((?:\|.*\n)+)", text, re.MULTILINE):
            for name, file, heading in re.findall(r"^\| \[(.*?)\]\((.*?)#(.*?)\)", rows, re.MULTILINE):
                assert _headings((path.parent / file).resolve())[heading] == CALLS[f"{module}.{name}"][1].call


def test_what_is_left_out_of_a_call_is_no_option_of_it() -> None:
    for framework, (left, _) in LEFT_OUT.items():
        options = {param.name for _, one in CALLS.values() if one.framework == framework for param in one.options}
        assert options
        assert not options & set(left)
    assert set(BESIDES) <= {one.framework for _, one in CALLS.values()}


def test_the_types_of_the_arguments_are_fresh() -> None:
    assert ARGUMENTS.read_text() == arguments()


def test_the_manual_page_is_fresh() -> None:
    assert MANUAL.read_text() == manual()


def test_the_index_of_the_declarations_is_fresh() -> None:
    assert INDEX.read_text() == index()


def test_the_python_of_the_readme_runs() -> None:
    [block] = re.findall(r"^```python\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE)
    exec(compile(block, "README.md", "exec"), {})


@pytest.mark.parametrize(
    ("command", "file", "score"),
    [
        ("ce examples/digits.csv", "digits.csv", "log_loss"),
        ("ce examples/digits_logits.csv --from-logits", "digits_logits.csv", "log_loss"),
        ("acc examples/digits.csv", "digits.csv", "accuracy_score"),
        ("acc examples/digits_logits.csv", "digits_logits.csv", "accuracy_score"),
        ("ce examples/iris.csv --label species", "iris.csv", "log_loss"),
        ("acc examples/iris.csv --label species", "iris.csv", "accuracy_score"),
        ("bce examples/breast_cancer.csv", "breast_cancer.csv", "log_loss"),
        ("acc examples/breast_cancer.csv", "breast_cancer.csv", "accuracy_score"),
        ("mse examples/diabetes.csv", "diabetes.csv", "mean_squared_error"),
        ("mae examples/diabetes.csv", "diabetes.csv", "mean_absolute_error"),
    ],
)
def test_scikit_learn_gave_the_same_number(command: str, file: str, score: str) -> None:
    """Numbers recorded when the data was made (examples/make_data.py)."""
    args = [str(ROOT / word) if word.startswith("examples/") else word for word in command.split()]
    result = shell(*args, "-q")
    assert float(result.out) == pytest.approx(EXPECTED[file]["from_file"][score], rel=1e-9)
