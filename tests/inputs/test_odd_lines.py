"""Is text that tools write for people, or with a name beside each number, read as the table that it shows?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.support.shell import losscli

if TYPE_CHECKING:
    from pathlib import Path

LABELS = "cat\ndog\ndog\n"
CE = -(np.log(0.9) + np.log(0.8) + np.log(0.4)) / 3
WEKA = """    inst#     actual  predicted error prediction
        1      1:cat      1:cat       0.9
        2      2:dog      2:dog       0.8
        3      2:dog      1:cat   +   0.6
"""
MARKDOWN = """| label |    p |
|-------|-----:|
| yes   |  0.9 |
| no    |  0.2 |
| yes   |  0.4 |
"""
PSQL = """ label |  p
-------+-----
 yes   | 0.9
 no    | 0.2
 yes   | 0.4
(3 rows)

"""
ARFF = """% made by hand
@RELATION 'a b'

@attribute class {cat, dog}
@ATTRIBUTE 'prob cat' NUMERIC
@attribute prob_dog real
@data
cat,0.9,0.1
'dog',0.2,0.8
dog,0.6,0.4
"""


@pytest.mark.parametrize(
    ("loss", "texts", "args", "value"),
    [
        ("acc", (WEKA,), (), 2 / 3),
        ("acc", ("\n=== Predictions on test data ===\n\n" + WEKA + "\n",), ("--skip", "3"), 2 / 3),
        ("acc", (WEKA.replace("   +   0.6", "       0.6"),), (), 2 / 3),  # none is marked
        ("bce", (MARKDOWN,), (), CE),
        ("bce", (PSQL,), (), CE),
        ("ce", (ARFF,), (), CE),
        ("ce", ("1:0.9 2:0.1\n1:0.2 2:0.8\n1:0.6 2:0.4\n", "1\n2\n2\n"), (), CE),
        ("ce", ("1:0.9 2:0.1 a\n1:0.2 2:0.8 b\n1:0.6 2:0.4 c\n", "1\n2\n2\n"), (), CE),
        ("ce", ("cat 0.9 dog 0.1\ndog 0.8 cat 0.2\ncat 0.6 dog 0.4\n", LABELS), (), CE),
        ("ce", ("__label__a 0.9 __label__b 0.1\n__label__b 0.8 __label__a 0.2\n__label__a 0.6 __label__b 0.4\n",
                "__label__a\n__label__b\n__label__b\n"), (), CE),
        ("ce", ("[[0.9 0.1]\n [0.2 0.8]\n [0.6 0.4]]\n", "[0 1 1]\n"), (), CE),
        ("ce", ("tensor([[0.9, 0.1],\n        [0.2, 0.8],\n        [0.6, 0.4]])\n", "0\n1\n1\n"), (), CE),
    ],
)  # fmt: skip
def test_lines(loss: str, texts: tuple[str, ...], args: tuple[str, ...], value: float, tmp_path: Path) -> None:
    paths = written(texts, tmp_path)
    done = losscli(loss, *paths, *args, "-q")
    assert float(done.out) == pytest.approx(value), done.err
    report = json.loads(losscli(loss, *paths, *args, "-f", "json").out)
    assert report["inputs"]["samples"] == 3
    if texts[0] in (WEKA, PSQL) or texts[0].startswith(("1:0.9 2:0.1\n", "tensor")):
        assert losscli(loss, *paths, *args, "--jobs", "2", "-q").out == done.out


def test_what_is_written_anew_is_told(tmp_path: Path) -> None:
    done = losscli("bce", *written((MARKDOWN,), tmp_path))
    assert "note: lines: a table with rules; a rule stands below the first line" in done.err
    done = losscli("bce", *written((MARKDOWN.replace("0.4", "4x"),), tmp_path))
    assert done.err.endswith("0.csv:5, column p\n  try  --pred and --label choose columns\n"), done.err
    done = losscli("bce", *written((MARKDOWN,), tmp_path), "--append")
    assert done.err.startswith("Error: --append: PREDICTIONS are not plain lines of a table")


@pytest.mark.parametrize("line", ["1:0.3 3:0.7", "1:0.3", "1:0.3 2:0.3 3:0.4", "1 0.3"])
def test_a_line_of_other_names_is_refused(line: str, tmp_path: Path) -> None:
    rows = "1:0.9 2:0.1\n" * 9000 + f"{line}\n"
    done = losscli("ce", *written((rows, "1\n" * 9001), tmp_path), "-q")
    assert done.status == 3
    assert ":9001" in done.err


@pytest.mark.parametrize("text", ["[0]\ttrain-mlogloss:1.02\n[1]\ttrain-mlogloss:0.9\n", "[LightGBM] [Info] 1\n"])
def test_the_log_of_a_training(text: str, tmp_path: Path) -> None:
    done = losscli("ce", *written((text,), tmp_path))
    assert done.status == 3
    assert "try  the saved predictions, if this is a training log, which holds losses" in done.err


def written(texts: tuple[str, ...], folder: Path) -> list[str]:
    paths = [folder / f"{i}{'.txt' if text[:1] in '[t' else '.csv'}" for i, text in enumerate(texts)]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text)
    return [*map(str, paths)]
