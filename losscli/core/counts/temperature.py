"""The log loss as a function of temperature, from sums at a few temperatures.

In ``b = 1 / T`` the loss of logits ``z``, ``log sum exp(b z) - b z[y]``, is convex. The sums of it and of its first two
derivatives at 33 values of ``b`` give the minimum to about 1e-6; small inputs are kept, and give it exactly.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from losscli.core.exact_sum import ExactSum
from losscli.record import field, record

if TYPE_CHECKING:
    from collections.abc import Callable

    from losscli.ops import Array, Index


_STEPS = 4  # nodes an octave of b
NODES = tuple(2.0 ** (k / _STEPS) for k in range(-4 * _STEPS, 4 * _STEPS + 1))
MOST_KEPT = 1 << 17  # logits
_BLOCK = 1 << 14  # logits at once
_ENDS = 2.0**-30, 2.0**30
Sums = tuple[ExactSum, ExactSum, ExactSum]


class _Rows:
    """Logits ``(n, C)`` and class numbers ``(n,)``, prepared for any ``b``."""

    def __init__(self, z: Array, y: Index) -> None:
        out = np.isneginf(z)
        self._x = np.where(out, 0.0, z - z.max(axis=1, keepdims=True))
        self._out = out if out.any() else None
        own = np.take_along_axis(self._x, y[:, None], axis=1)[:, 0]
        self._own = own if self._out is None else np.where(np.take_along_axis(out, y[:, None], 1)[:, 0], -np.inf, own)

    def weights(self, b: float) -> Array:
        """The exponentials of the classes, relative to the largest one."""
        w = np.exp(b * self._x)
        if self._out is not None:
            w[self._out] = 0.0
        return w

    def losses(self, w: Array, b: float) -> tuple[Array, Array, Array]:
        """The losses and their first two derivatives in ``b``, from the weights at ``b``."""
        total = w.sum(axis=1)
        mean = np.einsum("ij,ij->i", w, self._x) / total
        square = np.einsum("ij,ij,ij->i", w, self._x, self._x) / total
        return np.log(total) - b * self._own, mean - self._own, square - mean * mean


@record(frozen=False)
class Cooling:
    """Sums of losses and their derivatives at each of `NODES`, and the rows themselves if they are few.

    Attributes:
        rows: Number of rows.
        weight: Sum of the weights; None without weights.
    """

    rows: int = 0
    weight: ExactSum | None = None
    sums: list[Sums] = field(default_factory=lambda: [(ExactSum(), ExactSum(), ExactSum())] * len(NODES))
    kept: list[tuple[Array, Index, Array]] | None = field(default_factory=list, compare=False)

    def add(self, z: Array, y: Index, weights: Array | None = None) -> None:
        """Add logits ``(n, C)`` and class numbers ``(n,)``."""
        if weights is not None:
            self.weight = (self.weight or ExactSum()) + ExactSum.of(weights)
        step = max(_BLOCK // z.shape[1], 1)
        for start in range(0, len(z), step):
            part, own = z[start : start + step].astype(np.float64), y[start : start + step]
            self._add(part, own, None if weights is None else weights[start : start + step])
        self.rows += len(z)
        if self.kept is not None:
            self.kept.append((z.astype(np.float64), y, np.ones(len(z)) if weights is None else weights))
            self._drop()

    def _add(self, z: Array, y: Index, weights: Array | None) -> None:
        rows = _Rows(z, y)
        sums = list(self.sums)
        for first in range(_STEPS):
            w = rows.weights(NODES[first])
            for at in range(first, len(NODES), _STEPS):
                sums[at] = tuple(  # type: ignore[assignment]
                    mine + ExactSum.of(found if weights is None else found * weights)
                    for mine, found in zip(sums[at], rows.losses(w, NODES[at]), strict=True)
                )
                w *= w  # an octave up
        self.sums = sums

    def merge(self, later: Cooling) -> None:
        """Add the sums of later rows."""
        self.rows += later.rows
        self.weight = later.weight if self.weight is None else self.weight + (later.weight or ExactSum())
        self.sums = [
            (mine[0] + other[0], mine[1] + other[1], mine[2] + other[2])
            for mine, other in zip(self.sums, later.sums, strict=True)
        ]
        self.kept = None if self.kept is None or later.kept is None else self.kept + later.kept
        self._drop()

    def _drop(self) -> None:
        if self.kept is not None and sum(z.size for z, _, _ in self.kept) > MOST_KEPT:
            self.kept = None

    @property
    def _total(self) -> ExactSum | int:
        return self.rows if self.weight is None else self.weight

    def best(self) -> tuple[float, float] | None:
        """The temperature of the smallest mean loss, and that loss; None if there is no minimum in the range."""
        if not self.rows or self.sums[0][0].special is not None:
            return None
        found = self._between() if self.kept is None else self._exactly()
        return None if found is None else (1.0 / found[0], found[1])

    def _exactly(self) -> tuple[float, float] | None:
        """From the rows themselves."""
        assert self.kept is not None
        z, y, weights = (np.concatenate(parts) for parts in zip(*self.kept, strict=True))

        rows = _Rows(z, y)

        def at(b: float, which: int) -> float:
            return ExactSum.of(rows.losses(rows.weights(b), b)[which] * weights).over(self._total)

        b = _root(lambda b: at(b, 1), *_ENDS)
        return None if b is None else (b, at(b, 0))

    def _between(self) -> tuple[float, float] | None:
        """From the quintic that interpolates sums and derivatives at two neighbouring nodes."""
        means = [[one.over(self._total) for one in sums] for sums in self.sums]
        for (low, at_low), (high, at_high) in zip(
            zip(NODES, means, strict=True), list(zip(NODES, means, strict=True))[1:], strict=False
        ):
            if at_low[1] <= 0.0 < at_high[1]:
                curve = _Quintic(low, high, at_low, at_high)
                b = _root(curve.slope, low, high)
                return (low, at_low[0]) if b is None else (b, curve.value(b))
        return None


def _root(slope: Callable[[float], float], low: float, high: float) -> float | None:
    """The zero of an increasing function, by bisection of its logarithmic range; None if there is none."""
    if not slope(low) < 0.0 < slope(high):
        return None
    for _ in range(200):
        middle = math.sqrt(low * high)
        if not low < middle < high:
            break
        low, high = (middle, high) if slope(middle) < 0.0 else (low, middle)
    return high


class _Quintic:
    """Hermite's polynomial of degree 5."""

    def __init__(self, low: float, high: float, at_low: list[float], at_high: list[float]) -> None:
        self._low, self._width = low, high - low
        h = self._width
        f, g, c = at_low[0], at_low[1] * h, at_low[2] * h * h / 2.0
        rest = [at_high[0] - f - g - c, at_high[1] * h - g - 2.0 * c, at_high[2] * h * h - 2.0 * c]
        third = 10.0 * rest[0] - 4.0 * rest[1] + 0.5 * rest[2]
        fourth = -15.0 * rest[0] + 7.0 * rest[1] - rest[2]
        fifth = 6.0 * rest[0] - 3.0 * rest[1] + 0.5 * rest[2]
        self._terms = (f, g, c, third, fourth, fifth)

    def value(self, b: float) -> float:
        """The mean loss."""
        t = (b - self._low) / self._width
        return math.fsum(term * t**k for k, term in enumerate(self._terms))

    def slope(self, b: float) -> float:
        """Its derivative."""
        t = (b - self._low) / self._width
        return math.fsum(k * term * t ** (k - 1) for k, term in enumerate(self._terms) if k) / self._width
