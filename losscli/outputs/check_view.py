"""A check as blocks, as JSON, as records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.answers.check.finding import Severity
from losscli.outputs.draw.block import INPUT, LAST, PAIRS, Block, Column, Fold
from losscli.outputs.draw.terminal import WIDTH
from losscli.outputs.report_view import MOST_DECISIONS, folded, number, wrap
from losscli.outputs.write import View
from losscli.record import record
from losscli.text import count, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from losscli.answers.check.check import Check
    from losscli.answers.check.finding import Finding

_NAMES = 12  # width of the column of row names, and the gap
_TONES = {Severity.ERROR: "bad", Severity.WARNING: "warn", Severity.NOTE: "note", Severity.INFO: "note"}


@record
class CheckView(View):
    """A check, with the commands to run by the findings' ids.

    Attributes:
        digits: Significant digits in tables.
        strict: Warnings fail the check, too.
        verbose: Also say why the input was read as it was.
    """

    check: Check
    commands: dict[str, str]
    digits: int
    strict: bool
    verbose: bool = False

    head = ("severity", "id", "message", "hint", "command", "value")

    def blocks(self, *, wrapped: bool, page: bool = False) -> list[Block]:
        """A block for each finding, the most severe first, and the verdict."""
        return [
            *(
                _finding_block(finding, self.commands.get(finding.id, ""), self.digits, wrapped)
                for finding in self.check.findings
            ),
            _verdict_block(self.check, self.digits, verbose=self.verbose or page),
        ]

    def records(self) -> Iterator[Sequence[Any]]:
        """A line for each finding."""
        for finding in self.check.findings:
            found = finding.found
            command = self.commands.get(finding.id, "")
            yield str(finding.severity), finding.id, found.message, found.hint, command, finding.value

    def document(self) -> dict[str, Any]:
        """The JSON document, schema 1."""
        return {
            "schema": 1,
            "passed": self.check.passed(strict=self.strict),
            "errors": self.check.count(Severity.ERROR),
            "warnings": self.check.count(Severity.WARNING),
            "loss": self.check.steps.loss.name,
            "findings": [
                {
                    "id": finding.id,
                    "severity": str(finding.severity),
                    "message": finding.found.message,
                    "rows": finding.found.rows.splitlines(),
                    "hint": finding.found.hint,
                    "command": self.commands.get(finding.id) or None,
                    "value": finding.value,
                }
                for finding in self.check.findings
            ],
            "report": None if self.check.report is None else self.check.report.to_dict(),
        }


def _finding_block(finding: Finding, command: str, digits: int, wrapped: bool) -> Block:
    found = finding.found
    said = [("found", found.message), *(("at", line) for line in found.rows.splitlines()), ("try", found.hint)]
    rows: list[tuple[str, str]] = []
    last = ""
    for name, text in said:
        if text:
            first, *more = wrap(text, WIDTH - _NAMES) if wrapped else [printable(text)]
            rows += [(name if name != last else "", first), *(("", line) for line in more)]
            last = name
    rows += [("run", printable(command))] * bool(command)
    if found.change is not None and found.tried and finding.remedy is None:
        rows.append(("and", "something else: this alone does not fix it"))
    if finding.value is not None:
        rows.append(("loss then", number(finding.value, digits)))
    tone = _TONES[finding.severity]
    grave = finding.severity is Severity.WARNING

    def below(gone: Sequence[int], less: Sequence[int]) -> str:
        names = [rows[i][0] for i in gone]
        return f"{finding.severity}: {finding.id} (-v)" if len(gone) == len(rows) else f"-v: {', '.join(names)}"

    fold = Fold(PAIRS if grave else INPUT, range(len(rows)), grave, below, together=not grave)
    return Block(
        (Column(finding.severity), Column(finding.id)),
        tuple(rows),
        tones={(-1, 0): tone, (-1, 1): tone},
        fold=None if finding.severity is Severity.ERROR else fold,
    )


def verdict(check: Check) -> str:
    """The number of findings of each severity."""
    words = [count(n, severity) for severity in (Severity.ERROR, Severity.WARNING) if (n := check.count(severity))]
    return ", ".join(words) or "nothing wrong"


def _verdict_block(check: Check, digits: int, *, verbose: bool) -> Block:
    decided = [
        (printable(decision.what), printable(decision.value), printable(decision.reason))
        for decision in check.decisions
    ]
    report = check.report
    classes = f" x {report.classes} classes" if report is not None and report.classes else ""
    samples = f"{check.samples:,}{classes}"
    decided.append(("samples", samples, ""))
    brief = not verbose and len(decided) > MOST_DECISIONS
    rows = decided[:1] if brief else [*decided]
    if report is not None and report.value is not None:
        unit = f" {report.unit}" if report.unit else ""
        rows.append((report.reduction, f"{number(report.value, digits)}{unit}", printable(report.loss.name)))
    if report is not None and report.accuracy is not None:
        rows.append(("accuracy", number(report.accuracy, digits), ""))
    below = folded(decided[1:]).caption if brief else ""
    grave = next((one for one in (Severity.ERROR, Severity.WARNING) if check.count(one)), None)
    columns = (Column("check"), Column(verdict(check)), Column("because"))
    read = range(1 if brief else len(decided))
    least = f"{decided[0][0]} {decided[0][1]}; samples {samples} (-v: how the input was read)"
    fold = Fold(LAST, read, 0, lambda gone, less: least, together=True) if len(rows) > len(read) else None
    tones = {(-1, 1): _TONES[grave] if grave else "good"}
    return Block(columns, tuple(rows), caption=below, tones=tones, fold=fold)
