"""Does a one-liner pay only for what it uses?"""

from __future__ import annotations

import subprocess
import sys

import pytest


def imported(*args: str) -> set[str]:
    """Top-level packages that ``python -m losscli ARGS`` imports."""
    run = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "losscli", *args],
        capture_output=True,
        text=True,
        check=True,
        stdin=subprocess.DEVNULL,
    )
    lines = (line.rpartition("|")[2].strip() for line in run.stderr.splitlines() if line.startswith("import time:"))
    return {line.split(".")[0] for line in lines}


@pytest.mark.parametrize("args", [["--version"], ["--help"], ["ce", "--help"], ["softmax", "--help"]], ids=" ".join)
def test_help_loads_neither_numpy_nor_rich(args: list[str]) -> None:
    assert imported(*args) & {"numpy", "rich", "json", "csv", "hashlib"} == set()


def test_no_answer_is_loaded_that_was_not_asked_for() -> None:
    run = subprocess.run(
        [
            sys.executable,
            "-c",
            "from losscli.cli.main import run; run(['mse', '1', '2']); import sys; print([*sys.modules])",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "losscli.cli.run.run_loss" in run.stdout
    for answer in ("explain", "compare", "identify", "check"):
        assert f"losscli.answers.{answer}.{answer}'" not in run.stdout


@pytest.mark.parametrize("name", ["mse", "torch.nn.MSELoss", "nn.MSELoss"])
def test_no_loss_is_loaded_that_was_not_asked_for(name: str) -> None:
    code = f"from losscli.cli.main import run; run([{name!r}, '1', '2']); import sys; print([*sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "losscli.losses.regression'" in run.stdout
    assert "losscli.losses.likelihood'" not in run.stdout


def test_the_bare_number_does_not_load_rich() -> None:
    packages = imported("mse", "1,2", "1,3", "-q")
    assert "numpy" in packages
    assert packages & {"rich", "fractions", "decimal", "unicodedata", "statistics"} == set()
