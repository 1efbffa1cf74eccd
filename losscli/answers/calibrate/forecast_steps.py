"""What rows forecast: that the predicted class is right, or yes; and the answer once they are counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.answers.calibrate.calibrations import calibrations
from losscli.answers.check.check import suitable
from losscli.core.steps import PlainSteps
from losscli.errors import InputError
from losscli.losses import LOSSES
from losscli.losses.vocabulary import Takes
from losscli.record import replace

if TYPE_CHECKING:
    from losscli.answers.calibrate.calibrations import Calibrations
    from losscli.answers.check.inspect import Inspection
    from losscli.core.batch import Batch, Dataset
    from losscli.core.plan import Plan
    from losscli.core.settings import Settings
    from losscli.core.steps import Steps


def forecast_steps(dataset: Dataset, head: Batch, settings: Settings) -> Steps:
    """The steps that count forecasts of the kind that the first rows hold.

    Raises:
        InputError: The first rows are not forecasts with outcomes.
    """
    takes, reason = suitable(head, settings, tabular=dataset.tabular)
    if not takes.of_probabilities:
        what = f"{reason}: a calibration needs probabilities or logits, and outcomes"
        raise InputError(what, dataset.source, "labels of 0 and 1, or classes")
    if head.weights is not None:
        settings = replace(settings, reduction="weighted-mean")  # as all else that is counted
    return PlainSteps(next(loss for loss in LOSSES if loss.takes is takes), settings)


def calibrated(inspection: Inspection, level: float) -> Calibrations:
    """The answer, from the counts of all rows."""
    evaluation = inspection.evaluation
    assert evaluation.plan is not None
    names = evaluation.plan.class_names or tuple(map(str, range(evaluation.plan.width)))
    return calibrations(evaluation.tally.kept, _event(evaluation.plan), names, level)


def _event(plan: Plan) -> str:
    if plan.takes is Takes.CLASS:
        return "the predicted class is right"
    return plan.names.names[1] if plan.names is not None and plan.width == 1 else "yes"
