"""Does a result say which form the labels have, once all of them were seen?"""

from __future__ import annotations

import pytest

from tests.support.shell import losscli as shell

ROWS = "[[.7,.1,.2],[.4,.6,0]]"


@pytest.mark.parametrize(
    ("args", "line"),
    [
        (["ce", ROWS, "0,1"], "sparse one class number for each row of predictions"),
        (["ce", ROWS, "[[1,0,0],[0,1,0]]"], "one-hot a single 1 in each row"),
        (["keras.losses.CategoricalCrossentropy", ROWS, "[[1,0,0],[0,1,0]]"], "one-hot a single 1 in each row"),
        (["check", ROWS, "[[1,0,0],[0,1,0]]"], "one-hot a single 1 in each row"),
        (["ce", ROWS, "[[1,0,0],[0,.9,.1]]"], "soft one number for each class"),
        (["ce", ROWS, "[[1,1,0],[0,1,0]]"], "multi-hot 0 or 1 for each class"),
        (["bce", ".1,.2", "0,1"], "binary one 0 or 1 for each prediction"),
        (["bce", ".1,.2", "[[0],[1]]"], "binary one 0 or 1 for each prediction; the labels' axis of 1 is dropped"),
        (["bce", ".1,.2", "0,.3"], "soft one number for each prediction"),
        (["bce", "[[.1,.2],[.3,.4]]", "[[0,1],[1,1]]"], "multi-hot one 0 or 1 for each prediction"),
    ],
)
def test_label_form(args: list[str], line: str) -> None:
    done = shell(*args)
    assert [" ".join(row.split()) for row in done.out.splitlines() if row.startswith("label form")] == [
        f"label form {line}"
    ]


def test_predicted_classes_may_be_negative_where_labels_are() -> None:
    assert shell("acc", "0,-1,0,-1", "-1,0,0,-1", "-q").out == "0.5\n"
    done = shell("acc", "-2.0,-1,3", "-1,0,1")  # logits, of which one is no label
    assert (done.status, "not 0 or 1" in done.err) == (3, True)
