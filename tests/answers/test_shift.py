"""Do next-token predictions meet the labels that come later?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

import losscli
from tests.support.inputs_reading import got
from tests.support.shell import losscli as shell

if TYPE_CHECKING:
    from pathlib import Path

LOGITS = np.random.default_rng(0).normal(size=(12, 5))
TOKENS = np.arange(12) * 7 % 5


@pytest.mark.parametrize("by", [1, 2, 5])
def test_rows(tmp_path: Path, by: int) -> None:
    np.save(tmp_path / "x.npy", LOGITS)
    np.save(tmp_path / "y.npy", TOKENS)
    paths = str(tmp_path / "x.npy"), str(tmp_path / "y.npy")
    want = losscli.evaluate("ce", LOGITS[:-by], TOKENS[by:], from_logits=True).value
    assert float(shell("ce", *paths, "--from-logits", "--shift", str(by), "-q").out) == want
    assert losscli.evaluate("ce", LOGITS, TOKENS, from_logits=True, shift=by).value == want
    for chunk in (40, 1 << 19):
        read = got(*paths, shift=by, chunk_bytes=chunk)
        assert np.array_equal(read.predictions, LOGITS[:-by])
        assert np.array_equal(read.labels, TOKENS[by:])


def test_sequences(tmp_path: Path) -> None:
    x, y = LOGITS.reshape(3, 4, 5), TOKENS.reshape(3, 4)
    np.save(tmp_path / "x.npy", x)
    np.save(tmp_path / "y.npy", y)
    want = losscli.evaluate("ce", x[:, :-1], y[:, 1:], from_logits=True).value
    options = (str(tmp_path / "x.npy"), str(tmp_path / "y.npy"), "--from-logits", "-q")
    assert float(shell("ce", *options, "--shift", "1").out) == want
    assert shell("ce", *options, "--shift", "4").status == 3


def test_a_call_takes_a_shift_as_its_loss_does() -> None:
    data = ["[[3,0],[1,2],[0,1]]", "0,0,1", "--shift", "1", "-q"]
    call = shell("torch.nn.CrossEntropyLoss", *data)
    assert call.status == 0, call.err
    assert call.out == shell("ce", *data, "--from-logits", "--like", "torch").out
