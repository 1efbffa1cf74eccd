"""Running totals over the rows read so far, from which the report is made."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from losscli.core.bad_rows import Problems
from losscli.core.convention_effects import Departures
from losscli.core.distinct import Distinct
from losscli.core.evidence import Evidence
from losscli.core.labels import FormCounter
from losscli.core.report import COUNTS
from losscli.core.summary import Summary
from losscli.record import field, record, replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from losscli.core.batch import Batch
    from losscli.core.counts.kept import Kept
    from losscli.core.intervals.bootstrap import Replicates
    from losscli.core.intervals.clusters import Clusters
    from losscli.core.intervals.moments import Moments
    from losscli.core.label_mass import LabelMass
    from losscli.ops import Array


@record
class Digest:
    """A digest of the labels of consecutive rows; ``+`` appends rows.

    Attributes:
        total: The sum of the hashes, which does not depend on the order.
        order: The hashes as digits of a number in base ``BASE``, which does.
        rows: Number of rows.
    """

    total: int = 0
    order: int = 0
    rows: int = 0

    def __add__(self, later: Digest) -> Digest:
        order = self.order + pow(BASE, self.rows, SIZE) * later.order
        return Digest((self.total + later.total) % SIZE, order % SIZE, self.rows + later.rows)


SIZE = 1 << 64
BASE = 0x9E3779B97F4A7C15


def added(one: Digest | None, other: Digest | None) -> Digest | None:
    """The digest of both, one after the other."""
    if one is None or other is None:
        return other if one is None else one
    return one + other


@record(frozen=False)
class Tally:
    """A mergeable summary of an evaluation.

    Attributes:
        samples: Rows read.
        summary: Of the per-sample values, weights applied.
        departures: What the convention changed.
        problems: The bad rows.
        ignored: Labels equal to ``--ignore-index``.
        skipped: Rows left out for NaN or infinity.
        rounded: Rows with probabilities outside [0, 1] by no more than rounding.
        forms: The form of dense labels.
        label_range: The smallest and the largest class number as written.
        outside: Labels, as numbers, that the loss does not take.
        words: Labels that are words.
        mass: Label weight by class.
        hits: Number of right decisions.
        decisions: Number of decisions.
        evidence: Counts for diagnostics.
        places: Places of the rows that a message may name, by 0-based number.
        totals: Sums of further columns, by name.
        moments: Moments for the interval; None if not asked for, or if rows have no value each.
        ordered: The numbers whose median the value is, ascending, for the interval.
        clusters: Sums by cluster, if rows are clustered.
        replicates: Bootstrap replicates, if asked for.
        kept: Counts of predictions and labels, if asked for.
        digest: Digest of the labels; None if not asked for, or without labels.
    """

    samples: int = 0
    summary: Summary = Summary()
    departures: Departures = Departures()
    problems: Problems = field(default_factory=Problems)
    ignored: int = 0
    skipped: int = 0
    rounded: int = 0
    forms: FormCounter = field(default_factory=FormCounter)
    label_range: tuple[float, float] = (math.inf, -math.inf)
    outside: Distinct = field(default_factory=Distinct)
    words: Distinct = field(default_factory=Distinct)
    mass: LabelMass | None = None
    hits: int = 0
    decisions: int = 0
    evidence: Evidence = field(default_factory=Evidence)
    places: dict[int, str] = field(default_factory=dict)
    totals: dict[str, float] = field(default_factory=dict)
    moments: Moments | None = None
    ordered: Array | None = None
    clusters: Clusters | None = None
    replicates: Replicates | None = None
    kept: Kept | None = None
    digest: Digest | None = None

    @property
    def accuracy(self) -> float | None:
        """The share of right decisions; None if there were none."""
        return self.hits / self.decisions if self.decisions else None

    def remember(self, batch: Batch) -> None:
        """Note the places of the rows of a batch that a message may name."""
        for row in self._notable():
            if batch.start <= row < batch.start + len(batch) and row not in self.places:
                self.places[row] = batch.where(row - batch.start, None)
        self._forget()

    def _notable(self) -> Iterator[int]:
        yield from (row for extremes in (self.evidence.farthest, self.evidence.costliest) for _, row in extremes.top)
        for worst in (self.departures.worst_clipped, self.departures.worst_rescaled):
            if worst is not None:
                yield worst.number

    def _forget(self) -> None:
        self.places = {row: self.places[row] for row in self._notable() if row in self.places}

    def count(self, extras: Mapping[str, NDArray[Any]]) -> None:
        """Add up the columns of bytes and words."""
        for name in COUNTS:
            if name in extras:
                self.totals[name] = self.totals.get(name, 0.0) + float(extras[name].sum())

    def row(self, number: int) -> str:
        """A row's number, with its line where that is known."""
        name, place = f"row {number + 1:,}", self.places.get(number, "")
        return name if not place or place.endswith(f"row {number + 1}") else f"{name} ({place})"

    def moved(self, rows: int) -> Tally:
        """The same with row numbers increased by ``rows``, for a shard that was counted from 0."""
        return replace(
            self,
            departures=self.departures.moved(rows),
            evidence=self.evidence.moved(rows),
            places={row + rows: place for row, place in self.places.items()},
        )

    def merge(self, later: Tally) -> None:
        """Add the totals of later rows, which are not changed."""
        for name in ("samples", "summary", "departures", "ignored", "skipped", "rounded", "hits", "decisions"):
            setattr(self, name, getattr(self, name) + getattr(later, name))
        self.problems += later.problems
        self.forms.merge(later.forms)
        self.label_range = (
            min(self.label_range[0], later.label_range[0]),
            max(self.label_range[1], later.label_range[1]),
        )
        for name in ("mass", "moments", "kept", "clusters", "replicates"):
            mine, theirs = getattr(self, name), getattr(later, name)
            if mine is None or theirs is None:
                setattr(self, name, mine or theirs)
            elif hasattr(mine, "merge"):
                mine.merge(theirs)
            else:
                setattr(self, name, mine + theirs)
        self.digest = added(self.digest, later.digest)
        self.outside.add(later.outside.values)
        self.words.add(later.words.values)
        self.evidence.merge(later.evidence)
        self.places |= later.places
        for name, total in later.totals.items():
            self.totals[name] = self.totals.get(name, 0.0) + total
        self._forget()
