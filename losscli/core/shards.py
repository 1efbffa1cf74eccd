"""How rows can be shared out among processes: a part that can be read elsewhere, and the ways to cut."""

from __future__ import annotations

from functools import partial
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from losscli.record import record, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

T = TypeVar("T")
U = TypeVar("U")


class Apply(Protocol):
    """``map``, perhaps in several processes; results keep the order of the arguments."""

    def __call__(self, function: Callable[[Any], Any], arguments: Sequence[Any], /) -> Iterator[Any]:
        """The results; function and arguments must be picklable."""


class MiscutError(Exception):
    """A cut is not at a record boundary, or not at the same row in all files: one process must read the input."""


@record
class Shard(Generic[T]):
    """Consecutive rows to be read by another process; picklable.

    Attributes:
        size: Approximate size in bytes.
        read: Opens the rows, numbered from 0; their places in messages are those in the whole input.
        rows: Their number; 0 if unknown.
        before: Number of rows before them, where it matters; else None.
    """

    size: int
    read: Callable[[], T]
    rows: int = 0
    before: int | None = None

    def then(self, function: Callable[[T], U]) -> Shard[U]:
        """The shard with its rows passed through a picklable function."""
        return Shard(self.size, partial(_composed, self.read, function), self.rows)


def numbered(shards: Sequence[Shard[T]]) -> list[Shard[T]]:
    """The shards with the number of rows before each.

    Raises:
        MiscutError: The rows of one were not counted.
    """
    if not all(shard.rows for shard in shards):
        raise MiscutError
    before = accumulate((shard.rows for shard in shards[:-1]), initial=0)
    return [replace(shard, before=rows) for shard, rows in zip(shards, before, strict=True)]


def _composed(read: Callable[[], T], function: Callable[[T], U]) -> U:
    return function(read())


@record
class Cuts(Generic[T]):
    """The ways to cut an input into shards.

    Attributes:
        size: Size of the input in bytes.
        shards: Cuts the rows into shards of about so many bytes, in order. Finding record boundaries needs a scan,
            which the second argument runs, perhaps in parallel. Without it boundaries are guessed: reading a shard may
            raise a `MiscutError`, and line numbers may be wrong.
        at: Cuts the rows into shards that begin at given rows, the first of which is 0; None if not supported.
        work: Time to read a byte, relative to CSV.
        here: A shard uses data in the memory of this process: only forked copies of it can read one.
    """

    size: int
    shards: Callable[[int, Apply | None], Sequence[Shard[T]]]
    at: Callable[[Sequence[int], Apply | None], Sequence[Shard[T]]] | None = None
    work: float = 1.0
    here: bool = False

    def then(self, function: Callable[[T], U]) -> Cuts[U]:
        """The same cuts with the rows of each shard passed through a picklable function."""
        at = self.at
        return Cuts(
            self.size,
            lambda size, apply: [shard.then(function) for shard in self.shards(size, apply)],
            None if at is None else lambda rows, apply: [shard.then(function) for shard in at(rows, apply)],
            self.work,
        )
