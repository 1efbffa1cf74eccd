"""Do the README's commands print what it shows, and do the examples run?

``python -m tests.support.documents`` brings the documents up to date.
"""

from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.support.arguments import arguments
from tests.support.documents import (
    ARGUMENTS,
    CATALOGUE,
    EXAMPLES,
    INDEX,
    MANUAL,
    README,
    ROOT,
    SCRIPTS,
    catalogue,
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
        assert any(float(output.split()[0].replace("inf", "nan")) for _, output in list(transcript(text))[1:])


def test_a_link_leads_somewhere() -> None:
    for path in (*pages(), EXAMPLES / "README.md"):
        for link in re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text()):
            assert (path.parent / link).exists(), f"{path.name}: {link}"


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


@needs_sh
def test_the_catalogue_is_fresh() -> None:
    assert CATALOGUE.read_text() == catalogue()


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
