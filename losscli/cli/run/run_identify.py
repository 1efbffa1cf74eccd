"""From the options of ``identify`` to a written answer."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from losscli.answers.identify.given_rows import GivenRows
from losscli.answers.identify.identify import Answer, Search, identify, identify_later
from losscli.answers.identify.known_numbers import Fingerprint, fingerprints
from losscli.answers.identify.written_number import WrittenNumber
from losscli.cli.notice import say
from losscli.cli.run.destination import destination
from losscli.cli.run.prepare import read_input, settings_of
from losscli.cli.run.request import Request
from losscli.cli.suggest import command_of
from losscli.core.calls.call_steps import CallSteps
from losscli.core.settings import Settings
from losscli.core.steps import PlainSteps
from losscli.errors import LossError
from losscli.inputs import ReadOptions, read
from losscli.losses import LOSSES
from losscli.losses.vocabulary import Takes
from losscli.outputs.identify_view import IdentifyView
from losscli.outputs.write import write
from losscli.record import replace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from losscli.core.steps import Steps

NOT_FOUND = 1
SHOWN = 5  # answers by default
_SHIFTS = (1, -1)


def run_identify(request: Request, *, searched: bool) -> int:
    """Search and write; the status is 1 if nothing was found."""
    typed = (request.value or "").strip()
    target = WrittenNumber.of(typed)
    counted = request.classes is not None and request.classes.strip().isdecimal()
    asked = replace(request, classes=None) if counted else request
    answers: Sequence[Answer | Fingerprint]
    untried: tuple[str, ...] = ()
    if searched:
        search = _search(target, asked, request)
        answers, untried = search.answers, search.untried
        if not answers and search.refusal is not None:
            raise search.refusal
    else:
        classes = int(request.classes) if request.classes is not None and counted else None
        found: list[Answer | Fingerprint] = [
            *fingerprints(target, classes=classes, samples=request.samples),
            *_examples(target),
        ]
        answers = sorted(found, key=lambda one: one.cost)
    shown = answers[: request.rows or SHOWN]
    commands = [_command(answer, asked) for answer in shown]
    with destination(request.output, request.sources) as stream:
        if not request.quiet:
            more, asked_for = len(answers) - len(shown), request.rows is not None
            view = IdentifyView(typed, shown, commands, request.digits, more, asked_for)
            write(view, request.output_format, stream, request.color)
    if untried and not answers and not request.quiet:
        sys.stdout.flush()
        say("note", f"not tried, as there are too many rows: {', '.join(untried)}")
    return 0 if answers else NOT_FOUND


def _search(target: WrittenNumber, asked: Request, request: Request) -> Search:
    """The answers; if there are none, those with the labels of the next or the previous row."""
    settings, (dataset, options) = settings_of(asked), read_input(request)
    given = GivenRows.of(dataset, refuses_nan=settings.nan == "error")
    found = identify(target, settings, dataset, LOSSES, given)
    files = "-" not in map(str, request.data)
    if found.answers or found.refusal is not None or request.shift or not (given.ended or files):
        return found
    for shift in _SHIFTS:
        try:
            if given.ended:
                later = identify_later(target, found, given.later(shift))
            else:
                moved = read(*request.data, replace(options, shift=shift), None)
                later = identify(target, settings, moved, LOSSES).answers
        except LossError:  # there is only one row
            continue
        if later:
            answers = tuple(replace(answer, shift=shift, cost=answer.cost + 3.0) for answer in later)
            return replace(found, answers=answers)
    return found


def _examples(target: WrittenNumber) -> list[Answer]:
    """Numbers from examples in documentation, and others computed from their data."""
    found = []
    for loss in LOSSES:
        for example in loss.examples if loss.log_score else ():
            if example.source.startswith("by hand"):
                continue
            weight = example.options.get("sample_weight")
            dataset = read(example.predictions, example.labels, ReadOptions(sample_weight=_values(weight)), None)
            found += [
                replace(answer, cost=answer.cost + 2.0, example=example)
                for answer in identify(target, Settings(), dataset, (loss,)).answers
                if answer.outcome.slip is None and not answer.origin.settings.params
            ]
    return found


def _values(numbers: Sequence[float] | None) -> str | None:
    return None if numbers is None else ",".join(map(str, numbers))


def _command(answer: Answer | Fingerprint, request: Request) -> str:
    """The command that prints the number; empty if there is none."""
    if isinstance(answer, Fingerprint):
        return ""
    origin, slip = answer.origin, answer.outcome.slip
    if origin.one_hot or (slip is not None and not (slip.formula or slip.base)):
        return ""
    if answer.shift:
        takes = (origin.reference and origin.reference.takes) or origin.loss.takes
        if answer.shift < 0 or takes not in (Takes.CLASS, Takes.SCORES):
            return ""
        request = replace(request, shift=answer.shift)
    if answer.example is not None:
        example = answer.example
        request = Request(
            predictions=example.predictions,
            labels=example.labels,
            sample_weight=_values(example.options.get("sample_weight")),
        )
    if origin.unweighted:
        request = replace(request, sample_weight=None)
    if origin.reference is not None:
        settings, reduction = Settings(dtype=origin.settings.dtype), answer.outcome.reduction
        steps: Steps = CallSteps(origin.loss, origin.reference, dict(origin.options), settings, reduction)
    else:
        base = slip.base if slip is not None and slip.base else origin.settings.base
        steps = PlainSteps(origin.loss, replace(origin.settings, reduction=answer.outcome.reduction, base=base))
    command = command_of(steps, request)
    if not command or slip is None or (slip.base and origin.reference is None):
        return command
    formula = slip.formula or f"$1 / log({slip.base})"
    return f"{command} -q | awk '{{ printf \"%.17g\\n\", {formula} }}'"
