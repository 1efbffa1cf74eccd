"""Is every declaration complete, listed once, and reachable by each of its names?"""

from __future__ import annotations

import inspect
import re
from importlib import import_module
from itertools import chain
from pathlib import Path

import pytest

import losscli.losses
from losscli.cli.app import TOOLS
from losscli.losses import LOSSES, USED_MOST, Loss, Transform, find
from losscli.losses.transforms import TRANSFORMS
from losscli.losses.vocabulary import Takes
from tests.support.laws import LAWS
from tests.support.shell import losscli as shell

MODULES = [
    import_module(f"losscli.losses.{path.stem}")
    for path in Path(losscli.losses.__file__).parent.glob("*.py")
    if path.stem != "__init__"
]


@pytest.mark.parametrize(("kind", "listed"), [(Loss, LOSSES), (Transform, TRANSFORMS)])
def test_what_is_declared_is_listed_once(kind: type, listed: tuple[object, ...]) -> None:
    declared = {id(value) for module in MODULES for value in vars(module).values() if isinstance(value, kind)}
    assert declared == {id(entry) for entry in listed}
    assert len(listed) == len(declared)


def test_no_name_is_taken_twice() -> None:
    names = list(chain.from_iterable(loss.names for loss in LOSSES)) + [transform.name for transform in TRANSFORMS]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.name)
def test_a_declaration_says_what_a_reader_needs(loss: Loss) -> None:
    assert loss.summary.endswith(".")
    assert loss.source
    assert loss.formula
    assert loss.steps[-1][0] == ("score" if loss.higher_is_better else "loss"), "the last step is the value"
    assert loss.laws, "a loss has a law"
    assert loss.laws <= set(LAWS), "a law that is named is tested"
    assert len(loss.examples) >= 2, "the help shows two examples"
    assert all(example.source for example in loss.examples)
    assert loss.kernel.__doc__
    assert all(find(name) is loss for name in loss.names)


@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.name)
def test_a_kernel_takes_its_declared_parameters_and_no_other(loss: Loss) -> None:
    arrays = {Takes.CLASS: 1, Takes.ANCHOR: 1, Takes.BINARY: 3, Takes.SET: 3}.get(loss.takes, 2)
    parameters = list(inspect.signature(loss.kernel).parameters.values())
    declared = {p.name for p in loss.params if not p.of_labels} | set(loss.extras)
    required = {p.name for p in parameters[arrays:] if p.default is p.empty}
    assert required <= declared <= {p.name for p in parameters[arrays:]}
    assert all(p.kind is p.KEYWORD_ONLY for p in parameters[arrays:])


@pytest.mark.parametrize("name", [name for loss in LOSSES for name in loss.names] + [t.name for t in TRANSFORMS])
def test_every_name_is_a_command_whose_help_fits(name: str) -> None:
    page = shell(name, "--help")
    assert page.status == 0
    assert max(map(len, page.out.splitlines())) <= 80
    for section in ("Formula", "Input:", "Result:", "Examples:"):
        assert section in page.out


def test_every_help_in_short_fits() -> None:
    for name in [*(loss.names[-1] for loss in LOSSES), *(t.name for t in TRANSFORMS), *TOOLS, "HuberLoss"]:
        page = shell(name, "-h")
        assert (page.status, page.err) == (0, "")
        assert len(page.out.splitlines()) <= 40, name
        assert max(map(len, page.out.splitlines())) <= 80, name


def test_the_main_help_is_one_screen_and_answers_the_first_questions() -> None:
    page = shell("--help")
    assert len(page.out.splitlines()) <= 50
    assert max(map(len, page.out.splitlines())) <= 80
    assert page.out.splitlines()[2].split()[:3] == ["losscli", "ce", "preds.csv"]  # a file first
    assert "Predictions are read as probabilities" in page.out
    assert "3 the input was read and is bad" in " ".join(page.out.split())
    used = re.findall(r"^  (\S+) ", page.out.partition("Losses used most")[2].partition("Tools:")[0], re.MULTILINE)
    assert used == list(USED_MOST)


def test_the_catalogue_is_one_screen_and_has_a_name_of_every_loss() -> None:
    page = shell("losses")
    assert len(page.out.splitlines()) <= 40
    assert max(map(len, page.out.splitlines()[:-1])) <= 80
    words = set(page.out.replace(",", " ").split())
    assert [loss.name for loss in LOSSES if not words & set(loss.names)] == []
    assert [loss.name for loss in LOSSES if loss.name not in shell("losses", "-v").out] == []


def test_a_file_comes_first_in_the_help_of_a_loss() -> None:
    page = shell("ce", "--help").out
    assert page.partition("Examples:\n")[2].splitlines()[0] == "  losscli ce preds.csv --label y"
    assert "Takes      probabilities, unless --from-logits or --from-log-probs" in page
