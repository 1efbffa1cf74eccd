"""How much label weight each class has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from losscli.core.exact_sum import UNIT_BITS, ExactSum

if TYPE_CHECKING:
    from losscli.ops import Array, Index


class LabelMass:
    """Exact sums of label weight by class.

    Attributes:
        mass: One sum for each class (or for each output, of a yes-or-no prediction).
        total: Sum of the weights.
    """

    def __init__(self, classes: int) -> None:
        self.mass = [ExactSum()] * classes
        self.total = ExactSum()

    def add_sparse(self, index: Index, weights: Array | None) -> None:
        """Count class numbers of any shape."""
        if weights is None:
            counts = np.bincount(index.reshape(-1), minlength=len(self.mass)).tolist()
            self.mass = [mass + _count(count) for mass, count in zip(self.mass, counts, strict=True)]
            self.total += _count(index.size)
            return
        for c in np.unique(index).tolist():
            self.mass[c] += ExactSum.of(weights[index == c])
        self.total += ExactSum.of(weights)

    def add_dense(self, target: Array, weights: Array) -> None:
        """Add soft labels ``(n, C)``, multiplied by the weights ``(n,)``."""
        for c in range(len(self.mass)):
            self.mass[c] += ExactSum.of(target[:, c] * weights)
        self.total += ExactSum.of(weights)

    def __add__(self, later: LabelMass) -> LabelMass:
        both = LabelMass(0)
        both.mass = [mine + other for mine, other in zip(self.mass, later.mass, strict=True)]
        both.total = self.total + later.total
        return both

    def shares(self) -> list[float]:
        """The frequency of each class."""
        return [mass.over(self.total) for mass in self.mass]


def _count(n: int) -> ExactSum:
    return ExactSum(n << UNIT_BITS)
