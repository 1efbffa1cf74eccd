"""Does every road print the number that a loss is known by, under its name, where that is not the plain mean?"""

from __future__ import annotations

import csv
import io
import json
import shlex
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from losscli import evaluate
from losscli.cli.commands.loss_command import command_line
from losscli.losses import LOSSES
from losscli.losses.vocabulary import Takes
from tests.support.shell import losscli as shell

if TYPE_CHECKING:
    from pathlib import Path

    from losscli.losses import Loss

EXPONENTIAL = [name for loss in LOSSES for name in loss.exponential]
LOG_P = np.log([[0.5, 0.5], [0.25, 0.75], [0.8, 0.2], [0.1, 0.9]])
DATA = json.dumps(LOG_P.tolist()), "0,0,0,1"


def printed(*args: str) -> str:
    result = shell(*args)
    assert result.status == 0, result.err
    return result.out


@pytest.mark.parametrize("loss", [one for one in LOSSES if one.examples], ids=lambda one: one.name)
def test_a_group_of_all_rows_has_the_number_of_the_loss(loss: Loss) -> None:
    _, *args = shlex.split(command_line(loss, loss.examples[0]))
    whole = json.loads(printed(*args, "-f", "json"))
    if whole["value"] is None or isinstance(whole["value"], list) or whole["inputs"]["samples"] == 1:
        pytest.skip("several numbers, or one row")
    grouped = [*args, "--by", "file"]
    document = json.loads(printed(*grouped, "-f", "json"))
    assert [one["value"] for one in document["groups"]] == [whole["value"]] == [document["value"]]
    assert [float(line.split("\t")[0]) for line in printed(*grouped, "-q").splitlines()] == [whole["value"]] * 2
    (line,) = csv.DictReader(io.StringIO(printed(*grouped, "-f", "csv")))
    assert float(line["value"]) == whole["value"] == json.loads(printed(*grouped, "-f", "ndjson"))["value"]
    table = printed(*grouped, "-f", "markdown", "-n", "0").splitlines()
    cells = [[cell.strip() for cell in row.split("|")[1:-1]] for row in table]
    first = next(row for row in cells if row[:1] == ["file"])
    assert first[2] in ({"value"} if loss.takes is Takes.SET else {"value", "mean"})
    shown = f"{whole['value']:.7g}"
    assert [row[2] for row in cells if row[:1] in (["PREDICTIONS"], ["total"])] == [shown, shown]


@pytest.mark.parametrize("name", EXPONENTIAL)
def test_a_perplexity_is_one_on_every_road(name: str, tmp_path: Path) -> None:
    grouped = np.array([1, 1, 2, 2])
    path = tmp_path / "rows.csv"
    rows = np.column_stack([LOG_P, [0, 0, 0, 1], grouped])
    path.write_text("p_0,p_1,y,g\n" + "".join(",".join(map(repr, row)) + "\n" for row in rows.tolist()))
    args = [name, str(path), "-y", "y", "--by", "g"]
    means = [-(LOG_P[0, 0] + LOG_P[1, 0]) / 2, -(LOG_P[2, 0] + LOG_P[3, 1]) / 2]
    right = [pytest.approx(value) for value in np.exp([*means, sum(means) / 2]).tolist()]
    document = json.loads(printed(*args, "--ci", "-f", "json"))
    assert [*(one["value"] for one in document["groups"]), document["value"]] == right
    assert [one["mean"] for one in document["groups"]] == pytest.approx(means)
    for one in document["groups"]:
        assert one["interval"]["low"] <= one["value"] <= one["interval"]["high"]
    assert [float(line.split("\t")[0]) for line in printed(*args, "-q").splitlines()] == right
    assert [float(line["value"]) for line in csv.DictReader(io.StringIO(printed(*args, "-f", "csv")))] == right[:2]
    assert [json.loads(line)["value"] for line in printed(*args, "-f", "ndjson").splitlines()] == right[:2]
    for form in ("table", "markdown", "html"):
        text = printed(*args, "-f", form, "-n", "0")
        assert "perplexity" in text.partition("total")[0]
        assert all(f"{value:.7g}" in text for value in np.exp(means).tolist())
    assert shell(*args, "-q", "--fail-if", f"group.value > {np.exp(max(means)) * 0.99}").status == 1
    assert shell(*args, "-q", "--fail-if", f"group.value > {np.exp(max(means)) * 1.01}").status == 0


@pytest.mark.parametrize("name", EXPONENTIAL)
def test_a_perplexity_beside_others_and_in_python(name: str) -> None:
    mean, right = -np.log([0.5, 0.25, 0.8, 0.9]).mean(), pytest.approx(np.exp(-np.log([0.5, 0.25, 0.8, 0.9]).mean()))
    beside = [line.split("\t") for line in printed("nll", *DATA, "--also", name, "-q").splitlines()]
    assert [float(line[0]) for line in beside] == [pytest.approx(mean), right]
    beside = [line.split("\t") for line in printed(name, *DATA, "--also", "nll", "-q").splitlines()]
    assert [float(line[0]) for line in beside] == [right, pytest.approx(mean)]
    assert beside[0][1] == "perplexity"
    swept = json.loads(printed(name, *DATA, "--sweep", "like=exact,torch", "-f", "json"))["sweep"]
    assert [one["value"] for one in swept] == [right, right]
    assert "exp(sum / N)" in printed(name, *DATA, "--explain")
    report = evaluate(name, LOG_P, [0, 0, 0, 1], against=LOG_P[:, ::-1], by=list("aabb"))
    assert report.value == right
    assert report.against[0].difference == float(report) - (report.against[0].baseline.value or 0.0)
    assert [group.value for group in report.groups] == pytest.approx([8.0**0.5, 0.72**-0.5])
    assert evaluate(name, LOG_P, [0, 0, 0, 1], base="2", by=list("aabb")).groups[0].value == pytest.approx(8.0**0.5)
    html: Any = report._repr_html_()
    assert ">perplexity<" in html


@pytest.mark.parametrize("name", EXPONENTIAL)
@pytest.mark.parametrize("reduction", ["sum", "batchmean"])
def test_a_perplexity_of_no_mean_is_refused(name: str, reduction: str) -> None:
    result = shell(name, *DATA, "-r", reduction, "-q")
    assert (result.status, result.out) == (2, "")
    assert f"is exp of the mean, and --reduction {reduction} has none" in result.err
