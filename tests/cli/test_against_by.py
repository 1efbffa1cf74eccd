"""Is the difference to a baseline in each group that of its rows alone, however they come, and gated as such?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from losscli import evaluate
from tests.support.shell import losscli

if TYPE_CHECKING:
    from pathlib import Path

EXACT = ("samples", "left_out", "value", "difference", "wins", "ties", "losses", "decisions", "decisions_p", "p")
CLOSE = ("std", "relative", "effect_size", "accuracy_difference")
LOSSES = {
    "ce": [],
    "perplexity": [],
    "accuracy": [],
    "rmse": [],
    "auc": [],
    "mae": ["--sample-weight", "w", "-r", "weighted-mean"],
    "mse": ["-r", "sum"],
    "max-error": [],
}


def document(*args: str) -> dict[str, Any]:
    result = losscli(*args, "-f", "json")
    assert result.status == 0, result.err
    found: dict[str, Any] = json.loads(result.out)
    return found


def table(loss: str, rows: int = 90) -> dict[str, Any]:
    draw = np.random.default_rng(4)
    y = draw.integers(0, 2, rows)
    new, old = draw.random(rows), draw.random(rows)
    columns: dict[str, Any] = {
        "y": y,
        "w": draw.integers(1, 5, rows),
        "g": draw.choice(["north", "söuth", "e|t"], rows),
    }
    if loss in ("ce", "perplexity"):
        columns |= {"new_0": new, "new_1": 1.0 - new, "old_0": old, "old_1": 1.0 - old}
        if loss == "perplexity":
            columns |= {name: np.log(columns[name]) for name in ("new_0", "new_1", "old_0", "old_1")}
    elif loss == "accuracy":
        columns |= {"new_": (new > 0.4) * 1, "old_": (old > 0.5) * 1}
    else:
        columns |= {"new_": new, "old_": old}
    return columns


def csv(path: Path, columns: dict[str, Any]) -> str:
    lines = [",".join(columns), *(",".join(map(str, row)) for row in zip(*columns.values(), strict=True))]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


def args_of(loss: str, path: str) -> list[str]:
    return [loss, path, "-y", "y", "-p", "new_*", "--against", "old_*", *LOSSES[loss]]


@pytest.mark.parametrize("loss", LOSSES)
def test_a_group_has_the_difference_of_its_rows_alone(loss: str, tmp_path: Path) -> None:
    args = args_of(loss, csv(tmp_path / "both.csv", table(loss)))
    groups = document(*args, "--by", "g")["groups"]
    assert [one["name"] for one in groups] == [*dict.fromkeys(table(loss)["g"].tolist())]
    tested = []
    for group in groups:
        (found,) = group["against"]
        right = document(*args, "--where", f'g == "{group["name"]}"')["against"][0]
        assert {name: found[name] for name in EXACT} == {name: right[name] for name in EXACT}
        for name in CLOSE:
            assert found[name] == (right[name] if right[name] is None else pytest.approx(right[name], rel=1e-12))
        assert found["difference_interval"] == right["difference_interval"]
        assert group["value"] - found["value"] == pytest.approx(found["difference"], rel=1e-9, abs=1e-12)
        tested.append(found["p"])
        if found["p"] is None:
            assert (found["verdict"], found["reason"]) == (right["verdict"], right["reason"])
    if None not in tested:
        order = np.argsort(tested)
        holm = np.empty(3)
        holm[order] = np.minimum(1.0, np.maximum.accumulate(np.sort(tested) * [3, 2, 1]))
        assert [group["against"][0]["p_holm"] for group in groups] == pytest.approx(holm.tolist(), rel=1e-14)


@pytest.mark.parametrize("by", ["label", "predicted", "w:2,4", "w,g"])
def test_groups_of_every_kind_add_up(by: str, tmp_path: Path) -> None:
    args = args_of("ce", csv(tmp_path / "both.csv", table("ce")))
    found = document(*args, "--by", by)
    each = [group["against"][0] for group in found["groups"]]
    total = found["against"][0]
    for name in ("samples", "wins", "ties", "losses"):
        assert sum(one[name] for one in each) == total[name]
    whole = sum(one["difference"] * one["samples"] for one in each) / total["samples"]
    assert whole == pytest.approx(total["difference"], rel=1e-12)


def test_swapped_models_negate_each_group(tmp_path: Path) -> None:
    path = csv(tmp_path / "both.csv", table("ce"))
    one, other = (
        document("ce", path, "-y", "y", "-p", f"{mine}_*", "--against", f"{theirs}_*", "--by", "g")["groups"]
        for mine, theirs in (("new", "old"), ("old", "new"))
    )
    for mine, theirs in zip(one, other, strict=True):
        a, b = mine["against"][0], theirs["against"][0]
        assert (a["difference"], a["p_holm"]) == (-b["difference"], b["p_holm"])
        assert a["difference_interval"]["low"] == -b["difference_interval"]["high"]
        words = {"better": "worse", "worse": "better"}
        assert a["verdict"] == words.get(b["verdict"], b["verdict"])


def test_rows_skipped_under_one_are_left_out_in_their_group(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("y,g,a,b\n0,u,1,2\n0,u,nan,4\n0,v,4,nan\n0,v,8,6\n0,v,1,3\n0,w,nan,nan\n")
    args = ["mae", str(path), "-y", "y", "-p", "a", "--against", "b", "--nan", "skip", "--by", "g"]
    found = {one["name"]: one["against"][0] for one in document(*args)["groups"]}
    assert [(one["samples"], one["left_out"]) for one in found.values()] == [(1, 1), (2, 1), (0, 0)]
    assert [one["difference"] for one in found.values()] == [-1.0, 0.0, None]
    assert found["w"]["reason"] == "no row counts under both"
    path.write_text("y,a_0,a_1,b_0,b_1\n0,.5,.5,.4,.6\n1,nan,.5,.1,.9\n1,.2,.8,.3,nan\n1,.1,.9,.2,.8\n")
    args = ["ce", str(path), "-y", "y", "-p", "a_*", "--against", "b_*", "--nan", "skip", "--by", "label"]
    labelled = [one["against"][0] for one in document(*args)["groups"]]  # a row that was skipped has no label here
    assert [(one["samples"], one["left_out"]) for one in labelled] == [(1, 0), (1, 1)]


@pytest.mark.long
@pytest.mark.parametrize("more", [[], ["--nan", "skip", "-r", "weighted-mean", "--sample-weight", "w"]])
def test_any_cut_gives_the_same_groups(more: list[str], tmp_path: Path) -> None:
    rows = 3000
    columns = table("mae", rows) | {"g": [f"g{i}" for i in np.random.default_rng(1).integers(0, 40, rows)]}
    if more:
        columns["new_"] = np.where(columns["new_"] < 0.01, np.nan, columns["new_"])
    args = ["mae", csv(tmp_path / "both.csv", columns), "-y", "y", "-p", "new_*", "--against", "old_*", "--by", "g"]
    whole = losscli(*args, *more, "-f", "json")
    assert whole.status == 0
    for jobs in ("2", "7"):
        assert losscli(*args, *more, "-f", "json", "--jobs", jobs).out == whole.out
    rows_of = ({name: one if isinstance(one, str) else float(one) for name, one in zip(columns, row, strict=True)}
               for row in zip(*columns.values(), strict=True))  # fmt: skip
    lines = [json.dumps(row) for row in rows_of]
    (tmp_path / "both.ndjson").write_text("\n".join(lines).replace("NaN", "null") + "\n")
    args[1] = str(tmp_path / "both.ndjson")
    other = json.loads(losscli(*args, *more, "-f", "json").out)["groups"]
    assert other == json.loads(whole.out)["groups"]


def test_gates_of_groups_know_differences(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    rows = [
        f"0,{g},{1 + shift + 0.01 * i},{1 + 0.01 * (i % 7)}" for g, shift in (("u", -1), ("v", 1)) for i in range(30)
    ]
    path.write_text("y,g,a,b\n" + "\n".join(rows) + "\n")
    args = ["mae", str(path), "-y", "y", "-p", "a", "--against", "b", "--by", "g", "-q"]
    worse = losscli(*args, "--fail-if", "group.worse")
    assert worse.status == 1
    assert worse.err == "failed: --fail-if group.worse: 'v': group.worse yes\n"
    assert [line.split("\t")[1] for line in worse.out.splitlines()] == ["u", "v", "total"]
    assert losscli(*args, "--fail-if", "group.difference.low > 2").status == 0
    assert losscli(*args, "--fail-if", "group.better and group.relative < -0.5").status == 1
    assert losscli(*args, "--fail-if", "group.p > 0.5").status == 0
    lone = losscli("mae", "1,2", "0,0", "--against", "2,3", "--by", "file", "-q", "--fail-if", "group.worse")
    assert lone.status == 0
    alone = losscli("mae", "1", "0", "--against", "2", "--by", "file", "-q", "--fail-if", "group.worse")
    assert (alone.status, "group.worse is missing" in alone.err) == (1, True)
    for text, missing in (("group.worse", "--against"), ("group.difference > 0", "--against")):
        refused = losscli("mae", str(path), "-y", "y", "-p", "a", "--by", "g", "--fail-if", text)
        assert refused.status == 2
        assert f"is there only with {missing}" in refused.err
    refused = losscli("mae", str(path), "--fail-if", "group.worse")
    assert "group.worse is there only with --by and --against" in refused.err


def test_several_baselines_and_the_worst_groups(tmp_path: Path) -> None:
    path = csv(tmp_path / "both.csv", table("mae") | {"base": np.zeros(90)})
    args = ["mae", path, "-y", "y", "-p", "new_", "--against", "old_", "--against", "base", "--by", "g"]
    groups = document(*args)["groups"]
    tested = [one["p"] for group in groups for one in group["against"]]
    held = [one["p_holm"] for group in groups for one in group["against"]]
    assert held[int(np.argmin(tested))] == pytest.approx(min(min(tested) * 6, 1.0))
    lines = losscli(*args, "-f", "csv").out.splitlines()
    assert len(lines) == 7
    assert lines[0].endswith(",baseline,against,difference,difference_low,difference_high,relative,difference_p,"
                             "difference_p_holm,verdict")  # fmt: skip
    assert [line.count("\t") for line in losscli(*args, "-q").out.splitlines()] == [2] * 8
    shown = losscli(*args, "--worst-groups", "1", "-n", "0")
    assert "the worst 1 of 3 groups, by the lower end of the interval" in shown.out
    worst = max(groups, key=lambda group: group["against"][0]["difference_interval"]["low"])
    assert worst["name"] in shown.out
    assert "corrected for 3 groups and 2 baselines (Holm)" in shown.out


def test_flips_of_groups_are_refused() -> None:
    result = losscli("mae", "1,2", "0,0", "--against", "2,3", "--by", "file", "--test", "sign-flip")
    assert (result.status, result.out) == (2, "")
    assert "--test sign-flip needs all rows at once, and --by keeps sums of each group" in result.err


def test_the_same_in_python() -> None:
    report = evaluate("mae", [1.0, 2, 4, 8], [0.0, 0, 0, 0], against=[2.0, 4, 5, 6], by=["a", "b", "a", "b"])
    assert [group.against[0].difference for group in report.groups] == [-1.0, 0.0]
    assert report.to_dict()["groups"][0]["against"][0]["verdict"] == "no difference shown"


def test_groups_of_rows_that_are_alike_have_no_spread_below_0(tmp_path: Path) -> None:
    """Squares are rounded, about a value that is not theirs."""
    draw = np.random.default_rng(3)
    each = [f"0,{a!r},{b!r},g{i}" for i, (a, b) in enumerate(draw.random((300, 2)).tolist())]
    path = tmp_path / "t.csv"
    path.write_text("y,a,b,g\n" + "\n".join(each * 2) + "\n")
    groups = document("mae", str(path), "-y", "y", "-p", "a", "--against", "b", "--by", "g")["groups"]
    for group in groups:
        assert group["interval"]["low"] == pytest.approx(group["value"], abs=1e-6)
        assert group["interval"]["high"] == pytest.approx(group["value"], abs=1e-6)


def test_a_loss_that_all_but_vanishes_has_a_relative_difference() -> None:
    found = document("mae", "1e-20,2e-20,1e-20", "0,0,0", "--against", "1,2,1")["against"][0]
    assert found["relative"] == -1.0
