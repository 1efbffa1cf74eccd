"""The rows of a batch that a convention may have changed, next to plain mathematics."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from losscli.core.convention_effects import Departures
from losscli.ops import any_in_row
from losscli.record import record

if TYPE_CHECKING:
    from losscli.core.steps import Computed, Steps
    from losscli.ops import Array, Mask


@record
class Reached:
    """Rows that the convention may have changed, ``(k, ...)``, next to plain mathematics.

    Attributes:
        reach: Mask of the values that the convention may have changed.
        actual: Their losses.
        plain: Their losses without the convention.
        departures: The counts and sums of what it changed.
    """

    reach: Mask
    actual: Array
    plain: Array
    departures: Departures


def reached(steps: Steps, computed: Computed) -> Reached | None:
    """The rows that the convention may have changed; None if there are none."""
    values, loss = computed.values, np.atleast_1d(computed.loss)
    masks = [mask for mask in (values.clipped, values.rescaled) if mask is not None]
    if computed.plan.convention.reading.add:
        reach = np.ones(loss.shape, dtype=bool)
    elif masks:
        reach = np.logical_or.reduce(masks)
    else:
        return None
    if computed.counted is not None:
        reach = reach & computed.counted
    pick = any_in_row(reach)
    lines = np.flatnonzero(pick)
    if not len(lines):
        return None
    plain = steps.exact(computed, pick)
    actual, reach = loss[pick], reach[pick]
    departures = Departures.of(
        numbers=computed.numbers[lines],
        actual=np.where(reach, actual, 0.0),
        plain=np.where(reach, plain, 0.0),
        clipped=None if values.clipped is None else values.clipped[pick],
        rescaled=None if values.rescaled is None else values.rescaled[pick],
    )
    return Reached(reach, actual, plain, departures)
