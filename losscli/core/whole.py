"""All rows of a data set as one batch, for what can't be computed row by row."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Any

import numpy as np

from losscli.core.batch import Batch, Other
from losscli.core.groups.parts import joined

if TYPE_CHECKING:
    from collections.abc import Iterable


def join(batches: Iterable[Batch]) -> Batch | None:
    """One batch of all rows; None if there are none."""
    parts = list(batches)
    if len(parts) < 2:
        return parts[0] if parts else None
    first = parts[0].start
    starts = [part.start - first for part in parts]

    def part_of(row: int) -> tuple[Batch, int]:
        i = bisect_right(starts, row) - 1
        return parts[i], row - starts[i]

    def where(row: int, column: int | None) -> str:
        part, line = part_of(row)
        return part.where(line, column)

    def where_label(row: int) -> str:
        part, line = part_of(row)
        return part.where_label(line)

    def other(i: int) -> Other:
        def where_other(row: int, column: int | None) -> str:
            part, line = part_of(row)
            return part.others[i].where(line, column)

        return Other(np.concatenate([part.others[i].predictions for part in parts]), where_other)

    clusters = [part.clusters for part in parts if part.clusters is not None]
    weights = [part.weights for part in parts if part.weights is not None]
    ids = [part.ids for part in parts if part.ids is not None]
    return Batch(
        start=first,
        predictions=np.concatenate([part.predictions for part in parts]),
        labels=np.concatenate([part.labels for part in parts]),
        weights=np.concatenate(weights) if weights else None,
        ids=[text for texts in ids for text in texts] if ids else None,
        where=where,
        where_label=where_label,
        columns={name: joined([part.columns[name] for part in parts]) for name in parts[0].columns},
        clusters=joined(clusters) if clusters else None,
        file=parts[0].file if len({part.file for part in parts}) == 1 else None,
        extras={name: np.concatenate([part.extras[name] for part in parts]) for name in parts[0].extras},
        others=tuple(map(other, range(len(parts[0].others)))),
        raw=_raw([part.raw for part in parts]),
    )


def _raw(raws: list[Any]) -> Any:
    """The rows of all parts as they are in the input."""
    if raws[0] is None:
        return None
    if hasattr(raws[0], "followed_by"):
        return raws[0].followed_by(raws[1:])
    return [text for texts in raws for text in texts]
