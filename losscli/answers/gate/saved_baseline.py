"""A saved result as a baseline; refused unless it is the same quantity on the same rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from losscli.answers.gate.gate_numbers import number, numbers_of_document
from losscli.core.intervals.difference import Model
from losscli.core.intervals.interval import Interval
from losscli.core.note import Note
from losscli.errors import InputError, UsageError
from losscli.record import record
from losscli.text import printable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from losscli.core.report import Report

    Value = float | bool | None


def _interval(saved: Any) -> Interval | None:
    """The saved interval, if there is one."""
    if not isinstance(saved, dict):
        return None
    low, high = number(saved.get("low")), number(saved.get("high"))
    if low is None or high is None:
        return None
    fields: dict[str, Any] = {name: saved.get(name) for name in ("level", "se", "df", "method", "unit", "units")}
    return Interval(low=low, high=high, **fields)


@record
class Saved:
    """A saved result.

    Attributes:
        path: The file.
        document: Its contents.
        option: The option that names it.
        paired: Rows are compared one by one, by position.
    """

    path: str
    document: Mapping[str, Any]
    option: str = "--baseline"
    paired: bool = False

    @property
    def numbers(self) -> dict[str, Value]:
        """The numbers by name."""
        return numbers_of_document(self.document)

    @property
    def model(self) -> Model:
        """Its numbers as a baseline model."""
        interval, accuracy = (_interval(self.document.get(name)) for name in ("interval", "accuracy_interval"))
        value, share = (number(self.document.get(name)) for name in ("value", "accuracy"))
        return Model(self.path, value, interval, share, accuracy, str(self.document.get("signature")))

    def compared(self, report: Report) -> tuple[Note, ...]:
        """Notes on the comparison with a result, if the two can be compared.

        Raises:
            UsageError: It is another quantity: another loss, reading, convention or reduction.
            InputError: It was computed on other rows.
        """
        theirs = str(self.document.get("signature"))
        (own, _, mine_by), (other, _, theirs_by) = (text.rpartition("|") for text in (report.signature, theirs))
        if own != other:
            raise UsageError(
                f"{self.option} {printable(self.path)} is another number",
                f"baseline: {theirs}\nthis:     {report.signature}",
                "compute both in the same way",
            )
        if report.exponential != self._exponential:
            kinds = "a mean", "its perplexity"
            what = (
                f"--baseline {printable(self.path)} is {kinds[self._exponential]}, this is {kinds[report.exponential]}"
            )
            raise UsageError(what, hint="compute both in the same way")
        self._refuse_other_rows(report)
        notes: tuple[Note, ...] = ()
        if mine_by != theirs_by:
            notes += (
                Note("baseline-version", f"the baseline was computed by {printable(theirs_by)}, this by {mine_by}"),
            )
        if self._digest is None and report.digest:
            notes += (Note("baseline-rows", "the baseline does not record its labels"),)
        return notes

    @property
    def _exponential(self) -> bool:
        """Whether its value is a perplexity, which the signature does not tell."""
        found = [self.document.get(name) for name in ("value", "perplexity")]
        summary = self.document.get("summary")
        mean = summary.get("mean") if isinstance(summary, dict) else None
        return found[0] is not None and found[0] == found[1] and found[0] != mean

    @property
    def _digest(self) -> str | None:
        found = self.document.get("labels_digest")
        return str(found) if found else None

    def _refuse_other_rows(self, report: Report) -> None:
        inputs = self.document.get("inputs")
        samples = inputs.get("samples") if isinstance(inputs, dict) else None
        counted = (self.document.get("summary") or {}).get("count")
        what = ""
        if samples != report.samples or counted != report.summary.count:
            what = f"it has {samples} rows and {counted} values, this {report.samples} and {report.summary.count}"
        elif self._digest is not None and report.digest and self._digest != report.digest:
            what = "its labels or weights differ"
        elif self.paired and self.document.get("labels_order") not in (None, report.order):
            what = "its labels are in another order"
        if what:
            raise InputError(
                f"{self.option} {printable(self.path)} is of other rows: {what}",
                hint="--against the predictions themselves, with --join COLUMN"
                if what.endswith("order")
                else "a baseline is the result of another model on the same rows",
            )
