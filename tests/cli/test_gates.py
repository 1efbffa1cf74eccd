"""Do gates fail when they should and never pass on what is unknown, and are they checked before anything is read?"""

from __future__ import annotations

import json
import random
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from losscli.losses import find
from tests.support.shell import Result, losscli

MAE = ("mae", "1,2,4,8,3", "0,0,0,0,0")  # 3.6


def gate(*args: str) -> Result:
    return losscli(*args, "-q")


@pytest.fixture
def saved(tmp_path: Path) -> str:
    path = tmp_path / "main.json"
    assert losscli(*MAE, "--ci", "-f", "json", "-o", str(path)).status == 0
    return str(path)


@pytest.mark.parametrize(
    ("text", "failed", "message"),
    [
        ("value > 3.5", True, "value 3.6"),
        ("value > 3.6", False, "value 3.6"),
        ("value > 3.5 and samples >= 100", False, "value 3.6, samples 5"),
        ("not value < 3.6", True, "value 3.6"),
        ("max / min > 7", True, "max 8, min 1"),
        ("abs(value - mean) > 0", False, "value 3.6, mean 3.6"),
        ("sum == 18", True, "sum 18"),
        ("count < 6 or median > 3", True, "count 5, median 3"),
        ("low < 1%", False, "low 1.587128"),
        ("high > 12", True, "high 17.33423"),
        ("3 < value < 4", True, "value 3.6"),
    ],
)
def test_conditions(text: str, failed: bool, message: str) -> None:
    result = losscli(*MAE, "--fail-if", text, "--ci", "90" if "<" in text else "95")
    assert result.status == int(failed)
    assert f"{'failed' if failed else 'passed'}: --fail-if {text}: {message}" in result.err
    quiet = gate(*MAE, "--fail-if", text, "--ci", "90" if "<" in text else "95")
    assert (quiet.out, quiet.status) == ("3.6\n", int(failed))
    assert (message in quiet.err) == failed  # a bare number is not explained, a failure is


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "utf-16-le"])
def test_a_baseline_may_be_what_powershell_wrote(saved: str, encoding: str) -> None:
    path = Path(saved)
    path.write_text(path.read_text().replace("\n", "\r\n"), encoding=encoding)
    assert gate(*MAE, "--baseline", saved, "--max-regress", "1%").status == 0
    assert gate(*MAE, "--against", saved).out == "0.0\n"


def test_every_gate_is_told_and_one_that_fails_is_enough() -> None:
    result = losscli(*MAE, "--fail-if", "value > 9", "--fail-if", "value > 3", "--fail-if", "max > 9")
    assert result.status == 1
    assert result.err.splitlines() == [
        "passed: --fail-if value > 9: value 3.6",
        "failed: --fail-if value > 3: value 3.6",
        "passed: --fail-if max > 9: max 8",
    ]


@pytest.mark.parametrize(
    ("args", "text", "message"),
    [
        (("mae", "nan,1", "0,0", "--nan", "keep"), "value > 1", "value is NaN"),
        (("mae", "nan,1", "0,0", "--nan", "keep"), "value < 1", "value is NaN"),
        (("mae", "nan,1", "0,0", "--nan", "keep"), "not value > 1", "value is NaN"),
        (("mae", "nan,1", "0,0", "--nan", "keep"), "value - value > 1", "value is NaN"),
        (("torch.nn.NLLLoss", "[[-1,-1]]", "-100"), "value > 1", "value is NaN"),  # the mean of nothing
        (("mae", "nan,nan", "0,0", "--nan", "skip"), "value > 1", "value is NaN"),
        (("mae", "1,2", "0,0"), "accuracy < 90%", "accuracy is missing"),
        (("mae", "1", "0"), "high > 1", "high is missing"),
        (("mae", "1", "0"), "std > 1", "std is NaN"),
        (("mae", "0,0", "0,0"), "value / sum > 1", "it divides by 0, or takes inf from inf"),
        (("max-error", "1,2", "0,0"), "perplexity > 1", "perplexity is missing"),
    ],
)
def test_what_is_unknown_fails(args: tuple[str, ...], text: str, message: str) -> None:
    result = gate(*args, "--fail-if", text)
    assert (result.status, result.err) == (1, f"failed: --fail-if {text}: {message}\n")
    document = json.loads(losscli(*args, "--fail-if", text, "-f", "json").out)["gates"]
    assert [(one["failed"], one["unknown"]) for one in document] == [(True, True)]


def test_what_hangs_on_something_known_is_known() -> None:
    args = ("mae", "nan,1", "0,0", "--nan", "keep", "--fail-if")
    assert gate(*args, "value > 1 and samples > 9").status == 0
    assert (
        gate(*args, "value > 1 or samples > 1").err
        == "failed: --fail-if value > 1 or samples > 1: value nan, samples 2\n"
    )


def test_an_infinite_number_is_a_number() -> None:
    assert gate("ce", "[[0,1],[1,0]]", "0,0", "--like", "exact", "--fail-if", "perplexity > 1e6").status == 1
    assert gate("ce", "[[0,1],[1,0]]", "0,0", "--like", "exact", "--fail-if", "perplexity < 1e6").status == 0


@pytest.mark.parametrize(
    ("args", "what"),
    [
        (["--fail-if", "valu > 1"], "--fail-if valu > 1: unknown name valu"),
        (["--fail-if", "__import__('os').system('true')"], "not a condition"),
        (["--fail-if", "9**9**9 > 1"], "not a condition"),
        (["--fail-if", "value"], "not a condition"),
        (["--fail-if", "value > 'a'"], "not a condition"),
        (["--fail-if", ""], "not a condition"),
        (["--fail-if", "worse"], "worse is there only with --against"),
        (["--fail-if", "difference.high > 0"], "difference.high is there only with --against"),
        (["--fail-if", "value > baseline.value"], "baseline.value is there only with --baseline"),
        (["--fail-if", "group.value > 1"], "group.value is there only with --by"),
        (["--max-regress", "1%"], "--max-regress needs a result that was saved, to compare with"),
        (["--max-regress", "-1%", "--baseline", "x.json"], "--max-regress '-1%': by how much the value may be worse"),
        (["--max-regress", "nan", "--baseline", "x.json"], "--max-regress 'nan': by how much"),
        (["--max-regress", "1e999", "--baseline", "x.json"], "by how much"),
        (["--baseline", "x.json"], "--baseline x.json: no gate asks for it"),
        (["--baseline", "x.json", "--max-regress", "1%"], "--baseline x.json: No such file or directory"),
        (["--baseline", "README.md", "--max-regress", "1%"], "--baseline README.md: not the result of a loss"),
        (
            ["--fail-if", "low < 1", "-r", "none"],
            "--fail-if: without a reduction there is no number to have an interval",
        ),
        (["--annotate"], "--annotate reports gates, and there are none"),
        (["-f", "junit"], "-f junit reports gates, and there are none"),
        (["--fail-if", "value > 1", "--compare"], "--compare has no gates"),
        (["--fail-if", "value > 1", "--explain"], "--explain has no gates"),
        (["--fail-if", "value > 1", "--annotate", "-f", "json"], "--annotate writes lines to stdout, among the json"),
    ],
)
def test_gates_are_refused_before_anything_is_read(args: list[str], what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).parents[2])
    for command in ("mae", "torch.nn.L1Loss"):
        result = losscli(command, "nowhere.csv", *args)
        assert (result.status, result.out) == (2, ""), result.err
        assert what in result.err


def test_bad_input_is_never_a_failed_gate() -> None:
    assert losscli("mae", "nan,1", "0,0", "--fail-if", "value > 1").status == 3
    assert losscli("mae", "nowhere.csv", "--fail-if", "value > 1").status == 2


@pytest.mark.parametrize(
    ("floors", "failed", "message"),
    [
        (["1%"], True, "value 4 > baseline.value 3.6 * 1.01 = 3.636"),
        (["12%"], False, "value 4 <= baseline.value 3.6 * 1.12 = 4.032"),
        (["0.3"], True, "value 4 > baseline.value 3.6 + 0.3 = 3.9"),
        (["0.3", "1%"], True, "value 4 > baseline.value 3.6 + 0.3 = 3.9 and > baseline.value 3.6 * 1.01 = 3.636"),
        (["1%", "0.5"], False, "value 4 <= baseline.value 3.6 + 0.5 = 4.1"),
        (["0"], True, "value 4 > baseline.value 3.6 + 0 = 3.6"),
    ],
)
def test_a_value_may_be_so_much_worse_than_the_baselines(
    floors: list[str], failed: bool, message: str, saved: str
) -> None:
    options = [word for floor in floors for word in ("--max-regress", floor)]
    result = gate("mae", "1,2,4,8,5", "0,0,0,0,0", "--baseline", saved, *options)
    assert (result.out, result.status) == ("4.0\n", int(failed))
    told = losscli("mae", "1,2,4,8,5", "0,0,0,0,0", "--baseline", saved, *options).err
    assert f"{'failed' if failed else 'passed'}: {' '.join(options)}: {message}\n" in told


def test_where_more_is_better_less_is_a_regress(tmp_path: Path) -> None:
    path = str(tmp_path / "main.json")
    losscli("acc", "1,1,1,0", "1,1,1,1", "-f", "json", "-o", path)
    assert gate("acc", "1,1,1,1", "1,1,1,1", "--baseline", path, "--max-regress", "0").status == 0
    result = gate("acc", "1,1,0,0", "1,1,1,1", "--baseline", path, "--max-regress", "10%")
    assert "failed: --max-regress 10%: value 0.5 < baseline.value 0.75 * 0.9 = 0.675" in result.err
    negative = str(tmp_path / "negative.json")
    losscli("r2", "9,2,3", "1,2,3", "-f", "json", "-o", negative)  # -31
    assert gate("r2", "9,2,3", "1,2,3", "--baseline", negative, "--max-regress", "1%").status == 0
    assert gate("r2", "9.1,2,3", "1,2,3", "--baseline", negative, "--max-regress", "1%").status == 1


def test_a_baseline_that_is_unknown_fails(saved: str) -> None:
    document = json.loads(Path(saved).read_text())
    for value, message in (("NaN", "baseline.value is NaN"), (None, "baseline.value is missing")):
        Path(saved).write_text(json.dumps({**document, "value": value}))
        result = gate(*MAE, "--baseline", saved, "--max-regress", "1%")
        assert (result.status, result.err) == (1, f"failed: --max-regress 1%: {message}\n")


def test_numbers_of_the_baseline_have_names(saved: str) -> None:
    for text in (
        "value > baseline.value * 1.01", "std > baseline.std", "high > baseline.high", "samples != baseline.samples",
    ):  # fmt: skip
        assert gate(*MAE, "--baseline", saved, "--fail-if", text).status == 0, text
    assert gate(*MAE, "--baseline", saved, "--fail-if", "baseline.max >= 8").status == 1


def test_a_baseline_of_another_number_is_refused_with_both(tmp_path: Path) -> None:
    data, path = ("[[.6,.4],[.3,.6]]", "0,1"), str(tmp_path / "main.json")
    losscli("ce", *data, "--like", "torch", "-f", "json", "-o", path)
    result = losscli("ce", *data, "--baseline", path, "--max-regress", "1%")
    assert (result.status, result.out) == (2, "")
    assert f"Error: --baseline {path} is another number\n" in result.err
    assert "baseline: cross-entropy|probabilities|labels:sparse|torch|" in result.err
    assert "this:     cross-entropy|probabilities|labels:sparse|keras|" in result.err
    assert losscli("ce", *data, "--like", "torch", "--baseline", path, "--max-regress", "1%").status == 0


def test_a_baseline_of_another_version_is_told(saved: str) -> None:
    path = Path(saved)
    path.write_text(path.read_text().replace("|losscli:", "|losscli:0.0.1-"))
    result = losscli(*MAE, "--baseline", saved, "--max-regress", "1%")
    assert result.status == 0
    assert "note: the baseline was computed by losscli:0.0.1-" in result.err


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (("1,2,4,8,3", "0,0,0,0,1"), "its labels or weights differ"),
        (("1,2,4,8", "0,0,0,0"), "it has 5 rows and 5 values, this 4 and 4"),
    ],
)
def test_a_baseline_of_other_rows_is_refused(data: tuple[str, str], what: str, saved: str) -> None:
    result = losscli("mae", *data, "--baseline", saved, "--max-regress", "1%")
    assert (result.status, result.out) == (3, "")
    assert what in result.err


def test_a_baseline_with_other_weights_is_refused(tmp_path: Path) -> None:
    path, weighted = str(tmp_path / "main.json"), (*MAE, "--sample-weight", "1,2,1,1,1")
    losscli(*weighted, "-f", "json", "-o", path)
    assert losscli(*weighted, "--baseline", path, "--max-regress", "1%").status == 0
    for other in (MAE, (*MAE, "--sample-weight", "1,1,1,1,3")):
        result = losscli(*other, "--baseline", path, "--max-regress", "1%")
        assert (result.status, "its labels or weights differ" in result.err) == (3, True)


def test_a_perplexity_is_no_baseline_of_a_mean(tmp_path: Path) -> None:
    path = str(tmp_path / "main.json")
    losscli("perplexity", "-1,-2", "-f", "json", "-o", path)
    assert losscli("perplexity", "-1,-2", "--baseline", path, "--max-regress", "1%").status == 0
    result = losscli("nll", "-1,-2", "--baseline", path, "--max-regress", "1%")
    assert (result.status, f"--baseline {path} is its perplexity, this is a mean" in result.err) == (2, True)


def digest(*args: str) -> Any:
    result = losscli(*args, "-f", "json")
    assert result.status == 0, result.err
    return json.loads(result.out)["labels_digest"]


def test_the_digest_tells_labels_and_not_their_order(tmp_path: Path) -> None:
    draw = random.Random(3)
    rows = [(draw.random(), draw.choice(["cat", "dog"])) for _ in range(500)]
    found = set()
    for i, order in enumerate((rows, rows[::-1])):
        path = tmp_path / f"{i}.csv"
        path.write_text("p_cat,p_dog,label\n" + "".join(f"{p:.6f},{1 - p:.6f},{y}\n" for p, y in order))
        found.add(digest("ce", str(path), "--jobs", "13"[i]))
    turned = tmp_path / "turned.csv"  # the columns in the other order
    turned.write_text("label,p_dog,p_cat\n" + "".join(f"{y},{1 - p:.6f},{p:.6f}\n" for p, y in rows))
    found.add(digest("ce", str(turned)))
    assert len(found) == 1
    turned.write_text(turned.read_text().replace("dog,", "cat,", 2).replace("p_cat", "p_dog", 1))
    assert digest("ce", str(turned)) not in found


def test_the_digest_of_lists_of_labels_knows_which_stand_together() -> None:
    assert digest("mae", "[[1,0],[0,1]]", "[[1,0],[0,1]]") != digest("mae", "[[1,0],[0,1]]", "[[1,1],[0,0]]")
    assert digest("mae", "[[1,0],[0,1]]", "[[1,0],[0,1]]") == digest("mae", "[[1,0],[0,1]]", "[[0,1],[1,0]]")
    assert digest("mae", "1,2", "0,5") == digest("mae", "7,2", "5,-0.0")
    assert digest("zero-one", "a,b", "a,c") != digest("zero-one", "a,b", "a,b")
    assert digest("triplet-margin", "[[1,2]]", "--positive", "[[1,2]]", "--negative", "[[0,0]]") is None


def test_formats_of_the_same_rows_have_the_same_digest(tmp_path: Path) -> None:
    table = np.column_stack([np.linspace(0.1, 0.9, 9), np.arange(9) % 2])
    np.savetxt(tmp_path / "t.csv", table, delimiter=",", header="p,y", comments="")
    np.save(tmp_path / "x.npy", table[:, 0])
    np.save(tmp_path / "y.npy", table[:, 1])
    from_arrays = digest("bce", str(tmp_path / "x.npy"), str(tmp_path / "y.npy"))
    assert digest("bce", str(tmp_path / "t.csv"), "-y", "y") == from_arrays


def test_groups_have_gates(tmp_path: Path) -> None:
    for name, loss in {"de": 0.1, "en": 0.2, "fr": 0.6, "it": 0.7}.items():
        (tmp_path / f"{name}.csv").write_text("p,y\n" + f"{loss},0\n" * 3)
    args = ("mae", str(tmp_path), "--by", "file", "--fail-if")
    result = losscli(*args, "group.value > 0.5 and group.samples >= 3", "-n", "0")
    assert result.status == 1
    assert f"3: '{tmp_path / 'fr.csv'}': group.value 0.6, group.samples 3; also '{tmp_path / 'it.csv'}'\n" in result.err
    assert losscli(*args, "group.value > 0.5 and group.samples > 3").status == 0
    assert losscli(*args, "group.value > 2 * value", "-q").status == 0
    result = losscli(*args, "group.high > 1", "-q")
    assert result.status == 0


def test_the_digest_and_gates_are_in_the_document(saved: str) -> None:
    document = json.loads(
        losscli(*MAE, "--baseline", saved, "--max-regress", "1%", "--fail-if", "max > 7", "-f", "json").out
    )
    assert document["labels_digest"] == json.loads(Path(saved).read_text())["labels_digest"]
    assert document["gates"] == [
        {
            "option": "--fail-if", "expression": "max > 7", "failed": True, "unknown": False, "numbers": {"max": 8.0},
            "message": "max 8",
        },
        {
            "option": "--max-regress", "expression": "1%", "failed": False, "unknown": False,
            "numbers": {"value": 3.6, "baseline.value": 3.6},
            "message": "value 3.6 <= baseline.value 3.6 * 1.01 = 3.636",
        },
    ]  # fmt: skip


def test_junit_has_a_case_for_each_gate(tmp_path: Path) -> None:
    path = tmp_path / "report.xml"
    result = losscli(*MAE, "--fail-if", "value > 3", "--fail-if", "max > 9", "-o", str(path))
    assert (result.status, result.out) == (1, "")
    suite = ET.fromstring(path.read_text())[0]
    assert suite.attrib == {
        "name": "losscli mean-absolute-error", "tests": "2", "failures": "1", "errors": "0", "skipped": "0",
    }  # fmt: skip
    cases = suite.findall("testcase")
    assert [case.get("name") for case in cases] == ["--fail-if value > 3", "--fail-if max > 9"]
    failures = [case.find("failure") for case in cases]
    assert failures[1] is None
    assert failures[0] is not None
    assert failures[0].get("message") == "value 3.6"


def test_markdown_has_them_in_a_table() -> None:
    result = losscli(*MAE, "--fail-if", "value > 3", "-f", "markdown")
    assert "| --fail-if value \\> 3 | failed | value 3.6 |" in result.out


def test_annotations_are_lines_for_github() -> None:
    result = gate(*MAE, "--fail-if", "value > 300%", "--annotate")
    assert result.out == "3.6\n::error title=losscli mean-absolute-error::--fail-if value > 300%25: value 3.6\n"
    assert gate(*MAE, "--fail-if", "value > 9", "--annotate").out == "3.6\n"


def test_calls_have_gates() -> None:
    assert gate("torch.nn.L1Loss", *MAE[1:], "--fail-if", "value > 3").status == 1
    assert gate("sklearn.metrics.accuracy_score", "1,1", "1,0", "--fail-if", "low < 90%").status == 1
    assert find("mae") is not None
