"""Are intervals, differences and groups the same to the last bit however rows come, beside all that changes rows?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.support.shell import losscli

if TYPE_CHECKING:
    from pathlib import Path

ROWS = 700
DECISIONS = {
    "ci": ["--ci"],
    "cluster": ["--cluster", "u"],
    "against": ["--against", "b_*"],
    "against-cluster": ["--against", "b_*", "--cluster", "u"],
    "by": ["--by", "g,u:10,20", "--ci"],
    "against-by": ["--against", "b_*", "--by", "g"],
    "bootstrap": ["--bootstrap", "24", "--seed", "9"],
    "against-bootstrap": ["--against", "b_*", "--bootstrap", "24"],
    "by-bootstrap": ["--by", "g", "--bootstrap", "24"],
}
COUNTED = {
    "where": ["ce", "--where", "u < 25 and g != 'x'"],
    "weights": ["ce", "--sample-weight", "w", "-r", "weighted-mean"],
    "sum": ["ce", "--sample-weight", "w", "-r", "sum"],
    "mask": ["ce", "--ignore-index", "2"],
    "call": ["sklearn.metrics.log_loss", "--sample-weight", "w"],
    "score": ["sklearn.metrics.log_loss"],
}
CALLS = {"call", "score"}
SKIP = {"ci", "cluster", "against", "by", "against-by"}


def columns(count: int = ROWS) -> dict[str, np.ndarray[Any, Any]]:
    draw = np.random.default_rng(12)
    y = draw.integers(0, 3, count)
    found: dict[str, np.ndarray[Any, Any]] = {"y": y, "w": draw.integers(1, 4, count) / 2}
    found["u"] = draw.integers(0, 30, count)
    found["g"] = draw.choice(np.array(["a b", "ü", "x"]), count)
    for name, sure in (("a", 1.2), ("b", 1.0)):
        p = draw.dirichlet(np.ones(3), count)
        p[np.arange(count), y] += sure * draw.random(count)
        p /= p.sum(axis=1, keepdims=True)
        found |= {f"{name}_{i}": p[:, i] for i in range(3)}
    return found


def write(folder: Path, table: dict[str, np.ndarray[Any, Any]]) -> list[str]:
    """The same rows as CSV, in two shards, as NDJSON, and as Parquet where that can be written."""
    rows = list(zip(*(values.tolist() for values in table.values()), strict=True))
    lines = [",".join("" if one != one else str(one) for one in row) for row in rows]
    head, half = ",".join(table), len(lines) // 3
    (folder / "whole.csv").write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    (folder / "parts").mkdir()
    for i, part in enumerate((lines[:half], lines[half:])):
        (folder / "parts" / f"{i}.csv").write_text("\n".join([head, *part]) + "\n", encoding="utf-8")
    objects = [
        json.dumps(dict(zip(table, row, strict=True)), ensure_ascii=False).replace("NaN", "null") for row in rows
    ]
    (folder / "rows.ndjson").write_text("\n".join(objects) + "\n", encoding="utf-8")
    found = [str(folder / name) for name in ("whole.csv", "parts", "rows.ndjson")]
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError:
        return found
    parquet.write_table(pa.table(table), folder / "rows.parquet", row_group_size=400)
    return [*found, str(folder / "rows.parquet")]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    return write(tmp_path_factory.mktemp("decisions"), columns())


@pytest.fixture(scope="module")
def holes(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    table = columns()
    for name, every in (("a_1", 37), ("b_0", 53)):
        table[name][::every] = np.nan
    return write(tmp_path_factory.mktemp("holes"), table)


def numbers(path: str, args: list[str], *more: str) -> dict[str, Any]:
    name, *rest = args
    result = losscli(name, path, "-y", "y", "-p", "a_*", *rest, *more, "-f", "json", "-n", "0")
    assert result.status == 0, result.err
    document: dict[str, Any] = json.loads(result.out)
    for key in ("decisions", "per_sample"):
        document.pop(key)
    return document


def cuts(files: list[str], args: list[str]) -> None:
    whole, *others = files
    right = numbers(whole, args)
    for jobs in ("2", "7"):
        assert numbers(whole, args, "--jobs", jobs) == right
    for path in others:
        assert numbers(path, args) == right, path
    assert numbers(others[0], args, "--jobs", "2") == right


QUICK = {("against-by", "where"), ("against-bootstrap", "mask"), ("by", "weights"), ("cluster", "call")}
EVERY = [
    pytest.param(decision, counted, marks=[] if (decision, counted) in QUICK else [pytest.mark.long])
    for decision in DECISIONS
    for counted in COUNTED
    if "bootstrap" not in decision or counted not in CALLS
]


@pytest.mark.long
@pytest.mark.parametrize(("decision", "counted"), EVERY)
def test_any_cut_and_format_gives_the_same(decision: str, counted: str, files: list[str]) -> None:
    cuts(files, [*COUNTED[counted], *DECISIONS[decision]])


@pytest.mark.long
@pytest.mark.parametrize("decision", sorted(SKIP))
def test_so_do_rows_that_are_skipped(decision: str, holes: list[str]) -> None:
    cuts(holes, ["ce", "--nan", "skip", *DECISIONS[decision]])


@pytest.mark.parametrize("counted", sorted({*COUNTED} - CALLS))
def test_swapped_models_negate(counted: str, files: list[str]) -> None:
    name, *rest = COUNTED[counted]
    both = [
        losscli(name, files[0], "-y", "y", "-p", f"{a}_*", "--against", f"{b}_*", *rest, "--by", "g", "-f", "json")
        for a, b in ("ab", "ba")
    ]
    one, other = (json.loads(result.out) for result in both)
    pairs = [(one["against"][0], other["against"][0])]
    pairs += [
        (mine["against"][0], theirs["against"][0])
        for mine, theirs in zip(*(x["groups"] for x in (one, other)), strict=True)
    ]
    for mine, theirs in pairs:
        assert (mine["difference"], mine["p"]) == (-theirs["difference"], theirs["p"])
        assert mine["difference_interval"]["low"] == -theirs["difference_interval"]["high"]
        assert (mine["wins"], mine["losses"]) == (theirs["losses"], theirs["wins"])


@pytest.mark.long
@pytest.mark.parametrize("decision", ["ci", "against-cluster", "against-by"])
def test_a_cluster_of_this_machine_gives_the_same(decision: str, files: list[str]) -> None:
    pytest.importorskip("distributed")
    args = ["ce", *DECISIONS[decision]]
    assert numbers(files[0], args, "--dask", "local") == numbers(files[0], args)
