"""Does each loss, call and tool take the same arguments from Python as its command has options?"""

from __future__ import annotations

from typing import Any

import click
import numpy as np
import pytest

from losscli import evaluate
from losscli.cli.app import app
from losscli.cli.commands.option_types import GroupedOption
from losscli.losses import CALLS, LOSSES, Loss
from losscli.python.allowed import OF_TOOLS, of_call, of_loss
from losscli.python.arguments import CalibrateOptions, IdentifyOptions, Options, ThresholdsOptions
from losscli.python.handed_over import READING

# What Python has as parameters of its own or as other functions, or does not need: results are values there.
_ELSEWHERE = frozenset(
    (
        *("against", "also", "append", "baseline", "ci", "cluster", "compare", "explain", "fail_if", "hist", "plot"),
        *("max_regress", "sample_weight", "sweep", "worst", "worst_groups", "annotate", "all_rows"),
        *("color", "digits", "errors", "output", "output_format", "quiet", "rows", "verbose", "dask", "jobs"),
        *("each_class", "fit", "n_bins", "at", "cost", "positive", "precision", "recall", "loss", "samples", "strict"),
        *("value", "help"),
    )
)


def options(command: str) -> set[str]:
    found = app.get_command(click.Context(app), command)
    assert found is not None
    names = {str(one.name) for one in found.params if isinstance(one, GroupedOption)}
    return {name for name in names if not name.startswith(("param_", "extra_"))} - _ELSEWHERE - {*READING}


@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.name)
def test_of_a_loss(loss: Loss) -> None:
    own = {param.name for param in loss.params} | {*loss.extras}
    assert {*of_loss(loss)} - own == options(loss.name) - own


@pytest.mark.parametrize("call", [*CALLS][::5])
def test_of_a_call(call: str) -> None:
    loss, reference = CALLS[call]
    own = {param.name for param in reference.options} | {*reference.extras, "reduction", "normalize"}
    assert {*of_call(loss, reference)} - own == options(call) - own


@pytest.mark.parametrize("tool", OF_TOOLS)
def test_of_a_tool(tool: str) -> None:
    assert {*OF_TOOLS[tool]} == options(tool)


def test_what_is_typed_is_what_is_taken() -> None:
    for tool, types in {
        "calibrate": CalibrateOptions,
        "identify": IdentifyOptions,
        "thresholds": ThresholdsOptions,
    }.items():
        assert {*types.__annotations__} == {*OF_TOOLS[tool], *READING} - {"by"}
    assert {name for loss in LOSSES for name in of_loss(loss)} | {*READING} <= {*Options.__annotations__}


@pytest.mark.parametrize(
    "name",
    ["f1", "precision", "torchmetrics.functional.classification.multiclass_f1_score", "sklearn.metrics.f1_score"],
)
def test_none_is_the_choice_none_where_there_is_one(name: str) -> None:
    """Frameworks write ``average=None`` for a number of each class."""
    x: Any = [0, 2, 1, 2] if name.startswith("sklearn") else np.eye(3)[[0, 2, 1, 2]]
    each = evaluate(name, x, [0, 2, 2, 2], average=None)
    assert each.to_dict()["value"] == evaluate(name, x, [0, 2, 2, 2], average="none").to_dict()["value"]
    assert len(each.to_dict()["value"]) == 3
