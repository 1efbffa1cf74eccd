"""Diagnostics, the cases that they examine, and their findings."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from losscli.core.note import Note
from losscli.losses import LOSSES
from losscli.record import field, record

if TYPE_CHECKING:
    from collections.abc import Callable

    from losscli.core.bad_rows import Problem
    from losscli.core.change import Change
    from losscli.core.evidence import Evidence
    from losscli.core.plan import Plan
    from losscli.core.report import Report
    from losscli.core.running import Tally
    from losscli.losses.loss import Loss


class Severity(StrEnum):
    """How much a finding matters; a loss command shows all but ``INFO``."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
    INFO = "info"


@record
class Case:
    """What is known after all rows, or after the first ones.

    Attributes:
        tally: Counts over the rows so far.
        report: The result; None if there were bad rows.
    """

    plan: Plan
    tally: Tally
    report: Report | None

    @property
    def evidence(self) -> Evidence:
        """The counts on which diagnostics are based."""
        return self.tally.evidence

    def problem(self, kind: str) -> Problem | None:
        """Bad rows of one kind."""
        return self.tally.problems.found.get(kind)

    def first(self, wanted: Callable[[Loss], bool]) -> Loss:
        """The first loss of the catalogue that is ``wanted``."""
        return next(loss for loss in LOSSES if wanted(loss))


@record
class Found:
    """What a diagnostic found.

    Attributes:
        message: One sentence with the counts.
        rows: The worst rows, one line each.
        hint: What to try; ``{}`` stands for the change, spelled for the command that runs. The value under the
            change is added to it.
        change: The change that the hint suggests.
        tried: The change is tried, so that its value can be shown.
        value: What the loss becomes, if that is known without a trial.
        improves: The change is suggested only if it makes the loss better.
    """

    message: str
    rows: str = ""
    hint: str = ""
    change: Change | None = None
    tried: bool = True
    value: float | None = None
    improves: bool = False


@record
class Diagnostic:
    """A test for one thing that may be wrong with an input.

    Attributes:
        id: Stable, for programs.
        trigger: When it is raised, in a sentence.
        find: What it finds in a case, or None.
        problem: The kind of bad row that it explains; empty if rows are good.
        computed: Needs the losses, so it is skipped if any row is bad.
        judges: Compares predictions with labels, so it is skipped if any row is bad, even if its loss was computed.
    """

    id: str
    severity: Severity
    trigger: str
    find: Callable[[Case], Found | None]
    problem: str = ""
    computed: bool = False
    judges: bool = False


@record
class Finding:
    """What was found, and the loss under the fix.

    Attributes:
        remedy: The change that mends the input, perhaps with those of other findings; None if none is known to.
    """

    id: str
    severity: Severity
    found: Found
    value: float | None = None
    problem: str = ""
    remedy: Change | None = None

    @property
    def hint(self) -> str:
        """What to type, and the loss then."""
        outcome = "" if self.value is None else f" (the loss would be {self.value:.7g})"
        return self.found.hint + outcome if self.found.hint else ""

    def note(self) -> Note:
        """The finding as a note of a report."""
        return Note(self.id, self.found.message, self.hint, self.severity, self.found.rows)


@record(frozen=False)
class Diagnostics:
    """A list of declared diagnostics; calling it declares one more."""

    judges: bool = False
    declared: list[Diagnostic] = field(default_factory=list)

    def __call__(
        self, name: str, severity: Severity, problem: str = "", *, computed: bool = False
    ) -> Callable[[Callable[[Case], Found | None]], Diagnostic]:
        """Declare the decorated function; its docstring is the trigger."""

        def declare(find: Callable[[Case], Found | None]) -> Diagnostic:
            declared = Diagnostic(name, severity, (find.__doc__ or "").strip(), find, problem, computed, self.judges)
            self.declared.append(declared)
            return declared

        return declare
