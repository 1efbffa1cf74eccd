"""Does --where read the very rows for which it holds, as if the others were not there?"""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.support.shell import losscli as shell

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def table(count: int) -> list[dict[str, Any]]:
    draw = random.Random(3)
    return [
        {
            "lang": draw.choice(["de", "en", "fr"]),
            "age": draw.choice(["", "17", "18", "30.5", "NA"]),
            "my col": draw.choice(["x y", "z"]),
            "a.b": draw.randrange(3),
            "p": round(draw.random(), 6),
            "y": draw.randrange(2),
        }
        for _ in range(count)
    ]


def csv(rows: list[dict[str, Any]]) -> str:
    return ",".join(rows[0]) + "\n" + "".join(",".join(map(str, row.values())) + "\n" for row in rows)


ROWS = table(100)


def age(row: dict[str, Any]) -> float:
    return float(row["age"]) if row["age"] not in ("", "NA") else float("nan")


CONDITIONS: dict[str, Callable[[dict[str, Any]], bool]] = {
    'lang == "de"': lambda row: row["lang"] == "de",
    "lang != 'de'": lambda row: row["lang"] != "de",
    'lang >= "en"': lambda row: row["lang"] >= "en",
    '"de" == lang': lambda row: row["lang"] == "de",
    'lang in ("de", "en")': lambda row: row["lang"] in ("de", "en"),
    'lang not in ["de"]': lambda row: row["lang"] != "de",
    "age >= 18": lambda row: age(row) >= 18,
    "age > 17 and age < 20": lambda row: 17 < age(row) < 20,
    "17 < age < 20": lambda row: 17 < age(row) < 20,
    "not age >= 18": lambda row: age(row) < 18,
    "not (age >= 18 or lang == 'de')": lambda row: age(row) < 18 and row["lang"] != "de",
    "age >= 18 or lang == 'de'": lambda row: age(row) >= 18 or row["lang"] == "de",
    "abs(age - 18) / 2 <= 0.5": lambda row: abs(age(row) - 18) <= 1,
    "age in (17, 18)": lambda row: age(row) in (17, 18),
    'age == ""': lambda row: row["age"] == "",
    '`my col` == "x y"': lambda row: row["my col"] == "x y",
    "a.b > 1": lambda row: row["a.b"] > 1,
    "a.b == y": lambda row: row["a.b"] == row["y"],
    "p > 0.5 and y == 1": lambda row: row["p"] > 0.5 and row["y"] == 1,
}


def document(*args: str, stdin: str = "") -> dict[str, Any]:
    result = shell("bce", *args, "-f", "json", stdin=stdin)
    assert result.status == 0, result.err
    found: dict[str, Any] = json.loads(result.out)
    return found


@pytest.mark.parametrize("text", CONDITIONS)
def test_rows_that_are_picked(text: str) -> None:
    found = document("-", "-p", "p", "-y", "y", "--where", text, stdin=csv(ROWS))
    rows = [row for row in ROWS if CONDITIONS[text](row)]
    alone = document("-", "-p", "p", "-y", "y", stdin=csv(rows))
    for key in ("value", "summary", "per_sample", "inputs", "baseline", "accuracy"):
        assert found[key] == alone[key], key
    (told,) = [one for one in found["decisions"] if one["what"] == "rows"]
    assert told["value"] == f"{len(rows)} of 100"
    assert told["reason"].startswith(f"--where {text}")


def test_rows_without_a_value_are_told() -> None:
    found = document("-", "-p", "p", "-y", "y", "--where", "age > 0", stdin=csv(ROWS))
    (told,) = [one["reason"] for one in found["decisions"] if one["what"] == "rows"]
    gone = sum(row["age"] in ("", "NA") for row in ROWS)
    assert told == f"--where age > 0; {gone} rows have no value to compare"


def test_other_rows_may_lack_anything() -> None:
    text = "split,p,y\ntest,0.2,1\ntrain,,1\ntest,0.7,1\ntrain,0.5,\n"
    assert document("-", "--where", 'split == "test"', stdin=text)["inputs"]["samples"] == 2
    result = shell("bce", "-", "--where", 'split == "train"', stdin=text)
    assert result.status == 3


@pytest.mark.parametrize("form", ["ndjson", "npz", "parquet"])
def test_other_formats(form: str, tmp_path: Path) -> None:
    rows = [{**row, "age": age(row)} for row in ROWS if row["age"] not in ("", "NA")]
    path = tmp_path / f"a.{form}"
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    if form == "ndjson":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    elif form == "npz":
        arrays: dict[str, Any] = {name: np.array(values) for name, values in columns.items()}
        np.savez(path, **arrays)
    else:
        pq = pytest.importorskip("pyarrow.parquet")
        pq.write_table(pytest.importorskip("pyarrow").table(columns), path)
    for text in ("age >= 18 and lang != 'de'", "a.b == 2", "p > 0.5"):
        found = document(str(path), "-p", "p", "-y", "y", "--where", text)
        assert found["value"] == document("-", "-p", "p", "-y", "y", "--where", text, stdin=csv(rows))["value"]


@pytest.mark.long
def test_any_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.csv"
    path.write_text(csv(table(20_000)))
    args = [str(path), "-p", "p", "-y", "y", "--where", 'lang == "de" and age > 17', "--by", "my col"]
    once = document(*args, "-j", "1")
    monkeypatch.setattr("losscli.parallel.processes._LEAST", 1 << 12)
    assert document(*args, "-j", "3") == once


def test_with_other_options(tmp_path: Path) -> None:
    args = ["bce", "-", "-p", "p", "-y", "y", "--where", "a.b == 1"]
    picked = [row for row in ROWS if row["a.b"] == 1]
    lines = shell(*args, "--append", stdin=csv(ROWS)).out.splitlines()
    assert [line.rpartition(",")[0] for line in lines] == csv(picked).splitlines()
    found = document("-", "-p", "p", "-y", "y", "--where", "a.b == 1", "--limit", "5", stdin=csv(ROWS))
    assert found["inputs"]["samples"] == 5
    (tmp_path / "p.csv").write_text("id,p\n1,.2\n2,.3\n3,.4\n")
    (tmp_path / "y.csv").write_text("id,y,g\n3,1,u\n2,1,u\n1,0,v\n")
    for more in (["--join", "id"], ["--join", "id", "--by", "g"]):
        found = document(str(tmp_path / "p.csv"), str(tmp_path / "y.csv"), "--where", 'g == "u"', *more)
        assert found["per_sample"] == pytest.approx([-np.log(0.3), -np.log(0.4)])


@pytest.mark.parametrize(
    ("text", "status", "message"),
    [
        ('lang == "xx"', 3, '--where lang == "xx": none of 100 rows'),
        ('lagn == "de"', 2, "--where: no column 'lagn'; columns: lang, age, my col, a.b, p, y"),
        ("lang > 3", 3, "--where compares lang with a number, and 'de' is none"),
        ("lang", 2, "--where lang: not a condition"),
        ('lang + "x" == "y"', 2, '--where lang + "x" == "y": not a condition'),
        ('"a" == "b"', 2, '--where "a" == "b": not a condition'),
        ("__import__('os') == 1", 2, "--where __import__('os') == 1: not a condition"),
        ("age ** 2 > 1", 2, "--where age ** 2 > 1: not a condition"),
        ("age >", 2, "--where age >: not a condition"),
        ('lang == "de" # and age > 3', 2, '--where lang == "de" # and age > 3: not a condition'),
        ("age > 1" + "0" * 400, 3, f"--where age > 1{'0' * 400}: none of 100 rows"),
    ],
)
def test_refused(text: str, status: int, message: str) -> None:
    result = shell("bce", "-", "-p", "p", "-y", "y", "--where", text, stdin=csv(ROWS))
    assert result.status == status, result.err
    assert result.err.splitlines()[0] == f"Error: {message}"


FAR = 2**53
IDS = (FAR, FAR + 1, FAR + 2, -FAR - 1, 2**64 + 1, 2**64, 7)


@pytest.mark.parametrize(
    ("text", "picks"),
    [
        (f"id == {FAR + 1}", lambda one: one == FAR + 1),
        (f"id + 1 == {FAR + 2}", lambda one: one + 1 == FAR + 2),
        (f"id - {FAR} == 1", lambda one: one - FAR == 1),
        (f"abs(id) == {FAR + 1}", lambda one: abs(one) == FAR + 1),
        (f"{FAR} < id <= {FAR + 1}", lambda one: FAR < one <= FAR + 1),
        (f"id * 3 - id * 2 == {FAR + 1}", lambda one: one == FAR + 1),
        ("id == other", lambda one: one % 2 == 0),
        ("id / 0 > 1 or id < 8", lambda one: one < 8),
    ],
)
@pytest.mark.parametrize("form", ["csv", "ndjson"])
def test_whole_numbers_are_compared_with_all_their_digits(
    text: str, picks: Callable[[int], bool], form: str, tmp_path: Path
) -> None:
    rows = [{"id": one, "other": one + one % 2, "p": 0.5, "y": 1} for one in IDS]
    path = tmp_path / f"a.{form}"
    path.write_text(csv(rows) if form == "csv" else "".join(json.dumps(row) + "\n" for row in rows))
    found = document(str(path), "-p", "p", "-y", "y", "--where", text)
    assert found["inputs"]["samples"] == sum(map(picks, IDS))


def test_whole_numbers_of_arrays_are_compared_with_all_their_digits(tmp_path: Path) -> None:
    ids = np.array([FAR, FAR + 1, FAR + 2])
    np.savez(tmp_path / "a.npz", id=ids, p=np.full(3, 0.5), y=np.ones(3))
    for text, count in ((f"id == {FAR + 1}", 1), (f"id + 1 <= {FAR + 2}", 2)):
        assert document(str(tmp_path / "a.npz"), "-p", "p", "-y", "y", "--where", text)["inputs"]["samples"] == count


def test_the_column_that_is_no_number_is_named() -> None:
    result = shell("bce", "-", "-p", "p", "-y", "y", "--where", "g > 1", stdin="p,y,g\n0.5,1,2\n0.5,1,a\n")
    assert result.err.splitlines()[1] == "  at   stdin:3, column g"


@pytest.mark.parametrize("text", ["lang=de", 'lang = "de"', 'age > 3 and lang = "de"'])
def test_a_single_equals_sign_is_told_how_to_compare(text: str) -> None:
    result = shell("bce", "-", "-p", "p", "-y", "y", "--where", text, stdin=csv(ROWS))
    assert (result.status, result.err.splitlines()[1]) == (2, '  try  == compares: lang == "de"')
    gate = shell("bce", "0.5", "1", "--fail-if", "value = 3")
    assert (gate.status, gate.err.splitlines()[1]) == (2, "  try  == compares: value == 0")
    assert "== compares" not in shell("bce", "0.5", "1", "--fail-if", "value >=").err


def test_check_and_calls_know_it() -> None:
    text = csv(ROWS)
    where = ["--where", 'lang == "de"']
    assert shell("check", "-", "-p", "p", "-y", "y", "--loss", "bce", *where, stdin=text).status in (0, 1)
    plain = shell("nn.BCELoss", "-", "-p", "p", "-y", "y", *where, "-q", stdin=text).out
    rows = [row for row in ROWS if row["lang"] == "de"]
    assert plain == shell("nn.BCELoss", "-", "-p", "p", "-y", "y", "-q", stdin=csv(rows)).out


def test_a_call_with_an_argument_of_that_name_keeps_it() -> None:
    call = ["optax.losses.cosine_similarity", "-", "-p", "a,b", "-y", "c,d", "-f", "json"]
    text = "k,a,b,c,d\nu,1,2,3,4\nv,1,2,0,4\n"
    assert len(json.loads(shell(*call, "--where-rows", 'k == "v"', stdin=text).out)["per_sample"]) == 1
    assert shell(*call, "--where", "true", stdin=text).status == 0


def test_rows_are_picked_by_their_label_or_prediction() -> None:
    text = "species,p_cat,p_dog\ncat,.9,.1\ndog,.4,.6\ncat,.8,.2\n"
    for where, count in (('species == "cat"', 2), ("p_cat > 0.5", 2), ('species == "dog" and p_dog > 0.5', 1)):
        assert len(json.loads(shell("ce", "-", "--where", where, "-f", "json", stdin=text).out)["per_sample"]) == count
