"""The steps that count right and wrong decisions, and the answer once all rows are counted."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from losscli.answers.thresholds.thresholds import Sought, Thresholds, thresholds
from losscli.core.counts.keep import Keep
from losscli.core.steps import PlainSteps
from losscli.errors import UsageError
from losscli.losses import LOSSES
from losscli.losses.vocabulary import Takes
from losscli.record import replace

if TYPE_CHECKING:
    from losscli.answers.check.inspect import Inspection
    from losscli.core.batch import Batch
    from losscli.core.settings import Settings
    from losscli.core.steps import Steps

ANSWERS = ("tp", "fp", "fn", "tn")


def refuse_unreachable(wanted: Sought) -> None:
    """Refuse impossible thresholds and rates."""
    for name in ("recall", "precision"):
        for value in getattr(wanted, name):
            if not 0.0 < value <= 1.0:
                raise UsageError(f"--{name} {value:g}: above 0, and at most 1")
    if any(map(math.isnan, wanted.at)):
        raise UsageError("--at nan: a number")


def decision_steps(wanted: Sought, positive: str | None, settings: Settings, head: Batch) -> Steps:
    """The steps that count decisions at every threshold, exactly at those asked for, for rows like the first ones."""
    if head.weights is not None:
        settings = replace(settings, reduction="weighted-mean")  # as all else that is counted
    loss, threshold = next(
        (loss, param)
        for loss in LOSSES
        if loss.takes is Takes.DECISION
        for param in loss.params
        if isinstance(param.default, float)
    )
    keep = Keep(positive=positive, at=(*wanted.at, math.nextafter(wanted.usual or 0.0, math.inf)))
    return PlainSteps(loss, replace(settings, keep=keep, params={threshold.name: wanted.usual}))


def counted_thresholds(inspection: Inspection, wanted: Sought, level: float, *, logits: bool) -> Thresholds:
    """The answer; scores outside [0, 1] have no default threshold, unless they are logits."""
    kept = inspection.evaluation.tally.kept
    if kept is not None and not logits and not 0.0 <= kept.low <= kept.high <= 1.0:
        wanted = replace(wanted, usual=None)
    return thresholds(kept, wanted, level, inspection.evaluation.tally.samples)
