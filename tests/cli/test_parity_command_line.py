"""Does the command line give what the framework gave, with the case typed as a command?"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from losscli.losses import CALLS
from losscli.losses.reference import Rule
from tests.losses.test_parity import EXEMPT
from tests.support import parity
from tests.support.shell import losscli as shell

if TYPE_CHECKING:
    from collections.abc import Iterator

CASES = [case for case in parity.cases() if case["call"] in CALLS]
FOLDER = tempfile.TemporaryDirectory()


def with_a_few_of_each() -> Iterator[Any]:
    """All cases; those after the second of a call run with the long tests."""
    seen: Counter[str] = Counter()
    for case in CASES:
        seen[case["call"]] += 1
        yield pytest.param(case, id=case["id"], marks=pytest.mark.long if seen[case["call"]] > 2 else ())


def typed(array: Any) -> str:
    """An array as JSON, or if it is long the path of a file that holds it."""
    text = json.dumps(array)
    if len(text) < 4000:
        return text
    path = Path(FOLDER.name) / f"{hashlib.sha256(text.encode()).hexdigest()}.json"
    path.write_text(text)
    return str(path)


def command(case: dict[str, Any]) -> list[str]:
    """The case as arguments: arrays as JSON, keyword arguments as options."""
    labels = case["y_true"]
    args = [case["call"], typed(case["y_pred"])]
    if labels is not None:
        args.append(typed(labels))
    flags = {param.name for param in CALLS[case["call"]][1].options if isinstance(param.default, bool)}
    for name, value in case["kwargs"].items():
        option = "--" + name.replace("_", "-")
        if name in flags:
            args.append(option if value else f"--no-{option[2:]}")
        else:
            args += [option, value if isinstance(value, str) else json.dumps(value).replace("null", "none")]
    for name, value in (case.get("extra") or {}).items():
        args += ["--" + name.replace("_", "-"), typed(value)]
    if case["sample_weight"] is not None:
        args += ["--sample-weight", typed(case["sample_weight"])]
    if case["dtype"] == "float32":
        args += ["--dtype", "float32"]
    if "NaN" in json.dumps(case["y_pred"]):
        args += ["--nan", "keep"]
    return [*args, "-f", "json"]


def problem(case: dict[str, Any]) -> str:
    """Empty if the command prints what was recorded."""
    _, reference = CALLS[case["call"]]
    own = any(param.name == "reduction" for param in reference.options)  # over classes: the samples are left
    for name, expected in (case["reduced"] or {"default": None}).items():
        if name not in reference.reductions.rules and (name != "default" or case["id"] in EXEMPT):
            continue
        args = command(case)
        if name not in reference.reductions.rules:  # its own default, or what the arguments say
            pass
        elif "=" in name:
            args += [] if name.endswith("True") else ["--no-normalize"]
        elif len(reference.reductions.rules) > 1 and not own:
            args += ["--reduction", name]
        result = shell(*args)
        if result.status != 0:
            return f"{name}: status {result.status}: {result.err}"
        document = parity.decode(json.loads(result.out))
        ours = document["per_sample"] if document["value"] is None else document["value"]
        if own and name in document["summary"]:
            ours = document["summary"][name]
        if expected is not None and not parity.close(ours, expected, case):
            return f"{name}: {ours} instead of {expected}"
    return per_sample_problem(case, own)


def per_sample_problem(case: dict[str, Any], own: bool) -> str:
    """Empty if the values of reduction none are what was recorded."""
    reference = CALLS[case["call"]][1]
    if case["per_sample"] is not None and Rule.NONE in reference.reductions.rules.values():
        none = [] if own or len(reference.reductions.rules) == 1 else ["--reduction", "none"]
        document = parity.decode(json.loads(shell(*command(case), *none).out or "{}"))
        ours = document.get("per_sample")
        if ours is None:
            return "no per-sample values"
        if not parity.close(np.asarray(ours).reshape(np.shape(case["per_sample"])), case["per_sample"], case):
            return f"per sample {ours} instead of {case['per_sample']}"
    return ""


@pytest.mark.parametrize("case", [*with_a_few_of_each()])
def test_the_command_prints_what_the_framework_gave(case: dict[str, Any]) -> None:
    assert not problem(case)


def test_there_are_cases() -> None:
    assert len(CASES) > 500


@pytest.mark.parametrize(
    "words",
    [
        ["torch.nn.SmoothL1Loss", "1,2", "2,2", "--beta=-1"],
        ["torchvision.ops.sigmoid_focal_loss", "1,2", "1,0", "--alpha=3"],
        ["keras.losses.CategoricalGeneralizedCrossEntropy", "[[0.2,0.8]]", "1", "--q=2"],
        ["sklearn.metrics.d2_tweedie_score", "1,2", "3,3"],
        ["optax.losses.squared_error", "[[1,2],[3,4]]", "1,2"],
        ["keras.losses.categorical_crossentropy", "[[0.2,0.8],[0.5,0.5]]", "[[[0],[1]],[[1],[0]]]"],
    ],
    ids=lambda words: words[0],
)
def test_what_makes_the_framework_raise_is_said_of_the_call(words: list[str]) -> None:
    done = shell(*words)
    assert done.status in (2, 3)
    assert f"{words[0]} raises here as well" in done.err


@pytest.mark.parametrize(
    ("words", "place"),
    [
        (["sklearn.metrics.r2_score", "1,2", "1,nan"], "LABELS, row 2: nan"),
        (["torch.nn.CrossEntropyLoss", "[[1,2]]", "7"], "LABELS, row 1: 7"),
        (["torch.nn.BCELoss", "0.2,3", "0,1"], "PREDICTIONS, row 2: 3"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else None,
)
def test_a_bad_row_that_makes_the_framework_raise_has_its_place(words: list[str], place: str) -> None:
    done = shell(*words)
    assert done.status == 3
    assert place in done.err


def test_a_plain_command_speaks_of_no_framework() -> None:
    assert "raises" not in shell("d2-tweedie-score", "1,2", "3,3").err
