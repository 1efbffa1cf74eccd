"""Does each call of TorchMetrics give what the live one gives, on random rows?  ``python -m pytest tests/live``."""

from __future__ import annotations

import importlib
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from losscli.losses import CALLS
from tests.live import SEED, torchmetrics_cases
from tests.support import parity

if TYPE_CHECKING:
    from collections.abc import Callable

PREFIX = "torchmetrics.functional."
NAMES = [call.removeprefix(PREFIX) for call in CALLS if call.startswith(PREFIX)]
EXAMPLES = 20
FLOAT32 = (
    "cosine_similarity",
    "multiclass_",
    "peak_signal",
    "spearman",
    "kendall",
    "critical",
)  # whatever they are given
Case = tuple[Any, Any, dict[str, Any]]


def positive(rng: np.random.Generator) -> Case:
    x, y = rng.exponential(size=(2, int(rng.integers(3, 30)))) + 0.01
    return x, y, {}


def classes(rng: np.random.Generator) -> Case:
    rows, width = int(rng.integers(3, 30)), int(rng.integers(2, 6))
    x = rng.normal(size=(rows, width)) * 3.0 if rng.random() < 0.5 else rng.dirichlet(np.ones(width), rows)
    return x, rng.integers(0, width, rows), {"num_classes": width}


def binary(rng: np.random.Generator) -> Case:
    rows = int(rng.integers(3, 30))
    x = rng.normal(size=rows) * 3.0 if rng.random() < 0.5 else rng.uniform(size=rows)
    return x, rng.integers(0, 2, rows), {}


def rows_of(rng: np.random.Generator) -> Case:
    shape = (int(rng.integers(2, 20)), int(rng.integers(2, 6)))
    return rng.dirichlet(np.ones(shape[1]), shape[0]), rng.dirichlet(np.ones(shape[1]), shape[0]), {}


def ensembles(rng: np.random.Generator) -> Case:
    rows = int(rng.integers(2, 20))
    return rng.normal(size=(rows, int(rng.integers(2, 9)))), rng.normal(size=rows), {}


def signals(rng: np.random.Generator) -> Case:
    """A signal beside a noisy one, of any height."""
    x, noise = rng.normal(size=(2, int(rng.integers(1, 6)), int(rng.integers(2, 40))))
    return x * 10.0 ** rng.integers(-3, 3), x * 2.0 + noise * 10.0 ** rng.integers(-4, 2) + rng.integers(0, 2), {}


def tokens(rng: np.random.Generator) -> Case:
    x = rng.normal(size=(2, int(rng.integers(2, 9)), 5))
    y = rng.integers(0, 5, x.shape[:2])
    y[0, 0] = -100
    return x, y, {"ignore_index": -100}


def chosen(rng: np.random.Generator, **choices: list[Any]) -> dict[str, Any]:
    return {name: values[int(rng.integers(len(values)))] for name, values in choices.items()}


def case(name: str, rng: np.random.Generator) -> Case:
    """Random input of a call, and arguments."""
    word = name.rpartition(".")[2]
    make: Callable[[np.random.Generator], Case] = positive
    if word.startswith("multiclass_"):
        make = classes
    elif word.startswith("binary_"):
        make = binary
    elif word in ("kl_divergence", "jensen_shannon_divergence", "cosine_similarity"):
        make = rows_of
    elif word.startswith("continuous"):
        make = ensembles
    elif name.startswith("audio."):
        make = signals
    elif word == "perplexity":
        make = tokens
    x, y, options = make(rng)
    more: dict[str, dict[str, list[Any]]] = {
        "mean_squared_error": {"squared": [True, False]},
        "minkowski_distance": {"p": [1.0, 2.0, 3.5]},
        "normalized_root_mean_squared_error": {"normalization": ["mean", "range", "std", "l2"]},
        "relative_squared_error": {"squared": [True, False]},
        "tweedie_deviance_score": {"power": [0, 1, 1.5, 2, 3]},
        "peak_signal_noise_ratio": {"data_range": [1.0, 5.0]},
        "binary_calibration_error": {"n_bins": [5, 15], "norm": ["l1", "l2", "max"]},
        "multiclass_calibration_error": {"n_bins": [5, 15], "norm": ["l1", "l2", "max"]},
        "binary_hinge_loss": {"squared": [True, False]},
        "multiclass_hinge_loss": {"squared": [True, False], "multiclass_mode": ["crammer-singer", "one-vs-all"]},
        "r2_score": {"adjusted": [0, 1]},
        "kendall_rank_corrcoef": {"variant": ["a", "b", "c"]},
        "signal_noise_ratio": {"zero_mean": [True, False]},
        "scale_invariant_signal_distortion_ratio": {"zero_mean": [True, False]},
        "critical_success_index": {"threshold": [0.5, 1.0]},
    }
    return x, y, options | chosen(rng, **more.get(word, {}))


@pytest.mark.parametrize("name", NAMES)
def test_a_call_gives_what_the_live_one_gives(name: str) -> None:
    torch = pytest.importorskip("torch")
    pytest.importorskip("torchmetrics")
    module, _, word = name.rpartition(".")
    places = [
        importlib.import_module((PREFIX + one).rstrip(".")) for one in (module, "classification", "regression", "audio")
    ]
    function = next(getattr(place, word) for place in places if hasattr(place, word))
    answered = 0
    for seed in range(EXAMPLES):
        rng, reference = np.random.default_rng(SEED + seed), CALLS[PREFIX + name][1]
        here = torchmetrics_cases.made_here(name, reference)
        x, y, options = torchmetrics_cases.case(name, reference, rng) if here else case(name, rng)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                theirs = function(torch.tensor(x), torch.tensor(y), **options)
                theirs = (theirs[0] if isinstance(theirs, tuple) else theirs).numpy()
            except (IndexError, RuntimeError, ValueError):  # it refuses
                assert here
                continue
        answered += 1
        typed = {"call": PREFIX + name, "y_pred": x.tolist(), "y_true": y.tolist(), "kwargs": options}
        rest = {
            "dtype": "float32" if x.dtype == np.float32 else "float64",
            "extra": {},
            "sample_weight": None,
            "reduced": {"default": None},
        }
        _, reduced = parity.compute(typed | rest)
        ours = np.asarray(reduced["default"], float)
        rtol = 3e-5 if here else 3e-6 if word.startswith(FLOAT32) else 1e-9
        np.testing.assert_allclose(
            ours.reshape(-1), theirs.reshape(-1), rtol=rtol, atol=rtol, err_msg=f"{name} {options}"
        )
    assert answered >= EXAMPLES * 0.8
