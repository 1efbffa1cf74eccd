"""Does everything that ever broke hold now, and does a short attack find nothing?"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from losscli.cli.run import run_loss
from tests.fuzz import differential
from tests.fuzz.__main__ import campaign
from tests.fuzz.attempt import attempt
from tests.fuzz.batch import Child
from tests.fuzz.case import Case, case_of, corpus
from tests.fuzz.minimise import minimised

if TYPE_CHECKING:
    from pathlib import Path

KEPT = corpus()
forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="each batch is a child of its own")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", KEPT)
def test_what_broke_once_holds(name: str, folder: Path) -> None:
    outcome = attempt(KEPT[name], folder)
    assert not outcome.wrong, outcome.detail


@forks
def test_a_short_attack_finds_nothing() -> None:
    found = campaign(seed=7, minutes=1, jobs=1, batches=1, quiet=True)
    assert found.inputs
    assert not found.wrong


@pytest.mark.long
@forks
def test_a_longer_attack_finds_nothing() -> None:
    found = campaign(seed=8, minutes=0.5, jobs=1, quiet=True)
    assert found.inputs
    assert not found.wrong


@pytest.mark.long
def test_all_roads_give_the_same_bits() -> None:
    assert differential.campaign(seed=7, minutes=1, most=1)[-1] == []


@pytest.mark.long
def test_all_roads_give_the_same_bits_for_many_rows() -> None:
    assert differential.campaign(seed=8, minutes=1, most=12, dask=10)[-1] == []


@pytest.mark.long
def test_a_road_that_parts_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A canary."""
    monkeypatch.setitem(differential.ORACLES, "mse", lambda x, y: (x - y) ** 2 * 1.0001)
    monkeypatch.setattr(differential, "ORACLES", {"mse": differential.ORACLES["mse"]})
    monkeypatch.setattr(differential, "spelled", lambda *_: [])
    found = differential.campaign(seed=7, minutes=1, most=1)[-1]
    assert ["NumPy's formula gives" in one for one in found] == [True]


@forks
def test_a_fault_would_be_found_and_made_small(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A canary."""

    def fails(*_: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr(run_loss, "run", fails)
    case = Case(("mse", "[1,2,3]", "[1,2,3]", "--digits", "3", "-f", "json"), {"x.csv": b"1,2\n"})
    wrong = attempt(case, folder).wrong
    assert wrong.startswith("KeyError at run_loss.py:")
    small = minimised(case, wrong)
    assert small is not None
    assert (small.args[0], small.files) == ("mse", {})
    assert small.size < case.size / 2


@forks
@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (lambda: os.kill(os.getpid(), 9), "ended by SIGKILL"),
        (lambda: bytearray(3 << 29), "more than a gigabyte"),
        (lambda: os._exit(5), "ended by status 5"),
    ],
)
def test_what_ends_the_process_is_seen(harm: object, says: str) -> None:
    """A canary."""
    case = Case(("mse", "1", "2"))

    def work(note: object) -> None:
        note(case)  # type: ignore[operator]
        kept = harm()  # type: ignore[operator]
        while kept:  # what fills memory keeps it filled
            pass

    child = Child(work)
    while (ended := child.ended()) is None:
        pass
    assert (ended, child.case()) == (says, case)
    child.close()


def test_a_case_is_a_command_and_a_document() -> None:
    case = Case(("ce", "d/x.csv", "--na", ""), {"d/x.csv": b"a,b\n1%,\\\n"}, b"\xff")
    assert case_of(case.document()) == case
    assert case.command() == (
        "mkdir -p d\nprintf 'a,b\\n1%%,\\\\\\n' > d/x.csv\necho /w== | base64 -d | losscli ce d/x.csv --na ''"
    )
