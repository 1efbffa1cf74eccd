"""Bootstrap replicates of a loss that needs all rows at once: each is computed with other sample weights."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from losscli.core.intervals.bootstrap import Drawn
from losscli.errors import InputError, LossError, UsageError
from losscli.losses.vocabulary import Domain
from losscli.record import replace

if TYPE_CHECKING:
    from collections.abc import Callable

    from losscli.core.batch import Batch
    from losscli.core.intervals.bootstrap import Bootstrap
    from losscli.core.steps import Computed, Steps

_MOST = 1 << 30  # counts of rows in replicates


def replicates_of_all(
    asked: Bootstrap, steps: Steps, computed: Computed, alone: Callable[[Batch], float | None]
) -> Drawn:
    """One number for each replicate; NaN where it is undefined.

    Args:
        asked: The bootstrap.
        steps: What is computed, and how.
        computed: All rows.
        alone: Returns the value of some rows, for a loss without weights: a row drawn twice is then there twice.

    Raises:
        InputError: There are too many rows.
        UsageError: The loss compares rows in pairs and takes no weights, so that rows cannot be drawn twice.
    """
    batch, checked, plan = computed.batch, computed.checked, computed.plan
    lines = np.arange(len(batch)) if checked.lines is None else checked.lines
    if len(batch) * asked.replicates > _MOST:
        raise InputError(
            f"--bootstrap {asked.replicates}: too many replicates of {len(batch):,} rows that are needed at once"
        )
    weights, clusters = np.ones(len(batch)) if batch.weights is None else batch.weights, batch.clusters
    if clusters is None:
        times, unit, units = asked.times(0, len(batch)), "row", len(batch)
    else:
        met, codes = np.unique(clusters.codes, return_inverse=True)
        times = asked.times_of([clusters.keys[code] for code in met.tolist()])[codes]
        unit, units = "cluster", len(met)
    found = []
    for i in range(asked.replicates):
        own = weights * times[:, i]
        try:
            other = steps.compute(plan, replace(batch, weights=own), replace(checked, weights=own[lines]))
            found.append(float(other.loss) if other.loss.size == 1 else math.nan)
        except UsageError as error:
            if plan.loss.domain is Domain.PAIRS:  # a row drawn twice would be its own partner
                raise UsageError(f"--bootstrap draws rows by their weights, and {error.what}") from error
            found.append(_of_rows(batch.some(np.repeat(np.arange(len(batch)), times[:, i])), alone))
        except InputError:  # such as rows of one class only
            found.append(math.nan)
    return Drawn(np.array(found), units, unit)


def _of_rows(rows: Batch, alone: Callable[[Batch], float | None]) -> float:
    try:
        value = alone(rows) if len(rows) else None
    except LossError:
        return math.nan
    return math.nan if value is None else value
