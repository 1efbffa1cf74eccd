"""Properties a declaration may claim; each is a function of the loss and of random data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import losscli
from losscli.losses.vocabulary import Domain, Kind, Takes

if TYPE_CHECKING:
    from collections.abc import Callable

    from losscli.losses import Loss

Data = tuple[Any, Any, dict[str, Any]]


def sample(loss: Loss, rng: np.random.Generator, rows: int = 7, classes: int = 4) -> Data:  # noqa: C901 - a table
    """Random predictions and labels that the loss takes, and the options that go with them."""
    x, y = rng.normal(0.0, 3.0, (2, rows, classes))
    numbers = rng.integers(0, classes, rows)
    extras: dict[str, Any] = {name: np.abs(rng.normal(0.0, 3.0, (rows, classes))) + 0.1 for name in loss.extras}
    if loss.param("train"):
        extras["train"] = [1.0, 3.0, 2.0, 4.0, 7.0]
    match loss.domain:
        case Domain.POSITIVE if loss.takes is Takes.SET:
            return np.exp(x[:, 0]), np.exp(y[:, 0]), {}
        case Domain.POSITIVE:
            return np.exp(x), numbers if loss.takes.picks_class else np.exp(y), {}
        case Domain.CLASS_NUMBERS:
            return rng.integers(0, classes, rows), numbers, {"average": "macro"} if loss.param("average") else {}
        case Domain.BINARY_SCORES:
            return np.round(x[:, 0]), np.append([0, 1], numbers[2:] % 2), {}
        case Domain.RELEVANCE:
            return np.round(x), rng.integers(0, 2, x.shape), {}
        case Domain.SURVIVAL:
            return x[:, 0], np.append(1.0, rng.choice([-2.0, 1.0, 2.0, 3.0], rows - 1)), {}
        case Domain.PROBABILITY_ROWS:
            return rng.dirichlet(np.ones(classes), rows), np.append(np.arange(classes), numbers[classes:]), {}
        case Domain.INDEX_LISTS:
            lists = np.full((rows, classes), -1)
            lists[:, 0] = numbers
            return x, lists, {}
        case Domain.PAIRS:
            return x, y, {}
        case Domain.GROUPS:
            return x, numbers % 2, {}
        case Domain.LOG_PROBABILITIES:
            return -abs(x) - 0.1, None, {name: -value for name, value in extras.items()}
        case Domain.REGIONS:
            return x[:, 0], (y[:, 0] > 0.0).astype(int), {}
        case Domain.ENSEMBLES:
            return x, y[:, 0], {}
        case Domain.COSINES:
            return np.cos(x), numbers, {}
        case Domain.BINS:
            return x, rng.uniform(0.0, classes - 1.0, rows), {}
        case Domain.SEQUENCES:
            return (
                rng.normal(size=(rows, 6, classes)),
                np.append(rng.integers(1, classes, (rows, 2)), np.full((rows, 1), -1), 1),
                {},
            )
        case Domain.BOXES:
            return *(np.concatenate([a[:, :2], a[:, :2] + np.abs(a[:, 2:])], axis=1) for a in (x, y)), {}  # type: ignore[return-value]
        case Domain.MASKS:
            return rng.dirichlet(np.ones(classes), rows), np.eye(classes)[numbers], {}
    match loss.takes:
        case Takes.CLASS | Takes.SCORES | Takes.SCORES_HOT | Takes.DECISION:
            if loss.kinds[0] is Kind.LOG_PROBABILITIES:
                x = x - np.logaddexp.reduce(x, axis=1, keepdims=True)
            return x, numbers, extras | _logits(loss)
        case Takes.BINARY:
            return x, rng.integers(0, 2, x.shape), extras | _logits(loss)
        case Takes.DISTRIBUTION:
            if loss.kinds[0] is Kind.LOG_PROBABILITIES:
                x = x - np.logaddexp.reduce(x, axis=1, keepdims=True)
            return x, rng.dirichlet(np.ones(classes), rows), extras | _logits(loss)
        case Takes.MARGIN:
            return x, rng.choice([-1, 1], x.shape), extras
        case Takes.SIGNED_VECTOR:
            return x, rng.choice([-1, 1], rows), extras
        case Takes.ANCHOR:
            return x, None, extras
        case Takes.SET:
            return x[:, 0], y[:, 0], extras
        case _:
            return x, y, extras


def _logits(loss: Loss) -> dict[str, Any]:
    return {"from_logits": True} if Kind.LOGITS in loss.kinds else {}


def losses(loss: Loss, x: Any, y: Any, **options: Any) -> Any:
    """Per sample; the one number of a loss that has no samples."""
    report = losscli.evaluate(loss.name, x, y, **options)
    return np.array([report.value]) if report.per_sample is None else report.per_sample


def non_negative(loss: Loss, rng: np.random.Generator) -> None:
    x, y, options = sample(loss, rng)
    assert (losses(loss, x, y, **options) >= 0.0).all()


def unit_interval(loss: Loss, rng: np.random.Generator) -> None:
    x, y, options = sample(loss, rng)
    values = losses(loss, x, y, **options)
    assert ((values >= 0.0) & (values <= 1.0)).all()


def at_most_1(loss: Loss, rng: np.random.Generator) -> None:
    x, y, options = sample(loss, rng)
    assert (losses(loss, x, y, **options) <= 1.0).all()


def row_permutation(loss: Loss, rng: np.random.Generator) -> None:
    x, y, options = sample(loss, rng)
    order = rng.permutation(len(x))
    moved: dict[str, Any] = {
        name: value[order] if isinstance(value, np.ndarray) else value for name, value in options.items()
    }
    straight = losscli.evaluate(loss.name, x, y, **options)
    shuffled = losscli.evaluate(loss.name, x[order], None if y is None else y[order], **moved)
    if straight.per_sample is None or shuffled.per_sample is None:
        assert shuffled.value == pytest.approx(straight.value, rel=1e-12)
        return
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
    _, y, options = sample(loss, rng)
    needed = {name: value for name, value in options.items() if loss.param(name)}
    np.testing.assert_allclose(losses(loss, y, y, **needed), 0.0, atol=1e-15)


LAWS: dict[str, Callable[[Loss, np.random.Generator], None]] = {
    "non-negative": non_negative,
    "unit-interval": unit_interval,
    "at-most-1": at_most_1,
    "row-permutation": row_permutation,
    "class-relabelling": class_relabelling,
    "logit-shift": logit_shift,
    "complement": complement,
    "symmetric": symmetric,
    "zero-at-target": zero_at_target,
}
