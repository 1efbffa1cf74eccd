"""Log-probabilities of the outcomes, which need no labels: one column, or one list of numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from losscli.core.batch import Remarks
from losscli.errors import InputError
from losscli.inputs.array.arrays import Arrays, find_key
from losscli.inputs.choose import usual_names as known
from losscli.record import replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from losscli.inputs.choose.columns import Columns, Table
    from losscli.inputs.model import Piece, Stream
    from losscli.inputs.read_options import ReadOptions


def needs_no_labels(opened: Table | Arrays, options: ReadOptions) -> ReadOptions | None:
    """How to read a source that has no labels and needs none; None if it does.

    Raises:
        InputError: Several columns could be the log-probabilities.
    """
    if not options.unlabelled or options.label is not None:
        return None
    if isinstance(opened, Arrays):
        key, _ = find_key(opened, known.LABELS, None, "")
        return replace(options, labels=False) if key is None and len(opened.keys) == 1 else None
    columns = opened.columns
    names = [known.key(name) for name in columns.names or ()]
    if any(name in known.LABELS for name in names):
        return None
    if options.pred is None:
        column = _only_column(columns, names)
        if column is None:
            return None
        options = replace(options, pred=str(column + 1))
    return replace(options, labels=False)


def _only_column(columns: Columns, names: list[str]) -> int | None:
    usual = [i for i, name in enumerate(names) if name in known.LOG_PROBABILITIES]
    rest = [i for i, kind in enumerate(columns.kinds) if kind == "number" and (not names or names[i] not in known.IDS)]
    if len(usual) == 1:
        return usual[0]
    if len(usual) > 1:
        called = ", ".join(columns.called(i) for i in usual)
        raise InputError(f"several columns could be the log-probabilities: {called}", columns.source, "--pred COLUMN")
    return rest[0] if len(rest) == 1 else None


def from_first_known(stream: Stream) -> Stream:
    """A stream of log-probabilities; a missing first value is left out, as the first token has no context."""
    found = Remarks()

    def pieces() -> Iterator[Piece]:
        start = True
        for piece in stream.pieces:
            values = piece.values["predictions"]
            if start and values.ndim == 1 and np.isnan(values[0]):
                found.nulls += 1
                if piece.size > 1:
                    yield piece.cut(1, piece.size)
            else:
                yield piece
            start = False

    def remarks() -> Remarks:
        every = Remarks()
        every.merge(stream.remarks())
        every.merge(found)
        return every

    return replace(stream, pieces=pieces(), remarks=remarks, cuts=None)
