"""Are numbers that a float has no room for compared with all their digits?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.support.shell import losscli

if TYPE_CHECKING:
    from pathlib import Path

FAR = 2**53
IDS = [FAR - 1, FAR, FAR + 1, -FAR - 1, 2**62 + 1, 2**62]
LOSSES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]


@pytest.mark.parametrize("form", ["csv", "ndjson", "npz"])
@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (f"id == {FAR + 1}", [FAR + 1]),
        (f"id != {FAR + 1} and id > 0", [FAR - 1, FAR, 2**62 + 1, 2**62]),
        (f"id > {FAR}", [FAR + 1, 2**62 + 1, 2**62]),
        (f"{FAR + 1} <= id", [FAR + 1, 2**62 + 1, 2**62]),
        (f"id < -{FAR}", [-FAR - 1]),
        (f"id in ({FAR + 1}, {2**62})", [FAR + 1, 2**62]),
        (f"id == {FAR - 1}", [FAR - 1]),
    ],
)
def test_ids(tmp_path: Path, form: str, condition: str, holds: list[int]) -> None:
    path = tmp_path / f"x.{form}"
    if form == "npz":
        np.savez(path, id=IDS, p=LOSSES, y=np.zeros(len(IDS)))
    elif form == "csv":
        path.write_text("id,p,y\n" + "".join(f"{i},{p},0\n" for i, p in zip(IDS, LOSSES, strict=True)))
    else:
        rows = [{"id": i, "p": p, "y": 0} for i, p in zip(IDS, LOSSES, strict=True)]
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    run = losscli("mae", str(path), "-p", "p", "-y", "y", "--where", condition, "-r", "none", "-q")
    assert [IDS[LOSSES.index(float(line))] for line in run.out.split()] == holds, run.err


def test_a_missing_id_is_not_compared(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(f"id,p,y\n,0.1,0\n{FAR + 1},0.2,0\n{FAR + 1}.0,0.3,0\n")
    run = losscli(
        "mae", str(tmp_path / "x.csv"), "-p", "p", "-y", "y", "--where", f"id == {FAR + 1}", "-q", "-r", "none"
    )
    assert run.out == "0.2\n"


def test_rows_without_a_partner_are_those_of_a_join() -> None:
    run = losscli("mae", "1,2", "1,3", "--join-missing", "drop")
    assert (run.status, run.err) == (
        2,
        "Error: --join-missing drop needs --join: rows are paired by position\n  try  --join COLUMNS\n",
    )
