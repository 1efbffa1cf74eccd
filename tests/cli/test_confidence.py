"""Are intervals those of statistics, the same however the rows are cut, and refused where there are none?"""

from __future__ import annotations

import json
import math
import random
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from losscli import evaluate
from losscli.errors import UsageError
from losscli.losses import LOSSES, find
from losscli.losses.vocabulary import Inference, Takes
from tests.support.shell import difference, interval, losscli

if TYPE_CHECKING:
    from pathlib import Path

NEW, ZERO = "1,2,4,8,3", "0,0,0,0,0"


def ends(*args: str) -> tuple[float, float]:
    found = interval(*args)
    return found["low"], found["high"]


def test_a_skewed_mean_has_halls_interval_within_the_range_of_the_loss() -> None:
    found = interval("mae", ".1,.2,.4,.8,3.2", ZERO, "--ci")  # by fractions and mpmath: -0.14485257047858003 unclipped
    assert found["low"] == 0.0
    assert found["high"] == pytest.approx(6.4088252557960489, rel=1e-14)
    assert (found["method"], found["unit"], found["units"], found["df"], found["level"]) == (
        "hall-t",
        "row",
        5,
        4,
        0.95,
    )
    assert found["se"] == pytest.approx(0.5775811631277461, rel=1e-14)


@pytest.mark.parametrize(
    ("right", "count", "low", "high"),  # SciPy's binomtest(...).proportion_ci(method="wilson")
    [
        (10, 10, 0.7224672001371109, 1.0),
        (0, 25, 0.0, 0.1331922509390485),
        (9, 10, 0.5958499732047615, 0.9821237869049271),
        (573, 599, 0.9371605122631911, 0.9702090655857946),
    ],
)
@pytest.mark.parametrize("loss", ["acc", "zero-one", "sklearn.metrics.accuracy_score", "top-k-accuracy"])
def test_rows_that_are_right_or_wrong_have_wilsons_interval(
    loss: str, right: int, count: int, low: float, high: float, tmp_path: Path
) -> None:
    path = tmp_path / "t.csv"
    chosen = [0] * right + [1] * (count - right)
    if loss == "top-k-accuracy":
        path.write_text("p_0,p_1,y\n" + "".join(f"{1 - one},{one},0\n" for one in chosen))
        more = ["--k", "1"]
    else:
        path.write_text("p,y\n" + "".join(f"{one},0\n" for one in chosen))
        more = []
    wrong = loss == "zero-one"
    wanted = (1.0 - high, 1.0 - low) if wrong else (low, high)
    found = interval(loss, str(path), "-y", "y", *more, "--ci")
    assert (found["low"], found["high"]) == pytest.approx(wanted, rel=1e-12, abs=1e-15)
    assert found["method"] == "wilson"


def test_weighted_rows_that_are_all_right_have_an_interval() -> None:
    """As many as unweighted ones would be as sure: (sum w)^2 / sum w^2 = 9 / 5."""
    found = interval("acc", "1,1", "1,1", "--sample-weight", "1,2", "-r", "weighted-mean", "--ci")
    z2 = 1.959963984540054**2
    assert (found["low"], found["high"]) == pytest.approx((1.8 / (1.8 + z2), 1.0), rel=1e-12)


def test_rows_are_the_units_and_not_the_values_in_them() -> None:
    found = interval("mae", "[[1,2,3],[4,4,10]]", "[[0,0,0],[0,0,0]]", "--ci")
    assert (found["se"], found["units"]) == (2.0, 2)
    tokens = [
        "torch.nn.CrossEntropyLoss",
        "[[[1,2,3],[0,1,0]],[[4,4,0],[1,0,2]]]",  # (N, C, T)
        "[[0,1,0],[1,1,-100]]",
        "--ci",
    ]
    found = interval(*tokens)
    assert (found["units"], found["method"]) == (2, "t")
    values = json.loads(losscli(*tokens, "-f", "json").out)["per_sample"]
    sums, sizes = [sum(row) for row in values], [3, 2]
    mean = sum(sums) / 5
    squares = sum((s - n * mean) ** 2 for s, n in zip(sums, sizes, strict=True))
    assert found["se"] == pytest.approx(math.sqrt(2.0 * squares) / 5.0, rel=1e-12)


def test_a_weighted_mean_has_the_interval_of_a_ratio() -> None:
    x, w = np.array([1.0, 2.0, 4.0, 8.0, 3.0]), np.array([1.0, 2.0, 1.0, 4.0, 2.0])
    found = interval("mae", NEW, ZERO, "--sample-weight", "1,2,1,4,2", "-r", "weighted-mean", "--ci")
    residual = w * (x - (w * x).sum() / w.sum())
    assert found["se"] == pytest.approx(math.sqrt(5 / 4 * (residual**2).sum()) / w.sum(), rel=1e-13)
    assert found["method"] == "t"


def test_a_sum_has_as_many_times_the_interval_of_the_mean() -> None:
    low, high = ends("mae", NEW, ZERO, "--ci", "90")
    assert ends("mae", NEW, ZERO, "--ci", "90", "-r", "sum") == pytest.approx((5 * low, 5 * high), rel=1e-14)
    assert ends("torch.nn.L1Loss", NEW, ZERO, "--ci", "90", "-r", "sum") == pytest.approx(
        (5 * low, 5 * high), rel=1e-14
    )


def test_a_perplexity_has_the_exponential_of_the_ends() -> None:
    low, high = ends("bce", ".5,.25,.8,.6", "1,1,1,1", "--ci")
    document = json.loads(losscli("bce", ".5,.25,.8,.6", "1,1,1,1", "--ci", "-f", "json").out)["perplexity_interval"]
    assert (document["low"], document["high"]) == (math.exp(low), math.exp(high))
    bits = json.loads(losscli("bce", ".5,.25,.8,.6", "1,1,1,1", "--ci", "--base", "2", "-f", "json").out)
    assert bits["perplexity_interval"]["high"] == pytest.approx(document["high"], rel=1e-13)


NUMBERS = "2.5,0.5,2,8,4", "3,0.1,2,7,4.5"
CHOICES = "0,1,0,0,0,1,2,2", "0,1,0,0,1,0,2,1"
SHARES = "[[0.7,0.3],[0.2,0.8],[0.6,0.4],[0.9,0.1],[0.5,0.5]]", "0,1,1,0,1"


@pytest.mark.parametrize(
    ("name", "data", "options"),
    [
        ("rmse", NUMBERS, {}),
        ("rmse", ("[[1,2],[3,5],[0,1]]", "[[1,1],[2,5],[1,1]]"), {}),
        ("rmsle", NUMBERS, {}),
        ("r2", NUMBERS, {}),
        ("r2", ("[[1,2],[3,5],[0,1]]", "[[1,1],[2,5],[1,1.5]]"), {"multioutput": "variance_weighted"}),
        ("r2", ("[[1,2],[3,5],[0,1]]", "[[1,1],[2,5],[1,1.5]]"), {"multioutput": [1, 2]}),
        ("explained-variance", NUMBERS, {}),
        ("d2-tweedie-score", NUMBERS, {"power": 1.5}),
        ("d2-pinball-score", NUMBERS, {"alpha": 0.7}),
        ("d2-absolute-error-score", NUMBERS, {}),
        ("d2-brier", SHARES, {}),
        ("d2-log-loss", SHARES, {}),
        ("balanced-accuracy", CHOICES, {}),
        ("balanced-accuracy", CHOICES, {"adjusted": True}),
    ],
)
def test_smooth_functions_of_means_move_as_their_derivatives_say(
    name: str, data: tuple[str, str], options: dict[str, Any]
) -> None:
    """By finite differences: more weight on a row moves the score by what the row is to it."""
    one = find(name)
    assert one is not None
    assert one.linear is not None
    x, y = (np.array(json.loads(text if text.startswith("[") else f"[{text}]"), float) for text in data)
    if name in ("balanced-accuracy", "d2-brier", "d2-log-loss"):
        y = y.astype(np.intp)
    params = {param.name: options.get(param.name, param.default) for param in one.params}
    weights = np.arange(1.0, len(x) + 1.0) ** 1.1
    found = one.linear(x, y, weights, **params)
    value = float(one.kernel(x, y, weights, **params))
    assert found.mean() == pytest.approx(value, rel=1e-12)
    for i in range(len(x)):
        more, less = weights.copy(), weights.copy()
        more[i] += 1e-5
        less[i] -= 1e-5
        slope = (float(one.kernel(x, y, more, **params)) - float(one.kernel(x, y, less, **params))) / 2e-5
        assert found[i] - value == pytest.approx(len(x) * weights[i] * slope, rel=1e-4, abs=1e-6)
    words = [word for key, item in options.items() for word in (f"--{key}", json.dumps(item).strip('"'))]
    words = ["--adjusted" if word == "--adjusted" else word for word in words if word != "true"]
    plain = one.linear(x, y, None, **params)
    document = interval(name, *data, "--ci", *words)
    assert document["se"] == pytest.approx(plain.std(ddof=1) / math.sqrt(len(x)), rel=1e-12)
    assert (document["method"], document["units"], document["df"]) == ("t", len(x), len(x) - 1)


@pytest.mark.parametrize("loss", ["balanced-accuracy", "r2", "d2-absolute-error-score", "explained-variance"])
def test_an_end_beyond_what_a_score_may_be_says_nothing(loss: str) -> None:
    found = interval(loss, "1,0,0,1,1,0", "1,0,1,1,0,0", "--ci")
    assert found["high"] == min(1.0, found["high"])
    assert interval("balanced-accuracy", "0,1,0,1,0,1", "1,0,1,1,0,0", "--ci")["low"] == 0.0
    assert interval("balanced-accuracy", "0,1,0,1,0,1", "1,0,1,1,0,0", "--ci", "--adjusted")["low"] < 0.0


SEVEN = ("1,2,4,8,3,5,6", "0,0,0,0,0,0,0")


@pytest.mark.parametrize(
    "name", ["median-absolute-error", "sklearn.metrics.median_absolute_error", "catboost.MedianAbsoluteError"]
)
def test_a_median_lies_between_two_of_the_rows(name: str) -> None:
    found = interval(name, *SEVEN, "--ci")
    assert (found["low"], found["high"], found["method"], found["units"]) == (1.0, 8.0, "order-statistics", 7)
    assert [interval(name, *SEVEN, "--ci", "85")[end] for end in ("low", "high")] == [2.0, 6.0]
    assert found["se"] is None


def test_a_group_has_the_interval_of_its_own_median(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    rows = [(value, group) for group in "ab" for value in (3, 1, 2, 6, 5, 4, 9, 8, 7 if group == "a" else 70)]
    path.write_text("p,y,g\n" + "".join(f"{value},0,{group}\n" for value, group in rows))
    done = losscli("medae", str(path), "-y", "y", "-p", "p", "--by", "g", "--ci", "-f", "json")
    groups = json.loads(done.out)["groups"]
    assert [(one["interval"]["low"], one["interval"]["high"]) for one in groups] == [(2.0, 8.0), (2.0, 9.0)]


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("1,2,4", "0,0,0"), "no interval: 3 rows of any order say too little of the median"),
        ((*SEVEN, "--sample-weight", "1,1,2,1,1,1,1"), "no interval: there is no closed form for this call"),
        (("[[1,2],[3,4]]", "[[0,0],[0,0]]"), "no interval: there is no closed form for this call"),
    ],
)
def test_a_median_without_an_interval_says_why(args: tuple[str, ...], says: str) -> None:
    done = losscli("median-absolute-error", *args, "--ci")
    assert (done.status, says in done.err) == (0, True)


def test_the_interval_of_a_median_covers_it() -> None:
    """400 samples of 50 skewed errors: exactly .9672 of such intervals hold the true median."""
    draw = np.random.default_rng(5)
    held = 0
    for _ in range(400):
        found = evaluate("median-absolute-error", np.exp(draw.normal(size=50)), np.zeros(50), ci=95).interval
        assert found is not None
        held += found.low <= 1.0 <= found.high
    assert 0.94 <= held / 400 <= 0.99


def test_the_difference_of_two_roots() -> None:
    """The delta method by hand, in 40 digits."""
    rmse = find("rmse")
    assert rmse is not None
    assert rmse.linear is not None
    zero = np.zeros(5)
    new, old = (rmse.linear(np.array(x, float), zero, None) for x in ([1, 2, 4, 8, 3], [2, 4, 5, 6, 6]))
    assert (new.mean(), old.mean()) == pytest.approx((4.33589667773576, 4.8373546489791295), rel=1e-14)
    assert (new - old).std(ddof=1) / math.sqrt(5) == pytest.approx(1.0566961149566574, rel=1e-13)


@pytest.mark.parametrize(
    ("call", "plain"),
    [
        ("mean_squared_error", "mse"),
        ("mean_absolute_error", "mae"),
        ("mean_absolute_percentage_error", "mape"),
        ("mean_squared_log_error", "msle"),
        ("mean_pinball_loss", "quantile"),
        ("mean_poisson_deviance", "poisson-deviance"),
        ("root_mean_squared_error", "rmse"),
        ("r2_score", "r2"),
    ],
)
@pytest.mark.parametrize("more", [[], ["--sample-weight", "1,2,3,1,1"]])
def test_calls_that_give_one_number_have_the_interval_of_the_loss(call: str, plain: str, more: list[str]) -> None:
    mine = interval(f"sklearn.metrics.{call}", *NUMBERS, "--ci", *more)
    whole = plain in ("rmse", "r2")
    own = interval(plain, *NUMBERS, "--ci", *more, *([] if whole or not more else ["-r", "weighted-mean"]))
    scale = 100.0 if plain == "mape" else 1.0
    assert (mine["low"] * scale, mine["high"] * scale) == pytest.approx((own["low"], own["high"]), rel=1e-9)
    assert mine["method"] == own["method"]


def test_values_far_from_zero_lose_nothing() -> None:
    shift = 1e9
    x = [shift + v for v in (0.125, 0.25, 0.375, 2.5)]
    near = ends("mae", "0.125,0.25,0.375,2.5", "0,0,0,0", "--ci", "50")
    far = ends("mae", ",".join(map(repr, x)), "0,0,0,0", "--ci", "50")
    assert [end - shift for end in far] == pytest.approx(near, abs=1e-6)
    assert interval("mae", ",".join(map(repr, x)), "0,0,0,0", "--ci")["se"] == pytest.approx(
        interval("mae", "0.125,0.25,0.375,2.5", "0,0,0,0", "--ci")["se"], rel=1e-14
    )


@pytest.mark.parametrize(("text", "level"), [("95", 0.95), ("90%", 0.9), ("0.9", 0.9), (".5", 0.5), ("99.9", 0.999)])
def test_levels(text: str, level: float) -> None:
    assert interval("mae", NEW, ZERO, "--ci", text)["level"] == level


@pytest.mark.parametrize("text", ["0", "1", "100", "nan", "inf", "abc", "-3", "950", ""])
def test_what_is_no_level(text: str) -> None:
    result = losscli("mae", NEW, ZERO, f"--ci={text}")
    assert result.status == 2
    assert "a confidence level is above 1 and below 100 percent, or below 1" in result.err


def test_the_word_behind_the_option_is_a_level_only_if_it_is_a_number() -> None:
    assert interval("mae", "--ci", NEW, ZERO) == interval("mae", NEW, ZERO, "--ci", "95")


@pytest.mark.parametrize("one", [one for one in LOSSES if one.inference is Inference.NONE], ids=lambda one: one.name)
def test_what_has_no_interval_says_so_before_it_reads(one: Any) -> None:
    result = losscli(one.name, "nowhere.csv", "--ci", *[f"--{name}=1" for name in one.extras])
    assert result.status == 2
    assert f"--ci: {one.name} has no interval in closed form" in result.err


def test_every_loss_says_what_its_interval_is_made_of() -> None:
    for one in LOSSES:
        rows = one.takes is not Takes.SET and not one.whole
        assert rows == (one.inference in (Inference.MEAN, Inference.SHARE)), one.name
        assert not (rows and one.linear), one.name
        declared = one.inference in (Inference.LINEAR, Inference.RANKS, Inference.ORDER)
        assert (one.linear is not None) == declared, one.name


@pytest.mark.parametrize(
    ("args", "what"),
    [
        (["-r", "none"], "--ci: without a reduction there is no number to have an interval"),
        (["-f", "csv"], "--ci: csv has a line for each row, and none for the interval"),
        (["-f", "ndjson"], "--ci: ndjson has a line for each row, and none for the interval"),
        (["--compare"], "--ci and --compare exclude each other"),
        (["--explain"], "--ci and --explain exclude each other"),
    ],
)
def test_where_it_has_no_place_it_is_refused(args: list[str], what: str) -> None:
    result = losscli("mae", NEW, ZERO, "--ci", *args)
    assert (result.status, result.out) == (2, "")
    assert what in result.err


@pytest.mark.parametrize(
    ("args", "what"),
    [
        (["mae", "1", "0"], "it needs 2 rows that count, and there is 1"),
        (["ce", "[[1,0],[0,1]]", "1,1", "--like", "exact"], "a value is infinite or NaN"),
        (["mae", "1e300,2", "0,0"], "a value is too large to be squared"),
        (["torch.nn.NLLLoss", "[[-1,-1],[-2,-3]]", "-100,-100"], "it needs 2 rows that count, and there are 0"),
        (["mae", "1,2", "0,0", "--sample-weight", "0,0", "-r", "weighted-mean"], "the weights sum to 0"),
    ],
)
def test_rows_that_have_none_are_told(args: list[str], what: str) -> None:
    result = losscli(*args, "--ci", "-f", "json")
    assert json.loads(result.out)["interval"] is None
    assert f"warning: no interval: {what}\n" in result.err


def test_few_rows_that_carry_the_loss_are_told() -> None:
    assert "note: the largest of 5 rows carries 68% of the loss" in losscli("mae", ".1,.2,.4,.8,3.2", ZERO, "--ci").err
    assert "carries" not in losscli("mae", NEW, ZERO, "--ci").err


def test_tables_show_it_beside_the_numbers() -> None:
    result = losscli("ce", "[[.5,.5],[.25,.75],[.8,.2]]", "0,0,0", "--ci", "90", "-f", "markdown")
    assert "90% interval 0 … 1.929; divided by N = 3" in result.out
    assert "Hall's t over 3 rows" in result.out
    assert "| 0.6666667 | 90% interval" in result.out.replace("  ", "")


@pytest.mark.parametrize(
    ("option", "more", "hint"),
    [
        ("--ci", ["90"], "--fail-if judges its ends"),
        ("--cluster", ["a,b"], "--fail-if judges its ends"),
        ("--bootstrap", ["9"], "--fail-if judges its ends"),
        ("--ci", ["90", "--against", "[[.5,.5],[.5,.5]]"], "--fail-if judges its ends"),
        ("--margin", ["1", "--against", "[[.5,.5],[.5,.5]]"], "leave -q out"),
        ("--explain", ["1"], "leave -q out"),
        ("--worst", ["1"], "leave -q out"),
        ("--all", [], "leave -q out"),
        ("-n", ["1"], "leave -q out"),
    ],
)
def test_a_bare_number_passes_over_nothing(option: str, more: list[str], hint: str) -> None:
    result = losscli("ce", "[[.5,.5],[.25,.75]]", "0,0", option, *more, "-q")
    assert (result.status, result.out) == (2, "")
    assert result.err == f"Error: -q prints only the number, so {option} cannot be shown\n  try  {hint}\n"


def test_what_a_bare_number_has_a_place_for() -> None:
    data = ["ce", "[[.5,.5],[.25,.75]]", "0,0", "-q"]
    assert losscli(*data, "--ci", "90", "--fail-if", "high < 0").out == losscli(*data).out
    assert losscli(*data, "-r", "none", "-n", "1").out == losscli(*data, "-r", "none", "--worst", "2").out[19:]


def test_groups_have_their_own(tmp_path: Path) -> None:
    for i in (1, 2):
        (tmp_path / f"{i}.csv").write_text("p,y\n" + "".join(f"{j / (i + 4)},0\n" for j in range(5)))
    alone = interval("mae", str(tmp_path / "1.csv"), "--ci")
    document = json.loads(losscli("mae", str(tmp_path), "--by", "file", "--ci", "-f", "json").out)
    own = {**document["groups"][0]["interval"]}
    assert {name: own[name] for name in own if name not in ("low", "high", "se")} == {
        name: alone[name] for name in own if name not in ("low", "high", "se")
    }
    assert [own[name] for name in ("low", "high", "se")] == pytest.approx(
        [alone[name] for name in ("low", "high", "se")]
    )
    lines = losscli("mae", str(tmp_path), "--by", "file", "--ci", "-f", "csv").out.splitlines()
    assert lines[0].endswith(",low,high")
    assert float(lines[1].split(",")[-1]) == own["high"]


def rows(path: Path, count: int) -> None:
    draw = random.Random(5)
    lines = ["p_0,p_1,p_2,y,w"]
    for _ in range(count):
        x = [draw.random() for _ in range(3)]
        lines.append(",".join([*(f"{v / sum(x):.6f}" for v in x), str(draw.randrange(3)), str(draw.randrange(1, 4))]))
    path.write_text("\n".join(lines) + "\n")


@pytest.mark.long
@pytest.mark.parametrize("more", [[], ["-r", "weighted-mean", "--sample-weight", "w"], ["--from-logits"]])
def test_it_is_the_same_however_the_work_is_shared_out(more: list[str], tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    rows(path, 3000)
    args = ["ce", str(path), "-y", "y", "-p", "p_*", "--ci", "-f", "json", *more]
    wanted = losscli(*args).out
    for jobs in ("1", "2", "7"):
        assert losscli(*args, "--jobs", jobs).out == wanted
    table = np.loadtxt(path, delimiter=",", skiprows=1)
    np.save(tmp_path / "x.npy", table[:, :3])
    np.save(tmp_path / "y.npy", table[:, 3].astype(int))
    np.save(tmp_path / "w.npy", table[:, 4])
    named = [str(tmp_path / "w.npy") if one == "w" else one for one in more]
    document = losscli("ce", str(tmp_path / "x.npy"), str(tmp_path / "y.npy"), "--ci", "-f", "json", *named).out
    assert json.loads(document)["interval"] == json.loads(wanted)["interval"]


@pytest.mark.long
@pytest.mark.parametrize("more", [[], ["--cluster", "u"]])
def test_it_is_the_same_from_every_format_and_on_dask(more: list[str], tmp_path: Path) -> None:
    draw = random.Random(2)
    numbers = [(round(draw.random(), 6), draw.randrange(2), draw.randrange(30)) for _ in range(500)]
    (tmp_path / "whole").mkdir()
    (tmp_path / "parts").mkdir()
    table = "p,y,u\n" + "".join(f"{p},{y},{u}\n" for p, y, u in numbers)
    (tmp_path / "whole" / "t.csv").write_text(table)
    for i in range(13):
        rows = "".join(f"{p},{y},{u}\n" for p, y, u in numbers[i * 40 : (i + 1) * 40])
        (tmp_path / "parts" / f"part-{i}.csv").write_text("p,y,u\n" + rows)
    records = "".join(f'{{"p": {p}, "y": {y}, "u": {u}}}\n' for p, y, u in numbers)
    (tmp_path / "t.ndjson").write_text(records)
    columns = [np.array(column) for column in zip(*numbers, strict=True)]
    np.savez(tmp_path / "t.npz", predictions=columns[0], labels=columns[1], u=columns[2])
    sources = [tmp_path / "whole", tmp_path / "parts", tmp_path / "t.ndjson", tmp_path / "t.npz"]
    parquet = pytest.importorskip("pyarrow.parquet")
    names = pytest.importorskip("pyarrow").table(dict(zip("pyu", columns, strict=True)))
    parquet.write_table(names, tmp_path / "t.parquet")
    sources.append(tmp_path / "t.parquet")
    named = [[] if source.suffix == ".npz" else ["-p", "p", "-y", "y"] for source in sources]
    runs = [["bce", str(source), *own, "--ci", *more] for source, own in zip(sources, named, strict=True)]
    pytest.importorskip("distributed")
    runs.append([*runs[1], "--dask", "local"])
    found = [json.loads(losscli(*run, "-f", "json").out) for run in runs]
    for key in ("value", "interval", "labels_digest", "perplexity_interval", "accuracy_interval"):
        assert [one[key] for one in found] == [found[0][key]] * len(found), key


@pytest.mark.parametrize("scale", [1e-3, 7.0, 1e6])
def test_an_interval_scales_with_the_values(scale: float) -> None:
    x = np.random.default_rng(5).lognormal(size=40)
    one, other = (evaluate("mae", factor * x, np.zeros(40), ci=True).interval for factor in (1.0, scale))
    assert one is not None
    assert other is not None
    assert (other.low, other.high, other.se) == pytest.approx(
        [scale * number for number in (one.low, one.high, one.se or 0.0)], rel=1e-12
    )


def test_as_many_intervals_hold_the_mean_as_they_say() -> None:
    """Of 600 samples of 50 skewed rows; Student's t holds the mean in 94 %, and beside it on the wrong side."""
    rng, inside, beside = np.random.default_rng(11), 0, [0, 0]
    for _ in range(600):
        found = evaluate("mae", rng.exponential(size=50), np.zeros(50), ci=True).interval
        assert found is not None
        inside += found.low <= 1.0 <= found.high
        beside[found.low > 1.0] += not found.low <= 1.0 <= found.high
    assert 0.92 <= inside / 600 <= 0.98
    assert max(beside) <= 3 * min(beside)


def test_python_gives_the_same() -> None:
    report = evaluate("mae", [1.0, 2, 4, 8, 3], [0.0] * 5, ci=90)
    assert report.interval is not None
    assert report.interval.to_dict() == interval("mae", NEW, ZERO, "--ci", "90")
    assert report.interval == evaluate("mae", [1.0, 2, 4, 8, 3], [0.0] * 5, ci=0.9).interval
    assert evaluate("mae", [1.0], [0.0]).interval is None
    assert "interval" not in evaluate("mae", [1.0], [0.0]).to_dict()
    with pytest.raises(UsageError, match="ci=100: a confidence level"):
        evaluate("mae", [1.0], [0.0], ci=100)
    with pytest.raises(UsageError, match="max-error has no interval"):
        evaluate("max-error", [1.0], [0.0], ci=True)


def test_an_area_has_delongs_interval() -> None:
    """By scikit-learn's documentation and by hand: the two yes are above 1/2 and all of the no."""
    for name in ("auc", "sklearn.metrics.roc_auc_score"):
        found = interval(name, ".1,.4,.35,.8", "0,0,1,1", "--ci")
        assert (found["se"], found["df"], found["method"]) == (
            pytest.approx(0.3535533905932738, rel=1e-14),
            None,
            "delong",
        )
        half = 1.959963984540054 * 0.3535533905932738 / (0.75 * 0.25)
        ends = [1.0 / (1.0 + math.exp(-math.log(3.0) + way * half)) for way in (1.0, -1.0)]
        assert (found["low"], found["high"]) == pytest.approx(ends, rel=1e-12)
    table = json.loads(losscli("thresholds", ".1,.4,.35,.8", "0,0,1,1", "-f", "json").out)["thresholds"]["auc"]
    assert (table["low"], table["high"]) == pytest.approx((found["low"], found["high"]), rel=1e-12)


def test_two_areas_on_the_same_rows() -> None:
    """By enumeration of the pairs."""
    data = (".9,.8,.3,.7,.4,.35,.6,.1,.5,.2", "1,1,0,1,0,1,0,0,1,0", "--against", ".8,.6,.5,.9,.3,.6,.4,.2,.7,.1")
    found = difference("auc", *data)
    assert found["difference"] == pytest.approx(-0.12, rel=1e-14)
    assert found["difference_interval"]["se"] == pytest.approx(0.1131370849898476, rel=1e-13)
    assert (found["p"], found["test"]) == (pytest.approx(0.28884436634648536, rel=1e-12), "delong")


def test_areas_by_weights_are_those_of_repeated_rows_to_first_order() -> None:
    draw = random.Random(8)
    x = [round(draw.random() + 0.3 * (i % 2), 1) for i in range(60)]
    y, w = [i % 2 for i in range(60)], [draw.randrange(1, 3) for _ in range(60)]
    auc = find("auc")
    assert auc is not None
    assert auc.linear is not None
    weighted = auc.linear(np.array(x), np.array(y), np.array(w, float))
    repeated = auc.linear(np.repeat(x, w), np.repeat(y, w), None)
    assert weighted.mean() == pytest.approx(repeated.mean(), rel=1e-12)
    moved = (weighted - weighted.mean()) / np.array(w)
    again = (repeated - repeated.mean())[np.cumsum([0, *w[:-1]])]
    ones = np.array(y) == 1
    for kind in (ones, ~ones):  # but for the small correction for the number of rows of a kind
        ratio = (moved[kind] / again[kind])[np.abs(again[kind]) > 1e-9]
        assert np.ptp(ratio) < 1e-9


@pytest.mark.parametrize(
    ("x", "y", "what"),
    [
        (".1,.2,.3,.4", "0,0,1,1", "all rows of one kind are ahead of all others"),
        (".1,.9,.3,.4", "0,0,0,1", "there is no closed form for this call, or for these rows"),
    ],
)
def test_areas_that_have_none(x: str, y: str, what: str) -> None:
    result = losscli("auc", x, y, "--ci", "-f", "json")
    assert json.loads(result.out)["interval"] is None
    assert f"no interval: {what}" in result.err


def test_a_cross_entropy_and_its_perplexity() -> None:
    """By mpmath: of -log of 0.5, 0.25 and 0.8 the t interval is -0.686 … 2.221; exp of it is that of the perplexity."""
    data = ("[[.5,.5],[.25,.75],[.8,.2]]", "0,0,0", "--like", "exact")
    low, high = -0.6860199218097079, 2.221076650472405
    document = json.loads(losscli("ce", *data, "--cluster", "a,b,c", "-f", "json").out)
    assert document["value"] == pytest.approx(0.7675283643313485, rel=1e-15)
    assert (document["interval"]["low"], document["interval"]["high"]) == (0.0, pytest.approx(high, rel=1e-12))
    assert document["perplexity"] == pytest.approx(2.154434690031884, rel=1e-14)
    assert document["perplexity_interval"]["high"] == pytest.approx(math.exp(high), rel=1e-12)  # 9.2172
    found = difference("ce", *data, "--against", "[[1,0],[1,0],[1,0]]")  # which costs nothing: no end is cut off
    ends = found["difference_interval"]
    assert (ends["low"], ends["high"]) == pytest.approx((low, high), rel=1e-12)


def test_the_difference_of_two_roots_from_the_command_line() -> None:
    found = difference("rmse", NEW, ZERO, "--against", "2,4,5,6,6")
    assert found["difference"] == pytest.approx(4.33589667773576 - 4.8373546489791295, rel=1e-13)
    assert found["difference_interval"]["se"] == pytest.approx(1.0566961149566574, rel=1e-13)
