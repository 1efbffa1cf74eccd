"""Does each call of the libraries on PyTorch give what the live one gives?  ``python -m pytest tests/live``."""

from __future__ import annotations

import os
import warnings

import numpy as np
import pytest

from losscli.errors import LossError
from losscli.losses import CALLS
from tests.live import SEED
from tests.live.torch_libraries import ROOMS, Maker, answer
from tests.support import parity

EXAMPLES = int(os.environ.get("LOSSCLI_LIVE_EXAMPLES", "30"))
# What computes in float32 inside, whatever it is given.
SINGLE = (
    "monai",
    "open_clip",
    "segmentation_models",
    "timm.loss.AsymmetricLossMultiLabel",
    "timm.loss.Poly",
    "timm.loss.Zlpr",
)


@pytest.mark.parametrize("call", [call for call in CALLS if call.partition(".")[0] in ROOMS])
def test_a_call_gives_what_the_live_library_gives(call: str) -> None:
    pytest.importorskip("torch")
    pytest.importorskip(call.partition(".")[0])
    answered, wrong = 0, []
    for seed in range(3 * EXAMPLES):
        case = Maker(call, SEED + seed).case()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                theirs = answer(case)
        except Exception:  # it refuses
            continue
        answered += 1
        single = case["dtype"] == "float32" or call.startswith(SINGLE)
        rtol, atol = (3e-5, 5e-6) if single else (1e-10, 1e-11)
        try:
            per_sample, reduced = parity.compute(case | {"reduced": theirs})
        except LossError as error:
            wrong.append(f"{seed} refused: {error}")
            continue
        for name, value in theirs.items():
            ours = np.asarray(reduced.get(name, per_sample), float).reshape(-1)
            wanted = np.asarray(value, float).reshape(-1)
            size = max(1.0, float(np.abs(wanted[np.isfinite(wanted)]).max(initial=0.0)))
            if not wanted.size:  # a tensor without elements: the loss of nothing
                continue
            if ours.shape != wanted.shape or not np.allclose(ours, wanted, rtol, atol * size, equal_nan=True):
                wrong.append(f"{seed} {case['kwargs']} {name}: {ours.tolist()}, not {wanted.tolist()}"[:300])
        if answered == EXAMPLES:
            break
    assert answered >= EXAMPLES * 0.8, "the library refuses most of the cases"
    assert not wrong, f"{len(wrong)} of {answered}:\n" + "\n".join(wrong[:3])
