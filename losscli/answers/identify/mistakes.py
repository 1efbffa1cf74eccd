"""Common mistakes with a loss: units, divisors, means of means."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from losscli.record import record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from losscli.losses.loss import Loss
    from losscli.ops import Array


_BATCHES = (8, 10, 16, 20, 25, 32, 50, 64, 100, 128, 200, 250, 256, 500, 512, 1000, 1024)
LARGEST = max(_BATCHES)
_STEPS = (4, 8, 16)  # usual steps of gradient accumulation
_PERCENT = ((100.0, "times 100 (in percent)", "100 * $1"), (0.01, "divided by 100 (percent as a fraction)", "$1 / 100"))
_MOST = 700.0  # the largest with a finite exp


@record
class Slip:
    """A number derived from another, in words; the larger the cost, the rarer.

    Attributes:
        formula: The same as an awk expression of ``$1``; empty if it needs more than the other number.
        base: The base of logarithms that gives the same on the command line; empty if none does.
    """

    value: float
    words: str
    cost: float
    formula: str = ""
    base: str = ""


def slips(mean: float, loss: Loss, width: int) -> Iterator[Slip]:
    """Numbers mistaken for the mean of a loss."""
    if loss.unit == "nats":
        yield from _bases(mean)
        yield Slip(mean * math.log(2.0), "bits taken for nats (times ln 2)", 5.0, "$1 * log(2)")
    if loss.log_score and abs(mean) < _MOST:
        yield Slip(math.exp(mean), "perplexity (exp of it)", 2.5, "exp($1)")
        yield Slip(math.exp(-mean), "the geometric mean of the probabilities (exp of minus it)", 4.0, "exp(-$1)")
        yield Slip(2.0**mean, "perplexity of nats taken for bits (2 to the power of it)", 5.0, "2 ^ $1")
    if width > 1:
        words = f"averaged over the {width} columns, too (divided by {width})"
        yield Slip(mean / width, words, 3.0, f"$1 / {width}")
        yield Slip(mean * width, f"summed over the {width} columns (times {width})", 3.0, f"{width} * $1")
    yield Slip(-mean, "with its sign flipped", 3.0, "-$1")
    yield Slip(mean * 0.5, "halved", 5.0, "$1 / 2")
    yield Slip(mean * 2.0, "doubled", 5.0, "2 * $1")
    for steps in _STEPS:
        yield Slip(mean * steps, f"times {steps} (added up over {steps} steps)", 5.5, f"{steps} * $1")
        yield Slip(mean / steps, f"divided by {steps} (for {steps} steps of accumulation)", 5.5, f"$1 / {steps}")
    for factor, words, formula in _PERCENT if loss.unit in ("", "percent") else ():
        yield Slip(mean * factor, words, 4.0, formula)
    if mean > 0.0:
        yield Slip(math.sqrt(mean), "its square root", 5.0, "sqrt($1)")  # losses that are roots are likelier


def slips_of_sum(total: float, loss: Loss, count: int) -> Iterator[Slip]:
    """Numbers mistaken for a loss that derive from its sum."""
    if loss.unit == "nats":
        yield from _bases(total)
    yield Slip(-total, "with its sign flipped", 3.0, "-$1")
    yield Slip(total * 2.0, "doubled (a deviance)", 4.0, "2 * $1")
    if loss.log_score and abs(total) < _MOST:
        yield Slip(math.exp(total), "exp of it", 5.0, "exp($1)")
        yield Slip(math.exp(-total), "the likelihood (exp of minus it)", 4.5, "exp(-$1)")
    if count > 1:
        yield Slip(total / (count - 1), f"divided by N - 1 = {count - 1}", 3.5, f"$1 / {count - 1}")
        yield Slip(total / (count + 1), f"divided by N + 1 = {count + 1}", 4.5, f"$1 / {count + 1}")


def _bases(value: float) -> Iterator[Slip]:
    yield Slip(value / math.log(2.0), "in bits (divided by ln 2)", 2.0, base="2")
    yield Slip(value / math.log(10.0), "to the base 10 (divided by ln 10)", 3.0, base="10")


class Tail:
    """The last losses of a data set, for the mean of the means of its batches, all full except the last.

    The mean of the means of batches of ``B`` is ``((total - rest) / B + rest / r) / batches`` with the sum ``rest``
    of the ``r`` losses of the last batch, so nothing else needs to be kept.
    """

    def __init__(self) -> None:
        self.count = 0
        self._last: Array = np.empty(0)

    def add(self, losses: Array) -> None:
        """Add the next losses, ``(n,)``."""
        self.count += len(losses)
        self._last = np.concatenate([self._last, losses])[-LARGEST:]

    def means(self, total: float) -> Iterator[Slip]:
        """The mean of the means of batches if the last one is smaller; ``total`` is the sum of all losses."""
        for size in _BATCHES:
            left = self.count % size
            if size < self.count and left:
                rest = float(self._last[-left:].sum())
                mean = ((total - rest) / size + rest / left) / (self.count // size + 1)
                yield Slip(mean, f"as the mean of the means of batches of {size} (the last has {left})", 3.5)
