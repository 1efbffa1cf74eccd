"""Are files elsewhere read as files here are? Memory stands for a store; ``tests/cluster`` has a real one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.shell import losscli as shell

if TYPE_CHECKING:
    from collections.abc import Iterator

fsspec = pytest.importorskip("fsspec")

ROWS = "p_a,p_b,label\n0.5,0.5,a\n0.25,0.75,b\n"


@pytest.fixture(autouse=True)
def store() -> Iterator[None]:
    system = fsspec.filesystem("memory")
    for name in ("d/part-2.csv", "d/part-10.csv", "d/README"):
        system.pipe(f"/{name}", ROWS.encode())
    yield
    system.store.clear()
    system.pseudo_dirs[:] = [""]


@pytest.mark.parametrize("argument", ["memory://d/part-*.csv", "memory://d"])
def test_many_files(argument: str) -> None:
    result = shell("ce", argument, "--by", "file", "-q", "--like", "exact")
    # by hand: (log 2 + log 4/3) / 2
    assert result.out == "".join(
        f"0.4904146265058631\t{name}\n" for name in ("memory:///d/part-2.csv", "memory:///d/part-10.csv", "total")
    )


def test_one_file() -> None:
    assert shell("ce", "memory://d/part-2.csv", "-q", "--like", "exact").out == "0.4904146265058631\n"


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ("memory://d/none.csv", "no such file: memory://d/none.csv"),
        ("memory://d/*.npy", "no file matches 'memory://d/*.npy' for PREDICTIONS"),
        ("nowhere://d/a.csv", "nowhere://d/a.csv can't be read: Protocol not known: nowhere"),
    ],
)
def test_what_is_not_there(argument: str, message: str) -> None:
    result = shell("ce", argument)
    assert (result.status, result.err.splitlines()[0]) == (2, f"Error: {message}")
