"""Bad rows: counted over the whole input, the first five named."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from losscli.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

SHOWN = 5


@dataclass(slots=True)
class Problem:
    """One kind of bad row.

    Attributes:
        kind: Rows of the same kind are counted together.
        describe: The sentence for that many rows.
        hint: What to try.
        count: Rows so far.
        places: Where the first ``SHOWN`` are, with the offending text.
    """

    kind: str
    describe: Callable[[int], str]
    hint: str = ""
    count: int = 0
    places: list[str] = field(default_factory=list)

    def error(self) -> InputError:
        """The error to raise when the input has been read to its end."""
        more = self.count - len(self.places)
        places = self.places + ([f"… and {more} more"] if more > 0 else [])
        return InputError(self.describe(self.count), "\n".join(places), self.hint)


class Problems:
    """Bad rows of the first kind that turned up; the other kinds wait until that one is mended."""

    def __init__(self) -> None:
        self.first: Problem | None = None

    def report(self, problem: Problem, count: int, places: Iterable[str]) -> None:
        """Count ``count`` rows more; ``places`` is only drawn from as far as places are shown."""
        if self.first is None:
            self.first = problem
        if self.first.kind != problem.kind:
            return
        self.first.count += count
        for place in places:
            if len(self.first.places) == SHOWN:
                break
            self.first.places.append(place)


def rows(count: int) -> str:
    """``1 row``, ``2 rows``."""
    return f"{count:,} row" + ("" if count == 1 else "s")
