"""Which rows does each format show, and what of rows with several entries?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.support.shell import losscli

if TYPE_CHECKING:
    from pathlib import Path

N = 2500
ROWS = ("mse", "4,1,3,2", "0,0,0,0")
LOSSES = [16.0, 1.0, 9.0, 4.0]
# Tokens 2 and 4 are padding, as is all of row 3.
TOKENS = (
    "ce",
    "[[[.1,.9],[.3,.7]],[[.8,.2],[.6,.4]],[[.5,.5],[.5,.5]]]",
    "[[1,-1],[0,1],[-1,-1]]",
    "--ignore-index",
    "-1",
)


def shown(output: str, text: str) -> list[float]:
    """The losses of the rows in an output."""
    match output:
        case "json":
            found: list[float] = json.loads(text)["per_sample"]
            return found
        case "ndjson":
            return [json.loads(line)["loss"] for line in text.splitlines()]
        case "csv" | "tsv":
            return [float(line.split("," if output == "csv" else "\t")[1]) for line in text.splitlines()[1:]]
        case "markdown":
            lines = text.split("\n\n")[0].splitlines()[2:]
            return [float(line.split("|")[4]) for line in lines if line.startswith("| ")]
        case _:
            lines = text.split("\n\n")[0].splitlines()[2:]
            return [float(line.split()[3]) for line in lines if line.split()[0].isdigit() and "more" not in line]


@pytest.mark.parametrize("output", ["table", "markdown", "csv", "tsv", "ndjson", "json"])
@pytest.mark.parametrize(
    ("options", "losses"),
    [
        ((), LOSSES),
        (("--all",), LOSSES),
        (("-n", "2"), LOSSES[:2]),
        (("-n", "9"), LOSSES),
        (("--worst", "2"), [16.0, 9.0]),
        (("--worst", "9"), [16.0, 9.0, 4.0, 1.0]),
    ],
    ids=lambda value: " ".join(map(str, value)),
)
def test_a_limit_of_rows_holds_in_every_format(output: str, options: tuple[str, ...], losses: list[float]) -> None:
    assert shown(output, losscli(*ROWS, "-f", output, *options).out) == losses


@pytest.mark.parametrize("output", ["csv", "ndjson", "json"])
@pytest.mark.parametrize("limit", ["-n", "--worst"])
def test_a_limit_holds_for_rows_of_many_batches(output: str, limit: str, tmp_path: Path) -> None:
    x = np.random.default_rng(5).permutation(N * 20).astype(float)
    np.savetxt(tmp_path / "x.csv", np.c_[x, 0 * x], delimiter=",", header="p,label", comments="", fmt="%d")
    expected = x if limit == "-n" else np.sort(x)[::-1]
    for count in (3, N):
        out = losscli("mae", str(tmp_path / "x.csv"), "-f", output, limit, str(count)).out
        assert shown(output, out) == expected[:count].tolist()


@pytest.mark.parametrize("call", [("mse",), ("torch.nn.MSELoss",)])
def test_json_without_rows_is_the_summary_alone(call: tuple[str, ...]) -> None:
    data = ROWS[1:]
    whole, bare = (json.loads(losscli(*call, *data, "-f", "json", *more).out) for more in ((), ("-n", "0")))
    assert bare["per_sample"] is None
    assert whole["per_sample"] == LOSSES
    assert {**whole, "per_sample": None} == bare


def test_json_without_rows_shares_the_work(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.arange(100_000.0))
    np.save(tmp_path / "y.npy", np.zeros(100_000))
    args = ("mae", str(tmp_path / "x.npy"), str(tmp_path / "y.npy"), "-f", "json", "-n", "0")
    one, two = (json.loads(losscli(*args, "--jobs", jobs).out) for jobs in "12")
    assert one == two
    assert (one["value"], one["per_sample"]) == (49999.5, None)


def test_json_says_which_rows_are_the_worst() -> None:
    document = json.loads(losscli(*ROWS, "-f", "json", "--worst", "2").out)
    assert [(row["sample"], row["loss"], row["predicted"]) for row in document["worst"]] == [(1, 16, 4), (3, 9, 3)]
    assert document["summary"]["count"] == 4


@pytest.mark.parametrize("output", ["csv", "tsv"])
def test_no_rows_leave_the_head(output: str) -> None:
    head = losscli(*ROWS, "-f", output).out.splitlines(keepends=True)[0]
    assert losscli(*ROWS, "-f", output, "-n", "0").out == head


@pytest.mark.parametrize(("more", "values"), [(("-n", "2"), LOSSES[:2]), (("--worst", "1"), [16.0]), ((), LOSSES)])
def test_a_limit_holds_for_bare_numbers(more: tuple[str, ...], values: list[float]) -> None:
    assert [float(line) for line in losscli(*ROWS, "-q", "-r", "none", *more).out.split()] == values


@pytest.mark.parametrize(
    ("options", "both"),
    [("--all --worst 2", "--all and --worst"), ("--all -n 2", "--all and -n"), ("--worst 1 -n 2", "--worst and -n")],
)
@pytest.mark.parametrize("output", ["table", "csv"])
def test_only_one_option_chooses_rows(options: str, both: str, output: str) -> None:
    result = losscli(*ROWS, *options.split(), "-f", output)
    assert (result.status, result.err) == (2, f"Error: {both} exclude each other\n")


def test_rows_that_do_not_count_are_never_the_worst() -> None:
    args = ("acc", "[[.9,.1],[.2,.8],[.6,.4]]", "-1,1,1", "--ignore-index", "-1", "-f", "csv", "--worst", "3")
    assert losscli(*args).out.splitlines()[1:] == ["3,0.0,1,0", "2,1.0,1,1", "1,,-1,0"]


def test_a_row_shows_the_mean_of_what_counts() -> None:
    first, second = -np.log(0.9), (-np.log(0.8) - np.log(0.4)) / 2
    lines = losscli(*TOKENS, "-f", "csv").out.splitlines()[1:]
    assert [line.split(",")[2:] for line in lines] == [["1 -1", "1 1", ""], ["0 1", "0 0", ""], ["-1 -1", "0 0", ""]]
    assert [float(line.split(",")[1]) for line in lines[:2]] == pytest.approx([first, second], rel=1e-15)
    assert lines[2].split(",")[1] == ""
    table = losscli(*TOKENS).out
    assert table.splitlines()[4].endswith("  not counted")
    assert "samples      3 x 2 x 2 classes\n" in table
    assert json.loads(losscli(*TOKENS, "-f", "json").out)["per_sample"][0] == [pytest.approx(first), 0.0]


@pytest.mark.parametrize(
    "call",
    [
        ("torch.nn.CrossEntropyLoss", "[[[1,2],[0.5,1],[0,0]]]", "[[0,-100]]", "0 0"),
        ("keras.losses.SparseCategoricalCrossentropy", "[[[.1,.9],[.3,.7]]]", "[[1,0]]", "1 1"),
    ],
    ids=lambda call: call[0],
)
def test_a_call_shows_classes_and_the_mean_of_what_counts(call: tuple[str, ...]) -> None:
    result = losscli(*call[:3], "-f", "csv").out.splitlines()[1].split(",")
    value: Any = json.loads(losscli(*call[:3], "-f", "json").out)["value"]
    assert float(result[1]) == pytest.approx(value, rel=1e-15)
    assert result[3] == call[3]


def test_names_of_classes_are_shown_for_rows_of_several_labels() -> None:
    args = ("ce", "[[[.1,.9],[.3,.7]]]", "[[1,0]]", "--classes", "cat,dog", "-f", "ndjson")
    assert json.loads(losscli(*args).out)["predicted"] == ["dog", "dog"]


@pytest.mark.parametrize(
    ("labels", "what"),
    [
        ("[[5,1,7],[0,1,9]]", "3 labels in 2 rows lie outside 0..1"),
        ("[[5,6,7],[0,1,0]]", "3 labels in 1 row lie outside 0..1"),
        ("[[5,0,1],[0,1,9]]", "2 labels lie outside 0..1"),
        ("[[0.5,0,1.5],[0,1,0]]", "2 labels in 1 row are not whole class numbers"),
    ],
)
def test_labels_are_counted_beside_their_rows(labels: str, what: str) -> None:
    rows = "[[[.1,.9],[.3,.7],[.5,.5]],[[.1,.9],[.3,.7],[.5,.5]]]"
    assert losscli("ce", rows, labels).err.splitlines()[0] == f"Error: {what}"


SUFFIXES = {
    "csv": "csv",
    "tsv": "tsv",
    "tab": "tsv",
    "json": "json",
    "ndjson": "ndjson",
    "jsonl": "ndjson",
    "md": "markdown",
    "markdown": "markdown",
    "txt": "table",
    "CSV": "csv",
}


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize(
    "command", [ROWS, ("torch.nn.MSELoss", *ROWS[1:]), ("check", *ROWS[1:], "--loss", "mse")], ids=lambda c: c[0]
)
def test_the_suffix_of_the_output_decides_the_format(
    command: tuple[str, ...], suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / f"out.{suffix}"
    expected = losscli(*command, "-f", SUFFIXES[suffix]).out
    assert losscli(*command, "-o", str(file)).out == ""
    assert file.read_text() == expected
    losscli(*command, "-o", str(file), "-f", "ndjson")
    assert file.read_text() == losscli(*command, "-f", "ndjson").out
    monkeypatch.setenv("LOSSCLI_FORMAT", "json")
    losscli(*command, "-o", str(file))
    assert file.read_text() == (losscli(*command, "-f", "json").out if suffix == "txt" else expected)
