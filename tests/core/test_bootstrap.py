"""Are replicates what they are said to be: the same however rows are cut, exact, and spread as a mean is?"""

from __future__ import annotations

import itertools
import json
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from losscli.core.intervals.bootstrap import _TIMES, Bootstrap, Replicates
from tests.support.shell import difference, interval, losscli

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
        (["--seed", "1"], "--seed needs --bootstrap"),
        (
            ["--bootstrap", "10", "--dask", "local", "--by", "label"],
            "--bootstrap and --dask exclude each other beside --by: rows are drawn by their numbers within a group",
        ),
        (
            ["--bootstrap", "10", "--by", "label", "--against", "0.5,0.5"],
            "--bootstrap and --against exclude each other beside --by",
        ),
        (
            ["--bootstrap", "10", "--test", "sign-flip", "--against", "0.5,0.5"],
            "--bootstrap and --test sign-flip exclude each other",
        ),
        (["--bootstrap", "10", "--against", "old.json"], "--bootstrap: old.json holds losses of a result"),
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


ABSOLUTE = np.array([[1.0, 2, 4, 8, 3, 0, 5, 2, 9, 4], [2.0, 4, 5, 6, 6, 1, 5, 2, 7, 7]])


def pairs(loss: str, directory: Path, *more: str) -> dict[str, Any]:
    for name, values in zip("aby", [*ABSOLUTE, 0 * ABSOLUTE[0]], strict=True):
        np.save(directory / f"{name}.npy", values)
    a, b, y = (str(directory / f"{name}.npy") for name in "aby")
    return difference(loss, a, y, "--against", b, "--bootstrap", "400", "--seed", "3", *more)


@pytest.mark.parametrize("loss", ["mse", "rmse"])
def test_a_difference_is_resampled_with_the_same_rows_under_both(loss: str, tmp_path: Path) -> None:
    """By NumPy from the same counts of rows."""
    found = pairs(loss, tmp_path)
    times = Bootstrap(400, 3).times(0, 10).astype(float)
    a, b = (np.array([(row**2 * count).sum() / count.sum() for count in times.T]) for row in ABSOLUTE)
    values = np.sqrt(a) - np.sqrt(b) if loss == "rmse" else a - b
    low, high = np.quantile(values, [0.025, 0.975])
    interval = found["difference_interval"]
    assert [interval["low"], interval["high"]] == pytest.approx([low, high], rel=1e-12)
    assert (interval["method"], found["test"]) == ("poisson-bootstrap", "poisson-bootstrap")
    tail = min((values <= 0).sum(), (values >= 0).sum())
    assert found["p"] == 2.0 * (tail + 1) / 401
    assert found["verdict"] == "no difference shown"


def test_what_has_no_closed_form_has_a_verdict(tmp_path: Path) -> None:
    draw = np.random.default_rng(2)
    y = draw.normal(size=300)
    for name, spread in (("a", 0.5), ("b", 1.0)):
        np.save(tmp_path / f"{name}.npy", y + draw.normal(scale=spread, size=300))
    np.save(tmp_path / "y.npy", y)
    a, b, truth = (str(tmp_path / f"{name}.npy") for name in "aby")
    options = ("--bootstrap", "200")
    one = difference("median-absolute-error", a, truth, "--against", b, *options)
    other = difference("median-absolute-error", b, truth, "--against", a, *options)
    assert (one["verdict"], other["verdict"]) == ("better", "worse")
    assert one["difference"] == -other["difference"]
    assert one["difference_interval"]["low"] == pytest.approx(-other["difference_interval"]["high"], rel=1e-12)
    assert one["p"] == other["p"] == 2 / 201
    alike = difference("median-absolute-error", a, truth, "--against", a, *options, "--fail-if", "worse")
    ends = alike["difference_interval"]
    assert (alike["verdict"], alike["p"], ends["low"], ends["high"]) == ("alike on all rows", 1.0, 0.0, 0.0)
    gate = losscli("median-absolute-error", b, truth, "--against", a, *options, "-q", "--fail-if", "worse")
    assert gate.status == 1


def test_a_difference_of_perplexities_is_resampled() -> None:
    a, b = "[[-0.7,-0.69],[-1.2,-0.36],[-0.2,-1.7]]", "[[-0.6,-0.8],[-0.9,-0.52],[-0.4,-1.1]]"
    found = difference("perplexity", a, "0,0,1", "--against", b, "--bootstrap", "50")
    times = Bootstrap(50, 0).times(0, 3).astype(float)
    mine, theirs = (np.array([0.7, 1.2, 1.7]), np.array([0.6, 0.9, 1.1]))
    with np.errstate(invalid="ignore"):
        values = np.exp((mine @ times) / times.sum(0)) - np.exp((theirs @ times) / times.sum(0))
    low, high = np.quantile(values[~np.isnan(values)], [0.025, 0.975])
    ends = found["difference_interval"]
    assert [ends["low"], ends["high"]] == pytest.approx([low, high], rel=1e-12)


@pytest.mark.parametrize("loss", ["bce", "auc", "ece"])
def test_a_group_has_the_replicates_of_its_rows_alone(loss: str, tmp_path: Path) -> None:
    draw = np.random.default_rng(8)
    columns = draw.random(9000), draw.integers(0, 2, 9000), draw.choice(["u", "v"], 9000)
    rows = [f"{p:.3f},{y},{g}" for p, y, g in zip(*columns, strict=True)]
    path = tmp_path / "rows.csv"
    path.write_text("p,y,g\n" + "\n".join(rows[: 400 if loss != "bce" else None]))
    args = (loss, str(path), "-y", "y", "-p", "p", "--bootstrap", "20")
    done = losscli(*args, "--by", "g", "-f", "json")
    groups = {group["name"]: group["interval"] for group in json.loads(done.out)["groups"]}
    for name in ("u", "v"):
        alone = interval(*args, "--where", f'g == "{name}"')
        assert groups[name]["units"] == alone["units"]
        ends = [alone[key] for key in ("low", "high", "se")]
        assert [groups[name][key] for key in ("low", "high", "se")] == pytest.approx(ends, rel=1e-13)


def test_too_many_groups_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("p,y,g\n" + "".join(f"0.5,1,{i}\n" for i in range(1001)))
    done = losscli("bce", str(path), "-y", "y", "-p", "p", "--by", "g", "--bootstrap", "10")
    assert (done.status, done.out) == (3, "")
    assert "--bootstrap beside --by: more than 1,000 groups" in done.err


@pytest.mark.parametrize(
    "options",
    [[], ["blank"], ["--against", "q"], ["--by", "g"], ["--where", "g < 2"], ["--also", "brier"], ["--nan", "skip"]],
)
def test_processes_change_nothing(options: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows are drawn by their numbers, which are known where every line is a row."""
    monkeypatch.setattr("losscli.parallel.processes._LEAST", 1 << 12)
    draw = np.random.default_rng(6)
    path, n = tmp_path / "rows.csv", 4_000
    rows = zip(draw.random(n), draw.random(n), draw.integers(0, 2, n), draw.integers(0, 3, n), strict=True)
    lines = [f"{a},{b},{y},{g}\n" for a, b, y, g in rows]
    lines[300] = "nan,0.5,1,2\n" if options == ["--nan", "skip"] else lines[300]
    lines[99] += "\n" if options == ["blank"] else ""
    path.write_text("p,q,y,g\n" + "".join(lines))
    options = [] if options == ["blank"] else options
    args = ("bce", str(path), "-y", "y", "-p", "p", "--bootstrap", "20", *options, "-f", "json", "-n0")
    one = losscli(*args, "--jobs", "1")
    assert one.status == 0, one.err
    if "\n\n" not in path.read_text() and "--where" not in options:
        monkeypatch.setattr("losscli.parallel.processes.read_in_one_go", None)
    assert one.out == losscli(*args, "--jobs", "3").out


def test_rows_of_arrays_are_shared_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("losscli.parallel.processes._LEAST", 1 << 10)
    monkeypatch.setattr("losscli.parallel.processes.read_in_one_go", None)
    draw = np.random.default_rng(6)
    np.save(tmp_path / "x.npy", draw.random(3000))
    np.save(tmp_path / "y.npy", draw.integers(0, 2, 3000))
    args = ("bce", str(tmp_path / "x.npy"), str(tmp_path / "y.npy"), "--bootstrap", "30", "-f", "json")
    assert losscli(*args, "--jobs", "1").out == losscli(*args, "--jobs", "3").out


def test_what_takes_no_weights_is_computed_of_the_rows_themselves() -> None:
    data = ["1,2.5,1,4,5,3", "1,1,0,4,2,2"]
    more = ["--bootstrap", "50", "-f", "json"]
    one = json.loads(losscli("torchmetrics.functional.mean_squared_error", *data, *more).out)["interval"]
    assert one == pytest.approx(json.loads(losscli("mse", *data, *more).out)["interval"])
    found = json.loads(losscli("max-error", *data, *more).out)
    assert (found["value"], found["interval"]["high"]) == (3.0, 3.0)


def test_a_row_of_what_needs_all_labels_is_resampled_by_itself() -> None:
    data = ["[[.7,.3],[.2,.8],[.6,.4]]", "0,1,1", "--bootstrap", "50", "-f", "json"]
    one, other = (json.loads(losscli(name, *data).out)["interval"] for name in ("sklearn.metrics.log_loss", "ce"))
    assert one == other


def _users(path: Path, rows: list[int]) -> str:
    """Rows of forty users, each with a level of its own."""
    random = np.random.default_rng(8)
    user, label = random.integers(0, 40, 1200), random.integers(0, 2, 1200)
    shift = random.normal(0.0, 1.0, 40)[user]
    new, old = (1.0 / (1.0 + np.exp(-(2 * label - 1 + shift + random.normal(0.0, 1.0, 1200)))) for _ in range(2))
    lines = [f"{label[i]},{new[i]:.6f},{old[i]:.6f},u{user[i]}\n" for i in rows]
    path.write_text("y,new,old,user\n" + "".join(lines))
    return str(path)


@pytest.mark.parametrize("loss", ["bce", "auc", "ece", "r2"])
def test_clusters_are_drawn_by_their_names(loss: str, tmp_path: Path) -> None:
    """In whatever order their rows come, and under both models."""
    order = np.random.default_rng(1).permutation(1200).tolist()
    files = [_users(tmp_path / "a.csv", [*range(1200)]), _users(tmp_path / "b.csv", order)]
    more = ["-y", "y", "-p", "new", "--cluster", "user", "--bootstrap", "300", "--against", "old", "-f", "json", "-n0"]
    one, other = (json.loads(losscli(loss, path, *more).out) for path in files)
    for end in ("low", "high", "se"):
        assert one["interval"][end] == pytest.approx(other["interval"][end], rel=1e-12)
    assert one["interval"]["unit"] == one["against"][0]["difference_interval"]["unit"] == "cluster"
    assert one["interval"]["units"] == one["against"][0]["difference_interval"]["units"] == 40
    if loss != "ece":
        plain = json.loads(losscli(loss, files[0], *more[:6], "--against", "old", "-f", "json", "-n0").out)
        for found, closed in ((one, plain), (one["against"][0], plain["against"][0])):
            name = "interval" if found is one else "difference_interval"
            assert found[name]["se"] == pytest.approx(closed[name]["se"], rel=0.2)


def test_clusters_are_drawn_alike_however_the_work_is_shared_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("losscli.parallel.processes._LEAST", 1 << 10)
    path = _users(tmp_path / "a.csv", [*range(1200)])
    args = ["bce", path, "-y", "y", "-p", "new", "--against", "old", "--cluster", "user", "--bootstrap", "40"]
    one = losscli(*args, "-f", "json", "--jobs", "1")
    assert one.status == 0, one.err
    assert one.out == losscli(*args, "-f", "json", "--jobs", "3").out


def test_a_mean_of_groups_draws_groups() -> None:
    lines = [
        f"{{'t': {t}, 'logprob': {-(i % 7) / 3 - t / 4}}}".replace("'", '"') for t in range(30) for i in range(t + 2)
    ]
    args = ["perplexity", "-", "-p", "logprob", "--per", "t", "-f", "json"]
    drawn, plain = (
        json.loads(losscli(*args, *more, stdin="\n".join(lines)).out)["interval"]
        for more in (["--bootstrap", "999"], ["--ci"])
    )
    assert (drawn["method"], drawn["unit"], drawn["units"]) == ("poisson-bootstrap", "cluster", 30)
    assert drawn["se"] == pytest.approx(plain["se"], rel=0.1)
