"""Is a suffix that nothing is written as refused, and no table written into what is called an array?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.shell import losscli

if TYPE_CHECKING:
    from pathlib import Path

TABLE = "p_0,p_1,y\n0.5,0.5,0\n0.2,0.8,1\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.csv").write_text(TABLE)
    return tmp_path


@pytest.mark.parametrize("name", ["o.npy", "o.parquet", "o.csv.gz", "o.json.zst", "O.FEATHER", ".xz"])
@pytest.mark.parametrize(
    "command", [("ce", "x.csv"), ("check", "x.csv"), ("softmax", "x.csv", "-p", "p_*"), ("losses",)]
)
def test_what_nothing_is_written_as_is_refused(here: Path, name: str, command: tuple[str, ...]) -> None:
    run = losscli(*command, "-o", name)
    suffix = name.lower().rpartition(".")[2]
    assert (run.status, run.out) == (2, "")
    assert run.err.splitlines()[0] == f"Error: -o {name}: results are not written as {suffix}"
    assert not (here / name).exists()
    if command[0] == "ce":
        assert losscli(*command, "-o", name, "--append").status == 2
        assert not (here / name).exists()


@pytest.mark.parametrize("name", ["o.csv", "o.txt", "o.weird", "gz", "o"])
def test_other_names_are_names(here: Path, name: str) -> None:
    for more in ((), ("--append",)):
        assert losscli("ce", "x.csv", "-o", name, *more).status == 0
        assert (here / name).exists()
