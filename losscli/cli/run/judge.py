"""Gates: from options to conditions, and from verdicts to lines on stderr and the exit status."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from losscli.answers.gate.gate_numbers import (
    BASELINE,
    OF_BASELINES,
    numbers_of,
    numbers_of_difference,
    numbers_of_group,
)
from losscli.answers.gate.gates import fail_if, max_regress
from losscli.answers.gate.saved_baseline import Saved
from losscli.cli.notice import say
from losscli.cli.run.refusals import refuse_beside
from losscli.errors import UsageError
from losscli.inputs.saved_report import saved_report
from losscli.outputs.gate_view import annotation
from losscli.record import record, replace
from losscli.text import printable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from losscli.answers.gate.gate_numbers import Value
    from losscli.answers.gate.gates import Gate
    from losscli.cli.run.request import Request
    from losscli.core.report import Report
    from losscli.core.verdict import Verdict
    from losscli.losses.loss import Loss

FAILED = 1


@record
class Judge:
    """The gates that were asked for.

    Attributes:
        gates: In the order in which they are reported.
        saved: The result of ``--baseline``.
    """

    gates: Sequence[Gate] = ()
    saved: Saved | None = None

    def judged(self, report: Report) -> Report:
        """The report with a verdict for each gate.

        Raises:
            LossError: The saved result is not comparable with this one.
        """
        numbers = numbers_of(report)
        if self.saved is not None:
            report = replace(report, notes=(*report.notes, *self.saved.compared(report)))
            numbers |= self.saved.numbers
        names = {one.name: numbers | numbers_of_difference(one) for one in report.against} or {"": numbers}
        baselines = {
            name: (own, {group.name: numbers_of_group(group, i) for group in report.groups})
            for i, (name, own) in enumerate(names.items())
        }
        return replace(report, gates=tuple(of_any(gate, baselines) for gate in self.gates))

    def tell(self, report: Report, request: Request) -> int | None:
        """Write the verdicts to stderr, and annotations to stdout if asked for; returns the exit status."""
        failed = [verdict for verdict in report.gates if verdict.failed]
        sys.stdout.flush()
        for verdict in report.gates:
            if verdict.failed or not request.quiet:
                word = "failed" if verdict.failed else "passed"
                say(word, f"{verdict.name}: {verdict.message}")
        if request.annotate:
            for verdict in failed:
                click.echo(annotation(report, verdict))
        return FAILED if failed else None


def of_any(
    gate: Gate, baselines: Mapping[str, tuple[Mapping[str, Value], Mapping[str, Mapping[str, Value]]]]
) -> Verdict:
    """The verdict of a gate that must pass against each baseline, given the numbers against it and by group."""
    verdicts = {name: gate.judged(*numbers) for name, numbers in baselines.items()}
    if len(verdicts) == 1 or not {*gate.names} & OF_BASELINES:
        return next(iter(verdicts.values()))
    failed = {name: verdict for name, verdict in verdicts.items() if verdict.failed} or verdicts
    worst = next((name for name, verdict in failed.items() if not verdict.unknown), next(iter(failed)))
    return replace(failed[worst], message=f"against {worst}: {failed[worst].message}")


def judge_of(loss: Loss, request: Request) -> Judge:
    """The gates of a request, checked.

    Raises:
        UsageError: One is not a gate, or an option for gates has no effect.
    """
    given = {
        "--against": bool(request.against),
        "--baseline": request.baseline is not None,
        "--by": request.by is not None,
    }
    gates: list[Gate] = [fail_if(text, {option for option in given if given[option]}) for text in request.fail_if]
    if request.max_regress:
        if request.baseline is None:
            beside = "--fail-if 'relative > 1%', or 'difference.high > 0.002'"
            hint = beside if request.against else "--baseline REPORT.json"
            raise UsageError("--max-regress needs a result that was saved, to compare with", hint=hint)
        gates.append(max_regress(request.max_regress, loss.higher_is_better))
    used = any(name.startswith(BASELINE) for gate in gates for name in gate.names)
    if request.baseline is not None and not used:
        hint = "--max-regress 1%, or --fail-if 'value > baseline.value'"
        raise UsageError(f"--baseline {printable(request.baseline)}: no gate asks for it", hint=hint)
    _refuse_without_place(request)
    saved = None if request.baseline is None else Saved(request.baseline, saved_report(request.baseline, "--baseline"))
    return Judge(gates, saved)


def _refuse_without_place(request: Request) -> None:
    """Refuse options that do not go with gates."""
    what = "{} has no gates; --fail-if and --max-regress judge one result"
    refuse_beside(request, ("compare", "explain"), what)
    on_stdout = request.output is None and not request.quiet
    if request.annotate and on_stdout and not request.written.drawn:
        what = f"--annotate writes lines to stdout, among the {request.output_format}"
        raise UsageError(what, hint="-o FILE for the result")
