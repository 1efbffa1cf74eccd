"""Is an option about how text is read refused where no input is such text?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

import losscli
from losscli.errors import UsageError
from tests.support.shell import losscli as shell

if TYPE_CHECKING:
    from pathlib import Path

ROWS = [(0.2, 0), (0.25, 1), (0.5, 1)]
ABOUT = {
    "--delimiter": ("delimiter=,", {"csv"}),
    "--header": ("", {"csv"}),
    "--no-header": ("", set()),
    "--skip": ("1", {"csv", "ndjson"}),
    "--comment": ("#", {"csv", "ndjson"}),
    "--encoding": ("latin-1", {"csv", "ndjson", "json"}),
    "--na": ("none of it", {"csv"}),
}


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    records = [{"p": p, "y": y} for p, y in ROWS]
    (tmp_path / "x.csv").write_text("p,y\n" + "".join(f"{p},{y}\n" for p, y in ROWS))
    (tmp_path / "x.json").write_text(json.dumps(records))
    (tmp_path / "x.ndjson").write_text("".join(json.dumps(one) + "\n" for one in records))
    np.savez(tmp_path / "x.npz", p=[p for p, _ in ROWS], y=[y for _, y in ROWS])


@pytest.mark.parametrize("form", ["json", "ndjson", "npz"])
@pytest.mark.parametrize("option", ABOUT)
@pytest.mark.usefixtures("files")
def test_what_no_input_heeds_is_refused(option: str, form: str) -> None:
    value, heeded = ABOUT[option]
    words = [option] if not value else [option, value.removeprefix("delimiter=")]
    run = shell("mae", f"x.{form}", "-p", "p", "-y", "y", "--nan", "skip", *words, "-q")
    if form in heeded:
        assert run.status == 0, run.err
        return
    assert (run.status, run.out) == (2, "")
    assert run.err.startswith(f"Error: {option} is about csv, tsv")
    assert f"and the input is {form}\n" in run.err


@pytest.mark.usefixtures("files")
def test_one_input_that_heeds_it_is_enough() -> None:
    np.save("y.npy", [y for _, y in ROWS])
    assert shell("mae", "x.csv", "y.npy", "-p", "p", "-d", ",", "-q").status == 0
    assert shell("mae", "x.csv", "-p", "p", "-y", "y", "--na", "0.25", "--nan", "skip", "-q").out == "0.35\n"
    run = shell("mae", "0.2,0.5", "0,1", "--skip", "1")
    assert (run.status, run.err) == (
        2,
        "Error: --skip is about csv, tsv, ndjson, and no input is a file\n  try  leave it out\n",
    )


@pytest.mark.usefixtures("files")
def test_a_missing_value_that_is_a_word_is_told_another_way() -> None:
    run = shell("mae", "x.npz", "-p", "p", "-y", "y", "--na", "lost", "--nan", "skip")
    assert run.err.endswith("  try  --where 'COLUMN != \"lost\"' leaves out rows\n")
    with pytest.raises(UsageError, match="and the input is npz"):
        losscli.evaluate("mae", "x.npz", pred="p", label="y", na=["lost"], nan="skip")


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize("form", ["csv", "json", "ndjson", "npz"])
def test_a_number_that_is_no_value(form: str) -> None:
    args = ("mae", f"x.{form}", "-p", "p", "-y", "y", "--na", "0.25")
    assert shell(*args, "--nan", "skip", "-q").out == "0.35\n"
    assert "1 row of predictions holds NaN" in shell(*args).err
    assert losscli.evaluate("mae", f"x.{form}", pred="p", label="y", na=["0.25"], nan="skip").value == 0.35


def test_a_number_that_is_no_value_inline() -> None:
    assert shell("mae", "1,-999,3", "1,2,2", "--na", "-999", "--nan", "skip", "-q").out == "0.5\n"
    assert (
        shell("mae", "1,-999,3", "1,2,2", "--sample-weight", "3,1,1", "--na", "-999", "--nan", "skip", "-q").status == 0
    )
