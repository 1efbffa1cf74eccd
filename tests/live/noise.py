"""Where the live frameworks themselves are not exact, or not of one mind; each with its reason."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.live.cases import class_name

# By how much the tolerance of a call and dtype is multiplied.
_VARIANCE = "the null model's score is a difference of nearly equal float32 numbers"
NOISE: dict[tuple[str, str], tuple[float, str]] = {("sklearn.metrics.d2_tweedie_score", "float32"): (1e3, _VARIANCE)}

COSINES = ("CosineSimilarity", "cosine_similarity", "cosine_distance")


def excused(case: dict[str, Any]) -> str:
    """Why a case is not compared; empty if it is."""
    name = class_name(case["call"])
    x, y = np.shape(case["y_pred"]), np.shape(case["y_true"])
    if name in ("MultiLabelSoftMarginLoss", "multilabel_soft_margin_loss") and len(y) > len(x):
        return "labels of more axes than the scores are summed over an axis in the middle"
    if name in ("CategoricalFocalCrossentropy", "Dice") and x != y:
        return "labels of another shape are broadcast into something without a meaning; losscli refuses them"
    if name == "CategoricalGeneralizedCrossEntropy" and x[-1:] == (1,):
        return "Keras takes the axis of a single class for a superfluous one"
    alphas, axis = case["kwargs"].get("alpha"), case["kwargs"].get("axis", -1)
    if name == "CategoricalFocalCrossentropy" and isinstance(alphas, list) and axis not in (-1, len(x) - 1):
        return "Keras multiplies a list of alphas along the last axis, wherever the classes are"
    weights = np.ones(x[:1]) if case["sample_weight"] is None else np.asarray(case["sample_weight"], float)
    if name == "top_k_accuracy_score" and not weights.sum():
        return "scikit-learn refuses weights of 0 for a mean only; losscli does so for the count, too"
    if name in COSINES and len(x) != len(y) and "axis" in case["kwargs"]:
        return "the axis is counted in labels and predictions of different ranks, each"
    if name == "d2_tweedie_score" and np.unique(np.asarray(case["y_true"], float)[weights > 0.0]).size < 2:
        return "without variance there is nothing to explain; scikit-learn divides by a rounding error, or by zero"
    return ""
