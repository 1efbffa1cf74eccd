"""Does ``--hist`` count every loss once, where it belongs?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from losscli.core.counts.histogram import bars, counter
from tests.support.documents import ROOT
from tests.support.shell import losscli

if TYPE_CHECKING:
    from pathlib import Path

DIGITS = str(ROOT / "examples" / "digits.csv")


def shown(*args: str) -> list[dict[str, Any]]:
    done = losscli(*args, "--hist", "-f", "json")
    assert done.status == 0, done.err
    found: list[dict[str, Any]] = json.loads(done.out)["histogram"]
    return found


def test_the_table() -> None:
    assert losscli("ce", DIGITS, "--hist").out.splitlines()[:7] == [
        "ce                losses   of them              of the sum",
        "─────────────────────────────────────────────────────────────────────",
        "0.0001 to 0.001       43      7.2%   █▋               0.0%",
        "0.001 to 0.01        201     33.6%   ███████▋         0.7%   ▏",
        "0.01 to 0.1          211     35.2%   ████████         7.3%   █",
        "0.1 to 1             120     20.0%   ████▌           36.0%   █████▏",
        "1 to 10               24      4.0%   ▉               55.9%   ████████",
    ]


def test_every_row_is_in_its_bin() -> None:
    losses = np.array(json.loads(losscli("ce", DIGITS, "-f", "json").out)["per_sample"])
    for one in shown("ce", DIGITS):
        inside = (losses >= one["above"]) & (losses < one["below"])
        assert one["count"] == inside.sum()
        assert one["share"] == pytest.approx(inside.mean())
        assert one["weight"] == pytest.approx(losses[inside].sum() / losses.sum())


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (("acc", "[[0.9,0.1],[0.9,0.1],[0.2,0.8]]", "0,1,1"), [(0, 0, 1), (1, 1, 2)]),
        (("ce", "[[0,1],[1,0]]", "0,0", "--like", "exact"), [(0, 0, 1), ("Infinity", "Infinity", 1)]),
        (("gaussian-nll", "1,2,-3", "1,2,-3", "--var", "1e-4,1,1e4"), None),
        (("torch.nn.L1Loss", "1,2,3", "0,0,0"), [(1, 1, 1), (2, 5, 2)]),
        (("ce", "[[0.5,0.5],[0.5,0.5]]", "0,-1", "--ignore-index", "-1"), [(np.log(2), np.log(2), 1)]),
    ],
)
def test_numbers_of_all_kinds(args: tuple[str, ...], expected: list[tuple[Any, ...]] | None) -> None:
    found = [(one["above"], one["below"], one["count"]) for one in shown(*args)]
    if expected is None:
        assert [low < 0 for low, _, _ in found] == [True, False, False]
        assert all(one["weight"] is None for one in shown(*args))  # no share of a sum of both signs
    else:
        assert [one[2] for one in found] == [one[2] for one in expected]
        assert [x for one in found for x in one[:2] if not isinstance(x, str)] == pytest.approx(
            [x for one in expected for x in one[:2] if not isinstance(x, str)]
        )


@pytest.mark.parametrize("spread", [0.1, 1.0, 10.0, 100.0])
def test_bins_are_few_and_hold_all(spread: float) -> None:
    rng = np.random.default_rng(0)
    x = np.exp(spread * rng.normal(size=100_000)) * np.asarray(rng.choice([-1.0, 1.0], 100_000), np.float64)
    x[:3] = [0.0, np.inf, -np.inf]
    counts = counter()
    counts.add(x, np.ones(len(x), bool))
    found = bars(counts)
    assert 4 <= len(found) <= 30
    assert sum(one.count for one in found) == len(x)
    assert [one.above for one in found] == sorted(one.above for one in found)
    for one in found:
        low, high = one.above, one.below
        inside = (x == low) if low == high else (x >= low) & (x < high)
        assert one.count == inside.sum()


def test_no_number_of_processes_changes_it(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.random.default_rng(1).normal(size=60_000))
    np.save(tmp_path / "y.npy", np.zeros(60_000))
    args = ("mse", str(tmp_path / "x.npy"), str(tmp_path / "y.npy"), "--hist", "-n", "0", "-f", "json", "--jobs")
    assert losscli(*args, "1").out == losscli(*args, "3").out


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("rmse", "1,2", "1,1"), "--hist: root-mean-squared-error is one number of all rows"),
        (("mse", "1,2", "1,1", "-q"), "--hist and -q exclude each other"),
        (("mse", "1,2", "1,1", "-f", "csv"), "--hist and -f csv exclude each other"),
        (("mse", "1,2", "1,1", "--compare"), "--hist and --compare exclude each other"),
        (("mse", "1,2", "1,1", "--explain"), "--hist and --explain exclude each other"),
        (("mse", "1,2", "1,1", "--against", "1,1"), "--hist and --against exclude each other"),
    ],
)
def test_where_there_is_none(args: tuple[str, ...], message: str) -> None:
    done = losscli(*args, "--hist")
    assert (done.status, done.out) == (2, "")
    assert message in done.err


def test_rows_are_shown_if_they_are_asked_for() -> None:
    out = losscli("mse", "1,2", "0,0", "--hist", "-n", "1").out
    assert out.startswith("sample ")
    assert "of the sum" in out


def test_losses_that_are_no_numbers_are_counted_below() -> None:
    result = losscli("mae", "1,nan,3", "0,0,0", "--nan", "keep", "--hist")
    assert "\n1 loss is nan\n" in result.out
    assert "nan" not in losscli("mae", "1,2", "0,0", "--hist").out
