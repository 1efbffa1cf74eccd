"""Do a uniform guess and the class prior cost what the loss asked for gives them, as its mean is taken?"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from losscli import evaluate

Y = np.array([0, 1, 2, 0, 0, 1])
P = np.random.default_rng(3).dirichlet(np.ones(3), len(Y))
PRIOR = np.bincount(Y) / len(Y)
HITS = np.array([1, 0, 1, 1, 1, 0])
WITHOUT_CONVENTIONS = ("sce", "taylor-ce")
OF_CLASSES = [
    *itertools.product(("ce", "focal", "poly-1", "gce", *WITHOUT_CONVENTIONS), ({}, {"class_weight": [1.0, 2.0, 5.0]})),
    *itertools.product(("ce", "focal"), ({"label_smoothing": 0.3},)),
]
OF_YES = [
    *itertools.product(("bce", "binary-focal", "asymmetric"), ({},)),
    *itertools.product(("bce",), ({"pos_weight": 10.0}, {"label_smoothing": 0.4})),
]


@pytest.mark.parametrize("weights", [None, [1.0, 2.0, 10.0, 0.5, 3.0, 0.0]])
@pytest.mark.parametrize(("name", "options"), OF_CLASSES)
def test_constant_predictions_of_classes(name: str, options: dict[str, Any], weights: list[float] | None) -> None:
    given = {**options, "sample_weight": weights, **({} if name in WITHOUT_CONVENTIONS else {"like": "exact"})}
    baseline: Any = evaluate(name, P, Y, **given).baseline
    share = np.bincount(Y, weights) / (len(Y) if weights is None else sum(weights))
    for row, value in ((np.full(3, 1 / 3), baseline.uniform), (share, baseline.class_prior)):
        assert value == pytest.approx(evaluate(name, np.tile(row, (len(Y), 1)), Y, **given).value, rel=1e-12)
    mean: Any = evaluate(name, P, Y, **given).value
    assert baseline.skill == pytest.approx(1.0 - mean / baseline.class_prior, rel=1e-12)


@pytest.mark.parametrize(("name", "options"), OF_YES)
def test_constant_predictions_of_yes_or_no(name: str, options: dict[str, Any]) -> None:
    baseline: Any = evaluate(name, P[:, 0], HITS, like="exact", **options).baseline
    for p, value in ((0.5, baseline.uniform), (HITS.mean(), baseline.class_prior)):
        assert value == pytest.approx(evaluate(name, np.full(6, p), HITS, like="exact", **options).value, rel=1e-12)


def test_a_call_with_its_own_weights_is_beside_its_own_prior() -> None:
    logits, weight = np.log(P), [1.0, 2.0, 5.0]
    baseline: Any = evaluate("torch.nn.CrossEntropyLoss", logits, Y, weight=weight).baseline
    of_prior = evaluate("torch.nn.CrossEntropyLoss", np.tile(np.log(PRIOR), (6, 1)), Y, weight=weight)
    assert baseline.class_prior == pytest.approx(of_prior.value, rel=1e-12)


def test_a_perplexity_is_of_the_mean_by_weight() -> None:
    weighted, plain = evaluate("ce", P, Y, sample_weight=[10.0] * 6), evaluate("ce", P, Y)
    assert weighted.perplexity == pytest.approx(plain.perplexity, rel=1e-14)
    assert float(weighted) == pytest.approx(10.0 * float(plain), rel=1e-14)


def test_rows_with_their_own_parameters_have_no_prior() -> None:
    logits, labels = [[-0.874], [-0.213]], [[0], [1]]
    report = evaluate("torch.nn.BCEWithLogitsLoss", logits, labels, pos_weight=[[0.0], [5.62]])
    assert report.baseline is None


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("timm.loss.BinaryCrossEntropy", {}),  # it smooths class numbers, but not these labels
        ("segmentation_models_pytorch.losses.SoftBCEWithLogitsLoss", {"smooth_factor": 0.1}),
    ],
)
def test_a_call_with_labels_of_its_own_making_has_no_prior(name: str, options: dict[str, Any]) -> None:
    assert evaluate(name, [0.2, 1.0, 2.0], [0, 1, 1], **options).baseline is None
