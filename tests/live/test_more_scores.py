"""Do scikit-learn's scores of decisions, curves and rankings agree with the live ones?  (Not part of plain pytest.)"""

from __future__ import annotations

import os
import warnings
from typing import Any

import numpy as np
import pytest

from losscli.errors import LossError
from losscli.losses import CALLS
from tests.live import SEED, frameworks
from tests.support import parity

EXAMPLES = int(os.environ.get("LOSSCLI_LIVE_EXAMPLES", "25"))
DECISIONS = ("precision_score", "recall_score", "f1_score", "fbeta_score", "jaccard_score")
AGREEMENTS = ("matthews_corrcoef", "cohen_kappa_score")
CURVES = ("roc_auc_score", "average_precision_score")
ROWS = ("ndcg_score", "dcg_score", "label_ranking_loss", "label_ranking_average_precision_score", "coverage_error")


def make(name: str, seed: int) -> dict[str, Any]:
    """A case in the format of ``tests/golden``, without results."""
    rng = np.random.default_rng(seed)
    n, classes = int(rng.integers(1, 12)), int(rng.integers(2, 5))
    x, y = _decisions(rng, n, classes)
    kwargs: dict[str, Any] = {}
    if name in DECISIONS:
        choices = ["macro", "micro", "weighted", None] + ["binary"] * 4 * (classes == 2)
        kwargs["average"] = choices[int(rng.integers(len(choices)))]
        if rng.uniform() < 0.25:
            x, y = rng.integers(0, 2, (2, n, 3))
            kwargs["average"] = str(rng.choice(["macro", "micro", "weighted", "samples"]))
        if name == "fbeta_score":
            kwargs["beta"] = float(rng.choice([0.5, 1.0, 2.0]))
    elif name == "cohen_kappa_score":
        kwargs["weights"] = [None, "linear", "quadratic"][int(rng.integers(3))]
    elif name in CURVES:
        x, y, kwargs = _curves(rng, name, n, classes)
    elif name in ROWS:
        x = np.round(rng.normal(size=(n, 4)), int(rng.integers(0, 3)))
        y = (
            rng.integers(0, 2, x.shape)
            if name not in ("ndcg_score", "dcg_score")
            else rng.integers(0, 4, x.shape) * 1.0
        )
        if name in ("ndcg_score", "dcg_score"):
            kwargs = {"k": [None, 1, 3][int(rng.integers(3))], "ignore_ties": bool(rng.integers(2))}
    weights = (
        None
        if rng.uniform() < 0.5 or kwargs.get("multi_class") == "ovo"
        else (rng.uniform(0.1, 3.0, n) * (rng.uniform(size=n) > 0.2)).tolist()
    )
    return {
        "call": f"sklearn.metrics.{name}",
        "dtype": "float64",
        "y_pred": x.tolist(),
        "y_true": y.tolist(),
        "extra": {},
        "kwargs": kwargs,
        "sample_weight": weights,
    }


def _decisions(rng: Any, n: int, classes: int) -> tuple[Any, Any]:
    """Predicted and true classes."""
    x, y = rng.integers(0, classes, (2, n))
    return x, y


def _curves(rng: Any, name: str, n: int, classes: int) -> tuple[Any, Any, dict[str, Any]]:
    """Scores of yes, or of several classes, or of several labels."""
    style = rng.uniform()
    if style < 0.5:
        y = rng.integers(0, 2, n)
        y[:2] = [0, 1][:n]
        limit = {"max_fpr": float(rng.choice([0.2, 0.5, 1.0]))} if name == "roc_auc_score" and style < 0.2 else {}
        return np.round(rng.normal(size=n), int(rng.integers(0, 3))), y, limit
    if style < 0.75:
        y = rng.integers(0, 2, (n + 2, 3))
        y[:2] = [[0, 0, 0], [1, 1, 1]]
        kwargs = {"average": str(rng.choice(["macro", "micro", "weighted"]))}
        return np.round(rng.normal(size=(n, 3)), 1), y[:n], kwargs
    classes = max(3, classes)
    y = np.concatenate([np.arange(classes), rng.integers(0, classes, n)])[: max(n, classes)][:n]
    x = rng.dirichlet(np.ones(classes), n)
    average = str(rng.choice(["macro", "weighted"]))
    return x, y, {"average": average} | ({"multi_class": str(rng.choice(["ovr", "ovo"]))} if "roc" in name else {})


@pytest.mark.parametrize("name", [*DECISIONS, *AGREEMENTS, *CURVES, *ROWS])
def test_a_score_is_that_of_the_live_framework(name: str) -> None:
    pytest.importorskip("sklearn")
    answered, wrong = 0, []
    for seed in range(EXAMPLES * 4):
        case = make(name, SEED + seed)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            answer = frameworks.ask(case)
        if answer.refusal:
            continue
        answered += 1
        theirs = answer.reduced["default"]
        try:
            ours: Any = parity.compute(case | {"reduced": {"default": theirs}})[1]["default"]
        except LossError as error:
            ours = f"refused: {error}"
        if isinstance(ours, str) or not np.allclose(
            np.asarray(ours, float), theirs, rtol=1e-11, atol=1e-12, equal_nan=True
        ):
            wrong.append((seed, case["kwargs"], ours, theirs))
        if answered >= EXAMPLES:
            break
    assert answered >= EXAMPLES * 0.8
    assert not wrong, f"{len(wrong)} of {answered}: {wrong[:3]}"


MADE_HERE = {call for call in CALLS if call.rpartition(".")[2] in (*DECISIONS, *AGREEMENTS, *CURVES, *ROWS)}
