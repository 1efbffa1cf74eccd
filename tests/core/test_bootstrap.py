"""Are replicates what they are said to be: the same however rows are cut, exact, and spread as a mean is?"""

from __future__ import annotations

import itertools
import json
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from losscli.core.bootstrap import _TIMES, Bootstrap, Replicates
from tests.support.shell import losscli

if TYPE_CHECKING:
    from pathlib import Path


def test_how_often_rows_come_has_mean_1_and_the_variance_of_poisson() -> None:
    assert int(_TIMES.sum()) == len(_TIMES) == 65536
    assert float(_TIMES.var()) == pytest.approx(1.0, abs=4e-4)


def test_a_row_comes_as_often_however_rows_are_cut() -> None:
    asked = Bootstrap(100, 7)
    whole = asked.times(0, 50)
    assert (np.concatenate([asked.times(0, 1), asked.times(1, 20), asked.times(20, 50)]) == whole).all()
    assert (Bootstrap(40, 7).times(3, 9) == Bootstrap(48, 7).times(3, 9)[:, :40]).all()
    assert (Bootstrap(100, 8).times(0, 50) != whole).any()


def test_replicates_are_exact_for_any_cut() -> None:
    rng = np.random.default_rng(1)
    values = rng.lognormal(0.0, 1.5, 5000)
    values[17], values[4000], values[5] = 1e9, 1e-300, -1e200
    asked = Bootstrap(32, 3)
    found = []
    for cuts in ([0, 5000], [0, 1, 17, 18, 2500, 4999, 5000]):
        replicates = Replicates(asked)
        for start, stop in itertools.pairwise(cuts):
            replicates.add(np.arange(start, stop), values[start:stop] - 0.5, np.ones(stop - start))
        found.append(replicates.means(0.5).tolist())
    assert found[0] == found[1]
    times = asked.times(0, 5000)
    total = sum(Fraction(float(value - 0.5)) * int(n) for value, n in zip(values, times[:, 5], strict=True))
    assert found[0][5] == float(total / int(times[:, 5].sum())) + 0.5


def interval(*args: str) -> dict[str, Any]:
    done = losscli(*args, "-f", "json", "-n", "0")
    assert done.status == 0, done.err
    found: dict[str, Any] = json.loads(done.out)["interval"]
    return found


def test_it_agrees_with_the_closed_form(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    np.save(tmp_path / "x.npy", rng.normal(0.0, 1.0, 4000))
    np.save(tmp_path / "y.npy", np.zeros(4000))
    args = ("mse", str(tmp_path / "x.npy"), str(tmp_path / "y.npy"))
    closed, other = interval(*args, "--ci"), interval(*args, "--bootstrap", "2000")
    assert (other["method"], other["units"]) == ("poisson-bootstrap", 4000)
    for name in ("low", "high"):
        assert other[name] == pytest.approx(closed[name], abs=0.3 * closed["se"])
    assert other["se"] == pytest.approx(closed["se"], rel=0.05)


def test_a_number_of_all_rows_has_an_interval() -> None:
    x, y = "0.1,0.4,0.35,0.8,0.7,0.2,0.9,0.6", "0,0,1,1,1,0,1,0"
    first = interval("ece", x, y, "--bootstrap", "300", "--seed", "5")
    assert first == interval("ece", x, y, "--bootstrap", "300", "--seed", "5")
    assert first != interval("ece", x, y, "--bootstrap", "300", "--seed", "6")
    assert first["low"] <= first["high"]


def test_files_of_any_kind_and_cut_give_the_same(tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    p, y = rng.random(3000), rng.integers(0, 2, 3000)
    np.save(tmp_path / "x.npy", p)
    np.save(tmp_path / "y.npy", y)
    lines = [f"{a!r},{b}" for a, b in zip(p.tolist(), y.tolist(), strict=True)]
    (tmp_path / "rows.csv").write_text("p,y\n" + "\n".join(lines))
    for i in range(3):
        (tmp_path / f"part-{i}.csv").write_text("p,y\n" + "\n".join(lines[i * 1000 : (i + 1) * 1000]))
    options = ("--bootstrap", "64", "--seed", "1")
    arrays = interval("bce", str(tmp_path / "x.npy"), str(tmp_path / "y.npy"), *options)
    assert arrays == interval("bce", str(tmp_path / "rows.csv"), "--label", "y", *options)
    assert arrays == interval("bce", str(tmp_path / "part-*.csv"), "--label", "y", *options)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--seed", "1"], "--seed is that of --bootstrap"),
        (["--bootstrap", "10", "--jobs", "2"], "--bootstrap: the numbers of the rows are known to one process only"),
        (["--bootstrap", "10", "--by", "label"], "--bootstrap and --by exclude each other"),
        (["--bootstrap", "10", "--against", "0.5,0.5"], "--bootstrap and --against exclude each other"),
    ],
)
def test_what_does_not_go_with_it(options: list[str], says: str) -> None:
    done = losscli("bce", "0.2,0.7", "0,1", *options)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(f"Error: {says}")


def test_replicates_without_a_value_are_told() -> None:
    done = losscli("auc", "0.1,0.4,0.35,0.8,0.7", "0,0,1,1,1", "--bootstrap", "500")
    assert done.status == 0
    assert "of 500 replicates have no value" in done.err
