"""From the options of ``identify`` to a written answer."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from losscli.answers.fingerprints import Fingerprint, fingerprints
from losscli.answers.identify import Answer, identify
from losscli.answers.target import Target
from losscli.cli.destination import destination, drawer
from losscli.cli.request import data, read_options, settings_of, stdin
from losscli.cli.suggest import call_command_of, command_of
from losscli.core.plan import Settings
from losscli.inputs import ReadOptions, read
from losscli.losses import LOSSES
from losscli.outputs import identify_view
from losscli.outputs.records import records_of
from losscli.record import replace

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import TextIO

NOT_FOUND = 1


def run_identify(given: Mapping[str, Any], *, searched: bool) -> int:
    """Search and write; the status is 1 if nothing gives the number."""
    target = Target.of(given["value"])
    counted = given["classes"] is not None and given["classes"].strip().isdecimal()
    asked = {**given, "classes": None} if counted else given
    answers: Sequence[Answer | Fingerprint]
    untried: tuple[str, ...] = ()
    if searched:
        settings = settings_of(asked)
        search = identify(target, settings, read(*data(given), read_options(given), stdin()), LOSSES)
        answers, untried = search.answers, search.untried
        if not answers and search.refusal is not None:
            raise search.refusal
    else:
        classes = int(given["classes"]) if counted else None
        found: list[Answer | Fingerprint] = [
            *fingerprints(target, LOSSES, classes=classes, samples=given["samples"]),
            *_examples(target),
        ]
        answers = sorted(found, key=lambda one: one.cost)
    shown = answers[: given["rows"]]
    commands = [_command(answer, asked) for answer in shown]
    with destination(given["output"]) as stream:
        if not given["quiet"]:
            _write(target, shown, commands, len(answers) - len(shown), given, stream)
    if untried and not answers and not given["quiet"]:
        sys.stdout.flush()
        click.echo(f"note: not tried, as there are too many rows: {', '.join(untried)}", file=sys.stderr)
    return 0 if answers else NOT_FOUND


def _examples(target: Target) -> list[Answer]:
    """The numbers that documentation prints, and what else comes out of its data."""
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
                if not answer.outcome.slip and not answer.origin.settings.params
            ]
    return found


def _values(numbers: Sequence[float] | None) -> str | None:
    return None if numbers is None else ",".join(map(str, numbers))


def _command(answer: Answer | Fingerprint, given: Mapping[str, Any]) -> str:
    """What prints the number, or the one that the slip starts from; empty if no single command does."""
    if isinstance(answer, Fingerprint):
        return ""
    origin = answer.origin
    if origin.one_hot:
        return ""
    if answer.example is not None:
        example = answer.example
        given = {
            "predictions": example.predictions,
            "labels": example.labels,
            "sample_weight": _values(example.options.get("sample_weight")),
        }
    if origin.unweighted:
        given = {**given, "sample_weight": None}
    if origin.reference is not None:
        reduction = (
            answer.outcome.reduction if answer.outcome.reduction != origin.reference.reductions.default else None
        )
        return call_command_of(origin.reference, given, dict(origin.options), reduction, origin.settings.dtype)
    return command_of(origin.loss, given, replace(origin.settings, reduction=answer.outcome.reduction))


def _write(
    target: Target,
    answers: Sequence[Answer | Fingerprint],
    commands: Sequence[str],
    more: int,
    given: Mapping[str, Any],
    stream: TextIO,
) -> None:
    name = given["output_format"]
    if name in ("table", "markdown"):
        draw = drawer(name, stream, given["color"])
        draw(
            identify_view.blocks(
                answers, commands, given["value"].strip(), given["digits"], more, wrapped=name == "table"
            )
        )
        return
    if name == "json":
        import json

        stream.write(json.dumps(identify_view.document(target.value, answers, commands), allow_nan=False) + "\n")
        return
    records = records_of(name, stream, identify_view.RECORD)
    for row in identify_view.records(answers, commands):
        records.write(row)
    records.finish()
