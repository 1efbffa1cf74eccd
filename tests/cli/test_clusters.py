"""Where rows belong together, are clusters the units of intervals and tests, from whatever says which they are?"""

from __future__ import annotations

import json
import math
import random
from typing import TYPE_CHECKING

import numpy as np
import pytest

from losscli import evaluate
from losscli.core.intervals.tails import holm, t_tail
from losscli.losses import find
from tests.support.shell import difference, interval, losscli

if TYPE_CHECKING:
    from pathlib import Path

NEW, ZERO = "1,2,4,8,3", "0,0,0,0,0"


# u,u,v,v,x: the sums of residuals are -4.2, 4.8 and -0.6, so that se^2 = 3/2 * 41.04 / 25
CLUSTERED = math.sqrt(1.5 * 41.04) / 5.0


def test_rows_that_belong_together_are_one_unit(tmp_path: Path) -> None:
    table, column = tmp_path / "t.csv", tmp_path / "u.txt"
    table.write_text("p,y,u\n" + "".join(f"{p},0,{u}\n" for p, u in zip([1, 2, 4, 8, 3], "uuvvx", strict=True)))
    column.write_text("user\nu\nu\nv\nv\nx\n")
    np.save(tmp_path / "u.npy", np.array([7, 7, 1, 1, 9]))
    np.savez(tmp_path / "all.npz", predictions=[1.0, 2, 4, 8, 3], labels=np.zeros(5), user=list("uuvvx"))
    (tmp_path / "t.ndjson").write_text(
        "".join(f'{{"p": {p}, "y": 0, "u": "{u}"}}\n' for p, u in zip([1, 2, 4, 8, 3], "uuvvx", strict=True))
    )
    found = [
        interval("mae", str(table), "--cluster", "u"),
        interval("mae", str(table), "-p", "p", "--ci", "--cluster", "3"),
        interval("mae", str(tmp_path / "t.ndjson"), "--cluster", "u"),
        interval("mae", str(tmp_path / "all.npz"), "--cluster", "user"),
        interval("mae", NEW, ZERO, "--cluster", str(column)),
        interval("mae", NEW, ZERO, "--cluster", str(tmp_path / "u.npy")),
        interval("mae", NEW, ZERO, "--cluster", "u,u,v,v,x"),
        interval("mae", NEW, ZERO, "--cluster", "1,1,2,2,3"),
        interval("torch.nn.L1Loss", NEW, ZERO, "--cluster", "1,1,2,2,3"),
        evaluate("mae", [1.0, 2, 4, 8, 3], [0.0] * 5, cluster=list("uuvvx")).to_dict()["interval"],
    ]
    assert found == [found[0]] * len(found)
    assert found[0]["se"] == pytest.approx(CLUSTERED, rel=1e-14)
    assert (found[0]["unit"], found[0]["units"], found[0]["df"], found[0]["method"]) == ("cluster", 3, 2, "t")
    assert found[0]["high"] == pytest.approx(3.6 + 4.302652729749462 * CLUSTERED, rel=1e-12)  # SciPy's t.ppf(0.975, 2)
    result = losscli("mae", str(table), "--cluster", "u", "-n", "0")
    assert "t over 3 clusters" in result.out
    assert "note: 3 clusters are few: below 20 an interval is somewhat too narrow" in result.err


def test_clusters_go_with_sums_weights_roots_and_shares() -> None:
    data = ("mae", NEW, ZERO, "--cluster", "u,u,v,v,x")
    assert interval(*data, "-r", "sum")["se"] == pytest.approx(5 * CLUSTERED, rel=1e-13)
    x, w, codes = np.array([1.0, 2, 4, 8, 3]), np.array([1.0, 2, 1, 4, 2]), np.array([0, 0, 1, 1, 2])
    residuals = np.bincount(codes, w * (x - (w * x).sum() / w.sum()))
    se = math.sqrt(1.5 * (residuals**2).sum()) / w.sum()
    found = interval(*data, "--sample-weight", "1,2,1,4,2", "-r", "weighted-mean")
    assert found["se"] == pytest.approx(se, rel=1e-13)
    rmse = find("rmse")
    assert rmse is not None
    assert rmse.linear is not None
    moved = np.bincount(codes, rmse.linear(x, np.zeros(5), None) - math.sqrt((x**2).mean()))
    found = interval("rmse", NEW, ZERO, "--cluster", "u,u,v,v,x")
    assert found["se"] == pytest.approx(math.sqrt(1.5 * (moved**2).sum()) / 5, rel=1e-12)
    found = interval("acc", "1,1,1,1", "1,1,1,1", "--cluster", "u,u,v,v")  # all right: as sure as two rows
    assert (found["low"], found["high"], found["method"]) == (
        pytest.approx(2 / (2 + 1.959963984540054**2)),
        1.0,
        "wilson",
    )


def test_each_row_its_own_cluster_is_the_plain_t() -> None:
    found = interval("mae", NEW, ZERO, "--cluster", "a,b,c,d,e")
    half = 2.7764451051977934 * np.std([1, 2, 4, 8, 3], ddof=1) / math.sqrt(5)  # SciPy's t.ppf(0.975, 4)
    assert (found["low"], found["high"]) == pytest.approx((3.6 - half, 3.6 + half), rel=1e-12)


@pytest.mark.parametrize(
    ("args", "what", "status"),
    [
        (["--cluster", "nope"], "--cluster: no column and no file 'nope'; columns: p, y, u", 2),
        (["--cluster", "u", "-f", "csv"], "--cluster: csv has a line for each row, and none for the interval", 2),
        (["--cluster", "9"], "--cluster", 2),
        (["--cluster", "a,b,c"], "5 rows of predictions but 3 of clusters", 3),
        (["--cluster", "1-2"], "2 columns; one says which rows belong together", 2),
    ],
)
def test_clusters_that_are_refused(args: list[str], what: str, status: int, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("p,y,u\n1,0,u\n2,0,u\n4,0,v\n8,0,v\n3,0,x\n")
    result = losscli("mae", str(path), "-p", "p", "-y", "y", *args)
    assert (result.status, result.out) == (status, "")
    assert what in result.err


def test_clusters_are_the_same_however_the_work_is_shared_out(tmp_path: Path) -> None:
    draw = random.Random(9)
    lines = [f"{draw.random():.6f},{draw.randrange(2)},user-{draw.randrange(400)}" for _ in range(4000)]
    path, other = tmp_path / "t.csv", tmp_path / "users.txt"
    path.write_text("\n".join(["p,y,u", *lines, ""]))
    other.write_text("\n".join(["u", *(line.rpartition(",")[2] for line in lines), ""]))
    wanted = losscli("bce", str(path), "--cluster", "u", "-f", "json").out
    assert losscli("bce", str(path), "--cluster", "u", "-f", "json", "--jobs", "3").out == wanted
    beside = losscli("bce", str(path), "-p", "p", "-y", "y", "--cluster", str(other), "-f", "json").out
    assert json.loads(beside)["interval"] == json.loads(wanted)["interval"]
    assert json.loads(wanted)["interval"]["units"] == len({line.rpartition(",")[2] for line in lines})


def _grouped(path: Path) -> str:
    """Rows of 25 users, each with a level of its own, in three groups that share users, with weights."""
    draw = np.random.default_rng(11)
    user, group, weight = draw.integers(0, 25, 400), draw.integers(0, 3, 400), draw.integers(1, 4, 400)
    level = draw.normal(0.0, 1.0, 25)[user]
    a, b = (np.abs(draw.normal(1.0, 1.0, 400) + level).round(6) for _ in range(2))
    lines = [",".join(map(str, row)) for row in zip(a, b, user, group, weight, strict=True)]
    path.write_text("\n".join(["a,b,u,g,w,y", *(f"{line},0" for line in lines), ""]))
    return str(path)


def _ends(found: dict[str, float]) -> list[float]:
    return [found[name] for name in ("low", "high", "se", "df", "units")]


@pytest.mark.parametrize("weights", [[], ["--sample-weight", "w", "-r", "weighted-mean"]])
def test_groups_of_rows_that_belong_together(weights: list[str], tmp_path: Path) -> None:
    path = _grouped(tmp_path / "t.csv")
    args = ["mae", path, "-y", "y", "-p", "a", "--cluster", "u", "--against", "b", *weights, "-f", "json"]
    found = json.loads(losscli(*args, "--by", "g").out)["groups"]
    for group in found:
        alone = json.loads(losscli(*args, "--where", f"g == {group['name']}").out)
        assert _ends(group["interval"]) == pytest.approx(_ends(alone["interval"]), rel=1e-12), group["name"]
        mine, other = group["against"][0], alone["against"][0]
        assert mine["p"] == pytest.approx(other["p"], rel=1e-9)
        ends = (_ends(one["difference_interval"]) for one in (mine, other))
        assert next(ends) == pytest.approx(next(ends), rel=1e-9)


def test_a_group_differs_by_what_its_clusters_add(tmp_path: Path) -> None:
    """The difference of two weighted means, with the variance of sums by cluster (Liang and Zeger 1986)."""
    path = _grouped(tmp_path / "t.csv")
    a, _, user, group, _, _ = np.loadtxt(path, delimiter=",", skiprows=1).T
    result = json.loads(losscli("mae", path, "-y", "y", "-p", "a", "--cluster", "u", "--by", "g", "-f", "json").out)
    p = {}
    for one in (0, 1, 2):
        mine = group == one
        moved = np.where(mine, (a - a[mine].mean()) / mine.sum(), -(a - a[~mine].mean()) / (~mine).sum())
        spread = math.sqrt(25 / 24 * (np.bincount(user.astype(int), moved) ** 2).sum())
        p[one] = 2.0 * t_tail(abs(a[mine].mean() - a[~mine].mean()) / spread, 24.0)
    wanted = holm([p[int(float(one["name"]))] for one in result["groups"]])
    assert [one["p_holm"] for one in result["groups"]] == pytest.approx(wanted, rel=1e-9)
    told = losscli("mae", path, "-y", "y", "-p", "a", "--cluster", "u", "--by", "g", "-n", "0").out
    assert "p: the group against all other rows (by cluster), corrected for 3 groups (Holm)" in told


@pytest.mark.parametrize("more", [["--against", "b"], ["--bootstrap", "30"]])
def test_groups_by_cluster_are_the_same_however_the_work_is_shared_out(
    more: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("losscli.parallel.processes._LEAST", 1 << 10)
    path = _grouped(tmp_path / "t.csv")
    args = ["mae", path, "-y", "y", "-p", "a", "--cluster", "u", "--by", "g", *more, "-f", "json"]
    one = losscli(*args, "--jobs", "1")
    assert one.status == 0, one.err
    assert losscli(*args, "--jobs", "3").out == one.out


def test_differences_of_rows_that_belong_together() -> None:
    """By SciPy and fractions: e = -1, 3, -2, so that se^2 = 3/2 * 14 / 25."""
    found = difference("mae", NEW, ZERO, "--against", "2,4,5,6,6", "--cluster", "u,u,v,v,x")
    ends = found["difference_interval"]
    assert (found["difference"], ends["df"], ends["unit"], ends["units"]) == (-1.0, 2, "cluster", 3)
    assert ends["se"] == pytest.approx(0.916515138991168, rel=1e-14)
    assert (ends["low"], ends["high"]) == pytest.approx((-4.943446364637056, 2.9434463646370563), rel=1e-12)
    assert found["p"] == pytest.approx(0.38915277821847394, rel=1e-12)
    plain = difference("mae", NEW, ZERO, "--against", "2,4,5,6,6")
    assert (found["effect_size"], found["std"]) == (plain["effect_size"], plain["std"])  # of rows, which don't change
    total = difference("mae", NEW, ZERO, "--against", "2,4,5,6,6", "--cluster", "u,u,v,v,x", "-r", "sum")
    assert total["difference_interval"]["se"] == pytest.approx(5 * 0.916515138991168, rel=1e-13)
    turned = difference("mae", "2,4,5,6,6", ZERO, "--against", NEW, "--cluster", "u,u,v,v,x")
    assert (turned["difference_interval"]["low"], turned["p"]) == (-ends["high"], found["p"])
    same = difference("mae", NEW, ZERO, "--against", NEW, "--cluster", "u,u,v,v,x")
    assert (same["verdict"], same["p"], same["difference_interval"]["high"]) == ("alike on all rows", 1.0, 0.0)
    refused = losscli("mae", NEW, ZERO, "--against", NEW, "--cluster", "u,u,v,v,x", "--test", "sign-flip")
    assert (refused.status, "--test sign-flip needs independent rows" in refused.err) == (2, True)


def test_differences_by_cluster_are_the_same_however_the_work_is_shared_out(tmp_path: Path) -> None:
    draw = random.Random(4)
    path = tmp_path / "t.csv"
    lines = [f"{draw.random():.6f},{draw.random():.6f},{draw.randrange(2)},u{draw.randrange(300)}" for _ in range(4000)]
    path.write_text("\n".join(["new,old,y,u", *lines, ""]))
    args = ("bce", str(path), "-p", "new", "-y", "y", "--against", "old", "--cluster", "u", "-f", "json")
    wanted = losscli(*args).out
    assert json.loads(wanted)["against"][0]["difference_interval"]["units"] == 300
    assert losscli(*args, "--jobs", "3").out == wanted


def test_tokens_of_one_record_belong_together(tmp_path: Path) -> None:
    nested, lists = tmp_path / "log.jsonl", tmp_path / "lists.jsonl"
    tokens = {"a": [-0.1, -0.5, -2.0], "b": [-1.0, -0.2], "c": [-0.4]}
    records = [{"id": name, "out": [{"lp": one} for one in own]} for name, own in tokens.items()]
    nested.write_text("".join(json.dumps(record) + "\n" for record in records))
    lists.write_text("".join(json.dumps(own) + "\n" for own in tokens.values()))
    args = ("nll", str(nested), "--pred", "out[].lp", "--ci")
    found = interval(*args)
    assert (found["unit"], found["units"]) == ("cluster", 3)
    mean = sum(map(sum, tokens.values())) / -6
    squares = sum((-sum(own) - len(own) * mean) ** 2 for own in tokens.values())
    assert found["se"] == pytest.approx(math.sqrt(1.5 * squares) / 6, rel=1e-12)
    assert interval("nll", str(lists), "--ci") == interval(*args, "--cluster", "id") == found
    result = losscli(*args, "-f", "markdown")
    assert "| clusters | the records | values of one record belong together |" in result.out
    assert losscli(*args[:-1], "-f", "json").out.count("record") == 0  # only where it matters
