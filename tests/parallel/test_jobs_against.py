"""Is a comparison the same document however the rows are read: by whom, in what pieces, from which format and order?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.support.shell import losscli

if TYPE_CHECKING:
    from pathlib import Path

ROWS, CLASSES = 9000, 4
HEAD = "key,y," + ",".join(f"p_{i}" for i in range(CLASSES))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two models of the same rows in every form; the files are large enough to be cut."""
    made = tmp_path_factory.mktemp("against")
    draws = np.random.default_rng(11)
    y = draws.integers(0, CLASSES, ROWS)
    np.save(made / "y.npy", y)
    both = [f"{i},{label}" for i, label in enumerate(y.tolist())]
    for name, sure in (("new", 2.0), ("old", 1.8)):
        logits = draws.normal(size=(ROWS, CLASSES))
        logits[np.arange(ROWS), y] += sure
        p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        np.save(made / f"{name}.npy", p)
        rows = [",".join(map(repr, row)) for row in p.tolist()]
        lines = [f"{i},{label},{row}" for i, (label, row) in enumerate(zip(y, rows, strict=True))]
        (made / f"{name}.csv").write_text("\n".join([HEAD, *lines]) + "\n")
        draws.shuffle(lines)
        (made / f"{name}_moved.csv").write_text("\n".join([HEAD, *lines]) + "\n")
        both = [f"{line},{row}" for line, row in zip(both, rows, strict=True)]
        parts = made / name
        parts.mkdir()
        for k in range(13):
            some = lines_of(made / f"{name}.csv")[k * 700 : (k + 1) * 700]
            (parts / f"{k:02}.csv").write_text("\n".join([HEAD, *some]) + "\n")
    names = [f"{model}_{i}" for model in ("new", "old") for i in range(CLASSES)]
    (made / "both.csv").write_text("\n".join(["key,y," + ",".join(names), *both]) + "\n")
    return made


def lines_of(path: Path) -> list[str]:
    return path.read_text().splitlines()[1:]


def compared(*args: str) -> dict[str, Any]:
    result = losscli(*args, "-f", "json", "-n", "0")
    assert result.status == 0, result.err
    found: dict[str, Any] = json.loads(result.out)
    (one,) = found["against"]
    for moved in one["moved"]:
        moved.pop("id", None)
    one.pop("name")
    return {"candidate": found["value"], "sure": found["interval"], **one}


@pytest.mark.long
def test_jobs_formats_and_shards_give_the_same(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    expected = compared("ce", "new.npy", "y.npy", "--against", "old.npy", "-j", "1")
    assert expected["samples"] == ROWS
    roads = [
        ("new.csv", "--label", "y", "--against", "old.csv"),
        ("both.csv", "--label", "y", "-p", "new_*", "--against", "old_*"),
        ("new", "--label", "y", "--against", "old"),
        ("new.csv", "--label", "y", "--against", "old.npy"),
        ("new.npy", "y.npy", "--against", "old.npy"),
    ]
    for road in roads:
        for jobs in ("1", "2", "7"):
            assert compared("ce", *road, "-j", jobs) == expected, (road, jobs)


def test_shuffled_rows_with_a_key_give_the_same(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    straight = losscli("ce", "new.csv", "-y", "y", "--against", "old.csv", "--join", "key", "-f", "json")
    moved = losscli("ce", "new.csv", "-y", "y", "--against", "old_moved.csv", "--join", "key", "-f", "json")
    assert straight.status == moved.status == 0
    assert moved.out.replace("old_moved.csv", "old.csv") == straight.out
    plain = losscli("ce", "new.csv", "-y", "y", "--against", "old.csv", "-q")
    assert float(plain.out) == json.loads(straight.out)["against"][0]["difference"]


def test_a_saved_result_gives_the_same(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    saved = losscli("ce", "old.csv", "-y", "y", "-f", "json", "--ci", "-o", "old.json")
    assert saved.status == 0
    one = compared("ce", "new.csv", "-y", "y", "--against", "old.csv")
    other = compared("ce", "new.csv", "-y", "y", "--against", "old.json")
    assert other.pop("decisions") is other.pop("decisions_p") is None
    assert other.pop("accuracy_difference") is other.pop("accuracy_difference_interval") is None
    assert other == {key: one[key] for key in other}
