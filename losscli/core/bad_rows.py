"""Bad rows: counted over the whole input, the first five of each kind named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losscli.errors import InputError
from losscli.record import field, record, replace
from losscli.text import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SHOWN = 5
# The order in which rows are checked: the first kind found is the one raised as an error.
KINDS = (
    "weights",
    "non-finite",
    "non-finite-label",
    "no-class",
    "range",
    "mask-range",
    "fractional-label",
    "fractional-class",
    "label-range",
    "unknown-class",
    "unknown-prediction",
    "not-one-hot",
    "label-outside",
    "label-mixed",
)


@record(frozen=False)
class Problem:
    """One kind of bad row.

    Attributes:
        kind: One of ``KINDS``.
        one: The sentence for one row.
        many: The sentence for more, with ``{n}`` for the number.
        hint: What to try.
        count: Rows so far.
        entries: What is bad in them.
        places: Where the first ``SHOWN`` are, with the offending text.
        fatal: An error; otherwise the rows are computed anyway, with a warning.
    """

    kind: str
    one: str
    many: str
    hint: str = ""
    count: int = 0
    entries: int = 0
    places: list[str] = field(default_factory=list)
    fatal: bool = True

    @property
    def message(self) -> str:
        """The sentence for the rows counted; where a row has several labels, for the labels."""
        if self.entries != self.count and self.many.startswith("{n} labels"):
            return self.many.replace("{n} labels", f"{self.entries:,} labels in {count(self.count, 'row')}")
        return self.one if self.count == 1 else self.many.replace("{n}", f"{self.count:,}")

    @property
    def where(self) -> str:
        """The first places, one per line, and how many more there are."""
        more = self.count - len(self.places)
        return "\n".join(self.places + ([f"… and {more} more"] if more > 0 else []))

    def error(self) -> InputError:
        """The error to raise when the input has been read to its end."""
        return InputError(self.message, self.where, self.hint)


@record(frozen=False)
class Problems:
    """Bad rows by kind; ``+=`` adds those of later rows."""

    found: dict[str, Problem] = field(default_factory=dict)

    def report(self, problem: Problem, count: int, entries: int, places: Iterable[str]) -> None:
        """Count ``count`` more rows; only as many ``places`` are consumed as will be shown."""
        assert problem.kind in KINDS, "a kind missing from KINDS would never be reported"
        known = self.found.setdefault(problem.kind, problem)
        known.count += count
        known.entries += entries
        known.fatal |= problem.fatal
        for place in places:
            if len(known.places) == SHOWN:
                break
            known.places.append(place)

    def __iadd__(self, later: Problems) -> Problems:
        for problem in later.found.values():
            self.report(replace(problem, count=0, entries=0, places=[]), problem.count, problem.entries, problem.places)
        return self

    @property
    def first(self) -> Problem | None:
        """The kind that is raised as an error; None if no kind is fatal."""
        return next((self.found[kind] for kind in KINDS if kind in self.found and self.found[kind].fatal), None)

    def refuse(self) -> None:
        """Make all bad rows errors."""
        for problem in self:
            problem.fatal = True

    def __iter__(self) -> Iterator[Problem]:
        return (self.found[kind] for kind in KINDS if kind in self.found)
