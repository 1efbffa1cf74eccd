"""Do scores of decisions take masks, and count them pixel by pixel?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import losscli
from losscli.errors import InputError
from losscli.losses import LOSSES, Loss
from losscli.losses.vocabulary import Domain, Takes
from tests.support.shell import losscli as shell

COUNTING = [loss for loss in LOSSES if loss.domain is Domain.CLASS_NUMBERS and loss.takes is Takes.SET and loss.whole]
COUNTING = [loss for loss in COUNTING if loss.param("threshold")]


@pytest.mark.parametrize("loss", COUNTING, ids=lambda loss: loss.name)
def test_a_mask_is_a_row_for_each_pixel(loss: Loss) -> None:
    rng = np.random.default_rng(71)
    x, y = rng.integers(0, 3, (2, 4, 5, 6))
    options: dict[str, Any] = {"average": "macro"} if loss.param("average") else {}
    weights = np.array([1.0, 0.0, 2.0, 0.5])
    flat = losscli.evaluate(loss.name, x.ravel(), y.ravel(), **options)
    assert losscli.evaluate(loss.name, x, y, **options).value == flat.value
    scores = np.eye(3)[x] + rng.uniform(0.0, 0.4, (4, 5, 6, 3))
    assert losscli.evaluate(loss.name, scores, y, **options).value == flat.value
    flat = losscli.evaluate(loss.name, x.ravel(), y.ravel(), sample_weight=np.repeat(weights, 30), **options)
    assert losscli.evaluate(loss.name, x, y, sample_weight=weights, **options).value == flat.value
    yes, truth = rng.uniform(size=(4, 5, 6)), y == 1
    flat = losscli.evaluate(loss.name, yes.ravel(), truth.ravel().astype(int))
    assert losscli.evaluate(loss.name, yes, truth.astype(int)).value == flat.value


def test_masks_of_other_shapes_are_refused() -> None:
    with pytest.raises(InputError, match="do not match"):
        losscli.evaluate("iou", np.zeros((2, 3, 4), int), np.zeros((2, 4, 3), int))


def test_a_mask_is_explained() -> None:
    done = shell("iou", "[[[1,0],[1,1]]]", "[[[1,0],[0,1]]]", "--explain")
    assert done.status == 0
    assert "0.6666667" in done.out
