"""The protocol of writers: they take the rows of every batch in order, then the report."""

from __future__ import annotations

import io
import os
from enum import Enum
from typing import TYPE_CHECKING, Protocol

from losscli.record import record

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TextIO

    from losscli.core.report import Report
    from losscli.core.shown_rows import Row, ShownColumns
    from losscli.ops import Array, Mask


class Rows(Protocol):
    """The samples of one batch, in order."""

    @property
    def start(self) -> int:
        """0-based number of the first sample."""

    @property
    def loss(self) -> Array:
        """``(n, ...)``."""

    @property
    def others(self) -> Sequence[Rows]:
        """The same samples under each baseline."""

    @property
    def each(self) -> tuple[Array, Mask]:
        """``(n,)``: the mean over the values that count in each row, and which rows count at all."""

    def __len__(self) -> int: ...

    def columns(self, start: int = 0, stop: int | None = None) -> ShownColumns:
        """The samples from ``start`` up to ``stop``."""

    def row(self, i: int) -> Row:
        """Sample ``i`` of the batch."""


class Wants(Enum):
    """Which rows a writer must be given."""

    NOTHING = "only the report"
    FIRST = "some of the first rows, less than a thousand"
    LOSSES = "the losses of all rows, as numbers"
    ROWS = "all rows"


@record
class Losses:
    """Rows with nothing but their losses."""

    start: int
    loss: Array
    others: tuple[Losses, ...] = ()

    def __len__(self) -> int:
        return len(self.loss)

    @property
    def each(self) -> tuple[Array, Mask]:
        """There are no samples."""
        raise LookupError(self.start)

    def columns(self, start: int = 0, stop: int | None = None) -> ShownColumns:
        """There are no samples."""
        raise LookupError(start)

    def row(self, i: int) -> Row:
        """There are no samples."""
        raise LookupError(i)


class Writer(Protocol):
    """Takes the rows of every batch in order, then the report."""

    @property
    def wants(self) -> Wants:
        """Which rows."""

    def rows(self, rows: Rows) -> None:
        """Take the samples of one batch."""

    def finish(self, report: Report) -> None:
        """Write what has not been written yet."""


def in_utf8(stream: TextIO) -> None:
    """Write redirected rows as UTF-8, whatever the code page, unless another encoding was asked for."""
    known = (getattr(stream, "encoding", None) or "utf-8").lower().startswith("utf") or "PYTHONIOENCODING" in os.environ
    if not known and isinstance(stream, io.TextIOWrapper) and not stream.isatty():
        stream.reconfigure(encoding="utf-8")
