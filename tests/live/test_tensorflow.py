"""Do Keras's counts and ``tf.compat.v1.losses`` give what the live ones give?  ``python -m pytest tests/live``."""

from __future__ import annotations

import importlib
import os
import warnings
from typing import Any

import numpy as np
import pytest

from losscli.errors import LossError
from losscli.losses import CALLS
from tests.live import SEED, frameworks
from tests.live.torch_libraries import flags, labels, pick
from tests.support import parity

EXAMPLES = int(os.environ.get("LOSSCLI_LIVE_EXAMPLES", "30"))
KERAS: tuple[str, ...] = (
    "AUC",
    "Precision",
    "Recall",
    "F1Score",
    "FBetaScore",
    "BinaryIoU",
    "IoU",
    "MeanIoU",
    "OneHotIoU",
)
KERAS += ("OneHotMeanIoU", "PearsonCorrelation", "ConcordanceCorrelation")
KERAS += ("FalsePositives", "TruePositives", "FalseNegatives", "TrueNegatives")
V1 = "tf.compat.v1.losses."
SINGLE = ("IoU", "PearsonCorrelation", "ConcordanceCorrelation")  # in float32, whatever they are given


def keras_case(name: str, rng: np.random.Generator) -> dict[str, Any]:
    """Random input of a metric, and its arguments."""
    rows, classes = int(rng.integers(2, 12)), int(rng.integers(2, 5))
    options: dict[str, Any] = {}
    if name.endswith("IoU") and name != "BinaryIoU":
        x, y = _iou(name, rng, (rows, classes), options)
    else:
        wide = name in ("F1Score", "FBetaScore") or rng.integers(2)
        shape = (rows, classes) if wide else (rows,)
        x, y = rng.uniform(size=shape).round(int(pick(rng, 1, 2, 6))), flags(rng, shape) * 1.0
        if name.endswith("Correlation"):
            x, y = rng.normal(size=(2, rows, classes + 1))
        _options(name, rng, shape, options)
    weights = None if rng.integers(2) else rng.uniform(0.1, 3.0, rows).round(2).tolist()
    if name.endswith("IoU") and weights is not None:
        weights = np.repeat(weights, np.size(x) // rows) if name == "BinaryIoU" else np.asarray(weights)
        weights = weights.tolist()
    return {
        "call": f"keras.metrics.{name}",
        "dtype": pick(rng, "float32", "float64"),
        "y_pred": np.asarray(x).tolist(),
        "y_true": np.asarray(y).tolist(),
        "extra": {},
        "kwargs": options,
        "sample_weight": weights,
    }


def _iou(name: str, rng: np.random.Generator, shape: tuple[int, int], options: dict[str, Any]) -> tuple[Any, Any]:
    """Class numbers, or rows of scores."""
    rows, classes = shape
    options["num_classes"] = classes
    if "Mean" not in name:
        options["target_class_ids"] = sorted({int(c) for c in rng.integers(0, classes, 2)})
    if rng.integers(2):
        options["ignore_class"] = pick(rng, 0, classes - 1, -1)
    x, y = labels(rng, classes, (rows,)), labels(rng, classes, (rows,))
    dense, hot = rng.uniform(size=shape), np.eye(classes)
    if name.startswith("OneHot"):
        options["sparse_y_pred"] = bool(rng.integers(2))
        return (x if options["sparse_y_pred"] else dense), hot[y]
    options |= {"sparse_y_true": bool(rng.integers(2)), "sparse_y_pred": bool(rng.integers(2))}
    if rng.uniform() < 0.3:
        y[0] = classes  # no class
    hot = np.eye(classes + 1)
    return (x if options["sparse_y_pred"] else dense), (y if options["sparse_y_true"] else hot[y][:, :classes])


def _options(name: str, rng: np.random.Generator, shape: tuple[int, ...], options: dict[str, Any]) -> None:
    choices: dict[str, tuple[Any, ...]] = {}
    if name == "AUC":
        choices = {
            "num_thresholds": (200, 5, 3),
            "curve": ("ROC", "PR", "PRGAIN"),
            "summation_method": ("interpolation", "minoring", "majoring"),
            "thresholds": (None, [0.25, 0.5, 0.75], [0.1, 0.6], [0.5]),
        }
        if len(shape) == 2:
            choices |= {"multi_label": (False, True), "label_weights": (None, [0.5, 2.0, 1.0, 3.0][: shape[1]])}
    elif name in ("F1Score", "FBetaScore"):
        choices = {"average": (None, "micro", "macro", "weighted"), "threshold": (None, 0.5, 0.3)}
        choices |= {"beta": (1.0, 0.5, 2.0)} if name == "FBetaScore" else {}
    elif name == "BinaryIoU":
        choices = {"target_class_ids": ([0, 1], [1], [0]), "threshold": (0.5, 0.3)}
    elif not name.endswith("Correlation"):
        choices = {"thresholds": (None, 0.3, [0.2, 0.5, 0.9])}
        if name in ("Precision", "Recall") and len(shape) == 2:
            choices |= {"top_k": (None, 1, 2), "class_id": (None, 0, 1)}
    options |= {key: pick(rng, *values) for key, values in choices.items() if rng.uniform() < 0.7}


def v1_case(call: str, rng: np.random.Generator) -> dict[str, Any]:
    """Random input of a loss, its arguments and weights."""
    name = call.removeprefix(V1)
    shape = (int(rng.integers(1, 7)), int(rng.integers(2, 5)))
    x, y = rng.normal(size=shape) * pick(rng, 1.0, 5.0, 40.0), rng.normal(size=shape)
    options: dict[str, Any] = {}
    wide: list[tuple[int, ...]] = [shape, (shape[0], 1), (1, shape[1]), (1, 1)]
    if name in ("softmax_cross_entropy", "sparse_softmax_cross_entropy", "cosine_distance"):
        wide = [shape[:1]] if name != "cosine_distance" else [(shape[0], 1)]
    if name == "sparse_softmax_cross_entropy":
        y = labels(rng, shape[1], shape[:1])
    elif name == "softmax_cross_entropy":
        y = np.eye(shape[1])[labels(rng, shape[1], shape[:1])]
    elif name in ("sigmoid_cross_entropy", "hinge_loss", "log_loss"):
        y = flags(rng, shape) * 1.0
        x = rng.uniform(size=shape) if name == "log_loss" else x
    if name.endswith("softmax_cross_entropy") or name == "sigmoid_cross_entropy":
        options = {"label_smoothing": pick(rng, 0.0, 0.1, 0.3)} if "sparse" not in name else {}
    options |= {"delta": pick(rng, 0.5, 1.0)} if name == "huber_loss" else {}
    options |= {"epsilon": pick(rng, 1e-7, 1e-3)} if name == "log_loss" else {}
    options |= {"axis": 1} if name == "cosine_distance" else {}
    weights = None if rng.integers(2) else (rng.uniform(0.5, 2.0, pick(rng, *wide)) * rng.integers(0, 2)).round(2)
    if name == "mean_pairwise_squared_error" and weights is not None:
        weights = rng.uniform(0.5, 2.0, (shape[0], 1)).round(2)
    return {
        "call": call,
        "dtype": "float32",
        "y_pred": x.astype(np.float32).tolist(),
        "y_true": y.tolist() if y.dtype.kind == "i" else y.astype(np.float32).tolist(),
        "extra": {},
        "kwargs": options,
        "sample_weight": None if weights is None else weights.tolist(),
    }


def v1(case: dict[str, Any]) -> dict[str, Any]:
    """What TensorFlow gives, by the names of its reductions."""
    losses = importlib.import_module("tensorflow").compat.v1.losses
    name = case["call"].removeprefix(V1)
    function = getattr(losses, name)
    x, weights = np.asarray(case["y_pred"], np.float32), case["sample_weight"]
    y = np.asarray(case["y_true"], np.float32 if "sparse" not in name else np.int64)
    words = {"hinge_loss": ("labels", "logits"), "sigmoid_cross_entropy": ("multi_class_labels", "logits")}
    words |= {"softmax_cross_entropy": ("onehot_labels", "logits")}
    words["sparse_softmax_cross_entropy"] = ("labels", "logits")
    first, second = words.get(name, ("labels", "predictions"))
    weights = 1.0 if weights is None else np.asarray(weights, np.float32)
    found = {}
    for rule in CALLS[case["call"]][1].reductions.rules:
        how = {} if rule == "default" else {"reduction": rule}
        found[rule] = function(**{first: y, second: x}, weights=weights, **case["kwargs"], **how).numpy()
    return found


def differences(case: dict[str, Any], theirs: dict[str, Any], single: bool) -> str:
    """What differs; empty if nothing does."""
    rtol, atol = (3e-5, 3e-6) if case["dtype"] == "float32" or single else (1e-10, 1e-11)
    try:
        per_sample, reduced = parity.compute(case | {"reduced": theirs})
    except LossError as error:
        return f"refused: {error}; theirs {theirs}"
    for name, value in theirs.items():
        ours, wanted = (np.asarray(v, float).reshape(-1) for v in (reduced.get(name, per_sample), value))
        size = max(1.0, float(np.abs(wanted[np.isfinite(wanted)]).max(initial=0.0)))
        if ours.shape != wanted.shape or not np.allclose(ours, wanted, rtol, atol * size, equal_nan=True):
            return f"{name}: {ours.tolist()}, not {wanted.tolist()}"[:200]
    return ""


@pytest.mark.parametrize("name", KERAS)
def test_a_metric_of_keras_is_the_live_one(name: str) -> None:
    pytest.importorskip("keras")
    _compare([keras_case(name, np.random.default_rng(SEED + seed)) for seed in range(EXAMPLES)], name.endswith(SINGLE))


@pytest.mark.parametrize("call", [call for call in CALLS if call.startswith(V1)])
def test_a_loss_of_the_first_version_is_the_live_one(call: str) -> None:
    pytest.importorskip("tensorflow")
    _compare([v1_case(call, np.random.default_rng(SEED + seed)) for seed in range(EXAMPLES)], single=True)


def _compare(cases: list[dict[str, Any]], single: bool) -> None:
    answered, wrong = 0, []
    for seed, case in enumerate(cases):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                theirs = v1(case) if case["call"].startswith(V1) else frameworks.ask(case).reduced
        except Exception:  # it refuses
            continue
        if not theirs:
            continue
        answered += 1
        text = differences(case, theirs, single)
        if text:
            wrong.append(f"{seed} {case['dtype']} {case['kwargs']} {case['sample_weight']} {text}")
    assert answered >= len(cases) * 0.5, "the framework refuses most of the cases"
    assert not wrong, f"{len(wrong)} of {answered}:\n" + "\n".join(wrong[:4])
