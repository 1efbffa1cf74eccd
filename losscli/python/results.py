"""Results for Python: values to compute with, a table to print, HTML for a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from losscli.answers.check.finding import Severity
from losscli.outputs.check_view import CheckView
from losscli.outputs.identify_view import IdentifyView, cause
from losscli.python.reports import DIGITS, Report, html_of, in_python_words, in_words, text_of
from losscli.python.worded import worded
from losscli.record import replace
from losscli.text import strict_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from losscli.answers.calibrate.calibrations import Calibrations
    from losscli.answers.check.check import Check
    from losscli.answers.check.finding import Finding
    from losscli.answers.thresholds.thresholds import Point, Thresholds
    from losscli.outputs.calibration_view import CalibrationView
    from losscli.outputs.compare_view import CompareView
    from losscli.outputs.explain_view import ExplainView
    from losscli.outputs.thresholds_view import ThresholdsView
    from losscli.outputs.write import View

T = TypeVar("T")


class Result:
    """A result: ``print`` shows it as the command line does, a notebook as HTML."""

    def __init__(self, view: View) -> None:
        self._view = view

    def to_dict(self) -> dict[str, Any]:
        """The JSON document of the command line."""
        document: dict[str, Any] = strict_json(self._view.document())
        return document

    def __str__(self) -> str:
        return text_of(in_python_words(self._view.blocks(wrapped=True)))

    def _repr_html_(self) -> str:
        return html_of(in_python_words(self._view.blocks(wrapped=False, page=True)))


class CheckResult(Result):
    """The result of ``check``; true if nothing is wrong.

    Attributes:
        findings: The most severe first.
        report: The result; None if the input is so bad that there is none.
        loss: The loss that the input was checked for.
    """

    def __init__(self, check: Check, calls: dict[str, str], *, strict: bool) -> None:
        report = None if check.report is None else in_words(check.report)
        check = replace(
            check,
            findings=tuple(map(_worded, check.findings)),
            decisions=tuple(replace(one, reason=worded(one.reason)) for one in check.decisions),
            report=report,
        )
        super().__init__(CheckView(check, calls, DIGITS, strict, verbose=False))
        self.findings: tuple[Finding, ...] = check.findings
        self.report: Report | None = report
        self.loss: str = check.steps.name
        self.passed: bool = check.passed(strict=strict)

    def __bool__(self) -> bool:
        return self.passed

    def __repr__(self) -> str:
        found = ", ".join(f"{finding.severity} {finding.id}" for finding in self.findings)
        return f"CheckResult(passed={self.passed}, loss={self.loss!r}, findings=[{found}])"

    def errors(self) -> list[str]:
        """The ids of the errors."""
        return [finding.id for finding in self.findings if finding.severity is Severity.ERROR]


class CompareResult(Result):
    """A loss under each convention.

    Attributes:
        report: The result under the convention asked for.
        values: The value under each convention; None if a call refuses the input.
        reasons: Why each value differs from plain mathematics.
    """

    def __init__(self, view: CompareView) -> None:
        super().__init__(view)
        self.report: Report = in_words(view.report)
        rows = view.comparison.rows
        self.values: dict[str, float | None] = {name: row.value for row in rows for name in row.name.split(", ")}
        self.reasons: dict[str, str] = {name: worded(row.reason) for row in rows for name in row.name.split(", ")}

    def __getitem__(self, convention: str) -> float | None:
        return named(self.values, convention)

    def __repr__(self) -> str:
        return f"CompareResult({self.values!r})"


class CalibrateResult(Result):
    """Whether probabilities match observed frequencies.

    Attributes:
        report: The result on the same rows.
        calibration: Bins, errors and parts of scores, over all rows and for each class if asked for.
        level: The confidence level of its intervals.
    """

    def __init__(self, view: CalibrationView) -> None:
        super().__init__(view)
        self.report: Report = in_words(view.report)
        self.calibration: Calibrations = view.found
        self.level: float = view.level

    @property
    def ece(self) -> float:
        """The expected calibration error: the mean gap between forecast and frequency."""
        return self.calibration.overall.ece

    @property
    def temperature(self) -> float | None:
        """The best temperature, if it was asked for and exists."""
        return None if self.calibration.temperature is None else self.calibration.temperature.value

    def __repr__(self) -> str:
        return f"CalibrateResult(ece={self.ece!r}, temperature={self.temperature!r})"


class ThresholdsResult(Result):
    """The outcome of answering yes at each threshold; ``result["best F1"]`` is a point by name.

    Attributes:
        report: The result on the same rows.
        thresholds: The points, and the areas under the curves.
    """

    def __init__(self, view: ThresholdsView) -> None:
        super().__init__(view)
        self.report: Report = in_words(view.report)
        self.thresholds: Thresholds = view.found

    @property
    def auc(self) -> float | None:
        """The area under the ROC curve; None without both positives and negatives."""
        return None if self.thresholds.area is None else self.thresholds.area.value

    def __getitem__(self, name: str) -> Point:
        return named({point.name: point for point in self.thresholds.points}, name)

    def __repr__(self) -> str:
        return f"ThresholdsResult(auc={self.auc!r}, points={[point.name for point in self.thresholds.points]!r})"


class ExplainResult(Result):
    """The arithmetic of some rows, and of the reduction."""

    def __init__(self, view: ExplainView) -> None:
        super().__init__(view)
        self.report: Report = in_words(view.report)

    def __repr__(self) -> str:
        return f"ExplainResult(value={self.report.value!r})"


class IdentifyResult(Result):
    """What may have given a number, the likeliest first; false if nothing fits.

    Attributes:
        value: The number.
        causes: What may have given it, in words.
        calls: For each cause the call that gives it, or an empty string.
    """

    def __init__(self, view: IdentifyView) -> None:
        super().__init__(view)
        self.value: float = float(view.value)
        self.causes: list[str] = [cause(answer) for answer in view.answers]
        self.calls: Sequence[str] = view.commands

    def __bool__(self) -> bool:
        return bool(self.causes)

    def __len__(self) -> int:
        return len(self.causes)

    def __iter__(self) -> Iterator[str]:
        return iter(self.causes)

    def __repr__(self) -> str:
        return f"IdentifyResult({self.causes!r})"


def named(found: Mapping[str, T], name: str) -> T:
    """One of several, by name.

    Raises:
        KeyError: There is none with that name.
    """
    if name not in found:
        raise KeyError(f"{name!r} is none of {', '.join(found)}")
    return found[name]


def _worded(finding: Finding) -> Finding:
    found = finding.found
    return replace(
        finding, found=replace(found, message=worded(found.message), rows=worded(found.rows), hint=worded(found.hint))
    )
