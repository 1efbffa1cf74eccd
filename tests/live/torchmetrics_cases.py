"""Random input of TorchMetrics's scores of decisions, areas and rankings, read off their options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from losscli.losses.reference import Reference

    Case = tuple[Any, Any, dict[str, Any]]

TASKS = ("binary", "multiclass", "multilabel")
OLDER = ("hinge_loss", "calibration_error")  # which have makers of their own
NO_MASK = ("coverage_error", "ranking_loss", "ranking_average_precision")


def made_here(name: str, reference: Reference) -> bool:
    """Whether it is a score of decisions or rankings."""
    own = {param.name for param in reference.options}
    return (name.startswith("classification.") and not name.endswith(OLDER)) or "indexes" in own or "task" in own


def case(name: str, reference: Reference, rng: np.random.Generator) -> Case:
    """Predictions, labels and arguments."""
    own = {param.name: param for param in reference.options}
    if "indexes" in own:
        return _list(own, rng, relevance="dcg" in name)
    word = name.rpartition(".")[2]
    task = str(rng.choice(TASKS)) if "task" in own else word.partition("_")[0]
    options: dict[str, Any] = {"task": task} if "task" in own else {}
    x, y, width = _scores(task, word, rng)
    options |= {"multiclass": {"num_classes": width}, "multilabel": {"num_labels": width}}.get(task, {})
    choices: dict[str, list[Any]] = {
        "average": list(own["average"].choices) if "average" in own else [],
        "threshold": [0.3, 0.5, 0.7] if task != "multiclass" else [],
        "beta": [0.5, 1.0, 2.0],
        "zero_division": [0, 1],
        "weights": ["none", "linear", "quadratic"],
        "thresholds": [None, 7, [0.1, 0.4, 0.8]],
        "max_fpr": [None, 0.3, 0.7] if task == "binary" else [],
        "top_k": [1, width - 1] if task == "multiclass" and x.ndim > y.ndim else [],
    }
    options |= {key: values[int(rng.integers(len(values)))] for key, values in choices.items() if values and key in own}
    options |= {key: float(rng.choice([0.0, 0.3, 0.5, 0.8, 1.0])) for key in own if key.startswith("min_")}
    if "ignore_index" in own and rng.random() < 0.3 and not name.endswith(NO_MASK):
        options["ignore_index"] = int(rng.choice([-1, 0, 1, -100]))
        y = np.where(rng.random(y.shape) < 0.25, options["ignore_index"], y)
    return x, y, options


def _scores(task: str, word: str, rng: np.random.Generator) -> tuple[Any, Any, int]:
    """Scores of yes, of classes or of labels, as probabilities or not, some of which tie."""
    rows, width = int(rng.integers(1, 15)), int(rng.integers(2, 5))
    pixels = (3,) if rng.random() < 0.25 and not word.endswith(NO_MASK) else ()
    shape = (rows, *pixels) if task == "binary" else (rows, width, *pixels)
    x = rng.normal(size=shape) * 3.0 if rng.random() < 0.5 else rng.random(shape)
    x = np.round(rng.random(shape), 1) if rng.random() < 0.3 and task != "multiclass" else x
    if task != "multiclass":
        return x.astype(np.float32), rng.integers(0, 2, shape), width
    y = rng.integers(0, width, (rows, *pixels))
    decided = rng.random() < 0.3 and not any(part in word for part in ("auroc", "average_precision", "_at_"))
    return (rng.integers(0, width, y.shape) if decided else x.astype(np.float32)), y, width


def _list(own: dict[str, Any], rng: np.random.Generator, *, relevance: bool) -> Case:
    rows = int(rng.integers(1, 12))
    x = rng.normal(size=rows) if rng.random() < 0.5 else rng.random(rows)
    options: dict[str, Any] = {"top_k": int(rng.integers(1, 14))} if "top_k" in own and rng.random() < 0.6 else {}
    options |= {"adaptive_k": bool(rng.integers(2))} if "adaptive_k" in own else {}
    return x.astype(np.float32), rng.integers(0, 4 if relevance else 2, rows), options
