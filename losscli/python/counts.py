"""``losscli.calibrate`` and ``losscli.thresholds``, which count outcomes instead of computing a loss."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import TYPE_CHECKING, Any

from losscli.answers.calibrate.forecast_steps import calibrated, forecast_steps
from losscli.answers.check.check import first_rows
from losscli.answers.check.inspect import Inspection
from losscli.answers.thresholds.decision_counts import ANSWERS, counted_thresholds, decision_steps, refuse_unreachable
from losscli.answers.thresholds.thresholds import Sought
from losscli.core.counts.keep import Keep
from losscli.errors import UsageError
from losscli.outputs.calibration_view import CalibrationView
from losscli.outputs.thresholds_view import ThresholdsView
from losscli.python.allowed import refuse_of_evaluate
from losscli.python.asked import settings_of
from losscli.python.data import dataset_of
from losscli.python.handed_over import Given, reading_and_rest
from losscli.python.reports import DIGITS, in_words
from losscli.python.results import CalibrateResult, ThresholdsResult
from losscli.python.values import LEVEL, finite, flag, is_number, level, numbers, text, whole
from losscli.python.worded import in_python
from losscli.record import replace
from losscli.text import spelled

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Unpack

    from losscli.core.batch import Batch, Dataset
    from losscli.core.settings import Settings
    from losscli.core.steps import Steps
    from losscli.python.arguments import CalibrateOptions, ThresholdsOptions

_MOST_BINS = 1000


@in_python
def calibrate(
    predictions: Any,
    labels: Any = None,
    *,
    sample_weight: Any = None,
    n_bins: int = 10,
    each_class: bool = False,
    fit: bool = True,
    ci: float = 95,
    **options: Unpack[CalibrateOptions],
) -> CalibrateResult:
    """Do probabilities match observed frequencies?

    Args:
        predictions: As for ``evaluate``.
        labels: As for ``evaluate``.
        sample_weight: As for ``evaluate``; counts are then sums of weights.
        n_bins: Bins of equal width between 0 and 1.
        each_class: Also each class separately.
        fit: Look for the best temperature.
        ci: The level of intervals, in percent.
        **options: As for ``evaluate``.

    Raises:
        InputError: The rows are not forecasts.
    """
    if not 1 <= whole("n_bins", n_bins) <= _MOST_BINS:
        raise UsageError(f"n_bins={n_bins!r}: from 1 to {_MOST_BINS:,}")
    sure = level(ci) or LEVEL
    given, settings = _said(predictions, labels, sample_weight, options, "calibrate")
    settings = replace(settings, keep=Keep(bins=int(n_bins), each=flag("each_class", each_class), fit=flag("fit", fit)))
    inspection = _counted(given, lambda dataset, head: forecast_steps(dataset, head, settings))
    report = in_words(inspection.report())
    return CalibrateResult(CalibrationView(report, calibrated(inspection, sure), DIGITS, sure))


@in_python
def thresholds(
    scores: Any,
    labels: Any = None,
    *,
    sample_weight: Any = None,
    at: float | Sequence[float] = (),
    recall: float | Sequence[float] = (),
    precision: float | Sequence[float] = (),
    cost: Mapping[str, float] | None = None,
    positive: str | float | None = None,
    ci: float = 95,
    **options: Unpack[ThresholdsOptions],
) -> ThresholdsResult:
    """At which score should the answer become yes?

    Args:
        scores: As predictions for ``evaluate``.
        labels: As for ``evaluate``.
        sample_weight: As for ``evaluate``; counts are then sums of weights.
        at: Thresholds at which the answer becomes yes.
        recall: Recalls to reach, at the largest threshold.
        precision: Precisions to reach, at the smallest threshold.
        cost: Costs of the outcomes: ``{"fp": 1, "fn": 5}``; also ``tp`` and ``tn``, and negative costs as gains.
        positive: For predictions of several classes: the class that is yes.
        ci: The level of intervals, in percent.
        **options: As for ``evaluate``.
    """
    sure = level(ci) or LEVEL
    costs = _costs(cost)
    given, settings = _said(scores, labels, sample_weight, options, "thresholds")
    logits = settings.kind is not None
    usual = 0.0 if logits else 0.5
    wanted = Sought(usual, numbers("at", at), numbers("recall", recall), numbers("precision", precision), costs)
    refuse_unreachable(wanted)
    settings = replace(settings, kind=None)
    named = spelled(positive) if is_number(positive) else positive if positive is None else text("positive", positive)
    inspection = _counted(given, lambda dataset, head: decision_steps(wanted, named, settings, head))
    report = in_words(inspection.report())
    found = counted_thresholds(inspection, wanted, sure, logits=logits)
    return ThresholdsResult(ThresholdsView(report, found, DIGITS, sure))


def _costs(cost: Any) -> dict[str, float]:
    costs = {} if cost is None else cost
    if not isinstance(costs, Mapping) or not {*costs} <= {*ANSWERS}:
        raise UsageError(f"cost={cost!r}: of {', '.join(ANSWERS)}", hint='cost={"fp": 1, "fn": 5}')
    return {str(name): finite("cost", value) for name, value in costs.items()}


def _said(
    predictions: Any, labels: Any, sample_weight: Any, options: Mapping[str, Any], tool: str
) -> tuple[Given, Settings]:
    refuse_of_evaluate(options, tool)
    reading, rest = reading_and_rest(options)
    settings, moved = settings_of(rest, tool)
    if settings.nan == "keep":
        raise UsageError(f'{tool} counts rows: nan is "error" or "skip"')
    missing = settings.nan != "error"
    return Given(predictions, labels, sample_weight, **moved, reading=reading, missing=missing), settings


def _counted(given: Given, steps_for: Callable[[Dataset, Batch], Steps]) -> Inspection:
    """One pass over the rows; the first of them decide what is counted."""
    dataset = dataset_of(given, None)
    first, head = first_rows(dataset)
    dataset = replace(dataset, batches=chain(first, dataset.batches))
    inspection = Inspection(steps_for(dataset, head), dataset)
    for _ in inspection.run():
        pass
    return inspection
