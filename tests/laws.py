"""Properties a declaration may claim; each is a function of the loss and of random data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

import losscli
from losscli.losses.spec import Kind, Takes

if TYPE_CHECKING:
    from collections.abc import Callable

    from losscli.losses import Loss

Data = tuple[Any, Any, dict[str, Any]]


def sample(loss: Loss, rng: np.random.Generator, rows: int = 7, classes: int = 4) -> Data:
    """Random predictions and labels that the loss takes, and the options that go with them."""
    logits = rng.normal(0.0, 3.0, (rows, classes))
    match loss.takes:
        case Takes.CLASS:
            labels = rng.integers(0, classes, rows)
            if loss.kinds[0] is Kind.LOG_PROBABILITIES:
                return logits - np.logaddexp.reduce(logits, axis=1, keepdims=True), labels, {}
            return logits, labels, {"from_logits": True}
        case Takes.BINARY:
            return logits, rng.integers(0, 2, logits.shape), {"from_logits": True}
        case Takes.DISTRIBUTION:
            return logits, rng.dirichlet(np.ones(classes), rows), {"from_logits": True}
        case Takes.VALUE:
            return logits, rng.normal(0.0, 3.0, logits.shape), {}
        case Takes.DECISION:
            return logits, rng.integers(0, classes, rows), {}


def losses(loss: Loss, x: Any, y: Any, **options: Any) -> Any:
    return losscli.evaluate(loss.name, x, y, **options).per_sample


def non_negative(loss: Loss, rng: np.random.Generator) -> None:
    x, y, options = sample(loss, rng)
    assert (losses(loss, x, y, **options) >= 0.0).all()


def unit_interval(loss: Loss, rng: np.random.Generator) -> None:
    x, y, options = sample(loss, rng)
    values = losses(loss, x, y, **options)
    assert ((values >= 0.0) & (values <= 1.0)).all()


def row_permutation(loss: Loss, rng: np.random.Generator) -> None:
    x, y, options = sample(loss, rng)
    order = rng.permutation(len(x))
    straight = losscli.evaluate(loss.name, x, y, **options)
    shuffled = losscli.evaluate(loss.name, x[order], y[order], **options)
    assert straight.per_sample is not None
    np.testing.assert_array_equal(shuffled.per_sample, straight.per_sample[order])
    assert shuffled.summary.to_dict() == straight.summary.to_dict()
    assert shuffled.value == straight.value


def class_relabelling(loss: Loss, rng: np.random.Generator) -> None:
    x, y, options = sample(loss, rng)
    order = rng.permutation(x.shape[1])
    moved = losses(loss, x[:, order], np.argsort(order)[y], **options)
    np.testing.assert_allclose(moved, losses(loss, x, y, **options), rtol=1e-14)


def logit_shift(loss: Loss, rng: np.random.Generator) -> None:
    x, y, options = sample(loss, rng)
    x = np.round(x * 64.0) / 64.0  # so that adding 8 does not round
    np.testing.assert_array_equal(losses(loss, x + 8.0, y, **options), losses(loss, x, y, **options))


def complement(loss: Loss, rng: np.random.Generator) -> None:
    x, y, options = sample(loss, rng)
    np.testing.assert_allclose(losses(loss, -x, 1 - y, **options), losses(loss, x, y, **options), rtol=1e-14)


def symmetric(loss: Loss, rng: np.random.Generator) -> None:
    x, y, options = sample(loss, rng)
    np.testing.assert_array_equal(losses(loss, y, x, **options), losses(loss, x, y, **options))


def zero_at_target(loss: Loss, rng: np.random.Generator) -> None:
    _, y, _ = sample(loss, rng)
    np.testing.assert_allclose(losses(loss, y, y), 0.0, atol=1e-15)


LAWS: dict[str, Callable[[Loss, np.random.Generator], None]] = {
    "non-negative": non_negative,
    "unit-interval": unit_interval,
    "row-permutation": row_permutation,
    "class-relabelling": class_relabelling,
    "logit-shift": logit_shift,
    "complement": complement,
    "symmetric": symmetric,
    "zero-at-target": zero_at_target,
}
