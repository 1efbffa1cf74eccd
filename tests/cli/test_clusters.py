"""Where rows belong together, are clusters the units of intervals and tests, from whatever says which they are?"""

from __future__ import annotations

import json
import math
import random
from typing import TYPE_CHECKING

import numpy as np
import pytest

from losscli import evaluate
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
        (["--cluster", "u", "--by", "u"], "--cluster and --by exclude each other", 2),
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
    for jobs in ("2", "7"):
        assert losscli("bce", str(path), "--cluster", "u", "-f", "json", "--jobs", jobs).out == wanted
    beside = losscli("bce", str(path), "-p", "p", "-y", "y", "--cluster", str(other), "-f", "json").out
    assert json.loads(beside)["interval"] == json.loads(wanted)["interval"]
    assert json.loads(wanted)["interval"]["units"] == len({line.rpartition(",")[2] for line in lines})


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
    assert (refused.status, "--test sign-flip flips rows" in refused.err) == (2, True)


def test_differences_by_cluster_are_the_same_however_the_work_is_shared_out(tmp_path: Path) -> None:
    draw = random.Random(4)
    path = tmp_path / "t.csv"
    lines = [f"{draw.random():.6f},{draw.random():.6f},{draw.randrange(2)},u{draw.randrange(300)}" for _ in range(4000)]
    path.write_text("\n".join(["new,old,y,u", *lines, ""]))
    args = ("bce", str(path), "-p", "new", "-y", "y", "--against", "old", "--cluster", "u", "-f", "json")
    wanted = losscli(*args).out
    assert json.loads(wanted)["against"][0]["difference_interval"]["units"] == 300
    assert [losscli(*args, "--jobs", jobs).out for jobs in ("2", "7")] == [wanted, wanted]


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
