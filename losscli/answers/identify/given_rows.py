"""The rows that a number may come from: all of them in memory, in growing samples, or a stream."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from losscli.answers.identify.mistakes import LARGEST
from losscli.core.digest import mixed
from losscli.core.shifted_labels import later
from losscli.core.whole import join
from losscli.errors import InputError
from losscli.record import record, replace
from losscli.text import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from losscli.core.batch import Batch, Dataset

_AT_ONCE = 1_000_000  # most numbers held in one batch, for losses of all rows at once
_HELD = 8_000_000  # most numbers held in memory, to try samples of the rows first
_WORTH_A_PASS = 1 << 15  # numbers in a batch that is worth a pass of every trial
_SAMPLE = 4096  # fewest rows of the first sample


@record
class GivenRows:
    """The rows, as far as they are held.

    Attributes:
        first: The first rows, which decide how all are read.
        held: All rows in order, as one batch if they are few; or the first of too many.
        rest: The rows after those that are held.
        ended: All rows are held.
    """

    first: Batch
    held: list[Batch]
    rest: Iterator[Batch]
    ended: bool

    @classmethod
    def of(cls, dataset: Dataset, *, refuses_nan: bool) -> GivenRows:
        """Hold rows, if there are not too many.

        Raises:
            InputError: There are no rows, or there is NaN: frameworks propagate it, but it explains no number.
        """
        batches = _fuller(replace(batch, ids=None) for batch in dataset.batches)
        batches = map(_without_nan, batches) if refuses_nan else batches
        held: list[Batch] = []
        numbers = 0
        for batch in batches:
            held.append(batch)
            numbers += batch.predictions.size
            if numbers > _HELD:
                return cls(held[0], held, batches, ended=False)
        if not held:
            raise InputError("there are no rows", dataset.source)
        given = cls(held[0], held, batches, ended=True)
        return replace(given, held=[given.joined]) if numbers <= _AT_ONCE else given

    @property
    def joined(self) -> Batch:
        """All rows held, as one batch."""
        one = join(self.held)
        assert one is not None
        return one

    @property
    def whole(self) -> bool:
        """Whether all rows are one batch."""
        return self.ended and len(self.held) == 1

    @property
    def end(self) -> Batch:
        """The last rows held, at least as many as the largest of usual batches."""
        last: list[Batch] = []
        for batch in reversed(self.held):
            last.insert(0, batch)
            if sum(map(len, last)) >= LARGEST:
                break
        whole = join(last)
        assert whole is not None
        return replace(whole.some(np.arange(max(0, len(whole) - LARGEST), len(whole))), start=0)

    @property
    def rows(self) -> int:
        """The number of rows held."""
        return sum(map(len, self.held))

    def later(self, by: int) -> GivenRows:
        """The same with the label of the row ``by`` places later for each.

        Raises:
            InputError: There is one row.
        """
        whole = self.joined
        moved = later(whole, by)
        if not len(moved) or len(whole.labels) != len(whole):
            raise InputError("there is one row")
        held = [moved] if self.whole else list(_cut(moved, len(self.held[0])))
        return replace(self, first=moved.head(len(self.first)), held=held)

    def parts(self) -> list[list[Batch]]:
        """Rows held as random samples, each about as large as all before it together; one part if they are few."""
        doublings = ((self.rows - 1) // _SAMPLE).bit_length() - 1
        if doublings < 1 or len(self.first.labels) != len(self.first):
            return [self.held]
        parts: list[list[Batch]] = [[] for _ in range(doublings + 1)]
        start = 0
        for batch in self.held:
            numbers = np.arange(start, start + len(batch), dtype=np.uint64)
            halvings = np.minimum(-np.frexp(mixed(numbers) * 2.0**-64)[1], doublings)
            for i, part in enumerate(parts):
                rows = np.flatnonzero(halvings == doublings - i)
                if len(rows):
                    part.append(replace(batch.some(rows), start=sum(map(len, part))))
            start += len(batch)
        return [_numbered(part) for part in parts if part]


def _without_nan(batch: Batch) -> Batch:
    """The same rows; NaN in predictions is refused."""
    if batch.predictions.dtype != object:
        bad = np.flatnonzero(np.isnan(batch.predictions).reshape(len(batch), -1).any(axis=1))
        if len(bad):
            what = f"{count(len(bad), 'row holds', 'rows hold')} NaN"
            raise InputError(what, batch.where(int(bad[0]), None), hint="--nan skip leaves them out")
    return batch


def _numbered(batches: Iterable[Batch]) -> list[Batch]:
    """Rows as batches of a size that is worth a pass."""
    whole = join(batches)
    assert whole is not None
    return list(_cut(whole, max(1, 2 * _WORTH_A_PASS * len(whole) // max(whole.predictions.size, 1))))


def _cut(batch: Batch, most: int) -> Iterator[Batch]:
    """The same rows in batches of ``most``."""
    for first in range(0, len(batch), most):
        rows = np.arange(first, min(first + most, len(batch)))
        yield replace(batch.some(rows), start=batch.start + first) if len(batch) > most else batch


def _fuller(batches: Iterator[Batch]) -> Iterator[Batch]:
    """The same rows in fewer batches: thousands of small ones take longer than one of the same size."""
    some: list[Batch] = []
    numbers = 0
    for batch in batches:
        some.append(batch)
        numbers += batch.predictions.size
        if numbers >= _WORTH_A_PASS:
            yield from _joined(some)
            some, numbers = [], 0
    yield from _joined(some)


def _joined(some: list[Batch]) -> Iterator[Batch]:
    one = join(some)
    if one is not None:
        yield one
