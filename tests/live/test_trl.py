"""Do the loss types of TRL's trainers give what the trainers compute?  ``python -m pytest tests/live``.

The losses of DPO stand in the middle of a method that runs models: its lines are cut out and run on their own.
"""

from __future__ import annotations

import importlib
import inspect
import math
import os
import textwrap
import warnings
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from losscli.losses import CALLS
from tests.live import SEED
from tests.support import parity

if TYPE_CHECKING:
    from collections.abc import Iterator

CASES = 60
DIVERGENCES = ("reverse_kl", "forward_kl", "js_divergence", "alpha_divergence")
ROWS = ("chosen_logps", "rejected_logps", "ref_chosen_logps", "ref_rejected_logps")


def choices(call: str) -> tuple[str, ...]:
    """The loss types of a call."""
    return next(param.choices for param in CALLS[call][1].options if param.name == "loss_type")


def dpo(rows: dict[str, Any], lengths: Any, options: dict[str, Any]) -> Any:
    """The lines of the trainer between the log-probabilities and their mean, as they are."""
    torch = importlib.import_module("torch")
    trainer = importlib.import_module("trl.trainer.dpo_trainer")
    source = inspect.getsource(trainer.DPOTrainer)
    start = source.index("chosen_logratios = chosen_logps - ref_chosen_logps")
    middle, loop = source.index("loss = 0.0", start), source.index('if loss_type == "sigmoid"', start)
    lines = source[source.rindex("\n", 0, start) + 1 : middle]
    branches = source[source.rindex("\n", 0, loop) + 1 : source.index("if self.use_weighting", loop)]
    code = textwrap.dedent(lines) + "\n" + textwrap.dedent(branches.rstrip())
    width = int(lengths.max())
    mask = torch.tensor(np.arange(width) < lengths.reshape(-1)[:, None]).long()
    args = SimpleNamespace(discopop_tau=options.get("discopop_tau", 0.05))
    given = {"beta": 0.1, "label_smoothing": 0.0, "f_divergence_type": DIVERGENCES[0], "f_alpha_divergence_coef": 0.5}
    space = {
        **{name: torch.tensor(value) for name, value in rows.items()},
        "self": SimpleNamespace(**(given | options), args=args),
        "torch": torch,
        "F": torch.nn.functional,
        "math": math,
        "device": "cpu",
        "loss_type": options["loss_type"],
        "completion_mask": mask,
    }
    exec(code, space)
    return space["per_sequence_loss"].numpy()


def trial(call: str, seed: int) -> tuple[dict[str, Any], dict[str, Any], Any, dict[str, Any]]:
    """Log-probabilities, lengths and options."""
    rng = np.random.default_rng(seed)
    count = int(rng.integers(1, 9))
    mean = call != "trl.DPO"
    rows = {name: -rng.exponential(size=count) * (1.0 if mean else 20.0) - 1e-3 for name in ROWS}
    rows = {name: value.astype(np.float32) for name, value in rows.items()}
    lengths = rng.integers(1, 30, (2, count))
    options: dict[str, Any] = {"beta": float(rng.choice([0.1, 0.05, 0.5, 2.0]))}
    if call == "trl.DPO":
        options["loss_type"] = str(rng.choice(choices(call)))
        options["label_smoothing"] = float(rng.choice([0.1, 0.2, 0.45]))
        if options["loss_type"] in ("sigmoid", "sigmoid_norm", "hinge", "ipo", "exo_pair", "robust", "discopop"):
            options["f_divergence_type"] = str(rng.choice(DIVERGENCES))
            options["f_alpha_divergence_coef"] = float(rng.choice([0.0, 0.5, 1.0, 1.5]))
        if options["loss_type"] == "discopop":
            options["discopop_tau"] = float(rng.choice([0.05, 0.5]))
    elif call == "trl.CPO":
        options |= {"loss_type": str(rng.choice(choices(call))), "simpo_gamma": float(rng.choice([0.5, 1.0]))}
        options |= {"label_smoothing": float(rng.choice([0.0, 0.2])), "alpha": float(rng.choice([0.0, 0.1, -0.2]))}
    return rows, options, lengths, {"chosen_lengths": lengths[0].tolist(), "rejected_lengths": lengths[1].tolist()}


def theirs(call: str, rows: dict[str, Any], options: dict[str, Any], lengths: Any) -> Any:
    """What TRL makes of them."""
    torch = importlib.import_module("torch")
    if call == "trl.DPO":
        return dpo(rows, lengths, options)
    chosen, rejected = (torch.tensor(rows[name]) for name in ROWS[:2])
    own = SimpleNamespace(**({"label_smoothing": 0.0} | options), accelerator=SimpleNamespace(device="cpu"))
    if call == "trl.CPO":
        trainer = importlib.import_module("trl.experimental.cpo.cpo_trainer").CPOTrainer
        return trainer.cpo_loss(own, chosen, rejected)[0].numpy()
    trainer = importlib.import_module("trl.experimental.orpo.orpo_trainer").ORPOTrainer
    return trainer.odds_ratio_loss(own, chosen, rejected)[0].numpy()


def cases(call: str) -> Iterator[tuple[dict[str, Any], Any]]:
    """In the format of ``tests/golden``, and what TRL gives."""
    for seed in range(CASES):
        rows, options, lengths, extra = trial(call, SEED + seed)
        with np.errstate(all="ignore"):
            found = theirs(call, rows, options, lengths)
        if call != "trl.DPO":
            extra = {}
        extra |= {name: value.tolist() for name, value in rows.items() if name in CALLS[call][1].extras}
        yield (
            {
                "call": call,
                "dtype": "float32",
                "y_pred": rows["chosen_logps"].tolist(),
                "y_true": None,
                "extra": extra,
                "kwargs": options,
                "sample_weight": None,
                "reduced": {"mean": None},
            },
            found,
        )


@pytest.mark.parametrize("call", ["trl.DPO", "trl.CPO", "trl.ORPO.odds_ratio_loss"])
def test_a_loss_type_gives_what_the_trainer_gives(call: str) -> None:
    os.environ.setdefault("TRL_EXPERIMENTAL_SILENCE", "1")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pytest.importorskip("trl")
    wrong = []
    for case, found in cases(call):
        per_sample = np.asarray(parity.compute(case)[0], float)
        size = max(1.0, *np.abs(case["y_pred"]))
        if not np.allclose(per_sample, found, rtol=3e-5, atol=2e-6 * size, equal_nan=True):
            wrong.append(f"{case['kwargs']}: {per_sample.tolist()}, not {found.tolist()}")
    assert not wrong, "\n".join(wrong[:5])
