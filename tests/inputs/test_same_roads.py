"""Is a file taken for the same, column by column and for the same reasons, by all that reads it?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

import losscli as package
from losscli.errors import LossError
from losscli.inputs.read_options import ReadOptions
from losscli.inputs.read_rows import read_rows
from tests.inputs.test_same_roles import ROLES, TABLES
from tests.support.shell import losscli

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.long

# Losses of whole data sets and frameworks' calls that take the same as the loss of a table.
OTHERS = {
    "ce": ("brier", "ece", "sklearn.metrics.log_loss", "keras.losses.SparseCategoricalCrossentropy"),
    "bce": ("brier", "ece", "sklearn.metrics.brier_score_loss", "keras.losses.BinaryCrossentropy"),
    "mse": ("r2", "sklearn.metrics.mean_squared_error", "torch.nn.MSELoss"),
    "mae": ("r2", "sklearn.metrics.mean_absolute_error", "optax.losses.l2_loss"),
    "acc": ("sklearn.metrics.accuracy_score",),
}
BAD_VALUES = frozenset(("an integer among probabilities",))  # in columns that are plain
COLUMNS = tuple(role for role in ROLES if role != "classes")  # which a call may not ask for

Said = list[tuple[str, str, str]]


def told(decisions: list[dict[str, str]]) -> Said:
    return [(one["what"], one["value"], one["reason"]) for one in decisions if one["what"] in COLUMNS]


def by_command(*args: str) -> Said | None:
    """What a command says of the columns; None if it refuses them."""
    done = losscli(*args, "-f", "json")
    if done.status not in (0, 1):
        return None
    document: dict[str, Any] = json.loads(done.out)
    found = document.get("report") or document
    return told(found["decisions"]) if "decisions" in found else None


def by_python(loss: str, *paths: str) -> Said | None:
    try:
        decisions = package.evaluate(loss, *paths).decisions
    except LossError:
        return None
    return told([{"what": one.what, "value": str(one.value), "reason": one.reason} for one in decisions])


def written(name: str, folder: Path) -> list[str]:
    """The tables of a name as files."""
    paths = []
    for i, text in enumerate(TABLES[name][1:]):
        paths.append(str(folder / f"{i}.csv"))
        (folder / f"{i}.csv").write_text(text)
    return paths


@pytest.mark.parametrize("name", TABLES)
def test_the_same_on_all_roads(name: str, tmp_path: Path) -> None:
    loss, paths = TABLES[name][0], written(name, tmp_path)
    wanted = by_command(loss, *paths)
    assert by_command(loss, *paths, "--jobs", "2") == wanted
    assert by_python(loss, *paths) == wanted
    assert by_command("check", *paths, "--loss", loss) == wanted
    for other in OTHERS.get(loss, ()):
        found = by_command(other, *paths)
        if name in BAD_VALUES or (found is None and wanted is not None):
            continue  # a call may take values that its loss does not, or ask for another form of labels
        assert found == wanted, other


@pytest.mark.parametrize("name", [name for name in TABLES if len(TABLES[name]) == 2 and TABLES[name][0] != "acc"])
def test_a_transform_takes_the_same_for_predictions_or_refuses_it(name: str, tmp_path: Path) -> None:
    path = written(name, tmp_path)[0]
    wanted = by_command(TABLES[name][0], path)
    try:
        found = [one.value for one in read_rows(path, ReadOptions()).decisions if one.what == "predictions"]
    except LossError:
        return
    assert wanted is None or found == [value for what, value, _ in wanted if what == "predictions"]


@pytest.mark.parametrize("name", [name for name in TABLES if TABLES[name][0] in OTHERS])
def test_identify_finds_the_number_of_the_same_columns(name: str, tmp_path: Path) -> None:
    loss, paths = TABLES[name][0], written(name, tmp_path)
    value = losscli(loss, *paths, "-q").out.strip()
    done = losscli("identify", *paths, "--value", value or "0.5", "-f", "json", "-n", "20")
    if not value or (loss == "acc" and "is text" in done.err):  # words are no numbers to search with
        return
    answers = json.loads(done.out)["answers"]
    assert any(one["value"] == float(value) and one["command"].endswith(" ".join(paths)) for one in answers)


@pytest.mark.parametrize("name", ["by value", "of class 0", "ids in both", "wide labels"])
def test_a_cluster_takes_the_same(name: str, tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    loss, paths = TABLES[name][0], written(name, tmp_path)
    assert by_command(loss, *paths, "--dask", "local") == by_command(loss, *paths)
