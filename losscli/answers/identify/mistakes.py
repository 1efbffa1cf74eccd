"""What people do to a loss, or forget to: units, divisors, means of means."""

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
_FACTORS = ((-1.0, "with its sign turned", 3.0), (0.5, "halved", 5.0), (2.0, "doubled", 5.0))
_PERCENT = ((100.0, "times 100 (in percent)"), (0.01, "divided by 100 (percent as a fraction)"))


@record
class Slip:
    """A number made of another, in words; the larger the cost, the rarer."""

    value: float
    words: str
    cost: float


def slips(mean: float, loss: Loss, width: int) -> Iterator[Slip]:
    """Numbers that are taken for the mean of a loss.

    Args:
        mean: Finite.
        loss: What it is the mean of.
        width: Columns of the predictions.
    """
    if loss.unit == "nats":
        yield Slip(mean / math.log(2.0), "in bits (divided by ln 2)", 2.0)
        yield Slip(mean * math.log(2.0), "bits taken for nats (times ln 2)", 5.0)
    if loss.log_score and abs(mean) < 700.0:
        yield Slip(math.exp(mean), "perplexity (exp of it)", 2.5)
        yield Slip(2.0**mean, "perplexity of nats taken for bits (2 to the power of it)", 5.0)
    if width > 1:
        yield Slip(mean / width, f"averaged over the {width} columns, too (divided by {width})", 3.0)
        yield Slip(mean * width, f"summed over the {width} columns (times {width})", 3.0)
    for factor, words, cost in _FACTORS:
        yield Slip(mean * factor, words, cost)
    for factor, words in _PERCENT if loss.unit in ("", "percent") else ():
        yield Slip(mean * factor, words, 4.0)
    if mean > 0.0:
        yield Slip(math.sqrt(mean), "its square root", 5.0)  # after the losses that are roots themselves


class Tail:
    """The last losses of a data set, for the means of its batches: all batches but the last are full.

    The mean of the means of batches of ``B`` is ``((total - rest) / B + rest / r) / batches`` with the sum ``rest``
    of the ``r`` losses of the last batch, so that nothing else need be kept.
    """

    def __init__(self) -> None:
        self.count = 0
        self._last: Array = np.empty(0)

    def add(self, losses: Array) -> None:
        """Losses ``(n,)`` that come next."""
        self.count += len(losses)
        self._last = np.concatenate([self._last, losses])[-max(_BATCHES) :]

    def means(self, total: float) -> Iterator[Slip]:
        """The mean of the means of batches, of which the last is smaller; ``total`` is the sum of all losses."""
        for size in _BATCHES:
            left = self.count % size
            if size < self.count and left:
                rest = float(self._last[-left:].sum())
                mean = ((total - rest) / size + rest / left) / (self.count // size + 1)
                yield Slip(mean, f"as the mean of the means of batches of {size} (the last has {left})", 3.5)
