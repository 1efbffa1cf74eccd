"""Are labels of the predictions' shape refused where a loss is not defined for them, and told where a call computes?"""

from __future__ import annotations

import pytest

from tests.support.shell import losscli as shell

MONAI = ["monai.losses.DiceLoss", "[[[-1,2]]]", "[[[0,1]]]", "--sigmoid"]
NOT_BETWEEN = "Error: 1 row of labels is not between 0 and 1\n  at   LABELS, row {}\n"
NOT_HARD = "Error: 1 row of labels is not 0 or 1\n  at   LABELS, row {}\n"
NO_MASK = (
    "Error: 1 row holds values outside [0, 1]: they are neither a mask nor probabilities\n  at   PREDICTIONS, row {}\n"
    "  try  losscli sigmoid or softmax first, if they are logits\n"
)
NOT_DECIDED = (
    "Error: the predictions are probabilities of label 1, and a label is {}\n"
    "  try  labels of 0 and 1, or predicted labels\n"
)


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["dice", ".1,.2", "0,2"], NOT_BETWEEN.format("2: 2")),
        (["tversky", ".1,.2", "0,1.5"], NOT_BETWEEN.format("2: 1.5")),
        (["generalized-dice", "[[1,0],[0,1]]", "[[1,0],[0,-1]]"], NOT_BETWEEN.format("2: -1")),
        (["dice", ".1,.2", "0,255"], NOT_BETWEEN.format("2: 255") + "  try  a mask of 0 and 255 is divided by 255\n"),
        (["dice", "-1.5,0.2", "0,1"], NO_MASK.format("1: -1.5")),
        (["tversky", "[[0.1,255]]", "[[0,1]]"], NO_MASK.format("1, column 2: 255")),
        (["lrap", "[[1,2]]", "[[2,0]]"], NOT_HARD.format("1: 2")),
        (["label-ranking-loss", "[[1,2]]", "[[.4,0]]"], NOT_HARD.format("1: 0.4")),
        (["coverage-error", "[[1,2]]", "[[-1,1]]"], NOT_HARD.format("1: -1")),
        (["map", "[[1,2]]", "[[3,0]]"], NOT_HARD.format("1: 3")),
        (["confusion-count", ".9,.2", "1,2"], NOT_HARD.format("2: 2")),
        (["mcc", ".1,.9", "-1,1"], NOT_DECIDED.format("-1")),
        (["cohen-kappa", ".1,.9", "0,2"], NOT_DECIDED.format("2")),
        (["f1", ".1,.9,.3", "0,2,1", "--average", "macro"], NOT_DECIDED.format("2")),
    ],
)
def test_refused(args: list[str], told: str) -> None:
    done = shell(*args)
    assert (done.status, done.out, done.err) == (3, "", told)


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["keras.losses.Dice", "[[.1,.2],[.3,.4]]", "[[0,2],[1,0]]"], "1 row of labels is not between 0 and 1"),
        (["keras.losses.Dice", "[[-1,2]]", "[[0,1]]"], "1 row holds values outside [0, 1]: they are neither a mask"),
        (
            ["monai.losses.DiceLoss", "[[[-1,2]]]", "[[[0,1]]]"],
            "1 row holds values outside [0, 1]: they are neither a mask",
        ),
        (["keras.metrics.FalsePositives", ".9,.2", "1,2"], "1 row of labels is not 0 or 1"),
    ],
)
def test_a_framework_computes_them(args: list[str], told: str) -> None:
    done = shell(*args, "-q")
    assert done.status == 0
    assert done.err.startswith(f"warning: {told}")


@pytest.mark.parametrize("args", [["dice", ".1,.2", "0,.5"], ["mcc", "0,2,2", "0,2,1"], ["f1", ".1,.9", "0,1"], MONAI])
def test_what_is_defined_is_computed(args: list[str]) -> None:
    done = shell(*args, "-q")
    assert (done.status, done.err) == (0, "")
