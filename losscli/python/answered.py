"""``losscli.check``, ``compare``, ``explain`` and ``identify``: further questions about predictions and labels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.answers.check.check import check as checked
from losscli.answers.check.check import chosen as looked_at
from losscli.answers.check.inspect import Inspection
from losscli.answers.compare.compare import Comparing
from losscli.answers.compare.conventions import chosen
from losscli.answers.explain.explain import Explainer, explain_reduction
from losscli.answers.explain.explain_calls import CallExplainer
from losscli.answers.explain.row_selection import RowSelection
from losscli.answers.identify.identify import identify as searched
from losscli.answers.identify.known_numbers import fingerprints
from losscli.answers.identify.written_number import WrittenNumber
from losscli.core.calls.call_steps import CallSteps
from losscli.core.settings import Settings
from losscli.core.steps import PlainSteps
from losscli.errors import UsageError
from losscli.losses import LOSSES
from losscli.losses.vocabulary import Takes
from losscli.outputs.compare_view import CompareView
from losscli.outputs.explain_view import ExplainView
from losscli.outputs.identify_view import IdentifyView
from losscli.python.allowed import refuse_of_evaluate
from losscli.python.asked import asked, class_names, settings_of
from losscli.python.calls import call_of
from losscli.python.data import dataset_of
from losscli.python.handed_over import Given, given_for, reading_and_rest, said_in
from losscli.python.reports import DIGITS
from losscli.python.results import CheckResult, CompareResult, ExplainResult, IdentifyResult
from losscli.python.values import flag, is_number, number, several, text, whole
from losscli.python.worded import in_python
from losscli.record import replace

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Unpack

    from losscli.core.steps import Steps
    from losscli.python.arguments import IdentifyOptions, Options

    Data = Any  # an array, a tensor, a table of any library, lists, a path


@in_python
def check(
    predictions: Data,
    labels: Data = None,
    *,
    loss: str | None = None,
    strict: bool = False,
    sample_weight: Data = None,
    **options: Unpack[Options],
) -> CheckResult:
    """Is this input what you think it is?

    Args:
        predictions: As for ``evaluate``.
        labels: As for ``evaluate``.
        loss: The loss or call to check for; None chooses by the labels.
        strict: Warnings fail the check, too.
        sample_weight: As for ``evaluate``.
        **options: As for ``evaluate``.

    Returns:
        The findings; true if nothing is wrong.

    Raises:
        UsageError: There is no such loss or argument, or the loss takes further arrays.
        InputError: There are no rows, or the data cannot be read as predictions and labels.
    """
    reading, rest = reading_and_rest(options)
    wanted = None if loss is None else asked(loss, rest, "check")
    refuse_of_evaluate(options, "check", () if wanted is None else wanted.own)
    if wanted is not None and (wanted.extras or wanted.steps.loss.extras):
        raise UsageError(f"check looks at predictions and labels; {wanted.steps.name} also takes further arrays")
    settings, moved = settings_of(rest, "check") if wanted is None else (wanted.steps.settings, wanted.moved)
    steps = None if wanted is None else wanted.steps
    given = Given(predictions, labels, sample_weight, **moved, reading=reading, missing=settings.nan != "error")
    answer = checked(looked_at(steps, replace(settings, digest=False), dataset_of(given, steps)))
    calls = {
        finding.id: call_of(answer.steps.changed(change), _beside(reading), swap=change.swap)
        for finding in answer.findings
        if (change := finding.found.change) is not None and finding.found.tried
    }
    return CheckResult(answer, calls, strict=flag("strict", strict))


@in_python
def compare(
    loss: str,
    predictions: Data,
    labels: Data = None,
    *,
    frameworks: Sequence[str] | str = (),
    sample_weight: Data = None,
    **options: Unpack[Options],
) -> CompareResult:
    """The value of a loss under each convention, and why it is not that of plain mathematics.

    Args:
        loss: As for ``evaluate``.
        predictions: As for ``evaluate``.
        labels: As for ``evaluate``.
        frameworks: Names as for ``like``; all frameworks if none are given.
        sample_weight: As for ``evaluate``.
        **options: As for ``evaluate``.

    Returns:
        The value under each convention, the reasons for differences, and the report.

    Raises:
        UsageError: There is no such loss, argument or framework, or ``clip``, ``rescale`` or no reduction is asked for.
        InputError: The data is not what the loss takes.
    """
    reading, rest = reading_and_rest(options)
    wanted = asked(loss, rest, "compare")
    refuse_of_evaluate(options, "compare", wanted.own)
    steps = wanted.steps
    settings = steps.settings if isinstance(steps, PlainSteps) else steps.plain.settings
    if settings.clip is not None or settings.rescale is not None:
        raise UsageError("compare shows each convention as it is; clip and rescale change one")
    if settings.reduction == "none":
        raise UsageError("compare compares one number of each convention", hint='reduction="mean" or "sum"')
    references = chosen(steps.loss, [name.strip() for name in several("frameworks", frameworks, text)])
    dataset = dataset_of(given_for(wanted, predictions, labels, sample_weight, reading), steps)
    inspection = Inspection(steps, dataset)
    inspection.companions = comparing = Comparing(steps.loss, settings, references, dataset)
    for _ in inspection.run():
        pass
    return CompareResult(CompareView(wanted.counted(inspection.report()), comparing.comparison(), DIGITS))


@in_python
def explain(
    loss: str,
    predictions: Data,
    labels: Data = None,
    *,
    rows: int | Sequence[int] = 1,
    sample_weight: Data = None,
    **options: Unpack[Options],
) -> ExplainResult:
    """The arithmetic of some rows, step by step, and of the reduction.

    Args:
        loss: As for ``evaluate``.
        predictions: As for ``evaluate``.
        labels: As for ``evaluate``.
        rows: Numbers of the rows to explain, counted from 1.
        sample_weight: As for ``evaluate``.
        **options: As for ``evaluate``.

    Raises:
        UsageError: There is no such row, or the call has arithmetic of its own.
    """
    numbers = [] if isinstance(rows, str) else several("rows", rows, lambda name, one: whole(name, one, 1))
    if not numbers:
        raise UsageError(f"rows={rows!r}: rows count from 1 upwards", hint="rows=1 or rows=[1, 4]")
    reading, rest = reading_and_rest(options)
    wanted = asked(loss, rest, "explain")
    refuse_of_evaluate(options, "explain", wanted.own)
    steps = wanted.steps
    selection = RowSelection(tuple((number, number) for number in numbers))
    explainer = CallExplainer(selection) if isinstance(steps, CallSteps) else Explainer(selection)
    given = given_for(wanted, predictions, labels, sample_weight, reading)
    inspection = Inspection(steps, dataset_of(given, steps))
    inspection.evaluation.observe = explainer
    values = [found.loss for found in inspection.run()]
    report = wanted.counted(inspection.report())
    report = replace(report, per_sample=np.concatenate(values)) if values else report
    if isinstance(explainer, CallExplainer) and not explainer.able:
        raise UsageError(f"this call of {steps.name} can't be written out", hint=f'explain("{steps.loss.name}", ...)')
    by_row = steps.loss.takes is not Takes.SET
    if by_row and max(numbers) > explainer.count:
        raise UsageError(f"rows={rows}: there are only {explainer.count:,} rows")
    reduction = explain_reduction(report) if by_row and report.value is not None else None
    return ExplainResult(ExplainView(report, explainer.found, reduction, DIGITS))


@in_python
def identify(
    value: float | str,
    predictions: Data = None,
    labels: Data = None,
    *,
    samples: int | None = None,
    rows: int = 5,
    sample_weight: Data = None,
    **options: Unpack[IdentifyOptions],
) -> IdentifyResult:
    """Which loss, reading, convention and reduction give a number?

    Args:
        value: The number as printed; a string such as ``"0.9869"`` has four digits, a float those of its ``repr``.
        predictions: As for ``evaluate``; None asks what the number stands for without data.
        labels: As for ``evaluate``.
        samples: Without data: how many rows there were.
        rows: The most answers to return.
        sample_weight: As for ``evaluate``.
        **options: ``classes`` (without data: how many), and as for ``evaluate``.

    Returns:
        The explanations, the likeliest first; false if there are none.

    Raises:
        UsageError: The value is not a number, or there is no such argument.
        InputError: No loss takes the data.
    """
    written = value if isinstance(value, str) else repr(number("value", value))
    target, rows = WrittenNumber.of(written), whole("rows", rows, 1)
    refuse_of_evaluate(options, "identify")
    reading, rest = reading_and_rest(options)
    if predictions is None:
        classes = rest.pop("classes", None)
        said = next(iter((*reading, *said_in(rest))), None) or ("sample_weight" if sample_weight is not None else None)
        if said is not None:
            raise UsageError(f"identify without predictions takes classes, samples and rows, not {said}")
        if classes is not None:
            classes = whole("classes", classes, 1) if is_number(classes) else len(class_names(classes))
        samples = None if samples is None else whole("samples", samples, 1)
        known = sorted(fingerprints(target, classes=classes, samples=samples), key=lambda one: one.cost)
        shown = known[:rows]
        return IdentifyResult(IdentifyView(written, shown, [""] * len(shown), DIGITS, len(known) - len(shown)))
    if samples is not None:
        raise UsageError("identify counts the samples of predictions itself", hint="leave out samples")
    settings, moved = settings_of(rest, "identify")
    given = Given(predictions, labels, sample_weight, **moved, reading=reading, missing=settings.nan != "error")
    search = searched(target, replace(settings, digest=False), dataset_of(given, None), LOSSES)
    if not search.answers and search.refusal is not None:
        raise search.refusal
    calls = []
    found = search.answers[:rows]
    for answer in found:
        origin, reduction = answer.origin, answer.outcome.reduction
        steps: Steps = PlainSteps(origin.loss, replace(origin.settings, reduction=reduction))
        if origin.reference is not None:
            own = Settings(dtype=origin.settings.dtype)
            steps = CallSteps(origin.loss, origin.reference, dict(origin.options), own, reduction)
        calls.append("" if origin.one_hot else call_of(steps, _beside(reading)))
    return IdentifyResult(IdentifyView(written, found, calls, DIGITS, len(search.answers) - len(found)))


def _beside(reading: Mapping[str, Any]) -> dict[str, str]:
    """The arguments about reading the table, as written in code."""
    return {name: repr(value) for name, value in reading.items()}
