"""A check as blocks, as JSON, as records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.answers.finding import Severity
from losscli.core.report import strict_json
from losscli.errors import printable
from losscli.outputs.view import WIDTH, Block, Column, number, wrap

if TYPE_CHECKING:
    from losscli.answers.check import Check
    from losscli.answers.finding import Finding

_NAMES = 12  # of the rows, and the gap
RECORD = ("severity", "id", "message", "hint", "command", "value")


def blocks(check: Check, commands: dict[str, str], digits: int, *, wrapped: bool) -> list[Block]:
    """A block for each finding, the gravest first, and the verdict; ``commands`` are by the findings' ids."""
    return [
        *(_finding_block(finding, commands.get(finding.id, ""), digits, wrapped) for finding in check.findings),
        _verdict_block(check, digits),
    ]


def _finding_block(finding: Finding, command: str, digits: int, wrapped: bool) -> Block:
    found = finding.found
    said = [("found", found.message), *(("at", line) for line in found.rows.splitlines()), ("try", found.hint)]
    rows: list[tuple[str, str]] = []
    for name, text in said:
        lines = wrap(text, WIDTH - _NAMES) if wrapped else [printable(text)]
        rows += [(name if rows == [] or rows[-1][0] != name else "", lines[0])] if text else []
        rows += [("", line) for line in lines[1:]]
    rows += [("run", printable(command))] * bool(command)
    if finding.value is not None:
        rows.append(("loss then", number(finding.value, digits)))
    return Block((Column(finding.severity), Column(finding.id)), tuple(rows))


def verdict(check: Check) -> str:
    """The findings in numbers."""
    words = [
        f"{n} {severity}{'s' if n > 1 else ''}"
        for severity in (Severity.ERROR, Severity.WARNING)
        if (n := check.count(severity))
    ]
    return ", ".join(words) or "nothing wrong"


def _verdict_block(check: Check, digits: int) -> Block:
    rows = [
        (printable(decision.what), printable(decision.value), printable(decision.reason))
        for decision in check.decisions
    ]
    report = check.report
    classes = f" x {report.classes} classes" if report is not None and report.classes else ""
    rows.append(("samples", f"{check.samples:,}{classes}", ""))
    if report is not None and report.value is not None:
        unit = f" {report.unit}" if report.unit else ""
        rows.append((report.reduction, f"{number(report.value, digits)}{unit}", printable(report.loss.name)))
    if report is not None and report.accuracy is not None:
        rows.append(("accuracy", number(report.accuracy, digits), ""))
    return Block((Column("check"), Column(verdict(check)), Column("because")), tuple(rows))


def record(finding: Finding, command: str) -> list[Any]:
    """The cells of ``RECORD``."""
    found = finding.found
    return [str(finding.severity), finding.id, found.message, found.hint, command, finding.value]


def document(check: Check, commands: dict[str, str], *, strict: bool) -> dict[str, Any]:
    """The JSON document, schema 1."""
    document: dict[str, Any] = {
        "schema": 1,
        "passed": check.passed(strict=strict),
        "errors": check.count(Severity.ERROR),
        "warnings": check.count(Severity.WARNING),
        "loss": check.loss.name,
        "findings": [
            {
                "id": finding.id,
                "severity": str(finding.severity),
                "message": finding.found.message,
                "rows": finding.found.rows.splitlines(),
                "hint": finding.found.hint,
                "command": commands.get(finding.id) or None,
                "value": finding.value,
            }
            for finding in check.findings
        ],
        "report": None if check.report is None else check.report.to_dict(),
    }
    strict_document: dict[str, Any] = strict_json(document)
    return strict_document
