"""Replicates of a number that needs all rows at once: it is computed anew for each, with other sample weights."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from losscli.errors import InputError, UsageError
from losscli.record import replace

if TYPE_CHECKING:
    from losscli.core.bootstrap import Bootstrap
    from losscli.core.steps import Computed, Steps
    from losscli.ops import Array

_MOST = 1 << 30  # numbers that say how often each row comes


def replicates_of_all(asked: Bootstrap, steps: Steps, computed: Computed) -> Array:
    """One number for each replicate; NaN for one that has none.

    Raises:
        InputError: There are too many rows for that.
        UsageError: It takes no weights.
    """
    batch, checked, plan = computed.batch, computed.checked, computed.plan
    lines = np.arange(len(batch)) if checked.lines is None else checked.lines
    if len(batch) * asked.replicates > _MOST:
        raise InputError(
            f"--bootstrap {asked.replicates}: too many replicates of {len(batch):,} rows that are needed at once"
        )
    times, weights = asked.times(0, len(batch)), np.ones(len(batch)) if batch.weights is None else batch.weights
    found = []
    for i in range(asked.replicates):
        own = weights * times[:, i]
        try:
            other = steps.compute(plan, replace(batch, weights=own), replace(checked, weights=own[lines]))
        except UsageError as error:
            raise UsageError(f"--bootstrap draws rows by their weights, and {error.what}") from error
        except InputError:  # such as rows of one class only
            found.append(math.nan)
            continue
        found.append(float(other.loss) if other.loss.size == 1 else math.nan)
    return np.array(found)
