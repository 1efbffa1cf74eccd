"""Is the result of each group that of its rows alone, whatever groups are made by and however the input is cut?"""

from __future__ import annotations

import json
import random
from csv import writer
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import mpmath  # type: ignore[import-untyped]
import numpy as np
import pytest

import losscli
from losscli.core.exact_sum import ExactSum
from losscli.errors import InputError, UsageError
from tests.support.shell import document
from tests.support.shell import losscli as shell

if TYPE_CHECKING:
    from collections.abc import Callable

HEADER = "lang,age,p_0,p_1,p_2,y"
DIGITS = str(Path(__file__).parents[2] / "examples" / "digits.csv")


def table(count: int, seed: int = 1) -> list[dict[str, Any]]:
    draw = random.Random(seed)
    rows = []
    for _ in range(count):
        p = [draw.random() + 0.01 for _ in range(3)]
        p = [round(x / sum(p), 6) for x in p]
        y = draw.randrange(3)
        rows.append(
            {"lang": draw.choice(["de", "en", "fr "]), "age": draw.choice(["", "17", "18", "30.5", "64", "65"])}
            | {f"p_{i}": x for i, x in enumerate(p)}
            | {"y": y}
        )
    return rows


def csv(rows: list[dict[str, Any]]) -> str:
    return "".join(f"{line}\n" for line in [HEADER, *(",".join(map(str, row.values())) for row in rows)])


def groups(*args: str, stdin: str = "") -> dict[str, dict[str, Any]]:
    result = shell(*args, "-f", "json", stdin=stdin)
    assert result.status == 0, result.err
    return {group["name"]: group for group in json.loads(result.out)["groups"]}


ROWS = table(200)
DIGITS_ROWS = np.loadtxt(DIGITS, delimiter=",", skiprows=1)


def age_range(row: dict[str, Any]) -> str:
    if not row["age"]:
        return "missing"
    age = float(row["age"])
    return "< 18" if age < 18 else "18 to < 65" if age < 65 else ">= 65"


def decade(row: dict[str, Any]) -> str:
    low = 10 * int(float(row["age"] or "0") // 10)
    return f"{low} to < {low + 10}" if row["age"] else "missing"


def predicted(row: dict[str, Any]) -> str:
    return str(max(range(3), key=lambda i: float(row[f"p_{i}"])))


WAYS: dict[str, Callable[[dict[str, Any]], str]] = {
    "lang": lambda row: row["lang"].strip(),
    "1": lambda row: row["lang"].strip(),
    "age": lambda row: row["age"],
    "age:18,65": age_range,
    "age/10": decade,
    "label": lambda row: str(row["y"]),
    "y": lambda row: str(row["y"]),
    "predicted": predicted,
    "lang,age:18,65": lambda row: f"{row['lang'].strip()}, {age_range(row)}",
    "label,predicted": lambda row: f"{row['y']}, {predicted(row)}",
}
LOSSES = {
    "ce": ["ce", "-", "-y", "y", "-p", "p_*"],
    "weighted": ["ce", "-", "-y", "y", "-p", "p_*", "--sample-weight", "p_0", "-r", "weighted-mean"],
    "sum": ["nn.CrossEntropyLoss", "-", "-y", "y", "-p", "p_*", "-r", "sum"],
    "acc": ["acc", "-", "-y", "y", "-p", "p_*"],
    "keras": ["keras.losses.SparseCategoricalCrossentropy", "-", "-y", "y", "-p", "p_*"],
    "balanced": ["ce", "-", "-y", "y", "-p", "p_*", "--class-weight", "balanced"],
    "whole": ["sklearn.metrics.log_loss", "-", "-y", "y", "-p", "p_*", "--labels", "0,1,2"],
}


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("by", WAYS)
def test_each_group_is_that_of_its_rows_alone(loss: str, by: str) -> None:
    found = groups(*LOSSES[loss], "--by", by, stdin=csv(ROWS))
    names = {WAYS[by](row) for row in ROWS}
    assert found.keys() == names
    for name in names:
        rows = [row for row in ROWS if WAYS[by](row) == name]
        alone = json.loads(shell(*LOSSES[loss], "-f", "json", stdin=csv(rows)).out)
        group = found[name]
        assert (group["samples"], group["value"], group["divisor"]) == (len(rows), alone["value"], alone["divisor"])
        assert {key: group[key] for key in ("mean", "std", "min", "max")} == {
            key: alone["summary"][key] for key in ("mean", "std", "min", "max")
        }
        assert group["accuracy"] == alone["accuracy"]
        assert group["share_of_rows"] == len(rows) / len(ROWS)


@pytest.mark.parametrize("loss", [name for name in LOSSES if name != "sum"])
@pytest.mark.parametrize("by", ["lang", "age:18,65", "label", "label,predicted"])
def test_each_interval_is_that_of_the_rows_alone(loss: str, by: str) -> None:
    found = groups(*LOSSES[loss], "--by", by, "--ci", stdin=csv(ROWS))
    for name, group in found.items():
        rows = [row for row in ROWS if WAYS[by](row) == name]
        alone = json.loads(shell(*LOSSES[loss], "--ci", "-f", "json", stdin=csv(rows)).out)["interval"]
        if alone is None:
            assert group.get("interval") is None, name
            continue
        for key in ("low", "high", "se"):
            assert group["interval"][key] == pytest.approx(alone[key], rel=1e-9, abs=1e-15), name
        assert all(group["interval"][key] == alone[key] for key in ("df", "method", "units"))


WIDE = "".join(f"{x},{y},{w},{g}\n" for x, y, w, g in [
    ("1e300", 0, 1, "a"), ("-1e-310", 0, "2.5", "b"), ("0.1", 0, 0, "a"), ("nan", 1, 1, "b"), ("0.3", 0, "1e9", "c"),
])  # fmt: skip


@pytest.mark.parametrize("more", [[], ["--sample-weight", "w"], ["-r", "sum"], ["--ci", "--nan", "skip"]])
@pytest.mark.parametrize("loss", ["mae", "mse"])
def test_all_rows_are_summed_up_as_without_groups(loss: str, more: list[str], tmp_path: Path) -> None:
    """They are added up by group alone: values too large or too small to be squared, and NaN, too."""
    path = tmp_path / "rows.csv"
    path.write_text("x,y,w,g\n" + WIDE)
    args = (loss, str(path), "-p", "x", "-y", "y", *more, *["--nan", "keep"] * ("--nan" not in more))
    plain, grouped = document(*args), document(*args, "--by", "g")
    for key in ("value", "divisor", "summary", "interval"):
        assert grouped.get(key) == plain.get(key)


def test_sums_of_groups_add_up_exactly() -> None:
    def exact(*args: str) -> list[Fraction]:
        found = json.loads(shell("ce", DIGITS, "-r", "sum", "-f", "json", "--by", *args).out)
        assert sum(group["samples"] for group in found["groups"]) == found["inputs"]["samples"]
        assert sum(group["share_of_loss"] for group in found["groups"]) == pytest.approx(1.0, abs=1e-15)
        assert sum(group["share_of_rows"] for group in found["groups"]) == pytest.approx(1.0, abs=1e-15)
        return [Fraction(group["value"]) for group in found["groups"]] + [Fraction(found["value"])]

    *parts, whole = exact("label")
    assert len(parts) == 10
    assert float(sum(parts)) == pytest.approx(float(whole), rel=1e-15)  # each part was rounded once


@pytest.mark.long
@pytest.mark.parametrize("by", ["lang", "lang,age:18,65", "file", "predicted"])
def test_same_document_however_the_input_is_cut(by: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = table(20_000, seed=2)
    (tmp_path / "whole.csv").write_text(csv(rows))
    for i, start in enumerate(range(0, 20_000, 4000)):
        (tmp_path / f"part-{i}.csv").write_text(csv(rows[start : start + 4000]))

    def document(*args: str) -> Any:
        found = json.loads(shell("ce", *args, "-y", "y", "-p", "p_*", "--by", by, "-f", "json").out)
        return {key: found[key] for key in ("value", "groups", "summary", "signature")}

    whole = str(tmp_path / "whole.csv")
    once = document(whole, "-j", "1")
    monkeypatch.setattr("losscli.parallel.processes._LEAST", 1 << 12)
    assert document(whole, "-j", "2") == document(whole, "-j", "7") == once
    if by != "file":
        assert document(str(tmp_path / "part-*.csv"), "-j", "2") == once


def test_same_groups_in_other_formats(tmp_path: Path) -> None:
    rows = [{**row, "lang": row["lang"].strip(), "age": float(row["age"] or 99)} for row in ROWS]
    text = csv([{**row, "age": repr(row["age"])} for row in rows])
    records = "".join(json.dumps(row) + "\n" for row in rows)
    np.savez(
        tmp_path / "a.npz",
        lang=np.array([row["lang"] for row in rows]),
        age=np.array([row["age"] for row in rows]),
        predictions=np.array([[row[f"p_{i}"] for i in range(3)] for row in rows]),
        labels=np.array([row["y"] for row in rows]),
    )
    for by in ("lang", "age:18,65", "age", "lang,age/20"):
        ours = groups("ce", "-", "-y", "y", "-p", "p_*", "--by", by, stdin=text)
        assert groups("ce", "-", "-y", "y", "-p", "p_*", "--by", by, stdin=records) == ours
        assert groups("ce", str(tmp_path / "a.npz"), "--by", by) == ours


def test_parquet(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    pq = pytest.importorskip("pyarrow.parquet")
    rows = [{**row, "lang": row["lang"].strip()} for row in ROWS]
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    pq.write_table(pa.table(columns), tmp_path / "a.parquet")
    pq.write_table(pa.table({**columns, "lang": pa.array(columns["lang"]).dictionary_encode()}), tmp_path / "b.parquet")
    for by in ("lang", "age:18,65", "lang,age/20"):
        ours = groups("ce", "-", "-y", "y", "-p", "p_*", "--by", by, stdin=csv(rows))
        for name in ("a", "b"):
            assert groups("ce", str(tmp_path / f"{name}.parquet"), "-y", "y", "-p", "p_*", "--by", by) == ours


@pytest.mark.parametrize("more", [[], ["--join", "id"]])
def test_a_column_of_the_labels(more: list[str], tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("id,p_0,p_1\n" + "".join(f"{i},0.{i}5,0.{9 - i}5\n" for i in range(5)))
    (tmp_path / "y.csv").write_text("id,y,region\n" + "".join(f"{i},{i % 2},{'ab'[i > 2]}\n" for i in range(5)))
    result = shell("ce", str(tmp_path / "p.csv"), str(tmp_path / "y.csv"), "--by", "region", "-f", "csv", *more)
    assert [line.split(",")[:2] for line in result.out.splitlines()] == [["region", "samples"], ["a", "3"], ["b", "2"]]
    assert "region" not in result.err


def test_the_label_by_its_own_name() -> None:
    text = "p,y,label\n0.2,0,u\n0.7,1,v\n"
    assert [*groups("bce", "-", "--by", "y", stdin="p,y\n0.2,0\n0.7,1\n")] == ["0", "1"]
    assert [*groups("mse", "-", "-y", "y", "-p", "p", "--by", "y/0.5", stdin=text)] == ["0 to < 0.5", "1 to < 1.5"]


def test_columns_whose_names_look_like_ranges() -> None:
    text = "a/10,b:2,p,y\nu,x,0.2,0\nv,x,0.7,1\n"
    assert [*groups("bce", "-", "-y", "y", "-p", "p", "--by", "a/10", stdin=text)] == ["u", "v"]
    assert [*groups("bce", "-", "-y", "y", "-p", "p", "--by", "a/10,b:2", stdin=text)] == ["u, x", "v, x"]


def test_skipped_rows_belong_to_their_group() -> None:
    text = "g,p,y\nu,0.2,0\nu,nan,1\nv,0.7,1\n"
    found = groups("bce", "-", "-y", "y", "-p", "p", "--by", "g", "--nan", "skip", stdin=text)
    assert [(group["samples"], group["divisor"]) for group in found.values()] == [(2, 1), (1, 1)]


def test_a_group_that_has_no_value_is_told() -> None:
    text = "g,p,y\nu,0.2,0\nu,0.4,1\nv,0.7,1\n"
    result = shell("sklearn.metrics.log_loss", "-", "-y", "y", "-p", "p", "--by", "g", "-f", "json", stdin=text)
    assert json.loads(result.out)["groups"][1]["value"] is None
    assert "1 group has no value: v: " in result.err
    quiet = shell("sklearn.metrics.log_loss", "-", "-y", "y", "-p", "p", "--by", "g", "-q", stdin=text)
    assert [line.split("\t")[1] for line in quiet.out.splitlines()] == ["u", "v", "total"]
    assert "nan\tv\n" in quiet.out


def test_ranges_begin_where_they_say() -> None:
    text = "p,y,x\n" + "".join(f"{i / 10},0,{i}\n" for i in range(-3, 12))
    for by, width in (("p/0.1", 1), ("p/0.3", 3), ("p/0.7", 7), ("x/4", 4)):
        found = json.loads(shell("mae", "-", "-p", "p", "-y", "y", "--by", by, "-f", "json", stdin=text).out)["groups"]
        unit = 10 if by.startswith("p") else 1
        low = [-3 // width * width + i * width for i in range(len(found))]
        assert [one["name"] for one in found] == [f"{a / unit:g} to < {(a + width) / unit:g}" for a in low]
        assert [one["samples"] for one in found] == [sum(a <= i < a + width for i in range(-3, 12)) for a in low]


def test_whole_numbers_are_grouped_with_all_their_digits() -> None:
    far = 2**53
    text = "id,p,y\n" + "".join(f"{far + i},{i},0\n" for i in range(4))
    args = ["mae", "-", "-p", "p", "-y", "y", "-q", "--by"]
    assert shell(*args, "id", stdin=text).out.split()[1::2] == [*(str(far + i) for i in range(4)), "total"]
    assert shell(*args, f"id:{far + 3}", stdin=text).out.split("\n")[:2] == [f"1.0\t< {far + 3}", f"3.0\t>= {far + 3}"]
    assert [line.split("\t")[0] for line in shell(*args, f"id/{far + 1}", stdin=text).out.split("\n")[:2]] == [
        "0.0",
        "2.0",
    ]
    result = shell(*args, "id/1", stdin=text)
    assert result.status == 3
    assert result.err == (
        f"Error: --by id/1: ranges are too narrow for {far}\n  at   stdin:2, column id\n  try  a larger width\n"
    )


def test_table_and_quiet() -> None:
    result = shell("ce", DIGITS, "--by", "label", "-n", "0")
    assert result.out.splitlines()[0].split() == (
        ["label", "samples", "mean", "of", "the", "loss", "of", "the", "rows", "std", "min", "max", "accuracy"]
    )
    assert result.out.splitlines()[12].split()[:5] == ["total", "599", "0.1795224", "100.0%", "100.0%"]
    assert shell("ce", DIGITS, "--by", "label", "-q").out.splitlines()[-1] == "0.17952242470760987\ttotal"


@pytest.mark.parametrize(
    ("args", "status", "message"),
    [
        (["--by", "lagn"], 2, "--by: no column 'lagn'; columns: lang, age, p_0, p_1, p_2, y"),
        (["--by", "lang,lang"], 2, "--by names 'lang' twice"),
        (["--by", "lang,"], 2, "--by 'lang,': a part is empty"),
        (["--by", "age:30,18"], 2, "--by 'age:30,18': edges of ranges ascend"),
        (["--by", "age/0"], 2, "--by 'age/0': the width of ranges is above 0"),
        (["--by", "file:3"], 2, "--by: no column 'file'; columns: lang, age, p_0, p_1, p_2, y"),
        (["--by", "lang:3"], 3, "--by lang: 'de' is not a number, so it is in no range"),
        (["--by", "9"], 2, "--by 9: there are 6 columns, counted from 1"),
        (["--by", "lang", "--compare"], 2, "--by and --compare exclude each other"),
        (["--by", "lang", "--explain"], 2, "--by and --explain exclude each other"),
        (["--by", "lang", "-r", "none"], 2, "--by lang: with --reduction none there is no value for each"),
    ],
)
def test_refused(args: list[str], status: int, message: str) -> None:
    result = shell("ce", "-", "-y", "y", "-p", "p_*", *args, stdin=csv(ROWS[:1]) + "de,20,0.2,0.3,0.5,1\n")
    assert result.status == status, result.err
    assert message in result.err.splitlines()[0]


def test_near_misses_are_named() -> None:
    result = shell("ce", "-", "-y", "y", "-p", "p_*", "--by", "lagn", stdin=csv(ROWS))
    assert "did you mean 'lang'?" in result.err


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["mse", "1,2", "1,3", "--by", "label"], "--by label: the labels are numbers, not classes"),
        (["mse", "1,2", "1,3", "--by", "predicted"], "--by predicted: the predictions are numbers, not classes"),
        (["ce", "[[.2,.8]]", "[[.5,.5]]", "--by", "label"], "--by label: a label is a distribution, not one class"),
    ],
)
def test_what_has_no_class(args: list[str], message: str) -> None:
    result = shell(*args)
    assert (result.status, message in result.err.splitlines()[0]) == (3, True), result.err


def test_too_many_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("losscli.core.groups.parts.MOST", 2)
    result = shell("ce", "-", "-y", "y", "-p", "p_*", "--by", "lang", stdin=csv(ROWS))
    assert result.status == 3
    assert result.err.splitlines()[0] == "Error: --by lang: more than 2 different values"


def welch(a: list[float], b: list[float]) -> float:
    """Welch's two-sided p, by the textbook; the tail of t is an incomplete beta function."""
    va, vb = (np.var(x, ddof=1) / len(x) for x in (a, b))
    df = (va + vb) ** 2 / (va**2 / (len(a) - 1) + vb**2 / (len(b) - 1))
    t = (np.mean(a) - np.mean(b)) / np.sqrt(va + vb)
    return float(mpmath.betainc(df / 2, 0.5, 0, df / (df + t**2), regularized=True))


def test_p_is_that_of_welch_and_holm() -> None:
    every = json.loads(shell(*LOSSES["ce"], "-f", "json", stdin=csv(ROWS)).out)["per_sample"]
    found = groups(*LOSSES["ce"], "--by", "lang", "--ci", stdin=csv(ROWS))
    p = {}
    for name in found:
        inside = [x for x, row in zip(every, ROWS, strict=True) if WAYS["lang"](row) == name]
        outside = [x for x, row in zip(every, ROWS, strict=True) if WAYS["lang"](row) != name]
        p[name] = welch(inside, outside)
    highest = 0.0
    for rank, name in enumerate(sorted(p, key=p.__getitem__)):
        highest = max(highest, min(1.0, (3 - rank) * p[name]))
        assert found[name]["p_holm"] == pytest.approx(highest, rel=1e-9)


def test_worst_groups() -> None:
    args = ["ce", DIGITS, "--label", "label", "--by", "label"]
    every = groups(*args, "--ci")
    order = sorted(every, key=lambda name: -every[name]["interval"]["low"])
    assert [*groups(*args, "--worst-groups", "3")] == order[:3]
    assert [group["p_holm"] for group in groups(*args, "--worst-groups", "3").values()] == [
        every[name]["p_holm"] for name in order[:3]
    ]
    table = shell(*args, "--worst-groups", "3", "-n", "0").out
    assert "the worst 3 of 10 groups, by the lower end of the interval\n" in table
    assert "p: the group against all other rows (Welch), corrected for 10 groups (Holm)\n" in table
    assert table.splitlines()[5].split()[:2] == ["total", "599"]
    best = groups("acc", DIGITS, "--label", "label", "--by", "label", "--worst-groups", "10")
    highs = [group["interval"]["high"] for group in best.values()]
    assert highs == sorted(highs)


def test_gates_see_all_groups() -> None:
    args = ["ce", DIGITS, "--label", "label", "--by", "label", "--worst-groups", "1", "-q"]
    assert shell(*args, "--fail-if", "group.value < 0.02").status == 1
    result = shell(*args, "--fail-if", "group.value > 0.3 and group.samples >= 50")
    assert "'8': group.value 0.3516433, group.samples 56; also '9'" in result.err


def test_nothing_to_find_is_not_found() -> None:
    draw = np.random.default_rng(7)
    text = "g,p,y\n" + "".join(f"{i % 100},{p!r},1\n" for i, p in enumerate(draw.random(5000).tolist()))
    found = groups("bce", "-", "-y", "y", "-p", "p", "--by", "g", "--ci", stdin=text)
    assert len(found) == 100
    assert min(group["p_holm"] for group in found.values()) > 0.05


def test_options_that_do_nothing_are_refused() -> None:
    result = shell("ce", DIGITS, "--label", "label", "--worst-groups", "3")
    assert (result.status, result.err.splitlines()[0]) == (2, "Error: --worst-groups: there are no groups")
    result = shell("nll", "-", "-p", "lp", "--by", "g", "--per", "g", stdin="g,lp\na,-1\n")
    assert (result.status, result.err.splitlines()[0]) == (2, "Error: --by and --per exclude each other")


def test_python() -> None:
    p = np.array([[row[f"p_{i}"] for i in range(3)] for row in ROWS])
    y = np.array([row["y"] for row in ROWS])
    lang = [WAYS["lang"](row) for row in ROWS]
    report = losscli.evaluate("ce", p, y, by=lang, ci=True)
    wanted = groups(*LOSSES["ce"], "--by", "lang", "--ci", stdin=csv(ROWS))
    assert [group.name for group in report.groups] == [*wanted]
    for group in report.groups:
        own = wanted[group.name]
        assert (group.value, group.samples, group.share_of_loss) == (own["value"], own["samples"], own["share_of_loss"])
        assert group.interval is not None
        assert (group.interval.low, group.p) == (own["interval"]["low"], own["p_holm"])
    several = losscli.evaluate("ce", p, y, by={"lang": lang, "y": y})
    assert several.by == ("lang", "y")
    assert {group.names for group in several.groups} == {(a, str(b)) for a, b in zip(lang, y.tolist(), strict=True)}
    assert [group.name for group in losscli.evaluate("ce", p, y, by="label").groups] == ["0", "1", "2"]
    assert losscli.evaluate("ce", p, y, by=y == 1).groups[0].name in ("true", "false")
    with pytest.raises(InputError, match="one for each of 200 rows"):
        losscli.evaluate("ce", p, y, by=lang[1:])
    with pytest.raises(UsageError, match="an array, several by their names"):
        losscli.evaluate("ce", p, y, by="lang")


@pytest.mark.parametrize("column", ["a", "b", "c", "z"])
def test_lines_of_one_length(column: str) -> None:
    """Columns at a stride, and those that only look so: a delimiter in another place."""
    rows = [f"{'xyz'[i % 3]}{i % 2},{i % 2},u v,0.{i % 9 + 1},{i % 2},q{i % 4}" for i in range(50)]
    for lines in (rows, [*rows, "x,11,u v,0.1,1,q1"], [*rows, "xx1,1,uv,0.1,1,q1"], [*rows, ",111,uv,0.1,1,q1"]):
        text = "a,b,c,p,y,z\n" + "".join(f"{line}\n" for line in lines)
        found = groups("bce", "-", "-p", "p", "-y", "y", "--by", column, stdin=text)
        at = "abcpyz".index(column)
        counts: dict[str, int] = {}
        for line in lines:
            counts[line.split(",")[at]] = counts.get(line.split(",")[at], 0) + 1
        assert {name: group["samples"] for name, group in found.items()} == counts


def test_python_tables() -> None:
    columns: dict[str, Any] = {"p": [0.2, 0.7, 0.4], "y": [0, 1, 1], "g": ["a", "b", "a"]}
    for by in ("g", ["g"], np.array(["a", "b", "a"]), {"g": ["a", "b", "a"]}):
        report = losscli.evaluate("bce", columns, pred="p", label="y", by=by)
        assert [(group.name, group.samples) for group in report.groups] == [("a", 2), ("b", 1)]


def test_parquet_in_parts(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    pq = pytest.importorskip("pyarrow.parquet")
    rows = table(20_000, seed=5)
    for i, row in enumerate(rows):
        row |= {"lang": ["é", "", "a long name of a language", "de"][i % 4], "age": i % 77}
    (tmp_path / "a.csv").write_text(csv(rows))
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    kinds = {"a": pa.string(), "b": pa.large_string()}
    for name, kind in kinds.items():
        typed = pa.table({**columns, "lang": pa.array(columns["lang"], kind)})
        pq.write_table(typed, tmp_path / f"{name}.parquet", row_group_size=3000)
    for by in ("lang", "age", "age/10", "lang,age:30"):
        ours = groups("ce", str(tmp_path / "a.csv"), "-y", "y", "-p", "p_*", "--by", by)
        for name in kinds:
            assert groups("ce", str(tmp_path / f"{name}.parquet"), "-y", "y", "-p", "p_*", "--by", by) == ours


def test_groups_of_digits_add_up_to_the_last_bit() -> None:
    rows = DIGITS_ROWS
    p, y = rows[:, 1:], rows[:, 0].astype(int)
    report = losscli.evaluate("ce", p, y, by="label", ci=95)
    assert sum((group.summary.total for group in report.groups), ExactSum()) == report.summary.total
    assert sum(group.share_of_loss or 0.0 for group in report.groups) == pytest.approx(1.0, abs=1e-15)
    for group in report.groups:
        mine = y == int(group.name)
        alone = losscli.evaluate("ce", p[mine], y[mine], ci=95)
        assert (group.value, group.accuracy) == (alone.value, alone.accuracy)
        assert group.interval is not None
        assert alone.interval is not None
        for end in ("low", "high", "se"):
            assert getattr(group.interval, end) == pytest.approx(getattr(alone.interval, end), rel=1e-9)
        assert (group.interval.df, group.interval.units) == (alone.interval.df, int(mine.sum()))


def test_a_table_of_many_groups_ends() -> None:
    text = "g,p,y\n" + "".join(f"{i},0.5,1\n" for i in range(600))
    out = shell("bce", "-", "-p", "p", "-y", "y", "--by", "g", "-n", "0", stdin=text).out.splitlines()
    assert out[501].split()[0] == "499"
    assert out[502].split()[:2] == ["total", "600"]
    assert out[503] == "100 more groups: -f csv shows all of them, --worst-groups K the worst"
    assert len(shell("bce", "-", "-p", "p", "-y", "y", "--by", "g", "-f", "csv", stdin=text).out.splitlines()) == 601


TEXTS = {
    "short": ["a", "b", "cc", "west", "x" * 8],
    "digits": ["g01", "g02", "g17", "-1", "1e5", "0.50", "0.5"],
    "two words": ["south-east2", "south-east3", "north", "abcdefghi", "x" * 8 + "y" * 8, "x" * 8 + "y" * 7],
    "long": ["north", "a name of more than sixteen bytes", "a name of more than sixteen bytez", "x" * 17, "y" * 300],
    "letters": ["é", "e", "日本語の名前", "ß" * 9, "naïve café"],
    "quoted": ["a, b", 'say "x"', "plain", "two\nlines"],
    "empty": ["", "a", "b"],
}


@pytest.mark.parametrize("place", [0, 2, 4])
@pytest.mark.parametrize("kind", TEXTS)
def test_each_row_is_in_the_group_of_its_text(
    kind: str, place: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of any length and letters, quoted or not, first met in the last block, before, between and behind the numbers."""
    rng = random.Random(f"{kind} {place}")
    names = [rng.choice(TEXTS[kind]) for _ in range(600)]
    names[-3:] = ["only at the end", names[0], "last"]
    rows = [
        [f"{(p := rng.randrange(1, 1000)) / 1000:.3f}", f"{1 - p / 1000:.3f}", "x", str(rng.randrange(2))]
        for _ in names
    ]
    losses: dict[str, list[float]] = {}
    for name, (a, b, _, y) in zip(names, rows, strict=True):
        losses.setdefault(name, []).append(-np.log(float(b if y == "1" else a)))
    monkeypatch.setattr("losscli.parallel.processes._LEAST", 1 << 10)
    head = ["p_0", "p_1", "note", "y"]
    lines = [[*row[:place], name, *row[place:]] for name, row in zip(["g", *names], [head, *rows], strict=True)]
    with (tmp_path / "a.csv").open("w", newline="", encoding="utf-8") as stream:
        writer(stream, lineterminator="\r\n" if place == 2 else "\n").writerows(lines)
    asked = ["ce", str(tmp_path / "a.csv"), "-y", "y", "-p", "p_*", "--by", "g", "--like", "exact"]
    once = document(*asked, "-j", "1")["groups"]
    assert place < 4 or document(*asked, "-j", "3")["groups"] == once
    found = {group["name"].replace("\\n", "\n"): group for group in once}
    assert [*found] == [*losses]
    for name, own in losses.items():
        assert found[name]["samples"] == len(own)
        assert found[name]["value"] == pytest.approx(np.mean(own), rel=1e-12)
