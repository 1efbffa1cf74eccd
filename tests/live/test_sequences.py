"""Do CTC's calls give what the live frameworks give, on random sequences?  ``python -m pytest tests/live``."""

from __future__ import annotations

import importlib
import warnings
from typing import Any

import numpy as np
import pytest

from tests.live import SEED, frameworks
from tests.support import parity

EXAMPLES = 30
NAMES = ("keras.losses.CTC", "keras.losses.ctc", "torch.nn.CTCLoss", "optax.losses.ctc_loss", "tf.nn.ctc_loss")


def sizes(rng: np.random.Generator) -> tuple[int, int, int, int]:
    """Rows, steps, labels, classes; steps may be too few."""
    return tuple(int(rng.integers(low, high)) for low, high in ((1, 4), (1, 9), (1, 5), (2, 5)))  # type: ignore[return-value]


def case(call: str, seed: int) -> dict[str, Any]:
    """In the format of ``tests/golden``, without results."""
    rng = np.random.default_rng(seed)
    rows, steps, labels, classes = sizes(rng)
    x = rng.normal(size=(rows, steps, classes)) * rng.choice([1.0, 5.0, 60.0])
    number, long = rng.integers(0, labels + 1, rows), rng.integers(1, steps + 1, rows)
    blank = 0 if call.startswith("keras") else int(rng.integers(0, classes))
    y = rng.choice([c for c in range(classes) if c != blank], (rows, labels))
    kwargs: dict[str, Any] = {}
    extra: dict[str, Any] = {}
    if call.startswith("keras"):
        y = np.where(np.arange(labels) < number[:, None], y, 0)
    elif call.startswith("optax"):
        kwargs = {"blank_id": blank} | ({"log_epsilon": -1e3} if rng.random() < 0.3 else {})
        extra["logit_paddings"] = (np.arange(steps) >= long[:, None]) * 1.0
        extra["label_paddings"] = (np.arange(labels) >= number[:, None]) * 1.0
    elif call.startswith("tf"):
        front = bool(rng.integers(2))
        kwargs = {"blank_index": blank, "logits_time_major": front}
        kwargs |= {"label_length": number.tolist(), "logit_length": long.tolist()}
        x = np.moveaxis(x, 0, 1) if front else x
    else:
        x = np.moveaxis(x - np.logaddexp.reduce(x, axis=-1, keepdims=True), 0, 1)
        kwargs = {"blank": blank, "zero_infinity": bool(rng.integers(2))}
        extra = {"input_lengths": long, "target_lengths": number}
    return {
        "call": call,
        "dtype": "float32" if call.startswith("tf") else str(rng.choice(["float32", "float64"])),
        "y_pred": x.tolist(),
        "y_true": y.tolist(),
        "extra": {name: value.tolist() for name, value in extra.items()},
        "kwargs": kwargs,
        "sample_weight": None,
    }


def torch_answer(found: dict[str, Any]) -> Any:
    """torch.nn.functional.ctc_loss."""
    torch = importlib.import_module("torch")
    x, y = torch.tensor(np.asarray(found["y_pred"], found["dtype"])), torch.tensor(found["y_true"], dtype=torch.long)
    lengths = [torch.tensor(found["extra"][name]) for name in ("input_lengths", "target_lengths")]
    return torch.nn.functional.ctc_loss(x, y, *lengths, **found["kwargs"], reduction="none").numpy()


def tf_answer(found: dict[str, Any]) -> Any:
    """tf.nn.ctc_loss."""
    tf = importlib.import_module("tensorflow")
    x = np.asarray(found["y_pred"], np.float32)
    return tf.nn.ctc_loss(labels=np.asarray(found["y_true"], np.int32), logits=x, **found["kwargs"]).numpy()


def optax_answer(found: dict[str, Any]) -> Any:
    """optax.losses.ctc_loss."""
    optax = importlib.import_module("optax")
    x = np.asarray(found["y_pred"], found["dtype"])
    off, beyond = (np.asarray(found["extra"][name], found["dtype"]) for name in ("logit_paddings", "label_paddings"))
    return np.asarray(optax.losses.ctc_loss(x, off, np.asarray(found["y_true"]), beyond, **found["kwargs"]))


def keras_answer(found: dict[str, Any]) -> Any:
    """As any other call of Keras."""
    return frameworks.ask(found).per_sample


ANSWERS = {"torch": torch_answer, "tf": tf_answer, "optax": optax_answer, "keras": keras_answer}


def difference(found: dict[str, Any], theirs: Any) -> str:
    """What losscli gives instead; empty if it is the same."""
    single = found["dtype"] == "float32" or found["call"].startswith("keras")
    ours = np.asarray(parity.compute(found | {"reduced": None})[0], float).reshape(-1)
    wanted = np.asarray(theirs, float).reshape(-1)
    size = max(1.0, float(np.abs(wanted[np.isfinite(wanted)]).max(initial=0.0)))
    rtol, atol = (3e-5, 3e-6) if single else (1e-10, 1e-11)
    if ours.shape == wanted.shape and np.allclose(ours, wanted, rtol, atol * size):
        return ""
    return f"{found['kwargs']}: {ours.tolist()}, not {wanted.tolist()}"


@pytest.mark.parametrize("call", NAMES)
def test_a_call_gives_what_the_live_one_gives(call: str) -> None:
    framework = call.partition(".")[0]
    try:
        frameworks.load(framework)
    except ImportError as error:
        pytest.skip(f"no {framework}: {error}")
    wrong = []
    for seed in range(EXAMPLES):
        found = case(call, SEED + seed)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            text = difference(found, ANSWERS[framework](found))
        if text:
            wrong.append(f"{seed} {text}")
    assert not wrong, f"{len(wrong)} of {EXAMPLES}:\n" + "\n".join(wrong[:4])
