"""How far the primitives are from the truth, in units in the last place.

The inputs are exact doubles and mpmath evaluates the formulas with 60 digits; `test_ops.py` checks these formulas
once more with 1,000 digits. ``python -m tests.accuracy`` prints the worst error of each primitive and of each loss at
each scale, the losses' beside recorded ones of frameworks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import mpmath  # type: ignore[import-untyped]
import numpy as np

from losscli import ops

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from fractions import Fraction

    from numpy.typing import DTypeLike, NDArray

    Array = NDArray[np.float64]
    Index = NDArray[np.intp]
    Rows = tuple[Array, Index]

mp = mpmath.mp
mp.dps = 60

SCALES = (1.0, 10.0, 30.0, 100.0, 700.0)
LEAST = 2.0**-1074
LARGEST = float(np.finfo(np.float64).max)


# The meter


def ulps(computed: float, exact: Any, dtype: DTypeLike = np.float64) -> float:
    """The distance of ``computed`` from the mpf ``exact``, in units in the last place of ``exact``.

    Below the normal numbers the unit is the smallest subnormal. A NaN is infinitely wrong unless ``exact`` is NaN,
    an infinity unless ``exact`` rounds to it.
    """
    info = np.finfo(dtype)
    exact = mp.mpf(exact)
    if mp.isnan(exact) or np.isnan(computed):
        return 0.0 if mp.isnan(exact) and np.isnan(computed) else np.inf
    overflow = mp.ldexp(2 - mp.ldexp(1, -info.nmant - 1), int(info.maxexp) - 1)
    if abs(exact) >= overflow or np.isinf(computed):
        return 0.0 if computed == (np.inf if exact > 0 else -np.inf) and abs(exact) >= overflow else np.inf
    least = int(info.minexp) - info.nmant
    exponent = max(int(mp.mag(exact)) - 1 - info.nmant, least) if exact else least
    return float(abs(mp.mpf(float(computed)) - exact) / mp.ldexp(1, exponent))


def worst(computed: Any, exact: Sequence[Any], dtype: DTypeLike = np.float64) -> float:
    """The largest error of several numbers."""
    numbers = np.asarray(computed).reshape(-1).tolist()
    return max((ulps(c, e, dtype) for c, e in zip(numbers, exact, strict=True)), default=0.0)


# The truth


def rounded(exact: Fraction) -> float:
    """The nearest double, infinite if that is too far."""
    try:
        return float(exact)
    except OverflowError:
        return np.inf if exact > 0 else -np.inf


@dataclass(frozen=True)
class Row:
    """A row of logits, its largest one, and the exponentials of all below it."""

    shifted: list[Any]
    powers: list[Any]
    peak: Any
    rest: Any

    @classmethod
    def of(cls, row: Array) -> Row:
        exact = [mp.mpf(x) for x in row.tolist()]
        top = int(np.argmax(row))
        shifted = [x - exact[top] for x in exact]
        powers = [mp.exp(x) for x in shifted]
        return cls(shifted, powers, exact[top], mp.fsum(powers[:top] + powers[top + 1 :]))

    @property
    def log_softmax(self) -> list[Any]:
        log_sum = mp.log1p(self.rest)
        return [x - log_sum for x in self.shifted]

    @property
    def softmax(self) -> list[Any]:
        return [p / (1 + self.rest) for p in self.powers]

    @property
    def logsumexp(self) -> Any:
        return self.peak + mp.log1p(self.rest)


def log_softmax_at(row: Array, index: int) -> Any:
    """Minus the cross-entropy of one row."""
    exact = Row.of(row)
    return exact.shifted[index] - mp.log1p(exact.rest)


def log_sigmoid(x: float) -> Any:
    return -mp.log1p(mp.exp(-mp.mpf(x))) if x > 0 else mp.mpf(x) - mp.log1p(mp.exp(mp.mpf(x)))


def sigmoid(x: float) -> Any:
    return 1 / (1 + mp.exp(-mp.mpf(x))) if x > 0 else mp.exp(mp.mpf(x)) / (1 + mp.exp(mp.mpf(x)))


def log1mexp(x: float) -> Any:
    if x == 0:
        return mp.ninf
    return mp.log(-mp.expm1(mp.mpf(x))) if x > -1 else mp.log1p(-mp.exp(mp.mpf(x)))


def xlogy(x: float, y: float) -> Any:
    return mp.mpf(x) * mp.log(mp.mpf(y)) if x else mp.mpf(0)


# Inputs


def generator(*seed: float) -> np.random.Generator:
    """A random generator that is the same in every run."""
    return np.random.default_rng([int(s) for s in seed])


def random_rows(scale: float, classes: int, count: int) -> Rows:
    """Logits of a scale and labels that have nothing to do with them."""
    rng = generator(1, scale, classes)
    return rng.normal(size=(count, classes)) * scale, rng.integers(classes, size=count)


def confident_rows(scale: float, classes: int, count: int) -> Rows:
    """The label is the largest class by up to one scale: the loss is tiny, at 700 about 1e-300."""
    x, y = random_rows(scale, classes, count)
    rows = np.arange(count)
    x[rows, y] = x.max(axis=-1) + scale * generator(2, scale, classes).uniform(size=count)
    return x, y


def subnormal_rows(count: int) -> Rows:
    """The loss, or the probability, is below 2.2e-308."""
    rng = generator(3)
    x = np.stack([rng.uniform(-800, 800, count), np.zeros(count)], axis=1)
    x[:, 1] = x[:, 0] + rng.uniform(706, 746, count) * rng.choice([-1, 1], count)
    return x, rng.integers(2, size=count)


def near_ties(classes: int, count: int) -> Rows:
    """All logits of a row within a few ulp or a few thousandths of each other, at any size."""
    rng = generator(4, classes)
    middle = rng.normal(size=(count, 1)) * 10.0 ** rng.integers(-3, 6, size=(count, 1))
    spread = 10.0 ** rng.integers(-17, -2, size=(count, 1))
    return middle * (1 + rng.normal(size=(count, classes)) * spread), rng.integers(classes, size=count)


def tied_below(classes: int, count: int) -> Rows:
    """The label leads and all other classes tie: every partial sum is rounded the same way.

    The first four were the worst of 200,000 under ``np.sum``: 8.1, 9.6, 7.5 and 7.6 ulp for 127, 127, 95, 119
    classes.
    """
    rng = generator(9, classes)
    below = np.concatenate(
        [
            [-6.105110667472624, -1.2895930807373246, -5.850164628399773, -2.4954059864226847],
            -rng.uniform(0, 60, size=count),
        ]
    )
    x = np.repeat(below[:, None], classes, axis=1)
    x[:, 0] = 0.0
    return x, np.zeros(len(x), dtype=np.intp)


def ruled_out(classes: int, count: int) -> Rows:
    """Some classes have a logit of -inf, never all; every label occurs."""
    rng = generator(5, classes)
    x = rng.normal(size=(count, classes)) * 30
    x[rng.uniform(size=x.shape) < 0.5] = -np.inf
    x[np.arange(count), rng.integers(classes, size=count)] = 5.0
    return x, rng.integers(classes, size=count)


def extreme_rows() -> Rows:
    """Numbers at the ends of float64 in all pairs and threes, ties among them, with each label."""
    ends = [LARGEST, 1e308, 1e17, 745.0, 1.0, LEAST, 0.0, -LEAST, -1.0, -745.0, -1e17, -1e308, -LARGEST, -np.inf]
    grid = np.array(np.meshgrid(ends, ends, ends)).reshape(3, -1).T
    grid = grid[np.isfinite(grid).any(axis=1)]
    return grid, np.arange(len(grid)) % 3


def one_huge(classes: int, count: int) -> Rows:
    """One class is far above or far below all others, up to the end of float64."""
    rng = generator(6, classes)
    x = rng.normal(size=(count, classes))
    y = rng.integers(classes, size=count)
    x[np.arange(count), y] = 10.0 ** rng.uniform(0, 308, count) * rng.choice([-1, 1], count)
    return x, y


def all_rows(scale: float, count: int) -> Iterator[Rows]:
    """Both halves of a scale for 2, 5, 100 and 1,000 classes; about as many numbers for each."""
    for classes in (2, 5, 100, 1000):
        some = max(2, 5 * count // max(classes, 5))
        yield random_rows(scale, classes, some)
        yield confident_rows(scale, classes, some)


def special_rows(count: int) -> Iterator[Rows]:
    """What no scale covers."""
    yield subnormal_rows(count)
    yield extreme_rows()
    for classes in (95, 119, 127):
        yield tied_below(classes, max(8, count // 50))
    for classes in (2, 5, 100):
        some = max(2, 5 * count // max(classes, 5))
        yield near_ties(classes, some)
        yield ruled_out(classes, some)
        yield one_huge(classes, some)


def numbers(scale: float, count: int) -> Array:
    """Single logits of a scale, half of them in the tails."""
    rng = generator(7, scale)
    return np.concatenate([rng.normal(size=count), rng.uniform(-2, 2, count)]) * scale


def special_numbers(count: int) -> Array:
    """Every size from the smallest subnormal to the largest double, of both signs, and results that underflow."""
    rng = generator(8)
    sizes = 10.0 ** rng.uniform(-323, 308, count)
    x = np.concatenate([sizes, rng.uniform(700, 746, count), [LEAST, LARGEST, 745.0, 746.0, np.inf, 0.0, np.log(2)]])
    return np.concatenate([x, -x])


# The measurement


def row_errors(x: Array, y: Index) -> dict[str, float]:
    """The worst error of each primitive that works on rows; ``logsumexp`` in ulp of its largest part."""
    exact = [Row.of(row) for row in x]
    logs = [row.log_softmax for row in exact]
    flat = [value for row in logs for value in row]
    sums, computed = [row.logsumexp for row in exact], ops.logsumexp(x).tolist()
    parts = [max(abs(row.peak), mp.log1p(row.rest)) for row in exact]
    return {
        "log_softmax": worst(ops.log_softmax(x), flat),
        "log_softmax_at": worst(ops.log_softmax_at(x, y), [row[k] for row, k in zip(logs, y.tolist(), strict=True)]),
        "softmax": worst(ops.softmax(x), [value for row in exact for value in row.softmax]),
        "logsumexp": max(
            ulps(float(p), p + (mp.mpf(c) - s) + (mp.mpf(float(p)) - p)) if np.isfinite(c) else ulps(c, s)
            for c, s, p in zip(computed, sums, parts, strict=True)
        ),
    }


def number_errors(x: Array) -> dict[str, float]:
    """The worst error of each primitive that works on single numbers."""
    negative = -np.abs(x)
    with np.errstate(over="ignore"):
        y = np.exp(np.clip(x, -745, 709))
        factor = np.where(np.isfinite(x), np.clip(x, -1e300, 1e300), 1.0)
    one: dict[str, tuple[Callable[[Array], Array], Callable[[float], Any], Array]] = {
        "log_sigmoid": (ops.log_sigmoid, log_sigmoid, x),
        "sigmoid": (ops.sigmoid, sigmoid, x),
        "log1mexp": (ops.log1mexp, log1mexp, negative),
    }
    errors = {name: worst(ours(v), [exact(i) for i in v.tolist()]) for name, (ours, exact, v) in one.items()}
    pairs = zip(factor.tolist(), y.tolist(), strict=True)
    return errors | {"xlogy": worst(ops.xlogy(factor, y), [xlogy(*pair) for pair in pairs])}


def _largest(tables: Iterator[dict[str, float]]) -> dict[str, float]:
    found: dict[str, float] = {}
    for table in tables:
        for name, error in table.items():
            found[name] = max(error, found.get(name, 0.0))
    return found


def errors_at(scale: float, count: int) -> dict[str, float]:
    """The worst error of every primitive at a scale."""
    return _largest(row_errors(*rows) for rows in all_rows(scale, count)) | number_errors(numbers(scale, count))


def special_errors(count: int) -> dict[str, float]:
    """The worst error of every primitive where no scale reaches."""
    return _largest(row_errors(*rows) for rows in special_rows(count)) | number_errors(special_numbers(count))
