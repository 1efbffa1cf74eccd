"""Is a model better than another on the same rows, to the digits of decisions that SciPy and enumeration gave?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from losscli import evaluate
from tests.support.shell import losscli

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

MAE = ("mae", "1,2,4,8,3", "0,0,0,0,0", "--against", "2,4,5,6,6")


def document(*args: str, status: int = 0) -> dict[str, Any]:
    result = losscli(*args, "-f", "json")
    assert result.status == status, result.err
    found: dict[str, Any] = json.loads(result.out)
    return found


def against(*args: str, status: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = document(*args, status=status)["against"][0]
    return found


def of_decisions(counts: Sequence[int]) -> tuple[str, str, str]:
    """Labels, and the classes of two models which are right together, alone, alone and never so many times."""
    both, first, second, neither = counts
    mine = [1] * (both + first) + [0] * (second + neither)
    theirs = [1] * both + [0] * first + [1] * second + [0] * neither
    return tuple(",".join(map(str, values)) for values in ([1] * sum(counts), mine, theirs))  # type: ignore[return-value]


def test_a_paired_difference() -> None:
    found = against(*MAE)
    assert found["value"] == 4.6
    assert found["difference"] == -1.0
    assert found["std"] == pytest.approx(1.8708286933869707, rel=1e-15)
    interval = found["difference_interval"]
    assert [interval["low"], interval["high"]] == pytest.approx([-3.3229406353851902, 1.3229406353851902], rel=1e-14)
    assert (interval["level"], interval["df"], interval["method"], interval["unit"]) == (0.95, 4, "t", "row")
    assert found["p"] == pytest.approx(0.29801481173121036, rel=1e-13)
    assert [found["wins"], found["ties"], found["losses"]] == [4, 0, 1]
    assert found["effect_size"] == pytest.approx(-0.5345224838248488, rel=1e-14)
    assert found["relative"] == pytest.approx(-0.21739130434782605, rel=1e-14)
    assert found["relative_interval"] == pytest.approx([-0.6022188438108362, 0.5397319882572202], rel=1e-13)
    assert found["verdict"] == "no difference shown"


def test_a_level() -> None:
    interval = against(*MAE, "--ci", "90")["difference_interval"]
    assert [interval["low"], interval["high"]] == pytest.approx([-2.7836309888146396, 0.7836309888146382], rel=1e-13)


def test_sign_flips_are_enumerated() -> None:
    assert against(*MAE, "--test", "sign-flip")["p"] == 0.375
    zeros = "0,0,0,0,0,0,0,0"
    found = against("mae", "97,99,96,99,95,91,102,94", zeros, "--against", "100" + ",100" * 7, "--test", "sign-flip")
    assert found["p"] == 0.0390625
    assert found["verdict"] == "better"
    found = against("mae", "97,99,96,99,95,91,102,94", zeros, "--against", "100" + ",100" * 7)
    assert found["p"] == pytest.approx(0.02686164069568148, rel=1e-12)


def test_more_flips_are_drawn_and_close_to_t(tmp_path: Path) -> None:
    draws = np.random.default_rng(3)
    a, b = np.abs(draws.normal(size=(2, 400))) + 1.0
    np.save(tmp_path / "a.npy", a)
    np.save(tmp_path / "b.npy", b + 0.06)
    np.save(tmp_path / "y.npy", 0 * a)
    files = [str(tmp_path / name) for name in ("a.npy", "y.npy", "b.npy")]
    t = against("mae", *files[:2], "--against", files[2])["p"]
    flipped = against("mae", *files[:2], "--against", files[2], "--test", "sign-flip")["p"]
    assert 0.01 < t < 0.5
    assert flipped == pytest.approx(t, abs=0.015)


def test_identical_systems_are_alike() -> None:
    found = against("mae", "1,2,4", "0,0,0", "--against", "1,2,4", "--fail-if", "worse")
    interval = found["difference_interval"]
    assert (found["difference"], interval["low"], interval["high"], found["p"]) == (0.0, 0.0, 0.0, 1.0)
    assert found["verdict"] == "alike on all rows"
    assert found["relative"] == 0.0


def test_a_difference_without_spread() -> None:
    found = against("mae", "1.5,2.5,3.5,4.5", "0,0,0,0", "--against", "1,2,3,4")
    interval = found["difference_interval"]
    assert (interval["low"], interval["high"], found["p"]) == (0.5, 0.5, 0.125)
    assert found["verdict"] == "no difference shown"


def test_a_weighted_mean() -> None:
    found = against(*MAE, "--sample-weight", "1,2,1,4,2", "-r", "weighted-mean")
    interval = found["difference_interval"]
    assert found["difference"] == -0.4
    assert interval["se"] == pytest.approx(1.2755391017134676, rel=1e-13)
    ends = [-3.9414642954407473, 3.1414642954407475]
    assert [interval["low"], interval["high"]] == pytest.approx(ends, rel=1e-13)
    assert found["p"] == pytest.approx(0.7695027080785006, rel=1e-12)


def test_rows_of_several_values_are_the_unit() -> None:
    rows = "[[1,2,3],[4,4,10]]"
    found = against("mae", rows, "[[0,0,0],[0,0,0]]", "--against", "[[0,0,0],[0,0,0]]")
    assert found["difference"] == 4.0
    assert found["difference_interval"]["se"] == pytest.approx(2.0, rel=1e-14)
    assert found["samples"] == 2


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [
        ((20, 12, 2, 16), 0.0611124, 0.3447087),
        ((5, 3, 9, 3), -0.5726554, 0.0415650),
        ((560, 7, 3, 29), -0.0044122, 0.0195409),
        ((30, 0, 0, 20), -0.07134759913335871, 0.07134759913335871),
    ],
)
def test_shares_have_the_interval_of_tango(counts: tuple[int, ...], low: float, high: float) -> None:
    labels, mine, theirs = of_decisions(counts)
    found = against("accuracy", mine, labels, "--against", theirs)
    assert found["decisions"] == [*counts]
    interval = found["difference_interval"]
    assert [interval["low"], interval["high"]] == pytest.approx([low, high], abs=1e-7)
    assert (interval["method"], found["test"]) == ("tango", "mcnemar")
    loss = against("zero-one", mine, labels, "--against", theirs)
    assert loss["difference"] == pytest.approx(-found["difference"], rel=1e-13)
    assert loss["difference_interval"]["low"] == pytest.approx(-high, abs=1e-7)
    assert loss["verdict"] == found["verdict"]


@pytest.mark.parametrize(("first", "second", "p"), [(7, 3, 0.34375), (5, 0, 0.0625), (0, 0, 1.0)])
def test_decisions_are_compared_by_mcnemar(first: int, second: int, p: float) -> None:
    labels, mine, theirs = of_decisions((4, first, second, 4))
    found = against("accuracy", mine, labels, "--against", theirs)
    assert (found["p"], found["decisions_p"]) == (p, p)


def test_several_baselines_are_corrected(tmp_path: Path) -> None:
    draws = np.random.default_rng(1)
    base = np.abs(draws.normal(size=60)) + 1.0
    others = [base + draws.normal(shift, 1.0, 60) for shift in (0.45, 0.3, 0.35)]
    names = []
    for i, values in enumerate([base, 0 * base, *others]):
        names.append(str(tmp_path / f"{i}.npy"))
        np.save(names[-1], values)
    options = [word for name in names[2:] for word in ("--against", name)]
    every = document("mae", *names[:2], *options)["against"]
    p = [one["p"] for one in every]
    order = np.argsort(p)
    right = np.empty(3)
    right[order] = np.minimum(1.0, np.maximum.accumulate(np.sort(p) * [3, 2, 1]))
    assert [one["p_holm"] for one in every] == pytest.approx(right.tolist(), rel=1e-14)
    single = against("mae", *names[:2], "--against", names[3])
    assert single["p"] == single["p_holm"] == every[1]["p"]


@pytest.mark.parametrize(
    ("options", "verdict"), [(("--margin", "5"), "alike within 5"), (("--margin", "3"), "no difference shown")]
)
def test_a_margin(options: tuple[str, ...], verdict: str) -> None:
    assert against(*MAE, *options)["verdict"] == verdict


def test_higher_is_better() -> None:
    labels, mine, theirs = of_decisions((10, 12, 0, 3))
    assert against("accuracy", mine, labels, "--against", theirs)["verdict"] == "better"
    assert against("accuracy", theirs, labels, "--against", mine)["verdict"] == "worse"
    assert against("zero-one", mine, labels, "--against", theirs)["verdict"] == "better"


@pytest.mark.parametrize("loss", ["mae", "mse", "perplexity", "ce"])
def test_swapped_models_negate_the_difference(tmp_path: Path, loss: str) -> None:
    draws = np.random.default_rng(7)
    tokens = loss in ("ce", "perplexity")
    for name in "ab":
        values = draws.dirichlet(np.ones(3), 200) if tokens else draws.normal(size=200)
        values = np.log(values) if loss == "perplexity" else values
        np.save(tmp_path / f"{name}.npy", values)
    np.save(tmp_path / "y.npy", draws.integers(0, 3, 200))
    a, b, y = (str(tmp_path / f"{name}.npy") for name in "aby")
    one, other = against(loss, a, y, "--against", b), against(loss, b, y, "--against", a)
    assert one["difference"] == -other["difference"]
    assert one["p"] == other["p"]
    mine, theirs = one["difference_interval"], other["difference_interval"]
    assert [mine["low"], mine["high"]] == pytest.approx([-theirs["high"], -theirs["low"]], rel=1e-12)
    assert [one["wins"], one["losses"]] == [other["losses"], other["wins"]]


def test_scale_and_shift(tmp_path: Path) -> None:
    draws = np.random.default_rng(5)
    a, b = np.abs(draws.normal(size=(2, 50))) + 1.0
    np.save(tmp_path / "y.npy", 0 * a)

    def ends(scale: float, shift: float) -> np.ndarray[Any, Any]:
        np.save(tmp_path / "a.npy", a * scale + shift)
        np.save(tmp_path / "b.npy", b * scale)
        a_, b_, y = (str(tmp_path / f"{name}.npy") for name in "aby")
        interval = against("mae", a_, y, "--against", b_)["difference_interval"]
        return np.array([interval["low"], interval["high"]])

    assert ends(3.0, 0.0) == pytest.approx(ends(1.0, 0.0) * 3.0, rel=1e-12)
    assert ends(1.0, 0.5) == pytest.approx(ends(1.0, 0.0) + 0.5, rel=1e-12)


def test_one_in_ten_rows_changed_is_covered() -> None:
    """A seeded simulation; the interval of BCa would cover .77."""
    draws, covered, repetitions, n = np.random.default_rng(2026), 0, 400, 50
    for _ in range(repetitions):
        losses, changed = draws.random(n) + 1.0, draws.random(n) < 0.1
        others = np.where(changed, draws.random(n) + 1.0, losses)
        interval = evaluate("mae", losses, np.zeros(n), against=others).against[0].interval
        assert interval is not None
        covered += interval.low <= 0.0 <= interval.high
    assert 0.92 <= covered / repetitions <= 0.98


@pytest.mark.parametrize(
    ("args", "status", "message"),
    [
        ((*MAE, "-r", "none"), 2, "--against: with --reduction none there are no two numbers to compare"),
        ((*MAE, "--compare"), 2, "--against and --compare exclude each other"),
        ((*MAE, "--explain"), 2, "--against and --explain exclude each other"),
        ((*MAE, "--worst", "2"), 2, "--worst and --against: the table has the rows that changed most"),
        ((*MAE, "--margin", "0"), 2, "--margin is 0; it must be a number above 0"),
        (("mae", "1", "0", "--margin", "1"), 2, "--margin or --within is about the difference to a baseline"),
        (("mae", "1", "0", "--test", "sign-flip"), 2, "--test is about the difference to a baseline"),
        (("mae", "1", "0", "--test", "t"), 2, "--test is about the difference to a baseline"),
        ((*MAE, "--margin", "inf"), 2, "--margin is inf; it must be a number above 0"),
        (("mae", "1,2", "0,0", "--against", "1,2,3"), 3, "2 rows of predictions but 3 of --against"),
        (("ce", "[[.5,.5]]", "0", "--against", "[[.5,2]]"), 3, "at   --against, row 1, column 2: 2"),
    ],
)
def test_refusals(args: tuple[str, ...], status: int, message: str) -> None:
    result = losscli(*args)
    assert (result.status, result.out) == (status, "")
    assert message in result.err


def test_scores_that_are_the_same_have_no_difference() -> None:
    """A score's rows add up to it only to rounding."""
    found = against("balanced-accuracy", "1,0,0,1,1,0", "1,0,1,1,0,0", "--against", "1,0,1,1,1,1")
    assert (found["difference"], found["relative"], found["effect_size"], found["p"]) == (0.0, 0.0, 0.0, 1.0)


def test_undecided_is_said() -> None:
    found = against("ce", "[[1,0],[.5,.5],[.6,.4]]", "1,0,0", "--against", "[[0,1],[.5,.5],[.7,.3]]", "--like", "exact")
    assert found["verdict"] == "undecided"
    assert found["reason"] == "rows that are infinite or NaN: 1 under PREDICTIONS alone; --clip 1e-7 makes them finite"
    assert found["difference"] == "Infinity"
    same = against("ce", "[[1,0],[.5,.5]]", "1,0", "--against", "[[1,0],[.5,.5]]", "--like", "exact")
    assert (same["difference"], same["p"], same["verdict"]) == (0.0, 1.0, "alike on all rows")
    assert (same["difference_interval"]["low"], same["difference_interval"]["high"]) == (0.0, 0.0)
    one = against("mae", "1", "0", "--against", "1")
    assert (one["verdict"], one["p"], one["difference"]) == ("alike on all rows", 1.0, 0.0)
    one = against("mae", "1", "0", "--against", "2")
    assert (one["verdict"], one["reason"], one["difference"]) == ("undecided", "it needs 2 rows, and there is 1", -1.0)
    gate = losscli("mae", "1", "0", "--against", "2", "-q", "--fail-if", "worse")
    assert (gate.status, gate.out) == (1, "-1.0\n")
    assert "worse is missing" in gate.err


def test_rows_skipped_under_one_are_left_out_of_both() -> None:
    found = against("mae", "1,nan,4,8", "0,0,0,0", "--against", "2,4,nan,6", "--nan", "skip")
    assert (found["samples"], found["left_out"], found["difference"]) == (2, 2, 0.5)
    assert (found["value"], found["common_value"]) == (4.0, 4.0)
    table = losscli("mae", "1,nan,4,8", "0,0,0,0", "--against", "2,4,nan,6", "--nan", "skip").out
    assert "they count under only one of the two; on the others PREDICTIONS 4.5, 2,4,nan,6 4" in table


def test_gates_know_the_difference() -> None:
    gates = [
        "worse",
        "better",
        "difference > 0",
        "difference.low > -3",
        "relative.high > 0.6",
        "p < 0.2",
        "better_rows < 4",
    ]
    result = losscli(*MAE, "-q", *[word for gate in gates for word in ("--fail-if", gate)])
    assert (result.status, result.out) == (0, "-1.0\n")
    result = losscli(*MAE, "--against", "1,1,1,1,1", "-q", "--fail-if", "difference > 2.5")
    assert result.status == 1
    assert result.out == "-1.0\t2,4,5,6,6\n2.6\t1,1,1,1,1\n"
    assert "against 1,1,1,1,1: difference 2.6" in result.err


def test_clusters_are_the_units() -> None:
    found = against(*MAE, "--cluster", "u,u,v,v,x")
    interval = found["difference_interval"]
    assert found["difference"] == -1.0
    assert interval["se"] == pytest.approx(0.916515138991168, rel=1e-13)
    ends = [-4.943446364637056, 2.9434463646370563]
    assert [interval["low"], interval["high"]] == pytest.approx(ends, rel=1e-13)
    assert found["p"] == pytest.approx(0.38915277821847394, rel=1e-12)
    assert (interval["df"], interval["unit"], interval["units"]) == (2, "cluster", 3)


@pytest.mark.parametrize("loss", ["mae", "rmse", "r2-score", "max-error", "median-absolute-error", "accuracy"])
def test_the_same_predictions_are_alike_whatever_the_loss(loss: str) -> None:
    found = against(loss, "1,2,4", "0,2,3", "--against", "1,2,4", "--fail-if", "worse", "--fail-if", "p < 1")
    assert (found["verdict"], found["p"], found["difference"]) == ("alike on all rows", 1.0, 0.0)


def test_smooth_functions_of_means_have_the_delta_method() -> None:
    a, b = np.array([1.0, 2, 4, 8, 3]), np.array([2.0, 4, 5, 6, 6])
    found = against("rmse", "1,2,4,8,3", "0,0,0,0,0", "--against", "2,4,5,6,6")
    residuals = a**2 / (2 * np.sqrt(np.mean(a**2))) - b**2 / (2 * np.sqrt(np.mean(b**2)))
    assert found["difference"] == pytest.approx(4.33589667773576 - 4.8373546489791295, rel=1e-13)
    se = residuals.std(ddof=1) / np.sqrt(5)
    assert found["difference_interval"]["se"] == pytest.approx(se, rel=1e-12)
    assert found["wins"] is None


def test_what_has_no_closed_form_says_so() -> None:
    found = against("max-error", "1,2,4", "0,2,3", "--against", "3,2,4")
    assert (found["verdict"], found["difference"], found["p"]) == ("undecided", -2.0, None)
    assert found["reason"] == "there is no interval in closed form: it is not a mean of one number per row"


def test_the_t_of_three_likelihoods_and_of_their_perplexities() -> None:
    """Against certainty the difference is the loss itself."""
    sure = "[[1,0],[1,0],[1,0]]"
    args = ("[[.5,.5],[.25,.75],[.8,.2]]", "0,0,0", "--against", sure, "--like", "exact")
    found = against("ce", *args)
    assert found["difference"] == pytest.approx(0.7675283643313485, rel=1e-15)
    ends = found["difference_interval"]
    assert [ends["low"], ends["high"]] == pytest.approx([-0.6860199218097079, 2.221076650472405], rel=1e-14)
    logs = [json.dumps(np.log(np.maximum(json.loads(text.replace("[.", "[0.").replace(",.", ",0.")), 1e-300)).tolist())
            for text in (args[0], sure)]  # fmt: skip
    ratio = against("perplexity", logs[0], "0,0,0", "--against", logs[1])
    assert ratio["relative"] + 1.0 == pytest.approx(2.154434690031884, rel=1e-14)
    assert ratio["relative_interval"] == pytest.approx([0.5036 - 1.0, 9.2172 - 1.0], abs=5e-5)


def test_perplexities_have_a_ratio() -> None:
    a, b = np.log([0.5, 0.25, 0.8]), np.log([0.4, 0.3, 0.5])
    texts = [",".join(map(repr, values.tolist())) for values in (a, b)]
    found = against("perplexity", texts[0], "--against", texts[1])
    assert found["difference"] == pytest.approx(np.exp(-a.mean()) - np.exp(-b.mean()), rel=1e-13)
    assert found["relative"] == pytest.approx(np.exp(b.mean() - a.mean()) - 1, rel=1e-13)
    nats = against("nll", texts[0], "--against", texts[1])["difference_interval"]
    assert found["relative_interval"] == pytest.approx([np.expm1(nats["low"]), np.expm1(nats["high"])], rel=1e-12)


def test_rows_of_tokens_are_shown_as_they_are_elsewhere() -> None:
    args = ("ce", "[[[.5,.5],[.2,.8]],[[.1,.9],[.6,.4]]]", "[[0,1],[1,-1]]", "--ignore-index", "-1")
    other = ("--against", "[[[.4,.6],[.2,.8]],[[.2,.8],[.6,.4]]]")
    moved = against(*args, *other)["moved"]
    lines = [line.split(",") for line in losscli(*args, *other, "-f", "csv").out.splitlines()[1:]]
    rows = {int(line[0]): [float(number) for number in line[1:4]] for line in lines}
    assert [[one["loss"], one["against"], one["difference"]] for one in moved] == [rows[one["sample"]] for one in moved]


def test_an_error_says_of_which_baseline() -> None:
    result = losscli("mae", "[[1,2,3]]", "[[0,0,0]]", "--against", "[[1,2]]")
    assert (result.status, result.out) == (3, "")
    assert "at   --against [[1,2]]" in result.err


def test_a_long_path_is_a_name(tmp_path: Path) -> None:
    path = tmp_path / ("x" * 60 + ".csv")
    path.write_text("p\n2\n4\n")
    assert against("mae", "1,2", "0,0", "--against", str(path))["name"] == str(path)
    typed = against("mae", "1" + ",2" * 30, "0" + ",0" * 30, "--against", "1" + ",3" * 30)
    assert typed["name"] == "--against"


@pytest.fixture
def saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "new.csv").write_text("y,p\n1,2\n2,2\n3,5\n")
    assert losscli("mae", "1,3,5", "1,2,3", "-f", "json", "--ci", "-o", "old.json").status == 0
    return tmp_path


@pytest.mark.usefixtures("saved")
def test_a_saved_result_is_a_baseline() -> None:
    found = against("mae", "new.csv", "--against", "old.json")
    assert (found["name"], found["value"], found["difference"]) == ("old.json", 1.0, 0.0)
    assert (found["wins"], found["ties"], found["losses"]) == (1, 1, 1)
    assert found["per_sample"] == [0.0, 1.0, 2.0]
    assert found["interval"]["units"] == 3
    lines = losscli("mae", "new.csv", "--against", "old.json", "-f", "csv").out.splitlines()
    assert lines[1].startswith("1,1.0,0.0,1.0,")


@pytest.mark.parametrize(
    ("text", "args", "status", "message"),
    [
        ("y,p\n2,2\n1,2\n3,5\n", ("mae", "new.csv"), 3, "is of other rows: its labels are in another order"),
        ("y,p\n1,2\n2,2\n4,5\n", ("mae", "new.csv"), 3, "is of other rows: its labels or weights differ"),
        ("y,p\n1,2\n2,2\n", ("mae", "new.csv"), 3, "2 rows of predictions but 3 of --against"),
        ("y,p\n1,2\n2,2\n3,5\n", ("mse", "new.csv"), 2, "is another number"),
        (
            "id,y,p\n1,1,2\n2,2,2\n3,3,5\n",
            ("mae", "new.csv", "--join", "id"),
            2,
            "there are no columns to pair rows by",
        ),
    ],
)
def test_a_saved_result_of_other_rows_is_refused(
    saved: Path, text: str, args: tuple[str, ...], status: int, message: str
) -> None:
    (saved / "new.csv").write_text(text)
    result = losscli(*args, "--against", "old.json")
    assert (result.status, result.out) == (status, "")
    assert message in result.err


@pytest.mark.usefixtures("saved")
def test_a_saved_result_without_all_rows_is_refused() -> None:
    assert losscli("mae", "1,3,5", "1,2,3", "-f", "json", "-n", "2", "-o", "part.json").status == 0
    result = losscli("mae", "new.csv", "--against", "part.json")
    assert (result.status, result.out) == (2, "")
    assert "--against part.json holds 2 of 3 rows" in result.err


def test_a_p_is_never_nothing(tmp_path: Path) -> None:
    draws = np.random.default_rng(9)
    for name, values in (
        ("a", 1.0 + draws.random(2000) / 100),
        ("b", 50.0 + draws.random(2000)),
        ("y", np.zeros(2000)),
    ):
        np.save(tmp_path / f"{name}.npy", values)
    a, b, y = (str(tmp_path / f"{name}.npy") for name in "aby")
    result = losscli("mae", a, y, "--against", b, "-n", "0")
    assert "< 1e-300" in result.out


def test_calls_that_reduce_nothing_are_compared_by_their_means() -> None:
    found = against("optax.losses.l2_loss", "[[1,2],[3,4]]", "[[0,0],[0,0]]", "--against", "[[1,3],[4,3]]")
    assert (found["value"], found["difference"], found["samples"]) == (4.375, -0.625, 2)
    quiet = losscli("optax.losses.l2_loss", "[[1,2],[3,4]]", "[[0,0],[0,0]]", "--against", "[[1,3],[4,3]]", "-q")
    assert (quiet.out, quiet.err) == ("-0.625\n", "")
    asked = losscli("optax.losses.l2_loss", "1,2", "0,0", "--against", "1,3", "-r", "none")
    assert (asked.status, asked.out) == (2, "")


def test_calls_know_what_is_better() -> None:
    labels, wrong = ",".join("01" * 20), ",".join("01" * 10 + "10" * 10)
    assert against("sklearn.metrics.accuracy_score", labels, labels, "--against", wrong)["verdict"] == "better"
    assert against("sklearn.metrics.zero_one_loss", wrong, labels, "--against", labels)["verdict"] == "worse"
    sure, half = ",".join([".1", ".9", ".2", ".7"] * 10), ",".join([".4", ".6"] * 20)
    assert against("sklearn.metrics.log_loss", sure, labels, "--against", half)["verdict"] == "better"
    assert against("torch.nn.BCELoss", half, labels, "--against", sure)["verdict"] == "worse"


def test_rows_without_weight_are_not_alike() -> None:
    weightless = ("--sample-weight", "0,0,0", "-r", "weighted-mean")
    found = against("mae", "1,2,3", "0,0,0", "--against", "1,3,3", *weightless)
    assert (found["verdict"], found["reason"], found["difference"]) == ("undecided", "all weights are 0", "NaN")
    gate = losscli("mae", "1,2,3", "0,0,0", "--against", "1,3,3", *weightless, "-q", "--fail-if", "worse")
    assert (gate.status, gate.out) == (1, "nan\n")
    assert "+nan" not in losscli("mae", "1,2,3", "0,0,0", "--against", "1,3,3", *weightless).out
