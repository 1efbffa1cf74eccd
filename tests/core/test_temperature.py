"""Is the temperature the one that makes the log loss smallest?"""

from __future__ import annotations

import math

import numpy as np
import pytest

from losscli.core.counts import temperature
from losscli.core.counts.temperature import Cooling


def cooled(z: np.ndarray, y: np.ndarray, *, keep: bool = True) -> Cooling:
    found = Cooling()
    found.add(z, y)
    if not keep:
        found.kept = None
    return found


def loss(z: np.ndarray, y: np.ndarray, t: float) -> float:
    x = z / t
    top = x.max(axis=1)
    return float((np.log(np.exp(x - top[:, None]).sum(axis=1)) + top - x[np.arange(len(x)), y]).mean())


def sample(classes: int, n: int = 3000, true: float = 1.7) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(classes)
    z = rng.normal(size=(n, classes)) * 3
    y = (z / true + rng.gumbel(size=z.shape)).argmax(axis=1)
    return z, y


def test_by_hand() -> None:
    """Four rows of logits 1 and -1, one of them wrong: T = 2 / ln 3, and the loss is that of 3 in 4."""
    found = cooled(np.array([[1.0, -1.0]] * 4), np.array([0, 0, 0, 1])).best()
    assert found is not None
    assert found == pytest.approx((2 / math.log(3), -0.75 * math.log(0.75) - 0.25 * math.log(0.25)), rel=1e-12)


@pytest.mark.parametrize("classes", [2, 10, 100])
def test_few_sums_are_enough(classes: int) -> None:
    z, y = sample(classes)
    exact, near = cooled(z, y, keep=True), cooled(z, y, keep=False)
    exact.kept = [(z, y, np.ones(len(z)))]
    one, two = exact.best(), near.best()
    assert one is not None
    assert two is not None
    assert two == pytest.approx(one, rel=2e-6)
    assert one[1] == pytest.approx(loss(z, y, one[0]), rel=1e-12)
    for other in (0.999, 1.001):
        assert loss(z, y, one[0]) < loss(z, y, one[0] * other)


@pytest.mark.parametrize("keep", [True, False])
def test_no_cut_changes_a_bit(keep: bool) -> None:
    z, y = sample(5, 500)
    merged = Cooling()
    for rows in np.array_split(np.arange(500), 7):
        merged.merge(cooled(z[rows], y[rows], keep=keep))
    assert merged.best() == cooled(z, y, keep=keep).best()


def test_rows_are_kept_while_they_are_few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(temperature, "MOST_KEPT", 100)
    z, y = sample(5, 21)
    assert cooled(z, y).kept is None
    assert cooled(z[:20], y[:20]).kept is not None


@pytest.mark.parametrize("keep", [True, False])
@pytest.mark.parametrize(
    ("z", "y"),
    [
        ([[1.0, 0.0], [0.0, 2.0]], [0, 1]),  # all right: ever less at lower temperatures
        ([[1.0, 0.0], [0.0, 2.0]], [1, 0]),  # all wrong: ever less at higher ones
        ([[1.0, 1.0]], [0]),  # the same at all
        ([[0.0, -np.inf]], [1]),  # infinite at all
    ],
)
def test_there_may_be_none(z: list[list[float]], y: list[int], keep: bool) -> None:
    assert cooled(np.array(z), np.array(y), keep=keep).best() is None


def test_a_class_that_is_ruled_out_weighs_nothing() -> None:
    z, y = np.array([[1.0, -1.0, -np.inf]] * 4), np.array([0, 0, 0, 1])
    assert cooled(z, y).best() == cooled(z[:, :2], y).best()
